"""The reader: the numpy network against the torch network, features by hand, spans, damaged weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from embeddings.errors import ModelError
from qa.asked.question import understand
from qa.language.synonyms import Synonyms
from qa.reader import Reader, Reading
from qa.reader.features import SHARED, TAGS, padded, rarities, shared, split
from qa.train.reader import write
from qa.train.reading import Pair, ReaderNetwork, Sizes, batch

QUESTION = "青塘泵站什么时候通水？"
PASSAGES = [
    "青塘泵站昨天通水,总投资3.5亿元。",
    "站长林小木说,附近12个村不再怕涝。该项目占地70亩,去年动工,今年完工,明年还要再建一座。",
    "云杉公园。",
    "龘䶮𡃁 xyzzy ＡＢＣ",
    "",
]
ALPHABET = np.array(sorted({ord(char) for char in "青塘泵站昨天通水总投资亿元公园的"}), np.int32)


@pytest.fixture(scope="module")
def synonyms() -> Synonyms:
    """Vectors of chance for a few words, the commonest first."""
    words = ["年", "项目", "通水", "泵站", "公园", "动工", "投资"]
    return Synonyms(words, np.random.default_rng(0).integers(-127, 128, (len(words), 6)).astype(np.int8))


@pytest.fixture(scope="module")
def network(synonyms: Synonyms) -> ReaderNetwork:
    """Small random weights, which float16 holds exactly, as the file of weights does."""
    torch.manual_seed(0)
    sizes = Sizes(letter=4, question=5, passage=7, hidden=6)
    made = ReaderNetwork(torch.from_numpy(synonyms.table()), torch.from_numpy(ALPHABET), sizes).eval()
    with torch.no_grad():
        for name, weight in made.named_parameters():
            weight.copy_((2 * weight).half())
            if "bias_hh" in name:  # the run time has one bias where torch has two
                weight.zero_()
    return made


@pytest.fixture(scope="module")
def weights(network: ReaderNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reader") / "reader.safetensors"
    write(network, path)
    return path


def by_torch(network: ReaderNetwork, synonyms: Synonyms) -> list[tuple[np.ndarray, np.ndarray]]:
    """Log-probabilities of start and end as the training computes them, padding cut off."""
    question = understand(QUESTION)
    asked = split(question.text, synonyms)
    words = [split(passage or " ", synonyms) for passage in PASSAGES]
    pairs = [Pair(asked, each, shared(question, asked, each, synonyms), -1, -1) for each in words]
    asked_, passage, shared_, _, _ = batch(pairs, ALPHABET)
    with torch.no_grad():
        both = [scores.log_softmax(1).numpy() for scores in network(asked_, passage, shared_)]
    return [tuple(np.append(rows[at, : len(each)], rows[at, -1]) for rows in both) for at, each in enumerate(words)]


def test_numpy_gives_what_torch_gives(network: ReaderNetwork, weights: Path, synonyms: Synonyms) -> None:
    readings = Reader.load(synonyms, weights).read(understand(QUESTION), PASSAGES)
    wanted = by_torch(network, synonyms)
    assert len(readings) == len(PASSAGES)
    assert len({round(reading.score, 3) for reading in readings}) == len(PASSAGES)  # the weights do tell them apart
    for reading, (starts, ends) in zip(readings, wanted, strict=True):
        np.testing.assert_allclose(reading.starts, starts, atol=1e-4)
        np.testing.assert_allclose(reading.ends, ends, atol=1e-4)


def test_a_passage_reads_alone_as_it_reads_among_longer_ones(weights: Path, synonyms: Synonyms) -> None:
    reader = Reader.load(synonyms, weights)
    together = reader.read(understand(QUESTION), PASSAGES)
    for passage, reading in zip(PASSAGES, together, strict=True):
        [alone] = reader.read(understand(QUESTION), [passage])
        assert (alone.low, alone.high) == (reading.low, reading.high)
        np.testing.assert_allclose(alone.starts, reading.starts, atol=1e-5)


def test_an_answer_is_whole_words_and_its_chance_a_probability(weights: Path, synonyms: Synonyms) -> None:
    for passage, reading in zip(
        PASSAGES, Reader.load(synonyms, weights).read(understand(QUESTION), PASSAGES), strict=True
    ):
        assert 0 <= reading.chance <= 1
        assert {reading.low, reading.high} <= set(reading.offsets.tolist()) and reading.low < reading.high
        assert reading.offsets[-1] == max(1, len(passage))
        assert np.exp(reading.starts).sum() == pytest.approx(1, abs=1e-4)
        assert reading.of(0, len(passage) or 1) == pytest.approx(reading.score, abs=1e-5)


def test_nothing_is_read_where_there_is_no_passage_or_no_question(weights: Path, synonyms: Synonyms) -> None:
    reader = Reader.load(synonyms, weights)
    assert reader.read(understand(QUESTION), []) == []
    assert reader.read(replace(understand(QUESTION), text=""), PASSAGES) == []


@pytest.mark.parametrize("damage", ["missing", "cut", "no alphabet", "no layer"])
def test_weights_that_cannot_be_read_are_one_line(
    damage: str, weights: Path, synonyms: Synonyms, tmp_path: Path
) -> None:
    path, held = tmp_path / "reader.safetensors", load_file(weights)
    if damage == "cut":
        path.write_bytes(weights.read_bytes()[:-100])
    elif damage != "missing":
        held.pop("alphabet" if damage == "no alphabet" else "modelling.back.inner")
        save_file(held, path)
    with pytest.raises(ModelError) as caught:
        Reader.load(synonyms, path)
    assert str(path) in str(caught.value) and "qa.train.reader" in str(caught.value) and "\n" not in str(caught.value)


def reading(starts: list[float], ends: list[float], offsets: list[int]) -> Reading:
    """Words with log-probabilities, the last for no answer."""
    return Reading(
        0, 1, 0.5, 0.0, np.array(starts, np.float32), np.array(ends, np.float32), np.array(offsets, np.int32)
    )


def test_the_score_of_a_span_is_of_the_best_words_within_it() -> None:
    seen = reading([-1, -5, -3, -2], [-4, -6, -1, -2], [0, 2, 3, 7])
    assert seen.of(0, 7) == pytest.approx(-1 - 1 + 4)  # words 0 to 2, against no answer (-4)
    assert seen.of(0, 3) == pytest.approx(-1 - 4 + 4)  # word 0 alone
    assert seen.of(2, 7) == pytest.approx(-3 - 1 + 4)
    assert seen.of(1, 2) == seen.of(5, 5) == -20  # holds no whole word


def test_an_end_before_the_start_is_no_answer() -> None:
    seen = reading([-9, -1, -9], [-1, -9, -9], [0, 2, 4])
    assert seen.of(0, 4) == pytest.approx(-9 - 1 + 18)


@given(st.text("青塘泵站通水3.5亿元，ＡＢ　㎡ﬁ𡃁臺灣\n a", max_size=30))
def test_the_words_of_a_text_are_the_text(text: str) -> None:
    words = split(text, Synonyms(["通水"], np.ones((1, 2), np.int8)))
    assert "".join(words.texts) == text
    assert words.starts.tolist() == np.cumsum([0, *map(len, words.texts)]).tolist()
    assert len(words.letters) == len(text) and len(words.rows) == len(words.tags) == len(words) == len(words.texts)
    assert all(0 <= tag < len(TAGS) for tag in words.tags)


def test_full_width_and_traditional_text_reads_as_plain_text(synonyms: Synonyms) -> None:
    plain, other = split("泵站,项目3.5亿", synonyms), split("泵站，項目３．５億", synonyms)
    assert plain.letters.tolist() == other.letters.tolist()
    assert split("項目", synonyms).rows.tolist() == [1]


def test_what_a_passage_shares_with_a_question(synonyms: Synonyms) -> None:
    question = understand(QUESTION)
    asked, passage = split(question.text, synonyms), split("泵站去年通水。", synonyms)
    found = shared(question, asked, passage, synonyms)
    assert found.shape == (len(passage), SHARED)
    rows = dict(zip(passage.texts, found, strict=True))
    same, times_rare, letters, pairs, near, rare, may_answer = rows["通水"]
    assert (
        same == 1
        and times_rare == pytest.approx(rare)
        and rare == rarities(np.array([2], np.int32))[0]
        and letters == pairs == 1
        and may_answer == 0
    )
    assert near == pytest.approx(1, abs=1e-5)
    assert rows["去年"][[0, 1, 2, 3, 6]].tolist() == [0, 0, 0, 0, 1]  # of the kind that is asked for


def test_the_commonest_word_is_not_rare_and_an_unknown_one_is() -> None:
    common, known, unknown = rarities(np.array([0, 300, -1], np.int32)).tolist()
    assert common == 0 and 0.5 < known < 0.6 and unknown == pytest.approx(1, abs=1e-5)


def test_nothing_is_shared_with_an_empty_text(synonyms: Synonyms) -> None:
    question = understand(QUESTION)
    empty, passage = split("", synonyms), split("泵站", synonyms)
    assert shared(question, empty, passage, synonyms).tolist() == np.zeros((len(passage), SHARED)).tolist()
    assert shared(question, passage, empty, synonyms).shape == (0, SHARED)


def test_rows_of_different_lengths_are_filled_with_nothing() -> None:
    rows = [np.ones((2, 3), np.float32), np.ones((1, 3), np.float32)]
    assert padded(rows).sum(axis=2).tolist() == [[3, 3], [3, 0]]
