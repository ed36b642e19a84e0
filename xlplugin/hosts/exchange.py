"""The buttons of 汇总与公布 and of 帮助: 导入, 汇总, 导出, 诊断."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xlplugin.books.layout import Layout, layout
from xlplugin.books.reader import read_open
from xlplugin.errors import XlpluginError
from xlplugin.hosts.host import Host, Value
from xlplugin.hosts.opening import open_report
from xlplugin.hosts.writing import Place, write_all
from xlplugin.numerals import State
from xlplugin.report import Report

SOURCES = (".xlsx", ".xlsm", ".html", ".htm", ".txt", ".md", ".docx", ".pdf")
ROSTERS = (".xlsx", ".csv")
_GIVEN = frozenset({State.NUMBER, State.NA, State.NIL, State.DEDUCED, State.FILLED})


def import_report(host: Host) -> None:
    """导入: a published report, or last year's workbook, into 上年数据 or, when that is wanted, into the entry cells."""
    source = host.choose_file("导入已公布的年报或上年工作簿", SOURCES)
    if source is None:
        return
    here, _, sheets = read_open(host)
    there = open_report(source)
    what = f"“{source.name}”：{there.cover.name or '（未写单位）'}，{there.year or '（未写年度）'} 年度"
    if host.ask(f"{what}。\n写入“上年数据”吗？（选“否”则询问是否写入填报单元格）"):
        values = last_year_values(here.form_id, there)
        _nothing_in_common(values, there)
        write_all(host, _last_year_changes(layout(here.form_id), values), sheets)
        host.tell(f"已写入“上年数据” {len(values)} 格。{_left_out(there, values)}")
        return
    values = entry_values(here, there)
    _nothing_in_common(values, there)
    over = sum(here.entry(c).state is not State.BLANK for c in values)
    if not host.ask(f"要把 {len(values)} 格写入填报单元格，其中 {over} 格已有内容，将被改写。继续吗？"):
        host.tell("没有写入，工作簿没有被改动。")
        return
    write_all(host, _entry_changes(layout(here.form_id), values), sheets)
    host.tell(f"已写入 {len(values)} 格。{_left_out(there, values)}请再按“校验”。")


def last_year_values(form_id: str, there: Report) -> dict[str, Value]:
    """This form's cell → last year's number, where the older form has a cell that may be compared with it."""
    from xlplugin.form.crosswalk import answers

    numbers = there.numbers()
    return {new: numbers[old] for new, old in answers(there.form_id, form_id).items() if old in numbers}


def entry_values(here: Report, there: Report) -> dict[str, Value]:
    """The other report's numbers and “/”, when it is on the same form.  Raises XlpluginError for another form."""
    if here.form_id != there.form_id:
        raise XlpluginError(
            f"来源是 {there.form_id} 格式，本工作簿是 {here.form_id} 格式，不能写入填报单元格；只能写入“上年数据”。没有改动任何单元格。"
        )
    found = {c.id: there.entry(c.id) for c in here.form.cells}
    return {c: e.seen if e.value is None else e.value for c, e in found.items() if e.state in _GIVEN}


def _nothing_in_common(values: Mapping[str, Value], there: Report) -> None:
    if not values:
        raise XlpluginError(f"来源（{there.form_id} 格式）里没有可以写入的数字。没有改动任何单元格。")


def _left_out(there: Report, values: Mapping[str, Value]) -> str:
    rest = sum(there.entry(c.id).state in (State.TEXT, State.UNREAD) for c in there.form.cells)
    return f"来源里有 {rest} 格读不出数字，没有写入。" if rest else ""


def _last_year_changes(plan: Layout, values: Mapping[str, Value]) -> dict[str, dict[Place, Value]]:
    """Every number of 上年数据: what the source does not have becomes blank, so that two years are never mixed."""
    sheet = next(iter(plan.last_year.values())).sheet
    return {sheet: {(s.row, s.column): values.get(c) for c, s in plan.last_year.items()}}


def _entry_changes(plan: Layout, values: Mapping[str, Value]) -> dict[str, dict[Place, Value]]:
    changes: dict[str, dict[Place, Value]] = {}
    for cell, value in values.items():
        spot = plan.cells[cell]
        changes.setdefault(spot.sheet, {})[(spot.row, spot.column)] = value
    return changes


def export_document(host: Host) -> None:
    """导出: the official document as .docx beside the workbook; an existing file is replaced only when that is wanted."""
    from xlplugin.outputs.publishing import publish

    report, _, _ = read_open(host)
    if host.path is None:
        raise XlpluginError("请先保存工作簿，文稿会放在它旁边。")
    year = f"{report.year}年" if report.year else ""
    target = host.path.with_name(f"{_plain(report.cover.name or host.path.stem)}{year}政府信息公开工作年度报告.docx")
    if target.exists() and not host.ask(f"“{target.name}”已经存在。\n要替换它吗？（选“否”则另取一个名字）"):
        target = free_name(target)
    publish(report, target)
    host.tell(f"已导出：{target}")


def _plain(name: str) -> str:
    return "".join(c for c in name if c not in '\\/:*?"<>|\r\n\t').strip() or "本单位"


def free_name(path: Path) -> Path:
    """The name, or one like it that is not taken: 名 (2).docx, 名 (3).docx ..."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem} ({number})")
    return found


def show_diagnosis(host: Host) -> None:
    """诊断: what works on this machine, and how to mend what does not."""
    from xlplugin.hosts.diagnosis import log_folder
    from xlplugin.hosts.doctor import examine

    host.tell("\n".join([*examine().lines, f"出错记录的文件夹：{log_folder()}"]))
