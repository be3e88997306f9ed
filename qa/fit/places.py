"""Whether words name a place: the cutter takes 武进 for a person, 深度 for a place, and finds 市 in 市场.

In: a word as the cutter tags it, or a sentence and a stretch of it. Out: yes or no. Knows nothing about questions.
"""

from __future__ import annotations

import re
from itertools import accumulate

import rjieba

from qa.language.company import is_place, never_person
from qa.language.tokens import PERSON_TAGS, known

_AT = re.compile(r"(?:位于|坐落|落户|选址|地处|来到|走进|前往|[在于到])[“\"]?$")
_SPOTS = frozenset(
    ("社区", "街道", "园区", "产业园", "科技园", "大厦", "广场", "学校", "大学", "医院", "机场", "车站", "大道",
     "镇", "村", "路", "街", "岛", "山")
)  # fmt: skip


def names_place(word: str, tag: str) -> bool:
    """Whether a word names a place.

    >>> names_place("武进", "nr"), names_place("深度", "ns")
    (True, False)
    """
    return len(word) > 1 and ((tag == "ns" and is_place(word)) or (tag in PERSON_TAGS and never_person(word)))


def names_any(sentence: str, known_already: str) -> bool:
    """Whether a sentence has the name of a place, or a word that is in no dictionary and may be one: 尼亚美."""
    return any(
        names_place(word, tag) or (len(word) > 2 and not known(word) and tag[0] == "n")
        for word, tag in rjieba.tag(sentence)
        if word not in known_already
    )


def tells_place(sentence: str, span: tuple[int, int]) -> bool:
    """Whether a stretch of a sentence names a place, or stands where one does."""
    words = rjieba.tag(sentence)
    ends = list(accumulate(len(word) for word, _ in words))
    if span[1] not in ends:
        return False
    inside = [each for each, end in zip(words, ends, strict=True) if span[0] < end <= span[1]]
    named = any(names_place(word, tag) or (len(word) > 1 and not known(word)) for word, tag in inside)
    return named or inside[-1][0] in _SPOTS or _AT.search(sentence[: span[0]]) is not None
