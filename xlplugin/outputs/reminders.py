"""催报名单: who still owes a valid report, as .docx to be sent round and as .xlsx to be worked through."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

from xlplugin.errors import CannotWrite
from xlplugin.merging.owing import reminders
from xlplugin.merging.rollup import RollUp
from xlplugin.outputs.notices import in_words, put_whole, styled_run, why_not, written_cell

HEADS = ("序号", "单位", "情况", "截止日期", "联系人", "电话", "上级单位")
_CENTIMETRES = (1.2, 6.0, 6.4, 3.6, 2.2, 3.2, 3.1)
_WORDY = (1, 2, 6)  # columns of words; the others stand in the middle
_LETTERS = (6, 34, 44, 14, 12, 18, 22)
NAME = "催报名单"


def write_reminders(folder: Path, rolled: RollUp) -> tuple[Path, ...]:
    """Writes both files into a folder; nothing where nobody owes a report.  Raises CannotWrite."""
    rows: list[tuple[str, ...]] = [(str(i), *row) for i, row in enumerate(reminders(rolled), start=1)]
    if not rows:
        return ()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for suffix, write in ((".docx", _docx), (".xlsx", _xlsx)):
            data = io.BytesIO()
            write(data, rolled, rows)
            written.append(put_whole(folder / f"{NAME}{suffix}", data.getvalue()))
    except OSError as error:
        raise CannotWrite(f"催报名单写不进“{folder}”：{why_not(error)}。") from error
    return tuple(written)


def _title(rolled: RollUp) -> str:
    return f"{rolled.year} 年度政府信息公开工作年度报告催报名单"


def _opening(rolled: RollUp, rows: list[tuple[str, ...]]) -> str:
    silent = len(rolled.silent)
    parts = [
        f"{silent} 个单位尚未报送" if silent else "",
        f"{len(rows) - silent} 个单位的报表已退回" if len(rows) > silent else "",
    ]
    return f"截至制表时，{'，'.join(p for p in parts if p)}。尚未报送的请按截止日期报送；已退回的请按退回单改正后重报。"


def _said(row: tuple[str, ...]) -> tuple[str, ...]:
    number, unit, what, due, *rest = row
    return (number, unit, what, in_words(due) if due else "", *rest)


def _docx(target: BinaryIO, rolled: RollUp, rows: list[tuple[str, ...]]) -> None:
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    paper: Any = docx.Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2.0)
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styled_run(title, _title(rolled), "黑体", Pt(18))
    styled_run(paper.add_paragraph(), _opening(rolled, rows), "宋体", Pt(11))
    table = paper.add_table(rows=1, cols=len(HEADS))
    table.style, table.autofit = "Table Grid", False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, words in enumerate(HEADS):
        written_cell(table.rows[0].cells[column], words, "黑体", middle=True)
    for row in rows:
        cells = table.add_row().cells
        for column, words in enumerate(_said(row)):
            written_cell(cells[column], words, "宋体", middle=column not in _WORDY)
    for column, width in enumerate(_CENTIMETRES):
        table.columns[column].width = Cm(width)
        for cell in table.columns[column].cells:
            cell.width = Cm(width)
    paper.save(target)


def _xlsx(target: BinaryIO, rolled: RollUp, rows: list[tuple[str, ...]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(NAME)
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter"}
        box = book.add_format({**base, "border": 1, "indent": 1})
        middle = book.add_format({**base, "border": 1, "align": "center"})
        head = book.add_format({**base, "border": 1, "bold": True, "bg_color": "#F4F6F9", "align": "center"})
        entry = book.add_format({**base, "border": 1, "bg_color": "#FFFDF3"})
        last = len(HEADS)
        page.merge_range(
            0, 0, 0, last, _title(rolled), book.add_format({"font_name": "黑体", "font_size": 18, "align": "center"})
        )
        page.merge_range(1, 0, 1, last, _opening(rolled, rows), book.add_format(base))
        page.set_row(0, 32)
        page.set_row(1, 24)
        for column, (words, width) in enumerate(zip((*HEADS, "催报记录（填）"), (*_LETTERS, 30), strict=True)):
            page.write_string(2, column, words, head)
            page.set_column(column, column, width)
        for i, row in enumerate(rows, start=3):
            for column, words in enumerate(_said(row)):
                page.write_string(i, column, words, box if column in _WORDY else middle)
            page.write_blank(i, last, None, entry)
            page.set_row(i, 16.5 * max(1, -(-len(row[2]) // 20), -(-len(row[1]) // 15)) + 3)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(2)
        page.freeze_panes(3, 0)
        page.autofilter(2, 0, 2 + len(rows), last)
