"""Which sentence of an article answers a question: sentences → features.

In: a question, an article and the spans of its sentences. Out: one row of numbers a sentence, and the words of the
question that it covers. Words are compared as text, not as the word cutter cut them, so that both sides may be cut
differently. Knows nothing about how the numbers are weighed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rjieba

from embeddings.chunks import sentence_spans
from embeddings.index import Hit
from embeddings.records import Article
from embeddings.words import normalise
from qa.asked.question import Question
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.language.thesaurus import Thesaurus, thesaurus
from qa.ranking.kinds import Span, candidates

Floats = npt.NDArray[np.float64]

FEATURES = (
    "words", "bigrams", "local", "around", "before", "after", "headline", "article", "holds", "near", "run", "length",
    "position", "first", "missing", "number", "date", "person", "place", "list", "how", "definition", "quoted",
    "leans", "unit", "meaning", "score", "rank", "cosine",
)  # fmt: skip
# A sentence that begins so leans on the one before it: its subject stands there.
LEANING = re.compile(
    r"[“\"]?(该|其(?!他|中|次)|此(?!次|外)|这|它|他(?!们?说)|她|同时|并|目前|项目|工程|企业|公司|代表团|届时|预计|计划|达产|建成)"
)
PROPER = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})
_NUMERAL = re.compile(r"第?[\d一二三四五六七八九十百千万两]")  # 二期 is not 一期, however alike
_FIGURE = re.compile(r"\d|^第")
_ALIKE = 0.45  # cosine from which two words may stand for each other
_NAMES = frozenset("nmtsjileb")  # first letters of rjieba's tags
_DOING = 0.4  # what a verb or the like tells that stands nowhere: print may say it in another way
_VAGUE = 3.0  # the most that words of place, time and measure weigh: 上头, 那会儿, 这篇
_MISCUT = 2.5  # or what the cutter makes of speech and no dictionary knows: 干到, 没盖
_IDLE = 1.5  # or what is no number, though it is taken for one: 一起, 一下
_KINDS = FEATURES[FEATURES.index("number") : FEATURES.index("quoted")]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of words: how rare they are in the archive, and how near in meaning."""

    rarity: Rarity
    synonyms: Synonyms


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The sentences of one article as seen from one question.

    `covered` is (sentences, words), 0–1; `around` is the same with the sentences next to each, the byline and the
    headline, which alone covers `headline`, (words,); `met` also counts words of like meaning. `weights` is (words,):
    how rare they are; and so are `telling`: how much it says for an answer that a word stands there, `lacking`: how
    much it says against one that it stands nowhere, `names`: names, things and figures, as against verbs and the rest,
    and `proper`: those of them that name but one.
    `rows` is (sentences, features). `answers` are the spans, within each sentence, of what may be asked for; `nearest`
    is which of them stands closest to the question's words.
    """

    article: Article
    spans: list[Span]
    weights: Floats
    telling: Floats
    lacking: Floats
    covered: Floats
    rows: Floats
    around: Floats
    met: Floats
    headline: Floats
    names: npt.NDArray[np.bool_]
    proper: npt.NDArray[np.bool_]
    answers: list[list[Span]]
    nearest: list[int]


def examine(question: Question, hit: Hit, rank: int, lexicon: Lexicon) -> Evidence:
    """Look at every sentence of a retrieved article with a question in mind; `rank` is 0 for the best article."""
    article = hit.article
    spans = sentence_spans(article.text)
    words = [word for word, _ in question.words]
    names = np.array([tag[0] in _NAMES for _, tag in question.words], dtype=bool)
    proper = np.array([_is_proper(word, tag) for word, tag in question.words], dtype=bool)
    weights = np.asarray(lexicon.rarity.weights(words), dtype=np.float64)
    telling = np.array([_telling(*word, own) for word, own in zip(question.words, weights, strict=True)], np.float64)
    lacking = np.array([_lacking(*word, lexicon.rarity) for word in question.words], np.float64)
    lacking = np.minimum(telling, lacking)
    raw = [article.text[start:end] for start, end in spans]
    leans = np.array([lean(spans, article.text, at) != span for at, span in enumerate(spans)], dtype=bool)
    texts = [normalise(raw[at - 1] + text if leans[at] else text) for at, text in enumerate(raw)]
    covered = np.array([[_covers(text, word) for word in words] for text in texts]).reshape(len(texts), len(words))
    cut = [set(rjieba.cut(text)) for text in texts]
    meant = np.maximum(covered, _meanings(question, cut, lexicon.synonyms))
    met = np.maximum(meant, _meanings(question, cut, thesaurus()))  # the scorer learned without the dictionary
    headline = normalise(f"{article.headline} {article.kicker}")
    on_top = np.array([_covers(headline, word) for word in words])
    signed = np.array([len(word) > 1 and word in article.byline for word in words], dtype=np.float64)
    pairs = np.array([[pair in text for pair in question.bigrams] for text in texts], dtype=np.float64)
    pairs = pairs.reshape(len(texts), len(question.bigrams))
    answers = [_new(candidates(text, question), text, question) for text in raw]
    rows = np.zeros((len(spans), len(FEATURES)))
    nearest: list[int] = []
    around = covered
    if len(spans):
        before, after = np.roll(covered, 1, axis=0), np.roll(covered, -1, axis=0)
        before[0], after[-1] = 0, 0
        around = np.maximum.reduce(np.broadcast_arrays(covered, before, after, on_top, signed))
        rows[:, 0] = _shares(covered, weights)
        rows[:, 1] = pairs.mean(axis=1) if pairs.size else 0
        rows[:, 2] = _shares(pairs, np.log((len(texts) + 1) / (pairs.sum(axis=0) + 0.5)))
        rows[:, 3] = _shares(around, weights)
        rows[:, 4], rows[:, 5] = _shares(before, weights), _shares(after, weights)
        rows[:, 6] = _shares(on_top[None, :], weights)[0]
        rows[:, 7] = _shares(np.maximum(covered.max(axis=0), on_top)[None, :], weights)[0]
        rows[:, 8] = [min(len(found), 3) / 3 for found in answers]
        near = [
            _nearness(text, len(own), words, weights, found)
            for text, own, found in zip(texts, raw, answers, strict=True)
        ]
        nearest = [at for _, at in near]
        rows[:, 9] = [score for score, _ in near]
        rows[:, 10] = [_longest_run(text, question.content) for text in texts]
        rows[:, 11] = [min(len(text), 200) / 200 for text in raw]
        rows[:, 12] = np.arange(len(texts)) / len(texts)
        rows[0, 13] = 1
        rows[:, 14] = ((1 - around) * weights).max(axis=1, initial=0) / 9
        rows[:, 15:22] = [kind == question.kind for kind in _KINDS]
        rows[:, 22] = ["“" in text or "《" in text for text in raw]
        rows[:, 23] = leans
        rows[:, 24] = question.unit != ""
        rows[:, 25] = _shares(meant, weights)
        rows[:, 26:] = hit.score, 1 / (1 + rank), hit.cosine
        met = np.maximum(met, around)
    return Evidence(
        article, spans, weights, telling, lacking, covered, rows, around, met, on_top, names, proper, answers, nearest
    )


def _meanings(question: Question, own: list[set[str]], book: Synonyms | Thesaurus) -> Floats:
    """(sentences, words): how near in meaning the `own` words of each sentence come to each word of the question.

    Names mean nothing but themselves.
    """
    asked = [word for word, _ in question.words]
    vocabulary = list(set().union(*own))
    place = {word: at for at, word in enumerate(vocabulary)}
    near = book.nearness(asked, vocabulary)
    near[[tag in PROPER or tag[0] in "mqt" or _NUMERAL.match(word) is not None for word, tag in question.words]] = 0
    near[near < _ALIKE] = 0
    found = np.zeros((len(own), len(asked)))
    for at, ones in enumerate(own):
        if ones and asked:
            found[at] = near[:, [place[word] for word in ones]].max(axis=1)
    return found


def lean(spans: Sequence[Span], text: str, at: int) -> Span:
    """The span of a sentence, with the one before it in its paragraph where it leans on that (该项目…)."""
    start, end = spans[at]
    leans = at > 0 and LEANING.match(text[start:end]) and "\n" not in text[spans[at - 1][0] : start]
    return (spans[at - 1][0], end) if leans else (start, end)


def _is_proper(word: str, tag: str) -> bool:
    """Whether a word names one person, place, thing or year, for which no other will do."""
    return (tag in PROPER and len(word) > 1) or re.fullmatch(
        r"(19|20)\d\d|第[一二三四五六七八九十\d]+", word
    ) is not None


def _telling(word: str, tag: str, weight: float) -> float:
    """How much a word of the question tells of what is asked.

    >>> _telling("科恩", "nr", 9.0), _telling("竣工", "v", 5.0), _telling("那场", "mq", 7.0), _telling("一起", "m", 2.4)
    (9.0, 2.0, 3.0, 1.5)
    """
    most = weight
    if tag != "eng" and not _FIGURE.search(word):
        if tag[0] == "m" and word.startswith("一"):
            most = _IDLE
        elif tag[0] not in "nj" and len(word) > 1 and not rjieba.has_word(word):
            most = _MISCUT
        elif tag[0] in "fsqtmr":
            most = _VAGUE
    return min(weight, most) * (1 if tag[0] in _NAMES else _DOING)


def _lacking(word: str, tag: str, rarity: Rarity) -> float:
    """The most that it says against an answer that a word stands nowhere, where print has others for the same.

    毛病 is rare in print, but what it means is not; for names there are no other words.
    """
    if tag in PROPER:
        return math.inf
    return rarity.of_meaning(word, thesaurus().same(word)) * (1 if tag[0] in _NAMES else _DOING)


def _covers(text: str, word: str) -> float:
    """How much of a word a text holds: 1 for all of it, else the share of its character pairs, somewhat less."""
    if word in text:
        return 1.0
    if len(word) < 3 or word.isascii():
        return 0.0
    return 0.7 * sum(word[i : i + 2] in text for i in range(len(word) - 1)) / (len(word) - 1)


def _shares(covered: Floats, weights: Floats) -> Floats:
    """The weighted share of the words that each row covers."""
    total = float(weights.sum())
    shares: Floats = covered @ weights / total if total > 0 else np.zeros(len(covered))
    return shares


def _new(found: list[Span], text: str, question: Question) -> list[Span]:
    """Candidates that the question does not already hold."""
    return [(start, end) for start, end in found if normalise(text[start:end]) not in normalise(question.text)]


def _nearness(text: str, own: int, words: list[str], weights: Floats, found: list[Span]) -> tuple[float, int]:
    """How close the best candidate stands to the question's words, each counted by its weight (0–1), and which it is.

    Candidates count from the last `own` characters of the text, before which another sentence may stand.
    """
    if not found or not words:
        return 0.0, 0
    lows, highs = np.array(found).T + (len(text) - own)
    total = float(weights.sum()) or 1.0
    scores = np.zeros(len(found))
    for word, weight in zip(words, weights, strict=True):
        places = np.array([match.start() for match in re.finditer(re.escape(word), text)])
        if len(places):
            after = np.searchsorted(places, lows)
            left = lows - places[np.maximum(after - 1, 0)]
            right = np.maximum(places[np.minimum(after, len(places) - 1)] - highs, 0)
            gaps = np.where(after == 0, right, np.where(after == len(places), left, np.minimum(left, right)))
            scores += weight * np.exp(-gaps / 20)
    best = int(np.argmax(scores))
    return float(scores[best]) / total, best


def _longest_run(text: str, content: str) -> float:
    """The longest stretch of the question's content that stands in the text, as a share of the content."""
    best = 0
    for start in range(len(content)):
        while start + best < len(content) and content[start : start + best + 1] in text:
            best += 1
    return best / max(1, len(content))
