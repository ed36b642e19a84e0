"""The file mode: what a clerk finds beside a workbook that was dropped on the icon."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from xlplugin.books.template import write_template
from xlplugin.hosts.beside import free_name
from xlplugin.hosts.cli import run


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "某镇 2024.xlsx"
    write_template(path, "2021")
    return path


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_copy_and_report_lie_beside_the_untouched_original(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = workbook.read_bytes()
    assert run(["check", "--beside", str(workbook)]) in (0, 1)
    assert names(workbook.parent) == {workbook.name, "某镇 2024_已校验.xlsx", "某镇 2024_校验结果.txt"}
    assert workbook.read_bytes() == before
    report = workbook.with_name("某镇 2024_校验结果.txt").read_bytes()
    assert report.startswith(b"\xef\xbb\xbf") and b"\n" not in report.replace(b"\r\n", b"")
    shown = capsys.readouterr()
    for line in report.decode("utf-8-sig").splitlines()[2:]:
        assert line in shown.out, "the report says what the screen says"
    copy = openpyxl.load_workbook(workbook.with_name("某镇 2024_已校验.xlsx"))
    assert copy.sheetnames == openpyxl.load_workbook(workbook).sheetnames
    assert "某镇 2024_已校验.xlsx" in shown.err


def test_a_second_run_overwrites_nothing(workbook: Path) -> None:
    run(["check", "--beside", str(workbook)])
    kept = {p: p.read_bytes() for p in workbook.parent.iterdir()}
    run(["check", "--beside", str(workbook)])
    assert {p: p.read_bytes() for p in kept} == kept
    assert names(workbook.parent) - {p.name for p in kept} == {"某镇 2024_已校验2.xlsx", "某镇 2024_校验结果2.txt"}
    assert free_name(workbook, "_已校验", ".xlsx").name == "某镇 2024_已校验3.xlsx"


def test_several_files_one_of_them_broken(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = workbook.with_name("坏.xlsx")
    broken.write_bytes(b"not a workbook")
    assert run(["check", "--beside", str(broken), str(workbook)]) == 3
    assert "坏.xlsx" in capsys.readouterr().err
    assert "某镇 2024_已校验.xlsx" in names(workbook.parent), "the good one is done all the same"
