"""What the readers of `embeddings.inputs` are given and what they give back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date as Date
from io import SEEK_END
from typing import Any, BinaryIO

from embeddings.errors import InputError
from embeddings.records import Article

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or record that was left out.

    `chinese` says reason and remedy in Chinese; it is empty in indexes that were built before it was told.

    >>> skipped = Skipped("news.jsonl:17", "is not valid JSON", "mend or delete the line", "不是 JSON；改好它，或删掉")
    >>> str(skipped), skipped.in_chinese
    ('news.jsonl:17: is not valid JSON; mend or delete the line', 'news.jsonl:17：不是 JSON；改好它，或删掉')
    """

    where: str
    reason: str
    remedy: str
    chinese: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}; {self.remedy}"

    @property
    def in_chinese(self) -> str:
        """The same for Chinese readers."""
        return f"{self.where}：{self.chinese}" if self.chinese else str(self)


@dataclass(frozen=True, slots=True)
class FileContent:
    """What one input file holds: its articles in their order, the parts of it that were left out, and which fields of
    its records became which field of an article (`mapping`) or nothing (`unused`, by number of records)."""

    articles: list[Article] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    unused: dict[str, int] = field(default_factory=dict)

    def extend(self, other: FileContent) -> None:
        """Add what another part of the file holds."""
        self.articles.extend(other.articles)
        self.skipped.extend(other.skipped)
        self.mapping.update(other.mapping)
        for name, count in other.unused.items():
            self.unused[name] = self.unused.get(name, 0) + count


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file, or one member of an archive, ready to be read.

    `place` is how errors name it and `source` how its articles do; `date` and `page` are what its path says. `fields`
    maps an article's field to a record's key: {"text": "article_body"}.
    """

    place: str
    source: str
    stream: BinaryIO
    date: Date | None = None
    page: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def read(self, limit: int = 256 * MEBIBYTE) -> bytes:
        """All bytes of the file.

        Raises:
            UnreadableError: the file is empty, or larger than `limit` bytes.
        """
        data = self.stream.read(limit + 1)
        if not data:
            raise self.empty()
        if len(data) > limit:
            size = f"{limit // MEBIBYTE} MiB"
            raise self.fault(f"is larger than {size}", "split it into smaller files", f"超过 {size}；分成几个小文件")
        return data

    def fault(self, reason: str, remedy: str, chinese: str) -> UnreadableError:
        """A fault of the whole file; `chinese` says both reason and remedy."""
        return UnreadableError(Skipped(self.place, reason, remedy, chinese))

    @property
    def size(self) -> int:
        """How many bytes it has."""
        at = self.stream.tell()
        size = self.stream.seek(0, SEEK_END)
        self.stream.seek(at)
        return size

    @contextmanager
    def parsed_as(self, kind: str, remedy: str, chinese: str, chinese_remedy: str) -> Iterator[None]:
        """Whatever a damaged file does to a parser becomes a fault of that file; `chinese` is its kind."""
        try:
            yield
        except UnreadableError:
            raise
        except Exception as error:
            why = f"{str(error) or type(error).__name__:.80}"
            reason, told = f"is not a readable {kind} ({why})", f"不是能读的 {chinese}（{why}）；{chinese_remedy}"
            raise self.fault(reason, remedy, told) from None

    def slow(self, seconds: float) -> UnreadableError:
        chinese = f"读了 {seconds:.0f} 秒还没有读完；看看它是不是坏了，或转成 .txt"
        return self.fault(f"took longer than {seconds:.0f} s to read", "check it, or convert it to .txt", chinese)

    def empty(self) -> UnreadableError:
        return self.fault("is empty", "remove it or put an article into it", "是空的；删掉，或写进一篇报道")

    def skip(self, part: int | str, reason: str, remedy: str, chinese: str) -> Skipped:
        """A fault of a part of the file, which is a line number or a name."""
        return Skipped(f"{self.place}:{part}", reason, remedy, chinese)


class UnreadableError(InputError):
    """A whole file cannot be read; `skipped` says the same in parts."""

    def __init__(self, skipped: Skipped) -> None:
        super().__init__(str(skipped), chinese=skipped.in_chinese)
        self.skipped = skipped


SECONDS = 5.0  # of the processor's time, which a busy machine does not use up
MORE = 5.0  # for each MiB


class TooSlowError(BaseException):
    """No `Exception`: parsers catch those, and go on."""


def seconds_for(size: int) -> float:
    """How long so many bytes may take."""
    return SECONDS + MORE * size / MEBIBYTE


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let a document be worked on for so many seconds of the processor; elsewhere than in the main thread, for ever.

    Raises:
        TooSlowError: it took longer.
    """
    if not hasattr(signal, "SIGVTALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(*signalled: Any) -> None:
    raise TooSlowError
