"""Text → vectors, through the smallest interface that works.

A static model (one vector per subword, averaged) is read here with numpy alone, because importing torch and sentence-
transformers costs seconds that a single question should not pay; every other model goes through SentenceTransformer.
Both ways give the same vectors for a static model, which a test holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from embeddings.errors import ModelError, first_line
from embeddings.hub import cached, loading, located

Vectors = npt.NDArray[np.float32]
T = TypeVar("T")

BUNDLED = Path(__file__).parent / "model"
# Texts averaged at a time: few, so that their token rows (about 8 × 120 × 1 kB) stay in the processor's cache.
_STRIP = 8
_HASH = re.compile(r"[0-9a-f]{64}")
_STATIC_DTYPES = {"F64", "F32", "F16", "I8"}


class Encoder(Protocol):
    """Anything that turns texts into vectors of length 1 (a zero vector where a text holds nothing it knows)."""

    @property
    def name(self) -> str:
        """Identity for an index's manifest: two encoders with one name give the same vectors."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Passages → float32 (n, dimension)."""

    def encode_query(self, text: str) -> Vectors:
        """One question → float32 (dimension,)."""


def load_encoder(
    model: str = "bundled", query_prompt: str = "", passage_prompt: str = "", batch_size: int = 256
) -> Encoder:
    """Open a model. A folder never touches the network; a hub name only when it is not yet in the local cache.

    Raises ModelError, in one line with its remedy, when the folder or the hub name cannot be loaded.
    """
    folder = BUNDLED if model == "bundled" else located(model, "encoder.model")
    name = fingerprint(folder)
    if _is_static(folder, _modules(folder)):
        tokenizer, rows = _read_static(folder)
        return StaticEncoder(tokenizer, rows, name, query_prompt, passage_prompt, batch_size)
    return TransformerEncoder(folder, name, query_prompt, passage_prompt, batch_size)


def identity(model: str = "bundled", passage_prompt: str = "") -> str:
    """The name that `load_encoder` would give the model, without opening it; "" where it is not on this machine."""
    folder = BUNDLED if model == "bundled" else cached(model)
    return _with_prompts(fingerprint(folder), passage_prompt) if folder else ""


def fingerprint(folder: Path) -> str:
    """Identity of a model folder by the content of its files, wherever it lies: "model-1f3a5b7c9d0e".

    The card (README) and hidden files do not count: they change no vector.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and path.suffix != ".md" and not any(part.startswith(".") for part in place.parts):
            digest.update(place.as_posix().encode() + b"\0")
            digest.update(_sha256(path))
    return f"model-{digest.hexdigest()[:12]}"


def _sha256(path: Path) -> bytes:
    """The hash of a file's content; of one in the model cache it is the name, and need not be read from gigabytes."""
    if path.is_symlink() and _HASH.fullmatch(path.resolve().name):
        return bytes.fromhex(path.resolve().name)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


class StaticEncoder:
    """The mean of one learned vector per subword, scaled to length 1. Knows nothing about the order of words."""

    def __init__(
        self,
        tokenizer: Any,
        rows: npt.NDArray[Any],
        name: str,
        query_prompt: str = "",
        passage_prompt: str = "",
        batch_size: int = 256,
    ) -> None:
        """`tokenizer` is a `tokenizers.Tokenizer`; `rows` is float (vocabulary, dimension)."""
        self.name = _with_prompts(name, passage_prompt)
        self.dimension = int(rows.shape[1])
        self.tokenizer, self.rows = tokenizer, rows.astype(np.float32)
        self._prompts = query_prompt, passage_prompt
        self._batch = max(1, batch_size)

    def encode(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for start, batch in _batches(texts, self._batch):
            self._encode_into(out[start : start + len(batch)], [self._prompts[1] + text for text in batch])
        return out

    def encode_query(self, text: str) -> Vectors:
        out: Vectors = np.zeros((1, self.dimension), np.float32)
        self._encode_into(out, [self._prompts[0] + text])
        return out.ravel()

    def _encode_into(self, out: Vectors, texts: list[str]) -> None:
        encodings = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        for start, strip in _batches([encoding.ids for encoding in encodings], _STRIP):
            full = [i for i, ids in enumerate(strip) if ids]  # reduceat gives nonsense for an empty run
            if not full:
                continue
            lengths = np.array([len(strip[i]) for i in full])
            ids = np.concatenate([np.array(strip[i], np.int32) for i in full])
            starts = np.concatenate(([0], np.cumsum(lengths[:-1])))
            sums = np.add.reduceat(self.rows[ids], starts, axis=0)
            out[start + np.array(full)] = _unit(sums / lengths[:, None])


class TransformerEncoder:
    """Any SentenceTransformer, from its folder. Imports torch when it is made, not before."""

    def __init__(
        self, folder: Path, name: str, query_prompt: str = "", passage_prompt: str = "", batch_size: int = 256
    ) -> None:
        self._model = _open_transformer(folder)
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise ModelError(
                f"encoder.model: {folder} states no vector size. Name a sentence-transformers model.",
                chinese=f"encoder.model：{folder} 没有说明向量的维数；请换成 sentence-transformers 的模型",
            )
        self.name = _with_prompts(name, passage_prompt)
        self.dimension = int(dimension)
        # None lets the prompts apply that the model itself brings along.
        self._prompts = query_prompt or None, passage_prompt or None
        self._batch = max(1, batch_size)

    def encode(self, texts: Sequence[str]) -> Vectors:
        options = {"prompt": self._prompts[1], "batch_size": self._batch, "show_progress_bar": False}
        vectors = self._model.encode_document(list(texts), **options) if texts else []
        return _unit(np.asarray(vectors, np.float32).reshape(len(texts), self.dimension))

    def encode_query(self, text: str) -> Vectors:
        vector = self._model.encode_query(text, prompt=self._prompts[0], show_progress_bar=False)
        return _unit(np.asarray(vector, np.float32)[None]).ravel()


def _open_transformer(folder: Path) -> Any:
    """A SentenceTransformer, whose weights are safetensors and no pickle."""
    from sentence_transformers import SentenceTransformer

    with loading("encoder.model", folder):
        return SentenceTransformer(str(folder), local_files_only=True, model_kwargs={"use_safetensors": True})


def _read_static(folder: Path) -> tuple[Any, npt.NDArray[Any]]:
    """The tokenizer of a static model and its matrix, float (vocabulary, dimension).

    Both layouts that sentence-transformers reads: `embedding.weight`, or int8 `embeddings` with a scale per token in
    `weights` and an optional `mapping` from token to row.
    """
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    path = folder / "model.safetensors"
    try:
        tensors = load_file(path)
        rows = tensors["embedding.weight"] if "embedding.weight" in tensors else tensors["embeddings"]
        if "mapping" in tensors:
            rows = rows[tensors["mapping"]]
        if "weights" in tensors:
            rows = rows.astype(np.float32) * tensors["weights"].astype(np.float32)[:, None]
        path = folder / "tokenizer.json"
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # both libraries raise bare exceptions from Rust
        raise _unreadable(path, "is missing or damaged", "缺了或坏了", first_line(error)) from error
    if rows.ndim != 2 or tokenizer.get_vocab_size() > len(rows):
        why = f"{tokenizer.get_vocab_size()} subwords but a matrix of shape {rows.shape}"
        raise _unreadable(folder, "is damaged", "坏了", why)
    tokenizer.no_padding()
    return tokenizer, rows


def _unreadable(path: Path, english: str, chinese: str, why: object) -> ModelError:
    return ModelError(
        f"encoder.model: {path} {english} ({why}). Copy the model folder again.",
        chinese=f"encoder.model：{path} {chinese}（{why}）；请重新拷贝模型文件夹",
    )


def _modules(folder: Path) -> list[str]:
    """The class names of the model's modules, in order: ["StaticEmbedding", "Normalize"]."""
    path = folder / "modules.json"
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        return [str(module["type"]).rpartition(".")[2] for module in sorted(listed, key=lambda m: int(m["idx"]))]
    except FileNotFoundError:
        raise ModelError(
            f"encoder.model: {folder} is no sentence-transformers model: it holds no modules.json. "
            "Name the folder that SentenceTransformer.save wrote, a hub name, or bundled.",
            chinese=f"encoder.model：{folder} 不是 sentence-transformers 的模型，里面没有 modules.json；"
            "请写 SentenceTransformer.save 存下的文件夹、模型库里的名字，或 bundled",
        ) from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _unreadable(path, "is damaged", "坏了", error) from error


def _is_static(folder: Path, modules: list[str]) -> bool:
    """Whether numpy can read the model: static rows of a plain type in the folder itself, no prompts of its own."""
    from safetensors import safe_open

    if modules not in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]):
        return False
    try:
        settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        if settings.get("default_prompt_name") or settings.get("truncate_dim") or any(settings["prompts"].values()):
            return False
        with safe_open(folder / "model.safetensors", framework="numpy") as file:
            dtypes = {key: file.get_slice(key).get_dtype() for key in file.keys()}  # noqa: SIM118 (no iterator)
        return all(dtype in _STATIC_DTYPES for key, dtype in dtypes.items() if key.startswith("embedding"))
    except Exception:
        return True  # reading it says what is wrong, in one line


def _with_prompts(name: str, passage_prompt: str) -> str:
    """A passage prompt changes every vector of an index, so it is part of the identity; a query prompt is not."""
    return f"{name} with passages as {passage_prompt!r}" if passage_prompt else name


def _batches(items: Sequence[T], size: int) -> Iterator[tuple[int, Sequence[T]]]:
    """(offset, items) for every `size` items."""
    return ((start, items[start : start + size]) for start in range(0, len(items), size))


def _unit(rows: npt.NDArray[Any]) -> Vectors:
    """Rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
