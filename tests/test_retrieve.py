"""Question → the articles that are read closely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from reading import NO_SYNONYMS
from toy import Paper

from embeddings.index import Index
from qa.asked.question import understand
from qa.language.rarity import Rarity
from qa.ranking.evidence import FEATURES, Lexicon
from qa.ranking.ranker import Ranked
from qa.ranking.retrieve import gather, reordered, search
from qa.settings import RetrievalSettings

WORDS_ONLY = RetrievalSettings(dense_weight=0)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("retrieve") / "paper")
    lines = [
        f"第{number}号闸门|第{number}号闸门昨天换新。" + "工人在闸门边上检查了水泵和电缆。" * 5 for number in range(20)
    ]
    paper.write("a.jsonl", "渡口亮灯|老渡口的灯光昨天亮起。", "问答|什么时候？什么时候？", *lines)
    paper.build()
    return paper.open()


def lexicon(index: Index) -> Lexicon:
    return Lexicon(Rarity(len(index), index.frequency), NO_SYNONYMS)


def test_the_passage_that_holds_the_words_comes_first(index: Index) -> None:
    [first, *rest] = search(index, understand("老渡口的灯光什么时候亮起？"), 5, WORDS_ONLY)
    assert first.article.headline == "渡口亮灯"
    assert all(hit.score <= first.score for hit in rest)


def test_where_words_alone_order_the_passages_their_cosines_are_known_to_close_reading(index: Index) -> None:
    question = understand("老渡口的灯光什么时候亮起？")
    hits = search(index, question, 50, WORDS_ONLY)
    plain = index.search(question.wanted, 50, 0.0)
    assert hits[0].cosine > 0 and plain[0].cosine == 0
    assert [hit.article.id for hit in hits][: len(plain)] == [hit.article.id for hit in plain]


def test_question_words_find_nothing(index: Index) -> None:
    hits = search(index, understand("老渡口的灯光什么时候亮起？"), 50, WORDS_ONLY)
    assert "问答" not in {hit.article.headline for hit in hits}


def test_a_question_of_nothing_but_question_words_is_searched_as_it_is(index: Index) -> None:
    question = understand("谁？哪里？")
    assert question.content == ""
    assert isinstance(search(index, question, 5, WORDS_ONLY), list)


def test_each_article_is_read_once_and_no_more_than_set(index: Index) -> None:
    passages = search(index, understand("水泵和电缆"), WORDS_ONLY.passages, WORDS_ONLY)
    assert len({hit.article.id for hit in passages[:8]}) < 8
    evidence = gather(index, understand("水泵和电缆"), lexicon(index), WORDS_ONLY.model_copy(update={"articles": 8}))
    assert len(evidence) == len({seen.article.id for seen in evidence}) == 8
    ranks = [1 / seen.rows[0, FEATURES.index("rank")] - 1 for seen in evidence]
    assert ranks == pytest.approx(list(range(8)))
    scores = [seen.rows[0, FEATURES.index("score")] for seen in evidence]
    assert scores == sorted(scores, reverse=True)


def test_the_whole_article_is_read_not_the_passage(index: Index) -> None:
    [seen, *_] = gather(index, understand("老渡口的灯光"), lexicon(index), WORDS_ONLY)
    assert seen.spans[-1][1] == len(seen.article.text)


def test_an_archive_that_holds_none_of_the_words(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("a.jsonl", "渡口亮灯|老渡口的灯光昨天亮起。")
    paper.build()
    index = paper.open()
    assert gather(index, understand("qwerty"), lexicon(index), WORDS_ONLY) == []


def test_a_question_that_names_an_issue_is_answered_from_it_alone(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("a.jsonl", "渡口亮灯|老渡口的灯光昨天亮起。", date="2024-03-01")
    paper.write("b.jsonl", "渡口换灯|老渡口的灯光上周换新。", date="2024-03-08")
    paper.build()
    index = paper.open()

    def read(asked: str) -> set[str]:
        return {seen.article.headline for seen in gather(index, understand(asked), lexicon(index), WORDS_ONLY)}

    assert read("老渡口的灯光怎么了？") == {"渡口亮灯", "渡口换灯"}
    assert read("3月1日的报纸上说老渡口的灯光怎么了？") == {"渡口亮灯"}
    assert read("今天的报纸上说老渡口的灯光怎么了？") == {"渡口换灯"}  # the newest issue is today's
    assert read("上周的报纸上说老渡口的灯光怎么了？") == {"渡口亮灯"}
    assert read("去年的报纸上说老渡口的灯光怎么了？") == set()


def test_passages_come_in_the_order_of_what_close_reading_thinks_of_their_articles(index: Index) -> None:
    asked = understand("第7号闸门的水泵")
    hits = search(index, asked, 30, WORDS_ONLY)
    names = list(dict.fromkeys(hit.article.id for hit in hits))
    favourite = names[3]
    evidence = gather(index, asked, lexicon(index), WORDS_ONLY)
    ranked = [Ranked(seen, 0, 5.0 if seen.article.id == favourite else 1.0) for seen in evidence[:6]]
    again = reordered(hits, ranked)
    assert sorted(hit.start for hit in again) == sorted(hit.start for hit in hits)
    assert again[0].article.id == favourite and again[0].score == pytest.approx(1.0)
    assert [hit.score for hit in again] == sorted((hit.score for hit in again), reverse=True)
    order = list(dict.fromkeys(hit.article.id for hit in again))
    assert len(order) > 6 and set(order[:6]) == {each.evidence.article.id for each in ranked}
    assert reordered(hits, []) == hits


def test_of_articles_read_alike_the_one_whose_words_match_better_as_a_whole_comes_first(index: Index) -> None:
    asked = understand("第7号闸门的水泵")
    evidence = gather(index, asked, lexicon(index), WORDS_ONLY)[:3]
    names = [seen.article.id for seen in evidence]
    found = [hit for hit in search(index, asked, 30, WORDS_ONLY) if hit.article.id in names]
    hits = [replace(hit, whole=(0.2, 1.0, 0.5)[names.index(hit.article.id)]) for hit in found]
    again = reordered(hits, [Ranked(seen, 0, 1.0) for seen in evidence])
    assert list(dict.fromkeys(hit.article.id for hit in again)) == [names[1], names[2], names[0]]
    several = [Ranked(evidence[0], 0, 3.0), Ranked(evidence[0], 0, 3.0), Ranked(evidence[1], 0, 4.0)]
    assert reordered([replace(hit, whole=1.0) for hit in found], several)[0].article.id == names[0]
