"""The panel beside the chat: an article as printed with the cited words marked, its page, or the archive's front page.

Links are `#cite-<turn>-<number>`, `#article-<id>`, `#page-<id>`; the script of the page sends them to the server. Every
character of an article is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from embeddings.errors import WenbaoError
from embeddings.inputs.text import decode
from embeddings.records import Article
from qa.question import understand
from qa.records import Answer
from ui.conversation import Answering, Suggested, Turn, follow_ups, history_of, suggest, watched
from ui.front import Overview, filter_link, front_html, overview
from ui.render import byline, escape, gb7714, masthead_html, paragraphs_html
from ui.subjects import named
from ui.words import ZH, Words

MOST_NAMED = 8  # people, organisations and projects below an article
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
        f"{_named_html(article, say)}{_tools_html(article, start, end, say, paper)}"
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


def _named_html(article: Article, say: Words) -> str:
    """Whom and what the article names: each leads to all articles on it."""
    items = "".join(
        f'<li><a class="filter" href="{filter_link("words", f"“{name}”")}">{escape(name)}</a></li>'
        for name in named(article.text)[:MOST_NAMED]
    )
    return f'<p class="label">{say["mentioned"]}</p><ul class="filters">{items}</ul>' if items else ""


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


class _Generation:
    """What was found out about one generation of the archive."""

    def __init__(self, answerer: Answering, name: str) -> None:
        self._answerer, self.name = answerer, name
        self.tried: dict[str, bool] = {}  # questions, and whether the archive answers them

    @cached_property
    def held(self) -> Overview:
        return overview(self._answerer.index.store)

    @cached_property
    def examples(self) -> list[Suggested]:
        return suggest(self._answerer.index.store.select(limit=SUGGESTED_FROM), self._answerer.answerable)


class Archive:
    """The archive as readers see it. Where `examples` are given, no others are made."""

    def __init__(self, answerer: Answering, examples: Sequence[str] | None = None) -> None:
        self._answerer, self._given = watched(answerer), examples
        self._seen = _Generation(self._answerer, self.generation)

    @property
    def generation(self) -> str:
        return str(self._answerer.index.stats.get("generation", ""))

    @property
    def _live(self) -> _Generation:
        if self._seen.name != self.generation or len(self._seen.tried) > _MOST_TRIED:
            self._seen = _Generation(self._answerer, self.generation)
        return self._seen

    @property
    def held(self) -> Overview:
        return self._live.held

    @property
    def examples(self) -> list[Suggested]:
        """Questions to begin with, each of them answered by the archive."""
        return self._live.examples if self._given is None else [Suggested(question) for question in self._given]

    def further(self, turns: Sequence[Turn]) -> tuple[Suggested, ...]:
        """Questions to ask next, after the last of the turns: those that the archive answers."""
        answer = turns[-1].answer
        cited = {citation.article.id: citation.article for citation in answer.citations} if answer else {}
        understood = [turn.answer.question_as_understood for turn in turns if turn.answer]
        asked = [question for question in (*(turn.question for turn in turns), *understood) if question]
        try:
            return follow_ups([*cited.values()], asked, lambda question: self._answers_alone(question, turns))
        except WenbaoError:
            return ()

    def _answers_alone(self, question: str, turns: Sequence[Turn]) -> bool:
        """Whether a question means the same after these turns as alone, and the archive answers it.

        It is tried once, and only while nobody waits for an answer.
        """
        tried = self._live.tried
        if understand(question, history_of(turns)).follow_up:
            return False
        if question not in tried and self._answerer.calm:
            tried[question] = self._answerer.answerable(question)
        return tried.get(question, False)

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
