"""Pages → articles: the conventions of bylines, credits, headlines and column breaks, one worked example each.

The pages are invented. Every example is split twice, in half-width and in full-width punctuation: papers mix them.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import bylines
from embeddings.pages import page_date, page_name, split_page
from embeddings.records import Article

SHARED = Path(__file__).parents[2] / "shared"
OPENING = "昨天,云溪区图书馆新馆正式开放,首日迎来读者三千人次。副区长赵明参加活动。"
FIGURES = "新馆总投资2亿元,建筑面积1.2万平方米,藏书60万册。"
PARK = "位于城东的湿地公园二期已完工,计划下月迎客,绿地面积30公顷。"
LIBRARY_HEAD, PARK_HEAD = "云溪区图书馆新馆开放", "湿地公园二期下月迎客"
LIBRARY = f"{LIBRARY_HEAD}\n\n本报讯 (记者 赵小兰) {OPENING}\n\n{FIGURES}"
PARK_REPORT = f"{PARK_HEAD}\n\n本报讯 (记者 赵小兰) {PARK}"


class Want(NamedTuple):
    """What a careful editor would say an article is."""

    headline: str
    reporters: tuple[str, ...]
    text: str
    kicker: str = ""
    kind: str = "report"


WANT_LIBRARY = Want(LIBRARY_HEAD, ("赵小兰",), f"{OPENING}\n{FIGURES}")
WANT_PARK = Want(PARK_HEAD, ("赵小兰",), PARK)


def caption(text: str, *reporters: str, kicker: str = "", headline: str = "") -> Want:
    return Want(headline, reporters, text, kicker, "caption")


def found(article: Article) -> Want:
    return Want(article.headline, article.reporters, article.text, article.kicker, article.kind)


def _wide(text: str) -> str:
    return text.translate({ord(mark): ord(mark) + 0xFEE0 for mark in "(),:;!?/"})


@pytest.fixture(params=["half-width", "full-width"])
def check(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Splits a page and compares every field of every article."""

    def checked(page: str, *wanted: Want) -> None:
        set_as = _wide if request.param == "full-width" else str
        got = [found(article) for article in split_page(set_as(page))]
        assert got == [
            Want(set_as(want.headline), want.reporters, set_as(want.text), set_as(want.kicker), want.kind)
            for want in wanted
        ]

    return checked


Check = Callable[..., None]


# -- bylines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("本报讯 (记者 王凯) ", "王凯"),
        ("本报讯(通讯员 李明 陈小雨 记者 王凯)", "李明 陈小雨 王凯"),
        ("本报讯 (记者 王 凯 李 明) ", "王凯 李明"),
        ("本报讯(记者 陈小雨王大凯)", "陈小雨 王大凯"),
        ("本报讯(通讯员 区教育局 李明 记者 王凯)", "李明 王凯"),
        ("本报讯 (记者 阿依古丽·买买提) ", "阿依古丽·买买提"),
        ("本报讯 (欧阳小雨 记者 司马光明) ", "欧阳小雨 司马光明"),
        ("本报讯 (记者 王凯 编辑 李明)", "王凯"),
        ("本报讯 通讯员李明 记者王凯:", "李明 王凯"),
        ("本报讯", ""),
        ("(上接第一版)", ""),
        ("新华社北京3月2日电 (记者 王凯 李明)", "王凯 李明"),
        ("据新华社电 ", ""),
        ("【记者 王凯 报道】", "王凯"),
        ("记者王凯报道:", "王凯"),
        ("本报记者 王凯\n通讯员 李明\n\n", "王凯 李明"),
        ("□ 王凯 陈小雨\n\n", "王凯 陈小雨"),
        ("文/王凯 图/李明\n\n", "王凯 李明"),
        ("作者:王凯\n\n", "王凯"),
        ("王 凯\n\n", "王凯"),
        ("本报评论员\n\n", ""),
    ],
)
def test_a_byline_opens_an_article(check: Check, byline: str, names: str) -> None:
    want = Want(LIBRARY_HEAD, tuple(names.split()), f"{OPENING}\n{FIGURES}")
    check(f"{PARK_REPORT}\n\n{LIBRARY_HEAD}\n\n{byline}{OPENING}\n\n{FIGURES}", WANT_PARK, want)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("(记者 王凯)", "王凯"),
        ("(王凯 陈小雨)", "王凯 陈小雨"),
        ("(王凯 文/图)", "王凯"),
        (" 记者 王凯", "王凯"),
        ("\n\n本报记者 王凯 通讯员 李明", "王凯 李明"),
        ("(下转第三版)", ""),
        ("▶▶下转2版", ""),
    ],
)
def test_a_byline_closes_an_article(check: Check, byline: str, names: str) -> None:
    signed = f"{LIBRARY_HEAD}\n\n{OPENING}\n\n{FIGURES}{byline}"
    want = Want(LIBRARY_HEAD, tuple(names.split()), f"{OPENING}\n{FIGURES}")
    check(f"{signed}\n\n{PARK_REPORT}", want, WANT_PARK)
    check(f"{PARK_REPORT}\n\n{signed}", WANT_PARK, want)


@pytest.mark.parametrize(
    "line",
    [
        "记者从区文旅局获悉,全年将办展120场。",
        "记者 了解到,新馆全年无休。",
        "据新华社报道,全国已有多家。",
        "本报资讯中心推出新栏目。",
        "【记者手记】新馆里的一天。",
        "●王凯:区图书馆馆长。",
    ],
)
def test_a_sentence_about_reporters_is_no_byline(check: Check, line: str) -> None:
    check(f"{LIBRARY}\n\n{line}", WANT_LIBRARY._replace(text=f"{WANT_LIBRARY.text}\n{line}"))


@pytest.mark.parametrize(
    "line", ["图为无人机拍摄", "高空拍摄", "记者连线", "他说:“新馆很好。”王凯", "由区委主办(王凯 李明)"]
)
def test_what_only_looks_like_a_credit(line: str) -> None:
    assert bylines.closing(line) is None


# -- captions --------------------------------------------------------------------------------------------------------

CREDITS = [
    ("王凯 摄", "王凯"),
    ("王凯、李明 摄", "王凯 李明"),
    ("记者王凯摄", "王凯"),
    ("新华社发(王凯 摄)", "王凯"),
    ("晓风 摄", "晓风"),
    ("\n\n本报记者 王凯 通讯员 李明 摄影报道", "王凯 李明"),
    ("摄影:王凯", "王凯"),
    ("王凯 文/摄", "王凯"),
    ("(区园林局供图)", ""),
    ("(资料图片)", ""),
]


@pytest.mark.parametrize(("credit", "names"), CREDITS)
def test_a_caption_is_cut_off_from_the_report_above(check: Check, credit: str, names: str) -> None:
    photo = caption(PARK, *names.split(), kicker="重点项目 进行时")
    check(f"{LIBRARY}\n\n{PARK}{credit}\n\n重点项目\n进行时", WANT_LIBRARY, photo)


def test_captions_in_other_places(check: Check) -> None:
    photo, second = f"{PARK}王凯 摄", f"{FIGURES}李明 摄"
    check(f"{photo}\n\n{second}\n\n{LIBRARY}", caption(PARK, "王凯"), caption(FIGURES, "李明"), WANT_LIBRARY)
    title = caption(PARK, "王凯", kicker="重点项目 进行时")
    check(f"{LIBRARY}\n\n{photo}\n\n重点项目\n进行时\n\n{PARK_REPORT}", WANT_LIBRARY, title, WANT_PARK)
    check(f"{LIBRARY}\n\n\n\n{PARK}王凯 摄 重点项目 进行时", WANT_LIBRARY, title)
    check(f"{LIBRARY}\n\n湿地公园完工\n\n{photo}", WANT_LIBRARY, caption(PARK, "王凯", headline="湿地公园完工"))


def test_a_caption_without_a_credit(check: Check) -> None:
    pictured = f"{PARK}图为公园航拍。"
    check(f"{LIBRARY}\n\n{pictured}\n\n{PARK_REPORT}", WANT_LIBRARY, caption(pictured), WANT_PARK)


def test_a_caption_in_the_middle_of_a_report(check: Check) -> None:
    page = LIBRARY.replace(OPENING, f"{OPENING[:20]}\n\n{PARK}王凯 摄\n\n{OPENING[20:]}")
    check(page, WANT_LIBRARY, caption(PARK, "王凯"))


def test_a_photo_story_of_one_paragraph_is_a_caption(check: Check) -> None:
    story = f"{OPENING}图为新馆。"
    want = caption(story, "赵小兰", "王凯", headline=LIBRARY_HEAD)
    check(f"{LIBRARY_HEAD}\n\n本报讯 (记者 赵小兰) {story}王凯 摄", want)


# -- headlines -------------------------------------------------------------------------------------------------------

VISIT = "昨天上午,区委书记周正到云溪经济开发区调研重大项目建设,强调要抢抓工期、优化服务。"
HEADS = [
    (["周正调研重大项目", "抢抓工期 优化服务"], "周正调研重大项目", "抢抓工期 优化服务"),
    (["抢抓工期 优化服务", "周正调研重大项目"], "周正调研重大项目", "抢抓工期 优化服务"),
    (["周正调研\n重大项目建设"], "周正调研重大项目建设", ""),
    (["一季度开门红", "周正到经济开发区\n调研重大项目建设"], "周正到经济开发区调研重大项目建设", "一季度开门红"),
    (["经济开发区:", "周正来这里看项目"], "周正来这里看项目", "经济开发区:"),
    (["周正主持召开 项目建设第十二次推进会"], "周正主持召开 项目建设第十二次推进会", ""),
    (["周正调研重大项目建设", "——开发区项目侧记"], "周正调研重大项目建设", "——开发区项目侧记"),
    (["周正在调研时强调", "以项目之进支撑全局之稳"], "以项目之进支撑全局之稳", "周正在调研时强调"),
    (["抢抓工期优化服务", "周正讲话 王大海参加"], "抢抓工期优化服务", "周正讲话 王大海参加"),
    (["新春走基层", "周正调研重大项目"], "周正调研重大项目", "新春走基层"),
]


@pytest.mark.parametrize(("lines", "headline", "kicker"), HEADS)
def test_the_line_that_reports_the_event_is_the_headline(
    check: Check, lines: list[str], headline: str, kicker: str
) -> None:
    head = "\n\n".join(lines)
    want = Want(headline, ("王凯",), f"{VISIT}\n{FIGURES}", kicker)
    check(f"{LIBRARY}\n\n{head}\n\n本报讯 (记者 王凯) {VISIT}\n\n{FIGURES}", WANT_LIBRARY, want)


def test_subheads_stay_in_their_article(check: Check) -> None:
    pieces = ["藏书更丰富", FIGURES, "服务更贴心", "读者只需刷脸就能借书,还能预约送书上门。"]
    page = f"{LIBRARY_HEAD}\n\n本报讯 (记者 赵小兰) {OPENING}\n\n" + "\n\n".join(pieces) + f"\n\n{PARK_REPORT}"
    check(page, Want(LIBRARY_HEAD, ("赵小兰",), "\n".join([OPENING, *pieces])), WANT_PARK)


def test_a_notice_without_a_byline_between_two_reports(check: Check) -> None:
    notice = "近日,云溪大桥完成检修,桥面恢复双向通行。"
    page = f"{LIBRARY}\n\n云溪大桥完成检修\n\n{notice}\n\n{PARK_REPORT}"
    check(page, WANT_LIBRARY, Want("云溪大桥完成检修", (), notice), WANT_PARK)


def test_a_lead_or_an_editors_note_above_the_byline(check: Check) -> None:
    for lead in ("编者按:今起本报推出系列报道,敬请关注。", "湿地公园,市民的后花园。二期工程,让它更大更美。"):
        page = f"{LIBRARY}\n\n{PARK_HEAD}\n\n{lead}\n\n本报记者 王凯\n\n{PARK}"
        check(page, WANT_LIBRARY, Want(PARK_HEAD, ("王凯",), f"{lead}\n{PARK}"))


def test_a_text_without_any_byline_is_one_article(check: Check) -> None:
    check(
        f"{LIBRARY_HEAD}\n\n{OPENING}\n\n服务更贴心\n\n{FIGURES}",
        Want(LIBRARY_HEAD, (), f"{OPENING}\n服务更贴心\n{FIGURES}"),
    )
    check(f"{OPENING}\n\n{FIGURES}", Want("", (), f"{OPENING}\n{FIGURES}"))
    check(LIBRARY_HEAD, Want("", (), LIBRARY_HEAD))


@pytest.mark.parametrize("page", ["", "\ufeff", " \n\n\u3000\n", "2024年3月3日 星期日 A01版 要闻"])
def test_a_page_without_text_holds_no_article(page: str) -> None:
    assert split_page(page) == []


# -- paragraphs ------------------------------------------------------------------------------------------------------


def test_the_first_words_of_a_broken_paragraph_are_no_subhead(check: Check) -> None:
    for broken in (
        ["会议审议了《云溪区", "全民阅读条例》。"],
        ["大家都说,新馆的", "座位比老馆多。"],
        ["新馆二楼三楼四楼全部开放给读者自习阅览休", "息。"],
    ):
        want = WANT_LIBRARY._replace(text=f"{WANT_LIBRARY.text}\n{''.join(broken)}")
        check(f"{LIBRARY}\n\n" + "\n\n".join(broken), want)


def test_where_paragraphs_are_indented_an_indent_begins_one(check: Check) -> None:
    pieces = [
        f"\u3000\u3000本报讯 (记者 赵小兰) {OPENING[:-9]}",
        OPENING[-9:],
        f"\u3000\u3000{FIGURES}",
        f"\u3000\u3000{PARK}",
    ]
    check("\n".join([LIBRARY_HEAD, *pieces]), WANT_LIBRARY._replace(text=f"{OPENING}\n{FIGURES}\n{PARK}"))


def test_lists_keep_their_lines(check: Check) -> None:
    lines = ["获奖名单如下:", "一等奖:王凯", "二等奖:李明、陈小雨", "三等奖:赵大海"]
    page = f"{LIBRARY_HEAD}\n\n本报讯 (记者 赵小兰) {OPENING}\n\n{lines[0]}\n\n" + "\n".join(lines[1:])
    check(page, Want(LIBRARY_HEAD, ("赵小兰",), "\n".join([OPENING, *lines])))


def test_a_column_title_left_over_belongs_to_no_article(check: Check) -> None:
    for title in ("重点项目\n进行时", "两会\n聚焦", "一线传真"):
        check(f"{LIBRARY}\n\n{title}", WANT_LIBRARY)


def test_a_signature_with_its_date_stays(check: Check) -> None:
    want = WANT_LIBRARY._replace(text=f"{WANT_LIBRARY.text}\n云溪区人民政府\n2024年3月3日")
    check(f"{LIBRARY}\n\n云溪区人民政府\n2024年3月3日", want)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_hard_wrapped_lines_are_joined(check: Check, between: str, indent: str) -> None:
    def wrapped(text: str) -> str:
        return "\n".join(re.findall(r".{1,18}", indent + text))

    parts = [LIBRARY_HEAD, wrapped(f"本报讯 (记者 赵小兰) {OPENING * 3}"), wrapped(FIGURES * 2)]
    parts += [PARK_HEAD, wrapped(f"本报讯 (记者 赵小兰) {PARK * 2}")]
    wanted = Want(LIBRARY_HEAD, ("赵小兰",), f"{OPENING * 3}\n{FIGURES * 2}"), WANT_PARK._replace(text=PARK * 2)
    check(between.join(parts), *wanted)


# -- the page's header -----------------------------------------------------------------------------------------------


def test_header_and_footer_belong_to_no_article(check: Check) -> None:
    header = "云溪日报\n2024年3月3日 星期日 责编:王大 版式:李小 A01版 要闻\n\n"
    footer = "\n\n公园新貌 详见A02版\n\n第1234期 电话:0519-88001234 http://www.example.cn\n\n扫码看视频"
    check(header + LIBRARY + footer, WANT_LIBRARY)


@pytest.mark.parametrize(
    ("page", "day", "name"),
    [
        (f"2024年3月3日 星期日 责编:王大 A01版 要闻\n\n{OPENING}", date(2024, 3, 3), "A01"),
        (f"云溪日报\n2024年3月3日\n第3版\n{OPENING}", date(2024, 3, 3), "第3版"),
        (f"二〇二四年三月十二日 星期二\n{OPENING}", date(2024, 3, 12), ""),
        (f"今日8版 2024-03-03 03版\n{OPENING}", date(2024, 3, 3), "03版"),
        (f"{OPENING}\n\n云溪日报 2024.12.31 A2 民生新闻", date(2024, 12, 31), "A2"),
        (f"{OPENING}\n\n2024年3月3日", None, ""),
        (f"2024年3月3日,天晴。\n{OPENING}", None, ""),
        (f"2024年2月30日 星期五\n{OPENING}", None, ""),
        (OPENING, None, ""),
    ],
)
def test_issue_date_and_page_name(page: str, day: date | None, name: str) -> None:
    assert (page_date(page), page_name(page)) == (day, name)
    assert (page_date(_wide(page)), page_name(_wide(page))) == (day, name)


# -- properties ------------------------------------------------------------------------------------------------------

PIECES = [
    *"本报讯记者通讯员摄王凯李明图文版(),。:!“”《》【】□—摄 \u3000\t\n\n\n\r1a",
    "本报讯 (记者 王凯)",
    "王凯 摄",
    "重点项目",
    "\n\n",
]
odd_pages = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=80).map("".join))


@given(odd_pages)
def test_odd_text_never_raises_and_bodies_keep_the_order_of_the_page(page: str) -> None:
    articles = split_page(page)
    assert articles == split_page(page)
    for article in articles:
        rest = iter(page)
        assert article.text.strip() == article.text != ""
        assert all(char in rest for char in article.text if not char.isspace())
    page_date(page), page_name(page)


SUBJECTS = ["区教育局", "云溪街道", "红枫小学", "城东污水厂", "云溪大桥管理处", "区残联"]
EVENTS = ["举办职工运动会", "启动河道清淤工程", "发布一季度经济数据", "完成老旧小区改造", "签约三个新项目"]
DETAILS = [
    "全年计划投入3000万元,惠及居民2.6万户",
    "相关负责人表示“质量是生命线”,下一步将加快进度",
    "活动吸引了来自全区14个镇街道的代表参加",
]
KICKERS = ["凝心聚力 共谋发展", "全市首个", "为民办实事:"]
BYLINES = [
    ("本报讯 (记者 王凯) ", ("王凯",)),
    ("本报讯(李明 记者 陈小雨)", ("李明", "陈小雨")),
    ("□记者 赵 兰\n\n", ("赵兰",)),
]


@st.composite
def printed_articles(draw: st.DrawFn) -> tuple[str, Want]:
    """An article as it stands on a page, with kicker, broken headline and column breaks, and what it is."""
    subject, event = draw(st.sampled_from(SUBJECTS)), draw(st.sampled_from(EVENTS))
    kicker = draw(st.sampled_from(["", *KICKERS]))
    byline, names = draw(st.sampled_from(BYLINES))
    paragraphs = [f"昨天,{subject}{event}。", *draw(st.lists(st.sampled_from(DETAILS).map("{}。".format), max_size=4))]
    printed = [piece for paragraph in paragraphs for piece in _broken(paragraph, draw(st.integers(0, 40)))]
    headline = f"{subject}\n{event}" if draw(st.booleans()) else subject + event
    head = f"{kicker}\n\n{headline}" if kicker else headline
    return f"{head}\n\n{byline}" + "\n\n".join(printed), Want(subject + event, names, "\n".join(paragraphs), kicker)


def _broken(paragraph: str, at: int) -> list[str]:
    """A paragraph broken at a place that cannot be taken for a subhead."""
    return [paragraph[:at], paragraph[at:]] if 19 < at < len(paragraph) - 1 else [paragraph]


@given(st.lists(printed_articles(), min_size=1, max_size=6), st.sampled_from(["", "\n\n\n\n", "\n\n图片新闻\n\n"]))
def test_a_page_put_together_from_articles_splits_back_into_them(articles: list[tuple[str, Want]], gap: str) -> None:
    page, wanted = "\n\n" + "\n\n".join(text for text, _ in articles), [want for _, want in articles]
    if gap:
        page += f"{gap}{PARK}王凯 摄"
        wanted.append(caption(PARK, "王凯", kicker=gap.strip()))
    assert [found(article) for article in split_page(page)] == wanted


@pytest.mark.parametrize(
    "piece", ["天", "天晴\n", "王凯 摄\n", "本报讯 (", "(下转", "记者 王凯\n", f"{LIBRARY}\n\n", "王 ", "2024年3月3日 "]
)
def test_a_long_page_of_garbage_does_not_hang(piece: str) -> None:
    start = time.process_time()
    split_page(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 120  # a second or so; quadratic work takes minutes


# -- real pages, where they are at hand ------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.exists(), reason="the real pages are not in the repository")
def test_the_gold_articles_of_real_pages() -> None:
    for line in (SHARED / "questions" / "articles_dev.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        path = next((SHARED / "corpus").glob(f"{gold['page']}_*.txt"))
        articles = split_page(path.read_text(encoding="utf-8"))
        assert len(articles) == len(gold["articles"])
        for article, want in zip(articles, gold["articles"], strict=True):
            assert article.headline == (want["headline"] or "") and article.kind == want["kind"]
            assert article.reporters == tuple(want["reporters"])
            assert article.kicker == want.get("kicker", article.kicker)
            bare, start, end = (re.sub(r"\s", "", text) for text in (article.text, want["starts"], want["ends"]))
            assert bare.startswith(start) and bare.endswith(end)


def test_the_lines_below_a_byline_are_its_text_where_a_column_breaks_after_them() -> None:
    page = (
        "桥东粮库腾空\n新建球馆两座\n本报记者 林小木\n"
        "7月2日,桥东街道与两家单位签订搬迁协议,粮库将为居民的新\n球馆腾出地方,这里的首批\n\n"
        "仓房40间,月底前全部搬空。\n街道主任说,球馆明年建成。\n"
    )
    [article] = split_page(page)
    assert article.text.startswith("7月2日") and "首批仓房40间" in article.text and article.reporters == ("林小木",)
