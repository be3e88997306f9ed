"""One question about several named things → one question for each: A和B分别总投资多少, A和B哪个总投资大, A比B长多少.

In: a question in words. Out: `Several`: the things, the question that each is asked, and whether their answers are to
be weighed against each other; None where a question names no such things. Patterns and parts of speech only; knows
nothing about the archive, nor about how a question is answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from qa.asked.asking import written

_AND = re.compile(r"、|以及|(?<!共)和(?![平谐睦])|与|跟|(?<![普涉])及|,")
_SHORTEST, _LONGEST, _MOST = 2, 24, 6
_EACH = re.compile(
    r"(?:各自|分别|各)(?P<after>(?:[都又由在是有为叫建投花说讲做达属位]|担任)?.*"
    r"(?:谁|什么|哪|多少|几|怎|如何|多[长大高久远]).*)$"
)
# What ends the names: the things that they are, and what is asked of each: 龙城芯谷、虹溪和奥智的总投资.
_TAIL = re.compile(r"^(?P<name>[^的]+?)(?P<tail>的.+)$")
_ORDINAL = re.compile(r"第?[\d一二三四五六七八九十百]+(?:[次届期批号]|标段)(?:线)?")
_MEASURE = (
    r"总?投资额?|投入|总?造价|资金|占地面积|用地面积|总?建筑面积|占地|用地|面积|产能|年产量?|产量|规模|总?长度|全长|高度|跨度|成本|价格"
    r"|票价|产值|营收|收入|利润|人数|员工|人口"
)
_ADJECTIVES = {
    "长": "有多长", "短": "有多长", "高": "有多高", "低": "有多高", "宽": "有多宽", "深": "有多深", "重": "有多重",
    "贵": "多少钱", "便宜": "多少钱", "久": "多久", "大": "面积多少", "小": "面积多少",
}  # fmt: skip
_DEGREE = r"(?:要|更|最|比较|较|稍)*"
_MORE, _LESS = "大多高长久贵宽深重", "小少低短"
_WAY = rf"(?P<way>[{_MORE}{_LESS}]|便宜)"
_EARLY = r"(?P<early>先|早|晚|后)"
_DOING = r"(?P<doing>[一-鿿]{2,6}?)"
_WHICH = r"(?:哪一?[个家座条项所位部处]?(?P<class>[一-鿿]{0,2}?)|谁)"
_END = r"(?:的|一?[些点])*(?:呢|啊|呀)?[?。]*$"
_ASKED = (  # what follows the names
    re.compile(rf"^(?:的(?P<of>{_MEASURE}))?[,]?{_WHICH}的?(?P<measure>{_MEASURE})?(?:是|来得)?{_DEGREE}{_WAY}{_END}"),
    re.compile(rf"^(?:的(?P<of>{_MEASURE}))?[,]?{_WHICH}{_DEGREE}{_WAY}的?(?P<measure>{_MEASURE}){_END}"),
    re.compile(rf"^{_WHICH}(?:的)?{_DEGREE}{_EARLY}{_DOING}{_END}"),
    re.compile(rf"^{_WHICH}{_DOING}(?:得|的)?(?:时间)?{_DEGREE}{_EARLY}{_END}"),
    re.compile(rf"^的?(?P<of>{_MEASURE})(?:相差|差|差距是?)(?:了|有)?多少[一-鿿]{{0,3}}{_END}"),
    re.compile(rf"^(?:的(?P<of>{_MEASURE}))?(?:相差|差)(?:了|有)?多少(?P<measure>{_MEASURE}){_END}"),
)
_AMOUNT = r"(?:出|了)?(?:多少|几)(?:[亿万]?(?:元|块|钱|亩|平方米|公里|米|吨|个|家|人|倍|%))?"
_THAN = (  # what follows 比B
    re.compile(rf"^(?:的)?(?P<measure>{_MEASURE})?{_DEGREE}{_WAY}{_AMOUNT}{_END}"),
    re.compile(rf"^(?:的)?{_DEGREE}{_WAY}{_AMOUNT}的?(?P<measure>{_MEASURE}){_END}"),
    re.compile(rf"^(?:的)?{_DEGREE}{_WAY}(?P<measure>{_MEASURE}){_AMOUNT}{_END}"),
    re.compile(rf"^(?:的)?(?P<measure>{_MEASURE})?{_DEGREE}{_WAY}(?:不[大多高长]|吗|么|是吗|是不是){_END}"),
    re.compile(
        rf"^{_EARLY}(?:多久|多长时间|几[天年个月]+|多少[天年个月]+)?{_DOING}(?:多久|多长时间|几[天年个月]+|吗)?{_END}"
    ),
)
_COMPARED = re.compile(
    r"(?:这?[两三二](?:[个家座条项]|者)(?:项目|工程|公司|企业)?)?"
    r"(?:相比(?:较|之下)?|比起来|比较|之间|当中|之中|中|里)?[,]?$"
)
# What a thing is measured against that is no other thing: last year, the plan, the mean of the country.
_NO_THING = re.compile(
    r"[年月日周期天季度]$|年初|年底|去年|上年|此前|之前|以前|以往|过去|原来|原先|计划|预期|预计|目标|标准|平均|全[国省市区]|同比|环比|传统|普通|一般|其他|别的|往常|当初|现在|今天|昨天"
)


@dataclass(frozen=True, slots=True)
class Several:
    """What each of `names` is asked; `weighed` is the measure or the doing by which they are compared, "" for none.

    `more` is whether what has most (or comes first) is asked for.
    """

    names: tuple[str, ...]
    questions: tuple[str, ...]
    weighed: str = ""
    dated: bool = False


def several(question: str) -> Several | None:
    """The things that a question names and what it asks of each; None where it is one question.

    >>> several("龙城芯谷和奥智的总投资分别是多少？").questions
    ('龙城芯谷的总投资是多少', '奥智的总投资是多少')
    >>> several("龙城芯谷比奥智多投资多少？").questions
    ('龙城芯谷投资多少', '奥智投资多少')
    >>> several("比去年多投资多少？") is None
    True
    """
    plain = written(question).rstrip("?。!")
    return _each(plain) or _against(plain) or _than(plain) or _either(plain)


def _each(plain: str) -> Several | None:
    """A和B分别…."""
    match = _EACH.search(plain)
    named = _names(plain[: match.start()].removesuffix("都")) if match else None
    if not match or not named:
        return None
    names, tail = named
    return Several(names, tuple(f"{name}{tail}{match['after']}" for name in names))


def _against(plain: str) -> Several | None:
    """A和B哪个总投资大."""
    at = min((place for word in ("哪", "谁", "差", "相差") if (place := plain.find(word)) > 0), default=-1)
    for start in range(max(at - 8, 0), at + 1) if at > 0 else ():
        asked = next((found for pattern in _ASKED if (found := pattern.match(plain[start:]))), None)
        named = _names(_COMPARED.sub("", plain[:start])) if asked else None
        if asked and named and not named[1]:
            return _compared(named[0], asked)
    return None


def _than(plain: str) -> Several | None:
    """A比B多多少."""
    before, than, rest = plain.partition("比")
    if not than or not rest:
        return None
    own = re.fullmatch(rf"(?P<name>.+?)的?(?P<of>{_MEASURE})?", before)
    for size in range(_SHORTEST, min(_LONGEST, len(rest))):
        asked = next((found for pattern in _THAN if (found := pattern.match(rest[size:]))), None)
        if asked and own:
            names = (own["name"], re.sub(rf"的?(?:{_MEASURE})$", "", rest[:size]))
            return _compared(names, asked, own["of"] or "") if all(map(_is_name, names)) else None
    return None


def _either(plain: str) -> Several | None:
    """是A的投资大还是B的投资大, A总投资大还是B大."""
    first, between, second = plain.partition("还是")
    if not between:
        return None
    one = re.search(rf"^(?:是)?(?P<name>.+?)的?(?P<measure>{_MEASURE})?{_DEGREE}{_WAY}[,]?$", first)
    other = re.search(rf"^(?P<name>.+?)的?(?P<measure>{_MEASURE})?{_DEGREE}{_WAY}?{_END}", second)
    if one and other and _is_name(one["name"]) and _is_name(other["name"]):
        return _compared((one["name"], other["name"]), one)
    return None


def _compared(names: tuple[str, ...], asked: re.Match[str], of: str = "") -> Several | None:
    """The question for each of the names, by what they are to be compared."""
    found = asked.groupdict()
    if found.get("early"):
        doing = found["doing"]
        return Several(names, tuple(f"{name}什么时候{doing}" for name in names), doing, dated=True)
    measure, way = of or found.get("of") or found.get("measure") or "", found.get("way") or ""
    ask = f"{measure}多少" if measure else _ADJECTIVES.get(way, "")
    if not ask:
        return None
    return Several(names, tuple(f"{name}{ask}" for name in names), measure or way)


def _names(text: str) -> tuple[tuple[str, ...], str] | None:
    """The names of a row, and what is said behind the last of them that belongs to each: 第31次, 第33次 | 会议."""
    pieces = [piece for piece in _AND.split(text.lstrip("请问那么在")) if piece]
    if not 1 < len(pieces) <= _MOST:
        return None
    last, tail = pieces[-1], ""
    head, rest = _shared(pieces)
    if rest:
        pieces, last, tail = [f"{head}{piece}" for piece in rest], f"{head}{rest[-1]}", last[len(rest[-1]) :]
    elif (match := _TAIL.match(last)) and not any("的" in piece for piece in pieces[:-1]):
        last, tail = match["name"], match["tail"]
    names = (*pieces[:-1], last)
    return (names, tail) if all(map(_is_name, names)) and len(set(names)) == len(names) else None


def _shared(pieces: Sequence[str]) -> tuple[str, list[str]]:
    """What stands before a row of numbered things, and their numbers: 清淤一期, 二期工程 -> 清淤, [一期, 二期]."""
    first = re.search(rf"(?P<number>{_ORDINAL.pattern})$", pieces[0])
    others = [_ORDINAL.match(piece) for piece in pieces[1:]]
    if not first or not all(others) or any(match and match.end() < len(match.string) for match in others[:-1]):
        return "", []
    return pieces[0][: first.start()], [first["number"], *(match.group() for match in others if match)]


def _is_name(text: str) -> bool:
    """Whether some words may name a thing: 龙城芯谷, 清淤一期, 第31次; not 去年, 他们, 根据规定."""
    if re.search(rf"{_ORDINAL.pattern}$", text):
        return True
    if not _SHORTEST <= len(text) <= _LONGEST or _NO_THING.search(text):
        return False
    tags = [tag[0] for _, tag in rjieba.tag(text)]
    return not any(tag in "rpcy" for tag in tags) and any(tag not in "vdrpcuyf" for tag in tags)
