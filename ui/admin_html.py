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
from ui.terminal import receipt_summary
from ui.words import EN, ZH, Words

LONGEST_OPENING = 40  # characters of an article that its row shows
MOST_ROWS = 200


def head_html(say: Words = ZH) -> str:
    """The name of the page, and the way back to the chat."""
    return f'<header><h1>{say["admin_title"]}</h1><a href="../" target="_top">{say["to_talk"]}</a></header>'


def status_html(stats: Mapping[str, Any], names: Sequence[str], corpus: str, say: Words = ZH) -> str:
    """The live generation: its number, when it was built, what it holds; the older ones that are kept."""
    live = str(stats["generation"])
    older = [name for name in names if name < live]
    facts = (
        (say["live"], say["live_is"].format(name=live, built=built_at(str(stats["built"])))),
        (say["has"], say["has_are"].format(**{key: stats[key] for key in ("pages", "articles", "chunks")})),
        (say["older"], say["and"].join(older) or say["none"]),
        (say["corpus"], corpus),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts)
    return f"<dl>{listed}</dl>" if older else f'<dl class="alone">{listed}</dl>'


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


def waiting_html(files: Sequence[Waiting], say: Words = ZH) -> str:
    """The waiting room: each file with its articles as split, and what of it would be skipped."""
    if not files:
        return f'<p class="faint">{say["nothing_waits"]}</p>'
    return "".join(_file_html(file, say) for file in files)


def _file_html(file: Waiting, say: Words) -> str:
    articles, skipped = file.content.articles, file.content.skipped
    note = say["read_out"].format(count=len(articles)) + (say["replaces"] if file.replaces else "")
    head = f"<h3>{escape(file.name)}<small>{note}</small></h3>"
    return f"<section>{head}{_table(articles, say)}{skipped_html(skipped, say)}</section>"


def articles_html(articles: Sequence[Article], title: str, say: Words = ZH) -> str:
    """Articles under a title; nothing where there are none."""
    return f"<section><h3>{escape(title)}</h3>{_table(articles, say)}</section>" if articles else ""


def _table(articles: Sequence[Article], say: Words) -> str:
    if not articles:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in say["columns"].split())
    rows = "".join(_row(article, say) for article in articles[:MOST_ROWS])
    left = len(articles) - MOST_ROWS
    more = f'<p class="faint">{say["rows_left"].format(count=left)}</p>' if left > 0 else ""
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _row(article: Article, say: Words) -> str:
    cells = (
        article.headline or say["a_caption" if article.kind == "caption" else "untitled"],
        "、".join(article.reporters),
        article.date.isoformat() if article.date else "",
        article.page,
        str(len(article.text)),
        article.text[:LONGEST_OPENING] + "…" * (len(article.text) > LONGEST_OPENING),
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def skipped_html(skipped: Sequence[Skipped], say: Words = ZH) -> str:
    """What was left out and why."""
    if not skipped:
        return ""
    lines = "".join(f"<li>{escape(str(each) if say is EN else each.in_chinese)}</li>" for each in skipped[:MOST_ROWS])
    return f'<p>{say["skipped"].format(count=len(skipped))}</p><ul class="skipped">{lines}</ul>'


def progress_html(state: State, say: Words = ZH) -> str:
    """A progress bar of the stage that a build is in; without an end while its length is not known."""
    stage = say.get(f"stage_{state.stage}", say["stage_"])
    if not state.total:
        return f'<div class="bar" role="status"><label>{stage}…</label><progress></progress></div>'
    bar = f'<progress value="{state.done}" max="{state.total}"></progress>'
    return f'<div class="bar" role="status"><label>{stage} {state.done} / {state.total}</label>{bar}</div>'


def receipt_html(receipt: Receipt, say: Words = ZH) -> str:
    """What a build did."""
    summary = receipt_in_english(receipt) if say is EN else receipt_summary(receipt)
    return (
        f'<section class="receipt"><p role="status">{escape(summary)}</p>{skipped_html(receipt.skipped, say)}</section>'
    )


def receipt_in_english(receipt: Receipt) -> str:
    """What a build did, in one line; in Chinese it is `receipt_summary`."""
    if receipt.unchanged:
        return f"Nothing has changed: {receipt.articles} articles, {receipt.chunks} chunks, the index stays"
    counts = ((each, getattr(receipt, each)) for each in ("added", "changed", "removed", "moved"))
    changes = ", ".join(f"{count} {what}" for what, count in counts if count) or "no text has changed"
    return (
        f"Built: {receipt.articles} articles ({changes}), {receipt.chunks} chunks "
        f"({receipt.encoded} encoded, {receipt.carried} kept) in {receipt.seconds:.1f} s"
    )
