"""Confidences → the curve of false answers against false refusals over all thresholds, as points and as an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from qa.measure.evaluate import Outcome
from qa.measure.questionnaire import EvaluationError

_COLOURS = ("#1b4f8f", "#c2410c", "#15803d", "#7e22ce", "#525252")
_SIZE, _LEFT, _TOP = 420, 70, 48  # of the plot, and what stands beside and above it, in pixels


class Point(NamedTuple):
    """What refusing below `threshold` costs: shares of the answerable refused and of the unanswerable answered."""

    threshold: float
    false_refusals: float
    false_answers: float


@dataclass(frozen=True, slots=True)
class Series:
    """A named line."""

    label: str
    answerable: tuple[float, ...]  # confidences
    unanswerable: tuple[float, ...]

    @classmethod
    def of(cls, label: str, outcomes: Sequence[Outcome], threshold: float) -> Series:
        """The series of some outcomes of a run with this threshold.

        What was refused with a confidence above the threshold would be refused at any (a date with no issue, say).
        Raises EvaluationError where one of the two kinds is missing, so that there is nothing to weigh.
        """
        sides: dict[bool, list[float]] = {True: [], False: []}
        for one in outcomes:
            sides[one.answerable].append(-1.0 if one.refused and one.confidence >= threshold else one.confidence)
        if not all(sides.values()):
            missing, chinese = ("unanswerable", "该拒答") if sides[True] else ("answerable", "有答案")
            raise EvaluationError(
                f"a curve needs both kinds of questions, and none is {missing}; add some",
                chinese=f"画曲线要有两种题，这里没有{chinese}的；请加一些",
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

    def spot(point: Point) -> str:
        x, y = _LEFT + _SIZE * point.false_refusals / widest, _TOP + _SIZE * (1 - point.false_answers / widest)
        return f"{x:.1f},{y:.1f}"

    def text(x: float, y: float, words: str, anchor: str = "start", turned: str = "") -> str:
        return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="#222"{turned}>{escape(words)}</text>'

    right, bottom, middle = _LEFT + _SIZE, _TOP + _SIZE, _TOP + _SIZE / 2
    title = f"误答与误拒：圆点为现用门槛 refuse_below = {threshold:g}"
    body = [text(_LEFT, 26, title), text(_LEFT + _SIZE / 2, bottom + 36, "误拒：答得出的问题被拒答的比例", "middle")]
    body.append(text(18, middle, "误答：答不出的问题被回答的比例", "middle", f' transform="rotate(-90 18 {middle:g})"'))
    for step in range(6):
        share = widest * step / 5
        x, y = spot(Point(0, share, share)).split(",")
        body.append(f'<path d="M{x} {_TOP}V{bottom}M{_LEFT} {y}H{right}" stroke="#ddd"/>')
        body.append(text(float(x), bottom + 18, f"{share:.0%}", "middle"))
        body.append(text(_LEFT - 8, float(y) + 4, f"{share:.0%}", "end"))
    for number, one in enumerate(series):
        colour, here, line = _COLOURS[number % len(_COLOURS)], one.at(threshold), bottom + 62 + 22 * number
        path, (x, y) = " ".join(map(spot, one.points())), spot(here).split(",")
        body.append(f'<polyline points="{path}" stroke="{colour}" fill="none" stroke-width="2" clip-path="url(#p)"/>')
        body.append(f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>')
        body.append(f'<rect x="{_LEFT}" y="{line - 10}" width="14" height="4" fill="{colour}"/>')
        counts = f"{one.label}（{len(one.answerable)} 答得出，{len(one.unanswerable)} 答不出）"
        told = f"{counts}：误拒 {here.false_refusals:.1%}，误答 {here.false_answers:.1%}"
        body.append(text(_LEFT + 22, line - 4, told))
    width, height = right + 130, bottom + 62 + 22 * len(series)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="13" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="white"/><clipPath id="p"><rect x="{_LEFT}" y="{_TOP}" '
        f'width="{_SIZE}" height="{_SIZE}"/></clipPath>\n' + "\n".join(body) + "\n</svg>\n"
    )
