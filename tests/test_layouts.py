"""One issue of an invented paper, set in many layouts: every layout splits back into the same articles.

In: articles as an editor would list them. Out: pages as different papers print and export them. Knows nothing about how
the splitter works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from embeddings.pages import split_page


@dataclass(frozen=True)
class Piece:
    """An article of the issue: `byline` as it stands before the text, `sign` below it, `subheads` by paragraph."""

    headline: str
    paragraphs: tuple[str, ...]
    deck: str = ""
    kicker: str = ""
    byline: str = ""
    sign: str = ""
    reporters: tuple[str, ...] = ()
    subheads: tuple[str, ...] = ()
    listed: bool = False  # its paragraphs are lines of a list or table

    @property
    def text(self) -> str:
        heads = [*self.subheads, *[""] * len(self.paragraphs)]
        return "".join(head + text for head, text in zip(heads, self.paragraphs, strict=False))


FERRY = Piece(
    "白鹭渡轮渡加开夜班",
    (
        "本周起，白鹭渡到对岸柳林的轮渡每天多开四班，末班由晚上七点半延到十点。县航运公司昨天公布了新时刻。",
        "在对岸纺织园上中班的工人一直盼着这件事。过去下了班赶不上船，只能绕道上游的公路桥，骑电动车要五十分钟，冬天江风一吹，膝盖直打颤。",
        "航运公司为此添了一条能装六十人的电动船，船票仍是两元，凭厂牌月票四十元。试航三晚，最多的一班坐了五十一人。",
    ),
    deck="末班延到二十二点 月票四十元",
)
WATER = Piece(
    "三个村喝上同网自来水",
    (
        "8月11日，通往高坪、下湾、沙洲三个村的供水管网完成冲洗，一千四百多户村民喝上了和县城同源的自来水。",
        "工程铺设管道三十一公里，建加压站两座，花去一千九百万元。此前村里用的是山泉，雨后发浑，旱季断流，有的人家要到邻村挑水。",
        "县水务局副局长江牧野说，水费按每立方米两元一角收取，低保户每月免五立方米，水质每周抽检一次，结果贴在村口。",
    ),
    byline="本报讯（记者 麦青 通讯员 柳如是）",
    reporters=("麦青", "柳如是"),
)
ESSAY = Piece(
    "一棵槐树的邻居",
    (
        "楼下那棵槐树比楼老。修楼的时候图纸上本没有它，是施工队的一位师傅绕着走了三圈，回去把墙往里挪了半米。",
        "于是我的窗户正对着它的腰。春天花开，香气像有人端着一碗糖水从窗口走过；秋天叶子落在空调外机上，沙沙的，我总以为下雨。",
        "今年台风刮断了最粗的一枝。我去捡，碰见那位师傅也在捡，他已经老得要拄拐了。我们谁也没说话，一人抱了一截回家。",
    ),
    kicker="湖畔副刊",
    sign="（作者系县一中教师 顾遥）",
    reporters=("顾遥",),
)
FIX = Piece(
    "更正",
    ("本报9月3日第2版《河滩公园月底开放》一文中，“总面积12公顷”应为“总面积21公顷”，特此更正，并向读者致歉。",),
    listed=True,
)
NOTICE = Piece(
    "白鹭县公开招募河道志愿者公告",
    (
        "为加强河道日常巡护，县河长制办公室面向社会招募志愿者六十名，现将有关事项公告如下：",
        "一、条件：年满十八周岁，身体健康，会骑自行车。",
        "二、报名：9月15日至20日，在各乡镇便民中心登记。",
        "三、补助：每次巡河补贴四十元，另办意外保险。",
        "白鹭县河长制办公室",
        "2025年9月8日",
    ),
    listed=True,
)
TABLE = Piece(
    "白鹭县秋季越野赛成绩",
    (
        "第1名 石敢 42分18秒 奖金800元",
        "第2名 云小川 42分55秒 奖金500元",
        "第3名 郎平湖 43分07秒 奖金300元",
        "第4名 白一鸣 43分40秒 纪念品",
        "说明：赛程10公里，共有213人完赛，最年长的参赛者七十一岁。",
    ),
    deck="（9月6日，黄土坡环线）",
    listed=True,
)
BRIEFS = Piece(
    "简讯",
    (
        "●县图书馆九月起周一也开门，闭馆时间为晚上九点。",
        "●沙洲村的百香果开摘，预计亩产一吨半。",
        "●二路公交车改走新桥，站点由十六个增加到十八个。",
    ),
    listed=True,
)
TALK = Piece(
    "防汛沙袋为啥换成了水袋？",
    (
        "今年汛期，县里的防汛仓库多了一种蓝色的长条水袋。9月5日，本报记者采访了县应急管理局局长温有道。",
        "记者：沙袋用得好好的，为什么换？\n温有道：沙袋要人装、要人扛，一个人一小时装三十个就直不起腰。水袋接上消防栓，五分钟就是一道半米高的墙。",
        "记者：贵不贵？\n温有道：一条十米的水袋一千二百元，能用五年，摊下来比沙袋便宜，用完放水卷起来就走。",
        "记者：有什么短处？\n温有道：怕尖东西扎。所以石头多的堤段还是用沙袋，两样搭配。",
    ),
    kicker="访谈",
    deck="——对话县应急管理局局长温有道",
    byline="本报记者 麦青",
    reporters=("麦青",),
)
DAM = Piece(
    "三百米长堤一夜合龙",
    (
        "7日凌晨，青石湾围堰最后一车石料倒进龙口，三百米长堤合龙，比计划提前四天。",
        "连夜守在堤上的工程队长叶知微说，抢在上游放水之前合龙，省下了一个枯水期。“再晚两天，水位一抬，就得等到明年开春。”",
        "围堰合龙后将抽干基坑，月底浇筑第一仓混凝土。整座水闸计划后年汛前投用，可为下游两个镇挡住二十年一遇的洪水。",
    ),
    sign="（记者 麦青 通讯员 柳如是）",
    reporters=("麦青", "柳如是"),
)
LETTER = Piece(
    "公交站台的顶棚漏雨",
    (
        "编辑同志：",
        "我是柳林社区的居民。社区门口的四路公交站台，去年台风后顶棚掀了一角，一直没人修，下雨天候车的人只能挤在一边。",
        "我给公交公司打过三次电话，都说已登记。希望贵报帮我们问一问。",
        "柳林社区 居民 苗一禾",
        "9月1日",
    ),
    kicker="读者来信",
    listed=True,
)
REVIEW = Piece(
    "从灶台渡口看见一个时代",
    (
        "《山河旧影》收了作者四十年间拍下的两百多张老照片，每一张底下都写着当年的日记。",
        "书里没有大事件，多是渡口、灶台、课桌。可是翻到最后，一个时代的面目就在这些小东西里显了出来。",
    ),
    sign="文/顾遥",
    reporters=("顾遥",),
)
FISH = Piece(
    "一条鱼的返乡路",
    (
        "四月的最后一个星期，两万尾胭脂鱼苗被放进青石湾。放鱼的人里，有曾经的渔民，也有刚上岗的护鱼员。",
        "禁捕以前，这里最多的时候一天下网三百张。老渔民海生记得，后来一网上来，塑料袋比鱼多。",
        "上岸以后，海生开了两年三轮车，怎么都不习惯。去年县里招护鱼员，他第一个报名，巡的还是那段江，只是船上没有了网。",
        "今年八月，科研人员在湾口记录到了十一条洄游的成鱼，这是二十年来的头一回。",
    ),
    deck="——青石湾增殖放流见闻",
    byline="本报记者 柏溪 文/图",
    reporters=("柏溪",),
    subheads=("", "渔民上岸", "从打鱼到护鱼", "它们回来了"),
)
SORTING = Piece(
    "垃圾分类三年，居民还在坚持吗",
    (
        "9月初，记者在东苑社区蹲点三天，请社区主任南星谈谈三年来的得失。",
        "坚持下来的有七成。早上七点到九点，投放点有人站岗，分得最好；夜里没人看，厨余桶里常混着塑料袋。",
        "三家物业换了两家，桶少了一半，跑冒滴漏也就多了。去年我们请居民自己投票选投放点，撤掉的两个点没有一个人反对。",
        "最缺的不是钱，是清运的车。一天只来一趟，夏天到了下午就有味道，居民意见最大。",
    ),
    byline="本报记者 柏溪",
    reporters=("柏溪",),
    subheads=("", "现在分得怎么样？", "桶为什么越来越少？", "眼下最缺什么？"),
)
LOST = Piece(
    "遗失声明",
    ("云岭县沙洲村李禾遗失身份证，证号末四位4417，声明作废。", "云岭县大川五金店遗失营业执照副本，声明作废。"),
    listed=True,
)
PHOTO = Piece(
    "",
    ("昨天，志愿者在河滩上捡拾垃圾。活动持续三小时，共清理塑料瓶、渔网等废弃物八百多公斤。",),
    sign="本报记者 石朗 摄",
    reporters=("石朗",),
)
ISSUE = (FERRY, WATER, TALK, TABLE, ESSAY, FIX, NOTICE, BRIEFS)
OTHER_ISSUE = (DAM, LETTER, FISH, REVIEW, SORTING, LOST, PHOTO)


def spaced(piece: Piece, subheads_touch: bool = True) -> str:
    """Blank lines part everything but the lines of a list, a deck with its dash and a subhead and its text."""
    head = [piece.kicker, piece.headline]
    if piece.deck[:1] in ("—", "（"):
        head[-1] += "\n" + piece.deck
    else:
        head.append(piece.deck)
    body = list(piece.paragraphs)
    for at, subhead in enumerate(piece.subheads):
        body[at] = (
            f"{subhead}\n{body[at]}" if subhead and subheads_touch else "\n\n".join(filter(None, (subhead, body[at])))
        )
    if piece.listed:
        body = ["\n".join(body)]
    if piece.byline.startswith("本报记者"):
        head.append(piece.byline)
    else:
        body[0] = piece.byline + body[0]
    if piece.sign:
        body[-1] += "\n" + piece.sign
    return "\n\n".join([*filter(None, head), *body])


def loose(piece: Piece) -> str:
    """Every line stands alone."""
    return re.sub(r"\n+", "\n\n", spaced(piece, subheads_touch=False))


def columns(piece: Piece) -> str:
    """Every line stands alone, and long paragraphs are broken where a column ends."""
    lines = spaced(piece, subheads_touch=False).split("\n\n")
    broken = [part for line in lines for part in ([line[:37], line[37:]] if len(line) > 80 else [line])]
    return "\n\n".join(broken)


def indented(piece: Piece) -> str:
    """No blank line anywhere; paragraphs are indented by two characters, headlines are not."""
    head = [*filter(None, (piece.kicker, piece.headline, piece.deck))]
    body = [
        line for at, text in enumerate(piece.paragraphs) for line in (*piece.subheads[at : at + 1], *text.split("\n"))
    ]
    if piece.byline.startswith("本报记者"):
        head.append(piece.byline)
    else:
        body[0] = piece.byline + body[0]
    body += [piece.sign] if piece.sign else []
    return "\n".join([*head, *(f"\u3000\u3000{line}" for line in body if line)])


def bare(piece: Piece) -> str:
    """No blank line within the article and no indent: only between articles stands one."""
    return indented(piece).replace("\u3000", "")


def wrapped(piece: Piece) -> str:
    """Lines of twenty characters, paragraphs indented, no blank lines."""
    return "\n".join(part for line in indented(piece).split("\n") for part in re.findall(".{1,20}", line))


def narrow(piece: Piece) -> str:
    """Blank lines part everything, and paragraphs are broken into lines of twenty-two characters."""
    return "\n".join(part for line in loose(piece).split("\n") for part in re.findall(".{1,22}", line) or [""])


HEADER = "白鹭日报 2025年9月12日 星期五 乙巳年七月廿一 第02版 民生\n县融媒体中心主办 第3021期"
FOOTER = "责任编辑：冯川 版式：柯以 校对：岑一"
LAYOUTS: dict[str, tuple[Callable[[Piece], str], str]] = {
    "spaced": (spaced, "\n\n"),
    "spaced wide": (spaced, "\n\n\n\n"),
    "loose": (loose, "\n\n"),
    "columns": (columns, "\n\n"),
    "indented": (indented, "\n"),
    "indented, articles apart": (indented, "\n\n"),
    "bare": (bare, "\n\n"),
    "wrapped": (wrapped, "\n\n"),
    "narrow": (narrow, "\n\n"),
}


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("issue", [ISSUE, OTHER_ISSUE], ids=["issue", "other issue"])
@pytest.mark.parametrize("turn", range(0, 4, 2))
def test_an_issue_splits_back_into_its_articles(layout: str, issue: Sequence[Piece], turn: int) -> None:
    setting, between = LAYOUTS[layout]
    pieces = [*issue[turn:], *issue[:turn]]
    found = split_page(between.join([HEADER, *map(setting, pieces), FOOTER]))
    assert [(each.headline, each.reporters, letters(each.text)) for each in found] == [
        (piece.headline, piece.reporters, letters(piece.text)) for piece in pieces
    ]
