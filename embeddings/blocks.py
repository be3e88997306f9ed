"""Lines → blocks: each with its byline and credit taken off and marked by how it looks; and blocks → paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings import bylines, headlines
from embeddings.bylines import Byline, names_and_roles, together
from embeddings.lines import Line, half_width, joined
from embeddings.names import is_name

_SENTENCE_END = re.compile(r"(?:[。!?…]|(?<=[㐀-鿿])\.)[”’\"」』)】》\]]*$")
_LIST_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}[、是]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、)](?!\d)|[●■◆□▲★•]|第[一二三四五六七八九十][,、是]"
)
_PICTURED = re.compile(r"(?:^|[。!?] ?)\(?[上下左右题]?图(?:[为①]|片为)[^。]{0,60}[。)]*$")
_OURS_INSIDE = re.compile(r"(?<=[。!?”)\s])(?=本报讯 ?\()")
_CREDIT_INSIDE = re.compile(r"摄\)?(?= +\S{2,10}(?: \S{2,6})?$)")
_MOST_NAMES = 30  # in one byline
_DAY = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日|[〇零○一二三四五六七八九]{4}年.{2,3}月.{1,3}日")
_MOST_TOUCHING = 3  # lines of one headline; more are a list or a poem
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
            settled.append(replace(block, text="", short=False, opening=name) if named else block)
        elif above and not above.text and above.opening:
            settled[-1] = replace(above, opening=_both(above.opening, alone))
        elif below and _opens_here(settled, alone, below):
            settled.append(replace(block, opening=alone, closing=None))
        elif above:
            settled[-1] = replace(above, closing=_both(above.closing, alone), short=False)
    return settled


def _is_author(text: str) -> bool:
    return is_name(text) and not headlines.is_column_title(text)


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
    names, roles = names_and_roles(dict(list(together((one, other)).items())[:_MOST_NAMES]))
    return Byline(names, 0, 0, one.photo or other.photo, one.written or other.written, roles)


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


def without_lists(blocks: Sequence[Block], spaced: bool) -> list[Block]:
    """The blocks of a page with all but its headlines marked as `listed`. `spaced`: blank lines part paragraphs."""
    looks = [half_width(block.text) for block in blocks]
    cells = [len(look.split()) for look in looks]
    listed = [False] * len(blocks)
    for at in range(1, len(blocks)):
        row = min(cells[at - 1 : at + 1]) >= 3 and abs(cells[at] - cells[at - 1]) <= 1
        if row and re.search(r"\d", looks[at - 1] + looks[at]):
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
