"""The records that the embeddings room hands around: `Article` and `Chunk`.

An article is what people cite; its `text` is final once read: every offset anywhere in the project (a chunk's, a
citation's) counts characters of that string.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date as Date
from functools import cached_property
from typing import Literal

Kind = Literal["report", "caption"]
_TELLING = 6  # characters from which a clause may stand for a caption


@dataclass(frozen=True)
class Article:
    """One article or photo caption of the newspaper.

    `text` is the body: paragraphs joined by a newline, without headline and byline. `roles` say what each of the
    `reporters` did (通讯员, 记者, 摄影), "" where the byline does not; none where it says nothing. `date` is the issue
    date where one is known. `source` is the input file relative to the corpus folder; `source_id` is a record's own id.
    """

    text: str
    headline: str = ""
    kicker: str = ""
    reporters: tuple[str, ...] = ()
    kind: Kind = "report"
    date: Date | None = None
    page: str = ""
    source: str = ""
    source_id: str | None = None
    url: str = ""
    roles: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """Identity by content: 16 hex digits over everything but the place of the file it came from."""
        fields = (self.headline, self.kicker, "、".join(self.reporters), self.kind, str(self.date or ""), self.page)
        return hashlib.sha256("\x1f".join((*fields, self.source_id or "", self.text)).encode()).hexdigest()[:16]

    @property
    def title(self) -> str:
        """What to call the article: its headline, or for a caption its opening clause, a mere 眼下 apart.

        >>> Article(text="位于湖边的示范项目即将竣工,计划年内达产。", kind="caption").title
        '位于湖边的示范项目即将竣工'
        """
        if self.headline:
            return self.headline
        clauses = re.split(r"[,，。;；:：!！?？\n]", self.text, maxsplit=2)[:2]
        return next((clause for clause in clauses if len(clause) >= _TELLING), clauses[0])[:40]

    @property
    def signed(self) -> list[tuple[str, tuple[str, ...]]]:
        """Who made it, by what they did: [(通讯员, (甲, 乙)), (记者, (丙,))]; where none is said, one for all."""
        usual = "摄影" if self.kind == "caption" else "记者"
        groups: list[tuple[str, tuple[str, ...]]] = []
        for name, role in zip(self.reporters, self.roles or [usual] * len(self.reporters), strict=False):
            if groups and groups[-1][0] == role:
                groups[-1] = (role, (*groups[-1][1], name))
            else:
                groups.append((role, (name,)))
        return groups

    @property
    def byline(self) -> str:
        """Who made it, as the paper prints it.

        >>> Article("正文", reporters=("王凯", "李明", "赵兰"), roles=("通讯员", "通讯员", "记者")).byline
        '通讯员 王凯、李明 记者 赵兰'
        """
        return " ".join(f"{role} {'、'.join(names)}".strip() for role, names in self.signed)


def signatures(article: Article) -> list[str] | dict[str, str]:
    """The reporters of an article as an index keeps them: a list of names, or what each name did."""
    return dict(zip(article.reporters, article.roles, strict=True)) if article.roles else list(article.reporters)


def signers(kept: list[str] | dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The fields of an article that `signatures` kept."""
    roles = tuple(kept.values()) if isinstance(kept, dict) else ()
    return {"reporters": tuple(kept), "roles": roles}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A window of an article that is encoded and searched; `article.text[start:end] == text`."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def passage(self) -> str:
        """What the encoder sees: the chunk under its headline, since a window alone may not name its subject."""
        return f"{self.article.headline}\n{self.text}" if self.article.headline else self.text

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for `passage`: equal passages share one vector."""
        return hashlib.blake2b(self.passage.encode(), digest_size=16).digest()
