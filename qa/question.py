"""A question as typed → `Question`: stand-alone, its kind, and the words to look for.

In: the question and the turns before it. Out: an immutable `Question`. Rules over words and parts of speech (rjieba);
knows nothing about the archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import rjieba

from embeddings.errors import QuestionError
from embeddings.words import bigrams, normalise

Kind = Literal[
    "number", "date", "person", "place", "list", "yesno", "how", "definition", "reports", "author", "summary", "what"
]
History = Sequence[tuple[str, str]]

# The first pattern that is found names the kind.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "reports",
        r"(哪些|哪几篇|什么|多少篇|几篇)[^,。?]{0,4}(报道|稿件|稿子|新闻|文章|照片|图片)|(报道|稿件|文章|照片)(有哪些|有几篇|有多少)|(报纸|那天|版)[^,。?]{0,3}(报道|登|写)了(什么|哪些)",
    ),
    (
        "author",
        r"(谁|哪位|哪个记者|哪名)[^,。?]{0,6}(拍|摄|写|报道)"
        r"|(记者|作者|摄影者?|摄影师|拍摄者|通讯员)(是|叫)(谁|什么|哪)",
    ),
    ("summary", r"(讲|说|谈)了(些)?(什么|啥)|主要内容|概括|概述|总结一下|大意|简述|梗概|介绍一下"),
    (
        "date",
        r"什么时候|何时|几时|什么时间|哪(一)?(天|年|月|日|个月)|几(月|号|日)(?!间)|时间(是|为)?[?。]?$|日期|多久之?前",
    ),
    (
        "list",
        r"哪些|哪几|哪[两三四五六七八九十](?!年|月|天|日)|分别是|有什么|包括什么|都有(谁|什么)|多少个.{0,6}分别|列出|列举",
    ),
    ("person", r"谁|哪(一)?(位|名)|什么人|何人|(姓名|名字)"),
    (
        "place",
        r"哪里|哪儿|何处|何地|什么地方|哪(一)?(个|座)?(国家|国|省|市|区|县|镇|乡|村|街道|城市|地|地方|地区|园区)|位于哪|在哪|地址",
    ),
    ("number", r"多少|几(?!乎|何)|多(大|高|长|远|重|宽|深|快|久)|比例|百分之几|占比"),
    ("how", r"为什么|为何|怎么(?!样)|如何|原因|怎样"),
    ("definition", r"(是什么意思|指的?是什么|全称|含义|什么叫|是指)|^什么是"),
    ("yesno", r"吗|是否|是不是|有没有|能不能|会不会"),
)
# What asks, but is not asked for. Longest first.
_ASKING = re.compile(
    r"请问|的?主要内容|概括(一下)?|概述|总结一下|的?大意|简述|梗概|介绍一下|请告诉我|我想(知道|了解)(一下)?|告诉我|麻烦|帮我|查一下|一下"
    r"|是什么意思|什么时候|什么时间|什么地方|什么样|什么人|什么|叫什么名字|为什么|为何|怎么样|怎么|怎样|如何|何时|何处|何地|何人"
    r"|有哪些|哪一?(天|年|个月|位|名|家|座|个|些|里|儿)|哪几(个|位|名|家|项|篇|些|天|年|种)?|哪(?=[^吒])"
    r"|有?(多少|几)(个|家|位|名|次|条|项|座|所|种|人|篇|件|部|台|套|颗|辆|处|户|场|期|批|钱)?|多(大|高|长|远|重|宽|深|快|久)|百分之几"
    r"|(名称|名字|姓名|地点|时间|日期|比例|占比|金额|数量|人数|总数)(?=是|为|有|[?？]|$)"
    r"|是谁|谁|是不是|是否|有没有|吗|呢|吧|啊|嘛|[?!,.;:，。；：？！、“”‘’\"'《》()（）]"
)
_TURNS, _LONG = 6, 10_000  # turns that a follow-up may reach back, and characters that each may have
_IDLE = frozenset(
    "的了是在有和与及等被把对为于将由从到给向这那其该它他她也都就还又则个之以所而或请会能要上中里年月日时地得着过"
)
_MODAL = re.compile(
    r"^[要能会将可已被把给在]+(?=.)|[了着过]$"
)  # what the word cutter leaves on words that it does not know
_COUNTED = re.compile(r"[一两二三四五六七八九十几][个种项类张年天位家条方面]+|一共|总共|已经|现在|目前|打算|那天|报上")
_PRONOUN = re.compile(
    r"它们|他们|她们|它|他|她|该(项目|公司|企业|工程|活动|会议|县|镇|人)?|(这|那)(个|家|项|位|座|次|条)(项目|公司|企业|工程|活动|会议|人|地方)?|其(?!他|中|实|它|余)|此(?!次|外)"
)
_WHAT_OF = re.compile(r"(.{1,20}?)的?(呢|怎么样|如何)[?？]?")
_LEAD = re.compile(r"^(那么|那|还有|然后|另外|再问|以及|而)[,,]?")


@dataclass(frozen=True)
class Question:
    """A stand-alone question. `unit` is the measure word or unit that a number question asks for ("" if open)."""

    text: str
    kind: Kind
    unit: str = ""

    @cached_property
    def content(self) -> str:
        """The question without what merely asks, normalised: what is searched for.

        >>> understand("科恩项目什么时候投产？").content
        '科恩项目 投产'
        """
        return re.sub(r"\s+", " ", _ASKING.sub(" ", normalise(self.text))).strip()

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """The distinct content words with their part of speech (rjieba's tags).

        >>> understand("科恩项目什么时候投产？").words
        (('科恩', 'nr'), ('项目', 'n'), ('投产', 'vn'))
        """
        tagged = (pair for part in self.content.split() for pair in rjieba.tag(part))
        trimmed = ((word if rjieba.has_word(word) else _MODAL.sub("", word), tag) for word, tag in tagged)
        return tuple(dict.fromkeys((word, tag) for word, tag in trimmed if word and _telling(word, tag)))

    @cached_property
    def bigrams(self) -> tuple[str, ...]:
        """The distinct character bigrams of the content."""
        return tuple(dict.fromkeys(bigrams(self.content)))


def _telling(word: str, tag: str) -> bool:
    """Whether a word of a question can be expected in the article that answers it."""
    idle = word in _IDLE or (tag[0] in "rpcuyeox" and tag != "eng") or _COUNTED.fullmatch(word)
    return word[0].isalnum() and not idle


def understand(asked: str, history: History = (), longest: int = 500) -> Question:
    """Read a question in the light of the turns before it.

    Raises:
        QuestionError: it is empty, says nothing, or is longer than `longest` characters.
    """
    text = check(asked, longest)
    for before, _ in reversed(history[-1:]):
        with suppress(QuestionError):  # a turn that says nothing leaves nothing to refer to
            text = _stand_alone(text, understand(before, history[-_TURNS:-1], _LONG).text)
    plain = normalise(text)
    kind: Kind = next((kind for kind, pattern in _KINDS if re.search(pattern, plain)), "what")
    return Question(text, kind, _unit(plain) if kind == "number" else "")


def check(asked: str, longest: int) -> str:
    """The question in one line, control characters left out."""
    if not isinstance(asked, str):
        raise QuestionError(f'a question is a text, not {type(asked).__name__}: answer("科恩项目什么时候投产?")')
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]+", " ", asked).strip()
    if not any(char.isalnum() for char in text):
        raise QuestionError("the question is empty: write what you want to know, for example 科恩项目什么时候投产?")
    if len(text) > longest:
        raise QuestionError(f"the question has {len(text)} characters; at most {longest} are read: shorten it")
    return text


def _stand_alone(text: str, before: str) -> str:
    """Complete a follow-up from the question before it; any other question stays as it is.

    >>> _stand_alone("它什么时候竣工？", "科恩新能源智能装备项目在哪里？")
    '科恩新能源智能装备项目什么时候竣工？'
    >>> _stand_alone("那总投资呢？", "龙城芯谷有多大？")
    '龙城芯谷总投资是多少？'
    >>> _stand_alone("那龙城芯谷呢？", "科恩新能源智能装备项目总投资多少？")
    '龙城芯谷总投资多少？'
    """
    subject = _subject(before)
    bare = _LEAD.sub("", text)
    if not subject or subject in text:
        return text
    if match := _WHAT_OF.fullmatch(bare):
        what = match.group(1)
        return before.replace(subject, what) if _is_name(what) else f"{subject}{what}是多少？"
    if match := _PRONOUN.search(bare):
        return bare[: match.start()] + subject + bare[match.end() :]
    elliptic = bare != text or len(Question(bare, "what").content) <= 4
    return subject + bare if elliptic else text


def _is_name(text: str) -> bool:
    """Whether a text names somebody or something, rather than a property that many things have."""
    word, tag = rjieba.tag(text)[0]
    return tag in ("nr", "nrt", "nrfg", "ns", "nt", "nz") or not rjieba.has_word(word)


def _subject(question: str) -> str:
    """What a question is about: its longest run of nouns, with what stands inside it.

    >>> _subject("武南第二污水处理厂一天能处理多少污水？")
    '武南第二污水处理厂'
    """
    runs, run, end = [""], "", 0
    for word, tag in rjieba.tag(_ASKING.sub(" ", question)):
        if (tag[0] in "njlsigz" or tag == "eng") and word.strip():
            run, end = run + word, len(run) + len(word)
        elif tag in ("vn", "b") or (tag == "m" and not _COUNTED.fullmatch(word)) or (tag == "v" and run and word[1:]):
            run += word  # stays only if a noun follows: 制造基地
        else:
            runs.append(run[:end])
            run, end = "", 0
    return max((*runs, run[:end]), key=len)


MEASURES = (
    "亿元|万元|美元|元|平方米|平方公里|立方米|公里|千米|米|吨|公顷|亩|个百分点|岁|"
    "[个家位名次条项座所种人篇件部台套颗辆处户场期批年天月倍层站届支件株盏只]"
)


def _unit(plain: str) -> str:
    """The unit that is asked for: 多少家企业 → 家, 总投资多少 → 元, 占比多少 → %; "" where it is open."""
    if match := re.search(rf"(?:多少|几)({MEASURES})", plain):
        return match.group(1)
    if re.search(r"多少钱|(投资|资金|金额|费用|价格|收入|利润|营收|产值|成本|花)[^?]{0,6}多少", plain):
        return "元"
    return "%" if re.search(r"比例|百分之几|占比", plain) else ""
