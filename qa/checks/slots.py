"""Does a name stand where the cited words have another one? 礼嘉镇以企业身份发言 for 理想汽车以企业身份发言.

In: the readings of a sentence and of what it cites. Out: the places of the sentence's nouns in whose stead the cited
clause that says the same has others. A clause is laid beside the cited one that shares most of its words; a noun is
another one's where its neighbours are the same. Knows nothing of grammar beyond parts of speech, and no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.checks.claims import Reading, Span
from qa.language.company import synonyms
from qa.language.tokens import FUNCTION, GRAMMAR, PERSON_TAGS, PLACE_TAGS, SAYING, Token, known, weight

_ALIGNED = 0.55  # share of a clause's other words that a cited clause must have
_SURELY = 0.75  # the same, where but one neighbour is the same
_LEAST = 0.5  # weight of those words
_KIN = 0.42  # cosine of common nouns from which one may stand for the other
_NOUNS = "njbgzs"
_VERBAL = frozenset({"vn", "an"})
_LIST = ("、", "和", "与", "及", "以及")
_STANDS = """全部 全体 部分 大家 双方 两地 当地 各地 各方 各界 会议 会上 项目 活动 工程 公司 园区
集团 方面 领域 时候 目标 任务 内容 对方 前者 后者 人员 情况"""
_VAGUE = frozenset(_STANDS.split())  # nouns that stand for others, or hardly say what
_SUMS_UP = ("等", "”", "”的")  # before a noun that says what those before it are
_SKIPPED = "uydcx"  # parts of speech that are passed over between a noun and its neighbour


@dataclass(frozen=True, slots=True)
class _Noun:
    """A run of nouns, with the words before and after it (`^` and `$` at the ends of the clause), and its names."""

    start: int
    end: int
    before: str
    after: str
    words: tuple[str, ...]
    names: tuple[str, ...]
    person: bool


def taken(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """The nouns of the sentence, with their places, in whose stead the cited words have others."""
    persons = frozenset(person.text for reading in (said, cited) for person in reading.people)
    there = [(cited.text[low:high], (low, high)) for low, high in cited.clauses]
    nouns_there: dict[Span, list[_Noun]] = {}
    for clause in said.clauses:
        words = [word for word in said.words if clause[0] <= word.start < clause[1]]
        nouns = _nouns(said, clause, persons)
        for noun in nouns:
            vague = _VAGUE.issuperset(noun.words) or said.text[: noun.start].endswith(_SUMS_UP)
            if vague or said.quoting(noun.start):
                continue
            others = [word for word in words if not noun.start <= word.start < noun.end]
            telling = [word for word in others if word.text not in SAYING]
            rest = [word for word in others if word.start >= nouns[0].end]  # of what the clause says of its subject
            for alike in (telling, rest) if noun is not nouns[0] else (telling,):
                best = _aligned(alike, there)
                for _, place in best:
                    if place not in nouns_there:
                        nouns_there[place] = _nouns(cited, place, persons)
                if any(_exchanged(noun, nouns, nouns_there[place]) for _, place in best):
                    yield said.text[noun.start : noun.end], noun.start, noun.end
                    break
                if any(_holds(noun, text) for text, _ in best):
                    break
                surely = all(_shared(alike, text) >= _SURELY * _weight(alike) for text, _ in best)
                if best and all(
                    any(_rivals(noun, other, surely, cited.text) for other in nouns_there[place]) for _, place in best
                ):
                    yield said.text[noun.start : noun.end], noun.start, noun.end
                    break


def _aligned(words: Sequence[Token], there: Sequence[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """The cited clauses that share most with these words; none where that is little."""
    total = _weight(words)
    if total < _LEAST:
        return []
    shares = [(_shared(words, text), (text, place)) for text, place in there]
    best = max((share for share, _ in shares), default=0.0)
    return [clause for share, clause in shares if share >= max(0.9 * best, _ALIGNED * total)]


def _weight(words: Sequence[Token]) -> float:
    return sum(weight(word.text) for word in words)


def _shared(words: Sequence[Token], text: str) -> float:
    return _weight([word for word in words if word.text in text])


def _holds(noun: _Noun, text: str) -> bool:
    """Whether a clause names the noun, or shares a word with it where it is no name."""
    return any(name in text for name in noun.names) if noun.names else any(word in text for word in noun.words)


def _exchanged(noun: _Noun, mine: Sequence[_Noun], there: Sequence[_Noun]) -> bool:
    """Whether a name stands where the cited clause has another one of the clause, and that one where it has this."""
    slots = {other.words: (other.before, other.after) for other in there}
    here = noun.before, noun.after
    return noun.words in slots and any(
        here == slots.get(other.words) != slots[noun.words] == (other.before, other.after)
        for other in mine
        if other is not noun
    )


def _rivals(noun: _Noun, other: _Noun, surely: bool, cited: str) -> bool:
    """Whether a cited noun stands where this one does, and is another."""
    neighbours = ((noun.before, other.before), (noun.after, other.after))
    both = all(one == two for one, two in neighbours)
    if noun.names and other.names:
        nested = any(one in two or two in one for one in noun.names for two in other.names)
        telling = surely and any(one == two and len(one) > 1 for one, two in neighbours)
        return (both or telling) and noun.person == other.person and not nested
    if not both or _VAGUE.issuperset(other.words) or noun.person or other.person:
        return False
    if any(set(one) & set(two) or _kin(one, two) for one in noun.words for two in other.words):
        return False
    if bool(noun.names) == bool(other.names):
        return True
    plain, named = (other, noun) if noun.names else (noun, other)
    if len(plain.words) > 1:  # one word may stand for the name; a longer one is another thing
        return all(word in cited for word in noun.words)
    whole = re.search(rf"([一-龥]{{2,8}}){re.escape(plain.words[-1])}", cited)  # 银行 is short for 南京银行
    return noun is named and whole is not None and not any(name in whole.group() for name in named.names)


@lru_cache(maxsize=1 << 14)
def _kin(one: str, other: str) -> bool:
    return bool(synonyms().nearness([one], [other])[0, 0] >= _KIN)


def _nouns(reading: Reading, clause: Span, persons: frozenset[str]) -> list[_Noun]:
    """The runs of nouns of a clause."""
    tokens = [token for token in reading.tokens if clause[0] <= token.start and token.end <= clause[1]]
    runs: list[tuple[int, int]] = []
    for at, token in enumerate(tokens):
        if not _noun_like(token):
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    inside = {at for low, high in runs for at in range(low, high)}
    return [_noun(tokens, low, high, inside, persons) for low, high in runs]


def _noun(tokens: Sequence[Token], low: int, high: int, inside: set[int], persons: frozenset[str]) -> _Noun:
    run = tokens[low:high]
    text = "".join(token.text for token in run)
    named = tuple(person for person in persons if person in text)
    names = named or tuple(token.text for token in run if _name(token))
    words = tuple(token.text for token in run if len(token.text) > 1)
    before, after = _neighbour(tokens, low - 1, -1, inside), _neighbour(tokens, high, 1, inside)
    return _Noun(run[0].start, run[-1].end, before, after, words, names, bool(named))


def _noun_like(token: Token) -> bool:
    if not token.text.isalnum() or token.text in SAYING or (token.text in FUNCTION and token.tag != "n"):
        return False
    return token.tag[0] in _NOUNS or token.tag in _VERBAL or _strange(token)


def _name(token: Token) -> bool:
    return len(token.text) > 1 and (token.tag in PERSON_TAGS | PLACE_TAGS | {"nz"} or _strange(token))


def _strange(token: Token) -> bool:
    """Whether a word can only be a name, whatever the word cutter takes it for: 遥观, 伟驰."""
    odd = len(token.text) > 1 and not known(token.text) and GRAMMAR.isdisjoint(token.text)
    return odd and token.tag[0] not in "mtx" and "一" <= token.text[0] <= "鿿"


def _neighbour(tokens: Sequence[Token], at: int, step: int, inside: set[int]) -> str:
    """The next word in a direction that is neither grammar nor of the same list."""
    listed = False
    while 0 <= at < len(tokens):
        token = tokens[at]
        listed = token.text in _LIST or (listed and at in inside)
        if not listed and token.tag[0] not in _SKIPPED:
            return token.text
        at += step
    return "^" if step < 0 else "$"
