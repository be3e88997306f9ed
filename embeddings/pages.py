"""One scraped e-paper page of plain text → its articles, in page order.

In: the text of a page. Out: `Article`s with headline, kicker, reporters, kind and text; date, page and source are the
caller's to set. Knows nothing about files; how bylines, headlines and page headers look is known to its neighbours.

The way: lines → blocks, each marked by how it looks (byline, credit, headline, body) → the places where an article or
a caption begins → drafts that gather their blocks → articles. A byline marks an article, the short lines above it are
its headline; a photo credit marks a caption, which reaches back to the last boundary; what is left continues the
article before it, unless it looks like a notice of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import median_low

from embeddings import headlines
from embeddings.blocks import Block, marked_blocks, paragraphs
from embeddings.bylines import opening
from embeddings.lines import clean_lines, page_date, page_name
from embeddings.records import Article, Kind

__all__ = ["page_date", "page_name", "split_page"]

_NEWS_LEAD = re.compile(r"[昨今][天日晚年]|近日|日前|[本上]周|连日来|\d{1,2}[月日]|记者|本报|截至|眼下")
_LONGEST_CAPTION = 350  # characters
_MOST_HEAD_LINES = 6


@dataclass(slots=True)
class _Draft:
    """An article in the making; `closed` once a byline has ended it."""

    head: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    kind: Kind = "report"

    @property
    def closed(self) -> bool:
        return bool(self.body) and self.body[-1].closing is not None

    @property
    def is_open(self) -> bool:
        return bool(self.body) and self.body[-1].is_open

    @property
    def reporters(self) -> tuple[str, ...]:
        bylines = [byline for block in self.body for byline in (block.opening, block.closing) if byline]
        return tuple(dict.fromkeys(name for byline in bylines for name in byline.reporters))


def split_page(text: str) -> list[Article]:
    """The articles and photo captions of a page, in page order; [] for a page without text.

    >>> page = "区图书馆新馆开放\\n\\n本报讯 (记者 王凯) 昨天,区图书馆新\\n\\n馆开放。\\n\\n图为新馆。李明 摄"
    >>> for article in split_page(page):
    ...     print(article.kind, article.headline, article.reporters, article.text)
    report 区图书馆新馆开放 ('王凯',) 昨天,区图书馆新馆开放。
    caption  ('李明',) 图为新馆。
    """
    blocks = marked_blocks(clean_lines(text, lambda line: opening(line) is not None))
    if not blocks:
        return []
    gap = usual_gap(blocks)
    bodies = [block for block in blocks if not block.short]
    indented = sum(block.indented for block in bodies) * 2 > len(bodies)
    drafts = _Grouping(blocks, wide=gap + 2 if gap else 1).drafts()
    return [article for draft in drafts if (article := _article(draft, gap > 0, indented)).text]


def usual_gap(blocks: list[Block]) -> int:
    """How many blank lines mostly stand between blocks."""
    return median_low([block.gap for block in blocks[1:]] or [1])


class _Grouping:
    """One walk over the blocks of a page, which gathers them into drafts.

    `wide`: as many blank lines part articles, not paragraphs. `captions` and `heads` say where each caption and each
    article with a byline begins → where its credit or byline stands.
    """

    def __init__(self, blocks: list[Block], wide: int) -> None:
        self.blocks, self.wide = blocks, wide
        self.captions = self._find_captions()
        self.heads = self._find_heads()
        self.ahead = self._look_ahead()
        self.has_bylines = any(block.opening or block.closing for block in blocks)
        self.done: list[_Draft] = []
        self.current: _Draft | None = None  # the report that loose blocks continue

    def drafts(self) -> list[_Draft]:
        at = 0
        while at < len(self.blocks):
            if at in self.captions:
                at = self._caption(at)
            elif at in self.heads:
                at = self._report(at)
            elif self.blocks[at].short:
                at = self._short_lines(at)
            else:
                at = self._body(at)
        return self.done

    # where articles and captions begin

    def _find_heads(self) -> dict[int, int]:
        starts: dict[int, int] = {}
        for at, block in enumerate(self.blocks):
            if block.opening:
                starts[self._head_top(at)] = at
        return starts

    def _head_top(self, at: int) -> int:
        """The first of the short lines above the byline at `at`; a lead or an editor's note may stand between."""
        lead = at
        while lead > max(0, at - 3) and self.blocks[lead - 1].is_plain:
            lead -= 1
        between = self.blocks[lead:at]
        if (
            not between
            or not (between[0].is_note or not self.blocks[at].text)
            or not (lead and self.blocks[lead - 1].short)
        ):
            lead = at
        top = lead
        while top > max(0, lead - _MOST_HEAD_LINES) and self.blocks[top - 1].short:
            if top < lead and self.wide > 1 and self.blocks[top].gap >= self.wide:
                break
            top -= 1
        while top and self.blocks[top - 1].credit and top < lead - 1 and self._column_title(top):
            top += 1  # it belongs to the caption above
        return top

    def _column_title(self, at: int) -> bool:
        """Whether a short line is a column's title or one half of it (重点项目 / 进行时)."""
        near = self.blocks[max(0, at - 1) : at + 2]
        halves = any(headlines.is_column_title(block.text) for block in near if block.short)
        return headlines.is_column_title(self.blocks[at].text) or (halves and len(self.blocks[at].text) <= 6)

    def _find_captions(self) -> dict[int, int]:
        starts: dict[int, int] = {}
        floor = 0
        for at, block in enumerate(self.blocks):
            if block.credit and (top := self._caption_top(at, floor)) is not None:
                starts[top] = at
                floor = at + 1
        return starts

    def _caption_top(self, at: int, floor: int) -> int | None:
        """The first block of the caption that ends at `at`; None when the credit ends an article with a byline."""
        top = at
        while (
            top > floor
            and self.blocks[top - 1].is_open
            and not (self.blocks[top - 1].short or self.blocks[top - 1].closing)
        ):
            if self.blocks[top].opening:
                break
            top -= 1
        if self.blocks[top].opening:
            return None
        bottom = top = self._boundary(top, floor)
        while top > max(floor, bottom - 3) and self.blocks[top - 1].short:
            if top < bottom and self.blocks[top].gap >= self.wide:
                break
            top -= 1
        return top

    def _boundary(self, top: int, floor: int) -> int:
        """Reach back over further paragraphs of a caption, if a wide gap or a column title parts them from the rest."""
        size, reach = len(self.blocks[top].text), top
        while reach > max(floor, top - 6):
            above = self.blocks[reach - 1]
            if self.blocks[reach].gap >= self.wide or (above.short and headlines.is_column_title(above.text)):
                return reach
            size += len(above.text)
            if not above.is_plain or size > _LONGEST_CAPTION:
                break
            reach -= 1
        return top

    def _look_ahead(self) -> list[str]:
        """For each block what stands at or next below it: a "closing" byline, a "short" line or the next "start"."""
        ahead, seen = [""] * len(self.blocks), ""
        for at in range(len(self.blocks) - 1, -1, -1):
            block = self.blocks[at]
            if block.closing and not block.credit:
                seen = "closing"
            elif self._starts(at):
                seen = "start"
            elif block.short:
                seen = "short"
            ahead[at] = seen
        return ahead

    def _starts(self, at: int) -> bool:
        return at in self.heads or at in self.captions

    # one step of the walk each: take the blocks from `at` on, return the next place

    def _report(self, at: int) -> int:
        byline = self.heads[at]
        self.current = self._begin(_Draft())
        while self.blocks[at].short:
            self.current.head.append(self.blocks[at])
            at += 1
        self.current.body += self.blocks[at : byline + 1]
        return byline + 1

    def _caption(self, at: int) -> int:
        credit = self.captions[at]
        draft = self._begin(_Draft(kind="caption"))
        while self.blocks[at].short and at < credit:
            draft.head.append(self.blocks[at])
            at += 1
        draft.body += self.blocks[at : credit + 1]
        return self._titles_below(credit + 1, draft)

    def _titles_below(self, at: int, draft: _Draft) -> int:
        """Column titles under a caption are its own; so are the short lines with which a page ends."""
        stop = self._end_of_short_lines(at)
        if stop < len(self.blocks):
            stop = at
            while self.blocks[stop].short and not self._starts(stop) and self._column_title(stop):
                stop += 1
        draft.head += self.blocks[at:stop]
        return stop

    def _end_of_short_lines(self, at: int) -> int:
        while at < len(self.blocks) and self.blocks[at].short and not self._starts(at):
            at += 1
        return at

    def _short_lines(self, at: int) -> int:
        stop = self._end_of_short_lines(at)
        group = self.blocks[at:stop]
        if stop == len(self.blocks) or self._starts(stop):
            if not self.done or not any(self._column_title(line) for line in range(at, min(stop, at + 3))):
                self._append(group)  # a column title alone belongs to no article
        elif self._begins_article(group, stop):
            self.current = self._begin(_Draft(head=group))
        else:
            self._append(group)
        return stop

    def _begins_article(self, group: list[Block], body: int) -> bool:
        """Whether short lines are the headline of an article without an opening byline, not a subhead."""
        if self.current is None or not self.current.body:
            return True
        if not self.has_bylines or len(group) > _MOST_HEAD_LINES:
            return False
        if self.current.closed or group[0].gap >= self.wide:
            return True
        if self.current.is_open:
            return False
        if self.ahead[body] == "closing" and self.current.reporters:
            return True
        lead = self.blocks[body].text[:120]
        told = max(headlines.coverage(block.text, lead) for block in group)
        return told >= 0.6 and bool(_NEWS_LEAD.search(lead[:40]))

    def _body(self, at: int) -> int:
        parted = self.blocks[at].gap >= self.wide and self.has_bylines
        if parted and self.current is not None and not self.current.is_open:
            stop, size = at, 0
            while stop < len(self.blocks) and self.blocks[stop].is_plain and not self._starts(stop):
                size += len(self.blocks[stop].text)
                if size > _LONGEST_CAPTION:
                    break
                stop += 1
            if at < stop and size <= _LONGEST_CAPTION:
                draft = self._begin(_Draft(kind="caption", body=self.blocks[at:stop]))
                return self._titles_below(stop, draft)
        self._append([self.blocks[at]])
        return at + 1

    def _begin(self, draft: _Draft) -> _Draft:
        self.done.append(draft)
        return draft

    def _append(self, group: list[Block]) -> None:
        if self.current is None:
            self.current = self._begin(_Draft())
        self.current.body += group


def _article(draft: _Draft, spaced: bool, indented: bool) -> Article:
    body = paragraphs(draft.body, indented)
    lead = " ".join(body[:2])[:160]
    photo_story = len(body) <= 1 and any(
        byline.photo for block in draft.body if (byline := block.opening or block.closing)
    )
    if draft.kind == "caption":
        headline, kicker = _caption_title(draft.head, lead)
    else:
        lines = [(block.text, block.gap == 0 and at > 0) for at, block in enumerate(draft.head)]
        headline, kicker = headlines.choose(lines, lead, spaced)
    kind: Kind = "caption" if photo_story else draft.kind
    return Article("\n".join(body), headline=headline, kicker=kicker, reporters=draft.reporters, kind=kind)


def _caption_title(head: list[Block], text: str) -> tuple[str, str]:
    """A caption's own headline shares words with it; a column title does not, and is its kicker."""
    column = any(headlines.is_column_title(block.text) for block in head)
    own = [] if column else [block.text for block in head if headlines.coverage(block.text, text) >= 0.25]
    return "".join(own), " ".join(block.text for block in head if block.text not in own)
