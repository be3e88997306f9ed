"""What is asked of a thing: its telephone number, its name, that it is the largest, the day of its topping out.

In: a question, and what a sentence tells. Out: `Conflict`s, where nothing near the sentence speaks of what is asked.
Knows nothing about whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from qa.asked.asking import MEASURES, written
from qa.asked.question import Question
from qa.fit.lacking import ABSENT, Conflict
from qa.fit.told import Told
from qa.language import stages
from qa.language.rarity import background
from qa.language.things import runs
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS, known

MEANT = 0.35  # nearness in meaning from which another word may be meant
_SOUGHT = re.compile(
    rf"(?P<of>[一-鿿]{{2,8}}?)(?:是|为|有|达到?)?(?:多少|几)(?:[万亿]?(?:{MEASURES})?)?[^一-鿿]*$"
    rf"|(?:多少|几)(?:{MEASURES})?(?P<counted>[一-鿿]{{2,8}})[^一-鿿]*$"
)
_WHOSE = re.compile(r"(?P<role>[一-鿿]{2,})(?:是|叫)(?:谁|哪一?[位个]|什么名字)[?？]?$")
# Of these unsaid.py knows, or print has no word for them.
_TOLD_ELSEHOW = re.compile(r"[父爸爹母妈娘弟兄哥姐妹爷奶孙]|(?:单位|方|公司|企业|商)$|人[物员士]$")
_NAME_OF = re.compile(
    r"(?P<thing>[一-鿿]{2,8}?)(?:的?名[字称](?:是|叫)什么|(?:又|都)?叫(?:做|作)?什么(?:名字?)?[?？]?$|取了?什么名)"
)
_NAMING = re.compile(r"[“《「]|名为|名叫|叫做|取名|命名|称为")
_SOMEBODY = re.compile(r"[人者员长记孩子师生手工友爸妈客童士民兵星家亲弟哥姐妹]$")
_SUPERLATIVE = re.compile(r"最(?![近新后终初早晚佳]|高人民)[一-鿿]|第一大|首[个家座条例]|头一个|居首")
_FIRST_OF_ALL = re.compile(r"最|首|第一|冠|头号|之[首最]|领先|唯一|至多|上限|不超过|以内|顶")


def called(question: Question, told: Told) -> Iterator[Conflict]:
    """The name of a 台风 where nothing near by is called anything."""
    asked = _NAME_OF.search(written(question.text))
    if asked is None or _SOMEBODY.search(asked["thing"]) or _NAMING.search(told.near):
        return
    *_, (thing, _) = rjieba.tag(asked["thing"])
    names = ("".join(token.text for token in run).partition(thing) for run in runs(told.near))
    if not any(found and before and before not in question.text for before, found, _ in names):
        yield Conflict("名字", "", ABSENT)


def superlative(question: Question, told: Told) -> Iterator[Conflict]:
    """最大的 where nothing is told to be the most of anything."""
    asked = _SUPERLATIVE.search(written(question.text))
    if asked and not _FIRST_OF_ALL.search(told.near):
        yield Conflict(asked.group(), "", ABSENT)


def attribute(question: Question, told: Told) -> Iterator[Conflict]:
    """The 联系电话 of which nothing near by speaks: the noun whose value is asked for."""
    plain = written(question.text)
    asked, role = _SOUGHT.search(plain), _WHOSE.search(plain)
    if question.kind == "number" and asked:
        before, after = asked["of"] or "", asked["counted"] or ""
    elif question.kind == "person" and role and not _TOLD_ELSEHOW.search(role["role"]):
        before, after = role["role"], ""
    else:
        return
    for (word, tag), met in zip(question.words, told.met, strict=False):
        named = tag in PERSON_TAGS | PLACE_TAGS | {"nz"} or len(word) < 2 or not known(word)
        if named or met >= MEANT or _partly(word, told.near):
            continue
        measured = before.endswith(word) and tag[0] in "nlv" and not _alike(word, told.near)
        if measured or (after and after.startswith(word) and tag[0] in "nl"):
            yield Conflict(word, "", ABSENT)


def _alike(word: str, text: str) -> bool:
    """Whether a text has a noun that ends as a word does: 用房 for 厂房."""
    return any(other[-1] == word[-1] and tag[0] == "n" for other, tag in rjieba.tag(text) if len(other) > 1)


def event(question: Question, told: Told) -> Iterator[Conflict]:
    """The 封顶 of which nothing near by speaks: what is asked to have its day."""
    if question.kind != "date" or not question.words:
        return
    if stage := stages.asked(question.content):
        asked, words = stage
        if not words.search(told.near):
            others = stages.told(told.sentence)
            yield Conflict(asked, others[-1] if others else "", ABSENT)
        return
    for (word, tag), met in zip(question.words[-1:], told.met[-1:], strict=True):
        ends = question.content.endswith(word) and word in background() and tag[0] == "v"
        if ends and len(word) > 1 and met < MEANT and not _partly(word, told.near):
            yield Conflict(word, "", ABSENT)


def _partly(word: str, text: str) -> bool:
    return any(word[at : at + 2] in text for at in range(len(word) - 1))
