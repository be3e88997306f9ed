"""The encoder's interface, its two ways of reading a static model, and what it says when a model cannot be read."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models

from embeddings.encoder import BUNDLED, StaticEncoder, fingerprint, load_encoder
from embeddings.errors import ModelError

TEXTS = [
    "全年发电量达到1.2亿千瓦时。",
    "",
    "😀",
    "  \n",
    "ＡＢＣ公司 Q2 财报",
    "乡镇卫生院新增床位" * 40,
    "新建桥梁何时通车？",
]


@pytest.fixture
def by_hand() -> StaticEncoder:
    """Two pieces, 甲 → (3, 0) and 乙 → (0, 4); anything else → (0, 0)."""
    tokenizer = Tokenizer(models.Unigram([("<unk>", -9.0), ("甲", -1.0), ("乙", -1.0)], unk_id=0, byte_fallback=False))
    return StaticEncoder(tokenizer, np.array([[0, 0], [3, 0], [0, 4]], np.float32), "by hand")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "copy"))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_a_vector_is_the_mean_of_its_pieces_scaled_to_length_one(by_hand: StaticEncoder) -> None:
    vectors = by_hand.encode(["甲", "甲乙", "甲甲乙", "", "丙"])
    expected = [[1, 0], [0.6, 0.8], [6 / 52**0.5, 4 / 52**0.5], [0, 0], [0, 0]]
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    assert vectors.dtype == np.float32 and by_hand.dimension == 2


def test_prompts_stand_before_the_text_and_a_passage_prompt_is_part_of_the_name() -> None:
    plain, prompted = load_encoder(), load_encoder(query_prompt="问：", passage_prompt="文：")
    np.testing.assert_allclose(prompted.encode(["桥梁通车"])[0], plain.encode(["文：桥梁通车"])[0])
    np.testing.assert_allclose(prompted.encode_query("桥梁通车"), plain.encode_query("问：桥梁通车"))
    assert load_encoder(query_prompt="问：").name == plain.name != prompted.name


def test_numpy_and_sentence_transformers_give_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(BUNDLED), local_files_only=True).encode(TEXTS)
    np.testing.assert_allclose(load_encoder().encode(TEXTS), theirs, atol=1e-5)


def test_a_folder_that_numpy_cannot_read_goes_through_sentence_transformers_without_a_network(
    copy: Path, no_network: None
) -> None:
    path = copy / "config_sentence_transformers.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"prompts": {"query": "问：", "document": ""}}))
    plain, prompted = load_encoder(), load_encoder(str(copy))
    np.testing.assert_allclose(prompted.encode(TEXTS), plain.encode(TEXTS), atol=1e-5)
    np.testing.assert_allclose(prompted.encode_query("桥梁"), plain.encode_query("问：桥梁"), atol=1e-5)


@pytest.mark.parametrize("layout", ["float32", "float16", "mapping"])
def test_every_layout_of_a_static_model_is_read_alike(copy: Path, layout: str) -> None:
    stored = load_file(copy / "model.safetensors")
    rows = stored["embeddings"].astype(np.float32) * stored["weights"][:, None]
    tensors = {"embedding.weight": np.ascontiguousarray(rows, layout if layout != "mapping" else "float32")}
    if layout == "mapping":
        order = np.arange(len(rows))[::-1].copy()
        tensors = {"embeddings": rows[order].copy(), "mapping": order}
    save_file(tensors, copy / "model.safetensors")
    np.testing.assert_allclose(load_encoder(str(copy)).encode(TEXTS), load_encoder().encode(TEXTS), atol=1e-3)


def test_the_name_follows_the_content_and_not_the_place(copy: Path) -> None:
    assert load_encoder(str(copy)).name == load_encoder().name == fingerprint(BUNDLED)
    (copy / "README.md").write_text("another card")
    assert fingerprint(copy) == fingerprint(BUNDLED)
    tokenizer = copy / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    assert fingerprint(copy) != fingerprint(BUNDLED)


def test_the_bundled_model_is_small_and_opens_without_torch() -> None:
    size = sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file())
    assert size < 8 << 20
    code = "import sys; from embeddings.encoder import load_encoder; load_encoder().encode_query('桥'); "
    code += "sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_bundled_model_finds_what_is_told_in_other_words() -> None:
    told = {
        "医院什么时候开业？": "这所新的医疗机构将于年底投入使用，为患者提供服务。",
        "足球比赛谁赢了？": "球队在客场以三比一取胜，晋级半决赛。",
        "大桥通车": "新桥建成后，车辆过江只需五分钟。",
        "教育": "学校新学期将迎来三千名学生。",
    }
    encoder = load_encoder()
    cosines = np.array([encoder.encode_query(question) for question in told]) @ encoder.encode(list(told.values())).T
    others = np.where(np.eye(len(told), dtype=bool), -1, cosines).max(axis=1)
    assert (cosines.diagonal() > others + 0.05).all(), cosines.round(2)


def _without(name: str, folder: Path) -> None:
    (folder / name).unlink()


def _cut(name: str, folder: Path) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("spoil", "name", "says"),
    [
        (_without, "modules.json", "holds no modules.json"),
        (_cut, "modules.json", "modules.json is damaged"),
        (_without, "model.safetensors", "model.safetensors is missing or damaged"),
        (_cut, "model.safetensors", "model.safetensors is missing or damaged"),
        (_without, "tokenizer.json", "tokenizer.json is missing or damaged"),
        (_cut, "tokenizer.json", "tokenizer.json is missing or damaged"),
    ],
)
def test_a_damaged_folder_is_one_line_that_names_the_file(copy: Path, spoil, name: str, says: str) -> None:  # type: ignore[no-untyped-def]
    spoil(name, copy)
    with pytest.raises(ModelError) as raised:
        load_encoder(str(copy))
    assert says in str(raised.value) and str(copy) in str(raised.value) and "\n" not in str(raised.value)


def test_a_tokenizer_of_another_model_is_noticed(copy: Path) -> None:
    save_file({"embedding.weight": np.zeros((7, 4), np.float32)}, copy / "model.safetensors")
    with pytest.raises(ModelError, match=r"subwords but a matrix of shape \(7, 4\)"):
        load_encoder(str(copy))


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/model", "~/no-such-model", "a/b/c"])
def test_a_missing_folder_is_one_line_and_never_asks_the_hub(name: str) -> None:
    with pytest.raises(ModelError, match=r"no such folder: .*Name an existing model folder"):
        load_encoder(name)


def test_a_hub_that_cannot_be_reached_is_one_line(no_network: None) -> None:
    with pytest.raises(ModelError) as raised:
        load_encoder("nobody/no-such-model")
    assert "nobody/no-such-model is no folder here" in str(raised.value) and "\n" not in str(raised.value)
