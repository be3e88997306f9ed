"""The OpenAI protocol, by its own client and by plain HTTP: answers, streams, citations, history, faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from newsroom import ANSWERS

from ui.api import BusyError, Gate
from ui.conversation import APOLOGY
from ui.words import ZH

openai = pytest.importorskip("openai")
URL = "/v1/chat/completions"


@pytest.fixture
def url(newsroom_url: str) -> str:
    return newsroom_url


@pytest.fixture(scope="module")
def client(newsroom_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{newsroom_url}/v1", api_key="none", max_retries=0) as client:
        yield client


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_an_answer_comes_with_its_citations(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="wenbao", messages=[user("城北新桥有多长？")])
    assert done.choices[0].message.content == ANSWERS["桥"].text
    assert done.choices[0].finish_reason == "stop"
    assert done.citations == [citation.as_dict() for citation in ANSWERS["桥"].citations]
    assert (done.refused, done.question_as_understood) == (False, "城北新桥有多长？")


def test_a_stream_grows_to_the_same_answer(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="wenbao", messages=[user("城北新桥有多长？")], stream=True))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert len([piece for piece in pieces if piece]) == 2
    assert "".join(pieces) == ANSWERS["桥"].text
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert [citation["quote"] for citation in chunks[-1].citations] == [one.quote for one in ANSWERS["桥"].citations]


def test_a_stream_says_once_who_speaks_and_at_the_end_what_was_used(url: str) -> None:
    asked = {"messages": [user("城北新桥有多长？")], "stream": True, "stream_options": {"include_usage": True}}
    lines = httpx.post(url + URL, json=asked).text.strip().split("\n\n")
    assert lines.pop() == "data: [DONE]"
    *chunks, last = [json.loads(line.removeprefix("data: ")) for line in lines]
    roles = [chunk["choices"][0]["delta"].get("role") for chunk in chunks]
    assert roles == ["assistant", *[None] * (len(chunks) - 1)]
    assert last["choices"] == [] and all(chunk["usage"] is None for chunk in chunks)
    length = len(ANSWERS["桥"].text)
    assert last["usage"] == {"prompt_tokens": 8, "completion_tokens": length, "total_tokens": 8 + length}
    whole = httpx.post(url + URL, json={"messages": [user("城北新桥有多长？")]}).json()
    assert whole["usage"] == last["usage"]


def test_the_model_has_a_name(client: openai.OpenAI) -> None:
    (model,) = client.models.list()
    assert client.models.retrieve("wenbao") == model and model.object == "model"
    with pytest.raises(openai.NotFoundError, match="没有 /v1/models/gpt-9"):
        client.models.retrieve("gpt-9")


@pytest.mark.parametrize(("method", "path", "allowed"), [("GET", URL, "POST"), ("POST", "/v1/models", "GET")])
def test_another_method_is_told_which_one_would_do(url: str, method: str, path: str, allowed: str) -> None:
    refused = httpx.request(method, url + path)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert refused.json()["error"]["message"] == f"这个地址只收 {allowed}"
    assert httpx.get(f"{url}/v1/embeddings").status_code == 404


def test_a_fault_is_an_error_of_the_protocol(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="最多 500 字"):
        client.chat.completions.create(model="wenbao", messages=[user("问" * 1000)])
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model="wenbao", messages=[user("崩了吗")])
    assert caught.value.body == {"message": APOLOGY, "type": "server_error", "param": None, "code": None}
    with pytest.raises(openai.APIError, match="没能答出来"):
        list(client.chat.completions.create(model="wenbao", messages=[user("崩了吗")], stream=True))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "请求的格式不对"),
        ("{}", "请求的格式不对：messages"),
        ('{"messages": []}', "请求的格式不对：messages"),
        ('{"messages": [{"role": "user", "content": "桥？"}], "n": 2}', "请求的格式不对：n "),
        ('{"messages": [{"role": "assistant", "content": "好"}]}', "最后一条应是 user 的问题"),
        ('{"messages": [{"role": "user"}]}', "问题是空的"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(url: str, body: str, message: str) -> None:
    response = httpx.post(url + URL, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]


def test_the_gate_lets_some_in_some_wait_and_turns_the_rest_away() -> None:
    async def crowd() -> tuple[list[object], int]:
        gate, inside, most = Gate(2, 3), 0, 0

        async def visit() -> None:
            nonlocal inside, most
            async with gate.passing():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.01)
                inside -= 1

        outcomes = await asyncio.gather(*(visit() for _ in range(9)), return_exceptions=True)
        await visit()  # room again
        return outcomes, most

    outcomes, most = asyncio.run(crowd())
    assert most == 2
    assert [outcome.chinese for outcome in outcomes if isinstance(outcome, BusyError)] == [ZH["busy"]] * 4
    assert outcomes.count(None) == 5
