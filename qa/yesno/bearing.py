"""Do the cited words say a statement in one breath? Near each other, of the same one, as a fact and not as a rumour.

In: the readings of a statement and of what is cited for it, which has all its words. Out: yes or no. Words that merely
stand somewhere in a long sentence bear nothing out. Knows nothing about figures and names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from qa.checks.claims import Reading, Span
from qa.language.tokens import Token
from qa.yesno.happened import places
from qa.yesno.incumbents import FORMER

_HEDGES = re.compile(
    r"不[得可许准宜应必]|严禁|禁止|无法|避免|防止|杜绝|谨防|如果|若(?!干)|一旦|假如|倘若|除非|是否|能否|会否|不[能会再是]|否认"
)
_RUMOUR = re.compile(r"传闻|谣言|网传|传言|不实|辟谣|据传|谣传")
_COPULA = re.compile(r"[是系即]|属于|作为|为(?!了)|成为|列[为入]|任|——|叫")


def together(said: Reading, cited: Reading, verb: str) -> bool:
    """Whether the words of the statement stand near each other; what it begins with may stand farther ahead."""
    words = [word for word in said.words if len(word.text) > 1 and word.text in cited.text]
    names = takewhile(lambda word: word.text != verb and (word.tag[0] in "nsjbgz" or word.tag == "vn"), words[:-1])
    subject = list(names)
    rest = words[len(subject) :]
    whole, predicate = _narrowest(words, cited.text), _narrowest(rest, cited.text)
    if whole[1] - whole[0] <= 2 * len(said.text) + 10:
        return True
    own = len(said.text) - sum(len(word.text) for word in subject)
    ahead = all(word.text in cited.text[: predicate[0] + 1] for word in subject)
    return bool(subject and rest) and ahead and predicate[1] - predicate[0] <= 2 * own + 6


def identified(said: Reading, cited: Reading) -> bool:
    """Whether, of a statement that one is another (特朗普是总统), the cited words say so, too, or name both at once."""
    at = said.text.find("是")
    if at < 0 or any(each.start > at for each in said.figured):
        return True
    one, other = ([word for word in said.words if (word.end <= at) == left] for left in (True, False))
    for low, high in cited.sentences:
        sentence = cited.text[low:high]
        ends = [(_narrowest([w for w in words if w.text in sentence], sentence)) for words in (one, other)]
        if not all(end > start for start, end in ends):
            continue
        (first, end), (start, last) = sorted(ends)
        between = sentence[end:start]
        joined = len(between) < 3 or (_COPULA.search(between) and not re.search("[,:]", between))
        if joined and not FORMER.search(sentence[first:last]):
            return True
    return False


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
