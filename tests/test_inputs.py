"""embeddings.inputs: files of every kind → articles; faults named by place, reason and remedy; nothing else lost."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import date as Date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import read_articles
from embeddings.dates import date_of_path, page_of_stem, parse_date
from embeddings.errors import ConfigError, CorpusError, InputError
from embeddings.inputs import READERS, list_inputs, read_file, scan
from embeddings.inputs.text import clean, common_share, decode, paragraphs

PAGE = "港区二期开工\n\n本报讯 (记者 李晓晨) 港区二期工程昨天动工,投资6亿元,占地120亩,计划明年10月交付使用。\n"
BODY = "港区二期工程昨天动工,投资6亿元,占地120亩,计划明年10月交付使用。"
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def fault(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path, path.name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def reasons(path: Path) -> list[str]:
    return [f"{skipped.where}: {skipped.reason}" for skipped in read_file(path, path.name).skipped]


# ---------------------------------------------------------------- bytes → text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_a_page_reads_the_same_in_every_encoding(write: Write, encoding: str) -> None:
    (article,) = read_articles(write("A01.txt", PAGE.replace("\n", "\r\n").encode(encoding)))
    assert (article.headline, article.reporters, article.text) == ("港区二期开工", ("李晓晨",), BODY)


@pytest.mark.parametrize("content", [b"", b"\n \r\n\t", "\ufeff".encode(), "\u200b\u3000\n".encode()])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.json", "a.jsonl"])
def test_an_empty_file_is_said_to_be_empty(write: Write, name: str, content: bytes) -> None:
    assert fault(write(name, content)).startswith(f"{name}: ")


def test_the_words_of_faults(write: Write) -> None:
    assert fault(write("x.txt", b"")) == "x.txt: is empty; remove it or put an article into it"
    binary = "is not text (binary data or an unknown encoding); remove it or save it as UTF-8"
    assert fault(write("x.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")) == f"x.txt: {binary}"
    assert fault(write("x.jsonl", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")) == f"x.jsonl: {binary}"
    assert fault(write("x.txt", "voilà un café déjà vu".encode("latin-1"))) == f"x.txt: {binary}"
    assert fault(write("x.txt", b"\x01\x02\x03 a few letters")) == f"x.txt: {binary}"
    assert (
        fault(write("x.doc", b"?"))
        == "x.doc: is of an unknown kind (.doc); open it in Word or LibreOffice and save it as .docx"
    )


def test_damaged_utf8_is_not_taken_for_gb18030() -> None:
    assert decode("滆湖"[:2].encode() + b"\xff") is None
    assert decode("滆湖清淤工程如期完成".encode()[:-1]) == "滆湖清淤工程如期完\ufffd"
    assert common_share("鐨勬柊闂") < 0.5 < 0.8 < common_share("滆湖清淤工程如期完成")


@given(st.text(st.characters() | st.sampled_from("\0\t\r\n\u2028\u200b\ufeff\ud800\u3000")))
def test_nothing_unseen_stays_in_a_text(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not [c for c in cleaned if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(cleaned) & set("\u200b\u200c\u200d\u200e\u2060\ufeff\u00ad")
    assert all(line == line.strip() != "" for line in paragraphs(text).split("\n") if paragraphs(text))


# ---------------------------------------------------------------- dates and pages

THE_DAY = Date(2023, 7, 20)


@pytest.mark.parametrize(
    "value",
    [
        *("2023-07-20", "2023-07-20 10:02", "2023/7/20", "2023.07.20", "2023年7月20日", "2023 年 7 月 20 日 星期四"),
        *("20230720", 20230720, 1689818520, 1689818520.5, "1689818520", 1689818520000, "2023-07-20T10:02:00+08:00"),
        *("2023-07-19T16:00:00.000Z", "Thu, 20 Jul 2023 10:02:00 +0800", "July 20, 2023", "07/20/2023"),
        *("Thu Jul 20 10:02:33 CST 2023", Date(2023, 7, 20)),
    ],
)
def test_loosely_written_dates(value: object) -> None:
    assert parse_date(value) == THE_DAY


@pytest.mark.parametrize(
    "value",
    [
        *("", "2024-13-40", "2023-02-30", "03/04/2023", "2023-07", "Jul 2023", "12:30", "昨天", "20231340", "20 Jul"),
        *("9" * 60, "99999-01-01", 5, True, None, [], 1e300, float("nan"), float("inf")),
    ],
)
def test_what_names_no_day_is_no_date(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("path", "day", "page"),
    [
        ("2024-03-03-A01.txt", Date(2024, 3, 3), "A01"),
        ("20240303_A01.txt", Date(2024, 3, 3), "A01"),
        ("rmrb2024030304.txt", Date(2024, 3, 3), "04"),
        ("2024年3月3日.txt", Date(2024, 3, 3), ""),
        ("2024年3月3日 第02版.txt", Date(2024, 3, 3), "02"),
        ("2024-03/03/b2.txt", Date(2024, 3, 3), "B2"),
        ("paper/2024/03/03/A01_5999d03044.txt", Date(2024, 3, 3), "A01"),
        ("2024-03-03/01版.txt", Date(2024, 3, 3), "01"),
        ("2024-03-03/2024-03-04.txt", Date(2024, 3, 4), ""),
        ("202403/03/x.txt", Date(2024, 3, 3), ""),
        ("2024-13-40/2023-02-30.txt", None, ""),
        ("000_e1419d5999d03044.txt", None, ""),
        ("a20240303f.txt", None, ""),
    ],
)
def test_what_a_path_says(path: str, day: Date | None, page: str) -> None:
    *folders, name = path.split("/")
    assert date_of_path(folders, stem := name.removesuffix(".txt")) == day
    assert page_of_stem(stem) == page


def test_a_date_above_the_corpus_does_not_date_it(write: Write) -> None:
    write("2019-01-01/corpus/x.txt", PAGE)
    assert [article.date for article in read_articles(write("2019-01-01/corpus/x.txt", PAGE).parent)] == [None]
    assert [article.date for article in read_articles(write("2024/03/05/x.txt", PAGE).parent)] == [Date(2024, 3, 5)]


# ---------------------------------------------------------------- records


def test_a_broken_line_costs_no_other(write: Write) -> None:
    lines = ['{"id": 7, "title": "甲", "text": "一", "date": "2023/7/20", "page": 3, "author": "记者 张三"}', "{broken"]
    lines += [
        "",
        "[1]",
        '{"title": "乙"}',
        '{"text": " \\u3000"}',
        '{"text": 5}',
        '{"text": "二", "id": null}',
        "[" * 9999,
    ]
    content = read_file(path := write("n.jsonl", "\n".join(lines)), "n.jsonl")
    first, second = content.articles
    assert (first.source_id, first.headline, first.text, first.date) == ("7", "甲", "一", THE_DAY)
    assert (first.page, first.reporters, first.source) == ("3", ("张三",), "n.jsonl")
    assert (second.source_id, second.headline, second.text, second.page) == (None, "", "二", "")
    assert reasons(path) == [
        "n.jsonl:2: is not valid JSON (Expecting property name enclosed in double quotes at column 2)",
        "n.jsonl:4: is not an object with fields",
        "n.jsonl:5: has no field for the text (fields: title)",
        "n.jsonl:6: its `text` is empty",
        "n.jsonl:7: its `text` is int, not text",
        "n.jsonl:9: is not valid JSON (it is nested too deep)",
    ]


def test_odd_json_does_not_crash(write: Write) -> None:
    lines = ['{"text": "a", "text": "b", "x": NaN, "date": Infinity}', f'{{"text": "c", "id": {"9" * 5000}}}']
    lines += [
        '{"text": "d\\ud800\\u0000\\u200b", "title": "t\\udfff\\n u"}',
        '\ufeff{"text": "一\t二\\r\\n\\n　　三 "}',
    ]
    content = read_file(write("n.jsonl", "\n".join(lines)))
    assert [article.text for article in content.articles] == ["b", "d", "一 二\n三"]
    assert [article.headline for article in content.articles] == ["", "t u", ""]
    assert len(content.skipped) == 1


def test_a_file_of_faults_is_one_fault(write: Write) -> None:
    assert fault(write("n.jsonl", "a\n" * 12)).startswith(
        "n.jsonl:1: is not valid JSON (Expecting value at column 1), "
    )
    assert "all 12 records" in fault(write("n.jsonl", "a\n" * 12))


def test_a_table_as_excel_writes_it(write: Write) -> None:
    rows = '编号;标题;正文;发布时间;记者\r\n1;甲;"第一段""好""。\r\n\r\n　　第二段; 完。";2023年7月20日;张三、李四\r\n'
    rows += "2;乙;二;;\r\n"
    first, second = read_articles(write("n.csv", b"\xef\xbb\xbf" + rows.encode()))
    assert first.text == '第一段"好"。\n第二段; 完。'
    assert (first.source_id, first.headline, first.date, first.reporters) == ("1", "甲", THE_DAY, ("张三", "李四"))
    assert (second.source_id, second.text, second.date, second.reporters) == ("2", "二", None, ())
    assert read_articles(write("n.csv", rows.encode("gb18030")))[0].headline == "甲"


def test_a_broken_row_costs_no_other(write: Write) -> None:
    path = write("n.csv", 'id,text\n1,a\n\n2,"open\n3,c\n4,d,e\n5,"f"g\n6,"h\nh"\n7,\n')
    assert [(a.source_id, a.text) for a in read_file(path).articles] == [("1", "a"), ("3", "c"), ("6", "h\nh")]
    assert [skipped.where.split(":")[-1] for skipped in read_file(path).skipped] == ["4", "6", "7", "10"]


def test_fields_are_mapped(write: Write) -> None:
    path = write("n.jsonl", '{"article_html": "一", "text": "短", "when": "2023-07-20"}\n{"text": "二"}')
    content = read_file(path, "n.jsonl", {"text": "article_html", "date": "when"})
    assert [(article.text, article.date) for article in content.articles] == [("一", THE_DAY)]
    assert str(content.skipped[0]).startswith("n.jsonl:2: has no field `article_html` (fields: text); ")
    with pytest.raises(ConfigError, match="no field `body` to map"):
        read_file(path, fields={"body": "text"})
    assert "no column for the text (columns: a, b)" in fault(write("n.csv", "a,b\n1,2"))


# ---------------------------------------------------------------- documents

MARKDOWN = """---
title: 本周要闻
date: 2024-13-40
author: 记者 李晓晨
page: 01
---
写在前面的话。

# 港区二期**开工**

工程[昨天](http://a.example)动工,
投资`6亿元`。![图](p.jpg)

1. 仓库
2. 码头

## 下一步

| 期 | 亩 |
|---|---|
| 二 | 120 |

# 空题

# 市场改造
完工。
"""


def test_markdown(write: Write) -> None:
    preface, port, market = read_file(path := write("2024-03-05.md", MARKDOWN)).articles
    assert (preface.headline, preface.text, preface.page) == ("本周要闻", "写在前面的话。", "01")
    assert (port.headline, port.reporters, port.date) == ("港区二期开工", ("李晓晨",), Date(2024, 3, 5))
    assert port.text == "工程昨天动工,投资6亿元。\n1. 仓库\n2. 码头\n下一步\n期 亩\n二 120"
    assert (market.headline, market.text) == ("市场改造", "完工。")
    assert reasons(path) == ["2024-03-05.md:23: nothing stands under the heading “空题”"]


WEB = """<html><head><meta charset="gb2312"><title>港区二期开工_滨湖网</title><meta name="author" content="李晓晨">
<meta property="article:published_time" content="2024-03-05T08:30:00+08:00"></head><body><nav><a href="/">首页</a></nav>
<div class="article"><h1>港区二期开工</h1><p>　　港区二期工程昨天动工,投资6亿元。这里原是一片滩涂,两年前开始平整。</p>
<p>　　二期将建三座智能仓库,明年10月交付使用,年吞吐量可达三百万吨。</p></div>
<div class="footer">版权所有 2019-2023 滨湖网</div></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_saved_web_page(write: Write, encoding: str) -> None:
    (article,) = read_articles(write("a.html", WEB.encode(encoding)))
    assert (article.headline, article.date, article.reporters) == ("港区二期开工", Date(2024, 3, 5), ("李晓晨",))
    assert article.text.startswith("港区二期工程昨天动工") and article.text.endswith("三百万吨。")
    assert article.text.count("\n") == 1


def pdf(*pages: Sequence[str]) -> bytes:
    """A PDF with one text line a string, in a font that every viewer has."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>"]
    objects += ["<</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>"]
    objects += ["<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)>>>>"]
    for number, lines in enumerate(pages):
        shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
        stream = f"BT /F 12 Tf 50 800 Td 16 TL {shown} ET"
        resources = f"/Resources<</Font<</F 3 0 R>>>>/Contents {6 + 2 * number} 0 R"
        objects += [f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{resources}>>"]
        objects += [f"<</Length {len(stream)}>>stream\n{stream}\nendstream"]
    file, offsets = "%PDF-1.7\n", list[int]()
    for number, entry in enumerate(objects, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj{entry} endobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in offsets)
    return f"{file}{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF".encode()


def test_pdf(write: Write) -> None:
    first = [
        "2024年3月5日 星期二 A02版",
        "港区二期开工",
        "本报讯 (记者 李晓晨) 港区二期工程昨天动工,投资6亿元,占地",
        "120亩。",
    ]
    second = ["市场改造完工", "本报讯 (记者 王五) 城东市场昨天重新开业。"]
    port, market = read_file(path := write("issue.pdf", pdf(first, second, []))).articles
    assert (port.headline, port.page, port.date) == ("港区二期开工", "A02", Date(2024, 3, 5))
    assert port.text == "港区二期工程昨天动工,投资6亿元,占地120亩。"
    assert (market.headline, market.page, market.date) == ("市场改造完工", "2", Date(2024, 3, 5))
    assert reasons(path) == ["issue.pdf:page 3: has no text layer (a picture?)"]


def test_pdf_that_cannot_be_read(write: Write) -> None:
    from pypdf import PdfReader, PdfWriter

    assert "has no text layer that can be read; run OCR" in fault(write("scan.pdf", pdf([], [])))
    garbled = "".join(map(chr, range(0x1401, 0x1481)))
    assert "has no text layer that can be read; run OCR" in fault(write("fonts.pdf", pdf([garbled])))
    assert fault(write("x.pdf", b"junk")).startswith("x.pdf: is not a readable PDF (")
    writer = PdfWriter(PdfReader(write("a.pdf", pdf([PAGE]))))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked := write("locked.pdf", b""))
    assert fault(locked) == "locked.pdf: is locked by a password; save it without one"


def test_docx(write: Write, tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_heading("港区二期开工", 1)
    document.add_paragraph("　　工程昨天动工。")
    document.add_heading("下一步", 2)
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "占地", "120亩"
    document.add_heading("市场改造", 1)
    document.add_paragraph("完工。")
    document.save(str(path := tmp_path / "A03.docx"))
    articles = read_articles(path)
    assert [(a.headline, a.text) for a in articles] == [
        ("港区二期开工", "工程昨天动工。\n下一步\n占地 120亩"),
        ("市场改造", "完工。"),
    ]
    assert {article.page for article in articles} == {"A03"}
    assert fault(write("x.docx", b"junk")).startswith("x.docx: is not a readable Word document (File is not a zip")


# ---------------------------------------------------------------- archives


def test_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(path := tmp_path / "2024-03-05.zip", "w") as archive:
        for name in ("A01.txt", "02/../../evil.txt", "/etc/a.txt", "__MACOSX/._A01.txt", "README.md", "06/A02.txt"):
            archive.writestr(name, PAGE)
        archive.writestr("b.jsonl", '{"text": "一"}\n{')
        archive.writestr("inner.zip", "x")
        archive.writestr("x.exe", "x")
    content = read_file(path, "old/2024-03-05.zip")
    where = [(article.source, article.page, article.date) for article in content.articles]
    day = Date(2024, 3, 5)
    assert where == [
        ("old/2024-03-05.zip/06/A02.txt", "A02", day),
        ("old/2024-03-05.zip/A01.txt", "A01", day),
        ("old/2024-03-05.zip/b.jsonl", "", day),
    ]
    assert sorted((skip.where.split(".zip/", 1)[1], skip.reason.split(" (")[0]) for skip in content.skipped) == [
        ("/etc/a.txt", "is named as if it lay outside of the archive"),
        ("02/../../evil.txt", "is named as if it lay outside of the archive"),
        ("b.jsonl:2", "is not valid JSON"),
        ("inner.zip", "is an archive within an archive"),
        ("x.exe", "is of an unknown kind"),
    ]


def test_zip_made_to_do_harm(tmp_path: Path, write: Write) -> None:
    with zipfile.ZipFile(path := tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (20 << 20))
    assert "times its size" in fault(path)
    assert (
        fault(write("x.zip", b"junk")) == "x.zip: is not a readable zip archive (File is not a zip file); pack it anew"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", PAGE)
        archive.writestr("b.txt", PAGE.replace("港区", "园区"))
    data = bytearray(path.read_bytes())
    data[data.index("港区".encode())] ^= 1  # a flipped bit
    data[data.rindex(b"PK\1\2") + 8] |= 1  # the mark of a password
    assert reasons(write("c.zip", bytes(data))) == [
        "c.zip/a.txt: is damaged (Bad CRC-32 for file 'a.txt')",
        "c.zip/b.txt: is locked by a password",
    ]


# ---------------------------------------------------------------- folders


def test_a_folder(write: Write, tmp_path: Path) -> None:
    for name in (
        "b/A02.txt",
        "A01.TXT",
        "README.md",
        "readme.txt",
        ".hidden.txt",
        "_draft.txt",
        "~$a.docx",
        ".git/a.txt",
    ):
        write(name, PAGE)
    write("c.jsonl", '{"text": "一"}\n{')
    write("empty.txt", "")
    write("photo.jpg", b"\xff\xd8")
    (tmp_path / "d.txt").mkdir()
    readable, unknown = list_inputs(tmp_path)
    assert readable == ["A01.TXT", "b/A02.txt", "c.jsonl", "empty.txt"]
    assert unknown == ["photo.jpg"]
    assert [article.source for article in read_articles(tmp_path)] == ["A01.TXT", "b/A02.txt", "c.jsonl"]
    faults = [skipped.where for _, content in scan(tmp_path) for skipped in content.skipped]
    assert faults == ["c.jsonl:2", "empty.txt", "photo.jpg"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and pipes")
def test_links_and_pipes_in_a_folder(write: Write, tmp_path: Path) -> None:
    write("elsewhere/A01.txt", PAGE)
    corpus = write("corpus/A02.txt", PAGE).parent
    (corpus / "linked").symlink_to(tmp_path / "elsewhere")
    (corpus / "linked twice").symlink_to(tmp_path / "elsewhere")
    (corpus / "linked" / "again").symlink_to(tmp_path / "elsewhere")
    (corpus / "up").symlink_to(tmp_path)
    (corpus / "broken.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(corpus / "pipe.txt")
    assert [article.source for article in read_articles(corpus)] == ["A02.txt", "linked/A01.txt"]
    found = {str(skipped).split(";")[0] for _, content in scan(corpus) for skipped in content.skipped}
    assert found == {
        "broken.txt: is a link that leads nowhere",
        "linked/again: is a link to a folder that it lies in itself",
        "pipe.txt: is not a file",
        "up: is a link to a folder that it lies in itself",
    }
    (corpus / "A03.txt").symlink_to(tmp_path / "elsewhere" / "A01.txt")  # a file outside, under a name of its own
    assert list_inputs(corpus).readable == ["A02.txt", "A03.txt", "linked/A01.txt"]
    (corpus / "A02").symlink_to(corpus / "inside")
    (corpus / "inside").mkdir()
    (corpus / "inside" / "A04.txt").write_text(PAGE, "utf-8")
    assert list_inputs(corpus).readable[-2:] == ["inside/A04.txt", "linked/A01.txt"]  # known by its real folder


def test_a_missing_folder_and_a_faulty_file(write: Write, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"corpus folder .*nowhere does not exist; "):
        list_inputs(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="nowhere does not exist; "):
        read_articles(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="is not a folder; "):
        list_inputs(write("a.txt", PAGE))
    with pytest.raises(InputError, match=r"n\.jsonl:2: is not valid JSON"):
        read_articles(write("n.jsonl", '{"text": "一"}\n{'))


@pytest.mark.parametrize("suffix", [*READERS, ".zip"])
@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_content_raises_anything_but_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    try:
        content = read_file(path)
    except InputError as error:
        assert ": " in str(error) and "; " in str(error) and "\n" not in str(error)
    else:
        assert content.articles or content.skipped
        assert all(article.text == article.text.strip() != "" for article in content.articles)
