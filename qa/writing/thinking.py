"""Pieces of a model's text → the same without its thinking, whatever way the pieces are cut.

In: text as it comes, in pieces. Out: the text that may be shown; a tag that is cut in two is held back until it is
clear. Reasoning models mark their thinking in a few ways, which stand in `TAGS`. Some prompts open the block already,
so that only its end is written: `inside` says so. This file knows nothing about where the pieces come from.
"""

from __future__ import annotations

from embeddings.errors import ModelError

# Opening and closing: Qwen, DeepSeek, GLM; Granite and others; Magistral; Seed; Gemma 4; and the channels of gpt-oss,
# which announce the answer itself as the last of them.
TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "[THINK]": "[/THINK]",
    "<seed:think>": "</seed:think>",
    "<|channel>": "<channel|>",
    "<|channel|>": "final<|message|>",
}
# What chat templates call the switch: Qwen, GLM, Gemma; DeepSeek, Granite. Others take no notice.
QUIET = {"enable_thinking": False, "thinking": False}


def opened_by(prompt: str) -> str:
    """The closing tag that a prompt leaves to the model: "…assistant\\n<think>\\n" -> "</think>"; "" where none."""
    end = prompt.rstrip()
    return next((closing for opening, closing in TAGS.items() if end.endswith(opening)), "")


class Thinking:
    """Hides what stands between two tags, and blank space before the answer.

    >>> hidden = Thinking()
    >>> [hidden.feed(piece) for piece in ("<th", "ink>嗯……</thi", "nk>\\n\\n总投资", "12亿元。")] + [hidden.end()]
    ['', '', '总投资', '12亿元。', '']
    """

    def __init__(self, inside: str = "") -> None:
        """`inside` is the closing tag of a block that is open already."""
        self.inside = inside
        self.unopened = ""
        self._held = ""
        self.shown = False  # whether anything has been shown

    def feed(self, piece: str) -> str:
        """The part of everything so far that is new and may be shown.

        Raises:
            ModelError: a block ends that never began: what was shown was thinking. `unopened` is its closing tag.
        """
        self._held += piece
        shown = []
        while tag := self._first(self._watched()):
            before, _, self._held = self._held.partition(tag)
            if self.inside:
                self.inside = ""
            elif tag in TAGS:
                shown.append(before)
                self.inside = TAGS[tag]
            else:
                self._check_unopened(tag)
        keep = self._cut_tag()
        if not self.inside:
            shown.append(self._held[: len(self._held) - keep])
        self._held = self._held[len(self._held) - keep :]
        return self._show("".join(shown))

    def end(self) -> str:
        """What was held back because it might have begun a tag, and did not."""
        held, self._held = self._held, ""
        return "" if self.inside else self._show(held)

    def _check_unopened(self, tag: str) -> None:
        if self.shown:
            self.unopened = tag
            raise ModelError(
                f"answerer.model: the model thinks aloud and marks only the end of it ({tag}). Start its server with a "
                "reasoning parser, or name a model that answers at once (an Instruct model)."
            )

    def _watched(self) -> tuple[str, ...]:
        return (self.inside,) if self.inside else (*TAGS, *TAGS.values())

    def _first(self, tags: tuple[str, ...]) -> str:
        """The tag that stands first in the held text, or ""."""
        places = [(self._held.find(tag), tag) for tag in tags if tag in self._held]
        return min(places)[1] if places else ""

    def _cut_tag(self) -> int:
        """How many characters at the end of the held text may be the beginning of a tag."""
        lengths = range(min(len(self._held), max(map(len, self._watched())) - 1), 0, -1)
        return next((n for n in lengths if any(tag.startswith(self._held[-n:]) for tag in self._watched())), 0)

    def _show(self, text: str) -> str:
        text = text if self.shown else text.lstrip()
        self.shown = self.shown or bool(text)
        return text
