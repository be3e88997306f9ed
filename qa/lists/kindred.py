"""Several things of one kind in a row (收哪几类费用, 管哪几个镇): items that are called what is asked for.

In: a question for things of a kind, and the sentences that were read for it. Out: the items of the first sentence that
has such a row, one a line, in the report that holds what the question names; None where there is none. Knows nothing
about verbs, nor about other reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked.conditions import CLASSES
from qa.asked.question import Question
from qa.asked.topics import NAMES
from qa.lists import items, members, rows
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked

Span = tuple[int, int]

_ROW = re.compile(r"[^,，。;；:：!！?？()（）“”\n]*、[^,，。;；:：!！?？()（）“”\n]*")
_AND = re.compile(r"、|以及|和|与|及")
_TAIL = re.compile(r"等.*$|部分.*$|(?<=.)[\d两三四五六七八九十]+(?:大|个|类|种|项).*$")
_KIND = re.compile("[用类种项]$")  # 费用 are 费
_MODAL = re.compile("可以?|能够?|会|要|应该?|须|将")
_HOLDS = re.compile("设置|设有|包括|包含|涵盖|分为|涉及|覆盖")
_ANY = frozenset("物事人地方品个")  # ends names of all kinds
_READ = 30  # sentences that are looked at
_FEWEST = 2
_MOSTLY = 0.6  # share of a row that is called what is asked for
_KNOWN = 0.8  # share of the names of the question that the report must hold


def find(question: Question, ranked: Sequence[Ranked]) -> Listing | None:
    """The row of the best report that has one of the kind that is asked for."""
    asks = items.asked(question)
    noun = items.kind(asks) if asks else ""
    if not asks or not noun or question.kind not in ("list", "number", "place", "what"):
        return None
    named = [word for word, tag in question.words if word not in noun and _tells(word, tag)]
    count = rows.count_of(question)
    for one in ranked[:_READ]:
        article = one.evidence.article
        start, end = one.evidence.spans[one.sentence]
        whole = normalise(f"{article.headline} {article.kicker} {article.text}")
        if not named or sum(word in whole for word in named) < _KNOWN * len(named):
            continue
        found = kindred(article.text[start:end], noun)
        if len(found) >= _FEWEST and count in (0, len(found)):
            lines = [Statement(article.text[start + low : start + high], article, start, end) for low, high in found]
            unit = "个" if noun in members.PLACES else items.unit(asks)
            return Listing(lines, len(lines), asks["unit"] or unit, counted=True)
    return None


def _tells(word: str, tag: str) -> bool:
    """Whether a word names something, and is not what the word cutter made of two."""
    return tag[0] in "njlsigze" and (rjieba.has_word(word) or tag in NAMES)


def kindred(sentence: str, noun: str) -> list[Span]:
    """The items of a row most of which are called alike, without what stands before the first.

    >>> told = "幼儿园可以收取保教费、住宿费和代收费。"
    >>> [told[start:end] for start, end in kindred(told, "费用")]
    ['保教费', '住宿费', '代收费']
    """
    if noun in members.PLACES:
        return list(dict.fromkeys(members.places(sentence, members.PLACES[noun])))
    heads = (noun, _KIND.sub("", noun)) if len(noun) > 1 else (noun,)
    if heads[-1] in _ANY or noun in items.OPEN_NOUNS or noun in CLASSES:
        return []
    for row in _ROW.finditer(sentence):
        cuts = [row.start(), *(at for cut in _AND.finditer(sentence, *row.span()) for at in cut.span()), row.end()]
        pieces = [(low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=True) if high > low]
        if len(pieces) < _FEWEST:
            continue
        pieces[0] = _begun(sentence, *pieces[0])
        last = _TAIL.sub("", sentence[slice(*pieces[-1])])
        pieces[-1] = (pieces[-1][0], pieces[-1][0] + len(last))
        called = [sentence[low:high].endswith(heads) for low, high in pieces]
        if sum(called) >= max(_FEWEST, _MOSTLY * len(called)) and called[0]:
            return [piece for piece in pieces if piece[1] > piece[0]]
    return []


def _begun(sentence: str, low: int, high: int) -> Span:
    """The first item without the words before it: 可以收取保教费 → 保教费."""
    start = at = low
    done = False
    for word, tag in rjieba.tag(sentence[low:high]):
        at += len(word)
        verb = not done and not _MODAL.fullmatch(word) and (tag == "v" or _HOLDS.fullmatch(word) is not None)
        done = done or verb
        if at < high and (verb or tag[0] in "ucpd" or _MODAL.fullmatch(word)):
            start = at
    return start, high
