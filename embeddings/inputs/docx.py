"""Word documents (`.docx`) → articles: headings are headlines.

In: an open file. Out: an article under each top heading; a document without headings is cut like an e-paper page. Table
rows are lines of their own. Pictures, notes, headers and footers are left out.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from embeddings.inputs.archive import check_sizes
from embeddings.inputs.content import FileContent, InputFile, UnreadableError
from embeddings.inputs.outline import Block, read_outline
from embeddings.inputs.text import clean, paragraphs, split_into_articles

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"(?:heading|标题) ?([1-9])|title|标题", re.IGNORECASE)


def read_docx(file: InputFile) -> FileContent:
    """The articles of a Word document.

    Raises:
        UnreadableError: it is no .docx, is locked or damaged, or holds no text.
    """
    try:
        with zipfile.ZipFile(file.stream) as parts:
            check_sizes(file, parts.infolist())
        blocks = list(_blocks(file))
    except UnreadableError:
        raise
    except Exception as error:  # whatever a damaged file does to a parser, the other files are read
        why = f"{str(error) or type(error).__name__:.80}"
        remedy = "open it in Word and save it as .docx, without a password"
        chinese = f"不是能读的 Word 文档（{why}）；用 Word 打开，不设密码另存为 .docx"
        raise file.fault(f"is not a readable Word document ({why})", remedy, chinese) from None
    if any(block.level for block in blocks):
        return read_outline(file, blocks, {})
    articles = split_into_articles(file, clean("\n\n".join(block.text for block in blocks)), "")
    if not articles:
        raise file.empty()
    return FileContent(articles)


def _blocks(file: InputFile) -> Iterator[Block]:
    import docx
    from docx.table import Table

    number = 0
    for item in docx.Document(file.stream).iter_inner_content():
        if isinstance(item, Table):
            block = Block(0, "\n".join(_rows(item)), f"paragraph {number}")
        else:
            number += 1
            block = Block(_level(item), item.text, f"paragraph {number}")
        if text := paragraphs(block.text):
            yield Block(block.level, text, block.place)


def _rows(table: Table) -> Iterator[str]:
    """The rows as lines. A cell says itself how many columns it spans: it is read once, however many they are."""
    from docx.table import _Cell

    above: dict[int, str] = {}  # by column; a cell that goes on downwards says the same in each row
    for row in table._tbl.tr_lst:
        column, texts = row.grid_before, {}
        for cell in row.tc_lst:
            said = above.get(column, "") if cell.vMerge == "continue" else _Cell(cell, table).text.strip()
            texts[column], column = said, column + cell.grid_span
        above = texts
        yield " ".join(dict.fromkeys(texts.values()))


def _level(paragraph: Paragraph) -> int:
    """The heading level of a paragraph's style or of the style that it is based on; 0 for plain text."""
    style = paragraph.style
    while style is not None:
        if match := _HEADING.fullmatch(style.name or ""):
            return int(match[1] or 1)
        style = style.base_style
    return 0
