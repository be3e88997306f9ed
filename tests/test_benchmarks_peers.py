"""benchmarks/peers: the data that every system gets, the phases, the limits, the table; installs nothing."""

from __future__ import annotations

import doctest
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import scale
from benchmarks.peers import data, environments, harness, run, table
from embeddings.inputs import read_articles
from embeddings.records import Article

BODY = "示范段今天开工。工程分两期建设。" * 20


def article(number: int) -> Article:
    return Article(text=f"第{number}号{BODY}", headline=f"第{number}号工程开工", source_id=str(number))


ARTICLES = [article(number) for number in range(12)]
QUESTIONS: list[dict[str, Any]] = [
    {"question": "第9号工程何时开工?", "doc_id": "9", "also": None},
    {"question": "?", "doc_id": "77"},
]


@pytest.fixture
def prepared(tmp_path: Path) -> data.Prepared:
    ordered = data.answered_first(ARTICLES, QUESTIONS)
    return data.prepare(ordered, QUESTIONS, tmp_path / "data", 10)


class TestData:
    def test_articles_that_answer_come_first(self) -> None:
        assert [each.source_id for each in data.answered_first(ARTICLES, QUESTIONS)][:3] == ["9", "0", "1"]

    def test_a_size_is_reached_and_not_passed_by_more_than_an_article(self, prepared: data.Prepared) -> None:
        chunks = harness.read_chunks(prepared.folder)
        assert prepared.chunks == len(chunks)
        assert 10 <= len(chunks) < 10 + len(data.rows_of(ARTICLES[0]))

    def test_only_questions_that_the_size_can_answer_are_asked(self, prepared: data.Prepared) -> None:
        asked = json.loads((prepared.folder / "questions.json").read_text(encoding="utf-8"))
        assert [each["doc_id"] for each in asked] == ["9"]

    def test_the_edit_changes_one_article_and_leaves_the_rest(self, prepared: data.Prepared) -> None:
        before, after = (
            (prepared.folder / name / "articles.jsonl").read_text(encoding="utf-8").splitlines()
            for name in ("before", "after")
        )
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert len(changed) == 1
        change = harness.read_change(prepared.folder)
        assert json.loads(changed[0][1])["id"] == change.article
        assert {chunk.text for chunk in change.old} - {chunk.text for chunk in change.new}

    def test_probes_are_of_other_articles_and_hold_the_last_chunk(self, prepared: data.Prepared) -> None:
        probes = [harness.Chunk(*row) for row in json.loads((prepared.folder / "probes.json").read_text("utf-8"))]
        assert harness.read_change(prepared.folder).article not in {probe.article for probe in probes}
        assert harness.read_chunks(prepared.folder)[-1] in probes


class Toy:
    """A peer that keeps chunks in a JSON file and finds them by shared characters."""

    modes = ("characters",)

    def __init__(self, forgets: bool = False) -> None:
        self._forgets = forgets  # whether a change leaves the old text behind and loses the last chunk

    def build(self, chunks: list[harness.Chunk], folder: Path) -> None:
        (folder / "chunks.json").write_text(json.dumps(chunks), encoding="utf-8")

    def open(self, folder: Path) -> None:
        self._chunks = [harness.Chunk(*row) for row in json.loads((folder / "chunks.json").read_text("utf-8"))]

    def search(self, question: str, mode: str) -> list[harness.Found]:
        exact = sorted(self._chunks, key=lambda chunk: (chunk.text != question, -len({*question} & {*chunk.text})))
        return [harness.Found(chunk.article, chunk.text) for chunk in exact[:5]]

    def change(self, change: harness.Change, folder: Path) -> None:
        self.open(folder)
        kept = self._chunks[:-1] if self._forgets else [each for each in self._chunks if each.article != change.article]
        self.build([*kept, *change.new], folder)


def measure(peer: Toy, prepared: data.Prepared, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    return {
        phase: harness.PHASES[phase](peer, prepared.folder, folder) for phase in ("build", "query", "change", "check")
    }


class TestPhases:
    def test_a_sound_peer(self, prepared: data.Prepared, tmp_path: Path) -> None:
        measured = measure(Toy(), prepared, tmp_path / "index")
        assert measured["check"] == {"new": True, "old_gone": True, "missing": 0, "probed": 8}
        assert measured["query"]["modes"]["characters"]["questions"] == 1
        assert measured["query"]["modes"]["characters"]["recall@5"] == 1.0
        assert measured["build"]["disk_mb"] > 0

    def test_old_text_that_stays_and_a_chunk_that_is_lost_are_noticed(
        self, prepared: data.Prepared, tmp_path: Path
    ) -> None:
        measured = measure(Toy(forgets=True), prepared, tmp_path / "index")
        assert measured["check"] == {"new": True, "old_gone": False, "missing": 1, "probed": 8}


class TestLimits:
    def watch(self, *command: str, **limits: float) -> str:
        process = subprocess.Popen(command, start_new_session=True)
        return run._watch(process, run.Plan(**limits))  # type: ignore[arg-type]

    def test_a_process_that_ends_in_time_is_left_alone(self) -> None:
        assert self.watch("true") == ""

    def test_a_process_that_computes_too_long_is_stopped(self) -> None:
        assert self.watch(sys.executable, "-c", "while True: pass", seconds=0.2) == "> 0 s"

    def test_one_that_waits_for_others_has_patience_but_not_for_ever(self) -> None:
        assert self.watch("sleep", "0.5", seconds=0.4) == ""
        assert self.watch("sleep", "60", seconds=0.05) == "> 0 s"

    def test_a_process_that_grows_too_large_is_stopped(self) -> None:
        script = "import time; held = bytearray(300 << 20); time.sleep(60)"
        assert self.watch(sys.executable, "-c", script, memory_mb=200) == "> 200 MiB"

    def test_what_a_system_says_when_it_fails_is_kept(self, tmp_path: Path) -> None:
        wrong = run._phase("no_such_adapter", "build", Path(sys.executable), tmp_path, tmp_path, run.Plan())
        assert "no_such_adapter" in wrong["stopped"]


def row(system: str, chunks: int, build: float | None, p50: float, turn: int = 1) -> dict[str, Any]:
    built = {"stopped": "> 480 s"} if build is None else {"build_s": build, "build_cpu_s": build, "peak_mb": 100.0}
    modes = {
        "hybrid": {"p50_ms": p50, "p95_ms": 2 * p50, "cpu_ms": p50, "recall@1": 0.5, "recall@5": 0.6, "recall@20": 0.7}
    }
    change = {"change_s": 1.0, "change_cpu_s": 10 / p50 if p50 else 0.0}
    rest = {} if build is None else {"query": {"open_s": 0.5, "modes": modes}, "change": change}
    return {
        "system": system,
        "chunks": chunks,
        "articles": chunks // 4,
        "round": turn,
        "load": 1.0,
        "build": built,
        **rest,
    }


RESULT = {
    "date": "2026-01-01",
    "machine": {"cores": 2},
    "limits": {"seconds": 480.0, "memory_mb": 12000.0},
    "runs": [
        *(row("wenbao", 1000, seconds, 2.0, turn) for turn, seconds in enumerate((2.0, 9.0, 1.0), start=1)),
        row("txtai", 1000, 5.0, 8.0),
        row("wenbao", 10_000, 20.0, 4.0),
        row("txtai", 10_000, None, 0.0),
    ],
}


class TestTable:
    def lines(self, start: str) -> list[str]:
        return [line for line in table.render(RESULT).splitlines() if line.startswith(start)]

    def test_the_largest_size_comes_first(self) -> None:
        assert self.lines("## ") == ["## 10,000 chunks (2,500 articles)", "## 1,000 chunks (250 articles)"]

    def test_cells_are_medians_and_ratios_compare_them(self) -> None:
        assert self.lines("| **Wenbao** |")[1].split(" | ")[1:3] == ["2.0 (2.0)", "1"]
        assert self.lines("| txtai |")[1].split(" | ")[1:3] == ["5.0 (5.0)", "2.5 (2.5)"]
        assert self.lines("| txtai: hybrid |")[0].split(" | ")[1:5] == ["8.0", "16.0", "8.0", "4.0 (4.0)"]

    def test_who_is_faster_is_told(self) -> None:
        stopped, measured = self.lines("By processor time, faster than Wenbao")
        assert "build: none (1 of 1 slower). At change: txtai × 0.2 (0 of 1 slower). At query: none (1 of" in measured
        assert "build: none (0 of 0 slower)" in stopped

    def test_a_system_that_was_stopped_says_so(self) -> None:
        assert self.lines("| txtai |")[0].split(" | ")[1:3] == ["> 480 s", "–"]

    def test_every_row_has_the_cells_of_its_head(self) -> None:
        text = table.render(RESULT)
        for block in text.split("\n\n"):
            rows = [line for line in block.splitlines() if line.startswith("|")]
            assert len({line.count("|") for line in rows}) <= 1


def test_every_system_has_an_adapter_a_name_and_pins() -> None:
    folder = Path(run.__file__).parent
    assert set(run.SYSTEMS) <= set(table.NAMES)  # the table names those of earlier runs, too
    assert all((folder / f"{name}.py").is_file() for name in run.SYSTEMS)
    assert {name for name in run.SYSTEMS.values() if name} <= set(environments.PINS)
    pins = [pin for name in environments.PINS for pin in environments.PINS[name]]
    assert all("==" in pin for pin in pins)


def test_the_committed_table_is_that_of_the_committed_numbers() -> None:
    if not (run.RESULTS / "peers.json").exists():
        pytest.skip("not measured yet")
    result = json.loads((run.RESULTS / "peers.json").read_text(encoding="utf-8"))
    assert (run.RESULTS / "peers.md").read_text(encoding="utf-8") == table.render(result)


@pytest.mark.parametrize("name", ["peers.table", "peers.run", "scale"])
def test_examples(name: str) -> None:
    tested = doctest.testmod(importlib.import_module(f"benchmarks.{name}"))
    assert tested.attempted and not tested.failed


def test_a_corpus_is_repeated_until_it_has_the_chunks_asked_for(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    lines = [json.dumps({"id": str(at), "title": "新桥", "text": f"新桥{at}通车。"}) for at in range(3)]
    (corpus / "a.jsonl").write_text("\n".join(lines), "utf-8")
    assert scale.write(corpus, tmp_path / "more", 8) == 8
    texts = [each.text for each in read_articles(tmp_path / "more")]
    assert len(set(texts)) == 8 and texts[3] == "新桥0通车(1)。"
