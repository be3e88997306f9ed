"""那二期呢, 州长呢, 投产呢: the question before, with one thing in the place of another; or a property of its subject.

In: what is named before 呢, and the question before. Out: the question in full. Words and parts of speech; knows
nothing about answers.
"""

from __future__ import annotations

import re

import rjieba

from qa.asked.asking import kind_of
from qa.asked.topics import common, is_name, subject_of
from qa.language.titles import OFFICE

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
_LEVELS = "省市州区县镇乡村"
_ASKS = re.compile(r"谁|什么|哪|几|多[少大长高]|怎|如何")
_TIME = re.compile(
    r"(?:\d{4}|去|今|明|前|后|上|同)年(?:度)?(?:\d{1,2}月)?|\d{1,2}月(?:\d{1,2}[日号])?|[昨今明前后]天|[上下本这]个?[月周]"
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
    return (
        _parallel(what.strip(), before)
        or _post(what, before, subject)
        or _when(what, before)
        or _place_of(what, of, before)
        or _like(what, of, before, subject)
        or f"{_before(subject, what)}{what}{_ending(what)}"
    )


def _parallel(what: str, before: str) -> str:
    """A numbered thing or a day in the place of another."""
    for pattern in _PARALLEL:
        here, there = pattern.fullmatch(what), pattern.search(before)
        if here and there:
            return before[: there.start()] + what + before[there.end() :]
    return ""


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


def _before(subject: str, what: str) -> str:
    """A subject without the end that what follows begins with: 常务会议 before 会议地点 is 常务."""
    return next(
        (subject[:-size] for size in (3, 2) if len(subject) > size and what.startswith(subject[-size:])), subject
    )


def _ending(what: str) -> str:
    """How a question for a property ends."""
    return (
        "是谁？"
        if re.search(f"{OFFICE}$", what)
        else _ENDINGS.get(kind_of(what), "是什么？" if common(what) else "怎么样？")
    )


def _place(text: str) -> str:
    """The longest name of a place in a text: of 海南州委 it is 海南州."""
    if led := re.match(rf"([一-鿿]{{2,3}}?[{_LEVELS}])[{_LEVELS}]?[长委党政]", text):
        return led[1]  # 武进区区长, though the word cutter takes 武进 for somebody
    place = max((word for word, tag in rjieba.tag(text) if tag == "ns"), key=len, default="")
    level = text[text.find(place) + len(place) :][:1]
    whole = not place or not level or level not in _LEVELS or (place[-1] in _LEVELS and len(place) > 2)
    return place if whole else place + level
