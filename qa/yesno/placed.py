"""Does a clause put a thing into a place? 位于牛塘镇的孵化器 and 牛塘镇丫河村 do, 浦口区党政代表团 places nothing.

In: the words of the thing, a place, and a clause. Out: yes or no. A place that is only part of the name of an office,
of a delegation or of a firm is nowhere that anything stands. Patterns and parts of speech; knows no places, and not
which of them lies in which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from qa.language.titles import OFFICE
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS

IN = (
    r"(?:位于|坐落[于在]?|地处|选址[于在]?|落户[于在]?|[建设开办]在|属于|隶属于?|来自|走进|前往|到访|赴"
    r"|(?<![未以年后下带本原往向])来(?![源自往])到?|(?<![现存实正所])在|(?<![由关对基属])位?于)"
)
_KINDS = "街道|社区|产业园|大厦|高新区|开发区|(?<=..)[省市区县镇乡村]"
KIND = re.compile(f"(?:{_KINDS})$")
_SAID = re.compile(rf"{IN}了?(?P<wider>[^,;:。、和与的在]{{0,12}})$")
_OF = re.compile(r"[^,;:。、]{0,14}的[^,;:。、和与及]{0,14}")
_BESIDE = re.compile(r"[^,;:。、和与及的()]{0,10}(?:的[^,;:。、和与及的()]{0,12})?")
_FIRM = re.compile(r"\)[^,;。]{0,10}公司")
_BODY = re.compile(r"[团组队委局厅办会]$|代表|书记|主任|[州市区县镇省部会]长$|活动$|论坛$|仪式$")
_NAMED_AFTER = re.compile(r"[一-鿿]{0,6}(?:银行|集团|公司|商会|股份)")
_SEEN = re.compile(r"(?:来到|走进|走访|察看|查看|考察|参观|督查|看了|调研|探访)了?[^,;。]{0,8}$|^$")
_PLACELIKE = PLACE_TAGS | PERSON_TAGS | {"f", "s"}  # the word cutter takes 武进 for a person
_HERE = "[我全本][省市区县镇]"


def puts(thing: Sequence[str], place: str, clause: str) -> bool:
    """Whether a clause says of a thing, given as its words, that it is in a place, given as a pattern.

    >>> puts(["孵化器"], "牛塘镇", "位于牛塘镇的孵化器已经封顶"), puts(["孵化器"], "牛塘镇", "牛塘镇代表团来到孵化器")
    (True, False)
    """
    name = _named(thing, clause)
    return bool(name) and any(
        _put(name, "".join(thing), clause[: each.start()], clause[each.end() :]) for each in re.finditer(place, clause)
    )


def there(place: str, clause: str) -> bool:
    """Whether a clause says of something that it is or happens in a place: 在上海举行, but not 上海市长."""
    return any(_said(clause[: each.start()], clause[each.end() :]) for each in re.finditer(place, clause))


def pattern(place: str, home: bool = False) -> str:
    """What a place may be called: 浦口区 or 浦口, and, at `home`, 我区 as well."""
    plain = KIND.sub("", place)
    called = f"{plain}(?:{place[len(plain) :]})?" if plain != place else re.escape(place)
    return f"(?:{called}|{_HERE})" if home else called


def elsewhere(thing: Sequence[str], place: str, clause: str) -> bool:
    """Whether a clause puts a thing into another place of the same kind: 牛塘镇的漕溪浜, not 洛阳镇.

    >>> elsewhere(["漕溪浜"], "洛阳镇", "查看牛塘镇的漕溪浜"), elsewhere(["漕溪浜"], "武进", "查看牛塘镇的漕溪浜")
    (True, False)
    """
    kind = KIND.search(place)
    if kind is None or place in clause:
        return False
    named = {each.group() for each in re.finditer(rf"[一-鿿]{{2}}{kind.group()}", clause)}
    alike = [each for each in named if each not in place and (own := KIND.search(each)) and own.group() == kind.group()]
    return any(puts(thing, other, clause) for other in alike)


def placed(thing: Sequence[str], text: str) -> bool:
    """Whether a text tells in some words where a thing is: 位于某地的…, 某镇的…, …建在某地."""
    return any(
        (name := _named(thing, clause))
        and (
            re.search(rf"{name}[^,;:。、的]{{0,14}}(?:位于|坐落|地处|选址|落户|[建设开]在)", clause)
            or re.search(rf"(?:位于|坐落|地处|选址|落户|[建设开]在|在[^,;。]{{2,14}}的)[^;。]{{2,24}}{name}", clause)
            or re.search(rf"^在[^,;。]{{2,14}},[^,;。]{{0,12}}(?:来到|走进|察看|看了|考察)[^,;。]{{0,8}}{name}", clause)
            or re.search(rf"[一-鿿]{{2}}(?:{_KINDS})的?{name}", clause)
        )
        for clause in re.split("[;。]", text)
    )


def _named(thing: Sequence[str], clause: str) -> str:
    """The beginning of a thing's name as a clause has it, "" where it has not all of its words."""
    if not thing or not all(word in clause for word in thing if len(word) > 1):
        return ""
    whole = "".join(thing)
    return next((whole[:end] for end in range(len(whole), 1, -1) if whole[:end] in clause), "")


def _said(before: str, after: str) -> re.Match[str] | None:
    """What puts something into the place between two parts of a clause: 在, 位于, with nothing else but places."""
    said = _SAID.search(before)
    if said is None or _NAMED_AFTER.match(after):
        return None
    wider = rjieba.tag(said["wider"]) if said["wider"] else []
    return (
        said if all(tag in _PLACELIKE or word == "国家" or KIND.search("一一" + word) for word, tag in wider) else None
    )


def _put(name: str, whole: str, before: str, after: str) -> bool:
    """Whether a thing is in the place that stands between two parts of a clause."""
    if before.endswith("(") and _FIRM.match(after):
        return name in before[-12:]
    said = _said(before, after)
    if said and name in before[: said.start()]:
        return not _does(before[before.rfind(name, 0, said.start()) + len(name) : said.start()])
    if name not in after:
        return False
    gap = after[: after.find(name)]
    if said:
        _, comma, last = gap.rpartition(",")
        return bool(_OF.fullmatch(gap) or (comma and not before[: said.start()] and _SEEN.search(last)))
    named = _BODY.search(whole) or re.search(f"{OFFICE}|[团组队委]|{IN}", gap)  # 浦口区代表团在花木市场
    return bool(_BESIDE.fullmatch(gap)) and not named and not _does(gap)


def _does(text: str) -> bool:
    return any(tag == "v" for _, tag in rjieba.tag(text))
