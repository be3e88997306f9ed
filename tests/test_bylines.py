"""Who wrote, who sent in and who photographed: roles, from the byline to the line of a citation."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.bylines import closing, opening, whole
from embeddings.inputs.records import people_of
from embeddings.pages import split_page
from embeddings.records import Article, signatures, signers
from embeddings.store import Store
from ui.render import byline
from ui.terminal import credit
from ui.words import EN


@pytest.mark.parametrize(
    ("line", "signed"),
    [
        ("本报讯 (通讯员 王凯 李明 记者 赵兰) 昨天,", {"王凯": "通讯员", "李明": "通讯员", "赵兰": "记者"}),
        ("本报讯 (王凯 李明 记者 赵兰) 昨天,", {"王凯": "", "李明": "", "赵兰": "记者"}),
        ("本报首席记者 王凯 实习生 李明", {"王凯": "记者", "李明": "实习生"}),
        ("文/王凯 图/李明", {"王凯": "文", "李明": "摄影"}),
        ("王凯 李明 文/图", {"王凯": "图文", "李明": "图文"}),
        ("记者 王凯 摄影报道", {"王凯": "记者"}),
        ("记者 王凯 编辑 李明", {"王凯": "记者"}),
    ],
)
def test_each_name_keeps_what_it_did(line: str, signed: dict[str, str]) -> None:
    found = opening(line) or whole(line)
    assert found and dict(zip(found.reporters, found.roles, strict=True)) == signed


def test_who_took_the_picture_of_a_report_is_no_reporter() -> None:
    """The photographer under a report was cited as 记者."""
    page = "新馆开放\n\n本报讯 (通讯员 王凯 记者 李明) 昨天,区图书馆新馆开放,共有三层,藏书十万册。\n\n赵小兰 摄"
    (article,) = split_page(page)
    assert article.byline == "通讯员 王凯 记者 李明 摄影 赵小兰"
    assert credit(article) == "《新馆开放》 通讯员 王凯 记者 李明 摄影 赵小兰"
    assert byline(article, EN).startswith("Correspondent 王凯 By 李明 Photo 赵小兰")


def test_what_the_byline_does_not_say_is_not_added() -> None:
    found = opening("本报讯 (王凯 记者 李明) 昨天,")
    assert found and Article("正文", reporters=found.reporters, roles=found.roles).byline == "王凯 记者 李明"
    assert Article("正文", reporters=("王凯",)).byline == "记者 王凯"
    assert Article("正文", reporters=("王凯",), kind="caption").byline == "摄影 王凯"
    assert Article("正文").byline == ""
    assert (last := closing("图为新馆。徐小明 摄")) and last.roles == ("摄影",)


def test_the_byline_field_of_a_record() -> None:
    assert people_of("通讯员 张三 记者 李四") == {"张三": "通讯员", "李四": "记者"}
    assert people_of("摄影：王五；李四") == {"王五": "摄影", "李四": "摄影"}


@pytest.mark.parametrize("roles", [(), ("通讯员", "记者"), ("", "记者")])
def test_roles_are_kept_by_an_index_and_change_no_identity(tmp_path: Path, roles: tuple[str, ...]) -> None:
    article = Article("正文。", "标题", reporters=("王凯", "李明"), source="a.txt", roles=roles)
    assert article.id == Article("正文。", "标题", reporters=("王凯", "李明")).id
    assert signers(signatures(article)) == {"reporters": article.reporters, "roles": roles}
    with Store(tmp_path / "store.sqlite", writable=True) as store:
        store.place("a.txt", 0, article)
        store.commit()
        assert store.article(article.id) == article
        assert store.reporters() == ["李明", "王凯"] and store.select(reporter="王凯") == [article]
