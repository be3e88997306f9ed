"""What an answerer says beside its answer, and answers that take their time: in the chat and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsroom import ANSWERS, BRIDGE, Newsroom

from qa.records import Answer
from ui.render import answer_html
from ui.terminal import answer_lines
from ui.turns import Turn, kept, respond, unkept

NOTICE = "语言模型没有答上来，<这里>改用报道的原句。"
TOLD = replace(ANSWERS["桥"], notice=NOTICE)


def test_the_chat_shows_a_notice_under_the_answer() -> None:
    page = answer_html(TOLD, "桥多长？", 0)
    assert "&lt;这里&gt;改用报道的原句。" in page
    assert page.index("412米") < page.index("改用报道的原句")
    assert answer_html(replace(TOLD, notice=""), "桥多长？", 0) != page


def test_the_terminal_shows_a_notice_under_the_answer() -> None:
    assert f"\n（{NOTICE}）\n\n[1]" in answer_lines(TOLD, "桥多长？")


def test_a_kept_turn_keeps_its_notice() -> None:
    turns = kept([Turn("桥多长？", TOLD, follow=())])
    (turn,) = unkept(turns, lambda article_id: BRIDGE)
    assert turn.answer
    assert turn.answer.notice == NOTICE


def test_a_piece_that_says_nothing_yet_is_no_answer() -> None:
    class Slow(Newsroom):
        def stream(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
            yield replace(TOLD, text="", citations=())
            yield TOLD

    grown = [turns[-1].answer for turns in respond(Slow(), "桥多长？", [])]
    assert grown == [None, None, TOLD]
