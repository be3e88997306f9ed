"""The chat page in a real browser, desktop and phone: what a reader sees, taps and types, and what is never fetched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from newsroom import BRIDGE, PAYLOAD, Newsroom, serving
from reader import DESK, PHONE, Reader, needs_chromium

from qa import Answerer
from ui.conversation import suggest
from ui.plain import plain

pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_a_chip_opens_the_article_at_the_quote(reader: Any, viewport: dict[str, int]) -> None:
    window = reader(viewport)
    assert window.page.title() == "问报"
    expect(window.page.locator("#masthead")).to_contain_text(
        "馆藏 3 个版面、3 篇报道、1 条图片说明，2024年3月3日至2024年3月4日"
    )
    answer = window.ask("城北新桥有多长？")
    expect(answer).to_contain_text("新桥长412米，双向四车道，总投资2.6亿元。")
    answer.locator("p a.chip").nth(1).click()
    expect(window.panel.locator("h2")).to_have_text("城北新桥通车")
    expect(window.panel.locator(".kicker")).to_have_text("三年建设 今日圆梦")
    expect(window.panel.locator(".byline")).to_have_text("记者 王小明、李华 · 2024年3月3日 · A01版")
    expect(window.panel.locator("footer")).to_contain_text("2024-03-03-A01.txt")
    expect(window.panel.locator(".body p")).to_have_count(BRIDGE.text.count("\n") + 1)
    expect(window.panel.locator("mark")).to_have_text("市交通局说，下一座桥将于明年3月开工，位置在城东老渡口。")
    assert window.mark_is_in_view()
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_evidence_belongs_to_the_answer_on_screen(reader: Any) -> None:
    window = reader()
    window.ask("城北新桥有多长？")
    expect(window.panel.locator("mark")).to_have_text("新桥长412米，双向四车道，总投资2.6亿元。")
    expect(window.page.locator("#question")).to_be_in_viewport()  # on a phone, too
    window.ask("明天天气怎么样？")
    expect(window.panel.locator("h2")).to_have_text("码头灯光亮起")
    window.page.get_by_role("tab", name="浏览").click()
    expect(window.panel.locator(".front")).to_have_count(1)
    window.page.get_by_role("tab", name="历史").click()
    window.page.get_by_role("tab", name="提问").click()
    expect(window.panel.locator("h2")).to_have_text("码头灯光亮起")
    for typed, notice in (
        ("?!", "只有标点和符号"),
        ("问" * 20_000, "有 20000 字，最多 500 字"),
        ("崩了吗", "没能答出来"),
    ):
        expect(window.ask(typed).locator(".notice")).to_contain_text(notice)
    assert "secret path" not in window.page.content()
    expect(window.panel.locator(".front")).to_have_count(1)
    expect(window.page.locator("#question")).to_be_in_viewport()


def test_what_the_reader_opens_while_an_answer_grows_stays(reader: Any) -> None:
    window = reader()
    window.ask("记者王小明写过哪些报道？")
    growing = window.send("慢慢说，桥有多长？")
    expect(window.panel.locator("mark")).to_contain_text("412米")
    window.answers.first.locator("p a.chip").nth(1).click()
    expect(window.panel.locator("h2")).to_have_text("图书馆开到晚上九点半")
    expect(growing).to_contain_text("老渡口")
    expect(window.page.locator("#stop")).to_have_count(0)
    expect(window.panel.locator("h2")).to_have_text("图书馆开到晚上九点半")


def test_the_keyboard_alone_opens_a_source(reader: Any) -> None:
    window = reader()
    window.ask("城北新桥有多长？")
    for _ in range(30):  # from the text box backwards to the last chip or link of the answer
        window.page.keyboard.press("Shift+Tab")
        if window.page.evaluate("document.activeElement.matches('a.chip')"):
            break
    expect(window.page.locator("#hint b")).to_have_text("城北新桥通车")
    window.page.keyboard.press("Enter")
    expect(window.panel.locator("mark")).to_have_count(1)
    expect(window.panel.locator("article")).to_be_focused()
    window.page.keyboard.press("Escape")
    expect(window.page.locator("a.chip:focus")).to_have_count(1)


def test_an_answer_can_be_stopped(reader: Any) -> None:
    window = reader()
    answer = window.send("慢慢慢说，桥有多长？")
    expect(answer).to_contain_text("412米")
    window.page.locator("#stop").click()
    expect(window.page.locator("#stop")).to_have_count(0)
    expect(answer.locator(".acts")).to_contain_text("重答")
    window.page.wait_for_timeout(2200)
    assert "老渡口" not in answer.inner_text()
    expect(window.ask("记者王小明写过哪些报道？")).to_contain_text("2 篇")
    assert "老渡口" not in answer.inner_text()  # nor has the late piece come with the next answer


def test_the_masthead_hears_of_a_new_generation(device: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.chat.SECONDS_BETWEEN_LOOKS", 1)
    newsroom = Newsroom()
    newsroom.index.stats = {**newsroom.index.stats, "generation": "1"}
    with serving(newsroom) as url:
        window = Reader(device(viewport=DESK).new_page(), url)
        expect(window.page.locator("#masthead")).to_contain_text("3 个版面")
        newsroom.index.stats = {**newsroom.index.stats, "generation": "2", "pages": 7}
        expect(window.page.locator("#masthead")).to_contain_text("7 个版面")
        window.page.close()
    assert window.complaints == []


def test_article_text_never_runs(reader: Any) -> None:
    window = reader()
    answer = window.ask("坏稿件写了什么？")
    answer.locator("p a.chip").first.click()
    expect(window.panel.locator("mark")).to_have_text(re.sub(r"\s+", " ", plain(PAYLOAD)))
    window.ask(f"{PAYLOAD[:100]}")
    assert window.page.evaluate("window.pwned") is None
    assert window.page.locator("#talk img, #talk .katex, #source img, #source script, #talk a[target]").count() == 0
    assert plain(PAYLOAD)[:60] in answer.inner_text()


def test_on_a_phone_the_source_lies_below_and_leads_back(reader: Any) -> None:
    window = reader(PHONE, has_touch=True)
    window.ask("城北新桥有多长？").locator("p a.chip").first.tap()
    assert window.mark_is_in_view()
    window.panel.get_by_text("回到对话").tap()
    window.page.wait_for_function("document.querySelector('#question').getBoundingClientRect().bottom <= innerHeight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(reader: Any, scheme: str) -> None:
    window = reader(color_scheme=scheme)
    answer = window.ask("城北新桥有多长？")
    answer.locator("p a.chip").first.click()
    expect(window.panel.locator("mark")).to_have_count(1)
    paper = luminance(colour(window, "body", "background-color"))
    assert (paper < 0.05) == (scheme == "dark")
    for selector in ("#talk .answer p", "#source .body p", "#source h2", "#source .byline", "#talk .label"):
        assert contrast(luminance(colour(window, selector, "color")), paper) > 4.5, selector
    marked = luminance(colour(window, "#source mark", "background-color"))
    assert contrast(luminance(colour(window, "#source mark", "color")), marked) > 4.5


def colour(window: Reader, selector: str, name: str) -> list[int]:
    """A computed colour: [red, green, blue], 0–255."""
    value = window.page.locator(selector).first.evaluate(f"node => getComputedStyle(node)['{name}']")
    return [int(float(part)) for part in re.findall(r"[\d.]+", value)[:3]]


def luminance(colour: list[int]) -> float:
    """Relative luminance after WCAG 2.2, 0–1."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Contrast ratio after WCAG 2.2, 1–21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_the_sample_newspaper_answers_its_own_suggestions(device: Any, answerer: Answerer) -> None:
    """The whole way: sample pages → index → suggested question → answer → the quote marked in its article."""
    articles = answerer.index.store.select(limit=500)
    examples = [each.chinese for each in suggest(articles, lambda question: not answerer.answer(question).refused)]
    assert len(examples) == 4
    with serving(answerer, examples) as url:
        window = Reader(device(viewport=DESK).new_page(), url)
        window.page.locator("#talk .example").first.click()
        chip = window.answers.first.locator("a.chip").first
        quote = chip.get_attribute("title").split("\n")[2].rstrip("…")
        chip.click()
        expect(window.panel.locator("mark").first).to_contain_text(quote)
        assert window.mark_is_in_view()
        assert any(quote in article.text for article in articles)
        window.page.close()
    assert window.complaints == []
