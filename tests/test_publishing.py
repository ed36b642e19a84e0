"""What others receive: the numbers in the document are the numbers of the report, at the official labels."""

import json
from dataclasses import replace
from io import BytesIO
from random import Random

import pandas as pd
import pytest
from docx import Document
from lxml import html

from tests.fillings import filled, number_entry
from xlplugin.errors import CannotWrite
from xlplugin.form.printed import printed
from xlplugin.numerals import entry
from xlplugin.outputs.publishing import publish
from xlplugin.outputs.to_docx import docx_bytes
from xlplugin.outputs.to_html import html_text
from xlplugin.report import Report

TEXT = {
    "overview": "（一）主动公开。内容准确。\n（二）依申请公开。依法办理。",
    "problems": "解读形式单一，下一步改进。",
    "other_matters": "未收取信息处理费。",
}


def sample(form_id: str) -> Report:
    report = replace(filled(form_id, Random(7)), text=TEXT)
    return report.with_entries(
        {
            "applications.new.company": entry(""),
            "applications.new.other_org": entry("/"),
            "applications.granted.natural_person": number_entry(11398889),
        }
    )


def shown(report: Report, cell: str) -> str:
    found = report.entry(cell)
    return str(found.value) if found.value is not None else found.seen


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_docx_shows_every_label_and_number_in_its_square(form_id):
    report = sample(form_id)
    tables = Document(BytesIO(docx_bytes(report))).tables
    for official, table in zip(report.form.tables, tables, strict=True):
        grid = printed(form_id, official.key)
        squares = [row.cells for row in table.rows]
        for label in grid.labels:
            assert squares[label.area.row - 1][label.area.column - 1].text == label.text
            assert squares[label.area.last_row - 1][label.area.last_column - 1].text == label.text
        for cell, area in grid.cells.items():
            assert squares[area.row - 1][area.column - 1].text == shown(report, cell)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_a_table_stays_on_one_page_with_its_heading(form_id):
    report = sample(form_id)
    made = Document(BytesIO(docx_bytes(report)))
    for table in made.tables:
        *rows, last = [[p for cell in row.cells for p in cell.paragraphs] for row in table.rows]
        assert all(p.paragraph_format.keep_with_next for row in rows for p in row)
        assert not any(p.paragraph_format.keep_with_next for p in last if p not in rows[-1])
    headings = [p for p in made.paragraphs if p.text in {t.title for t in report.form.tables}]
    assert len(headings) == 3 and all(p.paragraph_format.keep_with_next for p in headings)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_html_has_the_sections_in_order_and_every_number(form_id):
    report = sample(form_id)
    page = html.fromstring(html_text(report))
    assert [h.text for h in page.findall(".//h2")] == [s.title for s in report.form.sections]
    for official, table in zip(report.form.tables, page.findall(".//table"), strict=True):
        grid = printed(form_id, official.key)
        numbers = [td.text or "" for td in table.findall(".//td[@class='number']")]
        in_order = sorted(grid.cells.items(), key=lambda item: item[1])
        assert numbers == [shown(report, cell) for cell, _ in in_order]


def test_text_of_the_sections_is_there_and_nothing_is_markup():
    report = replace(sample("2021"), text={**TEXT, "problems": "一是<b>不</b>够 & 少"})
    page = html.fromstring(html_text(report))
    assert "一是<b>不</b>够 & 少" in [p.text_content() for p in page.findall(".//p")]
    words = [p.text for p in Document(BytesIO(docx_bytes(report))).paragraphs]
    assert "一是<b>不</b>够 & 少" in words
    assert any("国办公开办函〔2021〕30号" in w for w in words)


def test_data_files(tmp_path):
    report = sample("2021")
    for kind in ("csv", "json", "parquet"):
        publish(report, tmp_path / f"r.{kind}")
    table = pd.read_csv(tmp_path / "r.csv")
    assert len(table) == 200
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    said = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert said["cells"]["applications.granted.natural_person"] == 11398889
    flat = pd.read_parquet(tmp_path / "r.parquet").set_index("cell")
    assert flat.loc["applications.granted.natural_person", "text"] == "11398889"
    assert pd.isna(flat.loc["applications.new.company", "text"])


def test_refusals_change_nothing(tmp_path):
    report = sample("2021")
    with pytest.raises(CannotWrite, match=r"\.docx"):
        publish(report, tmp_path / "r.wps")
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotWrite, match="写不了"):
        publish(report, tmp_path / "file" / "r.html")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]
