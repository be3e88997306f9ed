"""Greetings, thanks and questions about Wenbao itself → a short reply of its own; "" where the paper is asked.

A reply claims nothing of the paper, and so cites nothing. Only what is such a thing as a whole counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from embeddings.words import normalise

_YOU = r"(?:你们?|您|问报|wenbao|这个?(?:网站|系统|软件|工具|机器人))"
_KINDS = {
    "self": (
        rf"{_YOU}(?:是|算)(?:谁|什么|啥|干什么的|做什么的|机器人吗|人吗)|{_YOU}叫什么(?:名字)?"
        r"|(?:自我)?介绍(?:一下)?(?:你|您)?自己|who are you|what are you"
    ),
    "help": (
        rf"{_YOU}?(?:能|会|可以)(?:帮我)?(?:做|干|回答|查|问)?(?:些|点)?(?:什么|啥|哪些)(?:事|问题)?"
        rf"|{_YOU}?有什么(?:功能|用)|(?:怎么|如何)(?:使?用|提问|问)(?:你|您|它)?|help|what can (?:you do|i ask)"
    ),
    "hello": (rf"(?:{_YOU}?好(?:啊|呀)?)+|大家好|早上好|上午好|下午好|晚上好|早安?|嗨+|哈喽|喂|在吗|hi|hello|hey"),
    "thanks": (
        rf"(?:非常|十分|太|好的?)?(?:感谢|谢谢?|多谢)(?:{_YOU}|啦|了|啊|你的(?:帮助|回答))*|辛苦{_YOU}?了"
        r"|thanks?(?: you)?|thank you(?: very much)?"
    ),
    "bye": r"再见|拜拜|回头见|没(?:别的)?(?:问题|事)了|bye|goodbye",
    "nod": r"嗯+|[哦噢]+|好(?:的|吧|了)*|行(?:吧|了)?|知道了|明白了?|收到|ok|okay",
}
_ONE = {name: re.compile(pattern) for name, pattern in _KINDS.items()}
_MARKS = re.compile(r"[\s,，.。!！?？~～…、;；]+")
_SAID = {
    "self": ("我是问报，一个查报纸的助手。", "This is Wenbao, which looks things up in a newspaper."),
    "help": ("我是问报，一个查报纸的助手。", "This is Wenbao, which looks things up in a newspaper."),
    "hello": ("你好！我是问报，一个查报纸的助手。", "Hello! This is Wenbao, which looks things up in a newspaper."),
    "thanks": ("不客气！", "You are welcome!"),
    "bye": ("再见！", "Goodbye!"),
    "nod": ("好的。", "All right."),
}
_HOW = (
    "问一件事（谁、什么时候、在哪里、多少、有哪些），我用报道的原句回答，注明出处；报上没有写的，我会直说。",
    "Ask who, when, where, how much or which: the answer is in the paper's own sentences, with sources.",
)


def reply(typed: str, stats: Mapping[str, Any]) -> str:
    """What Wenbao says to a courtesy, in the reader's language; "" where something is asked of the paper.

    >>> reply("谢谢！", {})
    '不客气！'
    >>> reply("中心什么时候启航？", {})
    ''
    """
    plain = _MARKS.sub(" ", normalise(typed)).strip()
    parts = [
        next((name for name, form in _ONE.items() if form.fullmatch(part)), "") for part in (plain, *plain.split())
    ]
    kind = parts[0] or (parts[-1] if all(parts[1:]) else "")
    if not kind:
        return ""
    chinese = re.search(r"[一-鿿]", typed) is not None
    said = _SAID[kind][0 if chinese else 1]
    if kind in ("thanks", "bye", "nod"):
        return said
    days = [str(stats[key]) for key in ("first_date", "last_date") if stats.get(key)]
    if not chinese:
        between = f", {days[0]} to {days[-1]}" if days else ""
        return f"{said} The archive holds {stats.get('articles', 0)} articles{between}. {_HOW[1]}"
    held = f"馆藏{stats.get('articles', 0)}篇{f'，{days[0]}至{days[-1]}' if days else ''}。"
    return f"{said}{held}{_HOW[0]}"
