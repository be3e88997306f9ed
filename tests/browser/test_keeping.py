"""What a reader finds, changes, keeps and takes home: front page, browsing, history, votes, exports; two languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from newsroom import ANSWERS, BRIDGE, LIBRARY, archive_folder
from reader import DESK, PHONE, needs_chromium

from ui.feedback import FILE, Feedback

pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
BRIDGE_ASKED = "城北新桥有多长？"


def browse(window: Any) -> Any:
    """Go to the browse tab; returns its list."""
    window.page.get_by_role("tab").nth(1).click()
    expect(window.page.locator("#found li .headline").first).to_be_visible()
    return window.page.locator("#found")


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_front_page_says_what_there_is_and_leads_there(reader: Any, viewport: dict[str, int]) -> None:
    window = reader(viewport)
    front = window.panel.locator(".front")
    for held in ("3 个版面", "3 篇报道", "3 位记者", "没有长过一周的空缺", "王小明 2"):
        expect(front).to_contain_text(held)
    expect(front.locator("rect")).to_have_count(2)
    front.locator("svg a").first.click()
    found = window.page.locator("#found")
    expect(found.locator("a.headline")).to_have_text(["城北新桥通车"])
    expect(found.locator("a.filter")).to_have_text(["从 2024-03-03 ×", "到 2024-03-03 ×"])
    expect(window.page.locator("#since input")).to_have_value("2024-03-03")
    found.locator("a.filter").first.click()
    expect(found.locator("a.filter")).to_have_text(["到 2024-03-03 ×"])
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_articles_are_browsed_by_words_and_filters(reader: Any) -> None:
    window = reader()
    found = browse(window)
    expect(found.locator("a.headline")).to_have_count(4)
    window.page.locator("#words textarea, #words input").fill("新桥")
    window.page.keyboard.press("Enter")
    expect(found.locator("a.headline")).to_have_text(["城北新桥通车"])
    found.locator("a.headline").click()
    expect(window.panel.locator("h2")).to_have_text("城北新桥通车")
    expect(window.panel.locator("mark")).to_have_text(BRIDGE.text[:22])
    expect(found.locator("mark").first).to_have_text("新桥")  # why it was found
    window.page.locator("#since input[type=date]").fill("2024-03-04")  # picked from a calendar
    expect(found).to_contain_text("没有符合这些条件的报道")
    window.page.locator("#since input").fill("2024-03-03")
    expect(found.locator("a.headline")).to_have_text(["城北新桥通车"])


def test_a_question_is_retried_edited_and_taken_back(reader: Any) -> None:
    window = reader()
    window.ask(BRIDGE_ASKED)
    window.ask("它下一座在哪里？")
    window.page.locator('#talk a[href^="#reword"]').click()
    expect(window.box).to_have_value("城北新桥有多长下一座在哪里？")
    window.page.locator('#talk a[href^="#retry"]').click()
    expect(window.answers).to_have_count(2)
    expect(window.answers.nth(1).locator(".understood")).to_contain_text("城北新桥有多长下一座在哪里？")
    expect(window.page.locator("#stop")).to_have_count(0)
    window.page.wait_for_timeout(500)  # no reader is quicker than the questions to ask next, which come by themselves
    window.page.locator('#talk a[href^="#edit"]').click()
    expect(window.answers).to_have_count(1)
    expect(window.box).to_have_value("它下一座在哪里？")
    window.page.locator('#talk a[href^="#undo"]').click()
    expect(window.answers).to_have_count(0)


def test_a_conversation_survives_a_reload_until_a_new_one_begins(reader: Any) -> None:
    window = reader()
    window.ask("明天天气怎么样？")
    window.ask(BRIDGE_ASKED)
    window.page.reload()
    expect(window.answers).to_have_count(2)
    expect(window.answers.first.locator(".refusal")).to_have_count(1)
    window.answers.nth(1).locator("p a.chip").nth(1).click()
    expect(window.panel.locator("mark")).to_have_text(ANSWERS["桥"].citations[1].quote)
    expect(window.ask("它有多长？").locator(".understood")).to_contain_text("理解为")  # the history was there too
    window.page.locator("#clear").click()
    expect(window.answers).to_have_count(0)
    window.page.wait_for_timeout(500)
    window.page.reload()
    expect(window.page.locator("#talk .example").first).to_be_visible()
    assert window.answers.count() == 0


def test_a_permalink_opens_its_article(reader: Any) -> None:
    window = reader()
    url = window.page.url
    window.page.goto(f"{url}?article={LIBRARY.id}")
    expect(window.panel.locator("h2")).to_have_text("图书馆开到晚上九点半")
    assert window.panel.get_by_text("固定链接").get_attribute("href") == f"?article={LIBRARY.id}"
    window.panel.locator("a.filter", has_text="赵敏").click()  # whom it names
    expect(window.page.locator("#found .day")).to_have_text(["2024年3月4日"])
    expect(window.page.locator("#found a.headline")).to_have_text(["图书馆开到晚上九点半"])
    window.page.goto(f"{url}?article=0123456789abcdef")
    expect(window.panel).to_contain_text("没有这篇报道")
    window.page.goto(f"{url}?article=%3Cscript%3Ewindow.pwned=1%3C/script%3E")
    expect(window.panel.locator(".front")).to_have_count(1)
    assert window.page.evaluate("window.pwned") is None


def test_the_original_page_is_one_tap_away_and_harmless(reader: Any) -> None:
    window = reader()
    window.ask(BRIDGE_ASKED).locator("p a.chip").first.click()
    window.panel.get_by_text("看整版原文").click()
    expect(window.panel.locator("h2")).to_have_text("版面原文")
    expect(window.panel.locator("mark")).to_have_text("新桥长412米，双向四车道，总投资2.6亿元。")
    expect(window.panel).to_contain_text("window.pwned=1")  # as text
    assert window.page.evaluate("window.pwned") is None
    window.panel.get_by_text("回到报道").click()
    expect(window.panel.locator("h2")).to_have_text("城北新桥通车")
    window.page.goto(f"{window.url}?article={LIBRARY.id}")
    window.panel.get_by_text("看整版原文").click()
    expect(window.panel.locator(".notice")).to_contain_text("原文件不在手边；下面是索引里同一版的各篇")
    expect(window.panel.locator("mark")).to_have_text(LIBRARY.headline)


def test_an_answer_is_copied_with_its_citations(reader: Any) -> None:
    window = reader()
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = window.ask(BRIDGE_ASKED)
    answer.locator("p a.chip").nth(1).hover()  # whose title has gone into the card
    answer.get_by_text("复制").click()
    expect(answer.get_by_text("已复制")).to_have_count(1)
    first, _, *notes = window.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert first.startswith("新桥长412米，双向四车道，总投资2.6亿元。[1]市交通局说")
    place = "《城北新桥通车》 记者 王小明、李华 · 2024年3月3日 · A01版"
    quotes = [citation.quote for citation in ANSWERS["桥"].citations]
    window.panel.get_by_text("复制引文").click()
    expect(window.panel.locator("button.copy")).to_have_text("已复制")
    copied = window.page.evaluate("navigator.clipboard.readText()")
    assert copied == "王小明, 李华. 城北新桥通车[N]. 城北日报, 2024-03-03(A01)."
    answer.locator(".follow a", has_text="王小明").click()  # a further question asks itself
    expect(window.answers.nth(1)).to_contain_text("王小明的报道有 2 篇")
    assert notes == [f"[{number}] {place} “{quote}”" for number, quote in enumerate(quotes, 1)]


def test_a_vote_and_its_reason_are_kept(reader: Any) -> None:
    window = reader()
    answer = window.ask(BRIDGE_ASKED)
    answer.get_by_text("有用").click()
    expect(answer.locator(".vote.given")).to_have_text("有用")
    expect(window.page.locator("#why")).to_have_count(0)
    answer.get_by_text("没用").click()
    expect(answer.locator(".vote.given")).to_have_text("没用")
    answer.locator(".acts + #why input").fill("长度<b>不对</b>")  # beside the answer
    answer.locator("#why button").click()
    expect(window.page.locator("#why")).to_have_count(0)
    window.page.wait_for_timeout(500)  # nothing on the page says that it has been written down
    *_, vote = Feedback(archive_folder() / FILE).rows()
    assert (vote["vote"], vote["reason"], vote["question"]) == ("down", "长度<b>不对</b>", BRIDGE_ASKED)


def test_a_conversation_is_saved_as_a_page_that_stands_alone(reader: Any, tmp_path: Path) -> None:
    window = reader()
    window.ask("坏稿件写了什么？")
    window.ask(BRIDGE_ASKED)
    with window.page.expect_download() as saving:
        window.page.locator("#save-html").click()
    saving.value.save_as(tmp_path / "talk.html")
    assert re.fullmatch(r"wenbao-\d{8}-\d{4}\.html", saving.value.suggested_filename)
    with window.page.expect_download() as saving:
        window.page.locator("#save-md").click()
    saving.value.save_as(tmp_path / "talk.md")
    assert "[^2-2]: 王小明, 李华. 城北新桥通车" in (tmp_path / "talk.md").read_text(encoding="utf-8")
    page = window.page.context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "talk.html").as_uri())
    expect(page.locator("h2")).to_have_count(2)
    expect(page.locator("mark").last).to_have_text(ANSWERS["桥"].citations[1].quote)
    page.locator("section").nth(1).locator("a.chip").first.click()
    assert page.url.endswith("#cite-1-1")
    assert page.evaluate("window.pwned") is None and page.locator("img, script, a[href^=javascript]").count() == 0
    assert len(requests) == 1
    page.close()


def test_a_browser_that_asks_for_english_gets_english(reader: Any) -> None:
    window = reader(locale="en-GB")
    expect(window.page.locator("#send")).to_have_text("Send")
    expect(window.page.get_by_role("tab")).to_have_text(["Ask", "Browse", "History"])
    expect(window.page.locator("#masthead")).to_contain_text("The archive holds 3 pages, 3 reports")
    expect(window.panel).to_contain_text("Articles over time")
    expect(window.ask(BRIDGE_ASKED).locator(".follow a").first).to_contain_text("What ")
    nameless = window.page.evaluate(  # for a screen reader
        """() => [...document.querySelectorAll('a, button, textarea, input:not([type=hidden])')]
            .filter((one) => one.offsetParent && !(one.innerText?.trim() || one.ariaLabel || one.title
                || one.labels?.[0]?.innerText.trim() || one.placeholder)).map((one) => one.outerHTML.slice(0, 200))"""
    )
    assert nameless == []
    window.panel.locator("h2", has_text="城北新桥通车").wait_for()
    expect(window.panel.locator(".byline")).to_have_text("By 王小明、李华 · 2024-03-03 · p. A01")
    expect(window.ask("明天天气怎么样？").locator(".refusal")).to_contain_text("Not in the paper")
    expect(window.ask("崩了吗").locator(".notice")).to_contain_text("This question could not be answered")
    assert window.page.evaluate("document.documentElement.lang") == "en"
    window.page.get_by_role("tab", name="History").click()
    expect(window.page.locator("#talks small")).to_contain_text("3 asked · open")
    expect(window.page.locator("#talks button").first).to_have_text("Delete")
