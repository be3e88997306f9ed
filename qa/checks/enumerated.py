"""Is something added to a list that the cited words give? 甲、乙和丁 for 甲、乙和丙.

In: the reading of a sentence, and what it cites. Out: the places of items that are not cited, beside items that are.
Where the others stand word for word, a word of like meaning is no paraphrase, but another item. Knows nothing about
what is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.checks.cited import Cited, scattered, shortened, stands
from qa.checks.claims import Reading, Span
from qa.checks.paraphrase import said_otherwise
from qa.language.tokens import FUNCTION, SAYING, Token, weight

_MOST = 0.5  # share of an item's words that must be cited
_TELLING = 0.5  # weight from which what is not cited is another item
_ITEM = "njbszaegvt"  # parts of speech that an item is made of


def added(said: Reading, cited: Cited) -> Iterator[Span]:
    """The items that no cited word bears out, of lists some of whose items stand there literally."""
    for items in _lists(said):
        held = [_held(said, item, cited, strictly=at > 0 and len(items) > 2) for at, item in enumerate(items)]
        if any(held):
            yield from ((item[0].start, item[-1].end) for item, there in zip(items, held, strict=True) if not there)


def _lists(said: Reading) -> Iterator[list[list[Token]]]:
    """Each list of a sentence as the words of its items."""
    tokens = said.tokens
    marks = [at for at, token in enumerate(tokens) if token.text in ("、", "和", "与", "及", "以及")]
    marks = [at for at in marks if not said.quoting(tokens[at].start)]
    group: list[list[Token]] = []
    end = -1
    for at in marks:
        before, after = _back(tokens, at), _ahead(tokens, at)
        if not before or not after:
            continue
        if group and before[0].start <= end:
            group.append(after)
        else:
            if len(group) > 1:
                yield group
            group = [before, after]
        end = after[-1].end
    if len(group) > 1:
        yield group


def _back(tokens: Sequence[Token], at: int) -> list[Token]:
    """The words of the item that ends before a mark."""
    first = at
    while first and tokens[first - 1].tag[0] in _ITEM and tokens[first - 1].tag != "v":
        first -= 1
    item = list(tokens[first:at])
    return item[-1:] if item and len(item[-1].text) > 1 else item  # what stands before may belong to the sentence


def _ahead(tokens: Sequence[Token], at: int) -> list[Token]:
    """The words of the item that begins after a mark."""
    last = at + 1
    if last + 1 < len(tokens) and tokens[last].tag == "v" and tokens[last + 1].tag[0] in "nj":
        last += 1  # 启明创投
    while last < len(tokens) and tokens[last].tag[0] in _ITEM and tokens[last].tag != "v":
        last += 1
    return list(tokens[at + 1 : last])


def _held(said: Reading, item: Sequence[Token], cited: Cited, strictly: bool) -> bool:
    """Whether an item is cited, most of its words literally; `strictly`: a common word is not let off."""
    words = [word for word in item if word.text not in SAYING | FUNCTION]
    name = said.text[item[0].start : item[-1].end]
    if not words or len(name) < 2 or cited.has(name) or (len(name) < 5 and scattered(name, cited.whole.text)):
        return True
    met = [
        stands(said, word, cited)
        or said_otherwise(word.text, cited.whole.text)
        or (
            len(word.text) > 1
            and (
                scattered(word.text, cited.whole.text)
                or shortened(word.text, cited)
                or not cited.roots.isdisjoint(word.text)
            )
        )
        for word in words
    ]
    missing = sum(
        weight(word.text) if len(word.text) > 1 else 1 for word, there in zip(words, met, strict=True) if not there
    )
    return (missing < _TELLING and (any(met) or not strictly)) or sum(met) > _MOST * len(met)
