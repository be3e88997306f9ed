"""Rows of tables, items of lists, talk and signatures: short lines of a page that are no headlines.

In: the blocks of a page. Out: the same, those lines marked as `listed`. Knows nothing about articles: it goes by labels
and numbers that lines share with their neighbours, and by what touches what where blank lines part paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from embeddings.blocks import Block
from embeddings.lines import half_width

_LABEL = re.compile(r"[^\s,。:;]{1,8}:(?!$)")
_TALK = ("记者:", "问:", "答:", "Q:", "A:")
_NUMBER = r"[\d一二三四五六七八九十]+"
_MARKER = re.compile(rf"第{_NUMBER}[名位条项组号]|\(?{_NUMBER}[、.)](?!\d)|{_NUMBER}月{_NUMBER}日|[●■◆□▲★•·○]")
_DAY = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日|[〇零○一二三四五六七八九]{4}年.{2,3}月.{1,3}日")
_MOST_TOUCHING = 3  # lines of one headline; more are a list or a poem


def without_lists(blocks: Sequence[Block], spaced: bool) -> list[Block]:
    """The blocks of a page with all but its headlines marked as `listed`. `spaced`: blank lines part paragraphs."""
    looks = [half_width(block.text) for block in blocks]
    labels = [found[0] if (found := _LABEL.match(look)) else "" for look in looks]
    often = Counter(labels)
    marks = [re.sub(_NUMBER, "#", found[0]) if (found := _MARKER.match(look)) else "" for look in looks]
    cells = [len(look.split()) for look in looks]
    listed = [label in _TALK or (label != "" and often[label] > 1) for label in labels]  # 一等奖: ...
    for at in range(1, len(blocks)):
        row = min(cells[at - 1 : at + 1]) >= 3 and abs(cells[at] - cells[at - 1]) <= 1
        if (marks[at] and marks[at] == marks[at - 1]) or (row and re.search(r"\d", looks[at - 1] + looks[at])):
            listed[at - 1] = listed[at] = True
        if _DAY.fullmatch(looks[at]) and (at + 1 == len(blocks) or blocks[at + 1].short):
            listed[at - 1] = listed[at] = True  # who signed it stands above
    told = [_as_text(block) if is_listed else block for block, is_listed in zip(blocks, listed, strict=True)]
    return [block for chunk, below in _chunks(told) for block in _headed(chunk, below)] if spaced else told


def _chunks(blocks: Sequence[Block]) -> Iterator[tuple[list[Block], Block | None]]:
    """The blocks that no blank line parts, each time with the block below them."""
    start = 0
    for at in range(1, len(blocks) + 1):
        if at == len(blocks) or blocks[at].gap or blocks[at - 1].closing:
            yield list(blocks[start:at]), blocks[at] if at < len(blocks) else None
            start = at


def _headed(chunk: list[Block], below: Block | None) -> list[Block]:
    """Only the first lines of a chunk can be a headline: what touches a text belongs to it."""
    head = next((at for at, block in enumerate(chunk) if not block.short), len(chunk))
    under = chunk[head] if head < len(chunk) else None
    opens = under or below
    if head > _MOST_TOUCHING and not (opens and opens.opening):
        head = 0
    if head and under and (under.listed or half_width(chunk[head - 1].text).endswith(":")):
        head = 0  # rows of a table that has longer ones, too; or "Dear editor:" and what announces a list
    if any(_DAY.fullmatch(half_width(block.text)) for block in chunk[-1:]):
        head = 0
    return [*chunk[:head], *map(_as_text, chunk[head:])]


def _as_text(block: Block) -> Block:
    return replace(block, short=False, listed=True) if block.short else block
