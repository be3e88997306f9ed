"""Does somebody hold an office? 恽淇丞是区委书记吗, where 区长恽淇丞 and 区委书记乔俊杰 are told.

In: a statement, or a name, an office and sentences. Out: the name and the office; "yes", "no", or why it is neither.
Who holds one office may hold another: it is denied only where somebody else is told to have it, or where it is told in
another rank or on another level. Knows nothing about when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from qa.asked.asking import is_person
from qa.language.titles import OFFICE, holders, offices

_IS = "(?:现在|目前)?(?:是|任|担任|现任|为)"
_WHO, _WHICH = "(?P<who>[一-鿿·]{2,4})", rf"(?P<office>[^,;。\d的]*{OFFICE})"
_EITHER = re.compile(f"^{_WHO}{_IS}{_WHICH}$"), re.compile(f"^{_WHICH}(?:现在|目前)?(?:是|叫){_WHO}$")
_LEVEL = re.compile("[国省市区县镇乡](?=委|政府|人大|政协|纪委|长)")
_RANK = rf"(?:常务副|副|代|名誉)(?={OFFICE}$)"
FORMER = re.compile(r"原(?!料|则|创|因)|前(?![来往景沿提后进期])|时任|曾|拟任|提名|卸任|离任")


def of_office(statement: str) -> tuple[str, str] | None:
    """The person and the office of a statement that one has the other.

    >>> of_office("恽淇丞是区委书记"), of_office("科恩项目是省重大项目")
    (('恽淇丞', '区委书记'), None)
    >>> of_office("区委书记是恽淇丞"), of_office("恽淇丞是2023年当的区长")
    (('恽淇丞', '区委书记'), None)
    """
    found = filter(None, (pattern.match(statement) for pattern in _EITHER))
    return next(((each["who"], each["office"]) for each in found if is_person(each["who"])), None)


def holds_office(who: str, office: str, quotes: Sequence[str]) -> Literal["yes", "no", "unclear", "silent"]:
    """Whether somebody holds an office: told so, or told to hold a like one, while it is told to be another's."""
    own = [quote[low:high] for quote in quotes for low, high in offices(quote, who)]
    held = {quote[low:high] for quote in quotes for low, high in holders(quote, office)[0]}
    held |= {who for quote in quotes if who + office in quote}  # 王小广博士
    if not own and who not in held:
        return "silent"
    if any(FORMER.search(each) for each in own):
        return "unclear"
    plain = re.sub(_RANK, "", office)
    deputies = [re.sub(_RANK, "", each) for told in own for each in told.split("、") if re.search(_RANK, each)]
    lower = not re.search(_RANK, office) and any(each.endswith(plain) or plain.endswith(each) for each in deputies)
    levels = {found.group() for each in own for found in _LEVEL.finditer(each)}
    other = levels and (asked := _LEVEL.match(office)) and asked.group() not in levels
    if who in held:
        return "no" if other else "yes"
    return "no" if held or lower or other else "unclear"
