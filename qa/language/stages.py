"""How far a project is: begun, topped out, finished, in use. What one stage's day is says nothing about another's.

In: a question or a text. Out: the stage that is asked for, and the words for it or for another that a text has. Knows
nothing about days.
"""

from __future__ import annotations

import re

STAGES = (
    re.compile(r"开工|动工|开建|破土|奠基|开始建设|启动建设|始建"),
    re.compile(r"封顶"),
    re.compile(r"竣工|完工|建成|落成|建好|交付|交工|完成|建于|修建|收尾|交卷|修好|造好|盖好|做完|结束"),
    re.compile(
        r"投产|达产|量产|试生产|投[用运]|启用|运营|使用|运行|开[业园馆放张通]|营业|通[车水气航]|入驻|生产|出水|迎客"
    ),
)


def asked(text: str) -> tuple[str, re.Pattern[str]] | None:
    """The stage whose day a question asks for, if it asks for one alone.

    >>> asked("芯片项目什么时候竣工？")[0], asked("展会什么时候举行？")
    ('竣工', None)
    """
    found = [(match.group(), stage) for stage in STAGES for match in stage.finditer(text)]
    return found[0] if len({stage for _, stage in found}) == 1 else None


def told(text: str) -> list[str]:
    """The words of a text that tell any stage, in order of the stages."""
    return [match.group() for stage in STAGES for match in stage.finditer(text)]
