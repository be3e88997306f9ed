"""A sentence of a draft → the sentences of one article that bear it out, or nothing.

In: the articles that the model was shown, and sentences in the order of the draft. Out: a `Checked` for each. The model
is not asked where it has a sentence from: every sentence is laid beside those of the articles that share most with it,
alone, then two and three of an article together, until `qa.verify` finds it borne out. Knows nothing about models.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.records import Article
from embeddings.words import bigrams, normalise
from embeddings.words import words as words_of
from qa.asked.question import Question
from qa.checks.claims import read
from qa.language.dates import printed
from qa.ranking.evidence import PROPER, Evidence, lean
from qa.records import Support
from qa.verify import Verdict, verify
from qa.writing.orders import plain_sentences

Span = tuple[int, int]
_STARTS = 3  # sentences of the articles that an alignment may start from
_TOGETHER = 3  # sentences of an article that may bear out one of the draft together
_WORTH = 0.9  # share of the best score below which no alignment starts: what fails its source must not pass elsewhere
_NEAR = 0.3  # what a term counts that stands over the article, or elsewhere in it
_SAME = 0.9  # share of its terms from which a sentence repeats another
_REFERS = re.compile(r"[“\"]?(该|其(?!他)|此(?!次|外)|这|它|他|她|前者|后者|上述)")
_ATTRIBUTED = re.compile(
    r"((?:说|表示|指出|介绍|认为|强调|要求|透露|希望|提出|称|道)[^\n]?)\n"
)  # who says goes with what
_RANK: dict[Support, int] = {"supported": 2, "partial": 1, "unsupported": 0}


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of the draft, and what bears it out, if anything: spans of the text of `article`."""

    text: str
    verdict: Verdict
    article: Article | None = None
    spans: tuple[Span, ...] = ()

    @property
    def borne_out(self) -> bool:
        return self.verdict.support == "supported"

    def shown(self) -> str:
        """The sentence, with the day that 昨天 or 明年2月 was in 〔〕."""
        issued = self.article.date if self.article and self.borne_out else None
        reading, text = read(self.text, issued), self.text
        for moment in reversed(reading.moments if issued else []):
            _, end = reading.span(moment.start, moment.end)
            if day := printed(moment.text, issued):
                text = f"{text[:end]}〔{day}〕{text[end:]}"
        return text


class Checker:
    """Checks the sentences of one draft, in order."""

    def __init__(self, question: Question, evidence: Sequence[Evidence]) -> None:
        """`evidence` are the articles that the draft may rest on, as seen from the question."""
        self._ground = _Ground(evidence)
        self._asked = _names_asked(question, evidence)
        self._last: Checked | None = None  # the sentence before
        self._kept: list[Checked] = []  # those that were borne out

    def check(self, sentence: str) -> Checked:
        """Find what bears a sentence out.

        Whose investment 总投资10亿元 or 它 is about, the sentence before it tells; where there is none, the question.
        """
        refers = _REFERS.match(sentence)
        if refers and self._last and not self._last.borne_out:
            checked = Checked(sentence, Verdict("unsupported"))
        elif not refers and _named(sentence):
            checked = self._aligned(sentence, sentence, None)
        elif self._kept:
            checked = self._aligned(sentence, sentence, self._kept[-1].article)
        else:
            checked = self._aligned(sentence, self._asked + (sentence[refers.end() :] if refers else sentence), None)
        self._last = checked
        if checked.borne_out:
            self._kept.append(checked)
        return checked

    def repeats(self, sentence: str) -> bool:
        """Whether a sentence says what one before it said."""
        terms = set(_terms(sentence))
        return any(len(terms & set(_terms(other.text))) >= _SAME * len(terms) for other in self._kept)

    def _aligned(self, sentence: str, meant: str, within: Article | None) -> Checked:
        """The best that can be found for a sentence; `meant` is what it says with its subject."""
        best = Checked(sentence, Verdict("unsupported", coverage=0.0))
        for found in self._ground.candidates(meant, within):
            quotes = [found.article.text[start:end] for start, end in found.spans]
            verdict = verify(meant, quotes, above(found.article), found.article.date)
            if verdict.support == "supported" and not _of_one_piece(meant, found, quotes):
                verdict = Verdict("partial", coverage=verdict.coverage)
            if _RANK[verdict.support] > _RANK[best.verdict.support]:
                best = Checked(sentence, verdict, found.article, found.spans)
            if best.borne_out:
                break
        return best


def above(article: Article) -> str:
    """What stands over an article, as `verify` wants it."""
    return f"{article.title} {article.kicker} {'、'.join(article.reporters)}"


def _names_asked(question: Question, evidence: Sequence[Evidence]) -> str:
    """The names of the question that some article holds, to stand before a sentence that names nothing: 龙城芯谷."""
    named = ""
    for at, (word, _) in enumerate(question.words):
        known = (
            seen.proper[at] and max(seen.covered[:, at].max(initial=0), seen.headline[at]) == 1 for seen in evidence
        )
        if any(known):
            named += word if not named or named + word in normalise(question.text) else f"、{word}"
    return named


def _named(sentence: str) -> bool:
    """Whether a sentence names what it is about."""
    reading = read(sentence)
    proper = any(token.tag in PROPER and len(token.text) > 1 for token in reading.tokens)
    return bool(proper or reading.people or reading.things or reading.quotations)


def _of_one_piece(sentence: str, found: _Found, quotes: Sequence[str]) -> bool:
    """Whether every clause stands in one of the quotes, and every figure with what it measures in one of their parts:
    nothing is said of a thing that stands elsewhere of another.
    """
    reading = read(sentence)
    clauses = "\n".join(sentence[slice(*reading.span(*clause))] for clause in reading.clauses)

    def stands(clause: str) -> bool:
        measured = any(not number.ordinal for number in read(clause).quantities)
        places = found.parts if measured else quotes
        return any(
            verify(clause, [place], above(found.article), found.article.date).support == "supported" for place in places
        )

    return len(found.parts) == 1 or all(map(stands, _ATTRIBUTED.sub(r"\1", clauses).split("\n")))


def _terms(text: str) -> list[str]:
    """Words and pairs of characters, figures among them."""
    return list(dict.fromkeys([*words_of(text), *bigrams(text)]))


@dataclass(frozen=True, slots=True)
class _Found:
    """Sentences of an article that may bear out one of the draft: what is cited of it, and the parts of that which can
    stand alone: each sentence, with the one before it where it names nothing itself.
    """

    article: Article
    spans: tuple[Span, ...]
    parts: tuple[str, ...]


class _Ground:
    """The sentences of the articles, each with the one that it leans on, to be found by the terms they share."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._articles = [seen.article for seen in evidence]
        self._spans: list[Span] = []
        self._about: list[set[str]] = []  # the terms of each article
        self._places: list[int] = []  # of each among the sentences of its article
        owners, postings = [], defaultdict(list)
        for owner, seen in enumerate(evidence):
            self._about.append(set(_terms(f"{seen.article.headline} {seen.article.kicker}")))
            for at in plain_sentences(seen.article, seen.spans):
                span = lean(seen.spans, seen.article.text, at)
                terms = _terms(seen.article.text[slice(*span)])
                self._about[-1].update(terms)
                for term in terms:
                    postings[term].append(len(self._spans))
                self._spans.append(span)
                self._places.append(at)
                owners.append(owner)
        self._owners = np.array(owners, dtype=np.intp)
        self._postings = {term: np.array(places) for term, places in postings.items()}

    def candidates(self, sentence: str, within: Article | None) -> Iterator[_Found]:
        """Where a sentence may come from, likeliest first: one sentence, then two, then three of an article."""
        terms = _terms(sentence)
        if not self._spans or not terms:
            return
        met, weights = self._met(terms)
        near = np.array([[term in about for term in terms] for about in self._about])
        scores = np.maximum(met, _NEAR * near[self._owners]) @ weights
        if within is not None:
            scores[[self._articles[owner].id != within.id for owner in self._owners]] = 0
        order = np.argsort(-scores, kind="stable")[:_STARTS]
        sets = [frozenset([int(at)]) for at in order if scores[at] > 0 and scores[at] >= _WORTH * scores[order[0]]]
        for _ in range(_TOGETHER):
            for chosen in dict.fromkeys(sets):
                yield self._found(sorted(chosen))
            sets = [grown for chosen in sets if (grown := self._grown(chosen, met, weights)) != chosen]

    def _met(self, terms: list[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Which sentence holds which term, (sentences, terms), and how much each term tells: the rarer, the more."""
        met = np.zeros((len(self._spans), len(terms)))
        for column, term in enumerate(terms):
            if term in self._postings:
                met[self._postings[term], column] = 1
        return met, np.log1p(len(met) / (1 + met.sum(axis=0)))

    def _grown(
        self, chosen: frozenset[int], met: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
    ) -> frozenset[int]:
        """The sentences with the one of the same article that adds most to them; the same ones if none adds a term."""
        lacking = (1 - met[list(chosen)].max(axis=0)) * weights
        gains = np.where(self._owners == self._owners[min(chosen)], met @ lacking, 0)
        best = int(np.argmax(gains))
        return chosen | {best} if gains[best] > 0 else chosen

    def _found(self, chosen: list[int]) -> _Found:
        article = self._articles[self._owners[chosen[0]]]
        spans: list[Span] = []
        parts: list[str] = []
        last = -2
        for at in chosen:
            start, end = self._spans[at]
            part = article.text[start:end]
            if self._places[at] == last + 1 or (spans and start < spans[-1][1]):
                if not _named(part):
                    part = parts.pop() + part
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
            parts.append(part)
            last = self._places[at]
        return _Found(article, tuple(spans), tuple(parts))
