"""The officer's decisions by command, and what the next roll-up makes of them: strict, notices, ledger."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.fillings import number_entry
from tests.test_cli import PROSE, book, valid, wrong
from xlplugin.hosts.cli import run

SIGNED = ("--by", "王五", "--reason", "电话核实")
CELL = "applications.new.total"


@pytest.fixture(scope="module")
def received(tmp_path_factory) -> Path:
    """Two good reports, one wrong."""
    folder = tmp_path_factory.mktemp("收到")
    book(folder / "a.xlsx", valid("晨溪镇人民政府"))
    book(folder / "b.xlsx", valid("石桥镇人民政府"))
    book(folder / "c.xlsx", wrong(valid("双河乡人民政府")))
    return folder


def county_at(place: Path, received: Path) -> Path:
    """What was received, a register with one more unit; rolled up once."""
    shutil.copytree(received, place / "收到")
    names = ("晨溪镇", "石桥镇", "双河乡", "清水镇")
    lines = ["单位名称,上级单位,截止日期,联系人,联系电话", *(f"{n}人民政府,晨溪县,2025-01-31,赵六,0731-1" for n in names)]
    (place / "名册.csv").write_text("\n".join(lines), "utf-8")
    roll(place)
    return place


@pytest.fixture
def county(tmp_path, received):
    return county_at(tmp_path, received)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory, received):
    """For tests of what is refused: whoever changes it makes the next one fail."""
    return county_at(tmp_path_factory.mktemp("县"), received)


def roll(place: Path, *more: str) -> int:
    fixed = ("--year", "2024", "--roster", str(place / "名册.csv"), "--ledger", str(place / "台账.sqlite"))
    return run(["rollup", str(place / "收到"), *fixed, "-o", str(place / "汇总.xlsx"), *more])


def said(capsys, place: Path, *more: str) -> dict:
    capsys.readouterr()
    roll(place, "--json", *more)
    return json.loads(capsys.readouterr().out)


def sheet(place: Path, name: str) -> str:
    page = load_workbook(place / "汇总.xlsx")[name]
    return "\n".join(str(c.value) for row in page.iter_rows() for c in row if c.value is not None)


def desk(place: Path, *words: str) -> int:
    command, *rest = words
    return run(["ledger", command, str(place / "台账.sqlite"), *rest])


def test_a_wrong_report_is_counted_by_decision_and_the_workbook_says_who(county, capsys):
    before = said(capsys, county)
    assert before["cells"][CELL] == 6
    assert desk(county, "decide", "计入", str(county / "收到/c.xlsx"), *SIGNED) == 0
    assert "双河乡人民政府" in capsys.readouterr().out
    after = said(capsys, county)
    assert after["cells"][CELL] == 9
    assert "经决定计入" not in sheet(county, "调整") and "王五：电话核实" in sheet(county, "台账")


def test_by_fingerprint_withdrawn_and_kept_again(county, capsys):
    sha = next(e["sha256"] for e in said(capsys, county)["ledger"] if e["file"].endswith("a.xlsx"))
    assert desk(county, "decide", "withdraw", sha[:12], *SIGNED) == 0
    assert said(capsys, county)["cells"][CELL] == 3
    assert "经决定撤回（王五：电话核实）" in sheet(county, "台账")
    assert desk(county, "decide", "用这份", sha[:12], *SIGNED) == 0
    assert said(capsys, county)["cells"][CELL] == 6


@pytest.mark.parametrize("cell", [CELL, "place", "label"])
def test_an_adjustment_is_added_listed_and_revoked(county, capsys, cell):
    from xlplugin.books.layout import layout
    from xlplugin.merging.plan import plan

    spot = layout("2021").cells[CELL]
    named = {"place": f"{spot.sheet}!{spot.a1}", "label": plan("2021").label(CELL)}.get(cell, cell)
    assert desk(county, "adjust", named, "-1", "--year", "2024", "--unit", "石桥镇人民政府", *SIGNED) == 0
    assert "第 1 号" in capsys.readouterr().out
    assert said(capsys, county)["cells"][CELL] == 5
    listed = sheet(county, "调整")
    assert all(word in listed for word in ("-1", "电话核实", "王五", "石桥镇人民政府"))
    assert desk(county, "revoke", "1", "--by", "王五", "--reason", "登记错了") == 0
    assert said(capsys, county)["cells"][CELL] == 6
    assert desk(county, "show") == 0
    shown = capsys.readouterr().out
    assert "已撤销" in shown and "登记错了" in shown and "第 1 号" in shown
    assert desk(county, "revoke", "1", *SIGNED) == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("adjust", "没有这格", "+1", "--year", "2024", *SIGNED), "没有“没有这格”这一格"),
        (("adjust", CELL, "1.5", "--year", "2024", *SIGNED), "整数"),
        (("adjust", CELL, "0", "--year", "2024", *SIGNED), "不能是 0"),
        (("adjust", CELL, "三", "--year", "2024", *SIGNED), "不是数"),
        (("adjust", CELL, "1", "--year", "2024", "--by", "王五", "--reason", " "), "原因"),
        (("decide", "计入", "没有.xlsx", *SIGNED), "没有.xlsx"),
        (("decide", "计入", "0123456789", *SIGNED), "没有收到过"),
    ],
)
def test_what_cannot_be_entered_is_refused_and_changes_nothing(unchanged, capsys, words, says):
    assert desk(unchanged, *words) == 3
    assert says in capsys.readouterr().err
    assert desk(unchanged, "show") == 0
    shown = capsys.readouterr().out
    assert "决定 0 项" in shown and "调整 0 项" in shown


def test_unsigned_is_wrong_usage_and_a_missing_ledger_is_not_made(unchanged, capsys):
    assert desk(unchanged, "decide", "计入", str(unchanged / "收到/c.xlsx"), "--by", "王五") == 2
    assert "--reason" in capsys.readouterr().err
    assert run(["ledger", "show", str(unchanged / "没有.sqlite")]) == 3
    assert not (unchanged / "没有.sqlite").exists()


def test_notices_and_the_reminder_list_go_into_a_folder(county, capsys):
    import docx

    folder = county / "退回单"
    assert roll(county, "--notices", str(folder)) == 3
    assert "退回单 1 份，催报名单一份" in capsys.readouterr().out
    assert sorted(p.name for p in folder.iterdir()) == [
        "催报名单.docx",
        "催报名单.xlsx",
        "退回单-双河乡人民政府.docx",
        "退回单-双河乡人民政府.xlsx",
    ]
    [faults] = docx.Document(str(folder / "退回单-双河乡人民政府.docx")).tables
    assert len(faults.rows) == 2, "one fault is sent back once, however many balances it breaks"
    assert "最可能填错的是" in faults.rows[1].cells[3].text
    paper = docx.Document(str(folder / "催报名单.docx"))
    words = "\n".join(c.text for r in paper.tables[0].rows for c in r.cells)
    page = load_workbook(folder / "催报名单.xlsx").active
    for text in (words, "\n".join(str(c.value) for row in page.iter_rows() for c in row)):
        assert all(w in text for w in ("清水镇人民政府", "没有交", "双河乡人民政府", "已退回", "赵六", "2025年1月31日"))


def test_strict_returns_what_is_not_explained(county, capsys):
    # a township has no power to make rules; only an explanation would let this pass
    book(county / "收到/d.xlsx", valid("清水镇人民政府").with_entries({"disclosure.rules.issued": number_entry(1)}))
    loose, strict = (
        {Path(e["file"]).name: e["state"] for e in said(capsys, county, *more)["ledger"]} for more in ((), ("--strict",))
    )
    assert (loose["d.xlsx"], strict["d.xlsx"]) == ("accepted", "returned")
    assert loose["a.xlsx"] == strict["a.xlsx"] == "accepted"


def test_prose_copied_from_a_neighbour_is_on_the_list_of_problems(tmp_path, capsys):
    folder = tmp_path / "收到"
    folder.mkdir()
    own = ["农村公路建设", "学校食堂检查", "水库移民补偿", "集镇污水处理", "高标准农田整治", "危房改造名单"]
    for i, name in enumerate(("甲镇", "乙镇", "丙镇", "丁镇", "戊镇")):
        topic = own[0 if name == "乙镇" else i]  # 乙镇 took over what 甲镇 wrote
        words = "，".join(f"{topic}第{k}批项目的资金安排和进展情况及时向社会公开接受群众监督{topic}" for k in "一二三四五六七八")
        book(folder / f"{i}.xlsx", replace(valid(f"{name}人民政府"), text=PROSE | {"problems": words + "。"}))
    assert run(["rollup", str(folder), "--year", "2024", "-o", str(tmp_path / "汇总.xlsx")]) in (0, 1)
    page = load_workbook(tmp_path / "汇总.xlsx")["问题"]
    rows = [[c.value for c in row] for row in page.iter_rows()]
    copied = {r[0]: r[4] for r in rows if r[2] == "NAR-COPY"}
    assert set(copied) == {"甲镇人民政府", "乙镇人民政府"}
    assert "甲镇人民政府" in copied["乙镇人民政府"] and "农村公路建设" in copied["乙镇人民政府"]
