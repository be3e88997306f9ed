"""A conversation → one file that stands alone: Markdown with footnotes, or HTML with its evidence.

In: turns. Out: text. The HTML holds its own style and nothing that runs or loads; every cited article is in it, its
quotes marked. Every character of questions and articles is escaped in both. Knows nothing about Gradio.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from qa.records import Citation
from ui.cite import gb7714
from ui.english import framed
from ui.plain import one_line, plain
from ui.render import answer_html, byline, escape
from ui.source import paragraphs_html
from ui.turns import Turn
from ui.words import ZH, Words

STYLE = Path(__file__).with_name("export.css")
_SIGNS = re.compile(r"([\\`*_{}\[\]#!|~$])")
_MARKER = re.compile(r"\[(\d{1,4})\]")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


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
            lines = (line for line in framed(turn.answer, say).split("\n") if line.strip())
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
