"""Which of several like things is meant: 二期, 第33次会议, 第一课, 三标段.

In: a normalised text. Out: its `Ordinal`s, each with what it numbers, and which of them governs a sentence. 首届 is
第一届. Knows nothing about questions; quarters and days are dates (qa/language/moments.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.language.quantities import quantities

_HAN = "一二三四五六七八九十百"
# What is numbered without 第 is numbered by these alone; three of them (三期) and the third of them are told alike.
_BARE = "期(?!间|待|望|货|限|许|价|末|盼)|标段|号(?:线|楼|院|机组|厂房)|届"
_ORDINAL = re.compile(
    rf"第(?P<number>\d+|[{_HAN}]+)(?P<kind>标段|号(?:线|楼|院|机组|厂房)|[一-鿿](?!人称))"
    rf"|(?<![第\d{_HAN}至到—-])(?P<bare>\d{{1,2}}|[{_HAN}]{{1,3}})(?P<of>{_BARE})"
    r"|首(?P<first>[次届期批课讲场轮站个家条座例位])"
)
_WORDS = frozenset("方时天线季大人手反性流眼")  # 第三方, 第一时间, 第二天, 第一大 number nothing


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
        number = 1 if match["first"] else _value(match["number"] or match["bare"])
        if number is not None and kind not in _WORDS:
            found.append(Ordinal(match.group(), *match.span(), kind, number))
    return found


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
