"""The front page of the archive: what it holds, in numbers, with a small chart and links into the browse tab.

In: an `Overview` and the index's stats. Out: HTML and one inline SVG of our own. A link `#filter-<what>-<value>`
carries its value in hexadecimal, so that no name can break out of it. Knows nothing about Gradio.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.overview import Overview
from ui.render import date_text, escape, page_label
from ui.words import ZH, Words

_WIDTH, _HEIGHT, _FOOT = 480, 84, 16  # of the chart, in its own units
_SHOWN = 12  # links of a kind


def filter_link(what: str, value: str) -> str:
    """'#filter-page-413031' for page A01; read back by `filter_of`."""
    return f"#filter-{what}-{value.encode().hex()}"


def filter_of(link: str) -> tuple[str, str]:
    """('page', 'A01') from '#filter-page-413031'; ('', '') from anything else."""
    parts = link.removeprefix("#filter-").split("-")
    if not link.startswith("#filter-") or len(parts) != 2 or parts[0] not in ("date", "page", "reporter"):
        return "", ""
    try:
        return parts[0], bytes.fromhex(parts[1]).decode()
    except ValueError:
        return "", ""


def front_html(held: Overview, stats: Mapping[str, Any], say: Words = ZH) -> str:
    """The whole front page."""
    counts = (
        (stats.get("pages"), say["pages"]),
        (stats.get("reports"), say["reports"]),
        (stats.get("captions"), say["captions"]),
        (len(held.reporters), say["reporters"]),
    )
    figures = "".join(f"<li><b>{count:,}</b> {noun}</li>" for count, noun in counts if count)
    nav = f'<nav aria-label="{say["holds"]}"><a class="back" href="#chat">{say["back"]}</a></nav>'
    parts = [f'{nav}<h2>{say["holds"]}</h2><ul class="figures">{figures or say["empty"]}</ul>']
    if held.dates:
        parts.append(_dates_html(held, say))
    pages = [(page_label(page, say), "page", page, count) for page, count in held.pages]
    names = [(name, "reporter", name, count) for name, count in held.reporters]
    parts += [_links_html(say["sections"], pages), _links_html(say["authors"], names)]
    return f'<section class="source front" aria-label="{say["holds"]}">{"".join(parts)}</section>'


def _dates_html(held: Overview, say: Words) -> str:
    """The chart, what it leaves out, and the longest gaps."""
    gaps = [
        f"<li>{say['gap'].format(start=date_text(gap.start, say), end=date_text(gap.end, say), days=gap.days)}</li>"
        for gap in held.gaps[:3]
    ]
    undated = f"<p>{say['undated'].format(count=held.undated)}</p>" if held.undated else ""
    return (
        f"<h3>{say['over_time']}</h3>{chart_svg(held.bars, say)}{undated}"
        f'<h3>{say["gaps"]}</h3><ul class="gaps">{"".join(gaps) or "<li>" + say["no_gaps"] + "</li>"}</ul>'
    )


def _links_html(title: str, links: list[tuple[str, str, str, int]]) -> str:
    """Names with their counts, each a link that filters the browse tab."""
    items = "".join(
        f'<li><a class="filter" href="{filter_link(what, value)}">{escape(name)} <small>{count:,}</small></a></li>'
        for name, what, value, count in links[:_SHOWN]
    )
    return f'<h3>{title}</h3><ul class="filters">{items}</ul>' if items else ""


def chart_svg(bars: list[tuple[str, int]], say: Words = ZH) -> str:
    """Bars over time; each is a link to the articles of its day, month or year."""
    most = max((count for _, count in bars), default=0) or 1
    step = _WIDTH / max(len(bars), 1)
    drawn = []
    for at, (label, count) in enumerate(bars):
        if count:
            high = max(2.0, count / most * (_HEIGHT - _FOOT - 14))
            left, wide = at * step + step * 0.1, min(step * 0.8, 40.0)
            hint = f"{label}：{say['found'].format(count=count)}"
            drawn.append(
                f'<a href="{filter_link("date", label)}" aria-label="{hint}"><title>{hint}</title>'
                f'<rect x="{left:.1f}" y="{_HEIGHT - _FOOT - high:.1f}" width="{wide:.1f}" height="{high:.1f}"/></a>'
            )
    line = f'<path d="M0 {_HEIGHT - _FOOT + 0.5}H{_WIDTH}"/>'
    first, last = bars[0][0], bars[-1][0]
    ends = f'<text x="0" y="{_HEIGHT - 3}">{first}</text>'
    if last != first:
        ends += f'<text x="{_WIDTH}" y="{_HEIGHT - 3}" text-anchor="end">{last}</text>'
    peak = f'<text x="{_WIDTH}" y="10" text-anchor="end">{say["most"].format(count=most)}</text>'
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="{say["over_time"]}">'
        f"{line}{''.join(drawn)}{ends}{peak}</svg>"
    )
