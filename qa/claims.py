"""A text taken apart into what can be checked: words, clauses, numbers, dates, people, quotations.

In: a sentence or a quote. Out: an immutable `Reading` of its normalised text, from which every place leads back to the
original. The same eyes read the sentence and what it cites. Knows nothing about whether anything is true.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cache, cached_property, lru_cache

import rjieba

from embeddings.names import surnamed
from embeddings.words import normalise
from qa.company import never_person
from qa.leads import leads
from qa.moments import Moment, moments
from qa.quantities import Quantity, quantities
from qa.rarity import background

Span = tuple[int, int]
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
快要 担任 文中 处于 阶段 有所 领导"""
_COMMON = 3e-4  # share of news articles from which a word is one that everybody uses
SAYING = frozenset(_SAID.split())  # words about saying, not about the matter
_FIGURES = frozenset("0123456789一二三四五六七八九十百千万亿多余")
_MEASURES = frozenset("位名个家亩座条批项件台套")
_SMALL = dict.fromkeys("由随对向与把被将让给为在从据同跟", "p") | dict.fromkeys("和及", "c") | {"等": "u", "是": "v"}
_NO_PERSON = frozenset("省市区县镇乡村州街路河湖山局院会社报队站")
_NOISE = re.compile(r"\*\*|\[\d+\]|(?<![A-Za-z])[ \t\u3000\u00a0]+|[ \t\u3000\u00a0]+(?![A-Za-z])")
_QUOTED = re.compile(r"“([^”]+)”|「([^」]+)」|『([^』]+)』|《([^》]+)》|\"([^\"]+)\"|‘([^’]+)’")
_CLAUSE = re.compile(r"[^,;:!?。\n]+")
_SENTENCE = re.compile(r"[^;!?。\n]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the normalised text, with rjieba's part of speech."""

    text: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Reading:
    """A text, normalised; `places[i]` is where its i-th character stood in the original."""

    text: str
    places: tuple[int, ...]
    issued: Date | None = None
    known_names: tuple[str, ...] = ()

    def knowing(self, names: Iterable[str]) -> Reading:
        """The same text, read by somebody who knows these names of persons."""
        here = tuple(name for name in dict.fromkeys(names) if name in self.text)
        return replace(self, known_names=here) if here else self

    def span(self, start: int, end: int) -> Span:
        """The original span of a normalised one."""
        return (self.places[start], self.places[end - 1] + 1) if end > start else (0, 0)

    @cached_property
    def letters(self) -> str:
        """Letters and digits of any script, without punctuation."""
        return letters(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        found: list[Token] = []
        at = 0
        for word, tag in rjieba.tag(self.text):
            for part in _cut_again(word, found[-1] if found else None):
                found.append(Token(part, tag if part == word else _tag(part), at, at + len(part)))
                at += len(part)
        return tuple(self._recut(found))

    def _recut(self, tokens: list[Token]) -> Iterator[Token]:
        """The words, cut anew where a known name runs across them: 陈晓, 江都 -> 陈晓江, 都."""
        names = self.mentions(self.known_names)
        for token in tokens:
            while names and names[0].end <= token.start:
                names.pop(0)
            if not names or token.end <= names[0].start:
                yield token
                continue
            name = names[0]
            if token.start < name.start:
                yield from self._piece(token.start, name.start)
            if token.start <= name.start:
                yield name
            if token.end > name.end:
                yield from self._piece(name.end, token.end)

    def _piece(self, start: int, end: int) -> Iterator[Token]:
        yield Token(self.text[start:end], _tag(self.text[start:end]), start, end)

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text, self.issued)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.text, [(found.start, found.end) for found in self.moments])

    @cached_property
    def quotations(self) -> list[tuple[str, int, int]]:
        """What stands between quotation marks or in 《》, with its place."""
        found = []
        for match in _QUOTED.finditer(self.text):
            inner = next(group for group in match.groups() if group)
            found.append((inner, match.start() + 1, match.start() + 1 + len(inner)))
        return found

    def quoting(self, at: int) -> bool:
        """Whether a place stands within a quotation, which is checked letter by letter."""
        return any(start <= at < end for _, start, end in self.quotations)

    @cached_property
    def clauses(self) -> list[Span]:
        """What stands between commas; a quotation is not cut."""
        inside = [(start, end) for _, start, end in self.quotations]
        text = self.text
        for start, end in inside:
            text = text[:start] + re.sub(r"[,;:!?。\n]", "、", text[start:end]) + text[end:]
        return [match.span() for match in _CLAUSE.finditer(text)]

    @cached_property
    def sentences(self) -> list[Span]:
        return [match.span() for match in _SENTENCE.finditer(self.text)]

    def clause(self, at: int) -> Span:
        """The clause that a place belongs to."""
        return next(((start, end) for start, end in self.clauses if start <= at < end), (at, at + 1))

    @property
    def figured(self) -> list[Quantity | Moment]:
        """Numbers and dates."""
        return [*self.quantities, *self.moments]

    @cached_property
    def figures(self) -> frozenset[int]:
        """The places that numbers and dates take."""
        return frozenset(at for each in self.figured for at in range(each.start, each.end))

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The words that carry meaning: no figures, no function words, no punctuation."""
        return tuple(
            token
            for token in self.tokens
            if token.text[0].isalnum()
            and (len(token.text) > 1 or token.text not in FUNCTION)
            and token.tag[0] not in "upcrye"
            and self.figures.isdisjoint(range(token.start, token.end))
        )

    @cached_property
    def things(self) -> list[Token]:
        """Names of companies and the like: words that the dictionary does not know, with names before them."""
        busy = {at for person in self.people for at in range(person.start, person.end)}
        found: list[Token] = []
        for at, token in enumerate(self.tokens):
            if len(token.text) < 2 or token.start in busy or not _is_thing(token):
                continue
            first = at
            while (
                first
                and self.tokens[first - 1].tag in PERSON_TAGS | {"ns"}
                and token.start - self.tokens[first - 1].start < 4
            ):
                first -= 1
            start = self.tokens[first].start
            if found and found[-1].end >= start:
                start = found.pop().start
            found.append(Token(self.text[start : token.end], "nz", start, token.end))
        return found

    @cached_property
    def people(self) -> list[Token]:
        """Names of persons, put together where the word cutter took them apart: 恽淇 + 丞, 乔 + 俊杰."""
        found: list[Token] = []
        foreign = self._foreign()
        for first, token in enumerate(self.tokens):
            if found and token.start < found[-1].end:
                continue
            if foreign and token.end > foreign[0].start:
                found.append(foreign.pop(0))
                continue
            if not _begins_name(token):
                continue
            for last in range(min(first + 2, len(self.tokens) - 1), first - 1, -1):
                parts = self.tokens[first : last + 1]
                name = self.text[token.start : parts[-1].end]
                if (
                    len(name) in (2, 3)
                    and not _ordinary(name)
                    and not self._names_place(name)
                    and _is_name(parts, self.tokens[last + 1 : last + 2])
                ):
                    found.append(Token(name, "nr", token.start, parts[-1].end))
                    break
        return found

    def _foreign(self) -> list[Token]:
        """Names with a dot, whole: 希拉里·比克尔斯."""
        found: list[Token] = []
        for before, dot, after in zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False):
            if dot.text in "·•・":
                start = found.pop().start if found and found[-1].end == dot.start else before.start
                found.append(Token(self.text[start : after.end], "nr", start, after.end))
        return found

    def mentions(self, names: Iterable[str]) -> list[Token]:
        """Where these names stand, the longest first: what one text shows to be a name is one in the other."""
        if not (some := sorted({name for name in names if name in self.text}, key=len, reverse=True)):
            return []
        return [Token(m.group(), "nr", *m.span()) for m in re.finditer("|".join(map(re.escape, some)), self.text)]

    def _names_place(self, name: str) -> bool:
        """武进, which the word cutter takes for a person, from what stands around it anywhere in the text."""
        if not name.isalpha():
            return True
        around = rf"(?:[在到往赴访于对让使给]|落户|代表|列入){name}|{name}(?:区|县|镇|市|国家)"
        return (
            name[-1] in _NO_PERSON
            or never_person(name)
            or (len(name) == 2 and re.search(around, self.text) is not None)
        )


def _cut_again(word: str, before: Token | None) -> list[str]:
    """Words that the cutter made too long: 关键因素 -> 关键, 因素; 王小广是 -> 王小广, 是; 丞等区 -> 丞, 等, 区."""
    if before and word[1:2] == "等" and before.tag in PERSON_TAGS:
        return [word[0], *filter(None, (word[1], word[2:]))]  # 郑政平等 names 郑政平
    if before and before.text[-1] in _FIGURES and word[0] in _MEASURES and len(word) > 1 and not known(word):
        return [word[0], word[1:]]
    if len(word) == 4 and min(background().get(half, 0) for half in (word[:2], word[2:])) > _COMMON:
        return [word[:2], word[2:]]
    if len(word) < 2 or known(word):
        return [word]
    if word[0] in "由随对向与把被将让给为在从是据同和及跟":
        return [word[0], word[1:]]
    if len(word) > 2 and "等" in word[1:]:
        return [part for part in re.split("(等)", word) if part]
    if re.search("[和与及]", word[1:-1]):
        return [part for part in re.split("([和与及])", word) if part]
    tails = "是说在率的和与任造做办要将已" if len(word) > 2 else "率"
    return [word[:-1], word[-1]] if word[-1] in tails else [word]


@lru_cache(maxsize=1 << 14)
def _tag(word: str) -> str:
    """The part of speech of a part of a word."""
    return _SMALL.get(word, "n") if len(word) == 1 else str(rjieba.tag(word)[0][1])


@cache
def weight(word: str) -> float:
    """How much a word tells, 0–1: rare ones more."""
    return min(1.0, -math.log(background().get(word, 1e-4)) / 9)


def known(word: str) -> bool:
    """Whether a word is in the dictionary, or common in the news."""
    return rjieba.has_word(word) or word in background()


def _is_thing(token: Token) -> bool:
    odd = token.tag in ("nrt", "nr", "nz") or (not known(token.text) and token.tag[0] == "n")
    return odd and token.text[-1] not in _NO_PERSON and background().get(token.text, 0) < 3e-4


def _begins_name(token: Token) -> bool:
    return "一" <= token.text[0] <= "鿿" and surnamed(token.text) and (token.tag in PERSON_TAGS or len(token.text) == 1)


def _ordinary(name: str) -> bool:
    """Whether what the dictionary has for a person is a word that everybody uses: 洪水, 贡献者, 强台风."""
    if len(name) == 2:
        return background().get(name, 0) > 10 * _COMMON
    return known(name) and max(background().get(part, 0) for part in (name[:2], name[1:])) > 10 * _COMMON


def _is_name(parts: tuple[Token, ...], following: tuple[Token, ...]) -> bool:
    if any(len(part.text) > 1 and part.tag not in PERSON_TAGS for part in parts[:1]):
        return False
    rest = parts[1:]
    if not rest:
        return parts[0].tag in PERSON_TAGS
    if any(part.tag[0] in "xuwpcrym" or part.text in FUNCTION for part in rest):
        return False
    if len(rest) == 1 and len(rest[0].text) == 1 and parts[0].tag in PERSON_TAGS:
        return (len(parts[0].text) == 2 and rest[0].tag[0] in "njagzd") or (rest[0].tag[0] == "v" and _ends(following))
    return len(parts[0].text) == 1 and any(part.tag in PERSON_TAGS for part in rest)


def _ends(following: tuple[Token, ...]) -> bool:
    return not following or following[0].tag[0] in "xvpc"


def read(text: str, issued: Date | None = None, written: bool = False) -> Reading:
    """Normalise a text and keep the way back; what leads into a `written` sentence, and claims nothing, is left out.

    >>> reading = read("**總投資** １０億元[1]")
    >>> reading.text, reading.span(3, 6)
    ('总投资10亿元', (8, 11))
    >>> read("1. 据报道，总投资10亿元", written=True).text
    '总投资10亿元'
    """
    noise = [*_NOISE.finditer(text), *(leads(text) if written else ())]
    dropped = {at for match in noise for at in range(*match.span())}
    pairs = [(char, at) for at, raw in enumerate(text) if at not in dropped for char in _plain(raw)]
    return Reading("".join(char for char, _ in pairs), tuple(at for _, at in pairs), issued)


@lru_cache(maxsize=1 << 14)
def _plain(char: str) -> str:
    return normalise(char)


def letters(text: str) -> str:
    """Letters and digits of any script: what [a-z0-9] would make of Chinese is nothing, and nothing stands anywhere."""
    return "".join(filter(str.isalnum, text))
