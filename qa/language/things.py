"""The names of things in a clause or a question: projects, works, bodies, what ends in 园 and 桥.

In: normalised text. Out: runs of nouns, the name that one is, and the thing that a clause begins with. A person, a
place or a source of news is no thing, and neither is 项目 alone. Knows nothing about which thing is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from embeddings.names import surnamed
from qa.language.rarity import background
from qa.language.titles import OFFICE
from qa.language.tokens import COMMON, PERSON_TAGS, Token, cut, known

ATTRIBUTE = re.compile(
    r"投资|[全总]长|[长高宽深]度|库容|容量|床位|工期|面积|占地|用地|规模|产值|产[能量]|收入|利润|资金|金额|造价|价格|成本|预算|时间|日期|地址|地点|位置|人数|人口|数量|名字|年龄"
)
HEAD = re.compile(  # what ends the name of one thing among several
    r"(?:项目|工程|基地|[厂港桥馆]|(?<!开)园|[广市茶农牧]场|园区|院区|公司|集团|股份|银行|医院|学校|学院|大学|中学|小学|水库|车间|开发区|高新区|中心|高速|铁路|隧道)$"
)
PLACED = re.compile(r"(?<=..)(?:[省市区县镇乡村州国]|街道|社区)$")
_NO_THING = re.compile(r"^(?:[该本各每此这那我]|新华社|中新)|现场$|[网社讯报台电]$")
_SPEAKER = re.compile(rf"{OFFICE}[一-鿿]{{2,4}}$|(?:说|表示|介绍|指出|认为|强调|透露|告诉记者)$")
NAMES = PERSON_TAGS | {"nz"}
NOUNS = "njbszgie"
_BEFORE = frozenset(["其中", "据悉", "据了解", "据介绍", "目前", "随后", "此外", "同时", "另外", "日前", "近日"])
_DESCRIBED = re.compile("重点|重大|民生|示范|标志性")  # says of what kind a project is, and not which
_IDLE = frozenset("tdcuxf")  # parts of speech before the subject of a clause


@lru_cache(maxsize=4096)
def lead(clause: str) -> str:
    """The name of the thing that a clause begins with, "" where it begins with none, or with a person or place.

    >>> lead("其中清水桥全长420米"), lead("该项目总投资5亿元"), lead("据了解")
    ('清水桥', '', '')
    """
    if _SPEAKER.search(clause):
        return ""
    tokens = cut(clause.lstrip(' “"《'))
    while tokens and (tokens[0].tag[0] in _IDLE or tokens[0].text in _BEFORE):
        tokens = tokens[1:]
    if tokens and tokens[0].tag == "v" and len(tokens[0].text) == 1 and ATTRIBUTE.search(clause):
        tokens = tokens[1:]
    run: list[Token] = []
    for token in tokens:
        if not _nominal(token):
            if token.text == "、":  # one of several, of which another may be the thing
                return ""
            break
        run.append(token)
    return specific(run)


def called(part: str, key: str) -> str:
    """The nouns about a key up to what kind of thing they name, or without what is asked: 清水桥 of 清水桥总投资."""
    run = next((each for each in runs(part) if key in "".join(token.text for token in each)), [])
    whole, ends = "".join(token.text for token in run) or key, [token.end - run[0].start for token in run]
    least = whole.index(key) + len(key)
    headed = [whole[:end] for end in ends if end >= least and HEAD.search(whole[:end])]
    asked = ATTRIBUTE.search(whole, least)
    return headed[-1] if headed else whole[: asked.start()].removesuffix("总") if asked else whole


def _nominal(token: Token) -> bool:
    return token.text.isalnum() and (token.tag[0] in NOUNS or token.tag in ("vn", "an"))


def runs(clause: str) -> Iterator[list[Token]]:
    run: list[Token] = []
    for token in [*cut(clause), Token("", "x", 0, 0)]:
        if token.text and _nominal(token):
            run.append(token)
            continue
        if run:
            yield run
        run = []


def specific(run: list[Token]) -> str:
    """The name that a run of nouns begins with, "" where it is a person, a place or no name: 清水桥 of 清水桥全长."""
    ends = [token.end - run[0].start for token in run]
    whole = "".join(token.text for token in run)
    if len(whole) < 2 or re.search(OFFICE, whole) or _DESCRIBED.search(whole):
        return ""
    headed = [
        whole[:end] for end in ends if (head := HEAD.search(whole[:end])) and head.start() > (end - head.start() < 2)
    ]
    if headed:
        return headed[-1]
    odd = any(
        len(token.text) > 1
        and (token.tag in NAMES or not known(token.text))
        and background().get(token.text, 0) < COMMON
        for token in takewhile(lambda token: token.tag != "vn", run[:3])  # what is done is named by its doing
    )
    person = run[-1].tag in PERSON_TAGS and (len(run[-1].text) > 2 or surnamed(run[-1].text) or len(run) > 1)
    placed = run[-1].tag == "ns" or PLACED.search(whole) or _NO_THING.search(whole)
    return whole if odd and not person and not placed else ""
