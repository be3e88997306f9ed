"""A toy encoder on disk, and a toy corpus: what the tests of builds and indexes are made of.

The encoder is a static model of one vector for each character, so that a cosine can be computed by hand.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from embeddings.build import Receipt, build
from embeddings.index import Index
from embeddings.settings import ChunkSettings, EncoderSettings

CHARACTERS = (
    "科恩锂电项目今年月开工建设总投资亿元新桥通车长米湖边清淤图书馆到晚上点半码头亮灯第篇一二三四五六七八九十。,"
)
DIMENSION = 16

PROJECT = "科恩锂电项目今年4月开工建设,总投资10亿元。\n项目计划年内投产,达产后年产值20亿元。"
BRIDGE = "城北新桥昨天通车,桥长412米,总投资2.6亿元。\n市民走上新桥看夜景。"
LIBRARY = "图书馆开到晚上九点半。馆里有图书36万册。"


def encoder(folder: Path, seed: int = 0, dimension: int = DIMENSION) -> EncoderSettings:
    """Write the toy model into a folder, if it is not there; its settings."""
    if not folder.exists():
        folder.mkdir(parents=True)
        vocabulary = {char: at for at, char in enumerate(["?", *dict.fromkeys(CHARACTERS)])}
        tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="?"))
        tokenizer.pre_tokenizer = Split("", "isolated")
        tokenizer.save(str(folder / "tokenizer.json"))
        rows = np.random.default_rng(seed).normal(size=(len(vocabulary), dimension)).astype(np.float32)
        save_file({"embeddings": rows}, folder / "model.safetensors")
        kind = "sentence_transformers.sentence_transformer.modules.StaticEmbedding"
        modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
        (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    return EncoderSettings(model=str(folder))


class Paper:
    """A corpus folder and its index, with the toy encoder."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.index = folder / "corpus", folder / "index"
        self.corpus.mkdir(parents=True)
        self.encoder = encoder(folder / "model")
        self.chunks = ChunkSettings(size=40, overlap=0)

    def write(self, name: str, *articles: str, **fields: str) -> Path:
        """A file of records, the first line of each article being its headline."""
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = []
        for article in articles:
            headline, _, text = article.partition("|")
            lines.append(json.dumps({"title": headline, "text": text or headline, **fields}, ensure_ascii=False))
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def build(self, full: bool = False, keep: int = 2) -> Receipt:
        return build(self.corpus, self.index, encoder=self.encoder, chunks=self.chunks, full=full, keep=keep)

    def open(self) -> Index:
        return Index.open(self.index, self.encoder)

    def found(self, question: str, k: int = 5) -> list[str]:
        """The texts of the passages found, best first."""
        return [hit.article.text[hit.start : hit.end] for hit in self.open().search(question, k)]

    def holdings(self) -> set[tuple[str, str, str]]:
        """(source, headline, text) of every article in the index."""
        return {(each.source, each.headline, each.text) for each in self.open().store.select(limit=9999)}

    def fingerprint(self) -> str:
        """A hash over every file of the index folder, to see whether anything was written."""
        digest = hashlib.sha256()
        for path in sorted(self.index.rglob("*")):
            if path.is_file() and path.suffix != ".lock":
                digest.update(str(path).encode() + path.read_bytes())
        return digest.hexdigest()
