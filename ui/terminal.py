"""Answers, passages and build receipts as the Chinese lines that the command line prints, and its progress bars.

What it returns is safe for a terminal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from embeddings.records import Article
from qa.records import Answer, Citation, Passage
from ui.plain import one_line, plain
from ui.words import ZH, Words

if TYPE_CHECKING:
    from embeddings.build import Receipt
    from embeddings.inputs import FileContent

LACKING = {
    "date": "没有日期",
    "headline": "没有标题",
    "page": "没有版次",
    "headline_longer": "标题比正文长，可能分错了",
}
FIELDS = {"text": "正文", "headline": "标题", "kicker": "引题", "reporters": "记者", "date": "日期", "page": "版次"}
FIELDS |= {"url": "网址", "source_id": "编号", "kind": "体裁"}
LONGEST_QUOTE = 60
BOLD = re.compile(r"\*\*(.+?)\*\*")


def credit(article: Article) -> str:
    """Where an article stands: '《标题》 记者 张三、李四 2024-03-03 A01版', without what is not known."""
    date, page = article.date.isoformat() if article.date else "", article.page and page_name(article.page)
    return one_line(" ".join((f"《{article.title}》", article.byline, date, page)))


def page_name(page: str) -> str:
    """'A01' -> 'A01版'; a page that already says 版 stays."""
    return page if page.endswith("版") else f"{page}版"


def answer_lines(answer: Answer, question: str, *, bold: bool = False) -> str:
    """An answer, then its sources; `bold` shows **…** as bold type, otherwise the marks are left out."""
    lines = []
    understood = answer.question_as_understood
    if understood and understood != question:
        lines.append(f"（理解为：{one_line(understood)}）")
    lines.append(BOLD.sub("\x1b[1m\\1\x1b[0m" if bold else r"\1", plain(answer.text)))
    if answer.notice:
        lines.append(f"（{one_line(answer.notice)}）")
    if answer.citations:
        lines.append("")
    if answer.refused and any(f"《{citation.headline}》" not in answer.text for citation in answer.citations):
        lines.append("最接近的报道：")
    lines += [citation_line(citation) for citation in answer.citations]
    return "\n".join(lines)


def citation_line(citation: Citation) -> str:
    """'[1] 《标题》 记者 张三 2024-03-03 A01版 “引文”'."""
    quote = one_line(citation.quote)
    if len(quote) > LONGEST_QUOTE:
        quote = quote[: LONGEST_QUOTE - 1] + "…"
    return f"[{citation.number}] {credit(citation.article)} “{quote}”"


def passage_lines(passages: Sequence[Passage]) -> str:
    """Search results, best first: two lines each."""
    if not passages:
        return "没有找到相关的报道。"
    return "\n".join(
        f"{rank}. {credit(passage.article)}\n   {one_line(passage.text)}" for rank, passage in enumerate(passages, 1)
    )


def passage_dict(passage: Passage) -> dict[str, Any]:
    """Plain values for JSON."""
    article = passage.article
    return {
        "article_id": article.id,
        "headline": article.title,
        "reporters": list(article.reporters),
        "date": article.date.isoformat() if article.date else None,
        "page": article.page,
        "source": article.source,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": round(passage.score, 6),
    }


def receipt_summary(receipt: Receipt, say: Words = ZH) -> str:
    """What a build did, in one line."""
    counts = ((each, getattr(receipt, each)) for each in ("added", "changed", "removed", "moved"))
    changes = say["comma"].join(say[what].format(count=count) for what, count in counts if count) or say["same_text"]
    said = say["unchanged" if receipt.unchanged else "built"]
    return said.format(receipt=receipt, changes=changes)


def receipt_lines(receipt: Receipt, index: str) -> str:
    """What a build did, and every file that it skipped with the reason."""
    lines = [receipt_summary(receipt)]
    lines.append(one_line(f"索引：{index}（第 {receipt.generation} 代）"))
    if receipt.skipped:
        lines.append(f"跳过 {len(receipt.skipped)} 处：")
        lines += ["  " + one_line(skipped.in_chinese) for skipped in receipt.skipped]
    for name, found in receipt.lacking.items():
        lines.append(one_line(f"{LACKING[name]}：{found['count']} 篇，如 {'、'.join(found['examples'])}"))
    if receipt.unused:
        lines.append(
            one_line("没有用到的字段：" + "、".join(f"{name}（{count}）" for name, count in receipt.unused.items()))
        )
    return "\n".join(lines)


def split_lines(name: str, content: FileContent) -> str:
    """How a file is split: its fields, each article with where it begins and ends, and what was left out."""
    lines = [f"{name}：{len(content.articles)} 篇，跳过 {len(content.skipped)} 处"]
    if content.mapping:
        lines.append("字段：" + "、".join(f"{key} → {FIELDS[field]}" for key, field in content.mapping.items()))
    if content.unused:
        lines.append("没有用到的字段：" + "、".join(content.unused))
    for number, article in enumerate(content.articles, 1):
        kicker = f"（{article.kicker}）" if article.kicker else ""
        text = one_line(article.text)
        shown = text if len(text) <= LONGEST_QUOTE else f"{text[:40]}…{text[-15:]}"
        lines.append(f"{number}. {credit(article)}{kicker} {len(article.text)} 字：{shown}")
    lines += ["  " + skipped.in_chinese for skipped in content.skipped]
    return "\n".join(map(one_line, lines))


class Bars:
    """Progress bars on standard error, one a stage; silent where standard error is not a terminal.

    An instance is the `progress` callback of a build: call it with the stage, the steps done and their total.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, Any] = {}
        self._progress: Any = None

    def __enter__(self) -> Bars:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(stderr=True))
            self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not self._progress:
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(ZH.get(f"stage_{stage}", stage), total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)
