"""Which reports: all that somebody signed, that tell of something, that stand in an issue, or that somebody appears in.

In: an index and a question. Out: a `Listing` of articles, one line each, or None where the question asks for no such
list. Knows nothing about what the reports say beyond the words that are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date as Date

import numpy as np

from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import Statement, naming
from qa.asked.asking import is_person, written
from qa.asked.question import Question
from qa.language.company import synonyms
from qa.language.dates import issued, issues
from qa.lists import appearing
from qa.lists.listing import Listing
from qa.ranking.lookup import Words, articles, whole
from qa.ranking.ranker import Ranked
from qa.ranking.reprints import distinct

ABOUT = re.compile(
    r"关于|有关|通讯员|记者|报纸|版面|报道|稿件|稿子|新闻|文章|消息|照片|图片|采写|写过?|拍过?|摄影|署名|作者|馆藏|本报|过"
)
_SIGNED = re.compile(r"写|拍|摄|采访|报道|稿|署名")
_COUNTED = re.compile(r"(多少|几)[篇条张]")
_OF_REPORTS = re.compile(r"报道|稿件|稿子|新闻|文章|消息")
_ONE = re.compile(r"哪一?[篇条则]|是什么|(报道|稿件|新闻|文章|消息)[?？]?$")
_MANY = re.compile("哪些|哪几|多少|几[篇条则]")
_PICTURE = re.compile(r"照片|图片|拍|摄")
_BUSIEST = re.compile(r"最多")
_WHO = re.compile(r"谁|记者|作者|通讯员|摄影|哪位|哪个人")
_ORDER = re.compile(r"最[新早近晚后先]的?|第一[篇条则]|首[篇条则]|刊登|一[篇条则]|[篇条则]")
_PAGE = re.compile(r"([A-Za-z]\d{1,2})版")
_ALL = 1_000_000  # articles by one reporter or of one issue: all of them
_COUNTED_THROUGH = 20_000  # articles that are gone through to see who signed most
_MOSTLY = 0.6  # share of the topic that a report must hold to be the one that is asked about
_NEIGHBOURS, _ALIKE = 6, 0.72  # words near in meaning that are looked at, and the cosine of those that are the same


def which(index: Index, question: Question, most: int) -> Listing | None:
    """The reports that are asked for, None where none are."""
    text = appearing.respelled(question)
    if _BUSIEST.search(text) and _WHO.search(text) and _SIGNED.search(text):
        return _busiest(index, text, most)
    named = _named(index.reporters, text)
    counted = re.search("多少|几[篇条个家项张次]", text) is not None
    counts = _COUNTED.search(text) and ABOUT.search(text)
    signed = named and question.kind in ("list", "number") and _SIGNED.search(text)
    first = question.order and _OF_REPORTS.search(text) and _ONE.search(written(text)) and not _MANY.search(text)
    if appeared := appearing.find(index, question, most):
        return appeared
    if not (question.kind == "reports" or counts or signed or first):
        return None
    if not named and (stranger := _stranger(text)):
        return Listing([], 0, "篇", sought=f"{stranger}署名")
    found, where = _reports(index, question, named)
    if question.order:
        found = _by_age(found, newest=question.order == "latest")
    lines = [naming(article) for article in found]
    shown = lines[:1] if first else lines[:most]
    return Listing(shown, len(lines), "篇", where, counted, said=_ordered(question) if shown[1:] or first else "")


def authors(question: Question, ranked: Sequence[Ranked]) -> list[Statement]:
    """Who wrote or photographed the report that resembles the question most, if it is about what the question names."""
    wanted = "caption" if _PICTURE.search(question.text) else "report"
    topic = [at for at, (word, _) in enumerate(question.words) if not ABOUT.search(word)]
    for seen in dict.fromkeys(sentence.evidence for sentence in ranked):
        covered = np.maximum(seen.covered.max(axis=0), seen.headline)[topic]
        fits = covered @ seen.weights[topic] >= _MOSTLY * seen.weights[topic].sum() > 0
        if fits and seen.article.reporters and seen.article.kind == wanted:
            return [naming(seen.article)]
    return []


def _ordered(question: Question) -> str:
    return {"latest": "从新到旧", "first": "从早到晚", "": ""}[question.order]


def _by_age(found: Iterable[Article], newest: bool) -> list[Article]:
    """Articles by the day of their issue, those without one last."""
    days = [(article.date.toordinal() * (-1 if newest else 1) if article.date else 10**7, article) for article in found]
    return [article for _, article in sorted(days, key=lambda pair: pair[0])]


def _named(names: Sequence[str], text: str) -> list[str]:
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


def _stranger(text: str) -> str:
    """Somebody who is asked for as the author, though nobody of that name signs: 记者王五写过哪些报道."""
    match = re.search(r"(?:记者|通讯员|摄影师?)([一-鿿]{2,3}?)(?:都|一共|总共|曾)?(?:采写|写|拍|报道|署名|的)", text)
    return match[1] if match and is_person(match[1]) else ""


def _reports(index: Index, question: Question, named: list[str]) -> tuple[list[Article], str]:
    """Articles of the issues, by the reporters and about the things that the question names, and which issues."""
    newest = index.stats["last_date"]
    days = issues(question.text, Date.fromisoformat(newest) if newest else Date.today(), reports=True)
    page = match.group(1).upper() if (match := _PAGE.search(question.text)) else ""
    topic = ABOUT.sub(" ", _ORDER.sub(" ", _PAGE.sub(" ", question.content)))
    for name in named:
        topic = topic.replace(name, " ")
    tags = "njlsigze" if days else "njlsigzem"
    said = Question(topic, "what").words
    about_it = [word for word, tag in said if tag[0] in tags] or [word for word, tag in said if tag == "vn"]
    words = _wider(Words.of(question, about_it), said)  # 督查的报道: where nothing else is named, what was done
    if question.order and not (named or days or page or words) and newest:
        day = Date.fromisoformat(newest if question.order == "latest" else str(index.stats["first_date"]))
        days = day, day
    if named or days or page:
        since, until = days or (None, None)
        chosen = [
            each
            for name in named or [""]
            for each in index.store.select(reporter=name, page=page, since=since, until=until, limit=_ALL)
        ]
    else:
        chosen = articles(index, topic, words) if words else []
    about = [each for each in {article.id: article for article in chosen}.values() if words.held(whole(each))]
    return distinct(about), issued(days, newest is not None)


def _wider(words: Words, said: Sequence[tuple[str, str]]) -> Words:
    """The words of a topic, each common noun also as print may call the same: 山火 is 野火 and 大火."""
    tags = dict(said)
    forms = []
    for own in words.forms:
        near = synonyms().neighbours(own[0], _NEIGHBOURS) if tags.get(own[0]) == "n" else []
        alike = [
            word for word in near if set(word) & set(own[0]) and synonyms().nearness(own[:1], [word])[0, 0] >= _ALIKE
        ]
        forms.append((*own, *alike))
    return Words(tuple(forms))


def _busiest(index: Index, text: str, most: int) -> Listing | None:
    """What those signed who signed most."""
    if len(index) > _COUNTED_THROUGH:
        return Listing([], 0, "篇", where="馆藏太大，没有逐篇统计署名，")
    kind = "caption" if _PICTURE.search(text) else "report"
    signed: dict[str, list[Article]] = {}
    for article in index.store.select(limit=_ALL):
        for name in filter(is_person, article.reporters) if article.kind == kind else ():
            signed.setdefault(name, []).append(article)
    top = max(map(len, signed.values()), default=0)
    first = sorted(name for name, own in signed.items() if len(own) == top)
    lines = [naming(article) for name in first for article in signed[name]]
    each = f"，每人{top}篇" if first[1:] else ""
    return Listing(lines[:most], len(lines), "篇", said=f"署名最多的是{'、'.join(first)}{each}") if first else None
