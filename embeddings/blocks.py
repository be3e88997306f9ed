"""Lines → blocks: each with its byline and credit taken off and marked by how it looks; and blocks → paragraphs.

In: the clean lines of a page. Out: `Block`s, or the paragraphs of some of them, joined where columns broke them. Knows
nothing about where articles begin and end: a block sees at most the few blocks around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings import bylines, headlines
from embeddings.bylines import Byline, together
from embeddings.lines import Line, half_width, joined
from embeddings.names import is_name

_SENTENCE_END = re.compile(r"(?:[。!?…]|(?<=[㐀-鿿])\.)[”’\"」』)】》\]]*$")
_LIST_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}[、是]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、)](?!\d)|[●■◆□▲★•]|第[一二三四五六七八九十][,、是]"
)
_PICTURED = re.compile(r"(?:^|[。!?] ?)\(?[上下左右题]?图(?:[为①]|片为)[^。]{0,60}[。)]*$")
_OURS_INSIDE = re.compile(r"(?<=[。!?”)\s])(?=本报讯 ?\()")
_CREDIT_INSIDE = re.compile(r"摄\)?(?= +\S{2,10}(?: \S{2,6})?$)")
_NOTE = re.compile(r"[【(]?(?:编者按|编者的话|开栏语|开栏的话)")
_MOST_NAMES = 30  # in one byline
_PAIRS = (("“", "”"), ("《", "》"), ("(", ")"), ("「", "」"))


@dataclass(frozen=True, slots=True)
class Block:
    """A line without its byline and credit.

    `short`: it could be a headline; `opening`: an article's body begins; `listed`: it is a row of a table or list, a
    line of an address or a signature, whole though no full stop ends it.
    """

    text: str
    gap: int = 0
    indented: bool = False
    opening: Byline | None = None
    closing: Byline | None = None
    short: bool = False
    listed: bool = False

    @property
    def credit(self) -> bool:
        """Whether it ends in a photo credit."""
        return self.closing is not None and self.closing.photo

    @property
    def is_open(self) -> bool:
        """Whether it stops in mid-sentence, so that the next block goes on."""
        return bool(self.text) and not self.listed and not _SENTENCE_END.search(half_width(self.text[-12:]))

    @property
    def is_unbalanced(self) -> bool:
        """Whether it opens a quotation or a bracket that it does not close."""
        text = half_width(self.text)
        return any(text.count(left) != text.count(right) for left, right in _PAIRS)

    @property
    def is_plain(self) -> bool:
        """Whether it is body text that neither begins nor ends an article."""
        return not (self.short or self.opening or self.closing)

    @property
    def is_note(self) -> bool:
        """Whether it is an editor's note, which may stand between headline and byline."""
        return bool(_NOTE.match(half_width(self.text[:8])))


def marked_blocks(lines: Sequence[Line]) -> list[Block]:
    """The blocks of a page, in page order."""
    return _settled([_marked(part) for line in lines for part in _split_inside(line)])


def _split_inside(line: Line) -> Iterator[Line]:
    """Cut a line before a 本报讯 (…) in its middle and after a credit that a column title follows."""
    if "本报讯" not in line.text and "摄" not in line.text:
        yield line
        return
    looks = half_width(line.text)
    cuts = [cut.start() for cut in _OURS_INSIDE.finditer(looks)]
    if (credit := _CREDIT_INSIDE.search(looks, max(0, len(looks) - 24))) and _is_credit(line.text[: credit.end()]):
        cuts.append(credit.end())
    for start, end in zip([0, *cuts], [*cuts, len(looks)], strict=True):
        if part := line.text[start:end].strip():
            yield replace(line, text=part) if start == 0 else Line(part)


def _is_credit(text: str) -> bool:
    byline = bylines.closing(text)
    return byline is not None and byline.photo


def _marked(line: Line) -> Block:
    opening = bylines.opening(line.text)
    text = line.text[opening.end :] if opening else line.text
    closing = bylines.closing(text) if text else None
    if closing:
        text = text[: closing.start].rstrip()
    if _PICTURED.search(half_width(text)):
        closing = replace(closing or Byline((), len(text), len(text)), photo=True)
    short = not opening and not closing and headlines.looks_like_headline(text)
    return Block(text, line.gap, line.indent >= 1, opening, closing, short)


def _settled(blocks: list[Block]) -> list[Block]:
    """Settle what a byline on its own line does: below a headline it opens an article, below a body it ends one."""
    settled: list[Block] = []
    for block, below in zip(blocks, [*blocks[1:], None], strict=False):
        above = settled[-1] if settled else None
        alone = (block.opening or block.closing) if not block.text else None
        if alone is None:
            named = block.short and above and above.short and below and below.is_plain and _is_author(block.text)
            name = Byline((re.sub(r"\s", "", block.text),), 0, 0)
            block = replace(block, text="", short=False, opening=name) if named else block
            settled.append(replace(block, short=True) if below and _breaks_in_head(block, below) else block)
        elif above and not above.text and above.opening:
            settled[-1] = replace(above, opening=_both(above.opening, alone))
        elif below and _opens_here(settled, alone, below):
            settled.append(replace(block, opening=alone, closing=None))
        elif above:
            settled[-1] = replace(above, closing=_both(above.closing, alone), short=False)
    return settled


def _is_author(text: str) -> bool:
    return is_name(text) and not headlines.is_column_title(text)


def _breaks_in_head(block: Block, below: Block) -> bool:
    """Whether a line that ends in a comma is the first of a headline that was broken there."""
    broken = block.gap > 0 and below.gap == 0 and below.short and block.is_plain and len(block.text) <= 30
    return broken and half_width(block.text)[-1] in ",、" and "。" not in block.text


def _opens_here(above: list[Block], alone: Byline, below: Block) -> bool:
    """Whether a byline on its own line opens an article: headline above (or a lead paragraph between), body below."""
    if not above or above[-1].short:
        return not (alone.photo and below.short)
    if alone.photo or not below.is_plain or not alone.reporters:
        return False
    lead = next((at for at, block in enumerate(reversed(above[-3:])) if block.short), 0)
    return lead > 0 and all(block.is_plain for block in above[-lead:])


def _both(one: Byline | None, other: Byline) -> Byline:
    if one is None:
        return other
    signed = dict(list(together((one, other)).items())[:_MOST_NAMES])
    roles = tuple(signed.values())
    written = one.written or other.written
    return Byline(tuple(signed), 0, 0, one.photo or other.photo, written, roles if any(roles) else ())


def paragraphs(blocks: Sequence[Block], indented: bool = False) -> list[str]:
    """The text of blocks, joined where columns broke it: one that stops in mid-sentence goes on in the next.

    In a page that is `indented`, a paragraph begins with an indent and nowhere else.

    >>> paragraphs([Block("新馆昨天"), Block("开放。", gap=1), Block("共三层。", gap=1)])
    ['新馆昨天开放。', '共三层。']
    """
    runs: list[list[str]] = []
    full = [block for block in blocks if block.text]
    ends_alone = True
    for above, block, below in zip([None, *full], full, [*full[1:], None], strict=False):
        if above is not None and not ends_alone and _goes_on(above, block, indented):
            runs[-1].append(block.text)
        else:
            runs.append([block.text])
        ends_alone = _is_subhead(block, above, below)
    return [joined(run) for run in runs]


def _goes_on(above: Block, block: Block, indented: bool) -> bool:
    if above.listed or block.listed:
        return False
    if half_width(above.text[-1]) in ":;" and (_LIST_ITEM.match(half_width(block.text)) or block.short):
        return False
    if above.short and block.short and block.gap == 0:
        return False  # a list or a poem
    if indented and not above.short and not block.short:
        return not block.indented
    return above.is_open


def _is_subhead(block: Block, above: Block | None, below: Block | None) -> bool:
    """A short line without punctuation between whole paragraphs, not the first words of a broken one."""
    if not block.short or len(block.text) > 18 or (above is not None and above.is_open and not above.short):
        return False
    if below is None or block.is_unbalanced:
        return False
    return not re.search(r"[,、:]|[的和在了对把为与及将]$", half_width(block.text))
