"""A question without what is said around it: 我是记者,明天交稿,帮我查一下X多少钱来着,在线等 → X多少钱.

In: a question as typed. Out: what it asks, in its own words. A frame is a clause of its own, or stands at the edges of
a clause; a question that is nothing but frames stays as it is. Patterns only; knows nothing about what is asked.
"""

from __future__ import annotations

import re
from itertools import accumulate

import rjieba

_SOFT = r"(?:[哈啊呀哦喔呃额嘛呗哇捏滴啦咯嘞哟吧呢哒~～]|一?下)*"
_PEOPLE = (
    r"(?:各位|诸位|大家|大佬|大神|老师|编辑|小编|同志|同学|朋友|亲|楼主|客服|师傅|前辈|哥们?儿?|兄弟|姐妹|姐|大哥|大姐|小伙伴|家人|好心人|高手|您|你)"
    r"(?:们|儿)?"
)
_US = r"(?:我们?这边|这边|我们?|本人|俺们?|咱们?|小弟|小妹|楼主)"
_WORK = (
    r"(?:稿子?|稿件|材料|报告|论文|作业|总结|ppt|新闻|文章|方案|汇报|功课"
    r"|课题|调研|研究|报道|发言稿?|简报|选题|资料|推送|视频|文案)"
)
_TRADE = (
    r"(?:记者|编辑|学生|小白|新手|新人|实习生|读者|市民|居民|村民|业主|研究生|公务员|萌新|菜鸟|通讯员"
    r"|大学生|老师|教师|退休工人|志愿者|外地人|本地人"
    r"|作者|博主|工作人员|路人|网友|老读者|投资人|程序员|自媒体)"
)
_WHEN = r"(?:今天|明天|后天|今晚|今早|明早|下午|上午|晚上|下周.?|周.|这周|马上|一会儿?|等会儿?|等下|最近|正在|在)?"
_ASK = r"(?:请教|请问|问问?|咨询|打听打?听?|求助|求问|求教|求解|求证|求科普|求告知|了解|确认|核实|知道|弄清楚?|搞清楚?)"
_SEEK = r"(?:查询?|找|搜索?|问|看|确认|核实|核对|回忆|回答|解答|科普|告诉|翻|检索|瞧)"
_THANKS = (
    r"(?:先?(?:非常|十分|万分|多|太)?(?:谢谢|谢了|谢过|谢|感谢|多谢|感激不尽|蟹蟹|3q"
    r"|thanks|thx|thank you|辛苦|拜托|麻烦|劳驾|有劳|比心|抱拳|跪谢))++"
    rf"(?:{_PEOPLE}|[了啦哈啊呀哦先]|帮忙|解答|回复|指教)*+"
)
_KNOWS = (
    r"(?:请问)?(?:有谁|有没有人|有人|谁|哪位|你们?|您|大家|各位)(?:能|可以)?"
    r"(?:知不知道|(?:知道|清楚|了解|晓得|记得)(?:不知道)?)"
)
_TELLS = rf"(?:能不能|能否|可否|可以|能|麻烦|劳驾|请|烦请|求|谁能|谁|哪位|有没有)*(?:{_PEOPLE})*(?:能|可以)?"
_HELPS = rf"{_TELLS}(?:帮帮?|给|替|跟|和|为)?(?:个?忙)?{_US}?(?:再|先)?"
_WANTS = (
    rf"(?:那个|就是|嗯|哎|呃|话说|对了|然后)*{_US}?(?:就|也|只)?(?:想要?|要|来|需要|得|特别想|有点想|很想)?"
    rf"(?:跟|向|和|找)?(?:{_PEOPLE})*"
)
# A clause that is nothing but a frame.
_CLAUSES = re.compile(
    "(?!.*(?:什么|啥|哪[^位]|几[^个]|多少|怎|咋|如何))(?:"
    + "|".join(
        (
            rf"(?:{_US}(?:是|就是|作为|属于)?|作为|身为|一[个名位枚])(?:一?[个名位枚])?[^,，]{{0,6}}{_TRADE}(?:一[个枚名])?",
            rf"{_TRADE}一[枚个名]|小白一?个?",
            r"(?:比较|有点|有些|非常|很|挺|十万火)?(?:(?:着?急|紧急|加急)+(?:[用的求等]|需)?|急{2,})(?:[,，]?在?线?等)?|(?:在线|坐|挺急|急)*等(?:回复|答案)?|蹲一?个?|速回|求速",
            rf"{_WHEN}{_US}?{_WHEN}(?:要|就要|得|需要|急着?|准备|打算)?(?:交|写|赶|发|用|做|编|查|弄|搞|开会|出)(?:一[篇个份]|个|篇|份)?[^,，]{{0,4}}?{_WORK}(?:的时候)?(?:急?要?用|用到|用的?|需要|呢|了)?",
            rf"{_THANKS}",
            r"(?:实在)?(?:不好意思|抱歉|打扰(?:一?下|了|您了|大家了?|你了)?|冒昧(?:问一?下|打扰)?|对不起)(?:[啊哈了]|问个(?:事|问题))*",
            rf"(?:{_PEOPLE})*(?:你好|您好|大家好|好|早上好|上午好|中午好|下午好|晚上好|早|晚好|hi|hello|嗨|哈喽|在吗|在不在|在么)?",
            rf"{_WANTS}{_ASK}(?:{_PEOPLE}|一?下|一?[个点件]|几个|两个|事儿?|问题|情况)*",
            rf"{_HELPS}(?:{_SEEK}(?:一?下|{_SEEK}|{_US}|看|出来|清楚)*|下|忙)?(?:行吗|好吗|可以吗|吗|么)?",
            r"(?:我)?(?:一直|总|实在|突然|有点|一时|真的|好像)*(?:记不太?清楚?|不记得|忘记?|想不起来?|没搞[懂清]楚?|不太?清楚|不太?懂|没看[懂明]白?|没找到|找不到|查不到|好奇|纳闷)了?",
            rf"{_KNOWS}(?:的|么|吗|不|没|没有|呢)?(?:(?:告诉|告知|说)(?:我|一?下)*)?",
            r"(?:嗯|哎|诶|喂|那个|这个|就是|话说|对了|是这样的?|情况是这样|问个事儿?|问个问题|有个问题|一个问题|小问题|弱弱地?问一?句?|随便问问)+",
        )
    )
    + rf"){_SOFT}"
)
_KNOWN = re.compile(rf"^{_KNOWS}(?=[^的])")
_BEFORE = re.compile(
    rf"^(?:{_THANKS}[,，]?)?(?:{_WANTS}{_ASK}(?:一?下|一?[个点件]|{_PEOPLE}|事儿?|问题|哈|啊|呀)*"
    rf"|(?!谁(?!能)|哪位(?!好心人|大佬|大神|高手|朋友|老师|能|可以))"
    rf"{_HELPS}{_SEEK}(?:一?下|{_SEEK}|看|{_US}|出来|清楚|哈|啊|呗)*+(?![版了过到的着会待好病书卷报人])"
    r"|(?:弱弱地?|随便|冒昧)问一?[下句]"
    r"|(?:不好意思|打扰|抱歉)(?:了|一?下|哈|啊)*"
    r"|(?:嗯|哎|诶|话说|对了)(?=[^,，]{4}))[:：]?(?=..)"
)
_MARKED = re.compile(
    r"下|我|帮|想|请问|请教|麻烦|劳驾|求|咨询|打听|弱弱|随便|冒昧|不好意思|打扰|抱歉|嗯|哎|诶|那个|话说|对了|就是"
)
_SAID = re.compile(r"(?:来着|[呗哇捏咧哟噻勒哒嘞])+$")
_BEHIND = re.compile(r"(?:哈|呀|你们?知道吗|有谁知道吗?|谢谢|谢了|多谢|在线等|求[解问告]知?|谁知道)+$")
_PARTED = re.compile(r"(?<=[,，。;；!！?？…])|(?<=～)|(?<=~)|(?<=\s)")
_LONGEST = 24  # characters of a clause that may be a frame
_STOPS = ",，。;；!！?？…~～ \t"
_ASKS = re.compile(
    r"谁|什么|啥|哪|几|多少|多[大长高久远重宽深快厚]|怎|咋|如何|为何|何[时地处]|是否|吗|有没有|是不是|呢|(.)不\1"
)
_YES_OR_NO = re.compile(r"吗$|了?没有?$")
_NAMES = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」")


def core(asked: str) -> str:
    """What a question asks, without frames.

    >>> core("我是记者，明天交稿，帮我查一下泵站总投资是多少，在线等")
    '泵站总投资是多少'
    >>> core("有谁知道泵站修了多长不"), core("麻烦问一下哈，泵站啥时候完工来着"), core("帮我总结下泵站这篇报道")
    ('泵站修了多长', '泵站啥时候完工', '帮我总结下泵站这篇报道')
    >>> core("帮我查一下")
    '帮我查一下'
    """
    if _NAMES.search(asked) and any(char in "".join(_NAMES.findall(asked)) for char in ",，。?？!！"):
        return asked
    pieces = [piece for piece in _PARTED.split(asked) if piece.strip(_STOPS)]
    said = [bared for piece in pieces if not _frames(piece) and not _frames(bared := _bared(piece))]
    if not said or said == pieces:
        return asked
    return "".join(said).rstrip(",，;；~～… \t")


def _frames(piece: str) -> bool:
    """Whether a clause asks nothing."""
    clause = piece.strip(_STOPS).lower()
    return not clause or (len(clause) <= _LONGEST and _CLAUSES.fullmatch(clause) is not None)


def _ahead(clause: str) -> int:
    """Where the question begins behind a frame that says by one word what it is: 帮我查一下, but not 搜救队, 请教授."""
    match = _BEFORE.match(clause)
    if match is None or not _MARKED.search(match.group()):
        return 0
    ends = accumulate(map(len, rjieba.cut(clause[: match.end() + 6])))
    return match.end() if match.end() in ends else 0


def _bared(piece: str) -> str:
    """A clause without the frames at its edges; what stops it stays."""
    clause = piece.rstrip(_STOPS)
    stop, lead = piece[len(clause) :], piece[: len(piece) - len(piece.lstrip())]
    clause, rest = clause.lstrip(), clause.lstrip()
    if knows := _KNOWN.match(rest):
        told = rest[knows.end() :].lstrip(",， ")
        bare = re.sub(r"[不没吗么呢]$|没有$", "", told)
        rest = bare if _ASKS.search(bare) else told if _YES_OR_NO.search(told) else rest
    while (shorter := rest[_ahead(rest) :]) != rest and len(shorter) > 1:
        rest = shorter
    rest = _SAID.sub("", rest) or rest
    behind = _BEHIND.sub("", rest)
    return lead + (behind if len(behind) > 1 and _ASKS.search(behind) else rest) + stop
