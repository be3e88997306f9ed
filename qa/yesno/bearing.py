"""Do the cited words say a statement as a fact, and not as a rumour? Do they say that one is the other?

In: the readings of a statement and of what is cited for it, which has all its words. Out: yes or no. Knows nothing
about figures and names, nor which clause decides (qa/yesno/carried.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.checks.claims import Reading, Span
from qa.language.tokens import Token
from qa.yesno.happened import places
from qa.yesno.incumbents import FORMER

_HEDGES = re.compile(
    r"不[得可许准宜应必]|严禁|禁止|无法|避免|防止|杜绝|谨防|如果|若(?!干)|一旦|假如|倘若|除非|是否|能否|会否|不[能会再是]|否认"
)
_RUMOUR = re.compile(r"传闻|谣言|网传|传言|不实|辟谣|据传|谣传")
_COPULA = re.compile(r"[是系即]|属于|作为|为(?!了)|成为|列[为入]|任|——|叫")


def identified(one: Sequence[Token], other: Sequence[Token], clause: str) -> bool:
    """Whether a clause says that one is another (特朗普是总统), or names both at once; without `one`, of the other."""
    ends = [_narrowest([word for word in words if word.text in clause], clause) for words in (one, other)]
    if not one:
        return _COPULA.search(clause[: ends[1][0]]) is not None
    if not all(end > start for start, end in ends):
        return False
    (first, end), (start, last) = sorted(ends)
    between = clause[end:start]
    joined = len(between) < 3 or (_COPULA.search(between) and not re.search("[,:]", between))
    return bool(joined) and not FORMER.search(clause[first:last])


def hedged(said: Reading, cited: Reading) -> bool:
    """Whether a doing of the statement is forbidden, only supposed, or rumoured wherever the cited words have it."""
    doings = [word.text for word in said.words if word.tag[0] == "v" and len(word.text) > 1]
    for doing in doings:
        clauses = [(cited.clause(at)[0], at) for at in places(doing, cited.text)]
        if clauses and all(_HEDGES.search(cited.text[start:at]) for start, at in clauses):
            return True
    return _RUMOUR.search(cited.text) is not None and not _RUMOUR.search(said.text)


def _narrowest(words: Sequence[Token], text: str) -> Span:
    """The shortest stretch of a text that has all of some words; (0, 0) where there are none."""
    wanted = {word.text for word in words}
    found = sorted((at, at + len(word), word) for word in wanted for at in places(word, text))
    best = (0, len(text)) if wanted else (0, 0)
    for number, (start, _, _) in enumerate(found):
        seen, end = set(), start
        for _, to, word in found[number:]:
            seen.add(word)
            end = max(end, to)
            if seen == wanted:
                best = min(best, (start, end), key=lambda span: span[1] - span[0])
                break
    return best
