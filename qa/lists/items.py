"""What one report lists: the places that were visited, what a meeting discussed, what was signed, one item a line.

In: a question for several things and the sentences that were read for it. Out: the items as they stand in the one
report that is about what the question names, in order, each with the sentence that proves it, and how many there are;
None where the report has no such row of things. Knows nothing about other reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date
from itertools import accumulate

import rjieba

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked import times
from qa.asked.asking import written
from qa.asked.editions import tells_of
from qa.asked.question import Question
from qa.language.quantities import quantities
from qa.lists.listing import UNITS, Listing
from qa.lists.stops import PLACES, VAGUE, Span, stops
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

_ASKS = re.compile(
    rf"^(?P<before>[^,。?]*?)(?:哪些|哪几|哪[两三四五六七八九十]|多少|几)(?P<unit>[{UNITS}](?!目))?(?P<noun>[一-鿿]{{0,6}}?)[?]?$"
)
# 会上审议的文件都有什么 → 会上审议了哪些文件
_TURNED = re.compile(
    rf"(?P<did>[^,。?]*[一-鿿]{{2}})的(?:[两二三四五六七八九十\d]+[{UNITS}])?(?P<noun>[一-鿿]{{2,4}}?)"
    r"(?:都|分别|一共)?(?:有|是|包括)(?:哪些|什么|哪里)[?]?$"
)
_SITE = re.compile(r"(?<=..)的?(?:工地|现场|施工现场|建设现场)$")
_VISIT = "考察|参观|走访|督查|调研|察看|查看|视察|检查|走进|看|跑|去|到|走"
# Verbs that are said in several ways.
_SAME = {
    "签": "签署|签订|签下|签", "签署": "签署|签订|签下", "签订": "签署|签订|签下", "获得": "获得|获评|荣获|获",
    "拿到": "获得|获评|荣获|获", "打": "打好|打赢|打响|打", "研究": "研究|审议|讨论|听取|传达学习|传达",
}  # fmt: skip
OPEN_NOUNS = frozenset(("内容", "事项", "议题", "东西", "事情", "事", "方面", "情况", "工作", ""))
_PAPERS = re.compile(r"文件|办法|方案|计划|规划|条例|法律|法规|制度")
_TITLES = re.compile(r"《[^《》]+》")
_ROW = re.compile(r"(?:“[^“”]+”[、和与及]?){2,}")
_PIECES = frozenset("件项个条类种")
_QUOTES = re.compile(r"“[^“”]+”")
_AND = re.compile(r"、|以及|和|与|及")
_DAY = re.compile(r"\d{4}年|\d{1,2}月(?:\d{1,2}[日号])?|那[天次]|这[次趟回]|一共|总共|昨天|当天")
_ROW_OF = 3  # quotations that make a list: two stand beside each other everywhere
_SHORTEST = 3  # characters of an item between 、 and 和
_KNOWN = 0.8  # share of the names of the question that the report must hold
_SENTENCES = 30  # whose reports are looked at


def find(question: Question, ranked: Sequence[Ranked]) -> Listing | None:
    """The items of the report that is about what the question names, where it has such a row of them."""
    asks = asked(question)
    if not asks or question.kind not in ("list", "number", "what", "place", "organisation"):
        return None
    verb, noun = _verb(asks["before"]), kind(asks)
    seen = _report(asks["before"].replace(verb, " ") if verb else "", question, ranked)
    if seen is not None and (lines := _announced(question, seen.article)):
        return Listing(lines, len(lines), unit(asks), counted=True)
    if not verb or seen is None:
        return None
    if question.kind == "number" and _stated(seen.article.text, asks["unit"] or "", noun):
        return None
    visited = re.fullmatch(_VISIT, verb) is not None
    lines = visits(seen.article, noun) if visited else _objects(seen.article, verb, noun)
    if len(lines) < 2:
        return None
    number, stated = (0, "") if visited else announces(seen.article.text, asks["unit"] or "", noun)
    said = f"报道说有{stated}，列得出的" if number not in (0, len(lines)) else ""
    return Listing(lines, len(lines), unit(asks), counted=True, said=said)


def asked(question: Question) -> re.Match[str] | None:
    """A question for several things, taken apart: what stands before 哪些, the measure word and the kind of thing."""
    return _ASKS.match(_TURNED.sub(r"\g<did>了哪些\g<noun>", written(question.text)))


def _announced(question: Question, article: Article) -> list[Statement]:
    """As many quoted items as the question announces (十件实事), in rows that may stand in several paragraphs."""
    count = next((each for each in quantities(normalise(question.text)) if each.unit in _PIECES), None)
    rows = list(_ROW.finditer(article.text)) if count and not count.ordinal else []
    spans = sentence_spans(article.text) if rows else []
    found = [
        (quote.span(), next(span for span in spans if span[0] <= row.start() < span[1]))
        for row in rows
        for quote in _QUOTES.finditer(article.text, *row.span())
    ]
    return _lines(article, found) if count and len(found) >= _ROW_OF and len(found) == count.value else []


def kind(asks: re.Match[str]) -> str:
    """The kind of thing that is asked for: 项目 of 项目工地."""
    return _SITE.sub("", asks["noun"].partition("的")[0])


def unit(asks: re.Match[str]) -> str:
    """What the items are counted in: as the question does, else 处 of places."""
    return asks["unit"] or (
        "处" if asks["noun"] and PLACES.match(asks["noun"]) else "个" if "项目" in asks["noun"] else "项"
    )


def _verb(before: str) -> str:
    """The last verb before 哪些, as the question has it."""
    tagged = rjieba.tag(re.sub(r"(?:了|过|的|到|都|一共|总共|共|有)+$", "", before))
    word, tag = tagged[-1] if tagged else ("", "")
    return word if tag.startswith("v") or re.fullmatch(_VISIT, word) else ""


def _report(about: str, question: Question, ranked: Sequence[Ranked]) -> Evidence | None:
    """The best report that holds nearly all that is named before 哪些, and may tell of the day."""
    words = Question(_DAY.sub(" ", normalise(about)), "what").words
    names = [word for word, tag in words if tag[0] in "njlsigze"]
    for seen in dict.fromkeys(one.evidence for one in ranked[:_SENTENCES]):
        whole = normalise(f"{seen.article.headline} {seen.article.kicker} {seen.article.text}")
        if (
            (names or _DAY.search(question.text))
            and of_day(seen.article, question)
            and sum(name in whole for name in names) >= _KNOWN * len(names)
        ):
            return seen
    return None


def _stated(text: str, unit: str, noun: str) -> bool:
    """Whether the report gives the number itself: 签下三份协议."""
    return (
        re.search(rf"[\d一二两三四五六七八九十百]+[余多]?{unit}[^,，。;；]{{0,8}}{re.escape(noun)}", text) is not None
    )


def announces(text: str, unit: str, noun: str) -> tuple[int, str]:
    """The number of them that a report gives, and its words: 5, 五份 of 审议五份文件; 0 where it is not told."""
    plain = normalise(text)
    told = {
        (int(each.value), each.text.removeprefix("了"))
        for each in quantities(plain)
        if each.value and each.unit in (unit or UNITS) and not each.ordinal and _of(plain[each.end :], noun)
    }
    return next(iter(told)) if len(told) == 1 and len(noun) > 1 else (0, "")


def _of(behind: str, noun: str) -> bool:
    """Whether a figure counts things of a kind: 三个(重大)项目."""
    return re.match(rf"(?:重[大点]|在建)?{re.escape(noun)}", behind) is not None


def of_day(article: Article, question: Question) -> bool:
    """Whether an article may tell of every day that a question names."""
    if question.day:
        return tells_of(article, question.day)
    when = times.asked(question.text, article.date)
    if when and when.open:
        return when.printed(article.date)
    named = (match.group().replace("号", "日") for match in _DAY.finditer(normalise(question.text)))
    days = [day for day in named if day[0].isdigit()]
    whole = normalise(article.text)
    return all(day in whole or (article.date is not None and _printed(day, article.date)) for day in days)


def _printed(day: str, issued: Date) -> bool:
    """Whether a year or a month is that of an issue."""
    return day in (f"{issued.year}年", f"{issued.month}月")


def visits(article: Article, noun: str) -> list[Statement]:
    """The places that were visited, one stop a line."""
    return _lines(article, stops(article, noun, _parts))


def _objects(article: Article, verb: str, noun: str) -> list[Statement]:
    """What was done to several things: every object of the verb; those of the first sentence, which only sums up, where
    no other has two."""
    pattern = re.compile(
        rf"(?:{_SAME.get(verb, re.escape(verb))})(?:了|过|下|好)?(?!的)(?P<what>[^,，。;；:：!！?？]+)"
    )
    found: list[tuple[Span, Span]] = []
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        for match in pattern.finditer(sentence):
            begun = _object(sentence, match.start(), match.start("what"))
            if begun is None or begun >= match.end():
                continue
            found += [((start + a, start + b), (start, end)) for a, b in _parts(sentence, begun, match.end("what"))]
    found = [each for each in found if not VAGUE.match(article.text[slice(*each[0])])]
    found = _of_kind(article.text, found, noun)
    rest = [each for each in found if each[1][0] > 0]
    return _lines(article, rest if len(rest) > 1 else found)


def _object(sentence: str, verb: int, start: int) -> int | None:
    """Where the object of a verb begins, which may be part of a longer verb (收 of 收取费用); None where it is no verb
    but the end of another word.

    >>> told = "园方可以收取费用。"
    >>> told[_object(told, 4, 5) :], _object("办法征收费用。", 3, 4)
    ('费用。', None)
    """
    bounds = list(accumulate(map(len, rjieba.cut(sentence)), initial=0))
    if verb not in bounds:
        return None
    end = next(at for at in bounds if at >= start)
    done = re.match("[了过下好]", sentence[end:]) if end > start else None
    return end + (done.end() if done else 0)


def _of_kind(text: str, found: list[tuple[Span, Span]], noun: str) -> list[tuple[Span, Span]]:
    """The items that are called what is asked for; titles, where papers are."""
    if noun in OPEN_NOUNS:
        return found
    titles = [each for each in found if text[each[0][0]] in "《"]
    if _PAPERS.search(noun) and titles:
        return titles
    quotes = [each for each in found if text[each[0][0]] in "“"]
    named = [each for each in found if noun in text[slice(*each[0])]]
    return named or (quotes if re.search("称号|荣誉|奖", noun) else [])


def _parts(sentence: str, start: int, end: int) -> list[Span]:
    """The items of a phrase: titles, quotations, or what stands between 、 and 和 where each is as long as a name."""
    for marked in (_TITLES, _QUOTES):
        spans = [match.span() for match in marked.finditer(sentence, start, end)]
        if spans and (marked is _TITLES or spans[1:]):
            return spans
    cuts = [start, *(at for match in _AND.finditer(sentence, start, end) for at in match.span()), end]
    pieces = [(low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=True) if high > low]
    even = all(high - low >= _SHORTEST for low, high in pieces)
    return pieces if even else [(start, end)]


def _lines(article: Article, found: Sequence[tuple[Span, Span]]) -> list[Statement]:
    """One line an item, its sentence being the proof; an item that is said twice stands once."""
    said: dict[str, Statement] = {}
    for item, sentence in found:
        text = article.text[slice(*item)].strip().removesuffix("等")
        if not any(text in other or other in text for other in said):
            said[text] = Statement(text, article, *sentence)
    return list(said.values())
