"""What must stand in print for a question that asks in a certain form: a year for 哪一年, a number of 级 for 几级.

In: a question and texts. Out: whether one of the texts has it, None where the form says nothing. Knows nothing about
what the figure, day or place is of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from embeddings.words import normalise
from qa.asked.asking import written
from qa.asked.question import Question

_NUMERAL = r"[\d零一二三四五六七八九十百千万亿两]"
_MOMENT = r"(?:什么时候|何时|几时|哪一?年|哪一?天)"
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
# The kind of question, how it asks, and what print then has; @ is the measure that the question names.
_FORMS = tuple(
    (kind, re.compile(asked), told)
    for kind, asked, told in (
        ("date", r"哪一?年|何年|几几年", r"\d{4}|\d年|[今明去前后]年|年[内底初中末]"),
        ("place", r"如何处", ""),  # 如何处理 asks for no place
        ("place", r"哪里人|哪个地方的?人", r"籍|出生|来自|老家|家乡|[省市区县镇乡村国]人(?![民大才力口员社])"),
        ("place", r"哪一?条(?P<by>[路街河])", r"(?<![道公铁思线电出网套条])(?:@|大道|巷)"),
        ("place", r"哪一?个省", rf"[一-鿿]{{2}}省|自治区|(?:{_PROVINCES})"),
        ("place", r"哪一?个(?P<by>县|镇|乡|村|街道|社区)", r"[一-鿿]{2}@"),
        (
            "number",
            r"多少钱一(?P<by>[一-鿿])|一(?P<unit>[张台套颗件斤吨亩份盒瓶晚月])[^,。]{0,4}多少钱",
            r"元[^,。;]{0,3}[/每一]@|[每一单/]@[^,。;]{0,10}元|(?:单|售|票|定|均)?价[^,。;]{0,10}\d",
        ),
        (
            "number",
            r"(?:[省市区县镇乡村州国]|社区|街道)(?:[一总]共|现在)?有(?:多少|几)[个口]?人[?？]*$",
            r"人口|居民|村民|常住|户籍|\d万?[余多]?人(?![次才])",
        ),
        (
            "number",
            r"[费金款薪资价税](?:是|为|有|达|[一总]共)*(?:多少|几)(?:钱|元|[万亿])?[?？]*$",
            r"元|[币镑]|美金|卢布|\d[万亿]|百[万亿]|千[万亿]|免费",
        ),
        ("number", r"第几", rf"第{_NUMERAL}|最后|倒数|垫底|末位|首|冠|居前"),
        ("number", r"几分之几", r"%|分之|\d成|一半|半数"),
        ("number", r"(?:多少|几)个?(?:人|名|位)(?!次|均|口)", rf"{_NUMERAL}[余多]?[人名位]"),
        ("number", r"(?:多少|几)亿", r"(?:\d[余多]?|[\d一二三四五六七八九十两几][百千]?|[上数几]?[百千])亿"),
        ("number", r"(?:多少|几)万", rf"{_NUMERAL}[万亿]|\d{{5}}"),
        ("number", r"多(?P<by>[宽深高厚重])", r"@"),
        ("number", r"几(?P<by>[一-鿿])(?!钱)", rf"{_NUMERAL}大?@"),
    )
)
_ANY_TIME = re.compile(r"(?:可以?|应该?|需要?|必须|能|得)(?:在|于)?(?:什么时候|何时)")  # 在出发前
# What happens to somebody or something once, and how print may say it.
_ONCE = tuple(
    (re.compile(rf"{_MOMENT}[^,。]{{0,6}}?(?:{asked})|(?:{asked})[^,。]{{0,6}}{_MOMENT}"), re.compile(told))
    for asked, told in (
        (
            r"当(?:上|的|了|选)|担任|上任|就任|任职",
            r"任命|当选|就任|上任|履新|到任|任职|出任|接任|年任|担任|选举",
        ),
        (r"成立|创办|创立|组建|设立", r"成立|创办|创立|创建|组建|建立|设立|始建|揭牌|挂牌|诞生|启航"),
    )
)


def met(question: Question, texts: Iterable[str]) -> bool | None:
    """Whether one of the texts has what the form of a question asks for; None where any figure, day or place will do.

    >>> [met(Question("城市治理是几级联动？", "number"), [told]) for told in ("三级联动", "上下联动")]
    [True, False]
    >>> met(Question("占地多少？", "number"), ["占地"]) is None
    True
    """
    plain, read = written(question.text), [normalise(text) for text in texts]
    if question.kind == "date":
        if _ANY_TIME.search(plain):
            return True
        once = (told for asked, told in _ONCE if asked.search(plain))
        if not all(any(told.search(text) for text in read) for told in once):
            return False
    for kind, asked, told in _FORMS:
        if question.kind == kind and (found := asked.search(plain)):
            form = told.replace("@", next(filter(None, found.groups()), ""))
            return any(re.search(form, text) for text in read)
    return None
