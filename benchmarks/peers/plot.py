"""peers.json and scale.json → cost.svg: what a build and a query cost against corpus size, both axes logarithmic.

In: the results folder, as the one argument. Processor time, as the machine was shared. Runs in an environment of its
own, with matplotlib. A line goes solid as far as was measured, then dashed with the slope of its last two sizes.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.table import NAMES, OURS, value

Points = list[tuple[float, float]]
_REACH = 1_000_000  # chunks
_PANELS = (
    ("build, processor seconds", ("build", "build_cpu_s"), ""),
    ("query, processor ms (mean)", ("query", "modes"), "cpu_ms"),
)
_COLOURS = ("#c8102e", "#4477aa", "#ddaa33", "#997700", "#228833", "#66ccaa", "#aa3377")


def series(result: dict[str, Any], system: str, path: tuple[str, ...], key: str) -> Points:
    """(chunks, median) of a system by size; a query counts in the first mode that the system was asked in."""
    runs = [run for run in result["runs"] if run["system"] == system]
    points = []
    for chunks in sorted({run["chunks"] for run in runs}):
        here = [run for run in runs if run["chunks"] == chunks]
        modes = [next(iter(run["query"]["modes"])) for run in here if "modes" in run.get("query", {})]
        full = (*path, modes[0], key) if key and modes else path
        if (found := value(here, full)) is not None:
            points.append((float(chunks), found))
    return points


def own(result: dict[str, Any]) -> tuple[Points, Points]:
    """What `benchmarks scale` measured of the index alone: (chunks, seconds to build), (chunks, ms a query)."""
    rows = [(float(row["builds"]["full"]["chunks"]), row) for row in result["sizes"]]
    return (
        [(chunks, row["builds"]["full"]["cpu_seconds"]) for chunks, row in rows],
        [(chunks, row["query"]["cpu_ms"]) for chunks, row in rows],
    )


def extrapolate(points: Points, reach: float) -> Points:
    """From the last point on, along the power law through the last two.

    >>> extrapolate([(10.0, 1.0), (100.0, 10.0)], 1000.0)
    [(100.0, 10.0), (1000.0, 100.0)]
    """
    if len(points) < 2 or points[-1][0] >= reach:
        return []
    (x1, y1), (x2, y2) = points[-2:]
    slope = math.log(y2 / y1) / math.log(x2 / x1)
    return [(x2, y2), (reach, round(y2 * (reach / x2) ** slope, 6))]


def draw(folder: Path) -> None:
    """Read the results of a folder and draw beside them."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "wenbao"  # the same picture from the same numbers
    result = json.loads((folder / "peers.json").read_text(encoding="utf-8"))
    scale = folder / "scale.json"
    alone = own(json.loads(scale.read_text(encoding="utf-8"))) if scale.exists() else ([], [])
    figure, panels = pyplot.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    for panel, (title, path, key), ours in zip(panels, _PANELS, alone, strict=True):
        if ours:
            panel.plot(*zip(*ours, strict=True), "s:", markersize=4, color=_COLOURS[0], label="Wenbao, index alone")
        for (system, name), colour in zip(NAMES.items(), _COLOURS, strict=True):
            points = series(result, system, path, key)
            if not points:
                continue
            style = {"color": colour, "linewidth": 2.4 if system == OURS else 1.3}
            panel.plot(*zip(*points, strict=True), "o-", markersize=4, label=name.strip("*"), **style)
            if not (system == OURS and ours) and (guess := extrapolate(points, _REACH)):
                panel.plot(*zip(*guess, strict=True), "--", alpha=0.6, **style)
        panel.set(xscale="log", yscale="log", xlabel="chunks", title=title)
        panel.grid(True, which="major", alpha=0.3)
    panels[0].plot([], [], "--", color="grey", label="extrapolated")
    panels[0].legend(fontsize=8)
    figure.savefig(folder / "cost.svg", metadata={"Date": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
