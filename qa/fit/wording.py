"""Whole words of a question that a report has, and those that it has nothing of.

In: a question, and a normalised text. Out: words that stand in both, whole in both, and content words of the question
of which no part stands in the text. What the word cutter makes of a name that it does not know is put right by the
text: 奥|智光|板厂 is 奥智|光板厂 where the report prints 奥智. Knows nothing about likelihood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import rjieba

from qa.language.rarity import background
from qa.language.titles import OFFICE
from qa.language.tokens import COMMON, GRAMMAR, SAYING, Token, cut, known

_DOT = re.compile("[·•]")  # behind it stands the rest of a foreign name, which has no certain end
_TITLE = re.compile(r"《[^》]+》")
_ASKING = re.compile(
    r"什么(?:时候|时间|地方|名字|样子?|人|东西|意思|情况|原因)?|哪一?(?:里|儿|[个家位名年天些种次项部本座条款支场届])?|多久|怎么样?|多少|多大|多高"
)
_ASKS = re.compile(
    r"什么|哪|谁|多[少大长高久远重宽深快厚]|几|怎|如何|为何|何|吗|呢|是否|有没有|是不是|请问|[,。?!，？！、:：;；“”《》\"'()（）\s]"
)
_GENERAL = 0.05  # share of news articles from which a noun says too little to be missed: 方式, 人民
_USUAL = 0.02  # and from which it says too little to be worth telling
_IDLE = re.compile(
    r"有关|关于|情况|可以|需要|[今去明]年|[今昨明]天|现在|目前|[一总]共|提到|写到|报道|记者|文章|新闻|名字|姓名|具体|第?[\d一二三四五六七八九十两]+.?"
)
_OFFICE = re.compile(rf"{OFFICE}$")
_NAMING = ("nr", "ns", "nt", "nz")
_INNER = "的之"  # what may stand within a run of words
_LONGEST = 16  # characters of a run


def shared(asked: str, text: str) -> list[str]:
    """The longest runs of words of a question that stand in a text, whole there, too.

    >>> shared("奥智光板厂建了几条生产线?", "奥智超薄导光板项目即将竣工。")
    ['奥智']
    """
    asked = _ASKING.sub(_blank, asked)
    free = _borders(cut(asked), text)
    found, at = [], 0
    while at < len(asked):
        run = next((end for end in sorted(free, reverse=True) if _runs(asked, at, end, text)), 0) if at in free else 0
        if run:
            found.append(asked[at:run])
        at = run or at + 1
    return [run for run in dict.fromkeys(found) if _tells(run)] or [run for run in found if known(run) and content(run)]


def lacking(asked: str, text: str) -> list[str]:
    """The content words of a question of which nothing stands in a text, in order, neighbours joined.

    >>> lacking("格拉默公司的厂房租金多少?", "格拉默车辆内饰公司在上海。")
    ['厂房租金']
    """
    asked = _ASKING.sub(_blank, asked)
    titles = [title for title in _TITLE.findall(asked) if title[1:-1] not in text]
    has = {at for run in [*shared(asked, text), *titles] for at in _places(run, asked)}
    tokens = [token for token in cut(asked) if has.isdisjoint(range(token.start, token.end))]
    missed = {token.start: token for token in tokens if _misses(token, text) and not _DOT.match(asked, token.start - 1)}
    runs, end = [""], -1
    for token in tokens:
        beside = token.start in missed or _is_part(token, runs[-1] if token.start == end else "")
        if beside and token.start != end:
            runs.append("")
        if beside:
            runs[-1] += token.text
            end = token.end
    return titles + [run for run in runs if run not in text and any(one.text in run for one in missed.values())]


def whole(run: str, text: str) -> bool:
    """Whether a run of characters begins and ends with words somewhere in a text."""
    ends = _ends(text)
    return any(match.start() in ends and match.end() in ends for match in re.finditer(re.escape(run), text))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _is_part(token: Token, before: str) -> bool:
    """Whether a lone character, or a word that nobody knows, may be a part of the word beside it: 恐龙|园, 斯诺|登."""
    if len(token.text) > 1:
        return token.tag[0] in "nz" and not known(token.text)
    noun = token.tag[0] in "nzxgh" or (token.tag[0] == "v" and before != "" and not known(before))
    return noun and token.text not in GRAMMAR and "一" <= token.text <= "鿿"


def content(word: str) -> bool:
    """Whether a word tells of what kind of thing something is, or names it: 租金, not 方式 nor 抓紧."""
    return any(_counts(token) for token in cut(word)) and not _IDLE.fullmatch(word)


def _runs(asked: str, start: int, end: int, text: str) -> bool:
    """Whether the characters from one place to another are words in both."""
    run = asked[start:end]
    if not 2 <= len(run) <= _LONGEST or _ASKS.search(run) or run not in text:
        return False
    return run[0] not in GRAMMAR | {"第"} and run[-1] not in _INNER and whole(run, text)


def _borders(tokens: list[Token], text: str) -> set[int]:
    """Where words of a question may begin or end: not within a word that the text has, or that is often said."""
    free = {0}
    for token in tokens:
        sure = known(token.text) and (token.text in text or background().get(token.text, 0.0) > COMMON)
        free |= {token.end} if sure else set(range(token.start, token.end + 1))
    return free


@lru_cache(maxsize=64)
def _ends(text: str) -> frozenset[int]:
    """Where the words of a text begin and end; anywhere within what is no known word."""
    ends, at = {0}, 0
    for word in rjieba.cut(text):
        ends |= {at + len(word)} if known(word) else set(range(at, at + len(word) + 1))
        at += len(word)
    return frozenset(ends)


def _places(run: str, asked: str) -> Iterator[int]:
    for match in re.finditer(re.escape(run), asked):
        yield from range(*match.span())


def _tells(run: str) -> bool:
    """Whether a run names a thing, and not one that anything may be: no 第二, no 机构."""
    named = any(_counts(token, _USUAL) for token in cut(run)) or not known(run)
    return named and not _IDLE.fullmatch(run)


def _misses(token: Token, text: str) -> bool:
    """Whether a word counts, and no two of its characters stand together in a text."""
    if re.fullmatch(r"\d{4}年?", token.text):
        return token.text not in text
    pairs = (token.text[at : at + 2] for at in range(len(token.text) - 1))
    return _counts(token) and not any(pair in text for pair in pairs)


def _counts(token: Token, general: float = _GENERAL) -> bool:
    """Whether a word is a whole one that says what a thing is or what it is called, and less often said than some."""
    word = token.text
    if len(word) < 2 or _ASKS.search(word) or _IDLE.fullmatch(word) or word in SAYING:
        return False
    share = background().get(word, 0.0)
    if token.tag == "eng":
        return True
    if token.tag in _NAMING:
        return share < 10 * COMMON or token.tag == "ns"
    return (
        known(word)
        and (token.tag[0] in "nj" or token.tag == "vn" or _OFFICE.search(word) is not None)
        and share < general
    )
