"""Why the nearest report does not answer: what of the question it tells, and what it does not mention.

In: a question and the sentences that were read for it. Out: the report that tells most of what is asked, and a short
sentence that is true of its words: 报道写了科恩新能源，但没有提到董事长。 Knows nothing about when to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from embeddings.words import normalise
from qa.asked.question import Question
from qa.fit.conflicts import conflicts
from qa.fit.lacking import Conflict
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

_PROPER = 3.0  # how often a name counts: a report on another brand is not near
_CLOSE = 0.9  # share of the best coverage with which the best sentence's report is still the nearest
_TELLING = 2.5  # weight from which a word is worth naming
_YEAR = 4  # digits of a year, the one figure of a question that an answer should hold
_MOST = 2  # things that are named as not mentioned
_READ, _FIRST = 10, 3  # sentences among which those of the report are looked for, and how many of them
_IDLE = re.compile(r"有关|关于|情况|可以|需要|[今去明]年|[今昨明]天|现在|目前|[一总]共|提到|写到|报道|记者|文章|\d\d?")
_SOUGHT = {"number": "具体数字", "date": "具体时间", "person": "具体是谁", "place": "具体地点"}


def nearest(ranked: Sequence[Ranked]) -> Ranked:
    """The best sentence of the report that holds most of what the question asks."""
    best: dict[int, Ranked] = {}
    for sentence in ranked:
        best.setdefault(id(sentence.evidence), sentence)
    held = {key: _held(one.evidence) for key, one in best.items()}
    enough = _CLOSE * max(held.values())
    return next(one for key, one in best.items() if held[key] >= enough)


def why(seen: Evidence, question: Question, ranked: Sequence[Ranked] = ()) -> str:
    """What the report tells and what it lacks, as a sentence; "" where neither can be said.

    It only says what is plain: that the best of its `ranked` sentences tell of another (一期 for 二期), that words of
    the question stand in the report, or that no part of them does.
    """
    signed = " ".join(seen.article.reporters)
    text = normalise(f"{seen.article.headline} {seen.article.kicker} {signed} {seen.article.text}")
    weights = dict(zip((word for word, _ in question.words), seen.weights.tolist(), strict=True))
    conflict = _conflict(seen, question, ranked)
    if conflict and conflict.told:
        lacks = "不是" if conflict.asked in text else "没有提到"
        return f"报道说的是{_as_asked(question, conflict.told)}，{lacks}{_as_asked(question, conflict.asked)}。"
    runs = _runs(question, text)
    told = [run for run in runs if run in text and _weight(run, weights) >= _TELLING]
    lacked = sorted((run for run in runs if _lacks(text, run)), key=lambda run: -_weight(run, weights))[:_MOST]
    named = _as_asked(question, max(told, key=lambda run: _weight(run, weights), default=""))
    if conflict and conflict.asked not in text and not any(conflict.asked in run for run in lacked):
        lacked = [conflict.asked, *(run for run in lacked if run not in conflict.asked)][:_MOST]
    if lacked:
        missing = "和".join(_as_asked(question, run) for run in sorted(lacked, key=question.content.find))
        return f"报道写了{named}，但没有提到{missing}。" if named else f"报道没有提到{missing}。"
    if not named:
        return ""
    if question.kind in _SOUGHT and not any(seen.answers):
        counted = question.kind == "number" and question.unit not in ("", "元", "%")
        sought = f"多少{question.unit}" if counted else _SOUGHT[question.kind]
        return f"报道写了{named}，但没有写{sought}。"
    return f"报道写了{named}，但没有直接回答的句子。"


def _conflict(seen: Evidence, question: Question, ranked: Sequence[Ranked]) -> Conflict | None:
    """The worst conflict of the best sentences of a report, one that names what is told instead first."""
    own = [each for each in ranked[:_READ] if each.evidence is seen]
    found = [conflicts(question, seen, each.sentence) for each in own[:_FIRST]]
    if not all(found[:1]):  # the best sentence tells of the thing itself
        return None
    return min((each for some in found for each in some), key=lambda each: (not each.told, each.left), default=None)


def _lacks(text: str, run: str) -> bool:
    """Whether a text has nothing of a word, not even a part of it."""
    if run.isdigit():
        return len(run) == _YEAR and run not in text
    return len(run) > 1 and not any(run[at : at + 2] in text for at in range(len(run) - 1))


def _as_asked(question: Question, run: str) -> str:
    """A normalised word in the spelling of the question: GDP."""
    at = normalise(question.text).find(run)
    same = len(normalise(question.text)) == len(question.text)
    end = at + len(run) + (run.isdigit() and question.text.startswith("年", at + len(run)))
    return question.text[at:end] if same and at >= 0 else run


def _held(seen: Evidence) -> float:
    """How much of the question stands anywhere in the report, by weight; what names but one counts several times."""
    known = np.maximum(seen.covered.max(axis=0, initial=0), seen.headline)
    return float(known @ (seen.weights * np.where(seen.proper, _PROPER, 1.0)))


def _runs(question: Question, text: str) -> list[str]:
    """The question's words, joined where they stand together in the question and, so joined, in the text or not at all.

    科恩, 新能源, 董事长 -> 科恩新能源, 董事长.
    """
    runs: list[str] = []
    last = ""
    for word, tag in question.words:
        if _IDLE.fullmatch(word) or tag[0] not in "njlivmge" or (tag[0] == "m" and not word.isdigit()):
            continue
        before = runs[-1] if runs else ""
        joined = before + word
        together = joined in question.content and (joined in text) == (before in text) == (word in text)
        joins = before and together and (joined in text or (last[0] != "v" and tag[0] != "v"))
        runs[-1:] = [joined] if joins else [*runs[-1:], word]
        last = tag
    return runs


def _weight(run: str, weights: dict[str, float]) -> float:
    return sum(weight for word, weight in weights.items() if word in run and len(word) > 1)
