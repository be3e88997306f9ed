"""Requests for the gist of a report: 帮我总结下X这篇报道, X那篇讲了些什么，概括一下 → X.

In: a question in print (`written`). Out: what it wants summed up, None where it asks for something else. A request is
known by its frame, at the edges of a clause or as a clause of its own; inside a clause the same words tell of the world
(会上介绍了什么). Patterns only; knows nothing about the archive.
"""

from __future__ import annotations

import re

_PAPER = "(?:报道|新闻|文章|稿件|稿子|消息)"
_POINT = rf"[这那该此]一?[篇条则](?:{_PAPER})?|[这那该此]一?[次场回件桩](?:事情?|{_PAPER})?|[这那]个?事情?"
_WHOM = "(?:能不能|可不可以|能否|可否|可以|麻烦|劳驾|烦请|请|谁能|能|你|您|来|再|[帮给替跟为和](?:我们?|咱们?|大家))"
_SIZE = "(?:用|以)?最?[少短]?的?[0-9一二两三四五几十百]+[来多]?(?:句话?|个?字|段话?|行字?)(?:[之以]内|左右)?|三言两语"
_WAY = rf"(?:(?:{_SIZE}|简单|简要|简短|简明|扼要|大致|大体|粗略|快速|详细|仔细|具体|完整|全面|通俗|好好)(?:地|来|的)?)"
_BRIEFLY = r"(?:一?下子?(?!半年|[周月]|阶段|一步|[个一]|降|滑|[辖属])|一番|看|清楚|明白)"
_SUM = "(?:概括|总结|归纳|概述|简述|梳理|介绍|综述|提炼|复述|回顾)"
_TELL = r"(?:[讲说谈聊](?:一|了)?[讲说谈聊](?:看)?|梳理梳理|介绍介绍|总结总结|概括概括)"
_DO = rf"(?:{_TELL}{_BRIEFLY}?|{_SUM}{_BRIEFLY}|[讲说谈](?:一下|清楚|明白))"
_MAKE = r"(?:[做作写来](?:一?[个份段])?(?:简短的?|简要的?|简单的?)?(?:总结|概括|概述|介绍|摘要|小结|综述|梳理))"
# 总结 may begin what is to be summed up: 总结大会, 介绍信.
_SUM_WHAT = rf"(?:{_SUM}){{1,2}}(?![了过出着的会信员人性报表]|大会)"
_BODY = (
    "(?:(?:主要|大致|核心|基本|大体|重点)的?(?:内容|情况|意思|信息|观点)"
    "|大意|要点|梗概|概况|摘要|中心思想|来龙去脉|前因后果|始末|简介)"
)
_IS = r"(?:[是有为](?:个)?)?(?:什么样?的?|哪些|怎样的?|怎么样的?|如何)?"
_SAID = r"(?:主要|都|究竟|具体|里面?|中|上)*[讲说谈](?:了|的|到)?(?:一?些|点|都?是)*(?:些)?什么(?:内容|事情?|东西)?"
_WROTE = (
    "(?<=[篇条则道闻章件子息上里])(?:主要|都|具体|里面?|中|上)*(?:[写提报]|报道)(?:了|的|到)?"
    "(?:一?些|都?是)*什么(?:内容|事情?)?"
)
_WHAT = r"(?:是|到底)*(?:怎么一?回事儿?|(?<!的)(?<!的是)什么情况|(?:个)?什么事儿?|(?:(?<=[是篇条则道闻章])|是)什么内容)"
# Nothing here goes back on what it has read, so that no wording takes long.
_POLITELY = f"(?:{_WHOM}|{_WAY})"
_FRAME = rf"(?:{_POLITELY}*+(?:{_DO}|{_MAKE}|{_SUM_WHAT}){_BRIEFLY}?{_WAY}*+)"
_FRONT = re.compile(rf"^{_FRAME}(?:其?(?:的)?{_BODY}(?:[:：]|$))?")
_ALONE = re.compile(rf"^(?:{_DO}|{_MAKE}|{_SUM}|{_SAID}|{_WHAT}|其?的?{_BODY}{_IS}|{_WAY}|{_WHOM}|{_BRIEFLY})++$")
_OF_PAPER = "(?<=[篇条则道闻章件子息次场会容回])"  # what anybody else says is no report
_BACK = re.compile(
    rf"(?:的?{_BODY}{_IS}|{_OF_PAPER}{_SAID}|{_WROTE}|{_WHAT}|{_FRAME}|的?{_POLITELY}++{_SUM}|的{_SUM})$"
)
_SPOKE = re.compile(rf"{_SAID}$")
_POINTED = re.compile(r"[这那该]一?[篇条则](?:报道|新闻|文章|稿件|稿子|消息)?$")
_ASIDE = re.compile(rf"\(([^()]*(?:{_POINT}))\)")  # 主要内容(兢崧那次)
_BREAK = re.compile(r"[,，。;；?？!！]+")
_SOFT = re.compile(r"[呢吧啊嘛呀哈了]+$")
_TRAILS = re.compile(rf"(?:的?(?:事情|{_PAPER})|的(?:事儿?|情况)|的)$")
_LEADS = re.compile(r"^(?:我?想(?:听听?|看看?|知道))?(?:关于|有关|针对|一下)?")
_MAY = re.compile(r"(?P<rest>.*(?:能|可以|可否|方便).*)吗$")
_HANDED = re.compile(rf"^{_WHOM}*+(?:[把将对给]|就(?![业是近地医诊]))(?=..)")
ASKS = re.compile(
    r"谁|什么|哪|几[个家位名次条项座年月号天点]|多少|多[大长高久远]|怎|如何|为何|何[时地处]|是否|吗$|有没有"
)


def gist_of(plain: str) -> str | None:
    """What a request for a summary is about, "" where it names nothing; None where nothing asks for a summary.

    >>> gist_of("帮我总结下漏湖清淤这篇报道"), gist_of("西太湖优化营商环境那篇讲了些什么,概括一下")
    ('漏湖清淤', '西太湖优化营商环境')
    >>> gist_of("会上谁介绍了情况?"), gist_of("请简单介绍一下")
    (None, '')
    """
    clauses = [_MAY.sub(r"\g<rest>", _SOFT.sub("", each.strip())) for each in _BREAK.split(_ASIDE.sub(r",\1,", plain))]
    left, asks = [], False
    for clause in filter(None, clauses):
        rest = "" if _ALONE.match(clause) else _bared(clause)
        asks = asks or rest != clause or _SPOKE.search(clause) is not None
        left.append(rest)
    topic = " ".join(filter(None, left))
    if not asks and (ASKS.search(topic) or not (clauses and any(_POINTED.search(each) for each in clauses))):
        return None
    return re.sub(r"\s+", " ", " ".join(_trimmed(each) for each in left)).strip()


def _bared(clause: str) -> str:
    """A clause without the frame before and behind it."""
    rest = _FRONT.sub("", clause) if not _FRONT.fullmatch(clause) else ""
    behind = _BACK.sub("", _BACK.sub("", rest))  # X的主要内容|说一下
    return _HANDED.sub("", behind) if behind != rest else rest


def _trimmed(topic: str) -> str:
    """A topic without what points at its report: 那篇报道, 的事."""
    topic = re.sub(_POINT, " ", _LEADS.sub("", topic)).strip()
    while (shorter := _TRAILS.sub("", topic).strip()) != topic and len(shorter) > 1:
        topic = shorter
    return topic
