"""The OpenAI protocol, by its own client and by plain HTTP: answers, streams, citations, history, faults."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from newsroom import ANSWERS, PAYLOAD, REFUSAL, Newsroom, serving

from embeddings.errors import QuestionError
from ui.faults import told
from ui.gate import BUSY, BusyError, Gate
from ui.openai_api import Message, Part, conversation
from ui.turns import APOLOGY

openai = pytest.importorskip("openai")
URL = "/v1/chat/completions"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Newsroom()) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
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


def test_history_comes_from_the_messages(client: openai.OpenAI) -> None:
    turns = [user("城北新桥有多长？"), {"role": "assistant", "content": "412米。[1]"}, user("它下一座在哪里？")]
    done = client.chat.completions.create(model="wenbao", messages=[{"role": "system", "content": "用英文"}, *turns])
    assert done.question_as_understood == "城北新桥有多长下一座在哪里？"


def test_a_refusal_says_so(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="any", messages=[user("明天天气怎么样？")])
    assert (done.refused, done.choices[0].message.content) == (True, REFUSAL.text)


def test_the_model_has_a_name(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["wenbao"]


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
        ('{"messages": [{"role": "assistant", "content": "好"}]}', "最后一条应是 user 的问题"),
        ('{"messages": [{"role": "user"}]}', "问题是空的"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(url: str, body: str, message: str) -> None:
    response = httpx.post(url + URL, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]


def test_hostile_text_stays_json(url: str) -> None:
    response = httpx.post(url + URL, json={"messages": [user("坏稿件写了什么？")]})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert PAYLOAD in response.json()["choices"][0]["message"]["content"]


def test_a_message_may_come_in_parts() -> None:
    parts = [Part(text="城北新桥"), Part(type="image_url"), Part(text="有多长？")]
    assert conversation([Message(role="user", content=parts)]) == ("城北新桥\n有多长？", [])


def test_unanswered_questions_are_no_history() -> None:
    asked = [Message(role="user", content=text) for text in ("甲？", "乙？")]
    assert conversation(asked) == ("乙？", [])
    with pytest.raises(QuestionError):
        conversation([Message(role="system", content="你好")])


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
    assert [told(outcome) for outcome in outcomes if isinstance(outcome, BusyError)] == [BUSY] * 4
    assert outcomes.count(None) == 5
