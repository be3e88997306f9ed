"""Gradio's side of the two languages: texts that the browser translates, and the language of whoever asks.

In: keys of ui/words.py, requests, scripts. Out: what Gradio takes for a label; the table of texts for a request; a
script that puts Gradio's own messages into Chinese, too. Knows nothing about pages.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from ui.words import BY_LOCALE, Words, words_for

WORDS = gr.I18n(**BY_LOCALE)


def said_to(request: gr.Request | None) -> Words:
    """The texts in the language of whoever asks."""
    return words_for(str(request.headers.get("accept-language", "")) if request else "")


def script(name: str) -> str:
    """The script of a page, with that for Gradio's own messages."""
    return "".join(Path(__file__).with_name(each).read_text(encoding="utf-8") for each in ("toasts.js", name))
