"""Text as a model streams it: without its thinking, and through a thread that can be stopped at any moment."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Iterator

from embeddings.errors import ModelError

BEAT = 0.2  # seconds after which an empty piece is given
# Opening and closing tags of thinking: Qwen, DeepSeek, GLM; Granite and others; Magistral; Seed; Gemma 4; and the
# channels of gpt-oss, which announce the answer itself as the last of them.
TAGS = {
    "<think>": "</think>", "<thinking>": "</thinking>", "<thought>": "</thought>", "[THINK]": "[/THINK]",
    "<seed:think>": "</seed:think>", "<|channel>": "<channel|>", "<|channel|>": "final<|message|>",
}  # fmt: skip
# What chat templates call the switch: Qwen, GLM, Gemma; DeepSeek, Granite. Others take no notice.
QUIET = {"enable_thinking": False, "thinking": False}
_BLOCK = re.compile("|".join(f"{re.escape(tag)}(?:.*?{re.escape(TAGS[tag])}|.*)" for tag in TAGS), re.DOTALL)
_BEGUN = {tag[:length] for pair in TAGS.items() for tag in pair for length in range(1, len(tag))}
_CUT = re.compile(rf"(?:{'|'.join(map(re.escape, _BEGUN))})\Z")

Put = Callable[[str], None]


def opened_by(prompt: str) -> str:
    """The thinking tag that a prompt leaves open: "…assistant\\n<think>\\n" -> "<think>"; "" where none."""
    return next((tag for tag in TAGS if prompt.rstrip().endswith(tag)), "")


class Thinking:
    """Hides what stands between two tags, however the pieces are cut, and blank space before the answer.

    `opened` is the tag of a block that is open already; `unopened` becomes that of one whose end alone is written.

    >>> hidden = Thinking()
    >>> [hidden.feed(piece) for piece in ("<th", "ink>嗯……</thi", "nk>\\n\\n总投资", "12亿元。")] + [hidden.end()]
    ['', '', '总投资', '12亿元。', '']
    """

    def __init__(self, opened: str = "") -> None:
        self._text, self.shown, self.unopened = opened, "", ""

    @property
    def silent(self) -> bool:
        """Whether there was thinking and nothing else."""
        return not self.shown and any(tag in self._text for tag in TAGS)

    def feed(self, piece: str, last: bool = False) -> str:
        """The part of everything so far that is new and may be shown; what may begin a tag only with the `last` one.

        Raises:
            ModelError: a block ends that never began: what was shown was thinking.
        """
        self._text += piece
        text = _BLOCK.sub("", self._text)
        self.unopened = next((tag for tag, closing in TAGS.items() if closing in text), "")
        if self.unopened:
            if self.shown:
                raise ModelError("answerer.model: it marks only the end of its thinking. Name an Instruct model.")
            self._text = text = text.rpartition(TAGS[self.unopened])[2]
        text = (text if last else _CUT.sub("", text)).lstrip()
        new = text[len(self.shown) :]
        self.shown += new
        return new

    def end(self) -> str:
        """What was held back because it might have begun a tag, and did not."""
        return self.feed("", last=True)

    @staticmethod
    def fault(name: str, most: int) -> str:
        """The line for a model that thought and said nothing."""
        return f"answerer.max_tokens: {name} used all {most} tokens for thinking. Raise it, or name an Instruct model."


def pumped(produce: Callable[[Put, threading.Event], None]) -> Iterator[str]:
    """What `produce(put, stop)` puts on a thread of its own, with empty pieces wherever nothing came for a moment.

    Closing the iterator sets `stop`, after which `produce` must return soon; its exceptions are raised here.
    """
    pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    stop = threading.Event()

    def run() -> None:
        try:
            produce(pieces.put, stop)
            pieces.put(None)
        except BaseException as error:
            error.__context__ = error.__cause__ = None  # whose frames may hold the memory of a whole run
            pieces.put(error.with_traceback(None))

    thread = threading.Thread(target=run, name="writing", daemon=True)
    thread.start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=BEAT)
            except queue.Empty:
                piece = ""
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        stop.set()
        thread.join()


def in_turn(lock: threading.Lock, closed: threading.Event, write: Callable[..., None]) -> Iterator[str]:
    """As `pumped`, one text at a time: whoever asks meanwhile waits, and may leave."""

    def produce(put: Put, stop: threading.Event) -> None:
        while not lock.acquire(timeout=BEAT / 4):
            if stop.is_set():
                return
        try:
            if not closed.is_set():
                write(put, stop)
            if closed.is_set() and not stop.is_set():
                raise ModelError("answerer.model: the model was closed and cannot write; open it again")
        finally:
            lock.release()

    return pumped(produce)
