"""What the admin's page shows, as HTML: the live generation, what waits, a progress bar, a receipt.

In: records of the embeddings room and of ui/intake.py, all of them untrusted text. Out: strings of HTML in which every
character of theirs is escaped. Knows nothing about Gradio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from embeddings.build import Receipt
from embeddings.inputs import Skipped
from embeddings.records import Article
from ui.building import State
from ui.intake import Waiting
from ui.render import escape
from ui.terminal import STAGES, receipt_summary

LONGEST_OPENING = 40  # characters of an article that its row shows
MOST_ROWS = 200
COLUMNS = ("标题", "记者", "日期", "版面", "字数", "开头")


def status_html(stats: Mapping[str, Any], names: Sequence[str], corpus: str) -> str:
    """The live generation: its number, when it was built, what it holds; the older ones that are kept."""
    live = str(stats["generation"])
    older = "、".join(name for name in names if name < live) or "没有"
    facts = (
        ("现用", f"第 {live} 代，建于 {built_at(str(stats['built']))}"),
        ("收有", f"{stats['pages']} 个版面，{stats['articles']} 篇，{stats['chunks']} 段"),
        ("可退回", older),
        ("报库", corpus),
    )
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(fact)}</dd>' for name, fact in facts)}</dl>"


def built_at(moment: str) -> str:
    """A moment in this machine's time; what is no moment stays.

    >>> built_at("lately")
    'lately'
    """
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return moment


def notice_html(lines: Sequence[str]) -> str:
    """Polite messages, one a line."""
    return (
        f'<div class="notice" role="status">{"".join(f"<p>{escape(line)}</p>" for line in lines)}</div>'
        if lines
        else ""
    )


def waiting_html(files: Sequence[Waiting]) -> str:
    """The waiting room: each file with its articles as split, and what of it would be skipped."""
    if not files:
        return '<p class="faint">没有等待收下的文件。</p>'
    return "".join(_file_html(file) for file in files)


def _file_html(file: Waiting) -> str:
    count = len(file.content.articles)
    note = "，替换报库里的同名文件" if file.replaces else ""
    head = f"<h3>{escape(file.name)}<small>读出 {count} 篇{note}</small></h3>"
    return f"<section>{head}{_table(file.content.articles)}{skipped_html(file.content.skipped)}</section>"


def articles_html(articles: Sequence[Article], title: str) -> str:
    """Articles under a title; nothing where there are none."""
    return f"<section><h3>{escape(title)}</h3>{_table(articles)}</section>" if articles else ""


def _table(articles: Sequence[Article]) -> str:
    if not articles:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    rows = "".join(_row(article) for article in articles[:MOST_ROWS])
    more = f'<p class="faint">还有 {len(articles) - MOST_ROWS} 篇没有列出。</p>' if len(articles) > MOST_ROWS else ""
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _row(article: Article) -> str:
    cells = (
        article.headline or ("（图片说明）" if article.kind == "caption" else "（无题）"),
        "、".join(article.reporters),
        article.date.isoformat() if article.date else "",
        article.page,
        str(len(article.text)),
        article.text[:LONGEST_OPENING] + "…" * (len(article.text) > LONGEST_OPENING),
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def skipped_html(skipped: Sequence[Skipped]) -> str:
    """What was left out and why."""
    if not skipped:
        return ""
    lines = "".join(f"<li>{escape(str(each))}</li>" for each in skipped[:MOST_ROWS])
    return f'<p>跳过 {len(skipped)} 处：</p><ul class="skipped">{lines}</ul>'


def progress_html(state: State) -> str:
    """A progress bar of the stage that a build is in; without an end while its length is not known."""
    stage = STAGES.get(state.stage, "准备")
    if not state.total:
        return f'<div class="bar" role="status"><label>{stage}…</label><progress></progress></div>'
    bar = f'<progress value="{state.done}" max="{state.total}"></progress>'
    return f'<div class="bar" role="status"><label>{stage} {state.done} / {state.total}</label>{bar}</div>'


def receipt_html(receipt: Receipt) -> str:
    """What a build did."""
    summary = f'<p role="status">{escape(receipt_summary(receipt))}</p>'
    return f'<section class="receipt">{summary}{skipped_html(receipt.skipped)}</section>'
