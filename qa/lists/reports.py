"""Which reports: all that somebody signed, that tell of something, that stand in an issue, or that somebody appears in.

In: an index and a question. Out: a `Listing` of articles, one line each, or None where the question asks for no such
list. Knows nothing about what the reports say beyond the words that are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date as Date

import numpy as np

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import Statement, naming
from qa.asked.asking import is_person, written
from qa.asked.question import Question
from qa.language.dates import issued, issues
from qa.lists.listing import Listing
from qa.ranking.lookup import Words, articles, whole
from qa.ranking.ranker import Ranked
from qa.ranking.reprints import distinct

ABOUT = re.compile(
    r"关于|有关|通讯员|记者|报纸|版面|报道|稿件|稿子|新闻|文章|消息|照片|图片|采写|写过?|拍过?|摄影|署名|作者|馆藏|本报|过"
)
_SIGNED = re.compile(r"写|拍|摄|采访|报道|稿|署名")
_COUNTED = re.compile(r"(多少|几)[篇条张]")
_OF_REPORTS = re.compile(r"报道|稿件|稿子|新闻|文章|消息")
_ONE = re.compile(r"哪一?[篇条则]|是什么|(报道|稿件|新闻|文章|消息)[?？]?$")
_PICTURE = re.compile(r"照片|图片|拍|摄")
_BUSIEST = re.compile(r"最多")
_WHO = re.compile(r"谁|记者|作者|通讯员|摄影|哪位|哪个人")
_ORDER = re.compile(r"最[新早近晚后先]的?|第一[篇条则]|首[篇条则]|刊登|一[篇条则]|[篇条则]")
_PAGE = re.compile(r"([A-Za-z]\d{1,2})版")
_ALL = 1_000_000  # articles by one reporter or of one issue: all of them
_COUNTED_THROUGH = 20_000  # articles that are gone through to see who signed most
_MOSTLY = 0.6  # share of the topic that a report must hold to be the one that is asked about
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
_DATED = re.compile(r"(?:\d+年|\d+月|\d+[日号]|一共|总共|共|都|那天|当天|这次)")
_FILLING = re.compile(r"(?:同志|先生|女士|都|一共|总共|共|先后|还|曾经?|最近|近期|今年|去年|\d+月份?|在.{1,8})$")
_TAKES_PART = re.compile(
    r"参加|出席|主持|陪同|到场|列席|率队|率团|带队|来到|走进|前往|督查|考察|调研|会见|致辞|讲话|参与|宣布|欢迎"
)
_ANY_PART = frozenset(("出席", "参加", "参与", "出现", "列席"))
MEETING = re.compile(r"会议|大会|论坛|(?:座谈|推进|学习|推介|发布|动员|报告|交流|常委|深改|例|全|年)会")


def which(index: Index, question: Question, most: int) -> Listing | None:
    """The reports that are asked for, None where none are."""
    text = _respelled(question)
    if _BUSIEST.search(text) and _WHO.search(text) and _SIGNED.search(text):
        return _busiest(index, text, most)
    named = _named(index.reporters, text)
    counted = re.search("多少|几[篇条个家项张次]", text) is not None
    counts = _COUNTED.search(text) and ABOUT.search(text)
    signed = named and question.kind in ("list", "number") and _SIGNED.search(text)
    first = question.order and _OF_REPORTS.search(text) and _ONE.search(written(text))
    if appeared := _appeared(index, question, text, most):
        return appeared
    if not (question.kind == "reports" or counts or signed or first):
        return None
    if not named and (stranger := _stranger(text)):
        return Listing([], 0, "篇", sought=f"{stranger}署名")
    found, where = _reports(index, question, named)
    if question.order:
        found = _by_age(found, newest=question.order == "latest")
    lines = [naming(article) for article in found]
    shown = lines[:1] if first else lines[:most]
    return Listing(shown, len(lines), "篇", where, counted, said=_ordered(question) if shown[1:] or first else "")


def authors(question: Question, ranked: Sequence[Ranked]) -> list[Statement]:
    """Who wrote or photographed the report that resembles the question most, if it is about what the question names."""
    wanted = "caption" if _PICTURE.search(question.text) else "report"
    topic = [at for at, (word, _) in enumerate(question.words) if not ABOUT.search(word)]
    for seen in dict.fromkeys(sentence.evidence for sentence in ranked):
        covered = np.maximum(seen.covered.max(axis=0), seen.headline)[topic]
        fits = covered @ seen.weights[topic] >= _MOSTLY * seen.weights[topic].sum() > 0
        if fits and seen.article.reporters and seen.article.kind == wanted:
            return [naming(seen.article)]
    return []


def _respelled(question: Question) -> str:
    """The question with its names as the archive spells them."""
    text = question.text
    for word, forms in question.printed:
        text = text.replace(word, forms[0])
    return text


def _ordered(question: Question) -> str:
    return {"latest": "从新到旧", "first": "从早到晚", "": ""}[question.order]


def _by_age(found: Iterable[Article], newest: bool) -> list[Article]:
    """Articles by the day of their issue, those without one last."""
    days = [(article.date.toordinal() * (-1 if newest else 1) if article.date else 10**7, article) for article in found]
    return [article for _, article in sorted(days, key=lambda pair: pair[0])]


def _named(names: Sequence[str], text: str) -> list[str]:
    """The names that a text holds, longest first; 孟一 is not named where 孟一凡 is.

    >>> _named(["孟一凡", "孟一"], "孟一凡写过什么？")
    ['孟一凡']
    """
    found = []
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            found.append(name)
            text = text.replace(name, " ")
    return found


def _stranger(text: str) -> str:
    """Somebody who is asked for as the author, though nobody of that name signs: 记者王五写过哪些报道."""
    match = re.search(r"(?:记者|通讯员|摄影师?)([一-鿿]{2,3}?)(?:都|一共|总共|曾)?(?:采写|写|拍|报道|署名|的)", text)
    return match[1] if match and is_person(match[1]) else ""


def _reports(index: Index, question: Question, named: list[str]) -> tuple[list[Article], str]:
    """Articles of the issues, by the reporters and about the things that the question names, and which issues."""
    newest = index.stats["last_date"]
    days = issues(question.text, Date.fromisoformat(newest) if newest else Date.today(), reports=True)
    page = match.group(1).upper() if (match := _PAGE.search(question.text)) else ""
    topic = ABOUT.sub(" ", _ORDER.sub(" ", _PAGE.sub(" ", question.content)))
    for name in named:
        topic = topic.replace(name, " ")
    tags = "njlsigze" if days else "njlsigzem"
    said = Question(topic, "what").words
    about_it = [word for word, tag in said if tag[0] in tags] or [word for word, tag in said if tag == "vn"]
    words = Words.of(question, about_it)  # 督查的报道: where nothing else is named, what was done
    if question.order and not (named or days or page or words) and newest:
        day = Date.fromisoformat(newest if question.order == "latest" else str(index.stats["first_date"]))
        days = day, day
    if named or days or page:
        since, until = days or (None, None)
        chosen = [
            each
            for name in named or [""]
            for each in index.store.select(reporter=name, page=page, since=since, until=until, limit=_ALL)
        ]
    else:
        chosen = articles(index, topic, words) if words else []
    about = [each for each in {article.id: article for article in chosen}.values() if words.held(whole(each))]
    return distinct(about), issued(days, newest is not None)


def _busiest(index: Index, text: str, most: int) -> Listing | None:
    """What those signed who signed most."""
    if len(index) > _COUNTED_THROUGH:
        return Listing([], 0, "篇", where="馆藏太大，没有逐篇统计署名，")
    kind = "caption" if _PICTURE.search(text) else "report"
    signed: dict[str, list[Article]] = {}
    for article in index.store.select(limit=_ALL):
        for name in filter(is_person, article.reporters) if article.kind == kind else ():
            signed.setdefault(name, []).append(article)
    top = max(map(len, signed.values()), default=0)
    first = sorted(name for name, own in signed.items() if len(own) == top)
    lines = [naming(article) for name in first for article in signed[name]]
    each = f"，每人{top}篇" if first[1:] else ""
    return Listing(lines[:most], len(lines), "篇", said=f"署名最多的是{'、'.join(first)}{each}") if first else None


def _appeared(index: Index, question: Question, text: str, most: int) -> Listing | None:
    """The reports in which somebody takes part in what is told, None where that is not asked."""
    did = _DID.search(_TURNED.sub(r"\g<who>\g<act>了哪些\g<event>", written(text)))
    who = _somebody(did["before"]) or _office(did["before"]) if did else ""
    if not did or not who:
        return None
    event = did["of"] or did["of_which"]
    found = taking_part(index, question, who, did["act"], event.startswith("会"))
    lines = [Statement(naming(article).text, article, *place) for article, place in found]
    counted = re.search("多少|几", text) is not None
    return Listing(lines[:most], len(lines), "篇", counted=counted, sought=f"{who}{did['act']}{event}")


def somebody_went(question: Question) -> tuple[str, str] | None:
    """Who went to see something, and the word for it: 乔俊杰督查了哪些项目."""
    match = _WENT.search(written(_respelled(question)))
    if not match:
        return None
    act = match["act"] if len(match["act"]) > 1 else _GOING
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
