"""Whose level, and which rank: is 市重大项目 said of a 省重大项目, or 行长 of a 副行长?

In: the readings of a sentence and of what it cites. Out: the places of the sentence where the cited words have the same
thing on another level of government only, or the same office in another rank only. Knows nothing about who holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.checks.claims import Reading

_LEVELS = {
    "nation": "国家级 全国性 全国 国家 中央",
    "province": "省级 全省 我省 该省 省",
    "city": "市级 全市 我市 该市 市",
    "district": "区级 全区 我区 该区 区",
    "county": "县级 全县 县",
    "town": "镇级 全镇 镇",
    "village": "村级 全村 村",
}
_LEVEL = {word: level for level, words in _LEVELS.items() for word in words.split()}
_WORD = "|".join(sorted(_LEVEL, key=len, reverse=True))
_LEVELLED = re.compile(rf"(?P<level>{_WORD})的?(?P<head>[一-龥]{{2,4}})")
_BEFORE = re.compile(rf"(?P<level>{_WORD})的?$")
_DEMONSTRATIVES = ("一", "该", "此", "这", "那", "个")
_ALSO = re.compile(r"[省市区县、和]$")  # 省、市重大项目
_OFFICE = (
    "董事长|秘书长|书记|主任|主席|[部局院校行处科区市省县镇州会馆台司站队厂]长|总裁|经理|教授|研究员|教练|编辑|工程师"
)
_RANK = "常务副|副|总|代理?|名誉"
_RANKED = re.compile(rf"(?P<rank>{_RANK})?(?P<head>{_OFFICE})(?![期久远三江春])")


def misranked(said: Reading, cited: Reading, whole: Reading) -> Iterator[tuple[int, int]]:
    """The places of levels and ranks that the cited words have otherwise; `whole` is they and what stands over them."""
    yield from _levels(said, cited.text)
    yield from _ranks(said, whole.text)


def _levels(said: Reading, cited: str) -> Iterator[tuple[int, int]]:
    """市重大项目 where each 重大项目 of the cited words is a 省重大项目."""
    starts = {token.start for token in said.tokens}
    ends = {token.end for token in said.tokens if token.tag == "ns"}
    for match in _LEVELLED.finditer(said.text):
        own = match.end("level")
        if not (
            match.start() in starts or own in ends or said.text[match.start() - 1 : match.start()] in _DEMONSTRATIVES
        ) or said.quoting(match.start()):
            continue
        there = _levels_of(match["head"], cited)
        if there and None not in there and _LEVEL[match["level"]] not in there:
            yield match.span("level")


def _levels_of(head: str, text: str) -> set[str | None]:
    """The levels on which a text has a thing, by as many of its characters as stand there."""
    for size in range(len(head), 1, -1):
        befores = [text[max(0, found.start() - 4) : found.start()] for found in re.finditer(head[:size], text)]
        if befores:
            levels = [_BEFORE.search(before) for before in befores]
            plain = any(
                level and _ALSO.search(before[: level.start()]) for level, before in zip(levels, befores, strict=True)
            )
            return {None} if plain else {_LEVEL[level["level"]] if level else None for level in levels}
    return set()


def _ranks(said: Reading, cited: str) -> Iterator[tuple[int, int]]:
    """行长 where each 行长 of the cited words is a 副行长."""
    there: dict[str, set[str]] = {}
    for match in _RANKED.finditer(cited):
        there.setdefault(match["head"], set()).add(_rank(match))
    for match in _RANKED.finditer(said.text):
        ranks = there.get(match["head"])
        if ranks and _rank(match) not in ranks and not said.quoting(match.start()):
            yield match.span()


def _rank(match: re.Match[str]) -> str:
    return (match["rank"] or "").removeprefix("常务")
