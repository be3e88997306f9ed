"""What readers think of answers: 👍 or 👎 with a reason, kept in one local SQLite file that does not say who voted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.records import Answer
from ui.words import Told

FILE = "feedback.sqlite"
LONGEST_REASON = 1000
_SCHEMA = """CREATE TABLE IF NOT EXISTS votes(id INTEGER PRIMARY KEY, time TEXT, vote TEXT, reason TEXT, question TEXT,
    understood TEXT, answer TEXT, refused INT, citations TEXT, generation TEXT)"""
_NAMES = ("id", "time", "vote", "reason", "question", "understood", "answer", "refused", "citations", "generation")


class FeedbackError(Told):
    """The file of votes cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The votes in one file; safe for any number of threads and processes."""

    path: Path

    def vote(self, vote: str, question: str, answer: Answer, generation: str = "") -> int:
        """Keep a vote, "up" or "down"; returns its number, under which a reason can follow.

        Raises:
            FeedbackError: the file cannot be written.
        """
        citations = json.dumps([citation.as_dict() for citation in answer.citations], ensure_ascii=False)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        texts = (_written(text) for text in (question, answer.question_as_understood, answer.text))
        asked = (*texts, answer.refused, _written(citations), generation)
        with self._open() as db:
            sql = f"INSERT INTO votes({', '.join(_NAMES[1:])}) VALUES (?, ?, '', ?, ?, ?, ?, ?, ?)"
            return int(db.execute(sql, (now, vote, *asked)).lastrowid or 0)

    def explain(self, number: int, reason: str) -> None:
        """Add the reason to a vote.

        Raises:
            FeedbackError: the file cannot be written.
        """
        with self._open() as db:
            db.execute("UPDATE votes SET reason = ? WHERE id = ?", (_written(reason).strip()[:LONGEST_REASON], number))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every vote in order of time, as plain values; none where nobody has voted. What is damaged of one is None.

        Raises:
            FeedbackError: the file cannot be read.
        """
        if not self.path.exists():
            return
        with self._open() as db:
            db.text_factory = lambda text: text.decode("utf-8", "replace")
            for row in db.execute(f"SELECT {', '.join(_NAMES)} FROM votes ORDER BY id"):
                kept = {
                    name: None if isinstance(value, bytes) else value for name, value in zip(_NAMES, row, strict=True)
                }
                yield {**kept, "refused": bool(kept["refused"]), "citations": _citations(kept["citations"])}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one `with`, committed at its end; an error of SQLite is one line."""
        try:
            with closing(sqlite3.connect(self.path, timeout=5)) as db:
                db.execute(_SCHEMA)
                yield db
                db.commit()
        except sqlite3.Error as error:
            raise FeedbackError(
                f"{self.path}: 评价写不进去或读不出来（{error}）；请检查这个文件和文件夹的权限",
                f"{self.path}: votes cannot be written or read ({error}); check the rights of this file and its folder",
            ) from None


def _written(text: str) -> str:
    """The text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _citations(kept: Any) -> Any:
    try:
        return json.loads(kept)
    except (TypeError, ValueError, RecursionError):
        return None
