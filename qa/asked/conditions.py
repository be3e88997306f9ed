"""A figure that a question sets as a condition: 总投资超过5亿元的项目, 占地50到70亩的工程.

In: a question's text, and sentences. Out: a `Condition`, and the places in a sentence of the figures that meet it.
A figure meets it only if it measures the same thing (总投资, not 年产值), whatever unit it is written in. Knows nothing
about where sentences come from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

import rjieba

from embeddings.words import normalise
from qa.asked.bounds import WORDS, bound, in_words
from qa.language.quantities import Quantity, quantities

_FILLER = re.compile(rf"(?:{WORDS}|总共|一共|共计|合计|达到|达|为|是|在|有|了|需|要|共|计|:|\s|\*)+$")
_STOP = re.compile(r"\d{4}年|[,.;:、。，；：！？?!()（）\"“”《》的]|哪些|哪几个|哪个|多少个|几个|多少家|几家|多少|几")
# What is asked for by its class need not be called so in print.
CLASSES = frozenset(
    ("项目", "工程", "企业", "公司", "地方", "单位", "地块", "地点", "情况", "内容", "东西", "名单", "村", "镇")
)
_MODIFIERS = frozenset(
    ("建筑", "占地", "用地", "规划", "计划", "处理", "生产", "投资", "固定资产", "累计", "平均", "日均", "年均")
)
_DIMENSIONS = frozenset(("元", "美元", "千克", "米", "平方米", "立方米", "瓦", "瓦时", "亩", "%"))
_KINDRED = (frozenset(("元", "美元", "欧元", "日元", "港元", "英镑")), frozenset(("亩", "平方米")))
_DIGIT = re.compile(r"[\d一二两三四五六七八九十百千万亿]")
_SAME = dict.fromkeys(("占地", "用地", "占地面积", "用地面积"), ("占地", "用地")) | {"建筑面积": ("建筑面积", "建筑")}
_AREA = re.compile(r"面积|占地|用地")
_MOST = re.compile(r"(?:是|为|的)?最(?P<way>[大多高长广重贵少小低短轻])")
_LARGEST = frozenset("大多高长广重贵")
_OPEN = {"": "总投资", "投资": "总投资", "投资额": "总投资", "规模": "总投资", "投资规模": "总投资", "面积": "占地面积"}
_TOTAL = re.compile(r"^总?投资(?:额|规模|金额|总额)$")  # what print calls 总投资
_MONEY = re.compile(r"投资|资金|产值|收入|利润|营收|金额|成本|费用|营业额|销售额|造价")
_DAY = re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号]|\d{1,2}月(?:份|[初中底末])?")
_MANY_OF = re.compile(r"\d+余?[个项][^。;；]{0,20}$|\d+余?[个项]、$")
_CLAUSE_END = re.compile(r"[,，;；。!！?？\n]")
_WHOLE = re.compile(r"^(?:总|合计|累计)")
# What may stand before 投资 where a total is meant, though 总 is not said.
_PLAIN = re.compile(
    r"(?:^|[,，。;；:：、\s])$|(?:项目|工程|计划|预计|规划|将|拟|共|目|元|区|厂|园|心|地|线|桥|馆|校|场|站|路)$"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure between `low` and `high` (None: open; `strict` where the bound itself does not count) of one `measure`.

    `figures` is how the question writes it, `said` the same with its measure and bounds; `compares` is whether it asks
    for more or less, not for that very figure.
    """

    measure: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    strict: bool = False
    compares: bool = True
    figures: str = ""
    said: str = ""
    strict_high: bool | None = None  # where it is not as with the lower bound

    def names(self, word: str) -> bool:
        """Whether a word of the question belongs to the condition, or to a class that need not be named in print."""
        return word in CLASSES or any(word in said for said in (self.measure, self.figures, self.said))

    @property
    def _names(self) -> tuple[str, ...]:
        """What the measure is called, 总 apart."""
        core = _WHOLE.sub("", self.measure)
        return _SAME.get(core, (core,))

    def met(self, text: str) -> list[Quantity]:
        """The figures of a text that meet the condition.

        >>> asked = condition("总投资超过5亿元的项目有哪些？")
        >>> told = "大桥总投资6亿元,年收费7亿元。"
        >>> [figure.text for figure in asked.met(told)]
        ['6亿元']
        """
        return [found for found in self.told_in(text) if self._holds(found)]

    def told_in(self, text: str) -> list[Quantity]:
        """The figures of a text that measure what is asked for, however large; in any unit where that is open."""
        if not (_DIGIT.search(text) and (not self.measure or any(name in text for name in self._names))):
            return []  # most sentences, before anything is parsed
        plain = normalise(text)
        if len(plain) != len(text):  # ㎡ became m2: the places are those of what was written
            plain = text.lower()
        days = [match.span() for match in _DAY.finditer(plain)]
        found = [_with_unit(plain, figure) for figure in quantities(plain, days)]
        units = (self.unit,) if self.unit else _units(self.measure)
        exact = [each for each in found if plain[each.start - 1 : each.start] not in ("数", "几")]  # 数十亿 is no 十亿
        return [each for each in exact if each.unit in units and self._measured(plain, each)]

    def apart(self, text: str) -> list[Quantity]:
        """The figures of what is asked for in another currency, or another measure of land: these are not converted."""
        kindred = next((units for units in _KINDRED if self.unit in units), frozenset())
        return [found for found in replace(self, unit="").told_in(text) if found.unit in kindred - {self.unit}]

    def _holds(self, found: Quantity) -> bool:
        """Whether a figure lies within; 超30 is more than 30, 近30 is less."""
        value = found.value
        if value is None:
            return False
        more = found.bound == "over"
        less = found.bound == "under"
        low = self.low is None or value > self.low or (value == self.low and not less and (more or not self.strict))
        strict = self.strict if self.strict_high is None else self.strict_high
        high = self.high is None or value < self.high or (value == self.high and not more and (less or not strict))
        return low and high and not (more and self.high is not None and self.low != self.high and value >= self.high)

    def _measured(self, text: str, found: Quantity) -> bool:
        """Whether the figure measures what is asked for: the word stands before it in its clause, or right behind."""
        if not self.measure:
            return True
        before = _CLAUSE_END.split(text[: found.start])[-1]
        others = [each.end for each in quantities(before) if each.unit == found.unit]
        before = before[max(others, default=0) :]
        if _MANY_OF.search(text[max(0, found.start - 30) : found.start]) and not re.search("[都均各]", before):
            return False  # 12个项目,总投资50亿元: a sum
        at, core = max((before.rfind(name), name) for name in self._names)
        if at < 0:
            return text[found.end : found.end + len(core) + 1].lstrip("的").startswith(core)
        if (
            not _WHOLE.match(self.measure)
            or "总" in before[:at][-2:]
            or before[at + len(core) :].startswith(("总额", "额"))
        ):
            return True
        return _PLAIN.search(before[:at]) is not None


def condition(question: str) -> Condition | None:
    """The condition that a question sets; None where it names no figure with a unit.

    >>> asked = condition("总投资5到10亿元的项目有哪些？")
    >>> asked.measure, int(asked.low), int(asked.high), asked.unit
    ('总投资', 500000000, 1000000000, '元')
    """
    plain = in_words(question)
    days = [match.span() for match in _DAY.finditer(plain)]
    figures = [_with_unit(plain, found) for found in quantities(plain, days)]
    figures = [found for found in figures if found.unit and not found.ordinal and found.value is not None]
    if not figures or any(found.unit != figures[0].unit for found in figures[:2]):
        return None
    first = figures[0]
    measure = _TOTAL.sub("总投资", _measure(plain, first))
    last = figures[min(1, len(figures) - 1)]
    bounds = re.match(rf"(?:之间|{WORDS})?", plain[last.end :])
    said = plain[max(plain.rfind(measure, 0, first.start), 0) if measure else first.start : last.end]
    make = partial(Condition, measure, first.unit, figures=first.text, said=said + (bounds.group() if bounds else ""))
    if len(figures) > 1 and re.fullmatch(r"[到至和与~\-—–]", plain[first.end : figures[1].start]):
        ends = sorted(figure.value or Decimal(0) for figure in figures[:2])
        return make(ends[0], ends[1], figures=plain[first.start : figures[1].end])
    side, other = bound(plain[: last.start] if last is not first else plain, first), bound(plain, last, first.end)
    if side and other and side[0] != other[0]:  # 超过5亿元、不到10亿元
        (_, low, low_strict), (_, high, high_strict) = sorted((side, other))
        return make(low, high, low_strict, strict_high=high_strict)
    if side:
        way, limit, strict = side
        return make(limit, None, strict) if way == "from" else make(None, limit, strict)
    value = first.value
    named = measure or plain.startswith("的", first.end)  # 70亩的项目, but not 35个项目
    telling = first.unit in _DIMENSIONS or (value is not None and value >= 10)  # 三级响应 is a name
    return make(value, value, compares=False) if named and telling else None


def superlative(question: str) -> tuple[Condition, bool] | None:
    """The measure by which things are to be compared, and whether the largest is asked for; None where it names none.

    >>> found = superlative("哪个项目总投资最大？")
    >>> found[0].measure, found[1]
    ('总投资', True)
    """
    plain = normalise(question)
    match = _MOST.search(plain)
    if not match:
        return None
    measure = _named_before(plain[: match.start()])
    return open_condition(measure), match["way"] in _LARGEST


def open_condition(measure: str) -> Condition:
    """Any figure of a measure."""
    return Condition(_OPEN.get(measure, measure), "", None, None)


def _units(measure: str) -> frozenset[str]:
    """The units that a measure comes in."""
    if _MONEY.search(measure):
        return _KINDRED[0]
    return _KINDRED[1] if _AREA.search(measure) else _DIMENSIONS | {"人", "人次"}


def _with_unit(plain: str, found: Quantity) -> Quantity:
    """超5亿 of an investment is 超5亿元."""
    money = not found.unit and _MONEY.search(plain[max(0, found.start - 8) : found.start])
    return replace(found, unit="元") if money else found


def _measure(plain: str, figure: Quantity) -> str:
    """What the figure measures: the words before it, or none (70亩的项目)."""
    return _named_before(plain[: figure.start])


def _named_before(plain: str) -> str:
    """The last thing that a text names, with what stands before it closely: 总投资, 固定资产投资."""
    before = _FILLER.sub("", plain)
    words = list(rjieba.cut(_STOP.split(before)[-1]))
    kept = words[-1:]
    for word in reversed(words[:-1]):
        if (len(word) > 1 and word not in _MODIFIERS) or word in "里中上内有":
            break
        kept.insert(0, word)
    return "" if "".join(kept) in CLASSES else "".join(kept)
