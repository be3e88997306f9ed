"""Names and role words in a byline: 通讯员 王凯 记者 李明 -> two people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from embeddings.lines import half_width

# The surnames that cover nearly all people of the country, the compound ones apart.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严"
    "牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫"
    "查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木"
    "穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝巩稽井练仲乐虞卞封竺冼楚佟栗匡宗应台巫鞠僧桑荆谌银"
    "扬明沙伏岑习胥蔺水云昌凤酆皮元湛禹狄贝茅郦雍濮寿通扈郏浦尚农别充慕茹宦鱼容慎戈庾终暨居衡步满弘国广禄阙东沃蔚越夔"
    "隆厍晁勾融訾阚乜养丰巢逯益桓恽展笪承钮眭贡尧佘过占仝逄綦冒束贲仓宰麻厉帅亓矫檀苍宿旷粟阴邝"
)
_COMPOUND = re.compile("欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐|东方|西门|端木|南宫")
_NO_NAMES = ("连线", "时评", "关注", "解读", "通过", "经过", "成长", "应邀", "明察")  # though they begin with surnames

HAN = r"[㐀-鿿\U00020000-\U0003134f]"
_MEDIUM = r"(?:本[报刊网台社]|新华社|中新社|[^\s、,()/:]{1,8}?(?:[日晚时周]报|融媒体?(?:中心)?|电视台|新闻网))"
_RANK = r"(?:全媒体?|融媒体?|首席|见习|实习|特约|特派|驻[^\s、()]{1,4}?|摄影|文字|资深|校园|小)"
_ROLE = re.compile(
    rf"{_MEDIUM}?{_RANK}{{0,2}}(?:记者|通讯员|摄影师)|{_MEDIUM}?(?:实习生|特约评论员|评论员|撰稿人?|撰文|作者|采写|编译|供稿)"
    r"|\d{1,2}月\d{1,2}日(?:报道|电|讯)|(?:综合|图文|现场)?报道|摄影报道|摄影(?:/?撰文)?|整理|航拍"
    rf"|(?:新华社|中新社|本报)发 ?\(|供图|配图|资料图片?|图片(?= ?[/:]|$)"
    rf"|文 *[/、]? *[图摄]影?|图 *[/、]? *文|摄影? *[/、] *文|[文图](?= *[/:]| +{HAN})|(?<![拍航录])摄(?!{HAN})"
)
_DEEDS = (  # the first that is found in a role
    *((word, word) for word in ("通讯员", "实习生", "评论员", "作者", "编译", "供稿", "供图", "整理", "采写", "航拍")),
    (r"图 *[/、]? *文|文 *[/、]? *[图摄]|摄影? *[/、] *文|摄影/?撰文", "图文"),
    ("摄影师?$|摄$|[图影]", "摄影"),
    ("记者", "记者"),
    ("文|撰稿", "文"),
)
_AFTER_NAMES = re.compile(r"摄影?|航拍|供图|供稿|文|图|图文|撰文|整理|采写|编译|文 *[/、]? *[图摄]影?|图 *[/、]? *文")
_EDITORS = re.compile(r"(?:责任|见习)?编辑|校对|策划|统筹|设计|制图|剪辑|配音|制作")
_SEPARATOR = re.compile(r"[\s、,;:/&|]+")
_FOLLOW = rf"(?=[\s、,;/&|:()【】\[\]「」\d]|$|{_ROLE.pattern})"
_NAME = re.compile(rf"(?:{HAN}{{1,8}}(?:[·•・]{HAN}{{1,8}}){{1,3}}|{HAN} +{HAN}(?!{HAN})|{HAN}{{2,4}}?){_FOLLOW}")
_OTHER = re.compile(r"[^\s、,;:/&|]+")
OFFICE = re.compile(
    r"(?:局|委|办|院|镇|厅|大队|支队|公司|集团|中心|街道|公安|社区|法庭|银行|医院|学校|小学|中学|大学|园区|电视台|[报台网]社?|[讯电])$"
    rf"|^[区市省县团]{HAN}+[联会社部处队所站馆]$|^(?:综合|消息|本报|据|来源|完|上|下|待续|未完)"
)


@dataclass(slots=True)
class Scan:
    """What the scanner has read: names, how far, and the role words in between."""

    names: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    end: int = 0
    did: list[str] = field(default_factory=list)  # for each name what it did, "" where nothing says

    @property
    def photo(self) -> bool:
        """Whether the roles speak of pictures."""
        return bool(re.search("摄|图|航拍", "".join(self.roles)))

    @property
    def written(self) -> bool:
        """Whether the roles speak of words beside pictures."""
        return bool(re.search("文|采写|整理", "".join(self.roles)))


def people(text: str, lenient: bool = False) -> Scan:
    """Read roles and names from the start of `text`; stop at anything else, or pass over it when `lenient`.

    >>> people("通讯员 王 凯 记者 李明、赵小兰 昨天,天晴").names
    ['王凯', '李明', '赵小兰']
    """
    scan, at, editors, doing = Scan(), 0, False, ""
    while at < len(text):
        if gap := _SEPARATOR.match(text, at):
            at = gap.end()
            continue
        if editor := (lenient or scan.roles) and _EDITORS.match(text, at):
            editors, found = True, editor.end()
        elif role := _ROLE.match(text, at):
            editors, found = False, role.end()
            scan.roles.append(role[0])
            if (
                scan.names
                and not scan.did[-1]
                and _AFTER_NAMES.fullmatch(role[0])
                and text[found : found + 1] not in (":", "/")
            ):
                scan.did = [each or did(role[0]) for each in scan.did]  # 王凯 摄
            else:
                doing = did(role[0])
        elif (name := _NAME.match(text, at)) and (lenient or surnamed(name[0])):
            found = name.end()
            scan.names += [] if editors or OFFICE.search(name[0]) else _glued(re.sub(" +", "", name[0]))
        elif lenient and (other := _OTHER.match(text, at)):
            found = other.end()
            scan.names += _glued(other[0]) if len(other[0]) == 6 else []
        else:
            break
        scan.did += [doing] * (len(scan.names) - len(scan.did))
        scan.end = at = found
    return scan


def did(role: str) -> str:
    """What somebody did, in one word: 本报首席记者 is 记者.

    >>> did("本报首席记者"), did("摄"), did("综合报道")
    ('记者', '摄影', '')
    """
    return next((did for pattern, did in _DEEDS if re.search(pattern, role)), "")


def surnamed(name: str) -> bool:
    return (name[0] in _SURNAMES or _COMPOUND.match(name) is not None) and name not in _NO_NAMES


def _glued(word: str) -> list[str]:
    """Two names set without a gap, by their surnames: 李小明王大凯 -> [李小明, 王大凯]; one name stays one."""
    half = len(word) // 2
    two = (len(word) == 4 and not _COMPOUND.match(word)) or len(word) == 6
    if two and word[0] in _SURNAMES and word[half] in _SURNAMES and not OFFICE.search(word):
        return [word[:half], word[half:]]
    return [word] if len(word) < 6 or re.search("[·•・]", word) else []


def is_name(line: str) -> bool:
    """Whether a line could be a person's name and nothing else, as under the headline of an essay.

    >>> is_name("王 凯"), is_name("新馆")
    (True, False)
    """
    line = half_width(line)
    return bool(re.fullmatch(rf"{HAN}{{2,3}}|{HAN} +{HAN}", line)) and surnamed(line)
