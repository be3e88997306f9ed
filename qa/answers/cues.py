"""What comes after, and what somebody does: questions whose words print does not use (以后建什么, 是做什么的).

In: a question and ranked sentences. Out: the sentences about the thing that begin as print does for it (清淤完成后,将…;
专注于…; 达产后可年产…). Knows nothing about likelihood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.words import normalise
from qa.answers.amounts import about
from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit.conflicts import left
from qa.ranking.evidence import lean
from qa.ranking.ranker import Ranked

_MOST = 2  # sentences that are shown
_LATER = re.compile(
    r"^(?P<of>[^,。?]{2,}?)(?:(?:建成|完成|完工|结束|投用|启用)?(?:以后|之后|后)|将来|今后|未来|接下来|下一步)[,]?"
    r"(?:那里|这里|要|会|将|打算|准备|计划|能|用?来|拿来|用)*(?P<doing>建设?|做|干|造|成为|变成|发展|主攻|生产)(?:成|些)?(?:什么|哪些)(?P<kind>[^,。?]{0,4})[?]?$"
)
_DOES = re.compile(
    r"^(?P<of>[^,。?]{2,}?)(?:公司|企业|集团)?是?(?:主要|专门)?(?:是)?"
    r"(?:做|干|搞|生产|制造|造|经营|研发|开发|卖|从事|主营|主攻)(?:的是|些)?什么(?:的|产品|业务|东西|行业)*[?]?$"
)
# Print begins so: 清淤完成后,将规划建设上千亩农田; 未来将集聚30家企业.
_AFTERWARDS = re.compile(r"后[,]?[^,。]{0,12}(?:将|可|围绕|主攻|能)|未来|今后|届时|下一步|接下来|将来|往后|按照规划")
_ANYTHING = re.compile(r"^(?:产品|东西|业务|的|用|呢|事|内容|项目)+$")
_OCCUPIED = re.compile(
    r"专注|主营|从事|致力于|主攻|主要(?:生产|做|从事)|生产(?!总值|安全|部|经营)|年产(?!值)|出产|研发(?!中心)|制造(?!业|基地)|承接|承担|一家[^,。]{2,16}(?:企业|公司)"
    r"|作为[^,。]{2,20}(?:管理人|企业|平台)|(?:造|做|管)的是|新增[^。]{0,40}能力"
)


def telling(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences that tell what is to come of a thing, or what it does; none for other questions."""
    plain = written(question.text)
    later = _LATER.match(plain)
    match, cue = (later, _AFTERWARDS) if later else (_DOES.match(plain), _OCCUPIED)
    if match is None:
        return []
    named = [word for word, _ in question.words if word in match["of"]]
    built = later is not None and later["doing"].startswith("建")
    kind = _ANYTHING.sub("", later["kind"]) if later else ""
    does = re.compile(rf"{cue.pattern}|(?:{'|'.join(map(re.escape, named[-1:]))})(?:造|做|卖|产)") if named else cue
    found = [one for one in ranked if named and about(one, named) and left(question, [one]) == 1.0]
    texts = [(one, _read(one)) for one in found]
    return [one for one, text in texts if does.search(text) and (not built or "建" in text) and kind in text][:_MOST]


def _read(one: Ranked) -> str:
    """A sentence with the one that it leans on."""
    seen = one.evidence
    start, end = lean(seen.spans, seen.article.text, one.sentence)
    return normalise(seen.article.text[start:end])
