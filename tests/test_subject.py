"""Which thing a figure of a report belongs to."""

from __future__ import annotations

import pytest

from embeddings.records import Article
from qa.lists.subject import subject, things


@pytest.mark.parametrize(
    ("text", "headline", "name"),
    [
        ("云杉水厂项目总投资5亿元。", "", "云杉水厂项目"),
        ("孟一凡来到位于青塘科技园的恒润储能基地项目现场,询问进度。该项目总投资5亿元。", "", "恒润储能基地项目"),
        ("孟一凡详细了解恒润储能项目规划。作为省重点产业项目,该项目总投资5亿元。", "", "恒润储能项目"),
        ("镇里引进了总投资5亿元的恒润储能项目,去年的云杉水厂也投产了。", "", "恒润储能项目"),
        ("恒润储能项目开工。\n项目总投资5亿元,占地40亩。", "恒润储能:40亩地上起新厂", "恒润储能"),
        ("全镇12个重点项目总投资5亿元。", "", ""),
    ],
)
def test_whose_figure_it_is(text: str, headline: str, name: str) -> None:
    place = text.index("5亿元")
    assert subject(Article(text, headline=headline), place, place + 3).name == name


def test_what_kind_of_project_is_no_name() -> None:
    assert list(things("这个省重大项目是今年的民间投资重点产业项目")) == []
    assert list(things("先后前往恒润储能项目和云杉水厂项目现场")) == ["恒润储能项目", "云杉水厂项目"]
