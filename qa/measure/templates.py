"""An article → the questions that its sentences answer, by templates.

In: an article. Out: `type`, `question`, `any` of each. A figure, date, person or place gives way to its question word;
a clause that does not name its subject borrows it from the headline, and one that names nothing at all is passed over.
Knows nothing about the rest of the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import rjieba

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from embeddings.words import normalise
from qa.asked.question import MEASURES, Kind, Question, understand
from qa.ranking.evidence import LEANING
from qa.ranking.kinds import Span, candidates

_SHORTEST, _LONGEST = 8, 48  # characters of a question
KINDS: tuple[Kind, ...] = ("number", "date", "person", "place")
_CLAUSE = re.compile(r"[，；;：。！？!?]|(?<!\d)[,:]|[,:](?!\d)")
_UNITS = f"%|个百分点|GWh|MW|kWh|㎡|{MEASURES}"
_FIGURE = re.compile(
    rf"(?:近|超过?|约|逾|达)?(\d[\d,.]*[多余]?[十百千万亿]*[多余]?)(%|个百分点|GWh|MW|kWh|㎡|{MEASURES})"
)
_OPEN_UNITS = frozenset("年月天层期届站批次")  # of which a sentence often holds several, or which order things
_DAY = re.compile(r"\d{1,4}年|\d{1,2}月|\d{1,2}[日号]")
_BEFORE_DATE = re.compile(r"(?:于|到|在|从|至|自|预计|计划|力争|争取)$")
_AFTER_DATE = re.compile(r"v|d|p")
_TOWARDS = re.compile(r"(?:位于|坐落[在于]|落户于?|落地于?|走进|来到|前往|赶赴|抵达|地处)$")
_HELD = re.compile(r"(?:隆重|正式)?(?:举行|召开|开幕|闭幕|揭牌|开工|签约|举办|启动|奠基)")
_ROLE = re.compile(
    r"(?:书记|主任|[省市州区县镇乡]长|部长|局长|厅长|处长|科长|院长|校长|行长|厂长|馆长|会长|站长|队长|组长|秘书长|董事长|主席|"
    r"总理|总统|大使|发言人|总裁|总经理|经理|负责人|创始人|教授|研究员|教练|导演)$"
)
_ACTS = re.compile(r"(?:带队|率队|率领?|主持|出席|致辞|宣布|作词|作曲|执导|当选|担任|夺得|摘得|获得)")
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁"
    "葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘"
    "景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜"
    "晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺恽"
)
_NO_NAME_ENDS = frozenset("说称道表指介告认和与在为")
_SAID_FIRST = re.compile(
    r"(?:昨[天日]|今[天日]|近日|日前|当[天日]|目前|同时|此外|并且?|据悉|据了解|据介绍|届时|其中)(?:[上下]午|晚)?[,，]?"
)
_NOT_NEWS = re.compile(r"记者|通讯员|摄影|[一-鿿]摄$|//|讯|消息|电$|电 |http")
_PREDICATE = re.compile(
    r"总投资|投资|年产|占地|总建筑|建筑面积|规划|总面积|拥有|共有|将|已|可|预计|计划|达产|建成|投产|竣工"
)
_REFERRING = re.compile(
    r"(?:该|此|这个?|其|它)(?:项目|工程|企业|公司|基地|园区|中心|桥|路)?|(?:项目|工程|企业|公司)(?=[一-鿿])"
)
_PAIRS = ("“”", "《》", "（）", "()", "「」", "‘’")
PROPER_NAMES = frozenset({"ns", "nt", "nz"})  # `nr` is given to too much besides names
_UNDERTAKINGS = frozenset(("项目", "工程", "基地", "中心", "园区", "公司", "企业", "工作", "活动", "行动", "计划"))
_NOMINAL = re.compile(r"n|j|vn|eng|b")


def questions_of(article: Article) -> Iterator[dict[str, Any]]:
    """Every question that the sentences of an article give: `type`, `question`, `any`."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        for kind in KINDS:
            spans = joined(_places(sentence) if kind == "place" else candidates(sentence, Question("", kind)))
            fitting = [span for span in spans if _fits(sentence, span, kind)]
            rivals = fitting if kind == "place" else spans
            for span in fitting:
                clause = _clause(sentence, span)
                if clause and sum(clause[0] <= low and high <= clause[1] for low, high in rivals) == 1:
                    yield from _row(article, sentence, clause, span, kind)


def joined(spans: Sequence[Span]) -> list[Span]:
    """Spans that touch or overlap, as one: 武进区 and 礼嘉镇 are one place.

    >>> joined([(0, 3), (3, 6), (8, 9)])
    [(0, 6), (8, 9)]
    """
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _fits(sentence: str, span: Span, kind: Kind) -> bool:
    """Whether a question can ask for a span: a figure with its unit, a day, a person, a place one goes to."""
    low, high = span
    said, before, after = sentence[low:high], sentence[:low], sentence[high:]
    if re.search(r"[、和及~～\-—·第/]", before[-1:] + after[:1]):
        return False
    if kind == "number":
        figure = _FIGURE.fullmatch(said)
        return figure is not None and figure.group(2) not in _OPEN_UNITS
    if kind == "date":
        tagged = rjieba.tag(after)
        return _DAY.match(said) is not None and (
            _BEFORE_DATE.search(before) is not None or (bool(tagged) and _AFTER_DATE.match(tagged[0][1]) is not None)
        )
    if kind == "person":
        known = len(said) in (2, 3) and said[0] in _SURNAMES and said[-1] not in _NO_NAME_ENDS
        return known and (_ROLE.search(before) is not None or _ACTS.match(after) is not None or before[-1:] == "由")
    ends = not after or rjieba.tag(after)[0][1][0] in "vdpux"
    return ends and (_TOWARDS.search(before) is not None or (before[-1:] == "在" and _HELD.match(after) is not None))


def _places(sentence: str) -> list[Span]:
    """The names of places, without what merely ends like one."""
    at, found = 0, []
    for word, tag in rjieba.tag(sentence):
        if tag == "ns" and len(word) > 1:
            found.append((at, at + len(word)))
        at += len(word)
    return found


def _clause(sentence: str, span: Span) -> Span | None:
    """The clauses around a span that are long enough to ask about, or None."""
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(sentence)), len(sentence)]
    low = max(cut for cut in cuts if cut <= span[0])
    high = min(cut for cut in cuts if cut >= span[1])
    while high - low - (span[1] - span[0]) < _SHORTEST and (low > 0 or high < len(sentence)):
        if low > 0:
            low = max(cut for cut in cuts if cut < low)
        else:
            high = min(cut for cut in cuts if cut > high)
    text = sentence[low:high]
    whole = all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)
    return (low, high) if whole and not _NOT_NEWS.search(text) else None


def _row(article: Article, sentence: str, clause: Span, span: Span, kind: Kind) -> Iterator[dict[str, Any]]:
    """The question that a clause gives, if it can stand alone."""
    before, said, after = sentence[clause[0] : span[0]], sentence[slice(*span)], sentence[span[1] : clause[1]]
    answer, word = said, {"date": "什么时候", "person": "谁", "place": "哪里"}.get(kind, "")
    if kind == "number":
        answer, word = _figure(said)
    elif kind == "person" and _ROLE.search(before):
        before, word, after = before.rpartition("是")[2].removeprefix("由"), "是谁", ""
    elif kind == "date" and not before:
        after = after.lstrip("，, ")
    if first := _SAID_FIRST.match(before):
        before = before[first.end() :]
    asked = _named((before + word + after).strip("，,。；;：:！!？? \n"), article)
    if _SHORTEST <= len(asked) <= _LONGEST and normalise(answer) not in normalise(asked):
        question = asked + "？"
        if understand(question).kind == kind:
            yield {"type": kind, "question": question, "any": [answer]}


def _figure(said: str) -> tuple[str, str]:
    """The answer, and what asks for it: "近11亿元" -> ("11亿元", "多少元")."""
    match = _FIGURE.fullmatch(said)
    assert match
    figure, unit = match.groups()
    return f"{figure}{unit}", "百分之几" if unit == "%" else f"多少{unit}"


def _named(asked: str, article: Article) -> str:
    """The question with a subject: its own, or the headline's where it leans on what was said before; else ""."""
    if not LEANING.match(asked) and not _PREDICATE.match(asked):
        return asked if names(asked) else ""
    subject = _subject(article.headline)
    if not subject or subject in asked:
        return asked if subject else ""
    first = _REFERRING.match(asked)
    return subject + asked[first.end() if first else 0 :]


def names(text: str) -> bool:
    """Whether a text names somebody or something that few articles are about: a proper name, or a quoted one."""
    if re.search(r"“[^”]{2,20}”|《[^》]+》|[A-Za-z]{3,}", text) or runs(text):
        return True
    return any(tag in PROPER_NAMES and len(word) > 1 and word != "中国" for word, tag in rjieba.tag(text))


def runs(text: str) -> list[str]:
    """The runs of nouns of at least six characters: what names a project, a company, an office.

    >>> runs("昨天,青塘泵站扩建项目开工")
    ['青塘泵站扩建项目']
    """
    found = [""]
    tagged = rjieba.tag(text)
    for (word, tag), (following, _) in zip(tagged, [*tagged[1:], ("", "")], strict=False):
        inside = tag == "v" and found[-1] != "" and following in _UNDERTAKINGS
        found[-1:] = [found[-1] + word] if inside or _NOMINAL.match(tag) else [found[-1], ""]
    return [run for run in found if len(run) >= 6]


def _subject(headline: str) -> str:
    """The longest run of nouns of a headline; "" if there is none."""
    return max(runs(headline), key=len, default="")
