"""Terms of lexical search: worked examples, and what must hold for any text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from embeddings.words import bigrams, normalise, terms, words

TEXTS = st.text(st.sampled_from("湖区生態清淤科恩2GWh１０％.,。；\n 　“”Aé①㎥🙂"), max_size=60)


def test_widths_cases_and_scripts_are_one() -> None:
    assert normalise("漏湖生態清淤１０００萬㎥") == "漏湖生态清淤1000万m3"
    assert words("ＧＤＰ增長６％") == words("gdp增长6%")
    assert bigrams("臺灣") == bigrams("台湾") == ["台湾"]


def test_a_single_character_is_a_bigram_of_its_own() -> None:
    assert bigrams("湖。水") == ["湖", "水"]


def test_numbers_stay_whole() -> None:
    assert bigrams("总投资3.5亿元,占62.5%") == ["总投", "投资", "3.5", "亿元", "占", "62.5"]
    assert "3.5" in words("总投资3.5亿元")


def test_nothing_but_punctuation_has_no_terms() -> None:
    assert words("。,!?——…“”") == bigrams("。,!?——…“”") == []


@given(TEXTS)
@example("")
def test_no_term_is_empty_or_spaced(text: str) -> None:
    for term in words(text) + bigrams(text):
        assert term and not any(char.isspace() for char in term)
        assert term == normalise(term)


@given(TEXTS)
def test_terms_are_words_and_bigrams(text: str) -> None:
    assert terms(text) == (" ".join(words(text)), " ".join(bigrams(text)))


@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
