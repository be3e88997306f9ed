"""What happens when the page opens and when a link is followed: the panel, the masthead, the browse tab.

In: an archive to show, the parts of the page. Out: their events. A page that is opened after a rebuild shows the new
generation, whatever the server started with. Knows nothing about asking.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.archive import Archive
from ui.browse import QUIET, applied, choices_of
from ui.conversation import Conversation
from ui.talk import Parts, WordsOf, examples_of


def connect_opening(archive: Archive, parts: Parts, words_of: WordsOf) -> None:
    """Nothing of this is queued: a question sent while the stream of a queued event closes would lose its answer."""
    talk, browse, generation = parts.talk, parts.browse, archive.generation

    def on_load(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        wanted = str(request.query_params.get("article", ""))
        # the conversation that the browser kept may have come already
        panel = archive.panel([], f"#article-{wanted}", say) if wanted else archive.evidence(talk.turns, say)
        if archive.generation == generation:
            return panel, archive.masthead(say), gr.skip(), gr.skip(), gr.skip()
        pages, reporters = (gr.update(choices=choices) for choices in choices_of(archive.held))
        examples = gr.update(examples=examples_of(archive.examples))
        return panel, archive.masthead(say), pages, reporters, examples

    def on_open(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        say, talk.looks = words_of(request), True
        return archive.panel(talk.turns, str(event.link), say), archive.masthead(say)

    def on_filter(event: gr.EventData) -> list[Any]:
        fields = applied(str(event.link))
        return [*fields, gr.Tabs(selected="browse")] if fields else [gr.skip()] * 6

    heads = [parts.panel, parts.masthead]
    parts.page.load(on_load, [talk.talk], [*heads, *browse.fields[3:], talk.chat], queue=False, **QUIET).then(
        browse.refresh, browse.inputs, browse.outputs, queue=False, **QUIET
    )
    parts.panel.click(on_open, [talk.talk], heads, queue=False, trigger_mode="always_last", **QUIET)
    parts.panel.apply(on_filter, None, [*browse.fields, parts.tabs], queue=False, **QUIET).then(
        browse.refresh, browse.inputs, browse.outputs, **QUIET
    )
