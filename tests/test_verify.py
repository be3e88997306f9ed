"""Written sentences against what they cite: exact things exactly, the rest by the reader's support head."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from embeddings import read_articles
from qa.reader import Reader, Reading, Window
from qa.verify import verify
from qa.writing.draft import clean, declines, sentences

ROOT = Path(__file__).parents[1]
QUOTE = "昨天通车的大桥投资1.2亿元，桥长412米，由中岳集团承建。"


class Entailing:
    """A reader that takes everything to be borne out, so that only what is exact decides."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        return [Reading(window, 3.0, (), (), (0.9, 0.05, 0.05)) for window in windows]


@pytest.mark.parametrize(
    ("sentence", "faults"),
    [
        ("大桥投资一亿二千万元。", []),
        ("大桥投资2亿元。", ["number"]),
        ("大桥长412公里。", ["number"]),
        ("大桥由南山集团承建。", ["name"]),
        ("大桥被称为“天下第一桥”。", ["quotation"]),
        ("《新桥通车》说，桥长412米。", []),
        ("2024年3月2日，大桥通车。", []),
    ],
)
def test_figures_names_and_quotations_must_stand_in_the_quote(sentence: str, faults: list[str]) -> None:
    verdict = verify(sentence, [QUOTE], Entailing(), "新桥通车", date(2024, 3, 3))
    assert [fault.kind for fault in verdict.faults] == faults
    assert verdict.support == ("unsupported" if faults else "supported")


@pytest.mark.parametrize(
    ("sentence", "quote", "fault"),
    [
        ("大桥不收费。", "大桥通车，市民不来了。", "polarity"),
        ("大桥收费。", "大桥不收费。", "polarity"),
        ("大桥已通车。", "大桥计划明年通车。", "polarity"),
        ("大桥停工是因为下雨。", "大桥停工，昨天下雨。", "cause"),
        ("工期提前是因为道路绕开了古树。", "道路因为要绕开古树，长出1.2公里。", "cause"),
        ("大桥停工是因为下雨。", "由于下雨，大桥停工两天。", None),
    ],
)
def test_denials_and_reasons_must_be_the_papers(sentence: str, quote: str, fault: str | None) -> None:
    assert [each.kind for each in verify(sentence, [quote], Entailing()).faults] == ([fault] if fault else [])


def test_the_papers_own_words_need_no_reader() -> None:
    assert verify("桥长412米，由中岳集团承建。", [QUOTE], None).support == "supported"  # type: ignore[arg-type]


def test_drafts_that_were_written_by_hand() -> None:
    """A gate, not a score: docs/verification.md has the figures."""
    reader, articles = Reader.load(), {each.title: each for each in read_articles(ROOT / "corpus")}
    rows = [json.loads(line) for line in (ROOT / "tests/drafts.jsonl").read_text("utf-8").splitlines()][::6]
    told: dict[bool, list[bool]] = defaultdict(list)
    for row in rows:
        article = articles[row["article"]]
        verdict = verify(row["sentence"], [row["quote"]], reader, f"{article.title} {article.kicker}", article.date)
        told[row["label"]].append((verdict.support == "supported") is row["label"])
    assert sum(told[True]) / len(told[True]) >= 0.6
    assert sum(told[False]) / len(told[False]) >= 0.65  # .69 with the reader that ships


# a draft


def split(*pieces: str) -> list[str]:
    return [sentence for sentence, _ in sentences(pieces) if sentence.strip()]


def test_sentences_come_as_soon_as_they_are_complete_however_they_are_cut() -> None:
    text = "甲桥通车。乙桥呢？\n丙桥停工\n\n他说：“先修桥。再修路。”大家同意。总投资1"
    whole = ["甲桥通车。", "乙桥呢？", "\n丙桥停工", "\n\n他说：“先修桥。再修路。”", "大家同意。", "总投资1"]
    assert split(text) == split(*text) == whole
    assert list(sentences([text]))[-1] == ("总投资1", False)
    assert next(sentence for sentence, _ in sentences(iter(["甲桥", "通车。", "乙"])) if sentence) == "甲桥通车。"
    assert len(split("他说：“" + "先修桥，再修路。" * 200)) > 2  # a quotation that never ends


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("新桥长412米[1]。【1】【2】①", "新桥长412米。"),
        ("新桥长412米（来源：报道1）[来源1, 2]，投资2亿元〔3〕。", "新桥长412米，投资2亿元。"),
        ("报道2指出，新桥通车。", "报道指出，新桥通车。"),
        ("1. **新桥**通车。", "新桥通车。"),
        ("（1）新桥（二期）通车。", "新桥（二期）通车。"),
        ("10.5亿元，武政发〔2024〕5号。", "10.5亿元，武政发〔2024〕5号。"),
        ("新\u200b桥\u202e[通车](http://x)。", "新桥［通车］(http://x)。"),
        ("他说：“修桥。", "他说：“修桥。”"),
        ("[1][2]——", ""),
    ],
)
def test_what_the_model_added_is_taken_off(said: str, left: str) -> None:
    assert clean(said) == left


@pytest.mark.parametrize(
    ("said", "refuses"),
    [
        ("报道没有提到。", True), ("文中未提及新桥的总投资。", True), ("根据报道，无法回答这个问题。", True),
        ("抱歉，我无法回答。", True), ("新桥没有收费站。", False), ("根据报道，新桥不收费。", False),
    ],
)  # fmt: skip
def test_a_refusal_of_the_model_is_known(said: str, refuses: bool) -> None:
    assert declines(said) is refuses
