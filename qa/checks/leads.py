"""What leads into a sentence or a clause and claims nothing: bullets, 据报道, 总的来说, 值得一提的是.

In: a text as somebody wrote it. Out: the places that may be left out before it is checked. Knows nothing about what is
said after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOLD = r"(?:报道|文章|资料|新闻|消息|原文|材料|信息|内容|段落|文本|文中)"
_BULLET = re.compile(
    r"[\s*]*(?:#+\s|[-*•·▪]\s*|\d{1,2}(?:[.、]\s*(?!\d)|[)）]\s*)|[(（][\d一二三四五六七八九十]{1,2}[)）]\s*|[①-⑳]\s*"
    r"|[一二三四五六七八九十]{1,2}、(?![一二三四五六七八九十]))"
)
_LEAD = re.compile(
    rf"\s*(?:(?:据|根据|按照|从|由|依据)(?:以上|上述|该|这篇|相关|有关|所给|提供的|给定的?|本报|媒体|新闻)*{_TOLD}"
    rf"(?:中|内容|显示|介绍|可知|可见|来看|可以看出)*|(?:该|这篇|上述|以上|相关|有关|新闻)*{_TOLD}中?[还也]?(?:显示|指出|提到|称|介绍|表明|说)"
    r"|据悉|据了解|据介绍|据称|总的来说|总体(?:来看|来说|而言|上)|整体(?:来看|而言|上)|综上(?:所述)?|总之|总而言之|简(?:而)?言之"
    r"|换(?:句话说|言之)|也就是说|简单来说|具体(?:来说|而言|来看)|值得(?:一提|注意|关注|说明)的是|需要(?:说明|指出|注意)的是|此外|另外"
    r"|同时|与此同时|不仅如此|除此之外|由此可见|首先|其次|再次|最后|第[一二三四五六七八九]|其[一二三四五]|[一另]方面|相比之下|当然|因此|所以"
    r"|可见|答案是|回答|答|是的)[,，:：]"
)
_STOP = re.compile(r"[,，。;；:：]")


def leads(text: str) -> Iterator[re.Match[str]]:
    """What leads into a sentence or a clause, piece by piece: 1. / 据报道, / 此外,"""
    at = 0
    if bullet := _BULLET.match(text):
        yield bullet
        at = bullet.end()
    while True:
        while lead := _LEAD.match(text, at):
            yield lead
            at = lead.end()
        if not (stop := _STOP.search(text, at)):
            return
        at = stop.end()
