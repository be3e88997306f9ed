"""Questions for all of something → one line each, found in the store rather than by likeness.

In: a `Question`, an index. Out: an `Answer`, or None where the question is no such one and is read like any other:
reports by who signed, issue, page and topic; things whose figure meets a condition (总投资超过10亿元的项目).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date as Date

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.compose import REFUSAL, Line, said, told, why
from qa.question import Question, content_words
from qa.records import Answer, Refusal
from qa.reprints import distinct
from qa.settings import Settings
from qa.values import Figure, figures

_EVERY = 1_000_000
_CANDIDATES = 120  # passages in which figures are looked for
_ABOUT = re.compile(
    r"关于|有关|通讯员|记者|报纸|版面|版|报道|稿件|稿子|新闻|文章|消息|照片|图片|内容|采写|写|拍|摄影|署名|作者|馆藏|本报|标题|列出|罗列|汇总"
    r"|全部|所有|哪些|哪几|什么|多少|几|篇|有|的|过|了|都|一共|总共|请|最近|最新|近期|主要|刊登|登|以来|期间|年|月|日|份|号|天|周|期"
)
_SIGNS = re.compile(r"写|拍|跑|采|报道|新闻|稿|署名|发[了过表]")
_WHO_SIGNED = re.compile(
    r"(?:谁|哪位|哪个记者|哪些记者)(?:拍|写|摄|采写|采访|报道)|(?:作者|摄影者?|记者)(?:是|叫)(?:谁|什么)"
)
_CAPTION = re.compile(r"照片|图片|拍|摄")
_CONDITION = re.compile(
    r"(?P<least>不低于|不少于|至少|达到|达|上(?=[\d一二两三四五六七八九十百千]))|(?P<more>超过|超|大于|多于|高于|突破)"
    r"|(?P<most>不超过|不高于|不多于|至多|最多)|(?P<less>低于|少于|小于|不到|不足)"
)
_AFTER = re.compile(r"(?P<least>以上|及以上|起)|(?P<most>以内|及以下|以下)")
_TIMES = frozenset(
    ("年", "月", "日", "号", "次", "期", "届", "批", "点", "天", "周", "层", "级", "岁", "小时", "分钟", "秒")
)
_THINGS = re.compile(
    r"(?:的|有哪些|哪些|哪个|什么)(项目|工程|企业|公司|学校|村|镇|街道|中心|基地|产业园|单位|产品|活动|地方)"
)


def answer(asked: Question, index: Index, settings: Settings) -> Answer | None:
    """The list that a question asks for; None where it asks for none, or where the reader should look for it."""
    signs = asked.signed and _SIGNS.search(asked.typed)
    if (
        asked.kind == "reports"
        or (signs and asked.kind in ("list", "fact"))
        or (asked.issue and asked.kind in ("fact", "summary", "list"))
    ):
        return _reports(asked, index, settings)
    if _WHO_SIGNED.search(asked.typed) and (signer := _signer(asked, index, settings)):
        return signer
    if condition := _condition(asked.typed):
        return _meeting(asked, index, condition, settings)
    return None


def _reports(asked: Question, index: Index, settings: Settings) -> Answer | None:
    """Reports by who signed them, their issue, page and topic."""
    period = asked.period
    since, until = (period.first, period.last) if period else (None, None)
    if asked.stranger and not asked.signed and not period:
        return _none(Refusal("author", asked.stranger))
    topic = _topic(asked)
    if not (asked.signed or period or asked.page or topic):
        return None
    if asked.signed or period or asked.page:
        chosen: Iterable[Article] = (
            article
            for name in asked.signed or ("",)
            for article in index.store.select(reporter=name, since=since, until=until, limit=_EVERY)
        )
        found = [each for each in chosen if not asked.page or _page_is(each.page, asked.page)]
        found = [each for each in found if _holds(each, topic)]
    else:
        hits = index.search(" ".join(topic), _CANDIDATES, settings.retrieval.dense_weight)
        found = [each for each in _once(hit.article for hit in hits) if _holds(each, topic)]
        if not found:
            return None
    if _CAPTION.search(asked.typed) and any(each.kind == "caption" for each in found):
        found = [each for each in found if each.kind == "caption"] or found
    found = distinct(_once(found))
    if not found:
        return _none(Refusal("issue", _days(since, until)))
    return _listed(asked, [_naming(each) for each in found], "篇", settings.answer.list_items)


def _signer(asked: Question, index: Index, settings: Settings) -> Answer | None:
    """The report or picture that the question is about, named with who signed it; None where none holds its words."""
    topic = [word for word in _topic(asked) if word not in ("谁", "哪位")]
    wanted = "caption" if _CAPTION.search(asked.typed) else "report"
    for hit in index.search(" ".join(topic), _CANDIDATES, settings.retrieval.dense_weight) if topic else ():
        if hit.article.kind == wanted and hit.article.reporters and _holds(hit.article, topic):
            line = _naming(hit.article)
            return replace(said([line]), confidence=0.9, short="、".join(hit.article.reporters))
    return None


def _topic(asked: Question) -> list[str]:
    """The words that the reports must hold."""
    text = asked.typed
    for name in (*asked.signed, asked.page and f"{asked.page}版"):
        text = text.replace(name, " ") if name else text
    if asked.period:
        text = re.sub(r"[\d年月日号到至\-—–~./]+", " ", text)
    kinds = "njls" if asked.signed else "nvjlsbz"  # 跟人搭伙写过: whoever signs does many things
    return [word for word, tag in content_words(_ABOUT.sub(" ", text)) if tag[0] in kinds or tag in ("eng", "vn")]


def _holds(article: Article, topic: Sequence[str]) -> bool:
    text = normalise(f"{article.headline}\n{article.kicker}\n{article.text}")
    return all(word in text for word in topic)


def _page_is(page: str, wanted: str) -> bool:
    """Whether a page is the one asked for: A01 is 1 and A1, 01 is 1."""
    bare = re.sub(r"^([A-Z]?)0*", r"\1", page.upper())
    wanted = re.sub(r"^([A-Z]?)0*", r"\1", wanted)
    return bare == wanted or (
        wanted.isdigit() and bare.lstrip("ABCDEFGH") == wanted and page[:1] in ("", "A", "0", "1")
    )


def _naming(article: Article) -> Line:
    """An article as a line of a list: its title, reporters, date and page; its first sentence is the proof."""
    start, end = (sentence_spans(article.text) or [(0, len(article.text))])[0]
    details = "，".join(filter(None, (article.byline, str(article.date or ""), article.page)))
    return Line(article, start, end, shown=f"《{article.title}》" + (f"（{details}）" if details else ""))


def _listed(asked: Question, lines: Sequence[Line], unit: str, most: int, sure: bool = True) -> Answer:
    """A list with how many there are in front; of a list that goes on, what was not yet told."""
    if asked.command:
        rest = [line for line in lines if not told(line, asked.said)]
        return said(rest[:most], total=len(lines)) if rest else _none(Refusal("no_more"))
    head = ""
    if len(lines) > most:
        head = f"共{len(lines)}{unit}，列出前{most}{unit}：\n"
    elif len(lines) > 1:
        head = f"{'共' if sure else '至少'}{len(lines)}{unit}：\n"
    return replace(said(lines[:most], lead=head, total=len(lines)), confidence=0.9 if sure else 0.7)


def _none(reason: Refusal) -> Answer:
    return Answer(REFUSAL + why(reason), refused=True, refusal=reason)


def _days(since: Date | None, until: Date | None) -> str:
    if since is None or until is None:
        return ""
    return str(since) if since == until else f"{since}至{until}"


def _once(articles: Iterable[Article]) -> list[Article]:
    return list({article.id: article for article in articles}.values())


# figures that meet a condition


class _Condition:
    """A bound on a figure: its unit, the figure, whether above, below or equal, and what it is the figure of."""

    def __init__(
        self, figure: Figure, low: float | None, high: float | None, strict: bool, of: tuple[str, ...], things: str
    ) -> None:
        self.figure, self.low, self.high, self.strict, self.of, self.things = figure, low, high, strict, of, things

    def met(self, figure: Figure) -> bool:
        value = figure.value
        if value is None or figure.unit != (self.figure.unit or "元"):
            return False
        if self.low is not None and not (value > self.low if self.strict else value >= self.low):
            return False
        return self.high is None or (value < self.high if self.strict else value <= self.high)


def _condition(text: str) -> _Condition | None:
    """The bound that a question for things sets."""
    things = _THINGS.search(text)
    own = [
        figure
        for figure in figures(text)
        if figure.value is not None and figure.unit not in _TIMES and text[figure.start - 1 : figure.start] != "第"
    ]
    if not things or not own or not re.search(r"哪些|哪个|哪几|什么|多少|几个|有几", text):
        return None
    figure = own[0]
    before = text[max(0, figure.start - 6) : figure.start]
    *_, ahead = [None, *_CONDITION.finditer(before)]
    behind = _AFTER.search(text[figure.start : figure.end + 3])
    low: float | None = figure.value
    high: float | None = figure.value
    name = (ahead.lastgroup if ahead else "") or (behind.lastgroup if behind else "") or ""
    if name in ("least", "more"):
        high = None
    elif name in ("most", "less"):
        low = None
    of = tuple(
        word
        for word, tag in content_words(text[: figure.start] + text[figure.end :])
        if tag[0] in "nv" and word != things[1]
    )
    of = tuple(word for word in of if not _CONDITION.search(word) and word not in ("超过", "达到", "以上"))
    return _Condition(figure, low, high, name in ("more", "less"), of, things[1])


def _meeting(asked: Question, index: Index, condition: _Condition, settings: Settings) -> Answer | None:
    """The sentences with a figure of the kind asked for that meets the condition, one for each article's thing."""
    hits = index.search(asked.typed, _CANDIDATES, settings.retrieval.dense_weight)
    lines: list[Line] = []
    seen: set[str] = set()
    for article in _once(hit.article for hit in hits):
        for line, words in _fitting(article, condition):
            key = f"{words}{_subject(line)}"
            if key not in seen:
                seen.add(key)
                lines.append(line)
    return _listed(asked, lines, "条", settings.answer.list_items, sure=False) if lines else None


def _subject(line: Line) -> str:
    return normalise(line.article.text[line.start : line.end])[:8]


def _fitting(article: Article, condition: _Condition) -> Iterator[tuple[Line, str]]:
    """The sentences of an article with a figure that meets the condition, right behind the word that it is of."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        plain = normalise(sentence)
        if len(plain) != len(sentence) or not all(
            word in plain or word in article.headline for word in condition.of[:1]
        ):
            continue
        for figure in figures(sentence):
            clause = re.split(r"[,，;；。]", plain[max(0, figure.start - 20) : figure.start])[-1]
            if condition.met(figure) and (
                not condition.of or any(word in clause or word[-2:] in clause for word in condition.of)
            ):
                name = f"{article.kicker}{article.headline}" if article.headline else article.title
                before = f"《{name}》" if name and name not in sentence else ""
                marked = ((start + figure.start, start + figure.end),)
                yield Line(article, start, end, marked=marked, before=before), figure.text
                break
