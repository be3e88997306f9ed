"""A subject and what is asked of it, as one question in which nothing is said twice.

In: a subject (青塘县党政代表团) and a follow-up without one (代表团走访了哪里？); or a question that asked which of
a kind. Out: the question (青塘县党政代表团走访了哪里？); the one that was asked for, by what was said of it. Words and
parts of speech; knows nothing about what else was said.
"""

from __future__ import annotations

import re
from itertools import takewhile

import rjieba

_MEETING = re.compile(r"会议?(?=[上是由在开后]|谁|什么|哪)")
_OWN = re.compile(r"[nmqra]")  # what stands before a noun that is meant by itself: 哪些项目, 两个项目, 南京银行
_MODAL = frozenset("要能会可想")
_ASKED = re.compile(r"(?:哪几|哪一?|几|多少|什么)(?:些|[个家所位名条项处篇份座种件张部场支])?")


def led(subject: str, rest: str) -> str:
    """A subject before what is asked of it.

    >>> led("青塘县党政代表团", "代表团走访了几个地方？"), led("青塘县党政代表团", "谁接待了代表团？")
    ('青塘县党政代表团走访了几个地方？', '谁接待了青塘县党政代表团？')
    >>> led("青塘湖清淤", "为什么要清淤？")
    '青塘湖为什么要清淤？'
    """
    if not subject:
        return rest
    meeting = _MEETING.match(rest)
    if meeting and subject.endswith(("会", "会议")) and subject != meeting[0]:
        return subject + rest[len(meeting[0]) :]
    for size in range(min(len(subject) - 1, 6), 1, -1):
        if rest.startswith(subject[-size:]):
            return subject + rest[size:]
    words = rjieba.tag(rest)
    last, at = rjieba.cut(subject)[-1], 0
    for place, (word, tag) in enumerate(words):
        before = words[place - 1] if place else ("", "")
        short = tag[0] == "n" and 1 < len(word) < len(subject) and subject.endswith(word)
        if short and word == last and len(subject) > len(last) + 1 and before[0][-1:] in _MODAL:
            return subject.removesuffix(last) + rest
        if short and not _OWN.match(before[1]) and before[0] != "有":
            return rest[:at] + subject + rest[at + len(word) :]
        at += len(word)
    return subject + rest


def asked_for(before: str, noun: str = "", which: str = "") -> str:
    """What a question asked for, by what it said of that; "" where it asked for no such thing.

    >>> asked_for("林小木在青塘拜访了哪家公司？", "公司"), asked_for("青塘泵站由哪家公司承建？", "公司")
    ('林小木在青塘拜访的公司', '承建青塘泵站的公司')
    >>> asked_for("孟一凡写过哪些报道？", which="第九篇")
    '孟一凡写过的第九篇报道'
    """
    asked = _ASKED.search(before)
    after = before[asked.end() :].rstrip("?？。呢了的") if asked else ""
    words = rjieba.tag(after)
    named = [word for word, _ in takewhile(lambda pair: pair[1][0] == "n" or pair[1] == "vn", words)]
    while named and words[len(named) - 1][1] == "vn":  # 公司 生产
        named.pop()
    thing = after if len(words) == 1 else "".join(named)
    if not asked or not thing or not thing.endswith(noun):
        return ""
    head, tail = re.sub(r"(?:由|是)$", "", before[: asked.start()]), after[len(thing) :]
    if tail:
        return f"{tail}{head}的{which}{thing}"
    head = re.sub(r"(?:位于|属于|在)$", "所在", re.sub("[了有]$", "", head))
    return f"{head}的{which}{thing}" if head else ""
