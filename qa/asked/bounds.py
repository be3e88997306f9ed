"""How a question sets a bound to a figure: 超过5亿元, ≤5亿元, 5到10亿元, 10亿元以下.

In: a question's text, and the figures in it. Out: the text with its signs in words and its ranges in full, and on which
side of a figure what is asked for lies. Knows nothing about what the figure measures.
"""

from __future__ import annotations

import re
from decimal import Decimal

from embeddings.words import normalise
from qa.language.quantities import Quantity, quantities

_ABOVE = "超过|超出|超|逾|高于|多于|大于|突破"
_BELOW = "不足|不到|不满|少于|低于|小于|未达"
_FROM = "不低于|不少于|不小于|至少|达到|以上"
_UP_TO = "不高于|不超过|不大于|不多于|至多|最多|以下|以内"
WORDS = rf"{_FROM}|{_UP_TO}|{_ABOVE}|{_BELOW}|介于|左右|上下|大约|约"
# Signs and other words for them.
_SIGNS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"<=|=<|[≤≦⩽]|小于或?等于|(?:没有?|未|没能)超过", "不超过"), (r">=|=>|[≥≧⩾]|大于或?等于", "不低于"),
        (r"[<‹〈]|(?:没有?|未|不)(?:达|满)到?(?=[\d一二两三四五六七八九十百千])|没有?到|未到", "小于"),
        (r"[>›〉]", "大于"),
        (r"(?<![以之晚早])上(?=[\d一二两三四五六七八九十百千]+[万亿])", "不低于"),
        (r"(?<![低高于过到足至])([\d一二两三四五六七八九十百千]+[万亿]+)元?级的?(?=项目|工程)", r"总投资不低于\1元的"),
    )
)  # fmt: skip
_RANGE = re.compile(
    r"([\d.]+|[一二两三四五六七八九十百千]+)([万亿千百]*)([a-z%㎡]+|[一-鿿]{0,3}?)"
    r"(?:到|至|-|—|–|~|～|和|与)(?=[\d一二两三四五六七八九十百千])"
)
_MANY = re.compile(r"(\d|[一二两三四五六七八九十百千])个(?=[万亿])")


def in_words(question: str) -> str:
    """A question, normalised, with its signs in words and its ranges in full.

    >>> in_words("总投资≤5个亿的项目"), in_words("总投资5-10亿元的项目")
    ('总投资不超过5亿的项目', '总投资5亿元到10亿元的项目')
    """
    plain = _MANY.sub(r"\1", normalise(question))
    for sign, word in _SIGNS:
        plain = sign.sub(word, plain)
    return _spelled_out(plain)


def bound(plain: str, figure: Quantity, after: int = 0) -> tuple[str, Decimal | None, bool] | None:
    """On which side of a figure what is asked for lies (from, to), and whether the figure itself does not count."""
    around = plain[max(after, figure.start - 4) : figure.start] + figure.text + plain[figure.end : figure.end + 2]
    ways = ((_FROM, "from", False), (_UP_TO, "to", False), (_ABOVE, "from", True), (_BELOW, "to", True))
    return next(((side, figure.value, strict) for words, side, strict in ways if re.search(words, around)), None)


def _spelled_out(plain: str) -> str:
    """5到10亿元 → 5亿元到10亿元: the first figure of a range borrows what it lacks.

    >>> _spelled_out("总投资5到10亿元的项目"), _spelled_out("占地50亩到70亩")
    ('总投资5亿元到10亿元的项目', '占地50亩到70亩')
    """
    match = _RANGE.search(plain)
    if not match:
        return plain
    rest = next(iter(quantities(plain[match.end() :])), None)
    if rest is None or rest.start or not re.search(r"[^\d.,]", rest.text):
        return plain
    tail = re.sub(r"^[\d.,一二两三四五六七八九十百千]+", "", rest.text)
    tail = re.sub(rf"(?:{WORDS})$", "", tail)
    scale, unit = match.group(2), match.group(3)
    borrowed = tail if not unit else ""
    if scale and not unit:
        borrowed = scale + tail.lstrip("万亿千百")
    return f"{plain[: match.start()]}{match.group(1)}{borrowed or scale + unit}到{plain[match.end() :]}"
