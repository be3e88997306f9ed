"""Questions for yes or no: 是 or 不是, and the sentence that decides it.

In: a question and ranked sentences. Out: a `Said`: what is said first, and the sentences that it stands on; None where
no sentence is plain enough, or two reports do not agree. Silence is better than a wrong word: what decides is
qa/yesno/deciding.py. Knows nothing about how sentences were found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from itertools import islice

from embeddings.records import Article
from embeddings.words import normalise
from qa.answers.compose import Mark, Statement, quoted
from qa.asked.question import Question
from qa.checks.claims import Span, read
from qa.language.dates import printed
from qa.ranking.evidence import lean
from qa.ranking.ranker import Ranked
from qa.records import Citation
from qa.yesno.asserted import Asserted, asserted
from qa.yesno.deciding import Judged, Verdict, judge
from qa.yesno.happened import CLASS, MILESTONE
from qa.yesno.incumbents import of_office
from qa.yesno.placed import placed
from qa.yesno.stated import parted

_READ = 12  # of the best sentences, so many may decide
_DECIDED = ("no", "not yet", "denied")
_LED = re.compile(r"(?:是|有|不是|没有|见报时还没有|[一-鿿]{1,6}了)。(?:报道说的是：)?")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said first, "" where nothing decides, and the sentences that it stands on; none: no report tells."""

    lead: str
    lines: list[Statement]


def find(question: Question, ranked: Sequence[Ranked]) -> Said | None:
    """The answer, where the sentences that were read decide the question, or what they tell instead."""
    asked = asserted(question.text)
    if asked is None:
        return Said("", []) if _of_nothing(question) else None
    judged = [(one, _judged(asked, one)) for one in ranked[:_READ]]
    if of_office(asked.text) and all(each.verdict in ("silent", "unclear") for _, each in judged):
        return _of_two(asked, ranked)
    over = frozenset[str]().union(*(each.over for _, each in judged if each.verdict in _DECIDED))
    certain = {one.evidence.article.id for one, each in judged if each.verdict in _DECIDED}
    if certain and over:  # another report may tell of the very same thing, and otherwise
        others = (one for one in ranked[_READ:] if one.evidence.article.id not in certain)
        judged += [(one, _judged(asked, one)) for one in others if _speaks(one, asked, over)]
    if said := next((one for one, each in judged if each.verdict == "yes"), None):
        return Said(_lead(asked, "yes"), [_line(said)])
    belied = [(one, each) for one, each in judged if each.verdict in _DECIDED]
    unclear = [one for one, each in judged if each.verdict == "unclear" and each.over <= over]
    if not belied or any(one.evidence.article.id not in certain for one in unclear):
        return _open(asked, judged)
    newest = max(belied, key=lambda each: (each[0].evidence.article.date or Date.min, -belied.index(each)))
    said, best = newest if newest[1].verdict == "not yet" else belied[0]
    return Said(_lead(asked, best.verdict), [_line(said)])


def _of_nothing(question: Question) -> bool:
    """Whether a question names nothing: 已经竣工了吗, of which anything might be meant."""
    return bool(question.words) and all(tag[0] in "vda" for _, tag in question.words)


def _open(asked: Asserted, judged: Sequence[tuple[Ranked, Judged]]) -> Said | None:
    """Where nothing decides: the best sentence with all words; of where a thing is, one that tells its place."""
    parts = parted(read(asked.text, written=True))
    if parts.only:
        thing = [word.text for word in parts.subject]
        return Said("", [_line(one) for one in islice((one for one, _ in judged if placed(thing, _told(one))), 1)])
    told = [one for one, each in judged if each.verdict == "unclear" and not each.over]
    if asked.done and MILESTONE.search(asked.verb) and parts.subject and not told:  # and not 早竣工、早投产 of all
        told = [one for one, _ in judged if all(word.text in _told(one) for word in parts.subject)]
    return Said("", [_line(one) for one in told[:1]]) if told else None


def _speaks(one: Ranked, asked: Asserted, over: frozenset[str]) -> bool:
    """Whether a sentence has all words of a statement but those that another one belies."""
    article, rest = one.evidence.article, asked.text
    for words in over:
        rest = rest.replace(words, " ")
    text = normalise(_above(article) + article.text[slice(*_stretch(one))])
    return all(word.text in text for word in read(rest, written=True).words if word.text not in CLASS)


def _of_two(asked: Asserted, ranked: Sequence[Ranked]) -> Said | None:
    """Where one sentence tells the office that somebody holds, and another whose the one asked about is."""
    who, office = of_office(asked.text) or ("", "")
    texts = [(one, one.evidence.article.text[slice(*_stretch(one))]) for one in ranked]
    own = next((each for each in texts if who in each[1] and judge(asked, [each[1]]).verdict == "unclear"), None)
    others = [each for each in texts if own and office[-2:] in each[1] and each[1] != own[1]]
    other = next((one for one, text in others if own and judge(asked, [own[1], text]).verdict == "no"), None)
    return Said(_lead(asked, "no"), [_line(own[0]), _line(other)]) if own and other else None


def _told(one: Ranked) -> str:
    return normalise(one.evidence.article.text[slice(*_stretch(one))])


def _stretch(one: Ranked) -> Span:
    return lean(one.evidence.spans, one.evidence.article.text, one.sentence)


def _judged(asked: Asserted, one: Ranked) -> Judged:
    """What a sentence says, with the one that it leans on."""
    article = one.evidence.article
    return judge(asked, [article.text[slice(*_stretch(one))]], _above(article), article.date, article.text)


def _above(article: Article) -> str:
    return f"{article.headline} {article.kicker}"


def _line(one: Ranked) -> Statement:
    """The sentence as it is shown, with the days that 昨天 and the like meant."""
    article, span = one.evidence.article, _stretch(one)
    words = read(article.text[slice(*span)], article.date)
    places = [words.span(each.start, each.end) for each in words.moments]
    marks = [Mark(span[0] + low, span[0] + high, bold=False) for low, high in places]
    notes = [each._replace(note=printed(article.text[each.start : each.end], article.date)) for each in marks]
    return quoted(article, *span, [each for each in notes if each.note])


def _lead(asked: Asserted, verdict: Verdict) -> str:
    """What is said first: 是。 or 封顶了。, 不是。报道说的是：, 见报时还没有。报道说的是："""
    if verdict == "yes":
        doing = asked.verb if asked.done and asked.text.endswith(asked.verb) else ""
        return f"{doing}了。" if doing else "有。" if asked.has else "是。"
    no = {"not yet": "见报时还没有", "denied": "没有"}.get(verdict, "没有" if asked.has or asked.done else "不是")
    return f"{no}。报道说的是："


def borne_out(line: str, question: str, citations: Sequence[Citation]) -> bool | None:
    """Whether what is said first to a question is true of the citations; None if a line is no such thing."""
    if not _LED.fullmatch(line) or (asked := asserted(re.sub(r"〔[^〕]*〕", "", question))) is None:
        return None
    articles = [each.article for each in citations]
    said = judge(
        asked,
        [each.quote for each in citations],
        "\n".join(map(_above, articles)),
        articles[0].date,
        "\n".join(each.text for each in articles),
    )
    return _lead(asked, said.verdict) == line
