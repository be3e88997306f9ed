"""People beside their offices: 区委书记乔俊杰, 吴勇强任浦口区委书记.

In: a sentence, and an office or a person. Out: where the holder's name or the person's office stands. Names are told by
their surname and by where the word cutter goes on; knows no list of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from embeddings.names import surnamed

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
_BODIES = frozenset({"ns", "nt", "nz", "nr", "nrt"})


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
    at = 0
    for word, tag in rjieba.tag(sentence):
        if tag in _PERSON_TAGS and len(word) > 1:
            starts.add(at)
        at += len(word)
    spans = ((start, name_end(sentence, start)) for start in sorted(starts))
    return [(start, end) for start, end in spans if end > start]


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
    """Whether an office that is held is the one asked for: 州委书记 is no 区委书记, nor a 副书记 a 书记."""
    wanted = _ASKED.search(asked)
    if not wanted:
        return False
    office = asked[wanted.start() :].removeprefix(wanted["body"] or "")
    if not held.endswith(office) or (not wanted["deputy"] and re.search(rf"(?:副|名誉){OFFICE}$", held)):
        return False
    body = wanted["body"] or ""
    if body and body not in held:
        return re.search(r"[省市州区县镇乡](?:委|政府)|党工?委|党组|支部", held) is None
    return _compatible(asked[: wanted.start()], held[: held.rfind(body + office)])


def _compatible(asked: str, held: str) -> bool:
    """Whether what stands before an office in question and print can be one body: 浦口 is not 武进."""
    ours, theirs = (rjieba.tag(text)[-1:] for text in (asked, held))
    if not ours or not theirs or theirs[0][1] not in _BODIES or ours[0][1] not in _BODIES:
        return True
    return ours[0][0] in held or theirs[0][0] in asked
