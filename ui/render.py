"""Turns and answers → the HTML of the chat: messages with citation chips, and what can be done with them.

In: records of the qa and embeddings rooms, all of them untrusted text. Out: strings of HTML in which every character
of theirs is escaped. Knows nothing about Gradio; a chip is a plain link `#cite-<turn>-<number>`, so that it survives
the browser's sanitizer and takes the keyboard; so are the other actions (`#retry-3`, `#ask-3-0`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date as Date
from typing import Any

from embeddings.records import Article
from qa.records import Answer, Citation
from ui.english import framed, noted
from ui.plain import one_line, plain
from ui.terminal import page_name
from ui.turns import Turn
from ui.words import EN, ZH, Words

_MARKER = re.compile(r"\[(\d{1,4})\]")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
LONGEST_TITLE = 120  # characters of a quote in the hint of a chip
LONGEST_SHOWN = 300  # characters of a typed question that the chat repeats


def escape(text: str) -> str:
    """Text for HTML that also passes through Markdown and formula renderers without a change.

    >>> escape("<b> $x$ *y*")
    '&lt;b&gt; &#36;x&#36; &#42;y&#42;'
    """
    escaped = html.escape(plain(text))
    return re.sub(r"[$`*_\[\]{}\\~|:/@]", lambda found: f"&#{ord(found[0])};", escaped)


def question_html(question: str) -> str:
    """What the reader typed, shortened where it is endless."""
    shown = question if len(question) <= LONGEST_SHOWN else question[:LONGEST_SHOWN] + "…"
    return f'<div class="question">{escape(shown)}</div>'.replace("\n", "<br>")


def notice_html(message: str) -> str:
    """A polite message in place of an answer."""
    return f'<div class="notice">{escape(message)}</div>'


def turn_html(turn: Turn, number: int, last: bool, say: Words = ZH) -> str:
    """What the page says to a question: the answer or a notice, and, once it is complete, what can be done next."""
    said = notice_html(turn.notice) if turn.notice else f'<div class="pending">{say["pending"]}</div>'
    if turn.answer:
        said = answer_html(turn.answer, turn.question, number, say)
    return said if turn.follow is None else said + _acts_html(turn, number, last, say)


def _acts_html(turn: Turn, number: int, last: bool, say: Words) -> str:
    """有用 没用 复制 for every answer; 重答, where another may come, 改问题 撤回 and further questions for the last."""
    acts = []
    if turn.answer:
        for vote, name in (("up", say["good"]), ("down", say["bad"])):
            given = " given" if turn.vote == vote else ""
            acts.append(f'<a class="vote {vote}{given}" href="#{vote}-{number}">{name}</a>')
        acts.append(f'<a href="#copy-{number}">{say["copy"]}</a>')
    if last:
        names = ("retry", "edit", "undo") if turn.again else ("edit", "undo")
        acts += [f'<a href="#{act}-{number}">{say[act]}</a>' for act in names]
    follow = ""
    if last and turn.follow:
        items = "".join(
            f'<li><a href="#ask-{number}-{at}">{escape(question)}</a></li>' for at, question in enumerate(turn.follow)
        )
        follow = f'<p class="label">{say["next"]}</p><ul class="follow">{items}</ul>'
    return f'<div class="acts">{"".join(acts)}</div>{follow}'


def answer_html(answer: Answer, question: str, turn: int, say: Words = ZH) -> str:
    """An answer as a chat message: the question as understood, the sentences with their chips, the sources."""
    known = {citation.number: citation for citation in answer.citations}
    lines = [f"<p>{_line_html(line, known, turn, say)}</p>" for line in framed(answer, say).split("\n") if line.strip()]
    if answer.short and not answer.verdict:
        lines.insert(0, f'<p class="short">{escape(answer.short)}</p>')
    understood = answer.question_as_understood
    if understood and understood != question:
        reword = f'<a href="#reword-{turn}">{say["reword"]}</a>'
        lines.insert(0, f'<p class="understood">{say["understood"]}{escape(understood)}{reword}</p>')
    if answer.notice:
        lines.append(f'<p class="label">{escape(noted(answer.notice, say))}</p>')
    refused = answer.refused and not answer.aside
    if refused:
        lines.insert(0, f'<p class="label">{say["unseen"]}</p>')
    kind = "refusal" if refused else "answer"
    return f'<div class="{kind}">{"".join(lines)}{_sources_html(answer, turn, say)}</div>'


def _line_html(line: str, known: Mapping[int, Citation], turn: int, say: Words) -> str:
    """One line: **…** becomes strong, and [n] a chip where citation n exists."""
    parts: list[str] = []
    at = 0
    for found in _MARKER.finditer(line):
        if citation := known.get(int(found[1])):
            parts.append(_tied(line[at : found.start()], chip_html(citation, turn, say)))
            at = found.end()
    return "".join([*parts, _strong(line[at:])])


def _tied(text: str, chip: str) -> str:
    """Text and its chip, whose last character keeps the chip from starting a line of its own."""
    if not text or text[-1] in "* ":
        return _strong(text) + chip
    return f'{_strong(text[:-1])}<span class="tied">{escape(text[-1])}{chip}</span>'


def _strong(text: str) -> str:
    parts = _BOLD.split(text)  # plain, bold, plain, bold, …
    return "".join(f"<strong>{escape(part)}</strong>" if odd % 2 else escape(part) for odd, part in enumerate(parts))


def chip_html(citation: Citation, turn: int, say: Words = ZH) -> str:
    """The small number after a sentence; its hint has three lines: headline, byline, quote."""
    quote = citation.quote if len(citation.quote) <= LONGEST_TITLE else citation.quote[:LONGEST_TITLE] + "…"
    hint = "&#10;".join(escape(one_line(part)) for part in (citation.headline, byline(citation.article, say), quote))
    return f'<a class="chip" href="#cite-{turn}-{citation.number}" title="{hint}">{citation.number}</a>'


def _sources_html(answer: Answer, turn: int, say: Words) -> str:
    """The cited articles, each once; below a refusal the nearest report, where the text does not name it itself."""
    groups: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        if not answer.refused or f"《{citation.headline}》" not in answer.text:
            groups.setdefault(citation.article.id, []).append(citation)
    items = []
    for citations in groups.values():
        first = citations[0]
        chips = "".join(chip_html(citation, turn, say) for citation in citations)
        where = " · ".join(part for part in (date_text(first.date, say), page_label(first.page, say)) if part)
        link = f'<a class="headline" href="#cite-{turn}-{first.number}">{escape(first.headline)}</a>'
        items.append(f"<li>{chips}{link}<small>{escape(where)}</small></li>")
    title = say["nearest"] if answer.refused else say["sources"]
    return f'<p class="label">{title}</p><ul class="sources">{"".join(items)}</ul>' if items else ""


def byline(article: Article, say: Words = ZH) -> str:
    """'记者 张三、李四 · 2024年3月3日 · A01版', without what is not known."""
    known = {"记者": say["by"], "摄影": say["photo"]}
    people = " ".join(f"{known.get(role, role)} {'、'.join(names)}".strip() for role, names in article.signed)
    parts = (people, date_text(article.date, say), page_label(article.page, say))
    return " · ".join(part for part in parts if part)


def page_label(page: str, say: Words = ZH) -> str:
    """'A01' -> 'A01版'; in English 'p. A01'."""
    return page and (f"p. {page.removesuffix('版')}" if say is EN else page_name(page))


def date_text(date: Date | None, say: Words = ZH) -> str:
    """2024-03-03 -> '2024年3月3日'; in English it stays as it is."""
    if date is None:
        return ""
    return f"{date.year}年{date.month}月{date.day}日" if say is ZH else date.isoformat()


def masthead_html(stats: Mapping[str, Any], say: Words = ZH) -> str:
    """The name of the page and one line that says what the archive holds."""
    return f'<header class="masthead"><h1>问报</h1><p>{escape(archive_line(stats, say))}</p></header>'


def archive_line(stats: Mapping[str, Any], say: Words = ZH) -> str:
    """'馆藏 6 个版面、30 篇报道、5 条图片说明，2024年3月3日至2024年8月9日'."""
    counts = ((stats.get(key), say[key]) for key in ("pages", "reports", "captions"))
    holds = say["and"].join(f"{count:,} {noun}" for count, noun in counts if count)
    days = [Date.fromisoformat(str(stats[key])) for key in ("first_date", "last_date") if stats.get(key)]
    span = say["span"].join(dict.fromkeys(date_text(day, say) for day in days))
    return say["comma"].join(part for part in (f"{say['in_all']} {holds or say['empty']}", span) if part)
