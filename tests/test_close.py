"""Close reading: which passages are read, what of them is weighed, and what a sure reader changes."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date as Date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import PARK, PUMP, Sure, ranker, read, weights

from embeddings.records import Article
from qa.asked.question import Question
from qa.ranking.close import around, features, latest_first, looked_at, weigh, windows
from qa.ranking.ranker import WEIGHED, Ranked, Ranker

ASKED = Question("青塘泵站占地多少亩？", "number", "亩")
LONG = Article("".join(f"第{number}段堤岸长{number + 10}米,岸边种了柳树和水杉{number}棵。" for number in range(40)))


def close(**given_: float) -> Ranker:
    made = weights({"words": 10.0, "holds": 1.0})
    made["close.weight0"] = np.array([[given_.get(name, 0.0) for name in WEIGHED]], np.float32)
    return Ranker(made)


def test_a_sure_reader_moves_its_sentence_to_the_top() -> None:
    evidence = read(ASKED, PUMP, PARK)
    first = ranker().rank(evidence)[0]
    assert "70亩" in first.evidence.article.text[slice(*first.evidence.spans[first.sentence])]
    best = weigh(ASKED, evidence, close(score=1.0, read=2.0), Sure("12个村"))[0]
    assert "12个村" in best.evidence.article.text[slice(*best.evidence.spans[best.sentence])]
    assert best.read > 0 > first.score - 100


def test_without_weight_on_reading_the_order_stays() -> None:
    evidence = read(ASKED, PUMP, PARK)
    weighed = weigh(ASKED, evidence, close(score=1.0), Sure("800棵"))
    first = ranker().rank(evidence)
    assert [each.sentence for each in weighed] == [each.sentence for each in first]
    assert [each.score for each in weighed] == pytest.approx([each.score for each in first])


def test_nothing_to_read() -> None:
    assert weigh(ASKED, [], close(score=1.0), Sure("亩")) == []


def test_what_was_not_read_says_so() -> None:
    reader = Sure("柳树")
    known, rows = looked_at(ASKED, read(ASKED, LONG), ranker(), reader)
    assert rows.shape == (len(known), len(WEIGHED)) and np.isfinite(rows).all()
    unread = [math.isnan(each.read) for each in known]
    assert 0 < sum(unread) < len(unread)
    assert rows[:, WEIGHED.index("unread")].tolist() == [float(mark) for mark in unread]
    assert len(reader.seen) == 2  # of one article, however long


def test_each_passage_is_read_once() -> None:
    evidence = read(ASKED, PUMP, PARK, LONG)
    places = [(at, sentence) for at, seen in enumerate(evidence) for sentence in range(len(seen.spans))]
    chosen = windows(evidence, places)
    held = [(at, sentence) for at, low, high in chosen for sentence in range(low, high + 1)]
    assert (0, 0) in held and (1, 0) in held
    assert len({(at, low) for at, low, _ in chosen}) == len(chosen)


@given(st.lists(st.integers(1, 150), min_size=1, max_size=12), st.data())
def test_a_passage_holds_its_sentence_and_is_short(lengths: list[int], data: st.DataObject) -> None:
    edges = np.cumsum([0, *lengths]).tolist()
    spans = list(pairwise(edges))
    at = data.draw(st.integers(0, len(spans) - 1))
    low, high = around(spans, at)
    assert 0 <= low <= at <= high < len(spans)
    assert high == low or spans[high][1] - spans[low][0] <= 220


def test_features_stand_under_their_names() -> None:
    evidence = read(ASKED, PUMP, PARK)
    places = [(0, 1), (0, 0), (1, 0)]
    rows = features(evidence, places, np.array([5.0, 2.0, 1.0]), {(0, 1): 3.0, (0, 0): -4.0})
    column = {name: rows[:, at].tolist() for at, name in enumerate(WEIGHED)}
    assert column["score"] == [5, 2, 1] and column["read"] == [3, -4, 0]
    assert (
        column["unread"] == [0, 0, 1] and column["best_read"] == [3, 3, -12] and column["article_unread"] == [0, 0, 1]
    )
    assert column["best"] == [5, 5, 1] and column["second"] == [2, 2, -2]
    assert column["all"][0] == pytest.approx(np.log(np.exp(5) + np.exp(2)))
    assert column["rank"] == [1, 1, 0.5] and column["cosine"] == [0.5, 0.5, 0.5]


def test_the_latest_of_several_reports_comes_first() -> None:
    articles = [replace(PUMP, date=Date(2024, month, 1), headline=f"泵站{month}月") for month in (3, 9, 6)]
    evidence = read(ASKED, *articles)
    ranked = [Ranked(seen, 1, score) for seen, score in zip(evidence, (5.0, 4.5, 4.0), strict=True)]
    ranked.append(Ranked(read(ASKED, replace(PARK, date=Date(2024, 12, 1)))[0], 0, 1.0))
    months = [each.evidence.article.date.month for each in latest_first(ranked) if each.evidence.article.date]
    assert months == [9, 6, 3, 12]  # what answers much worse stays behind, however new
    undated = [Ranked(read(ASKED, PUMP)[0], 1, 6.0), *ranked]
    assert latest_first(undated)[1].evidence.article.date is None
    assert latest_first([]) == []


def test_the_words_that_the_reader_takes_are_kept_with_their_sentence() -> None:
    ranked = weigh(Question("站长是谁？", "person"), read("站长是谁？", PUMP), ranker(), Sure("林小木"))
    assert [PUMP.text[slice(*one.span)] for one in ranked if one.span] == ["林小木"]
