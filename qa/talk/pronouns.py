"""它, 他们, 该项目, 这家公司, 当地, 其: what they stand for, put in their place.

In: a follow-up with such a word, and what was said before it. Out: the question with names. A word that points at
something named in the follow-up itself stays: 南京银行及其分行. Words and parts of speech; knows nothing about the
archive.
"""

from __future__ import annotations

import re

import rjieba

from qa.asked.asking import is_person
from qa.asked.topics import NAMES, common, is_name
from qa.language.titles import OFFICE
from qa.talk.earlier import Talk, things
from qa.talk.exchanged import exchanged
from qa.talk.joined import asked_for

_GROUP = (
    "项目|公司|企业|工程|活动|会议|单位|银行|部门|机构|学校|大学|医院|社区|村|镇|县|区|市|街道|园区|地方|场馆|条例|法律|文件"
    "|政策|报道|文章|平台|人"
)
_PRONOUN = re.compile(
    rf"(?P<who>他们|她们|他(?!山)|她)|(?P<they>它们)|它|该(?P<that>{_GROUP}|[厂馆院校所局站桥河湖])"
    rf"|(?:这|那)(?:个|家|项|位|座|次|条|所|篇|场|部|(?P<some>些|几[个家项位])|处|里的)(?P<this>{_GROUP})?"
    rf"|(?:(?P<both>[这那][两三四]|[这那]俩)(?:个|家|项|位|处|条)?|两者|二者)(?P<kind>{_GROUP})?|其(?!他|中|实|它|余|间|次)|此(?!次|外|前|后)"
    r"|(?P<where>那里|这里|那边|这边|那儿|这儿|当地)"
)
_SAID = re.compile(r"(?:说|表示|认为|指出|称|介绍|提出|强调|透露|希望)[，,]?$")
_MOST = 4  # things of a row that a question repeats


def named(text: str, talk: Talk) -> str:
    """A follow-up with names in place of its pronoun; "" where it has none, or none that points back.

    >>> named("它什么时候竣工？", Talk("龙城芯谷总投资多少？"))
    '龙城芯谷什么时候竣工？'
    >>> named("南京银行及其分行签了什么？", Talk("龙城芯谷总投资多少？"))
    ''
    """
    match = _PRONOUN.search(text)
    if not match or _inside(text[: match.start()], match):
        return ""
    head, rest = text[: match.start()], text[match.end() :]
    several = match["both"] or match["they"] or match["some"] or match.group()[:2] in ("两者", "二者")
    if several and (together := _together(talk, match)):
        return f"{head}{together}{rest}"
    same = "" if match["who"] or len(match.group()) != 2 else _called_so(rest, talk.asked)
    if same:
        return f"{head}{same}{rest[len(_first_noun(rest)) :]}"
    instead = _meant(match, talk)
    if what := re.fullmatch(r"的?(.{1,12}?)呢[?？]?", rest):
        return exchanged(what[1], False, talk.asked, instead) if not head else text
    return f"{head}{instead}{rest}"


def _inside(head: str, match: re.Match[str]) -> bool:
    """Whether a pronoun points at what stands before it in its own sentence."""
    words = rjieba.tag(head)
    if match["where"] and words and words[-1][1][0] == "n":  # 银行那边
        return True
    own = [
        word
        for word, tag in words
        if (tag in NAMES or (tag[0] == "n" and not rjieba.has_word(word))) and not common(word)
    ]
    people = [word for word in own if is_person(word)]
    things = own if match.group() == "其" else [word for word in own if word not in people]
    fitting = people if match["who"] else things
    if not fitting:
        return False
    behind = re.search(r"[和及与同跟、,，后时前以]$", head) is not None
    return behind or _SAID.search(head) is not None or (match.group() == "其" and head.endswith(fitting[-1][-1]))


def _together(talk: Talk, match: re.Match[str]) -> str:
    """The things that were told in a row, or the last two that were spoken of."""
    row = things(talk.answered)
    if 1 < len(row) <= _MOST:
        return f"{'、'.join(row[:-1])}和{row[-1]}"
    return f"{talk.other}和{talk.subject}" if talk.other and not match["some"] else ""


def _meant(match: re.Match[str], talk: Talk) -> str:
    """What a pronoun stands for: 他, who was asked for; 这家公司, the one that was asked for."""
    subject, group = talk.subject, match["this"] or match["that"] or ""
    if match["this"] in ("篇", "报道", "文章") or match.group()[1:] in ("篇", "条"):
        titles = re.findall(r"《.+?》", talk.answered)
        return titles[0] if len(titles) == 1 else subject
    if match["who"] in ("他", "她") and talk.somebody:
        of = "" if re.search(f"{OFFICE}$", subject) else "的"
        found = talk.somebody in talk.answered and talk.somebody not in talk.asked and is_name(subject)
        return f"{subject}{of}{talk.somebody}" if found else talk.somebody
    if group and (asked := asked_for(talk.asked, group)):
        return asked
    if match.group() == "它" or group in ("公司", "银行", "单位", "企业"):
        return re.sub(rf"(?<=..)的?(?:副|总)?{OFFICE}$", "", subject)
    return subject


def _first_noun(text: str) -> str:
    """The noun that a text begins with; "" where it begins with something else."""
    word, tag = next(iter(rjieba.tag(text)), ("", ""))
    return word if tag in ("n", "vn") and len(word) > 1 else ""


def _called_so(rest: str, before: str) -> str:
    """What was spoken of by the noun that stands after 这个 or 那个: 这个中心 is 国际创新中心; "" where nothing was."""
    noun = _first_noun(rest)
    named = [run for run in re.findall(r"[一-鿿A-Za-z()（）]+", before) if noun and noun in run]
    found = named[0][: named[0].index(noun) + len(noun)] if named else ""
    return found if len(found) > len(noun) + 1 else ""
