"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question of the kinds "reports", "author" or "list". Out: statements, one a line; None where the question is no
such list and should be answered like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.words import normalise
from qa.compose import Statement, lean, naming
from qa.question import Question
from qa.ranker import Ranked
from qa.settings import Settings

_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:%|[万亿千百]*(?:元|美元|吨|亩|平方米|立方米|公里|千米|米|台|套|颗|个|人|家|户)?)"
)
_PICTURE = re.compile(r"照片|图片|拍|摄")


def find(index: Index, question: Question, ranked: list[Ranked], settings: Settings) -> list[Statement] | None:
    """The lines of the list, [] when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    if question.kind == "reports":
        return _reports(index, question, settings)[:most]
    if question.kind == "author":
        return _authors(question, ranked)
    if question.kind == "list":
        return _with_figure(index, question, most)
    return None


def _reports(index: Index, question: Question, settings: Settings) -> list[Statement]:
    """Articles by the reporters whom the question names; else articles about what it names."""
    named = [name for name in index.reporters if name in question.text]
    if named:
        articles = [article for name in named for article in index.store.select(reporter=name)]
        rest = [
            word
            for word, tag in question.words
            if tag[0] in "nv" and word not in "记者报道稿件文章新闻写采写过照片拍" and word not in named[0]
        ]
        told = [a for a in articles if all(word in normalise(f"{a.headline}{a.kicker}{a.text}") for word in rest)]
        return [naming(article) for article in told or articles]
    topic = re.sub(r"关于|有关|报道|稿件|稿子|新闻|文章|过", " ", question.content)
    words = [word for word, _ in Question(topic, "what").words]
    hits = index.search(topic, settings.retrieval.passages * 3)
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    told = [
        a for a in articles if words and all(word in normalise(f"{a.headline}{a.kicker}{a.text}") for word in words)
    ]
    return [naming(article) for article in told]


def _authors(question: Question, ranked: list[Ranked]) -> list[Statement] | None:
    """Who wrote or photographed the report that resembles the question most."""
    wanted = "caption" if _PICTURE.search(question.text) else "report"
    seen = [sentence.evidence.article for sentence in ranked]
    signed = [article for article in seen if article.reporters]
    best = next((article for article in signed if article.kind == wanted), None)
    return [naming(best)] if best else None


def _with_figure(index: Index, question: Question, most: int) -> list[Statement] | None:
    """Every sentence that holds the exact figures and all the words of the question, one an article at most."""
    figures = [match.group() for match in _FIGURE.finditer(question.content) if len(match.group()) > 1]
    if not figures or re.search(r"第\d", question.content):
        return None
    found: dict[str, Statement] = {}
    words = [word for word, tag in question.words if tag != "m"]
    for hit in index.search(question.content, 200):
        text = hit.article.text
        spans = sentence_spans(text)
        for at in range(len(spans)):
            start, end = lean(spans, text, at)
            plain = normalise(text[start:end])
            exact = all(re.search(rf"(?<![\d.]){re.escape(figure)}", plain) for figure in figures)
            if exact and sum(word in plain for word in words) >= len(words) / 2:
                found.setdefault(f"{hit.article.id}:{end}", Statement(text[start:end], hit.article, start, end))
    return list(found.values())[:most] if len(found) > 1 else None
