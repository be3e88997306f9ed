"""The words of a text, cut so that names come out whole, and what each of them tells.

In: normalised text. Out: `Token`s with parts of speech, and for a word whether it is common, and how much it weighs.
Mends what the word cutter does to names and to unknown words. Knows nothing about what is claimed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import rjieba

from qa.language.rarity import background

PERSON_TAGS = frozenset({"nr", "nrt", "nrfg"})
PLACE_TAGS = frozenset({"ns", "nt"})
FUNCTION = frozenset(
    "的了着过地得之所是在有为被把将由从到给向对于与和及跟同或而且但并也都就还又则却即只才更最很太再已曾正要能会可应须该请让使令"
    "较这那此其各每某本我你他她它们谁个些等们中里内外上下前后间时当如若因以自至比按据经随着起来去出入共达称说道等全多少余近超约"
    "新大小高低好年月日号家名位项条件种次两区市省县镇乡村州部局厅院处室科股组队办委党总副长员者性化型类式率度量力"
)
# Of these a name hardly has any.
GRAMMAR = frozenset(
    "的了着过地得之所是在有为被把将由从到给向对于与和及跟同或而且但并也都就还又则却即只才更最很太再已曾正要能会可应须该请让使令"
    "较这那此其各每某我你他她它们谁些等以因若如当自至比按据经随称说处像共"
)
_SAID = """表示 介绍 指出 报道 强调 认为 据介绍 据悉 据了解 了解 透露 说明 提到 根据 分别 包括 其中 目前
进行 相关 有关 方面 位于 主要 以及 此外 同时 另外 总共 共计 合计 显示 称为 属于 作为 通过 情况 工作 内容 问题 回答 如下
资料 文章 新闻 记者 消息 可以 能够 需要 成为 前者 后者 该项 主要是 左右 大约 涉及 具有 拥有 设有 共有 仅有
坐落 地处 一些 一个 以来 期间 其余 剩余 超过 达到 每天 每年 每日 每月 一年 全年 现场 当前 实现 开展
高达 多达 旨在 致力于 一系列 多个 多项 各项 相应 对应 采取 得到 予以 给予 加以 作出 做出 展开 针对 关于 对于 本次 此次
当日 当天 当时 随后 之后 此前 之前 地点 时间 名称 名为 名叫 叫做 一共 总计 所在地 所在 由此 因此 并且 以便 从而 方式
近日 日前 近期 最近 已经 正在 将会 为了 不仅 而且 还有 之一 其他 整个 具体 分为 隶属 相当于 均为 皆为 即将
快要 担任 文中 处于 阶段 有所 领导 眼里 眼中 看来"""
COMMON = 3e-4  # share of news articles from which a word is one that everybody uses
SAYING = frozenset(_SAID.split())  # words about saying, not about the matter
_FIGURES = frozenset("0123456789一二三四五六七八九十百千万亿多余")
_MEASURES = frozenset("位名个家亩座条批项件台套")
_SMALL = dict.fromkeys("由随对向与把被将让给为在从据同跟", "p") | dict.fromkeys("和及", "c") | {"等": "u", "是": "v"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the normalised text, with rjieba's part of speech."""

    text: str
    tag: str
    start: int
    end: int


def cut(text: str) -> list[Token]:
    """The words of a text, in order, without gaps."""
    found: list[Token] = []
    at = 0
    for word, kind in rjieba.tag(text):
        for part in _cut_again(word, found[-1] if found else None):
            found.append(Token(part, kind if part == word else tag(part), at, at + len(part)))
            at += len(part)
    return found


def _cut_again(word: str, before: Token | None) -> list[str]:
    """Words that the cutter made too long: 关键因素 -> 关键, 因素; 王小广是 -> 王小广, 是; 丞等区 -> 丞, 等, 区."""
    if before and word[1:2] == "等" and before.tag in PERSON_TAGS:
        return [word[0], *filter(None, (word[1], word[2:]))]  # 郑政平等 names 郑政平
    if before and before.text[-1] in _FIGURES and word[0] in _MEASURES and len(word) > 1 and not known(word):
        return [word[0], word[1:]]
    if len(word) == 4 and min(background().get(half, 0) for half in (word[:2], word[2:])) > COMMON:
        return [word[:2], word[2:]]
    if len(word) < 2 or known(word):
        return [word]
    if word[0] in "由随对向与把被将让给为在从是据同和及跟以属":
        return [word[0], word[1:]]
    if len(word) > 2 and "等" in word[1:]:
        return [part for part in re.split("(等)", word) if part]
    if re.search("[和与及]", word[1:-1]):
        return [part for part in re.split("([和与及])", word) if part]
    tails = "是说在率的和与任造做办要将已" if len(word) > 2 else "率"
    return [word[:-1], word[-1]] if word[-1] in tails else [word]


@lru_cache(maxsize=1 << 14)
def tag(word: str) -> str:
    """The part of speech of a part of a word."""
    return _SMALL.get(word, "n") if len(word) == 1 else str(rjieba.tag(word)[0][1])


@cache
def weight(word: str) -> float:
    """How much a word tells, 0–1: rare ones more."""
    return min(1.0, -math.log(background().get(word, 1e-4)) / 9)


def known(word: str) -> bool:
    """Whether a word is in the dictionary, or common in the news."""
    return rjieba.has_word(word) or word in background()
