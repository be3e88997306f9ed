"""Readings of several windows → the likeliest answer, how sure it is, and which later report overrules which.

In: a `Question`, the windows found and what the reader makes of them. Out: `Best`: the candidates in order, the value
that holds with the older ones, and a calibrated confidence. Guards (a name, ordinal or year of the question that stands
nowhere in the article) only lower the confidence, each with its reason as data. The weights are fitted by
qa/train/calibrate.py on questions that the reader was not trained on.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import cn2an
import numpy as np

from embeddings.chunks import sentence_spans
from embeddings.errors import ModelError
from embeddings.records import Article
from embeddings.words import normalise
from qa.question import Question, content_words
from qa.reader import Reading, Span
from qa.retrieve import Found
from qa.values import numeral

CALIBRATION = Path(__file__).with_name("model") / "calibration.json"
RANKING = ("logit", "span", "rank", "guards")  # what candidates are ordered by
FEATURES = ("bias", "logit", "span", "rank", "lead", "names", "ordinals", "years")  # what the confidence is made of
_CHANGING = "增加?|提高|升|上调|下调|调整?|减少?|降低?|缩短|推迟|提前|改|延长?|扩大?"
CHANGE = re.compile(rf"(?:{_CHANGING}|更正|应)(?:到|至|为|成)[“「]?(?P<new>[^”」,，。；;]+)")
_CHANGED_TO = re.compile(rf"[^,，。；;]{{0,3}}(?:{_CHANGING})(?:到|至|为|成)[“「]?(?P<new>[^”」,，。；;]{{1,16}})")
_CURRENT = 0.6  # chance from which a later report overrules an earlier one
_CHANGED = re.compile(
    r"更正|调整|推迟|延期|提前|改为|改到|核定|核减|增至|增加到|上调|下调|由原来|原定|原计划|取消|推后|扩至|更名"
)

GuardKind = Literal["name", "ordinal", "year"]


class Guard(NamedTuple):
    """What of the question an article does not have: the reason for a lower confidence."""

    kind: GuardKind
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A window as an answer: its reading, its score beside other candidates, and what it lacks."""

    reading: Reading
    found: Found
    score: float
    guards: tuple[Guard, ...]

    @property
    def article(self) -> Article:
        return self.reading.window.article

    @property
    def span(self) -> Span | None:
        return self.reading.span

    @property
    def words(self) -> str:
        return self.article.text[self.span.start : self.span.end] if self.span else ""


@dataclass(frozen=True, slots=True)
class Best:
    """What the readings come to: `ranked` best first; `older` hold values that `ranked[0]` overrules, newest first."""

    ranked: tuple[Candidate, ...]
    confidence: float
    older: tuple[Candidate, ...] = ()

    @property
    def chosen(self) -> Candidate | None:
        return self.ranked[0] if self.ranked else None


class Weights(NamedTuple):
    """Those of RANKING and of FEATURES."""

    rank: tuple[float, ...]
    confidence: tuple[float, ...]


@cache
def weights(path: Path = CALIBRATION) -> Weights:
    """The fitted weights.

    Raises:
        ModelError: the file is missing or damaged.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        rank = tuple(float(kept["rank"][name]) for name in RANKING)
        return Weights(rank, tuple(float(kept["confidence"][name]) for name in FEATURES))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelError(
            f"{path}: cannot be read ({error}); restore it, or run: python -m qa.train.calibrate",
            chinese=f"{path} 读不了（{error}）；请恢复这个文件，或运行 python -m qa.train.calibrate",
        ) from None


def reconcile(asked: Question, found: Sequence[Found], readings: Sequence[Reading]) -> Best:
    """The candidates in order, later values before those that they overrule, and the confidence in the first."""
    rank = weights().rank
    candidates = []
    for place, reading in zip(found, map(_with_new_value, readings), strict=True):
        lacking = guards(asked, reading.window.article, reading.span)
        parts = features_of(reading, place, lacking)
        score = sum(weight * part for weight, part in zip(rank, parts, strict=True))
        candidates.append(Candidate(reading, place, score, lacking))
    ranked = sorted(candidates, key=lambda each: -each.score)
    if not ranked:
        return Best((), 0.0)
    ranked, older = current(asked, ranked)
    return Best(tuple(ranked), confidence(ranked), tuple(older))


def _with_new_value(reading: Reading) -> Reading:
    """The reading with the value that something was changed to in place of the one that it had: 由8元降到6元."""
    span, text = reading.span, reading.window.text
    match = span and _CHANGED_TO.match(text, span.end - reading.window.start)
    if not span or not match or not any(char.isdigit() for char in match["new"]):
        return reading
    start, end = (at + reading.window.start for at in match.span("new"))
    return replace(reading, spans=(Span(start, end, span.score), *reading.spans[1:]))


def features_of(reading: Reading, place: Found, lacking: Sequence[Guard]) -> tuple[float, float, float, float]:
    """RANKING of a candidate: what the reader says, how far down the search had it, and what it lacks, as minus."""
    score = reading.span.score if reading.span else -12.0
    return reading.logit, score, -math.log1p(place.rank), -float(len(lacking))


def confidence(ranked: Sequence[Candidate]) -> float:
    """The probability (0–1) that the first candidate is a right answer."""
    values = np.dot(weights().confidence, confidence_features(ranked))
    return float(1 / (1 + np.exp(-values)))


def confidence_features(ranked: Sequence[Candidate]) -> list[float]:
    """FEATURES of the first candidate beside the others."""
    best = ranked[0]
    rest = [each.score for each in ranked[1:] if each.words != best.words]
    lacks = {kind: sum(guard.kind == kind for guard in best.guards) for kind in ("name", "ordinal", "year")}
    logit, span, rank, _ = features_of(best.reading, best.found, best.guards)
    lead = min(4.0, best.score - max(rest, default=best.score - 4.0))
    return [1.0, logit, span, rank, lead, *(float(min(count, 2)) for count in lacks.values())]


def guards(asked: Question, article: Article, span: Span | None = None) -> tuple[Guard, ...]:
    """What of the question's names, ordinals and years stands nowhere in an article, or not where the span stands."""
    text = normalise(f"{article.headline}\n{article.kicker}\n{article.byline}\n{article.text}\n{article.date or ''}")
    found = [Guard("name", name) for name in asked.names if not _named(normalise(name), text)]
    found += [
        Guard("ordinal", each)
        for each in asked.ordinals
        if not _numbered(each, text) or (span and _other_phase(each, asked, article, span))
    ]
    dated = {article.date.year} if article.date else set()
    found += [Guard("year", f"{year}年") for year in asked.years if year not in dated and str(year) not in text]
    return tuple(found)


def _named(name: str, text: str) -> bool:
    """Whether a name stands in a text; the word cutter may have drawn the character before it in: 过云栈隧道."""
    return name in text or (len(name) == 3 and name[1:] in text)


_PHASE = re.compile(r"(?:第?(?P<number>\d{1,3}|[一二三四五六七八九十]+)|首)(?P<unit>[期届批轮])")


def _other_phase(ordinal: str, asked: Question, article: Article, span: Span) -> bool:
    """Whether words of an article are about another phase than the one asked for: 二期项目总投资8亿元 for 一期.

    A phase (期, 届, 批, 轮) holds from where it is named: in the sentence of the words, else in the nearest one before.
    """
    match = _PHASE.fullmatch(ordinal)
    if not match or len([each for each in asked.ordinals if each.endswith(match["unit"])]) > 1:
        return False
    wanted = _phase(match)
    before = [(low, high) for low, high in sentence_spans(article.text) if low <= span.start]
    texts = [*(article.text[low:high] for low, high in reversed(before)), f"{article.kicker} {article.headline}"]
    for text in texts:
        named = [_phase(each) for each in _PHASE.finditer(normalise(text)) if each["unit"] == match["unit"]]
        if named:
            return wanted not in named
    return True


def _sentence_at(article: Article, span: Span) -> str:
    spans = sentence_spans(article.text)
    return next((article.text[low:high] for low, high in spans if low <= span.start < high), "")


def _phase(match: re.Match[str]) -> float | None:
    return _counted(match["number"] or "首")


def _counted(said: str) -> float | None:
    """The number that an ordinal says: 首 -> 1."""
    return 1.0 if said == "首" else numeral(said)


_HAN = "零一二三四五六七八九十百"


def _numbered(ordinal: str, text: str) -> bool:
    """Whether an ordinal stands in a text, as itself and not as the end of another: 7号 does not stand in 17号."""
    return any(re.search(rf"(?<![\d{_HAN}]){re.escape(form)}", text) for form in _forms(ordinal))


def _forms(ordinal: str) -> set[str]:
    """An ordinal in figures and in characters, with and without 第: 第3期 -> 3期, 三期; 一期 also as 首期."""
    bare = normalise(ordinal).removeprefix("第")
    match = re.match(rf"\d{{1,9}}|[{_HAN}]+|首", bare)
    value = _counted(match[0]) if match else None
    if match is None or value is None:
        return {bare}
    number, unit = int(value), bare[match.end() :]
    return {bare, f"{number}{unit}", f"{cn2an.an2cn(number)}{unit}"} | ({f"首{unit}"} if number == 1 else set())


def current(asked: Question, ranked: list[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """The candidates with the newest value in front, and those that it overrules.

    Reports of other days overrule each other where both answer the question with some certainty, hold the same nouns of
    it and say different values; what the question fixes to a day or a time is not overruled.
    """
    best = ranked[0]
    if asked.period or asked.kind not in ("fact", "yesno", "how"):
        return ranked, []
    subject = [word for word in subject_words(asked.text) if share_of([word], best.article)]
    rivals = [
        each
        for each in ranked[:6]
        if each.article.date
        and each.reading.chance >= _CURRENT
        and not each.guards
        and each.article.kind == "report"
        and (each is best or share_of(subject, each.article) == 1)
    ]
    if best not in rivals or len(rivals) < 2:
        return ranked, []
    firsts = {each.article.id: each for each in reversed(rivals)} | {best.article.id: best}  # one value a report
    rivals = [each for each in rivals if firsts[each.article.id] is each]
    values = {id(each): _value(each) for each in rivals}
    rivals = [each for each in rivals if each is best or values[id(each)] != values[id(best)]]
    near = [each for each in rivals if each.score >= best.score - 1.0 or _speaks_of_change(each)]
    newest = max(near, key=lambda each: (str(each.article.date), each.score))
    if newest.article.date == best.article.date:
        newest = best
    older = [each for each in rivals if str(each.article.date) < str(newest.article.date)]
    older = [each for each in older if _speaks_of_change(newest) or any(char.isdigit() for char in each.words)]
    rest = [each for each in ranked if each is not newest]
    distinct = {values[id(each)]: each for each in older}
    return [newest, *rest], sorted(distinct.values(), key=lambda each: str(each.article.date), reverse=True)[:2]


def subject_words(text: str) -> list[str]:
    """The nouns of a question, by which two reports can be seen to be about the same thing."""
    return [word for word, tag in content_words(text) if tag[0] in "nj" or tag == "eng"]


def share_of(words: Sequence[str], article: Article) -> float:
    """The share (0–1) of some words that an article holds."""
    text = normalise(f"{article.headline}\n{article.kicker}\n{article.text}")
    return sum(word in text for word in words) / len(words) if words else 0.0


def _value(candidate: Candidate) -> str:
    """The words of a candidate with only what two spellings of a value have in common."""
    return re.sub(r"[\s,，。约近共多余了个]", "", normalise(candidate.words))


def _speaks_of_change(candidate: Candidate) -> bool:
    """Whether the sentence of the value, or the headline, says that something was changed."""
    sentence = _sentence_at(candidate.article, candidate.span) if candidate.span else ""
    return _CHANGED.search(f"{candidate.article.headline}\n{sentence}") is not None
