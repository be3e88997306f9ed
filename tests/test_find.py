"""The browse tab's search, the citation after GB/T 7714, and the file of votes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from newsroom import ANSWERS, BOAT, BRIDGE, LIBRARY, PAYLOAD, REFUSAL, Newsroom

from embeddings.records import Article
from qa import Answerer
from ui.browse import Filters, applied, find, listed
from ui.conversation import Turn
from ui.feedback import Feedback, FeedbackError
from ui.front import filter_link, front_html, overview
from ui.panel import article_html
from ui.render import gb7714, markdown_of
from ui.words import EN

NONE = ("", "", "", "", "")


def found(**filters: str) -> list[str]:
    return [one.article.title for one in find(Newsroom(), Filters(**filters), 9)[0]]


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"page": "A01"}, [BRIDGE.title]),
        ({"reporter": "王小明"}, [LIBRARY.title, BRIDGE.title]),  # newest first
        ({"since": "2024-03-04"}, [LIBRARY.title]),
        ({"until": "2024-03-03"}, [BRIDGE.title]),
        ({"reporter": "王小"}, []),  # a name is whole or it is another name
        ({"words": "新桥"}, [BRIDGE.title]),
        ({"words": "新桥", "page": "A02"}, []),  # never widened
        ({"words": "36万册"}, [LIBRARY.title]),  # the bridge, which the search likes, has no such words
        ({"words": "新桥 老桥"}, [BRIDGE.title]),  # some of the words, and like them
        ({"words": "码头 飞艇"}, []),  # some of the words, but the score is 0.25
        ({"words": "码头 游船"}, [BOAT.title]),  # all of them
    ],
)
def test_filters_narrow_and_words_are_found(filters: dict[str, str], titles: list[str]) -> None:
    assert found(**filters) == titles
    assert find(Newsroom(), Filters(**filters), 1)[1] == len(titles)


def test_without_words_all_articles_are_there_newest_first_under_their_days() -> None:
    assert found()[:2] == [LIBRARY.title, BRIDGE.title] and len(found()) == 4
    html, more = listed(Newsroom(), NONE, 2)
    assert more and "前 2 篇，共 4 篇" in html and html.count("#article-") == 2
    assert re.findall('class="day">(.*?)<', html) == ["2024年3月4日", "2024年3月3日"]
    assert (
        "日期不明" in listed(Newsroom(), NONE, 9)[0] and "first 2 of 4 articles" in listed(Newsroom(), NONE, 2, EN)[0]
    )


def test_a_person_or_project_opens_with_all_reports_on_it_in_order_of_date(answerer: Answerer) -> None:
    held = overview(answerer.index.store)
    (name, count) = held.subjects[0]
    assert count > 1 and f"{name} <small>{count}</small>" in front_html(held, {})
    fields = applied(filter_link("words", f"“{name}”"))
    assert fields == [f"“{name}”", "", "", "", ""]
    hits, total, _ = find(answerer, Filters(*fields), 99)
    assert total == len(hits) == count and all(name in hit.article.headline + hit.article.text for hit in hits)
    dates = [str(hit.article.date or "") for hit in hits]
    assert dates == sorted(dates, reverse=True)
    html, _ = listed(answerer, fields, 9)
    assert f"{count} 篇" in html and 'class="day"' in html and f"<mark>{name}</mark>" in html
    assert filter_link("words", f"“{name}”") in article_html(hits[0].article)  # from an article, too


def test_a_result_says_why_it_matched() -> None:
    (one, *_), _, lacking = find(Newsroom(), Filters(words="新桥"), 9)
    assert (one.start, one.end, lacking) == (0, 22, [])
    html = listed(Newsroom(), ("新桥", "", "", "", ""), 9)[0]
    assert (
        "城北<mark>新桥</mark>通车</a>" in html and "城北<mark>新桥</mark>昨天通车" in html and "意思相近" not in html
    )
    assert "<mark>新桥</mark>" in listed(Newsroom(), ("新橋通車", "", "", "", ""), 9)[0]  # in whichever script
    assert "记者 <mark>王小明</mark>、李华" in listed(Newsroom(), ("新桥 王小明", "", "", "", ""), 9)[0]


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


@pytest.mark.parametrize("typed", ["昨天", "2024-13-01", "2024-02-30", "03-03", "0000-01-01", "2024-03-03x"])
def test_what_is_no_date_is_said_to_be_none(typed: str) -> None:
    assert "日期请写成" in listed(Newsroom(), ("", typed, "", "", ""), 9)[0]


def test_the_list_shows_the_filters_as_chips() -> None:
    html, more = listed(Newsroom(), ("", "2024-03-01", "", "A01", "王小明"), 9)
    assert not more and "1 篇" in html
    for chip in ('href="#drop-since"', 'href="#drop-page"', 'href="#drop-reporter"'):
        assert chip in html
    assert "没有符合这些条件的报道" in listed(Newsroom(), ("", "2030-01-01", "", "", ""), 9)[0]
    wrong, _ = listed(Newsroom(), ("", "2024-08-01", "2023-01-01", "", ""), 9)
    assert "请把两个日期对调" in wrong and 'href="#drop-since"' in wrong
    assert "对调" not in listed(Newsroom(), ("", "2024-03-03", "2024-03-03", "", ""), 9)[0]


def test_a_tap_on_a_filter_sets_it_alone_and_a_tap_on_a_chip_drops_it() -> None:
    assert applied("#filter-page-A01") == ["", "", "", "A01", ""]
    dropped = applied("#drop-page")
    assert dropped and dropped[3] == "" and all(field != "" for at, field in enumerate(dropped) if at != 3)
    assert applied("#drop-everything") is None and applied("#cite-0-1") is None


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


def test_a_file_that_is_no_database_is_one_clear_line(votes: Feedback) -> None:
    votes.path.write_bytes(b"no database" * 200)
    for act in (lambda: votes.vote("up", "桥？", ANSWERS["桥"]), lambda: list(votes.rows())):
        with pytest.raises(FeedbackError, match="cannot be written or read") as caught:
            act()
        assert "\n" not in str(caught.value)
