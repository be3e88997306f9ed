"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question for reports, for who signed one, or for everything that meets a condition (总投资超过5亿元的项目). Out: a
`Listing`, one statement a line, reprints counted once; None where the question is no such list and should be answered
like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

import numpy as np

from embeddings.chunks import sentence_spans
from embeddings.index import Hit, Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.compose import Mark, Statement, naming, quoted
from qa.conditions import CLASSES, Condition, condition
from qa.dates import issues
from qa.evidence import lean
from qa.question import Question
from qa.ranker import Ranked
from qa.reprints import distinct
from qa.settings import Settings

_ABOUT_REPORTS = re.compile(r"关于|有关|记者|报纸|版面|报道|稿件|稿子|新闻|文章|照片|图片|采写|写过?|拍过?|摄影|过")
_SIGNED = re.compile(r"写|拍|摄|采访|报道|稿|署名")
_COUNTS_REPORTS = re.compile(r"(多少|几)[篇条]")
_COUNTS = re.compile(rf"(?:多少|(?<!第)几|哪|哪几)[个家项座处条所些]?(?:{'|'.join(CLASSES)})|列出|列举")
_CLOSED = re.compile(r"哪[两三四五六七八九十\d]+")  # 哪两类 is told by one report
_WIDE = 2000  # passages looked through for a list
_SOME, _SPREAD = 200, 8  # the same where a word is rare: so many, and so many for each article that has it
_ALL = 1_000_000  # articles by one reporter or of one issue: all of them
_MOSTLY = 0.6  # share of the topic that a report must hold to be the one that is asked about
_PAGE = re.compile(r"([A-Za-z]\d{1,2})版")
# What somebody said of things is no list of them.
_SPEAKS = r"(?:又|还|也|同时|接着)?(?:强调|指出|要求|表示|说|认为|希望)"
# Doings that stand in questions, seldom in print.
_IDLE = frozenset(("包括", "包含", "写到", "提到", "涉及", "报道", "采写", "出现", "属于", "具有"))
_PICTURE = re.compile(r"照片|图片|拍|摄")


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines that are shown of the `total` found; `unit` is what they are counted in, `where` what was looked in.

    `counted` is whether the number itself was asked for, `sought` the condition that nothing met.
    """

    lines: list[Statement]
    total: int
    unit: str
    where: str = ""
    counted: bool = False
    sought: str = ""

    @property
    def head(self) -> str:
        """The number found, as the first line of the answer; nothing where there is but one.

        >>> Listing([], 30, "篇").head
        '共30篇，列出前0篇：\\n'
        """
        if self.total < (1 if self.counted else 2):
            return ""
        cut = f"，列出前{len(self.lines)}{self.unit}" if len(self.lines) < self.total else ""
        return f"{self.where}共{self.total}{self.unit}{cut}：\n"


def find(index: Index, question: Question, ranked: list[Ranked], settings: Settings) -> Listing | None:
    """The list, empty when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    named = _named(index.reporters, question.text)
    if question.kind == "author":
        lines = _authors(question, ranked)
        return Listing(lines, len(lines), "篇")
    counted = re.search("多少|几[篇条个家项]", question.text) is not None
    counts = _COUNTS_REPORTS.search(question.text) and _ABOUT_REPORTS.search(question.text)
    if question.kind == "reports" or counts or (question.kind == "list" and named and _SIGNED.search(question.text)):
        lines, where = _reports(index, question, named)
        return Listing(lines[:most], len(lines), "篇", where, counted)
    asked = condition(question.text) if question.kind == "list" or _COUNTS.search(question.text) else None
    if asked and (asked.compares or question.kind == "list"):
        found = _meeting(index, question, asked)
        if asked.compares or len(found) > 1:
            return Listing(found[:most], len(found), "条", counted=counted, sought=asked.said)
        return None
    if question.kind == "list" and not _CLOSED.search(question.text) and (found := _everywhere(index, question)):
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


def _reports(index: Index, question: Question, named: list[str]) -> tuple[list[Statement], str]:
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
        chosen = [hit.article for hit in _hits(index, topic, words)] if words else []
    articles = list({article.id: article for article in chosen}.values())
    where = f"{since}的报纸上" if since == until else f"{since}至{until}的报纸上"
    return [naming(article) for article in distinct(_about(articles, words))], where if days else ""


def _hits(index: Index, text: str, words: Sequence[str]) -> list[Hit]:
    """Every passage that may hold all the words: by words, for a list has no use for what is merely alike.

    Where one of them is rare, few passages need to be looked at.
    """
    rarest = min((index.frequency(word) for word in words), default=0)
    wide = min(_WIDE, _SOME + _SPREAD * rarest) if rarest else _WIDE  # 0: cut differently in print
    return index.search(text, wide, dense_weight=0.0, article_weight=0.0)


def _about(articles: list[Article], words: list[str]) -> list[Article]:
    """The articles that hold every one of the words."""
    return [each for each in articles if _holds(f"{each.headline}{each.kicker}{each.text}", words)]


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


def _meeting(index: Index, question: Question, asked: Condition) -> list[Statement]:
    """Every sentence with a figure that meets a condition, in a paragraph about what else the question names."""
    figures = f"{asked.measure}{asked.figures}"
    words = [word for word, tag in question.words if tag[0] in "njlsigze" and not asked.names(word)]
    if not asked.measure and not words:
        return []
    found = []
    for article in {
        hit.article.id: hit.article for hit in _hits(index, f"{question.content} {figures}", words)
    }.values():
        above = f"{article.headline} {article.kicker} "
        spans = sentence_spans(article.text)
        for at, (start, end) in enumerate(spans):
            marks = [Mark(start + low, start + high) for low, high in asked.met(article.text[start:end])]
            if marks and _holds(above + article.text[slice(*_paragraph(article.text, start))], words):
                low, high = lean(spans, article.text, at)
                found.append(quoted(article, low, high, marks))
    return _merged(found)


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether a text has every one of the words."""
    plain = normalise(text) if words else ""
    return all(word in plain for word in words)


def _paragraph(text: str, at: int) -> tuple[int, int]:
    """The span of the paragraph that a place of a text lies in."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def _merged(lines: list[Statement]) -> list[Statement]:
    """One line for what overlaps (a sentence, and the same with one that leans on it), and none for reprints."""
    kept: list[Statement] = []
    standing = {article.id for article in distinct(line.article for line in lines)}
    for line in lines:
        if line.article.id not in standing:
            continue
        before = kept[-1] if kept else None
        if before and before.article.id == line.article.id and line.start < before.end:
            if line.end - line.start > before.end - before.start:
                kept[-1] = line
        else:
            kept.append(line)
    return kept


def _things(question: Question) -> list[str]:
    """The things that a question names; a lone character belongs to the word beside it: 省, 重大项目 -> 省重大项目."""
    things: list[str] = []
    for word, tag in question.words:
        if tag[0] in "njlsigze":
            joined = things[-1] + word if things else ""
            lone = joined in question.content and (len(word) == 1 or len(things[-1]) == 1) if things else False
            things[-1:] = [joined] if lone else [*things[-1:], word]
    return things


def _everywhere(index: Index, question: Question) -> list[Statement]:
    """Every sentence that holds all the things that the question names, in articles that tell of what was done to them;
    nothing unless several articles have one."""
    words = _things(question)
    doings = [word for word, tag in question.words if tag[0] == "v" and len(word) > 1 and word not in _IDLE]
    if not words:
        return []
    speech = re.compile("|".join(f"{re.escape(word)}{_SPEAKS}" for word in words))
    found = []
    for article in {hit.article.id: hit.article for hit in _hits(index, question.content, words)}.values():
        whole = f"{article.headline}{article.kicker}{article.text}"
        spans = sentence_spans(article.text) if _holds(whole, (*words, *doings)) else []
        for at in range(len(spans)):
            start, end = lean(spans, article.text, at)
            plain = normalise(article.text[start:end])
            if all(word in plain for word in words) and not speech.search(plain):
                found.append(Statement(article.text[start:end], article, start, end))
    found = _merged(found)
    return found if len({line.article.id for line in found}) > 1 else []
