"""Invented articles as the qa room reads them, and a ranker whose sums can be done by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embeddings.index import Hit
from embeddings.records import Article
from qa.asked.question import Question, understand
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.ranking.evidence import FEATURES, Evidence, Lexicon, examine
from qa.ranking.ranker import SIGNALS, WEIGHED, Ranker
from qa.reader import Reading

NO_SYNONYMS = Synonyms([], np.zeros((0, 4), dtype=np.int8))
PUMP = Article(
    "青塘泵站昨天通水,总投资3.5亿元。该项目占地70亩,2023年5月动工。\n站长林小木说,附近12个村不再怕涝。",
    headline="青塘泵站通水",
    reporters=("孟一凡",),
)
PARK = Article("云杉公园上周开园,园内种树800棵。设计者何远山在现场介绍了水系。", headline="云杉公园开园")


def read(
    asked: str | Question, *articles: Article, counts: Mapping[str, int] | None = None, synonyms: Synonyms = NO_SYNONYMS
) -> list[Evidence]:
    """The articles as seen from a question, best first, in an archive of 1000 that holds each word `counts` times."""
    question = understand(asked) if isinstance(asked, str) else asked
    lexicon = Lexicon(Rarity(1000, lambda word: (counts or {}).get(word, 0)), synonyms)
    return [
        examine(question, Hit(article, 0, 1, 1 / (1 + rank), 1.0, 0.5), rank, lexicon)
        for rank, article in enumerate(articles)
    ]


def weights(
    score: Mapping[str, float] | None = None, answered: Mapping[str, float] | None = None, bias: float = 0.0
) -> dict[str, npt.NDArray[np.float32]]:
    """Networks of one layer: the score of a sentence, and the logit of an answer, are weighted sums.

    Close reading changes no score.
    """
    made = {}
    networks = (("score", FEATURES, score), ("close", WEIGHED, {"score": 1.0}), ("answered", tuple(SIGNALS), answered))
    for name, names, given in networks:
        row = [(given or {}).get(each, 0.0) for each in names]
        made |= {
            f"{name}.mean": np.zeros(len(names)),
            f"{name}.spread": np.ones(len(names)),
            f"{name}.weight0": np.array([row]),
            f"{name}.bias0": np.array([bias if name == "answered" else 0.0]),
        }
    return {name: value.astype(np.float32) for name, value in made.items()}


def ranker(score: Mapping[str, float] | None = None, answered: Mapping[str, float] | None = None) -> Ranker:
    """By default, the sentence that holds most of the question's words is the best."""
    return Ranker(weights(score or {"words": 10.0, "holds": 1.0}, answered))


class Sure:
    """A reader that is sure of the sentence with certain words, and that nothing else answers."""

    def __init__(self, words: str) -> None:
        self.words, self.seen = words, list[str]()

    def read(self, question: Question, passages: Sequence[str]) -> list[Reading]:
        self.seen += passages
        return [self._one(passage) for passage in passages]

    def _one(self, passage: str) -> Reading:
        at, size = passage.find(self.words), len(passage)
        marks = np.full(size + 1, -9.0, np.float32)
        marks[at if at >= 0 else size] = -0.1
        low, high = max(at, 0), max(at, 0) + len(self.words)
        return Reading(low, high, 0.5, 0.0, marks, marks, np.arange(size + 1, dtype=np.int32))
