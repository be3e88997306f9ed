"""Ranked sentences → the text of an answer, each sentence with the citation that proves it.

In: sentences with scores, or articles for a list. Out: `Statement`s, and from them an `Answer`. Every statement is the
paper's own words, or names an article by what stands over it. Knows nothing about how sentences were chosen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.answers import borders, offices, spans
from qa.asked.question import Question
from qa.fit.concerning import concerning
from qa.fit.nearest import nearest, why
from qa.language.dates import printed
from qa.ranking.evidence import lean
from qa.ranking.ranker import Ranked
from qa.ranking.reprints import originals
from qa.records import Citation

Composed = tuple[list[str], list[Citation]]
REFUSAL = "现有报道没有回答这个问题。"
_SEVERAL = 6  # sentences that may answer a question for several things
_READ = 12  # sentences of which one may decide a question that is answered by yes or no
_LONGEST = 600  # characters that a series may have
_ITEM = re.compile(
    r"[“\"]?(?:第[一二三四五六七八九十]+|[一二三四五六七八九十]+(?:是|要|、)|其[一二三四五六七八九十]|首先|其次|再次|[①-⑩]|[(（]?\d{1,2}[、.．)）](?!\d))"
)
_OF_THESE = re.compile(r"[“\"]?(?:其中|两者|两地|双方|三方|上述)")  # whose subject stands in the sentence before
_ENOUGH = 0.95  # sentences are added until one of them answers with this probability


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of an answer and its proof: `article.text[start:end]`; `also` are those that tell the same."""

    text: str
    article: Article
    start: int
    end: int
    also: tuple[Statement, ...] = ()


class Mark(NamedTuple):
    """Words of an article that are marked: in bold, and with which day they meant."""

    start: int
    end: int
    note: str = ""
    bold: bool = True


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Sentences of an article that stand together, with their marks in offsets of the article."""

    article: Article
    start: int
    end: int
    marks: frozenset[Mark]

    def joined(self, other: _Stretch) -> _Stretch:
        start, end = min(self.start, other.start), max(self.end, other.end)
        return _Stretch(self.article, start, end, self.marks | other.marks)

    def touches(self, other: _Stretch) -> bool:
        return self.article.id == other.article.id and self.start < other.end and other.start < self.end

    def statement(self) -> Statement:
        return quoted(self.article, self.start, self.end, self.marks)


def quoted(article: Article, start: int, end: int, marks: Collection[Mark] = ()) -> Statement:
    """Words of an article as they are shown: the answering ones in bold, and in 〔〕 which day 昨天 was."""
    shown, at = "", start
    for mark in sorted(_whole(article.text, start, end, marks), key=lambda mark: mark.start):
        if mark.start >= at:
            words = article.text[mark.start : mark.end]
            shown += article.text[at : mark.start] + (f"**{words}**" if mark.bold else words)
            shown += f"〔{mark.note}〕" if mark.note else ""
            at = mark.end
    return Statement(shown + article.text[at:end], article, start, end)


def _whole(text: str, start: int, end: int, marks: Collection[Mark]) -> list[Mark]:
    """The marks, those in bold without cutting a word, and all of the people of a row where several are marked."""
    notes = {(mark.start, mark.end): mark.note for mark in marks if mark.bold}
    bold = {borders.whole(text, span): note for span, note in notes.items()}
    row = {span: bold.get(span, "") for span in borders.row(text, list(bold))}
    plain = [mark for mark in marks if not mark.bold]
    return plain + [Mark(*span, note) for span, note in row.items() if start <= span[0] and span[1] <= end]


def from_sentences(ranked: Sequence[Ranked], question: Question, most: int) -> list[Statement]:
    """The fewest best sentences that hold the answer with some certainty, at most `most`; reprints say nothing twice.

    A question for several things gets besides every sentence of the best article that covers as much as its best, and
    of a series (第一…第二…) the whole.
    """
    ranked = _deciding(_once(ranked)) if question.kind == "yesno" else _once(ranked)
    ranked = offices.telling(ranked, question) or ranked
    scores = np.array([sentence.score for sentence in ranked])
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    wanted = list(ranked[: min(most, int(np.searchsorted(chances.cumsum(), _ENOUGH)) + 1)])
    if question.kind == "definition":
        wanted = _defining(wanted)
    if question.kind == "list" and len(several := _alike(ranked)) <= _SEVERAL:
        wanted += several
    wanted = concerning(wanted, question)
    marked = spans.answering(wanted[:most], question)
    chosen: list[_Stretch] = []
    for sentence in wanted:
        stretch = _stretch(sentence, question, marked)
        near = [other for other in chosen if other.touches(stretch)]
        for other in near:  # a sentence that leans on one already chosen joins it
            stretch = other.joined(stretch)
        place = chosen.index(near[0]) if near else len(chosen)
        chosen = [other for other in chosen if other not in near]
        chosen.insert(place, stretch)
    return [stretch.statement() for stretch in chosen]


def _once(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences without those of articles that print another again.

    Of the versions of a text the one is kept that has its best sentence, or an earlier one that has it, too.
    """
    standing = originals(
        list({sentence.evidence.article.id: sentence.evidence.article for sentence in ranked}.values())
    )
    kept: dict[str, str] = {}
    for sentence in ranked:
        seen = sentence.evidence
        first = standing[seen.article.id]
        earlier = first.date is not None and seen.article.date is not None and first.date < seen.article.date
        earlier = earlier and seen.article.text[slice(*seen.spans[sentence.sentence])] in first.text
        kept.setdefault(first.id, (first if earlier else seen.article).id)
    return [one for one in ranked if kept[standing[one.evidence.article.id].id] == one.evidence.article.id]


def _deciding(ranked: list[Ranked]) -> list[Ranked]:
    """The sentences among the best that name what is asked to be so (封顶了吗) and most of the rest, where one does."""
    found: list[tuple[float, Ranked]] = []
    for one in ranked[:_READ]:
        seen, held = one.evidence, one.evidence.covered[one.sentence]
        if len(held) and held[-1] == 1:
            found.append((float(np.maximum(held, seen.headline) @ (seen.weights * seen.names)), one))
    most = max((named for named, _ in found), default=0.0)
    return [one for named, one in found if named >= most - 1e-9] or ranked


def _defining(wanted: list[Ranked]) -> list[Ranked]:
    """The sentences with the word whose meaning is asked for, the longest of the question's, if the best has it."""
    seen = wanted[0].evidence
    word = int(np.argmax(seen.weights)) if len(seen.weights) else -1
    if word < 0 or seen.covered[wanted[0].sentence][word] < 1:
        return wanted
    return [one for one in wanted if one.evidence.covered[one.sentence][word] == 1]


def _alike(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences of the best article that cover most of what the question asks beyond the headline."""
    seen = ranked[0].evidence
    beyond = seen.weights * (1 - seen.headline)
    shares = seen.covered @ beyond
    return [Ranked(seen, int(at), 0.0) for at in np.flatnonzero(shares >= max(0.99 * shares.max(), 1e-6))]


def _stretch(sentence: Ranked, question: Question, marked: spans.Marked | None) -> _Stretch:
    """A sentence with the one that it leans on, or with its series; its answering words marked."""
    seen = sentence.evidence
    start, end = lean(seen.spans, seen.article.text, sentence.sentence)
    if start == seen.spans[sentence.sentence][0] and _OF_THESE.match(seen.article.text, start):
        start = _before(seen.spans, seen.article.text, sentence.sentence)
    if question.kind == "list":
        start, end = series(seen.article.text, seen.spans, sentence.sentence, (start, end))
    marks = set()
    if marked and marked[0] == seen.article.id and start <= marked[1] < marked[2] <= end:
        marks.add(Mark(*marked[1:], _day(question, seen.article, *marked[1:])))
    for low, high in seen.answers[sentence.sentence] if question.kind == "date" else []:
        low, high = low + seen.spans[sentence.sentence][0], high + seen.spans[sentence.sentence][0]
        note = _day(question, seen.article, low, high)
        if note and not any(mark.start < high and low < mark.end for mark in marks):
            marks.add(Mark(low, high, note, bold=False))
    return _Stretch(seen.article, start, end, frozenset(marks))


def _before(spans: Sequence[tuple[int, int]], text: str, at: int) -> int:
    """Where the sentence before begins, if it stands in the same paragraph."""
    joined = at > 0 and "\n" not in text[spans[at - 1][0] : spans[at][0]]
    return spans[at - 1][0] if joined else spans[at][0]


def _day(question: Question, article: Article, start: int, end: int) -> str:
    """Which day the words of an answer meant, where a day was asked for."""
    return printed(article.text[start:end], article.date) if question.kind == "date" else ""


def series(text: str, spans: Sequence[tuple[int, int]], at: int, span: tuple[int, int]) -> tuple[int, int]:
    """`span`, with the items that belong to the sentence: 一是…；二是…, or what follows a lead-in that ends in ：.

    >>> told = "要做哪些事?有两件:甲和乙。天晴。"
    >>> series(told, sentence_spans(told), 0, (0, 6))
    (0, 14)
    """
    first = last = at
    items = [_ITEM.match(text[low:high]) is not None for low, high in spans]

    def joined(one: int) -> bool:
        """Whether a sentence and the one after it are parts of one series."""
        between = "\n" in text[spans[one][1] : spans[one + 1][0]]
        return (items[one] and items[one + 1]) or (not between and text[spans[one][1] - 1] in "；;")

    if last + 1 < len(spans) and (text[spans[at][1] - 1] in "：:？?" or (not items[at] and items[at + 1])):
        last += 1
    while first > 0 and joined(first - 1):
        first -= 1
    while last + 1 < len(spans) and joined(last):
        last += 1
    start, end = min(span[0], spans[first][0]), max(span[1], spans[last][1])
    return (start, end) if end - start <= _LONGEST else span


def naming(article: Article) -> Statement:
    """An article as a line of a list: its title, reporters, date and page; its first sentence is the proof."""
    start, end = sentence_spans(article.text)[0]
    details = ",".join(filter(None, (article.byline, str(article.date or ""), article.page)))
    return Statement(f"《{article.title}》" + (f"({details})" if details else ""), article, start, end)


def compose(statements: Iterable[Statement], separator: str = "", head: str = "") -> Composed:
    """Number the proofs of the statements: the text of the answer in pieces, one a statement, and its citations."""
    pieces: list[str] = []
    citations: list[Citation] = []
    for statement in statements:
        piece = f"{separator if pieces else head}{statement.text}"
        for proof in (statement, *statement.also):
            citations.append(Citation(len(citations) + 1, proof.article, proof.start, proof.end))
            piece += f"[{len(citations)}]"
        pieces.append(piece)
    return pieces, citations


def refuse(ranked: Sequence[Ranked], question: Question | None = None, where: str = "", sought: str = "") -> Composed:
    """The refusal: what no report has (`sought`), or the issues that were looked in (`where`), or the nearest report
    and why it does not answer."""
    if where or not ranked:
        return [f"{REFUSAL}{where}没有找到符合的报道。" if where else REFUSAL], []
    sentence = nearest(ranked)
    seen = sentence.evidence
    start, end = seen.spans[sentence.sentence]
    reason = why(seen, question, ranked) if question and not sought else ""
    none = f"没有找到{sought}的报道。" if sought else ""
    return [f"{REFUSAL}{none}最接近的报道是《{seen.article.title}》[1]。{reason}"], [
        Citation(1, seen.article, start, end)
    ]
