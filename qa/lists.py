"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question of the kinds "reports", "author" or "list". Out: statements, one a line; None where the question is no
such list and should be answered like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re

import numpy as np

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.compose import Statement, lean, naming
from qa.question import Question
from qa.ranker import Ranked
from qa.settings import Settings

_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:%|[万亿千百]*(?:元|美元|吨|亩|平方米|立方米|公里|千米|米|台|套|颗|个|人|家|户)?)"
)
_ABOUT_REPORTS = re.compile(r"关于|有关|记者|报道|稿件|稿子|新闻|文章|照片|图片|采写|写过?|拍过?|摄影|过")
_SIGNED = re.compile(r"写|拍|摄|采访|报道|稿|署名")
_WIDE = 200  # passages looked through for a list
_MOSTLY = 0.6  # share of the topic that a report must hold to be the one that is asked about
_PICTURE = re.compile(r"照片|图片|拍|摄")


def find(index: Index, question: Question, ranked: list[Ranked], settings: Settings) -> list[Statement] | None:
    """The lines of the list, [] when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    named = [name for name in index.reporters if name in question.text]
    if question.kind == "reports" or (question.kind == "list" and named and _SIGNED.search(question.text)):
        return _reports(index, question, named, settings)[:most]
    if question.kind == "author":
        return _authors(question, ranked)
    if question.kind == "list":
        return _everywhere(index, question, most)
    return None


def _reports(index: Index, question: Question, named: list[str], settings: Settings) -> list[Statement]:
    """Articles by the reporters whom the question names; else articles about what it names."""
    topic = _ABOUT_REPORTS.sub(" ", question.content)
    for name in named:
        topic = topic.replace(name, " ")
    words = [word for word, tag in Question(topic, "what").words if tag[0] in "njlsigzem"]
    if named:
        articles = list({each.id: each for name in named for each in index.store.select(reporter=name)}.values())
        return [naming(article) for article in _about(articles, words) or articles]
    hits = index.search(topic, settings.retrieval.passages * 3)
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    return [naming(article) for article in _about(articles, words)] if words else []


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


def _everywhere(index: Index, question: Question, most: int) -> list[Statement] | None:
    """Every sentence that holds the figures and things which the question names, if several articles have one."""
    figures = [match.group() for match in _FIGURE.finditer(question.content) if len(match.group()) > 1]
    if re.search(r"第[\d一二三四五六七八九十]", question.content):
        figures = []  # 第33次会议 is one event, whose report is read closely instead
    words = [word for word, tag in question.words if tag[0] in ("nvb" if figures else "njlsigze")]
    share = 0.5 if figures else 1.0
    found: dict[tuple[str, int], Statement] = {}
    for hit in index.search(question.content, _WIDE):
        text = hit.article.text
        spans = sentence_spans(text)
        for at in range(len(spans)):
            start, end = lean(spans, text, at)
            plain = normalise(text[start:end])
            exact = all(re.search(rf"(?<![\d.])(?<!\d,){re.escape(figure)}", plain) for figure in figures)
            if exact and words and sum(word in plain for word in words) >= share * len(words):
                found.setdefault((hit.article.id, end), Statement(text[start:end], hit.article, start, end))
    articles = {article for article, _ in found}
    return list(found.values())[:most] if len(articles) > 1 else None
