"""How well an answer is cited: precision and recall per sentence, after ALCE (Gao et al. 2023).

In: an `Answer`. Out: the share of its sentences that their citations support, and of its citation marks that are of
use. The paper's own words are supported if they stand in the quote; other sentences are decided by `qa.verify`. Knows
nothing about whether the answer is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from embeddings.chunks import sentence_spans
from embeddings.words import normalise
from qa.answers.compose import naming
from qa.answers.differences import borne_out
from qa.asked.parts import separate
from qa.language.dates import printed
from qa.language.quantities import quantities
from qa.lists.listing import UNITS
from qa.records import Answer, Citation
from qa.yesno.yesno import borne_out as decided

_LONGEST_DAY = 12  # characters of 明年上半年 and the like
_MARKS = re.compile(r"(?:\[\d+\]\s*)+")
_HEAD = re.compile(rf"[^。]*共(\d+)[{UNITS}](?:，列出前(\d+)[{UNITS}])?(；[^。]*)?：")
_DAY = re.compile(r"([^，。]*)〔([^〕]*)〕")  # 昨天〔2024年3月2日〕: which day the paper's word meant
_LISTED = re.compile(r"^\s*(?:\d+[.、)]|[-•·])\s*")  # the number or bullet of a line of a list


@dataclass(frozen=True, slots=True)
class Cited:
    """Counts over one answer."""

    sentences: int
    supported: int
    marks: int
    useful: int

    @property
    def recall(self) -> float:
        """The share of sentences that are supported by what they cite."""
        return self.supported / self.sentences if self.sentences else 0.0

    @property
    def precision(self) -> float:
        """The share of citations that support a sentence, or are needed for one."""
        return self.useful / self.marks if self.marks else 0.0


def measure(answer: Answer) -> Cited:
    """Count the sentences and marks of an answer, part by part where several things were asked."""
    counted = [_measure(part) for part in separate(answer)]
    return Cited(*(sum(counts) for counts in zip(*map(astuple, counted), strict=True)))


def _measure(answer: Answer) -> Cited:
    """Count the sentences and marks of an answer to one question.

    A mark speaks for all that stands between it and the mark before; what follows the last mark is not supported. A
    citation that no mark names, or a mark without a citation, counts as a useless mark. A head that counts the lines of
    a list (共3篇：) is supported by there being as many, 是 or 不是 by the cited words deciding the question so.
    """
    first, _, rest = answer.text.partition("\n")
    if (true := decided(first, answer.question_as_understood, answer.citations)) is not None:
        below = astuple(_measure(replace(answer, text=rest)))
        return Cited(below[0] + 1, below[1] + true, *below[2:])
    known = {citation.number: citation for citation in answer.citations}
    sentences = supported = marks = useful = 0
    named: set[int] = set()
    head, body = _headed(answer.text)
    if isinstance(head, str):
        sentences, supported = 1, int(borne_out(head, answer.citations) is True)
    elif head:
        lines, counted = sum(bool(numbers) for _, numbers in units(body)), int(head.group(2) or head.group(1))
        sentences, supported = 1, int(lines > counted if head.group(3) else lines == counted)
    for text, numbers in units(body):
        cited = [known[number] for number in numbers if number in known]
        parts = _sentences(text)
        held = [supports(part, cited) or supports(text, cited) for part in parts]
        sentences, supported, marks = sentences + len(parts), supported + sum(held), marks + len(numbers)
        tells = [_needed(text, parts, each, cited) or (head and _same_figure(text, each)) for each in cited]
        useful += sum(any(held) and bool(tell) for tell in tells)
        named.update(numbers)
    return Cited(sentences, supported, marks + len(known.keys() - named), useful)


def _headed(text: str) -> tuple[re.Match[str] | str | None, str]:
    """The head of a list, or the line that points out a difference, and what stands under it; None where neither is."""
    first, _, rest = text.partition("\n")
    if borne_out(first, ()) is not None:
        return first, rest
    head = _HEAD.fullmatch(first)
    return head, rest if head else text


def units(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """A text cut after its groups of marks.

    >>> units("甲。乙。[1][2]丙。")
    [('甲。乙。', (1, 2)), ('丙。', ())]
    """
    found, at = [], 0
    for match in _MARKS.finditer(text):
        found.append((text[at : match.start()], tuple(int(number) for number in re.findall(r"\d+", match.group()))))
        at = match.end()
    found.append((text[at:], ()))
    return [(piece, numbers) for piece, numbers in found if numbers or any(map(str.isalnum, piece))]


def supports(sentence: str, citations: Sequence[Citation]) -> bool:
    """Whether the quotes say what the sentence says; a line that names a cited article is proved by the article."""
    for citation in citations:
        said = _bare(_LISTED.sub("", _without_days(sentence, citation))).removeprefix(
            _bare(f"《{citation.headline}》：")
        )
        if said in _bare(citation.quote) or said == _bare(naming(citation.article).text):
            return True
    return bool(citations) and _verified(sentence, citations)


def _without_days(sentence: str, citation: Citation) -> str:
    """The sentence without the days that were added to it, if they follow from the day of the issue."""

    def shorn(match: re.Match[str]) -> str:
        before = match.group(1)
        tails = (before.replace("*", "")[-length:] for length in range(1, _LONGEST_DAY))
        told = any(printed(tail, citation.date) == match.group(2) for tail in tails)
        return before if told else match.group()

    return _DAY.sub(shorn, sentence)


def _verified(sentence: str, citations: Sequence[Citation]) -> bool:
    """Whether the quotes, under their headlines, bear out a sentence that is not the paper's own."""
    from qa.verify import verify  # written answers alone need it

    above = [f"{citation.headline} {'、'.join(citation.reporters)}" for citation in citations]
    issued = {citation.date for citation in citations}
    quotes = [citation.quote for citation in citations]
    date = issued.pop() if len(issued) == 1 else None
    return verify(sentence, quotes, context="\n".join(above), issued=date).support == "supported"


def _needed(text: str, parts: Sequence[str], citation: Citation, cited: Sequence[Citation]) -> bool:
    """Whether a citation alone supports something of the text, or something is not supported without it."""
    others = [other for other in cited if other is not citation]
    pieces = (*parts, text)
    return any(
        supports(piece, [citation]) or (supports(piece, cited) and not supports(piece, others)) for piece in pieces
    )


def _same_figure(text: str, citation: Citation) -> bool:
    """Whether a further source of a line of a list tells a figure of it again."""
    ours, theirs = (
        {(each.value, each.unit) for each in quantities(normalise(said)) if each.unit}
        for said in (text.replace("*", ""), citation.quote)
    )
    return bool(ours & theirs)


def _sentences(text: str) -> list[str]:
    """The sentences of a text, those without a letter or figure left out."""
    return [part for start, end in sentence_spans(text) if any(map(str.isalnum, part := text[start:end]))]


def _bare(text: str) -> str:
    """A text without white space, width and bold marks."""
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", text))
