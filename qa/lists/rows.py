"""As many things as a question announces (哪四种角色, 三大任务是哪三个), where one sentence tells them all.

In: a question and the sentences that were read for it. Out: the sentence with a row of exactly so many things, and
nothing beside it; None where no sentence of the right report has one. Knows nothing about other reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from embeddings.chunks import sentence_spans
from embeddings.words import normalise
from qa.answers.compose import Mark, Statement, quoted
from qa.asked.asking import written
from qa.asked.question import Question
from qa.lists.listing import UNITS, Listing
from qa.ranking.evidence import lean
from qa.ranking.ranker import Ranked

_NUMBER = "[二两三四五六七八九十]|十[一二三四五六七八九]|[1-9]\\d?"
_MEASURE = f"[{UNITS}大步方道支所]"
_KIND = r"[一-鿿“”]{0,8}?"
_ASKS = re.compile(
    rf"哪(?P<one>{_NUMBER})(?P<of_one>{_MEASURE})?(?P<kind_one>{_KIND})(?:$|[?,，。])"
    rf"|(?<![第\d])(?P<two>{_NUMBER})(?P<of_two>{_MEASURE})(?P<kind_two>{_KIND})(?:分别|各|都|具体|一共)?(?:是|有|指|包括|为)(?:的是)?(?:什么|哪|谁)"
)
_OPEN = re.compile(
    r"(?:哪些|哪几[个家种类项座条处])(?P<one>[一-鿿]{2,5})[?]?$|(?P<two>[一-鿿]{2,4}?)(?:都|分别|一共)?(?:有|是|包括)(?:哪些|什么|谁)[?]?$"
)
_HAN = {word: at for at, word in enumerate("零一二三四五六七八九十")} | {"两": 2}
_QUOTES = re.compile(r"“[^“”]+”")
_AND = re.compile(r"、|以及|和|与|及")
_CLAUSE = re.compile(r"[,，;；。]")
_COLON = re.compile(r"[:：]")
_FEWEST = 3  # two things are joined by 和 in every other sentence
_NOUN = 2  # characters of what is asked for: 陪同调研的都有谁 asks for no kind of thing
_READ = 10  # sentences in which a row is looked for
_NAMES = "njlsigze"
_KNOWN = 0.8  # share of the names of the question that the report must hold


def find(question: Question, ranked: Sequence[Ranked]) -> Listing | None:
    """The sentence that tells as many things as are announced, of the report that holds what the question names."""
    plain = written(question.text)
    if question.kind not in ("list", "what", "place", "organisation", "person"):
        return None
    match = _ASKS.search(plain)
    count = announced(match) if match else 0
    if not match or count < _FEWEST:
        return _apposed(question, plain, ranked)
    kind = re.sub(r"[“”]", "", match["kind_one"] or match["kind_two"] or "")
    if quotes := _quoted(question, ranked, count, (match["of_one"] or match["of_two"] or "") + kind):
        return quotes
    number = f"(?:{count}|{_chinese(count)})(?:{match['of_one'] or match['of_two'] or ''})?"
    for one in ranked[:_READ]:
        start, end, sentence = _sentence(one)
        marks = row(sentence, count)
        if marks is not None and _about(one, question, kind, number):
            article = one.evidence.article
            return Listing([quoted(article, start, end, [Mark(start + a, start + b) for a, b in marks])], 1, "条")
    return None


def _quoted(question: Question, ranked: Sequence[Ranked], count: int, kind: str) -> Listing | None:
    """Just so many different things in quotation marks that end as what is asked for (哪五心: “舒心”, “暖心”…)."""
    end = kind.rpartition("之")[2] or kind
    if not ranked or not end or end in UNITS:
        return None
    article = ranked[0].evidence.article
    said: dict[str, Statement] = {}
    for low, high in sentence_spans(article.text):
        for match in _QUOTES.finditer(article.text, low, high):
            item = match.group().strip("“”")
            if item.endswith(end) and len(item) > len(end) and not re.match(_NUMBER, item):
                said.setdefault(item, Statement(match.group(), article, low, high))
    lines = list(said.values())
    return Listing(lines, count, "个", counted=True) if len(lines) == count else None


def _apposed(question: Question, plain: str, ranked: Sequence[Ranked]) -> Listing | None:
    """The best sentence where it holds what the question names, and calls a row what is asked for: 甲、乙、丙等领域."""
    match = _OPEN.search(plain)
    kind = str(match["one"] or match["two"]).rpartition("的")[2] if match else ""
    if len(kind) < _NOUN:
        return None
    behind = rf"、[^,，。;；:：]*(?:等|[余多0-9家个])[^,，。;；、]{{0,4}}{kind}"
    ahead = rf"{kind}[^,，。;；、]{{0,3}}(?:包括|有|为|是|[:：])[^,，。;；]*、"
    names = [word for word, tag in question.words if tag[0] in _NAMES and word not in kind]
    for one in ranked[:_READ]:
        if one.evidence is not ranked[0].evidence:
            continue
        start, end, sentence = _sentence(one)
        told = normalise(f"{one.evidence.article.headline} {sentence}")
        called = rf"{behind}|{ahead}" if one is ranked[0] else ahead
        row = sentence.count("、") + 1 >= _FEWEST and re.search(called, sentence)
        if row and all(name in told for name in names):
            return Listing([quoted(one.evidence.article, start, end)], 1, "条")
    return None


def _sentence(one: Ranked) -> tuple[int, int, str]:
    """Where a sentence stands, with the one that it leans on."""
    start, end = lean(one.evidence.spans, one.evidence.article.text, one.sentence)
    return start, end, one.evidence.article.text[start:end]


def count_of(question: Question) -> int:
    """How many things a question announces; 0 where it does not.

    >>> count_of(Question("哪四种角色？", "list")), count_of(Question("哪些角色？", "list"))
    (4, 0)
    """
    match = _ASKS.search(written(question.text))
    return announced(match) if match else 0


def announced(match: re.Match[str]) -> int:
    """How many things a question announces."""
    said = match["one"] or match["two"]
    if said.isdigit():
        return int(said)
    return _HAN[said] if len(said) == 1 else 10 + _HAN[said[1]]


def row(sentence: str, count: int) -> list[tuple[int, int]] | None:
    """The places of the quotations of a row of `count` things, none where the things are not in quotation marks; None
    where the sentence has no such row.

    >>> row("要做四件事:种树,修路,架桥,点灯。", 4), row("他带来了米、油和面。", 4)
    ([], None)
    """
    quotes = [match.span() for match in _QUOTES.finditer(sentence)]
    if len(quotes) == count and all(_joined(sentence[a[1] : b[0]]) for a, b in pairwise(quotes)):
        return quotes
    told = _COLON.split(sentence)[-1] if _COLON.search(sentence) else ""
    clauses = _CLAUSE.split(sentence.rstrip("。；;"))
    if any(_parted(clause, count) for clause in [*clauses, told.rstrip("。")]):
        return []
    if told and len(_CLAUSE.split(told.rstrip("。；;"))) == count:
        return []
    return [] if _parallel(clauses, count) else None


def _joined(between: str) -> bool:
    """Whether two quotations may be items of one row: no sentence ends between them."""
    return "。" not in between and ("、" in between or re.match(r"[,，;；和与及以]", between) is not None)


def _parted(clause: str, count: int) -> bool:
    """Whether a clause has a row of so many things: each but the last two parted by 、."""
    pauses = clause.count("、")
    if pauses < 1:
        return False
    last = clause.rsplit("、", 1)[1]
    return pauses + 1 == count or (pauses + 2 == count and re.search(r".(?:以及|和|与|及).", last) is not None)


def _parallel(clauses: Sequence[str], count: int) -> bool:
    """Whether just so many clauses in a row begin and end alike: 把甲和乙相结合,把丙和丁相结合."""
    for at, first in enumerate(clauses):
        alike = [each[:1] == first.lstrip("要坚持")[:1] and each[-2:] == first[-2:] for each in clauses[at + 1 :]]
        alike.append(False)
        if len(first) > count and alike.index(False) + 1 == count:
            return True
    return False


def _about(one: Ranked, question: Question, kind: str, number: str) -> bool:
    """Whether a sentence speaks of the kind of thing, in the report that holds nearly all that the question names."""
    seen = one.evidence
    text = normalise(seen.article.text)
    whole = f"{normalise(seen.article.headline)} {normalise(seen.article.kicker)} {text}"
    names = [word for word, tag in question.words if tag[0] in _NAMES and word not in kind]
    sentence = _sentence(one)[2]
    numbered = re.search(rf"{number}(?:[^,，。;；]{{0,6}}?{kind[-1:]}|[:：])", sentence) is not None
    near = numbered or (names and (not kind or kind[-2:] in sentence))
    return bool(near) and sum(name in whole for name in names) >= _KNOWN * len(names)


def _chinese(count: int) -> str:
    return "零一二三四五六七八九十"[count] if count <= 10 else "十" + "零一二三四五六七八九"[count % 10]
