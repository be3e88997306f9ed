"""Confidences → the curve of false answers against false refusals over all thresholds, as points and as an SVG.

In: outcomes with their confidence, in named series, and the configured threshold. Out: points, and a drawing that
needs no library and no font of its own. Knows nothing about how confidence is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qa.measure.evaluate import Outcome
from qa.measure.questionnaire import EvaluationError

_COLOURS = ("#1b4f8f", "#c2410c", "#15803d", "#7e22ce", "#525252")
_SIZE, _LEFT, _TOP, _FOOT = 420, 70, 48, 62  # the square of the plot, and what stands around it, in pixels
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """What refusing below `threshold` costs: shares of the answerable refused and of the unanswerable answered."""

    threshold: float
    false_refusals: float
    false_answers: float


@dataclass(frozen=True, slots=True)
class Series:
    """A named line: the confidence with which each answerable and each unanswerable question was met."""

    label: str
    answerable: tuple[float, ...]
    unanswerable: tuple[float, ...]

    @classmethod
    def of(cls, label: str, outcomes: Sequence[Outcome], threshold: float) -> Series:
        """The series of some outcomes of a run with this threshold.

        What was refused with a confidence above the threshold would be refused at any (a date with no issue, say).

        Raises:
            EvaluationError: one of the two kinds is missing, so that there is nothing to weigh.
        """
        sides: dict[bool, list[float]] = {True: [], False: []}
        for one in outcomes:
            held_back = one.refused and one.confidence >= threshold
            sides[one.answerable].append(-1.0 if held_back else one.confidence)
        if not sides[True] or not sides[False]:
            missing = "answerable" if not sides[True] else "unanswerable"
            raise EvaluationError(
                f"a curve needs both kinds of questions, and none is {missing}; add some",
                chinese=f"画曲线要有两种题，这里没有{'该拒答' if missing == 'unanswerable' else '有答案'}的；请加一些",
            )
        return cls(label, tuple(sides[True]), tuple(sides[False]))

    def at(self, threshold: float) -> Point:
        """What this threshold costs."""
        refused = sum(confidence < threshold for confidence in self.answerable) / len(self.answerable)
        answered = sum(confidence >= threshold for confidence in self.unanswerable) / len(self.unanswerable)
        return Point(threshold, refused, answered)

    def points(self) -> list[Point]:
        """The whole curve: one point a threshold at which something changes, lowest first."""
        steps = {0.0, *(max(value, 0.0) for value in (*self.answerable, *self.unanswerable))}
        return [self.at(threshold) for threshold in (*sorted(steps), max(steps) + 1e-9)]


def draw(series: Sequence[Series], threshold: float, widest: float = 1.0) -> str:
    """The curves as an SVG document; both axes end at `widest` (0–1). A dot marks the configured threshold."""
    height = _TOP + _SIZE + _FOOT + 22 * len(series)
    body = [*_frame(widest)]
    for number, one in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        spots = [_spot(point, widest) for point in one.points()]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        body.append(f'<polyline points="{path}" stroke="{colour}" fill="none" stroke-width="2" clip-path="url(#p)"/>')
        x, y = _spot(here := one.at(threshold), widest)
        body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" stroke="white"/>')
        line = _TOP + _SIZE + _FOOT + 22 * number
        body.append(f'<rect x="{_LEFT}" y="{line - 10}" width="14" height="4" fill="{colour}"/>')
        told = (
            f"{one.label}（{len(one.answerable)} 答得出，{len(one.unanswerable)} 答不出）："
            f"误拒 {here.false_refusals:.1%}，误答 {here.false_answers:.1%}"
        )
        body.append(_text(_LEFT + 22, line - 4, told, 12))
    title = f"误答与误拒：圆点为现用门槛 refuse_below = {threshold:g}"
    body.append(_text(_LEFT, 26, title, 14))
    width = _LEFT + _SIZE + 130
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="white"/>'
        f'<clipPath id="p"><rect x="{_LEFT}" y="{_TOP}" width="{_SIZE}" height="{_SIZE}"/></clipPath>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _frame(widest: float) -> list[str]:
    """The axes, their grid and what they say."""
    drawn = []
    for step in range(_TICKS + 1):
        share = widest * step / _TICKS
        x, y = _spot(Point(0.0, share, share), widest)
        right, bottom = _LEFT + _SIZE, _TOP + _SIZE
        drawn.append(f'<path d="M{x:.1f} {_TOP}V{bottom}M{_LEFT} {y:.1f}H{right}" stroke="#ddd" fill="none"/>')
        drawn.append(_text(x, bottom + 18, f"{share:.0%}", 12, "middle"))
        drawn.append(_text(_LEFT - 8, y + 4, f"{share:.0%}", 12, "end"))
    drawn.append(_text(_LEFT + _SIZE / 2, _TOP + _SIZE + 36, "误拒：答得出的问题被拒答的比例", 13, "middle"))
    middle = _TOP + _SIZE / 2
    turned = _text(18, middle, "误答：答不出的问题被回答的比例", 13, "middle")
    return [*drawn, f'<g transform="rotate(-90 18 {middle:g})">{turned}</g>']


def _spot(point: Point, widest: float) -> tuple[float, float]:
    """Where a point stands in the drawing, in pixels."""
    return _LEFT + _SIZE * point.false_refusals / widest, _TOP + _SIZE * (1 - point.false_answers / widest)


def _text(x: float, y: float, words: str, size: int, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="#222">{escape(words)}</text>'
