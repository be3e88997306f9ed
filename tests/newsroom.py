"""A tiny invented newspaper with a scripted answerer: what the tests of the ui room ask.

It has the shape of `qa.Answerer` and none of its wits: a keyword of the question picks a ready answer. One article is
hostile: it tries everything that untrusted text may try in a page.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from embeddings.errors import QuestionError
from embeddings.records import Article
from embeddings.store import Store
from qa.records import Answer, Citation, Passage
from qa.settings import Settings

BRIDGE = Article(
    text="城北新桥昨天通车，早晚高峰多了一条过河的路。\n新桥长412米，双向四车道，总投资2.6亿元。桥面两侧各留三米宽的人行道。\n"
    + "\n".join(f"施工第{week}周，工人浇筑了第{week}段桥面。" for week in range(1, 25))
    + "\n市交通局说，下一座桥将于明年3月开工，位置在城东老渡口。",
    headline="城北新桥通车",
    kicker="三年建设 今日圆梦",
    reporters=("王小明", "李华"),
    date=date(2024, 3, 3),
    page="A01",
    source="2024-03-03-A01.txt",
)
LIBRARY = Article(
    text="区图书馆周六起延长开放时间，每天开到晚上9点半。\n馆长赵敏介绍，馆里有图书36万册。",
    headline="图书馆开到晚上九点半",
    reporters=("王小明",),
    date=date(2024, 3, 4),
    page="A02",
    source="2024-03-04-A02.txt",
)
BOAT = Article(text="码头灯光亮起，游船试航。", reporters=("赵一",), kind="caption", source="2024-03-04-A02.txt")
PAYLOAD = (
    "<script>window.pwned=1</script><img src=x onerror='window.pwned=2'><svg onload='window.pwned=3'>"
    "${window.pwned=4}{{constructor.constructor('window.pwned=5')()}}[链接](javascript:window.pwned=6) "
    "![图](https://evil.example/x.png) https://evil.example/auto $$x^2$$ `code` \x1b[31m\u202e"
)
HOSTILE = Article(
    text=f"来历不明的稿件。\n{PAYLOAD}\n到此为止。",
    headline=f"坏稿件{PAYLOAD}",
    kicker=PAYLOAD,
    reporters=(PAYLOAD,),
    page="A03<b>",
    source="../<i>x</i>.txt",
)


ARTICLES = (BRIDGE, LIBRARY, BOAT, HOSTILE)


def cite(number: int, article: Article, quote: str) -> Citation:
    """A citation of a quote that stands in the article."""
    start = article.text.index(quote)
    return Citation(number, article, start, start + len(quote))


def _answer(text: str, *citations: Citation, **more: Any) -> Answer:
    return Answer(text, citations, searched=4, seconds=0.01, **{"confidence": 0.9, **more})


ANSWERS = {
    "桥": _answer(
        "新桥长**412米**，双向四车道，总投资2.6亿元。[1]市交通局说，下一座桥将于**明年3月**开工，位置在城东老渡口。[2]",
        cite(1, BRIDGE, "新桥长412米，双向四车道，总投资2.6亿元。"),
        cite(2, BRIDGE, "市交通局说，下一座桥将于明年3月开工，位置在城东老渡口。"),
    ),
    "王小明": _answer(
        "王小明的报道有 2 篇：\n《城北新桥通车》：城北新桥昨天通车，早晚高峰多了一条过河的路。[1]\n"
        "《图书馆开到晚上九点半》：区图书馆周六起延长开放时间，每天开到晚上9点半。[2]",
        cite(1, BRIDGE, "城北新桥昨天通车，早晚高峰多了一条过河的路。"),
        cite(2, LIBRARY, "区图书馆周六起延长开放时间，每天开到晚上9点半。"),
    ),
    "坏稿": _answer(f"{PAYLOAD}[1]", cite(1, HOSTILE, PAYLOAD), question_as_understood=PAYLOAD),
}
REFUSAL = _answer(
    "报纸里没有找到能回答这个问题的报道。", cite(1, BOAT, "码头灯光亮起，游船试航。"), refused=True, confidence=0.1
)


@cache
def archive_folder() -> Path:
    """A folder with the articles in a real store, and the corpus that they came from; gone when the tests are over."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Store(folder / "store.sqlite", writable=True) as store:
        for place, article in enumerate(ARTICLES):
            store.place(article.source, place, article)
        store.commit()
    (folder / "corpus").mkdir()
    (folder / "corpus" / BRIDGE.source).write_text(f"{BRIDGE.headline}\n{BRIDGE.text}\n{PAYLOAD}\n", encoding="utf-8")
    return folder


class FakeIndex:
    """What the page asks of an index; its articles lie in a real store."""

    def __init__(self) -> None:
        self.store = Store(archive_folder() / "store.sqlite")

    stats: ClassVar[dict[str, Any]] = {
        "articles": 4,
        "reports": 3,
        "captions": 1,
        "pages": 3,
        "first_date": "2024-03-03",
        "last_date": "2024-03-04",
    }

    def article(self, article_id: str) -> Article | None:
        return self.store.article(article_id)

    def frequency(self, word: str) -> int:
        return len(self.store.select(contains=word))

    def search(self, text: str, k: int = 10, dense_weight: float = 0.1, article_weight: float = 0.3) -> list[Any]:
        return []


class Newsroom:
    """The scripted answerer. Each 慢 makes it slower, 崩 makes it crash; 它 takes its subject from the turn before."""

    def __init__(self) -> None:
        self.index = FakeIndex()
        self.settings = Settings().anchored(archive_folder())

    def answer(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Answer:
        if "崩" in question:
            raise RuntimeError("secret path /srv/paper")
        if "太怪" in question:
            raise QuestionError("this question is too odd; ask otherwise")
        understood = question
        if "它" in question and history:
            understood = question.replace("它", history[-1][0].rstrip("?？"))
        for word, answer in ANSWERS.items():
            if word in understood:
                as_read = answer.question_as_understood or understood
                return _answer(answer.text, *answer.citations, question_as_understood=as_read)
        return REFUSAL

    def stream(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
        whole = self.answer(question, history)
        pieces = re.findall(r".+?\[\d+\]|.+$", whole.text, re.S)
        for count in range(1, len(pieces) + 1):
            time.sleep(0.6 * question.count("慢") + 0.02)
            text = "".join(pieces[:count])
            yield whole if count == len(pieces) else _answer(text, *whole.citations[:count])

    def answerable(self, question: str) -> bool:
        return not self.answer(question).refused

    def search(self, question: str, k: int = 10) -> list[Passage]:
        return [Passage(BRIDGE, 0, 22, 0.5), Passage(BOAT, 0, 12, 0.25)][:k]


@contextmanager
def serving(answerer: Any, examples: Sequence[str] | None = ()) -> Iterator[str]:
    """The chat page on a free port of this machine: its address."""
    from ui.serve import listen, server_of, stay_offline

    stay_offline()
    from ui.chat import build_page

    ready = threading.Event()
    page = build_page(answerer, examples)
    with listen("127.0.0.1", 0) as listener:
        server = server_of(page, lambda address: ready.set(), answerer)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert ready.wait(300)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
