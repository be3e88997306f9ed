"""Things asked for in other words than print has: where somebody went, a thing that a report tells of in passing."""

from __future__ import annotations

from typing import cast

from reading import ranker, read

from embeddings.index import Index
from embeddings.records import Article
from qa.answers.direct import doubt, listing, telling
from qa.answers.summaries import summarise
from qa.asked.question import understand

VISIT = Article(
    "昨天,青塘区代表团来到云杉电池厂,看了车间。代表团团长何远山说,这里很好。\n在柳湾花木市场,何远山听取了介绍。"
    "柳湾花木市场近年来建起了园艺村。市场里开着三百家花店和茶室。\n随后,何远山走进柳湾展馆,看了规划。",
    headline="青塘区代表团来访",
)


def test_where_somebody_went_is_a_row_of_stops() -> None:
    asked = understand("何远山去了哪里？")
    found = listing(asked, ranker().rank(read("何远山去了哪里？", VISIT)), cast(Index, None))
    assert found is not None and [line.text for line in found.lines][-2:] == ["柳湾花木市场", "柳湾展馆"]


def test_a_thing_told_in_passing_is_told_by_its_own_sentences() -> None:
    """「介绍一下夏溪花木市场」 told of the whole visit and not of the market."""
    told = summarise(ranker().rank(read("介绍一下柳湾花木市场", VISIT)), 4)
    assert [each.text for each in told] == [
        "在柳湾花木市场,何远山听取了介绍。",
        "柳湾花木市场近年来建起了园艺村。",
        "市场里开着三百家花店和茶室。",
    ]


def test_an_office_of_a_place_that_nothing_tells_is_doubted() -> None:
    assert doubt(understand("青塘区区长是谁？")) < 1 == doubt(understand("谁主持了会议？"))


def test_the_day_of_a_visit_stands_in_the_first_sentence_of_its_report() -> None:
    asked = "何远山哪天去了柳湾花木市场？"
    found = telling(understand(asked), ranker().rank(read(asked, VISIT)), cast(Index, None))
    assert [one.sentence for one in found] == [0, 2]
    asked = "柳湾花木市场什么时候建起了园艺村？"
    assert not telling(understand(asked), ranker().rank(read(asked, VISIT)), cast(Index, None))
