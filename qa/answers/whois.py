"""Who somebody is, where no office is told: what the paper says of them, or what they signed.

In: a question for a person, ranked sentences, an index. Out: the sentences that name the person, those with a role
beside the name first; or the reports that the person signed, as a `Listing`. Knows nothing about offices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings.index import Index
from embeddings.words import normalise
from qa.answers import offices
from qa.answers.compose import naming
from qa.asked.asking import about_somebody, written
from qa.asked.question import Question
from qa.language.titles import name_end
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked

_MOST = 2  # sentences about somebody of whom no office is told
_ALL, _SHOWN = 1000, 5  # reports by one reporter that are counted, and shown
# What is said of somebody beside the name: 社工姜健婕, 区领导李皓、孙益锋, 孙益锋两位区领导.
_BEFORE = re.compile(
    r"(?:[省市州区县镇村]?领导|记者|社工|学者|专家|教师|老师|医生|律师|村民|市民|居民|职工|队员|运动员|工程师|志愿者|代表|学生|作家|画家"
    r"|[一-鿿][员工家者师生手])(?:[一-鿿]{2,4}[、和])*$"
)
_AFTER = re.compile(
    r"^(?:[、和][一-鿿]{2,4})*(?:等?[两二三四五六几\d]?[位名]?[省市州区县镇]?领导|是一|,?(?:现年)?\d+岁|作为)"
)


def naming_them(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences that name the person, with a role before those without; none where an office is told."""
    person = about_somebody(written(question.text))
    if question.kind != "role" or not person or any(offices.spans(one, question) for one in ranked):
        return []
    found: list[tuple[bool, int, Ranked]] = []
    for at, one in enumerate(ranked):
        text = normalise(one.evidence.article.text[slice(*one.evidence.spans[one.sentence])])
        for match in re.finditer(re.escape(person), text):
            if name_end(text, match.start()) in (match.end(), match.start()):
                role = _BEFORE.search(text[: match.start()]) or _AFTER.search(text[match.end() :])
                found.append((role is None, at, one))
                break
    best = sorted(found, key=lambda each: each[:2])[:_MOST]
    only = [each for each in best if not each[0]] or best
    return [replace(one, score=float(-np.log1p(at))) for at, (*_, one) in enumerate(only)]


def signed(question: Question, index: Index) -> Listing | None:
    """The reports that the person signed, and as what; None where nobody of that name signs."""
    person = about_somebody(written(question.text))
    if question.kind != "role" or person not in index.reporters:
        return None
    reports = index.store.select(reporter=person, limit=_ALL)
    roles = dict.fromkeys(role for each in reports for role, names in each.signed if person in names and role)
    lines = [naming(each) for each in reports]
    as_what = f"以{'、'.join(roles)}署名" if roles else "署名"
    said = f"报上没有介绍{person}，这些报道由其{as_what}"
    return Listing(lines[:_SHOWN], len(lines), "篇", said=said) if lines else None
