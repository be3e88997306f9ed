"""Names of a sentence that the cited words do not know: people, places, organisations, offices, rare nouns.

In: the reading of a sentence, and what it cites. Out: the places of strange names. Parts of speech, the surnames of the
country and what ends the name of a body; knows no list of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import rjieba

from embeddings.names import surnamed
from qa.checks.cited import Cited, nearest, scattered, shortened, stands
from qa.checks.claims import Reading, Span
from qa.language.company import is_place
from qa.language.rarity import background
from qa.language.tokens import FUNCTION, GRAMMAR, PERSON_TAGS, PLACE_TAGS, SAYING, Token, known, weight

_OFFICE = re.compile(  # what ends the name of an organisation or a place
    r"集团|(?:有限)?公司|银行|大学|学院|医院|中学|小学|研究院|研究所|社会科学院|资本|创投|证券|保险|协会|局|街道|社区|汽车|科技|能源|电子|重工|股份|[区镇村县乡州部](?![域级里庄情长门分位])"
)
_TITLE = re.compile(  # 市长 is not 区长
    r"[国省市区县镇州村](?:委(?:书记)?|政府|人大|政协|纪委|长(?![期久三]))|副?(?:书记|主任|主席|部长|局长|院长|校长|行长|董事长|总裁|教授|研究员|博士)"
)
_BODIES = frozenset("组会委部院所局队团司法例案")
_PAIRS = 0.4  # share of a body's pairs of characters that must be cited
_RARE = 0.66  # weight from which a noun can hardly be told in other words
_UNLIKE = 0.36
_PLACE_ENDS = "省市区县镇乡村州"


def strangers(said: Reading, cited: Cited) -> Iterator[Span]:
    """The places of names that are not cited."""
    yield from _titles(said, cited)
    yield from _names(said, cited)
    yield from _offices(said, cited)
    yield from _nouns(said, cited)
    yield from _bodies(said, cited)


def _titles(said: Reading, cited: Cited) -> Iterator[Span]:
    """Offices that the cited words do not give: 市长 where they say 市委书记."""
    starts = {token.start for token in said.tokens}  # not the 州委 of 常州委托
    for match in _TITLE.finditer(said.text):
        if match.start() in starts and match.group() not in cited.whole.text.replace("人民政府", "政府"):
            yield match.span()


def _names(said: Reading, cited: Cited) -> Iterator[Span]:
    """Names that the cited words do not know, and names that differ from a known one by a character."""
    known_people = {person.text for person in cited.whole.people}
    for person in said.people:
        if not cited.has(person.text) and any(_misspelt(person.text, name) for name in known_people):
            yield person.start, person.end
    for token in said.words:
        if token.text.startswith(tuple(known_people)):
            continue  # 李卫平作, cut too long
        placed = token.tag in PERSON_TAGS and said.text[token.start - 1 : token.start] in tuple("往到赴在访")
        if cited.has(token.text) or not (placed or _is_name(token)) or _shorter(token, cited):
            continue
        if (token.tag in PERSON_TAGS and not known(token.text)) or not (
            shortened(token.text, cited) or _reworded(token.text, cited)
        ):
            yield token.start, token.end


def _offices(said: Reading, cited: Cited) -> Iterator[Span]:
    """Organisations and places whose own part of the name is not cited before that kind of body: 江苏银行."""
    ends = {token.end: at for at, token in enumerate(said.tokens)}
    for match in _OFFICE.finditer(said.text):
        last = ends.get(match.start())
        if last is None:
            continue
        if match.group()[-2:] in ("公司", "集团"):
            yield from _firm(said, last, cited)
        first = last
        while first > 0 and last - first < 2 and len(said.tokens[first].text) == 1 == len(said.tokens[first - 1].text):
            first -= 1
        start, own = said.tokens[first].start, said.text[said.tokens[first].start : match.start()]
        if (
            (len(own) < 2 and (len(match.group()) < 2 or own in FUNCTION or said.tokens[first].tag[0] not in "njg"))
            or own in SAYING
            or not own.isalnum()
            or not (known(own) or GRAMMAR.isdisjoint(own))
            or not _proper(said.tokens[first : last + 1], match.group())
        ):
            continue
        if not _borne(own, match.group()[-2:], cited.whole.text):
            yield start, match.end()


def _firm(said: Reading, last: int, cited: Cited) -> Iterator[Span]:
    """The words of a firm's name that are not cited: 恒源建设工程有限公司 for 恒源文化旅游有限公司."""
    for token in reversed(said.tokens[: last + 1]):
        if token.tag[0] not in "njbvs" or token.text in SAYING:
            return
        if len(token.text) > 1 and not cited.has(token.text) and not shortened(token.text, cited):
            yield token.start, token.end


def _borne(own: str, head: str, text: str) -> bool:
    """Whether a text has 高梅 before 村, or without saying what it is; 高梅镇 does not bear out 高梅村."""
    if re.search(rf"{re.escape(own)}[^,;。、]{{0,14}}{re.escape(head)}", text):
        return True
    others = re.findall(rf"{re.escape(own)}(.)", text + "。")
    return len(head) == 1 and any(other not in "省市区县镇乡村州街" for other in others)


def _proper(parts: Sequence[Token], head: str) -> bool:
    """Whether words before 集团 or 区 name one of them, and do not merely say of what kind."""
    if len(parts) > 1:
        return not any(part.tag[0] in "rmqupcd" for part in parts)
    tag = parts[0].tag
    if len(parts[0].text) == 1:
        return True
    return (
        tag in PERSON_TAGS | PLACE_TAGS | {"nz"}
        or not rjieba.has_word(parts[0].text)
        or (len(head) == 1 and tag[0] in "nsjg")
    )


def _nouns(said: Reading, cited: Cited) -> Iterator[Span]:
    """Rare nouns that are not cited, nor anything like them: 金坛, 蜂巢; names that the dictionary takes for words."""
    rare = [
        word
        for word in said.words
        if word.tag[0] in ("nj" if len(word.text) > 1 else "nz")
        and weight(word.text) >= _RARE
        and not FUNCTION.intersection(word.text)
        and not said.quoting(word.start)
        and not stands(said, word, cited)
        and not _reworded(word.text, cited)
    ]
    for word, near in zip(rare, nearest(rare, cited), strict=True):
        if near < _UNLIKE or word.tag == "j":
            yield word.start, word.end


def _bodies(said: Reading, cited: Cited) -> Iterator[Span]:
    """Long names of bodies, meetings and papers, few of whose pairs of characters are cited: 区委理论学习中心组."""
    for start, end in _runs(said):
        name = said.text[start:end]
        pairs = [name[at : at + 2] for at in range(len(name) - 1)]
        if not said.quoting(start) and sum(pair in cited.whole.text for pair in pairs) < _PAIRS * len(pairs):
            yield start, end


def _runs(said: Reading) -> Iterator[Span]:
    """Runs of at least three nouns, and verbs between them, that end as the names of bodies end."""
    run: list[Token] = []
    for token in (*said.tokens, Token("。", "x", len(said.text), len(said.text))):
        if token.tag[0] in "njbsv" and token.text not in SAYING and (run or token.tag[0] != "v"):
            run.append(token)
            continue
        while run and run[-1].text[-1] not in _BODIES:
            run.pop()
        if len(run) > 2 and run[-1].end - run[0].start > 6:
            yield run[0].start, run[-1].end
        run = []


def _reworded(word: str, cited: Cited) -> bool:
    """Whether a word is made of what is cited: 学透 of 先学深悟透, 保驾护航 of 护航."""
    halves = (word[:2], word[2:]) if len(word) == 4 else ()
    achieved = len(word) == 2 and word[0] in cited.roots and word[1] in "来去出到好完成起下上进开"  # 租来 of 租
    return achieved or scattered(word, cited.whole.text) or any(cited.has(half) for half in halves)


def _misspelt(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _is_name(token: Token) -> bool:
    """Whether a word that is not cited can only be a name: by its part of speech, or unknown to the dictionary."""
    if len(token.text) < 2 or token.text in SAYING:
        return False
    common = background().get(token.text, 0) > 1e-3
    if token.tag in PERSON_TAGS:
        odd = weight(token.text) >= _RARE or not rjieba.has_word(token.text)
        return odd or len(token.text) > 2 or surnamed(token.text)
    if token.tag == "ns":
        return is_place(token.text)
    if token.tag in PLACE_TAGS or token.tag == "eng":
        return True
    if len(token.text) > 2 and token.text[-1] in _PLACE_ENDS and token.tag[0] == "n":
        return not common
    return not known(token.text) and GRAMMAR.isdisjoint(token.text)


def _shorter(token: Token, cited: Cited) -> bool:
    """武进区 for 武进."""
    return token.text[-1] in _PLACE_ENDS and len(token.text) > 2 and cited.has(token.text[:-1])
