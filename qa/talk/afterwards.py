"""What is said after an answer and names nothing itself: 说详细点, 你确定吗, 为什么？, 还有吗, 加起来多少, 哪个大.

In: such a text and what was said before it. Out: the question that it asks in full; "" where it asks something of its
own. Patterns over the question before; knows nothing about pronouns, nor about the archive.
"""

from __future__ import annotations

import re
from itertools import takewhile

import rjieba

from qa.asked.asking import kind_of, unasked, written
from qa.asked.topics import amount, common, is_name, subject_of
from qa.records import Answer
from qa.talk.earlier import Talk
from qa.talk.joined import asked_for, led

_END = r"(?:吧|呢|啊|呀|哦|嘛|好吗|可以吗|行吗|一下)?[?。!]*"
_PLEASE = r"(?:请|麻烦|那|能不能|能|可以|可不可以|你|您|给我|帮我|再|就)*"
_AGAIN = re.compile(
    rf"{_PLEASE}(?:(?:重新|重复|再|又)?(?:说|讲|回答|来|答|念)(?:一遍|一次|一下)|重复|换(?:一?[个种])?(?:说法|方式|句话)(?:说|讲)?"
    rf"|(?:说|讲)?(?:得|的)?(?:简单|简短|通俗|明白|清楚)(?:一?点|一?些)(?:说|讲)?|(?:我)?没(?:看|听|读)?[懂明清][白楚]?|说人话"
    rf"|什么意思){_END}"
)
_FULLER = re.compile(
    rf"{_PLEASE}(?:(?:说|讲)?(?:得)?(?:更|再)?(?:详细|具体|仔细|多)(?:地)?(?:一?点|一?些)?(?:说说?|讲讲?|介绍|点|些)?(?:一下)?"
    rf"|展开(?:来|说说?|讲讲?)*|细说|继续(?:说|讲)?|接着(?:说|讲)|然后|更多|说下去|往下说|具体情况|详情|细节)(?:呢|吗)?{_END}"
)
_ELSE = re.compile(
    r"(?:那|除此之外|除了这个|另外)?[,]?(?:还有(?:没有)?(?:别的|其他的?|其它的?|更多的?|什么|哪些|呢)?|就这些|只有这些|没有(?:别的|其他的?)?了)"
    r"(?:报道|消息|内容|信息)?(?:吗|么|没有?|呢)?[?]*"
)
_WHO_ELSE = re.compile(r"(?:那)?还有(?:谁|哪些人|什么人|哪几[位个]人?)(?:呢)?[?]*")
_SURE = re.compile(
    r"(?:那|你|您|这个?|这些)?(?:真的?)?(?:能|敢)?(?:确定|肯定|确认|保证|属实|准确|可靠|靠谱|对|真的?|可信|是真的?|没错|不会错)(?:吗|么|不|吧)"
    r"|(?:你|您)?确定|当真|真的假的|真的|不会吧|没搞错吧"
    r"|(?:你)?(?:有)?(?:什么)?(?:的)?(?:依据|根据|出处|来源|证据|原文)(?:呢|吗|是什么|在哪里?|是哪里?|是哪篇(?:报道)?)?"
    r"|(?:你|您)?(?:这)?(?:是)?(?:从|在)?(?:哪里?|哪儿|哪篇(?:报道|文章)?)(?:里|上|中)?(?:看|听|查|得|写|说|知道|提)(?:来|到|的|知)*"
    r"|(?:这)?(?:是)?(?:出自|来自|根据)(?:哪里?|哪篇(?:报道|文章)?|什么)|(?:你)?怎么知道的?|凭什么(?:这么说)?"
)
# What is asked of what happened, and how the whole question puts it.
_EVENT = r"(?:那|这|那么|所以)?(?:件|个)?(?:事情?|话)?(?:又|都|究竟)?(?:是)?"
_PUT = {
    "什么时候": "{}是什么时候？", "在哪里": "{}是在哪里？", "为什么": "为什么{}？", "怎么": "{}是怎么做的？",
    "": "{}是谁说的？",
}  # fmt: skip
_OF_EVENT = {
    "什么时候": r"(?:什么时候|什么时间|何时|几时|哪一?[天年]|哪个月|几号)(?:的事情?|的|发生的?|呢)?",
    "在哪里": r"(?:发生)?在?(?:哪里?|哪儿|什么地方|何处)(?:的|发生的?|呢)?",
    "为什么": r"(?:为什么|为何|为啥|什么原因|原因(?:是什么)?|凭什么|怎么会(?:这样)?)(?:呢|要这样|会这样|这样)?",
    "怎么": r"(?:怎么|如何|怎样|咋)(?:做|办|弄|实现|进行|操作|开展|搞|完成)?(?:到|成)?(?:的)?",
    "": r"(?:谁|哪位)(?:说|讲|介绍|透露|表示|告诉(?:你|记者))(?:的|过)?(?:这话)?",
}
_SPOKE = re.compile(r"(?:说|讲|强调|指出|表示)$")
_ADVERB = re.compile(
    r"什么时候|什么时间|何时|几时|哪一?[天年]|在?(?:哪里|哪儿|什么地方|何处)|为什么|为何|为啥|怎么(?!样)|如何|怎样"
)
_BOTH = r"(?:那|这|它们|他们|二者|两者|两[个家项处条座]|俩|这两[个家项处条座]|这些|项目|公司|企业)*"
_SUM = re.compile(
    rf"{_BOTH}(?:的)?(?:加起来|加在一起|合起来|合计|合在一起|相加|总共|一共|总和|之和|总计|合共)(?:是|有)?(?:多少|几)?[一-鿿]{{0,3}}{_END}"
)
_WAY = "(?:大|多|高|长|早|晚|小|少|低|短|快|重|久|远|贵)"
_WHICH = re.compile(
    rf"{_BOTH}(?:当中|之间|中|里)?[,]?(?P<ask>(?:哪一?[个家项处条座](?:项目|公司|企业|工程)?|谁)(?:的)?[^的呢]{{0,8}}?"
    rf"{_WAY}|(?:相)?差(?:了)?多少)(?:一?些|一?点)?{_END}"
)
_AGAINST = re.compile(
    r"(?:那)?(?:如果|要是)?(?:和|跟|与|同(?!比)|比起|对比|比)(?P<other>[^,，和跟与]{2,20}?)(?:的话)?"
    rf"(?P<than>比较|相比|比起来|比一比|比)?(?:起来)?[,]?(?P<ask>(?(than)(?:怎么样)?(?=$|[呢啊呀?])|(?!))|(?:哪|谁).+|相?差(?:了)?多少|(?:更|还|要)*{_WAY}(?:吗|多少|不{_WAY})){_END}"
)
# Which ones they are, of so many: 都有谁？, 是哪家？
_ONES = re.compile(
    rf"(?:它们|他们|这些)?(?:都|分别|具体|各)*(?:是|有|叫|来了?)(?:的)?些?(?P<which>哪[些几]?[个家份项位条所篇]?|什么|谁)(?:人)?{_END}"
)
_MANY = re.compile(r"(?:有)?(?:多少|几)(?:个|家|份|项|位|条|所|名|篇|种|处)?(?=人|[一-鿿]{2,})(?![一-鿿]?元)")


def doubts(text: str) -> bool:
    """Whether a reader asks what an answer stands on.

    >>> doubts("你确定吗？"), doubts("出处呢"), doubts("科恩确定投产吗？")
    (True, True, False)
    """
    return _SURE.fullmatch(written(text).strip("?。!,")) is not None


def afterwards(text: str, talk: Talk) -> str:
    """The question in full where a text is about the answer before it and names nothing; else "".

    >>> afterwards("为什么？", Talk("武进和南京银行签了什么协议？"))
    '为什么武进和南京银行签了协议？'
    """
    plain = written(text)
    if doubts(text) or _AGAIN.fullmatch(plain):
        return talk.asked
    if _ELSE.fullmatch(plain):
        return _else(talk)
    if _FULLER.fullmatch(plain):
        return talk.asked if _whole(talk.asked) else f"详细介绍{_matter(talk.asked) or talk.subject}"
    if _WHO_ELSE.fullmatch(plain):
        return _who_else(talk)
    return _ones(plain, talk.asked) or _of_event(plain, talk.asked) or _of_both(plain, talk) or _against(plain, talk)


def stands_on(answer: Answer) -> str:
    """The reports that an answer stands on, for a reader who doubts it; "" for a refusal."""
    told = []
    for each in () if answer.refused else answer.citations:
        day = f"{each.date.year}年{each.date.month}月{each.date.day}日" if each.date else ""
        page = f"{each.page}版".replace("版版", "版") if each.page else ""
        told.append("，".join(filter(None, (f"《{each.headline}》", day, page))))
    return f"依据：{'；'.join(dict.fromkeys(told))}。" if told else ""


def _whole(asked: str) -> bool:
    """Whether a question asks for all there is already."""
    return kind_of(asked) in ("reports", "author", "summary", "list")


def _else(talk: Talk) -> str:
    if _whole(talk.asked) and not talk.list_asked:
        return talk.asked
    return talk.list_asked or f"关于{talk.subject}还有哪些报道？"


def _who_else(talk: Talk) -> str:
    """Who else, after 乔俊杰也参加了吗: the same, asked of anybody."""
    asked = re.sub(r"(?:也|都)?(.+?)了?[吗么]?[?？]?$", r"\1", talk.asked)
    if talk.somebody and talk.somebody in asked:
        return f"{asked.replace(talk.somebody, '还有谁', 1).replace('谁也', '谁')}了？"
    return talk.asked if kind_of(talk.asked) in ("person", "list") else f"{talk.subject}还有谁？"


def _of_event(plain: str, before: str) -> str:
    """为什么？, 什么时候的事？: in the place of what was asked before, or of what it was asked of."""
    for adverb, asks in _OF_EVENT.items():
        if not re.fullmatch(f"{_EVENT}(?:{asks}){_END}", plain):
            continue
        if adverb and adverb in before:
            return before
        at = _ADVERB.search(before)
        rest = before[at.end() :].lstrip("要会能得") if at else ""
        if at and adverb and re.match(r"[一-鿿]{2}", rest):
            return f"{before[: at.start()]}{adverb}{rest}"
        matter = (_matter(before) if adverb else _told(before)) or subject_of(before)
        if not _doing(matter, before) and adverb in ("在哪里", "为什么"):
            return f"{matter}{'在哪里' if adverb == '在哪里' else '的原因是什么'}？"
        return _PUT[adverb].format(f"{matter}这话" if adverb and _SPOKE.search(matter) else matter)
    return ""


def _doing(matter: str, before: str) -> bool:
    """Whether a question was asked of what somebody did, and not of a thing."""
    return re.search(r"的人是?谁", before) is not None or any(
        tag == "v" or (tag[0] == "u" and len(word) > 1) for word, tag in rjieba.tag(matter)
    )


def _told(before: str) -> str:
    """A question without what asks, as one text: 武进和南京银行签了协议."""
    return re.sub(r"(?:[了的在是于有为由叫]|的人)+$", "", unasked(before).replace(" ", ""))


def _matter(before: str) -> str:
    """What a question was asked of, with what happened: 浦口区党政代表团来武进考察, but 龙城芯谷 without its 总投资."""
    if titles := re.findall("《.+?》", before):
        return str(titles[0])
    words = rjieba.tag(_told(before))
    kept = list(words)
    subject = subject_of(before)
    while (
        kept
        and not "".join(word for word, _ in kept).endswith(subject)
        and (common(kept[-1][0]) or kept[-1][1][0] in "mqudpcb")
    ):
        kept.pop()
    return "".join(word for word, _ in kept)


def _ones(plain: str, before: str) -> str:
    """是哪家？, after a question for how many there are."""
    ones, many = _ONES.fullmatch(plain), _MANY.search(before)
    if not ones or not many or not asked_for(before):
        return ""
    which = ones["which"] if ones["which"][0] == "哪" else "哪些"
    has = "有" if many[0][0] == "有" else ""
    return f"{before[: many.start()]}{has}{which}{before[many.end() :]}"


def _against(plain: str, talk: Talk) -> str:
    """和龙城芯谷比哪个大？, 比龙城芯谷多吗？: what was asked about, beside another."""
    match = _AGAINST.fullmatch(plain)
    if not match or not talk.subject or not (is_name(match["other"]) or rjieba.tag(match["other"])[-1][1][0] == "n"):
        return ""
    other, ask = match["other"], match["ask"]
    measure = _measure(talk.asked, talk.subject)
    if ask in ("", "怎么样"):
        return (
            _weighed(f"{talk.subject}和{other}", "哪个大", measure)
            if measure
            else f"{talk.subject}和{other}相比怎么样？"
        )
    if re.match("哪|谁|相?差", ask):
        return _weighed(f"{talk.subject}和{other}", ask, measure)
    return f"{led(talk.subject, measure)}比{other}{ask}？"


def _measure(before: str, subject: str) -> str:
    """What was asked how much it is: 总投资; "" where nothing was measured."""
    measured = unasked(before.rpartition(subject or "\n")[2]).replace(" ", "").strip("的了有是为")
    if not re.search("多|几", before):
        return ""
    return "投资" if measured in ("投", "花") else measured if amount(rjieba.cut(measured or "？")[-1]) else ""


def _weighed(both: str, ask: str, measure: str) -> str:
    """Which of two has more: 青塘泵站和云杉公园哪个总投资大."""
    if ask.endswith("多少"):
        return f"{both}的{measure}相差多少？" if measure else f"{both}{ask}？"
    if re.search(r"[投面规产金人长时]", ask[:-1]) or not measure:
        return f"{both}{ask}？"
    return f"{both}{re.sub('((?:更|最|比较|较)?.)$', lambda way: measure + way[1], ask)}？"


def _of_both(plain: str, talk: Talk) -> str:
    """两个加起来多少, 哪个大: asked of the last two things, for readers who compare."""
    which = _WHICH.fullmatch(plain)
    if not talk.previous or not (which or _SUM.fullmatch(plain)):
        return ""
    ours, theirs = (rjieba.cut(asked.rstrip("?？。")) for asked in (talk.asked, talk.previous))
    head = len([*takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))])
    least = min(len(ours), len(theirs)) - head
    tail = min(least, len([*takewhile(lambda pair: pair[0] == pair[1], zip(ours[::-1], theirs[::-1], strict=False))]))
    first, second = ("".join(words[head : len(words) - tail]) for words in (theirs, ours))
    if not first or not second or not tail:
        return ""
    both, rest = f"{''.join(ours[:head])}{first}和{second}", "".join(ours[len(ours) - tail :])
    if not which and head:  # 年产导光板和扩散板多少吨 is told in one sentence, if at all
        return f"{both}{rest}？"
    if not which:
        each = re.sub("(?:是|有)?(多少|多大|几)", r"分别是\1", rest, count=1)
        return f"{both}的{each}？"
    return _weighed(both, which["ask"], _measure(rest, ""))
