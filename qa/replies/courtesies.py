"""Greetings, thanks and questions about Wenbao itself → a short answer of its own: 你好, 谢谢, 你是谁, 怎么用.

In: what a reader typed, and what the archive holds in numbers. Out: a few sentences, in English where the reader wrote
no Chinese, or why no newspaper has an answer (qa/replies/oddities.py); "" where something is asked of the paper. They
are no claims of the paper, and so cite nothing. Knows nothing about articles or earlier turns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as Date
from typing import Any

from embeddings.words import normalise
from qa.asked.mixed import is_english, read
from qa.replies.oddities import oddity

_YOU = "(?:(?:你|您|问报|wenbao|这个?(?:网站|系统|程序|软件|工具|机器人))们?)"
# Each kind with what is said for it; of several in one breath the first of this table is answered.
_KINDS: dict[str, str] = {
    "self": (
        rf"{_YOU}(?:到底|究竟)?(?:是|算)(?:谁|什么|哪位|干什么的|干嘛的|做什么的|机器人吗|人吗|真人吗|人工智能吗|ai吗)"
        rf"(?:东西|软件|机器人|模型|网站|系统|人)?|{_YOU}叫什么(?:名字)?|{_YOU}的?名字(?:是|叫)?什么"
        r"|(?:请)?(?:做个|做一下|作个)?自我介绍(?:一下)?|(?:请)?介绍(?:一下|下)?(?:你|您)?自己|什么是问报|问报是什么|问报"
        r"|(?:who|what) are you|what(?: i)?s your name"
    ),
    "help": (
        rf"{_YOU}?(?:都|还)?(?:能|会|可以)(?:帮我|为我|给我)?(?:做|干|回答|查|问|告诉我)?(?:些|点)?(?:什么|啥|哪些)"
        rf"(?:事情?|问题|东西)?|{_YOU}?(?:都|还)?有(?:什么|哪些|啥)(?:功能|本领|本事|用处?|作用)"
        r"|(?:能|可以)问(?:你|您)?(?:些|点)?(?:什么|啥|哪些)(?:问题)?|有什么用"
        r"|(?:这个?|你|这里)?(?:要|该|应该)?(?:怎么|如何|怎样|咋)(?:使用|用|提问|问|查)(?:你|您|它|这个)?"
        r"|(?:使用)?(?:说明|方法|指南|帮助)|help|how to use(?: this| it)?|what can (?:you do|i ask)"
        r"|how does (?:this|it) work"
    ),
    "holds": (
        rf"(?:{_YOU}?(?:这里|这儿)|{_YOU}|馆藏|库里|数据库|报库|资料库)(?:里|中|一共|总共|共)*(?:都)?(?:有|收|收录|收藏)(?:了|录了)?"
        r"(?:多少|几|哪些|什么|哪几)(?:篇|份|天|期|个)?(?:的)?(?:报道|文章|报纸|新闻|日子|日期|数据|资料)"
        rf"|(?:馆藏|库里|报库)有(?:些)?(?:什么|多少)|(?:{_YOU}|这里|馆藏|数据|资料|报纸)的?(?:数据|资料|报纸|内容)?"
        r"(?:更新)?(?:到|截至|截止)(?:了)?(?:哪一?天|什么时候|何时|几号|哪年)"
    ),
    "hello": (
        rf"(?:(?:{_YOU}|大家|早上|上午|中午|下午|晚上|各位)[好早])+|早|早安|晚安|嗨+|哈喽|哈啰|哈罗|喂+"
        rf"|(?:有人|{_YOU})?在(?:吗|么|不在|不)|(?:很)?高兴(?:认识|见到)(?:你|您)|(?:测试|test(?:ing)?)(?:一下)?"
        r"|hi+|hello+|hey+|good (?:morning|afternoon|evening)"
    ),
    "thanks": (
        r"(?:(?:非常|十分|太|真的?|很|好的?)?(?:感谢|谢谢?|多谢|谢了|谢啦|谢过)(?:你|您|问报|啦|了|哈|呀|啊|大家|的?帮助|的?回答)*)+"
        r"|辛苦(?:你|您)?了?|麻烦(?:你|您)了|(?:你|您|回答得?|说得|答得)?(?:真|太|好|很|挺)?"
        r"(?:棒|厉害|不错|好用|有用|聪明)(?:了|的)?|赞|thanks?(?: you)?(?: very much| a lot| so much)?|thx|great"
    ),
    "bye": (
        r"再见|拜拜?|回头见|下次见|(?:我)?(?:先)?(?:走|下)了|没(?:有)?(?:别的|其他)?(?:问题|事)了|不用了"
        r"|bye+(?: ?bye)?|goodbye|see you"
    ),
    "nod": (
        r"嗯+(?:呢|哪)?|[哦噢喔啊呃额唉哎]+|好(?:的|吧|嘞|啊|了|滴)*|行(?:吧|了|的)?|对(?:的|了|啊)?|是(?:的|啊)?|可以(?:了|的)?"
        r"|(?:我)?(?:知道|明白|了解|懂|清楚|晓得)了?|收到|原来如此|原来是这样|没事(?:了)?|[哈呵嘿嘻]+"
        r"|随便(?:问问|看看)?|无所谓|不知道|ok(?:ay)?|yes|no|不是?|没有?"
    ),
    "nothing": r"\d+|[a-z]|(.)\1{2,}",
}
_ONE = {name: re.compile(pattern) for name, pattern in _KINDS.items()}
_BREATH = re.compile(r"[\s,，.。!！?？~～…、;；:：'’\"“”()（）]+")
_PLEASED = re.compile(r"^(?:请问|那么?|所以|我想(?:知道|问)?|那个)+(?=.)|(?:[呀啊哦呢哈吧嘛啦哟]|一下)+$")
_HAN, _LATIN = re.compile(r"[一-鿿]"), re.compile(r"[A-Za-z]{2}")
_SAID = {
    "english": (
        "",
        "Sorry, of English Wenbao understands only the simplest, such as: Where is …? with a Chinese name.",
    ),
    "self": ("我是问报，一个查报纸的助手。", "This is Wenbao, which looks things up in a newspaper."),
    "help": ("我是问报，一个查报纸的助手。", "This is Wenbao, which looks things up in a newspaper."),
    "holds": ("我是问报。", "This is Wenbao."),
    "hello": ("你好！我是问报，一个查报纸的助手。", "Hello! This is Wenbao, which looks things up in a newspaper."),
    "thanks": ("不客气！", "You are welcome!"),
    "bye": ("再见！", "Goodbye!"),
    "nod": ("好的。", "All right."),
    "nothing": ("请写出想知道的事。", "Please write what you want to know."),
}
_HOW = (
    "问一件事（谁、什么时候、在哪里、多少、有哪些），我用报道的原句回答，注明出处；报上没有写的，我会直说。",
    "Ask in Chinese who, when, where, how much or which: the answer is in the paper's own sentences, with sources.",
)
_BRIEF = ("还想知道什么，接着问就好。", "Ask on if there is more that you want to know.")


def aside(asked: str, stats: Mapping[str, Any]) -> str:
    """What Wenbao says of itself, in the reader's language; "" where something is asked of the paper."""
    kind = courtesy(asked)
    if not kind and (why := oddity(asked)):
        return f"{why}。{_HOW[0]}"
    kind = kind or ("english" if is_english(read(asked)) else "")
    return (
        said(kind, stats, chinese=kind != "english" and (_HAN.search(asked) is not None or not _LATIN.search(asked)))
        if kind
        else ""
    )


def courtesy(asked: str) -> str:
    """Which courtesy all of a text is: "hello", "thanks", …; "" where it asks something of the paper.

    >>> courtesy("好的，谢谢你！"), courtesy("你是谁？"), courtesy("你好，科恩项目什么时候投产？")
    ('thanks', 'self', '')
    """
    parts = [part for part in _BREATH.split(normalise(asked)) if part]
    whole = " ".join(parts)
    named = _kind_of(whole)
    if named:
        return named
    kinds = [_kind_of(part) for part in parts]
    return next((name for name in _ONE if name in kinds), "") if kinds and all(kinds) else ""


def _kind_of(part: str) -> str:
    """The courtesy that one breath is; 你好呀谢谢 is two of them in one."""
    for text in (part, _PLEASED.sub("", part)):
        if found := next((name for name, pattern in _ONE.items() if text and pattern.fullmatch(text)), ""):
            return found
    return ""


def said(kind: str, stats: Mapping[str, Any], chinese: bool = True) -> str:
    """What is said to a courtesy: what Wenbao is, and, but to thanks, what the archive holds.

    >>> said("thanks", {"reports": 9})
    '不客气！还想知道什么，接着问就好。'
    """
    language = 0 if chinese else 1
    brief = kind in ("thanks", "bye", "nod")
    more = _BRIEF if brief else _HOW
    held = "" if brief else _held(stats) if chinese else _held_in_english(stats)
    return ("" if chinese else " ").join(filter(None, (_SAID[kind][language], held, more[language])))


def _held(stats: Mapping[str, Any]) -> str:
    counts = "、".join(
        f"{stats[key]}{noun}" for key, noun in (("reports", "篇报道"), ("captions", "条图片说明")) if stats.get(key)
    )
    days = "至".join(dict.fromkeys(f"{day.year}年{day.month}月{day.day}日" for day in _days(stats)))
    return f"馆藏{'，'.join(filter(None, (counts, days)))}。" if counts else "馆藏还是空的。"


def _held_in_english(stats: Mapping[str, Any]) -> str:
    days = " to ".join(dict.fromkeys(day.isoformat() for day in _days(stats)))
    counts = f"{stats.get('reports', 0)} reports and {stats.get('captions', 0)} photo captions"
    return f"The archive holds {counts}{f', {days}' if days else ''}."


def _days(stats: Mapping[str, Any]) -> list[Date]:
    """The first and the last day of the archive, as far as they are known."""
    return [Date.fromisoformat(str(stats[key])) for key in ("first_date", "last_date") if stats.get(key)]
