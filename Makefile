# Wenbao: `make help` lists what can be made.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help chat test lint clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

chat: .venv/wenbao ## install, build the index over corpus/ and open the chat at http://127.0.0.1:7860
	@$(BIN)/wenbao build
	@$(BIN)/wenbao chat

test: .venv/test ## install what tests need and run them all
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile  # two at a time: a file's fixtures are built once

lint: .venv/test ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean: ## remove the environment and the index
	rm -rf .venv index

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Wenbao needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/wenbao: .venv/bin/python pyproject.toml
	@echo "installing (a few minutes the first time) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/test: .venv/wenbao
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@
