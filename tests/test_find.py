"""The browse tab's search, the citation after GB/T 7714, and the file of votes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from newsroom import ANSWERS, BOAT, BRIDGE, PAYLOAD, REFUSAL, Newsroom

from embeddings.records import Article
from qa import Answerer
from ui.browse import Filters, applied, date_of, filters_of, find, listed
from ui.conversation import Turn
from ui.feedback import Feedback, FeedbackError
from ui.render import gb7714, markdown_of


def found(**filters: object) -> list[str]:
    return [one.article.title for one in find(Newsroom(), replace(Filters(), **filters), 9)[0]]  # type: ignore[arg-type]


def test_without_words_all_articles_are_there_newest_first() -> None:
    titles = found()
    assert titles[:2] == ["图书馆开到晚上九点半", "城北新桥通车"] and len(titles) == 4


def test_every_filter_narrows() -> None:
    assert found(page="A01") == ["城北新桥通车"]
    assert found(reporter="王小明") == ["图书馆开到晚上九点半", "城北新桥通车"]
    assert found(since=date(2024, 3, 4)) == ["图书馆开到晚上九点半"]
    assert found(until=date(2024, 3, 3)) == ["城北新桥通车"]
    assert found(reporter="王小") == []  # a name is whole or it is another name


def test_words_and_filters_hold_together() -> None:
    assert found(words="新桥") == ["城北新桥通车"]
    assert found(words="新桥", page="A02") == []  # never widened
    assert found(words="36万册") == ["图书馆开到晚上九点半"]  # the bridge, which the search likes, has no such words
    (one, *_), lacking = find(Newsroom(), Filters(words="新桥"), 9)
    assert (one.start, one.end, lacking) == (0, 22, [])


def test_what_only_resembles_by_chance_is_not_found() -> None:
    assert found(words="新桥 老桥") == [BRIDGE.title]  # some of the words, and like them
    assert found(words="码头 飞艇") == []  # some of the words, but the score is 0.25
    assert found(words="码头 游船") == [BOAT.title]  # all of them


@pytest.mark.parametrize(
    ("typed", "said", "titles"),
    [
        ("橘猫", "没有一篇报道写着“橘猫”。", []),
        ("新桥 橘猫", "没有一篇报道写着“橘猫”。下面各篇只有其中的一些词。", [BRIDGE.title]),
        ("新桥通車", "", [BRIDGE.title]),
    ],
)
def test_words_that_no_article_has_are_named(typed: str, said: str, titles: list[str]) -> None:
    html = listed(Newsroom(), (typed, "", "", "", ""), 9)[0]
    assert (f'<div class="notice">{said}</div>' in html) if said else ("notice" not in html)
    assert found(words=typed) == titles


def test_what_the_archive_spells_otherwise_is_found_and_the_word_named(answerer: Answerer) -> None:
    hits, lacking = find(answerer, Filters(words="滆湖清淤"), 9)
    assert lacking == ["滆湖清淤"] and "漏湖清淤今年要完成500万立方米" in [hit.article.title for hit in hits]
    assert find(answerer, Filters(words="恐龙化石"), 9) == ([], ["恐龙化石"])


def test_dates_the_wrong_way_round_are_told() -> None:
    html, _ = listed(Newsroom(), ("", "2024-08", "2023", "", ""), 9)
    assert "请把两个日期对调" in html and 'href="#drop-since"' in html
    assert "对调" not in listed(Newsroom(), ("", "2024-03", "2024-03", "", ""), 9)[0]


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024-03-03", date(2024, 3, 3), date(2024, 3, 3)),
        ("2024年3月3日", date(2024, 3, 3), date(2024, 3, 3)),
        ("20240303", date(2024, 3, 3), date(2024, 3, 3)),
        ("2024/2", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2024年 ", date(2024, 1, 1), date(2024, 12, 31)),
        ("", None, None),
    ],
)
def test_dates_as_people_write_them(typed: str, first: date | None, last: date | None) -> None:
    assert (date_of(typed), date_of(typed, last=True)) == (first, last)


@pytest.mark.parametrize("typed", ["昨天", "2024-13", "2024-02-30", "03-03", "0000-01-01", "2024-03-03x"])
def test_what_is_no_date_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(ValueError):
        date_of(typed)
    assert "日期请写成" in listed(Newsroom(), ("", typed, "", "", ""), 9)[0]


def test_the_list_shows_the_filters_as_chips_and_whether_there_is_more() -> None:
    html, more = listed(Newsroom(), ("", "2024-03", "", "A01", "王小明"), 9)
    assert not more and "1 篇" in html
    for chip in ('href="#drop-since"', 'href="#drop-page"', 'href="#drop-reporter"'):
        assert chip in html
    html, more = listed(Newsroom(), ("", "", "", "", ""), 2)
    assert more and "前 2 篇" in html and html.count("#article-") == 2
    assert "没有符合这些条件的报道" in listed(Newsroom(), ("", "2030", "", "", ""), 9)[0]


def test_a_tap_on_a_filter_sets_it_alone_and_a_tap_on_a_chip_drops_it() -> None:
    assert applied(f"#filter-page-{b'A01'.hex()}") == ["", "", "", "A01", ""]
    assert applied(f"#filter-date-{b'2024-03'.hex()}") == ["", "2024-03", "2024-03", "", ""]
    dropped = applied("#drop-page")
    assert dropped and dropped[3] == "" and all(field != "" for at, field in enumerate(dropped) if at != 3)
    assert applied("#drop-everything") is None and applied("#cite-0-1") is None


def test_words_are_cut_and_cleaned_before_they_are_looked_for() -> None:
    assert filters_of("\x1b[31m新\n桥" + "长" * 999, "", "", None, None).words.startswith("新 桥长")
    assert len(filters_of("长" * 999, "", "", None, None).words) == 200


def test_a_citation_after_gb7714() -> None:
    assert gb7714(BRIDGE) == "王小明, 李华. 城北新桥通车[N]. 2024-03-03(A01)."
    assert gb7714(BRIDGE, "某某日报") == "王小明, 李华. 城北新桥通车[N]. 某某日报, 2024-03-03(A01)."
    assert gb7714(Article(text="正文", headline="标题", url="https://a.example")) == "标题[N/OL]. https://a.example."
    both = Article(text="正文", headline="标题", reporters=("王小明", "李华"), roles=("记者", "摄影"))
    assert gb7714(both) == "王小明. 标题[N]."


def test_markdown_has_footnotes_and_no_live_payload() -> None:
    turns = [Turn("桥？", ANSWERS["桥"]), Turn("坏稿", ANSWERS["坏稿"]), Turn("天气", REFUSAL), Turn("?", notice="<b>")]
    text = markdown_of(turns, datetime(2024, 3, 5, 9, 30))
    assert "新桥长**412米**，双向四车道，总投资2.6亿元。[^1-1]" in text
    assert "[^1-1]: 王小明, 李华. 城北新桥通车\\[N\\]. 2024-03-03(A01). “新桥长412米" in text
    assert "**报上未见**" in text
    for live in ("<script", "<img", "[链接](", "![", "https://", "`code`", "<b>"):
        assert live not in text, live


@pytest.fixture
def votes(tmp_path: Path) -> Feedback:
    return Feedback(tmp_path / "feedback.sqlite")


def test_votes_are_kept_with_their_reasons(votes: Feedback) -> None:
    assert list(votes.rows()) == []
    number = votes.vote("down", "桥？", ANSWERS["桥"], "g7")
    votes.vote("up", PAYLOAD, REFUSAL)
    votes.explain(number, "  长度不对  ")
    first, second = votes.rows()
    assert (first["vote"], first["reason"], first["question"], first["generation"]) == (
        "down",
        "长度不对",
        "桥？",
        "g7",
    )
    assert first["citations"][0]["quote"] == ANSWERS["桥"].citations[0].quote and not first["refused"]
    assert (second["vote"], second["question"], second["refused"]) == ("up", PAYLOAD, True)


def test_a_reason_has_an_end(votes: Feedback) -> None:
    votes.explain(votes.vote("up", "桥？", ANSWERS["桥"]), "长" * 5000)
    assert len(next(iter(votes.rows()))["reason"]) == 1000


def test_a_file_that_is_no_database_is_one_clear_line(votes: Feedback) -> None:
    votes.path.write_bytes(b"no database" * 200)
    for act in (lambda: votes.vote("up", "桥？", ANSWERS["桥"]), lambda: list(votes.rows())):
        with pytest.raises(FeedbackError, match="cannot be written or read") as caught:
            act()
        assert "\n" not in str(caught.value)


def test_many_readers_vote_at_once(votes: Feedback) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: votes.vote("up", "桥？", ANSWERS["桥"]), range(40)))
    assert len(set(numbers)) == len(list(votes.rows())) == 40
    assert sqlite3.connect(votes.path).close() is None
