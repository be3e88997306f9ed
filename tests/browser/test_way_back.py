"""The way back in a real browser: the bar over an article, Escape, and what a screen reader is told of messages."""

from __future__ import annotations

from typing import Any

import pytest
from reader import DESK, PHONE, needs_chromium

pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
BRIDGE_ASKED = "城北新桥有多长？"


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_steps_and_the_way_back_stay_in_view_however_far_one_reads(reader: Any, viewport: dict[str, int]) -> None:
    window = reader(viewport)
    window.ask(BRIDGE_ASKED).locator("p a.chip").nth(1).click()
    assert window.mark_is_in_view()  # the last paragraph of many
    for name in ("上一条", "下一条", "馆藏"):
        expect(window.panel.locator("nav").get_by_text(name)).to_be_in_viewport()
    expect(window.panel.get_by_text("回到对话")).to_be_visible(visible=viewport is PHONE)
    window.panel.locator("nav .home").click()
    expect(window.panel.locator(".front h2")).to_be_in_viewport()
    expect(window.panel.get_by_text("回到对话")).to_be_visible(visible=viewport is PHONE)


def test_escape_leads_back_step_by_step_to_what_opened_it(reader: Any) -> None:
    window = reader()
    focused = window.page.locator(":focus")
    chip = window.ask(BRIDGE_ASKED).locator("p a.chip").nth(1)
    chip.press("Enter")
    expect(window.panel.locator("article")).to_be_focused()
    window.panel.get_by_text("看整版原文").press("Enter")
    expect(window.panel.locator("article.page")).to_be_focused()
    window.page.keyboard.press("Escape")
    expect(focused).to_have_text("看整版原文")
    expect(window.panel.locator("mark")).to_contain_text("下一座桥")  # the evidence, not the article alone
    expect(window.panel.locator("nav")).to_contain_text("证据 2 / 2")
    window.page.keyboard.press("Escape")
    expect(chip).to_be_focused()


def test_a_screen_reader_hears_whose_a_message_is_and_no_markup(reader: Any) -> None:
    window = reader()
    window.ask(BRIDGE_ASKED)
    window.ask("明天天气怎么样？")
    expect(window.page.get_by_role("group", name="问题", exact=True)).to_have_count(2)
    expect(window.page.get_by_role("group", name="回答", exact=True)).to_have_count(2)
    expect(window.page.get_by_role("log", name="对话", exact=True)).to_have_count(1)
    labels = window.page.evaluate("[...document.querySelectorAll('[aria-label]')].map((one) => one.ariaLabel).join('')")
    assert "<" not in labels and "message" not in labels


def test_the_chip_of_the_open_article_is_marked_and_shows_no_card_over_it(reader: Any) -> None:
    window = reader()
    answer = window.ask(BRIDGE_ASKED)
    chip, other = answer.locator("p a.chip").nth(0), answer.locator("p a.chip").nth(1)
    chip.click()
    expect(window.panel.locator("mark")).to_have_count(1)
    expect(window.page.locator("#hint")).to_be_hidden()
    answer.locator("a.vote.up").click()  # which draws the answer anew
    expect(answer.locator("a.vote.given")).to_have_count(1)
    expect(chip).to_have_class("chip open")
    other.hover()
    hint = window.page.locator("#hint")
    expect(hint.locator("b")).to_have_text("城北新桥通车")
    expect(hint.locator("small")).to_have_text("记者 王小明、李华 · 2024年3月3日 · A01版")
    expect(hint.locator("q")).to_have_text("市交通局说，下一座桥将于明年3月开工，位置在城东老渡口。")
    chip.hover()
    expect(window.page.locator("#hint")).to_be_hidden()


def test_a_finger_hits_the_links_of_an_article(reader: Any) -> None:
    window = reader(PHONE, has_touch=True)
    window.ask(BRIDGE_ASKED).locator("p a.chip").first.tap()
    expect(window.panel.locator("mark")).to_have_count(1)
    for link in window.page.locator("#source a:visible, #source button, #keep button, #talk .acts a").all():
        assert link.bounding_box()["height"] >= 24, link.inner_text()
