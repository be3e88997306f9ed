"""The HTML of the chat: chips, marks, and no character of untrusted text that a browser would take for markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from newsroom import ANSWERS, BOAT, BRIDGE, HOSTILE, PAYLOAD, REFUSAL, FakeIndex, cite

from embeddings.records import Article
from qa.records import Answer, Citation
from ui.plain import plain
from ui.render import (
    EMPTY_PANEL,
    answer_html,
    archive_line,
    byline,
    chip_html,
    escape,
    masthead_html,
    notice_html,
    paragraphs_html,
    question_html,
    source_html,
)

BLOCKS = {"article", "header", "footer", "nav", "h1", "h2", "div", "p", "ul", "li", "br"}
TAGS = BLOCKS | {"a", "span", "small", "strong", "mark"}
ATTRIBUTES = {"class", "href", "title", "data-cite", "aria-label"}


class Checker(HTMLParser):
    """Collects the tags, attributes, links and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> None:
    checked = Checker(html)
    assert checked.tags <= TAGS
    assert checked.attributes <= ATTRIBUTES
    assert all(re.fullmatch(r"#(cite-\d+-\d+|chat)", link) for link in checked.links)


def test_an_answer_has_chips_and_bold_words() -> None:
    html = answer_html(ANSWERS["桥"], "城北新桥有多长？", 3)
    assert "新桥长<strong>412米</strong>，双向四车道" in html
    assert html.count('href="#cite-3-1"') == 3  # in the sentence, in the list of sources, on the headline
    assert html.count('href="#cite-3-2"') == 2
    assert html.count("城北新桥通车</a>") == 1  # one article, cited twice, is named once
    assert Checker(html).text.startswith("新桥长412米，双向四车道，总投资2.6亿元。1市交通局说")


def test_a_chip_says_where_its_sentence_stands() -> None:
    assert chip_html(cite(2, BRIDGE, "双向四车道"), 0) == (
        '<a class="chip" href="#cite-0-2" '
        'title="《城北新桥通车》 记者 王小明、李华 · 2024年3月3日 · A01版 “双向四车道”">2</a>'
    )


def test_a_bracketed_number_that_is_no_citation_stays_text() -> None:
    answer = Answer("见附表[7]。[1]", (cite(1, BRIDGE, "双向四车道"),))
    text = Checker(answer_html(answer, "", 0)).text
    assert text.startswith("见附表[7]。1")


def test_lines_of_a_list_are_paragraphs_and_articles_that_they_name_are_not_named_again() -> None:
    html = answer_html(ANSWERS["王小明"], "", 0)
    assert html.count("<p>") == 3
    assert html.count("城北新桥通车》") == 2 and "sources" not in html  # once in the line, once in the chip's hint


def test_the_question_as_understood_is_shown_only_when_it_differs() -> None:
    answer = replace(ANSWERS["桥"], question_as_understood="城北新桥有多长？")
    assert "理解为" not in answer_html(answer, "城北新桥有多长？", 0)
    assert '<p class="understood">理解为：城北新桥有多长？</p>' in answer_html(answer, "它有多长？", 0)


def test_a_refusal_looks_different_and_names_the_nearest_report() -> None:
    html = answer_html(REFUSAL, "", 0)
    assert html.startswith('<div class="refusal">')
    assert "最接近的报道" in html and "码头灯光亮起" in html
    assert "最接近" not in answer_html(replace(REFUSAL, citations=()), "", 0)


def test_the_source_is_the_whole_article_with_the_quote_marked() -> None:
    html = source_html(ANSWERS["桥"], 2, 5)
    assert '<p class="kicker">三年建设 今日圆梦</p><h2>城北新桥通车</h2>' in html
    assert "<mark>市交通局说，下一座桥将于明年3月开工，位置在城东老渡口。</mark>" in html
    assert html.count("<p>") == len(BRIDGE.text.split("\n"))
    assert "证据 2 / 2" in html and 'href="#cite-5-1">上一条</a>' in html and '<span class="step">下一条</span>' in html


def test_a_caption_is_credited_to_its_photographer() -> None:
    assert byline(BOAT) == "摄影 赵一"
    assert "图片说明 · 来源 2024-03-04-A02.txt" in source_html(REFUSAL, 1, 0)


def test_what_the_archive_holds() -> None:
    assert archive_line(FakeIndex.stats) == "馆藏 3 个版面、3 篇报道、1 条图片说明，2024年3月3日至2024年3月4日"
    assert archive_line({"reports": 68158, "first_date": "2024-03-03", "last_date": date(2024, 3, 3)}) == (
        "馆藏 68,158 篇报道，2024年3月3日"
    )
    assert archive_line({}) == "馆藏 还是空的"


def test_nothing_hostile_becomes_markup() -> None:
    answer = ANSWERS["坏稿"]
    pieces = [answer_html(answer, "", 0), source_html(answer, 1, 0), question_html(PAYLOAD), notice_html(PAYLOAD)]
    for html in [*pieces, chip_html(answer.citations[0], 0), EMPTY_PANEL, masthead_html(FakeIndex.stats)]:
        assert_harmless(html)
    assert plain(PAYLOAD) in Checker(source_html(answer, 1, 0)).text
    assert "https://" not in "".join(pieces)  # nothing that a renderer could turn into a link or an image


def test_an_endless_question_is_shortened() -> None:
    assert len(question_html("问" * 100_000)) < 1000


@given(st.text())
def test_escaped_text_reads_the_same_and_holds_no_markup(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == plain(text)
    assert not re.search(r"[<>\"'$`*_\[\]{}\\~|]", escaped)


@given(st.text(alphabet="甲乙<&\n", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_the_mark_is_exactly_the_quote(text: str, start: int, end: int) -> None:
    html = paragraphs_html(text, start, end)
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", html))
    assert unescape(marked) == text[start:end].replace("\n", "")
    assert unescape(re.sub(r"</?(p|mark)>", "", html)) == text.replace("\n", "")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_answer_breaks_the_page(said: str, stands: str) -> None:
    article = Article(text=stands, headline=said, kicker=stands, reporters=(said,), page=stands, source=said)
    answer = Answer(f"{said}**{stands}**[1]", (Citation(1, article, 0, len(stands)),), question_as_understood=stands)
    assert_harmless(answer_html(answer, said, 0))
    assert_harmless(source_html(answer, 1, 0))


def test_the_hostile_article_is_hostile() -> None:
    assert "<script>" in HOSTILE.text and "onerror" in HOSTILE.headline
