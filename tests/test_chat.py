"""The chat without a browser: how a conversation grows and ends, what is kept, notices, suggestions, the endpoint."""

from __future__ import annotations

import copy
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from newsroom import ANSWERS, BRIDGE, LIBRARY, FakeIndex, Newsroom, cite

from embeddings.errors import QuestionError
from embeddings.store import Store
from qa import compose
from qa.records import Answer, Refusal, Value
from ui.chat import turn_of
from ui.conversation import (
    APOLOGY,
    Conversation,
    Suggested,
    Turn,
    follow_ups,
    history_from,
    history_of,
    kept,
    respond,
    suggest,
    unkept,
    watched,
)
from ui.panel import Archive
from ui.render import lines_of, messages_of
from ui.serve import AddressError, listen
from ui.words import EN, ZH, Words, told

CORPUS = Path(__file__).parents[1] / "corpus"
ASKED = "城北新桥有多长？"
BRIDGE_TURN = Turn("桥？", ANSWERS["桥"])
BY_WANG = Suggested("记者王小明写过哪些报道？", "Which reports did 王小明 write?")


def last_turn(typed: str, turns: Sequence[Turn] = (), say: Words = ZH) -> Turn:
    return list(respond(Newsroom(), typed, turns, say))[-1][-1]


def test_an_answer_grows_and_a_follow_up_hears_the_turns_before() -> None:
    steps = list(respond(Newsroom(), ASKED, []))
    texts = [turns[-1].answer.text if turns[-1].answer else None for turns in steps]
    assert texts[0] is None and texts[-1] == ANSWERS["桥"].text
    assert len(texts) == 3 and texts[-1].startswith(texts[1] or "?")
    turn = last_turn("它下一座在哪里？", steps[-1])
    assert turn.answer and turn.answer.question_as_understood == "城北新桥有多长下一座在哪里？"
    assert history_of(steps[-1]) == [(ASKED, ANSWERS["桥"].text)]


@pytest.mark.parametrize(
    ("typed", "notice", "english"),
    [
        ("?!", "问题里只有标点和符号；请用文字写出要问的事", "the question has no words"),
        ("问" * 100_000, "问题有 100000 字，最多 500 字；请问得短一些", ""),
        ("太怪了", "这个问题问不了：this question is too odd; ask otherwise", "this question is too odd"),
        ("崩了吗", APOLOGY, EN["apology"]),
    ],
)
def test_what_cannot_be_answered_gets_a_notice(
    typed: str, notice: str, english: str, caplog: pytest.LogCaptureFixture
) -> None:
    turn = last_turn(typed)
    assert (turn.answer, turn.notice) == (None, notice) and history_of([turn]) == []
    assert last_turn(typed, say=EN).notice.startswith(english)
    assert "secret" not in str(messages_of([turn]))
    assert ("secret path" in caplog.text) == (typed == "崩了吗")  # in the log alone


def test_only_the_newest_question_grows() -> None:
    talk = Conversation()
    run = talk.change([])
    assert talk.grow(run, Turn("桥？"), 0) == [Turn("桥？")]
    stopped = [Turn("桥？", notice="已停下", follow=(), again=True)]
    assert talk.stop("已停下") == stopped
    assert talk.grow(run, BRIDGE_TURN, 0) is None and talk.turns == stopped  # a late piece
    first, second = talk.change([]), talk.change([])
    assert talk.grow(second, BRIDGE_TURN, 0) and talk.grow(first, Turn("迟到"), 0) is None
    (said,) = talk.stop("已停下")  # what was said before stays
    assert (said.answer, said.notice, said.follow) == (ANSWERS["桥"], "", ())
    assert copy.deepcopy(talk).turns == []  # every session begins with its own


def test_stopping_stops_the_answerer() -> None:
    """A language model must not go on writing for nobody."""
    events: list[str] = []

    class Slow(Newsroom):
        def stream(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
            try:
                for word in ("桥", "王小明"):
                    events.append(word)
                    yield ANSWERS[word]
            finally:
                events.append("closed")

    growing = respond(Slow(), "桥？", [])
    next(growing), next(growing)
    growing.close()  # type: ignore[attr-defined]
    assert events == ["桥", "closed"]


def test_a_link_names_a_turn_or_nothing() -> None:
    turns = [Turn("甲"), Turn("乙")]
    assert turn_of(turns, "#ask-1-0") == turn_of(turns, "#up-1") == (1, turns[1])
    for link in ("#ask-2-0", "#ask-x", "#ask--1", "#ask-²", "", "#up-99999999"):
        assert turn_of(turns, link) is None


def test_the_panel_beside_an_answer_shows_what_it_cites_first() -> None:
    archive, asked = Archive(Newsroom()), [Turn("问", ANSWERS["桥"]), Turn("又问", ANSWERS["王小明"])]
    assert 'data-cite="1-1"' in archive.evidence(asked) and 'data-cite="0-1"' in archive.evidence(asked[:1])
    aside = Turn("你好", Answer("你好！", aside=True, refused=True))
    for turns in ([], [*asked, Turn("再问", notice="不行")], [aside]):
        assert 'class="source front"' in archive.evidence(turns)


@pytest.mark.parametrize(
    ("link", "shows"),
    [
        ("#home", 'class="source front"'),
        ("#cite-0-1", 'class="source front"'),
        ("#elsewhere", 'class="source front"'),
        (f"#article-{BRIDGE.id}", "<h2>城北新桥通车</h2>"),
        (f"#article-{BRIDGE.id}-4-6", "<mark>昨天</mark>"),
        (f"#page-{BRIDGE.id}", "版面原文"),
        (f"#page-{LIBRARY.id}", "不在手边"),
        ("#article-0123456789abcdef", "没有这篇报道"),
        ("#article-nosuch", "没有这篇报道"),
        ("#page-../../etc/passwd", "没有这篇报道"),
    ],
)
def test_the_panel_for_a_link(link: str, shows: str) -> None:
    panel = Archive(Newsroom()).panel([], link)
    assert shows in panel and "root:" not in panel


def test_a_new_generation_is_counted_and_asked_about(tmp_path: Path) -> None:
    """The page after a rebuild; the server still runs."""
    newsroom = Newsroom()
    newsroom.index.stats = {**FakeIndex.stats, "generation": "000001"}
    archive = Archive(newsroom)
    assert "3</b> 个版面" in archive.front() and len(archive.held.dates) == 2
    assert archive.examples == [BY_WANG]
    with Store(tmp_path / "store.sqlite", writable=True) as store:
        store.place("b.txt", 0, replace(BRIDGE, date=date(2024, 3, 9), reporters=("钱一",), source="b.txt"))
        store.commit()
    newsroom.index.store = Store(tmp_path / "store.sqlite")
    assert (len(archive.held.dates), archive.examples) == (2, [BY_WANG])  # the same generation is not counted again
    newsroom.index.stats = {**FakeIndex.stats, "generation": "000002", "pages": 1}
    assert "1</b> 个版面" in archive.front() and "1 个版面" in archive.masthead()
    assert (len(archive.held.dates), archive.examples) == (1, [])
    assert Archive(newsroom, ["现成的？"]).examples == [Suggested("现成的？")]


def test_kept_turns_come_back_as_they_were_without_the_text_of_articles() -> None:
    turn = last_turn(ASKED)
    assert turn.answer
    older = (Value("400米", date(2024, 3, 1), 2),)
    answer = replace(turn.answer, older=older, short="412米", refusal=Refusal("name", "桥"))
    turn = replace(turn, answer=answer, follow=Archive(Newsroom()).further([turn]))
    assert turn.follow
    turns = [turn, Turn("?", notice="不行", follow=(), vote="")]
    stored = json.loads(json.dumps(kept(turns)))
    assert "412米，双向四车道，总投资2.6亿元。桥面" not in str(stored)
    back = unkept(stored, FakeIndex().article)
    assert [messages_of([one]) for one in back] == [messages_of([one]) for one in turns]
    assert back[0].answer and back[0].answer.citations == answer.citations and back[0].answer.older == older
    (unanswered,) = unkept(kept([Turn("桥？")]), FakeIndex().article, "已停下")
    assert (unanswered.question, unanswered.notice, unanswered.answer) == ("桥？", "已停下", None)
    many = kept([Turn(f"问{number}", notice="不行") for number in range(100)])
    assert (len(many), many[-1]["question"]) == (40, "问99")


def test_a_kept_citation_that_no_longer_holds_is_left_out() -> None:
    (turn,) = unkept(kept([BRIDGE_TURN]), lambda article_id: None)
    assert turn.answer and turn.answer.citations == () and "[1]" in unescape(messages_of([turn])[1]["content"])
    stored = kept([BRIDGE_TURN])
    places = [(-5, 9), (4, 10**9), (9, 4)]
    cited = [{"number": 1, "article": BRIDGE.id, "start": start, "end": end} for start, end in places]
    stored[0]["answer"]["citations"] = cited
    (turn,) = unkept(stored, FakeIndex().article)
    assert turn.answer and turn.answer.citations == ()


@pytest.mark.parametrize(
    "stored",
    [None, "x", [1], [{}], [{"question": "问", "notice": "", "follow": 3, "vote": "", "answer": None}], {"a": 1}],
)
def test_what_a_browser_kept_in_another_shape_is_left_out(stored: Any) -> None:
    assert unkept(stored, FakeIndex().article) == []


def test_suggestions_are_new_and_answered() -> None:
    assert suggest([BRIDGE, LIBRARY], lambda question: "王小明" in question) == [BY_WANG]
    assert suggest([], lambda question: True) == []
    follow = follow_ups([BRIDGE], [BY_WANG.chinese], lambda question: True)
    assert [each.chinese for each in follow] == ["《城北新桥通车》讲了什么？", "记者李华写过哪些报道？"]
    assert follow[0].said(EN) == "What is 《城北新桥通车》 about?"
    assert follow_ups([BRIDGE], [BY_WANG.chinese], lambda question: "李华" in question) == follow[1:]
    otherwise = ["记者王小明都写了哪些报道", "请问《城北新桥通车》主要讲了什么"]
    before = follow_ups([BRIDGE], otherwise, lambda question: True)
    assert not any("王小明" in each.chinese or "讲了什么" in each.chinese for each in before)


def test_further_questions_wait_until_nobody_else_does() -> None:
    """Fifty readers had waited for each other's further questions; whatever was tried before costs nothing."""
    tried: list[str] = []

    class Counting(Newsroom):
        def answerable(self, question: str) -> bool:
            tried.append(question)
            return super().answerable(question)

    answerer = watched(Counting())
    archive, turns = Archive(answerer, []), list(respond(Newsroom(), ASKED, []))[-1]
    other = answerer.stream("图书馆几点关门？")
    next(other)
    assert (archive.further(turns), tried) == ((), [])
    other.close()
    follow = archive.further(turns)
    assert follow and len(tried) <= 4
    other = answerer.stream("图书馆几点关门？")
    next(other)
    assert archive.further(turns) == follow and len(tried) == len(set(tried))


@pytest.mark.parametrize("pairs", ["x", 0, {}, {"a": 1}, [["问"]], [[1, 2]], ["问答"], [{"role": "user"}], [None]])
def test_malformed_history_is_one_clear_line(pairs: Any) -> None:
    with pytest.raises(QuestionError) as caught:
        history_from(pairs)
    assert "\n" not in told(caught.value) and "history 应是" in told(caught.value)


@pytest.mark.parametrize("kind", get_args(get_type_hints(Refusal)["kind"]))
def test_a_refusal_is_english_on_an_english_page(kind: Any) -> None:
    for citations in ((), (cite(1, BRIDGE, "新桥长412米"),)):
        refusal = Answer(compose.REFUSAL, citations, refused=True, refusal=Refusal(kind, "words"))
        said = "".join(lines_of(refusal, EN))
        assert said.startswith("The reports ")
        assert not re.search("[。，]|报道|没有", re.sub("《.+?》", "", said)), said


def test_an_address_that_cannot_be_opened_is_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError) as caught:
            listen("127.0.0.1", port)
    line = str(caught.value)
    assert line.startswith(f"127.0.0.1:{port} 打不开") and f"wenbao chat --port {port + 1}" in line
    assert "\n" not in line
    with pytest.raises(AddressError, match="打不开"):
        listen("192.0.2.1", 0)


@pytest.fixture(scope="module")
def client(newsroom_url: str) -> Client:
    return Client(newsroom_url, verbose=False)


def test_the_endpoint_answers_takes_history_and_is_the_only_one(client: Client) -> None:
    answer = client.predict(ASKED, api_name="/answer")
    assert answer["text"] == ANSWERS["桥"].text
    assert [citation["quote"] for citation in answer["citations"]] == [one.quote for one in ANSWERS["桥"].citations]
    answer = client.predict("它有多长？", [[ASKED, "412米。"]], api_name="/answer")
    assert answer["question_as_understood"] == "城北新桥有多长有多长？"
    described = client.view_api(return_format="dict", print_info=False)
    assert list(described["named_endpoints"]) == ["/answer"] and not described["unnamed_endpoints"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("",), "问题是空的"),
        (("问" * 100_000,), "最多 500 字"),
        (("新桥", [["坏"]]), "history 应是"),
        (("崩了吗",), "."),
    ],
)
def test_the_endpoint_says_what_is_wrong_and_nothing_of_the_inside(
    client: Client, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(AppError, match=message) as caught:
        client.predict(*arguments, api_name="/answer")
    assert "secret" not in str(caught.value)


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
        assert chat.stdout.readline().startswith("建好了：")
        opened = next(line for line in chat.stdout if line.startswith("问报已开"))  # the receipt may have more lines
        assert opened == f"问报已开：http://127.0.0.1:{port}\n"
        answer = Client(f"http://127.0.0.1:{port}", verbose=False).predict("龙城芯谷总投资多少？", api_name="/answer")
        assert "10亿元" in answer["text"].replace("*", "")
        second = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.startswith(f"错误：127.0.0.1:{port} 打不开") and second.stderr.count("\n") == 1
        chat.send_signal(signal.SIGINT)
        assert chat.wait(60) == 130
        assert (chat.stdout.read(), chat.stderr.read()) == ("", "")
