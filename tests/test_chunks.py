"""Chunks: worked examples, and that they cover any text with exact offsets."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from embeddings.chunks import sentence_spans, split_article
from embeddings.records import Article

TEXTS = st.text(st.sampled_from("湖水清a1。!?;…\n ”」》　\r\t\x0b"), max_size=200)


def pieces(text: str, size: int, overlap: int) -> list[str]:
    return [chunk.text for chunk in split_article(Article(text=text), size, overlap)]


def test_a_short_article_is_one_chunk() -> None:
    assert pieces("一期完工。二期在建。", 20, 5) == ["一期完工。二期在建。"]


def test_a_chunk_repeats_the_end_of_the_one_before() -> None:
    assert pieces("甲甲甲。乙乙乙。丙丙丙。丁丁丁。", 8, 4) == [
        "甲甲甲。乙乙乙。",
        "乙乙乙。丙丙丙。",
        "丙丙丙。丁丁丁。",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    text = "他说:“好。”大家笑了。"
    assert [text[slice(*span)] for span in sentence_spans(text)] == ["他说:“好。”", "大家笑了。"]


def test_only_a_sentence_longer_than_a_chunk_is_cut() -> None:
    assert pieces("字" * 25 + "。完。", 10, 0) == ["字" * 10, "字" * 10, "字" * 5 + "。完。"]


@given(TEXTS, st.integers(1, 60), st.integers(0, 80))
@example("甲。" * 40, 5, 80)
def test_chunks_cover_everything_with_exact_offsets(text: str, size: int, overlap: int) -> None:
    article = Article(text=text)
    chunks = split_article(article, size, overlap)
    covered = {at for chunk in chunks for at in range(chunk.start, chunk.end)}
    assert {at for at, char in enumerate(text) if not char.isspace()} <= covered
    assert all(0 <= chunk.start < chunk.end <= len(text) and chunk.end - chunk.start <= size for chunk in chunks)
    assert all(chunk.text == text[chunk.start : chunk.end] and chunk.text.strip() for chunk in chunks)
    starts, ends = [chunk.start for chunk in chunks], [chunk.end for chunk in chunks]
    assert starts == sorted(set(starts)) and ends == sorted(set(ends))
