"""A stand-alone question is Chinese that a person could have typed, whatever was asked before and after it.

`faults` names what is wrong with one: something said twice, a particle without its word, two questions in one, a word
of the follow-up that was lost. Held over all conversations of follow_ups.jsonl and over invented ones put together by
hypothesis from subjects, first questions and follow-ups that know nothing of each other.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.asked.asking import written
from qa.talk.followups import stand_alone

_ASKS = re.compile(r"谁|什么|哪|多[少大高长远久]|几(?!乎)|怎|为何|如何|吗")
# Words of a follow-up that point at something or only ask, and so are not looked for in what they stand for.
_LEFT_OUT = re.compile(
    r"他们?|她们?|它们?|这.{0,2}|那.{0,2}|该.*|其|此|前者|后者|两者|第.+|一[次篇条届]|上一?.|下一?.|最后一?.|还有|刚才|你|您|我.*|那么|然后|另外|不是|不对|问|说的?|呢|谢谢|好的?|嗯.*|是|的|"
    r"都是|些|一下|请问|再|哪儿|哪里|想|知道|了解|告诉|相比|比起来|对吧|是不是|真的|属实|具体|详细|换个?|话题|问题|多少|什么|哪.+|怎么.?|为什么|谁|吗|当地|会上|和|跟|比|与|同"
)


def faults(whole: str, typed: str, before: str) -> list[str]:
    """What is wrong with a stand-alone question, made of a follow-up and the question before; [] for nothing.

    >>> faults("青塘泵站泵站在哪里？", "泵站在哪里？", "青塘泵站有多大？")
    ['泵站 twice']
    """
    plain, said = written(whole).strip("?"), (written(typed), written(before))
    found = [
        f"{twice} twice"
        for twice in _twice(plain)
        if not any(twice in _twice(each) for each in said)  # nor where both speak of it: 负责人说四标段要多久
        and (twice * 2 in plain or not all(twice in each for each in said))
    ]
    if stray := re.search(
        r"^[呢吗吧啊的了,、]|[,、]$|(?:的的|[了过到能在和与把被](?:是谁|是什么|是多少|怎么样))", plain
    ):
        found.append(f"{stray[0]} stray")
    asks = [len(_ASKS.findall(each.replace("为什么", "为何").replace("怎么样", "怎样"))) for each in (plain, *said)]
    if asks[0] > max(1, *asks[1:]):
        found.append("asks twice")
    return found


def _twice(plain: str) -> set[str]:
    """Runs of Chinese characters that a text says twice: of two side by side, of three anywhere."""
    beside = {match[1] for match in re.finditer(r"([一-鿿]{2,})\1", plain)}
    beside |= {match[1] for match in re.finditer(r"([的了在是管和去有到])\1", plain)}
    runs = (plain[at : at + 3] for at in range(len(plain) - 2))
    return beside | {run for run in runs if re.fullmatch("[一-鿿]{3}", run) and plain.count(run) > 1}


def lost(whole: str, typed: str) -> list[str]:
    """The content words of a follow-up that its stand-alone question no longer holds."""
    named = re.sub("[这那该][个家项]?(?:公司|项目|工程|中心)", "", written(typed))
    words = (word for word, tag in rjieba.tag(named) if tag[0] in "nvmtj" and len(word) > 1)
    return [word for word in words if word not in written(whole) and not _LEFT_OUT.fullmatch(word)]


DIALOGUES = [json.loads(line) for line in (Path(__file__).parent / "follow_ups.jsonl").read_text("utf-8").splitlines()]
THINGS = (
    "青塘泵站",
    "云杉公园项目",
    "青塘县党政代表团",
    "县政府第33次常务会议",
    "“清流”计划",
    "青塘（云杉）创新中心",
    "青塘湖清淤二期",
)
FIRST = (
    "总投资多少？",
    "在哪里？",
    "是什么时候开始的？",
    "有哪些要求",
    "由哪家公司负责？",
    "来了多少人？",
    "为什么推迟了？",
)
FOLLOW_UPS = (
    "那投资呢？", "谁主持的", "什么时候的事？", "它在哪里？", "负责人是谁啊", "还去了哪里", "为什么", "多久能完成呢",
    "会上还说了什么", "代表团去了哪些地方？", "项目什么时候竣工？", "哪些单位参加了", "那云杉小学呢？", "有照片吗",
    "林小木去了吗",
    "那云杉镇的呢", "和云杉小学比哪个大", "不对，我问的是面积", "上一次呢", "第二个呢", "都有谁",
    "具体怎么做的", "建筑面积有多大？", "这家公司还做什么？", "他们看了什么？", "影响有多大",
)  # fmt: skip


@pytest.mark.parametrize("row", DIALOGUES, ids=lambda row: row["question"])
def test_invented_conversations_read_well(row: dict[str, Any]) -> None:
    """Follow-ups of readers, the answers left out."""
    turns = [(question, "") for question in row["history"]]
    before = stand_alone(turns[-1][0], turns[:-1])
    assert not faults(stand_alone(row["question"], turns), row["question"], before)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.sampled_from(THINGS), st.sampled_from(FIRST), st.lists(st.sampled_from(FOLLOW_UPS), min_size=1, max_size=3))
def test_any_talk_reads_well_and_loses_no_word(thing: str, first: str, follow_ups: list[str]) -> None:
    turns = [(thing + first, "")]
    for asked in follow_ups:
        before, whole = stand_alone(turns[-1][0], turns[:-1]), stand_alone(asked, turns)
        assert not faults(whole, asked, before), (turns, asked, whole)
        assert not lost(whole, asked), (turns, asked, whole)
        turns.append((asked, ""))


@pytest.mark.parametrize(
    ("whole", "fault"),
    [
        ("青塘泵站泵站在哪里", "泵站 twice"),
        ("承建的的公司是谁", "的 twice"),
        ("青塘泵站最高会到是多少", "到是多少 stray"),
        ("青塘泵站有多大谁建的", "asks twice"),
    ],
)
def test_what_reads_badly_is_seen(whole: str, fault: str) -> None:
    assert fault in faults(whole, "在哪里", "青塘泵站在哪里")


def test_he_is_the_one_who_went_there_and_not_the_place() -> None:
    answer = "在武进国家高新区,乔俊杰来到青塘泵站建设现场,了解施工进度。[1]"
    assert stand_alone("他是什么职务", [("谁督查了青塘泵站", answer)]) == "青塘泵站的乔俊杰是什么职务"
