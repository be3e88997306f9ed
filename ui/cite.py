"""An article → its citation after GB/T 7714-2015, as a newspaper article [N].

In: an article, and the paper's name where it is known. Out: one line of plain text. Knows nothing about pages.
"""

from __future__ import annotations

from embeddings.records import Article
from ui.plain import one_line


def gb7714(article: Article, paper: str = "") -> str:
    """'张三, 李四. 标题[N]. 某某日报, 2024-03-03(A01).', without what is not known.

    >>> gb7714(Article(text="正文", headline="标题", reporters=("甲", "乙", "丙", "丁")), "某某日报")
    '甲, 乙, 丙, 等. 标题[N]. 某某日报.'
    """
    names = ", ".join((*article.reporters[:3], "等") if len(article.reporters) > 3 else article.reporters)
    day = article.date.isoformat() if article.date else ""
    page = f"({article.page.removesuffix('版')})" if article.page else ""
    issue = ", ".join(part for part in (paper, day) if part) + page
    carrier = "[N/OL]" if article.url else "[N]"
    parts = (names, f"{article.title}{carrier}", issue, article.url)
    return one_line(". ".join(part for part in parts if part) + ".")
