"""Where a sentence holds the kind of thing that is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.asked.question import understand
from qa.ranking.kinds import candidates

PUMP = "泵站总投资约3.5亿元,占地70亩,年排水1,200万吨。"


def found(question: str, sentence: str) -> list[str]:
    return [sentence[start:end] for start, end in candidates(sentence, understand(question))]


@pytest.mark.parametrize(
    ("question", "sentence", "spans"),
    [
        ("总投资多少亿元？", PUMP, ["约3.5亿元"]),
        ("花了多少钱？", PUMP, ["约3.5亿元"]),
        ("占地多少亩？", PUMP, ["70亩"]),
        ("能排多少水？", PUMP, ["约3.5亿元", "70亩", "1,200万吨"]),
        ("用了多少天？", PUMP, []),
        ("花了多少钱？", "他们花去两百万元。", ["两百万元"]),
        ("占比多少？", "绿地占42.5%,有百分之八未种。", ["42.5%", "百分之八"]),
        ("总投资多少？", "新桥长412米。", []),
        ("多长？", "新桥长412米。", ["412米"]),
        ("来了几人？", "2023年,乐队有10人。", ["10人"]),
    ],
)
def test_numbers_with_their_unit(question: str, sentence: str, spans: list[str]) -> None:
    assert found(question, sentence) == spans


@pytest.mark.parametrize("question", ["竣工时间", "竣工时间是？", "青塘泵站的竣工时间？", "竣工时间为？"])
def test_whoever_asks_for_a_time_wants_a_date(question: str) -> None:
    assert found(question, "泵站2024年3月竣工。") == ["2024年3月"]


@pytest.mark.parametrize(
    ("sentence", "spans"),
    [
        ("泵站于2023年5月12日开工,昨天通水。", ["2023年5月12日", "昨天"]),
        ("一期下半年开工,7月上旬封顶。", ["下半年", "7月上旬"]),
        ("二〇二三年立项,“十四五”期间完工。", ["二〇二三年", "“十四五”期间"]),
        ("上午9点30分开闸。", ["上午", "9点30分"]),
        ("泵站长412米。", []),
    ],
)
def test_dates(sentence: str, spans: list[str]) -> None:
    assert found("什么时候开工？", sentence) == spans


@pytest.mark.parametrize(
    ("sentence", "spans"),
    [
        ("青塘泵站站长林小木说,水泵已经换新。", ["林小木"]),
        ("区委书记沈国军、副区长陈建来到现场。", ["沈国军", "陈建"]),
        ("水泵换了三台。", []),
    ],
)
def test_persons_with_titles(sentence: str, spans: list[str]) -> None:
    assert found("谁来了？", sentence) == spans


@pytest.mark.parametrize(
    ("question", "spans"),
    [
        ("区委书记是谁？", ["沈国军"]),
        ("区长是谁？", ["陈小建"]),
        ("副区长是哪位？", ["何远山"]),
        ("州委书记叫什么名字？", []),  # people of other offices do not answer
        ("雪堰镇镇长是谁？", []),
    ],
)
def test_whoever_holds_the_office_that_is_asked_for(question: str, spans: list[str]) -> None:
    sentence = "区委书记沈国军、区长陈小建来到现场,副区长何远山和海南州州长林一凡陪同。"
    assert found(question, sentence) == spans


@pytest.mark.parametrize(
    ("question", "sentence", "spans"),
    [
        ("沈国军是什么职务？", "昨天,区委书记沈国军、区长陈建到场。", ["区委书记"]),
        ("吴勇强是谁？", "带队的吴勇强任浦口区委书记。", ["浦口区委书记"]),
        ("沈国军是谁？", "沈国军要求加快进度。", []),
        ("林小木担任什么职务？", "站长林小木换了水泵。", ["站长"]),
    ],
)
def test_the_office_of_a_person(question: str, sentence: str, spans: list[str]) -> None:
    assert found(question, sentence) == spans


def test_another_district_has_another_secretary() -> None:
    sentence = "带队的吴勇强任浦口区委书记。"
    assert found("浦口区委书记是谁？", sentence) == ["吴勇强"]
    assert found("武进区委书记是谁？", sentence) == []


def test_organisations() -> None:
    assert found("由哪家公司承建？", "泵站由青塘水务有限公司承建。") == ["青塘水务有限公司"]
    assert found("哪家银行承销？", "票据由云杉银行承销。") == ["云杉银行"]
    assert found("哪家公司承建？", "泵站昨天通水。") == []


def test_an_age_is_in_years() -> None:
    assert found("站长今年多大年纪？", "站长换了3台泵,今年42岁。") == ["42岁"]


def test_places() -> None:
    assert found("启动仪式在哪里？", "启动仪式在常州举行。") == ["常州"]
    assert {"雪堰镇", "青塘村"} <= set(found("泵站在哪个镇？", "雪堰镇青塘村。"))


def test_what_is_quoted() -> None:
    assert found("践行什么模式？", "园区践行“三水同治”模式,印发《泵站办法》。") == ["“三水同治”", "《泵站办法》"]


@pytest.mark.parametrize("question", ["为什么换泵？", "换泵了吗？", "总投资10亿元的项目有哪些？", "照片是谁拍的？"])
def test_kinds_that_no_pattern_can_tell(question: str) -> None:
    assert found(question, "昨天,站长林小木换了3台泵。") == []


@pytest.mark.parametrize(
    ("question", "sentence", "span"),
    [
        ("来了多少人？", "那天来了30人的乐队。", "30人"),
        ("来了多少名志愿者？", "来了120名志愿者。", "120名"),
        ("建了几座泵站？", "全镇建了三座泵站。", "三座"),
        ("惠及多少户？", "惠及两千多户居民。", "两千多户"),
    ],
)
def test_a_number_ends_with_its_unit(question: str, sentence: str, span: str) -> None:
    assert found(question, sentence) == [span]


def test_a_day_is_no_figure() -> None:
    assert found("清了多少淤泥？", "2024年3月5日都有人来。") == []


def test_the_end_of_a_year_is_one_date() -> None:
    assert found("什么时候完工？", "计划明年底完工。") == ["明年底"]


def test_a_place_begins_with_its_name() -> None:
    assert found("泵站在哪个区？", "泵站位于武进区。") == ["武进区"]


@given(
    st.sampled_from(["总投资多少元？", "占比多少？", "有多少？", "何时？", "站长是谁？", "在哪里？", "什么模式？"]),
    st.text(alphabet="昨天2023年5月底约近1,.%百分之三万亿元多平方米书记林小木说武进区镇“”《》县\n A", max_size=60),
)
def test_spans_lie_within_the_sentence_in_order(question: str, sentence: str) -> None:
    spans = candidates(sentence, understand(question))
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(sentence) for start, end in spans)
