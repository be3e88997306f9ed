"""The panel beside the chat: the archive in numbers, an article as printed with the cited words marked, its page.

Links are `#cite-<turn>-<number>`, `#article-<id>`, `#page-<id>`, `#filter-<what>-<value in hexadecimal>`; the script
of the page sends them to the server. Every character of an article is escaped.
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
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from embeddings.errors import WenbaoError
from embeddings.inputs.text import decode
from embeddings.records import Article
from embeddings.store import Store
from qa.question import understand
from qa.records import Answer
from ui.conversation import Answering, Suggested, Turn, follow_ups, history_of, suggest, watched
from ui.render import byline, date_text, escape, gb7714, masthead_html, page_label, paragraphs_html
from ui.words import ZH, Words

LONG_GAP = 7  # days without a paper that are worth telling
FAR_AWAY = 5000
MOST_BARS = 60  # bars that a small chart can hold


@dataclass(frozen=True, slots=True)
class Gap:
    """The days from `start` to `end`, both without a paper."""

    start: Date
    end: Date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of articles; `dates` in order of time, `pages` and `reporters` as (name, articles)."""

    dates: tuple[tuple[Date, int], ...] = ()
    undated: int = 0
    pages: tuple[tuple[str, int], ...] = ()
    reporters: tuple[tuple[str, int], ...] = ()

    @property
    def gaps(self) -> list[Gap]:
        """The gaps between issues that are longer than a week, longest first."""
        days = [day for day, _ in self.dates]
        gaps = [
            Gap(one + timedelta(1), other - timedelta(1))
            for one, other in pairwise(days)
            if (other - one).days > LONG_GAP
        ]
        return sorted(gaps, key=lambda gap: -gap.days)

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Articles by day, month or year, whichever first fits a small chart; empty periods count 0.

        ISO prefixes: [('2024-03', 12), ('2024-04', 0), …].
        """
        if not self.dates:
            return []
        for length in (10, 7):
            labels = _labels(self.dates[0][0], self.dates[-1][0], length)
            if len(labels) <= MOST_BARS:
                break
        else:
            length, labels = 4, _labels(self.dates[0][0], self.dates[-1][0], 4)
        counts: Counter[str] = Counter()
        for day, count in self.dates:
            counts[day.isoformat()[:length]] += count
        return [(label, counts[label]) for label in labels]


def _labels(first: Date, last: Date, length: int) -> list[str]:
    """Every day (10), month (7) or year (4) from first to last, as a prefix of an ISO date."""
    if length == 10:
        return [(first + timedelta(day)).isoformat() for day in range((last - first).days + 1)]
    if length == 4:
        return [f"{year:04}" for year in range(first.year, last.year + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]


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
        value = bytes.fromhex(parts[1]).decode()
        if parts[0] == "date" and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", value, re.ASCII):
            return "", ""
        return parts[0], value
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


LARGEST_PAGE = 400_000  # bytes of an input file that is shown whole
_TEXTS = (".txt", ".md")
_RECORDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")


def source_html(answer: Answer, number: int, turn: int, say: Words = ZH, paper: str = "") -> str:
    """The whole article of citation `number` with its quote marked, and the way to the next."""
    citation = next(citation for citation in answer.citations if citation.number == number)
    nav = _steps_html(answer, number, turn, say)
    place = (citation.article, citation.start, citation.end)
    return article_html(*place, say, nav=nav, cite=f"{turn}-{number}", paper=paper, answering=citation.marked)


def article_html(
    article: Article,
    start: int = 0,
    end: int = 0,
    say: Words = ZH,
    *,
    nav: str = "",
    cite: str = "",
    paper: str = "",
    answering: Sequence[tuple[int, int]] = (),
) -> str:
    """An article with `text[start:end]` marked, the `answering` words in it more, under `nav`.

    `paper` is the newspaper's name, for the article's citation.
    """
    label = say["caption"] if article.kind == "caption" else say["report"]
    kicker = f'<p class="kicker">{escape(article.kicker)}</p>' if article.kicker else ""
    title, signed = escape(article.title or label), escape(byline(article, say))
    return (
        f'<article class="source" data-cite="{cite}">{nav or nav_html("", say)}'
        f'<header>{kicker}<h2>{title}</h2><p class="byline">{signed}</p></header>'
        f'<div class="body">{paragraphs_html(article.text, start, end, answering)}</div>'
        f"{_tools_html(article, start, end, say, paper)}"
        f"<footer>{label} · {say['source']} {escape(article.source or say['unknown'])}</footer></article>"
    )


def nav_html(middle: str, say: Words) -> str:
    """The bar above a source: back to the talk (on a phone), what is between, and the way to the archive's front."""
    back = f'<a class="back" href="#chat">{say["back"]}</a>'
    return f'<nav aria-label="{say["evidence"]}">{back}{middle}<a class="home" href="#home">{say["home"]}</a></nav>'


def _steps_html(answer: Answer, number: int, turn: int, say: Words) -> str:
    """上一条 · 证据 2 / 3 · 下一条; at either end the step is dead text."""
    numbers = [citation.number for citation in answer.citations]
    place = numbers.index(number)

    def step(name: str, to: int) -> str:
        if 0 <= to < len(numbers):
            return f'<a class="step" href="#cite-{turn}-{numbers[to]}">{name}</a>'
        return f'<span class="step">{name}</span>'

    middle = f"<span>{say['evidence']} {place + 1} / {len(numbers)}</span>"
    return nav_html(f"{step(say['back_step'], place - 1)}{middle}{step(say['next_step'], place + 1)}", say)


def _tools_html(article: Article, start: int, end: int, say: Words, paper: str) -> str:
    """What a reader can do with an article: copy its citation, link to it, see its page or its place on the web."""
    citation = escape(gb7714(article, paper))
    tools = [
        f'<button class="copy" data-copy="{citation}" data-done="{say["copied"]}" title="{citation}">'
        f"{say['copy_citation']}</button>",
        f'<a href="?article={article.id}">{say["permalink"]}</a>',
    ]
    if not article.source.lower().endswith(_RECORDS):
        place = f"-{start}-{end}" if start < end else ""
        tools.append(f'<a href="#page-{article.id}{place}">{say["whole_page"]}</a>')
    if is_web(article.url):
        tools.append(f'<a href="{escape(article.url)}" target="_blank" rel="noopener noreferrer">{say["web"]}</a>')
    return f'<p class="tools">{"".join(tools)}</p>'


def is_web(url: str) -> bool:
    """Whether an article's address may become a link: http and https only.

    >>> is_web("https://paper.example/1"), is_web("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def page_html(
    article: Article,
    corpus: Path,
    beside: Sequence[Article] = (),
    say: Words = ZH,
    place: tuple[int, int] = (0, 0),
) -> str:
    """The input file of an article as it is, with `place` of its text marked where it stands, else its headline.

    Where the file is not in the corpus folder (the index was built elsewhere, or from a .pdf), the page as indexed:
    those articles `beside` that came from the same file.
    """
    text = page_text(article.source, corpus)
    middle = f'<a href="#article-{article.id}">{say["back_to_article"]}</a>'
    if text is None:
        body = _as_indexed_html(article, beside, say, place)
    else:
        quote = article.text[slice(*place)]
        start, end = _found(text, quote) or _found(text, article.headline) or (0, 0)
        body = f'<div class="body raw">{paragraphs_html(text, start, end)}</div>'
    return (
        f'<article class="source page">{nav_html(middle, say)}<header><h2>{say["original"]}</h2>'
        f'<p class="byline">{escape(article.source or say["unknown"])}</p></header>{body}</article>'
    )


def _found(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, whatever its lines and spaces; None where they do not.

    >>> _found("新桥长\\n412米。", "桥长412米")
    (1, 8)
    """
    pattern = r"\s*".join(re.escape(char) for char in words if not char.isspace())
    match = re.search(pattern, text) if pattern else None
    return match.span() if match else None


def _as_indexed_html(article: Article, beside: Sequence[Article], say: Words, place: tuple[int, int]) -> str:
    """The articles of one file, the one that the reader comes from marked; a file of records is no page."""
    of_page = [each for each in beside if same_file(each, article)]
    if not of_page:
        return f'<p class="notice">{say["no_page"]}</p>'
    parts = [f'<p class="notice">{say["page_as_indexed"]}</p>']
    for each in of_page:
        title = escape(each.headline or each.kicker)
        own = each.id == article.id
        title = f"<mark>{title}</mark>" if own and title else title
        marked = paragraphs_html(each.text, *(place if own else (0, 0)))
        parts.append((f"<h3>{title}</h3>" if title else "") + marked)
    return f'<div class="body raw">{"".join(parts)}</div>'


def same_file(one: Article, other: Article) -> bool:
    """Whether two articles come from one page; a file of records is no page."""
    return one.source == other.source and not one.source.lower().endswith(_RECORDS)


def page_text(source: str, corpus: Path) -> str | None:
    """The text of an input file; None for what is not a text file inside the corpus folder, links followed."""
    try:
        path = (corpus / source).resolve()
        if not path.is_relative_to(corpus.resolve()) or path.suffix.lower() not in _TEXTS or not path.is_file():
            return None
        return decode(path.read_bytes()) if path.stat().st_size <= LARGEST_PAGE else None
    except (OSError, ValueError):
        return None


def gone_html(say: Words = ZH) -> str:
    """The panel for a link to an article that the archive does not hold."""
    return f'<div class="source empty">{nav_html("", say)}<p class="notice">{say["gone"]}</p></div>'


SUGGESTED_FROM = 500  # the newest articles; example questions are made from these
BESIDE = 200  # articles of one issue that may have stood on one page
_MOST_TRIED = 10_000  # questions whose outcome is remembered
_CITE = re.compile(r"#cite-(\d{1,6})-(\d{1,6})")
_ARTICLE = re.compile(r"#(article|page)-([0-9a-f]{16})(?:-(\d{1,9})-(\d{1,9}))?")


class Archive:
    """The archive as readers see it. Where `examples` are given, no others are made."""

    def __init__(self, answerer: Answering, examples: Sequence[str] | None = None) -> None:
        self._answerer, self._given = watched(answerer), examples
        self._counted: tuple[str, Overview] | None = None
        self._suggested: tuple[str, list[Suggested]] | None = None
        self._tried: tuple[str, dict[str, bool]] = ("", {})

    @property
    def generation(self) -> str:
        return str(self._answerer.index.stats.get("generation", ""))

    @property
    def held(self) -> Overview:
        generation = self.generation
        if self._counted is None or self._counted[0] != generation:
            self._counted = (generation, overview(self._answerer.index.store))
        return self._counted[1]

    @property
    def examples(self) -> list[Suggested]:
        """Questions to begin with, each of them answered by the archive."""
        if self._given is not None:
            return [Suggested(question) for question in self._given]
        generation = self.generation
        if self._suggested is None or self._suggested[0] != generation:
            articles = self._answerer.index.store.select(limit=SUGGESTED_FROM)
            self._suggested = (generation, suggest(articles, self._answerer.answerable))
        return self._suggested[1]

    def further(self, turns: Sequence[Turn]) -> tuple[Suggested, ...]:
        """Questions to ask next, after the last of the turns: those that the archive answers."""
        answer = turns[-1].answer
        cited = {citation.article.id: citation.article for citation in answer.citations} if answer else {}
        try:
            return follow_ups([*cited.values()], _asked(turns), lambda question: self._answers_alone(question, turns))
        except WenbaoError:
            return ()

    def _answers_alone(self, question: str, turns: Sequence[Turn]) -> bool:
        """Whether a question means the same after these turns as alone, and the archive answers it."""
        return not understand(question, history_of(turns)).follow_up and self._answers(question)

    def _answers(self, question: str) -> bool:
        """Whether the archive answers a question; tried once, and only while nobody waits for an answer."""
        if self._tried[0] != self.generation or len(self._tried[1]) > _MOST_TRIED:
            self._tried = (self.generation, {})
        tried = self._tried[1]
        if question not in tried:
            if not self._answerer.calm:
                return False
            tried[question] = self._answerer.answerable(question)
        return tried[question]

    def masthead(self, say: Words = ZH) -> str:
        return masthead_html(self._answerer.index.stats, say)

    def front(self, say: Words = ZH) -> str:
        return front_html(self.held, self._answerer.index.stats, say)

    def panel(self, turns: Sequence[Turn], link: str, say: Words = ZH) -> str:
        """The panel for a link; the front page for one that is none."""
        if found := _ARTICLE.fullmatch(link):
            return self._article(found, say)
        if link.startswith(("#article-", "#page-")):
            return gone_html(say)
        return source_of(turns, link, say, self._paper) or self.front(say)

    def evidence(self, turns: Sequence[Turn], say: Words = ZH) -> str:
        """The panel beside the last of the turns: the article that it cites first, else the front page."""
        answer = turns[-1].answer if turns else None
        cited = answer.citations if answer else ()
        return self.panel(turns, f"#cite-{len(turns) - 1}-{cited[0].number}" if cited else "#home", say)

    @property
    def _paper(self) -> str:
        return self._answerer.settings.chat.paper

    def _article(self, found: re.Match[str], say: Words) -> str:
        article = self._answerer.index.article(found[2])
        if article is None:
            return gone_html(say)
        start, end = int(found[3] or 0), int(found[4] or 0)
        if found[1] == "page":
            corpus, beside = self._answerer.settings.corpus, self.beside(article, BESIDE)
            return page_html(article, corpus, beside, say, (start, end))
        return article_html(article, start, end, say, paper=self._paper)

    def beside(self, article: Article, limit: int) -> list[Article]:
        """Articles that stood on the same page of the same day, this one among them; else in the same page file."""
        found: list[Article] = self._answerer.index.store.select(
            page=article.page, since=article.date, until=article.date, limit=limit if article.page else BESIDE
        )
        return found if article.page else [each for each in found if same_file(each, article)][:limit]


def source_of(turns: Sequence[Turn], link: str, say: Words = ZH, paper: str = "") -> str:
    """The source panel for a chip's link `#cite-<turn>-<number>`; nothing where there is no such citation."""
    found = _CITE.fullmatch(link)
    if found and int(found[1]) < len(turns) and (answer := turns[int(found[1])].answer):
        turn, number = int(found[1]), int(found[2])
        if any(citation.number == number for citation in answer.citations):
            return source_html(answer, number, turn, say, paper)
    return ""


def _asked(turns: Sequence[Turn]) -> list[str]:
    """What was asked: as typed, and as it was understood."""
    understood = (turn.answer.question_as_understood for turn in turns if turn.answer)
    return [question for question in (*(turn.question for turn in turns), *understood) if question]
