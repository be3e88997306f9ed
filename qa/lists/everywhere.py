"""Every sentence of the store that tells of what a question for a list names and sets as a condition.

In: an index and a question. Out: sentences, those of reprints left out. What is asked to be done (开工) must be done
in the sentence, at the time that is asked for; where only a class is named (哪些项目竣工), of one that has a name,
not of all in general. Knows nothing about figures, nor about what one report enumerates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date as Date

import rjieba

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked import times
from qa.asked.asking import written
from qa.asked.conditions import CLASSES
from qa.asked.question import Question
from qa.asked.topics import NAMES
from qa.lists.appearing import MEETING
from qa.lists.figures import joint, telling
from qa.lists.items import of_day
from qa.lists.listing import Listing
from qa.lists.once import Told, newest, once
from qa.lists.reports import ABOUT
from qa.lists.subject import subject, things
from qa.ranking.evidence import lean
from qa.ranking.lookup import Words, articles, merged, whole
from qa.ranking.lookup import things as nouns
from qa.ranking.ranker import Ranked

# What somebody said of things is no list of them.
_SPEAKS = r"(?:又|还|也|同时|接着)?(?:强调|指出|要求|表示|说|认为|希望)"
# Doings that stand in questions, seldom in print.
_IDLE = frozenset(
    (
        "包括", "包含", "写到", "提到", "涉及", "报道", "采写", "出现", "属于", "具有", "位于", "坐落", "落户", "落地",
        "选址", "分别", "列出", "列举", "正在", "可以",
    )
)  # fmt: skip
_CLASS = "|".join(CLASSES)
_AMOUNT = re.compile(
    rf"(?:多少|(?<!第)几)[个家项座处条所][^,。?]{{0,8}}(?:{_CLASS})|(?:{_CLASS})(?:都|一共|总共|共)?有?(?:多少|几)"
)
_CALLED = ("项目", "工程", "工程项目")
_PROJECTS = re.compile("项目|工程")  # things that are known by their names
_MONTH_DAY = re.compile(r"\d月|[昨今前]天")
# Doings that print calls one or the other.
_SAME = tuple(
    tuple(row.split())
    for row in (
        "参观 考察 走访 来到 走进 察看 查看 调研 视察 到访", "获得 获评 荣获 获", "开工 动工 开建",
        "竣工 完工 建成 落成", "投产 投用 投运", "签署 签订 签下 签约", "召开 举行 举办 主持",
    )
)  # fmt: skip
_DOINGS = frozenset(word for row in _SAME for word in row) | {"达产", "封顶", "复工", "通车", "开园", "土建", "试生产"}
_MEETINGS = re.compile(r"(?:哪些|哪几[个次场]?|什么|多少[个次场]|几[个次场])(?:重要)?会议?|会议(?:都|一共|总共)?有")
_THING = re.compile(r"(?P<which>[^,，。;；、:：!！?？\s“”《》()（）]{2,30}?)(?:项目|工程)")
_MANY = re.compile(r"各|所有|一批|重大$|全部|多个|[两三四五六七八九十百\d]+[余多]?个|要求|部门")
_URGED = re.compile(r"(?:要|应|须|确保|力争|推动|加快|尽快|从|早)[^,，。;；、]{0,12}$")


def find(index: Index, question: Question, most: int) -> Listing | None:
    """The sentences as a list, one line a thing; empty where no thing of the time that is asked for is told of, None if
    it is no list."""
    newest = index.stats["last_date"]
    when = times.asked(question.text, Date.fromisoformat(newest) if newest else None)
    lines = sentences(index, question, when)
    by_name = _by_thing(question, lines)
    only = not [thing for thing in named(question) if thing not in CLASSES]
    if len({line.article.id for line in lines}) > 1 or (lines and only and (when or doings(question))):
        shown = [one.line for one in by_name] or lines
        return Listing(shown[:most], len(shown), "个" if by_name else "条", said=joint(by_name))
    if when and only and (_asked_class(question) or doings(question)):
        return Listing([], 0, "条", sought=f"{when.words}{''.join(doings(question))}的{_asked_class(question)}")
    return None


def _by_thing(question: Question, lines: Sequence[Statement]) -> list[Told]:
    """One line for each project that the sentences name; none where nothing of the kind is asked for, or named."""
    if not _PROJECTS.search(question.text):
        return []
    found: list[Told] = []
    places = "|".join(re.escape(name) for name in named(question) if name not in CLASSES)
    served = re.compile(rf"(?:服务|覆盖|辐射|惠及)[^。;；]*(?:{places})") if places else None
    for line in lines:
        if served and served.search(normalise(line.text)):
            continue  # what a plant serves lies elsewhere
        several = list(dict.fromkeys(filter(_PROJECTS.search, things(line.article.text[line.start : line.end]))))
        if several[1:]:  # a line for each
            found += [Told(replace(line, text=name), name) for name in several]
        elif name := subject(line.article, line.end - 1).name:
            found.append(Told(line, name))
    return newest(once(found))


def counted(index: Index, question: Question, ranked: Sequence[Ranked], most: int) -> Listing | None:
    """The sentences that tell how many things there are, where none of the best gives the number."""
    if not question.counts or not _AMOUNT.search(question.text) or told(ranked, question):
        return None
    lines = sentences(index, question)
    by_name = _by_thing(question, lines)
    shown = [one.line for one in by_name] or lines
    unit = "个" if by_name else "条"
    return Listing(shown[:most], len(shown), unit, counted=True, said=joint(by_name)) if shown else None


def _asked_class(question: Question) -> str:
    if _MEETINGS.search(question.text):
        return "会议"
    return next((name for name in CLASSES if name in question.text), "")


def sentences(index: Index, question: Question, when: times.When | None = None) -> list[Statement]:
    """Every sentence that holds all the things that the question names, and tells what was done to them, and when."""
    meetings = _MEETINGS.search(written(question.text)) is not None
    names = named(question)
    places = {word for word, tag in question.words if tag in NAMES}
    apart = [name for name in names if name not in places or telling(index, [name])]
    names = apart if any(name not in CLASSES for name in apart) else names
    if not names and not meetings:
        return []
    rows = [next((row for row in _SAME if word in row), (word,)) for word in doings(question)]
    if meetings and not any("召开" in row for row in rows):
        rows.append(_SAME[-1])
    words, done = _words(question, names), Words(tuple(rows))
    general = not [name for name in names if name not in CLASSES]
    close: list[Statement] = []
    loose: list[Statement] = []
    for article in articles(index, question.content, words + done if meetings else words):
        if _MONTH_DAY.search(question.text) and not when and not of_day(article, question):
            continue
        if not (words + done).held(whole(article)):
            continue
        for line, plain in _telling(article, question, names, meetings):
            told = done.held(plain) and (when is None or when.met(plain, article.date, sum(rows, ())))
            if told and (not general or meetings or _of_one(plain, f"{article.headline} {line.text}", rows)):
                close.append(line)
                if meetings:
                    break  # one line a meeting
            loose.append(line)
    return merged(close if close or general or when else loose)


def _words(question: Question, names: Sequence[str]) -> Words:
    """The names in their spellings; what print calls a 工程 is a 项目."""
    kinds = tuple(name for name in names if name in _CALLED)
    others = Words.of(question, [name for name in names if name not in kinds])
    return others + Words((_CALLED,)) if kinds else others


def _telling(
    article: Article, question: Question, names: Sequence[str], meetings: bool
) -> Iterator[tuple[Statement, str]]:
    """The sentences of an article that hold the things that are named, with what they lean on; normalised, too."""
    words = _words(question, names)
    own = Words.of(question, [word for word in names if word not in CLASSES] or names)
    speech = re.compile("|".join(f"{re.escape(word)}{_SPEAKS}" for word in names) or r"(?!)")
    above = normalise(article.headline)
    spans = sentence_spans(article.text)
    for at in range(len(spans)):
        start, end = lean(spans, article.text, at)
        plain = normalise(article.text[start:end])
        holds = MEETING.search(plain) if meetings else own.held(plain, some=True)
        if holds and words.held(above + plain) and not speech.search(plain):
            yield headed(article, start, end), plain


def _of_one(plain: str, named: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a sentence tells of a thing that has a name, and not of what is to be done to all of them."""
    urged = any(
        _URGED.search(plain[: match.start()])
        for row in rows
        for word in row
        for match in re.finditer(re.escape(word), plain)
    )
    return not urged and any(_is_name(match["which"]) for match in _THING.finditer(named))


def _is_name(which: str) -> bool:
    tagged = rjieba.tag(which)
    unknown = any(len(word) > 1 and (tag in NAMES or not rjieba.has_word(word)) for word, tag in tagged)
    return unknown and not _MANY.search(which)


def doings(question: Question) -> list[str]:
    """What a question asks to be done: verbs, and words that print uses as such."""
    found = [word for word, tag in question.words if (tag[0] == "v" and len(word) > 1) or word in _DOINGS]
    return [word for word in found if word not in _IDLE and not ABOUT.fullmatch(word)]


def named(question: Question) -> list[str]:
    """The things that a question names, but for words of the trade and doings that are tagged as things."""
    found = [thing for thing in nouns(question) if not ABOUT.fullmatch(thing) and thing not in _DOINGS]
    return [thing for thing in found if thing != "会议"] if _MEETINGS.search(question.text) else found


def told(ranked: Sequence[Ranked], question: Question) -> bool:
    """Whether one of the best sentences gives a number that may be the one asked for, of what it is asked for."""
    words = Words.of(question, named(question))
    best = [(one, one.evidence.article.text[slice(*one.evidence.spans[one.sentence])]) for one in ranked[:2]]
    return any(one.evidence.answers[one.sentence] and words.held(text) for one, text in best)


def headed(article: Article, start: int, end: int) -> Statement:
    """A sentence under the headline of its report, without which it may not say whom it speaks of."""
    sentence = article.text[start:end]
    shown = sentence if article.title in sentence else f"《{article.title}》：{sentence}"
    return Statement(shown, article, start, end)
