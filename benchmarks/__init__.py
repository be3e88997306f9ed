"""Measurements of the whole, each with its results as JSON under `results/`: `python -m benchmarks --help`."""
