"""Who wrote and who photographed: the bylines and photo credits of a Chinese newspaper, found at the edges of a line.

The lines are read in a half-width copy, which has the same offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from embeddings.lines import half_width
from embeddings.names import HAN, OFFICE, Scan, people, surnamed

_AGENCY = (
    r"(?:本[报网台刊社]|新华[社网]|中新[社网]|人民网|央视(?:网|新闻)?|[^\s,。;:()“”]{1,10}?(?:报|网|社|台|客户端|中心))"
)
_WIRE = re.compile(
    rf"[【\[(]?(?:据|综合)?{_AGENCY}(?:[^\S\n]?[^\s,。;:()“”]{{1,8}}[^\S\n]?)?(?:[^,。;:()“”\n]{{0,8}}?)"
    r"(?:综合(?:消息|报道|讯)|(?<![通资喜电音])讯|专电|日电|(?<=社)电|(?<=[社网日报])消息)[】\])]?"
)
_OURS = re.compile(r"[【\[(]?本[报网台刊社](?:综合|\S{0,8}日)?(?:讯|消息|电)")
_BRACKETS = re.compile(r"[(〔\[【「〈<]([^()〔〕\[\]【】「」〈〉<>]{0,90})[)〕\]】」〉>]")
_BULLET = re.compile(r"[□■○◇●◎▲△◆☆★▢◻◼▪]\s*")
_FROM_PAGE = re.compile(
    r"[(【\[]? ?紧?上?接(?:本报)? ?第? ?[A-Z]?[\d一二三四五六七八九十]{1,3} ?版[^)】\]\s]{0,10}[)】\]]?"
)
_TO_PAGE = re.compile(
    r"[▶►▷→>》\s]*[(【\[]? ?下?转(?:本报)? ?第? ?[A-Z]?[\d一二三四五六七八九十]{1,3} ?版[^)】\]\s]{0,10}[)】\]]?$"
)
_SENTENCE_END = re.compile(r"[。!?…”’」』)】\]]|(?<=[㐀-鿿])\.")
# One character that every byline holds, to pass over other lines quickly.
_TRACE = re.compile(r"[讯电息者员生作撰采写编译稿报理拍摄图文影版供发料片照□■○◇●◎▲△◆☆★▢◻◼▪()〔\[【「]")
_EDGES = re.compile(r"^[\s()【】「」\[\]〔〕]+|[\s()【】「」\[\]〔〕:]+$")


@dataclass(frozen=True, slots=True)
class Byline:
    """The people that a line names as its makers; `line[start:end]` are the characters that do so.

    `roles` say what each of them did, "" where the line does not.
    `photo`: it speaks of pictures (摄, 供图, 摄影报道); `written`: of the words, too (文/图).
    """

    reporters: tuple[str, ...]
    start: int
    end: int
    photo: bool = False
    written: bool = False
    roles: tuple[str, ...] = ()


def together(bylines: Iterable[Byline]) -> dict[str, str]:
    """The people of several bylines in order, each with what they did where one of them says so."""
    return _first(
        (name, role)
        for byline in bylines
        for name, role in zip(byline.reporters, byline.roles or [""] * len(byline.reporters), strict=True)
    )


def _first(signed: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, role in signed:
        found[name] = found.get(name) or role
    return found


def names_and_roles(signed: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """People, and what each did; () for the latter where nothing says."""
    roles = tuple(signed.values())
    return tuple(signed), roles if any(roles) else ()


def _byline(scan: Scan, start: int, end: int) -> Byline:
    names, roles = names_and_roles(_first(zip(scan.names, scan.did, strict=True)))
    return Byline(names, start, end, scan.photo, scan.written, roles)


def opening(line: str) -> Byline | None:
    """The byline that a line begins with, with the blanks and colon after it; the body starts at its end.

    >>> opening("本报讯 (王凯 记者 李小明) 昨天,区图书馆开馆。")
    Byline(reporters=('王凯', '李小明'), start=0, end=16, photo=False, written=False, roles=('', '记者'))
    >>> opening("记者从区图书馆获悉,新馆开放。") is None
    True
    """
    head = half_width(line[:160])
    if not _TRACE.search(head):
        return None
    bullet = _BULLET.match(head)
    skip = bullet.end() if bullet else 0
    found = _bracketed(head[skip:]) or _wire(head[skip:]) or _bare(head[skip:], bullet is not None)
    if found is None:
        return None
    end = skip + found.end
    end += len(head[end:]) - len(head[end:].lstrip(" \t:"))
    return replace(found, end=end)


def _wire(head: str) -> Byline | None:
    """本报讯 (…), 新华社北京3月2日电 (…), 据新华社电, (上接第一版): a formula, with or without names in brackets."""
    if page := _FROM_PAGE.match(head):
        return Byline((), 0, page.end()) if head[0] in "(【[" or page.end() == len(head) else None
    if not (wire := _WIRE.match(head)):
        return None
    after = wire.end() + len(head[wire.end() :]) - len(head[wire.end() :].lstrip(" \t"))
    if bracket := _BRACKETS.match(head, after):
        scan = people(bracket[1], lenient=True)
        if scan.roles or any(map(surnamed, scan.names)):
            return _byline(scan, 0, bracket.end())
    # 本报讯 may touch the body; other agencies could begin a sentence, so a blank must follow
    if not (_OURS.match(head) or re.match(r"[\s:]|$", head[wire.end() :])):
        return None
    after += head[after : after + 1] == "("  # one that nothing closes
    scan = people(head[after:])
    end = re.compile(r"[\s:)]|$").match(head, after + scan.end)
    return _byline(scan, 0, end.end()) if scan.roles and scan.names and end else Byline((), 0, wire.end())


def _bracketed(head: str) -> Byline | None:
    """(记者 王凯) or 【本网记者 王凯】 before the body."""
    bracket = _BRACKETS.match(head)
    scan = people(bracket[1], lenient=True) if bracket else Scan()
    if bracket is None or not scan.roles or not any(surnamed(name) for name in scan.names):
        return None  # 【记者手记】 names nobody
    return _byline(scan, 0, bracket.end())


def _bare(head: str, bullet: bool) -> Byline | None:
    """本报记者 王凯, □王凯, 文/王凯 图/李明, 记者王凯报道: followed by a blank, a colon or nothing."""
    scan = people(head)
    if not scan.names or not (scan.roles or (bullet and scan.end == len(head))):
        return None
    if not re.match(r"[\s:]|$", head[scan.end :]):
        return None
    return _byline(scan, 0, scan.end)


def whole(line: str) -> Byline | None:
    """The byline that a line consists of, or None: 本报记者 王凯, (记者 王凯), 王凯 摄, 本报评论员, (下转第三版)."""
    if len(line) > 90:
        return None
    inner = half_width(line)
    if _TO_PAGE.match(inner) or _FROM_PAGE.fullmatch(inner):
        return Byline((), 0, len(line))
    inner = _EDGES.sub("", inner)
    bullet = _BULLET.match(inner)
    scan = people(inner := inner[bullet.end() :] if bullet else inner)
    if not inner or scan.end < len(inner) or not (scan.roles or bullet):
        scan = _photographer(inner) or _signed(inner) or Scan()
    found = _byline(scan, 0, len(line))
    return found if found.reporters or found.photo or "评论员" in "".join(scan.roles) else None


def _signed(inner: str) -> Scan | None:
    """本报记者 王凯: after so plain a word a name may begin with any character."""
    signed = re.fullmatch(rf"(?:本[报刊社]\S{{0,4}}(?:记者|通讯员)|作者:) ?{HAN}{{2,4}}(?:[ 、]{HAN}{{2,4}})*", inner)
    scan = people(inner, lenient=True) if signed else None
    return scan if scan and scan.names else None


def closing(line: str) -> Byline | None:
    """The byline or photo credit that a line ends with, after its last sentence; the body ends at its start.

    >>> closing("图为新馆外景。徐小明 摄")
    Byline(reporters=('徐小明',), start=7, end=12, photo=True, written=False, roles=('摄影',))
    >>> closing("新馆昨天开放。(记者 王凯)").reporters
    ('王凯',)
    """
    offset = max(0, len(line) - 70)
    tail = half_width(line[offset:])
    if not _TRACE.search(tail):
        return None
    if (found := whole(line)) is not None:
        return found
    if jump := _TO_PAGE.search(tail):
        return Byline((), offset + jump.start(), len(line))
    for start in _tail_starts(tail):
        inner = _EDGES.sub("", tail[start:])
        scan = people(inner)
        if scan.end < len(inner) or not inner:
            scan = _photographer(inner) or Scan()
        found = _byline(scan, offset + start, len(line))
        if found.reporters and (scan.roles or tail[start] in "(【「[〔"):
            return found
        if found.photo and inner != "摄":
            return found
    return _run_together(line)


def _tail_starts(tail: str) -> list[int]:
    """Where a closing byline may begin: after the last sentence ends, at the last bracket, after each late blank."""
    ends = [end.end() for end in _SENTENCE_END.finditer(tail)][-3:]
    blanks = [blank.end() for blank in re.finditer(r"\s+", tail)][-8:]
    opened = max(tail.rfind(char) for char in "(【「[〔")
    if opened > 0 and not (_SENTENCE_END.match(tail[opened - 1]) or tail[opened - 1].isspace()):
        opened = -1
    return sorted(start for start in {*ends, *blanks, opened} if 0 < start < len(tail))


def _photographer(inner: str) -> Scan | None:
    """王凯 摄 with a pen name, or an office that gave the picture (区图书馆供图)."""
    if pen := re.fullmatch(rf"({HAN}{{2,4}}) +摄", inner):
        return Scan([pen[1]], ["摄"], len(inner), ["摄影"])
    if re.fullmatch(r"[^\s。,!?:]{2,16}?(?:供图|提供(?:图片|照片))|资料(?:图片?|照片)", inner):
        return Scan([], ["供图"], len(inner))
    office = inner.removesuffix("摄").rstrip()
    return Scan([], ["摄"], len(inner)) if office != inner and len(office) <= 16 and OFFICE.search(office) else None


def _run_together(line: str) -> Byline | None:
    """图为新馆王凯 摄: no blank or full stop before the photographer; the surname tells where the name begins."""
    if credit := re.search(rf"({HAN}{{2,3}}) ?摄[)】]?$", half_width(line[-8:])):
        for name in (credit[1], credit[1][-2:]):
            if surnamed(name) and name[-1] not in "拍航录影":
                start = len(line) - len(credit[0]) + len(credit[1]) - len(name)
                return Byline((name,), start, len(line), photo=True, roles=("摄影",))
    return None
