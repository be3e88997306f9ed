"""The conversation on the page: its components, laid out; and the turns as messages of the chat.

In: questions to begin with. Out: Gradio components, which ui/asking.py, ui/keeping.py and ui/opening.py connect. Links
of the page come from its script as events of the panel (`retry`, `edit`, `like`, …) with the link in them. Knows
nothing about the layout of the page around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ui.browse import Browse
from ui.conversation import Conversation
from ui.render import question_html, turn_html
from ui.turns import Turn
from ui.words import EN, ZH, Words

KEEP, TALKS = (Path(__file__).with_name(name) for name in ("keep.js", "talks.js"))
Message = dict[str, str]
WordsOf = Callable[[Any], Words]


@dataclass(frozen=True, slots=True)
class Talk:
    """The components of the conversation; `talk` is its state, and `kept` hands it to the browser to keep."""

    talk: gr.State
    kept: gr.HTML
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    why: gr.Row
    voted: gr.State
    reason: gr.Textbox
    tell: gr.Button
    save_md: gr.Button
    save_html: gr.Button
    file: gr.JSON


@dataclass(frozen=True, slots=True)
class Parts:
    """All of the page that events connect."""

    page: gr.Blocks
    talk: Talk
    talks: gr.HTML
    browse: Browse
    tabs: gr.Tabs
    panel: gr.HTML
    masthead: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What changes with every turn, in the order of `ui.asking.shown`."""
        return [self.talk.chat, self.talk.box, self.talk.stop, self.talk.kept, self.panel]


def messages_of(turns: Sequence[Turn], say: Words = ZH) -> list[Message]:
    """The turns as chat messages, two each."""
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        said = turn_html(turn, number, number == len(turns) - 1, say)
        messages += [
            {"role": "user", "content": question_html(turn.question)},
            {"role": "assistant", "content": said},
        ]
    return messages


def examples_of(questions: Sequence[str]) -> list[Any]:
    """Questions to begin with, as the chat takes them."""
    return [{"text": question} for question in questions]


def talk_tab(examples: Sequence[str], say: Callable[[str], Any]) -> Talk:
    """Lay out the conversation where it is called."""
    talk, voted = gr.State(Conversation()), gr.State(0)
    kept = gr.HTML(None, html_template="", js_on_load=KEEP.read_text(encoding="utf-8"), visible="hidden")
    chat = gr.Chatbot(
        show_label=False,
        label=say("talk"),
        elem_id="talk",
        height="100%",
        layout="bubble",
        container=False,
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        group_consecutive_messages=False,
        placeholder=say("hello"),
        examples=examples_of(examples),
    )
    with gr.Row(elem_id="why", visible=False) as why:
        reason = gr.Textbox(show_label=False, label=say("why"), placeholder=say("why"), container=False, scale=8)
        tell = gr.Button(say("tell"), scale=1, min_width=90)
    with gr.Row(elem_id="ask"):
        box = gr.Textbox(
            show_label=False,
            label=say("question"),
            placeholder=say("what"),
            max_lines=4,
            scale=8,
            container=False,
            autofocus=True,
            elem_id="question",
        )
        send = gr.Button(say("send"), variant="primary", scale=1, min_width=72, elem_id="send")
        stop = gr.Button(say("stop"), variant="stop", scale=1, min_width=72, visible=False, elem_id="stop")
        clear = gr.Button(say("new"), scale=1, min_width=80, elem_id="clear")
    with gr.Row(elem_id="keep"):
        save_md = gr.Button(say("export_md"), size="sm", elem_id="save-md")
        save_html = gr.Button(say("export_html"), size="sm", elem_id="save-html")
    file = gr.JSON(visible="hidden")
    return Talk(talk, kept, chat, box, send, stop, clear, why, voted, reason, tell, save_md, save_html, file)


def said_by_scripts(*keys: str) -> dict[str, Any]:
    """Texts in both languages, for a script that knows its reader's."""
    return {name: {key: words[key] for key in keys} for name, words in (("zh", ZH), ("en", EN))}


def talks_tab() -> gr.HTML:
    """Lay out the list of conversations where it is called; its script fills it from the reader's own browser."""
    needed = ("no_talks", "turns", "delete", "sure", "delete_all", "talks_kept", "open_now")
    script = TALKS.read_text(encoding="utf-8")
    return gr.HTML(None, html_template="", js_on_load=script, elem_id="talks", **said_by_scripts(*needed))
