"""What every adapter needs: to read a file of JSON, and to write articles and questions into a folder.

In: paths, and `Article`s and questions as plain dicts. Out: files. Knows nothing about any one benchmark.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any


class FormatError(ValueError):
    """The file is not what the adapter reads; `str(error)` is one line with file, place and remedy."""


@dataclass
class Benchmark:
    """Articles by id ({"id", "text", "title", "date"}), and questions as `wenbao evaluate` reads them."""

    articles: dict[str, dict[str, str]] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    def add(self, id: str, text: str, **more: str) -> str:
        """Add an article, once for a text; returns the id under which it stands."""
        if text not in self._ids:
            self._ids[text] = id
            self.articles[id] = {"id": id, "text": text, **more}
        return self._ids[text]


def read_json(path: Path) -> Any:
    """The JSON document of a file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(f"{path}: cannot be read as JSON ({error}); give the file as it was published") from None


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file that holds one a line, or one list of them."""
    try:
        text = path.read_text(encoding="utf-8")
        rows = (
            json.loads(text) if text.lstrip().startswith("[") else map(json.loads, filter(str.strip, text.split("\n")))
        )
        yield from rows
    except (OSError, ValueError) as error:
        raise FormatError(
            f"{path}: cannot be read as JSON lines ({error}); give the file as it was published"
        ) from None


def adapter(known: str) -> Callable[[Callable[[Path], Benchmark]], Callable[[Path], Benchmark]]:
    """Turn a missing or misshapen field into one line that names the format that was expected."""

    def wrap(convert: Callable[[Path], Benchmark]) -> Callable[[Path], Benchmark]:
        @wraps(convert)
        def guarded(path: Path) -> Benchmark:
            try:
                benchmark = convert(path)
            except FormatError:
                raise
            except (KeyError, TypeError, AttributeError, IndexError) as error:
                raise FormatError(
                    f"{path}: is not in the format of {known} (at {error}); check which file it is"
                ) from None
            if not benchmark.questions:
                raise FormatError(f"{path}: holds no question in the format of {known}; check which file it is")
            return benchmark

        return guarded

    return wrap


def texts(value: Any) -> list[str]:
    """A text or a list of texts as a list, the empty ones left out."""
    return [str(each) for each in (value if isinstance(value, list) else [value]) if str(each).strip()]


def write(out: Path, benchmark: Benchmark, name: str) -> tuple[int, int]:
    """Write OUT/corpus/NAME.jsonl and OUT/questions.jsonl; returns how many articles and questions."""
    try:
        (out / "corpus").mkdir(parents=True, exist_ok=True)
        _lines(out / "corpus" / f"{name}.jsonl", benchmark.articles.values())
        _lines(out / "questions.jsonl", benchmark.questions)
    except OSError as error:
        raise FormatError(f"{out}: cannot be written ({error.strerror}); name another folder") from None
    return len(benchmark.articles), len(benchmark.questions)


def _lines(path: Path, rows: Iterable[Any]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
