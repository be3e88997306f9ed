"""Where on a page its articles and captions begin, as far as bylines and photo credits show it."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings import headlines
from embeddings.blocks import Block

_LONGEST_CAPTION = 350  # characters
MOST_HEAD_LINES = 6


class Boundaries:
    """`heads`: where each article with an opening byline begins (its headline included) → where that byline stands.

    `captions`: where each caption begins (its titles included) → where its credit stands. `wide`: as many blank lines
    part articles, not paragraphs.
    """

    def __init__(self, blocks: Sequence[Block], wide: int) -> None:
        self.blocks, self.wide = blocks, wide
        self.captions = self._find_captions()
        self.heads = {self._head_top(at): at for at, block in enumerate(blocks) if block.opening}

    def starts(self, at: int) -> bool:
        """Whether an article or a caption begins at a block."""
        return at in self.heads or at in self.captions

    def is_apart(self, at: int) -> bool:
        """Whether a wide gap stands above a block."""
        return self.blocks[at].gap >= self.wide

    def is_column_title(self, at: int) -> bool:
        """Whether a short line is a column's title."""
        return headlines.is_column_title(self.blocks[at].text)

    def short_lines_end(self, at: int) -> int:
        """The first place from `at` on that is no short line, or begins something."""
        while at < len(self.blocks) and self.blocks[at].short and not self.starts(at):
            at += 1
        return at

    def text_end(self, at: int) -> int:
        """The first place from `at` on that is a short line, or begins something."""
        while at < len(self.blocks) and not self.blocks[at].short and not self.starts(at):
            at += 1
        return at

    def _head_top(self, at: int) -> int:
        """The first of the short lines above the byline at `at`; a lead may stand between."""
        lead = at
        while lead > max(0, at - 3) and self.blocks[lead - 1].is_plain:
            lead -= 1
        if self.blocks[at].text or not (lead and self.blocks[lead - 1].short):
            lead = at
        # in a page without blank lines a single one may stand inside a headline
        top = self._short_lines_top(lead, max(0, lead - MOST_HEAD_LINES), break_at_gaps=self.wide > 1)
        if top and self.blocks[top - 1].credit:
            while top < lead - 1 and self.is_column_title(top):
                top += 1  # it belongs to the caption above
        return top

    def _short_lines_top(self, bottom: int, floor: int, break_at_gaps: bool = True) -> int:
        """The first of the short lines directly above `bottom`."""
        top = bottom
        while top > floor and self.blocks[top - 1].short:
            if break_at_gaps and top < bottom and self.is_apart(top):
                break
            top -= 1
        return top

    def _find_captions(self) -> dict[int, int]:
        starts: dict[int, int] = {}
        floor = 0
        signed = False  # whether the article above names its own reporters
        for at, block in enumerate(self.blocks):
            top = self._caption_top(at, floor) if block.closing and block.closing.photo else None
            if top is not None and self._is_caption(top, at, signed):
                starts[top] = at
                floor = at + 1
            signed = bool(block.opening.reporters) if block.opening else signed and not block.short
        return starts

    def _is_caption(self, top: int, at: int, signed: bool) -> bool:
        """文/图 王凯 may as well end an article that has no byline yet."""
        credit = self.blocks[at].closing
        return signed or not (credit and credit.written) or self.is_apart(top) or self.is_column_title(top)

    def _caption_top(self, at: int, floor: int) -> int | None:
        """The first block of the caption that ends at `at`; None when the credit ends an article with a byline."""
        if self.blocks[at].opening:
            return None
        top = self._boundary(at, floor)
        return self._short_lines_top(top, max(floor, top - 3))

    def _boundary(self, top: int, floor: int) -> int:
        """Reach back over further paragraphs of a caption, if a wide gap or a column title parts them from the rest."""
        size, reach = len(self.blocks[top].text), top
        while reach > max(floor, top - 6):
            above = self.blocks[reach - 1]
            if self.is_apart(reach) or (above.short and headlines.is_column_title(above.text)):
                return reach
            size += len(above.text)
            if not above.is_plain or size > _LONGEST_CAPTION:
                break
            reach -= 1
        return top
