"""The training of what ships in qa/model, on an invented newspaper of two dozen stations; its pieces by hand."""

from __future__ import annotations

import json
import lzma
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from reading import PARK, PUMP, Sure, read
from safetensors.numpy import load_file

from qa.asked.question import understand
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.ranking.evidence import FEATURES, Lexicon
from qa.ranking.ranker import SIGNALS, Ranker
from qa.train import frequencies, judge, synonyms, unanswered, weigher
from qa.train import ranker as training
from qa.train.spoken import spoken

STATIONS = [f"{first}{second}泵站" for first in "青云白红长东" for second in "塘杉溪桥"]
ALIKE = Synonyms(["占地", "用地"], np.array([[90, 90], [90, 80]], dtype=np.int8))


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Sums this small only wait for each other in several threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def row(number: int, station: str) -> dict[str, Any]:
    context = f"{station}昨天通水。项目占地{number + 11}亩,有水泵{number % 7 + 2}台。站长是林小木。"
    return {
        "question": f"{station}占地多少亩？",
        "context": context,
        "answers": [f"{number + 11}亩"],
        "title": f"{station}通水",
    }


ROWS = [row(number, station) for number, station in enumerate(STATIONS)]


def write(path: Path, lines: list[str]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def command(monkeypatch: pytest.MonkeyPatch, program: Any, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["train", *map(str, arguments)])
    program.main()


def test_the_whole_training_leaves_a_ranker_that_finds_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "cmrc2018_train.jsonl.xz", [json.dumps(each, ensure_ascii=False) for each in ROWS])
    out = tmp_path / "model/ranker.safetensors"
    command(monkeypatch, training, "--data", tmp_path, "--out", out, "--epochs", 40)
    report = json.loads(capsys.readouterr().out)
    assert report["questions"] >= len(ROWS)
    assert report["held_out_top"]["3"] >= report["held_out_top"]["1"] > 0.5
    (tmp_path / "contexts").mkdir()
    index = training.index_contexts(ROWS, tmp_path / "contexts")
    asked = list(weigher.ask(index, ROWS, Ranker(load_file(out)), Sure("亩")))
    assert len(asked) >= len(ROWS) and all(len(each.rows) == len(each.right) for each in asked)
    weigher.learn(asked, out, 200)
    told = json.loads(capsys.readouterr().out)
    assert told["asked"] == len(asked) and told["after reading, first"] > 0.5
    foreign = [{"question": "云门机场的跑道多长？"}]
    judged = list(judge.ask(index, ROWS, foreign, Ranker(load_file(out)), Sure("亩")))
    index.close()
    assert 0 < sum(answered for _, answered in judged) < len(judged) / 2
    judge.learn(judged, out)
    assert json.loads(capsys.readouterr().out)["told apart"] > 0.8
    ranker = Ranker.load(out)
    best = ranker.rank(read("青塘泵站占地多少亩？", PUMP, PARK))[0]
    assert best.evidence.article.text[slice(*best.evidence.spans[best.sentence])].startswith("该项目占地70亩")


def test_the_estimate_is_monotone_however_it_was_taught() -> None:
    """Even from labels that say the opposite of what is true."""
    chance = np.random.default_rng(0)
    rows = chance.random((60, len(SIGNALS)))
    better = np.array(list(SIGNALS.values()))
    torch.manual_seed(0)
    made = training.fit_answered([(each, bool(each @ better < np.median(rows @ better))) for each in rows], 5)
    ranker = Ranker({**made, "score.mean": np.zeros(len(FEATURES))})
    for each in rows:
        steps = each + np.linspace(0, 2, 9)[:, None] * better
        assert (np.diff(ranker.scores("answered", steps)[:, 0]) >= -1e-9).all()


def test_the_scorer_learns_which_feature_tells() -> None:
    chance = np.random.default_rng(0)
    inputs = [chance.random((size, len(FEATURES))) for size in chance.integers(2, 6, 60)]
    labels = [each[:, 3] == each[:, 3].max() for each in inputs]
    torch.manual_seed(0)
    ranker = Ranker(training.fit_scorer(inputs, labels, 60))
    hits = [label[np.argmax(ranker.scores("score", each))] for each, label in zip(inputs, labels, strict=True)]
    assert np.mean(hits) > 0.8


def test_only_sentences_of_the_questions_own_context_are_marked() -> None:
    one = row(1, "青塘泵站")
    seen = read(one["question"], PUMP)[0]
    assert training.mark(seen, {**one, "context": PUMP.text, "answers": ["70亩"]}).tolist() == [False, True, False]
    assert training.mark(seen, {**one, "answers": ["70亩"]}).tolist() == [False, False, False]


def test_a_near_miss_is_the_evidence_with_every_answering_article_gone() -> None:
    evidence = read("青塘泵站占地多少亩？", PUMP, PARK)
    [left] = unanswered.without_answer(evidence, {"answers": ["70亩"]})
    assert left.article == PARK
    assert left.rows[:, FEATURES.index("score")] == pytest.approx([1, 1])
    assert left.rows[:, FEATURES.index("rank")] == pytest.approx([1, 1])
    assert evidence[1].rows[0, FEATURES.index("rank")] == 0.5  # what is given stays as it was
    assert len(unanswered.without_answer(evidence, {"answers": ["一百亩"]})) == 2


def test_an_article_can_tell_of_the_same_and_not_answer() -> None:
    evidence = read("青塘泵站占地多少亩？", PUMP, PARK)
    row = {"context": PUMP.text, "answers": ["70亩"]}
    question = understand("青塘泵站占地多少亩？")
    lexicon = Lexicon(Rarity(1000, lambda word: 0), ALIKE)
    left = unanswered.silent(question, evidence, row, lexicon)
    assert left is not None
    assert "占地" not in left[0].article.text and "通水" in left[0].article.text
    assert [seen.article for seen in left[1:]] == [PARK]
    assert unanswered.silent(question, evidence, {**row, "context": "别的"}, lexicon) is None
    assert unanswered.silent(question, evidence, {**row, "answers": ["一百亩"]}, lexicon) is None


@pytest.mark.parametrize("seed", range(20))
def test_a_spoken_question_keeps_its_names_and_figures(seed: int) -> None:
    said = spoken("青塘泵站2023年在南山镇建成了多少公里道路？", Synonyms.load(), random.Random(seed))
    assert "2023年" in said and "南山" in said
    assert any(word in said for word in ("多少", "几"))


def test_questions_are_spoken_in_many_ways() -> None:
    ways = {spoken("青塘泵站位于哪里？", ALIKE, random.Random(seed)) for seed in range(40)}
    assert len(ways) > 10 and any("哪儿" in way for way in ways) and any(not way.startswith("青塘") for way in ways)


def test_a_twisted_question_asks_for_another_thing() -> None:
    question = understand("青塘泵站占地多少亩？")
    twisted = unanswered.twist(question, ["校园"], random.Random(0))
    assert twisted is not None
    assert "校园" in twisted.text and twisted.text != question.text and twisted.kind == question.kind
    assert unanswered.twist(question, ["泵站"], random.Random(0)) is None


def test_a_reworded_question_asks_the_same_in_other_words() -> None:
    reworded = training.reword(understand("这座公园占地多少亩？"), ALIKE, random.Random(0))
    assert reworded is not None and reworded.text == "这座公园用地多少亩？"
    assert training.reword(understand("谁是站长？"), ALIKE, random.Random(0)) is None


def test_frequencies_are_shares_of_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = write(tmp_path / "news.tsv.xz", ["1\t泵站通水,泵站", "2\t泵站开工", "3\t公园", "4\t公园 泵站"])
    command(monkeypatch, frequencies, news, "--out", tmp_path / "out/frequencies.tsv")
    lines = (tmp_path / "out/frequencies.tsv").read_text("utf-8").splitlines()
    assert lines[0] == "泵站\t750000"
    assert set(lines) == {"泵站\t750000", "公园\t500000", "通水\t250000", "开工\t250000"}


def test_words_in_like_company_come_out_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = []
    for verb, things in (("动工", "泵站"), ("开工", "泵站"), ("唱歌", "学生"), ("跳舞", "学生")):
        lines += [f"2026\t{things}{verb}" for _ in range(100)]
    news = write(tmp_path / "news.tsv.xz", lines)
    command(monkeypatch, synonyms, news, "--out", tmp_path / "out/s.safetensors", "--dimension", 8, "--epochs", 40)
    learned = Synonyms.load(tmp_path / "out/s.safetensors")
    near = learned.nearness(["动工"], ["开工", "唱歌"])[0]
    assert near[0] > near[1]


def test_vectors_are_kept_in_eight_bits(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(6, 8)).astype(np.float32)
    synonyms.export([f"词{at}" for at in range(6)], vectors, tmp_path / "s.safetensors")
    centred = vectors - vectors.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    near = Synonyms.load(tmp_path / "s.safetensors").nearness([f"词{at}" for at in range(6)], ["词0"])[:, 0]
    assert near == pytest.approx(np.clip(unit @ unit[0], 0, 1), abs=0.02)
