"""Several conversations in a real browser: the list to go back to, new, delete; kept by the browser alone."""

from __future__ import annotations

from typing import Any

import pytest
from newsroom import PAYLOAD
from reader import Reader, needs_chromium

pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
BRIDGE_ASKED, WEATHER_ASKED, WRITER_ASKED = "城北新桥有多长？", "明天天气怎么样？", "记者王小明写过哪些报道？"


def history(window: Reader) -> Any:
    """Go to the list of conversations; returns it."""
    window.page.get_by_role("tab", name="历史").click()
    return window.page.locator("#talks")


def test_earlier_conversations_are_there_to_go_back_to(reader: Any) -> None:
    window = reader()
    expect(history(window)).to_contain_text("还没有存下的对话")
    window.page.get_by_role("tab", name="提问").click()
    window.ask(WRITER_ASKED)
    window.ask(BRIDGE_ASKED)
    window.begin_anew()
    window.ask(WEATHER_ASKED)
    talks = history(window)
    expect(talks.locator("a.headline")).to_have_text([WEATHER_ASKED, WRITER_ASKED])
    expect(talks.locator("small").first).to_contain_text("1 问 · 正在看")
    expect(talks.locator("small").nth(1)).to_contain_text("2 问")
    edges = "one => { const all = new Range(); all.selectNodeContents(one); return all.getBoundingClientRect().left; }"
    assert talks.locator("a.headline").first.evaluate(edges) == talks.locator("small").first.evaluate(edges)
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    talks.locator("a.headline").nth(1).click()
    expect(window.answers).to_have_count(2)
    expect(window.ask("它有多长？").locator(".understood")).to_contain_text("理解为")  # its history is there, too
    expect(history(window).locator("a.headline")).to_have_text([WRITER_ASKED, WEATHER_ASKED])  # the newest first


def test_a_conversation_is_deleted_with_the_second_tap(reader: Any) -> None:
    window = reader()
    window.ask(BRIDGE_ASKED)
    window.begin_anew()
    window.ask(WEATHER_ASKED)
    talks = history(window)
    talks.locator("li button").nth(1).click()
    expect(talks.locator("li button").nth(1)).to_have_text("确定删除？")
    expect(talks.locator("li")).to_have_count(2)
    talks.locator("li button").nth(1).click()
    expect(talks.locator("a.headline")).to_have_text([WEATHER_ASKED])
    window.page.get_by_role("tab", name="提问").click()
    window.begin_anew()
    window.ask(BRIDGE_ASKED)
    history(window)
    talks.get_by_text("全部删除").click()
    talks.get_by_text("确定删除？").click()
    expect(talks).to_contain_text("还没有存下的对话")
    window.page.get_by_role("tab", name="提问").click()
    expect(window.answers).to_have_count(0)  # it was the one that was open
    window.page.reload()
    expect(window.page.locator("#talk .example").first).to_be_visible()
    assert window.page.evaluate("localStorage.getItem('wenbao-talks')") == "[]"


def test_two_windows_keep_their_conversations_apart(reader: Any) -> None:
    first = reader()
    first.ask(BRIDGE_ASKED)
    second = Reader(first.page.context.new_page(), first.url, anew=False)
    expect(second.answers).to_have_count(1)  # a new window goes on with the last one
    second.begin_anew()
    second.ask(WEATHER_ASKED)
    first.ask("它下一座在哪里？")
    expect(history(first).locator("a.headline")).to_have_text([BRIDGE_ASKED, WEATHER_ASKED])
    first.page.reload()
    expect(first.answers).to_have_count(2)
    second.page.close()
    assert second.complaints == []


def test_a_question_is_kept_before_it_is_answered(reader: Any) -> None:
    window = reader()
    window.send("慢慢说，桥有多长？")
    window.page.wait_for_function("localStorage.getItem('wenbao-talks')?.includes('慢慢说')")
    window.page.reload()
    expect(window.answers.first.locator(".notice")).to_have_text("已停下，没有回答。")
    window.page.locator('#talk a[href^="#retry"]').click()
    expect(window.answers.first).to_contain_text("老渡口")


def test_a_hostile_question_is_text_in_the_list(reader: Any) -> None:
    window = reader()
    window.ask(PAYLOAD[:60])
    talks = history(window)
    expect(talks.locator("a.headline")).to_have_text(PAYLOAD[:60])
    assert window.page.evaluate("window.pwned") is None and talks.locator("img, script, svg").count() == 0


def test_what_is_kept_in_another_shape_does_no_harm(reader: Any) -> None:
    window = reader()
    for kept in ("no json", "7", '[{"id": "x"}]', '[{"id": "x", "turns": ["<b>", 7]}]'):
        window.page.evaluate("kept => { localStorage['wenbao-talks'] = kept; localStorage['wenbao-now'] = 'x' }", kept)
        window.page.evaluate("sessionStorage.clear()")
        window.page.reload()
        expect(window.box).to_be_visible()
    expect(window.ask(BRIDGE_ASKED)).to_contain_text("412米")
    expect(history(window).locator("a.headline").first).to_have_text(BRIDGE_ASKED)
