"""What of a question a sentence does not bear out, and what that leaves of the chance that it answers.

In: nothing. Out: the record `Conflict`, and the shares that are left in the cases that there are. Knows nothing about
how conflicts are found.
"""

from __future__ import annotations

from dataclasses import dataclass

OTHER = 0.2  # what is left where another is told, and the one that is asked for nowhere in the report
ANOTHER = 0.3  # where that is a thing, which may have two names
ELSEWHERE = 0.4  # where the report tells of the one asked for, but not here
ABSENT = 0.4  # where it tells of none
NOWHERE = 0.41  # where a name stands nowhere, and nothing in its place
UNDATED = 0.6  # where it may be of the year that is asked for: its day of issue is not known


@dataclass(frozen=True, slots=True)
class Conflict:
    """`asked` is not borne out; `told` stands in its place, "" where nothing does. `left` is 0–1.

    `nowhere`: no sentence of the report has it, so that none can take this one's place.
    """

    asked: str
    told: str
    left: float
    nowhere: bool = False
