"""The browse tab: articles by words, date, page and reporter, each with the passage that matched.

A filter is never widened: where nothing meets it, nothing is found.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, NamedTuple

import gradio as gr

from embeddings.errors import QuestionError, WenbaoError
from embeddings.records import Article
from embeddings.words import normalise
from qa.question import content_words, core
from ui.front import Overview, filter_of
from ui.plain import one_line
from ui.render import byline, date_text, escape, notice_html, page_label
from ui.subjects import number_of
from ui.terminal import page_name
from ui.words import ZH, Words, told

PAGE = 30  # articles shown at first, and more at a time
RELATED = 0.3  # a passage with a lower score resembles the words by chance
_PASSAGES = 200  # looked at for one search
_SNIPPET = 90  # characters

QUIET: Mapping[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class Filters(NamedTuple):
    """What an article must meet; an empty filter asks nothing. Dates are like 2024-03-03."""

    words: str = ""
    since: str = ""
    until: str = ""
    page: str = ""
    reporter: str = ""

    @property
    def phrase(self) -> str:
        """What stands in quotation marks, where that is all: it is looked for as it is, in order of date."""
        quoted = re.fullmatch(r"[“”\"](.+)[“”\"]", self.words)
        return quoted[1] if quoted else ""

    @property
    def narrow(self) -> dict[str, Any]:
        """The conditions that the article store takes.

        Raises:
            ValueError: a date is none.
        """
        since, until = (Date.fromisoformat(day) if day else None for day in (self.since, self.until))
        return {"since": since, "until": until, "page": self.page, "reporter": self.reporter}

    def meets(self, article: Article) -> bool:
        """Whether an article meets everything but the words."""
        day = article.date.isoformat() if article.date else ""
        return (
            (not self.page or article.page == self.page)
            and (not self.reporter or self.reporter in article.reporters)
            and (not self.since or day >= self.since)
            and (not self.until or "" < day <= self.until)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An article, and the part of its text that matched (all zero: no part in particular)."""

    article: Article
    start: int = 0
    end: int = 0


def find(answerer: Any, filters: Filters, limit: int) -> tuple[list[Found], int | None, list[str]]:
    """Up to `limit` articles that meet the filters, how many do (None: not known), and words that no article has."""
    store, narrow = answerer.index.store, filters.narrow
    if not filters.words or filters.phrase:
        narrow["contains"] = filters.phrase
        hits = [(article, article.text.find(filters.phrase)) for article in store.select(**narrow, limit=limit)]
        spans = [Found(article, at, at + len(filters.phrase)) if at > 0 else Found(article) for article, at in hits]
        return spans, number_of(store, **narrow), []
    passages, lacking = _related(answerer, filters.words)
    found: dict[str, Found] = {}
    for passage in passages:
        if filters.meets(passage.article):
            found.setdefault(passage.article.id, Found(passage.article, passage.start, passage.end))
    for article in store.select(**narrow, contains=filters.words, limit=max(limit, _PASSAGES)):
        start = max(0, article.text.find(filters.words))
        found.setdefault(article.id, Found(article, start, start + len(filters.words)))
    lacking = [word for word in lacking if not store.select(contains=word, limit=1)]
    return list(found.values())[:limit], len(found) if len(found) < _PASSAGES else None, lacking


def _related(answerer: Any, typed: str) -> tuple[list[Any], list[str]]:
    """Passages of articles that have all of the words, or are like them and have some; and the words that none has.

    None where the words cannot be a question (signs only, or too long).
    """
    try:
        passages = answerer.search(typed, k=_PASSAGES)
    except QuestionError:
        return [], []
    words = list(dict.fromkeys(normalise(core(typed)).split()))
    parts = {word for word, _ in content_words(typed)} or set(words)
    texts = [_text(passage.article) for passage in passages]
    found = [
        passage
        for passage, text in zip(passages, texts, strict=True)
        if (words and all(word in text for word in words))
        or (passage.score >= RELATED and any(part in text for part in parts))
    ]
    return found, [word for word in words if not any(word in text for text in texts)]


def _text(article: Article) -> str:
    """All words of an article, its reporters' names too, as they are compared."""
    return normalise(" ".join((article.kicker, article.headline, article.text, *article.reporters)))


def period(label: str) -> tuple[str, str]:
    """The first and the last day of a day, a month or a year: '2024-02' -> ('2024-02-01', '2024-02-29')."""
    year, month, day = (*map(int, label.split("-")), 0, 0)[:3]
    if day:
        return label, label
    last = calendar.monthrange(year, month or 12)[1]
    return f"{year:04}-{month or 1:02}-01", f"{year:04}-{month or 12:02}-{last}"


class BrowseTab:
    """The tab, laid out where it is made: its components, `fields` in the order of `Filters`, and its events."""

    def __init__(self, answerer: Any, held: Overview, say: Any, words_of: Callable[[Any], Words]) -> None:
        self._answerer, self._words_of = answerer, words_of
        pages, reporters = choices_of(held)
        with gr.Row(elem_id="filters"):
            hint: dict[str, Any] = {"label": say("search"), "placeholder": say("search_hint"), "elem_id": "words"}
            words = gr.Textbox(**hint, scale=4, min_width=200)
            # The script of the page makes calendars of these two.
            days: dict[str, Any] = {"max_lines": 1, "scale": 1, "min_width": 104}
            since = gr.Textbox(label=say("since"), elem_id="since", **days)
            until = gr.Textbox(label=say("until"), elem_id="until", **days)
            page = gr.Dropdown(pages, label=say("page"), value="", scale=1, min_width=104, elem_id="page")
            whose: dict[str, Any] = {"label": say("reporter"), "elem_id": "reporter"}
            reporter = gr.Dropdown(reporters, **whose, value="", scale=1, min_width=120)
        shown, found = gr.State(PAGE), gr.HTML("", elem_id="found", js_on_load=None)
        more = gr.Button(say("more"), visible=False, elem_id="more")
        self.fields = [words, since, until, page, reporter]
        self.inputs, self.outputs = [*self.fields, shown], [found, more]
        # Words are looked for when they are complete, of which `.change` knows nothing; a calendar gives whole dates.
        changed = [page.input, reporter.input, since.change, until.change, words.submit, words.blur]
        listing = [shown, *self.outputs]
        gr.on(changed, self.onwards, [*self.fields, gr.State(0)], listing, trigger_mode="always_last", **QUIET)
        more.click(self.onwards, self.inputs, listing, **QUIET)

    def refresh(self, w: str, s: str, u: str, p: str, r: str, count: int, request: gr.Request) -> tuple[Any, ...]:
        html, rest = listed(self._answerer, (w, s, u, p, r), count, self._words_of(request))
        return html, gr.update(visible=rest)

    def onwards(self, w: str, s: str, u: str, p: str, r: str, count: int, request: gr.Request) -> tuple[Any, ...]:
        return count + PAGE, *self.refresh(w, s, u, p, r, count + PAGE, request)


def choices_of(held: Overview) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the lists of pages and of reporters offer: (shown, value), the first of each being any."""
    pages = [(page_name(page), page) for page, _ in held.pages]
    return [("—", ""), *pages], [("—", ""), *((name, name) for name, _ in held.reporters)]


def listed(answerer: Any, fields: Sequence[Any], count: int, say: Words = ZH) -> tuple[str, bool]:
    """The HTML of the list, and whether there is more than `count`."""
    filters = Filters(*(one_line(str(field or ""))[:200] for field in fields))
    chips = chips_html(filters, say)
    if filters.since and filters.until and filters.since > filters.until:
        return chips + notice_html(say["wrong_way"]), False
    try:
        found, total, lacking = find(answerer, filters, count + 1)
    except ValueError:
        return notice_html(say["bad_date"]), False
    except WenbaoError as error:
        return notice_html(told(error, say)), False
    if lacking:
        words = say["and"].join(f"“{one_line(word)}”" for word in lacking)
        chips += notice_html(say["lacking"].format(words=words) + (say["has_some"] if found else ""))
    if not found:
        return chips + ("" if lacking else notice_html(say["none_found"])), False
    rest, found = len(found) > count, found[:count]
    items, day = "", None
    for one in found:
        if (not filters.words or filters.phrase) and one.article.date != day:  # they come in order of date
            items += f'<li class="day">{date_text(day := one.article.date, say) or say["undated_day"]}</li>'
        items += _item_html(one, filters.phrase or filters.words, say)
    heading = say["found" if not rest else "found_more" if total is None else "found_of"]
    heading = heading.format(count=len(found), total=total)
    return f'{chips}<p class="label" role="status">{heading}</p><ol class="found">{items}</ol>', rest


def chips_html(filters: Filters, say: Words) -> str:
    """The filters in force as chips; a tap on one drops it."""
    shown = {
        "words": filters.words and f"“{filters.phrase or filters.words}”",
        "since": filters.since and f"{say['since']} {filters.since}",
        "until": filters.until and f"{say['until']} {filters.until}",
        "page": page_label(filters.page, say),
        "reporter": filters.reporter and f"{say['by']} {filters.reporter}",
    }
    items = "".join(
        f'<li><a class="filter" href="#drop-{name}" title="{say["drop"]}">{escape(one_line(text))} ×</a></li>'
        for name, text in shown.items()
        if text
    )
    return f'<ul class="filters">{items}</ul>' if items else ""


def _item_html(found: Found, typed: str, say: Words) -> str:
    """One article of the list: headline, byline, and why it was found: its words, marked."""
    article = found.article
    forms = {*typed.split(), *(word for word, _ in content_words(typed))} if typed else set()
    words = re.compile("|".join(map(re.escape, sorted(forms, key=lambda form: -len(form)))) or r"(?!)")
    first = words.search(article.text, found.start)
    at = max(0, (first.start() if first else found.start) - 10) if found.end else 0
    snippet = one_line(article.text[at : at + _SNIPPET])
    dots = "…" if at + _SNIPPET < len(article.text) else ""
    place = f"{article.id}-{found.start}-{found.end}" if found.end else article.id
    title, signed = _marked(article.title, words), _marked(byline(article, say), words)
    shown = _marked(snippet, words)
    return (
        f'<li><a class="headline" href="#article-{place}">{title}</a>'
        f"<small>{signed}</small><p>{'…' if at else ''}{shown}{dots}</p></li>"
    )


def _marked(text: str, words: re.Pattern[str]) -> str:
    """The text as HTML, with every one of the words marked."""
    out, at = "", 0
    for match in words.finditer(text):
        out += f"{escape(text[at : match.start()])}<mark>{escape(match[0])}</mark>"
        at = match.end()
    return out + escape(text[at:])


def applied(link: str) -> list[Any] | None:
    """What the fields become after a tap on `#filter-…` or `#drop-…`; None where the link is neither.

    A filter replaces all others; a drop empties one field.
    """
    what, value = filter_of(link)
    names = Filters._fields
    if what == "date":
        return ["", *period(value), "", ""]
    if what:
        return [value if name == what else "" for name in names]
    if link.startswith("#drop-") and link.removeprefix("#drop-") in names:
        return ["" if name == link.removeprefix("#drop-") else gr.skip() for name in names]
    return None
