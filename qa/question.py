"""A question as it was typed, and the turns before it → `Question`, parsed once; everybody else reads its fields.

In: text, history, the day of the newest issue and the names that sign. Out: an immutable `Question`. What it means, the
reader judges; patterns find here only what is exact: the form of the question, numbers, days, ordinals, names, pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import rjieba

from embeddings.errors import QuestionError
from embeddings.words import normalise, simplified
from qa.dates import Period, canonical, periods
from qa.records import bounded

Kind = Literal["fact", "why", "how", "yesno", "list", "compare", "summary", "reports"]
Command = Literal["", "more", "detail", "brief", "other"]
History = Sequence[tuple[str, str]]

TURNS = 6  # earlier turns that are looked at
_PARTS = 4  # questions of one turn that are answered
_TURN = 120  # characters of an earlier question that are read

_SPOKEN = "|".join((
    "请问一?下?", "请(?=[查找列说讲介概])", "想问一?下?", "我?想(?:知道|问问?|了解|查)一?下?", "问一?下", "麻烦[你您]?",
    "劳驾",
    "[你您]?知道", "能不能", "可以", "帮我?", "给我", "替我", "查一?[下查]", "告诉我?", "说说", "问报",
))  # fmt: skip
_FRAME = re.compile(rf"^(?:你好|您好|哈喽|嗨)?[,，。!！~\s]*(?:(?:{_SPOKEN})[,，:：\s]*)*(?=(?:{_SPOKEN}))?(?=.{{3}})")
_SPACE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]+")

# The form of a question, the first that fits; what fits none is a "fact".
_REPORTS = "(?:报道|文章|新闻|稿件?|消息|照片|图片|内容)"
_END = "[?？]?$"
_WHICH = "(?:哪(?:一?个|边|头|家|条|处|所|座|支|位|种)|谁)"
_MORE = "更先多少大小高低长短早晚快慢贵"
_ALTERNATIVES: dict[Kind, tuple[str, ...]] = {
    "reports": (
        f"(?:哪些|哪几|什么|多少|几|所有|全部).{{0,12}}?{_REPORTS}(?!.{{0,6}}(?:说|称|提到|指))",
        "(?:写|拍|采写|采访|报道|发)[了过]?(?:哪些|什么|多少|几)", f"{_REPORTS}(?:有哪些|列表|清单|汇总)",
        f"(?:列出|罗列|列一?下|找出|汇总).{{0,20}}{_REPORTS}",
    ),
    "compare": (
        "(?:相差|差了?|多出|高出|少了?|快了?|慢了?)(?:多少|几)",
        f"{_WHICH}(?:更|比较|最)", f"(?:和|与|跟|同|、|还是)[^，,。？?]{{2,14}}[，,]?{_WHICH}.{{0,8}}[{_MORE}]",
        "比.{1,16}(?:多|少|高|低|大|小|长|短|快|慢|早|晚|贵|便宜)(?:多少|几|吗|了)?", "谁(?:更|比较)",
        "(?:分别|各自?)(?:是|有|为|占|住|花|投|多|几|什么)", "有什么(?:不同|区别|差别|变化)",
    ),
    "summary": (
        "概括", "总结", "概述", "简述", "综述", "归纳", "梳理",
        "[讲说写](?:的是|了些?|的)(?:什么|啥)(?:[?？]|$|事|内容)",
        "主要内容", "来龙去脉", "前后经过", "说个大概", "介绍一?下", "讲讲", "谈谈",
        f"(?:怎么回事|什么情况|啥情况){_END}", "经过了?(?:些?什么|哪些|怎样)",
    ),
    "why": (
        "为什么", "为何", "为啥", "怎么会", "咋会", "凭什么", "凭啥", "图.{0,8}(?:什么|啥)",
        "为的?(?:什么|啥)", "什么原因", "啥原因", "何故",
        f"原因(?:是什么|何在|有哪些)?{_END}", "怎么(?:就|老是|总是|还|不|没|突然|一下子)", "因为(?:什么|啥)",
        "(?:由于|出于)什么",
    ),
    "list": (
        "哪些", "哪几", "哪[两二三四五六七八九]", "有(?:什么|啥)(?!用|关系|时候)",
        "(?:都|分别).{1,4}(?:谁|什么|啥|哪)", "列出|罗列|列举",
        "包括什么",
    ),
    "yesno": (
        f"吗{_END}", "是否", "是不是", "有没有", "能不能", "能否", "会不会", "可不可以", "行不行", "对不对", "要不要",
        "可以不", "好不好", f"了没有?{_END}", "没有[?？]$", "真的假的", "属实", "对吧", "对么", "(?<!什)么[?？]$",
        "(?<![呢什怎])不[?？]$", "用不用",
    ),
    "how": ("怎么", "如何", "怎样", "咋", "什么(?:办法|方法|方式|措施|途径)", "靠什么", "拿什么"),
}  # fmt: skip
_FORMS = {kind: re.compile("|".join(each)) for kind, each in _ALTERNATIVES.items()}
_OPEN = re.compile(r"什么|哪|谁|多少|几[个位天年月点号]|为何|怎么|怎样|如何|咋|啥")

# What a whole turn may ask for about the answer before it.
_COMMANDS: dict[Command, re.Pattern[str]] = {
    "more": re.compile(
        "继续(?:说|讲)?|接着(?:说|讲)|往下(?:说|讲)|(?:除此之外)?还有(?:别|其他|其它|更多|哪些)?的?(?:吗|么|呢|没有)?"
        "|(?:其他|其它|别)的(?:呢|吗)|下一页|更多|go on|continue|more|anything else"
    ),
    "detail": re.compile(
        "(?:能|可以|请)?(?:再|说|讲)?得?(?:详细|具体|细致|展开)(?:一?[点些下]|地)?(?:说[说下]?|讲[讲下]?|介绍)?(?:一下)?[吗吧]?"
        "|(?:再)?多(?:说|讲)(?:一?点|些)|(?:tell me )?(?:more details?|in detail)"
    ),
    "brief": re.compile(
        "(?:请|能)?用?(?:一|两)句话(?:来)?(?:说[说下]?|讲|概括|总结|回答)?(?:一下)?[吗吧]?|简[单短要](?:一?[点些])?(?:说|讲|概括)?(?:一下)?"
        "|(?:只)?说重点|长话短说|briefly|in one sentence"
    ),
    "other": re.compile(
        "换(?:一)?[个种](?:说法|讲法|方式|表述)(?:说|讲)?(?:一下)?|再说一遍|我?(?:没|不)太?(?:听|看)?[懂明]白?"
        "|say it (?:again|differently)"
    ),
}  # fmt: skip

# What refers back to an earlier question.
_REFERS = re.compile(
    r"^(?:那么?|还有|另外|其中|然后|接着|后来|之后|结果|以及)|呢[?？]?$"
    r"|(?:^|[,，在对跟和与给把被是有由从向比])(?:它|他|她|其|这|那|该|此)(?!次活动)|他们|她们|它们|"
    r"这[个家条项位些里次种名座]|那[个家条项位些里次种名座边年天时]|该[项公项校局县镇村区]|两者|二者|上述|前者|"
    r"后者"
)
_ORDINAL = re.compile(
    r"第[\d一二三四五六七八九十百零两]+(?:[期届次批季轮届站号标回版]|季度)?|"
    r"(?<![\d一二三四五六七八九十上每这那同])[\d一二三四五六七八九十首]+[期届批轮]|\d+号(?!线)|"
    r"[\d一二三四五六七八九十]+号(?:台风|线|楼|院|井|机组)"
)
_QUOTED = re.compile(r"[“\"「《]([^”\"」》]{2,20})[”\"」》]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*[A-Za-z0-9]|\d+[A-Za-z]+\d*")
_NAME_TAGS = ("nr", "ns", "nt", "nz")
_GENERIC = re.compile("(?:[村镇乡路桥]|街道|社区|学院|学校|中学|小学|医院|公司|大学|集团|隧道|水库|小区|幼儿园|公园)$")
_LONGEST_BODY = 6  # characters of such a name, about
_PAGE = re.compile(r"([A-Za-z]?\d{1,3})版|第?([一二三四五六七八九十]+)版(?!本)|头版")
_SIGNED = re.compile(
    r"(?:记者|通讯员|摄影师?|作者|编辑)([一-鿿]{2,4}?)(?=都|一共|总共|曾|最近|在|写|拍|采|报道|发|署|的|$|\d|"
    r"[,，?？])|([一-鿿]{2,4}?)(?:采写|署名|写[了过的]|拍[了过的]|摄)"
)
_DIGITS = str.maketrans("零一二三四五六七八九", "0123456789")


class Side(NamedTuple):
    """One of the things that are compared, and the question asked of it alone."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, parsed.

    `typed` is what the reader wrote, in one line; `text` stands alone, with the earlier question in front where this
    one leans on it (`follow_up`), and is what is searched for and read. `names`, `ordinals` and `years` must stand in
    an article that answers. `period` are the days that it names, `issue` whether they are those of the paper rather
    than of the event. `signed` are those of the paper's reporters whom it names, `stranger` a name that is none of
    them. `sides` are two things that it compares, `parts` the questions of one that asks several. A `command` asks for
    more, for detail, for less or for other words on the question before it, which the other fields are then of; `said`
    is what was answered to that so far.
    """

    typed: str
    text: str
    kind: Kind
    names: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    period: Period | None = None
    issue: bool = False
    page: str = ""
    signed: tuple[str, ...] = ()
    stranger: str = ""
    follow_up: bool = False
    sides: tuple[Side, ...] = ()
    parts: tuple[str, ...] = ()
    command: Command = ""
    said: str = ""

    @property
    def shown(self) -> str:
        """The question as it was understood."""
        return self.text if self.follow_up else self.typed


def understand(
    typed: str, history: History = (), newest: Date | None = None, reporters: Sequence[str] = (), longest: int = 500
) -> Question:
    """Parse a question in the light of the turns before it; `newest` is the day that 今天 is.

    Raises:
        QuestionError: it is empty, says nothing, or is longer than `longest` characters.
    """
    typed = check(typed, longest)
    past = [turn for turn in turns(history)[-TURNS:] if turn[0].strip()]
    asked_at = max((at for at, (each, _) in enumerate(past) if not _command(each)), default=-1)
    if asked_at >= 0 and (command := _command(typed)):
        before = understand(_SPACE.sub(" ", past[asked_at][0])[:_TURN], past[:asked_at], newest, reporters, longest)
        said = "\n".join(answer for _, answer in past[asked_at:])
        return replace(before, follow_up=True, command=command, said=said)
    own = core(typed)
    earlier = [core(_SPACE.sub(" ", each))[:_TURN] for each, _ in past if not _command(each)]
    follows = bool(earlier) and (_REFERS.search(own) is not None or not _stands_alone(own))
    lead = f"{_before(earlier)} " if follows else ""
    text = f"{lead}{own}"
    kind = kind_of(own)
    plain = canonical(normalise(own))
    day = newest or Date.today()
    period = next(periods(plain, day), None)
    signed = tuple(name for name in reporters if len(name) > 1 and name in own)
    match = _SIGNED.search(own)
    return Question(
        typed=typed, text=text, kind=kind, names=_names(own, signed), ordinals=tuple(_ORDINAL.findall(own)),
        years=tuple({int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?=年)", plain)}), period=period,
        issue=period is not None and _of_issue(plain, period), page=_page(own),
        signed=signed, stranger="" if signed or not match else (match[1] or match[2] or ""),
        follow_up=follows, sides=(sides := _sides(own) if kind == "compare" else ()),
        parts=() if sides else tuple(f"{lead}{part}" for part in _parts(own)),
    )  # fmt: skip


def core(text: str) -> str:
    """The question without the frame of speech around it: "请问一下，中心什么时候启航？" -> "中心什么时候启航？"."""
    text = simplified(text.strip())
    rest = text[_FRAME.match(text).end() :] if _FRAME.match(text) else text  # type: ignore[union-attr]
    return rest if len(rest) >= 3 else text


def kind_of(text: str) -> Kind:
    """The form of a question.

    >>> [kind_of(each) for each in ("总投资多少？", "为什么停工", "大桥通车了吗？", "大桥")]
    ['fact', 'why', 'yesno', 'fact']
    """
    if _FORMS["yesno"].search(text) and not _OPEN.search(text):
        return "yesno"
    return next((kind for kind, pattern in _FORMS.items() if pattern.search(text)), "fact")


def _command(text: str) -> Command:
    plain = re.sub(r"[^\w ]+", "", normalise(core(text))).strip()
    return next((name for name, form in _COMMANDS.items() if form.fullmatch(plain)), "")


def check(typed: Any, longest: int) -> str:
    """The question in one line, control characters left out.

    Raises:
        QuestionError: it is no text, has no words, or is too long.
    """
    if not isinstance(typed, str):
        raise QuestionError(f'a question is a text, not {type(typed).__name__}: answer("科恩项目什么时候投产?")')
    text = _SPACE.sub(" ", typed).strip()
    if not any(char.isalnum() for char in text):
        raise QuestionError(
            f"the question {'has no words' if text else 'is empty'}: write what you want to know",
            chinese="问题里只有标点和符号；请用文字写出要问的事" if text else "问题是空的；请写出要问的事",
        )
    if len(text) > longest:
        raise QuestionError(
            f"the question has {len(text)} characters; at most {longest} are read: shorten it",
            chinese=f"问题有 {len(text)} 字，最多 {longest} 字；请问得短一些",
        )
    return text


def turns(history: Any) -> list[tuple[str, str]]:
    """The turns of a conversation that are read, if they have the shape that is promised.

    Raises:
        QuestionError: they are not pairs of strings.
    """
    pairs = list(history) if isinstance(history, list | tuple) else [history]
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            shown = " ".join(repr(pair).split())
            raise QuestionError(
                f'history is a list of (question, answer) pairs of strings, not {shown[:60]}: [("问", "答")]'
            )
    return bounded([(asked, answered) for asked, answered in pairs])


def content_words(text: str) -> list[tuple[str, str]]:
    """(word, part of speech) of the words of a text that carry meaning: nouns, verbs, names, numbers.

    >>> content_words("泵站总投资多少？")
    [('泵站', 'n'), ('投资', 'vn')]
    """
    return [
        (word, tag)
        for word, tag in rjieba.tag(normalise(text))
        if (len(word) > 1 and tag[0] in "nvajlibsz") or tag == "eng"
    ]


def _stands_alone(text: str) -> bool:
    """Whether a question names something of its own to look for: a name or two nouns."""
    words = content_words(text)
    named = [word for word, tag in words if tag[:2] in _NAME_TAGS or tag == "eng"]
    nouns = [word for word, tag in words if tag[0] == "n"]
    return bool(named or _QUOTED.search(text)) or sum(map(len, nouns)) >= 6


def _before(earlier: Sequence[str]) -> str:
    """The newest earlier question that stands alone, and what was asked between it and now of the same."""
    for at in range(len(earlier) - 1, -1, -1):
        if at == 0 or (_stands_alone(earlier[at]) and not _REFERS.search(earlier[at])):
            return earlier[at] if at == len(earlier) - 1 else f"{earlier[at]} {earlier[-1]}"
    return ""


def _names(text: str, signed: Sequence[str]) -> tuple[str, ...]:
    """What an article must hold to be about the same: names by their part of speech, quoted and Latin words."""
    found = [match[1] for match in _QUOTED.finditer(text)]
    if re.search(r"[一-鿿]", text):  # in an English question any word would count
        found += [match[0] for match in _LATIN.finditer(text)]
    words = rjieba.tag(text)
    found += [word for word, tag in words if tag[:2] in _NAME_TAGS and len(word) > 1]
    found += [name for at in range(1, len(words)) if (name := _body(words, at))]
    names = dict.fromkeys(name for name in found if name not in signed)
    return tuple(name for name in names if not any(name in other for other in names if other != name))


def _body(words: Sequence[tuple[str, str]], at: int) -> str:
    """The name of a place or body that ends in a generic word, from the words before it: 材料 + 学院, 坳 + 背村."""
    name = words[at][0] if _GENERIC.search(words[at][0]) else ""
    while name and at and len(name) < _LONGEST_BODY and words[at - 1][1][0] in "njg":
        if _GENERIC.search(words[at - 1][0]):  # 实验学校 before 小学 is a name of its own
            break
        at -= 1
        name = words[at][0] + name
    return name if len(name) > 2 and name != words[at][0] else ""


def surely_names(names: Sequence[str], frequency: Callable[[str], int]) -> tuple[str, ...]:
    """Those that are names beyond doubt: not in the word cutter's dictionary, or known to the archive.

    Many common words stand in the dictionary as names (惠及, 盖房子), and a reader's words need not be the paper's.
    """
    return tuple(name for name in names if not rjieba.has_word(name) or frequency(normalise(name)))


def _page(text: str) -> str:
    match = _PAGE.search(text)
    if not match:
        return ""
    if match[0] == "头版":
        return "1"
    return (match[1] or match[2].translate(_DIGITS)).upper()


_OF_ISSUE = re.compile(
    r"(?:那|这)?(?:天|期|日)?(?:里|内|以来|份)?的?(?:全部|所有|主要)?(?:[A-Za-z]?\d{0,3}版)?的?(?:有|"
    r"都有)?(?:报纸?(?!告)|报道|新闻|见报|刊登|登了|头版|版面?|稿件|消息|文章|内容|哪些报道|哪些新闻|哪些内容|"
    r"什么内容|什么新闻|哪些文章)"
)


def _of_issue(text: str, period: Period) -> bool:
    return _OF_ISSUE.match(text, period.end) is not None


_PAIR = re.compile(
    r"(?P<one>[^,，。？?的在]{2,14}?)(?:和|与|跟|同|比|、|还是)(?P<two>[^,，。？?]{2,14}?)"
    r"(?=哪|谁|相差|差|分别|各|的|相比|比起来|,|，|更|多|少|高|低|大|小|早|晚|长|短|快|慢|有什么)"
)


def _sides(text: str) -> tuple[Side, ...]:
    """The two things that a question compares; () where they do not stand side by side.

    >>> [side.question for side in _sides("东湖校区和西山校区分别有多少间宿舍？")]
    ['东湖校区有多少间宿舍？', '西山校区有多少间宿舍？']
    """
    match = _PAIR.search(text)
    if not match:
        return ()
    before, after = text[: match.start()], text[match.end() :]
    after = re.sub(
        rf"^[，,]?{_WHICH}|^相比|相差|差了?(?=多少|几)|分别|各自|各(?=是|有|为|占|住|花|投|多|几)", "", after
    )
    after = re.sub(r"更|比较|最", "多", after)
    return tuple(Side(name, f"{before}{name}{after}") for name in (match["one"], match["two"]))


def _parts(text: str) -> tuple[str, ...]:
    """The questions of a text that asks several, each behind the one before it; () for one.

    >>> _parts("泳池几月开放？票价多少？")
    ('泳池几月开放', '泳池几月开放 票价多少')
    """
    asked = [part.strip() for part in re.split(r"[。；;？?！!]+", text) if _OPEN.search(part)]
    return (asked[0], *(f"{one} {other}" for one, other in pairwise(asked[:_PARTS]))) if len(asked) > 1 else ()
