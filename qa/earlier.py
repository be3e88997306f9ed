"""What a follow-up may point at in the answer before it: the person that it named, the lines of its list.

In: a question, its answer, and how a follow-up points. Out: a name, or a question about a line. Knows nothing about
what else a follow-up leans on.
"""

from __future__ import annotations

import re

import rjieba

from qa.asking import is_person, kind_of, unasked, written
from qa.titles import holders, name_end, office_asked
from qa.topics import subject_of

_DIGITS = "零一二三四五六七八九十"


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
        told = [first[slice(*span)] for span in held] or [name for name in _names(first) if name not in before]
        if len(told) == 1:
            return told[0]
    names = _names(before)
    if about := re.search(r"^([一-鿿]{2,4}?)(?:是|任|担任)", before):
        names = [about[1], *names] if is_person(about[1]) else names
    if signed := re.search(r"记者([一-鿿]{2,3})", before):
        names = [signed[1], *names]
    return names[0] if names else ""


def _names(text: str) -> list[str]:
    """The people whom a text names, in order: 吴勇强, though the word cutter sees 吴勇 and 强."""
    found, at = [], 0
    for word, tag in rjieba.tag(text):
        name = text[at : max(at + len(word), name_end(text, at))]
        if tag in ("nr", "nrt", "nrfg") and is_person(name):
            found.append(name)
        at += len(word)
    return list(dict.fromkeys(found))


def lines(answered: str) -> list[str]:
    """The lines of a list, without its head."""
    found = [line for line in re.split(r"\[\d+\](?:\n|$)", answered) if line.strip()]
    return [found[0].rpartition("：\n")[2], *found[1:]] if found else []


def item(answered: str, match: re.Match[str]) -> str:
    """The line of a list that 第二个, 最后一篇 or 后者 points at; "" where the answer was no list."""
    told = lines(answered)
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
    clauses = [subject_of(clause) for clause in re.split(r"[,，。;；、]", line.replace("*", ""))]
    asked_for = next((word for word, tag in reversed(rjieba.tag(unasked(before))) if tag == "n"), "")
    fitting = [clause for clause in clauses if asked_for and clause.endswith(asked_for) and clause != asked_for]
    about = title[1] if title else max(fitting or clauses, key=len)
    asks = rest.strip("的 ").rstrip("呢?？。")
    return f"{about}{asks}？" if asks else f"{about}讲了什么？"
