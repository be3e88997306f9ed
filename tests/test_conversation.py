"""A conversation that grows, and what ends it; errors and refusals in the reader's language."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import pytest
from newsroom import ANSWERS, BRIDGE, LIBRARY, Newsroom, cite

from embeddings import errors
from embeddings.errors import BrokenIndexError, QuestionError, WenbaoError
from qa import compose
from qa.records import Answer, Refusal
from qa.settings import AnswererSettings
from qa.writing import writer
from ui.conversation import Conversation, Turn, history_from, question_of, respond
from ui.door import BUSY, BUSY_IN_ENGLISH, BusyError
from ui.render import framed, noted
from ui.words import EN, KINDS, ZH, Told, told

BRIDGE_TURN = Turn("桥？", ANSWERS["桥"])


def test_a_late_piece_changes_nothing() -> None:
    talk = Conversation()
    run = talk.change([])
    assert talk.grow(run, Turn("桥？"), 0) == [Turn("桥？")]
    assert talk.stop("已停下") == [Turn("桥？", notice="已停下", follow=(), again=True)]
    assert talk.grow(run, BRIDGE_TURN, 0) is None
    assert talk.turns == [Turn("桥？", notice="已停下", follow=(), again=True)]


def test_what_was_said_before_stopping_stays() -> None:
    talk = Conversation()
    talk.grow(talk.change([]), BRIDGE_TURN, 0)
    (stopped,) = talk.stop("已停下")
    assert (stopped.answer, stopped.notice, stopped.follow) == (ANSWERS["桥"], "", ())
    assert talk.stop("已停下") == [stopped]


def test_a_new_question_ends_the_one_before() -> None:
    talk = Conversation()
    first, second = talk.change([]), talk.change([])
    assert talk.grow(second, BRIDGE_TURN, 0) and talk.grow(first, Turn("迟到"), 0) is None
    assert talk.turns == [BRIDGE_TURN]


def test_further_questions_come_below_a_whole_answer_only() -> None:
    talk = Conversation()
    run = talk.change([])
    talk.grow(run, BRIDGE_TURN, 0)
    assert talk.whole == [] and talk.lead_on(BRIDGE_TURN, ("再问？",)) is None
    talk.grow(run, BRIDGE_TURN, 0, last=True)
    talk.vote(0, "up")
    assert [turn.follow for turn in talk.lead_on(talk.whole[-1], ("再问？",)) or ()] == [("再问？",)]
    talk.change(talk.turns)
    assert talk.whole == [] and talk.lead_on(BRIDGE_TURN, ("又问？",)) is None


def test_what_a_reader_opens_stays_until_the_next_question() -> None:
    talk = Conversation()
    talk.change([])
    talk.looks = True
    talk.stop("已停下")
    assert talk.looks
    talk.change([])
    assert not talk.looks


def test_another_answer_is_offered_where_one_may_come() -> None:
    def again(typed: str, kind: str = "reader") -> bool:
        newsroom = Newsroom()
        newsroom.settings = newsroom.settings.model_copy(update={"answerer": AnswererSettings(kind=kind, model="甲")})
        return list(respond(newsroom, typed, []))[-1][-1].again

    assert not again("桥？") and again("桥？", "openai")
    assert again("崩了吗") and not again("?!", "openai")


def test_a_vote_lets_the_next_answer_grow() -> None:
    talk = Conversation()
    run = talk.change([BRIDGE_TURN])
    talk.grow(run, Turn("再问"), 1)
    talk.vote(0, "up")
    turns = talk.grow(run, Turn("再问", ANSWERS["王小明"]), 1)
    assert turns and [turn.vote for turn in turns] == ["up", ""]


def test_every_session_has_its_own() -> None:
    first = Conversation()
    first.change([BRIDGE_TURN])
    assert copy.deepcopy(first).turns == []


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


@pytest.mark.parametrize("kind", [each for each in vars(errors).values() if isinstance(each, type)])
def test_a_reader_is_told_in_chinese_what_kind_of_thing_is_wrong(kind: type[WenbaoError]) -> None:
    if not issubclass(kind, WenbaoError) or kind is WenbaoError:
        return
    said = told(kind("index: damaged\nrun: wenbao build"))
    kinds = [words for base, words in KINDS.items() if issubclass(kind, base)]
    assert said == f"{kinds[0]}：index: damaged run: wenbao build"
    assert told(kind("index: damaged"), EN) == "index: damaged"


def test_what_the_page_itself_says_is_told_in_both_languages() -> None:
    assert (told(BusyError()), told(BusyError(), EN)) == (BUSY, BUSY_IN_ENGLISH)
    assert (told(Told("不行")), told(Told("不行"), EN)) == ("不行", "不行")
    for typed in ("", "?!", "问" * 11, "\udcff"):
        with pytest.raises(QuestionError) as caught:
            question_of(typed, 10)
        assert told(caught.value, EN).isascii() and not told(caught.value).isascii()


@pytest.mark.parametrize("pairs", ["x", 0, {}, {"a": 1}, [["问"]], [[1, 2]], ["问答"], [{"role": "user"}], [None]])
def test_malformed_history_is_one_clear_line(pairs: Any) -> None:
    with pytest.raises(QuestionError) as caught:
        history_from(pairs)
    assert "\n" not in told(caught.value) and "history 应是" in told(caught.value)


def test_a_notice_is_in_the_readers_language() -> None:
    notices = {"?!": "the question has no words", "崩了吗": EN["apology"], "太怪了": "this question is too odd"}
    for typed, notice in notices.items():
        (turn,) = list(respond(Newsroom(), typed, [], EN))[-1]
        assert turn.notice.startswith(notice)


def test_the_frame_of_an_answer_is_english_and_its_words_are_the_papers() -> None:
    """Held against what the answerer really says, so that a new wording there shows up here."""
    lines = [compose.Line(article, 0, 9) for article in (BRIDGE, LIBRARY)]
    for head, english in (("共2篇：\n", "2 found:"), ("共9条，列出前2条：\n", "9 found, the first 2 of them:")):
        answer = compose.said(lines, lead=head)
        assert framed(answer, EN).splitlines()[0] == english
        assert framed(answer, EN).splitlines()[1:] == answer.text.splitlines()[1:]
        assert framed(answer, ZH) == answer.text
    verdict = replace(compose.said(lines, lead="不能。\n"), verdict="no")
    assert framed(verdict, EN).splitlines()[0] == "No."
    assert framed(ANSWERS["桥"], EN) == ANSWERS["桥"].text


@pytest.mark.parametrize("kind", get_args(get_type_hints(Refusal)["kind"]))
def test_a_refusal_is_english_on_an_english_page(kind: Any) -> None:
    for citations in ((), (cite(1, BRIDGE, "新桥长412米"),)):
        refusal = Answer(compose.REFUSAL, citations, refused=True, refusal=Refusal(kind, "words"))
        said = framed(refusal, EN)
        assert said.startswith("The reports do not answer this question.")
        assert not re.search("[。，]|报道|没有", re.sub("《.+?》", "", said)), said


def test_a_notice_beside_an_answer_is_english_on_an_english_page() -> None:
    for notice in (writer.FAILED, writer.CUT, writer.NOTHING):
        assert noted(notice, EN).isascii() and noted(notice, ZH) == notice


def test_an_error_of_the_rooms_below_reaches_the_reader_as_a_notice() -> None:
    class Broken(Newsroom):
        def stream(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
            raise BrokenIndexError("index: damaged; run: wenbao build --full")
            yield

    (turn,) = list(respond(Broken(), "桥？", []))[-1]
    assert turn.notice == "索引有问题：index: damaged; run: wenbao build --full"
