"""A figure asked for by the usual name of its measure: 造价 is 总投资 in print, 日处理能力 is 10万吨/日.

In: a question for a measure of one thing, and ranked sentences. Out: the sentences that give the figure in so many
words, with everything that the question names in them or around them. Knows nothing about what figures are worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from embeddings.words import normalise
from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit.conflicts import conflicts
from qa.ranking.evidence import LEANING, lean
from qa.ranking.ranker import Ranked

_MOST = 2  # sentences with the figure, of as many reports
_FIGURE = r"\d[\d,.]*[余多]?[万亿]*[余多]?"
_AREA = r"(?:亩|公顷|平方|m2|㎡)"
# How a measure is asked for, and how print gives it.
_MEASURES = tuple(
    (re.compile(rf"^(?P<of>[^,。?]{{2,}}?)的?(?P<measure>{asked})(?P<rest>[^,。]{{0,10}})$"), re.compile(told))
    for asked, told in (
        (
            r"总?造价|总?投资额?|投入|耗资|花了",
            rf"(?:投资(?:总?额)?|造价|耗资|投入)[^,;。]{{0,6}}?{_FIGURE}(?:元|美元|欧元)",
        ),
        (r"占地面积|用地面积|占地|用地", rf"(?:占地|用地)[^,;。]{{0,6}}?{_FIGURE}{_AREA}"),
        (r"总?建筑面积|建筑规模", rf"建筑[^,;。]{{0,8}}?{_FIGURE}平方"),
        (r"面积|多大面积", rf"(?:面积|占地|用地|建筑)[^,;。]{{0,8}}?{_FIGURE}{_AREA}"),
        (
            r"每年(?:能|可以?)?(?:生产|产)|年产量|年产能|年产|产能|生产能力",
            rf"年产(?!值)[^;。]{{0,40}}?\d|{_FIGURE}[^,;。]{{1,12}}的?(?:年?生产能力|生产规模|产能)|年(?:可|新增|生产|出产)[^,;。]{{0,24}}?\d"
            rf"|(?:产能|一年)[^,;。]{{0,16}}\d",
        ),
        (
            r"日处理(?:能力|量)?|每[日天](?:能|可以?)?处理|处理(?:能力|规模)",
            rf"日处理[^,;。]{{0,8}}\d|{_FIGURE}[吨方][^,;。]{{0,3}}/[日天]|每[日天][^,;。]{{0,6}}处理[^,;。]{{0,8}}\d",
        ),
        (r"日产[能量]?|每[日天](?:能|可以?)?产", r"(?:日产|每[日天])[^,;。]{0,8}\d"),
        (r"年?产值", r"产值[^;。]{0,12}\d"),
        (r"用工|员工|职工", rf"(?:员工|职工|用工|就业)[^,;。]{{0,8}}\d|{_FIGURE}[^,;。]{{0,6}}(?:员工|职工|就业)"),
        (r"有?多长|长度|全长|总长度?", rf"长[^,;。高宽]{{0,4}}?{_FIGURE}(?:公里|千米|米|km)"),
    )
)  # fmt: skip
_SPENT = re.compile("花了|投入")
_REST = re.compile(
    r"(?:是|为|有|达到?|了|大?约|能|可|要)*(?:多少|多大|几)?[亿万]?"
    r"(?:美?元|亩|吨|套|台|平方米|公里|千米|米|颗|个|件|钱|地|什么|污水|垃圾|水|产品|人|名)?的?[?]?"
)


def telling(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences that give the figure of the measure, in reports that know all that the question names besides."""
    match, told = next(_asked(written(question.text)), (None, None))
    if match is None or told is None or question.kind not in ("number", "what", "summary"):
        return []
    named = [word for word, _ in question.words if word in match["of"]]
    found: list[Ranked] = []
    for one in ranked:
        seen = one.evidence
        known = any(other.evidence is seen for other in found)
        if not named or known or not told.search(_plain(one)) or not about(one, named):
            continue
        against = [each.asked for each in conflicts(question, seen, one.sentence)]
        if all(each in match["measure"] or match["measure"] in each for each in against):
            found.append(one)
    return found[:_MOST]


def asks(question: Question) -> bool:
    """Whether a question asks for one of the measures by its name: 造价 has one, what was 花 may be called anything."""
    match, _ = next(_asked(written(question.text)), (None, None))
    return question.kind == "number" and match is not None and not _SPENT.fullmatch(match["measure"])


def _asked(plain: str) -> Iterator[tuple[re.Match[str], re.Pattern[str]]]:
    for asked, told in _MEASURES:
        match = asked.match(plain)
        if match and _REST.fullmatch(match["rest"]):
            yield match, told


def _plain(one: Ranked) -> str:
    return normalise(one.evidence.article.text[slice(*one.evidence.spans[one.sentence])])


def about(one: Ranked, named: Sequence[str]) -> bool:
    """Whether a sentence, the one that it leans on and the headline name everything, and not the headline alone."""
    seen = one.evidence
    start, end = lean(seen.spans, seen.article.text, one.sentence)
    near = normalise(seen.article.text[start:end])
    above = normalise(f"{seen.article.headline} {seen.article.kicker}")
    leans = start < seen.spans[one.sentence][0] or LEANING.match(near) is not None
    own = any(word in near for word in named) or leans
    return own and all(word in near + above for word in named)
