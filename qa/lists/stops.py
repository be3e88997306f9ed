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
    r"(?:(?:来到|走进|前往|走访|察看|抵达|到访|实地考察|了解)了?|(?:考察|参观|查看|督查|调研|视察|检查)了)"
    r"(?P<what>[^,，。;；:：!！?？]{3,60})"
)
_AT = re.compile(
    r"(?:^|[,，\n])在(?P<what>[^,，。;；:：]{3,40})[,，](?=[^,，。;；]{0,12}(?:详细|实地|听取|了解|察看|查看|来到|走进|前往))"
)
PLACES = re.compile(r"^(?:地方|点|处|站|单位|场所|地点|)$")
VAGUE = re.compile(r"^(?:相关|有关|其他|其它|一系列|任何|各[类种项]|多[种项])")
_NO_STOP = re.compile(
    r"^(?:各|重大|重点)?(?:项目|企业|工程|公司)(?:建设|运营|推进|发展|$)|(?:情况|困难|问题|交流|工作)$"
    r"|^[几两三四五六七八九十\d]+[个家处]"
)
_LOOKED = re.compile("了解|询问|察看|查看|交流|听取|强调|要求|指出|督查")


def stops(article: Article, noun: str, parts: Callable[[str, int, int], list[Span]]) -> list[tuple[Span, Span]]:
    """The stops with their sentences, one a sentence or a row of them; of things that are named (项目) those."""
    found: list[tuple[Span, Span]] = []
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        told = sorted(match.span("what") for pattern in (_STOP, _AT) for match in pattern.finditer(sentence))
        rows = [[part for part in parts(sentence, *stop) if _fits(sentence[slice(*part)], noun)] for stop in told]
        for low, high in next(filter(None, rows), []):
            high = high if PLACES.match(noun) else sentence.index(noun, low, high) + len(noun)
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
        name = next((name for name in things(text[start:end]) if name.endswith(noun)), "")
        place = text.find(name) if name else -1
        if 0 <= place < end:
            yield (low + place, low + place + len(name)), (low + start, low + end)


def _fits(item: str, noun: str) -> bool:
    """Whether a place is one that is named, and of the kind that is asked for."""
    if VAGUE.match(item) or _NO_STOP.search(item) or len(item) < 3:
        return False
    return PLACES.match(noun) is not None or noun in item
