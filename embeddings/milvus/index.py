"""An opened Milvus index: the same searches as `embeddings.index.Index`, made by the engine.

In: the `store` settings and the encoder's. Out: `Hit`s, fused here from three searches of the engine: BM25 over chunks,
BM25 over whole articles, vectors. The engine's own hybrid search is not used: it ranks by place or by a squashed score,
where the reader's weights stand for shares of the best score. Knows nothing about questions. Safe for any number of
threads.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from embeddings.encoder import Encoder, load_encoder
from embeddings.errors import BrokenIndexError
from embeddings.index import Hit
from embeddings.milvus import generations
from embeddings.milvus.articles import MilvusStore
from embeddings.milvus.engine import Engine, Row, among
from embeddings.milvus.frequencies import Frequencies
from embeddings.milvus.notes import numbered
from embeddings.milvus.schema import searchable
from embeddings.records import Article
from embeddings.settings import EncoderSettings, StoreSettings

_CANDIDATES = 100  # hits taken from each of the three searches before they are fused
_PLACE = ("article", "start", "end")

Scored = dict[str, float]


class MilvusIndex:
    """One generation, opened for reading."""

    def __init__(self, engine: Engine, generation: generations.Generation, encoder: Encoder) -> None:
        self._engine, self._generation, self.encoder = engine, generation, encoder
        generations.load(engine, generation)
        self.manifest = generations.read_manifest(engine, generation)
        names = "".join(numbered(engine, generation, "meta:reporters")).split("\n")
        self.store = MilvusStore(engine, generation, self.manifest, [name for name in names if name])
        self.reporters = self.store.reporters()  # everyone who signed an article, longest name first

    @classmethod
    def open(cls, store: StoreSettings, encoder: EncoderSettings | None = None) -> MilvusIndex:
        """Open the live generation of the index that the settings name.

        Raises:
            ConfigError: the settings name no engine, or pymilvus is missing.
            BrokenIndexError: the engine does not answer, there is no index, or another encoder built it.
            ModelError: the encoder cannot be loaded.
        """
        wanted = encoder or EncoderSettings()
        engine = Engine.connect(store)
        generation = generations.live(engine, store.collection)
        model = load_encoder(wanted.model, wanted.query_prompt, wanted.passage_prompt, wanted.batch_size)
        while True:
            try:
                opened = cls(engine, generation, model)
                opened._check_encoder()
                return opened
            except BrokenIndexError:
                if (newer := generations.live(engine, store.collection)) == generation:
                    raise
                generation = newer  # a build swapped, and dropped what we were opening

    def _check_encoder(self) -> None:
        built, model = self.manifest["encoder"], self.encoder
        if built != {"name": model.name, "dimension": model.dimension}:
            raise BrokenIndexError(
                f"{self._engine.uri}: {self._generation.index} was built with encoder {built['name']} "
                f"({built['dimension']}-d); the settings ask for {model.name} ({model.dimension}-d). Run: wenbao build",
                chinese=f"{self._engine.uri} 里的索引 {self._generation.index} 是用编码模型 {built['name']}"
                f"（{built['dimension']} 维）建的，设置里是 {model.name}（{model.dimension} 维）；请运行 wenbao build",
            )

    def close(self) -> None:
        self._engine.close()

    @property
    def generation(self) -> str:
        """The name of this generation."""
        return self._generation.name

    def is_live(self) -> bool:
        """Whether no build has swapped another generation in."""
        target = self._engine.call("describe_alias", self._generation.index)["collection_name"]
        return bool(target == self._generation.part("chunks"))

    @cached_property
    def stats(self) -> dict[str, Any]:
        """What the archive holds: articles, reports, captions, pages, chunks, first_date, last_date, built, …"""
        built, name = self.manifest["built"], self.manifest["encoder"]["name"]
        return {**self.store.counts(), "built": built, "encoder": name, "generation": self.generation}

    def article(self, article_id: str) -> Article | None:
        """The article with this content id."""
        return self.store.article(article_id)

    def search(self, text: str, k: int = 10, dense_weight: float = 0.1, article_weight: float = 0.3) -> list[Hit]:
        """The best `k` chunks for a text, best first.

        The fused score is (1 - dense_weight) · lexical + dense_weight · cosine, where lexical is the chunk's BM25
        score plus `article_weight` times its whole article's, as a share of the best chunk's.
        """
        limit, plain = max(_CANDIDATES, k), searchable(text)
        vector = self.encoder.encode_query(text).tolist() if dense_weight else None
        rows: dict[str, Row] = {}
        cosines = self._scores(rows, "vector", vector, limit) if vector else {}
        words = self._scores(rows, "words", plain, limit) if dense_weight < 1 and plain else {}
        wholes = self._wholes(plain, limit) if article_weight and words else {}
        lexical = {
            key: words.get(key, 0.0) + article_weight * wholes.get(row["article"], 0.0) for key, row in rows.items()
        }
        best = max(lexical.values(), default=0.0) or 1.0
        if vector and (unknown := [key for key in rows if key not in cosines]):
            cosines |= self._scores(rows, "vector", vector, len(unknown), among("id", unknown))
        fused = {
            key: (1 - dense_weight) * lexical[key] / best + dense_weight * max(0.0, cosines.get(key, 0.0))
            for key in rows
        }
        order = sorted(fused, key=lambda key: (-fused[key], key))[:k]
        top = max(wholes.values(), default=0.0) or 1.0
        return self._hits(order, rows, fused, lexical, cosines, {at: score / top for at, score in wholes.items()})

    def _scores(self, rows: dict[str, Row], field: str, query: Any, limit: int, where: str = "") -> Scored:
        """Chunk → its score for a query; where the chunks stand is added to `rows`."""
        found = self._engine.search(self._generation.part("chunks"), field, query, limit, _PLACE, where)
        rows |= {row["id"]: row for row, _ in found}
        return {row["id"]: score for row, score in found}

    def _wholes(self, plain: str, limit: int) -> Scored:
        """Article → the best BM25 score of its parts."""
        found = self._engine.search(self._generation.part("articles"), "words", plain, limit, ["article"])
        scores: Scored = {}
        for row, score in found:
            scores[row["article"]] = max(score, scores.get(row["article"], 0.0))
        return scores

    def _hits(
        self, order: list[str], rows: dict[str, Row], fused: Scored, lexical: Scored, cosines: Scored, wholes: Scored
    ) -> list[Hit]:
        articles = self.store.articles(rows[key]["article"] for key in order)
        if any(rows[key]["article"] not in articles for key in order):
            raise BrokenIndexError(
                f"{self._engine.uri}: generation {self.generation} is damaged (a chunk has no article); "
                "run: wenbao build --full",
                chinese=f"{self._engine.uri} 第 {self.generation} 代坏了（有一段没有报道）；请运行 wenbao build --full",
            )
        return [
            Hit(articles[at], start, end, fused[key], lexical[key], cosines.get(key, 0.0), wholes.get(at, 0.0))
            for key in order
            for at, start, end in [(rows[key]["article"], int(rows[key]["start"]), int(rows[key]["end"]))]
        ]

    @cached_property
    def _frequencies(self) -> Frequencies:
        pieces = numbered(self._engine, self._generation, "meta:words")
        return Frequencies.load(pieces, f"{self._engine.uri}: generation {self.generation}")

    def frequency(self, word: str) -> int:
        """How many articles hold a word; never too few, seldom a little too many."""
        return self._frequencies.of(word)

    def __len__(self) -> int:
        """The number of articles."""
        return int(self.manifest["counts"]["articles"])
