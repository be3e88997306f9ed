"""What is seen of each sentence of an article from one question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import PARK, PUMP, read

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.asked.question import understand
from qa.language.synonyms import Synonyms
from qa.ranking.evidence import FEATURES, LEANING, Evidence


def feature(seen: Evidence, name: str) -> list[float]:
    return [round(float(value), 3) for value in seen.rows[:, FEATURES.index(name)]]


def test_one_row_for_each_sentence() -> None:
    [seen] = read("青塘泵站占地多少亩？", PUMP)
    assert seen.spans == sentence_spans(PUMP.text)
    assert seen.rows.shape == (3, len(FEATURES))
    assert feature(seen, "first") == [1, 0, 0]
    assert feature(seen, "position") == [0, 0.333, 0.667]
    assert feature(seen, "number") == [1, 1, 1]
    assert feature(seen, "date") == [0, 0, 0]
    assert feature(seen, "unit") == [1, 1, 1]


def test_words_count_by_their_rarity() -> None:
    [seen] = read("水系在云杉公园吗？", PARK, counts={"公园": 990})
    words = [word for word, _ in understand("水系在云杉公园吗？").words]
    assert seen.weights[words.index("公园")] < 1 < 5 < seen.weights[words.index("水系")]
    assert seen.covered[:, words.index("公园")].tolist() == [1, 0]
    assert feature(seen, "words")[1] == pytest.approx(seen.weights[words.index("水系")] / seen.weights.sum(), abs=1e-3)


def test_a_sentence_that_leans_on_the_one_before_inherits_its_words() -> None:
    words = [word for word, _ in understand("泵站占地多少亩？").words]
    [seen] = read("泵站占地多少亩？", PUMP)
    assert feature(seen, "leans") == [0, 1, 0]
    assert seen.covered[:, words.index("泵站")].tolist() == [1, 1, 0]
    [apart] = read("泵站占地多少亩？", Article(PUMP.text.replace("该项目", "另一处")))
    assert apart.covered[:, words.index("泵站")].tolist() == [1, 0, 0]


def test_the_headline_and_the_neighbours_stand_around_a_sentence() -> None:
    words = [word for word, _ in understand("泵站怕涝吗？").words]
    [seen] = read("泵站怕涝吗？", PUMP)
    assert seen.headline[words.index("泵站")] == 1
    assert seen.around[2, words.index("泵站")] == 1 > seen.covered[2, words.index("泵站")]


def test_the_reporter_stands_around_every_sentence() -> None:
    words = [word for word, _ in understand("孟一凡写的泵站占地多少亩？").words]
    [seen] = read("孟一凡写的泵站占地多少亩？", PUMP)
    assert "孟一凡" in words
    assert seen.around[:, words.index("孟一凡")].tolist() == [1, 1, 1] and not seen.headline[words.index("孟一凡")]


def test_what_the_cutter_makes_of_speech_tells_little() -> None:
    asked = understand("淤泥那场雨以后干到一起堆在青塘泵站吗？")
    telling = dict(zip((word for word, _ in asked.words), read(asked, PUMP)[0].telling, strict=True))
    assert telling["淤泥"] > 4 and telling["青塘"] > 4
    assert max(telling[word] for word in ("那场", "干到", "一起")) <= 3


def test_a_name_in_latin_letters_is_looked_for() -> None:
    question = understand("DeepSeek何时通水？")
    assert [word for word, _ in question.words] == ["deepseek", "通水"]
    [seen] = read(question, PUMP)
    assert seen.covered[0].tolist() == [0, 1] and seen.names[0]


def test_nothing_stands_before_the_first_sentence_or_after_the_last() -> None:
    [seen] = read("云杉公园？", Article("云杉开园。天晴。人多。云杉很高。"))
    assert [value > 0 for value in feature(seen, "words")] == [True, False, False, True]
    assert [value > 0 for value in feature(seen, "before")] == [False, True, False, False]
    assert [value > 0 for value in feature(seen, "after")] == [False, False, True, False]


@pytest.mark.parametrize(
    "text", ["该项目占地70亩。", "其一期已完工。", "“这是第一步。”", "此举惠民。", "届时通水。", "他介绍了水系。"]
)
def test_sentences_that_lean(text: str) -> None:
    assert LEANING.match(text)


@pytest.mark.parametrize(
    "text", ["其他村也通水。", "其次是修路。", "此次通水很快。", "他们说,水清了。", "泵站项目占地70亩。", "昨天通水。"]
)
def test_sentences_that_stand_alone(text: str) -> None:
    assert not LEANING.match(text)


def test_the_answer_nearest_to_the_words_of_the_question() -> None:
    text = "泵站总投资3.5亿元,配套管网另外投入,其中老街路口到东河的一段,用去6000万元。"
    for asked, nearest in (("泵站总投资多少？", "3.5亿元"), ("老街路口到东河用了多少钱？", "6000万元")):
        [seen] = read(asked, Article(text))
        start, end = seen.answers[0][seen.nearest[0]]
        assert text[start:end].startswith(nearest)


def test_nearness_counts_from_the_words_in_the_sentence_before() -> None:
    text = "老街的泵站已经通水,占地不大。该项目用去70万元,另花去3亿元,用于老街。"
    [seen] = read("老街花去多少钱？", Article(text))
    start, end = seen.answers[1][seen.nearest[1]]
    assert text[seen.spans[1][0] :][start:end].startswith("3亿")


def test_what_the_question_holds_already_is_no_answer() -> None:
    [seen] = read("2023年5月以后什么时候通水？", PUMP)
    assert [[PUMP.text[s:e] for s, e in found] for found in seen.answers[:1]] == [["昨天"]]
    assert seen.answers[1] == []


def test_words_of_like_meaning_are_met_but_not_covered() -> None:
    table = np.array([[90, 90], [90, 80], [30, 90], [-50, 90]], dtype=np.int8)
    alike = Synonyms(["动工", "建造", "站长", "通水"], table)
    words = [word for word, _ in understand("泵站何时建造？").words]
    at = words.index("建造")
    [seen] = read("泵站何时建造？", PUMP, synonyms=alike)
    assert seen.covered[:, at].tolist() == [0, 0, 0]
    assert seen.met[1, at] > 0.9
    assert 0.45 < alike.nearness(["建造"], ["站长"])[0, 0] < 0.9 and seen.met[2, at] > 0.45
    assert 0 < alike.nearness(["建造"], ["通水"])[0, 0] < 0.45 and seen.met[0, at] == 0


def test_a_figure_never_stands_for_another() -> None:
    alike = Synonyms(["一期", "二期"], np.array([[90, 90], [90, 89]], dtype=np.int8))
    [seen] = read("二期何时完工？", Article("泵站一期昨天完工。"), synonyms=alike)
    words = [word for word, _ in understand("二期何时完工？").words]
    assert seen.met[0, words.index("二期")] == 0


@given(
    st.text(alphabet="青塘泵站总投资亿元3.5该项目昨天。!\n“” 谁多少", max_size=60),
    st.text(alphabet="青塘泵站总投资多少谁何时？ ab1", min_size=1, max_size=20).filter(
        lambda t: any(map(str.isalnum, t))
    ),
)
def test_every_number_is_a_share_whatever_is_read(text: str, asked: str) -> None:
    [seen] = read(asked, Article(text, headline="青塘泵站"))
    assert seen.rows.shape == (len(seen.spans), len(FEATURES))
    assert np.isfinite(seen.rows).all()
    assert ((seen.rows >= 0) & (seen.rows <= 1.03)).all()  # a word that nobody ever wrote weighs 9.2 nats of 9
    assert (seen.covered <= seen.around).all() and (seen.covered <= seen.met).all()
    for (start, end), found in zip(seen.spans, seen.answers, strict=True):
        assert all(0 <= low < high <= end - start for low, high in found)
