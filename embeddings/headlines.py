"""Which of the short lines above an article is its headline, and which are kicker and deck.

A headline reports the event, and so does the first sentence of the body: the line that shares most with that
sentence, its beginning above all, is the headline. Slogans (two parallel halves), lines that lead on to another
(恒源生态: / 王凯在调研时强调) and lines that follow from one (—— 新馆建设侧记) are kicker or deck.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

import rjieba

from embeddings.lines import half_width, joined

_SENTENCE = re.compile(r"[。;,、][”’\"」』)】》]*$|。|,.*:$")
_LEADS_ON = re.compile(r":$|(?:强调|指出|要求|表示)$")
_FOLLOWS = re.compile(r"^[—─(-]|^(?:\S{2,4}[ 、]?){1,4}(?:讲话|主持|出席|参加|致辞|陪同)$|(?:侧记|纪实|综述)$")
_COLUMN = re.compile(
    r"^(?:重点项目|图片新闻|图片报道|新闻图片|简讯|短讯|要闻|导读|编读往来)$|(?:进行时|图片新闻|走基层|传真|掠影|剪影|速递|快讯|速览|图说|影像|直击"
    r"|光影|风采录|看变化|简讯|短波|短讯|一句话新闻|资讯|视窗|之窗|播报|专栏|镜头|瞬间|见闻|看点|现场新闻|特写|在行动|巡礼|系列报道|[^\s]专题)$"
)
_NEWS_LEAD = re.compile(r"[昨今][天日晚年]|近日|日前|[本上]周|连日来|\d{1,2}[月日]|记者|本报|截至|眼下")
_GENRE = re.compile(
    r"^(?:简讯|短讯|更正|启事|声明|来信|来函|读者.{0,2})$|(?:公告|通告|通知|公示|启事|声明|名单|时刻表?|预告|须知|一览表?|价目?表?|成绩|来信|更正|天气|讣告)$"
)
_MARKED = re.compile(r"[■□◆●▲★【\[]|[一二三四五六七八九十]{1,2}、|\d{1,2}[ .、]")  # more often a subhead
_LONGEST = 50
_SHORT_KICKER = 6  # characters of 民声回音, 读者来信
_BLANKS = re.compile(r"\s+")


def looks_like_headline(line: str) -> bool:
    """Whether a line could be a headline, kicker, deck, subhead or column title: short, and not a sentence.

    >>> looks_like_headline("区图书馆新馆开放"), looks_like_headline("新馆昨天开放。")
    (True, False)
    """
    line = half_width(line)
    return 1 < len(line) <= _LONGEST and not _SENTENCE.search(line) and line.count(",") <= 2


def begins_anew(head: Sequence[str], text: str) -> float:
    """How surely short lines between two texts are a headline (above 0) and not a subhead or a broken sentence.

    The weights are those of a logistic regression on 1,200 news headlines, 700 phrases set as subheads and 950 broken
    sentences, rounded; those of kicker and kind of text, which these lack, are set by hand.
    """
    lines = [half_width(line) for line in head]
    length = max(map(len, lines))
    evidence = -0.7 + 0.4 * min(5, max(-5, length - 11)) - 0.1 * max(0, length - 20)
    evidence += 2 * max(coverage(line, text[:160], fading=60.0) for line in lines)
    evidence += 1.7 * bool(_NEWS_LEAD.search(half_width(text[:30])))
    evidence += 3 * any(_GENRE.search(line) for line in lines)
    evidence += any(" " in line for line in lines)
    evidence -= 2.5 * any(_MARKED.match(line) for line in lines)
    if len(lines) > 1:
        return evidence + 2 + any(_FOLLOWS.search(line) for line in lines[1:])  # a subhead has no kicker and no deck
    return evidence - 3 * bool(re.search("[,;]|[?!:].*[?!:]", lines[0])) - 3.5 * runs_on(head[0], text)


def runs_on(line: str, text: str) -> bool:
    """Whether a column broke a sentence between a line and a text: a word spans the break, or none could begin so."""
    if re.match("[的了着过们地得,。、;:!?)”》%]", half_width(text)):
        return True
    left, right = line[-6:], text[:6]
    ends = accumulate(len(word) for word in rjieba.cut(left + right, False))
    return len(left) not in ends


def is_column_title(line: str) -> bool:
    """Whether a line is the standing title of a column (重点项目 进行时, 图片新闻, 新春走基层)."""
    bare = _BLANKS.sub("", half_width(line).strip("()【】[]「」<>《》·—-|▶►■●◆"))
    return len(bare) <= 10 and bool(_COLUMN.search(bare))


def is_slogan(line: str) -> bool:
    """Two or more parallel halves with a blank between: 深化交流 共同提升."""
    sizes = [len(half) for half in _BLANKS.split(half_width(line).strip())]
    return len(sizes) > 1 and min(sizes) >= 2 and max(sizes) - min(sizes) <= 2


def choose(lines: Sequence[tuple[str, bool]], lead: str, spaced: bool = True) -> tuple[str, str]:
    """(headline, kicker) from the lines above a body; each line says whether it touches the one above it.

    In a `spaced` page, lines that touch are one headline broken in two; elsewhere they are when both tell the lead.

    >>> choose([("共建共享 惠民利民", False), ("区图书馆", False), ("新馆昨天开放", True)], "昨天,区图书馆新馆开放。")
    ('区图书馆新馆昨天开放', '共建共享 惠民利民')
    """
    whole: list[str] = []
    for line, touches in lines:
        if touches and whole and _one_headline(whole[-1], line, lead, spaced):
            whole[-1] = joined([whole[-1], line])
        else:
            whole.append(line)
    if not whole:
        return "", ""
    longest = max(map(len, whole))

    def worth(at: int) -> tuple[bool, float, int]:
        size = len(whole[at])
        kicker = 0.5 * (size <= _SHORT_KICKER and size * 1.5 <= longest)
        first = 0.1 * (at == 0 and not is_slogan(whole[at]))  # a deck follows more often than a kicker leads
        return _stands_alone(whole[at]), _reports(whole[at], lead) + first - kicker, size

    best = max(range(len(whole)), key=worth)
    return whole[best], " ".join(line for at, line in enumerate(whole) if at != best)


def _one_headline(above: str, below: str, lead: str, spaced: bool) -> bool:
    if not (_stands_alone(above) and _stands_alone(below)) or is_slogan(above) or is_slogan(below):
        return False
    short, long = sorted((len(above), len(below)))
    if short + long > _LONGEST or short * 3 < long:
        return False
    if spaced:
        return True
    return long <= 16 and min(coverage(above, lead), coverage(below, lead)) >= 0.6


def _stands_alone(line: str) -> bool:
    """Whether a line leads on to no other, follows from none, and is no column's title."""
    line = half_width(line)
    return not (_LEADS_ON.search(line) or _FOLLOWS.search(line) or is_column_title(line))


def _reports(line: str, lead: str) -> float:
    """How much a line tells the event of the lead, about 0 to 1."""
    told = coverage(line, lead, fading=60.0)
    return told / 2 - 0.05 if is_slogan(line) else told


def coverage(line: str, lead: str, fading: float = 0.0) -> float:
    """The share of a line's character pairs that the lead holds; with `fading`, pairs found late count less.

    A pair found at position p counts 1 / (1 + p / fading).
    """
    bare, text = _letters(line), _letters(lead)
    first: dict[str, int] = {}
    for at in range(len(text) - 1):
        first.setdefault(text[at : at + 2], at)
    found = [first[pair] for at in range(len(bare) - 1) if (pair := bare[at : at + 2]) in first]
    return sum(1 / (1 + at / fading) if fading else 1.0 for at in found) / max(1, len(bare) - 1)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
