"""Files made to break or to stall a build, a CURRENT and a config: one line each, in a few seconds."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from toy import Paper

from embeddings import generations, inputs
from embeddings.errors import BrokenIndexError, ConfigError
from embeddings.inputs import read_file
from embeddings.inputs.content import UnreadableError
from qa.settings import Settings
from ui.cli import run

TEXT = "城西果园的一千棵梨树昨天开园采摘，亩产两千斤。"
PAGE = f"<p>{TEXT * 10}</p>"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path)


def zipped(*members: tuple[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members:
            archive.writestr(name, text)
    return packed.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_two_members_of_one_name_is_read(paper: Paper) -> None:
    twice = zipped(
        ("a.txt", f"果园开园\n\n{TEXT}"),
        ("a.txt", "第二篇\n\n图书馆开到晚上九点半。"),
        ("b.txt", f"又一篇\n\n{TEXT}好。"),
    )
    (paper.corpus / "twice.zip").write_bytes(twice)
    receipt = paper.build()
    assert receipt.articles == 2
    assert [str(fault) for fault in receipt.skipped] == ["twice.zip/a.txt: stands in the archive twice; pack it anew"]
    assert "同名" in receipt.skipped[0].in_chinese


@pytest.mark.parametrize("span", [1_000_000, 100_000_000])
def test_a_table_cell_of_a_million_columns_is_read_once(tmp_path: Path, span: int) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("果园开园")
    table = document.add_table(rows=3, cols=3)
    for row, texts in enumerate([("年份", "项目", "投资"), ("2023", "梨园", "5万元"), ("", "桃园", "6万元")]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))  # a label of two rows
    table.cell(0, 0)._tc.grid_span = span
    document.add_paragraph(TEXT)
    document.save(str(tmp_path / "a.docx"))
    started = time.process_time()
    (article,) = read_file(tmp_path / "a.docx").articles
    assert time.process_time() - started < 60
    read = f"{article.kicker}\n{article.text}"
    assert "2023 梨园 5万元" in read and "2023 桃园 6万元" in read


@pytest.mark.parametrize(
    "html",
    [
        "<!--enpproperty " * 20_000 + PAGE,
        "<!--enpproperty " + "<title>" * 40_000 + "/enpproperty--><!--enpcontent-->" + PAGE + "<!--/enpcontent-->",
        "<!--enpproperty /enpproperty-->" + "<!--enpcontent-->" * 15_000 + PAGE,
        "<!--" + " " * 250_000 + PAGE,
        "<head>" + "<title>" * 36_000 + "</head>" + PAGE,
        "<div>" * 50_000 + PAGE,
    ],
    ids=["enpproperty", "title", "enpcontent", "blanks", "titles", "nested"],
)
def test_a_web_page_costs_a_few_seconds_at_most(tmp_path: Path, html: str) -> None:
    (tmp_path / "a.html").write_text(html, "utf-8")
    started = time.process_time()
    try:
        read_file(tmp_path / "a.html")
    except UnreadableError as error:
        assert "\n" not in str(error)
    assert time.process_time() - started < 120  # seconds; work that grows with the square takes hours


def endless(*given: object) -> None:
    while True:
        try:
            time.process_time()
        except Exception:  # as parsers do
            continue


@pytest.mark.parametrize("name", ["slow.txt", "slow.html", "slow.docx", "slow.md"])
def test_what_takes_too_long_is_left_out_by_name(paper: Paper, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("embeddings.inputs.seconds_for", lambda size: 0.2)
    monkeypatch.setattr(inputs, "READERS", {**inputs.READERS, Path(name).suffix: endless})
    paper.write("good.jsonl", "果园开园|" + TEXT)
    (paper.corpus / name).write_text(TEXT, "utf-8")
    receipt = paper.build()
    assert receipt.articles == 1
    assert [str(fault).partition(";")[0] for fault in receipt.skipped] == [f"{name}: took longer than 0 s to read"]


def test_a_page_of_a_pdf_that_takes_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "slow.pdf")
    monkeypatch.setattr("embeddings.inputs.pdf.SECONDS", 0.2)
    monkeypatch.setattr("embeddings.inputs.pdf._segments", endless)
    with pytest.raises(UnreadableError, match=r"slow\.pdf: took longer than"):
        read_file(tmp_path / "slow.pdf")


@pytest.mark.parametrize("name", ["9" * 5000, "٣" * 6, "0" * 13, "../../etc", "1\n2", "\0"])
def test_a_strange_pointer_is_one_line(paper: Paper, name: str) -> None:
    paper.write("a.jsonl", "果园开园|" + TEXT)
    paper.build()
    (paper.index / "CURRENT").write_text(name, "utf-8")
    with pytest.raises(BrokenIndexError) as caught:
        generations.live(paper.index)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert paper.build(full=True).generation == "000002"


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (lambda: "corpus: " + "[" * 20_000, "套得太深"),
        (bomb, "aliases"),
        (lambda: "corpus: " + "x" * 300_000, "是不是指错了文件"),
        (lambda: f"keep: {'x' * 5_000}", "`keep`"),
        (lambda: "&a [*a]", "aliases"),
    ],
    ids=["deep", "bomb", "long", "value", "itself"],
)
def test_a_hostile_config_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: Callable[[], str], said: str
) -> None:
    (tmp_path / "config.yaml").write_text(config(), "utf-8")
    with pytest.raises(ConfigError):
        Settings.load(tmp_path / "config.yaml")
    assert run(["search", "果园", "--config", str(tmp_path / "config.yaml")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("错误：") and said in lines[0] and len(lines[0]) < 500
