"""Where a sentence tells of another than the one that is asked for: 一期 for 二期, the 副行长 for the 行长.

In: a question, the evidence of an article and one of its sentences. Out: its `Conflict`s with the question; and
sentences in the order in which those in conflict give way. Knows nothing about what sentences score, nor about how any
one kind of conflict is found (its neighbours in this folder).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from qa.asked.question import Question
from qa.fit.attributes import attribute, called, event, superlative
from qa.fit.elsewhere import before, possessed
from qa.fit.foreign import foreign
from qa.fit.lacking import ABSENT, ANOTHER, ELSEWHERE, NOWHERE, OTHER, Conflict
from qa.fit.owners import UNNAMED, Thing, instead, other
from qa.fit.owners import asked as asked_about
from qa.fit.sought import of_others, partial, unheld
from qa.fit.told import Told, plain, told
from qa.fit.unsaid import kin, opposite, role
from qa.fit.which import dated, numbered, office
from qa.language.dimensions import asked as dimension
from qa.language.dimensions import measured
from qa.language.rarity import background
from qa.language.titles import OFFICE
from qa.ranking.evidence import FEATURES, Evidence
from qa.ranking.ranker import Ranked

_CLOSE = 4.0  # nats that the next sentence may lie behind one in conflict
_LOOKED_AT = 10  # sentences that may take its place
_AROUND = FEATURES.index("around")
_FULL = 2.5  # weight of a word that stands in more than one report of twelve


def conflicts(question: Question, seen: Evidence, at: int) -> list[Conflict]:
    """What of the question a sentence, with what stands around it, does not bear out."""
    question, sentence = question.spelled_as(plain(seen.article.text)), told(seen, at)
    home = _home(question, seen)
    found = {each.asked: each for check in _CHECKS for each in check(question, sentence) if each.asked not in home}
    found |= {each.asked: each for check in (_short, _owned) for each in check(question, seen, at)}
    return [each for asked, each in found.items() if not any(asked in other for other in found if other != asked)]


def _home(question: Question, seen: Evidence) -> set[str]:
    """The words that this archive is full of, and others are not: 武进, which its reports need not name."""
    weights = zip(question.words, seen.weights, strict=False)
    full = (word for (word, _), weight in weights if weight < min(_FULL, -math.log(background().get(word, 1e-4)) - 1))
    return {word for word in full if not re.fullmatch(OFFICE, word)}


def left(question: Question, ranked: Sequence[Ranked]) -> float:
    """What the conflicts of the best sentence leave of its chance to answer, 0–1: what the worst of them leaves."""
    if not ranked:
        return 1.0
    return min((each.left for each in conflicts(question, ranked[0].evidence, ranked[0].sentence)), default=1.0)


def giving_way(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences, the best one behind others that score about as well where it is in conflict and they less so."""
    if not ranked or (worst := left(question, ranked)) == 1.0:
        return list(ranked)
    top = ranked[0]
    settled = any(each.nowhere for each in conflicts(question, top.evidence, top.sentence))
    best = [each for each in ranked[:_LOOKED_AT] if _may_replace(each, top, settled)]
    better = sorted((kept, -at) for at, each in enumerate(best) if (kept := left(question, [each])) > worst)
    first = [best[-at] for _, at in reversed(better)]
    return [*first, *(each for each in ranked if not any(each is one for one in first))]


def _may_replace(other: Ranked, first: Ranked, settled: bool) -> bool:
    """Whether a sentence scores about as well and may tell what is asked; of another report it must have as much of
    the question, too.

    `settled`: the report of the first has not what is asked for, in whatever sentence.
    """
    if not other.evidence.answers[other.sentence] and first.evidence.answers[first.sentence]:
        return False
    if other.evidence is first.evidence:
        return not settled and other.score > first.score - _CLOSE
    around = [each.evidence.rows[each.sentence, _AROUND] for each in (other, first)]
    return bool(other.score > first.score - _CLOSE and around[0] >= around[1])


def _unsaid(question: Question, told: Told) -> Iterator[Conflict]:
    """北园 for 南园; the 施工单位 where no body is told to build; the brother of whom the report knows nothing."""
    if pair := opposite(question, told):
        asked, another = pair
        yield Conflict(asked, another, ELSEWHERE if asked in told.whole else OTHER, asked not in told.whole)
    if pair := possessed(question, told):
        yield Conflict(*pair, OTHER, True)
    if before(question, told):
        yield Conflict("", "", ELSEWHERE)
    if lacking := role(question, told) or kin(question, told):
        yield Conflict(lacking, "", ABSENT)


def _named(question: Question, told: Told) -> Iterator[Conflict]:
    """江阴 where the sentence tells of 武进; a name of which the report knows nothing."""
    for found in foreign(question, told):
        chance = OTHER if found.proper else ANOTHER
        yield Conflict(found.name, found.instead, chance if found.instead else NOWHERE, True)


def _short(question: Question, seen: Evidence, at: int) -> Iterator[Conflict]:
    """Where nothing near a sentence can be what is asked for, or it is told of others or of a part alone."""
    if unheld(question, seen, at) or of_others(question, seen, at):
        yield Conflict("", "", ABSENT)
    elif partial(question, seen, at):
        yield Conflict("", "", ELSEWHERE)


def _owned(question: Question, seen: Evidence, at: int) -> Iterator[Conflict]:
    """Where no figure, day or place of a sentence, or else of those beside it, is that of the thing asked about."""
    if another := instead(question, seen, at):
        yield Conflict(*another, OTHER, True)
    if question.kind not in ("number", "date", "place"):
        return
    thing = asked_about(question, seen)
    near = next((found for one in (at, at + 1, at - 1) if (found := list(_owners(question, seen, one, thing)))), [])
    if near and all(near) and thing:
        yield Conflict(thing.name, next((name for name in near if name != UNNAMED), ""), ELSEWHERE)
    elif not near and (sought := dimension(question.text)):
        whole = (name for one in range(len(seen.spans)) for name in _owners(question, seen, one, thing))
        if all(whole):
            yield Conflict(sought, "", ABSENT)


def _owners(question: Question, seen: Evidence, at: int, thing: Thing | None) -> Iterator[str]:
    """What each of a sentence's figures, days or places is of, "" for the thing asked about."""
    start, _ = seen.spans[at] if 0 <= at < len(seen.spans) else (0, 0)
    for low, high in seen.answers[at] if 0 <= at < len(seen.spans) else []:
        if measured(question.text, seen.article.text[start + low : start + high + 3]):
            yield other(thing, seen, at, start + low) if thing else ""


_CHECKS: tuple[Callable[[Question, Told], Iterator[Conflict]], ...] = (
    numbered, dated, office, called, superlative, attribute, _unsaid, event, _named,
)  # fmt: skip
