"""Follow-ups → questions that stand alone: 那投资呢？, 它什么时候竣工？, 第二个呢？, 为什么？

In: a question and the (question, answer) turns before it. Out: the question, completed from them where it leans on
them, and as it is where it brings its own subject. What points at an answer is read in qa/talk/earlier.py, pronouns in
qa/talk/pronouns.py, X呢 in qa/talk/exchanged.py, what names nothing at all in qa/talk/afterwards.py. Knows nothing
about the archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from embeddings.words import normalise
from qa.asked.asking import content_of, is_person
from qa.asked.mixed import read
from qa.asked.parts import parts_of
from qa.asked.topics import COMPOUND, MODAL, NAMES, NOUNS, OFFICE, common, in_pieces, subject_of
from qa.language.rarity import background
from qa.language.titles import OFFICE as POST
from qa.replies.courtesies import courtesy
from qa.talk.afterwards import afterwards
from qa.talk.earlier import Talk, about_item, item, lines
from qa.talk.exchanged import STAGE, exchanged
from qa.talk.joined import asked_for, led
from qa.talk.pronouns import named

History = Sequence[tuple[str, str]]

# What answers the answer, before anything is asked: 嗯嗯, / 好的, / 谢谢,
_HEARD = re.compile(
    r"^(?:(?:嗯+|哦+|噢|好(?:的|吧)?|行|对|明白了?|知道了|懂了|收到|原来如此|谢谢(?:你|您|了)?|ok)+[,，。!！ 、]+)+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:那么|那(?![个些里时天年次位家座条边])|还有(?!哪|什么|谁|几|多少)|然后|另外|再问(?:一下)?|以及|而|接着|所以"
    r"|我(?:想|是想|要|是|刚才|刚刚)?(?:问|说|指)的?是|我(?:是|刚才|刚刚)(?:问|说|指)"
    r"|不(?:是|对)?(?:吧|啊|的|呀)?(?:这个|那个)?(?=[,，。!！ ])|错了(?=[,，。!！ ]))[,，。!！ ]*)+"
)
_NEW = re.compile(r"^(换个?(一个|个)?(话题|问题)|(另外|再)?(问|说)(一个|个)?别的|不(说|问|聊)这个了|对了)[,，。:：]?")
# What a reader says before naming what to know of.
_WISH = re.compile(
    r"^(?:那么?)?(?:我|咱们?)?(?:就|还|只)?(?:想|想要|希望|要)(?:再|进一步)?(?:了解|知道|问问?|打听|查查?|看看?|听听?|请教)"
    r"(?:一下|下|的是)?[,，]?(?=.{2})"
)
_OCCASION = re.compile(r"会上|会议上|活动上|仪式上|座谈会上|当天|那天|那次|这次|此次|本次|期间|现场")
# Asks of somebody what he had to do with it: 石伟东也参加了吗, 乔俊杰去了吗.
_TOO = re.compile(
    r"^(?P<who>[一-鿿]{2,4}?)(?P<too>也|又|还)?(?(too)(?!有)|(?:去|来|参加|出席|到场|在场|陪同|讲话|发言)(?:了|过)?(?:吗|没有?|么|不)[?？。]?$)"
)
_BESIDE = ("和", "跟", "与", "同", "比")  # 跟云杉公园有什么区别
_AGAIN = re.compile(r"^(?:上|下|前|后)一?[次届期批轮场]")
_WHAT_OF = re.compile(r"(?P<what>.{1,24}?)(?P<of>的)?(呢|怎么样|如何)?[?？。]?")
_NTH = re.compile(
    r"^(?:其中)?(?:的)?(?:上面|前面)?(?:第(?P<nth>[一二三四五六七八九十]|\d{1,2})|(?P<last>最后一?)|(?P<first>头一|前一)|(?P<pair>[前后]))"
    r"(?P<unit>[个篇条项家位则件名张部座处者份站所种])(?:的?(?:项目|报道|文章|照片|公司|企业|新闻|人))?(?P<rest>.*)$"
)
_ASKS = re.compile(r"谁|什么|哪|几|多[少大高长远久]|怎|何|吗|是否|没有")
_OWN = 0.004  # share of news articles that a noun may stand in to be a subject of its own
_POST_ALONE = re.compile(
    rf"(?P<post>(?:[省市州区县镇乡]委)?(?:常务副|副)?{POST})(?:是|叫|姓)(?:谁|哪位|什么(?:名字)?)[呢啊]?[?？]?"
)


def stand_alone(text: str, history: History) -> str:
    """Complete a follow-up from the turns before it, oldest first; any other question stays as it is.

    >>> stand_alone("它什么时候竣工？", [("科恩新能源智能装备项目在哪里？", "")])
    '科恩新能源智能装备项目什么时候竣工？'
    >>> stand_alone("那总投资呢？", [("龙城芯谷有多大？", "")])
    '龙城芯谷总投资是多少？'
    >>> stand_alone("那龙城芯谷呢？", [("科恩新能源智能装备项目总投资多少？", "")])
    '龙城芯谷总投资多少？'
    """
    talk = Talk()
    for asked, answer in ((part, answer) for whole, answer in history for part in parts_of(read(whole))):
        if not courtesy(asked) and (content_of(asked) or talk.asked):  # who says nothing leaves nothing to refer to
            talk = talk.then(_complete(asked, talk), answer)
    return _complete(text, talk)


def _complete(text: str, talk: Talk) -> str:
    """A question completed from what was said before it."""
    text = _HEARD.sub("", text) or text
    text = _WISH.sub("", text)
    fresh = _NEW.sub("", text)
    bare = _LEAD.sub("", fresh)
    subject = talk.subject
    if fresh != text or not subject or not bare:
        return fresh or text
    if whole := afterwards(text, talk) or afterwards(bare, talk):
        return whole
    if normalise(subject) in normalise(text):
        return text
    if (match := _NTH.match(bare)) and (pointed := _pointed(match, talk)):
        return pointed
    if whole := named(bare, talk) or _instead(bare, bare != fresh, talk):
        return whole
    if _leans(bare, bare != fresh):
        return led(_led_by(subject, bare), bare)
    return bare if bare != fresh and not _leans(bare, True) else text


def _led_by(subject: str, bare: str) -> str:
    """The subject before a question for what else there is: of 南京银行副行长, where a thing is asked for, the bank."""
    if is_person(subject) and (too := _TOO.search(bare)) and is_person(too["who"]):
        return ""  # 乔俊杰也在吗, after what 恽淇丞 said
    body = re.sub(rf"(?<=..)的?(?:副|总)?{POST}$", "", subject)
    return body if body != subject and any(tag[0] == "n" for _, tag in rjieba.tag(content_of(bare))) else subject


def _pointed(match: re.Match[str], talk: Talk) -> str:
    """The question about the line or thing that 第二个 points at; "" where there is none."""
    if match["unit"] == "站" and len(lines(talk.answered)) < 2:
        return ""
    for answered, asked in ((talk.answered, talk.asked), (talk.listed, talk.list_asked)):
        if line := item(answered, match):
            return about_item(line, match["rest"], asked)
    which = re.sub("^(?:其中|的|上面|前面)+", "", match.group()[: match.end("unit")])
    if not (thing := asked_for(talk.asked, which=which)):
        return ""
    return about_item(thing, match["rest"], "")


def _instead(bare: str, led: bool, talk: Talk) -> str:
    """The question that X呢 asks, or 州长是谁 alone; "" where something else is said."""
    if post := _POST_ALONE.fullmatch(bare):
        return exchanged(post["post"], False, talk.asked, talk.subject)
    match = _WHAT_OF.fullmatch(bare)
    if not match or not (led or bare.rstrip("?？").endswith("呢")) or _ASKS.search(match["what"]):
        return ""
    stays = (match["of"] and len(match["what"]) > 1) or not _predicates(match["what"])
    return exchanged(match["what"], match["of"] is not None, talk.asked, talk.subject) if stays else ""


# Asks for all there is of a common kind, whatever was spoken of before: 3月3日有哪些报道, 有哪些项目开工了.
_OF_EVERYTHING = re.compile(
    r"有(?:哪些|什么|几[篇个条])(?:新的?)?(?:报道|新闻|消息|文章|项目|工程|活动|会议|企业|公司)"
)


def _leans(text: str, led: bool) -> bool:
    """Whether a question has no subject of its own; one that begins with 那 must name something to have one."""
    if not led and _OF_EVERYTHING.search(text):
        return False
    content = content_of(text)
    too = _TOO.search(text)
    if _AGAIN.search(text) or rjieba.cut(text)[0] in _BESIDE or (too and (too["too"] or is_person(too["who"]))):
        return True
    if _OCCASION.search(text) and not re.search(r"会议(?!上)|[一-鿿]{2}会(?!上)", content):
        return True
    if re.search(r"[“《\"][^”》\"]{2,}[”》\"]", text):
        return False
    for word, tag in (pair for part in content.split() for pair in rjieba.tag(part)):
        known = rjieba.has_word(word)
        word = word if known else MODAL.sub("", word)  # 能产 is no noun, whatever the word cutter makes of it
        if len(word) < 2 or word.isnumeric() or common(word):
            continue
        rare = len(word) > 2 and background().get(word, 0) < _OWN
        if tag in NAMES or (tag[0] in "nz" and not known) or (rare and tag[0] in NOUNS and not led):
            return False
    whole = subject_of(text)
    return led or len(whole) < COMPOUND or re.search(f"{OFFICE}$", whole) is not None


def _predicates(text: str) -> bool:
    """Whether a text says something of its subject (打算什么时候开工), and so is more than a name or a property."""
    tagged = rjieba.tag(text)
    doing = any(tag in ("v", "d") and word not in "是有" for word, tag in tagged) and tagged[-1][1][0] != "n"
    return doing and not common(text) and not STAGE.fullmatch(text) and not in_pieces(text)
