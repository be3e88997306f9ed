"""The browse tab: every article of the archive, by words, date, page and reporter.

In: an answerer. Out: Gradio components, and the HTML of the list. A tap on a headline opens the article in the panel
of the page (a link `#article-<id>`). Knows nothing about conversations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from embeddings.errors import WenbaoError
from ui.faults import told
from ui.find import Filters, Found, filters_of, find
from ui.front import filter_of
from ui.overview import Overview
from ui.plain import one_line
from ui.render import byline, escape, notice_html, page_label
from ui.terminal import page_name
from ui.words import ZH, Words

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
