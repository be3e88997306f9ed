"""Evidence → scores and the probability of an answer: sums by hand, monotone estimates, one-line errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import PARK, PUMP, ranker, read, weights
from safetensors.numpy import load_file, save_file

from embeddings.errors import ModelError
from qa.ranking.evidence import FEATURES, Evidence
from qa.ranking.ranker import MODEL, SIGNALS, Ranked, Ranker, signals

BETTER = np.array(list(SIGNALS.values()))


@pytest.fixture(scope="module")
def shipped() -> Ranker:
    return Ranker.load()


def test_the_sentence_with_most_of_the_question_is_the_best() -> None:
    ranked = ranker().rank(read("青塘泵站占地多少亩？", PUMP, PARK))
    assert len(ranked) == 5
    assert [sentence.score for sentence in ranked] == sorted((sentence.score for sentence in ranked), reverse=True)
    best = ranked[0]
    start, end = best.evidence.spans[best.sentence]
    assert best.evidence.article.text[start:end].startswith("该项目占地70亩")


def test_the_probability_is_a_logistic_of_a_sum() -> None:
    ranked = ranker(answered={"held": 2.0}).rank(read("青塘泵站占地多少亩？", PUMP))
    assert ranker(answered={"held": 2.0}).answered(ranked) == pytest.approx(1 / (1 + np.exp(-2)))
    assert ranker().answered([]) == 0


def test_a_network_bends_between_its_layers() -> None:
    made = weights({"words": 1.0}) | {"score.weight1": np.array([[3.0]]), "score.bias1": np.array([0.5])}
    seen = read("青塘泵站占地多少亩？", PUMP)
    expected = 3 * np.tanh(seen[0].rows[:, FEATURES.index("words")]) + 0.5
    assert [each.score for each in Ranker(made).rank(seen)] == pytest.approx(sorted(expected, reverse=True))


def test_a_unit_that_no_figure_has_leaves_two_fifths_of_the_chance() -> None:
    asked = "青塘泵站总投资多少美元？"
    [seen] = read(asked.replace("美元", "公顷"), PUMP)
    assert ranker().answered(ranker().rank([seen])) == 0.2
    [seen] = read(asked, PUMP)
    assert ranker().answered(ranker().rank([seen])) == 0.5


def told(asked: str) -> dict[str, float]:
    """The signals of a question put to two reports."""
    return dict(zip(SIGNALS, signals(ranker().rank(read(asked, PUMP, PARK))), strict=True))


def test_what_the_report_does_not_tell_counts_against_an_answer() -> None:
    held, partly, nowhere = told("青塘泵站占地多少亩？"), told("青塘泵站种树多少棵？"), told("云门机场造桥梁多少座？")
    assert held["around"] == held["article"] == 1 > held["worst"]
    assert 1 > partly["article"] > nowhere["article"] and nowhere["worst"] > held["worst"]
    assert held["told"] > partly["told"] > nowhere["told"]


def test_a_spoken_verb_says_less_than_a_name() -> None:
    plain, verb, name = (told(asked) for asked in ("泵站占地多少亩？", "泵站圈走多少亩？", "泵站桥梁多少亩？"))
    assert plain["article"] > verb["article"] > name["article"]


def test_a_question_without_words_is_told_nothing() -> None:
    assert told("现在几点了？")["around"] == told("现在几点了？")["article"] == told("现在几点了？")["told"] == 0


def test_no_estimate_is_quite_sure() -> None:
    """Whatever speaks against an answer besides must be able to hold it back."""
    ranked = ranker(answered={"held": 50.0}).rank(read("青塘泵站占地多少亩？", PUMP))
    assert ranker(answered={"held": 50.0}).answered(ranked) == 0.95


def test_no_article_and_no_sentence(shipped: Ranker) -> None:
    assert shipped.rank([]) == []
    assert shipped.answered([]) == 0


rows = st.lists(st.floats(0, 1), min_size=len(SIGNALS), max_size=len(SIGNALS)).map(np.array)


@given(rows, rows)
def test_no_signal_for_an_answer_ever_speaks_against_one(shipped: Ranker, one: np.ndarray, more: np.ndarray) -> None:
    low, high = one, one + BETTER * more
    chances = [shipped.scores("answered", row[None, :])[0, 0] for row in (low, high)]
    assert chances[0] <= chances[1] + 1e-9


words = st.integers(1, 4)
shares = st.sampled_from([0.0, 0.35, 1.0])


@st.composite
def evidence(draw: st.DrawFn) -> tuple[Evidence, int]:
    """Evidence with an invented table of words, and the number of one of its names."""
    count, lines = draw(words), draw(st.integers(1, 4))
    table = st.lists(shares, min_size=count * lines, max_size=count * lines)
    covered = np.array(draw(table)).reshape(lines, count)
    around = np.maximum(covered, np.array(draw(table)).reshape(lines, count))
    weight = np.array(draw(st.lists(st.floats(0.1, 9), min_size=count, max_size=count)))
    features = np.array(draw(st.lists(st.floats(0, 1), min_size=len(FEATURES), max_size=len(FEATURES))))
    [base] = read("青塘泵站占地多少亩？", PUMP)
    seen = replace(
        base, covered=covered, around=around, met=around, headline=around.min(axis=0), weights=weight, telling=weight,
        lacking=weight * draw(st.floats(0.2, 1)),
        names=np.ones(count, dtype=bool), rows=np.tile(features, (lines, 1)),
        proper=np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count))),
    )  # fmt: skip
    return shared(seen), draw(st.integers(0, count - 1))


def shared(seen: Evidence) -> Evidence:
    """The evidence with the features that are shares of its words counted anew."""
    rows, total = seen.rows.copy(), seen.weights.sum()
    for name, table in (("words", seen.covered), ("around", seen.around), ("meaning", seen.met)):
        rows[:, FEATURES.index(name)] = table @ seen.weights / total
    rows[:, FEATURES.index("article")] = seen.around.max(axis=0) @ seen.weights / total
    rows[:, FEATURES.index("headline")] = seen.headline @ seen.weights / total
    return replace(seen, rows=rows)


@given(evidence())
def test_a_name_dropped_from_the_article_never_raises_the_chance(shipped: Ranker, given_: tuple[Evidence, int]) -> None:
    seen, name = given_
    kept = np.ones(len(seen.weights))
    kept[name] = 0
    without = shared(
        replace(
            seen,
            covered=seen.covered * kept,
            around=seen.around * kept,
            met=seen.met * kept,
            headline=seen.headline * kept,
        )
    )
    before, after = (shipped.answered([Ranked(each, 0, 3.0)]) for each in (seen, without))
    assert after <= before + 1e-9


def test_a_model_survives_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "ranker.safetensors"
    save_file(weights({"words": 10.0, "holds": 1.0}), path)
    seen = read("青塘泵站占地多少亩？", PUMP, PARK)
    assert [r.score for r in Ranker.load(path).rank(seen)] == [r.score for r in ranker().rank(seen)]


def damage(path: Path, how: str) -> None:
    if how == "missing":
        return
    made = weights()
    if how == "other features":
        made["score.mean"] = made["score.mean"][:-1]
    if how == "no answered":
        made = {name: value for name, value in made.items() if name.startswith("score")}
    if how == "no layers":
        made = {name: value for name, value in made.items() if name.endswith("mean")}
    if how == "other first layer":
        made["score.weight0"] = made["score.weight0"][:, :-1]
    save_file(made, path)
    if how == "truncated":
        path.write_bytes(path.read_bytes()[:-10])
    if how == "text":
        path.write_text("not a model", "utf-8")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("missing", "cannot be read"),
        ("truncated", "cannot be read"),
        ("text", "cannot be read"),
        ("other features", "trained for other features"),
        ("no answered", "trained for other features"),
        ("no layers", "trained for other features"),
        ("other first layer", "trained for other features"),
    ],
)
def test_a_damaged_model_is_one_line_with_the_remedy(tmp_path: Path, how: str, message: str) -> None:
    path = tmp_path / "ranker.safetensors"
    damage(path, how)
    with pytest.raises(ModelError) as caught:
        Ranker.load(path)
    line = str(caught.value)
    assert str(path) in line and message in line and "python -m qa.train.ranker" in line
    assert "\n" not in line


def test_the_shipped_model_is_small() -> None:
    assert MODEL.stat().st_size < 50_000
    assert all(value.dtype == np.float32 for value in load_file(MODEL).values())
