"""Word documents (`.docx`) → articles: headings are headlines.

A document without headings is cut like an e-paper page. Table rows are lines of their own, text boxes follow their
paragraph, tracked changes count as accepted. Pictures, footnotes, comments, headers and footers are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from embeddings.inputs.archive import check_package
from embeddings.inputs.content import FileContent, InputFile
from embeddings.inputs.outline import Block, read_outline
from embeddings.inputs.text import clean, paragraphs, split_into_articles

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题) ?([1-9])|title|标题", re.IGNORECASE)


def read_docx(file: InputFile) -> FileContent:
    """The articles of a Word document.

    Raises:
        UnreadableError: it is no .docx, is locked or damaged, or holds no text.
    """
    remedy = "open it in Word and save it as .docx, without a password"
    with file.parsed_as("Word document", remedy, "Word 文档", "用 Word 打开，不设密码另存为 .docx"):
        check_package(file)
        blocks = list(_blocks(file))
    if any(block.level for block in blocks):
        return read_outline(file, blocks, {})
    articles = split_into_articles(file, clean("\n\n".join(block.text for block in blocks)), "")
    if not articles:
        raise file.empty()
    return FileContent(articles)


def _blocks(file: InputFile) -> Iterator[Block]:
    import docx

    document = docx.Document(file.stream)
    levels = {style.style_id: _level(style) for style in document.styles if style.type == 1}
    for number, (style, text) in enumerate(_texts(document.element.body), 1):
        if text := paragraphs(text):
            yield Block(levels.get(style, 0), text, f"paragraph {number}")


def _texts(container: Any) -> Iterator[tuple[str, str]]:
    """(style, text) of the paragraphs and tables of a part of the document, text boxes after their paragraph."""
    for element in container:
        tag = _name(element)
        if tag == "p":
            yield _style(element), "".join(_runs(element))
            for box in _boxes(element):
                yield from _texts(box)
        elif tag == "tbl":
            yield "", "\n".join(_rows(element))
        elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _texts(element)


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _style(paragraph: Any) -> str:
    found = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return found.get(f"{_W}val", "") if found is not None else ""


def _runs(element: Any) -> Iterator[str]:
    """The text of a paragraph as it stands when all tracked changes are accepted, without its text boxes."""
    for child in element:
        tag = _name(child)
        if tag == "t":
            yield child.text or ""
        elif tag in ("tab", "br", "cr"):
            yield " " if tag == "tab" else "\n"
        elif tag not in ("del", "moveFrom", "txbxContent", "Fallback", "delText", "instrText", "pPr", "rPr"):
            yield from _runs(child)


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes within a paragraph; of two forms of one box, the first."""
    for child in element:
        tag = _name(child)
        if tag == "txbxContent":
            yield child
        elif tag not in ("Fallback", "del", "moveFrom"):
            yield from _boxes(child)


def _rows(table: Any) -> Iterator[str]:
    """The rows as lines; a cell that goes on downwards says the same in each row, and holds its tables."""
    above: dict[int, str] = {}  # by column
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        column, texts = row.grid_before, {}
        for cell in row.tc_lst:
            own = " ".join(line for _, text in _texts(cell) for line in text.split("\n") if line.strip())
            texts[column] = above.get(column, "") if cell.vMerge == "continue" else own
            column += cell.grid_span
        above = texts
        yield " ".join(filter(None, dict.fromkeys(texts.values())))


def _level(style: Any) -> int:
    """The heading level of a style or of the style that it is based on; 0 for plain text."""
    while style is not None:
        if match := _HEADING.fullmatch(style.name or ""):
            return int(match[1] or 1)
        style = style.base_style
    return 0
