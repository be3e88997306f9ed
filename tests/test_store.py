"""The article store: round trips, identity, places, selection, damage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import BrokenIndexError
from embeddings.records import Article
from embeddings.store import FileState, Store

BRIDGE = Article(
    text="新桥通车。桥长412米。",
    headline="新桥",
    kicker="民生",
    reporters=("王小明", "李华"),
    date=date(2024, 3, 3),
    page="A01",
    source="a.txt",
    source_id="7",
    url="https://paper.example/7",
)
CAPTION = Article(text="码头亮灯。", kind="caption", reporters=("赵一",), date=date(2024, 3, 4), source="b.txt")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store.sqlite", writable=True)
    yield opened
    opened.close()


def filled(store: Store, *articles: Article) -> list[int]:
    return [store.place(article.source, at, article)[0] for at, article in enumerate(articles)]


def test_an_article_comes_back_as_it_was(store: Store) -> None:
    key, caption = filled(store, BRIDGE, CAPTION)
    assert store.articles([key, caption, 999]) == {key: BRIDGE, caption: CAPTION}
    assert store.article(BRIDGE.id) == BRIDGE and store.article("0" * 16) is None


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=30, deadline=None)
@given(TEXT, TEXT, st.lists(TEXT, max_size=3), st.none() | st.dates(), st.none() | TEXT)
def test_any_article_comes_back_as_it_was(
    text: str, headline: str, reporters: list[str], day: date | None, source_id: str | None
) -> None:
    article = Article(text, headline, reporters=tuple(reporters), date=day, source_id=source_id, source="a")
    with TemporaryDirectory() as folder, Store(Path(folder) / "store.sqlite", writable=True) as store:
        (key,) = filled(store, article)
        assert store.articles([key])[key] == article == store.article(article.id)


def test_one_article_in_two_files_is_kept_once(store: Store) -> None:
    first, is_new = store.place("a.txt", 0, BRIDGE)
    second, again = store.place("z.txt", 3, replace(BRIDGE, source="z.txt"))
    assert (first, is_new, again) == (second, True, False)
    store.forget_file("a.txt")
    assert store.orphans() == []
    assert store.settle_sources() == 1
    assert store.articles([first])[first].source == "z.txt"
    store.forget_file("z.txt")
    assert store.orphans() == [first]


def test_articles_are_selected_newest_first(store: Store) -> None:
    filled(store, BRIDGE, CAPTION)
    assert store.select() == [CAPTION, BRIDGE]
    assert store.select(reporter="李华") == store.select(page="A01") == store.select(contains="412米") == [BRIDGE]
    assert store.select(since=date(2024, 3, 4)) == store.select(limit=1) == [CAPTION]
    assert store.select(until=date(2024, 3, 3), contains="民生") == [BRIDGE]
    assert store.select(reporter="小明") == []  # a part of a name is another name
    assert store.reporters() == ["王小明", "李华", "赵一"]


def test_counts_say_what_the_archive_holds(store: Store) -> None:
    filled(store, BRIDGE, CAPTION)
    assert store.counts() == {
        "articles": 2,
        "reports": 1,
        "captions": 1,
        "pages": 2,
        "chunks": 0,
        "first_date": "2024-03-03",
        "last_date": "2024-03-04",
    }


def test_files_and_what_was_skipped_are_remembered(store: Store) -> None:
    store.set_file("a.jsonl", FileState(3, 4, "x"))
    store.skip("a.jsonl", [("a.jsonl:2", "is not JSON", "mend it", "不是 JSON；改好")], "p1")
    store.skip("a.jsonl", [("a.jsonl:9", "is empty", "fill it", "是空的；填上")], "p2")
    store.place("a.jsonl", 0, BRIDGE, "p2")
    store.place("a.jsonl", 0, CAPTION, "p3")
    store.set_file("a.jsonl", FileState(5, 6, "y"))
    assert store.files() == {"a.jsonl": FileState(5, 6, "y")}
    assert store.parts("a.jsonl") == {"p1": False, "p2": False, "p3": True}
    store.forget_part("a.jsonl", "p1")
    store.forget_part("a.jsonl", "p3")
    assert store.skipped() == [("a.jsonl:9", "is empty", "fill it", "是空的；填上")]
    assert store.parts("a.jsonl") == {"p2": False} and len(store.orphans()) == 1
    store.forget_file("a.jsonl")
    assert store.files() == store.parts("a.jsonl") == {} and store.skipped() == []


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0" + bytes(4000)])
def test_a_damaged_file_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    with pytest.raises(BrokenIndexError) as caught:
        Store(path)
    assert str(path) in str(caught.value) and "wenbao build --full" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damage_found_by_a_query_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with Store(path, writable=True) as store:
        for at in range(300):
            store.place("a.txt", at, replace(BRIDGE, text=f"第{at}篇" * 50))
        store.commit()
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\x5a" * (len(content) - half)
    path.write_bytes(content)
    with pytest.raises(BrokenIndexError, match=r"store\.sqlite: damaged \(.*\); run: wenbao"), Store(path) as store:
        store.select(contains="第7篇", limit=1000)
