"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question of the kinds "reports", "author" or "list". Out: a `Listing`, one statement a line; None where the
question is no such list and should be answered like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Date

import numpy as np

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.compose import Statement, naming
from qa.dates import issues
from qa.evidence import lean
from qa.question import Question
from qa.ranker import Ranked
from qa.retrieve import search
from qa.settings import Settings

_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:%|[万亿千百]*(?:元|美元|吨|亩|平方米|立方米|公里|千米|米|台|套|颗|个|人|家|户)?)"
)
_ABOUT_REPORTS = re.compile(r"关于|有关|记者|报纸|版面|报道|稿件|稿子|新闻|文章|照片|图片|采写|写过?|拍过?|摄影|过")
_SIGNED = re.compile(r"写|拍|摄|采访|报道|稿|署名")
_WIDE = 200  # passages looked through for a list
_ALL = 1_000_000  # articles by one reporter or of one issue: all of them
_MOSTLY = 0.6  # share of the topic that a report must hold to be the one that is asked about
_PAGE = re.compile(r"([A-Za-z]\d{1,2})版")
_PICTURE = re.compile(r"照片|图片|拍|摄")


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines that are shown of the `total` found; `unit` is what they are counted in, `where` what was looked in."""

    lines: list[Statement]
    total: int
    unit: str
    where: str = ""

    @property
    def head(self) -> str:
        """The number found, as the first line of the answer; nothing where there is but one.

        >>> Listing([], 30, "篇").head
        '共30篇，列出前0篇：\\n'
        """
        if self.total < 2:
            return ""
        cut = f"，列出前{len(self.lines)}{self.unit}" if len(self.lines) < self.total else ""
        return f"{self.where}共{self.total}{self.unit}{cut}：\n"


def find(index: Index, question: Question, ranked: list[Ranked], settings: Settings) -> Listing | None:
    """The list, empty when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    named = _named(index.reporters, question.text)
    if question.kind == "reports" or (question.kind == "list" and named and _SIGNED.search(question.text)):
        lines, where = _reports(index, question, named, settings)
        return Listing(lines[:most], len(lines), "篇", where)
    if question.kind == "author":
        lines = _authors(question, ranked)
        return Listing(lines, len(lines), "篇")
    if question.kind == "list" and (found := _everywhere(index, question, settings)):
        return Listing(found[:most], len(found), "条")
    return None


def _named(names: list[str], text: str) -> list[str]:
    """The names that a text holds, longest first; 孟一 is not named where 孟一凡 is.

    >>> _named(["孟一凡", "孟一"], "孟一凡写过什么？")
    ['孟一凡']
    """
    found = []
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            found.append(name)
            text = text.replace(name, " ")
    return found


def _reports(index: Index, question: Question, named: list[str], settings: Settings) -> tuple[list[Statement], str]:
    """Articles of the issues, by the reporters and about the things that the question names, and which issues."""
    newest = index.stats["last_date"]
    days = issues(question.text, Date.fromisoformat(newest) if newest else Date.today(), reports=True)
    page = match.group(1).upper() if (match := _PAGE.search(question.text)) else ""
    topic = _ABOUT_REPORTS.sub(" ", _PAGE.sub(" ", question.content))
    for name in named:
        topic = topic.replace(name, " ")
    tags = "njlsigze" if days else "njlsigzem"
    words = [word for word, tag in Question(topic, "what").words if tag[0] in tags]
    since, until = days or (None, None)
    if named or days or page:
        reporters = named or [""]
        chosen = [
            each
            for name in reporters
            for each in index.store.select(reporter=name, page=page, since=since, until=until, limit=_ALL)
        ]
    else:
        about = Question(topic, "what")
        chosen = [hit.article for hit in search(index, about, _WIDE, settings.retrieval)] if words else []
    articles = list({article.id: article for article in chosen}.values())
    where = f"{since}的报纸上" if since == until else f"{since}至{until}的报纸上"
    return [naming(article) for article in _about(articles, words)], where if days else ""


def _about(articles: list[Article], words: list[str]) -> list[Article]:
    """The articles that hold every one of the words."""
    plain = {article.id: normalise(f"{article.headline}{article.kicker}{article.text}") for article in articles}
    return [article for article in articles if all(word in plain[article.id] for word in words)]


def _authors(question: Question, ranked: list[Ranked]) -> list[Statement]:
    """Who wrote or photographed the report that resembles the question most, if it is about what the question names."""
    wanted = "caption" if _PICTURE.search(question.text) else "report"
    topic = [at for at, (word, _) in enumerate(question.words) if not _ABOUT_REPORTS.search(word)]
    for seen in dict.fromkeys(sentence.evidence for sentence in ranked):
        covered = np.maximum(seen.covered.max(axis=0), seen.headline)[topic]
        fits = covered @ seen.weights[topic] >= _MOSTLY * seen.weights[topic].sum() > 0
        if fits and seen.article.reporters and seen.article.kind == wanted:
            return [naming(seen.article)]
    return []


def _everywhere(index: Index, question: Question, settings: Settings) -> list[Statement]:
    """Every sentence that holds the figures and things which the question names, if several articles have one."""
    figures = [match.group() for match in _FIGURE.finditer(question.content) if len(match.group()) > 1]
    if re.search(r"第[\d一二三四五六七八九十]", question.content):
        figures = []  # 第33次会议 is one event, whose report is read closely instead
    words = [word for word, tag in question.words if tag[0] in ("nvb" if figures else "njlsigze")]
    share = 0.5 if figures else 1.0
    found: dict[tuple[str, int], Statement] = {}
    for hit in search(index, question, _WIDE, settings.retrieval):
        text = hit.article.text
        spans = sentence_spans(text)
        for at in range(len(spans)):
            start, end = lean(spans, text, at)
            plain = normalise(text[start:end])
            exact = all(re.search(rf"(?<![\d.])(?<!\d,){re.escape(figure)}", plain) for figure in figures)
            if exact and words and sum(word in plain for word in words) >= share * len(words):
                found.setdefault((hit.article.id, end), Statement(text[start:end], hit.article, start, end))
    articles = {article for article, _ in found}
    return list(found.values()) if len(articles) > 1 else []
