"""Does a sentence turn what is cited into its opposite: 没有, 下降 for 增长, 已竣工 for 计划竣工, a 首次 of its own?

In: the readings of a sentence and of what it cites. Out: the words of the sentence that are at fault. Lists of words
that every newspaper uses; knows nothing about names and figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.checks.claims import Reading
from qa.checks.grounds import groundless
from qa.language.tokens import Token, weight

_NOT = re.compile(
    r"没有?(?!关系|问题|收(?!到))|未(?!来|必|央|知|雨)|不(?!仅|能[只仅光单]|可[只仅光单]|应[只仅光单]|但|断|少|同|久|论|管|妨|止|只|过(?!关)|光|单|愧|如|惜|可|得|限|锈|动产|良|足|到|满|低于|超过|等|忘|凡|错)|无(?!锡|论|尘|人|疑|偿|线|缝|数|私|限|障碍)"
    r"|并非|绝非|而非|尚未|从未|拒绝|停止|暂停|终止|取消|否认|叫停|中止|放弃|禁止|毫无|缺乏|缺少|落空|失败|别(?=让|把|等|再)"
)
# What denies in the cited words: also what a sentence may not deny by, but not 不断 and 不仅.
_DENIES = re.compile(_NOT.pattern + r"|不(?:得|可|足|到|满|低于|超过|良|宜|许|准|要)|避免|防止|非")
# Denials that affirm: nothing is denied by them, in the sentence or in what it cites.
_AFFIRMS = re.compile(
    r"离不[开了]|少不了|免不了|[不没]得不|不能不|不可不|不会不|无不|不可或缺|必不可少|不[轻小浅弱凡俗菲错](?![心于])|不断|不仅|不单|不止|不只|不少|不久"
)
_STOPS = frozenset({"拒绝", "停止", "暂停", "终止", "取消", "否认", "叫停", "中止", "放弃", "落空", "失败"})
_BEFORE_NOT = frozenset("并从毫绝也还却仍尚都决既可更再")  # 并未 is a negation, 沉没 is none
_AFFIRMING = frozenset({"离不开", "少不了", "免不了", "忍不住", "禁不住", "了不起", "恨不得", "怪不得", "差不多"})
# Two words of one row, on either side of the bar, deny each other.
_OPPOSITES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        line.split("|")
        for line in """增长 增加 上升 提高 提升 扩大 上涨 增强 攀升|下降 减少 降低 缩小 下跌 下滑 减弱 回落 缩减
好转 改善 向好 变好 优化 提升|恶化 变差 下降 变坏 退化 污染加重
开工 动工 开建 启动 开始|竣工 完工 完成 建成 停工 结束 停止
复工 开工|停工 停产 歇工
投产 投用 启用 投运 启航 运营|停产 停用 关闭 关停 停运 撤销
支持 赞成 同意 批准 肯定 赞赏 表扬 称道 看好 赞许|反对 否决 驳回 批评 质疑 不满 担忧 谴责 看衰
盈利 盈余|亏损 亏空
进口|出口
提前|推迟 延期 延后 滞后 拖延
成功 达成 签下 签订 签署|失败 破裂 解除
收购 买入|出售 卖出
流入|流出
放松 放宽 宽松|收紧 加严 从严
多 多数 大多 大多数|少 少数 很少 极少 不多
增加 加大 增强|削减
抬高 提高 做大|降低 减少 缩小
新增 新建 扩建|拆除 裁减 取消
首 首个 第一 首站|末 最后 末站
全部 全体 所有 全面|部分 个别 局部
主持|列席 缺席
来到 到访 抵达|离开 告别
加强 加大|削弱 减弱 放缓
加快|放慢 放缓
便利 顺畅|困难 不便 拥堵
严格|宽松
主场|客场
战胜 击败 胜|不敌 负于 输给 败给
上调 调高|下调 调低
升级|降级
乐观|悲观
免费|收费 付费
公开|秘密
集中|分散
赢得 获得 取得 拿到|失去 丧失 丢掉
引进 引入|输出 退出
只有 仅有 唯一|不止 不只
推动 促进 助力|阻碍 妨碍 制约
领先 前列 前面 表率|落后 垫底 末位
加入 参与|退出
自主 自主创新|引进 模仿
缩短|延长 拉长
继续 持续|停止 中断 暂停
压实 落实|推卸 放松
欢迎|谢绝 拒绝 排斥
打算 计划|无意 不打算
尽快 加快 早日 加速 抓紧|放慢 放缓 延缓 拖延""".splitlines()
    )
)
_SIDES = tuple(side for sides in _OPPOSITES for side in sides)
DONE = re.compile(
    r"已经?(?!近|久|在|开始|着手|启动|进入)|业已|早已|完成了|顺利(?:竣工|完工|投产)|完毕|到位(?=[,。;]|$)"
)
AHEAD = re.compile(
    r"计划|将(?!军|领|[^,]{1,12}(?:列为|纳入|作为|定为))|拟(?!定)|预计|力争|有望|即将|准备|打算|争取|设想|定在|已?近竣工|明年|下月|本月底|[未末]来|今后"
    r"|逐步|逐项|要(?![求素点义闻道不])|希望|须|应当|早日|尽快|眼下正|正在|愿意|目标"
    r"|(?:建成|投产|达产|竣工|完工|投用|启用|完成|见效)[^,]{0,4}后"
)
_MILESTONE = re.compile(r"竣工|建成|完工|投产|达产|开工|动工|封顶|通车|投用|启用|落成|交付|投运|完成")
_REACHED = re.compile(r"做完|完成|完工|竣工|建成|结束")
_ALL = re.compile(r"(?:全部|全都|全数|全面|彻底|均|都).{0,4}(?:做完|完成|完工|竣工|建成|结束)")
_LEFT = re.compile(r"剩|其余|余下|尚未|还没|还有")
_UNDER_WAY = re.compile(r"正在|在建|推进|建设中|眼下|抓紧|计划|即将|力争")


def flips(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """The words of a sentence, with their places, that deny or outdo what is cited."""
    yield from _negations(said, cited)
    yield from _dropped(said, cited)
    yield from _opposites(said, cited)
    yield from _tenses(said, cited)
    for start, end in groundless(said, cited):
        yield said.text[start:end], start, end


def denials(said: Reading, cited: Reading, opposites: bool = True) -> Iterator[tuple[int, int]]:
    """The places of what the cited words deny or say the opposite of; claims that merely go beyond them are none."""
    for check in (_dropped, _tenses, *((_opposites,) if opposites else ())):
        yield from ((start, end) for _, start, end in check(said, cited))


def same_side(word: str, text: str) -> bool:
    """Whether a text has a word that says the same, as rows of opposites have it: 改善 for 变好."""
    return any(word in side and any(other in text for other in side if len(other) > 1) for side in _SIDES)


def _negations(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """A negation of the sentence must deny something that the cited words deny as well."""
    for match in _negators(said):
        if match.group() in _STOPS:
            if not any(
                other.group() in _STOPS and not _NOT.search(cited.text[max(0, other.start() - 4) : other.start()])
                for other in _NOT.finditer(cited.text)
            ):
                yield match.group(), match.start(), match.end()
            continue
        start, end = said.clause(match.start())
        words = [word.text for word in said.words if start <= word.start < end and word.start >= match.end()]
        if _REACHED.match(said.text, match.end()) and _LEFT.search(cited.text):
            continue  # 还没做完的 of what is left
        places = [place for word in (*words[:3], *words[-1:]) for place in _places(word, cited.text)]
        clauses = {cited.clause(at) for at in places} or set(cited.clauses)
        if not any(_DENIES.search(_AFFIRMS.sub("", cited.text[low:high])) for low, high in clauses):
            yield match.group(), match.start(), match.end()


def _dropped(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """A word that the cited words only deny, said without the denial."""
    denied = [
        cited.text[match.end() : match.end() + 8] for match in _negators(cited) if match.group() not in ("落空", "失败")
    ]
    for word in said.words:
        start, _ = said.clause(word.start)
        if len(word.text) < 2 or word.tag[0] not in "vadn" or _DENIES.search(said.text[start : word.start]):
            continue
        count = len(_places(word.text, cited.text))
        first = word.text if count else word.text[0]  # 闲置 for 闲着
        if (
            denied
            and len(_places(first, cited.text)) == sum(first in rest[: len(word.text) + 1] for rest in denied) > 0
        ):
            yield word.text, word.start, word.end


def _opposites(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """A word whose opposite the cited words say of the same thing."""
    for own, other in (pair for sides in _OPPOSITES for pair in (sides, sides[::-1])):
        mine = [(word, at) for word in own for at in _whole(word, said)]
        theirs = [at for word in other for at in _whole(word, cited)]
        if not mine or not theirs or any(_whole(word, cited) for word in own):
            continue
        for word, at in mine:
            if said.text[at - 1 : at] == "个":
                continue  # 两个部分
            start, end = said.clause(at)
            about = {each.text for each in said.words if start <= each.start < end and each.text != word}
            if not about or any(
                each in cited.text[max(0, there - 24) : there + 24] for there in theirs for each in about
            ):
                yield word, at, at + len(word)


def _tenses(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """已竣工 of what is only planned: each cited clause that tells as much of it looks ahead."""
    for match in _ALL.finditer(said.text):
        if _LEFT.search(cited.text) and not AHEAD.search(said.text[slice(*said.clause(match.start()))]):
            yield match.group(), match.start(), match.end()
    for match in DONE.finditer(said.text):
        start, end = said.clause(match.start())
        if AHEAD.search(said.text[start : match.start()]) or said.quoting(match.start()):
            continue
        nearest = _telling_most(said, match.start(), end, cited)
        if nearest and all(AHEAD.search(text) and not DONE.search(text) for text in nearest):
            yield match.group(), match.start(), match.end()
            continue
        reached = _MILESTONE.search(said.text, match.start(), end)
        unheard = reached and reached.group() not in cited.text and not DONE.search(cited.text)
        if unheard and _UNDER_WAY.search(cited.text):
            yield match.group(), match.start(), match.end()


def _telling_most(said: Reading, start: int, end: int, cited: Reading) -> list[str]:
    """The cited clauses that share most with the words of a place of the sentence; none where nothing is shared."""
    words = [word.text for word in said.words if start <= word.start < end and len(word.text) > 1]
    shares = [
        (sum(weight(word) for word in words if word in cited.text[low:high]), cited.text[low:high])
        for low, high in cited.clauses
    ]
    best = max((share for share, _ in shares), default=0.0)
    return [text for share, text in shares if share > 0.9 * best > 0]


def _negators(reading: Reading) -> Iterator[re.Match[str]]:
    """Negations that are words of their own, outside of quotations: not the 不 of 不断."""
    starts = {token.start: token for token in reading.tokens}
    inside = [(start, end) for _, start, end in reading.quotations]
    inside += [match.span() for match in _AFFIRMS.finditer(reading.text)]
    for match in _NOT.finditer(reading.text):
        token = starts.get(match.start()) or starts.get(match.start() - 1)
        if any(start <= match.start() < end for start, end in inside) or token is None:
            continue
        if not _lexical(token) if token.start == match.start() else _denying(token):
            yield match


def _lexical(token: Token) -> bool:
    return len(token.text) > 2 or (len(token.text) == 2 and not _NOT.fullmatch(token.text) and token.tag[0] in "nsj")


def _denying(token: Token) -> bool:
    """Whether a word with 不 or 未 in it denies something: 并未, 扛不住."""
    complement = len(token.text) == 3 and token.text[1] == "不" and token.text not in _AFFIRMING
    return token.text[0] in _BEFORE_NOT or complement


def _whole(word: str, reading: Reading) -> list[int]:
    """Where a word stands; a single character only as a word of its own."""
    if len(word) > 1:
        return _places(word, reading.text)
    return [token.start for token in reading.tokens if token.text == word]


def _places(word: str, text: str) -> list[int]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    return found
