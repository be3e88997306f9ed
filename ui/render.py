"""Turns and answers as HTML for the chat, and a conversation as one HTML or Markdown file.

Every character of a question or an article is escaped. A chip is a plain link `#cite-<turn>-<number>`, which survives
the browser's sanitizer and takes the keyboard; so are the other actions (`#retry-3`, `#ask-3-0`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

from embeddings.records import Article
from qa.compose import english
from qa.question import kind_of
from qa.records import Answer, Citation
from ui.conversation import Turn
from ui.plain import one_line, plain
from ui.terminal import page_name
from ui.words import EN, ZH, Words


def gb7714(article: Article, paper: str = "") -> str:
    """'张三, 李四. 标题[N]. 某某日报, 2024-03-03(A01).', without what is not known; whose the photo is, is no author.

    >>> gb7714(Article(text="正文", headline="标题", reporters=("甲", "乙", "丙", "丁")), "某某日报")
    '甲, 乙, 丙, 等. 标题[N]. 某某日报.'
    """
    wrote = (names for role, names in article.signed if role != "摄影" or article.kind == "caption")
    authors = [name for names in wrote for name in names]
    names = ", ".join([*authors[:3], "等"] if len(authors) > 3 else authors)
    day = article.date.isoformat() if article.date else ""
    page = f"({article.page.removesuffix('版')})" if article.page else ""
    issue = ", ".join(part for part in (paper, day) if part) + page
    carrier = "[N/OL]" if article.url else "[N]"
    parts = (names, f"{article.title}{carrier}", issue, article.url)
    return one_line(". ".join(part for part in parts if part) + ".")


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


def messages_of(turns: Sequence[Turn], say: Words = ZH) -> list[dict[str, str]]:
    """The turns as chat messages, two each."""
    messages = []
    for number, turn in enumerate(turns):
        said = turn_html(turn, number, number == len(turns) - 1, say)
        messages.append({"role": "user", "content": question_html(turn.question)})
        messages.append({"role": "assistant", "content": said})
    return messages


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
            f'<li><a href="#ask-{number}-{at}">{escape(each.said(say))}</a></li>' for at, each in enumerate(turn.follow)
        )
        follow = f'<p class="label">{say["next"]}</p><ul class="follow">{items}</ul>'
    return f'<div class="acts">{"".join(acts)}</div>{follow}'


def answer_html(answer: Answer, question: str, turn: int, say: Words = ZH) -> str:
    """An answer as a chat message: the question as understood, the sentences with their chips, the sources."""
    known = {citation.number: citation for citation in answer.citations}
    lines = [f"<p>{_line_html(line, known, turn, say)}</p>" for line in lines_of(answer, say)]
    if answer.short and not answer.verdict:
        lines.insert(0, f'<p class="short">{escape(answer.short)}</p>')
    understood = answer.question_as_understood
    if understood and understood != question:
        reword = f'<a href="#reword-{turn}">{say["reword"]}</a>'
        lines.insert(0, f'<p class="understood">{say["understood"]}{escape(understood)}{reword}</p>')
    if answer.notice:
        lines.append(f'<p class="label">{escape(noted(answer.notice, say))}</p>')
    refused = answer.refused and not answer.aside
    if refused and not (answer.refusal and answer.refusal.kind == "no_more"):  # which follows what the paper does say
        lines.insert(0, f'<p class="label">{say["unseen"]}</p>')
    kind = "refusal" if refused else "answer"
    return f'<div class="{kind}">{"".join(lines)}{_sources_html(answer, question, turn, say)}</div>'


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


def _sources_html(answer: Answer, question: str, turn: int, say: Words) -> str:
    """The cited articles, each once; below a refusal the nearest report, where the text does not name it itself.

    Reports of several days on one thing stand in order of date, each with what it says of it.
    """
    groups: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        if not answer.refused or f"《{citation.headline}》" not in answer.text:
            groups.setdefault(citation.article.id, []).append(citation)
    if not groups:
        return ""
    days = {citations[0].date for citations in groups.values()} - {None}
    told = not answer.refused and (bool(answer.older) or kind_of(question) not in ("reports", "list"))
    if told and len(days) > 1:
        order = sorted(groups.values(), key=lambda citations: citations[0].date or Date.min)
        values = {value.number: value.words for value in answer.older}
        values = {answer.citations[0].number: answer.short, **values} if answer.citations else values
        items = "".join(_source_html(citations, turn, say, values) for citations in order)
        return f'<p class="label">{say["in_order"]}</p><ol class="sources timeline">{items}</ol>'
    items = "".join(_source_html(citations, turn, say) for citations in groups.values())
    title = say["nearest"] if answer.refused else say["sources"]
    return f'<p class="label">{title}</p><ul class="sources">{items}</ul>'


def _source_html(citations: Sequence[Citation], turn: int, say: Words, values: Mapping[int, str] | None = None) -> str:
    """One cited article; on a timeline its date comes first, and its value where there is one."""
    first = citations[0]
    chips = "".join(chip_html(citation, turn, say) for citation in citations)
    link = f'<a class="headline" href="#cite-{turn}-{first.number}">{escape(first.headline)}</a>'
    day, page = date_text(first.date, say), page_label(first.page, say)
    if values is None:
        return f"<li>{chips}{link}<small>{escape(' · '.join(part for part in (day, page) if part))}</small></li>"
    value = next((values[citation.number] for citation in citations if values.get(citation.number)), "")
    said = f"<strong>{escape(value)}</strong>" if value else ""
    return f"<li><small>{escape(day)}</small>{chips}{link}{said}</li>"


def paragraphs_html(text: str, start: int, end: int, answering: Sequence[tuple[int, int]] = ()) -> str:
    """The paragraphs of a text with `text[start:end]` marked; a mark that spans paragraphs is made in each.

    >>> paragraphs_html("甲乙。\\n丙丁。", 1, 3)
    '<p>甲<mark>乙。</mark></p><p>丙丁。</p>'
    >>> paragraphs_html("桥长9米。", 0, 5, [(2, 4)])
    '<p><mark>桥长<b>9米</b>。</mark></p>'
    """
    out: list[str] = []
    at = 0
    for line in text.split("\n"):
        low, high = (min(max(edge - at, 0), len(line)) for edge in (start, max(start, end)))
        inside = [(max(low, first - at), min(high, last - at)) for first, last in answering]
        marked = f"<mark>{_answering(line, low, high, inside)}</mark>" if low < high else ""
        out.append(f"<p>{escape(line[:low])}{marked}{escape(line[high:])}</p>" if line.strip() else "")
        at += len(line) + 1
    return "".join(out)


def _answering(line: str, low: int, high: int, spans: Sequence[tuple[int, int]]) -> str:
    """`line[low:high]` with the spans in it in bold."""
    out, at = "", low
    for start, end in sorted(spans):
        if at <= start < end:
            out += f"{escape(line[at:start])}<b>{escape(line[start:end])}</b>"
            at = end
    return out + escape(line[at:high])


def byline(article: Article, say: Words = ZH) -> str:
    """'记者 张三、李四 · 2024年3月3日 · A01版', without what is not known."""
    known = {"记者": say["by"], "摄影": say["photo"], "通讯员": say["correspondent"]}
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


_NOTICES = {
    "语言模型没有答上来，这里改用报道的原句。": "The language model gave no answer; here are sentences of reports.",
    "语言模型中途停了，以上是已经核对过的部分。": "The language model broke off; the part above has been checked.",
    "语言模型写的话对不上报道，这里改用报道的原句。": (
        "What the language model wrote is not borne out by the reports; these are sentences of the reports."
    ),
}


def lines_of(answer: Answer, say: Words) -> list[str]:
    """The text of an answer in the frame of the reader's language, line by line."""
    return [line for line in (english(answer) if say is EN else answer.text).split("\n") if line.strip()]


def noted(notice: str, say: Words) -> str:
    """What is said beside an answer, in the reader's language."""
    if say is not EN:
        return notice
    missing = re.fullmatch(r"其中(\d+)个问题报道没有回答。", notice)
    return f"The reports do not answer {missing[1]} of the questions." if missing else _NOTICES.get(notice, notice)


STYLE = Path(__file__).with_name("export.css")
_SIGNS = re.compile(r"([\\`*_{}\[\]#!|~$])")


def markdown_of(turns: Sequence[Turn], now: datetime, say: Words = ZH, paper: str = "") -> str:
    """The conversation in Markdown; each citation is a footnote with its source after GB/T 7714 and its quote.

    `paper` is the newspaper's name.
    """
    parts = [f"# 问报 {now:%Y-%m-%d %H:%M}"]
    for number, turn in enumerate(turns):
        parts.append(f"## {_safe(turn.question)}")
        if turn.notice:
            parts.append(f"> {_safe(turn.notice)}")
        if turn.answer:
            known = {citation.number for citation in turn.answer.citations}
            lines = lines_of(turn.answer, say)
            refused = f"**{say['unseen']}** " if turn.answer.refused and not turn.answer.aside else ""
            parts.append(refused + "\n\n".join(_answer_line(line, known, number) for line in lines))
            parts += [_footnote(citation, number, paper) for citation in turn.answer.citations]
    return "\n\n".join(parts) + "\n"


def _safe(text: str) -> str:
    r"""One line whose signs mean nothing to Markdown.

    >>> _safe("[甲](javascript:1)")
    '\\[甲\\](javascript:1)'
    """
    escaped = html.escape(one_line(text), quote=False)
    return _SIGNS.sub(r"\\\1", escaped.replace("://", ":\u200b//"))  # or a reader would make a link of it


def _answer_line(line: str, known: set[int], turn: int) -> str:
    """One line of an answer: [n] becomes a footnote mark, **…** stays bold, everything else is text."""
    out, at = "", 0
    for found in _MARKER.finditer(line):
        if int(found[1]) in known:
            out += _bold(line[at : found.start()]) + f"[^{turn + 1}-{found[1]}]"
            at = found.end()
    return out + _bold(line[at:])


def _bold(text: str) -> str:
    return "".join(f"**{_safe(part)}**" if odd % 2 else _safe(part) for odd, part in enumerate(_BOLD.split(text)))


def _footnote(citation: Citation, turn: int, paper: str) -> str:
    return f"[^{turn + 1}-{citation.number}]: {_safe(gb7714(citation.article, paper))} “{_safe(citation.quote)}”"


def page_of(turns: Sequence[Turn], now: datetime, say: Words = ZH, paper: str = "") -> str:
    """The conversation as one HTML file; a chip leads to its article below, whose quote is marked."""
    body = "".join(_turn_html(turn, number, say, paper) for number, turn in enumerate(turns))
    style = STYLE.read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'"  # whatever an article holds, nothing runs or loads
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>问报 {now:%Y-%m-%d}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
        f"<body><h1>问报 <small>{now:%Y-%m-%d %H:%M}</small></h1>{body}</body></html>\n"
    )


def _turn_html(turn: Turn, number: int, say: Words, paper: str) -> str:
    said = f'<p class="notice">{html.escape(plain(turn.notice))}</p>' if turn.notice else ""
    evidence = ""
    if turn.answer:
        said = re.sub(r'<a href="#reword-\d+">.*?</a>', "", answer_html(turn.answer, turn.question, number, say))
        evidence = "".join(_evidence_html(citation, number, say, paper) for citation in turn.answer.citations)
    return f"<section><h2>{escape(turn.question)}</h2>{said}{evidence}</section>"


def _evidence_html(citation: Citation, turn: int, say: Words, paper: str) -> str:
    article = citation.article
    return (
        f'<article id="cite-{turn}-{citation.number}"><h3>[{citation.number}] {escape(article.title)}</h3>'
        f'<p class="byline">{escape(byline(article, say))}</p>'
        f"{paragraphs_html(article.text, citation.start, citation.end, citation.marked)}"
        f'<p class="byline">{escape(gb7714(article, paper))}</p></article>'
    )
