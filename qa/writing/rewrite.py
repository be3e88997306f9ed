"""A follow-up as a language model completes it → the stand-alone question, if it may be believed.

In: the follow-up, the turns before it, and what the model wrote. Out: the question to look for, or "" where the rules
know better: where the model adds a name or a figure that nobody mentioned, loses a word that was asked, leaves a 它
standing, or answers instead. Knows nothing about models.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.words import normalise
from qa.asked.question import History, Question
from qa.checks.claims import letters, read
from qa.ranking.evidence import PROPER
from qa.writing.draft import clean
from qa.writing.model import Message
from qa.writing.prompts import disarmed, messages

MOST = 96  # tokens of a question
_TURNS, _LONG = 4, 200  # turns that the model is told, and characters of each question and answer
_LEAD = re.compile(r"^(?:改写|完整|独立)?[^：:？?]{0,8}(?:问题|改写)[^：:？?]{0,4}[：:]\s*")
_REFERS = re.compile(r"它|他们?(?!人)|她|该(?!如何|怎)|其(?!他|实|余)|此(?!次|外)|这|那(?!么)")


def follow_up(asked: str, history: History) -> list[Message]:
    """What the model is asked to complete."""
    told = [(question[:_LONG], re.sub(r"\[\d+\]|\*\*", "", answer)[:_LONG]) for question, answer in history[-_TURNS:]]
    turns = "\n".join(f"问：{question}\n答：{answer}" for question, answer in told)
    return messages("follow_up.txt", turns=disarmed(turns), question=disarmed(asked))


def accepted(said: str, asked: str, history: History) -> str:
    """The question that the model wrote, or "" where the rules' is to be taken.

    >>> accepted("改写后的问题：新桥总投资多少？", "它总投资多少？", [("新桥多长？", "412米。[1]")])
    '新桥总投资多少？'
    >>> accepted("老桥总投资多少？", "它总投资多少？", [("新桥多长？", "412米。[1]")])
    ''
    """
    lines = [line for line in said.strip().split("\n") if line.strip()]
    question = _LEAD.sub("", clean(lines[0])).strip("“”「」\"' ") if len(lines) == 1 else ""
    told = "\n".join((asked, *(part for turn in history for part in turn)))
    asks = question.endswith(("？", "?")) and _REFERS.search(question) is None
    return question if asks and _keeps(question, asked) and _adds_nothing(question, told) else ""


def _keeps(question: str, asked: str) -> bool:
    """Whether what was asked is still asked."""
    plain = normalise(question)
    return all(word in plain for word, _ in Question(asked, "what").words)


def _adds_nothing(question: str, told: str) -> bool:
    """Whether every figure and name stands in what was said before."""
    new, old = read(question), read(told)
    quantities = all(any(each.says(other) for other in old.quantities) for each in new.quantities)
    days = all(any(each.says(other) for other in old.moments) for each in new.moments)
    return quantities and days and all(letters(name) in old.letters for name in _names(question))


def _names(question: str) -> Sequence[str]:
    reading = read(question)
    proper = [token.text for token in reading.tokens if token.tag in PROPER and len(token.text) > 1]
    quoted = [text for text, _, _ in reading.quotations]
    return [*proper, *quoted, *(token.text for token in (*reading.people, *reading.things))]
