"""An opened index: text → the passages of the archive that resemble it, by words and by vectors.

Safe for any number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from embeddings import generations
from embeddings.encoder import Encoder, load_encoder
from embeddings.errors import BrokenIndexError
from embeddings.records import Article
from embeddings.search import Backend, Local
from embeddings.settings import EncoderSettings
from embeddings.store import Store

_AT_ONCE = 256 << 20  # bytes of a generation that are read through when it is opened: .2 s; larger ones, meanwhile
_CANDIDATES = 100  # hits taken from each of the three searches before they are fused


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found: `article.text[start:end]`, with its fused score (0–1) and what went into it.

    `whole` is the BM25 score of its whole article as a share of the best article's; 0 where the search missed it.
    """

    article: Article
    start: int
    end: int
    score: float
    lexical: float
    cosine: float
    whole: float = 0.0


class Index:
    """One generation, opened for reading."""

    def __init__(
        self, folder: Path, manifest: dict[str, Any], encoder: Encoder, backend: Backend | None = None
    ) -> None:
        self.folder, self.manifest, self.encoder = folder, manifest, encoder
        self._backend = backend or Local()
        self.store = Store(folder / "store.sqlite")
        self._words, self._articles, self._vectors = self._backend.open(folder)
        self._fault: BrokenIndexError | None = None  # that reading the files through has found

    @classmethod
    def open(cls, path: Path | str, encoder: EncoderSettings | None = None, backend: Backend | None = None) -> Index:
        """Open the live generation of an index folder; its files are read through, those of a large one meanwhile.

        Raises:
            BrokenIndexError: no index, a damaged one, or one built with another encoder or store.
            ModelError: the encoder cannot be loaded.
        """
        path = Path(path)
        wanted = encoder or EncoderSettings()
        model: Encoder | None = None
        while True:
            folder = generations.live(path)
            try:
                manifest = generations.read_manifest(folder)
                model = model or load_encoder(
                    wanted.model, wanted.query_prompt, wanted.passage_prompt, wanted.batch_size
                )
                _check_encoder(path, manifest, model)
                _check_backend(path, manifest, backend or Local())
                small = sum(known["bytes"] for known in manifest["files"].values()) <= _AT_ONCE
                if small:
                    generations.check_content(folder, manifest["files"])
                opened = cls(folder, manifest, model, backend)
                if not small:
                    Thread(target=opened.check, daemon=True).start()
                return opened
            except BrokenIndexError:
                if generations.live(path) == folder:
                    raise  # else a build swapped, and swept away what we were opening

    def close(self) -> None:
        self.store.close()
        self._backend.close()

    def check(self) -> None:
        """Read every file through; `is_live` tells what was found."""
        try:
            generations.check_content(self.folder, self.manifest["files"])
        except BrokenIndexError as error:
            self._fault = error
        except FileNotFoundError:
            pass  # swept away after a newer one went live
        except OSError as error:
            self._fault = generations.damaged(self.folder, f"cannot be read ({error})", f"读不了（{error}）")

    @property
    def generation(self) -> str:
        """The name of this generation."""
        return self.folder.name

    def is_live(self) -> bool:
        """Whether no build has swapped another generation in.

        Raises:
            BrokenIndexError: a file was found damaged since this one was opened.
        """
        live = generations.live(self.folder.parents[1]) == self.folder
        if live and self._fault:
            raise self._fault
        return live

    @cached_property
    def stats(self) -> dict[str, Any]:
        """What the archive holds: articles, reports, captions, pages, chunks, first_date, last_date, built, …"""
        name = self.manifest["encoder"]["name"]
        return {
            **self.store.counts(),
            "built": self.manifest["built"],
            "encoder": name,
            "generation": self.generation,
        }

    @cached_property
    def reporters(self) -> list[str]:
        """Everyone who signed an article, longest name first."""
        return self.store.reporters()

    def article(self, article_id: str) -> Article | None:
        """The article with this content id."""
        return self.store.article(article_id)

    def search(self, text: str, k: int = 10, dense_weight: float = 0.1, article_weight: float = 0.3) -> list[Hit]:
        """The best `k` chunks for a text, best first.

        The fused score is (1 - dense_weight) · lexical + dense_weight · cosine, where lexical is the chunk's BM25
        score plus `article_weight` times its whole article's, as a share of the best chunk's.
        """
        limit = max(_CANDIDATES, k)
        vector = self.encoder.encode_query(text) if dense_weight else None
        cosines = _pairs(*self._vectors.search(vector, limit)) if vector is not None else {}
        chunk_scores = _pairs(*self._words.search(text, limit)) if dense_weight < 1 else {}
        article_scores = _pairs(*self._articles.search(text, limit)) if article_weight and chunk_scores else {}
        places = self.store.chunk_places({*chunk_scores, *cosines})
        lexical = {
            key: chunk_scores.get(key, 0.0) + article_weight * article_scores.get(article, 0.0)
            for key, (article, _, _) in places.items()
        }
        best = max(lexical.values(), default=0.0) or 1.0
        if vector is not None and (unknown := [key for key in places if key not in cosines]):
            cosines |= dict(zip(unknown, (self._vectors.vectors(np.array(unknown)) @ vector).tolist(), strict=True))
        fused = {
            key: (1 - dense_weight) * lexical[key] / best + dense_weight * max(0.0, cosines.get(key, 0.0))
            for key in places
        }
        order = sorted(fused, key=lambda key: (-fused[key], key))[:k]
        articles = self.store.articles(places[key][0] for key in order)
        top = max(article_scores.values(), default=0.0) or 1.0
        wholes = {article: score / top for article, score in article_scores.items()}
        if len(articles) < len({places[key][0] for key in order}):
            raise generations.damaged(self.store.path, "damaged (a chunk has no article)", "坏了（有一段没有报道）")
        return [
            Hit(articles[at], start, end, fused[key], lexical[key], cosines.get(key, 0.0), wholes.get(at, 0.0))
            for key in order
            for at, start, end in [places[key]]
        ]

    def frequency(self, word: str) -> int:
        """How many articles hold a word, give or take some that were lately deleted."""
        return self._articles.frequency(word)

    def __len__(self) -> int:
        """The number of articles."""
        return len(self._articles)


def _check_encoder(path: Path, manifest: dict[str, Any], model: Encoder) -> None:
    built = manifest["encoder"]
    if built != {"name": model.name, "dimension": model.dimension}:
        raise BrokenIndexError(
            f"{path} was built with encoder {built['name']} ({built['dimension']}-d); the settings ask for "
            f"{model.name} ({model.dimension}-d). Run: wenbao build",
            chinese=f"索引 {path} 是用编码模型 {built['name']}（{built['dimension']} 维）建的，设置里的是 {model.name}"
            f"（{model.dimension} 维）；请运行 wenbao build",
        )


def _check_backend(path: Path, manifest: dict[str, Any], backend: Backend) -> None:
    built, wanted = manifest.get("store") or "local files", backend.place or "local files"
    if built != wanted:
        raise BrokenIndexError(
            f"{path} was built in {built}; the settings ask for {wanted}. Run: wenbao build",
            chinese=f"索引 {path} 的词和向量在 {built}，设置里的是 {wanted}；请运行 wenbao build",
        )


def _pairs(keys: Any, scores: Any) -> dict[int, float]:
    return dict(zip(keys.tolist(), scores.tolist(), strict=True))


def ask_golden(index: Index, golden: Mapping[str, str]) -> None:
    """Ask the golden questions of a generation that is not live yet.

    Raises:
        BrokenIndexError: the words wanted are not found.
    """
    for question, wanted in golden.items():
        found = (f"{hit.article.headline} {hit.article.text[hit.start : hit.end]}" for hit in index.search(question))
        if not any(wanted in passage for passage in found):
            raise BrokenIndexError(
                f"golden question {question!r} does not find {wanted!r} in the new index, which therefore does not go "
                "live; mend the corpus, or the question in config.yaml",
                chinese=f"新索引没有换上：问“{question}”找不到“{wanted}”；请改报库，或改这一题（golden）",
            )
