"""A question for yes or no → the statement that it asks about: 推介会是不是在上海举行的 → 推介会在上海举行.

In: a question in words. Out: an `Asserted`, or None where no plain statement is asked about: wishes and guesses
(会不会, 能不能), denials (不是…吗), alternatives, questions about 你 and 它. Patterns and parts of speech; knows
nothing about what is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import rjieba

from qa.asked.asking import is_person, written
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS

_TAIL = re.compile(r"[,、]?(?:是真的吗|真的吗|[对是]吗|没错吧|属实吗|吗|么|吧|呢|呀|啊|嘛)*[?!。.]*$")
_TAG = re.compile(r",?(?:是真的|真的|是否属实|属实|[对是]不[对是]|没错)$")
_LEAD = re.compile(r"^(?:听说|据说|听人说|有人说|据悉|好像|真的|难道|确定|我记得|我听说|是不是说)[,:]?")
_CHOICE = re.compile(r"还是|谁|什么|哪|几(?!乎)|多少|怎么|怎样|如何|为何|何时|何地")
_BOUNDS = "不到|不足|不满|不低于|不高于|不少于|不多于|不超过|未达"
_DENIES = re.compile(rf"(?!{_BOUNDS})(?:不(?!锈|动产|断)|没|未(?!来|央|必)|无(?!锡|人|线|论|偿|障碍)|并非)")
# Wishes, guesses and duties: nothing that a report of what happened bears out.
_WISHES = """会 能 能够 可以 可能 可 应该 应当 应 该 要 需要 必须 须 值得 想 愿意 肯 敢 打算 准备 觉得 认为 喜欢 推荐
建议"""
_SPEAKERS = "你 您 我 他 她 它 咱 你们 我们 他们 她们 它们 咱们 大家 这 那 这个 那个 这里 那里 这些 那些"
_NOT_PLAIN = frozenset(f"{_WISHES} {_SPEAKERS}".split())
_ADVERBS = re.compile(r"(?:到底|究竟|真的|确实|的确|真|也|都|还|就|又|已经|已|曾经|曾|如今|现在|目前)(?=[一-鿿])")
_DONE = re.compile(r"了没有?$|过没有?$|没有?$|[了过]$")
_ALREADY = re.compile(r"已经?(?=[一-鿿])|(?<!总)是否(?:已经?)")
_CLEFT = re.compile(r"^(?P<before>.*?[一-鿿\d”》)])是(?P<rest>.{2,})的$")
_AT_HEAD = re.compile(r"^(?:在|由|从|于|跟|和|与|为|以|\d|[一二三四五六七八九十]|[今昨前去]|[上下本]|第)")
_HAVE = re.compile(r"有没有|有无")
_VERB = frozenset({"v", "vn", "vi", "vd"})
_NAMES = PERSON_TAGS | PLACE_TAGS
_LIGHT_VERBS = frozenset("是为有在到去来") | {"进行"}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Asserted:
    """A statement; `done`: that it has come about is asked; `has`: it begins with 有.

    `verb`: what is done, its last verb or else, where it is done to something, its first one; or "".
    """

    text: str
    done: bool = False
    has: bool = False
    verb: str = ""


def asserted(question: str) -> Asserted | None:
    """The statement that a question asks about.

    >>> asserted("推介会是不是在上海举行的？").text, asserted("科恩项目投产了吗？")
    ('推介会在上海举行', Asserted(text='科恩项目投产', done=True, has=False, verb='投产'))
    >>> asserted("明天会下雨吗？"), asserted("他是区长吗？")
    (None, None)
    """
    plain = re.sub(r"\s+", "", written(question))
    if _CHOICE.search(plain):
        return None
    bare = _TAG.sub("", _TAIL.sub("", plain))
    bare = _LEAD.sub("", re.sub(r"是不是|是否是", "是", _TAG.sub("", bare)))
    done = _ALREADY.search(bare) is not None or _DONE.search(bare) is not None
    bare = _DONE.sub("", bare)
    bare, had = _HAVE.subn(_had, bare)
    bare = re.sub(r"是否", "", re.sub(r"(?P<verb>[一-鿿])不(?P=verb)", r"\g<verb>", bare))
    bare = _ADVERBS.sub("", bare)
    if (cleft := _CLEFT.match(bare)) and _acts(cleft["rest"]):
        bare = cleft["before"] + cleft["rest"]
    bare = re.sub(r"^是(?=[一-鿿])", "", bare)
    if not 3 < len(bare) <= _LONGEST or _DENIES.search(bare):
        return None
    words = rjieba.tag(bare)
    if any(word in _NOT_PLAIN for word, _ in words):
        return None
    verbs = [word for word, tag in words if tag in _VERB and word not in _LIGHT_VERBS]
    word, tag = words[-1]
    last = word if done and len(word) > 1 and (tag in _VERB | {"p"} or not (verbs or tag in _NAMES)) else ""
    if last and tag in _VERB and is_person(bare.removesuffix(last)):
        return None  # 石伟东参加了吗: in what, somebody said before
    verb = last or "".join(verbs[:1] if done else verbs[-1:])
    return Asserted(bare, done, bool(had) or "有" in {word for word, _ in words}, verb)


def _had(match: re.Match[str]) -> str:
    """有没有 before a doing only asks whether it was done."""
    word, tag = next(iter(rjieba.tag(match.string[match.end() :])), ("", ""))
    return "" if tag[:1] in ("v", "p", "d") or word in ("超过", "达到") else "有"


def _acts(rest: str) -> bool:
    """Whether what stands between 是 and 的 was done in some way: 在上海举行, but not 全省最大."""
    words = rjieba.tag(rest)
    return _AT_HEAD.match(rest) is not None or words[-1][1] in ("v", "vn", "vi")
