"""People beside their offices: 区委书记乔俊杰, 吴勇强任浦口区委书记.

In: a sentence, and an office or a person. Out: where the holder's name or the person's office stands. Names are told by
their surname and by where the word cutter goes on; knows no list of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from embeddings.names import surnamed
from qa.language.company import is_place

Span = tuple[int, int]

OFFICE = (
    "(?:总?书记|主任|主席|[省市州区县镇乡村部局厅处科院校行厂馆会站队组团社团园所]长|秘书长|董事长|总裁|总理|总统|总?经理|总监|大使|发言人"
    "|教授|博士|院士|研究员|工程师|设计师|负责人|主持人|主讲人|创始人|合伙人|法人|委员|教练|导演)"
)
_DEPUTY = "(?:常务副|副|代|名誉|执行)?"
_ASKED = re.compile(
    rf"(?P<body>[省市州区县镇乡]委|[省市州区县镇乡]政府)?(?P<deputy>{_DEPUTY}){OFFICE}(?=$|[^一-鿿]|是|叫|由|名|姓|的姓|的名)"
)
_HELD = re.compile(rf"(?P<deputy>{_DEPUTY})(?P<office>{OFFICE})(?:兼[^,，。;；]{{1,12}}?{OFFICE})?[、:]?(?:的)?$")
_TAKES = re.compile(r"(?:现任|担任|出任|当选为?|兼任|任|系|是|为|以)(?P<office>[^,，。;；!?！？]{2,30})")
_ANOTHER = re.compile(rf"[^,，。;；:：!！?？、\s]*(?:{OFFICE}|常委)$")
_TEXT_BEFORE = re.compile(r"[^,，。;；:：!?！？、\s]*$")
# What follows a name of two characters and is no third one.
_AFTER_NAMES = frozenset(
    "说在和与对等的率任来到为是将向指要表主认作及同讲带陪出参考调察接听走看赴去致谈会把让给已还也就又先便兼"
)
_PERSON_TAGS = frozenset({"nr", "nrt", "nrfg"})
_OTHER_BODY = re.compile(r"(?:团|原|前)$")  # 团珠海市委 is no 珠海市委, 原区长 no 区长
_OWN = re.compile(r"[该本我全]|[该本我全]?(?:公司|集团|企业|单位|项目|学校|医院)")  # bodies that go by no name
_COMPANY = re.compile(r"(?:[(（][一-鿿]{2,4}[)）])?(?:股份|有限|责任|集团|公司|总)+$")
_COMMON = frozenset({"n", "vn", "v", "b", "s"})
_ANY_PART = "负责人"  # which every part of a body may have
_PUBLIC = re.compile(r"(?:[省市州区县镇乡]|党工|管)委会?$|政府$|人大|政协")
_BEFORE_BODY = re.compile(r"^.*[是任为以](?=.)|现任|时任|现在|目前|如今|当时|中共|人民(?=政府)|党(?=委$)")
_VERBAL = frozenset({"v", "p", "c", "uj", "ul", "d", "r"})
_LEAGUE = re.compile(r"^(.+?)团([省市区县州]委)$")  # 内蒙古团区委 is 团内蒙古区委
PLACE = 6  # characters of a place before 的: 武进区的区长
_PART = re.compile(r"[分支]行|[分子]公司|附属|下属|所属")


def name_end(sentence: str, at: int) -> int:
    """Where a name that begins at `at` ends; `at` itself where none does.

    >>> name_end("区长恽淇丞主持", 2), name_end("州委书记吕刚率团", 4), name_end("区长来到", 2)
    (5, 6, 2)
    """
    first, rest = sentence[at : at + 2], sentence[at + 2 :]
    if not re.fullmatch(r"[一-鿿]{2}", first) or not surnamed(first):
        return at
    if not re.match(r"[一-鿿]", rest) or rest[0] in _AFTER_NAMES:
        return at + 2
    alone = not rest[1:2].isalpha() or rest[1] in _AFTER_NAMES or len(rjieba.cut(rest[:6])[0]) == 1
    return at + (3 if alone else 2)


def holders(sentence: str, office: str) -> tuple[list[Span], list[Span]]:
    """The names beside an office, and the names beside another one.

    >>> holders("州委书记吕刚、州长孙玛措到访。", "州长")
    ([(9, 12)], [(4, 6)])
    """
    held: list[Span] = []
    others: list[Span] = []
    for span in _names(sentence):
        offices = list(_offices_of(sentence, span))
        if offices:
            (held if any(_same(office, each) for each in offices) else others).append(span)
    return held, others


def holding(sentence: str, office: str) -> Iterator[tuple[Span, str]]:
    """The names beside an office, each with the words of the office that are not said there.

    >>> list(holding("区委书记沈国军、区长陈建到场。", "枫林区区长"))
    [((10, 12), '枫林')]
    """
    for span in _names(sentence):
        told = [words for each in _offices_of(sentence, span) if (words := lacks(office, each)) is not None]
        if told:
            yield span, min(told, key=len)


def bare(office: str) -> bool:
    """Whether an office is named without a place or body of its own: 区长, 区委书记."""
    parted = _parted(office)
    return parted is not None and re.fullmatch(r"[省市州区县镇乡村]?[委党]?", parted[0]) is not None


def offices(sentence: str, person: str) -> list[Span]:
    """Where the offices of a person stand, with the body that they are held in.

    >>> sentence = "吴勇强任浦口区委书记。"
    >>> [sentence[low:high] for low, high in offices(sentence, "吴勇强")]
    ['浦口区委书记']
    """
    found = []
    for match in re.finditer(re.escape(person), sentence):
        before = _TEXT_BEFORE.search(sentence[: match.start()])
        if before and _HELD.search(before.group()):
            found.append((_first(sentence, before.start()), match.start()))
        if (after := _TAKES.match(sentence, match.end())) and re.search(OFFICE, after["office"]):
            found.append(after.span("office"))
    return found


def _first(sentence: str, at: int) -> int:
    """Where the offices begin that are told in a row: 市委常委、区委书记乔俊杰."""
    while at and sentence[at - 1] == "、" and (before := _ANOTHER.search(sentence, 0, at - 1)):
        at = before.start()
    return at


def office_asked(content: str) -> str:
    """The office whose holder a question asks for, and whose office it is; "" where it asks for none.

    >>> office_asked("武进区委书记是谁"), office_asked("谁主持了会议")
    ('武进区委书记', '')
    """
    content = re.sub(r"^(?:谁|哪位|哪个人)(?:现在|目前)?是", "", content)
    match = _ASKED.search(content)
    return content[: match.end()] if match else ""


def _names(sentence: str) -> list[Span]:
    """Names of people: right after an office, or where the word cutter sees one."""
    starts = {match.end() for match in re.finditer(OFFICE, sentence)}
    rare = [(at, at + 3) for at in starts if _is_rare_name(sentence, at)]
    at = 0
    for word, tag in rjieba.tag(sentence):
        if tag in _PERSON_TAGS and len(word) > 1:
            starts.add(at)
        at += len(word)
    spans = ((start, name_end(sentence, start)) for start in sorted(starts))
    return sorted({(start, end) for start, end in spans if end > start} | set(rare))


def _is_rare_name(sentence: str, at: int) -> bool:
    """Whether three characters behind an office are a name with a rare surname: 书记信长星在会上, not 书记来到现场."""
    name, after = sentence[at : at + 3], sentence[at + 3 : at + 4]
    ends = not after.isalnum() or after in _AFTER_NAMES
    common = rjieba.has_word(name) or _AFTER_NAMES.intersection(name) or rjieba.cut(sentence[at : at + 6])[:1] != [name]
    return re.fullmatch("[一-鿿]{3}", name) is not None and ends and not surnamed(name[:2]) and not common


def _offices_of(sentence: str, name: Span) -> Iterator[str]:
    before = _TEXT_BEFORE.search(sentence[: name[0]])
    if before and (held := _HELD.search(before.group())):
        yield before.group()[: held.end("office")]
        yield from sentence[_first(sentence, before.start()) : before.start()].split("、")
    if re.match(r"等?[省市州区县镇]?领导", sentence[name[1] :]):
        yield "领导"
    if (after := _TAKES.match(sentence, name[1])) and (taken := re.search(rf".*{OFFICE}", after["office"])):
        yield taken.group()


def _same(asked: str, held: str) -> bool:
    """Whether an office that is held is the one asked for, as far as the words tell: 州委书记 is no 区委书记."""
    return lacks(asked, held) is not None


def lacks(asked: str, held: str) -> str | None:
    """The words of an office asked for that print leaves out, "" where it says all of them; None for another office.

    >>> lacks("武进区委书记", "区委书记"), lacks("武进区长", "武进区区长"), lacks("南京银行行长", "南京银行副行长")
    ('武进', '', None)
    >>> lacks("浦口区委书记", "南京市下关区委书记"), lacks("珠海市委书记", "传达学习市委书记")
    (None, '珠海')
    >>> lacks("珠海市委书记", "团珠海市委书记"), lacks("恒源生态经理", "江苏恒源生态文化旅游公司经理")
    (None, '')
    """
    wanted, given = _parted(asked), _parted(held)
    if not wanted or not given or wanted[1] != given[1]:
        return None
    ours, theirs = wanted[0], given[0]
    common = next((size for size in range(min(len(ours), len(theirs)), 0, -1) if ours[-size:] == theirs[-size:]), 0)
    ours, theirs = ours[: len(ours) - common], theirs[: len(theirs) - common]
    if not ours:
        return None if _OTHER_BODY.search(theirs) else ""
    if not theirs or _OWN.fullmatch(theirs):
        return ours
    if wanted[1] == _ANY_PART and not _PART.search(given[0]):
        if given[0].startswith(wanted[0]):
            return ""
        if all(tag in _COMMON and rjieba.has_word(word) for word, tag in rjieba.tag(theirs)):
            return ours  # 施工现场负责人
    return "" if _abridged(wanted[0], given[0]) else None


def _parted(office: str) -> tuple[str, str] | None:
    """The body and the title of an office: 武进区的区长 → 武进, 区长; 中共武进区委副书记 → 武进区委, 副书记."""
    told, _, own = re.sub("^(?:当时|现在|目前|如今)的", "", office).rpartition("的")
    whole = told + own if len(told) <= PLACE else own
    match = re.search(rf"{_DEPUTY}{OFFICE}$", whole)
    if not match:
        return None
    body = _LEAGUE.sub(r"团\1\2", _BEFORE_BODY.sub("", whole[: match.start()]))
    words = rjieba.tag(body)
    doing = (at for at, (word, tag) in enumerate(words, start=1) if tag in _VERBAL and not is_place(word))
    last = max(doing, default=0)  # 传达学习省委, but not 下关区委
    own = "".join(word for word, _ in words[last:])
    return re.sub(rf"(?<=..){match.group()[0]}$", "", own) if match.group()[
        0
    ] in "省市州区县镇乡村" else own, match.group()


def _abridged(short: str, long: str) -> bool:
    """Whether a firm or school is another in fewer of its characters: 恒源生态 of 江苏恒源生态文化有限公司."""
    if _PUBLIC.search(short) or _PUBLIC.search(long):
        return False
    short, firm = _COMPANY.sub("", short), _COMPANY.sub("", long)
    if not short or (firm == long and short[-1] != long[-1]):
        return False
    at, gaps = len(firm), ""
    for char in reversed(short):
        found = firm.rfind(char, 0, at)
        if found < 0:
            return False
        gaps, at = firm[found + 1 : at] + gaps, found
    return not _PART.search(gaps)
