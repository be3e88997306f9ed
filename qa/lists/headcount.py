"""How many took part, where no report says so but one names them: 有几位区领导参加 → 石伟东、孙金才、朱书阳, 3 of them.

In: a question for a number of people, and the sentences that were read for it. Out: a name a line, each proved by the
sentence that has them all; None where nothing of the kind is asked, where the report says another number, or names
nobody. They are those whom the report names: who else was there it does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked.asking import is_person, written
from qa.asked.question import Question
from qa.language.quantities import quantities
from qa.language.titles import name_end
from qa.lists import attendance
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked

_HOW_MANY = re.compile(
    r"(?:一共|总共|共)?有?(?:几|多少)(?:个|位|名)?(?P<who>(?:[^,，。?个位名]{0,4}?(?:领导|嘉宾|代表|干部|专家)|人员?))"
)
_NAMES = re.compile(r"[一-鿿]{2,}?(?:[、和与及][一-鿿]{2,3}(?=[、和与及]))*[、和与及][一-鿿]{2,3}")
_PEOPLE = frozenset(("", "个", "位", "名", "人"))


def find(question: Question, ranked: Sequence[Ranked]) -> Listing | None:
    """The people whom a report names as those who took part."""
    plain = written(question.text)
    match = _HOW_MANY.search(plain)
    if question.kind != "number" or question.unit not in _PEOPLE or not match:
        return None
    asked = plain[: match.start()] + f"哪些{match['who']}" + plain[match.end() :]
    told = attendance.find(replace(question, text=asked, kind="list", unit=""), ranked)
    if told is None:
        return None
    line = told.lines[0]
    sentence = line.article.text[line.start : line.end]
    spans = [(low, high) for low, high in _row(sentence) if sentence[low:high] not in question.text]
    said = {each.value for each in quantities(normalise(sentence)) if each.unit == "人" and not each.ordinal}
    if not spans or said - {len(spans)}:
        return None
    names = [Statement(sentence[low:high], line.article, line.start, line.end) for low, high in spans]
    return Listing(names, len(names), "位", counted=True, said="报道点名的")


def _row(sentence: str) -> list[tuple[int, int]]:
    """The names of the one row of people in a sentence; none where there are several rows, or what may be no name.

    >>> [slice(*each) for each in _row("区领导恽淇丞、赵钢、朱慧峰参加活动。")]
    [slice(3, 6, None), slice(7, 9, None), slice(10, 13, None)]
    >>> _row("镇长王小明、区文化局局长李明参加。")
    []
    """
    rows = list(_NAMES.finditer(sentence))
    if len(rows) != 1:
        return []
    pieces = list(re.finditer(r"[^、和与及]+", sentence[: rows[0].end()][rows[0].start() :]))
    first, *rest = [(each.start() + rows[0].start(), each.end() + rows[0].start()) for each in pieces]
    start = next((first[1] - size for size in (3, 2) if is_person(sentence[first[1] - size : first[1]])), first[1])
    last = (rest[-1][0], name_end(sentence, rest[-1][0]))
    spans = [(start, first[1]), *rest[:-1], last]
    return spans if all(high > low and is_person(sentence[low:high]) for low, high in spans) else []
