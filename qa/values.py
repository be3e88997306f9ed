"""Figures in Chinese text, however they are written: 一亿五 = 1.5亿 = 150,000,000, 百分之十五 = 一成半 = 15%.

In: any text. Out: `Figure`s in their order, each with the number that it says in a base unit (公里 → 米, 成 → %), and
whether it says so only roughly (约, 近, 余). No text raises an error, and the time taken grows with its length. Knows
nothing about dates, nor about what is counted.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

import cn2an

_UNITS = {
    name: (base, float(factor))
    for base, units in {
        "元": "元 1 块钱 1 块 1 人民币 1",
        "美元": "美元 1 美金 1",
        "吨": "吨 1 t 1 千克 0.001 公斤 0.001 kg 0.001 斤 0.0005 克 0.000001",
        "米": "公里 1000 千米 1000 km 1000 里 500 米 1 m 1 厘米 0.01 cm 0.01 毫米 0.001 mm 0.001",
        "平方米": "平方公里 1000000 平方千米 1000000 km2 1000000 公顷 10000 平方米 1 平米 1 m2 1 ㎡ 1",
        "立方米": "立方米 1 m3 1 ㎥ 1 方 1",
        "瓦时": "吉瓦时 1000000000 gwh 1000000000 兆瓦时 1000000 mwh 1000000 千瓦时 1000 kwh 1000 度电 1000",
        "瓦": "吉瓦 1000000000 gw 1000000000 兆瓦 1000000 mw 1000000 千瓦 1000 kw 1000",
        "%": "% 1 ‰ 0.1 成 10",
        "百分点": "个百分点 1 百分点 1",
        "小时": "个小时 1 小时 1 个钟头 1 钟头 1",
        "天": "天 1",
        "月": "个月 1",
        "年": "周年 1 年 1",
        "人": "人 1 名 1 位 1",
    }.items()
    for name, factor in zip(units.split()[::2], units.split()[1::2], strict=True)
}
_AS_THEY_ARE = """亩 倍 岁 人次 欧元 日元 港元 英镑 分钟 秒 周 户 株 棵 批 期 届 月 日 号 点 层 级 折 升 页 字 箱 桶 瓶
袋 盒 头 匹 列 架 艘 本 首 场次 车次 场 里 摄氏度 度 个 家 座 所 处 间 件 项 条 台 套 部 组 颗 粒 枚 片 种 类 款 次 回
趟 份 篇 盏 支 把 张 只 栋 幢 辆 村 镇 县 市 省"""
_COUNTERS = frozenset("个家座所处间件项条台套部组颗粒枚片种类款次回趟份篇盏支把张只栋幢辆")
_UNITS = {name: (name, 1.0) for name in _AS_THEY_ARE.split()} | _UNITS
# Units that begin another word: 三方面 are no cubic metres, 一成立 is no tenth.
_OTHER = {
    "方": "面案向位式针法便", "成": "为立员功果效本长", "家": "园庭长", "人": "大才民员均口次", "里": "面",
    "名": "单称", "点": "名评", "所": "有在", "处": "理于", "支": "持撑", "个": "体性", "种": "植", "周": "边年",
    "度": "过", "条": "例", "件": "事", "市": "场", "部": "门分", "位": "于置", "年": "轻", "日": "元均",
}  # fmt: skip
_UNIT = re.compile(
    "|".join(
        f"{re.escape(name)}(?![{_OTHER[name]}])" if name in _OTHER else re.escape(name)
        for name in sorted(_UNITS, key=len, reverse=True)
    ),
    re.IGNORECASE,
)
_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_DIGITS = "零〇一二两三四五六七八九"
_HAN = f"{_DIGITS}十百千万亿廿卅"
_ARABIC = r"(?<![A-Za-z\d.])\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
_NUMBER = re.compile(rf"{_ARABIC}|[{_HAN}几数半]+(?:点[{_DIGITS}]+(?![{_DIGITS}十百千刻分]))?", re.ASCII)
_SCALE = re.compile(r"([余多来几]?)([十百千万亿]{1,4})")
_GOES_ON = re.compile(
    r"(\d{1,8}(?:\.\d{1,4})?)([十百千万]{1,2})|(\d)(?![\d.,%十百千万亿年月日号])", re.ASCII
)  # 1亿5000万, 3亿5
_ROUGH_AFTER = re.compile("多|余|来(?!自|到)|左右|上下|以上|以下|以内|开外")
_ROUGH_BEFORE = re.compile(
    "(?:约|大约|大概|近|将近|接近|超|超过|逾|上|不足|不到|至少|至多|多达|不少于|不低于|不超过|突破|高于|低于|多于|少于)了?$"
)
_BEFORE = 5  # characters before a figure in which such a word stands
_LONGEST = 30  # characters of a numeral; no number is longer
_HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("％"): "%"}
_CLOSE, _ROUGHLY = 1e-6, 0.1  # how far apart two values that say the same may lie, as a share


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as said at `start:end`: `value` counts `unit` ("" where none follows), None where it cannot be read."""

    start: int
    end: int
    text: str
    value: float | None
    unit: str = ""
    approximate: bool = False


def figures(text: str) -> list[Figure]:
    """The figures of a text, in order.

    >>> [(one.text, one.value, one.unit) for one in figures("总投资一亿五，其中两千三百万元已到位，占百分之十五")]
    [('一亿五', 150000000.0, ''), ('两千三百万元', 23000000.0, '元'), ('百分之十五', 15.0, '%')]
    >>> [(one.text, one.value, one.approximate) for one in figures("近30余万人、５万分之一的地图")]
    [('30余万人', 300000.0, True), ('５万分之一', 0.002, False)]
    """
    plain, found, at = text.translate(_HALF_WIDTH), [], 0
    while match := _NUMBER.search(plain, at):
        figure = _figure(plain, text, match.start())
        at = max(match.end(), figure.end if figure else 0)
        if figure:
            found.append(figure)
    return found


def same(a: Figure, b: Figure) -> bool:
    """Whether two figures say the same; one that is rough may lie a tenth away, and measure words stand for another.

    >>> same(*figures("1.2万元和一万二千元")), same(*figures("近8亿元和7.96亿元")), same(*figures("8亿元和7.96亿元"))
    (True, True, False)
    """
    if a.unit != b.unit and not (a.unit in _COUNTERS and b.unit in _COUNTERS):
        return False
    if a.value is None or b.value is None:
        return a.text == b.text
    share = _ROUGHLY if a.approximate or b.approximate else _CLOSE
    return math.isclose(a.value, b.value, rel_tol=share)


def numeral(said: str) -> float | None:
    """The number that digits or a Chinese numeral say; None where they say none.

    >>> numeral("12"), numeral("两千三"), numeral("三五")
    (12.0, 2300.0, None)
    """
    return float(said) if said.isdecimal() else _han(said)


def shown(value: float, unit: str) -> str:
    """A value as it is printed.

    >>> shown(150_000_000, "元"), shown(2400, "米"), shown(3, "台")
    ('1.5亿元', '2400米', '3台')
    """
    for scale, name in ((1e8, "亿"), (1e4, "万")):
        if value >= scale:
            return f"{round(value / scale, 4):g}{name}{unit}"
    return f"{round(value, 4):g}{unit}"


@dataclass(slots=True)
class _Number:
    """A number that was read up to `end`."""

    value: float | None
    end: int
    rough: bool
    han: str = ""  # the Chinese numeral that it is


def _figure(plain: str, text: str, start: int) -> Figure | None:
    """The figure that begins at `start`; None where what stands there is a word: 一直, 万一, 三峡."""
    number = _number(plain, start)
    if number is None:
        return None
    value, unit, rough, end = number.value, "", number.rough, number.end
    if plain.startswith("分之", end) and (above := _number(plain, end + 2)):
        value = above.value * 100 / value if above.value is not None and value else None
        unit, end, rough = "%", above.end, rough or above.rough
    else:
        if after := _ROUGH_AFTER.match(plain, end):
            rough, end = True, after.end()
        named = _UNIT.match(plain, end)
        end, unit, value = (end, "%", 50.0) if number.han == "一半" else _with_unit(plain, end, named, value)
        if not _meant(number.han, unit, rough):
            return None
    if unit and (after := _ROUGH_AFTER.match(plain, end)):
        rough, end = True, after.end()
    rough |= _ROUGH_BEFORE.search(plain, max(0, start - _BEFORE), start) is not None
    if value is not None and not math.isfinite(value):
        value = None
    return Figure(start, end, text[start:end], value, unit, rough)


def _with_unit(plain: str, end: int, named: re.Match[str] | None, value: float | None) -> tuple[int, str, float | None]:
    """(end, unit, value) with the unit that follows, if one does: 两年半, 三成五, 两个半小时."""
    if named is None:
        return end, "", value
    unit, factor = _UNITS[named[0].lower()]
    end = named.end()
    if value is not None and plain.startswith("半", end):
        value, end = value + 0.5, end + 1
        if unit == "个" and (more := _UNIT.match(plain, end)):
            (unit, factor), end = _UNITS[more[0].lower()], more.end()
    elif value is not None and unit == "%" and named[0] == "成" and plain[end : end + 1] in tuple(_DIGITS[2:]):
        value, end = value + (_han(plain[end]) or 0) / 10, end + 1
    return end, unit, None if value is None else value * factor


def _meant(han: str, unit: str, rough: bool) -> bool:
    """Whether a Chinese numeral is a figure at all; digits always are."""
    if not han:
        return True
    digits = sum(char in _DIGITS for char in han)
    if unit:
        return han[0] not in "万亿" and (han not in ("零", "〇", "数"))
    if han == "一半" or (rough and han[0] in "十百千"):
        return True
    return (
        len(han) > 1 and digits > 0 and han[0] not in "万亿几数" and (len(han) > digits or "〇" in han or "点" in han)
    )


def _number(plain: str, start: int) -> _Number | None:
    """The number that begins at `start`, with its scale: 1.2万, 30余万, 1亿5000万, 一亿五, 几十."""
    match = _NUMBER.match(plain, start)
    if match is None:
        return None
    said, end = match[0], match.end()
    arabic = said[0].isdigit() and said[0] not in _HAN
    value = float(said.replace(",", "")) if arabic else _han(said)
    rough = not arabic and (any(char in "几数" for char in said) or value is None)
    if scale := _SCALE.match(plain, end):
        rough, end, factor = rough or bool(scale[1]), scale.end(), _product(scale[2])
        value = None if value is None or scale[1] == "几" else value * factor
        if arabic and not scale[1] and (more := _GOES_ON.match(plain, end)) and value is not None:
            added = float(more[1]) * _product(more[2]) if more[1] else float(more[3]) * factor / 10
            if added < factor:
                value, end = value + added, more.end()
    return _Number(value, end, rough, "" if arabic else said)


def _product(scales: str) -> float:
    return math.prod(_SCALES[char] for char in scales)


@lru_cache(4096)
def _han(said: str) -> float | None:
    """两千三 -> 2300, 一亿五 -> 150000000, 二〇二四 -> 2024, 一半 -> 0.5; None for 三五, 几十, 七八十."""
    if said in ("半", "一半"):
        return 0.5
    if len(said) > _LONGEST or any(char in "几数半" for char in said):
        return None
    said = said.replace("两", "二").replace("廿", "二十").replace("卅", "三十").replace("〇", "零")
    last, scale = said[-1], said[-2:-1]
    if len(said) > 2 and last in _DIGITS[2:] and scale in ("百", "千", "万", "亿"):
        head = _han(said[:-1])  # 一亿五: the digit counts tenths of the scale before it
        tenth = (1e12 if said[-3:-1] == "万亿" else _SCALES[scale]) / 10
        return None if head is None else head + float(_DIGITS.replace("两", "").replace("〇", "").index(last)) * tenth
    if len(said) > 1 and all(char in _DIGITS for char in said) and "零" not in said and len(said) < 4:
        return None  # 三五, 七八
    try:
        return float(cn2an.cn2an(("一" if said[0] in "十百千万亿" else "") + said, "smart"))
    except Exception:  # of whatever kind: it raises KeyError, ValueError and others on what is no number
        return None
