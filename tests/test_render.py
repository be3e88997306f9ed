"""The HTML of the chat: chips, marks, and no character of untrusted text that a browser would take for markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from newsroom import (
    ANSWERS,
    BRIDGE,
    HOSTILE,
    PAYLOAD,
    REFUSAL,
    FakeIndex,
    Newsroom,
    archive_folder,
    cite,
)

from embeddings.records import Article
from qa.records import Answer, Citation, Value
from ui.browse import listed
from ui.conversation import Suggested, Turn
from ui.front import Overview, filter_link, filter_of, front_html, overview
from ui.panel import article_html, gone_html, page_html, page_text, source_html
from ui.plain import plain
from ui.render import (
    answer_html,
    archive_line,
    chip_html,
    escape,
    masthead_html,
    notice_html,
    page_of,
    paragraphs_html,
    question_html,
    turn_html,
)
from ui.words import EN, ZH

BLOCKS = {"article", "header", "footer", "nav", "h1", "h2", "div", "p", "ul", "li", "br"}
PANEL = {"section", "h3", "b", "button", "svg", "path", "rect", "text", "title", "ol"}
TAGS = BLOCKS | PANEL | {"a", "span", "small", "strong", "mark"}
DRAWN = {"viewbox", "role", "x", "y", "width", "height", "d", "text-anchor"}
ATTRIBUTES = DRAWN | {"class", "href", "title", "data-cite", "data-copy", "data-done", "aria-label"}
LINK = r"#(cite|ask)-\d+-\d+|#(up|down|copy|retry|edit|undo|reword)-\d+|#chat|#home"


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
    articles = r"#(article|page)-[0-9a-f]{16}(-\d+-\d+)?|\?article=[0-9a-f]{16}"
    others = r"#filter-(date|page|reporter|words)-[\w%.~-]*|#drop-[a-z]+"
    assert [link for link in checked.links if not re.fullmatch(f"{LINK}|{articles}|{others}", link)] == []


def test_an_answer_has_chips_and_bold_words() -> None:
    html = answer_html(ANSWERS["桥"], "城北新桥有多长？", 3)
    assert "新桥长<strong>412米</strong>，双向四车道" in html
    assert html.count('href="#cite-3-1"') == 3  # in the sentence, in the list of sources, on the headline
    assert html.count('href="#cite-3-2"') == 2
    assert html.count("城北新桥通车</a>") == 1  # one article, cited twice, is named once
    assert Checker(html).text.startswith("新桥长412米，双向四车道，总投资2.6亿元。1市交通局说")


def test_reports_of_several_days_stand_in_order_of_date_with_what_each_says() -> None:
    later, first = replace(BRIDGE, date=date(2024, 8, 9)), BRIDGE
    citations = (cite(1, later, "新桥长412米"), cite(2, first, "新桥长412米"))
    changed = Answer("长412米。[1]（旧）长400米。[2]", citations, short="412米", older=(Value("400米", first.date, 2),))
    html = answer_html(changed, "桥长变过没有？", 0)
    assert Checker(html).text.endswith("先后2024年3月3日2城北新桥通车400米2024年8月9日1城北新桥通车412米")
    assert "timeline" not in answer_html(replace(changed, citations=citations[:1]), "", 0)
    assert "timeline" not in answer_html(replace(changed, older=()), "记者王小明写过哪些报道？", 0)  # of several things
    assert "timeline" not in answer_html(REFUSAL, "", 0)


def test_the_words_that_answer_are_marked_in_their_sentence() -> None:
    sentence, at = ANSWERS["桥"].citations[0], BRIDGE.text.index("412米")
    answer = replace(ANSWERS["桥"], citations=(replace(sentence, marked=((at, at + 4),)),))
    marked = "<mark>新桥长<b>412米</b>，双向四车道，总投资2.6亿元。</mark>"
    assert marked in source_html(answer, 1, 0) and marked in page_of([Turn("桥？", answer)], datetime(2024, 3, 5))


def test_nothing_hostile_becomes_markup() -> None:
    answer = ANSWERS["坏稿"]
    turn = Turn(PAYLOAD, answer, follow=(Suggested(PAYLOAD, PAYLOAD),))
    pieces = [turn_html(turn, 0, True), source_html(answer, 1, 0), question_html(PAYLOAD), notice_html(PAYLOAD)]
    pieces += [article_html(HOSTILE), page_html(BRIDGE, archive_folder() / "corpus")]
    pieces += [front_html(Overview(pages=((PAYLOAD, 1),), reporters=((PAYLOAD, 2),)), {"reports": 1})]
    pieces += [listed(Newsroom(), (words, "", "", "", ""), 9)[0] for words in ("", PAYLOAD)]
    for html in [*pieces, chip_html(answer.citations[0], 0), gone_html(), masthead_html(FakeIndex.stats)]:
        assert_harmless(html)
    assert plain(PAYLOAD) in Checker(source_html(answer, 1, 0)).text
    assert "https://" not in "".join(pieces)  # nothing that a renderer could turn into a link or an image


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
    assert_harmless(article_html(article))


def test_a_complete_turn_says_what_can_be_done_next() -> None:
    turn = Turn("桥？", ANSWERS["桥"], follow=(Suggested("馆长是谁？", "Who?"),), vote="up", again=True)
    html = turn_html(turn, 2, True)
    assert 'class="vote up given" href="#up-2"' in html and 'class="vote down" href="#down-2"' in html
    assert [act for act in ("retry", "edit", "undo") if f'href="#{act}-2"' in html] == ["retry", "edit", "undo"]
    assert '<a href="#ask-2-0">馆长是谁？</a>' in html and ">Who?</a>" in turn_html(turn, 2, True, EN)
    earlier = turn_html(turn, 2, False)
    assert "#up-2" in earlier and "#copy-2" in earlier and "#retry" not in earlier and "#ask" not in earlier
    assert "#retry" not in turn_html(replace(turn, again=False), 2, True)  # the reader would say the same again
    assert "acts" not in turn_html(replace(turn, follow=None), 2, True)  # still being answered
    assert "#up" not in turn_html(Turn("?", notice="不行", follow=()), 0, True)  # nothing to vote on


def test_the_front_page_says_what_the_archive_holds() -> None:
    html = front_html(overview(FakeIndex().store), FakeIndex.stats)
    assert_harmless(html)
    text = Checker(html).text
    for held in (
        "3 个版面",
        "3 篇报道",
        "1 条图片说明",
        "3 位记者",
        "王小明 2",
        "A01版 1",
        "没有长过一周的空缺",
        "另有 2 篇不知日期",
    ):
        assert held in text, held
    assert filter_link("reporter", "王小明") in html
    assert "还是空的" in front_html(Overview(), {})
    held = Overview(dates=((date(2024, 1, 31), 2), (date(2024, 3, 1), 1), (date(2024, 3, 9), 1)))
    assert "2024年2月1日到2024年2月29日，29 天没有报纸" in front_html(held, {})


def test_the_chart_has_a_bar_for_every_day_month_or_year() -> None:
    days = Overview(dates=((date(2024, 2, 28), 2), (date(2024, 3, 1), 4)))
    assert days.bars == [("2024-02-28", 2), ("2024-02-29", 0), ("2024-03-01", 4)]
    assert Overview(dates=((date(2023, 12, 31), 1), (date(2024, 4, 1), 3))).bars[1] == ("2024-01", 0)  # 93 days
    assert Overview(dates=((date(1990, 1, 1), 1), (date(2024, 4, 1), 3))).bars[-1] == ("2024", 3)
    svg = front_html(days, {})
    assert svg.count("<rect") == 2 and filter_link("date", "2024-03-01") in svg and "最多 4 篇" in svg
    assert Overview().bars == []


@given(st.sampled_from(["page", "reporter"]), st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_filter_link_carries_any_name(what: str, value: str) -> None:
    link = filter_link(what, value)
    assert filter_of(link) == (what, value) and re.fullmatch(r"[#\w%.~-]+", link, re.ASCII)


def test_the_original_page_is_shown_only_from_inside_the_corpus(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_bytes("标题\n正文".encode("gb18030"))
    (corpus / "a.pdf").write_text("x")
    (tmp_path / "secret.txt").write_text("secret")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "big.txt").write_text("大" * 400_000, encoding="utf-8")
    assert page_text("a.txt", corpus) == "标题\n正文"
    for source in ("../secret.txt", "link.txt", str(tmp_path / "secret.txt"), "a.pdf", "none.txt", "", "\0", "big.txt"):
        assert page_text(source, corpus) is None, source
    assert "<mark>标题</mark>" in page_html(Article(text="正文", headline="标题", source="a.txt"), corpus)
    assert "不在手边" in page_html(Article(text="正文", source="b.txt"), corpus)


def test_the_original_page_marks_the_cited_sentence_across_its_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("标题\n　　前一句。桥长\n412米。\n", encoding="utf-8")
    article = Article(text="前一句。桥长412米。", headline="标题", source="a.txt")
    marked = "".join(re.findall("<mark>(.*?)</mark>", page_html(article, tmp_path, place=(4, 11))))
    assert marked == "桥长412米。" and "#page-" + article.id + "-4-11" in article_html(article, 4, 11)
    elsewhere = page_html(replace(article, source="b.txt"), tmp_path, [replace(article, source="b.txt")], place=(4, 11))
    assert "<mark>桥长412米。</mark>" in elsewhere


def test_an_article_has_its_citation_and_its_permalink() -> None:
    html = article_html(BRIDGE)
    assert f'href="?article={BRIDGE.id}"' in html and f'href="#page-{BRIDGE.id}"' in html
    assert "王小明, 李华. 城北新桥通车[N]. 2024-03-03(A01)." in unescape(html)
    assert "网上原文" not in html
    assert 'href="https&#58;&#47;&#47;paper.example&#47;1"' in article_html(
        replace(BRIDGE, url="https://paper.example/1")
    )
    assert "看整版原文" in html and "看整版原文" not in article_html(replace(BRIDGE, source="2024.jsonl"))
    links = Checker(article_html(replace(BRIDGE, url="javascript:alert(1)"))).links
    assert not any(link.startswith("javascript") for link in links)


def test_every_text_is_there_in_both_languages() -> None:
    assert ZH.keys() == EN.keys() and all(ZH.values()) and all(EN.values())
    for key in ZH:
        assert set(re.findall(r"{\w+}", ZH[key])) == set(re.findall(r"{\w+}", EN[key])), key
    assert "Understood as" in answer_html(replace(ANSWERS["桥"], question_as_understood="甲"), "乙", 0, EN)
    assert archive_line(FakeIndex.stats, EN).startswith("The archive holds 3 pages, 3 reports")


def test_a_saved_page_holds_its_evidence_and_nothing_that_runs() -> None:
    turns = [
        Turn("桥？", ANSWERS["桥"]),
        Turn(PAYLOAD, ANSWERS["坏稿"]),
        Turn("?", notice=PAYLOAD),
        Turn("天气", REFUSAL),
    ]
    html = page_of(turns, datetime(2024, 3, 5, 9, 30))
    checked = Checker(html)
    assert not checked.tags & {"script", "img", "iframe", "link", "object"}
    assert not any(name.startswith("on") for name in checked.attributes)
    targets = set(re.findall(r'id="([^"]+)"', html))
    assert {link.removeprefix("#") for link in checked.links} == targets  # every chip leads to its article
    assert "<mark>新桥长412米，双向四车道，总投资2.6亿元。</mark>" in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
