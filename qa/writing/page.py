"""Checked sentences → the answer as it grows: text, markers that Wenbao sets, citations, verdicts.

In: raw sentences of a draft, a `Checker`, and the answer that is to be filled. Out: an `Answer` after each sentence
that may be shown. A sentence that is not borne out is dropped, or marked where the settings say so; one that repeats
another is dropped. Knows nothing about models.
"""

from __future__ import annotations

from dataclasses import replace

from embeddings.records import Article
from qa.records import Answer, Citation, Written
from qa.writing.check import Checked, Checker
from qa.writing.draft import clean, declines

_ROUND = 3  # repetitions in a row after which a model goes round in circles


class Page:
    """The answer that is being written. `declined`: the draft says that the articles do not answer."""

    def __init__(self, empty: Answer, checker: Checker, mark: bool) -> None:
        self._empty, self._checker, self._mark = empty, checker, mark
        self._pieces: list[str] = []
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._written: list[Written] = []
        self._waiting: list[tuple[str, Checked]] = []  # to be marked, once something is borne out
        self._dropped = self._repeated = 0
        self.declined = False

    @property
    def answer(self) -> Answer:
        return replace(
            self._empty,
            text="".join(self._pieces),
            citations=tuple(self._citations.values()),
            sentences=tuple(self._written),
            dropped=self._dropped,
        )

    @property
    def finished(self) -> bool:
        """Whether more of the draft would be of no use."""
        return self.declined or self._repeated == _ROUND

    def add(self, raw: str) -> bool:
        """Check the next sentence of the draft; whether the answer has grown."""
        text = clean(raw)
        if not text or self._repeats(text):
            return False
        if declines(text):  # nothing that stands in an article can bear this out
            self.declined, self._dropped = not self._written, self._dropped + 1
            return False
        checked, lead = self._checker.check(text), "\n" if raw.startswith("\n") else ""
        if checked.borne_out:
            for waiting in (*self._waiting, (lead, checked)):
                self._show(*waiting)
            self._waiting = []
        elif not self._mark:
            self._dropped += 1
        elif self._written:
            self._show(lead, checked)
        else:
            self._waiting.append((lead, checked))
        return checked.borne_out or (self._mark and bool(self._written))

    def _repeats(self, text: str) -> bool:
        self._repeated = self._repeated + 1 if self._checker.repeats(text) else 0
        return self._repeated > 0

    def _show(self, lead: str, checked: Checked) -> None:
        """Put a sentence on the page, with its citations behind it."""
        spans = checked.spans if checked.article else ()
        numbers = tuple(dict.fromkeys(self._number(checked.article, *span) for span in spans if checked.article))
        text = checked.text if checked.borne_out else f"{checked.text}〔{checked.verdict.label}〕"
        marks = "".join(f"[{number}]" for number in numbers)
        self._pieces.append(f"{lead if self._pieces else ''}{text}{marks}")
        self._written.append(Written(text, checked.verdict.support, numbers))

    def _number(self, article: Article, start: int, end: int) -> int:
        """The number of a citation, the same wherever the same words are cited."""
        fresh = Citation(len(self._citations) + 1, article, start, end)
        return self._citations.setdefault((article.id, start, end), fresh).number
