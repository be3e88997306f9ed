"""PDF files with a text layer → articles, each PDF page cut like an e-paper page.

The characters are put in order by where they stand, not as the file draws them: lines into bands without a gutter,
bands into columns, again within each. A line set larger than the text begins an article. A page without text is
reported, since only OCR can read it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import PurePosixPath
from typing import Any

from embeddings.dates import page_from_stem
from embeddings.inputs.content import (
    SECONDS,
    FileContent,
    InputFile,
    TooSlowError,
    patience,
    seconds_for,
)
from embeddings.inputs.text import clean, common_share, issue_of, split_into_articles
from embeddings.lines import joined

_OCR = "run OCR on it and save the text layer, or the text as .txt"
_OCR_IN_CHINESE = "用文字识别（OCR）加上文字层，或把文字存成 .txt"
_LEGIBLE = 0.3  # of a page's characters; fonts that do not say what they draw give random ones
_GUTTER = 0.7  # of the size of the text: narrower gaps part no columns
_FEWEST_ROWS = 3  # of a column
_NARROWEST = 8  # characters of a line that is broken at the end of its column
_HEADLINE, _LARGE = 1.3, 1.12  # times the size of the text: begins an article; belongs to its head


@dataclass(frozen=True, slots=True)
class _Segment:
    """Characters of one line that stand close together; distances in points, `top` measured downwards."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


def read_pdf(file: InputFile) -> FileContent:
    """The articles of all pages; the date in the header of one page holds for those after it.

    Raises:
        UnreadableError: it is damaged, locked, or has no text layer at all.
    """
    content = FileContent()
    day, pages, stem = file.date, list(_pages(file)), page_from_stem(PurePosixPath(file.source).stem)
    for number, parts in enumerate(pages, 1):
        text = "\n".join(parts)
        if not text.strip():
            chinese = f"没有文字层（是图片？）；{_OCR_IN_CHINESE}"
            content.skipped.append(file.skip(f"page {number}", "has no text layer (a picture?)", _OCR, chinese))
        elif common_share(text) < _LEGIBLE:
            reason, chinese = (
                "its fonts do not say which characters they are",
                f"字体没有写明是哪些字；{_OCR_IN_CHINESE}",
            )
            content.skipped.append(file.skip(f"page {number}", reason, _OCR, chinese))
        else:
            name = str(number) if len(pages) > 1 else stem
            for part in parts:
                day, name = issue_of(file, part, name, day)
                content.articles.extend(split_into_articles(file, part, name, day))
    if not content.articles:
        raise file.fault("has no text layer that can be read", _OCR, f"没有能读的文字层；{_OCR_IN_CHINESE}")
    return content


def _pages(file: InputFile) -> Iterator[list[str]]:
    """The text of each page in the order of reading, parted before each headline."""
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # faults are told by what is raised here
    with file.parsed_as("PDF", "open it in a viewer and save it anew", "PDF", "用阅读器打开，另存一份"):
        try:
            with patience(seconds_for(file.size)):
                pages = list(PDFPage.create_pages(PDFDocument(PDFParser(file.stream))))
            for page in pages:
                with patience(SECONDS):
                    parts = _parts(_segments(page))
                yield parts
        except TooSlowError:
            raise file.slow(SECONDS) from None
        except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed):
            raise file.fault("is locked by a password", "save it without one", "有密码；去掉密码另存") from None


def _segments(page: Any) -> list[_Segment]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LTChar
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    PDFPageInterpreter(resources, device).process_page(page)

    def characters(item: Any) -> Iterator[Any]:
        if isinstance(item, LTChar):
            yield item
        elif hasattr(item, "__iter__"):
            for each in item:
                yield from characters(each)

    found = [char for char in characters(device.get_result()) if char.size > 0]
    found.sort(key=lambda char: (-round((char.y0 + char.y1) / 2), char.x0))
    return [segment for row in _rows_of(found) for segment in _joined(row)]


def _rows_of(characters: Sequence[Any]) -> Iterator[list[Any]]:
    """Characters whose middles stand at one height, from left to right."""
    row: list[Any] = []
    for char in characters:
        middle = (char.y0 + char.y1) / 2
        if row and abs(middle - (row[-1].y0 + row[-1].y1) / 2) > 0.35 * max(char.size, row[-1].size):
            yield sorted(row, key=lambda each: each.x0)
            row = []
        row.append(char)
    if row:
        yield sorted(row, key=lambda each: each.x0)


def _joined(row: Sequence[Any]) -> Iterator[_Segment]:
    """Segments of a row: a gap of the size of the type parts two, a smaller one is a blank between words."""
    run: list[Any] = []
    end = 0.0  # of the run, one blank after it included
    for char in row:
        if not char.get_text().strip():
            end = char.x1 if run and end == run[-1].x1 else end
            continue
        if run and (char.x0 - end > _GUTTER * char.size or abs(char.size - run[-1].size) > 0.25 * char.size):
            yield _segment(run)
            run = []
        run.append(char)
        end = char.x1
    if run:
        yield _segment(run)


def _segment(run: Sequence[Any]) -> _Segment:
    text = run[0].get_text()
    for above, char in pairwise(run):
        latin = char.get_text().isascii() or above.get_text().isascii()
        text += (" " if char.x0 - above.x1 > (0.2 if latin else 0.4) * char.size else "") + char.get_text()
    size = Counter(round(char.size, 1) for char in run).most_common(1)[0][0]
    top, bottom = -max(char.y1 for char in run), -min(char.y0 for char in run)
    return _Segment(text, run[0].x0, run[-1].x1, top, bottom, size)


def _rows(segments: Sequence[_Segment]) -> list[list[_Segment]]:
    """Segments that stand beside each other, from top to bottom."""
    rows: list[list[_Segment]] = []
    for segment in sorted(segments, key=lambda each: (each.top + each.bottom, each.left)):
        middle = (segment.top + segment.bottom) / 2
        if rows and rows[-1][0].top <= middle <= rows[-1][0].bottom:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return rows


def _gutters(segments: Sequence[_Segment], least: float) -> list[float]:
    """Where white strips from top to bottom part the segments, by their middles."""
    found, right = [], None
    for segment in sorted(segments, key=lambda each: each.left):
        if right is not None and segment.left - right >= least:
            found.append((segment.left + right) / 2)
        right = segment.right if right is None else max(right, segment.right)
    return found


def _ordered(segments: Sequence[_Segment], least: float) -> Iterator[list[_Segment]]:
    """Columns in the order of reading, each from top to bottom."""
    for band in _bands(_rows(segments), least):
        members = [segment for row in band for segment in row]
        gutters = _gutters(members, least)
        if len(band) < _FEWEST_ROWS or not gutters:
            yield [segment for row in band for segment in sorted(row, key=lambda each: each.left)]
            continue
        for left, right in pairwise([float("-inf"), *gutters, float("inf")]):
            column = [segment for segment in members if left < segment.left < right]
            if len(column) < len(members):
                yield from _ordered(column, least)


def _bands(rows: Sequence[list[_Segment]], least: float) -> Iterator[list[list[_Segment]]]:
    """Rows below each other that share a gutter, or have none."""
    band: list[list[_Segment]] = []
    for row in rows:
        held = [segment for each in band for segment in each]
        before, after = _gutters(held, least), _gutters([*held, *row], least)
        alone = _gutters(row, least)
        kept = [gutter for gutter in after if any(abs(gutter - other) < 6 * least for other in before)]
        if band and ((before and not kept) or (alone and not before and not after)):
            yield band
            band = []
        band.append(row)
    if band:
        yield band


def _parts(segments: list[_Segment]) -> list[str]:
    if not segments:
        return []
    sizes: Counter[float] = Counter()
    for segment in segments:
        sizes[segment.size] += len(segment.text)
    body = sizes.most_common(1)[0][0]
    parts: list[list[str]] = [[]]
    goes_on = in_head = False  # whether the line above is as wide as its column; whether it is large
    for column in _ordered(segments, _GUTTER * body):
        lines = [_line(list(row)) for _, row in groupby(column, key=lambda each: round(each.top + each.bottom))]
        left, right = min(line.left for line in lines), max(line.right for line in lines)
        full = right - 2 * body if sum(line.right > right - 2 * body for line in lines) > 1 else right
        for at, line in enumerate(lines):
            large = line.size >= _LARGE * body
            apart = bool(at) and line.top - lines[at - 1].bottom > 1.1 * body
            if large and not in_head and _has_headline(lines[at:], body):
                parts.append([])
            elif goes_on and not large and not in_head and not apart and line.left - left < 1.4 * body:
                parts[-1][-1] = joined([parts[-1][-1], line.text])
                goes_on = line.right > full
                continue
            elif not (large and in_head and bool(at) and abs(line.size - lines[at - 1].size) < 0.5):
                parts[-1].append("")
            parts[-1].append(line.text)
            in_head = large
            goes_on = not large and line.right > full and len(line.text) > _NARROWEST
    return [clean("\n".join(lines)) for lines in parts if any(lines)]


def _has_headline(lines: Sequence[_Segment], body: float) -> bool:
    """Whether one of the large lines that come first is a headline's, not a subhead's."""
    for line in lines:
        if line.size < _LARGE * body:
            return False
        if line.size >= _HEADLINE * body and len(line.text) > 1:
            return True
    return False


def _line(row: list[_Segment]) -> _Segment:
    """Segments of one row as one."""
    text = " ".join(segment.text for segment in row)
    tops, bottoms = [each.top for each in row], [each.bottom for each in row]
    return _Segment(text, row[0].left, row[-1].right, min(tops), max(bottoms), max(each.size for each in row))
