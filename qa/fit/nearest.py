"""Why the nearest report does not answer: what of the question it tells, and what it does not mention.

In: a question and the sentences that were read for it. Out: the report that tells most of what is asked, and a short
sentence that is true of its words: 报道写了科恩新能源，但没有提到董事长。 Knows nothing about when to refuse.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from embeddings.words import normalise
from qa.answers import suiting
from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit import wording
from qa.fit.conflicts import conflicts
from qa.fit.lacking import Conflict
from qa.language.ordinals import ordinals
from qa.language.rarity import background
from qa.language.stages import asked
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

_PROPER = 3.0  # how often a name counts: a report on another brand is not near
_CLOSE = 0.9  # share of the best coverage with which the best sentence's report is still the nearest
_TELLING = 2.5  # weight from which a word is worth naming
_RARE = 1e-4  # share of news articles that hold a word which the background does not list
_MEANT = (
    0.55  # nearness in meaning from which another word of the report may be meant; half a word in common is no more
)
_MOST = 2  # things that are named as not mentioned
_READ, _FIRST = 10, 3  # sentences among which those of the report are looked for, and how many of them
_ANY = frozenset("个项条次")  # units that anything may be counted in
_DAYS = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?")
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

    It only says what is plain, in whole words of the question: that the best of its `ranked` sentences tell of another
    (一期 for 二期), that words of the question stand in the report, or that no part of them does.
    """
    signed = " ".join(seen.article.reporters)
    text = normalise(f"{seen.article.headline} {seen.article.kicker} {signed} {seen.article.text}")
    conflict = _conflict(seen, question, ranked)
    if conflict and _alike(conflict) and wording.whole(conflict.told, text):
        lacks = "不是" if conflict.asked in text else "没有提到"
        return f"报道说的是{_as_asked(question, conflict.told)}，{lacks}{_as_asked(question, conflict.asked)}。"
    plain = _DAYS.sub(" ", _as_printed(question, text))
    weights = dict(zip((word for word, _ in question.words), seen.weights.tolist(), strict=True))
    told = [run for run in wording.shared(plain, text) if _weight(run, weights) >= _TELLING]
    named = _as_asked(question, max(told, key=lambda run: _weight(run, weights), default=""))
    meant = {
        word for (word, _), near in zip(question.words, seen.met.max(axis=0, initial=0), strict=True) if near > _MEANT
    }
    lacked = [run for run in wording.lacking(plain, text) if not any(word in run for word in meant)]
    known = conflict is None or not conflict.asked or any(run in conflict.asked for run in told)
    if conflict and not known and _asked(question, conflict.asked) and _needed(conflict.asked):
        new = not any(conflict.asked in run for run in lacked) and conflict.asked not in text
        lacked = [conflict.asked, *(run for run in lacked if run not in conflict.asked)] if new else lacked
    lacked = sorted(lacked, key=lambda run: -_weight(run, weights))[:_MOST]
    if any(named and named in run for run in lacked):
        named = ""
    if lacked:
        missing = "和".join(_as_asked(question, run) for run in sorted(lacked, key=plain.find))
        return f"报道写了{named}，但没有提到{missing}。" if named else f"报道没有提到{missing}。"
    return f"报道写了{named}，但{_unanswered(seen, question, text)}。" if named else ""


def _unanswered(seen: Evidence, question: Question, text: str) -> str:
    """What of the kind that is asked for the report does not have."""
    if question.kind not in _SOUGHT or any(seen.answers):
        return "没有直接回答的句子"
    if question.kind == "number" and question.unit not in ("", "元", "%"):
        counted = suiting.figures(written(question.text), text, (0, len(text)))
        return "没有直接回答的句子" if counted or question.unit in _ANY else f"没有写多少{question.unit}"
    return f"没有写{_SOUGHT[question.kind]}"


def _alike(conflict: Conflict) -> bool:
    """Whether what is told instead is a thing of the same kind: 一期 for 二期, 副行长 for 行长."""
    if not conflict.asked or not conflict.told:
        return False
    return conflict.told[-1] == conflict.asked[-1] or (conflict.told[-1:] + conflict.asked[-1:]).isdigit()


def _needed(words: str) -> bool:
    """Whether some words say what a question is about: a thing, a stage or a number of it."""
    return wording.content(words) or bool(asked(words) or ordinals(words))


def _as_printed(question: Question, text: str) -> str:
    """The question with its words as a report spells them: 漏湖 for 滆湖."""
    plain = written(question.text)
    for word, forms in question.printed:
        plain = plain.replace(word, next((form for form in forms if form in text), word))
    return plain


def _asked(question: Question, words: str) -> bool:
    """Whether some words stand in the question, uncut."""
    return wording.whole(words, normalise(question.text)) or wording.whole(words, written(question.text))


def _conflict(seen: Evidence, question: Question, ranked: Sequence[Ranked]) -> Conflict | None:
    """The worst conflict of the best sentences of a report, one that names what is told instead first."""
    own = [each for each in ranked[:_READ] if each.evidence is seen]
    found = [conflicts(question, seen, each.sentence) for each in own[:_FIRST]]
    if not all(found[:1]):  # the best sentence tells of the thing itself
        return None
    return min((each for some in found for each in some), key=lambda each: (not each.told, each.left), default=None)


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


def _weight(run: str, weights: dict[str, float]) -> float:
    """How much a run of words tells: what its words weigh, or how rare it is where the cutter knows no word of it."""
    known = sum(weight for word, weight in weights.items() if word in run and len(word) > 1)
    return known or -math.log(background().get(run, _RARE))
