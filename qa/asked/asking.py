"""How a question asks: its kind, the unit that it wants, and what is left when the asking is taken out.

In: a question in words. Out: a `Kind`, a unit, the words that remain. Patterns only; knows nothing about conversations
or the archive.
"""

from __future__ import annotations

import re
from typing import Literal

import rjieba

from embeddings.names import surnamed
from embeddings.words import normalise
from qa.asked.gist import ASKS, gist_of
from qa.language.titles import OFFICE

Kind = Literal[
    "number", "date", "person", "place", "organisation", "role", "list", "yesno", "how", "definition", "reports",
    "author", "summary", "what",
]  # fmt: skip
MEASURES = (
    "亿元|万元|美元|元|平方米|平方公里|立方米|公里|千米|米|吨|公顷|亩|个百分点|岁|"
    "[个家位名次条项座所种人篇件部台套颗辆处户场期批年天月倍层站届支件株盏只]"
)
_REPORT = "(报道|稿件|稿子|新闻|文章|消息|照片|图片)"
_BODY = "(公司|企业|单位|部门|机构|集团|银行|医院|学校|大学|高校|中学|小学|协会|组织|厂家|厂商|工厂|媒体)"
# The first pattern that is found names the kind.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "reports",
        rf"(哪些|哪几[篇张条]|什么|有没有|有无)[^,。?]{{0,4}}{_REPORT}|(哪些|哪几[篇张条])(关于|有关|涉及|提到|写到?|讲到?)[^,。?]{{1,16}}{_REPORT}|(多少|几)[篇张条][^,。?]{{0,12}}{_REPORT}|{_REPORT}(都?有哪些|有几[篇张条]|有多少|有吗|有没有)"
        rf"|(报纸|那天|版)上?[^,。?]{{0,3}}(报道|登|写|说|有)了?些?(什么|哪些)|(有没有|有无)[^,。?]{{1,20}}的{_REPORT}"
        rf"|^(所有|全部)?(关于|有关)[^?]*的?{_REPORT}[?]?$|报道过(哪些|什么|几[次篇])|写过?(哪些|什么)[?]?$",
    ),
    (
        "author",
        r"(谁|哪位|哪个记者|哪名)[^,。?]{0,6}(拍|摄|写|报道)"
        r"|(记者|作者|摄影者?|摄影师|拍摄者|通讯员)(是|叫)(谁|什么|哪)|(照片|图片|文章|报道)的?(记者|作者|摄影者?)[?]?$",
    ),
    (
        "date",
        r"什么时候|何时|几时|什么时间|什么日子|哪一?(天|年|月|日|个月|周|个季度)|星期几|周几|几点|几(月|号|日)(?!间)"
        r"|(时间|日期|日子|工期)(是|为)?(多少)?[?。]?$|日期是|多久之?前|何年|何月|何日",
    ),
    (
        "definition",
        r"什么意思|指的?是?什么|全称|全名|含义|什么叫|是指|^什么是|何谓|何为|定义|简称|缩写"
        r"|[a-z]+是(个)?什么[?]?$|是什么东西",
    ),
    (
        "list",
        r"哪些|哪几|哪[两三四五六七八九十](?!年|月|天|日)|分别是|有什么|(包括|包含|涉及|涵盖)了?什么|都有(谁|什么)|多少个.{0,6}分别|列出|列举|列一下"
        r"|(名单|清单)(是什么)?[?]?$",
    ),
    (
        "role",
        r"(什么|啥|哪个|何种)(职务|职位|身份|头衔|官|岗位|职业)|(任|担任|当)(的|的是|了)?什么"
        r"|(职务|职位|身份|头衔)(是|为)?(什么)?[?]?$|是干什么的$",
    ),
    ("person", r"谁|哪一?(位|名|个人)|什么人|何人|(姓名|名字)|哪个(记者|作者|领导|书记|主任|教授|专家|干部)"),
    ("organisation", rf"(哪|什么)[^,。?]{{0,4}}{_BODY}|哪一?(家|所)(?!里)|哪一?个(局|委|办|院|厂|队)"),
    (
        "place",
        r"哪里|何处|何地|什么地方|哪一?(个|座|处)?(国家|国|省|市|区|县|镇|乡|村|街道|社区|小区|城市|地方|地区|园区|地|路|街|场馆|会场)|哪条(路|街|河)"
        r"|位于|在哪|去哪|到哪|往哪|(地址|地点|位置)(是|为)?[?]?$|选址",
    ),
    (
        "number",
        r"多少|几(?!乎|何)|多(大|高|长|远|重|宽|深|快|久|厚)|比例|百分之几|占比|(数量|人数|总数)(是|为)?[?]?$"
        r"|(投资|面积|金额|产能|产量|规模|资金|造价|价格|长度|高度|宽度|容量|产值|票价|成本|预算|年龄|年纪)(是|为)?[?]?$",
    ),
    ("how", r"为什么|为何|怎么(?!样)|(如何|怎样)(?![?]?$)|原因|凭什么|何以|靠什么"),
    (
        "yesno",
        r"吗|是否|有没有|了没有?[?]?$|没有[?]?$|(?<![什怎多这那要])么[?]?$|(对|是|行|好)吧[?]?$|真的|有无|能否|可否|会否"
        r"|(?P<verb>[一-鿿])不(?P=verb)",
    ),
)
_OF_REPORTS = ("reports", "author")
# What asks, but is not asked for. Longest first.
_ASKING = re.compile(
    r"(是)?怎么回事|什么情况"
    r"|(现在|目前|如今)?(是|担任|任|当)(的是|的|了)?(什么|哪个|何种)(职务|职位|身份|头衔|官|岗位)|(担任|任|当)(的是|的|了)?什么"
    r"|(是|指的?是?)?什么意思|什么时候|什么时间|什么日子|什么地方|什么样|什么人|什么东西|叫?什么名字|是[做干](什么|嘛)(工作)?的|是?什么|是(?=[谁哪几多怎]|如何)|为什么|为何|怎么样|怎么|怎样|如何|何时|何处|何地|何人|何谓"
    r"|有哪些|哪一?(天|年|个月|周|位|名|家|座|个|些|里|处|所)|哪几(个|位|名|家|项|篇|些|天|年|种)?|哪(?=[^吒])|星期几|周几|几点|几[月号日](?!间)"
    r"|有?(多少|几)(个(?!百分点)|家|位|名|次|条|项|座|所|种|人|篇|件|部|台|套|颗|辆|处|户|场|期|批|钱)?|多(大|高|长|远|重|宽|深|快|久|厚)|百分之几"
    r"|(名称|名字|姓名|地点|时间|日期|比例|占比|金额|数量|人数|总数|职务|职位|身份)(?=是|为|有|[?？]|$)"
    r"|是谁|谁|(是|能|会|有|要|可)(不是|不能|不会|没有|不要|不可以)|是否|能否|可否|了没有?(?=[?？]|$)|了?[吗呢吧啊嘛呀么](?=[?？,，。]|$)|吗|呢|吧|啊|嘛|呀"
    r"|[?!,.;:，。；：？！、“”‘’\"'《》()（）]"
)
# Words of speech, and what print says for them; what is only polite says nothing.
_SPOKEN = (
    (
        r"^((你好|您好|嗨|喂|嗯|哎|那个|话说|对了|请教一?下|请问(一下|下)?|我?想?(问问?|请教|打听|了解|知道)一?下?|我想"
        r"|(麻烦|劳驾)(你|您)?|(请|烦请)(告诉我|帮我)?"
        r"|(请|麻烦|能不能|能否|可以|可不可以)?(你|您)?(帮我?|给我|替我|跟我|和我)?(查查?|找找?|看看?|告诉我)(一下)?"
        r"|(你|您|谁|有人|大家|有谁)知不?知?道(不知道)?)[,，!、 ]*)+",
        "",
    ),
    (r"(来着|对吧|你知道吗|知道吗|谢谢(你|您|啦|了)?|多谢|拜托(了)?)(?=[,，。?!]*$)", ""),
    (r"啥时候|啥时间|多会儿|多咱|甚么时候", "什么时候"),
    (r"为啥|干嘛要|干吗要", "为什么"),
    (r"啥|甚么|神马", "什么"),
    (r"咋样", "怎么样"),
    (r"咋", "怎么"),
    (r"哪儿|哪块儿?|哪旮旯", "哪里"),
    (r"(?<=[这那])儿", "里"),
    (r"几多(?=(?!钱)[一-鿿])", "多少"),
    (r"几多钱?|多少个?钱", "多少钱"),
    (r"到底|究竟|大概|大约", ""),
)
_NAMED_THING = re.compile(
    r"(平台|项目|公司|社区|小区|活动|桥|路|馆|中心|企业|品牌|产品|系统|书|歌|报告|讲座|展览|题目)(叫|取名|起了个)什么名?字?[?]?$"
)
_PERSON_TAGS = ("nr", "nrt", "nrfg", "zg")
_ABOUT_SOMEBODY = re.compile(
    r"^(?:谁是(?P<last>.{2,4})|(?P<name>.{2,4}?)(?:是谁|是什么人|是哪一?位|是?何许人也?|是[做干](?:什么|嘛)(?:工作)?的))[啊呀呢]?[?]?$"
)


def written(text: str) -> str:
    """A question as one would write it: normalised, without courtesies, 啥 as 什么.

    >>> written("请问科恩啥时候投产呀？")
    '科恩什么时候投产呀?'
    """
    plain = normalise(text)
    for spoken, printed in _SPOKEN:
        shorter = re.sub(spoken, printed, plain)
        plain = shorter if any(char.isalnum() for char in shorter) else plain
    return plain


def kind_of(text: str) -> Kind:
    """What kind of answer a question wants.

    >>> kind_of("科恩什么时候投产？"), kind_of("乔俊杰是谁？")
    ('date', 'role')
    """
    plain = written(text)
    if about_somebody(plain):
        return "role"
    if _NAMED_THING.search(plain):
        return "what"
    kind: Kind = next((kind for kind, pattern in _KINDS if re.search(pattern, plain)), "what")
    gist = gist_of(plain) if kind not in _OF_REPORTS else None
    if gist is None:
        return kind
    return kind_of(gist) if ASKS.search(gist) and gist != plain else "summary"


def about_somebody(plain: str) -> str:
    """The person of whom a question asks who that is, "" where it asks for none.

    >>> about_somebody("恽淇丞是谁?"), about_somebody("单体伟是做什么工作的?"), about_somebody("区长是谁?")
    ('恽淇丞', '单体伟', '')
    """
    match = _ABOUT_SOMEBODY.search(plain)
    name = (match["last"] or match["name"]) if match else ""
    return name if name and is_person(name) and not re.search("[作记]者$", name) else ""


def is_person(word: str) -> bool:
    """Whether a word can be the name of a person: a surname and one or two characters that make no common word.

    >>> is_person("恽淇丞"), is_person("董事长"), is_person("区委书记")
    (True, False, False)
    """
    if not 2 <= len(word) <= 4 or not surnamed(word) or re.search(f"{OFFICE}$", word):
        return False
    tagged = rjieba.tag(word)
    return any(tag in _PERSON_TAGS for _, tag in tagged) or not rjieba.has_word(word)


def content_of(text: str) -> str:
    """A question without what merely asks, normalised: what is searched for.

    >>> content_of("科恩项目什么时候投产？")
    '科恩项目 投产'
    """
    return unasked(written(text))


def unasked(text: str) -> str:
    """A text without what merely asks, otherwise as it is."""
    gist = gist_of(text)
    return re.sub(r"\s+", " ", _ASKING.sub(" ", text if gist is None else gist)).strip()


def unit_of(text: str) -> str:
    """The unit that is asked for: 多少家企业 → 家, 总投资多少 → 元, 占比多少 → %; "" where it is open."""
    plain = written(text)
    if match := re.search(rf"(?:多少|几)({MEASURES})", plain):
        return match.group(1)
    money = r"投资|资金|金额|费用|价格|收入|利润|营收|产值|成本|花|造价|预算|票价"
    if re.search(
        rf"多少钱|({money})[^?]{{0,6}}多少|(总?投资额?|资金|金额|费用|造价|价格|产值|成本|预算)(是|为)?[?]?$", plain
    ):
        return "元"
    if re.search(r"年纪|年龄|岁数", plain):
        return "岁"
    return "%" if re.search(r"比例|百分之几|占比", plain) else ""


def order_of(text: str) -> Literal["latest", "first", ""]:
    """Whether the latest or the first of several is asked for.

    >>> order_of("最近一次常务会议是什么时候开的？"), order_of("全省首个试点在哪里？"), order_of("总投资多少？")
    ('latest', 'first', '')
    """
    plain = written(text)
    if re.search(r"最新|最近|近期|最后一?[次期篇届回批]|上一?[次期届回]|最晚|刚刚|目前进展|眼下", plain):
        return "latest"
    return (
        "first"
        if re.search(r"首[个次批届家条座例期位]|第一[个次批届家条座例期位]|最早|头一[个次回]|最先|率先", plain)
        else ""
    )
