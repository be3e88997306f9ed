"""Follow-ups → questions that stand alone: 那投资呢？, 它什么时候竣工？, 第二个呢？

In: a question and the (question, answer) turns before it. Out: the question, completed from them where it leans on
them, and as it is where it brings its own subject. Rules over words and parts of speech (rjieba); knows nothing about
the archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from embeddings.words import normalise
from qa.asking import content_of, is_person, kind_of, unasked, written
from qa.courtesies import courtesy
from qa.mixed import read
from qa.parts import parts_of
from qa.rarity import background

History = Sequence[tuple[str, str]]

_LEAD = re.compile(
    r"^(那么|那(?![个些里时天年次位家座条边])|还有|然后|另外|再问(一下)?|以及|而|接着|所以|我(想)?(问|说|指)的是|不是?[,，])[,，]?"
)
_NEW = re.compile(r"^(换个?(一个|个)?(话题|问题)|(另外|再)?(问|说)(一个|个)?别的|不(说|问|聊)这个了|对了)[,，。:：]?")
_MORE = re.compile(
    r"^(还有|还有(别的|其他的?)?|继续|接着说|然后|详细(说说|一点)?|说详细点|再(详细|具体)(一)?点|更多)[吗呢]?[?]?$"
)
_GROUP = (
    "项目|公司|企业|工程|活动|会议|单位|银行|部门|机构|学校|大学|医院|社区|村|镇|县|区|市|街道|园区|地方|场馆|条例|法律|文件"
    "|政策|报道|文章|平台|人"
)
_PRONOUN = re.compile(
    rf"(?P<who>他们|她们|他(?!山)|她)|它们|它|该(?P<that>{_GROUP})|(?:这|那)(?:个|家|项|位|座|次|条|所|篇|场|部|些|几个|处|里的)(?P<this>{_GROUP})?"
    rf"|其(?!他|中|实|它|余|间|次)|此(?!次|外|前|后)|(?P<where>那里|这里|那边|这边|那儿|这儿|当地)"
)
_OCCASION = re.compile(r"会上|会议上|活动上|仪式上|座谈会上|当天|那天|那次|这次|此次|本次|期间|现场")
_WHAT_OF = re.compile(r"(?P<what>.{1,24}?)(?P<of>的)?(呢|怎么样|如何)?[?？。]?")
_NTH = re.compile(
    r"^(?:其中)?(?:的)?(?:上面|前面)?(?:第(?P<nth>[一二三四五六七八九十]|\d{1,2})|(?P<last>最后一?)|(?P<first>头一|前一)|(?P<pair>[前后]))"
    r"(?:个|篇|条|项|家|位|则|件|名|张|部|座|处|者)(?:的?(?:项目|报道|文章|照片|公司|企业|新闻|人))?(?P<rest>.*)$"
)
_ASKS = re.compile(r"谁|什么|哪|几|多[少大高长远久]|怎|何|吗|是否|没有")
_AGAINST = frozenset("防抗治援助反禁限控减")  # 防台风, 反腐败: a verb that belongs to the name of the matter
_DIGITS = "零一二三四五六七八九十"
# What a thing may have, and so no subject of its own: 总投资, 建筑面积, 负责人; and what any report may hold.
_PROPERTY = re.compile(
    r".{0,4}(投资额?|面积|规模|产能|产量|产值|金额|资金|额度|时间|日期|地点|地址|位置|人数|数量|比例|占比|原因|目的|意义|背景|内容|名称|名字|姓名|年龄|工期|进度|进展|用途"
    r"|作用|功能|特点|特色|模式|主题|题目|标题|效果|成效|影响|措施|目标|任务|计划|打算|预算|成本|价格|收入|利润|长度|宽度|高度|照片|图片|情况|问题|要求|结果|职务|身份)"
)
_OFFICE = (
    "(负责人|董事长|经理|主任|局长|院长|校长|行长|站长|主持人|主讲人|领导|人员|员工|工人|市民|群众|专家|嘉宾|记者|作者|通讯员"
    "|摄影者|摄影师|设计师|书记)"
)
_ANYBODY = re.compile(
    rf".{{0,3}}{_OFFICE}|单位|公司|企业|厂房|设备|产品|会议|大会|活动|仪式|现场|项目|工程|东西|方面|部门|地方|工作|服务|建设|合作|方向|方式|报道|文章|新闻|议题|汇报|文件"
)
_NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})
_NOUNS = "njlsigz"
_MODAL = re.compile(r"^[要能会将可已被把给在年日]+")
_COUNTED = re.compile(r"[一两二三四五六七八九十几][个种项类张年天位家条方面]+|一共|总共|已经|现在|目前|打算|那天|报上")
_NAMED = 3  # characters that a name is worth beside other nouns
_COMPOUND = 5  # characters of a run of nouns that names a thing of its own: 政府投资项目
_OWN = 0.004  # share of news articles that a noun may stand in to be a subject of its own
# Things of which a conversation compares several: the other one takes the place of the first.
_PARALLEL = tuple(
    re.compile(pattern)
    for pattern in (
        r"第?[一二三四五六七八九十\d]+(?:次|届|批|号|轮)", r"第?[一二三四五六七八九十\d]+(?:期|标段|季度)",
        r"(?:\d{4}|去|今|明|前)年(?:度)?(?:\d{1,2}月)?", r"\d{1,2}月(?:\d{1,2}[日号])?", r"[昨今明前]天",
        r"(?:副)?(?:区委书记|市委书记|区长|市长|州长|县长|州委书记|董事长|总经理|行长|书记|主任)",
    )
)  # fmt: skip


def stand_alone(text: str, history: History) -> str:
    """Complete a follow-up from the turns before it, oldest first; any other question stays as it is.

    >>> stand_alone("它什么时候竣工？", [("科恩新能源智能装备项目在哪里？", "")])
    '科恩新能源智能装备项目什么时候竣工？'
    >>> stand_alone("那总投资呢？", [("龙城芯谷有多大？", "")])
    '龙城芯谷总投资是多少？'
    >>> stand_alone("那龙城芯谷呢？", [("科恩新能源智能装备项目总投资多少？", "")])
    '龙城芯谷总投资多少？'
    """
    before = answered = ""
    for asked, answer in ((part, answer) for whole, answer in history for part in parts_of(read(whole))):
        if not courtesy(asked) and (content_of(asked) or before):  # who says nothing leaves nothing to refer to
            before, answered = _complete(asked, before, answered), answer
    return _complete(text, before, answered)


def _complete(text: str, before: str, answered: str) -> str:
    """A question completed from the stand-alone question before it and its answer."""
    fresh = _NEW.sub("", text)
    bare = _LEAD.sub("", fresh)
    subject = subject_of(before)
    if fresh != text or not subject or not bare or normalise(subject) in normalise(text):
        return fresh or text
    if _MORE.match(written(text)):
        return before
    if match := _NTH.match(bare):
        item = _item(answered, match)
        return _about_item(item, match["rest"], before) if item else subject + bare
    if match := _PRONOUN.search(bare):
        return _without_pronoun(bare, match, before, answered, subject)
    if (match := _WHAT_OF.fullmatch(bare)) and (bare.rstrip("?？").endswith("呢") or bare != fresh):
        what = match["what"]
        if not _ASKS.search(what) and not _predicates(what):
            return _what_of(what, match["of"] is not None, before, subject)
    if _leans(bare, bare != fresh):
        return subject + bare
    return bare if bare != fresh and not _leans(bare, True) else text


# Asks for all there is of a common kind, whatever was spoken of before: 3月3日有哪些报道, 有哪些项目开工了.
_OF_EVERYTHING = re.compile(
    r"有(?:哪些|什么|几[篇个条])(?:新的?)?(?:报道|新闻|消息|文章|项目|工程|活动|会议|企业|公司)"
)


def _leans(text: str, led: bool) -> bool:
    """Whether a question has no subject of its own; one that begins with 那 must name something to have one."""
    if not led and _OF_EVERYTHING.search(text):
        return False
    content = content_of(text)
    if _OCCASION.search(text) and not re.search(r"会议(?!上)|[一-鿿]{2}会(?!上)", content):
        return True
    if re.search(r"[“《\"][^”》\"]{2,}[”》\"]", text):
        return False
    for word, tag in (pair for part in content.split() for pair in rjieba.tag(part)):
        known = rjieba.has_word(word)
        word = word if known else _MODAL.sub("", word)  # 能产 is no noun, whatever the word cutter makes of it
        if len(word) < 2 or word.isnumeric() or _common(word):
            continue
        rare = len(word) > 2 and background().get(word, 0) < _OWN
        if tag in _NAMES or (tag[0] in "nz" and not known) or (rare and tag[0] in _NOUNS and not led):
            return False
    whole = subject_of(text)
    return led or len(whole) < _COMPOUND or re.search(f"{_OFFICE}$", whole) is not None


def _common(word: str) -> bool:
    """Whether a word is a property, an office or a thing that many subjects have."""
    return _PROPERTY.fullmatch(word) is not None or _ANYBODY.fullmatch(word) is not None


def _predicates(text: str) -> bool:
    """Whether a text says something of its subject (打算什么时候开工), and so is more than a name or a property."""
    return any(tag in ("v", "d") and word not in "是有" for word, tag in rjieba.tag(text)) and not _common(text)


def _what_of(what: str, of: bool, before: str, subject: str) -> str:
    """那二期呢, 那科恩的呢, 那投资呢: the question before with another subject, or its subject with this property."""
    for pattern in _PARALLEL:
        here, there = pattern.fullmatch(what.strip()), pattern.search(before)
        if here and there:
            return before[: there.start()] + what + before[there.end() :]
    if not _is_name(what):
        ending = {"number": "是多少？", "what": "是什么？"}.get(kind_of(what), "？")
        return f"{subject}{what}{ending}"
    if of and (place := _place(before)) and _place(what):
        return re.sub(place + ("[州市区县镇]?" if what[-1] in "州市区县镇" else ""), what, before, count=1)
    return before.replace(subject, what, 1)


def _without_pronoun(text: str, match: re.Match[str], before: str, answered: str, subject: str) -> str:
    """The question with what the pronoun stands for: 他, who was asked for; 这家公司, the one that was asked for."""
    named = match["this"] or match["that"] or ""
    instead = subject
    if match["who"] in ("他", "她") and (person := _person(before, answered)):
        of = "" if re.search(f"{_OFFICE}$", subject) else "的"
        instead = person if person in before else f"{subject}{of}{person}"
    elif named and (asked := re.search(rf"(?:哪|什么)[一-鿿]{{0,3}}?{named}", before)):
        told = content_of(before[: asked.start()]).removesuffix("由").removesuffix("是")
        instead = f"{told}{content_of(before[asked.end() :])}".removesuffix("了") + f"的{named}"
    rest = text[match.end() :]
    if what := re.fullmatch(r"的?(.{1,12}?)呢[?？]?", rest):
        return _what_of(what[1], False, before, instead) if not match.start() else text
    return text[: match.start()] + instead + rest


def _person(before: str, answered: str) -> str:
    """The person that the last turn was about: named in the question, or found by its answer (in bold)."""
    if kind_of(before) in ("person", "author"):
        for found in re.findall(r"\*\*(.{2,4}?)\*\*", answered):
            if is_person(found):
                return str(found)
        if signed := re.search(r"(?:记者|摄影) ?([一-鿿]{2,4})", answered):
            return signed[1]
    names = [word for word, tag in rjieba.tag(before) if tag in ("nr", "nrt", "nrfg") and is_person(word)]
    if about := re.search(r"^([一-鿿]{2,4}?)(?:是|任|担任)", before):
        names = [about[1], *names] if is_person(about[1]) else names
    if signed := re.search(r"记者([一-鿿]{2,3})", before):
        names = [signed[1], *names]
    return names[0] if names else ""


def _item(answered: str, match: re.Match[str]) -> str:
    """The line of a list that 第二个, 最后一篇 or 后者 points at; "" where the answer was no list."""
    lines = [line for line in re.split(r"\[\d+\](?:\n|$)", answered) if line.strip()]
    if len(lines) < 2:
        return ""
    lines[0] = lines[0].rpartition("：\n")[2]
    if match["last"] or match["pair"] == "后":
        return lines[-1]
    nth = match["nth"] or "1"
    at = int(nth) if nth.isdigit() else _DIGITS.index(nth)
    return lines[at - 1] if 0 < at <= len(lines) else ""


def _about_item(item: str, rest: str, before: str) -> str:
    """A question about one line of a list: about the report that it names, or about what its sentence names.

    Where projects were asked for, the project that the sentence names is meant.
    """
    title = re.match(r"(《.+》)(?:\(|（|$)", item.strip())
    clauses = [subject_of(clause) for clause in re.split(r"[,，。;；、]", item.replace("*", ""))]
    asked_for = next((word for word, tag in reversed(rjieba.tag(unasked(before))) if tag == "n"), "")
    fitting = [clause for clause in clauses if asked_for and clause.endswith(asked_for) and clause != asked_for]
    about = title[1] if title else max(fitting or clauses, key=len)
    asks = rest.strip("的 ").rstrip("呢?？。")
    return f"{about}{asks}？" if asks else f"{about}讲了什么？"


def _place(text: str) -> str:
    """The longest name of a place in a text."""
    return max((word for word, tag in rjieba.tag(text) if tag == "ns"), key=len, default="")


def _is_name(text: str) -> bool:
    """Whether a text names somebody or something, rather than a property that many things have."""
    if _common(text):
        return False
    tagged = rjieba.tag(text)
    return any(tag in _NAMES for _, tag in tagged) or not rjieba.has_word(tagged[0][0]) or len(text) > 5


def subject_of(question: str) -> str:
    """What a question is about: its longest run of nouns, with what stands inside it, names before others.

    >>> subject_of("武南第二污水处理厂一天能处理多少污水？")
    '武南第二污水处理厂'
    """
    runs: list[list[str]] = [[]]
    named = set()
    for word, tag in rjieba.tag(unasked(question)):
        unknown = len(word) > 1 and not rjieba.has_word(word) and word.isalpha()
        inside = tag in ("vn", "b", "a", "f") or (tag == "m" and not _COUNTED.fullmatch(word))
        if (tag[0] in _NOUNS or tag == "eng" or unknown or word in _AGAINST) and word.strip():
            runs[-1].append(word)
            if tag in _NAMES or unknown:
                named.add(len(runs))
        elif inside or (runs[-1] and (tag == "q" or word == "的" or (tag == "v" and word[1:]))):
            runs[-1].append(f" {word}")  # stays only if a noun follows: 制造 基地
        else:
            runs.append([])
    lengths = [(len(_trimmed(run)) + _NAMED * (at in named), -at) for at, run in enumerate(runs, start=1)]
    return _trimmed(runs[-max(lengths)[1] - 1])


def _trimmed(run: list[str]) -> str:
    """A run of words without what does not belong to a name: verbs at its end, properties (建筑面积)."""
    while run and (run[-1].startswith(" ") or (len(run) > 1 and _PROPERTY.fullmatch(run[-1]))):
        run = run[:-1]
    while run and run[0].startswith((" 的", " 上", " 中", " 里", " 内")):
        run = run[1:]
    return "".join(run).replace(" ", "")
