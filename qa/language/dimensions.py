"""What a figure must be measured in to answer: 面积 in 平方米 or 亩, 投资 in 元.

In: a question, and words that hold figures. Out: whether one of them measures what is asked for. Knows nothing about
whose figures they are.
"""

from __future__ import annotations

import re

from qa.asked.asking import written

_DIMENSIONS = (  # what is asked to be measured, and what its figure must then hold
    (
        re.compile(r"[体全总]长(?!是谁)|长度|多长(?!时间|的时间)|[多身]高|高度|多宽|宽度"),
        re.compile(r"米|公里|公分|尺|寸|里|[ckm]?m$|丈"),
    ),
    (re.compile(r"面积|占地|用地|多大地"), re.compile(r"平方|亩|公顷|㎡|²|方米|公里|万方")),
    (re.compile(r"库容|容[积量]|蓄水"), re.compile(r"方|升|吨|[kMGT]?[bB]$|公斤")),
    (
        re.compile(r"投资(?=额?[了是有]?(?:多少|多大|[?？]|$))|多少钱|造价"),
        re.compile(r"元|亿|万|币|美金|欧|镑|卢布"),
    ),
)


def asked(question: str) -> str:
    """What is asked to be measured, "" where that is open.

    >>> asked("花木市场面积多大？"), asked("有多少家企业？")
    ('面积', '')
    """
    found = (of.search(written(question)) for of, _ in _DIMENSIONS)
    return next((match.group() for match in found if match), "")


def measured(question: str, said: str) -> bool:
    """Whether words hold a figure in a measure of what is asked for, where that is plain.

    >>> measured("花木市场面积多大？", "占地40亩"), measured("花木市场面积多大？", "做了两件事")
    (True, False)
    """
    plain = written(question)
    wanted = [measure for of, measure in _DIMENSIONS if of.search(plain)]
    return not wanted or any(measure.search(said) for measure in wanted)
