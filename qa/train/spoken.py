"""A question as print would word it → as a reader says it.

In: a question. Out: another for the same thing, in a frame (请问…), in plainer words, with names shortened and little
words left out. It is done alike to questions that the paper answers and to those that it does not, so that the way of
asking becomes evidence for neither. Knows nothing about the archive.
"""

from __future__ import annotations

import random
import re

import rjieba

from qa.language.synonyms import Synonyms
from qa.ranking.evidence import PROPER


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """What stands for the first word of each entry.

    >>> _table("位于 在 落在；召开 开")
    {'位于': ('在', '落在'), '召开': ('开',)}
    """
    return {first: tuple(others) for first, *others in (entry.split() for entry in text.split("；"))}


_FRAMES = _table(
    """
    before 请问 想问一下 我想了解一下 帮我查查 能不能告诉我 麻烦问下 听说 那个 话说 报上说的 之前说的 咱们这儿
      上次说的 前阵子 报纸上讲的 这次 当时 到底；
    behind 来着 啊 呀 你知道吗 有人知道吗 谢谢 报上说了没
    """
)
_ASKED = _table(
    """
    什么时候 啥时候 哪天 几号；何时 啥时候 什么时候；哪一年 哪年 几几年；多少 多少 几；哪里 哪儿 啥地方 什么地方；
    为什么 为啥 咋 怎么；为何 为啥 怎么；什么 啥 什么东西；如何 怎么 咋；怎样 怎么 咋样；谁 哪个人 什么人；
    哪些 啥 哪几个；是多少 有多少
    """
)
# What print says, and readers in its place.
_SAID = _table(
    """
    位于 在 落在；建设 盖 修 搞；建造 盖 造；建成 盖好 修好 弄好；修建 修 盖；竣工 完工 弄完 建好；完工 弄完 做完；
    开工 动工 开建 开始干；启动 开始 开搞；投资 花 花钱 投；召开 开 办；举行 办 开 搞；举办 办 搞；参加 去 到场；
    出席 到场 去；负责 管 分管；增加 多 涨；增长 涨 多；上升 涨；下降 跌 降；减少 少 降；居民 老百姓 住户；
    民众 老百姓；群众 老百姓；企业 厂家 公司 厂子；公司 企业 单位；儿童 小孩 孩子；妻子 老婆；丈夫 老公；父亲 爸爸；
    母亲 妈妈；获得 拿到 得到 拿；设立 设 搞；成立 办起来 建立；创办 办；创作 写；发表 写 登；毕业 读完；
    担任 当 做；出生 生；去世 死 走；逝世 死 去世；使用 用；利用 用；采用 用；拥有 有；称为 叫；名称 名字；
    地点 地方；面积 大小 地方；费用 花费 钱；价格 价钱；资金 钱；进行 搞 做；开展 搞 做；实施 做 搞；
    完成 做完 弄完；提供 给；帮助 帮；发现 找到；认为 觉得；表示 说；指出 说；宣布 说；提出 说；购买 买；销售 卖；
    出售 卖；生产 造 做 出；制造 造 做；研发 搞 做；运输 运 拉；前往 去；抵达 到；返回 回；居住 住；死亡 死；
    受伤 伤；爆炸 炸；拆除 拆；超过 多于；负责人 管事的 领导；官员 当官的 领导；警方 警察；汽车 车 车子；房屋 房子；
    住宅 房子；道路 路；主要 主要 最；导致 弄得 造成；造成 弄得 导致；影响 害；开始 起头；结束 完 弄完；选择 挑 选；
    学习 学；工作 干活 上班；检查 查；调查 查；讨论 聊 谈；设计 画 搞；属于 算；组成 拼成；包括 有；需要 要
    """
)
_LITTLE = re.compile(r"的(?=[一-鿿]{2})|《|》|“|”|(?<=[一-鿿])(?:于|在|了|由|被|将|中)(?=[一-鿿])")
_OTHER, _SHORTER, _GONE = 0.7, 0.4, 0.15  # of the words that may be exchanged, of long names, of common words


def spoken(text: str, synonyms: Synonyms, chance: random.Random) -> str:
    """The question as it might be said.

    >>> spoken("科恩项目位于哪里？", Synonyms.load(), random.Random(5)) != "科恩项目位于哪里？"
    True
    """
    text = _shortened(text, chance)
    text = "".join(_word(word, tag, synonyms, chance) for word, tag in rjieba.tag(text))
    for asked, others in _ASKED.items():
        if asked in text:
            text = text.replace(asked, chance.choice((asked, *others)), 1)
            break
    text = _LITTLE.sub(lambda match: match.group() if chance.random() < 0.5 else "", text)
    if chance.random() < 0.3:
        text = chance.choice(_FRAMES["before"]) + text
    if chance.random() < 0.2:
        text = re.sub(r"[?？]?$", "", text) + chance.choice(_FRAMES["behind"]) + "？"
    return text


def _word(word: str, tag: str, synonyms: Synonyms, chance: random.Random) -> str:
    """A word as it is said: in plainer words, in one near in meaning, not at all."""
    luck = chance.random()
    if word in _SAID and luck < _OTHER:
        return chance.choice(_SAID[word])
    if tag in PROPER or tag[0] not in "nva" or len(word) < 2:
        return word
    if luck < _GONE:
        return ""
    others = synonyms.neighbours(word, 3) if luck > 0.7 and tag[0] == "v" else []
    return chance.choice(others) if others else word


def _shortened(text: str, chance: random.Random) -> str:
    """The question with a long run of nouns cut to its head, its tail or both: 科恩高端热工装备项目 → 科恩项目."""
    run: list[str] = []
    for word, tag in [*rjieba.tag(text), ("", "x")]:
        if tag[0] in "nj" or tag in ("vn", "b", "eng"):
            run.append(word)
            continue
        if len(run) > 2 and chance.random() < _SHORTER:
            shorter = chance.choice((run[:1] + run[-1:], run[:2], run[-2:]))
            text = text.replace("".join(run), "".join(shorter), 1)
        run = []
    return text
