"""The training of the reader, on an invented newspaper and a few invented encyclopaedia articles."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from qa.asked.question import understand
from qa.language.synonyms import Synonyms
from qa.reader import Reader
from qa.train import reader as command
from qa.train.examples import (
    SIZE,
    Example,
    around,
    collect,
    held_out,
    is_held_news,
    nearest_place,
)
from qa.train.reader import Settings, drawn, make_reader, numbered
from qa.train.reading import ReaderNetwork, Sizes, batch, loss

TOWNS = ["青塘", "云杉", "石桥", "柳溪", "白鹭", "东渡", "南浦", "北冈"]
FILLER = "沿线的居民来到现场,看工人搬运材料,谈起往年的雨季。" * 6
SOURCES = [f"x{number}" for number in range(12)]


def article(number: int) -> str:
    town = TOWNS[number % len(TOWNS)]
    return (
        f"{town}泵站扩建项目昨天在镇上动工。{town}泵站扩建项目总投资{number + 2}亿元,占地{number + 30}亩。"
        f"{FILLER}{town}泵站扩建项目预计于2026年{number % 12 + 1}月通水,附近{number + 5}个村不再怕涝。"
    )


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def encyclopaedia(name: str, context: str, answers: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{name}{at}",
            "question": question,
            "context": context,
            "answers": [answer],
            "answer_start": [context.index(answer)],
        }
        for at, (question, answer) in enumerate(answers.items())
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in the shape of the real one. Titled article t0 answers the question that is measured on."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "news").mkdir()
    with lzma.open(folder / "news/news.tsv.xz", "wt", encoding="utf-8") as file:
        file.writelines(f"2026-01-01\t{article(number)}\n" for number in range(24))
    write(folder / "data/news_titled.jsonl.xz", [{"id": "t0", "title": "通水", "doc": article(90)}])
    measured = {"id": "q:t0:0", "question": "量一量的问题？", "answers": ["92亿元"], "doc_id": "t0", "also": None}
    write(folder / "data/news_questions_dev.jsonl.xz", [measured])
    pairs = [{"id": "q:t0:0", "question": "量一量的问题？", "answer": "92亿元"}]
    for at, source in enumerate(SOURCES):
        pairs.append(
            {"id": f"q:{source}:0", "question": f"{TOWNS[at % 8]}泵站占地多少亩？{source}", "answer": f"{at + 30}亩"}
        )
    write(folder / "data/news_qa_pairs.jsonl.xz", pairs)
    rows = []
    for town in TOWNS:
        text = f"{town}河长{len(rows) + 40}公里。{FILLER}{town}河在下游分成两支,东支叫{town}东河。"
        rows += encyclopaedia(
            town, text, {f"{town}河有多长？": f"{len(rows) + 40}公里", f"{town}河东支叫什么？": f"{town}东河"}
        )
    write(folder / "data/cmrc2018_train.jsonl.xz", rows)
    text = "鐵橋於1912年啟用,全長三百公尺。" + "當地的漁民與農夫都從這裡過河。" * 15
    drcd = encyclopaedia(
        "d", text, {"鐵橋何時啟用？": "1912年", "鐵橋全長多少？": "三百公尺", "誰從這裡過河？": "漁民"}
    )
    write(folder / "data/drcd.jsonl.xz", drcd)
    return folder


@pytest.fixture(scope="module")
def collected(data: Path) -> list[tuple[str, Example]]:
    return list(collect(data, 24, seed=1))


def settings(data: Path, work: Path, steps: int) -> Settings:
    return Settings(data, work / "reader.safetensors", work, steps=steps, made=6, threads=1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one passage or two, so that a step takes milliseconds."""
    monkeypatch.setattr(command, "_TOKENS", 300)


@pytest.mark.usefixtures("small")
def test_the_whole_training_runs_twice_alike_and_its_weights_read(data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_reader(settings(data, tmp_path / name, steps=3))
    one, two = (load_file(tmp_path / name / "reader.safetensors") for name in ("one", "two"))
    assert one.keys() == two.keys() and all((one[name] == two[name]).all() for name in one)
    reader = Reader.load(Synonyms.load(), tmp_path / "one/reader.safetensors")
    [reading] = reader.read(understand("青塘泵站占地多少亩？"), [article(0)[:80]])
    assert 0 < reading.chance < 1
    assert ord("泵") in one["alphabet"] and ord("鐵") not in one["alphabet"]


@pytest.mark.usefixtures("small")
def test_training_goes_on_where_it_stopped(data: Path, tmp_path: Path) -> None:
    make_reader(settings(data, tmp_path, steps=2))
    first = load_file(tmp_path / "checkpoint.safetensors")
    make_reader(settings(data, tmp_path, steps=2))  # there is nothing left to do
    again = load_file(tmp_path / "checkpoint.safetensors")
    weights = [name for name in first if name.startswith("n.")]
    assert weights and all((first[name] == again[name]).all() for name in weights)
    make_reader(settings(data, tmp_path, steps=5))
    last = load_file(tmp_path / "checkpoint.safetensors")
    assert (first["step"], again["step"], last["step"]) == (2, 2, 5)
    assert last["seconds"] > first["seconds"]
    assert {int(last[name]) for name in last if name.endswith(".step")} == {5}  # the optimizer remembers them all
    assert any((first[name] != last[name]).any() for name in weights)


def test_the_examples_are_made_once(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = command.examples(settings(data, tmp_path, steps=1))
    monkeypatch.setattr(command, "collect", None)
    assert command.examples(settings(data, tmp_path, steps=1)) == first
    assert set(first) == {"made", "cmrc", "drcd", "news"}


def test_the_answer_stands_at_its_place_and_is_not_in_the_other_passage(
    collected: list[tuple[str, Example]], data: Path
) -> None:
    answers = {row["question"]: row["answer"] for row in records(data, "news_qa_pairs")}
    answers |= {row["question"]: row["answers"][0] for row in records(data, "cmrc2018_train")}
    seen = {name: [0, 0] for name, _ in collected}
    for name, (question, passage, low, high) in collected:
        seen[name][low < 0] += 1
        if low < 0:
            assert (low, high) == (-1, -1)
            assert answers.get(question, "\0") not in passage
        elif question in answers:
            assert passage[low:high] == answers[question]
        else:
            assert 0 <= low < high <= len(passage) and passage[low:high]
        assert len(passage) <= 2 * SIZE
    assert all(count for name, counts in seen.items() for count in counts), seen


def records(data: Path, name: str) -> list[dict[str, Any]]:
    with lzma.open(data / f"data/{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_made_questions_are_answered_where_they_say(collected: list[tuple[str, Example]]) -> None:
    made = [example for name, example in collected if name == "made" and example.low >= 0]
    assert made and all(example.passage[example.low : example.high] not in example.question for example in made)
    invested = [example for example in made if "总投资多少元" in example.question]
    assert {example.passage[example.high - 2 : example.high] for example in invested} == {"亿元"}


def test_traditional_script_is_simplified(collected: list[tuple[str, Example]]) -> None:
    drcd = [example for name, example in collected if name == "drcd"]
    assert {example.passage[example.low : example.high] for example in drcd if example.low >= 0} <= {
        "1912年",
        "三百公尺",
        "渔民",
    }
    assert drcd and not any(char in example.question + example.passage for example in drcd for char in "鐵橋啟誰過")


def test_what_is_held_out_is_not_learned_from(collected: list[tuple[str, Example]], data: Path) -> None:
    asked = {name: {example.question for each, example in collected if each == name} for name, _ in collected}
    everything = [row["question"] for row in records(data, "cmrc2018_train")]
    held = held_out(everything)
    assert len(held) == 2 and asked["cmrc"] == set(everything) - held
    sources = {question.partition("？")[2] for question in asked["news"]}
    assert sources == {source for source in SOURCES if not is_held_news(f"q:{source}:0")}
    assert 0 < len(sources) < len(SOURCES)
    assert not any("量一量" in question for questions in asked.values() for question in questions)


def test_a_question_on_news_counts_three_times(collected: list[tuple[str, Example]]) -> None:
    news = [example for name, example in collected if name == "news"]
    assert {news.count(example) for example in news} == {3}
    made = [example for name, example in collected if name == "made"]
    assert len(made) == len(set(made))


@given(
    st.text("一二。！\n", max_size=400),
    st.text("一二。！\n", max_size=400),
    st.integers(0, 9),
    st.text("答案", min_size=1),
)
def test_the_passage_around_an_answer_holds_it(before: str, after: str, seed: int, answer: str) -> None:
    text = before + answer + after
    low, high = len(before), len(before) + len(answer)
    start, end = around(text, low, high, random.Random(seed))
    assert 0 <= start <= low and high <= end <= len(text)
    assert start == 0 or text[start - 1] in "。！\n" or end - start > SIZE


def test_of_several_places_the_one_amid_the_words_of_the_question() -> None:
    text = f"公园占地30亩。{'。' * 60}泵站工程占地30亩。{'。' * 60}学校占地30亩。"
    low = nearest_place(text, "30亩", "泵站工程占地多少亩？")
    assert text[low - 6 : low] == "泵站工程占地"


def test_an_answer_becomes_the_words_that_hold_it() -> None:
    rows = [Example("泵站占地多少亩？", "泵站占地130亩。", 4, 6), Example("泵站占地多少亩？", "公园开园。", -1, -1)]
    pair, none = numbered(rows, Synonyms.load(), "toy")
    word = pair.passage.texts[pair.first : pair.last + 1]
    assert "13" in "".join(word) and len(word) == 1
    assert (none.first, none.last) == (-1, -1)


def test_batches_hold_every_pair_once_before_any_comes_again() -> None:
    synonyms = Synonyms.load()
    rows = [Example("泵站占地多少亩？", "泵站占地30亩。" * (1 + at % 5), 4, 7) for at in range(30)]
    pairs = numbered(rows, synonyms, "toy")
    batches, seen = drawn(pairs, seed=0), list[int]()
    while len(seen) < 30:
        seen += [id(pair) for pair in next(batches)]
    assert sorted(seen) == sorted(map(id, pairs))
    assert next(drawn([], seed=0), None) is None


def test_the_loss_is_the_cross_entropy_of_both_ends() -> None:
    starts = torch.tensor([[0.0, 9.0, 0.0], [0.0, 0.0, 9.0]])
    right = loss(starts, starts, torch.tensor([1, -1]), torch.tensor([1, -1]))
    wrong = loss(starts, starts, torch.tensor([0, 0]), torch.tensor([0, 0]))
    assert right.item() == pytest.approx(2 * np.log(1 + 2 * np.exp(-9)), abs=1e-6)
    assert wrong.item() == pytest.approx(18, abs=1e-2)


def test_the_network_learns_where_an_answer_stands() -> None:
    torch.manual_seed(0)
    synonyms = Synonyms.load()
    passages = ["泵站占地30亩。", "泵站昨天通水,占地70亩。", "公园开园,种树800棵。"]
    rows = [Example("泵站占地多少亩？", text, text.find("亩") - 2, text.find("亩") + 1) for text in passages[:2]]
    pairs = numbered([*rows, Example("泵站占地多少亩？", passages[2], -1, -1)], synonyms, "toy")
    letters = np.array(sorted(map(ord, set("".join(passages)))), np.int32)
    network = ReaderNetwork(torch.from_numpy(synonyms.table()), torch.from_numpy(letters), Sizes(4, 8, 8, 8), dropout=0)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)
    for _ in range(60):
        last = command.step_on(network, optimizer, batch(pairs, letters), "cpu")
    assert last < 0.2
    found = command.exact(network, {"toy": pairs}, letters, Settings(Path()))
    assert found == {"toy.answer": 1.0, "toy.none": 1.0}
