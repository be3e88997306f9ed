"""A document of headings and paragraphs → articles, one under each top heading.

In: blocks in their order, and what the document says about itself (title, date, author…). Out: articles. Serves every
format that has headings (Markdown, DOCX) and knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from embeddings.inputs.content import FileContent, InputFile, Skipped
from embeddings.inputs.records import one_line, read_record


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of `level` 1, 2, … or, with level 0, a paragraph; `place` is its line or number in the file."""

    level: int
    text: str
    place: int | str = 1


@dataclass(slots=True)
class _Section:
    headline: str
    place: int | str
    paragraphs: list[str] = field(default_factory=list)


def read_outline(file: InputFile, blocks: Iterable[Block], header: Mapping[str, object]) -> FileContent:
    """Headings below the top ones stay in the body as paragraphs; a top heading without a body is reported.

    Raises:
        UnreadableError: there is no paragraph at all.
    """
    content = FileContent()
    plain = replace(file, fields={})
    for section in _sections(list(blocks)):
        body = "\n".join(section.paragraphs)
        if not body:
            reason = f"nothing stands under the heading “{section.headline[:30]}”"
            chinese = f"标题“{section.headline[:30]}”下面没有文字；写上报道，或删掉标题"
            content.skipped.append(file.skip(section.place, reason, "write the article below it or delete it", chinese))
            continue
        article = read_record(plain, section.place, {**header, "text": body})
        if isinstance(article, Skipped):
            content.skipped.append(article)
        else:
            content.articles.append(replace(article, headline=section.headline or article.headline))
    if not content.articles:
        raise file.empty()
    return content


def _sections(blocks: list[Block]) -> list[_Section]:
    """Blocks under the top headings; what stands above the first one has a section without a headline."""
    top = min((block.level for block in blocks if block.level), default=0)
    if blocks and top > 1 and blocks[0].level != top:
        top = 1  # a text that only has subheadings is one article
    sections = [_Section("", 1)]
    for block in blocks:
        if block.level and block.level <= top:
            sections.append(_Section(one_line(block.text), block.place))
        else:
            sections[-1].paragraphs.append(block.text)
    return sections if sections[0].paragraphs else sections[1:]
