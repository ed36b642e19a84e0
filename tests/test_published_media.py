"""Whatever file a published copy comes in, a cell is read right or not at all, and what is not read is said."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from reportlab.lib.pagesizes import A4

from tests.fillings import FORMS, filled
from tests.published_media import MEDIA, WHOLE, make
from tests.published_pdf import Look, side_by_side
from tests.published_pdf import write as write_sheets
from tests.published_workbooks import Way, county, number, write
from tests.test_published_copies import anyhow
from xlplugin.books.template import write_template
from xlplugin.errors import UnreadableSource
from xlplugin.hosts.cli import cli as main_group
from xlplugin.numerals import State
from xlplugin.published import read_all_published, read_published
from xlplugin.published.child import grids_of_medium
from xlplugin.published.sniffing import sniff
from xlplugin.recognising import recognise
from xlplugin.report import Report


def read_here(path: Path) -> Report:
    """The report in a file, read in this process: the bounds of the child are tested elsewhere."""
    return recognise(grids_of_medium(sniff(path.read_bytes()), path))


def lost(truth: Report, read: Report) -> list[str]:
    """The cells that were not read though the copy shows them; every one must have a finding, and none may be wrong."""
    said = {c for f in read.intake for c in f.cells}
    unread = []
    assert read.form_id == truth.form_id
    for cell in truth.form.cells:
        was, now = truth.entry(cell.id), read.entry(cell.id)
        assert now.value is None or now.value == was.value, cell.id
        assert now.state is not State.UNREAD or cell.id in said, cell.id
        if now.value is None and was.value is not None:
            assert cell.id in said, cell.id
            unread.append(cell.id)
    return unread


@pytest.mark.parametrize("style", MEDIA)
def test_a_cell_is_right_or_unread_and_said(style, tmp_path):
    random = Random(f"a {style}")
    truth = anyhow(random.choice(FORMS), random)
    lost(truth, read_here(make(style, truth, random, tmp_path)))


@pytest.mark.parametrize("style", WHOLE)
def test_a_clean_copy_is_read_whole(style, tmp_path):
    random = Random(f"clean {style}")
    truth = filled(random.choice(FORMS), random)
    read = read_here(make(style, truth, random, tmp_path))
    assert lost(truth, read) == []
    assert (read.cover.name, read.cover.year) == (truth.cover.name, truth.cover.year)


@pytest.mark.parametrize("rules", ["all", "none"])
def test_two_reports_side_by_side_in_a_pdf(rules, tmp_path):
    first, second = (filled("2021", Random(n), name=name) for n, name in ((1, "晨溪镇人民政府"), (2, "云岭街道办事处")))
    path = side_by_side(tmp_path / "two.pdf", first, second, Look(rules=rules, prose=5))
    found = read_all_published(path)
    assert [r.cover.name for r in found] == ["晨溪镇人民政府", "云岭街道办事处"]
    assert [lost(truth, read) for truth, read in zip((first, second), found, strict=True)] == [[], []]
    assert lost(second, read_published(path, unit="云岭街道办事处")) == []


def test_a_workbook_with_a_report_on_each_sheet(tmp_path):
    first, second = (filled("2021", Random(n), name=name) for n, name in ((1, "晨溪镇人民政府"), (2, "云岭街道办事处")))
    path = write(tmp_path / "two.xlsx", [("晨溪", first), ("云岭", second)], Random(1), Way(number))
    assert [lost(t, r) for t, r in zip((first, second), read_all_published(path), strict=True)] == [[], []]
    with pytest.raises(UnreadableSource, match=r"2份年报（晨溪镇人民政府2024年、云岭街道办事处2024年）"):
        read_published(path)


def test_last_years_sheet_beside_this_years(tmp_path):
    now = filled("2021", Random(1))
    before = replace(filled("2021", Random(5)), cover=replace(now.cover, year=2023))
    path = write(tmp_path / "years.xlsx", [("2024年", now), ("2023年", before)], Random(1), Way(number, titled=False))
    assert [r.cover.year for r in read_all_published(path)] == [2024, 2023]
    assert lost(before, read_published(path, year=2023)) == []


def test_what_is_hidden_is_not_read_and_what_is_not_calculated_is_said(tmp_path):
    truth = filled("2021", Random(3))
    assert lost(truth, read_here(make("xlsx hidden", truth, Random(1), tmp_path))) == []
    read = read_here(make("xlsx formulas", truth, Random(1), tmp_path))
    unread = lost(truth, read)
    assert unread
    assert all("公式没有结果" in read.entry(c).seen for c in unread)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("form_id", FORMS)
def test_a_countys_list_is_refused(form_id, grouped, tmp_path):
    with pytest.raises(UnreadableSource, match="一行一个单位的汇总表"):
        read_published(county(tmp_path / "list.xlsx", form_id, grouped=grouped))


def test_our_own_workbook_needs_no_import(tmp_path):
    write_template(tmp_path / "ours.xlsx", "2021", report=filled("2021", Random(1)))
    with pytest.raises(UnreadableSource, match=r"ours\.xlsx 是本系统的填报工作簿"):
        read_published(tmp_path / "ours.xlsx")


REFUSED = {
    "a.ofd": ("OFD.xml", "", "OFD 版式文件"),
    "a.odt": ("content.xml", "application/vnd.oasis.opendocument.text", "ODT 文字文档"),
    "a.zip": ("报告.docx", "", "压缩包"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_medium_that_cannot_be_read_is_named(name, tmp_path):
    part, kind, says = REFUSED[name]
    with zipfile.ZipFile(tmp_path / name, "w") as package:
        package.writestr(part, "<x/>")
        if kind:
            package.writestr("mimetype", kind)
    with pytest.raises(UnreadableSource, match=rf"^{name} 是 ?{says}"):
        read_published(tmp_path / name)


def test_a_folder_with_one_of_each_kind(tmp_path):
    """One outcome a file; what was imported compares as equal to the workbook that was published."""
    truth = filled("2021", Random(8))
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for style in ("pdf ruled", "docx", "xlsx"):
        (path := make(style, truth, Random(1), tmp_path)).rename(folder / f"{style.split()[0]}{path.suffix}")
    county(folder / "list.xlsx", "2021")
    (folder / "scan.pdf").write_bytes((write_sheets(tmp_path / "scan.pdf", [[]], A4)).read_bytes())
    (folder / "old.rtf").write_text("{\\rtf1 年报}", "utf-8")
    ran = CliRunner().invoke(main_group, ["import", str(folder), "-o", str(out)])
    said = ran.output + (ran.stderr if ran.stderr_bytes is not None else "")
    assert sorted(p.name for p in out.iterdir()) == ["docx.xlsx", "pdf.xlsx", "xlsx.xlsx"]
    for name, why in (("list.xlsx", "汇总表"), ("scan.pdf", "扫描件"), ("old.rtf", "RTF")):
        assert any(name in line and why in line for line in said.splitlines()), said
    write_template(tmp_path / "book.xlsx", "2021", report=truth)
    for name in ("docx.xlsx", "pdf.xlsx", "xlsx.xlsx"):
        compared = CliRunner().invoke(main_group, ["compare", str(out / name), str(tmp_path / "book.xlsx"), "--json"])
        assert compared.exit_code == 0
        assert not json.loads(compared.stdout)["differences"], name
