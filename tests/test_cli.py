"""The contract of the command line: exit status, JSON on stdout, words in Chinese, nothing lost (docs/cli.md)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import openpyxl
import pytest

from tests.fillings import filled, number_entry
from xlplugin.books.reader import read_workbook
from xlplugin.books.template import write_template
from xlplugin.form import form
from xlplugin.hosts.cli import cli, run
from xlplugin.numerals import entry
from xlplugin.report import Cover, Report

PROSE = {
    "overview": "（一）主动公开。全年及时公开各类信息。\n（二）依申请公开。依法办理。\n（三）政府信息管理。落实审查。\n（四）政府信息公开平台建设。维护专栏。\n（五）监督保障。专人负责。",
    "problems": "解读形式还比较单一，下一步将丰富解读方式、加强培训。",
    "other_matters": "本年度未发出收费通知，未收取信息处理费。",
}


def valid(name: str = "晨溪镇人民政府", year: int = 2024, form_id: str = "2021") -> Report:
    """A report nobody would send back."""
    small = {c: number_entry(0) for c in (x.id for x in form(form_id).cells)}
    for cell, n in {"new.natural_person": 3, "granted.natural_person": 3, "handled.natural_person": 3}.items():
        small[f"applications.{cell}"] = number_entry(n)
    for row in ("new", "granted", "handled"):
        small[f"applications.{row}.total"] = number_entry(3)
    small["disclosure.penalties.decisions"] = number_entry(38)
    cover = Cover(
        name=name,
        level="乡镇政府",
        year=year,
        rule_power=False,
        date="2025-01-15",
        filled_by="张敏",
        reviewed_by="李强",
        responsible="王芳",
    )
    return Report(form_id, cover, small, text=PROSE)


def book(path: Path, report: Report, **options) -> Path:
    write_template(path, report.form_id, report=report, **options)
    return path


def wrong(report: Report) -> Report:
    return report.with_entries({"applications.handled.natural_person": number_entry(5)})


def test_check_passes_and_says_so(tmp_path, capsys):
    path = book(tmp_path / "好.xlsx", valid())
    before = path.read_bytes()
    assert run(["check", str(path)]) == 0
    out = capsys.readouterr()
    assert "好.xlsx" in out.out
    assert "通过" in out.out
    assert path.read_bytes() == before


def test_check_json_is_the_contract(tmp_path, capsys):
    path = book(tmp_path / "错.xlsx", wrong(valid()))
    assert run(["check", str(path), "--json"]) == 1
    out = capsys.readouterr()
    assert not out.err
    [said] = json.loads(out.out)
    assert set(said) >= {"file", "sha256", "form", "year", "unit", "cells", "states", "text", "findings", "verdict"}
    assert said["unit"] == {"name": "晨溪镇人民政府", "code": None, "level": "乡镇政府"}
    assert list(said["cells"]) == [c.id for c in form("2021").cells]
    assert said["verdict"] == "blocked"
    rules = [f["rule"] for f in said["findings"]]
    assert "T3-SUM.natural_person" in rules
    [found] = [f for f in said["findings"] if f["rule"] == "T3-SUM.natural_person"]
    assert (found["severity"], found["left"], found["right"], found["gap"]) == ("强制", 5, 3, 2)
    assert found["suspects"][0]["cells"] == {"applications.handled.natural_person": 3}


def test_blank_is_undecided_never_passed(tmp_path, capsys):
    path = book(tmp_path / "空格.xlsx", valid().with_entries({"disclosure.licences.decisions": entry("")}))
    assert run(["check", str(path), "--json"]) == 1
    [said] = json.loads(capsys.readouterr().out)
    assert said["verdict"] == "undecided"
    assert said["states"]["disclosure.licences.decisions"] == "blank"


def test_several_files_keep_their_order_and_a_bad_one_stops_nobody(tmp_path, capsys):
    good, bad = book(tmp_path / "好.xlsx", valid()), tmp_path / "坏.xlsx"
    bad.write_bytes(good.read_bytes()[:4000])
    assert run(["check", str(bad), str(good), "--json"]) == 3
    out = capsys.readouterr()
    assert [Path(r["file"]).name for r in json.loads(out.out)] == ["好.xlsx"]
    assert "坏.xlsx" in out.err


@pytest.mark.parametrize("name", ["没有这个.xlsx", "~$打开着.xlsx"])
def test_files_that_cannot_be_read(tmp_path, capsys, name):
    if name.startswith("~$"):
        (tmp_path / name).write_bytes(b"\x00" * 165)
    assert run(["check", str(tmp_path / name)]) == 3
    assert name in capsys.readouterr().err


def test_another_workbook_is_refused_in_words(tmp_path, capsys):
    other = openpyxl.Workbook()
    other.active["A1"] = "工资表"
    other.save(tmp_path / "工资.xlsx")
    assert run(["check", str(tmp_path / "工资.xlsx")]) == 3
    assert "工资.xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], ""),
        (["chek"], "chek"),
        (["check"], "文件"),
        (["template"], "--out"),
        (["rollup", "x"], "--year"),
        (["check", "--jsn", "x"], "--json"),
        (["template", "--totals", "maybe", "-o", "x.xlsx"], "typed"),
    ],
)
def test_wrong_usage_is_2_and_in_chinese(argv, says, capsys):
    assert run(argv) == 2
    said = capsys.readouterr().err
    assert says in said
    assert any("\u4e00" <= ch <= "\u9fff" for ch in said)


def test_fill_writes_a_copy_and_says_which(tmp_path, capsys):
    report = valid()
    blank = report.with_entries({c: entry("") for c in form("2021").derived})
    path = book(tmp_path / "报表.xlsx", blank)
    assert run(["fill", str(path), "-o", str(tmp_path / "填好.xlsx")]) == 0
    assert "34" in capsys.readouterr().out
    assert read_workbook(tmp_path / "填好.xlsx").numbers() == report.numbers()
    assert run(["check", str(tmp_path / "填好.xlsx")]) == 0


def test_template_is_blank_and_undecided(tmp_path, capsys):
    for form_id in ("2019", "2021"):
        for totals in ("typed", "formula"):
            path = tmp_path / f"{form_id}{totals}.xlsx"
            assert run(["template", "--form", form_id, "--totals", totals, "-o", str(path)]) == 0
            capsys.readouterr()
            assert run(["check", str(path), "--json"]) == 1
            [said] = json.loads(capsys.readouterr().out)
            assert said["verdict"] == "undecided"
            assert said["form"] == form_id


def test_unknown_form(tmp_path, capsys):
    assert run(["template", "--form", "1999", "-o", str(tmp_path / "x.xlsx")]) == 3
    assert "1999" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_import_of_our_own_published_page(tmp_path, capsys):
    path = book(tmp_path / "报表.xlsx", valid())
    assert run(["publish", str(path), "-o", str(tmp_path / "年报.html")]) == 0
    assert run(["import", str(tmp_path / "年报.html"), "-o", str(tmp_path / "导入.xlsx"), "--json"]) in (0, 1)
    capsys.readouterr()
    again = read_workbook(tmp_path / "导入.xlsx")
    assert again.numbers() == valid().numbers()
    assert (again.cover.name, again.year) == ("晨溪镇人民政府", 2024)


def test_import_of_several_goes_into_a_folder_with_one_outcome_each(tmp_path, capsys):
    path = book(tmp_path / "报表.xlsx", valid())
    for kind in ("html", "docx"):
        run(["publish", str(path), "-o", str(tmp_path / f"年报.{kind}")])
    (tmp_path / "杂.txt").write_text("今天天气很好。", "utf-8")
    out = tmp_path / "成果"
    status = run(["import", *(str(tmp_path / n) for n in ("年报.html", "年报.docx", "杂.txt")), "-o", str(out)])
    said = capsys.readouterr()
    assert status == 3
    assert "杂.txt" in said.err
    assert len(list(out.iterdir())) == 2
    assert all(read_workbook(p).numbers() == valid().numbers() for p in out.iterdir())
    assert run(["import", str(tmp_path / "年报.html"), str(tmp_path / "年报.docx"), "-o", str(tmp_path / "一份.xlsx")]) == 3
    assert not (tmp_path / "一份.xlsx").exists()


def test_rollup_adds_refuses_and_accounts_for_every_file(tmp_path, capsys):
    folder = tmp_path / "收到"
    folder.mkdir()
    book(folder / "a.xlsx", valid("晨溪镇人民政府"))
    book(folder / "b.xlsx", valid("石桥镇人民政府"))
    book(folder / "c.xlsx", wrong(valid("双河乡人民政府")))
    book(folder / "d.xlsx", valid("清水镇人民政府", year=2023))
    (folder / "e.xlsx").write_bytes(b"PK\x03\x04 broken")
    out = tmp_path / "汇总.xlsx"
    assert run(["rollup", str(folder), "--year", "2024", "-o", str(out), "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert said["cells"]["applications.new.total"] == 6
    assert {Path(e["file"]).name: e["state"] for e in said["ledger"]} == {
        "a.xlsx": "accepted",
        "b.xlsx": "accepted",
        "c.xlsx": "returned",
        "d.xlsx": "out_of_scope",
        "e.xlsx": "unreadable",
    }
    assert said["complete"] is False
    summed = read_workbook(out)
    assert summed.numbers()["disclosure.penalties.decisions"] == 76
    assert run(["check", str(out), "--json"]) in (0, 1)


def test_rollup_of_an_empty_folder(tmp_path, capsys):
    (tmp_path / "空").mkdir()
    assert run(["rollup", str(tmp_path / "空"), "--year", "2024", "-o", str(tmp_path / "x.xlsx")]) == 3
    assert "空" in capsys.readouterr().err
    assert not (tmp_path / "x.xlsx").exists()


def test_compare_cell_by_cell(tmp_path, capsys):
    one, two = book(tmp_path / "一.xlsx", valid()), book(tmp_path / "二.xlsx", wrong(valid()))
    assert run(["compare", str(one), str(two), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["same"] == 199
    [different] = said["differences"]
    assert (different["cell"], different["first"], different["second"], different["change"]) == (
        "applications.handled.natural_person",
        3,
        5,
        2,
    )


def test_compare_over_the_change_of_form_leaves_out_what_is_not_comparable(tmp_path, capsys):
    old, new = book(tmp_path / "旧.xlsx", filled("2019", Random(1))), book(tmp_path / "新.xlsx", filled("2021", Random(1)))
    assert run(["compare", str(old), str(new), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    cells = {d["cell"] for d in said["differences"]}
    assert not cells & {"disclosure.fees.amount", "disclosure.rules.made", "applications.other.total"}
    assert "disclosure.fees.amount" in said["only_second"]


def test_rules_name_every_family(capsys):
    assert run(["rules", "--json"]) == 0
    ids = {r["id"] for r in json.loads(capsys.readouterr().out)}
    assert {"T3-COL", "T3-SUM", "T3-ROW", "T4-SUM", "V-INT", "V-BLANK", "XY-T3", "NAR-NEW", "DOC-SIX", "RU-SUM"} <= ids
    assert run(["rules", "--markdown"]) == 0
    assert "T3-COL" in capsys.readouterr().out


def test_english_on_request(tmp_path, capsys):
    path = book(tmp_path / "x.xlsx", wrong(valid()))
    assert run(["--lang", "en", "check", str(path), "--json"]) == 1
    [said] = json.loads(capsys.readouterr().out)
    message = next(f["message"] for f in said["findings"] if f["rule"].startswith("T3-SUM"))
    assert "total" in message


def test_every_command_of_the_contract_is_there():
    named = {
        "template",
        "check",
        "fill",
        "import",
        "rollup",
        "publish",
        "compare",
        "rules",
        "doctor",
        "demo",
        "install",
        "uninstall",
    }
    assert named <= set(cli.commands)


def test_no_permission_to_write(tmp_path, capsys):
    path = book(tmp_path / "报表.xlsx", replace(valid(), entries={}))
    blocker = tmp_path / "文件"
    blocker.write_text("x")
    assert run(["fill", str(path), "-o", str(blocker / "填好.xlsx")]) == 3
    assert run(["template", "-o", str(blocker / "模板.xlsx")]) == 3
    assert capsys.readouterr().err.count("文件") >= 2
    assert blocker.read_text() == "x"
