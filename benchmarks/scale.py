"""One index from a thousand chunks to a million: what `benchmarks.index` measures, at each size.

In: a corpus and questions. Out: the cost of builds, changes, opening and queries by number of chunks. Up to the size of
the corpus its first articles are taken; beyond, all of them over and over, each copy with its number in every sentence,
so that no two chunks say the same. Recall is not measured: the copies answer as well as the articles asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import index
from benchmarks.machine import alone
from embeddings.chunks import split_article
from embeddings.inputs import read_articles
from embeddings.records import Article

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_FILE = 50_000  # articles in a file


def measure(corpus: Path, questions: Path, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """All sizes, each in a temporary folder of its own; what is done is told on stderr."""
    rows = []
    for size in sizes:
        with TemporaryDirectory() as place:
            alone(write, corpus, Path(place) / "corpus", size)  # a process hands its peak memory down
            row = index.measure(Path(place) / "corpus", questions)
        row["query"] = {name: value for name, value in row["query"].items() if not name.startswith("recall")}
        rows.append({"size": size, **row})
        sys.stderr.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
    return {"sizes": rows}


def write(corpus: Path, folder: Path, size: int) -> int:
    """Write articles with at least `size` chunks between them as JSONL; returns how many chunks they have."""
    folder.mkdir()
    chunks = 0
    file = None
    for number, article in enumerate(repeated(read_articles(corpus))):
        if not number % _FILE:
            if file:
                file.close()
            file = (folder / f"news-{number // _FILE:03}.jsonl").open("w", encoding="utf-8")
        assert file
        record = {"id": f"{article.source_id}-{number}", "title": article.headline, "text": article.text}
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        if (chunks := chunks + len(split_article(article))) >= size:
            file.close()
            return chunks
    raise ValueError("an empty corpus cannot be repeated")


def repeated(articles: Sequence[Article]) -> Iterator[Article]:
    """The articles, then again and again with a number in every sentence.

    >>> from itertools import islice
    >>> [article.text for article in islice(repeated([Article(text="开工。通车。")]), 3)]
    ['开工。通车。', '开工(1)。通车(1)。', '开工(2)。通车(2)。']
    """
    if not articles:
        return
    yield from articles
    for copy in count(1):
        for article in articles:
            yield Article(
                text=article.text.replace("。", f"({copy})。"), headline=article.headline, source_id=article.source_id
            )
