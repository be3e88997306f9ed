"""What print would say beside the thing, and does not: who builds it, its southern half, its brother.

In: a question, and what a sentence tells. Out: the words of the question that nothing bears out, "" where all is well.
Knows nothing about what is left of the chance of an answer.
"""

from __future__ import annotations

import re

from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit.told import Told

_BODY = r"(?:公司|集团|企业|股份|厂|局|院|所|单位|政府|委会|协会|大学|银行|中心)"
# What a body does for a thing, and how print may say it.
_DEEDS = {
    "施工|承建|承接|承包|建造|修建|总包": "施工|承建|承接|承包|建造|修建|建设|中标|总包|承担|打造|负责",
    "开发|建设": "开发|建设|投资|打造|承建|建造|修建|中标|承接",
    "设计": "设计|规划|出自",
    "制造|生产|研制|研发": "制造|生产|研制|研发|自研|制成|建造|推出|下线|(?<![打构改])造(?!价|成)",
    "运营|经营": "运营|经营|管理|负责",
    "投资|出资": "投资|出资|斥资|注资|投入|投建",
    "监理": "监理",
}
_ON = r"[^,;。!?()\s]"  # a clause goes on
_DEED = "|".join(_DEEDS)
_DOER = re.compile(
    rf"(?:哪[一几两]?[家个](?:公司|企业|单位|工厂|厂家?|集团|机构)?|由谁)(?:来|负责|参与)?(?P<done>(?:{_DEED})+)(?:的|了[^,。?？]{{2,14}})?[?？]?$"
    rf"|(?P<does>(?:{_DEED})+)的?(?:单位|方|公司|企业|商|厂家?)(?:是|叫)?(?:谁|哪[一个家]?.{{0,4}}|什么.{{0,4}})[?？]?$"
)
_SIDE = re.compile(r"(?P<side>[东西南北])(?P<of>园|区|馆|门|站|线|岸|侧|塔|段|院|楼|厂|口|广场|部|坡|路)")
_PAIRS = ("男子|女子", "男性|女性", "男单|女单", "男双|女双", "男足|女足", "男篮|女篮", "公办|民办", "进口|出口",
          "进港|出港", "上行|下行", "最高|最低", "城镇|农村", "上联|下联")  # fmt: skip
_OTHERS = {one: other for pair in _PAIRS for one, other in (pair.split("|"), pair.split("|")[::-1])}
_WHO = re.compile(r"的(?P<who>[一-鿿]{2,6}?)(?:是谁|是哪[位个]|[叫姓]什么(?:名字?)?|的?名字?[叫是]什么)[?？]?$")
_KIN = ("父爸爹", "母妈娘", "弟", "兄哥", "姐", "妹", "爷", "奶", "孙")  # one is no other, however near in meaning


def role(question: Question, told: Told) -> str:
    """What a body is asked to have done (施工), where none is told to have done it: near by, in one clause."""
    found = _DOER.search(written(question.text))
    if not found:
        return ""
    asked = found["done"] or found["does"]
    deeds = "|".join(print_says for asks, print_says in _DEEDS.items() if re.search(asks, asked))
    says = rf"(?:{_BODY}{_ON}{{0,16}}?|由{_ON}{{2,24}}?)(?:{deeds})|(?:{deeds})的?(?:单位|方|商|公司)"
    return "" if re.search(says, told.near) else asked


def opposite(question: Question, told: Told) -> tuple[str, str] | None:
    """南园 where a sentence tells of 北园, and nothing near by of the one that is asked for."""
    plain = written(question.text)
    for found in _SIDE.finditer(plain):
        others = [side + found["of"] for side in "东西南北" if side != found["side"]]
        another = next((each for each in others if each in told.sentence and each not in plain), "")
        if another and found.group() not in told.near:
            return found.group(), another
    for asked, another in _OTHERS.items():
        if asked in plain and another not in plain and asked not in told.near and another in told.sentence:
            return asked, another
    return None


def kin(question: Question, told: Told) -> str:
    """The relation (弟弟) by which somebody is asked for, of which the report knows nothing."""
    found = _WHO.search(written(question.text))
    names = next((each for each in _KIN if found and any(char in found["who"] for char in each)), "")
    return "" if not found or not names or any(char in told.whole for char in names) else found["who"]
