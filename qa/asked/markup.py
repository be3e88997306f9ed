"""A question with tags, code or Markdown in it → the question without them, as far as anything is left.

In: what a reader typed. Out: the same without <script>…</script>, other tags, ``` fences and the signs of Markdown; of
a link its words are left. What looks like a tag but holds Chinese (<龙城芯谷>) stays. Nothing is ever run or shown
unescaped; this only keeps such words from being looked for. Knows nothing about what is asked.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|```.*?```|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>一-鿿]*>|&(?:lt|gt|amp|quot|nbsp|#\d+);")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_SIGNS = re.compile(r"^\s*(?:(?:#{1,6}|>|[-+*]|\d{1,2}\.)\s+)+|(?<!\d)\*+|\*+(?!\d)|`+|~~|__")  # 3*4 is no Markdown


def unmarked(text: str) -> str:
    """The text without tags, code and signs; the text itself where nothing else is in it.

    >>> unmarked("<script>alert(1)</script><b>龙城芯谷</b>总投资多少？"), unmarked("<b>")
    ('龙城芯谷总投资多少？', '<b>')
    >>> unmarked("# **滆湖**清淤"), unmarked("[龙城芯谷](http://a.example)总投资多少？")
    ('滆湖清淤', '龙城芯谷总投资多少？')
    """
    rest = _SIGNS.sub("", _LINK.sub(r"\1", _TAG.sub("", _CODE.sub("", text)))).strip()
    return rest if any(map(str.isalnum, rest)) else text
