"""What was said before a follow-up, and what it may point at there: persons, the lines of a list, things in a row.

In: the question before, its answer, and how a follow-up points. Out: names, lines, things; a question about one of
them. Knows nothing about what else a follow-up leans on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import rjieba

from qa.asked.asking import is_person, kind_of, unasked, written
from qa.asked.topics import amount, common, subject_of
from qa.language.titles import OFFICE, holders, name_end, office_asked

_DIGITS = "零一二三四五六七八九十"
_LISTING = frozenset(
    re.findall(r"\w+", "包括 包含 涵盖 涉及 是 即 有 为 来到 走访 参观 考察 看 看了 听取 察看 走进 访问 分布 如 分别")
)

_AROUND_PLACES = r"(?:[在到往赴访于]|落户){0}|{0}(?:区|县|镇|市|国家|的(?!.?[话说]))"  # 武进, which may be a name


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation so far: the last question, standing alone, and its answer.

    `previous` is the question before that; `other` the subject that was spoken of before the present one; `listed` the
    last answer that was a list, to the question `list_asked`; `somebody` the last person that was spoken of.
    """

    asked: str = ""
    answered: str = ""
    about: str = ""
    previous: str = ""
    other: str = ""
    listed: str = ""
    list_asked: str = ""
    somebody: str = ""

    @property
    def subject(self) -> str:
        """What is spoken of: of 推进会的恽淇丞 the 推进会, for he is remembered as `somebody`."""
        about = self.about or subject_of(self.asked)
        return about.removesuffix(f"的{self.somebody}") if self.somebody else about

    def _goes_on_about(self, asked: str) -> bool:
        """Whether a question asks for one more thing of what was spoken of: its measure, its kind, what it does."""
        if not self.subject or self.subject not in asked:
            return False
        others = asked.replace(self.subject, "", 1).replace(self.somebody or "\n", "", 1)
        rest = rjieba.cut(subject_of(others))
        return not rest or common(rest[-1][-2:]) or common(rest[-1]) or amount(rest[-1])

    def then(self, asked: str, answered: str) -> Talk:
        """The conversation after one turn more."""
        listed = len(lines(answered)) > 1
        about = self.subject if self._goes_on_about(asked) else subject_of(asked)
        return Talk(
            asked,
            answered,
            about,
            self.asked if self.asked != asked else self.previous,
            self.subject if self.subject != about else self.other,
            answered if listed else self.listed,
            asked if listed else self.list_asked if self._goes_on(about) else "",
            person(asked, answered) or self.somebody,
        )

    def _goes_on(self, about: str) -> bool:
        """Whether the list is still spoken of: a line of it."""
        return bool(about) and about in self.listed


def person(before: str, answered: str) -> str:
    """The person that the last turn was about: named in the question, or found by its answer (in bold)."""
    if kind_of(before) in ("person", "author"):
        for found in re.findall(r"\*\*(.{2,4}?)\*\*", answered):
            if is_person(found):
                return str(found)
        if signed := re.search(r"(?:记者|摄影) ?([一-鿿]{2,4})", answered):
            return signed[1]
        first = answered.partition("[1]")[0]
        held = holders(first, office)[0] if (office := office_asked(written(before))) else []
        told = [first[slice(*span)] for span in held] or [name for name in people(first) if name not in before]
        if len(told) == 1:
            return told[0]
    names = people(before)
    if about := re.search(r"^([一-鿿]{2,4}?)(?:是|任|担任)", before):
        names = [about[1], *names] if is_person(about[1]) else names
    if signed := re.search(r"记者([一-鿿]{2,3})", before):
        names = [signed[1], *names]
    return names[0] if names else ""


def people(text: str) -> list[str]:
    """The people whom a text names, in order: 吴勇强, though the word cutter sees 吴勇 and 强."""
    begins = re.match(r"([一-鿿]{2,4}?)(?:怎么|对|还?说|表示|介绍|认为|提到)", text)
    found, at = [begins[1]] if begins and is_person(begins[1]) else [], 0
    tagged = rjieba.tag(text)
    for (word, tag), (_, following) in zip(tagged, [*tagged[1:], ("", "x")], strict=False):
        tag = "nr" if len(word) == 1 and following == "nr" else tag  # 乔 俊杰
        name = text[at : max(at + len(word), name_end(text, at))]
        place = name[-1] in "省市区县州镇" or (len(name) == 2 and re.search(_AROUND_PLACES.format(name), text))
        if tag in ("nr", "nrt", "nrfg") and is_person(name) and not place:
            found.append(name)
        at += len(word)
    return list(dict.fromkeys(found))


def lines(answered: str) -> list[str]:
    """The lines of a list, without its head."""
    found = [line for line in re.split(r"\[\d+\](?:\n|$)", answered) if line.strip()]
    return [found[0].rpartition("：\n")[2], *found[1:]] if found else []


def things(answered: str) -> list[str]:
    """The things that the first sentence of an answer tells in a row; [] where it tells none.

    >>> things("走访了两家企业,即理想汽车常州基地和万帮数字能源公司。[1]")
    ['理想汽车常州基地', '万帮数字能源公司']
    """
    told = re.split(r"\[\d+\]", answered.replace("*", ""))[0]
    rows = []
    for clause in re.split(r"[,，。;；:：!！\n]", told):
        row = [piece for piece in re.split(r"、|以及|和(?!平|谐)|与|(?<!普)及", clause) if piece]
        if len(row) > 1:
            if any(re.search(f"(?:{OFFICE}|常委)$", piece) for piece in row):
                continue  # 市委常委、区委书记 is one person
            row[0] = _behind_listing(row[0])
            row[-1] = re.sub(r"等(?:.{0,8})?$", "", row[-1])
            rows.append([piece for piece in row if len(piece) > 1])
    return max(rows, key=len, default=[])


def _behind_listing(text: str) -> str:
    """What stands behind the word that begins a row: 实事包括一站服务 is 一站服务."""
    words = rjieba.cut(text)
    at = max((place for place, word in enumerate(words, 1) if word in _LISTING), default=0)
    return "".join(words[at:]).lstrip("了即") or text


def item(answered: str, match: re.Match[str]) -> str:
    """What 第二个, 最后一篇 or 后者 points at: a line of the list, or a thing of a row; "" where there is none."""
    told = lines(answered)
    told = told if len(told) > 1 else things(answered)
    if len(told) < 2:
        return ""
    if match["last"] or match["pair"] == "后":
        return told[-1]
    nth = match["nth"] or "1"
    at = int(nth) if nth.isdigit() else _DIGITS.index(nth)
    return told[at - 1] if 0 < at <= len(told) else ""


def about_item(line: str, rest: str, before: str) -> str:
    """A question about one line of a list: about the report that it names, or about what its sentence names.

    Where projects were asked for, the project that the sentence names is meant.
    """
    title = re.match(r"(《.+》)(?:\(|（|$)", line.strip())
    told = [clause for clause in re.split(r"[,，。;；、]", line.replace("*", "")) if clause]
    clauses = [subject_of(clause) or clause for clause in told]
    asked_for = next((word for word, tag in reversed(rjieba.tag(unasked(before))) if tag == "n"), "")
    fitting = [clause for clause in clauses if asked_for and clause.endswith(asked_for) and clause != asked_for]
    whole = [line] if not re.search(r"[,，。;；]", line) and len(line) < 20 else []
    first = [
        subject_of(each) for each in told[:2] if each[0] != "在" and subject_of(each)
    ]  # in 武进, 龙城芯谷 is built
    about = title[1] if title else max(fitting or whole or first or clauses, key=len)
    asks = rest.lstrip("的 ").rstrip("呢?？。")
    if not asks or asks in ("是什么", "叫什么", "是哪个"):
        return f"{about}讲了什么？" if title else f"介绍一下{about}"
    return f"{about}{asks}？"
