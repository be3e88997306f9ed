"""Has it come about? 主体建筑已封顶 against 预计年底封顶, as clause after clause tells it.

In: a statement that asks whether something has happened, and what is cited. Out: "yes", "not yet", or "unclear", where
both are told, or neither. Patterns of news; knows nothing about what happened since the paper was printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from qa.checks.claims import Reading, Span
from qa.checks.paraphrase import others, said_otherwise
from qa.checks.polarity import AHEAD, DONE
from qa.yesno.asserted import Asserted

# Words that say of what kind a thing is, and may be left out in print.
_KINDS = "项目 工程 企业 公司 情况 活动 地方 单位 时候 时间 报道 建设 规划 计划 数量 总数 人数 区 市 是 有 了"
CLASS = frozenset(_KINDS.split())
# What happens once, so that a report of it says whether it is past.
MILESTONE = re.compile(
    r"竣工|建成|完工|投产|达产|开工|动工|封顶|通车|投用|启用|落成|交付|投运|完成|复工|开业|开通|开园|启动|上市|投入|结束|奠基|试生产|试运[营行]"
)
_STRONG = re.compile(
    r"计划|预计|将(?!军|领)|拟(?!定)|有望|即将|力争|争取|准备|打算|正在|在建|设想|目标|定在|近竣工|要在|早"
)
_REACHED = re.compile(r"已|了|完成|全面|正式|顺利|昨|日前|近日|前不久|目前|如今|\d{4}年|\d+月|\d+[日号]")
_ITS_END = re.compile(r"(?:了|建设|运营|使用|运行|生产|投用|投运|投产|达产|仪式|[、和及并暨]|后|[^一-鿿\d].*)*")
_HOPED = re.compile(r"确保|保证|如期|按期|要求|希望|推动|促进|加快")
_DATED = re.compile(r"^[^一-鿿]*(?:\d+月|\d{4}年|明年|后年|[上下]半年|年[内底]|月底)")


def come_about(asked: Asserted, cited: Reading, clauses: Sequence[Span]) -> Literal["yes", "not yet", "unclear"]:
    """Whether what is asked has happened by then, as the clauses that have it tell: 已封顶, and not 预计年底封顶."""
    verbs = {asked.verb, *others(asked.verb)} if asked.verb else set()
    ats = [(at, verb) for verb in verbs for at in places(verb, cited.text) if not cited.quoting(at)]
    found = {_tense(cited, at, verb) for at, verb in ats if any(low <= at < high for low, high in clauses)}
    if found == {"ahead"}:
        return "not yet"
    once = MILESTONE.search(asked.verb) is not None  # what happens once is told to have happened
    return "yes" if found and found <= {"", "done"} and ("done" in found or not once) else "unclear"


def _tense(cited: Reading, at: int, verb: str) -> str:
    """What a clause says of when its verb comes about: "done", "ahead", "later", or "" where it says nothing.

    A milestone of something else (完成泥水分离) says nothing of this one: "other".
    """
    start, end = cited.clause(at)
    if MILESTONE.search(verb) and not _ITS_END.fullmatch(cited.text, at + len(verb), end):
        return "other"
    opening = max(cited.text.rfind(mark, 0, start) for mark in "。;!?\n") + 1
    own, earlier = cited.text[start:end], cited.text[opening:start]
    planned = list(_STRONG.finditer(cited.text, start, at))
    led = _DATED.match(own) is not None and _STRONG.search(earlier) is not None
    if led or (planned and not DONE.search(cited.text, planned[-1].end(), at)):
        return "ahead"
    if re.match(r"[^,;。]{0,4}后", cited.text[at:end]) or (AHEAD.search(own) and not planned) or _HOPED.search(own):
        return "later"
    rest = cited.text[start:at] + cited.text[at + len(verb) : end]
    return "done" if DONE.search(own) or _REACHED.search(rest) else ""


def places(word: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(word), text)]


def told(word: str, text: str) -> bool:
    """Whether a text has a word, or one that says the same."""
    return word in text or said_otherwise(word, text)
