"""Requests for a summary: known by their frame wherever it stands, and what is left when it is taken off."""

from __future__ import annotations

import time

import pytest

from qa.asked.asking import content_of, kind_of, written
from qa.asked.gist import gist_of


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("帮我总结下柳湾清淤这篇报道", "柳湾清淤"),
        ("柳湾灯会那篇讲了些什么，概括一下", "柳湾灯会"),
        ("区政府和江北银行合作的事，简单说说", "区政府和江北银行合作"),
        ("柳湾(上海)创新中心是怎么回事，用几句话讲清楚", "柳湾(上海)创新中心"),
        ("柳湾督查项目那篇，说说主要内容（科恩那次）", "柳湾督查项目 科恩"),
        ("能不能把柳湾灯会那条新闻的主要内容说一下", "柳湾灯会"),
        ("用50字以内概括柳湾灯会", "柳湾灯会"),
        ("请简单介绍一下", ""),
    ],
)
def test_the_frame_is_taken_off_wherever_it_stands(asked: str, topic: str) -> None:
    assert gist_of(written(asked)) == topic
    assert kind_of(asked) == "summary"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("会上谁介绍了情况？", "person"),
        ("会议总结了哪些经验？", "list"),
        ("总结大会什么时候开？", "date"),
        ("在什么情况下停课？", "what"),
        ("介绍一下有哪些企业获奖", "list"),
    ],
)
def test_inside_a_clause_the_same_words_tell_of_the_world(asked: str, kind: str) -> None:
    assert kind_of(asked) == kind


def test_what_somebody_said_keeps_its_verb() -> None:
    assert kind_of("四标段的负责人说了什么？") == "summary"
    assert content_of("四标段的负责人说了什么？") == "四标段的负责人说了"


@pytest.mark.parametrize("asked", ["能" * 499, "总结一下能" * 99 + "了么", "一两" * 249, "介绍一下简单" * 80 + "哦哦"])
def test_no_wording_takes_long(asked: str) -> None:
    started = time.perf_counter()
    gist_of(asked)
    assert time.perf_counter() - started < 1
