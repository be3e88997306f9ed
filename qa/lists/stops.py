"""The stops of a visit that one report tells: 首先来到…, 在…详细了解…, 随后走进….

In: an article and the kind of stop that is asked for (项目, or any place). Out: the spans of the stops, each with its
sentence. A paragraph that begins with a project and tells how it was looked at is a stop, too, though no verb of going
stands in it. Knows nothing about questions, nor about who went.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.lists.subject import things

Span = tuple[int, int]

_STOP = re.compile(
    r"(?:(?:来到|走进|前往|走访|察看|抵达|到访|实地考察|了解)了?|(?:考察|参观|查看|督查|调研|视察|检查|[看跑])了)"
    r"(?P<what>[^,，。;；:：!！?？]{3,60})"
)
_AT = re.compile(
    r"(?:^|[,，\n])在(?P<what>[^,，。;；:：]{3,40})[,，](?=[^,，。;；]{0,12}(?:详细|实地|听取|了解|察看|查看|来到|走进|前往))"
)
PLACES = re.compile(r"^(?:地方|点|处|站|单位|场所|地点|)$")
VAGUE = re.compile(r"^(?:相关|有关|其他|其它|一系列|任何|各[类种项]|多[种项])")
_NO_STOP = re.compile(
    r"^(?:各|重大|重点)?(?:项目|企业|工程|公司)(?:建设|运营|推进|发展|$)|(?:情况|困难|问题|交流|工作)$"
    r"|^[几两三四五六七八九十\d]+[个家处]|^一[个家处][^的]{1,3}$"
)
_BEFORE = re.compile(r"一[个家处座]|(?:位于|坐落[于在]|地处)[^的]{2,20}的")  # stands before a name
# What one may go to, where it is told only that something was learnt there.
_PLACE = re.compile(
    r"(?:项目|工程|基地|[厂馆园村镇场站店区院]|中心|公司|集团|社区|街道|学校|企业|现场|平台)(?:[建运]|$|[^一-鿿])"
)
_LEARNT = re.compile("了解了?$")
_LIKE = {"项目": ("基地", "工程"), "工程": ("项目",)}  # what print calls one, too
_LOOKED = re.compile("了解|询问|察看|查看|交流|听取|强调|要求|指出|督查|建议|勉励|叮嘱")


def stops(article: Article, noun: str, parts: Callable[[str, int, int], list[Span]]) -> list[tuple[Span, Span]]:
    """The stops with their sentences, one a sentence or a row of them; of things that are named (项目) those."""
    found: list[tuple[Span, Span]] = []
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        told = sorted(match.span("what") for pattern in (_STOP, _AT) for match in pattern.finditer(sentence))
        rows = [
            _fitting(sentence, parts(sentence, *stop), noun)
            for stop in told
            if not _LEARNT.search(sentence[: stop[0]]) or _PLACE.search(sentence[slice(*stop)])
        ]
        for low, high in next(filter(None, rows), []):
            at = -1 if PLACES.match(noun) else sentence.find(noun, low, high)
            high = high if at < 0 else at + len(noun)
            low = match.end() if (match := _BEFORE.match(sentence, low, high)) else low
            found.append(((start + low, start + high), (start, end)))
    return sorted([*found, *_looked_at(article, noun, found)]) if found and not PLACES.match(noun) else found


def _looked_at(article: Article, noun: str, found: list[tuple[Span, Span]]) -> Iterator[tuple[Span, Span]]:
    """Things at the head of a paragraph without a stop in which somebody asks about them."""
    at = 0
    for text in article.text.split("\n"):
        low, high = at, at + len(text)
        at = high + 1
        if low == 0 or any(low <= span[0] < high for span, _ in found) or not _LOOKED.search(text):
            continue
        start, end = next(iter(sentence_spans(text)), (0, 0))
        name = next((name for name in things(text[start:end]) if name.endswith((noun, *_LIKE.get(noun, ())))), "")
        place = text.find(name) if name else -1
        if 0 <= place < end:
            yield (low + place, low + place + len(name)), (low + start, low + end)


def _fitting(sentence: str, row: list[Span], noun: str) -> list[Span]:
    """Those of a row that fit; of 甲和乙项目 both, for the last one says what they are."""
    said = [sentence[slice(*part)] for part in row]
    of_row = said[1:] and noun in said[-1] and not any(noun in item for item in said[:-1])
    return [part for part, item in zip(row, said, strict=True) if _fits(item if not of_row else f"{item}{noun}", noun)]


def _fits(item: str, noun: str) -> bool:
    """Whether a place is one that is named, and of the kind that is asked for."""
    if VAGUE.match(item) or _NO_STOP.search(item) or len(item) < 3:
        return False
    return PLACES.match(noun) is not None or noun in item
