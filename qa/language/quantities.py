"""Numbers with their units, however they are written: 一万二 = 1.2万 = 12000, 百分之八十 = 八成 = 80%.

In: normalised text (half width, simplified). Out: `Quantity`s with exact values, and whether one says what another
says. Units of one dimension are converted where that is exact (公里 → 米, 公顷 → 平方米); 亩 and currencies are not.
Knows nothing about dates, nor about what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

import cn2an

Bound = Literal["", "over", "under", "about"]

# Unit → (base, how many of it).
_MEASURES: dict[str, tuple[str, Decimal]] = {
    name: (base, Decimal(factor))
    for base, units in {
        "元": "元 1 块钱 1 块 1 人民币 1",
        "美元": "美元 1 美金 1",
        "千克": "吨 1000 t 1000 千克 1 公斤 1 kg 1 斤 0.5 克 0.001 g 0.001",
        "米": "公里 1000 千米 1000 km 1000 米 1 m 1 厘米 0.01 cm 0.01 毫米 0.001 mm 0.001",
        "平方米": "平方公里 1000000 平方千米 1000000 km2 1000000 公顷 10000 平方米 1 平米 1 m2 1",
        "立方米": "立方米 1 m3 1 方 1",
        "瓦时": "gwh 1000000000 吉瓦时 1000000000 mwh 1000000 兆瓦时 1000000 kwh 1000 千瓦时 1000 度 1000",
        "瓦": "gw 1000000000 吉瓦 1000000000 mw 1000000 兆瓦 1000000 kw 1000 千瓦 1000",
        "%": "% 1 ‰ 0.1 成 10",
        "天": "天 1 日 1",
        "小时": "小时 1 个小时 1 钟头 1 个钟头 1",
        "月": "个月 1",
        "年": "年 1 周年 1 载 1",
        "人": "人 1 名 1 位 1",
    }.items()
    for name, factor in zip(units.split()[::2], units.split()[1::2], strict=True)
}
_EXACT = """亩 英寸 个百分点 百分点 倍 岁 人次 欧元 日元 港元 英镑 分钟 秒 周 户 株 棵 批 期 届 标段 点 号 层 级 折
里 升 页 字 箱 桶 瓶 袋 盒 头 匹 列 架 艘 本 首 场次 车次 摄氏度 度电"""
# Measure words that may stand for one another: 30多家企业 is 30多个企业.
_FAMILIES = (
    "个家座所处间",
    "个件项条",
    "个台套部件组",
    "个颗粒枚片",
    "个种类款",
    "次回趟场",
    "个份件篇",
    "个盏支把张只",
    "个栋幢座",
    "个辆",
)
COUNTERS = "".join(dict.fromkeys("".join(_FAMILIES)))
_NAMES = sorted([*_MEASURES, *_EXACT.split(), "大类", *COUNTERS], key=len, reverse=True)
# Measure words that begin another word: 三方面 are no cubic metres.
_OTHER = {
    "成": "为立员功果效本长", "方": "面案向位式针法便", "家": "园庭长", "名": "单称列义", "位": "于置列", "条": "例件",
    "人": "大才民员均口", "次": "于", "里": "面程", "点": "名评", "所": "有在需以", "处": "理于置", "支": "持撑部",
    "场": "所馆景地", "日": "均报", "年": "轻", "天": "然津", "度": "过", "个": "体性人", "种": "植", "层": "面",
    "字": "样", "周": "边",
}  # fmt: skip
_ORDINAL = frozenset({"期", "届", "标段"})  # 二期 is the second phase, 第 or not
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_BOUNDS: dict[Bound, str] = {
    "over": "超过|超出|超|逾|高于|多于|大于|突破|不低于|不少于|不止|不只|至少|上|余|多|几|以上|开外",
    "under": "不足|不到|不满|少于|低于|小于|近|将近|接近|至多|不超过|以下|以内",
    "about": "约|大约|大概|左右|上下|来|前后",
}
_BOUND: dict[str, Bound] = {word: bound for bound, words in _BOUNDS.items() for word in words.split("|")}
_BEFORE = "|".join(
    sorted((word for word in _BOUND if word not in "余多几来以上以下以内开外左右上下前后"), key=len, reverse=True)
)
_LIMITS = re.compile("[超逾]|[高多大]于|突破|不[低少]于|不止|不只|至少|以上|开外|不[足到满]|[少低小]于|至多|以下|以内")
_REACHES = re.compile("不低于|不少于|至少|以上|至多|不超过|以下|以内")  # the limit itself will do
_UNIT = "|".join(f"{re.escape(name)}(?![{_OTHER[name]}])" if name in _OTHER else re.escape(name) for name in _NAMES)
_HAN = "零〇一二两三四五六七八九十百千万亿廿卅"
_NUMBER = rf"(?<![a-z\d.])\d+(?:,\d{{3}})*(?:\.\d+)?|[{_HAN}]+(?:点[零一二三四五六七八九]+(?=[百千万亿%元个米吨]))?"
_QUANTITY = re.compile(
    rf"(?P<ordinal>第)?(?P<before>(?:{_BEFORE})(?=了?[\d{_HAN}])|上(?=[百千万亿十]))?了?(?P<under>[{_HAN}\d]+分之)?(?P<number>{_NUMBER})"
    rf"(?P<more>[余多几来](?=[十百千万亿]|[^\s,。;:、])?)?(?P<scale>[十百千万亿]+(?!瓦))?(?P<still>[余多])?"
    rf"(?P<unit>{_UNIT}|[a-z]+\d?)?(?P<after>以上|以下|以内|左右|上下|开外|[余多](?![^,。;:、]))?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as said at `start:end`; `value` counts `unit` ("" if none follows), None where it cannot be read."""

    text: str
    start: int
    end: int
    value: Decimal | None
    unit: str = ""
    bound: Bound = ""
    ordinal: bool = False

    def says(self, cited: Quantity) -> bool:
        """Whether somebody who read `cited` may say this.

        >>> said, cited = quantities("超30家,近5年,1.2万元"), quantities("三十余个,5年,一万二千元")
        >>> [one.says(other) for one, other in zip(said, cited)]
        [True, True, True]
        """
        if self.ordinal != cited.ordinal or not _same_unit(self.unit, cited.unit):
            return False
        if self.value is None or cited.value is None:
            return self.text == cited.text
        return (self.value == cited.value and self._agrees(cited)) or self._rounds(cited)

    @property
    def few(self) -> bool:
        """Whether it only counts a handful: 两个, 三项."""
        return self.unit in COUNTERS and not self.ordinal and self.value is not None and self.value < 10

    def admits(self, told: Quantity) -> bool | None:
        """Whether a figure that is told lies where this one sets the limit (超过5亿元, 不到3米); None where it may.

        >>> limit, near, far = quantities("超过5亿元,约5亿元,5.5亿元")
        >>> limit.admits(far), far.admits(limit), limit.admits(near)
        (True, None, None)
        """
        if self.value is None or told.value is None or self.unit != told.unit or self.ordinal or told.ordinal:
            return None
        mine, its = self.value, told.value
        if told.bound and abs(mine - its) * 5 <= max(mine, its):
            return True if self.says(told) else None  # 约5亿元 may be more or less; 超10亿元 is more than 10
        if _LIMITS.search(self.text) is None:
            return self.says(told)  # 近5亿元 and 5亿多元 set no limit
        reached = its == mine and _REACHES.search(self.text) is not None
        return reached or (its > mine if self.bound == "over" else its < mine)

    def _agrees(self, cited: Quantity) -> bool:
        """超 and 近 must not meet; to say 超 of an exact figure adds something, to leave 约 out does not."""
        if self.bound == "over":
            return cited.bound == "over"
        return cited.bound != "over" if self.bound == "under" else True

    def _rounds(self, cited: Quantity) -> bool:
        """约8亿, 近8亿 or 超7亿 of 7.96亿: rounded in the direction that is said."""
        assert self.value is not None and cited.value is not None
        if not self.bound or not self.value or self.value == cited.value:
            return False
        ways = {"over": ROUND_FLOOR, "under": ROUND_CEILING, "about": ROUND_HALF_UP}
        unit = Decimal(1).scaleb(self.value.normalize().adjusted())
        near = abs(self.value - cited.value) <= self.value / 5
        return near and (cited.value / unit).to_integral_value(ways[self.bound]) * unit == self.value


def quantities(text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Quantity]:
    """The quantities of a normalised text, in order, outside of the spans `taken` (dates).

    An indefinite 一个 is none; a Chinese figure without a unit is one only where it is long enough to be meant so.

    >>> [(str(found.value), found.unit) for found in quantities("投资五亿五千万元,35个项目,占百分之八十")]
    [('550000000', '元'), ('35', '个'), ('80', '%')]
    """
    busy = {at for start, end in taken for at in range(start, end)}
    found = []
    for match in _QUANTITY.finditer(text):
        if busy.isdisjoint(range(*match.span("number"))) and _meant(match):
            found.append(_read(match))
    return found


def _meant(match: re.Match[str]) -> bool:
    """Whether the match is a figure at all: not 一直, 万帮, 两湖."""
    number, unit, ordinal = match["number"], match["unit"], match["ordinal"]
    if number == "零":
        return False
    if number[0].isdigit() or ordinal or match["under"]:
        return True
    if number == "一" and not match["scale"]:
        return unit in _ORDINAL or unit in ("成", "倍")
    if unit and not unit.isascii():
        return True
    return len(number) > 1 and any(char in _SCALES for char in number) and number[0] not in "万亿"


def _read(match: re.Match[str]) -> Quantity:
    unit = match["unit"] or ""
    value = _value(match["number"])
    for char in match["scale"] or "":
        value = None if value is None else value * _SCALES[char]
    if match["under"]:
        under, unit = _value(match["under"][:-2]), "%"
        value = None if value is None or not under else value * 100 / under
    words = (match["before"], match["more"], match["still"], match["after"])
    bound: Bound = next((_BOUND[word] for word in words if word), "")
    if unit in _MEASURES:
        unit, factor = _MEASURES[unit]
        value = None if value is None else value * factor
    ordinal = bool(match["ordinal"]) or unit in _ORDINAL
    return Quantity(match.group(), match.start(), match.end(), value, unit, bound, ordinal)


@cache
def _value(number: str) -> Decimal | None:
    """一万二 -> 12000, 一亿五 -> 150000000, 百 -> 100, 1,347 -> 1347, 5万 -> 50000, 三五 -> None."""
    if re.fullmatch(r"[\d,.]+", number):
        return Decimal(number.replace(",", ""))
    said = ("一" if number[0] in "百千万亿" else "") + number
    said += "千万" if re.search("亿[一二两三四五六七八九]$", said) else ""
    try:
        return Decimal(str(cn2an.cn2an(said, "smart")))
    except Exception:  # of whatever kind: it raises KeyError, ValueError and others on what is no number
        return None


def _same_unit(said: str, cited: str) -> bool:
    if said == cited or not said:
        return said == cited or cited != "%"
    if not cited:
        return said in COUNTERS
    return any(said in family and cited in family for family in _FAMILIES) or {said, cited} == {"大类", "类"}
