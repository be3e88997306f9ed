"""The panel beside the chat: an article as printed, with the cited words marked, its evidence steps and its tools.

In: articles and citations, untrusted text. Out: HTML in which every character of theirs is escaped. Links are
`#cite-<turn>-<number>`, `#article-<id>`, `#page-<id>`; the script of the page sends them to the server. Knows nothing
about Gradio.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from embeddings.inputs.text import decode
from embeddings.records import Article
from qa.records import Answer
from ui.cite import gb7714
from ui.render import byline, escape
from ui.words import ZH, Words

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


def gone_html(say: Words = ZH) -> str:
    """The panel for a link to an article that the archive does not hold."""
    return f'<div class="source empty">{nav_html("", say)}<p class="notice">{say["gone"]}</p></div>'
