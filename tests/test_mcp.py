"""The tools for assistants, by a real MCP client."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import Any

import pytest
from newsroom import ANSWERS, BRIDGE

from ui.conversation import APOLOGY

pytest.importorskip("mcp")
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


@pytest.fixture
def url(newsroom_url: str) -> str:
    return f"{newsroom_url}/mcp"


def call(url: str, *calls: tuple[str, dict[str, Any]]) -> tuple[Any, list[Any]]:
    """(what the tools are, the results of some calls), in one session."""

    async def session() -> tuple[Any, list[Any]]:
        async with streamable_http_client(url) as (read, write, _), ClientSession(read, write) as client:
            await client.initialize()
            return await client.list_tools(), [await client.call_tool(name, given) for name, given in calls]

    return asyncio.run(session())


def test_there_are_two_tools_that_only_read(url: str) -> None:
    listed = call(url)[0].tools
    assert sorted(tool.name for tool in listed) == ["answer", "search_articles"]
    assert all(tool.description and tool.annotations.readOnlyHint for tool in listed)
    assert {tool.name: list(tool.inputSchema["properties"]) for tool in listed} == {
        "answer": ["question"],
        "search_articles": ["query", "k"],
    }


@pytest.mark.parametrize("path", ["", "/"])
def test_the_server_says_its_own_name_and_version(url: str, path: str) -> None:
    async def greeting() -> Any:
        async with streamable_http_client(url + path) as (read, write, _), ClientSession(read, write) as client:
            return (await client.initialize()).serverInfo

    told = asyncio.run(greeting())
    assert (told.name, told.version) == ("wenbao", version("wenbao"))


def test_an_answer_comes_with_its_citations(url: str) -> None:
    result = call(url, ("answer", {"question": "城北新桥有多长？"}))[1][0]
    assert not result.isError
    assert result.structuredContent["text"] == ANSWERS["桥"].text
    assert [one["quote"] for one in result.structuredContent["citations"]] == [
        one.quote for one in ANSWERS["桥"].citations
    ]


def test_a_search_finds_passages(url: str) -> None:
    result = call(url, ("search_articles", {"query": "新桥", "k": 1}))[1][0]
    (found,) = result.structuredContent["result"]
    assert (found["article_id"], found["text"]) == (BRIDGE.id, BRIDGE.text[:22])


def test_a_fault_is_one_polite_line(url: str) -> None:
    empty, crash, many = call(
        url,
        ("answer", {"question": "?!"}),
        ("answer", {"question": "崩了吗"}),
        ("search_articles", {"query": "新桥", "k": 1000}),
    )[1]
    assert empty.isError and "问题里只有标点和符号" in empty.content[0].text
    assert crash.isError and APOLOGY in crash.content[0].text and "secret" not in crash.content[0].text
    assert many.isError
