"""The sample newspaper and the sample questions on it, as one reader sees them.

In: corpus/ and tests/sample_questions.jsonl of this checkout. Out: whether every page splits into the articles that its
author wrote, and whether every answer stands in the article that its question names. Knows nothing about indexes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from embeddings.inputs import read_articles
from embeddings.records import Article

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "corpus").glob("*.txt"))
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "tests/sample_questions.jsonl").read_text(encoding="utf-8").splitlines()
]
CAPTION = "caption"

# What each page holds, in order: headline ("" for a caption: then its opening clause), kicker or deck, reporters, the
# last characters of the body.
GOLDEN: dict[str, list[tuple[str, str, str, str]]] = {
    "008_5d1f0b7ae93c2468": [
        ("区委理论学习中心组集中学习", "原原本本学全会 一步一步抓落实 奋力写好武进答卷", "黄雅婷", "指示批示。"),
        ("武进与南京银行同一天签下三份协议", "", "张可馨", "金融生态护好。"),
        ("区政府开会学习农村集体经济组织法", "", "朱梦琪", "不留死角。"),
        ("五大类35个项目对接长三角", "", "朱梦琪", "对外才更有吸引力。"),
        ("纵慧芯光半导体芯片制造项目眼下正抓紧土建", CAPTION, "徐晶玮", "空中拍下的工地。"),
    ],
    "2023-04-07-A01": [
        ("浦口区党政代表团来武进参观交流", "互通有无 携手向前", "朱梦琪", "彼此借力。"),
        ("理想汽车、万帮数字能源引客驻足", "", "朱梦琪", "表示赞赏。"),
        ("展馆里看“两湖”蓝图", "", "朱梦琪", "带来新动能。"),
        ("一头连着苗木 一头连着园艺生活", "夏溪花木市场:", "朱梦琪", "花木城。"),
        ("市人大常委会来武进看环保年度答卷", "", "史莲寅", "如期办完。"),
    ],
    "2023-04-07-A02": [
        ("武南第二污水处理厂一期全面投运", "列入省太湖目标责任书", "史莲寅", "属于常州经开区。"),
        ("漕溪浜整治后防洪能力更强", "", "史莲寅", "跟着变好。"),
        ("省委政法委来武进了解基层治理", "看“气象站” 访议事点", "李欣怡", "加一把力。"),
        ("村村有个议事室 茶社也能议民生", "", "李欣怡", "内容之一。"),
        ("2023“科教讲堂”首讲走进常州科教城", "", "何晓丹", "智力上的支持。"),
        ("奥智显示模组用超薄导光板项目已近竣工", CAPTION, "徐晶玮", "空中俯瞰项目。"),
    ],
    "2023-10-13-A01": [
        ("区委常委会开会学习 部署开放与创新工作", "", "张可馨", "走在前头。"),
        ("区委常委会讨论三份年度文件", "借力大战略 谋划新发展", "张可馨", "合作要务实。"),
        ("环保问题发现一个整改一个", "", "张可馨", "人民满意的机关。"),
        ("武进部署下阶段改革 区委深改委举行第二十四次会议", "", "张可馨", "及时总结出来。"),
        ("城运中心要当好“展示窗口”", "", "张可馨", "早日落地。"),
    ],
    "2023-10-13-A02": [
        ("武进把国际创新中心开到上海", "", "周茜 吉宇", "“合伙人”。"),
        ("百亿母基金的管理人打算怎么做", "", "周茜 吉宇", "落在武进。"),
        ("新能源汽车产业推介会走进上海", "整车引领 全链布局", "吉宇", "切身体会。"),
        ("恽淇丞一行在沪走访格拉默", "", "吉宇", "怎样落地。"),
        ("“绿建贡献”写进核心区", "", "张可馨", "擦得更亮。"),
    ],
    "2024-03-03-A01": [
        ("武进督查一批在建重大项目", "抓进度保安全 开工竣工两头赶", "张可馨", "按期投用。"),
        ("西太湖畔两个10亿元项目同日受检", "", "张可馨", "实物量。"),
        ("40亩地上要长出5000万颗芯片", "纵慧芯光:", "张可馨", "新质生产力。"),
        ("武进成为省级基层立法联系点", "全市人大系统仅此一家", "史莲寅", "载体。"),
        ("虹溪科技企业孵化器的新厂房已经封顶", CAPTION, "徐芊卉", "核心零部件。"),
    ],
    "2024-03-03-A02": [
        ("漏湖清淤今年要完成500万立方米", "恒源生态:", "史莲寅", "施工安全。"),
        ("高梅村工地本月底交卷", "", "史莲寅", "1万立方米。"),
        ("湖底的淤泥去了哪儿", "", "史莲寅", "高标准农田。"),
        ("西太湖亮出十件实事清单", "", "周茜 周健 张可馨", "拿出来共用。"),
        ("西太湖今年这样建载体", "", "周茜 周健 张可馨", "交通畅通工程。"),
    ],
    "2024-08-09-A01": [
        ("青海省海南州党政代表团到武进走访", "跨越千里 共叙山海情", "颜乃禾 黄雅婷", "添一份力。"),
        ("八成以上协作资金用于共和民生", "", "颜乃禾 黄雅婷", "第一等次。"),
        ("乔俊杰督查三季度重大项目", "抓当季进度 添全年底气", "张可馨", "时间节点。"),
        ("总投资3亿美元的镍氢储能项目已试生产", "", "张可馨", "竞争力提上去。"),
        ("集聚30多家企业 做强“武进芯”", "龙城芯谷:", "张可馨", "再强起来。"),
        ("科恩新能源智能装备项目计划明年2月竣工", CAPTION, "徐晶玮", "全自动处理线等。"),
    ],
    "2024-08-09-A02": [
        ("全区开会为突出生态环境问题排出整改任务表", "", "黄雅婷", "不能走过场。"),
        ("区政府第33次常务会议审议多项民生议题", "", "朱梦琪", "分别作了汇报。"),
        ("“一网统管”有了三年计划", "", "朱梦琪", "得靠它支撑。"),
        ("人才买房有“票”了", "", "朱梦琪", "还要再短一些。"),
        ("防台风不松劲 三类部位盯紧了", "", "朱梦琪", "放在第一位。"),
        ("建设中的科恩新能源智能装备项目", CAPTION, "徐晶玮", "新增300套。"),
    ],
}


def flat(text: str) -> str:
    """NFKC without white space: what the answers of the sample questions are compared by."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@cache
def articles(stem: str) -> tuple[Article, ...]:
    return tuple(read_articles(ROOT / "corpus" / f"{stem}.txt"))


def is_named(article: Article, name: str) -> bool:
    """Whether a question's `article`, a headline or the first words of a caption, names this article."""
    return flat(name) in flat(article.headline) or (
        article.kind == CAPTION and flat(article.text).startswith(flat(name))
    )


def test_golden_table_lists_every_page() -> None:
    assert [page.stem for page in PAGES] == sorted(GOLDEN)


def test_folder_is_read_as_a_newspaper_of_some_size() -> None:
    found = read_articles(ROOT / "corpus")
    assert len(PAGES) >= 7
    assert len(found) == sum(map(len, GOLDEN.values())) >= 36
    assert len({article.id for article in found}) == len(found)


@pytest.mark.parametrize("stem", sorted(GOLDEN))
def test_page_splits_as_it_was_written(stem: str) -> None:
    found = [
        (
            flat(article.title),
            CAPTION if article.kind == CAPTION else flat(article.kicker),
            article.reporters,
            flat(article.text)[-len(flat(ending)) :],
        )
        for article, (*_, ending) in zip(articles(stem), GOLDEN[stem], strict=True)
    ]
    wanted = [
        (flat(title), flat(kicker), tuple(names.split()), flat(end)) for title, kicker, names, end in GOLDEN[stem]
    ]
    assert found == wanted


@pytest.mark.parametrize("stem", sorted(GOLDEN))
def test_columns_do_not_break_a_paragraph(stem: str) -> None:
    broken = [
        line
        for article in articles(stem)
        for line in article.text.split("\n")
        if not re.search("[。!?]”?$", flat(line))
    ]
    assert broken == []


@pytest.mark.parametrize("stem", sorted(GOLDEN))
def test_issue_date_and_page_come_from_the_file_name(stem: str) -> None:
    dated = re.fullmatch(r"(\d{4}-\d\d-\d\d)-(A\d\d)", stem)
    wanted = (date.fromisoformat(dated[1]), dated[2]) if dated else (None, "")
    assert {(article.date, article.page) for article in articles(stem)} == {wanted}


def test_one_project_is_told_differently_in_march_and_in_august() -> None:
    march, august = (" ".join(a.text for a in articles(stem)) for stem in ("2024-03-03-A01", "2024-08-09-A01"))
    assert "科恩" in march and "高端热工装备" in march and "2月竣工" not in march
    assert "科恩" in august and "高端热工装备" not in august and "2月竣工" in august


def test_sample_questions_cover_the_kinds() -> None:
    kinds = Counter(question["type"] for question in QUESTIONS)
    assert len(QUESTIONS) == len({question["id"] for question in QUESTIONS}) == 100
    assert kinds["unanswerable"] == 22
    assert set(kinds) >= {
        "number", "person", "date", "place", "what", "list", "multi", "paraphrase", "hant", "ocr", "follow-up"
    }  # fmt: skip
    assert all(question.get("history") for question in QUESTIONS if question["type"] == "follow-up")


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["id"] for question in QUESTIONS])
def test_answer_stands_in_the_article_that_the_question_names(question: dict[str, Any]) -> None:
    if question["type"] == "unanswerable":
        assert not question.keys() & {"any", "all"}
        assert (question["page"], question["article"]) == ("-", "-")
        return
    named = _named_articles(question)
    assert named if question["article"] == "*" else len(named) == 1
    text = flat(" ".join(" ".join((a.kicker, a.headline, a.text, *a.reporters)) for a in named))
    wanted = [flat(answer) for answer in question.get("all") or question.get("any", ())]
    if question.get("truth") and not wanted:
        return  # yes or no: no string is wanted
    assert wanted
    missing = [answer for answer in wanted if answer not in text]
    assert not missing if "all" in question else len(missing) < len(wanted)


def _named_articles(question: dict[str, Any]) -> list[Article]:
    if question["article"] == "*":
        return [article for stem in GOLDEN for article in articles(stem)]
    return [article for article in articles(question["page"]) if is_named(article, question["article"])]
