"""What newspapers export, one small file a row: what comes of it. All data are of this file's own making."""

# ruff: noqa: E501
from __future__ import annotations

import io
import json
import zipfile
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

from embeddings.errors import InputError
from embeddings.inputs import read_file

DAY = Date(2023, 5, 9)
ONE = "北湾码头昨天完成吊装，全长三百二十米，可停靠两艘货轮。"
TWO = "南坡果园今年栽下柑橘四千株，由县农技站全程指导。"
FOUNDER = (
    "<html><head><title>北湾晚报数字报-{title}</title></head><body><td>上一版 下一版</td><td>电话：0000-1234567</td>"
    "<founder-content><P>　　{text}</P></founder-content></body></html><!--enpproperty <founder-date>2023-05-09 "
    "23:59:59</founder-date><founder-title>{title}</founder-title><founder-subtitle>全长三百二十米</founder-subtitle>"
    "<founder-author>周岚</founder-author><founder-pagenum>B03</founder-pagenum> /enpproperty-->"
)
CITED = (
    "<html><head><title>码头完成吊装--北湾晚报</title></head><body><h3>通江达海</h3><h1>码头完成吊装</h1><h2>可停靠两艘货轮</h2>"
    f"<p>本报记者 周岚<span>《北湾晚报》（2023年05月09日 第 03 版）</span></p><!--enpcontent--><p>{ONE}</p><!--/enpcontent-->"
    "</body></html>"
)
ISSUE = f"""# 北湾晚报 2023年5月9日（星期二）
> 来源：北湾晚报数字报（paper.example.org）

## 导读
1. 码头完成吊装
2. 柑橘上山

## 第03版：城事
### 1. 码头完成吊装
*可停靠两艘货轮*
本报讯（记者 周岚）{ONE}

### 2. 柑橘上山
<p>{TWO}</p><p>明年挂果。</p>

[阅读原文](https://paper.example.org/2)
"""
KICKER = f"""---
date: 2023-05-09
section: "03-城事"
---
### 通江达海

# 码头完成吊装

## ——可停靠两艘货轮

> 本报记者 周岚《北湾晚报》（2023年05月09日第 03 版）

{ONE}
"""
NESTED = {
    "code": 200,
    "data": {"day": "2023/05/09", "sheets": [{"page": "B03", "list": [{"title": "码头完成吊装", "body": [ONE, TWO]}]}]},
}
COLUMNS = {"title": {"0": "码头完成吊装", "1": "柑橘上山"}, "content": {"0": ONE, "1": TWO}}
DOCS = f'<doc id="8" title="码头完成吊装" url="http://a.example/2023-05/09/8.htm">\n码头完成吊装\n{ONE}\n</doc>\n'
SOGOU = f"<doc>\n<docno>8</docno>\n<contenttitle>码头完成吊装</contenttitle>\n<content>{ONE}</content>\n</doc>\n"
LABELLED = f"【标题】码头完成吊装\n【作者】周岚\n【日期】2023年5月9日\n【正文】{ONE}\n\n【标题】柑橘上山\n【作者】\n【日期】2023.5.9\n【正文】{TWO}\n"
COLON = f"标题：码头完成吊装\n作者：周岚\n时间：2023-05-09\n正文：\n{ONE}\n记者：请问何时投用？\n"


def line(**record: Any) -> str:
    return json.dumps(record, ensure_ascii=False)


H, T = "码头完成吊装", ONE
ROWS: list[tuple[str, str | bytes, dict[str, Any]]] = [
    ("c.htm", FOUNDER.format(title=H, text=ONE), {"kicker": "全长三百二十米", "reporters": ("周岚",), "date": DAY, "page": "B03"}),
    ("c.html", CITED, {"kicker": "通江达海 可停靠两艘货轮", "reporters": ("周岚",), "date": DAY, "page": "03"}),
    ("gb.htm", FOUNDER.format(title=f"{H}&lt;br&gt;", text=ONE).encode("gb18030"), {"page": "B03"}),
    ("site.htm", FOUNDER.format(title=f"{H}(2)_北湾网", text=ONE), {"date": DAY}),
    ("k.md", KICKER, {"kicker": "通江达海 可停靠两艘货轮", "reporters": ("周岚",), "page": "03", "date": DAY}),
    ("a.jsonl", line(newsTitle=H, newsContent=ONE, pubTime="1683600000"), {"date": DAY}),
    ("a.jsonl", line(新闻标题=H, 新闻内容=ONE, 发表时间="2023.5.9", 版面名称="第B03版：城事"), {"date": DAY, "page": "B03"}),
    ("a.jsonl", line(title=H, content=ONE, created_at=1683600000000, section_no="03"), {"date": DAY, "page": "03"}),
    ("a.jsonl", line(title=H, content=ONE, date="20230509.0", pageNo=3), {"date": DAY, "page": "3"}),
    ("a.jsonl", line(title=H, content=ONE, time={"$date": "2023-05-09T01:00:00Z"}), {"date": DAY}),
    ("a.jsonl", line(title=H, content=ONE, crawl_time="2024-01-01"), {"date": None}),
    ("a.jsonl", line(title=H, content=ONE, link="http://p.example/html/2023-05/09/content_1.htm"), {"date": DAY}),
    ("a.jsonl", line(title=f"<b>{H}</b>", content=f"<p>{ONE}</p><img src='x'/>"), {}),
    ("a.jsonl", line(标题=H, 段落=None, content=[{"type": "p", "text": ONE}]), {}),
    ("a.json", json.dumps({"2023-05-09": [{"title": H, "content": ONE}]}), {"date": DAY}),
    ("a.json", line(title=H, content=ONE) + "\n" + line(title="柑橘上山", content=TWO), {}),
    ("odd.csv", f"c1,c2,c3\n2023-05-09,{H},{ONE}\n2023-05-10,柑橘上山坡,{TWO}\n", {"date": DAY}),
    ("a.csv", f"关键词,新闻标题,新闻内容,发布时间\nx,{H},{ONE},45055\n".encode("gb18030"), {"date": DAY}),
    ("2023-05-09-03-01.txt", f"{H}\n　　本报记者　周岚\n　　{ONE}\n", {"date": DAY, "page": "03", "reporters": ("周岚",)}),
    ("２０２３年５月９日　Ｂ０３版.txt", f"{H}\n\n本报讯 (记者 周岚) {ONE}\n", {"date": DAY, "page": "B03"}),
    ("2023-05/09/03-城事/a.jsonl", line(title=H, content=ONE), {"date": DAY, "page": "03"}),
    ("lines.txt", line(title=H, content=ONE) + "\n" + line(title="柑橘上山", content=TWO) + "\n", {}),
    ("cells.txt", f"2023-05-09\t{H}\t{ONE}\n2023-05-10\t柑橘上山坡\t{TWO}\n", {"date": DAY}),
    ("bars.txt", f"title|||content\n{H}|||{ONE}\n柑橘上山|||{TWO}\n", {}),
    ("wiki.txt", DOCS, {"source_id": "8", "date": DAY}),
    ("sogou.txt", SOGOU, {"source_id": "8"}),
    ("labels.txt", LABELLED, {"reporters": ("周岚",), "date": DAY}),
    ("b5.txt", f"{H}\n\n本报讯 (记者 周岚) 碼頭昨天完成吊裝，可停靠兩艘貨輪。\n".replace("报讯", "報訊").replace("码头", "碼頭").replace("装", "裝").replace("记", "記").replace("岚", "嵐").encode("big5"), {"headline": "碼頭完成吊裝", "text": "碼頭昨天完成吊裝，可停靠兩艘貨輪。"}),
    ("wide.txt", f"{H}\n\n本报讯 (记者 周岚) {ONE}\n".encode("utf-16-le"), {}),
    ("forms.txt", f"{H}\n\n本报讯 (记者 周岚) {ONE}\n".replace("长", "⻓"), {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "wanted"), ROWS, ids=[f"{at}-{row[0]}" for at, row in enumerate(ROWS)])
def test_a_shape_that_papers_export(tmp_path: Path, name: str, content: str | bytes, wanted: dict[str, Any]) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    article = read_file(path, name).articles[0]
    wanted = {"headline": H, "text": T, **wanted}
    found = {field: getattr(article, field) for field in wanted}
    found["text"] = found["text"].removeprefix("本报讯（记者 周岚）")
    assert found == wanted


def write(path: Path, content: str) -> Path:
    path.write_text(content, "utf-8")
    return path


def test_an_issue_in_one_markdown_file(tmp_path: Path) -> None:
    one, two = read_file(write(tmp_path / "issue.md", ISSUE)).articles
    assert (one.headline, one.kicker, one.page, one.date) == (H, "可停靠两艘货轮", "03", DAY)
    assert (two.headline, two.text, two.page) == ("柑橘上山", f"{TWO}\n明年挂果。", "03")


def test_subheads_are_no_articles(tmp_path: Path) -> None:
    (article,) = read_file(
        write(tmp_path / "a.md", f"# {H}\n\n{ONE}\n\n## 怎么建\n\n{TWO}\n\n## 怎么用\n\n待定。\n")
    ).articles
    assert article.text == f"{ONE}\n怎么建\n{TWO}\n怎么用\n待定。"


def test_json_of_any_nesting(tmp_path: Path) -> None:
    (article,) = read_file(write(tmp_path / "n.json", json.dumps(NESTED))).articles
    assert (article.headline, article.text, article.date, article.page) == (H, f"{ONE}\n{TWO}", DAY, "B03")
    assert [each.headline for each in read_file(write(tmp_path / "p.json", json.dumps(COLUMNS))).articles] == [
        H,
        "柑橘上山",
    ]


def test_labels_in_a_text(tmp_path: Path) -> None:
    assert [each.headline for each in read_file(write(tmp_path / "a.txt", LABELLED)).articles] == [H, "柑橘上山"]
    (article,) = read_file(write(tmp_path / "b.txt", COLON)).articles
    assert (article.date, article.text) == (DAY, f"{ONE}\n记者：请问何时投用？")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_byte_costs_a_character(tmp_path: Path, encoding: str) -> None:
    data = f"{H}\n\n本报讯 (记者 周岚) {ONE}\n".encode(encoding).replace("艘".encode(encoding), b"\xff", 1)
    (path := tmp_path / "a.txt").write_bytes(data)
    (article,) = read_file(path).articles
    assert article.text.startswith(ONE[:20]) and "\ufffd" in article.text


def test_a_workbook(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["某报稿库"], ["稿件标题", "稿件正文", "见报日期", "备注"], [H, ONE, Date(2023, 5, 9), "x"]):
        book.active.append(row)
    book.save(path := tmp_path / "a.xlsx")
    content = read_file(path)
    assert [(each.headline, each.text, each.date) for each in content.articles] == [(H, ONE, DAY)]
    assert content.unused == {"备注": 1}


def test_what_word_hides(tmp_path: Path) -> None:
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = Document()
    document.add_heading(H, 1)
    paragraph = document.add_paragraph("码头")._p
    space = nsdecls("w") + ' xmlns:v="urn:schemas-microsoft-com:vml"'
    for part in ("<w:ins {0}><w:r><w:t>昨天</w:t></w:r></w:ins>", "<w:del {0}><w:r><w:delText>前天</w:delText></w:r></w:del>",
                 "<w:r {0}><w:t>吊装。</w:t><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>图框里的话。</w:t></w:r></w:p>"
                 "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"):  # fmt: skip
        paragraph.append(parse_xml(part.format(space)))
    cell = document.add_table(1, 1).rows[0].cells[0]
    cell.text = "外"
    inner = cell.add_table(1, 2).rows[0].cells
    inner[0].text, inner[1].text = "长", "320米"
    document.save(str(path := tmp_path / "a.docx"))
    assert [each.text for each in read_file(path).articles] == ["码头昨天吊装。\n图框里的话。\n外 长 320米"]


@pytest.mark.parametrize(
    ("suffix", "way"), [("odt", ".docx"), ("rtf", ".docx"), ("epub", "Calibre"), ("jpg", "OCR"), ("xls", ".xlsx")]
)
def test_an_unknown_kind_is_named_with_the_way_out(tmp_path: Path, suffix: str, way: str) -> None:
    with pytest.raises(InputError, match=rf"is of an unknown kind \(\.{suffix}\); .*{way}"):
        read_file(write(tmp_path / f"a.{suffix}", "x"))
    with zipfile.ZipFile(data := io.BytesIO(), "w") as archive:
        archive.writestr(f"b.{suffix}", "x")
    (tmp_path / "a.zip").write_bytes(data.getvalue())
    assert way in read_file(tmp_path / "a.zip").skipped[0].remedy
