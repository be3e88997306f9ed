"""An article → its citation after GB/T 7714-2015, as a newspaper article [N].

In: an article, and the paper's name where it is known. Out: one line of plain text. Knows nothing about pages.
"""

from __future__ import annotations

from embeddings.records import Article
from ui.plain import one_line


def gb7714(article: Article, paper: str = "") -> str:
    """'张三, 李四. 标题[N]. 某某日报, 2024-03-03(A01).', without what is not known; whose the photo is, is no author.

    >>> gb7714(Article(text="正文", headline="标题", reporters=("甲", "乙", "丙", "丁")), "某某日报")
    '甲, 乙, 丙, 等. 标题[N]. 某某日报.'
    """
    wrote = (names for role, names in article.signed if role != "摄影" or article.kind == "caption")
    authors = [name for names in wrote for name in names]
    names = ", ".join([*authors[:3], "等"] if len(authors) > 3 else authors)
    day = article.date.isoformat() if article.date else ""
    page = f"({article.page.removesuffix('版')})" if article.page else ""
    issue = ", ".join(part for part in (paper, day) if part) + page
    carrier = "[N/OL]" if article.url else "[N]"
    parts = (names, f"{article.title}{carrier}", issue, article.url)
    return one_line(". ".join(part for part in parts if part) + ".")
