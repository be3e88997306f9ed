"""What happens when a reader asks, stops, asks again, takes back, edits, or begins anew.

In: an answerer, an archive to show, the parts of the page. Out: their events. An answer grows in the reader's
conversation (ui/conversation.py); whatever the reader does meanwhile ends it. Knows nothing about what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from ui.archive import Archive
from ui.browse import QUIET
from ui.conversation import Conversation
from ui.talk import Parts, WordsOf, messages_of
from ui.turns import Answering, Turn, kept, respond
from ui.words import Words


def shown(turns: Sequence[Turn], say: Words, panel: Any, typed: Any = None) -> tuple[Any, ...]:
    """What the page shows of turns of which none is growing; `typed` goes into the box."""
    box = gr.skip() if typed is None else typed
    return messages_of(turns, say), box, gr.update(visible=False), {"turns": kept(turns)}, panel


def connect_asking(answerer: Answering, archive: Archive, parts: Parts, words_of: WordsOf) -> list[Any]:
    """Sending, examples, further questions, and asking again; returns these events."""
    talk = parts.talk

    def ask(typed: str, talk: Conversation, before: list[Turn], say: Words) -> Iterator[tuple[Any, ...]]:
        if not typed.strip():
            yield gr.skip(), gr.skip(), gr.update(visible=False), gr.skip(), gr.skip()
            return

        def panel(turns: Sequence[Turn]) -> Any:
            """The evidence of the answer, unless the reader has opened something since."""
            return gr.skip() if talk.looks else archive.evidence(turns, say)

        run, place, first, cites = talk.change(before), len(before), True, False
        for grown in respond(answerer, typed, before, say):
            if (turns := talk.grow(run, grown[-1], place)) is None:
                return
            skip = (gr.skip(),) * 3  # a question is kept before it has an answer
            beside = ("", gr.update(visible=True), {"turns": kept(turns)}) if first else skip
            comes = not cites and bool(turns[-1].answer and turns[-1].answer.citations)
            yield messages_of(turns, say), *beside, panel(turns) if comes else gr.skip()
            first, cites = False, cites or comes
        if turns := talk.grow(run, replace(grown[-1], follow=()), place, last=True):
            yield shown(turns, say, panel(turns))

    def on_send(typed: str, talk: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(typed, talk, talk.turns, words_of(request))

    def on_example(talk: Conversation, event: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(event.value["text"], talk, talk.turns, words_of(request))

    def on_follow(talk: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turn, at = numbers_of(str(event.link), 2)
        follow = talk.turns[turn].follow or () if 0 <= turn < len(talk.turns) else ()
        yield from ask(follow[at] if 0 <= at < len(follow) else "", talk, talk.turns, words_of(request))

    def on_retry(talk: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turns = talk.turns
        yield from ask(turns[-1].question if turns else "", talk, turns[:-1], words_of(request))

    def on_answered(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        """Questions to ask next come by themselves, not as a part of the answer: they hold nobody up."""
        turns = talk.whole
        follow = archive.further(turns) if turns else ()
        led = talk.lead_on(turns[-1], follow) if follow else None
        return (messages_of(led, words_of(request)), {"turns": kept(led)}) if led else (gr.skip(), gr.skip())

    asking = [
        gr.on([talk.box.submit, talk.send.click], on_send, [talk.box, talk.talk], parts.shown, **QUIET),
        talk.chat.example_select(on_example, [talk.talk], parts.shown, **QUIET),
        parts.panel.select(on_follow, [talk.talk], parts.shown, **QUIET),
        parts.panel.retry(on_retry, [talk.talk], parts.shown, **QUIET),
    ]
    for asked in asking:
        asked.success(on_answered, [talk.talk], [talk.chat, talk.kept], queue=False, **QUIET)
    return asking


def numbers_of(link: str, count: int) -> list[int]:
    """The numbers at the end of a link: ('#ask-3-0', 2) -> [3, 0]; -1 for each where the link has another shape."""
    parts = link.split("-")[1:]
    well = len(parts) == count and all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts)
    return [int(part) for part in parts] if well else [-1] * count


def connect_changing(archive: Archive, parts: Parts, words_of: WordsOf, asking: list[Any]) -> None:
    """Stopping, taking back, editing, and beginning anew: whatever is being answered ends."""
    talk = parts.talk
    now: dict[str, Any] = {**QUIET, "queue": False, "cancels": asking}

    def changed(talk: Conversation, turns: list[Turn], say: Words, typed: Any = None) -> tuple[Any, ...]:
        talk.change(turns)
        return shown(turns, say, archive.evidence(turns, say), typed)

    def on_stop(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        turns = talk.stop(say["stopped"])
        return shown(turns, say, gr.skip() if talk.looks else archive.evidence(turns, say))

    def on_undo(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        return changed(talk, talk.turns[:-1], words_of(request))

    def on_edit(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The last question, or a question as it was understood, goes back into the box."""
        link, turns, say = str(event.link), talk.turns, words_of(request)
        (number,) = numbers_of(link, 1)
        if not 0 <= number < len(turns):
            return changed(talk, turns, say)
        turn = turns[number]
        if link.startswith("#reword-"):
            return changed(talk, turns, say, turn.answer.question_as_understood if turn.answer else turn.question)
        return changed(talk, turns[:number], say, turn.question)

    def on_clear(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        talk.change([])
        say = words_of(request)
        return [], "", gr.update(visible=False), {"turns": [], "fresh": True}, archive.front(say), archive.masthead(say)

    talk.stop.click(on_stop, [talk.talk], parts.shown, **now)
    parts.panel.undo(on_undo, [talk.talk], parts.shown, **now)
    parts.panel.edit(on_edit, [talk.talk], parts.shown, **now)
    anew = [talk.clear.click, talk.chat.clear, parts.talks.clear]
    gr.on(anew, on_clear, [talk.talk], [*parts.shown, parts.masthead], **now)
