"""Training: the base model's file, examples and their negatives, a toy run that is resumed, the exported model."""

from __future__ import annotations

import itertools
import json
import lzma
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import BertConfig

from embeddings.records import Article
from qa.reader import MODEL, Reader, Window
from qa.train import base, corpora, export
from qa.train import reader as training
from qa.train.corpora import Asked, Text
from qa.train.examples import CONTRADICTED, ENTAILED, SILENT, Examples, sentences, stated
from qa.train.network import ReaderNetwork

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
BODIES = (
    "青塘泵站昨天通水，总投资3.5亿元，占地70亩。站长李小禾介绍，泵站每年可排水1200万吨，惠及三镇12万居民。工程2022年3月开工，历时两年完工。",
    "东街菜场改造完工，摊位从86个增加到120个。菜场经理王大川说，改造花费480万元，由区商务局出资。菜场每天早上5点开门，晚上7点关门。",
    "西山公园昨天栽下1860株树苗，三百名志愿者参加。园林处处长陈静说，今年的树种以榉树和银杏为主。植树活动已经连续举办了九年。",
)  # fmt: skip


def written(at: int) -> Text:
    body = BODIES[at]
    text = Text("cmrc", ("青塘泵站", "东街菜场", "西山公园")[at], "2024-03-04", body)
    for question, answer in (
        (("青塘泵站总投资多少？", "3.5亿元"), ("青塘泵站站长是谁？", "李小禾")),
        (("东街菜场改造花费多少？", "480万元"), ("东街菜场经理是谁？", "王大川")),
        (("西山公园栽了多少株树苗？", "1860株"), ("西山公园今年以什么树种为主？", "榉树和银杏")),
    )[at]:
        start = body.index(answer)
        text.asked.append(Asked(question, ((start, start + len(answer)),)))
    return text


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return [written(at) for at in range(3)]


def test_positives_hold_the_answer_and_negatives_do_not(texts: list[Text]) -> None:
    answers = {each.question: text.body[slice(*each.spans[0])] for text in texts for each in text.asked}
    kinds = set()
    for example in itertools.islice(Examples(texts, 1, {}), 600):
        kinds.add(example.kind)
        for start, end in example.spans or ():
            assert example.passage[start:end].strip()
        if example.kind == "positive":
            asked = next(each for each in answers if each.rstrip("？") in example.question)
            assert [example.passage[slice(*span)] for span in example.spans or ()] == [answers[asked]]
        if example.kind in ("cut", "window", "retrieved"):
            assert answers[example.question] not in example.passage
    assert kinds >= {"positive", "cut", "exchanged", "retrieved", "transplant", "claim made"}


def test_claims_of_each_kind_are_made(texts: list[Text]) -> None:
    made = [each for each in itertools.islice(Examples(texts, 2, {}), 600) if each.support is not None]
    assert {each.support for each in made} == {ENTAILED, CONTRADICTED, SILENT}
    assert all(each.answers is (each.support != SILENT) for each in made)


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("青塘泵站总投资多少？", "3.5亿元", "青塘泵站总投资3.5亿元"),
        ("新桥长多少米？", "412米", "新桥长412米"),
        ("谁主持了会议？", "周平", "周平主持了会议"),
        ("为什么？怎么办？", "不知道", None),
    ],
)
def test_a_question_and_its_answer_make_a_statement(question: str, answer: str, statement: str | None) -> None:
    assert stated(question, answer) == statement


def test_sentences_cover_the_text() -> None:
    for body in BODIES:
        assert "".join(body[start:end] for start, end in sentences(body)) == body


def test_written_questions_are_read(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    rows = {"news_titled": [{"id": "n1", "title": "泵站通水", "time": "2024-03-04 08:00", "doc": BODIES[0]}]}
    for name in ("news_titled", "news_headlines"):
        with lzma.open(data / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.get(name, []))

    def at(answer: str) -> str:
        start = BODIES[0].index(answer)
        return f"{start}:{start + len(answer)}"

    lines = [
        "# n1", f"q\t总投资多少？\t{at('3.5亿元')}", f"f\t占地和排水？\t{at('70亩')} {at('1200万吨')}",
        "n\t设计者是谁？",
        f"u\t泵站多大？\t那站长呢？\t{at('李小禾')}", "u\t泵站多大？\t谁设计的\t",
        "+\t泵站在青塘。", "-\t泵站占地90亩。",
        "0\t泵站有八台水泵。", "# unknown", "q\t谁？\t0:2",
    ]  # fmt: skip
    (tmp_path / "written.tsv").write_text("\n".join(lines), "utf-8")
    [text] = corpora.written(tmp_path, tmp_path / "written.tsv")
    assert [len(each.spans) for each in text.asked] == [1, 2, 0, 1, 0]
    assert text.body[slice(*text.asked[0].spans[0])] == "3.5亿元"
    assert text.asked[3].question == "泵站多大？ 那站长呢？"
    assert [each.support for each in text.claims] == ["entailed", "contradicted", "silent"]


def test_the_questions_that_ship_are_on_known_texts() -> None:
    if not SHARED.exists():
        pytest.skip("needs the training folder")
    assert sum(len(text.asked) for text in corpora.written(SHARED)) > 3000


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model of two layers of random weights, with the tokenizer that ships."""
    folder = tmp_path_factory.mktemp("base")
    vocabulary = Tokenizer.from_file(str(MODEL / "tokenizer.json")).get_vocab_size()
    config = BertConfig(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=64,
        pad_token_id=1,
    )  # fmt: skip
    torch.manual_seed(0)
    config.save_pretrained(folder)
    encoder = ReaderNetwork(config).encoder
    save_file(
        {name: value.contiguous() for name, value in encoder.state_dict().items()},
        folder / "model.safetensors",
        {"format": "pt"},
    )
    (folder / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    return folder


@pytest.mark.filterwarnings("ignore")  # torch tells of its other exporter
def test_a_toy_run_learns_is_resumed_and_exported(
    tiny: Path, texts: list[Text], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "texts", lambda *rest: (texts, []))
    run, out = tmp_path / "run", tmp_path / "model"
    training.main(tmp_path, tiny, run, minutes=0.02)
    before = json.loads((run / "state.json").read_text())
    training.main(tmp_path, tiny, run, minutes=before["seconds"] / 60 + 0.02, resume=True)
    assert json.loads((run / "state.json").read_text())["steps"] > before["steps"] > 0
    export.export(run, tiny, out, eight_bits=False)
    window = Window(Article(BODIES[0]), 0, len(BODIES[0]))
    [reading] = Reader.load(out).read("青塘泵站总投资多少？", [window])
    network = ReaderNetwork(BertConfig.from_pretrained(tiny))
    network.load_state_dict(
        {name: torch.from_numpy(value) for name, value in load_file(run / "network.safetensors").items()}
    )
    pair = Tokenizer.from_file(str(tiny / "tokenizer.json")).encode("青塘泵站总投资多少？", BODIES[0])
    with torch.inference_mode():
        answers = network.eval()(torch.tensor([pair.ids]), torch.ones(1, len(pair.ids), dtype=torch.long)).answers
    assert reading.logit == pytest.approx(float(answers[0]), abs=1e-3)
    for parameter in network.parameters():  # the exporter stores tensors that are alike only once
        parameter.data.normal_()
    save_file(network.state_dict(), run / "network.safetensors")
    export.export(run, tiny, out)
    again = ReaderNetwork.from_shipped(out, tiny).state_dict()
    for name, value in network.state_dict().items():
        assert torch.allclose(again[name], value, atol=float(value.abs().max()) / 200), name


def test_the_weights_file_of_the_base_model_is_read(tmp_path: Path) -> None:
    values = np.arange(-8, 8, dtype=np.float32).repeat(2)
    scale = np.float16(0.5)
    nibbles = (values + 8).astype(np.uint8)
    block = scale.tobytes() + (nibbles[:16] | (nibbles[16:] << 4)).tobytes()
    plain = np.float32([1.5, -2.5]).tobytes()
    table = b"".join(
        struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, offset, size)
        for name, kind, count, offset, size in ((b"a", 1, 32, 0, 18), (b"b", 0, 2, 0, 8))
    )
    head = b"E5S1" + struct.pack("<I7ifi5iQ", 1, 32, 0, 2, 64, 9, 16, 2, 1e-12, 32, 1, 0, 2, 1, 3, 0)
    head += struct.pack("<2If", 0, 0, 0.0)[:12] + struct.pack("<iI", 0, 0) + struct.pack("<i", 2)
    start = len(head) + len(table)
    table = table.replace(struct.pack("<BIQQ", 1, 32, 0, 18), struct.pack("<BIQQ", 1, 32, start, 18))
    table = table.replace(struct.pack("<BIQQ", 0, 2, 0, 8), struct.pack("<BIQQ", 0, 2, start + 18, 8))
    path = tmp_path / "weights.bin"
    path.write_bytes(head + table + block + plain)
    weights = base.Weights(path)
    assert weights.tensor("a", 32).tolist() == [(values * 0.5).tolist()]
    assert weights.tensor("b", 1).tolist() == [[1.5], [-2.5]]


def test_the_base_model_is_the_one_that_was_trained_on(tmp_path: Path) -> None:
    """Made again from the packages, tensor for tensor."""
    made = SHARED / "models" / "e5-small-zh"
    if not made.exists():
        pytest.skip("needs the base model")
    try:
        weights, tokens = base.fetched(base.WEIGHTS, tmp_path), base.fetched(base.TOKENIZER, tmp_path)
    except Exception as error:
        pytest.skip(f"the packages cannot be had: {error}")
    kept = json.loads((made / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    whole = {piece: at for at, (piece, _) in enumerate(json.loads(tokens.read_text("utf-8"))["model"]["vocab"])}
    rows = [whole[piece] for piece, _ in kept]
    base.write(base.Weights(weights), json.loads(tokens.read_text("utf-8")), rows, tmp_path / "base")
    ours, theirs = load_file(tmp_path / "base" / "model.safetensors"), load_file(made / "model.safetensors")
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    assert (
        Tokenizer.from_file(str(tmp_path / "base" / "tokenizer.json")).encode("大桥通车").ids
        == Tokenizer.from_file(str(made / "tokenizer.json")).encode("大桥通车").ids
    )
