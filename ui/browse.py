"""The browse tab: articles by words, date, page and reporter, each with the passage that matched.

A filter is never widened: where nothing meets it, nothing is found.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

import gradio as gr

from embeddings.errors import QuestionError, WenbaoError
from embeddings.records import Article
from embeddings.words import normalise
from qa.question import content_words, core
from ui.panel import Overview, filter_of
from ui.plain import one_line
from ui.render import byline, escape, notice_html, page_label
from ui.terminal import page_name
from ui.words import ZH, Words, told

# find

RELATED = 0.3  # a passage with a lower score resembles the words by chance
_PASSAGES = 200  # looked at for one search
_DATE = re.compile(r"(\d{4})[-/.年]?(?:(\d{1,2})[-/.月]?(\d{1,2})?日?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must meet; an empty filter asks nothing."""

    words: str = ""
    since: Date | None = None
    until: Date | None = None
    page: str = ""
    reporter: str = ""

    @property
    def narrow(self) -> dict[str, Any]:
        """The conditions that the article store takes."""
        return {"since": self.since, "until": self.until, "page": self.page, "reporter": self.reporter}

    def meets(self, article: Article) -> bool:
        """Whether an article meets everything but the words."""
        return (
            (not self.page or article.page == self.page)
            and (not self.reporter or self.reporter in article.reporters)
            and (not self.since or (article.date is not None and article.date >= self.since))
            and (not self.until or (article.date is not None and article.date <= self.until))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An article, and the part of its text that matched (all zero: no part in particular)."""

    article: Article
    start: int = 0
    end: int = 0


def find(answerer: Any, filters: Filters, limit: int) -> tuple[list[Found], list[str]]:
    """Up to `limit` articles that meet the filters, and those of the words that no article has."""
    store = answerer.index.store
    if not filters.words:
        return [Found(article) for article in store.select(**filters.narrow, limit=limit)], []
    passages, lacking = _related(answerer, filters.words)
    found: dict[str, Found] = {}
    for passage in passages:
        if filters.meets(passage.article):
            found.setdefault(passage.article.id, Found(passage.article, passage.start, passage.end))
    for article in store.select(**filters.narrow, contains=filters.words, limit=limit):
        start = max(0, article.text.find(filters.words))
        found.setdefault(article.id, Found(article, start, start + len(filters.words)))
    return list(found.values())[:limit], [word for word in lacking if not store.select(contains=word, limit=1)]


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
    texts = {passage.article.id: _text(passage.article) for passage in passages}

    def related(text: str, score: float) -> bool:
        whole = all(word in text for word in words)
        return bool(words) and (whole or (score >= RELATED and _has(text, parts)))

    found = [passage for passage in passages if related(texts[passage.article.id], passage.score)]
    return found, [word for word in words if not any(word in text for text in texts.values())]


def _has(text: str, forms: Iterable[str]) -> bool:
    return any(form in text for form in forms)


def _text(article: Article) -> str:
    """All words of an article, its reporters' names too, as they are compared."""
    return normalise(" ".join((article.kicker, article.headline, article.text, *article.reporters)))


def date_of(typed: str, *, last: bool = False) -> Date | None:
    """The first (or `last`) day of a date, a month or a year as people write them; None for an empty line.

    >>> date_of("2024-02", last=True), date_of("2024年3月3日")
    (datetime.date(2024, 2, 29), datetime.date(2024, 3, 3))

    Raises:
        ValueError: it is no date.
    """
    typed = re.sub(r"\s", "", typed)
    if not typed:
        return None
    found = _DATE.fullmatch(typed)
    if not found:
        raise ValueError(typed)
    year = int(found[1])
    month = int(found[2]) if found[2] else (12 if last else 1)
    day = int(found[3]) if found[3] else (calendar.monthrange(year, month)[1] if last else 1)
    return Date(year, month, day)


def filters_of(words: str, since: str, until: str, page: str | None, reporter: str | None) -> Filters:
    """What a reader typed and chose → filters.

    Raises:
        ValueError: a date is none.
    """
    return Filters(one_line(words)[:200], date_of(since), date_of(until, last=True), page or "", reporter or "")


# browse

PAGE = 30  # articles shown at first, and more at a time
_SNIPPET = 90  # characters

QUIET: Mapping[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class Browse:
    """The components of the tab; `fields` in the order of `filters_of`."""

    fields: tuple[gr.Textbox, gr.Textbox, gr.Textbox, gr.Dropdown, gr.Dropdown]
    shown: gr.State
    found: gr.HTML
    more: gr.Button
    refresh: Callable[..., Any]

    @property
    def inputs(self) -> list[Any]:
        return [*self.fields, self.shown]

    @property
    def outputs(self) -> list[Any]:
        return [self.found, self.more]


def browse_tab(answerer: Any, held: Overview, say: Callable[[str], Any], words_of: Callable[[Any], Words]) -> Browse:
    """Lay out the tab where it is called, and connect it; `say` names a text that the browser translates."""
    pages, reporters = choices_of(held)
    with gr.Row(elem_id="filters"):
        words = gr.Textbox(label=say("search"), placeholder=say("search_hint"), scale=4, min_width=200, elem_id="words")
        since = gr.Textbox(label=say("since"), placeholder="2024-03-01", scale=1, min_width=104, elem_id="since")
        until = gr.Textbox(label=say("until"), placeholder="2024-03", scale=1, min_width=104, elem_id="until")
        page = gr.Dropdown(pages, label=say("page"), value="", scale=1, min_width=104, elem_id="page")
        reporter = gr.Dropdown(reporters, label=say("reporter"), value="", scale=1, min_width=120, elem_id="reporter")
    shown = gr.State(PAGE)
    found = gr.HTML("", elem_id="found", js_on_load=None)
    more = gr.Button(say("more"), visible=False, elem_id="more")

    def refresh(*typed: Any) -> tuple[Any, ...]:
        """The list for the fields; `typed` ends with how many to show and the request."""
        *fields, count, request = typed
        html, rest = listed(answerer, fields, count, words_of(request))
        return html, gr.update(visible=rest)

    def again(w: str, s: str, u: str, p: str, r: str, count: int, request: gr.Request) -> tuple[Any, ...]:
        return refresh(w, s, u, p, r, count, request)

    def anew(w: str, s: str, u: str, p: str, r: str, request: gr.Request) -> tuple[Any, ...]:
        return PAGE, *refresh(w, s, u, p, r, PAGE, request)

    def onwards(w: str, s: str, u: str, p: str, r: str, count: int, request: gr.Request) -> tuple[Any, ...]:
        return count + PAGE, *refresh(w, s, u, p, r, count + PAGE, request)

    tab = Browse((words, since, until, page, reporter), shown, found, more, again)
    # What is typed is looked at when it is complete; `.change` also tells of halves, and of the tab being opened.
    changed = [page.input, reporter.input]
    changed += [event for box in (words, since, until) for event in (box.submit, box.blur)]
    gr.on(changed, anew, list(tab.fields), [shown, *tab.outputs], trigger_mode="always_last", **QUIET)
    more.click(onwards, tab.inputs, [shown, *tab.outputs], **QUIET)
    return tab


def choices_of(held: Overview) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the lists of pages and of reporters offer: (shown, value), the first of each being any."""
    pages = [(page_name(page), page) for page, _ in held.pages]
    return [("—", ""), *pages], [("—", ""), *((name, name) for name, _ in held.reporters)]


def listed(answerer: Any, fields: Sequence[Any], count: int, say: Words = ZH) -> tuple[str, bool]:
    """The HTML of the list, and whether there is more than `count`."""
    try:
        filters = filters_of(*(field or "" for field in fields))
    except ValueError:
        return notice_html(say["bad_date"]), False
    chips = chips_html(filters, fields, say)
    if filters.since and filters.until and filters.since > filters.until:
        return chips + notice_html(say["wrong_way"]), False
    try:
        found, lacking = find(answerer, filters, count + 1)
    except WenbaoError as error:
        return notice_html(told(error, say)), False
    if lacking:
        words = say["and"].join(f"“{one_line(word)}”" for word in lacking)
        chips += notice_html(say["lacking"].format(words=words) + (say["has_some"] if found else ""))
    if not found:
        return chips + ("" if lacking else notice_html(say["none_found"])), False
    rest = len(found) > count
    items = "".join(_item_html(one, say) for one in found[:count])
    total = say["found_more" if rest else "found"].format(count=len(found[:count]))
    return f'{chips}<p class="label" role="status">{total}</p><ol class="found">{items}</ol>', rest


def chips_html(filters: Filters, fields: Sequence[Any], say: Words) -> str:
    """The filters in force as chips; a tap on one drops it."""
    shown = {
        "words": filters.words and f"“{filters.words}”",
        "since": filters.since and f"{say['since']} {fields[1]}",
        "until": filters.until and f"{say['until']} {fields[2]}",
        "page": page_label(filters.page, say),
        "reporter": filters.reporter and f"{say['by']} {filters.reporter}",
    }
    items = "".join(
        f'<li><a class="filter" href="#drop-{name}" title="{say["drop"]}">{escape(one_line(text))} ×</a></li>'
        for name, text in shown.items()
        if text
    )
    return f'<ul class="filters">{items}</ul>' if items else ""


def _item_html(found: Found, say: Words) -> str:
    """One article of the list: headline, byline, and the words that matched."""
    article = found.article
    at = max(0, found.start - 10) if found.end else 0
    snippet = one_line(article.text[at : at + _SNIPPET])
    dots = "…" if at + _SNIPPET < len(article.text) else ""
    place = f"{article.id}-{found.start}-{found.end}" if found.end else article.id
    return (
        f'<li><a class="headline" href="#article-{place}">{escape(article.title)}</a>'
        f"<small>{escape(byline(article, say))}</small><p>{'…' if at else ''}{escape(snippet)}{dots}</p></li>"
    )


def applied(link: str) -> list[Any] | None:
    """What the fields become after a tap on `#filter-…` or `#drop-…`; None where the link is neither.

    A filter replaces all others; a drop empties one field.
    """
    what, value = filter_of(link)
    names = ("words", "since", "until", "page", "reporter")
    if what == "date":
        return ["", value, value, "", ""]
    if what:
        return [value if name == what else "" for name in names]
    if link.startswith("#drop-") and link.removeprefix("#drop-") in names:
        return ["" if name == link.removeprefix("#drop-") else gr.skip() for name in names]
    return None
