"""Who somebody is, where no office is told: a role beside the name, what is said of them, what they signed."""

from __future__ import annotations

from typing import cast

import pytest
from reading import ranker, read

from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import from_sentences
from qa.answers.whois import naming_them, signed
from qa.asked.question import understand

OPENING = Article(
    "泵站昨天启用。区领导李皓、孙益锋参加活动。柳湾社区社工姜健婕带来了居民。姜健婕说,大家高兴。陈林木带来茶叶。",
    headline="泵站启用",
    reporters=("吉宇", "徐芊卉"),
    roles=("记者", "摄影"),
)


class _Store:
    def select(self, reporter: str, limit: int) -> list[Article]:
        return [OPENING] if reporter in OPENING.reporters else []


class _Archive:
    reporters = OPENING.reporters
    store = _Store()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("孙益锋是谁？", ["区领导李皓、孙益锋参加活动。"]),
        ("谁是李皓", ["区领导李皓、孙益锋参加活动。"]),
        ("姜健婕是做什么工作的？", ["柳湾社区社工姜健婕带来了居民。"]),  # not what she said
        ("姜健婕是干嘛的", ["柳湾社区社工姜健婕带来了居民。"]),
        ("陈林木是什么人？", ["陈林木带来茶叶。"]),  # no role is told: what the paper says of him
        ("陈林是谁？", []),  # somebody else
        ("赵德柱是谁？", []),
    ],
)
def test_what_the_paper_says_of_somebody(asked: str, told: list[str]) -> None:
    question = understand(asked)
    found = naming_them(question, ranker().rank(read(asked, OPENING)))
    assert [each.text for each in from_sentences(found, question, 3)] == told if found else told == []


def test_who_only_signs_is_told_by_what_they_signed() -> None:
    listing = signed(understand("徐芊卉是做什么的？"), cast(Index, _Archive()))
    assert (
        listing is not None
        and "摄影" in listing.said
        and [line.text for line in listing.lines] == ["《泵站启用》(记者 吉宇 摄影 徐芊卉)"]
    )
    assert signed(understand("赵德柱是谁？"), cast(Index, _Archive())) is None
    assert signed(understand("吉宇写过哪些报道？"), cast(Index, _Archive())) is None
