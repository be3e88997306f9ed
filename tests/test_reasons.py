"""Why a report does not answer, in whole words of the question that are true of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read

from embeddings.records import Article
from embeddings.words import normalise
from qa.asked.question import understand
from qa.fit.nearest import why
from qa.fit.wording import lacking, shared, whole
from qa.language.tokens import cut

_TEXTS = (
    "格拉默车辆内饰公司在上海。区领导拜访了公司,就深化合作进行交流。",
    "奥智超薄导光板项目总投资5亿元,建设无尘车间7.5万平方米。",
    "“科教讲堂”第一课开讲,林小木博士主讲,附近居民也来听了。",
)
_SUBJECTS = ("格拉默公司", "奥智光板厂", "科教讲堂", "青塘泵站", "格拉默公司的厂房")
_ASKS = (
    "投资了多少",
    "建了几条生产线",
    "是谁讲课",
    "用什么方式建设",
    "租金多少钱",
    "有几栋楼",
    "什么时候封顶",
    "带来了哪些影响",
)
_SAYS = re.compile(r"报道写了(?P<told>.+?)，但没有提到(?P<lacked>.+)。|报道没有提到(?P<alone>.+)。")


@settings(max_examples=60, deadline=None)
@given(text=st.sampled_from(_TEXTS), subject=st.sampled_from(_SUBJECTS), asks=st.sampled_from(_ASKS))
def test_a_reason_is_true_and_in_whole_words(text: str, subject: str, asks: str) -> None:
    asked = f"{subject}{asks}？"
    said = _SAYS.fullmatch(why(read(asked, Article(text))[0], understand(asked)))
    if said is None:
        return
    for missing in (said["lacked"] or said["alone"]).split("和"):
        assert missing in asked and missing not in normalise(text)
        assert whole(missing, normalise(asked)) or {token.text for token in cut(asked)} & {missing}
        assert missing not in {"方式", "影响", "讲课", "栋楼", "格拉", "厂建", "时候"}
    if said["told"]:
        assert said["told"] in asked and whole(said["told"], normalise(text))


@pytest.mark.parametrize(
    ("asked", "text", "told"),
    [
        ("格拉默公司投资多少", _TEXTS[0], "格拉默"),
        ("奥智光板厂建了几条线", _TEXTS[1], "奥智"),
    ],
)
def test_names_are_cut_as_print_has_them(asked: str, text: str, told: str) -> None:
    assert told in shared(asked, normalise(text))


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ("讲堂用什么方式带来影响", []),
        ("《青塘往事》的作者是谁", ["《青塘往事》", "作者"]),
        ("恐龙园的门票多少钱", ["恐龙园", "门票"]),
        ("讲堂几点抓紧发生", []),
    ],
)
def test_only_words_that_tell_are_missed(asked: str, missing: list[str]) -> None:
    assert lacking(asked, normalise(_TEXTS[2])) == missing
