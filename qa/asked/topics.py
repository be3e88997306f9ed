"""What a question is about: the name or thing in it, as against what it asks of that and how.

In: a question. Out: its subject, and whether a word can be one. Words and parts of speech (rjieba); knows nothing about
conversations or the archive.
"""

from __future__ import annotations

import re

import rjieba

from qa.asked.asking import unasked

_AGAINST = frozenset("防抗治援助反禁限控减")  # 防台风, 反腐败: a verb that belongs to the name of the matter
# What a thing may have, and so no subject of its own: 总投资, 建筑面积, 负责人; and what any report may hold.
PROPERTY = re.compile(
    r".{0,4}(投资额?|面积|规模|产能|产量|产值|金额|资金|额度|总额|总量|总数|时间|日期|地点|地址|位置|人数|数量|比例|占比|原因|目的|意义|背景|内容|名称|名字|姓名|年龄|工期|进度|进展|用途"
    r"|作用|功能|特点|特色|模式|主题|题目|标题|效果|成效|影响|措施|目标|任务|计划|打算|预算|成本|价格|收入|利润|长度|宽度|高度|照片|图片|情况|问题|要求|结果|职务|身份)"
)
OFFICE = (
    "(负责人|董事长|经理|主任|局长|院长|校长|行长|站长|主持人|主讲人|领导|人员|员工|工人|市民|群众|专家|嘉宾|记者|作者|通讯员"
    "|摄影者|摄影师|设计师|书记)"
)
_AMOUNT = re.compile(
    r".{0,4}(投资额?|面积|规模|产能|产量|产值|金额|资金|额度|总额|总量|总数|人数|数量|比例|占比|年龄|预算|成本|价格|收入|利润|长度|宽度|高度|钱|人民币)"
)
_ANYBODY = re.compile(
    rf".{{0,3}}{OFFICE}|单位|公司|企业|厂房|设备|产品|会议|大会|活动|仪式|现场|项目|工程|东西|方面|部门|地方|工作|服务|建设|合作|方向|方式|报道|文章|新闻|议题|汇报|文件"
)
NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})
NOUNS = "njlsigz"
_COUNTED = re.compile(
    r"[一两二三四五六七八九十几][个种项类张年天位家条方面]+|[上下前]一?[次届期]|一共|总共|已经|现在|目前|打算|那天|报上"
)
# 科恩新能源的董事长是谁: asked is of the one, but a talk goes on about the other; not so of what bears a name (叫什么).
_HAS = re.compile(
    r"([^,，?？的\d]{2,20})的([^,，?？的]{2,8}?)(是|为)?(?:谁|什么|多少|有?多[大长高])[^,，?？]{0,3}[?？]?"
)
# What the word cutter takes for a verb: 学习会上谁作了辅导, 推进会什么时候开的.
_OCCASION = re.compile(
    r"([^在,，。的]{2,12}?(?:会议?|活动|仪式|论坛))上(?=[^一二三])"
    r"|([^在,，。的]{0,10}(?:推进|学习|座谈|推介|发布|研讨|展览|博览|洽谈|交流|动员|表彰)会)(?=什么|在|谁|有|是|由|几)"
)
# What a name holds, whatever it is made of.
_WHOLE = re.compile(
    r"“[^”]+”|《[^》]+》|[(（][一-鿿]{2,4}[)）](?=[一-鿿])|第[\d一二三四五六七八九十百]+[期届次批季讲课场轮]"
)
_PLACE = re.compile("基地|平台|中心|[园厂馆院区站]|项目|工程")  # of a thing's parts that have properties of their own
_MARK = "\ue000"
_WHEN = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}[日号](?!线)|\d+(?:个?小时|分钟|天)")
_COUNT = re.compile(r"(?<=[少几])[份度款枚幅根块吨亩元米岁层]")
_ASPECT = frozenset("了过得着")  # what stands behind a verb
MODAL = re.compile(
    r"^(?:后|前|时)?[要能会将可已被把给在年日]+"
)  # what the word cutter leaves on words that it does not know
_ONE = frozenset("个家项座所")  # 那个项目
_BY_THE_WAY = re.compile(r"^[会能要可将有是没]|[到在成]$")
_NAMED = 3  # characters that a name is worth beside other nouns
COMPOUND = 5  # characters of a run of nouns that names a thing of its own: 政府投资项目
_NUMBERED = re.compile(r"(?:第?[\d一二三四五六七八九十]+|首)[期届次批季讲课]|[\d一二三四五六七八九十]+(?:标段|号)")


def common(word: str) -> bool:
    """Whether a word is a property, an office or a thing that many subjects have."""
    return PROPERTY.fullmatch(word) is not None or _ANYBODY.fullmatch(word) is not None


def amount(word: str) -> bool:
    """Whether a word is a property that is told by a number."""
    return _AMOUNT.fullmatch(word) is not None


def in_pieces(text: str) -> bool:
    """Whether the word cutter leaves single characters of a text, as it does of a name that it does not know.

    >>> in_pieces("兢崧微纳"), in_pieces("打算开工")
    (True, False)
    """
    return sum(len(word) == 1 and tag[0] not in "rupcdmvyx" for word, tag in rjieba.tag(text)) > 1


def is_name(text: str) -> bool:
    """Whether a text names somebody or something, rather than a property that many things have."""
    if common(text):
        return False
    tagged = rjieba.tag(text)
    return (
        in_pieces(text) or any(tag in NAMES for _, tag in tagged) or not rjieba.has_word(tagged[0][0]) or len(text) > 5
    )


def subject_of(question: str) -> str:
    """What a question is about: its longest run of nouns, with what stands inside it, names before others.

    >>> subject_of("武南第二污水处理厂一天能处理多少污水？"), subject_of("漏湖清淤二期总投资多少？")
    ('武南第二污水处理厂', '漏湖清淤二期')
    """
    if (of := _HAS.fullmatch(question)) and is_name(of[1]) and (of[3] or (common(of[2]) and not _PLACE.search(of[2]))):
        question = of[1]
    if occasion := _OCCASION.match(question):
        return occasion[1] or occasion[2]
    wholes = iter(_WHOLE.findall(question))
    runs: list[list[str]] = [[]]
    named = set()
    tagged = rjieba.tag(unasked(_COUNT.sub("", _WHEN.sub(" ", _WHOLE.sub(_MARK, question)))))
    for at, (word, tag) in enumerate(tagged):
        behind = tagged[at + 1][0] if at + 1 < len(tagged) else ""
        if word == _MARK:
            runs[-1].append(next(wholes))
            if runs[-1][-1][0] != "第":
                named.add(len(runs))
            continue
        bare = word if rjieba.has_word(word) else MODAL.sub("", word)
        doing = len(word) > 1 and (len(bare) < 2 or (behind in _ASPECT and tag not in NAMES))
        if _COUNTED.fullmatch(word) or doing:
            runs.append([])
            continue
        word = bare
        unknown = len(word) > 1 and not rjieba.has_word(word) and word.isalpha() and tag[0] != "u"  # 学了
        inside = tag in ("vn", "b", "a", "f") or tag == "m"
        if (tag[0] in NOUNS or tag == "eng" or unknown or word in _AGAINST) and word.strip():
            runs[-1].append(word)
            if tag in NAMES or unknown:
                named.add(len(runs))
        elif _NUMBERED.fullmatch(word):
            runs[-1].append(word)
        elif inside or (runs[-1] and (word == "的" or _between(word, tag))):
            runs[-1].append(f" {word}")  # stays only if a noun follows: 制造 基地
        else:
            runs.append([])
    lengths = [(len("".join(_trimmed(run))) + _NAMED * (at in named), -at) for at, run in enumerate(runs, start=1)]
    words = _trimmed(runs[-max(lengths)[1] - 1])
    done = "".join(words) + "了" in question and len(words) > 1  # 孵化器封顶了吗
    return "".join(words[:-1] if done else words).replace(" ", "")


def _between(word: str, tag: str) -> bool:
    """Whether a word may stand inside a name where a noun follows: 那家 医院, 制造 基地, but 最高 会到 of nothing."""
    return (
        word in "那这"
        or word[1:] in _ONE
        or tag == "q"
        or (tag == "v" and len(word) > 1 and not _BY_THE_WAY.search(word))
    )


def _trimmed(run: list[str]) -> list[str]:
    """A run of words without what does not belong to a name: verbs at its end, properties (建筑面积)."""
    while run and (run[-1].startswith(" ") or (len(run) > 1 and PROPERTY.fullmatch(run[-1]))):
        run = run[:-1]
    while run and run[0].startswith((" 的", " 上", " 中", " 里", " 内")):
        run = run[1:]
    return run
