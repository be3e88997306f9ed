"""The parts of a statement: what it is of, and what it says of that. 科恩项目, 明年2月投产.

In: the reading of a statement. Out: its `Parts`. Parts of speech and patterns; knows nothing of what was printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.checks.claims import Reading
from qa.language.moments import Moment
from qa.language.quantities import Quantity
from qa.language.tokens import SAYING, Token, known
from qa.yesno.happened import CLASS
from qa.yesno.placed import IN, pattern

LINK = re.compile(rf"(?P<place>{IN})|(?<!的)是|(?<![因作成称列])为(?!了)")
_RANK = re.compile(r"全?[国省市区县镇](?!长|委|政府|领导)[一-鿿]{2}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a statement is of, and what it says of that; `place` is the pattern of `where`, "" where it tells none.

    `only`: it says nothing but the place. `is_`: it says that one is another, of some `rank` (区重点). `bare`: it ends
    with a verb.
    """

    subject: list[Token]
    rest: list[Token]
    place: str = ""
    where: str = ""
    only: bool = False
    is_: bool = False
    rank: str = ""
    bare: bool = False


def parted(said: Reading, home: Sequence[Token] = ()) -> Parts:
    """What a statement is of, and what it says of that; `home` are words that need not be said."""
    figures = [each for each in said.figured if not (isinstance(each, Quantity) and each.ordinal)]
    days = {each.start for each in figures if isinstance(each, Moment)}
    links = [each for each in LINK.finditer(said.text) if each.start() > 0 and each.end() not in days]
    link = links[0] if links else None
    doings = [word for word in said.words if _verbal(word) and word.start > 0]
    starts = [each.start() for each in links] + [each.start for each in (*doings, *figures) if each.start > 0]
    at = min(starts, default=len(said.text)) if link is None or link["place"] else link.start()
    subject = [word for word in said.words if word.end <= at]
    measured = any(isinstance(each, Quantity) and each.start in (at, link.end() if link else at) for each in figures)
    if len(subject) > 1 and (measured or at == len(said.text)):
        subject = subject[:-1]  # 投资 of 总投资5亿元 is what is said
    rest = [
        word for word in said.words if word not in subject and not (link and link.start() <= word.start < link.end())
    ]
    place, end = _where(said, link, rest, home)
    where = said.text[link.end() : end] if link and place else ""
    rest = [word for word in rest if not (place and link and link.end() <= word.start < end)]
    doings = [word for word in doings if word in rest]
    is_ = link is not None and not link["place"] and not measured
    rank = _RANK.match(said.text, link.end()) if link and is_ else None
    return Parts(
        [word for word in subject if word not in home and tells(word)],
        [word for word in rest if word not in home and (tells(word) or doings == [word])],
        place,
        where,
        only=bool(place) and not rest and end == len(said.text),
        is_=is_,
        rank=rank.group() if rank else "",
        bare=any(word.end == len(said.text) and word.tag[0] == "v" for word in rest),
    )


def _where(said: Reading, link: re.Match[str] | None, rest: Sequence[Token], home: Sequence[Token]) -> tuple[str, int]:
    """The pattern of the place that a statement tells, and where that ends: 上海 of 在上海举行."""
    if link is None or not link["place"]:
        return "", 0
    ends = (word.start for word in rest if word.tag in ("v", "vn") and word.start > link.end())
    end = min(ends, default=len(said.text))
    return pattern(said.text[link.end() : end], any(link.end() <= word.start < end for word in home)), end


def _verbal(word: Token) -> bool:
    return word.tag == "v" and known(word.text)  # a name that nobody knows may look like a verb


def tells(word: Token) -> bool:
    return word.text not in CLASS | SAYING
