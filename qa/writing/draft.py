"""What a language model writes → its sentences, as they are completed, without its markers, bullets and bold type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa.writing.prompt import visible

_END = re.compile(r"[。！？!?]+[”’」』）)》\"'*]*(?=[^。！？!?”’」』）)》\"'*])|\n+")
_ENDED = re.compile(r"[。！？!?…；;]\W*$")
_LONGEST = 400  # characters after which a quotation that is still open no longer holds a sentence together
_SOURCE = r"(?:来源|出处|参见|参考|引自|见|据|根据|引用|报道|资料|文章|材料|段落|编号|第|source|passage|ref)"
_BETWEEN = rf"(?:{_SOURCE}|[\s:：,，、;；#^和与及~–—-])"
_NUMBERS = rf"\d{{1,2}}(?:{_BETWEEN}+\d{{1,2}})*\s*(?:篇|段|条|号)?(?:报道|资料|文章|材料)?\s*"
_MARKER = re.compile(
    rf"[\[【〔［]{_BETWEEN}*{_NUMBERS}[\]】〕］]|[（(]\s*{_SOURCE}{_BETWEEN}*{_NUMBERS}[）)]|[①-⑳](?=[。！？；，,;\s]|$)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(报道|资料|材料|文章|来源)\s*[一二三四五六\d]{1,2}(?=[,，:：中里]|显示|指出|提到|称|写|说|介绍|表明)"
)
_BULLET = re.compile(r"^\s*(?:[-•·*>#]+\s+|#+|\d{1,2}(?:[、)）]|[.．](?!\d))|[（(]\d{1,2}[）)]|[①-⑳])\s*")
_DECLINES = re.compile(
    r"(?:报道|资料|材料|文章|文中|原文|上文|报纸|信息|内容)[^。,，；]{0,12}?[,，]?\s*(?:没有?|未|并未|并没有|无法|不能|不包含|不涉及|不足以)"
    r"[^。]{0,6}(?:提|说|写|涉及|包含|回答|确定|得知|判断|找到|给出|明确|透露|披露|介绍|相关|有关|答案|信息|报道|$)"
    r"|^(?:没有|未|未能|并未)(?:提到|提及|找到|说明|报道)|^(?:对不起|抱歉|很抱歉)?[,，]?我?(?:不知道|不清楚|无法(?:回答|确定|得知|判断|提供))"
)
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("《", "》"))


def sentences(pieces: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The sentences as they are completed, with the line break before them, and whether each has its end.

    Only the last one may lack it: the draft may have been cut off there. A piece that completes none gives "".

    >>> list(sentences(["总投资10", "亿元。[1]明年竣", "工"]))
    [('', True), ('总投资10亿元。', True), ('', True), ('[1]明年竣工', False)]
    """
    held = ""
    for piece in pieces:
        held, start, found = held + piece, 0, 0
        for match in _END.finditer(held):
            broken = held[match.start()] == "\n"
            sentence = held[start : match.start() if broken else match.end()]
            if broken or len(sentence) > _LONGEST or not _missing(sentence):  # no cut within a quotation
                start = match.start() if broken else match.end()
                if sentence.strip():
                    found += 1
                    yield sentence, True
        held = held[start:]
        if not found:
            yield "", True
    yield held, _ENDED.search(held) is not None


def _missing(text: str) -> str:
    """The closing marks of the quotations that are open: "他说：“修" -> "”"."""
    return "".join(closing * (text.count(opening) - text.count(closing)) for opening, closing in _PAIRS)


def clean(sentence: str) -> str:
    """A sentence as it may be shown and checked; "" where only marks are left.

    Half a quotation is made whole, so that it is checked letter by letter.

    >>> clean("- **总投资**10亿元【1】[来源2]。")
    '总投资10亿元。'
    """
    text = _MARKER.sub("", visible(sentence)).replace("**", "").replace("__", "")
    text = _TOLD.sub(r"\1", _BULLET.sub("", text)).translate(str.maketrans("[]", "［］"))
    text = re.sub(r"\s+", " ", text).strip()
    opened = "".join(opening * (text.count(closing) - text.count(opening)) for opening, closing in _PAIRS)
    return f"{opened}{text}{_missing(text)}" if any(map(str.isalnum, text)) else ""


def declines(sentence: str) -> bool:
    """Whether a sentence says that the articles do not answer.

    >>> declines("报道没有提到。"), declines("根据资料，无法确定。"), declines("新桥没有收费站。")
    (True, True, False)
    """
    return _DECLINES.search(sentence) is not None
