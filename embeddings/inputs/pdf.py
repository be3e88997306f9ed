"""PDF files with a text layer → articles, each PDF page cut like an e-paper page.

In: an open file. Out: articles; a page without text is reported, since only OCR can read it. Knows nothing about
pictures, and takes the order of columns as the file draws them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import PurePosixPath

from embeddings.inputs.content import FileContent, InputFile
from embeddings.inputs.dates import page_from_stem
from embeddings.inputs.patience import SECONDS, TooSlowError, patience, seconds_for
from embeddings.inputs.text import clean, common_share, split_into_articles

_OCR = "run OCR on it and save the text layer, or the text as .txt"
_OCR_IN_CHINESE = "用文字识别（OCR）加上文字层，或把文字存成 .txt"
_LEGIBLE = 0.3  # of a page's characters; fonts that do not say what they draw give random ones


def read_pdf(file: InputFile) -> FileContent:
    """The articles of all pages; the date in the header of one page holds for those after it.

    Raises:
        UnreadableError: it is damaged, locked, or has no text layer at all.
    """
    content = FileContent()
    day, texts, stem = file.date, list(_texts(file)), page_from_stem(PurePosixPath(file.source).stem)
    for number, text in enumerate(texts, 1):
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
            articles = split_into_articles(file, text, str(number) if len(texts) > 1 else stem, day)
            day = articles[0].date if articles else day
            content.articles.extend(articles)
    if not content.articles:
        raise file.fault("has no text layer that can be read", _OCR, f"没有能读的文字层；{_OCR_IN_CHINESE}")
    return content


def _texts(file: InputFile) -> Iterator[str]:
    """The text of each page, in the order in which the file draws it."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # faults are told by what is raised here
    try:
        with patience(seconds_for(file.size)):
            pages = list(PdfReader(file.stream).pages)
        for page in pages:
            with patience(SECONDS):
                text = clean(page.extract_text())
            yield text
    except TooSlowError:
        raise file.slow(SECONDS) from None
    except (FileNotDecryptedError, WrongPasswordError, DependencyError):
        raise file.fault("is locked by a password", "save it without one", "有密码；去掉密码另存") from None
    except Exception as error:  # whatever a damaged file does to a parser, the other files are read
        why = f"{str(error) or type(error).__name__:.80}"
        remedy, chinese = "open it in a viewer and save it anew", f"不是能读的 PDF（{why}）；用阅读器打开，另存一份"
        raise file.fault(f"is not a readable PDF ({why})", remedy, chinese) from None
