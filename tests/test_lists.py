"""Questions for all of something, answered from the store: reports by author, issue, page and topic; figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from embeddings.build import build
from embeddings.stores import open_index
from qa import lists
from qa.question import understand
from qa.records import Answer
from qa.settings import Settings

PAGES = {
    "2024-06-01-A01": ("青塘泵站动工", "青塘泵站昨天动工，总投资3.5亿元，占地70亩。"),
    "2024-06-01-A02": ("东街菜场改造", "东街菜场改造工程总投资1.2亿元，摊位120个。"),
    "2024-07-10-A01": ("西山公园植树", "西山公园昨天栽下1860株树苗。"),
    "2024-08-31-A01": ("北河大桥通车", "北河大桥总投资5亿元，桥长412米。"),
}
Ask = Callable[[str], Answer | None]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("lists")
    (folder / "corpus").mkdir()
    for at, (name, (headline, text)) in enumerate(PAGES.items()):
        who = "李小禾" if at % 2 else "王大川"
        (folder / "corpus" / f"{name}.txt").write_text(f"{headline}\n\n本报讯(记者 {who}){text}", "utf-8")
    build(folder / "corpus", folder / "index")
    settings = Settings(index=folder / "index")
    index = open_index(settings.index, settings.encoder, settings.store)

    def asked(question: str) -> Answer | None:
        return lists.answer(understand(question, newest=date(2024, 8, 31), reporters=index.reporters), index, settings)

    return asked


def headlines(answer: Answer | None) -> set[str]:
    return {citation.headline for citation in answer.citations} if answer else set()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("记者王大川写过哪些报道？", {"青塘泵站动工", "西山公园植树"}),
        ("2024年6月到8月有哪些报道？", {"青塘泵站动工", "东街菜场改造", "西山公园植树", "北河大桥通车"}),
        ("2024年6月1日A02版有什么内容", {"东街菜场改造"}),
        ("8月份的新闻有哪些", {"北河大桥通车"}),
        ("请列出2024年7月的全部报道标题", {"西山公园植树"}),
        ("王大川2024年7月到8月写了哪些报道？", {"西山公园植树"}),
        ("有哪些关于植树的报道？", {"西山公园植树"}),
        ("总投资3.5亿元的项目有哪些？", {"青塘泵站动工"}),
        ("总投资超过3亿元的项目有哪些？", {"青塘泵站动工", "北河大桥通车"}),
        ("哪个工程投资不足2亿元？", {"东街菜场改造"}),
    ],
)
def test_all_that_meet_the_conditions(ask: Ask, question: str, found: set[str]) -> None:
    assert headlines(ask(question)) == found


@pytest.mark.parametrize("question", ["青塘泵站总投资多少？", "谁写了这篇报道？", "第32次植树活动有哪些单位参加？"])
def test_what_is_read_like_any_other_question(ask: Ask, question: str) -> None:
    assert ask(question) is None


def test_an_issue_that_is_not_there_and_an_author_whom_nobody_knows(ask: Ask) -> None:
    empty, stranger = ask("2022年5月的报纸有哪些报道？"), ask("记者张三写过哪些报道？")
    assert empty and empty.refusal and empty.refusal.kind == "issue" and empty.citations == ()
    assert stranger and stranger.refusal and stranger.refusal.kind == "author" and "张三" in stranger.text


def test_the_head_counts_what_is_listed(ask: Ask) -> None:
    answer = ask("2024年6月的报道有哪些？")
    assert answer and answer.text.startswith("共2篇：\n") and answer.text.count("\n") == 2
