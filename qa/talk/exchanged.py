"""那二期呢, 州长呢, 投产呢: the question before, with one thing in the place of another; or a property of its subject.

In: what is named before 呢, and the question before. Out: the question in full. Words and parts of speech; knows
nothing about answers.
"""

from __future__ import annotations

import re

import rjieba

from qa.asked.asking import kind_of
from qa.asked.topics import PROPERTY, amount, common, is_name, subject_of
from qa.language.ordinals import ordinals
from qa.language.titles import OFFICE
from qa.talk.earlier import people
from qa.talk.joined import led

_DIGITS = r"[\d一二三四五六七八九十百]+"
# Things of which a conversation compares several: the other one takes the place of the first.
_PARALLEL = tuple(
    re.compile(pattern)
    for pattern in (
        *(rf"第?{_DIGITS}{unit}" for unit in ("次", "届", "批", "号", "轮", "期", "标段", "季度", "课", "场")),
        r"(?:\d{4}|去|今|明|前)年(?:度)?(?:\d{1,2}月)?", r"\d{1,2}月(?:\d{1,2}[日号])?", r"[昨今明前]天",
    )
)  # fmt: skip
_POST = re.compile(
    rf"(?P<body>(?:[省市州区县镇乡](?:人大常)?[委]|党委|政府)?)(?P<deputy>常务副|副|代|名誉)?(?P<office>{OFFICE})"
)
_NEIGHBOUR = re.compile(r"(?P<way>上|前|下|后)一?(?P<kind>[次届期批轮场季讲课])")
_STEP = re.compile(r"第[一二三四五六七八九]\d?[站步处家个]")
_FIRST = re.compile(r"首先|最先|第一[站步处家个]|首站|先(?=[去到来看走访参问])")
_SAYS = re.compile(rf"{OFFICE}(?=怎么|如何|说|表示|介绍|回应|认为|强调|评价)")
_SCOPE = re.compile(r"全[国省市区县州镇]")
_LEVELS = "省市州区县镇乡村"
_ASKS = re.compile(r"谁|什么|哪|几|多[少大长高]|怎|如何")
_TIME = re.compile(
    r"(?:\d{4}|去|今|明|前|后|上|同)年(?:度|同期)?(?:\d{1,2}月)?|\d{1,2}月(?:\d{1,2}[日号])?|[昨今明前后]天|[上下本这]个?[月周]"
)
STAGE = re.compile(
    r"开工|动工|奠基|封顶|竣工|完工|建成|投产|达产|投用|投运|启用|开业|通车|交付|开通|启动|结束|开始|开幕|闭幕"
)
_ENDINGS = {"number": "是多少？", "person": "是谁？", "date": "是什么时候？", "place": "在哪里？"}


def exchanged(what: str, of: bool, before: str, subject: str = "") -> str:
    """The question in full; `of` where 的 stood before 呢 (那科恩的呢).

    >>> exchanged("二期", False, "青塘泵站一期投资多少？"), exchanged("州长", False, "海南州委书记是谁？")
    ('青塘泵站二期投资多少？', '海南州州长是谁？')
    """
    subject = subject or subject_of(before)
    if is_name(what) and what in before:
        return before
    return (
        _parallel(what.strip(), before)
        or _neighbour(what, before, subject)
        or _post(what, before, subject)
        or _when(what, before)
        or _place_of(what, of, before)
        or _like(what, of, before, subject)
        or led(subject, f"{what}{_ending(what)}")
    )


def _parallel(what: str, before: str) -> str:
    """A numbered thing or a day in the place of another."""
    for pattern in _PARALLEL:
        here, there = pattern.fullmatch(what), pattern.search(before)
        if here and there:
            return before[: there.start()] + what + before[there.end() :]
    return ""


def _neighbour(what: str, before: str, subject: str) -> str:
    """上一次, after a question about the 33rd; the second stop, after one about the first.

    >>> _neighbour("上一次", "县政府第33次会议学了什么？", ""), _neighbour("第二站", "代表团先去了哪里？", "")
    ('县政府第32次会议学了什么？', '代表团第二站去了哪里？')
    """
    if (here := _NEIGHBOUR.fullmatch(what)) and (
        of := [each for each in ordinals(before) if each.kind == here["kind"]]
    ):
        number = of[0].number + (1 if here["way"] in "下后" else -1)
        return f"{before[: of[0].start]}第{number}{of[0].kind}{before[of[0].end :]}" if number else ""
    if here:
        return before if what in before else before.replace(subject, subject + what, 1)
    first = _FIRST.search(before) if _STEP.fullmatch(what) else None
    return before[: first.start()] + what + before[first.end() :] if first else ""


def _post(what: str, before: str, subject: str) -> str:
    """An office in the place of another, or that of the place or the body that was spoken of.

    >>> _post("副书记", "浦口区委书记是谁？", "浦口区委书记")
    '浦口区委副书记是谁？'
    >>> _post("州长", "谁率领海南州党政代表团？", "海南州党政代表团")
    '海南州州长是谁？'
    """
    here, there = _POST.fullmatch(what), _POST.search(before)
    if not here:
        return ""
    if there and here["office"] == there["office"] and not here["body"]:
        return before[: there.end("body")] + what + before[there.end() :]
    if re.search(r"[省市州区县镇乡村]长|书记|主席", what):
        place = _place(before) if there or _place(before)[-1:] in tuple(_LEVELS) else ""
        other = what[0] in _LEVELS and place[-1:] in _LEVELS and place[-1:] != what[0]
        place = "" if other and _place(place[:-1]) else place  # 海南州 has no 市长, but 常州 has
        asks = before[there.end() :] if there else ""
        place = place[:-1] if what[1:2] == "委" and place[-1:] == what[0] else place  # 黑河市委书记
        return f"{place}{what}{asks if _ASKS.search(asks) else '是谁？'}"
    return before[: there.start()] + what + before[there.end() :] if there else f"{subject}的{what}是谁？"


def _when(what: str, before: str) -> str:
    """A day of which the question before did not speak."""
    return f"{what}{before}" if _TIME.fullmatch(what) else ""


def _place_of(what: str, of: bool, before: str) -> str:
    """海南州的呢, after a question for 浦口区委书记."""
    if not of or not _place(what) or not (place := _place(before)):
        return ""
    place = place if what[-1] in _LEVELS else place.rstrip(_LEVELS) or place
    return before.replace(place, what, 1)


def _like(what: str, of: bool, before: str, subject: str) -> str:
    """Something of the same kind in the place of what was asked about: another thing, stage or measure."""
    if STAGE.fullmatch(what) and (there := STAGE.search(before)):
        return before[: there.start()] + what + before[there.end() :]
    if amount(rjieba.cut(what)[-1]):
        return _amount(what, before, subject)
    if people(what) == [what] and (named := _somebody(before)):
        return before.replace(named, what, 1)
    done = re.search(r"[一-鿿]{1,2}了(?=多少|几)", before) if of and len(what) == 2 else None
    if done and rjieba.tag(what)[0][1] in ("v", "vn", "n") and not common(what):  # 失踪的, after 死了多少人
        kept = "" if len(done[0]) == 2 or rjieba.has_word(done[0][:2]) else done[0][0]
        return f"{before[: done.start()]}{kept}{what}了{before[done.end() :]}"
    if of and (same := re.search(f"{re.escape(what[0])}[^的]{{1,6}}的", before)):  # 管生活的, after 管审批的
        return f"{before[: same.start()]}{what}的{before[same.end() :]}"
    if (says := _SAYS.search(before)) and not common(what):
        return before[: says.start()] + what + before[says.end() :]
    if scoped := _scoped(what, before):
        return scoped
    if is_name(what) and subject[-1:] == what[-1] and len(subject) > len(rjieba.cut(subject)[-1]):
        return before.replace(subject, what, 1)  # 岑村村, though the word cutter sees 丫 and 河村
    words = [word for word, tag in rjieba.tag(before) if tag[0] in "njb" or tag == "vn" or not rjieba.has_word(word)]
    own = [word for word in words if word not in subject]
    for word in [*own[::-1], *(word for word in words[::-1] if not what.endswith(word) and word != subject)]:
        if len(word) > 1 and len(what) > 1 and word != what and word[-1] == what[-1] and len(what) <= len(word) + 2:
            head, _, tail = before.rpartition(word)
            return head + what + tail
    if (
        is_name(what) or (of and len(what) > 3) or (len(what) > 2 and subject[-2:] == what[-2:])
    ):  # of a property nobody says 的
        last = rjieba.cut(subject)[-1]
        doing = subject != last and before.partition(subject)[2][:1] in "了得过"  # 漕溪浜整治了多长, 滆湖呢
        return before.replace(subject.removesuffix(last) if doing else subject, what, 1)
    return ""


def _amount(what: str, before: str, subject: str) -> str:
    """An amount in the place of another, where more is said of that than whose it is: 净利润 for 二季度收入."""
    told = re.fullmatch(r"(?P<head>.+?)(?P<asks>(?:是|有|为|达)?多少.{0,3})", before)
    words = rjieba.cut(told["head"]) if told else []
    head = "".join(words[:-1])
    return (
        f"{head}{what}{told['asks']}"
        if told and words and amount(words[-1]) and head.rstrip("总年的") != subject
        else ""
    )


def _somebody(before: str) -> str:
    """The first person of a question; nobody after whom a thing is named: 云杉公园."""
    return next((name for name in people(before) if rjieba.tag(before.partition(name)[2] or "？")[0][1][0] != "n"), "")


def _scoped(what: str, before: str) -> str:
    """A place in the place of another: 常州 for 全省, 法国 for 俄罗斯."""
    if not _place(what) or len(_place(what)) < len(what):
        return ""
    there = _SCOPE.search(before)
    place = there[0] if there else next((word for word, tag in rjieba.tag(before) if tag == "ns"), "")
    whole = _place(before)
    place = whole if what[-1] in _LEVELS and place and whole.startswith(place) else place
    return before.replace(place, what, 1) if place else ""


def _ending(what: str) -> str:
    """How a question for a property ends."""
    return (
        "是谁？"
        if re.search(f"{OFFICE}$", what)
        else "是多少？"
        if amount(what)
        else _ENDINGS.get(kind_of(what), "是什么？" if PROPERTY.fullmatch(what) else "怎么样？")
    )


def _place(text: str) -> str:
    """The longest name of a place in a text: of 海南州委 it is 海南州."""
    if led := re.match(rf"([一-鿿]{{2,3}}?[{_LEVELS}])[{_LEVELS}]?[长委党政]", text):
        return led[1]  # 武进区区长, though the word cutter takes 武进 for somebody
    place = max((word for word, tag in rjieba.tag(text) if tag == "ns"), key=len, default="")
    level = text[text.find(place) + len(place) :][:1]
    whole = not place or not level or level not in _LEVELS or (place[-1] in _LEVELS and len(place) > 2)
    return place if whole else place + level
