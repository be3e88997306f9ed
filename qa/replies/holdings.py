"""Questions about the archive itself → what it holds: 最早一期是什么时候, 收录了哪几天的报纸, 有哪些版面.

In: what a reader typed, and an index. Out: a sentence of Wenbao's own; "" where something else is asked. A question is
such a one only as a whole: 最早一期项目 is a phase of a project. Knows nothing about what the reports say.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date as Date
from typing import Any

from embeddings.index import Index
from embeddings.store import Store
from embeddings.words import normalise
from qa.asked.asking import is_person

_HERE = (
    r"(?:(?:你们?|您|问报|馆藏|库|数据库?|报库|资料库|资料|档案|系统|网站|这个?(?:网站|系统|库|报纸))?(?:这里|这|里面?|中|上)?"
    r"(?:一共|总共|共|都)?(?:收录|收藏|保存|存|有|能查到?|可以查到?|覆盖|包含)?了?的?)"
)
_WHEN = (
    r"(?:是|从)?(?:什么时候|哪一?[天年期]|何时|几号|几月几[号日]|哪个?日[子期]|多久以?前)"
    r"(?:开始|出版?|见报)?的?(?:报纸?)?"
)
_ISSUE = r"(?:的?(?:那|这)?一?[期份天张]的?(?:报纸?)?|的?(?:报纸?|日期))"
_MANY = r"(?:哪[些几]?(?:个|位|名)?|几[个位名]?|多少[个位名]?)"
_PAPER = r"(?:(?:这[份些几]?|你们的?|本)?(?:报纸?|馆藏|报库)[里上]?)?"
_SIGNER = "摄影记者|记者|通讯员|作者|摄影师|摄影"
_ASKS = {
    "first": rf"{_HERE}(?:最早|最老|最旧|第一){_ISSUE}{_WHEN}|{_HERE}?最早(?:能查)?到{_WHEN}",
    "last": rf"{_HERE}(?:最新|最近|最后|最晚){_ISSUE}{_WHEN}|{_HERE}?(?:最新|最晚|更新)(?:能查)?到{_WHEN}",
    "days": (
        rf"{_HERE}(?:哪[些几]?|几|多少)(?:天|期|份|个?日[子期])的?(?:报纸?|报道)?"
        r"|(?:报纸|馆藏)(?:一共|总共|共)?有(?:哪[些几]|几|多少)[天期份]"
        rf"|{_HERE}(?:报纸|数据|资料|馆藏)?从?(?:哪一?天|什么时候|哪年)到(?:哪一?天|什么时候|哪年)的?(?:报纸?)?"
    ),
    "pages": (
        rf"{_PAPER}{_HERE}{_MANY}(?:版面?|版次)(?:的?报纸?)?|{_PAPER}的?版面?(?:都|一共|总共|共)?有?{_MANY}(?:版面?)?"
    ),
    "articles": (
        rf"{_PAPER}{_HERE}(?:几|多少)[篇条则](?:报道|文章|新闻|稿[件子])|(?:报道|文章|新闻|稿[件子])(?:一共|总共)有?(?:几|多少)[篇条则]?"
    ),
    "reporters": (
        rf"{_PAPER}{_HERE}{_MANY}(?:{_SIGNER})(?:署名|写稿)?|(?:{_SIGNER})(?:都|一共|总共)?有{_MANY}|(?:有)?(?:哪些|几[个位名])(?:{_SIGNER})署名"
    ),
}
_ONE = {name: re.compile(pattern) for name, pattern in _ASKS.items()}
_ASIDE = re.compile(r"^(?:请问|那么?|你好|我想(?:知道|问)?|告诉我)|[\s,.?!、。？！]+|[呢啊呀吗]+[?]?$")
_NAMED = re.compile("馆藏|报库|库|报纸|你们?|这里|问报|收录|收藏")  # what names the archive
_ROLES = {"摄影": "摄影", "记者": "记者", "通讯员": "通讯员"}  # word of the question -> role in a byline
_OTHERS = {"记者": "记者", "通讯员": "通讯员", "摄影": "摄影者"}
_SOME = 12  # days, pages or names that are told one by one
_FAR = 5000  # articles that are counted where the store is far away


def holding(asked: str, index: Index, follows: bool = False) -> str:
    """What the archive holds, where that is asked; how many reports there are is asked of what was spoken of before,
    where the question `follows` another and does not name the archive."""
    plain = _ASIDE.sub("", _ASIDE.sub("", normalise(asked)))
    kind = next((name for name, pattern in _ONE.items() if pattern.fullmatch(plain)), "")
    if not kind or (follows and kind == "articles" and not _NAMED.search(plain)):
        return ""
    if kind == "reporters":
        return _signers(plain, index)
    if kind == "articles":
        return (
            f"馆藏共{index.stats['articles']}篇：报道{index.stats['reports']}篇，图片说明{index.stats['captions']}篇。"
        )
    counted = _counts(index.store, "page" if kind == "pages" else "date")
    if kind == "pages" and not counted:
        return f"馆藏的报道没有注明版次；收录的报纸共{index.stats['pages']}版。"
    if kind == "pages":
        told = _listed("报纸的版面", "个", [f"{page}（{count}篇）" for page, count in counted])
        pages = int(index.stats["pages"])
        several = len(counted) < pages <= index.stats["articles"] / 2  # a page has several articles, a record is one
        return told + (f"各期合计{pages}版。" if several else "")
    days = [(Date.fromisoformat(day), count) for day, count in counted]
    if not days:
        return "馆藏的报道没有注明日期。"
    if kind == "days":
        return _listed("报纸", "期", [f"{_day(day)}（{count}篇）" for day, count in days], between=True)
    day, count = days[0 if kind == "first" else -1]
    return f"馆藏最{'早' if kind == 'first' else '新'}的一期是{_day(day)}，有{count}篇。"


def _signers(plain: str, index: Index) -> str:
    """Who signed as what is asked for, and how many signed otherwise: a photographer is no 记者."""
    named = index.stats["articles"] <= _FAR
    roles = _roles(index.store) if named else {}
    if not roles:
        names = [name for name in index.reporters if is_person(name)] or index.reporters
        return _listed("署名的记者", "位", sorted(names))
    wanted = next((role for word, role in _ROLES.items() if word in plain), "")
    own = sorted(name for name, held in roles.items() if not wanted or any(wanted in role for role in held))
    rest = Counter(_OTHERS.get(_role(held), "未注明身份的署名") for name, held in roles.items() if name not in own)
    others = "、".join(f"{role}{count}位" for role, count in rest.items())
    who = {"记者": "记者", "通讯员": "通讯员", "摄影": "摄影者"}.get(wanted, "作者")
    return _listed(f"署名的{who}", "位", own) + (f"另有{others}。" if others and own else "")


def _roles(store: Any) -> dict[str, set[str]]:
    """Each person who signs, and as what: 记者, 通讯员, 摄影, "" where the byline does not say."""
    found: dict[str, set[str]] = {}
    for article in store.select(limit=_FAR):
        for role, names in article.signed:
            for name in filter(is_person, names):
                found.setdefault(name, set()).add(role)
    return found


def _role(held: set[str]) -> str:
    """The one that tells most of what somebody signed as."""
    return next((role for role in _OTHERS if any(role in each for each in held)), "")


def _counts(store: Any, column: str) -> list[tuple[str, int]]:
    """The days or the pages of the archive, in order, with the number of articles of each."""
    if isinstance(store, Store):
        rows = store.rows(f"SELECT {column}, count(*) FROM articles GROUP BY 1 ORDER BY 1")
        return [(name, count) for name, count in rows if name]
    found = Counter(str(getattr(article, column) or "") for article in store.select(limit=_FAR))
    return sorted((name, count) for name, count in found.items() if name)


def _listed(what: str, unit: str, names: list[str], between: bool = False) -> str:
    """How many there are, and which; of many the first ones, of days (`between`) the first and the last.

    >>> _listed("报纸的版面", "个", ["A01（3篇）", "A02（2篇）"])
    '馆藏报纸的版面有2个：A01（3篇）、A02（2篇）。'
    """
    if not names:
        return f"馆藏里没有注明{what}。"
    if len(names) <= _SOME:
        told = "、".join(names)
    else:
        told = f"{names[0]}至{names[-1]}" if between else f"{'、'.join(names[:_SOME])}等"
    return f"馆藏{what}有{len(names)}{unit}：{told}。"


def _day(day: Date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
