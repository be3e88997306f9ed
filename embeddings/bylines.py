"""Who wrote and who photographed: the bylines and photo credits of a Chinese newspaper, found at the edges of a line.

In: one line or paragraph. Out: a `Byline`: the people named, and which characters of the line name them. This file
knows nothing about headlines, about the lines around, or about where an article begins.

A byline is read by one small scanner, `_people`: role words (记者, 通讯员, 摄影 …), names, separators. In the brackets
after 本报讯 anything else (an office, a company) is passed over; elsewhere anything else ends the byline. The lines are
read in a half-width copy, which has the same offsets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from embeddings.lines import half_width

# The surnames that cover nearly all people of the country, the compound ones apart.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严"
    "牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫"
    "查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木"
    "穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝巩稽井练仲乐虞卞封竺冼楚佟栗匡宗应台巫鞠僧桑荆谌银"
    "扬明沙伏岑习胥蔺水云昌凤酆皮元湛禹狄贝茅郦雍濮寿通扈郏浦尚农别充慕茹宦鱼容慎戈庾终暨居衡步满弘国广禄阙东沃蔚越夔"
    "隆厍晁勾融訾阚乜养丰巢逯益桓晔恽展笪承钮眭贡尧佘"
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "东方",
    "西门",
    "端木",
    "南宫",
)

_HAN = r"[㐀-鿿\U00020000-\U0003134f]"
_MEDIUM = r"(?:本[报刊网台社]|新华社|中新社|[^\s、,()/:]{1,8}?(?:[日晚时周]报|融媒体?(?:中心)?|电视台|新闻网))"
_RANK = r"(?:全媒体|融媒体?|首席|见习|实习|特约|特派|驻[^\s、()]{1,4}?|摄影|文字|资深|校园|小)"
_ROLE = re.compile(
    rf"{_MEDIUM}?{_RANK}{{0,2}}(?:记者|通讯员|摄影师)|{_MEDIUM}?(?:实习生|特约评论员|评论员|撰稿人?|撰文|作者|采写|编译|供稿)"
    r"|\d{1,2}月\d{1,2}日(?:报道|电|讯)|(?:综合|图文|现场)?报道|摄影报道|摄影(?:/?撰文)?|整理|航拍"
    rf"|(?:新华社|中新社|本报)发 ?\(|供图|配图|资料图片?|图片(?= ?[/:]|$)"
    rf"|文 *[/、]? *[图摄]影?|图 *[/、]? *文|摄影? *[/、] *文|[文图](?= *[/:]| +{_HAN})|摄(?!{_HAN})"
)
_EDITORS = re.compile(r"(?:责任|见习)?编辑|校对|策划|统筹|设计|制图|剪辑|配音|制作")
_SEPARATOR = re.compile(r"[\s、,;:/&|]+")
_FOLLOW = rf"(?=[\s、,;/&|:()【】\[\]「」\d]|$|{_ROLE.pattern})"
_NAME = re.compile(rf"(?:{_HAN}{{1,8}}(?:[·•・]{_HAN}{{1,8}}){{1,3}}|{_HAN} +{_HAN}(?!{_HAN})|{_HAN}{{2,4}}?){_FOLLOW}")
_OTHER = re.compile(r"[^\s、,;:/&|]+")
_OFFICE = re.compile(
    r"(?:局|委|办|院|镇|厅|大队|支队|公司|集团|中心|街道|公安|社区|法庭|银行|医院|学校|小学|中学|大学|园区|电视台|[报台网]社?|[讯电])$"
    rf"|^[区市省县团]{_HAN}+[联会社部处队所站馆]$|^(?:综合|消息|本报|据|来源|完|上|下|待续|未完)"
)

_AGENCY = (
    r"(?:本[报网台刊社]|新华[社网]|中新[社网]|人民网|央视(?:网|新闻)?|[^\s,。;:()“”]{1,10}?(?:报|网|社|台|客户端|中心))"
)
_WIRE = re.compile(
    rf"[【\[(]?(?:据|综合)?{_AGENCY}(?:[^\S\n]?[^\s,。;:()“”]{{1,8}}[^\S\n]?)?(?:[^,。;:()“”\n]{{0,8}}?)"
    r"(?:综合(?:消息|报道|讯)|(?<![通资喜简快音])讯|专电|日电|(?<=社)电|(?<=[社网日报])消息)[】\])]?"
)
_OURS = re.compile(r"[【\[(]?本[报网台刊社](?:综合|\S{0,8}日)?(?:讯|消息|电)")
_BRACKETS = re.compile(r"[(〔\[【「]([^()〔〕\[\]【】「」]{0,90})[)〕\]】」]")
_BULLET = re.compile(r"[□■○◇●◎▲△◆☆★▢◻◼▪]\s*")
_FROM_PAGE = re.compile(
    r"[(【\[]? ?(?:紧?上?接)(?:本报)? ?第? ?[A-Z]?[\d一二三四五六七八九十]{1,3} ?版[^)】\]\s]{0,10}[)】\]]?"
)
_TO_PAGE = re.compile(
    r"[▶►▷→>》\s]*[(【\[]? ?(?:下?转)(?:本报)? ?第? ?[A-Z]?[\d一二三四五六七八九十]{1,3} ?版[^)】\]\s]{0,10}[)】\]]?$"
)
_SOURCE = re.compile(r"[(【](?:据|综合|来源|本报综合)[^()。]{0,30}[)】]$")
_SENTENCE_END = re.compile(r"[。!?…”’」』)】\]]|(?<=[㐀-鿿])\.")
# One character that every byline holds, to pass over other lines quickly.
_TRACE = re.compile(r"[讯电息者员生作撰采写编译稿报理拍摄图文影版供发料片照□■○◇●◎▲△◆☆★▢◻◼▪()〔\[【「]")
_EDGES = re.compile(r"^[\s()【】「」\[\]〔〕]+|[\s()【】「」\[\]〔〕:]+$")


@dataclass(frozen=True, slots=True)
class Byline:
    """The people that a line names as its makers; `line[start:end]` are the characters that do so.

    `photo`: it speaks of pictures (摄, 供图, 摄影报道); `written`: of the words, too (文/图).
    """

    reporters: tuple[str, ...]
    start: int
    end: int
    photo: bool = False
    written: bool = False


@dataclass(slots=True)
class _Scan:
    """What the scanner has read: names, how far, and the role words in between."""

    names: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    end: int = 0

    def byline(self, start: int, end: int) -> Byline:
        roles = "".join(self.roles)
        photo, written = bool(re.search("摄|图|航拍", roles)), bool(re.search("文|采写|整理", roles))
        return Byline(tuple(dict.fromkeys(self.names)), start, end, photo, written)


def _people(text: str, lenient: bool = False) -> _Scan:
    """Read roles and names from the start of `text`; stop at anything else, or pass over it when `lenient`.

    >>> _people("通讯员 王 凯 记者 李明、赵小兰 昨天,天晴").names
    ['王凯', '李明', '赵小兰']
    """
    scan, at, editors = _Scan(), 0, False
    while at < len(text):
        if gap := _SEPARATOR.match(text, at):
            at = gap.end()
            continue
        if editor := lenient and _EDITORS.match(text, at):
            editors, found = True, editor.end()
        elif role := _ROLE.match(text, at):
            editors, found = False, role.end()
            scan.roles.append(role[0])
        elif (name := _NAME.match(text, at)) and (lenient or _surnamed(name[0])):
            found = name.end()
            scan.names += [] if editors or _OFFICE.search(name[0]) else _glued(re.sub(" +", "", name[0]))
        elif lenient and (other := _OTHER.match(text, at)):
            found = other.end()
            scan.names += _glued(other[0]) if len(other[0]) == 6 else []
        else:
            break
        scan.end = at = found
    return scan


def _surnamed(name: str) -> bool:
    return name[0] in _SURNAMES or name[:2] in _COMPOUND


def _glued(word: str) -> list[str]:
    """Two names set without a gap, by their surnames: 李小明王大凯 -> [李小明, 王大凯]; one name stays one."""
    half = len(word) // 2
    two = (len(word) == 4 and word[:2] not in _COMPOUND) or len(word) == 6
    if two and word[0] in _SURNAMES and word[half] in _SURNAMES and not _OFFICE.search(word):
        return [word[:half], word[half:]]
    return [word] if len(word) < 6 or "·" in word else []


def is_name(line: str) -> bool:
    """Whether a line could be a person's name and nothing else, as under the headline of an essay.

    >>> is_name("王 凯"), is_name("新馆")
    (True, False)
    """
    line = half_width(line)
    return bool(re.fullmatch(rf"{_HAN}{{2,3}}|{_HAN} +{_HAN}", line)) and _surnamed(line)


def opening(line: str) -> Byline | None:
    """The byline that a line begins with, with the blanks and colon after it; the body starts at its end.

    >>> opening("本报讯 (王凯 记者 李小明) 昨天,区图书馆开馆。")
    Byline(reporters=('王凯', '李小明'), start=0, end=16, photo=False, written=False)
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
    after = wire.end() + len(head[wire.end() :]) - len(head[wire.end() :].lstrip())
    if bracket := _BRACKETS.match(head, after):
        people = _people(bracket[1], lenient=True)
        if people.roles or people.names:
            return people.byline(0, bracket.end())
    # 本报讯 may touch the body; other agencies could begin a sentence, so a blank must follow
    if not (_OURS.match(head) or re.match(r"[\s:]|$", head[wire.end() :])):
        return None
    people = _people(head[after:])
    ends = people.end and re.match(r"[\s:]|$", head[after + people.end :])
    return people.byline(0, after + people.end) if people.roles and people.names and ends else Byline((), 0, wire.end())


def _bracketed(head: str) -> Byline | None:
    """(记者 王凯) or 【本网记者 王凯】 before the body."""
    bracket = _BRACKETS.match(head)
    people = _people(bracket[1], lenient=True) if bracket else _Scan()
    return people.byline(0, bracket.end()) if bracket and people.roles and people.names else None


def _bare(head: str, bullet: bool) -> Byline | None:
    """本报记者 王凯, □王凯, 文/王凯 图/李明, 记者王凯报道: followed by a blank, a colon or nothing."""
    people = _people(head)
    if not people.names or not (people.roles or bullet) or not re.match(r"[\s:]|$", head[people.end :]):
        return None
    return people.byline(0, people.end)


def whole(line: str) -> Byline | None:
    """The byline that a line consists of, or None: 本报记者 王凯, (记者 王凯), 王凯 摄, 本报评论员, (下转第三版)."""
    if len(line) > 90:
        return None
    inner = half_width(line)
    if _TO_PAGE.match(inner) or _FROM_PAGE.fullmatch(inner):
        return Byline((), 0, len(line))
    inner = _EDGES.sub("", inner)
    bullet = _BULLET.match(inner)
    people = _people(inner := inner[bullet.end() :] if bullet else inner)
    if not inner or people.end < len(inner) or not (people.roles or bullet):
        people = _photographer(inner) or _Scan()
    found = people.byline(0, len(line))
    return found if found.reporters or found.photo or "评论员" in "".join(people.roles) else None


def closing(line: str) -> Byline | None:
    """The byline or photo credit that a line ends with, after its last sentence; the body ends at its start.

    >>> closing("图为新馆外景。徐小明 摄")
    Byline(reporters=('徐小明',), start=7, end=12, photo=True, written=False)
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
    if _SOURCE.search(tail):
        return Byline((), len(line), len(line))
    for start in _tail_starts(tail):
        inner = _EDGES.sub("", tail[start:])
        people = _people(inner)
        if people.end < len(inner) or not inner:
            people = _photographer(inner) or _Scan()
        found = people.byline(offset + start, len(line))
        if (people.roles or tail[start] in "(【「[〔") and (found.reporters or found.photo):
            return found
    return None


def _tail_starts(tail: str) -> list[int]:
    """Where a closing byline may begin: after the last sentence ends, at the last bracket, after each late blank."""
    ends = [end.end() for end in _SENTENCE_END.finditer(tail)][-3:]
    blanks = [blank.end() for blank in re.finditer(r"\s+", tail)][-8:]
    opened = max(tail.rfind(char) for char in "(【「[〔")
    if opened > 0 and not (_SENTENCE_END.match(tail[opened - 1]) or tail[opened - 1].isspace()):
        opened = -1
    return sorted(start for start in {*ends, *blanks, opened} if 0 < start < len(tail))


def _photographer(inner: str) -> _Scan | None:
    """王凯 摄 with a pen name, or an office that gave the picture (区图书馆供图)."""
    if pen := re.fullmatch(rf"({_HAN}{{2,4}}) +摄", inner):
        return _Scan([pen[1]], ["摄"], len(inner))
    if re.fullmatch(r"[^\s。,!?:]{2,16}?(?:供图|提供(?:图片|照片)?|资料(?:图片?|照片)|发)", inner) and re.search(
        "图|照", inner
    ):
        return _Scan([], ["供图"], len(inner))
    return None
