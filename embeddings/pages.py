"""One scraped e-paper page of plain text → its articles, in page order.

The way: lines → blocks, each marked by how it looks (byline, credit, headline, body) → the places where an article or
a caption begins → drafts that gather their blocks → articles. A byline marks an article, the short lines above it are
its headline; a photo credit marks a caption, which reaches back to the last boundary; what is left continues the
article before it, unless it looks like a notice of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median_low

from embeddings import headlines
from embeddings.blocks import Block, marked_blocks, paragraphs, without_lists
from embeddings.boundaries import MOST_HEAD_LINES, Boundaries
from embeddings.bylines import Byline, names_and_roles, together
from embeddings.lines import Line, clean_lines, half_width, page_date, page_name
from embeddings.records import Article, Kind

__all__ = ["page_date", "page_name", "split_page"]

_LEAD_BEGINS = re.compile(r"[昨今][天日晚年]|近[日年期]|日前|[本上]周|据|当地时间|\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月")
_LONG = 25  # characters of a line that is surely text


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
    def bylines(self) -> list[Byline]:
        return [byline for block in self.body for byline in (block.opening, block.closing) if byline]

    @property
    def tells_of_photo(self) -> bool:
        return any(byline.photo and not byline.written for byline in self.bylines)


def split_page(text: str) -> list[Article]:
    """The articles and photo captions of a page, in page order; [] for a page without text.

    >>> page = "区图书馆新馆开放\\n\\n本报讯 (记者 王凯) 昨天,区图书馆新\\n\\n馆开放。\\n\\n图为新馆。李明 摄"
    >>> for article in split_page(page):
    ...     print(article.kind, article.headline, article.reporters, article.text)
    report 区图书馆新馆开放 ('王凯',) 昨天,区图书馆新馆开放。
    caption  ('李明',) 图为新馆。
    """
    lines = clean_lines(text)
    gap = _paragraph_gap(lines)
    blocks = without_lists(marked_blocks(lines), spaced=gap > 0)
    bodies = [block for block in blocks if not block.short]
    indented = sum(block.indented for block in bodies) * 2 > len(bodies)
    drafts = _Grouping(blocks, wide=gap + 2 if gap else 1).drafts()
    return [article for draft in drafts if (article := _article(draft, gap > 0, indented)).text]


def _paragraph_gap(lines: list[Line]) -> int:
    """How many blank lines mostly part paragraphs; headlines, tables and talk may stand closer or wider."""
    gaps = [line.gap for above, line in pairwise(lines) if min(len(above.text), len(line.text)) >= _LONG]
    return median_low(gaps if len(gaps) > 1 else [line.gap for line in lines[1:]] or [1])


class _Grouping:
    """One walk over the blocks of a page, which gathers them into drafts."""

    def __init__(self, blocks: list[Block], wide: int) -> None:
        self.blocks = blocks
        self.bounds = Boundaries(blocks, wide)
        self.ahead = self._look_ahead()
        self.spaced = wide > 1
        below_heads = [blocks[byline].gap for top, byline in self.bounds.heads.items() if top < byline]
        self.heads_stand_apart = bool(below_heads) and min(below_heads) > 0
        self.done: list[_Draft] = []
        self.current: _Draft | None = None  # the report that loose blocks continue

    def drafts(self) -> list[_Draft]:
        """Every step takes the blocks from `at` on that belong together, and says where the next begin."""
        at = 0
        while at < len(self.blocks):
            if at in self.bounds.captions:
                at = self._caption(at)
            elif at in self.bounds.heads:
                at = self._report(at)
            elif self.blocks[at].short:
                at = self._short_lines(at)
            else:
                self._append([self.blocks[at]])
                at += 1
        return self.done

    def _look_ahead(self) -> list[str]:
        """For each block what stands at or next below it: a "closing" byline, a "short" line or the next "start"."""
        ahead, seen = [""] * len(self.blocks), ""
        for at in range(len(self.blocks) - 1, -1, -1):
            block = self.blocks[at]
            if self.bounds.starts(at):
                seen = "start"
            elif block.closing and block.closing.reporters and not block.credit:
                seen = "closing"
            elif block.short:
                seen = "short"
            ahead[at] = seen
        return ahead

    def _report(self, at: int) -> int:
        byline = self.bounds.heads[at]
        self.current = self._begin(_Draft())
        while self.blocks[at].short:
            self.current.head.append(self.blocks[at])
            at += 1
        self.current.body += self.blocks[at : byline + 1]
        return byline + 1

    def _caption(self, at: int) -> int:
        credit = self.bounds.captions[at]
        draft = self._begin(_Draft(kind="caption"))
        while self.blocks[at].short and at < credit:
            draft.head.append(self.blocks[at])
            at += 1
        draft.body += self.blocks[at : credit + 1]
        return self._titles_below(credit + 1, draft)

    def _titles_below(self, at: int, draft: _Draft) -> int:
        """Column titles under a caption are its own; so are the short lines with which a page ends."""
        stop = self.bounds.short_lines_end(at)
        if stop < len(self.blocks):
            last, stop = stop, at
            while stop < last and self.bounds.is_column_title(stop):
                stop += 1
        draft.head += self.blocks[at:stop]
        return stop

    def _short_lines(self, at: int) -> int:
        stop = self.bounds.short_lines_end(at)
        group = self.blocks[at:stop]
        if stop == len(self.blocks) or self.bounds.starts(stop):
            if not self.done or not self._is_loose_title(at, stop):
                self._append(group)
        elif self._begins_article(group, stop):
            head = _head_length(group, self.blocks[stop].text)
            self.current = self._begin(_Draft(head=group[:head], body=group[head:]))
        else:
            self._append(group)
        return stop

    def _is_loose_title(self, at: int, stop: int) -> bool:
        """Whether short lines that no body follows are a column's title, which belongs to no article."""
        known = any(self.bounds.is_column_title(line) for line in range(at, min(stop, at + 3)))
        few = stop - at <= 2 and all(re.fullmatch(r"[^\W\d]{2,6}", block.text) for block in self.blocks[at:stop])
        return known or (few and self.current is not None and not self.current.is_open)

    def _begins_article(self, group: list[Block], body: int) -> bool:
        """Whether short lines are the headline of an article without an opening byline, not a subhead."""
        if self.current is None or not self.current.body or self.current.closed:
            return True
        if not any(block.text for block in self.current.body):
            return False  # below a byline stands its own text, however short its lines are
        if self.current.is_open or len(group) > MOST_HEAD_LINES:
            return False
        top, evidence = body - len(group), 0.0
        evidence += self.bounds.is_apart(top)
        evidence += 2 * (self.ahead[body] == "closing" and bool(self.current.bylines))
        if self.spaced and self.blocks[body].gap == 0:
            evidence -= 4 if self.heads_stand_apart else 2
        below = "".join(block.text for block in self.blocks[body : self.bounds.text_end(body)])
        return evidence + headlines.begins_anew([block.text for block in group], below) > 0

    def _begin(self, draft: _Draft) -> _Draft:
        self.done.append(draft)
        return draft

    def _append(self, group: list[Block]) -> None:
        if self.current is None:
            self.current = self._begin(_Draft())
        self.current.body += group


def _head_length(group: list[Block], text: str) -> int:
    """How many of the short lines above a text are its headline: the last may be the first words of a broken one."""
    length = len(group)
    while length > 1 and _begins_body(group[length - 1], text):
        length -= 1
    return length


def _begins_body(block: Block, text: str) -> bool:
    if _LEAD_BEGINS.match(block.text):
        return True
    if half_width(block.text).endswith(":"):
        return True  # "Dear editor:"
    return "," in half_width(block.text) and headlines.runs_on(block.text, text)


def _article(draft: _Draft, spaced: bool, indented: bool) -> Article:
    body = paragraphs(draft.body, indented)
    lead = " ".join(body[:4])[:400]
    if draft.kind == "caption":
        headline, kicker = _caption_title(draft.head, lead)
    else:
        lines = [(block.text, block.gap == 0 and at > 0) for at, block in enumerate(draft.head)]
        headline, kicker = headlines.choose(lines, lead, spaced)
    kind: Kind = "caption" if len(body) == 1 and draft.tells_of_photo else draft.kind
    reporters, roles = names_and_roles(together(draft.bylines))
    return Article("\n".join(body), headline=headline, kicker=kicker, reporters=reporters, kind=kind, roles=roles)


def _caption_title(head: list[Block], text: str) -> tuple[str, str]:
    """A caption's own headline shares words with it; a column title does not, and is its kicker."""
    column = any(headlines.is_column_title(block.text) for block in head)
    own = [] if column else [block.text for block in head if headlines.coverage(block.text, text) >= 0.25]
    return "".join(own), " ".join(block.text for block in head if block.text not in own)
