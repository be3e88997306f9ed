"""Article → chunks: windows of whole sentences with exact offsets."""

from __future__ import annotations

import re

from embeddings.records import Article, Chunk

Span = tuple[int, int]  # [start, end) in characters

# A sentence ends at 。！？；… or a line end; closing quotes and brackets belong to it.
_SENTENCE = re.compile(r"[^。！？!?；;…\n]*(?:[。！？!?；;…]+[”’」』）)》\"']*|\n|$)")


def sentence_spans(text: str) -> list[Span]:
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
    spans = pieces(article.text, size)
    return [Chunk(article, spans[first][0], spans[last][1]) for first, last in windows(spans, size, overlap)]


def pieces(text: str, size: int) -> list[Span]:
    """The sentences of a text, those longer than `size` cut: what chunks are put together from.

    >>> pieces("二期在建。图为施工现场", 4)
    [(0, 4), (4, 5), (5, 9), (9, 11)]
    """
    found: list[Span] = []
    for start, end in sentence_spans(text):
        if end - start <= size:
            found.append((start, end))
        else:
            cuts = ((at, min(at + size, end)) for at in range(start, end, size))
            found += [cut for cut in cuts if not text[slice(*cut)].isspace()]
    return found


def windows(spans: list[Span], size: int, overlap: int) -> list[tuple[int, int]]:
    """The chunks as runs of pieces: (first, last) of each, both included.

    >>> windows([(0, 4), (4, 8), (8, 12)], 8, 4)
    [(0, 1), (1, 2)]
    """
    found: list[tuple[int, int]] = []
    first, fresh = 0, 0  # `fresh`: the first piece that no chunk holds yet
    while fresh < len(spans):
        while spans[fresh][1] - spans[first][0] > size:  # the repeated pieces must leave room for a new one
            first += 1
        last = fresh
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= size:
            last += 1
        found.append((first, last))
        first = fresh = last + 1
        while first > 0 and spans[last][1] - spans[first - 1][0] <= overlap:
            first -= 1
    return found
