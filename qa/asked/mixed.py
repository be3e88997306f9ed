"""A plain English question about a Chinese name → the same in Chinese: Who is 乔俊杰? → 乔俊杰是谁?

In: a question. Out: Chinese for the few dozen words that such questions are made of; "" where the question holds any
other English word, for half a translation would ask something else. Knows nothing about answers.
"""

from __future__ import annotations

import re

_CHINESE_ASKS = re.compile(r"[是吗呢谁哪什么几多少的了]")
_TOKEN = re.compile(r"[一-鿿（）()“”]+|[A-Za-z][A-Za-z'’\-]*|\d[\d.,]*%?")
_ENGLISH = re.compile(
    r"\b(?:who|whom|what|when|where|which|why|how|is|are|was|were|the|does|did|do|of|will|can|tell|please)\b",
    re.IGNORECASE,
)
# What is asked, the longest first; {} is what it is asked of.
_ASKED = (
    (r"tell me about|what about|introduce", "介绍"),
    (r"(?:can|could) you tell me|please|tell me|do you know|i want to know", ""),
    (r"how much money|how much|how many|how large|how big|how long|how high", "多少"),
    (r"what is the name of|what's the name of|who's|who is|who are|who was|who|whom", "谁"),
    (r"when|what time|what date|what day|which day|which year|what year", "什么时候"),
    (r"where", "在哪里"),
    (r"why", "为什么"),
    (r"what does (?=.* (?:mean|stand for)\b)", "什么意思"),
    (r"what|which", "什么"),
)
_WORDS = {
    "total investment": "总投资", "total cost": "总投资", "investment": "投资", "invested": "投资", "cost": "总投资",
    "floor area": "建筑面积", "building area": "建筑面积", "construction area": "建筑面积", "area": "面积",
    "capacity": "产能", "annual output": "年产", "location": "地点", "located": "", "company": "公司",
    "project": "项目",
    "vice president": "副行长", "president": "行长", "chairman": "董事长", "general manager": "总经理",
    "manager": "经理",
    "director": "主任", "party secretary": "书记", "secretary": "书记", "mayor": "市长", "reporter": "记者",
    "photographer": "摄影师", "photo": "照片", "meeting": "会议", "main content": "主要内容", "purpose": "目的",
    "completed": "竣工", "finished": "完工", "finish": "完工", "complete": "竣工", "start construction": "开工",
    "started": "开工", "start": "开工", "begin": "开工", "go into production": "投产", "put into production": "投产",
    "held": "举行", "signed": "签署", "phase one": "一期", "phase two": "二期", "first phase": "一期",
    "second phase": "二期",
}  # fmt: skip
_DOING = frozenset(("竣工", "完工", "开工", "投产", "举行", "签署"))
_MEASURED = re.compile(r"投资|面积|产能|年产")
_EMPTY = re.compile(
    r"the|an?|is|are|was|were|be|been|of|in|on|at|to|for|by|from|do|does|did|will|would|ha[sd]|have|its?|mean|stand|and"
    r"|there|about|s"
)


def is_english(asked: str) -> bool:
    """Whether a question is put in English, whatever names it holds.

    >>> is_english("Who is 乔俊杰?"), is_english("ABCP是什么意思？"), is_english("GDP")
    (True, False, False)
    """
    latin = re.findall(r"[A-Za-z']+", asked)
    return len(latin) > 1 and _ENGLISH.search(asked) is not None and not _CHINESE_ASKS.search(asked)


def read(asked: str) -> str:
    """The question in Chinese where it is a plain English one, else as it is."""
    return (in_chinese(asked) if is_english(asked) else "") or asked


def in_chinese(asked: str) -> str:
    """The question in Chinese; "" where it is not wholly understood, or names nothing in Chinese or capitals.

    >>> in_chinese("What is the total investment of 龙城芯谷?"), in_chinese("When will 科恩项目 be completed?")
    ('龙城芯谷总投资是多少？', '科恩项目什么时候竣工？')
    >>> in_chinese("Who is the wife of 乔俊杰?")
    ''
    """
    rest, wants = asked, ""
    for pattern, chinese in _ASKED:
        shorter = re.sub(rf"\b(?:{pattern})(?:\b|(?<=\s))", " ", rest, count=1, flags=re.IGNORECASE)
        wants, rest = (wants or chinese if shorter != rest else wants), shorter
    rest = re.sub(r"['’]s\b", " ", rest)
    for english in sorted(_WORDS, key=len, reverse=True):
        rest = re.sub(rf"\b{english}s?\b", f" {_WORDS[english]} ", rest, flags=re.IGNORECASE)
    known = set(_WORDS.values())
    tokens = [token for token in _TOKEN.findall(rest) if not _EMPTY.fullmatch(token.lower())]
    if not wants or any(token.isascii() and token.isalpha() and not token.isupper() for token in tokens):
        return ""
    names = [token for token in tokens if token not in known]
    told = [token for token in tokens if token in known]
    doing = "".join(token for token in told if token in _DOING)
    subject = "".join(names) + "".join(token for token in told if token not in _DOING)
    return _put(subject, doing, wants) if names else ""


def _put(subject: str, doing: str, wants: str) -> str:
    """The Chinese question."""
    if wants == "谁":
        return f"{subject}是谁？" if not doing else f"谁{doing}{subject}？"
    if wants in ("什么时候", "为什么"):
        return f"{subject}{wants}{doing}？" if doing else ""
    if wants in ("在哪里", "什么意思"):
        return f"{subject}{'' if wants == '在哪里' else '是'}{wants}{doing}？"
    if wants == "介绍":
        return subject
    if wants == "多少" or _MEASURED.search(subject):
        return f"{subject}是多少？"
    return f"{subject}{doing}什么？" if doing else f"{subject}是什么？"
