"""A list as an answer: its lines, how many there are in all, and the line that stands above them.

In: statements and counts. Out: a `Listing`. Knows nothing about how the lines were found.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa.answers.compose import Statement

UNITS = "篇条份个项件家处场种位座名次类部张点"  # that the lines of a list are counted in


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines that are shown of the `total` found; `unit` is what they are counted in, `where` what was looked in.

    `counted` is whether the number itself was asked for, `sought` the condition that nothing met, `said` what was made
    of the lines: how they are ordered, or what they come to. The last `beside` lines are not counted: `apart` says why.
    """

    lines: list[Statement]
    total: int
    unit: str
    where: str = ""
    counted: bool = False
    sought: str = ""
    said: str = ""
    apart: str = ""
    beside: int = 0

    @property
    def head(self) -> str:
        """The number found, as the first line of the answer; nothing where there is but one.

        >>> Listing([], 30, "篇").head
        '共30篇，列出前0篇：\\n'
        >>> Listing([], 0, "条", said="按总投资从大到小").head
        '按总投资从大到小，共0条：\\n'
        """
        if self.total < (1 if self.counted else 2) and not self.said and not self.apart:
            return ""
        shown = len(self.lines) - self.beside
        cut = f"，列出前{shown}{self.unit}" if shown < self.total else ""
        said = f"{self.said}，" if self.said else ""
        apart = f"；{self.apart}" if self.apart else ""
        if not self.total and self.apart:
            return f"{self.where}{self.said}{apart}：\n"
        return f"{self.where}{said}共{self.total}{self.unit}{cut}{apart}：\n"
