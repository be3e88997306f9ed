"""Which of several like things is meant: 二期, 第33次会议, 第一课, 三标段.

In: a normalised text. Out: its `Ordinal`s, each with what it numbers, and which of them governs a sentence. 首届 is
第一届, 一二期 are two, and the first 讲 of a course may be its first 课. Knows nothing about questions; quarters and
days are dates (qa/language/moments.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.language.quantities import quantities

_HAN = "一二三四五六七八九十百"
_EACH = "[一二三四五六七八九]"
_ROW = rf"{_EACH}(?:[、和与]{_EACH}){{1,2}}"  # 一、二期
# What is numbered without 第 is numbered by these alone; three of them (三期) and the third of them are told alike.
_BARE = "期(?!间|待|望|货|限|许|价|末|盼)|标段|号(?:线|楼|院|机组|厂房)|届"
_ORDINAL = re.compile(
    rf"第(?P<number>\d+|{_ROW}|[{_HAN}]+)(?P<kind>标段|号(?:线|楼|院|机组|厂房)|[一-鿿](?!人称))"
    rf"|(?<![第\d{_HAN}至到—-])(?P<bare>\d{{1,2}}|{_ROW}|[{_HAN}]{{1,3}})(?P<of>{_BARE})"
    r"|首(?P<first>[次届期批课讲场轮站个家条座例位])"
)
_WORDS = frozenset("方时天线季大人手反性流眼")  # 第三方, 第一时间, 第二天, 第一大 number nothing
_ALIKE = ("课讲堂", "届次")  # one may stand for the other


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A numbered thing as said at `start:end`: `kind` is what is numbered (期), `number` which of them."""

    text: str
    start: int
    end: int
    kind: str
    number: int


def ordinals(text: str) -> list[Ordinal]:
    """The numbered things of a normalised text, in order.

    >>> [(each.kind, each.number) for each in ordinals("首届论坛听了第二课,三标段第33次会议,第三方")]
    [('届', 1), ('课', 2), ('标段', 3), ('次', 33)]
    """
    found = []
    for match in _ORDINAL.finditer(text):
        kind = match["kind"] or match["of"] or match["first"]
        written = match["number"] or match["bare"] or "一"
        row = re.findall(_EACH, written) if not re.search(r"[十百\d]", written) else []
        for each in row if len(row) > 1 else [written]:
            number = _value(each)
            if number is not None and kind not in _WORDS:
                said = match.group().replace(written, each)
                found.append(Ordinal(said, *match.span(), kind, number))
    return found


def alike(asked: Ordinal, told: Sequence[Ordinal]) -> list[Ordinal]:
    """Those that number what is asked for, by the same word, else by one that may stand for it: 第一课 for 第一讲.

    >>> [each.text for each in alike(ordinals("第二讲")[0], ordinals("第一课上,首次提出第三点"))]
    ['第一课']
    """
    meant = next((kinds for kinds in _ALIKE if asked.kind in kinds), asked.kind)
    same = [each for each in told if each.kind == asked.kind]
    return same or [each for each in told if each.kind in meant and each.text != "首次"]


def _value(written: str) -> int | None:
    read = quantities("第" + written)
    return int(read[0].value) if read and read[0].value is not None else None


def governing(told: Sequence[Ordinal], start: int, end: int) -> list[Ordinal]:
    """Those that a sentence at `start:end` speaks of: its own, else the last ones named before it.

    >>> told = ordinals("一期已经完工。二期正在建设。总投资6亿元。")
    >>> [each.text for each in governing(told, 14, 21)]
    ['二期']
    """
    own = [each for each in told if start <= each.start < end]
    before = [each for each in told if each.start < start]
    return own or before[-1:]
