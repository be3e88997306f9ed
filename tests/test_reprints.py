"""Articles that print another again, invented."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from embeddings.records import Article
from qa.reprints import distinct, originals, same

TOLD = (
    "青塘泵站昨天通水,总投资3.5亿元,占地70亩。站长林小木说,附近12个村不再怕涝。泵站有四台大泵,"
    "遇到暴雨时每小时排水两万立方米。工人从前年冬天起在河边安家,两个春节没有回乡。"
)


def day(text: str, at: int = 1, **fields: str) -> Article:
    return Article(text, date=date(2024, 3, at), headline=fields.get("headline", ""))


def test_the_same_text_in_two_issues_is_one_source() -> None:
    first, again = day(TOLD, 1), day(TOLD, 5, headline="又见泵站")
    assert distinct([again, first]) == [first]


def test_small_edits_and_a_shortened_version() -> None:
    edited = day(TOLD.replace("昨天", "3月1日").replace("安家", "住下"), 2)
    shortened = day(TOLD[: len(TOLD) // 2], 3)
    assert same(day(TOLD), edited) and same(day(TOLD), shortened)
    assert distinct([shortened, edited, day(TOLD)]) == [day(TOLD)]


def test_the_same_words_with_other_figures_are_another_report() -> None:
    monday = day("城北菜市场今天青菜每斤2.1元,番茄每斤3.8元,鲫鱼每斤11元,猪肉每斤14元,价格平稳。")
    tuesday = day("城北菜市场今天青菜每斤2.6元,番茄每斤3.2元,鲫鱼每斤12元,猪肉每斤15元,价格平稳。", 2)
    assert not same(monday, tuesday)


def test_two_reports_on_one_thing_are_two_sources() -> None:
    other = day("总投资3.5亿元的青塘泵站3月1日启用。孟一凡在坝上看到,四台大泵一齐转动,水位半小时降了一尺。")
    assert not same(day(TOLD), other)
    assert not same(day(TOLD), Article(TOLD, kind="caption"))


def test_a_brief_within_a_long_article_is_a_source_of_its_own() -> None:
    weeks = (f"第{week}周,河道清出淤泥{week * 31}吨,岸边又种下{week * 7}棵柳树。" for week in range(30))
    assert not same(day(TOLD), day(TOLD + "".join(weeks)))


def test_many_articles_are_compared_by_the_clauses_that_they_share() -> None:
    others = [day(f"第{at}号渡口{at * 3}点开船,船工{at}人,票价{at}元,雨天停航。") for at in range(1, 60)]
    again = day(TOLD.replace("安家", "住下"), 9)
    assert len(distinct([*others, again, day(TOLD)])) == 60
    assert originals([*others, again, day(TOLD)])[again.id] == day(TOLD)


@given(st.lists(st.text("青塘泵站通水,。12", min_size=1, max_size=30), max_size=6))
def test_what_is_left_are_of_those_given(texts: list[str]) -> None:
    articles = [day(text, 1 + at) for at, text in enumerate(texts)]
    kept = distinct(articles)
    assert set(kept) <= set(articles) and bool(kept) == bool(articles)
    assert distinct(kept) == kept
