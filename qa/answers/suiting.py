"""Is a span of the kind of thing that is asked for? 五大类 answers 分几大类, 35项 does not.

In: a question, a text and a span of it. Out: yes or no; and the figures of a text that are counted as is asked. Forms
only: it knows nothing about whose figure or name a span is.
"""

from __future__ import annotations

import re

import rjieba

from embeddings.words import normalise
from qa.answers.borders import begin
from qa.asked.asking import written
from qa.asked.question import Question
from qa.language.quantities import Quantity, quantities
from qa.language.rarity import background
from qa.language.tokens import COMMON, PERSON_TAGS

Span = tuple[int, int]
_COUNTED = re.compile(r"(?<!第)(?:多少|几)(?:[万亿])?(?P<of>[一-鿿]{1,4})")
_TIME = frozenset(("年", "月", "天", "小时", "周", "岁"))
_TIMES = re.compile("[年月天日时周岁久龄期]")
_DAYS = (  # what is asked for, and what a day then holds
    (re.compile(r"星期几|周几"), re.compile("[周期][一二三四五六日末天]")),
    (re.compile(r"哪一?[天日]|几[日号](?!线)"), re.compile(r"[日号旬底初中]|[昨今明]|[周期][一二三四五六日末天]")),
    (re.compile(r"哪一?个?月|几月(?!份?[几哪])"), re.compile("月")),
    (re.compile(r"哪一?年|何年"), re.compile("年")),
)
_NO_DAY = re.compile(r"当[天日](?:[上下]午|晚)?|目前|[上下]午")
_AREA = re.compile(r"哪一?[个座]?(?P<area>国家|国|省份?|自治区|市|区|县|镇|乡|村|街道|社区|城市|州)(?!委|政府|领导)")
_LARGE = frozenset(("国家", "国", "省", "省份", "市", "城市", "州"))  # whose names go without saying what they are
_WHICH = re.compile(r"哪一?[个座家条处](?P<of>[一-鿿]{2,4}?)(?=[的是在]|[,?]|$|[一-鿿]{2})")
_ANYWHERE = frozenset(("地方", "地区", "地点", "位置", "场所", "场馆", "会场"))
_NO_PLACE = re.compile(
    r"(?:[省市州区县镇乡党]委|(?<!邮)(?<!电信)局|队|政府|军方?|[村居市公]?民|人|员|部门|理论|变化|办公?室?|议)$"
)
_NAMING = re.compile(r"叫(?:做|作)?(?:什么|啥)|什么名|名[字称]|题目|标题|书名|刊名|全称|主题|口号|品牌|名为")
_NOUN = re.compile(r"(?:什么|哪一?[个项部本首份条支款场档]|何种)(?P<of>[一-鿿]{2,6})")
_OF = re.compile(r"的?(?P<of>[一-鿿]{2,6}?)(?:是|为|叫)(?:什么|啥|哪一?个)")
_WRITTEN = re.compile(
    r"法律?|条例|办法|规定|细则|意见|方案|通知|公告|计划|规划|书|文件|报告|剧|片|歌|曲|电影|节目|论文|合同|协议|标准|名单|清单"
)
_NEAR = 8  # characters between a quoted name and what it is the name of
_BODY = re.compile(
    r"(?:公司|集团|银行|大学|学院|医院|中心|委员会|[省市州区县镇乡党工管]委会?|[一-鿿]{2}(?:局|委|办|院|社|所|厅|部|会|队|厂|店|行|馆|站|校|团|署|司|处|组|室|网|报|台)"
    r"|政府|联盟|基金|资本|创投|科技|控股|机构|幼儿园|中学|小学|合作社|[)）])$"
)
_NO_BODY = re.compile(r"[员民人者]$")


def suits(question: Question, text: str, span: Span) -> bool:
    """Whether a span can be what the question asks for, by its form."""
    said, asked = text[slice(*span)], written(question.text)
    if question.kind == "number":
        return counted(asked, said + text[span[1] : span[1] + 4])
    if question.kind == "date":
        forms = [form for of, form in _DAYS if of.search(asked)]
        return all(form.search(said) for form in forms[:1]) and not _NO_DAY.fullmatch(said)
    if question.kind == "person":
        return _a_person(said)
    if question.kind == "place":
        return _a_place(asked, said)
    if question.kind == "organisation":
        return not _NO_BODY.search(said) and (_BODY.search(said) is not None or len(said) <= _NEAR)
    return question.kind != "what" or _named_so(asked, text, span)


def counted(asked: str, said: str) -> bool:
    """Whether figures are counted in what a question counts in, as far as that is plain: 五大类 in 几大类.

    >>> counted("要点分几大类?", "35项项目"), counted("要点分几大类?", "五大类"), counted("有多少家企业?", "30个企业")
    (False, True, True)
    """
    wanted, told = _wanted(asked), quantities(normalise(said))[:1]
    if wanted is None:
        return not any(each.unit in _TIME for each in told) or _TIMES.search(asked) is not None
    return any(_like(wanted, each) for each in told)


def figures(asked: str, text: str, span: Span) -> list[Span]:
    """The figures of a part of a text that are counted as the question counts, where it does: 几大类."""
    wanted, part = _wanted(asked), text[slice(*span)]
    plain = normalise(part)
    if wanted is None or len(plain) != len(part):
        return []
    return [(span[0] + begin(one), span[0] + one.end) for one in quantities(plain) if _like(wanted, one)]


def lengthened(asked: str, text: str, span: Span) -> Span:
    """A figure with the measure that the question has for it, and the noun that it ends with: 36个|班, 400|起."""
    match = _COUNTED.search(asked)
    if match is None:
        return span
    of, (low, high) = match["of"], span
    if re.search(r"[\d万亿百千十多余]$", text[low:high]) and text.startswith(of[0], high):
        high += 1
    ends = len(of) == 2 and re.match(r"[?,。]|$", asked[match.end() :]) is not None
    return low, high + (ends and text[high - 1] == of[0] and text.startswith(of[1], high))


def _wanted(asked: str) -> Quantity | None:
    """The measure that a question counts in, as a quantity; None where it names none that is known."""
    match = _COUNTED.search(asked)
    one = quantities(f"3{match['of']}")[:1] if match else []
    return one[0] if one and one[0].unit else None


def _like(wanted: Quantity, told: Quantity) -> bool:
    if told.ordinal != wanted.ordinal:
        return False
    return Quantity("3", 0, 1, None, wanted.unit).says(Quantity("3", 0, 1, None, told.unit))


def _a_person(said: str) -> bool:
    """Whether a word may be somebody: no place, and no word that everybody uses."""
    if re.search(r"[省市县镇乡村州]$", said) and len(said) > 2:
        return False
    tagged = rjieba.tag(said)
    common = len(tagged) == 1 and tagged[0][1] not in PERSON_TAGS and background().get(said, 0) > COMMON / 10
    return not common


def _a_place(asked: str, said: str) -> bool:
    """Whether a name may be the place that is asked for: a 镇 for 哪个镇, no office for 哪里."""
    if _NO_PLACE.search(said):
        return False
    area = _AREA.search(asked)
    if area and area["area"] in _LARGE:
        return all(tag in ("ns", "nr", "nz", "nrt", "n") for _, tag in rjieba.tag(said)) and (
            rjieba.tag(said)[-1][1] != "n" or said[-1] in "国省市州区县"
        )
    if area:
        return said.endswith(area["area"][-1])
    which = _WHICH.search(asked)
    return which is None or which["of"] in _ANYWHERE or not set(which["of"]).isdisjoint(said[-3:])


def _named_so(asked: str, text: str, span: Span) -> bool:
    """Whether quoted words are the name that is asked for: what they name stands beside them, or is called so."""
    if _NAMING.search(asked):
        return True
    match = _NOUN.search(asked) or _OF.search(asked)
    if match is None:
        return False
    of = match["of"]
    if text[span[0]] == "《" and _WRITTEN.search(of):
        return True
    near = normalise(f"{text[max(0, span[0] - _NEAR) : span[0]]} {text[span[1] : span[1] + _NEAR]}")
    return any(of[at : at + 2] in near for at in range(len(of) - 1))
