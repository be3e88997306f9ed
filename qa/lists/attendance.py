"""Who took part in something: the sentence of the right report that names several people and says that they did.

In: a question for those who took part, and the sentences that were read for it. Out: the sentence, its names in bold;
None where the question asks for nothing of the kind, or no report of what it names lists people. Knows nothing about
what else somebody took part in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from embeddings.words import normalise
from qa.answers.compose import Mark, Statement, quoted
from qa.asked.asking import is_person, written
from qa.asked.question import Question
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked

_ACT = r"参加|出席|陪同|列席|到场|到会|在场|与会|陪"
_ASKS = re.compile(
    rf"(?:{_ACT}).*(?:有谁|有哪些人|[都还]有谁|是谁|哪些[^,，。?]{{0,6}}(?:领导|嘉宾|代表|人)|(?:领导|嘉宾|代表|人员?)有哪[些几]位?|名单)[?]?$"
    rf"|(?:谁|哪些人|哪些[^,，。?]{{0,6}}(?:领导|嘉宾|代表|人)|哪几位[^,，。?]{{0,6}})(?:都|也|一起)?(?:{_ACT})"
)
# Several people by what they are: 最美医生有哪几位, 哪些个人获评, 突出个人的名单.
_WHO = re.compile(
    r"(?:哪几[位名]|哪些(?:个?人|[^,，。?的]{0,6}(?:[员生手家师者]|代表|领导|嘉宾|教授|专家|院士|校友)))"
    r"|(?:[员生手家师者人]|代表|领导|嘉宾|教授|专家|院士)的?(?:都|分别|一共)?(?:有谁|是谁|有哪[些几][位名]?|名单)[?]?$|(?:[位名]|几位)[^,。?]{0,12}[,，]?分别是谁"
)
_PAUSE = re.compile(r"、|和|及|与")
_TOOK_PART = re.compile(r"参加|出席|陪同|列席|到场|到会|与会|同行|在座|莅临")
_TRADE = re.compile(rf"(?:{_ACT})|领导|嘉宾|名单|区|市|代表|活动|人")
_FEWEST = 2  # people that make a list
_ROW = 3  # people whom nothing but their names makes a list
_READ = 20  # sentences whose reports are looked at
_KNOWN = 0.8  # share of the things of the question that the report must hold


def find(question: Question, ranked: Sequence[Ranked]) -> Listing | None:
    """The people of the best report that holds what the question names."""
    plain = written(question.text)
    took_part = _ASKS.search(plain) is not None
    if question.kind not in ("person", "list") or not (took_part or _WHO.search(plain)):
        return None
    named = [word for word, tag in question.words if tag[0] in "njlsigzev" and not _TRADE.fullmatch(word)]
    if not named:
        return None
    for article in {one.evidence.article.id: one.evidence.article for one in ranked[:_READ]}.values():
        whole = normalise(f"{article.headline} {article.kicker} {article.text}")
        if sum(word in whole for word in named) < _KNOWN * len(named):
            continue
        if line := _people(article) if took_part else _called(article, named):
            return Listing([line], 1, "条")
    return None


def _called(article: Article, named: Sequence[str]) -> Statement | None:
    """The sentence with most people of those that hold most of what the question names; at least a row of them."""
    best: tuple[tuple[int, int], Statement] | None = None
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        people = names(sentence)
        rank = sum(word in normalise(sentence) for word in named), len(people)
        if len(people) >= _ROW and (best is None or rank > best[0]):
            best = rank, quoted(article, start, end, [Mark(start + low, start + high) for low, high in people])
    return best[1] if best and best[0][0] else None


def _people(article: Article) -> Statement | None:
    """The first sentence that says of several people that they took part."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        people = names(sentence) if _TOOK_PART.search(sentence) else []
        if len(people) >= _FEWEST:
            return quoted(article, start, end, [Mark(start + low, start + high) for low, high in people])
    return None


def names(sentence: str) -> list[tuple[int, int]]:
    """Where the people of a row stand: 镇领导王明远、陈大江到场.

    >>> [slice(*each) for each in names("镇领导王明远、陈大江到场。")]
    [slice(3, 6, None), slice(7, 10, None)]
    """
    found = set()
    for match in _PAUSE.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        ends = next((size for size in (3, 2) if len(before) >= size and is_person(before[-size:])), 0)
        begins = next((size for size in (3, 2) if len(after) >= size and _is_name(after[:size])), 0)
        if ends and begins:
            found |= {(match.start() - ends, match.start()), (match.end(), match.end() + begins)}
    return sorted(found)


def _is_name(word: str) -> bool:
    return is_person(word) and not word.endswith("等")
