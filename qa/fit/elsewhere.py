"""What stands near a sentence, but is said of another, or of another time: the capital of Niger, a speech given before.

In: a question, and what a sentence tells. Out: what of the question is told of another, and of whom. Only what stands
in so many words is compared. Knows nothing about the things of a report (owners.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from qa.asked.asking import is_person, written
from qa.asked.question import Question
from qa.fit.places import names_place
from qa.fit.told import Told
from qa.language.titles import OFFICE

_OF = re.compile(
    r"^(?P<whose>[一-鿿]{2,8}?)的(?P<what>[一-鿿]{2,4}?)(?:又|都|现在)?(?:是|在|叫|有|为)(?:哪|谁|什么|多少|几)"
)
_STUDIED = (
    r"(?:学习|传达|贯彻|落实|领会|按照|根据|围绕|对照)[^。;]*?{name}"
    r"[^。;]*?(?:讲话|精神|要求|指示|批示|部署|论述|致辞|贺信)"
)
_OF_SPEECH = re.compile("学习|传达|贯彻|落实|讲话|精神|要求|指示|批示|会议")


def possessed(question: Question, told: Told) -> tuple[str, str] | None:
    """首都 of 法国 where a report tells of 尼日尔首都 alone."""
    asked = _OF.search(written(question.text))
    if asked is None:
        return None
    whose, what = asked["whose"], asked["what"]
    if not any(names_place(*each) for each in rjieba.tag(whose)):
        return None
    owners = [_before(told.whole[: found.start()]) for found in re.finditer(re.escape(what), told.whole)]
    if not owners or not all(owner and owner not in whose and whose not in owner for owner in owners):
        return None
    return what, owners[0] + what


def _before(text: str) -> str:
    """The place that a text ends with, "" where it ends with none."""
    *_, (word, tag) = rjieba.tag(text.removesuffix("的")[-12:]) or [("", "")]
    return word if names_place(word, tag) else ""


def before(question: Question, told: Told) -> str:
    """Somebody whose coming is asked for, of whom a report tells only that what was said then is studied now."""
    plain = written(question.text)
    if question.kind != "date" or _OF_SPEECH.search(plain):
        return ""
    return next((name for name in _people(question, told) if _studied(name, told.whole)), "")


def _people(question: Question, told: Told) -> Iterator[str]:
    """The words of a question that are names, or stand in the report as one does: 省委书记信长星."""
    words = (word for word, _ in question.words if len(word) > 1)
    return (word for word in words if is_person(word) or re.search(f"{OFFICE}{re.escape(word)}", told.whole))


def _studied(name: str, text: str) -> bool:
    rest = re.sub(_STUDIED.format(name=re.escape(name)), "", text)
    return name in text and name not in rest
