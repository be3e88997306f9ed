"""Answers and articles → the HTML of the chat: messages with citation chips, and the source panel.

In: records of the qa and embeddings rooms, all of them untrusted text. Out: strings of HTML in which every character
of theirs is escaped. Knows nothing about Gradio; a chip is a plain link `#cite-<turn>-<number>`, so that it survives
the browser's sanitizer and takes the keyboard.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date as Date
from typing import Any

from embeddings.records import Article
from qa.records import Answer, Citation
from ui.plain import plain
from ui.terminal import page_name

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


def answer_html(answer: Answer, question: str, turn: int) -> str:
    """An answer as a chat message: the question as understood, the sentences with their chips, the sources."""
    known = {citation.number: citation for citation in answer.citations}
    lines = [f"<p>{_line_html(line, known, turn)}</p>" for line in answer.text.split("\n") if line.strip()]
    understood = answer.question_as_understood
    if understood and understood != question:
        lines.insert(0, f'<p class="understood">理解为：{escape(understood)}</p>')
    return (
        f'<div class="{"refusal" if answer.refused else "answer"}">{"".join(lines)}{_sources_html(answer, turn)}</div>'
    )


def _line_html(line: str, known: Mapping[int, Citation], turn: int) -> str:
    """One line: **…** becomes strong, and [n] a chip where citation n exists."""
    parts: list[str] = []
    at = 0
    for found in _MARKER.finditer(line):
        if citation := known.get(int(found[1])):
            parts.append(_tied(line[at : found.start()], chip_html(citation, turn)))
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


def chip_html(citation: Citation, turn: int) -> str:
    """The small number after a sentence; its hint says where the sentence stands."""
    quote = citation.quote if len(citation.quote) <= LONGEST_TITLE else citation.quote[:LONGEST_TITLE] + "…"
    hint = f"《{citation.headline}》 {byline(citation.article)} “{quote}”"
    return f'<a class="chip" href="#cite-{turn}-{citation.number}" title="{escape(hint)}">{citation.number}</a>'


def _sources_html(answer: Answer, turn: int) -> str:
    """The cited articles that the text does not name itself, each once; below a refusal, the nearest report."""
    groups: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        if f"《{citation.headline}》" not in answer.text:
            groups.setdefault(citation.article.id, []).append(citation)
    items = []
    for citations in groups.values():
        first = citations[0]
        chips = "".join(chip_html(citation, turn) for citation in citations)
        where = " · ".join(part for part in (_date(first.date), first.page and page_name(first.page)) if part)
        link = f'<a class="headline" href="#cite-{turn}-{first.number}">{escape(first.headline)}</a>'
        items.append(f"<li>{chips}{link}<small>{escape(where)}</small></li>")
    title = "最接近的报道" if answer.refused else "出处"
    return f'<p class="label">{title}</p><ul class="sources">{"".join(items)}</ul>' if items else ""


def byline(article: Article) -> str:
    """'记者 张三、李四 · 2024年3月3日 · A01版', without what is not known."""
    people = "、".join(article.reporters)
    role = "摄影" if article.kind == "caption" else "记者"
    parts = (people and f"{role} {people}", _date(article.date), article.page and page_name(article.page))
    return " · ".join(part for part in parts if part)


def _date(date: Date | None) -> str:
    """2024-03-03 -> '2024年3月3日'."""
    return f"{date.year}年{date.month}月{date.day}日" if date else ""


def source_html(answer: Answer, number: int, turn: int) -> str:
    """The source panel: the whole article of citation `number` with its quote marked, and the way to the next."""
    citation = next(citation for citation in answer.citations if citation.number == number)
    article = citation.article
    label = "图片说明" if article.kind == "caption" else "报道"
    title = article.headline or article.kicker or label  # a caption's text is its own title: no need to say it twice
    kicker = f'<p class="kicker">{escape(article.kicker)}</p>' if article.kicker and article.headline else ""
    return (
        f'<article class="source" data-cite="{turn}-{number}">{_steps_html(answer, number, turn)}'
        f'<header>{kicker}<h2>{escape(title)}</h2><p class="byline">{escape(byline(article))}</p></header>'
        f'<div class="body">{paragraphs_html(article.text, citation.start, citation.end)}</div>'
        f"<footer>{label} · 来源 {escape(article.source or '未知')}</footer></article>"
    )


def _steps_html(answer: Answer, number: int, turn: int) -> str:
    """上一条 · 证据 2 / 3 · 下一条; at either end the step is dead text."""
    numbers = [citation.number for citation in answer.citations]
    place = numbers.index(number)

    def step(name: str, to: int) -> str:
        if 0 <= to < len(numbers):
            return f'<a class="step" href="#cite-{turn}-{numbers[to]}">{name}</a>'
        return f'<span class="step">{name}</span>'

    middle = f"<span>证据 {place + 1} / {len(numbers)}</span>"
    back = '<a class="back" href="#chat">回到对话</a>'
    return f'<nav aria-label="证据">{back}{step("上一条", place - 1)}{middle}{step("下一条", place + 1)}</nav>'


def paragraphs_html(text: str, start: int, end: int) -> str:
    """The paragraphs of a text with `text[start:end]` marked; a mark that spans paragraphs is made in each.

    >>> paragraphs_html("甲乙。\\n丙丁。", 1, 3)
    '<p>甲<mark>乙。</mark></p><p>丙丁。</p>'
    """
    out: list[str] = []
    at = 0
    for line in text.split("\n"):
        low, high = (min(max(edge - at, 0), len(line)) for edge in (start, max(start, end)))
        marked = f"<mark>{escape(line[low:high])}</mark>" if low < high else ""
        out.append(f"<p>{escape(line[:low])}{marked}{escape(line[high:])}</p>" if line.strip() else "")
        at += len(line) + 1
    return "".join(out)


EMPTY_PANEL = (
    '<div class="source empty"><p class="seal">原文</p>'
    "<p>点回答里的编号，<br>原文在这里打开，引用的话已标出。</p></div>"
)


def masthead_html(stats: Mapping[str, Any]) -> str:
    """The name of the page and one line that says what the archive holds."""
    return f'<header class="masthead"><h1>问报</h1><p>{escape(archive_line(stats))}</p></header>'


def archive_line(stats: Mapping[str, Any]) -> str:
    """'馆藏 6 个版面、30 篇报道、5 条图片说明，2024年3月3日至2024年8月9日'."""
    counts = ((stats.get("pages"), "个版面"), (stats.get("reports"), "篇报道"), (stats.get("captions"), "条图片说明"))
    holds = "、".join(f"{count:,} {noun}" for count, noun in counts if count)
    dates = [_date(Date.fromisoformat(str(stats[key]))) for key in ("first_date", "last_date") if stats.get(key)]
    span = "至".join(dict.fromkeys(dates))
    return "，".join(part for part in (f"馆藏 {holds or '还是空的'}", span) if part)
