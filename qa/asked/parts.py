"""A question for several things ⇄ its parts: A是多少？B呢？, X在哪里，什么时候开工, a numbered list of questions.

In: what a reader typed; later, the answers to its parts. Out: the parts, each to be asked after the one before; one
answer, its citations numbered through. Knows nothing about how a part is answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.records import Answer, Citation, Written

_MOST = 6  # parts that are answered
_NUMBER = r"(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十])[、.．)）](?!\d)|[①-⑩]|[-•·*](?=\s))"
_ITEM = re.compile(rf"(?:^|(?<=[\s？?。；;：:，,]))\s*{_NUMBER}\s*")
_END = re.compile(r"(?<=[?？])[?？!！。.]*\s*|[；;]\s*")
_WORD = (
    r"谁|什么|啥|哪(?!怕)|几(?=[个家位名次条项座所种人篇件年月号天点])|多少|多[大长高远久宽深](?!的)|怎么|怎样|咋|如何"
    r"|为何|何时|何地|何处|是否|吗"
)
_ASKS = re.compile(_WORD)
# 说几家: how much is to be told is no question of its own.
_TELL = re.compile(
    r"(?<=[一-鿿])[,，。?？]\s*(?:请|麻烦|你|给我|帮我|先|就|随便|能不能|可以)*"
    r"(?:列举|列出|举出|说出|说说|讲讲|说|列|举|讲|写|挑|报)(?:一下|出|上)?(?:[几两三]|一两)[个家位名条项篇处座种点样]"
    r"(?:例子|名字|出来|来听听|听听|就行|就好|即可|吧|呗)*(?=[?？。!！]*$)"
)
# 签了几份协议，分别是什么: which they are is told where they are counted.
_WHICH_ONES = re.compile(
    r"((?:几|多少)[一-鿿][^,，。?？]*)[,，。?？]\s*(?:它们|他们|这些)?(?:都|各|分别|各自|具体)+(?:是|有|叫)些?"
    r"(?:什么|哪些|哪几[一-鿿]|谁)(?=[?？。!！]*$)"
)
_NEXT = re.compile(rf"[,，、](?=(?:又|还|以及|并且?|另外|再|和|它|那|该项目|其)?[^,，、?？]{{0,10}}?(?:{_WORD}))")
# A clause that belongs to the one behind it.
_UNDER = re.compile(r"为了?|按照?|由于|因为|根据|随着|如果|[当在从对由]|通过|关于|除了|不管|无论")
_HEAD = re.compile(r"^\d\. [^\n]*？\n", re.MULTILINE)  # what `joined` writes above the answer to a part
_THEN = re.compile(r"(呢|怎么样|如何)[?？]?$")


def parts_of(asked: str) -> list[str]:
    """The questions that a text holds, in order; the text itself where it holds but one.

    >>> parts_of("龙城芯谷总投资是多少？纵慧芯光呢？")
    ['龙城芯谷总投资是多少？', '纵慧芯光呢？']
    >>> parts_of("纵慧芯光在哪里，什么时候开工")
    ['纵慧芯光在哪里', '什么时候开工']
    """
    asked = _WHICH_ONES.sub(r"\1", _TELL.sub("", asked))
    pieces = [piece.strip() for item in _ITEM.split(asked) for piece in _END.split(item)]
    pieces = [piece for piece in pieces if any(char.isalnum() for char in piece)]
    split = [part for piece in pieces for part in _clauses(piece)]
    if len(split) < 2 or not all(_ASKS.search(part) or _THEN.search(part) for part in split):
        return [asked]
    return split[:_MOST]


def _clauses(piece: str) -> list[str]:
    """A sentence, cut at the commas on both sides of which something is asked."""
    found = [""]
    for clause in _NEXT.split(piece):
        if _ASKS.search(found[-1]) and not _UNDER.match(found[-1]) and _ASKS.search(clause):
            found.append(clause)
        else:
            found[-1] += f"，{clause}" if found[-1] else clause
    return found


def joined(answers: Sequence[Answer]) -> Answer:
    """The answers to the parts as one; it is a refusal only if each of them is.

    A part that the paper does not answer says so in its place, without the nearest report.
    """
    if all(answer.refused for answer in answers):
        return replace(answers[0], question_as_understood=_understood(answers))
    text: list[str] = []
    citations: list[Citation] = []
    sentences: list[Written] = []
    for at, answer in enumerate(answers, start=1):
        said = answer.text.partition("。")[0] + "。" if answer.refused else _renumbered(answer.text, len(citations))
        text.append(f"{at}. {_asking(answer)}\n{said}")
        if not answer.refused:
            shift = len(citations)
            citations += [replace(each, number=each.number + shift) for each in answer.citations]
            sentences += [replace(each, numbers=tuple(n + shift for n in each.numbers)) for each in answer.sentences]
    return replace(
        answers[-1],
        text="\n".join(text),
        citations=tuple(citations),
        refused=False,
        confidence=max(answer.confidence for answer in answers),
        question_as_understood=_understood(answers),
        notice=next((answer.notice for answer in answers if answer.notice), ""),
        sentences=tuple(sentences),
        dropped=sum(answer.dropped for answer in answers),
    )


def separate(answer: Answer) -> list[Answer]:
    """The answers that `joined` made one of, those without an answer left out; any other answer alone."""
    if not answer.text.startswith("1. ") or not _HEAD.match(answer.text):
        return [answer]
    found = []
    for head, text in zip(_HEAD.findall(answer.text), _HEAD.split(answer.text)[1:], strict=True):
        own = tuple(each for each in answer.citations if f"[{each.number}]" in text)
        asked = head.partition(". ")[2].strip()
        found += [replace(answer, text=text.strip("\n"), citations=own, question_as_understood=asked)] if own else []
    return found


def _understood(answers: Sequence[Answer]) -> str:
    return "".join(map(_asking, answers))


def _asking(answer: Answer) -> str:
    return f"{answer.question_as_understood.rstrip('？?')}？"


def _renumbered(text: str, shift: int) -> str:
    return re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + shift}]", text)
