"""Markdown (`.md`) → articles: front matter gives title, date, author, page and url; headings are headlines.

The text has no marks; list items and table rows are lines of their own; pictures are left out. Which heading begins
an article is settled in `embeddings.inputs.outline`; a document without headings is cut like an e-paper page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import yaml

from embeddings.bylines import whole
from embeddings.inputs.content import FileContent, InputFile
from embeddings.inputs.outline import Block, read_outline
from embeddings.inputs.records import plain
from embeddings.inputs.text import clean, paragraphs, read_text, split_into_articles

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A\s*---[ ]*\n(?=[^\n:]+:)(.*?)\n(?:---|\.\.\.)[ ]*(?:\n|\Z)", re.DOTALL)
_CHINESE = "[\u2014-\u2026\u3000-\u9fff\uff00-\uffef]"
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_ENDED = re.compile(r"[。！？!?…][”’」』)）]*$")
_BREAKS = re.compile(r"</?(?:br|p|div|li)\b", re.IGNORECASE)
_LINK_ONLY = re.compile(r"^(?:查看|阅读|点击|浏览)?(?:原文|全文|链接|详情|更多|网页版?|PDF)(?:链接|地址)?$")


def read_markdown(file: InputFile) -> FileContent:
    """The articles of a Markdown file.

    Raises:
        UnreadableError: it is not text, its front matter is not YAML, or it has no body.
    """
    text = clean(read_text(file))
    match = _FRONT_MATTER.match(text)
    header = _front_matter(file, match[1]) if match else {}
    body = text[match.end() :] if match else text
    blocks = list(_blocks(body, text.count("\n", 0, match.end()) if match else 0))
    if header or any(block.level for block in blocks):
        return read_outline(file, blocks, header)
    if articles := split_into_articles(file, "\n\n".join(block.text for block in blocks), ""):
        return FileContent(articles)
    raise file.empty()


def _front_matter(file: InputFile, text: str) -> Mapping[str, object]:
    """All values as they are written: `page: 01` is "01", and a date that does not exist is no error."""
    try:
        header = yaml.load(text, Loader=yaml.BaseLoader)  # builds strings, lists and mappings only
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        remedy = "mend it; a value that holds a colon needs quotation marks"
        chinese = f"开头的说明不是 YAML（第 {line} 行）；改好它，值里有冒号要加引号"
        raise file.fault(f"its front matter is not YAML (line {line})", remedy, chinese) from None
    return header if isinstance(header, dict) else {}


def _blocks(body: str, lines_above: int) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    level, marker, cells, line, before = 0, "", list[str](), 1, ""
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        line = token.map[0] + 1 if token.map else line
        if token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1]) if token.nesting == 1 else 0
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else ""  # a number says something, a bullet does not
        elif token.type == "inline" and before in ("th_open", "td_open"):
            cells.append(_plain(token.children or ()))
        elif token.type == "tr_close":
            yield Block(0, " ".join(cells), lines_above + line)
            cells = []
        elif token.type in ("inline", "fence", "code_block", "html_block"):
            text = _plain(token.children) if token.children else _TAG.sub("", plain(token.content))
            linked = any(child.type == "link_open" for child in token.children or ())
            if (text := paragraphs(text)) and not (linked and _LINK_ONLY.match(text)):
                yield Block(level, marker + text, lines_above + line)
                marker = ""
        before = token.type


def _plain(tokens: Sequence[Token]) -> str:
    """The words of a paragraph; a line broken in the source goes on, without a space where Chinese stands."""
    lines, strong = [""], [True]  # and whether a line is set in italics or bold throughout
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith(("em_", "strong_")) else 0
        if token.type in ("text", "code_inline"):
            lines[-1] += token.content
            strong[-1] = strong[-1] and (depth > 0 or not token.content.strip())
        elif token.type == "hardbreak" or (token.type == "html_inline" and _BREAKS.match(token.content)):
            lines[-1] += "\r"
        elif token.type == "softbreak":
            lines.append("")
            strong.append(True)
    text = lines[0]
    for above, line, set_apart in zip(lines, lines[1:], strong, strict=False):
        begins = (
            (set_apart and above.strip())
            or line.startswith("\u3000")
            or _ENDED.search(above.rstrip())
            or whole(above.strip())
        )
        text += ("\r" if begins else "\n") + line
    text = re.sub(rf"(?<={_CHINESE})\n|\n(?={_CHINESE})", "", text)
    return text.replace("\n", " ").replace("\r", "\n")
