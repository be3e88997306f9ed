"""Everything of one class that the archive names (有哪些村, 报道里提到了哪些公司), told by how its name ends.

In: an index and a question that sets no other condition. Out: the names, one a line, each with the first sentence that
has it; None where no such class is asked for. Knows nothing about what is told of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from qa.answers.compose import Statement
from qa.asked.asking import written
from qa.asked.question import Question
from qa.asked.topics import NAMES
from qa.lists.listing import Listing
from qa.ranking.kinds import candidates
from qa.ranking.lookup import Words, articles

Span = tuple[int, int]

# What is asked for → how its members end; places are cut off behind the larger place that they lie in.
PLACES = {word: (word,) for word in ("镇", "乡", "村", "社区", "街道", "县", "园区")} | {"乡镇": ("镇", "乡")}
_COMPANIES = ("公司", "集团")
_CLASS = "|".join(sorted({*PLACES, "公司"}, key=len, reverse=True))
_SEEN = r"(?:在?(?:报道|报纸|版面|新闻|文章|报)[里中上]面?)?(?:都|一共|总共)?"
_NAMING = "提到|出现|写到|涉及|包括"
_ASKS = re.compile(
    rf"^{_SEEN}(?:(?:{_NAMING})[了过]?|有)?(?:哪些|哪几个)(?P<one>{_CLASS})[?]?$"
    rf"|^{_SEEN}(?:(?:{_NAMING})[了过]?的)?(?P<two>{_CLASS})(?:都|一共)?有哪些[?]?$"
)
_LARGER = re.compile(r".+(?:省|市|区|县|镇|乡|街道)$")
_NOT_ONE = re.compile(r"^(?:各|该|本|全|这|那|每|多|两|几|[一二三四五六七八九十\d]+个?|所在|新|小|我)")
_INSIDE = "njlsigzabe"  # first letters of the parts of speech that a name is made of
_LEGAL = re.compile(r"(?:股份)?有限(?:责任)?公司")
_TRADES = frozenset(("控股", "融资", "租赁", "投资", "发展", "建设", "物流", "管理", "出版"))
_BODY = Question("哪家公司", "organisation")


def find(index: Index, question: Question, most: int) -> Listing | None:
    """The members of the class that is asked for, None where none is, or the archive names none."""
    match = _ASKS.match(written(question.text)) if question.kind == "list" else None
    kind = (match["one"] or match["two"]) if match else ""
    if not kind:
        return None
    ends = PLACES.get(kind, _COMPANIES)
    found: dict[str, Statement] = {}
    for article in articles(index, " ".join(ends), Words((ends,))):
        for start, end in sentence_spans(article.text):
            sentence = article.text[start:end]
            spans = places(sentence, ends) if kind in PLACES else _bodies(sentence, ends)
            for low, high in spans:
                found.setdefault(sentence[low:high], Statement(sentence[low:high], article, start, end))
    whole = [line for name, line in found.items() if not any(name != other and other.endswith(name) for other in found)]
    return Listing(whole[:most], len(whole), "个" if kind in PLACES else "家", counted=True) if whole else None


def places(sentence: str, ends: tuple[str, ...]) -> Iterator[Span]:
    """Names of places: 牛塘镇丫河村 → 丫河村, where villages are asked for."""
    if not any(end in sentence for end in ends):
        return
    start = at = 0
    for word, tag in _cut(sentence):
        at += len(word)
        inside = tag[0] in _INSIDE or (len(word) == 1 and tag[0] in "vf") or not rjieba.has_word(word)
        if not inside or not word[0].isalpha():
            start = at
        elif word.endswith(ends):
            if _is_one(sentence[start:at], ends):
                yield start, at
            start = at
        elif _LARGER.fullmatch(word) or _LARGER.fullmatch(sentence[start:at]):
            start = at


def _cut(sentence: str) -> Iterator[tuple[str, str]]:
    """The words of a sentence, 及 and the like cut off what the word cutter does not know: 镇及 → 镇, 及."""
    for word, tag in rjieba.tag(sentence):
        joined = len(word) > 1 and word[-1] in "及和与等" and not rjieba.has_word(word)
        yield from ((word[:-1], "n"), (word[-1], "c")) if joined else ((word, tag),)


def _bodies(sentence: str, ends: tuple[str, ...]) -> Iterator[Span]:
    """Names of companies: 拜访了格拉默车辆内饰(上海)有限公司 → 格拉默车辆内饰(上海)有限公司."""
    for low, high in candidates(sentence, _BODY) if any(end in sentence for end in ends) else []:
        more = _LEGAL.match(sentence, high)
        high = more.end() if more else high  # 云杉集团有限公司
        at, proper = high, False
        for word, tag in reversed(rjieba.tag(sentence[low:high])):
            known = rjieba.has_word(word)
            if known and tag[0] not in _INSIDE and tag != "vn" and word not in _TRADES and word not in "()（）":
                break
            at -= len(word)
            proper = proper or tag in NAMES or (not known and word.isalpha())
        if proper and sentence[low:high].endswith(ends) and _is_one(sentence[at:high], ends):
            yield at, high


def _is_one(name: str, ends: tuple[str, ...]) -> bool:
    """Whether a name is that of one of them: 丫河村, but not 该村 or 村."""
    stem = next(name.removesuffix(end) for end in ends if name.endswith(end))
    return bool(stem) and not _NOT_ONE.match(name) and (len(stem) > 1 or not rjieba.has_word(stem))
