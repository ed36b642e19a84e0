"""导入 of a file that holds several reports: one workbook each, none lost."""

from __future__ import annotations

from dataclasses import replace

from tests.test_cli import valid, wrong
from xlplugin.books.reader import read_workbook
from xlplugin.hosts.cli import run
from xlplugin.outputs.to_html import html_text


def test_two_reports_on_one_page_become_two_workbooks(tmp_path, capsys):
    one, two = valid("晨溪镇人民政府"), wrong(valid("石桥镇人民政府", year=2023))
    page = tmp_path / "两份.html"
    bodies = [html_text(r).partition("<body>")[2].partition("</body>")[0] for r in (one, two)]
    page.write_text(f"<html><head><meta charset=utf-8></head><body>{''.join(bodies)}</body></html>", "utf-8")
    assert run(["import", str(page), "-o", str(tmp_path / "成果"), "--json"]) == 1
    read = {r.cover.name: r for r in map(read_workbook, (tmp_path / "成果").iterdir())}
    assert set(read) == {"晨溪镇人民政府", "石桥镇人民政府"}
    assert read["晨溪镇人民政府"].numbers() == one.numbers()
    assert read["石桥镇人民政府"].numbers() == two.numbers()
    assert read["石桥镇人民政府"].year == 2023


def test_one_of_several_can_be_named(tmp_path, capsys):
    page = tmp_path / "两份.html"
    reports = (valid("晨溪镇人民政府"), replace(valid("石桥镇人民政府")))
    bodies = [html_text(r).partition("<body>")[2].partition("</body>")[0] for r in reports]
    page.write_text(f"<html><head><meta charset=utf-8></head><body>{''.join(bodies)}</body></html>", "utf-8")
    assert run(["import", str(page), "--unit", "石桥镇人民政府", "-o", str(tmp_path / "一份.xlsx")]) in (0, 1)
    assert read_workbook(tmp_path / "一份.xlsx").cover.name == "石桥镇人民政府"
