"""The front page of the archive: what it holds in numbers, a chart over time, gaps, pages and reporters.

Its links `#filter-<what>-<value>` lead to the browse tab.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote, unquote

from embeddings.store import Store
from ui.render import date_text, escape, page_label
from ui.subjects import counted
from ui.words import ZH, Words

LONG_GAP = 7  # days without a paper that are worth telling
FAR_AWAY = 5000
NEWEST = 300  # articles in which people and projects are looked for
MOST_BARS = 60  # bars that a small chart can hold
_WIDTH, _HEIGHT, _FOOT = 480, 84, 16  # of the chart, in its own units
_SHOWN = 12  # links of a kind


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of articles; `dates` in order of time, `pages` and `reporters` as (name, articles)."""

    dates: tuple[tuple[Date, int], ...] = ()
    undated: int = 0
    pages: tuple[tuple[str, int], ...] = ()
    reporters: tuple[tuple[str, int], ...] = ()
    subjects: tuple[tuple[str, int], ...] = ()  # people, organisations, projects

    @property
    def gaps(self) -> list[tuple[Date, Date, int]]:
        """First day, last day and length of the gaps between issues that are longer than a week, longest first."""
        one_day = timedelta(1)
        apart = (
            (one + one_day, other - one_day, (other - one).days - 1) for (one, _), (other, _) in pairwise(self.dates)
        )
        return sorted((gap for gap in apart if gap[2] >= LONG_GAP), key=lambda gap: -gap[2])

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Articles by day, month or year, whichever first fits a small chart; empty periods count 0.

        ISO prefixes: [('2024-03', 12), ('2024-04', 0), …].
        """
        if not self.dates:
            return []
        first, last = self.dates[0][0], self.dates[-1][0]
        days = [(first + timedelta(day)).isoformat() for day in range((last - first).days + 1)]
        for length in (10, 7, 4):
            counts = Counter(dict.fromkeys((day[:length] for day in days), 0))
            if len(counts) <= MOST_BARS:
                break
        for day, count in self.dates:
            counts[day.isoformat()[:length]] += count
        return list(counts.items())


def overview(store: Any) -> Overview:
    """Count what a store holds."""
    days: Counter[Date | None] = Counter()
    pages: Counter[str] = Counter()
    reporters: Counter[str] = Counter()
    for day, page, names in _facts(store):
        days[day] += 1
        pages[page] += bool(page)
        reporters.update(names)
    undated = days.pop(None, 0)
    return Overview(
        dates=tuple(sorted((day, count) for day, count in days.items() if day)),
        undated=undated,
        pages=tuple(sorted((page, count) for page, count in pages.items() if count)),
        reporters=tuple(sorted(reporters.items(), key=lambda found: (-found[1], found[0]))),
        subjects=counted(store, store.select(limit=NEWEST), _SHOWN),
    )


def _facts(store: Any) -> Iterator[tuple[Date | None, str, Sequence[str]]]:
    """(date, page, the reporters of a report) of every article; of the newest 5,000 where the store is far away."""
    if isinstance(store, Store):
        for day, page, names, kind in store.rows("SELECT date, page, reporters, kind FROM articles"):
            # Names, or what each of them did.
            yield Date.fromisoformat(day) if day else None, page, list(json.loads(names)) if kind == "report" else ()
    else:
        for article in store.select(limit=FAR_AWAY):
            yield article.date, article.page, article.reporters if article.kind == "report" else ()


def filter_link(what: str, value: str) -> str:
    """'#filter-page-A01' for page A01; read back by `filter_of`."""
    return f"#filter-{what}-{quote(value, safe='')}"


def filter_of(link: str) -> tuple[str, str]:
    """('page', 'A01') from '#filter-page-A01'; ('', '') from anything else."""
    found = re.fullmatch(r"#filter-(date|page|reporter|words)-(.+)", link)
    value = unquote(found[2]) if found else ""
    if not found or (found[1] == "date" and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", value, re.ASCII)):
        return "", ""
    return found[1], value


def front_html(held: Overview, stats: Mapping[str, Any], say: Words = ZH) -> str:
    """The whole front page."""
    counts = [(stats.get(key), say[key]) for key in ("pages", "reports", "captions")]
    counts.append((len(held.reporters), say["reporters"]))
    figures = "".join(f"<li><b>{count:,}</b> {noun}</li>" for count, noun in counts if count)
    nav = f'<nav aria-label="{say["holds"]}"><a class="back" href="#chat">{say["back"]}</a></nav>'
    pages = [(page_label(page, say), "page", page, count) for page, count in held.pages]
    names = [(name, "reporter", name, count) for name, count in held.reporters]
    subjects = [(name, "words", f"“{name}”", count) for name, count in held.subjects]
    return (
        f'<section class="source front" aria-label="{say["holds"]}">{nav}<h2>{say["holds"]}</h2>'
        f'<ul class="figures">{figures or say["empty"]}</ul>{_dates_html(held, say) if held.dates else ""}'
        f"{_links_html(say['sections'], pages)}{_links_html(say['authors'], names)}"
        f"{_links_html(say['subjects'], subjects)}</section>"
    )


def _dates_html(held: Overview, say: Words) -> str:
    """The chart, what it leaves out, and the longest gaps."""
    gaps = "".join(
        f"<li>{say['gap'].format(start=date_text(start, say), end=date_text(end, say), days=days)}</li>"
        for start, end, days in held.gaps[:3]
    )
    undated = f"<p>{say['undated'].format(count=held.undated)}</p>" if held.undated else ""
    return (
        f"<h3>{say['over_time']}</h3>{chart_svg(held.bars, say)}{undated}"
        f'<h3>{say["gaps"]}</h3><ul class="gaps">{gaps or "<li>" + say["no_gaps"] + "</li>"}</ul>'
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
    most = max(count for _, count in bars)
    step = _WIDTH / len(bars)
    drawn = ""
    for at, (label, count) in enumerate(bars):
        if count:
            high = max(2.0, count / most * (_HEIGHT - _FOOT - 14))
            left, wide = at * step + step * 0.1, min(step * 0.8, 40.0)
            hint = f"{label}：{say['found'].format(count=count)}"
            drawn += (
                f'<a href="{filter_link("date", label)}" aria-label="{hint}"><title>{hint}</title>'
                f'<rect x="{left:.1f}" y="{_HEIGHT - _FOOT - high:.1f}" width="{wide:.1f}" height="{high:.1f}"/></a>'
            )
    ends = f'<text x="0" y="{_HEIGHT - 3}">{bars[0][0]}</text>'
    if len(bars) > 1:
        ends += f'<text x="{_WIDTH}" y="{_HEIGHT - 3}" text-anchor="end">{bars[-1][0]}</text>'
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="{say["over_time"]}">'
        f'<path d="M0 {_HEIGHT - _FOOT + 0.5}H{_WIDTH}"/>{drawn}{ends}'
        f'<text x="{_WIDTH}" y="10" text-anchor="end">{say["most"].format(count=most)}</text></svg>'
    )
