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
    assert sum(told[False]) / len(told[False]) >= 0.7
