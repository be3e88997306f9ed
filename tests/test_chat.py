"""The chat page without a browser: turns, notices, the source panel, the named endpoint, the address."""

from __future__ import annotations

import json
import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from newsroom import ANSWERS, BOAT, BRIDGE, LIBRARY, FakeIndex, Newsroom, cite, serving

from embeddings.errors import QuestionError
from embeddings.store import Store
from qa.records import Answer
from ui.chat import messages_of, numbers_of
from ui.conversation import APOLOGY, Turn, follow_ups, history_from, history_of, kept, respond, suggest, unkept, watched
from ui.panel import Archive, source_of
from ui.serve import AddressError, address, listen

CORPUS = Path(__file__).parents[1] / "corpus"


def last_turn(typed: str, turns: list[Turn] | None = None) -> Turn:
    return list(respond(Newsroom(), typed, turns or []))[-1][-1]


def test_an_answer_grows() -> None:
    steps = list(respond(Newsroom(), "城北新桥有多长？", []))
    texts = [turns[-1].answer.text if turns[-1].answer else None for turns in steps]
    assert texts[0] is None and texts[-1] == ANSWERS["桥"].text
    assert len(texts) == 3 and texts[-1].startswith(texts[1] or "?")


def test_a_follow_up_hears_the_turns_before() -> None:
    turns = list(respond(Newsroom(), "城北新桥有多长？", []))[-1]
    turn = last_turn("它下一座在哪里？", turns)
    assert turn.answer and turn.answer.question_as_understood == "城北新桥有多长下一座在哪里？"
    assert history_of(turns) == [("城北新桥有多长？", ANSWERS["桥"].text)]


@pytest.mark.parametrize(
    ("typed", "notice"),
    [
        ("?!", "问题里只有标点和符号；请用文字写出要问的事"),
        ("问" * 100_000, "问题有 100000 字，最多 500 字；请问得短一些"),
        ("太怪了", "这个问题问不了：this question is too odd; ask otherwise"),
    ],
)
def test_a_question_that_cannot_be_asked_gets_a_notice(typed: str, notice: str) -> None:
    turn = last_turn(typed)
    assert (turn.answer, turn.notice) == (None, notice)
    assert history_of([turn]) == []


def test_a_crash_is_an_apology_to_the_reader_and_a_traceback_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        turn = last_turn("崩了吗")
    assert turn.notice == APOLOGY
    assert "secret" not in str(messages_of([turn]))
    assert "secret path" in caplog.text


def test_messages_pair_questions_and_answers() -> None:
    turns = [Turn("甲<b>", notice="不行"), Turn("乙")]
    roles = [message["role"] for message in messages_of(turns)]
    assert roles == ["user", "assistant"] * 2
    assert "甲&lt;b&gt;" in messages_of(turns)[0]["content"]
    assert "正在翻查" in messages_of(turns)[3]["content"]


@pytest.mark.parametrize("link", ["#cite-0-9", "#cite-7-1", "#cite-1-1", "#cite-0-1<script>", "javascript:1", ""])
def test_a_link_that_names_no_citation_opens_nothing(link: str) -> None:
    assert source_of([Turn("问", ANSWERS["桥"]), Turn("又问", notice="不行")], link) == ""


def test_a_chip_opens_its_article() -> None:
    assert "<h2>城北新桥通车</h2>" in source_of([Turn("问", ANSWERS["桥"])], "#cite-0-2")


def test_the_panel_beside_an_answer_shows_what_it_cites_first() -> None:
    archive, asked = Archive(Newsroom()), [Turn("问", ANSWERS["桥"]), Turn("又问", ANSWERS["王小明"])]
    assert 'data-cite="1-1"' in archive.evidence(asked) and 'data-cite="0-1"' in archive.evidence(asked[:1])
    for turns in (
        [],
        [*asked, Turn("再问", notice="不行")],
        [Turn("你好", Answer("你好！", aside=True, refused=True))],
    ):
        assert 'class="source front"' in archive.evidence(turns)


@pytest.mark.parametrize("link", ["#home", "", "#cite-0-1", "#elsewhere"])
def test_the_panel_shows_the_front_page_where_a_link_leads_nowhere(link: str) -> None:
    assert 'class="source front"' in Archive(Newsroom()).panel([], link)


def test_the_panel_shows_articles_and_pages_by_their_content_id() -> None:
    archive = Archive(Newsroom())
    assert "<h2>城北新桥通车</h2>" in archive.panel([], f"#article-{BRIDGE.id}")
    assert "<mark>昨天</mark>" in archive.panel([], f"#article-{BRIDGE.id}-4-6")
    assert "版面原文" in archive.panel([], f"#page-{BRIDGE.id}") and "不在手边" in archive.panel(
        [], f"#page-{LIBRARY.id}"
    )


@pytest.mark.parametrize("link", ["#article-0123456789abcdef", "#article-nosuch", "#page-../../etc/passwd"])
def test_the_panel_says_that_there_is_no_such_article(link: str) -> None:
    panel = Archive(Newsroom()).panel([], link)
    assert "没有这篇报道" in panel and "root:" not in panel


def test_a_question_that_nobody_waited_for_comes_back_unanswered() -> None:
    (turn,) = unkept(kept([Turn("桥？")]), FakeIndex().article, "已停下")
    assert (turn.question, turn.notice, turn.answer) == ("桥？", "已停下", None)


def test_without_a_page_number_those_of_the_same_file_stand_beside() -> None:
    assert [article.title for article in Archive(Newsroom()).beside(BOAT, 9)] == [LIBRARY.title, BOAT.title]


def test_a_new_generation_is_counted_and_asked_about(tmp_path: Path) -> None:
    """The opening page after a rebuild; the server still runs."""
    newsroom = Newsroom()
    newsroom.index.stats = {**FakeIndex.stats, "generation": "000001"}
    archive = Archive(newsroom)
    assert "3</b> 个版面" in archive.front() and len(archive.held.dates) == 2
    examples = archive.examples
    assert examples == ["记者王小明写过哪些报道？"]
    with Store(tmp_path / "store.sqlite", writable=True) as store:
        store.place("b.txt", 0, replace(BRIDGE, date=date(2024, 3, 9), reporters=("钱一",), source="b.txt"))
        store.commit()
    newsroom.index.store = Store(tmp_path / "store.sqlite")
    assert (len(archive.held.dates), archive.examples) == (2, examples)  # the same generation is not counted again
    newsroom.index.stats = {**FakeIndex.stats, "generation": "000002", "pages": 1}
    assert "1</b> 个版面" in archive.front() and "1 个版面" in archive.masthead()
    assert (len(archive.held.dates), archive.examples) == (1, [])
    assert Archive(newsroom, ["现成的？"]).examples == ["现成的？"]


def test_kept_turns_come_back_as_they_were() -> None:
    (turn,) = list(respond(Newsroom(), "城北新桥有多长？", []))[-1]
    turn = replace(turn, follow=Archive(Newsroom()).further([turn]))
    assert turn.follow
    turns = [turn, Turn("?", notice="不行", follow=(), vote="")]
    stored = json.loads(json.dumps(kept(turns)))
    assert "412米，双向四车道，总投资2.6亿元。桥面" not in str(stored)  # no text of articles
    back = unkept(stored, FakeIndex().article)
    assert [messages_of([one]) for one in back] == [messages_of([one]) for one in turns]
    assert back[0].answer and turns[0].answer and back[0].answer.citations == turns[0].answer.citations


def test_a_kept_citation_of_a_lost_article_is_left_out() -> None:
    (turn,) = unkept(kept([Turn("桥？", ANSWERS["桥"])]), lambda article_id: None)
    assert turn.answer and turn.answer.citations == ()
    assert "[1]" in unescape(messages_of([turn])[1]["content"])


@pytest.mark.parametrize(
    "stored",
    [None, "x", [1], [{}], [{"question": "问", "notice": "", "follow": 3, "vote": "", "answer": None}], {"a": 1}],
)
def test_what_a_browser_kept_in_another_shape_is_left_out(stored: Any) -> None:
    assert unkept(stored, FakeIndex().article) == []


def test_a_kept_citation_outside_its_article_is_left_out() -> None:
    stored = kept([Turn("桥？", ANSWERS["桥"])])
    stored[0]["answer"]["citations"] = [[1, BRIDGE.id, -5, 9], [2, BRIDGE.id, 4, 10**9], [3, BRIDGE.id, 9, 4]]
    (turn,) = unkept(stored, FakeIndex().article)
    assert turn.answer and turn.answer.citations == ()


def test_the_browser_keeps_the_newest_turns() -> None:
    turns = [Turn(f"问{number}", notice="不行") for number in range(100)]
    assert [turn.question for turn in unkept(kept(turns), FakeIndex().article)][-1] == "问99"
    assert len(kept(turns)) == 40


def test_a_link_ends_in_numbers_or_names_nothing() -> None:
    assert numbers_of("#ask-3-0", 2) == [3, 0]
    for link in ("#ask-3", "#ask-3-x", "#ask-3--1", "#ask-²-0", "", "#ask-99999999-1"):
        assert numbers_of(link, 2) == [-1, -1]


def test_further_questions_are_new_and_answered() -> None:
    asked = ["记者王小明写过哪些报道？"]
    follow = follow_ups([BRIDGE], asked, lambda question: True)
    assert follow == ("《城北新桥通车》里市交通局说了什么？", "《城北新桥通车》讲了什么？")
    assert follow_ups([BRIDGE], asked, lambda question: "市交通局" not in question) == follow[1:]
    assert follow_ups([], [], lambda question: True) == ()
    otherwise = ["记者王小明都写了哪些报道", "请问《城北新桥通车》主要讲了什么"]
    asked_before = follow_ups([BRIDGE], otherwise, lambda question: True)
    assert not any("王小明" in question or "讲了什么" in question for question in asked_before)


def test_further_questions_are_about_the_article_cited_after_a_refusal_too() -> None:
    archive = Archive(Newsroom())
    refusal = Answer("现有报道没有回答这个问题。", (cite(1, LIBRARY, "馆里有图书36万册。"),), refused=True)
    follow = archive.further([Turn("王小明住在哪里？", refusal)])
    assert follow and all("王小明" in question or LIBRARY.headline in question for question in follow)


def test_nobody_is_asked_about_who_does_not_speak() -> None:
    for text in ("具体来说，要做两件事。", "他说，明年开工。", "据介绍，明年开工。"):
        assert not any("里" in each for each in follow_ups([replace(BRIDGE, text=text)], [], lambda question: True))


def test_further_questions_wait_until_nobody_else_does() -> None:
    """Fifty readers had waited for each other's further questions; whatever was tried before costs nothing."""
    tried: list[str] = []

    class Counting(Newsroom):
        def answerable(self, question: str) -> bool:
            tried.append(question)
            return super().answerable(question)

    answerer = watched(Counting())
    archive = Archive(answerer, [])
    turns = list(respond(Newsroom(), "城北新桥有多长？", []))[-1]
    other = answerer.stream("图书馆几点关门？")
    next(other)
    assert (archive.further(turns), tried) == ((), [])
    other.close()
    follow = archive.further(turns)
    assert follow and len(tried) <= 4
    other = answerer.stream("图书馆几点关门？")
    next(other)
    assert archive.further(turns) == follow and len(tried) == len(set(tried))


@pytest.mark.parametrize("pairs", [None, [], [["问", "答"]]])
def test_a_program_may_send_history(pairs: Any) -> None:
    assert history_from(pairs) == [tuple(pair) for pair in pairs or []]


@pytest.mark.parametrize("pairs", ["x", [["问"]], [[1, 2]], {"a": 1}, ["问答"]])
def test_history_of_another_shape_is_an_error(pairs: Any) -> None:
    with pytest.raises(QuestionError, match="history must be"):
        history_from(pairs)


def test_a_taken_port_is_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError) as caught:
            listen("127.0.0.1", port)
    line = str(caught.value)
    assert line.startswith(f"127.0.0.1:{port} 打不开") and f"wenbao chat --port {port + 1}" in line
    assert "\n" not in line


def test_an_address_of_another_machine_is_one_clear_line() -> None:
    with pytest.raises(AddressError, match="打不开"):
        listen("192.0.2.1", 0)


def test_the_address_is_one_that_a_browser_can_open() -> None:
    with listen("0.0.0.0", 0) as listener:
        assert address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
    if socket.has_ipv6:
        with listen("::1", 0) as listener:
            assert address(listener).startswith("http://[::1]:")


def test_suggestions_are_questions_that_the_archive_answers() -> None:
    asked: list[str] = []

    def answers(question: str) -> bool:
        asked.append(question)
        return "王小明" in question

    assert suggest([BRIDGE, LIBRARY], answers) == ["记者王小明写过哪些报道？"]
    assert suggest([], answers) == []


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Newsroom(), ["城北新桥有多长？"]) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False)


def test_the_endpoint_answers(client: Client) -> None:
    answer = client.predict("城北新桥有多长？", api_name="/answer")
    assert answer["text"] == ANSWERS["桥"].text
    assert [citation["quote"] for citation in answer["citations"]] == [one.quote for one in ANSWERS["桥"].citations]


def test_the_endpoint_takes_history(client: Client) -> None:
    answer = client.predict("它有多长？", [["城北新桥有多长？", "412米。"]], api_name="/answer")
    assert answer["question_as_understood"] == "城北新桥有多长有多长？"


def test_the_endpoint_is_the_only_one(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)
    assert list(described["named_endpoints"]) == ["/answer"] and not described["unnamed_endpoints"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("",), "问题是空的"),
        (("问" * 100_000,), "最多 500 字"),
        (("新桥", [["坏"]]), "history 应是"),
    ],
)
def test_the_endpoint_says_what_is_wrong(client: Client, arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(AppError, match=message):
        client.predict(*arguments, api_name="/answer")


def test_a_crash_tells_a_program_nothing_of_the_inside(client: Client) -> None:
    with pytest.raises(AppError) as caught:
        client.predict("崩了吗", api_name="/answer")
    assert "secret" not in str(caught.value)


def test_the_page_names_no_other_host(url: str) -> None:
    page = httpx.get(url).text
    for outside in ("googleapis", "gstatic", "cdn", "huggingface"):
        assert outside not in page.lower()


@pytest.mark.parametrize("path", ["/gradio_api/file=/etc/passwd", "/gradio_api/file=config.yaml", "/docs"])
def test_no_file_of_the_machine_is_served(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code in (403, 404)


def test_answers_are_records() -> None:
    assert isinstance(ANSWERS["桥"], Answer)


@pytest.fixture
def heard() -> Iterator[None]:
    """A program started here hears ctrl-c, even where the tests themselves run in the background and do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_the_command_builds_opens_answers_and_ends_quietly(tmp_path: Path) -> None:
    """`wenbao chat` over the sample newspaper, as a reader starts it."""
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    (tmp_path / "config.yaml").write_text(f"corpus: {CORPUS}\nchat: {{port: {port}}}\n", encoding="utf-8")
    program = [sys.executable, "-c", "from ui.cli import main; main()", "chat"]
    with subprocess.Popen(program, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as chat:
        assert chat.stdout and chat.stderr
        lines = [chat.stdout.readline() for _ in range(3)]
        assert lines[0].startswith("建好了：")
        assert lines[2] == f"问报已开：http://127.0.0.1:{port}\n"
        answer = Client(f"http://127.0.0.1:{port}", verbose=False).predict("龙城芯谷总投资多少？", api_name="/answer")
        assert "10亿元" in answer["text"].replace("*", "")
        second = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.startswith(f"错误：127.0.0.1:{port} 打不开") and second.stderr.count("\n") == 1
        chat.send_signal(signal.SIGINT)
        assert chat.wait(20) == 130
        assert (chat.stdout.read(), chat.stderr.read()) == ("", "")
