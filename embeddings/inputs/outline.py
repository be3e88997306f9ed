"""A document of headings and paragraphs → articles. Serves every format that has headings (Markdown, DOCX).

The headings form a tree. A heading with a text right below it is an article's, and the headings within are subheads;
a heading that holds only other headings is an article's too, unless it names an issue, a page or a section (《…报》
2024年3月4日, 第01版：要闻): then each heading below begins an article. A heading without text before a higher one is
that one's kicker, one after it its deck.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Date

from embeddings.bylines import opening, whole
from embeddings.dates import date_of_path, parse_date, plain_page
from embeddings.headlines import looks_like_headline
from embeddings.inputs.content import FileContent, InputFile, Skipped
from embeddings.inputs.records import one_line, read_record, without_credits
from embeddings.lines import half_width

_PAGE = re.compile(r"^第?\s*[A-Z]?[\d一二三四五六七八九十]{1,3}\s*版(?![^\s:：_—-])|^[A-Z]\d{1,2}(?![^\s:：_版—-])")
_ISSUE = re.compile(
    r"^《?[^《》]{2,16}(?:报|刊|联播|周末|快讯|早餐|新闻)》?\s*(?:[(（]?\s*(?:\d{8}|\d{4}\s*[年./-]).*|第?\s*\d+\s*期.*)?$"
)
_SECTION = re.compile(
    r"^(?:[^\s,，。:：]{0,4}(?:新闻|要闻|版|频道|快讯|简讯|栏目)|国内|国际|时政|民生|社会|经济|文化|体育|副刊|评论|教育)$"
)
_CONTENTS = re.compile(r"摘要|目录|导读|提要|contents", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*(?:\d{1,3}[.、．)）]|[(（]\d{1,3}[)）]|【\d{1,3}】)\s*")
_SUBHEAD = re.compile(r"^[一二三四五六七八九十]{1,2}[、是]|^[问答][:：]|^[(（][一二三四五六七八九十]{1,2}[)）]")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of `level` 1, 2, … or, with level 0, a paragraph; `place` is its line or number in the file."""

    level: int
    text: str
    place: int | str = 1


@dataclass(slots=True)
class _Node:
    """A heading with the paragraphs right below it and the headings within it."""

    level: int
    text: str
    place: int | str
    kicker: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return bool(without_credits("\n".join(self.body))[0])

    def lines(self) -> Iterator[str]:
        """All the text below the heading, subheads included."""
        yield from self.body
        for child in self.children:
            yield from (child.text, *child.kicker)
            yield from child.lines()


def read_outline(file: InputFile, blocks: Iterable[Block], header: Mapping[str, object]) -> FileContent:
    """The articles of a document; a heading with nothing below it is reported, a list of contents left out.

    Raises:
        UnreadableError: there is no paragraph at all.
    """
    content = FileContent()
    preface, nodes = _tree(list(blocks))
    plain = replace(file, fields={})
    found = list(_articles(nodes, file.date, "", bool(header), content, file))
    if preface and (not found or without_credits("\n".join(preface))[0]):
        found.insert(0, (_Node(1, "", 1, body=preface), file.date, ""))
    titles = [node.text for node, _, _ in found]
    for node, day, page in found:
        body = [line for text in node.lines() for line in text.split("\n")]
        if len(found) > 1 and _is_contents(node.text, body, titles):
            continue
        while len(body) > 1 and _is_deck(body[0], body[1]):
            node.kicker.append(body.pop(0))
        record = {
            "kicker": " ".join(node.kicker),
            **header,
            "text": "\n".join(body),
            **({"page": page} if page else {}),
        }
        article = read_record(replace(plain, date=day), node.place, record)
        if isinstance(article, Skipped):
            content.skipped.append(article)
        else:
            kicker = " ".join(node.kicker) or article.kicker
            content.articles.append(replace(article, headline=one_line(node.text) or article.headline, kicker=kicker))
    if not content.articles:
        raise file.empty()
    return content


def _tree(blocks: list[Block]) -> tuple[list[str], list[_Node]]:
    """The paragraphs above the first heading, and the headings with what stands below them."""
    preface: list[str] = []
    above: list[_Node] = [_Node(0, "", 1)]
    kickers: list[str] = []
    for at, block in enumerate(blocks):
        if not block.level:
            (above[-1].body if above[-1].level else preface).append(block.text)
            continue
        below = blocks[at + 1] if at + 1 < len(blocks) else None
        if below and below.level and below.level < block.level:
            kickers.append(one_line(block.text))
            continue
        last, text = above[-1], one_line(block.text)
        if last.level and not last.body and block.level > last.level and re.match(r"[—–―-]{1,2}", text):
            last.kicker.append(text.lstrip("—–―- "))
            continue
        while above[-1].level >= block.level:
            above.pop()
        node = _Node(block.level, text, block.place, kickers)
        kickers = []
        above[-1].children.append(node)
        above.append(node)
    return preface, above[0].children


def _articles(
    nodes: list[_Node], day: Date | None, page: str, titled: bool, content: FileContent, file: InputFile
) -> Iterator[tuple[_Node, Date | None, str]]:
    """(heading, date, page) of each article, in the order of the document."""
    numbered = len(nodes) > 0 and all(_NUMBER.match(node.text) for node in nodes)
    for node in nodes:
        if node.children and _holds_articles(node, titled and len(nodes) == 1):
            own = day or parse_date(node.text) or date_of_path([], re.sub(r"[^\d年月日./-]", " ", node.text).strip())
            _, credit = without_credits("\n".join(node.body))
            named = plain_page(node.text) if _PAGE.match(half_width(node.text)) else ""
            yield from _articles(node.children, own or credit.date, named or page, False, content, file)
            continue
        if numbered:
            node.text = _NUMBER.sub("", node.text)
        if node.has_text or node.children:
            yield node, day, page
        else:
            reason = f"nothing stands under the heading “{node.text[:30]}”"
            chinese = f"标题“{node.text[:30]}”下面没有文字；写上报道，或删掉标题"
            content.skipped.append(file.skip(node.place, reason, "write the article below it or delete it", chinese))


def _holds_articles(node: _Node, titled: bool) -> bool:
    """Whether the headings within a heading begin articles, not parts of one. `titled`: the document says its title."""
    look = half_width(node.text)
    if _PAGE.match(look) or _ISSUE.match(look) or _SECTION.match(look):
        return True
    if any(_PAGE.match(half_width(child.text)) for child in node.children):
        return True
    if node.has_text or titled or any(_SUBHEAD.match(child.text) for child in node.children):
        return False
    if any(child.children and not child.has_text for child in node.children):
        return True
    signed = [child for child in node.children if child.body and (opening(child.body[0]) or whole(child.body[0]))]
    return len(signed) > len(node.children) / 2 or (
        len(node.children) > 1 and all(_NUMBER.match(child.text) for child in node.children)
    )


def _is_deck(line: str, below: str) -> bool:
    """Whether a line between a heading and a byline is the headline's deck."""
    return looks_like_headline(line) and not opening(line) and not whole(line) and opening(below) is not None


def _is_contents(heading: str, body: list[str], titles: list[str]) -> bool:
    """Whether a text only lists the headlines of the others."""
    lines = [_NUMBER.sub("", line).strip(" ；;。·-*") for text in body for line in text.split("\n")]
    listed = sum(any(line and line in title for title in titles if title != heading) for line in lines)
    return bool(listed) and (listed >= 0.8 * len(lines) or bool(_CONTENTS.search(heading)))
