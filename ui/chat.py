"""The chat page: questions on the left, the cited article on the right, and the named endpoint `/answer`.

In: an answerer. Out: Gradio blocks. Each browser session has its own turns; nothing is shared between them but the
answerer. Knows nothing about how questions are answered or how the page is served (ui/serve.py).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from gradio.events import api

from embeddings.errors import QuestionError, WenbaoError
from qa.records import Answer
from qa.settings import Settings
from ui.question import question_of
from ui.render import EMPTY_PANEL, answer_html, masthead_html, notice_html, question_html, source_html

STYLE = Path(__file__).with_name("chat.css")
SCRIPT = Path(__file__).with_name("chat.js")
PENDING = '<div class="pending">正在翻查报纸</div>'
APOLOGY = "这个问题没能答出来，程序出了差错（已记入日志）。请换个问法再试。"
_CITE = re.compile(r"#cite-(\d{1,6})-(\d{1,6})")
_log = logging.getLogger(__name__)

Message = dict[str, str]
History = Sequence[tuple[str, str]]


class Answering(Protocol):
    """What the page needs of an answerer."""

    @property
    def settings(self) -> Settings: ...
    def answer(self, question: str, history: History = ()) -> Answer: ...
    def stream(self, question: str, history: History = ()) -> Iterator[Answer]: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it so far: an answer, or a notice to the reader, or nothing yet."""

    question: str
    answer: Answer | None = None
    notice: str = ""


def messages_of(turns: Sequence[Turn]) -> list[Message]:
    """The turns as chat messages, two each."""
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        said = notice_html(turn.notice) if turn.notice else PENDING
        if turn.answer:
            said = answer_html(turn.answer, turn.question, number)
        messages += [
            {"role": "user", "content": question_html(turn.question)},
            {"role": "assistant", "content": said},
        ]
    return messages


def history_of(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """The answered turns as (question, answer) pairs."""
    return [(turn.question, turn.answer.text) for turn in turns if turn.answer]


def respond(answerer: Answering, typed: str, turns: Sequence[Turn]) -> Iterator[list[Turn]]:
    """Answer what was typed: the turns with one more, which grows. Errors become a notice, never a stack trace."""
    turn = Turn(typed)
    yield [*turns, turn]
    try:
        question = question_of(typed, answerer.settings.answer.longest_question)
        turn = Turn(question)
        for answer in answerer.stream(question, history_of(turns)):
            turn = replace(turn, answer=answer)
            yield [*turns, turn]
    except WenbaoError as error:
        yield [*turns, replace(turn, answer=None, notice=str(error))]
    except Exception:  # the last resort: a reader must never see a traceback, the log must
        _log.exception("answering failed")
        yield [*turns, replace(turn, answer=None, notice=APOLOGY)]


def source_of(turns: Sequence[Turn], link: str) -> str:
    """The source panel for a chip's link `#cite-<turn>-<number>`; the empty panel where there is no such citation."""
    found = _CITE.fullmatch(link)
    if found and int(found[1]) < len(turns) and (answer := turns[int(found[1])].answer):
        turn, number = int(found[1]), int(found[2])
        if any(citation.number == number for citation in answer.citations):
            return source_html(answer, number, turn)
    return EMPTY_PANEL


def history_from(json: Any) -> list[tuple[str, str]]:
    """A program's history: pairs [question, answer] -> [(question, answer), …].

    Raises:
        QuestionError: it has another shape.
    """
    pairs = json or []
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    ):
        raise QuestionError('history 应是 [["问题", "回答"], …] 这样的列表')
    return [(pair[0], pair[1]) for pair in pairs]


def build_page(answerer: Answering, stats: Mapping[str, Any], examples: Sequence[str] = ()) -> gr.Blocks:
    """The page as Gradio blocks; serve it with `ui.serve`."""
    page = gr.Blocks(title="问报", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        turns = gr.State([])
        gr.HTML(masthead_html(stats), elem_id="masthead", js_on_load=None)
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(scale=5, min_width=320, elem_id="chat"):
                chat = gr.Chatbot(
                    show_label=False,
                    label="对话",
                    elem_id="talk",
                    height="100%",
                    layout="bubble",
                    container=False,
                    buttons=[],
                    feedback_options=None,
                    latex_delimiters=[],
                    group_consecutive_messages=False,
                    placeholder="### 想知道什么，直接问报纸\n每句回答都注明出处，点编号看原文。",
                    examples=[{"text": example} for example in examples],
                )
                with gr.Row(elem_id="ask"):
                    box = gr.Textbox(
                        show_label=False,
                        label="问题",
                        placeholder="想问什么？",
                        max_lines=4,
                        scale=8,
                        container=False,
                        autofocus=True,
                        elem_id="question",
                    )
                    send = gr.Button("发送", variant="primary", scale=1, min_width=72, elem_id="send")
                    stop = gr.Button("停下", variant="stop", scale=1, min_width=72, visible=False, elem_id="stop")
                    clear = gr.Button("新对话", scale=1, min_width=80, elem_id="clear")
            with gr.Column(scale=4, min_width=320, elem_id="evidence"):
                panel = gr.HTML(EMPTY_PANEL, elem_id="source", js_on_load=SCRIPT.read_text(encoding="utf-8"))
        _connect(answerer, _Parts(turns, chat, box, send, stop, clear, panel))
        _offer_endpoint(answerer)
    page.queue(max_size=answerer.settings.chat.queue, default_concurrency_limit=answerer.settings.chat.concurrency)
    return page


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that events connect."""

    turns: gr.State
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    panel: gr.HTML


def _connect(answerer: Answering, parts: _Parts) -> None:
    """What happens when the reader sends, stops, clears, takes an example or taps a citation."""

    def on_send(typed: str, turns: list[Turn]) -> Iterator[tuple[Any, ...]]:
        if not typed.strip():
            yield turns, gr.skip(), gr.skip(), gr.update(visible=False)
            return
        for grown in respond(answerer, typed, turns):
            yield grown, messages_of(grown), "", gr.update(visible=True)
        yield grown, messages_of(grown), gr.skip(), gr.update(visible=False)

    def on_example(turns: list[Turn], event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        yield from on_send(event.value["text"], turns)

    def on_stop(turns: list[Turn]) -> tuple[Any, ...]:
        if turns and not turns[-1].answer and not turns[-1].notice:
            turns = [*turns[:-1], replace(turns[-1], notice="已停下，没有回答。")]
        return turns, messages_of(turns), gr.update(visible=False)

    def on_cite(turns: list[Turn], event: gr.EventData) -> str:
        return source_of(turns, str(event.link))

    outputs = [parts.turns, parts.chat, parts.box, parts.stop]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asking = [
        gr.on([parts.box.submit, parts.send.click], on_send, [parts.box, parts.turns], outputs, **quiet),
        parts.chat.example_select(on_example, [parts.turns], outputs, **quiet),
    ]
    parts.stop.click(
        on_stop, [parts.turns], [parts.turns, parts.chat, parts.stop], cancels=asking, queue=False, **quiet
    )
    gr.on(
        [parts.clear.click, parts.chat.clear],
        lambda: ([], [], "", gr.update(visible=False), EMPTY_PANEL),
        None,
        [*outputs, parts.panel],
        cancels=asking,
        queue=False,
        **quiet,
    )
    parts.panel.click(on_cite, [parts.turns], [parts.panel], queue=False, **quiet)


def _offer_endpoint(answerer: Answering) -> None:
    """`/answer` for programs."""

    def answer(question: str, history: list[list[str]] | None = None) -> dict[str, Any]:
        """Answer a question from the archive; `history` is a list of [question, answer] pairs."""
        try:
            asked = question_of(str(question), answerer.settings.answer.longest_question)
            return answerer.answer(asked, history_from(history)).as_dict()
        except WenbaoError as error:
            raise gr.Error(str(error), print_exception=False) from None

    api(answer, api_name="answer")
