"""Article → chunks: windows of whole sentences with exact offsets.

In: an `Article` and a size. Out: `Chunk`s in order, that together cover every character but white space, each
at most `size` characters, each `article.text[start:end]`. Knows nothing about encoders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from embeddings.records import Article, Chunk

# A sentence ends at 。！？；… or a line end; closing quotes and brackets belong to it.
_SENTENCE = re.compile(r"[^。！？!?；;…\n]*(?:[。！？!?；;…]+[”’」』）)》\"']*|\n|$)")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand, white space around them left out.

    >>> sentence_spans("一期完工。二期在建!\\n图为现场")
    [(0, 5), (5, 10), (11, 15)]
    """
    spans = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.start() + len(piece.rstrip())
        if end > start:
            spans.append((start, end))
    return spans


def split_article(article: Article, size: int = 220, overlap: int = 40) -> list[Chunk]:
    """Cut an article into chunks of whole sentences; only a sentence longer than `size` is cut inside.

    A chunk begins with up to `overlap` characters of whole sentences of the one before it.
    """
    spans = [piece for span in sentence_spans(article.text) for piece in _pieces(*span, size)]
    chunks: list[Chunk] = []
    first, fresh = 0, 0  # `fresh`: the first sentence that no chunk holds yet
    while fresh < len(spans):
        while spans[fresh][1] - spans[first][0] > size:  # the repeated sentences must leave room for a new one
            first += 1
        last = fresh
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= size:
            last += 1
        chunks.append(Chunk(article, spans[first][0], spans[last][1]))
        first = fresh = last + 1
        while first > 0 and spans[last][1] - spans[first - 1][0] <= overlap:
            first -= 1
    return chunks


def _pieces(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    for at in range(start, end, size):
        yield at, min(at + size, end)
