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
from qa.asking import content_of, kind_of, written
from qa.courtesies import courtesy
from qa.earlier import about_item, item, lines, person
from qa.mixed import read
from qa.parts import parts_of
from qa.rarity import background
from qa.topics import COMPOUND, NAMES, NOUNS, OFFICE, common, is_name, subject_of

History = Sequence[tuple[str, str]]

# What answers the answer, before anything is asked: 嗯嗯, / 好的, / 谢谢,
_HEARD = re.compile(
    r"^(?:(?:嗯+|哦+|噢|好(?:的|吧)?|行|对|明白了?|知道了|懂了|收到|原来如此|谢谢(?:你|您|了)?|ok)[,，。!！ 、]+)+",
    re.IGNORECASE,
)
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
    rf"|(?:(?P<both>[这那]两|[这那]俩)(?:个|家|项|位|处|条)?|两者)(?P<kind>{_GROUP})?|其(?!他|中|实|它|余|间|次)|此(?!次|外|前|后)|(?P<where>那里|这里|那边|这边|那儿|这儿|当地)"
)
_OCCASION = re.compile(r"会上|会议上|活动上|仪式上|座谈会上|当天|那天|那次|这次|此次|本次|期间|现场")
_WHAT_OF = re.compile(r"(?P<what>.{1,24}?)(?P<of>的)?(呢|怎么样|如何)?[?？。]?")
_NTH = re.compile(
    r"^(?:其中)?(?:的)?(?:上面|前面)?(?:第(?P<nth>[一二三四五六七八九十]|\d{1,2})|(?P<last>最后一?)|(?P<first>头一|前一)|(?P<pair>[前后]))"
    r"(?:个|篇|条|项|家|位|则|件|名|张|部|座|处|者)(?:的?(?:项目|报道|文章|照片|公司|企业|新闻|人))?(?P<rest>.*)$"
)
_ASKS = re.compile(r"谁|什么|哪|几|多[少大高长远久]|怎|何|吗|是否|没有")
_MODAL = re.compile(r"^[要能会将可已被把给在年日]+")
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
    before = answered = other = listed = ""
    for asked, answer in ((part, answer) for whole, answer in history for part in parts_of(read(whole))):
        if not courtesy(asked) and (content_of(asked) or before):  # who says nothing leaves nothing to refer to
            about = subject_of(before)
            before, answered = _complete(asked, before, answered, other, listed), answer
            other = about if about != subject_of(before) else other
            listed = answer if len(lines(answer)) > 1 else listed
    return _complete(text, before, answered, other, listed)


def _complete(text: str, before: str, answered: str, other: str = "", listed: str = "") -> str:
    """A question completed from the stand-alone question before it and its answer.

    `other` is the subject that was spoken of before that one's, `listed` the last answer that was a list.
    """
    text = _HEARD.sub("", text) or text
    fresh = _NEW.sub("", text)
    bare = _LEAD.sub("", fresh)
    subject = subject_of(before)
    if fresh != text or not subject or not bare or normalise(subject) in normalise(text):
        return fresh or text
    if _MORE.match(written(text)):
        return before
    if match := _NTH.match(bare):
        line = item(answered, match) or item(listed, match)
        return about_item(line, match["rest"], before) if line else subject + bare
    if match := _PRONOUN.search(bare):
        if match["both"] or match.group().startswith("两者"):
            return f"{bare[: match.start()]}{other}和{subject}{bare[match.end() :]}" if other else subject + bare
        return _without_pronoun(bare, match, before, answered, subject)
    if (match := _WHAT_OF.fullmatch(bare)) and (bare.rstrip("?？").endswith("呢") or bare != fresh):
        what = match["what"]
        if not _ASKS.search(what) and ((match["of"] and len(what) > 3) or not _predicates(what)):
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
        if len(word) < 2 or word.isnumeric() or common(word):
            continue
        rare = len(word) > 2 and background().get(word, 0) < _OWN
        if tag in NAMES or (tag[0] in "nz" and not known) or (rare and tag[0] in NOUNS and not led):
            return False
    whole = subject_of(text)
    return led or len(whole) < COMPOUND or re.search(f"{OFFICE}$", whole) is not None


def _predicates(text: str) -> bool:
    """Whether a text says something of its subject (打算什么时候开工), and so is more than a name or a property."""
    return any(tag in ("v", "d") and word not in "是有" for word, tag in rjieba.tag(text)) and not common(text)


def _what_of(what: str, of: bool, before: str, subject: str) -> str:
    """那二期呢, 那科恩的呢, 那投资呢: the question before with another subject, or its subject with this property."""
    for pattern in _PARALLEL:
        here, there = pattern.fullmatch(what.strip()), pattern.search(before)
        if here and there:
            return before[: there.start()] + what + before[there.end() :]
    if not is_name(what) and not (of and len(what) > 3):  # of a property nobody says 的
        ending = {"number": "是多少？", "what": "是什么？"}.get(kind_of(what), "？")
        return f"{subject}{what}{ending}"
    if of and (place := _place(before)) and _place(what):
        return re.sub(place + ("[州市区县镇]?" if what[-1] in "州市区县镇" else ""), what, before, count=1)
    return before.replace(subject, what, 1)


def _without_pronoun(text: str, match: re.Match[str], before: str, answered: str, subject: str) -> str:
    """The question with what the pronoun stands for: 他, who was asked for; 这家公司, the one that was asked for."""
    named = match["this"] or match["that"] or ""
    instead = subject
    rest = text[match.end() :]
    if match["this"] in ("篇", "报道", "文章") or text[match.start() + 1 : match.end()] in ("篇", "条"):
        titles = re.findall(r"《.+?》", answered)
        instead = titles[0] if len(titles) == 1 else subject
    elif len(match.group()) == 2 and (same := _called_so(rest, before)):
        return text[: match.start()] + same + rest[len(_first_noun(rest)) :]
    if match["who"] in ("他", "她") and (somebody := person(before, answered)):
        of = "" if re.search(f"{OFFICE}$", subject) else "的"
        instead = somebody if somebody in before else f"{subject}{of}{somebody}"
    elif named and (asked := re.search(rf"(?:哪|什么)[一-鿿]{{0,3}}?{named}", before)):
        told = content_of(before[: asked.start()]).removesuffix("由").removesuffix("是")
        instead = f"{told}{content_of(before[asked.end() :])}".removesuffix("了") + f"的{named}"
    if what := re.fullmatch(r"的?(.{1,12}?)呢[?？]?", rest):
        return _what_of(what[1], False, before, instead) if not match.start() else text
    return text[: match.start()] + instead + rest


def _first_noun(text: str) -> str:
    """The noun that a text begins with; "" where it begins with something else."""
    word, tag = next(iter(rjieba.tag(text)), ("", ""))
    return word if tag in ("n", "vn") and len(word) > 1 else ""


def _called_so(rest: str, before: str) -> str:
    """What was spoken of by the noun that stands after 这个 or 那个: 这个中心 is 国际创新中心; "" where nothing was."""
    noun = _first_noun(rest)
    named = [run for run in re.findall(r"[一-鿿A-Za-z()（）]+", before) if noun and noun in run]
    found = named[0][: named[0].index(noun) + len(noun)] if named else ""
    return found if len(found) > len(noun) + 1 else ""


def _place(text: str) -> str:
    """The longest name of a place in a text."""
    return max((word for word, tag in rjieba.tag(text) if tag == "ns"), key=len, default="")
