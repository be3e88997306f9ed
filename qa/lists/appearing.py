"""Who took part in what: the reports in which somebody does what is asked, and the sentences that say so.

In: an index and a question (乔俊杰出席了哪些活动, 哪些活动有朱慧峰参加). Out: a `Listing` of articles, one a line, or
None where the question asks for nothing of the kind. Knows nothing about what was seen on the way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import Statement, naming
from qa.asked.asking import is_person, written
from qa.asked.question import Question
from qa.language.dates import issued, issues
from qa.lists.listing import Listing
from qa.ranking.lookup import Words, articles
from qa.ranking.reprints import distinct

# Who did what: 乔俊杰出席了哪些活动, 恽淇丞主持过的会议有哪些.
_ACTS = "出席|参加|参与|主持召开|主持|召开|陪同|列席|会见|督查|调研|考察|视察|走访|检查|致辞|讲话|出现"
_EVENTS = "活动|会议|会|场合|仪式|调研|考察|督查|报道|新闻"
_DID = re.compile(
    rf"^(?P<before>[^,。?]*?)(?P<act>{_ACTS})(?:了|过)?(?:的(?P<of>{_EVENTS})(?:都|一共|总共)?有?(?:哪些|哪几|多少|几)|"
    rf"(?:哪些|哪几|什么|多少|几)[^,。?]{{0,6}}?(?P<of_which>{_EVENTS}))"
)
# 哪些活动有朱慧峰参加 → 朱慧峰参加了哪些活动
_TURNED = re.compile(
    rf"^(?:有?哪些|哪几[个次场]|什么)(?P<event>{_EVENTS})(?:是|里)?(?:有|由)?(?P<who>[^,。?有由]{{2,8}}?)(?P<act>{_ACTS})(?:了|过)?的?[?]?$"
)
_OFFICE = re.compile(r"(?:[区市县镇省]委书记|[区市县镇]长|[区市县]领导)$")
_WENT = re.compile(
    r"^(?P<before>[^,。?]*?)(?P<act>督查|调研|考察|视察|走访|检查|参观|察看|[跑去到走看](?=[了过]))(?:了|过)?(?:哪|几|多少)"
)
_GOING = "督查|调研|考察|视察|走访|检查|参观|察看|来到|走进|前往"
_COMING = "来到|走进|前往|[跑看]了"  # how a visit of any kind is told
_DATED = re.compile(r"(?:\d+年|\d+月|\d+[日号]|一共|总共|共|都|那天|当天|这次)")
_FILLING = re.compile(
    r"(?:同志|先生|女士|都|一共|总共|共|先后|还|曾经?|最近|近期|今年|去年|(?:\d{4}年)?(?:\d+月份?)?(?:\d+[日号])?(?<=[年月份日号])|在.{1,8})$"
)
_TAKES_PART = re.compile(
    r"参加|出席|主持|陪同|到场|列席|率队|率团|带队|来到|走进|前往|督查|考察|调研|会见|致辞|讲话|参与|宣布|欢迎"
)
_ANY_PART = frozenset(("出席", "参加", "参与", "出现", "列席"))
MEETING = re.compile(r"会议|大会|论坛|(?:座谈|推进|学习|推介|发布|动员|报告|交流|常委|深改|例|全|年)会")


def find(index: Index, question: Question, most: int) -> Listing | None:
    """The reports in which somebody takes part in what is told, None where that is not asked."""
    text = respelled(question)
    did = _DID.search(_TURNED.sub(r"\g<who>\g<act>了哪些\g<event>", written(text)))
    who = _somebody(did["before"]) or _office(did["before"]) if did else ""
    if not did or not who:
        return None
    event = did["of"] or did["of_which"]
    newest = index.stats["last_date"]
    days = issues(question.text, Date.fromisoformat(newest) if newest else Date.today(), reports=True)
    found = taking_part(index, question, who, did["act"], event.startswith("会"))
    if days:
        found = [each for each in found if each[0].date and days[0] <= each[0].date <= days[1]]
    lines = [Statement(naming(article).text, article, *place) for article, place in found]
    counted = re.search("多少|几", text) is not None
    where = issued(days, newest is not None)
    return Listing(lines[:most], len(lines), "篇", where, counted, sought=f"{who}{did['act']}{event}")


def somebody_went(question: Question) -> tuple[str, str] | None:
    """Who went to see something, and the word for it: 乔俊杰督查了哪些项目."""
    match = _WENT.search(written(respelled(question)))
    if not match:
        return None
    act = f"{match['act']}|{_COMING}" if len(match["act"]) > 1 else _GOING
    who = _somebody(match["before"]) or _office(match["before"])
    return (who, act) if who or not _DATED.sub("", match["before"]) else None


def taking_part(
    index: Index, question: Question, who: str, act: str, meeting: bool = False
) -> list[tuple[Article, tuple[int, int]]]:
    """The articles in which somebody does what is asked, each with the sentence that says so."""
    if not who:  # 督查了几个项目
        told = distinct(articles(index, f"{act} {question.content}", Words((tuple(act.split("|")),))))
        return [(each, sentence_spans(each.text)[0]) for each in told if re.search(act, each.title)]
    forms = Words.of(question, [who]).forms[0]
    found = ((each, _part(each, forms, act, meeting)) for each in distinct(articles(index, who, Words((forms,)))))
    return [(article, place) for article, place in found if place]


def _somebody(before: str) -> str:
    """The name at the end of some words: 区领导朱慧峰都 → 朱慧峰.

    >>> _somebody("区领导朱慧峰都"), _somebody("代表团")
    ('朱慧峰', '')
    """
    shorter = _FILLING.sub("", before)
    while shorter != before:
        before, shorter = shorter, _FILLING.sub("", shorter)
    return next((before[-size:] for size in (3, 2) if len(before) >= size and is_person(before[-size:])), "")


def _office(before: str) -> str:
    """An office at the end of some words, for whoever holds it: 区委书记, 区领导."""
    match = _OFFICE.search(_FILLING.sub("", before))
    return match.group() if match else ""


def _part(article: Article, forms: Sequence[str], act: str, meeting: bool) -> tuple[int, int] | None:
    """The sentence in which somebody does what is asked; any part that is taken will do for 出席 and the like."""
    person = "|".join(map(re.escape, forms))
    stem = f"(?:{act.removesuffix('召开') or act})"
    exact = re.compile(rf"(?:{person})[^,，。;；]{{0,20}}{stem}|{stem}[^,，。;；]{{0,12}}(?:{person})")
    found = None
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        if start == 0 and exact.search(article.title) and (not meeting or MEETING.search(article.title)):
            return start, end
        if not re.search(person, sentence):
            continue
        if exact.search(sentence) and (not meeting or MEETING.search(article.title + sentence)):
            return start, end
        if act in _ANY_PART and not found and _TAKES_PART.search(sentence):
            found = (start, end) if not meeting or MEETING.search(article.title + article.text) else None
    return found


def respelled(question: Question) -> str:
    """The question with its names as the archive spells them."""
    text = question.text
    for word, forms in question.printed:
        text = text.replace(word, forms[0])
    return text
