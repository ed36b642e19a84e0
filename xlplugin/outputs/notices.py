"""退回单: what a unit must change, cell by cell, as .docx and .xlsx; and the reminder list for those who owe a report."""

from __future__ import annotations

import datetime as dt
import errno
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from xlplugin.checking import check
from xlplugin.errors import CannotWrite
from xlplugin.finding import Finding, Severity, causes
from xlplugin.merging.filed import Filed, unpack
from xlplugin.merging.guards import deadlines
from xlplugin.merging.intake import Entry, Outcome
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import RollUp
from xlplugin.numerals import Entry as Typed
from xlplugin.numerals import State
from xlplugin.report import Cover, Report

HEADS = ("序号", "位置", "填的数", "不符合的规则", "左边", "右边", "差", "可能应为", "怎么办")
_GRAVE = (Severity.FORCED, Severity.EXPLAIN)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a notice: where, what stands there, which rule in words, both sides, the likely right value, what to do."""

    place: str
    value: str
    rule: str
    left: str
    right: str
    gap: str
    likely: str
    todo: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.place, self.value, self.rule, self.left, self.right, self.gap, self.likely, self.todo)


@dataclass(frozen=True, slots=True)
class Notice:
    """A 退回单 of one unit: the file it is about, its faults (those that block first), and until when to file again."""

    unit: str
    year: int
    file: str
    due: str
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]  # what does not block


def notices(rolled: RollUp, *, due: str | None = None, today: dt.date | None = None) -> tuple[Notice, ...]:
    """One notice a returned file of each unit.

    `due` is the day until which to file again; without it the register's deadline, where that lies ahead, else a
    week from `today`.
    """
    day = today or dt.date.today()
    by_unit = deadlines(rolled)
    found = []
    for e in rolled.ledger:
        if e.state is Outcome.RETURNED:
            known = by_unit.get(e.unit, "")
            until = due or (known if known > day.isoformat() else (day + dt.timedelta(days=7)).isoformat())
            found.append(_notice(rolled, e, until))
    return tuple(found)


def _notice(rolled: RollUp, entry: Entry, due: str) -> Notice:
    filed = rolled.fetch(entry.slip.sha256)
    found = _with_suspects(filed)
    grave = sorted((f for f in found if f.blocks), key=lambda f: _GRAVE.index(f.severity))
    notes = tuple(f"{f.severity}：{f.message}" for f in found if not f.blocks)
    return Notice(entry.unit, rolled.year, _short(entry.slip.file), due, tuple(_fault(filed, f) for f in grave), notes)


def _with_suspects(filed: Filed) -> tuple[Finding, ...]:
    """The findings of the file; its broken balances are looked into once more, now for the cell that is probably wrong."""
    rules = {b.id for b in plan(filed.form).balances}
    broken = (
        [f for f in causes(check(report_of(filed))) if f.rule in rules] if any(f.rule in rules for f in filed.findings) else []
    )
    return (*broken, *(f for f in filed.findings if f.rule not in rules))


def report_of(filed: Filed) -> Report:
    """The numbers of a filed workbook as a report again (prose and covers are not kept in the ledger)."""
    entries = {}
    for cell, number in zip(plan(filed.form).cells, unpack(filed.packed), strict=True):
        state = State(filed.states.get(cell, State.NUMBER))
        if state not in (State.BLANK, State.NIL):
            entries[cell] = Typed(number, state, "" if number is None else str(number))
    cover = Cover(name=filed.name or None, code=filed.unit_code or None, level=filed.level or None, year=filed.year)
    return Report(filed.form, cover, entries)


def _fault(filed: Filed, found: Finding) -> Fault:
    shape = plan(filed.form)
    first = found.suspects[0] if found.suspects else None
    cells = tuple(first.cells) if first else found.cells[:1]
    numbers = dict(zip(shape.cells, unpack(filed.packed), strict=True))
    places = "；".join(shape.label(c) for c in cells if c in numbers) or "全表"
    values = "；".join(found.seen or _said(numbers[c]) for c in cells if c in numbers)
    likely = "；".join(str(v) for v in first.cells.values()) if first else ""
    left, right, gap = ("" if n is None else str(n) for n in (found.left, found.right, found.gap))
    return Fault(places, values, found.message, left, right, gap, likely, found.fix)


def _said(number: object) -> str:
    return "空白" if number is None else str(number)


def _short(file: str) -> str:
    return file.replace("\\", "/").rsplit("/", 1)[-1]


def write_notices(folder: Path, rolled: RollUp, *, due: str | None = None, today: dt.date | None = None) -> tuple[Path, ...]:
    """Writes `退回单-<unit>.docx` and `.xlsx` for every returned file into a folder.  Raises CannotWrite."""
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stem, notice in _named(notices(rolled, due=due, today=today)):
            for suffix, write in ((".docx", write_docx), (".xlsx", write_xlsx)):
                path = folder / f"{stem}{suffix}"
                data = io.BytesIO()
                write(data, notice)
                written.append(put_whole(path, data.getvalue()))
    except OSError as error:
        raise CannotWrite(f"退回单写不进“{folder}”：{why_not(error)}。") from error
    return tuple(written)


def why_not(error: OSError) -> str:
    """Why a file could not be written, and what to do, in the officer's words."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "磁盘已满，请腾出空间后重试" if full else f"系统拒绝写入（{error.strerror or error}），请换一个文件夹后重试"


def put_whole(path: Path, data: bytes) -> Path:
    """A file whole or not at all: what stood there stays when the disk is full.  Raises OSError."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _named(all_notices: tuple[Notice, ...]) -> Iterator[tuple[str, Notice]]:
    """File names that every system takes; two files of one unit are numbered."""
    used: dict[str, int] = {}
    for notice in all_notices:
        stem = "退回单-" + (re.sub(r'[\\/:*?"<>|\s]+', "_", notice.unit).strip("._") or "未知单位")[:60]
        used[stem] = used.get(stem, 0) + 1
        yield (stem if used[stem] == 1 else f"{stem}-{used[stem]}"), notice


def _opening(notice: Notice) -> str:
    return (
        f"你单位报送的 {notice.year} 年度政府信息公开工作年度报告（文件“{notice.file}”）经审核有 {len(notice.faults)} 处需要改正，"
        f"现予退回。请按下表逐项核对改正后，于 {in_words(notice.due)}前重新报送。"
    )


def in_words(day: str) -> str:
    year, month, date = (int(x) for x in day.split("-"))
    return f"{year}年{month}月{date}日"


_CLOSING = "“可能应为”是由表内其他数推算的，只供核对，以台账为准。改好后请重新填写封面的填报日期，文件名不必改动。"


def write_docx(target: BinaryIO, notice: Notice) -> None:
    """The notice on paper: A4 landscape, 宋体, the table with a head that repeats."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paper: Any = docx.Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2.0)
    _font(paper.styles["Normal"], "宋体", Pt(11))
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styled_run(title, "退 回 单", "黑体", Pt(20))
    styled_run(paper.add_paragraph(), f"{notice.unit}：", "宋体", Pt(12), bold=True)
    opening = paper.add_paragraph(_opening(notice))
    opening.paragraph_format.first_line_indent = Pt(22)
    _docx_table(paper, notice, Cm)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)
    if notice.notes:
        styled_run(paper.add_paragraph(), "另请核实（不影响重报）：", "宋体", Pt(11), bold=True)
        for note in notice.notes:
            paper.add_paragraph(note)
    paper.add_paragraph(_CLOSING)
    signed = paper.add_paragraph("经办人：　　　　　　　　　　联系电话：　　　　　　　　　　日期：　　　　年　　月　　日")
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.save(target)


_WORDY = (1, 3, 8)  # columns of sentences; the others are numbers and stand in the middle
_WIDTHS = (1.1, 5.2, 1.8, 6.4, 1.6, 1.6, 1.5, 2.0, 4.5)


def _docx_table(paper: Any, notice: Notice, centimetres: Any) -> None:
    from docx.oxml import OxmlElement

    table = paper.add_table(rows=1, cols=len(HEADS))
    table.style = "Table Grid"
    table.autofit = False
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for column, words in enumerate(HEADS):
        written_cell(table.rows[0].cells[column], words, "黑体", middle=True)
    for number, fault in enumerate(notice.faults, start=1):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for column, words in enumerate((str(number), *fault.columns)):
            written_cell(row.cells[column], words, "宋体", middle=column not in _WORDY)
    for column, width in enumerate(_WIDTHS):
        table.columns[column].width = centimetres(width)
        for cell in table.columns[column].cells:
            cell.width = centimetres(width)


def written_cell(cell: Any, words: str, font: str, *, middle: bool = False) -> None:
    """One cell of a table on paper: ten points, a little air above and below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    styled_run(paragraph, words, font, Pt(10))
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def styled_run(paragraph: Any, words: str, font: str, size: Any, *, bold: bool = False) -> None:
    run = paragraph.add_run(words)
    run.bold = bold
    _font(run, font, size)


def _font(styled: Any, font: str, size: Any) -> None:
    from docx.oxml.ns import qn

    styled.font.name, styled.font.size = font, size
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def write_xlsx(target: BinaryIO, notice: Notice) -> None:
    """The same notice as a sheet, with a box for the unit's answer."""
    import xlsxwriter

    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("退回单")
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter"}
        box, head = (
            book.add_format({**base, "border": 1, "indent": 1}),
            book.add_format({**base, "border": 1, "bold": True, "bg_color": "#F4F6F9", "align": "center"}),
        )
        entry = book.add_format({**base, "border": 1, "bg_color": "#FFFDF3", "locked": False})
        middle = book.add_format({**base, "border": 1, "align": "center"})
        page.merge_range(
            0, 0, 0, 9, f"退回单：{notice.unit}", book.add_format({"font_name": "黑体", "font_size": 18, "align": "center"})
        )
        page.merge_range(1, 0, 1, 9, _opening(notice), book.add_format(base))
        page.set_row(0, 32)
        page.set_row(1, 36)
        for column, (words, width) in enumerate(
            zip((*HEADS, "单位答复（填）"), (6, 34, 10, 44, 10, 10, 9, 12, 32, 24), strict=True)
        ):
            page.write_string(2, column, words, head)
            page.set_column(column, column, width)
        for row, fault in enumerate(notice.faults, start=3):
            for column, words in enumerate((str(row - 2), *fault.columns)):
                page.write_string(row, column, words, box if column in _WORDY else middle)
            page.write_blank(row, 9, None, entry)
            page.set_row(row, 16.5 * max(2, -(-len(fault.rule) // 20), -(-len(fault.todo) // 14), -(-len(fault.place) // 15)))
        bottom = 3 + len(notice.faults)
        for i, words in enumerate((*notice.notes, _CLOSING)):
            page.merge_range(bottom + 1 + i, 0, bottom + 1 + i, 9, words, book.add_format(base))
            page.set_row(bottom + 1 + i, 32 if len(words) > 70 else 18)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(2)
        page.freeze_panes(3, 0)
        page.protect("", {"format_rows": True, "format_columns": True})


def reminder_text(rolled: RollUp, *, due: str | None = None) -> str:
    """The reminder (催报) as plain text, to be pasted into a message; "" where nobody owes anything."""
    by_unit = deadlines(rolled)
    silent = list(rolled.silent)
    back = list(rolled.returned_units)
    if not silent and not back:
        return ""
    until = f"，请于 {in_words(due)}前报送" if due else "，请尽快报送"
    lines = [f"关于报送 {rolled.year} 年度政府信息公开工作年度报告的提醒："]
    if silent:
        lines += [
            "以下单位尚未报送" + until + "：",
            *(f"　{i}. {u}{_until(by_unit.get(u, ''))}" for i, u in enumerate(silent, 1)),
        ]
    if back:
        lines += ["以下单位的报表已退回，请按退回单改正后重报：", *(f"　{i}. {u}" for i, u in enumerate(back, 1))]
    return "\n".join(lines)


def _until(day: str) -> str:
    return f"（截止 {in_words(day)}）" if day else ""
