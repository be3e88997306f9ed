"""`wenbao evaluate`: the run with its progress bar, and reports and comparisons as Chinese tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.measure.compare import Comparison, Pair, compare
from qa.measure.curve import Series, draw
from qa.measure.evaluate import MEASURES, Report, evaluate
from qa.measure.questionnaire import UNANSWERABLE, read_questions
from qa.measure.significance import Difference
from ui.plain import one_line
from ui.terminal import Bars
from ui.words import Told

if TYPE_CHECKING:
    from qa import Answerer

NAMES = {
    "right": "答对",
    "article": "引对报道",
    "refused": "该拒已拒",
    "wrongly_refused": "误拒",
    "said": "是否说对",
    "said_wrong": "是否说反",
    "current": "以新为准",
    "focus": "不啰唆",
    "short": "短答案",
    "seconds": "每题秒数",
}
KINDS = {
    "number": "数字", "date": "时间", "person": "人物", "place": "地点", "org": "单位", "list": "列举", "fact": "事物",
    "why": "原因", "how": "怎样", "yesno": "是否", "count": "几个", "compare": "比较", "latest": "以新为准",
    "summary": "概括", "reports": "哪些报道", "followup": "追问", UNANSWERABLE: "答不出的",
}  # fmt: skip
_WIDTH = 110
_SHOWN = 20  # questions listed of those that got better, and of those that got worse


def run(answerer: Answerer, questions: Path, limit: int | None, unanswerable: bool) -> Report:
    """Ask the questions of a file, with a progress bar."""
    rows = read_questions(questions, unanswerable)[:limit]
    with Bars() as bars:
        return evaluate(answerer, rows, answerer.settings.answer.refuse_below, bars)


def write_curve(report: Report, out: Path) -> None:
    """Draw the curve of false answers against false refusals."""
    try:
        series = Series.of("这一组", report.outcomes, report.threshold)
        out.write_text(draw([series], report.threshold), encoding="utf-8")
    except OSError as error:
        raise Told(f"{out} 写不进去（{error.strerror}）；请换一个文件") from None


def contrast(report: Report, other: Path | None) -> Comparison | None:
    """The comparison with an earlier result, if one is named."""
    return compare(Report.load(other), report) if other else None


def as_dict(report: Report, comparison: Comparison | None) -> dict[str, Any]:
    """Plain values for JSON."""
    return {**report.as_dict(), **({"comparison": comparison.as_dict()} if comparison else {})}


def lines(report: Report, comparison: Comparison | None) -> str:
    """The tables: in all, by kind of question, and what changed."""
    rates = ((name, report.measure(name)) for name in MEASURES)
    totals = [
        (NAMES[name], f"{rate.value:.1%}", f"{rate.low:.1%} – {rate.high:.1%}", rate.n) for name, rate in rates if rate
    ]
    kinds = []
    for kind in report.kinds:
        measured = (report.measure(name, kind) for name in MEASURES)
        count = sum(one.kind == kind for one in report.outcomes)
        kinds.append((KINDS.get(kind, kind), count, *(f"{rate.value:.1%}" if rate else "–" for rate in measured)))
    latency = report.latency()
    parts = [
        _table(f"{len(report.outcomes)} 题", ("", "", "95% 区间", "题数"), totals),
        _table("按问题的种类", ("种类", "题数", *(NAMES[name] for name in MEASURES)), kinds),
        f"每题用时：中位 {latency['p50_ms']:.0f} 毫秒，95% 在 {latency['p95_ms']:.0f} 毫秒以内",
    ]
    if comparison:
        unpaired = f"（另有 {comparison.unpaired} 题只有一次问过，未计）" if comparison.unpaired else ""
        title = f"与上次相比：同样的 {len(comparison.pairs)} 题{unpaired}"
        changes = [(NAMES[name], *_change(name, change)) for name, change in comparison.measures.items()]
        parts.append(_table(title, ("", "变化", "95% 区间", "p", "题数"), changes))
        parts += [*_listed("变好", comparison.better), *_listed("变差", comparison.worse)]
    return "\n".join(parts)


def _change(name: str, change: Difference) -> tuple[object, ...]:
    shape = "+.3f" if name == "seconds" else "+.1%"
    significant = "  *" if change.p < 0.05 else ""
    interval = f"{change.low:{shape}} – {change.high:{shape}}"
    return format(change.value, shape), interval, f"{change.p:.3f}{significant}", change.n


def _listed(what: str, pairs: Sequence[Pair]) -> Iterator[str]:
    """The questions whose answer changed, with both answers."""
    if pairs:
        yield f"{what}的 {len(pairs)} 题：" if len(pairs) <= _SHOWN else f"{what}的 {len(pairs)} 题，前 {_SHOWN} 题："
    for before, after in pairs[:_SHOWN]:
        yield one_line(f"  {after.id} {after.question}")
        yield one_line(f"    原来：{before.text[:80]}")
        yield one_line(f"    现在：{after.text[:80]}")


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as plain text; all columns but the first to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, min_width=80)
    for name in columns:
        table.add_column(name, justify="right" if table.columns else "left")
    for row in rows:
        table.add_row(*(one_line(str(cell)) for cell in row))
    console = Console(width=_WIDTH, color_system=None, markup=False)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
