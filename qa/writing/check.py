"""The sentences of a draft → the answer as it grows: each with what bears it out, or left out.

The model is not asked where it has a sentence from: it is laid beside those of the excerpts that share most with it,
alone and with their neighbours, until `qa.verify` finds it borne out. Markers are set here, and quotes are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from embeddings.records import Article
from embeddings.words import bigrams
from qa.reader import Reads
from qa.records import Answer, Citation, Written
from qa.verify import Verdict, verify
from qa.writing.draft import clean, declines
from qa.writing.prompt import Excerpt

_TRIES = 3  # places where a sentence may come from
_SAME = 0.9  # share of its terms from which a sentence repeats another
_ROUND = 3  # repetitions in a row after which a model goes round in circles
_RANK = {"supported": 2, "partial": 1, "unsupported": 0}

Place = tuple[Article, int, int]  # article.text[start:end]


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of the draft, what its check said, and the words that were found for it."""

    text: str
    verdict: Verdict
    place: Place | None = None


class Page:
    """The answer that is being written; `empty` is what it begins as, `mark` whether unsupported sentences are shown.

    `declined`: the draft begins by saying that the articles do not answer; the reader, who is more often right, stays.
    """

    def __init__(self, empty: Answer, excerpts: Sequence[Excerpt], reader: Reads, mark: bool) -> None:
        self.answer, self.declined = empty, False
        self._reader, self._mark = reader, mark
        self._places = [(each.article, *span) for each in excerpts for span in each.spans]
        self._places += [  # two sentences with nothing between them: what was not shown must prove nothing
            (each.article, one[0], other[1])
            for each in excerpts
            for one, other in pairwise(each.spans)
            if not each.article.text[one[1] : other[0]].strip()
        ]
        self._said: list[set[str]] = []  # the terms of the sentences that were borne out
        self._waiting: list[Checked] = []  # to be marked, once something is borne out
        self._repeated = 0

    @property
    def finished(self) -> bool:
        """Whether more of the draft would be of no use."""
        return self.declined or self._repeated == _ROUND

    def add(self, raw: str) -> bool:
        """Check the next sentence of the draft; whether the answer has grown."""
        if not (text := clean(raw)):
            return False
        terms = set(bigrams(text))
        repeats = any(len(terms & other) >= _SAME * len(terms) for other in self._said)
        self._repeated = self._repeated + 1 if repeats else 0
        if repeats:
            return False
        if declines(text):  # nothing that stands in an article can bear this out
            self.declined = not self.answer.sentences
            self.answer = replace(self.answer, dropped=self.answer.dropped + 1)
            return False
        checked = self.check(text)
        supported = checked.verdict.support == "supported"
        if supported:
            self._said.append(terms)
        if supported or (self._mark and self.answer.sentences):
            for each in (*self._waiting, checked):
                self._show(each)
            self._waiting = []
        elif self._mark:
            self._waiting.append(checked)
        else:
            self.answer = replace(self.answer, dropped=self.answer.dropped + 1)
        return supported or (self._mark and bool(self.answer.sentences))

    def check(self, sentence: str) -> Checked:
        """What bears a sentence out best, of the places that share most with it; of two like ones the shorter."""
        terms, best = set(bigrams(sentence)), Checked(sentence, Verdict("unsupported", entailed=0.0))

        def unlike(place: Place) -> float:
            article, start, end = place
            return (end - start) / 1e4 - len(terms & set(bigrams(article.text[start:end]))) / max(1, len(terms))

        for article, start, end in sorted(self._places, key=unlike)[:_TRIES]:
            above = f"{article.title} {article.kicker} {'、'.join(article.reporters)}"
            verdict = verify(sentence, [article.text[start:end]], self._reader, above, article.date)
            if _RANK[verdict.support] > _RANK[best.verdict.support]:
                best = Checked(sentence, verdict, (article, start, end))
            if verdict.support == "supported":
                break
        return best

    def _show(self, checked: Checked) -> None:
        """Put a sentence on the page, with its citation behind it, the same number wherever the same is cited."""
        answer, verdict = self.answer, checked.verdict
        cited = {(each.article.id, each.start, each.end): each for each in answer.citations}
        numbers: tuple[int, ...] = ()
        if checked.place:
            article, start, end = checked.place
            fresh = Citation(len(cited) + 1, article, start, end)
            numbers = (cited.setdefault((article.id, start, end), fresh).number,)
        text = checked.text if verdict.support == "supported" else f"{checked.text}〔{verdict.label}〕"
        self.answer = replace(
            answer,
            text=answer.text + text + "".join(f"[{number}]" for number in numbers),
            citations=tuple(cited.values()),
            sentences=(*answer.sentences, Written(text, verdict.support, numbers)),
        )
