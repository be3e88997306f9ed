"""Does a sentence hold the kind of thing that is asked for, and where?

In: a sentence and a question's kind and unit. Out: the spans of candidate answers. Patterns and parts of speech only;
knows nothing about what the question is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import rjieba

from qa.asked.asking import written
from qa.asked.question import MEASURES, Kind, Question
from qa.language.titles import holders, name_end, office_asked, offices

Span = tuple[int, int]

_SCALE = r"(?:多|余|几)?(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)?(?:多|余)?"
_MEASURE = rf"(?:个?百分点|%|‰|[A-Za-z㎡³²/]+|平方(?:千米|公里)|美元|欧元|人次|周年|小时|分钟|{MEASURES})"
_CHINESE = r"[一二三四五六七八九十百千两零〇]+"
_NUMBER = re.compile(
    rf"(?:近|超|约|逾|达)?(?:\d[\d,]*(?:\.\d+)?{_SCALE}{_MEASURE}?|{_CHINESE}{_SCALE}{_MEASURE})"
    rf"|百分之{_CHINESE}|第(?:{_CHINESE}|\d+){_MEASURE}?"
)
_DATE = re.compile(
    r"(?:\d{4}|[一二][〇零一二三四五六七八九九]{3})年(?:\d{1,2}月(?:\d{1,2}[日号])?|[上下]半年|[初底末中]|度)?"
    r"|(?:今年|去年|明年|前年|本月|上月|下月)?\d{1,2}月(?:\d{1,2}[日号]|[底初中末]|[上中下]旬|份)?|\d{1,2}[日号](?:[上下]午|晚|凌晨)?"
    r"|昨[天日晚](?:[上下]午|晚上?)?|今[天日晨晚](?:[上下]午|晚上?)?|(?:今|明|去|前)年[初底内中末]?|明[天日]|当[天日]|近日|日前|目前|(?:本月|上月|下月)[上中下]旬|(?:本|上|下)(?:周|月|季度)[一二三四五六日末底初]?"
    r"|年[底初内中末]|[上下]午|[上下]半年|[一二三四]季度|\d{1,2}[时点](?:\d{1,2}分)?|“?[一二三四五十]+五”?(?:时期|期间)"
)
_PLACE = re.compile(
    r"[一-鿿]{1,12}?(?:省|自治区|市|区|县|镇|乡|村|街道|社区|路|大道|园区|产业园|科技园|大厦|广场|中心|基地|港|机场|车站|湖|河|岛|山|国|洲|学校|大学|医院|现场)"
)
_AHEAD = ("位于", "来到", "前往", "走进", "在", "到", "于", "的", "与", "和", "是")
_PERSON_TAGS = frozenset({"nr", "nrt", "nrfg"})
_TITLED = re.compile(
    r"(?:书记|主任|区长|市长|县长|镇长|州长|省长|总书记|主席|总理|部长|局长|院长|校长|行长|经理|董事长|总裁|教授|博士|研究员|记者|负责人|员|长)([一-鿿]{2,3})(?=[说表示告诉介绍,，。、;；(（率来作主]|$)"
)
_ORGANISATION = re.compile(
    r"[一-鿿A-Za-z]{1,12}?(?:[(（][一-鿿]{2,6}[)）][一-鿿]{0,12}?)?(?:(?:有限)?公司|集团|银行|大学|学院|医院|研究院|研究所|协会|资本|创投|合作社|委员会|管委会|党工委|办公室|[一-鿿]局|中心|报社|电视台|工厂)"
)
_ABOUT = re.compile(r"(?:请问)?([一-鿿]{2,4}?)(?:现在|目前|如今)?(?:的|是|任|担任|当|什么)")
_QUOTED = re.compile(r"“[^”]{2,40}”|《[^》]{2,60}》|「[^」]{2,40}」")


def candidates(sentence: str, question: Question) -> list[Span]:
    """Where a sentence holds something of the kind asked for, in order."""
    finder = _FINDERS.get(question.kind)
    return finder(sentence, question) if finder else []


def _numbers(sentence: str, question: Question) -> list[Span]:
    unit = question.unit
    days = [match.span() for match in _DATE.finditer(sentence) if not match.group().isascii()]
    found = []
    for match in _NUMBER.finditer(sentence):
        text = match.group()
        if any(low <= match.start() and match.end() <= high for low, high in days):
            continue
        if unit in ("元", "亿元", "万元", "美元"):
            fits = re.search(r"元|亿|币", sentence[match.start() : match.end() + 4]) is not None
        elif unit == "%":
            fits = re.search(r"%|百分之|成|倍|分之", sentence[match.start() : match.end() + 2]) is not None
        elif unit in ("名", "位", "人"):
            fits = re.search(r"[名位人]", text) is not None
        else:
            fits = not unit or unit in sentence[match.start() : match.end() + len(unit)]
        if fits and not _DATE.fullmatch(text):
            found.append(match.span())
    return found


def _dates(sentence: str, question: Question) -> list[Span]:
    return [match.span() for match in _DATE.finditer(sentence)]


def _persons(sentence: str, question: Question) -> list[Span]:
    """The holders of the office that is asked for, else people whose office is not told to be another."""
    spans = [match.span(1) for match in _TITLED.finditer(sentence)]
    at = 0
    for word, tag in rjieba.tag(sentence):
        inner = any(low < at < high for low, high in spans)
        if tag in _PERSON_TAGS and len(word) > 1 and not inner:
            spans.append((at, max(at + len(word), name_end(sentence, at))))  # 恽淇丞 is cut into 恽淇 and 丞
        at += len(word)
    if office := office_asked(written(question.text)):
        held, others = holders(sentence, office)
        spans = held or [span for span in spans if span not in others]
    return sorted(set(spans))


def _roles(sentence: str, question: Question) -> list[Span]:
    about = _ABOUT.match(written(question.text))
    return offices(sentence, about[1]) if about else []


def _organisations(sentence: str, question: Question) -> list[Span]:
    spans = []
    for match in _ORGANISATION.finditer(sentence):
        ahead = max(
            (
                match.group().rfind(word) + len(word)
                for word in (*_AHEAD, *"由为向给对从让被同及等")
                if word in match.group()
            ),
            default=0,
        )
        spans.append((match.start() + ahead, match.end()))
    return [span for span in spans if span[1] - span[0] > 2]


def _places(sentence: str, question: Question) -> list[Span]:
    spans = []
    for match in _PLACE.finditer(sentence):
        ahead = max((match.group().rfind(word) + len(word) for word in _AHEAD if word in match.group()), default=0)
        spans.append((match.start() + ahead, match.end()))  # 泵站位于武进区 → 武进区
    at = 0
    for word, tag in rjieba.tag(sentence):
        if tag == "ns" and len(word) > 1:
            spans.append((at, at + len(word)))
        at += len(word)
    return sorted(set(spans))


def _quoted(sentence: str, question: Question) -> list[Span]:
    return [match.span() for match in _QUOTED.finditer(sentence)]


_FINDERS: dict[Kind, Callable[[str, Question], list[Span]]] = {
    "number": _numbers,
    "date": _dates,
    "person": _persons,
    "place": _places,
    "role": _roles,
    "organisation": _organisations,
    "what": _quoted,
}
