"""Habits of clerks and of editors on web sites: units, dates and telephone numbers in tables, cells merged downwards, quarters.

    copy = spoil(report, Random(7), DEFECTS, WRITERS, BEYOND)        # with `published_adversary.spoil`

As in the other adversaries, which lend their defects and writers here: what is read is the figure of its cell or nothing.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from tests import published_adversary as first
from tests import published_sites as sites
from tests.published_adversary import Box, Defect, Paper, Row, Writer, data_of, figures_of, labels_of, laid_out

_TALL = ("disclosure", "applications")


# --- rows that are none of the form ----------------------------------------------------------------------------------


def unit_rows(p: Paper, random: Random) -> None:
    """The unit of measure in a row over the table, under its header, or in its middle."""
    key = random.choice(list(p.tables))
    rows = p.tables[key]
    said = random.choice(("单位：件", "计量单位：件", "（单位：件）", "单位:件、万元", "单位：件  制表：办公室"))
    rows.insert(random.choice((0, 1, random.randrange(len(rows)))), Row("bar", [Box(said, 10 if key == "applications" else 4)]))


def rows_of_contacts(p: Paper, random: Random) -> None:
    """Telephone numbers, dates and names in a row of the table."""
    key = random.choice(list(p.tables))
    rows = p.tables[key]
    said = random.choice((
        ["联系电话：0571-88812345"], ["填报日期：2024-01-15"], ["填报人", "张三", "电话", "13800138000"], ["联系人：李四 13800138000"],
        ["审核人：王五", "2024年1月15日"], ["邮编 310000"], ["填报单位（盖章）：", "", "2025", "1", "15"],
    ))  # fmt: skip
    at = random.choice((len(rows), len(rows), random.randrange(len(rows) + 1)))
    rows.insert(at, Row("bar", [Box(x) for x in said]))


def empty_rows(p: Paper, random: Random) -> None:
    """Rows without anything, or of spaces that do not break, among the others."""
    for key in _TALL:
        rows = p.tables[key]
        for _ in range(random.randrange(1, 4)):
            wide = 10 if key == "applications" else 4
            text = random.choice(("", "\xa0", " "))
            rows.insert(random.randrange(len(rows) + 1), Row("bar", [Box(text) for _ in range(random.choice((1, wide)))]))


def continued(p: Paper, random: Random) -> None:
    """续表 and the header once more, as at the head of a page."""
    key = random.choice(_TALL)
    rows = p.tables[key]
    head = rows[: next(i for i, r in enumerate(rows) if r.kind == "data")]
    at = random.choice([i for i, r in enumerate(rows) if i > len(head) and r.kind == "data"])
    name = random.choice(("续表", "（续表）", "续上表", "表2（续）", "第2页"))
    again = [r.copy() for r in (head if random.random() < 0.7 else head[-1:])]
    p.tables[key] = [*rows[:at], Row("bar", [Box(name, 3)]), *again, *rows[at:]]


def rows_of_the_old_form(p: Paper, random: Random) -> None:
    """Rows that the other form has in table two, left among those of this one."""
    rows = p.tables["disclosure"]
    for name in random.sample(("其他对外管理服务事项", "政府集中采购", "行政征收", "行政确认"), 2):
        figs = [Box(str(random.randrange(90))) for _ in range(random.choice((1, 2, 3)))]
        rows.insert(random.randrange(2, len(rows) + 1), Row("data", [Box(name), *figs]))


def another_total_before(p: Paper, random: Random) -> None:
    """A small table of the office's own that ends in 总计, just before one of the form's."""
    key = random.choice(list(p.tables))
    names = random.sample(("网站", "微信公众号", "微博", "公开栏", "电话咨询", "来访"), 3)
    figs = [random.randrange(90) for _ in names]
    own = [Row("data", [Box(n), Box(str(f))]) for n, f in zip(names, figs, strict=True)]
    own.append(Row("data", [Box(random.choice(("总计", "合计"))), Box(str(sum(figs)))]))
    if random.random() < 0.5:
        p.tables[key] = [*own, *p.tables[key]]
        return
    p.tables = {k: v for t, rows in p.tables.items() for k, v in ((("own", own), (t, rows)) if t == key else ((t, rows),))}
    p.headings["own"] = ""


# --- columns ---------------------------------------------------------------------------------------------------------


def unit_column(p: Paper, random: Random) -> None:
    """A column that names the unit of each row."""
    key = random.choice(_TALL)
    for r in p.tables[key]:
        at = next((i for i, b in enumerate(r.boxes) if b.column), len(r.boxes))
        if r.kind == "data":
            r.boxes.insert(at, Box("万元" if "收费" in r.boxes[0].text else "件"))
        elif r.kind == "head" and (key == "disclosure" or r is p.tables[key][0]):
            r.boxes.insert(1, Box(random.choice(("单位", "计量单位", "")), 1, r.boxes[0].deep))


def applicants_in_another_order(p: Paper, random: Random) -> None:
    """The five organisations in an order of the office's own."""
    rows = p.tables["applications"]
    order = random.sample(range(5), 5)
    rows[2].boxes = [rows[2].boxes[i] for i in order]
    for r in data_of(p, "applications"):
        figs = figures_of(r)
        r.boxes = [*labels_of(r), figs[0], *(figs[1 + i] for i in order), *figs[6:]]


def halves_of_the_year(p: Paper, random: Random) -> None:
    """Rows of one column with 上半年, 下半年 and their sum."""
    for r, before in zip(p.tables["disclosure"][1:], p.tables["disclosure"], strict=False):
        figs = figures_of(r)
        if r.kind == "data" and len(figs) == 1 and figs[0].text.isdigit():
            half = random.randrange(int(figs[0].text) + 1)
            parts = [Box(str(half)), Box(str(int(figs[0].text) - half))]
            at = r.boxes.index(figs[0])
            r.boxes[at:at] = parts
            figs[0].wide = 1
            if before.kind == "head" and random.random() < 0.7:
                before.boxes[1:1] = [Box("上半年"), Box("下半年")]


def other_and_total_in_one(p: Paper, random: Random) -> None:
    """The labels 其他 and 总计 share a cell, or one of them is gone; the figures stay."""
    rows = p.tables["applications"]
    other, total = rows[2].boxes[-1], rows[1].boxes[-1]
    how = random.randrange(3)
    if how == 0:
        rows[2].boxes[-1] = Box(f"{other.text} {total.text}", 2)
        rows[1].boxes.pop()
    elif how == 1:
        rows[2].boxes.pop()
    else:
        total.text = random.choice(("合计", "小计", ""))


# --- cells -----------------------------------------------------------------------------------------------------------


def sums_merged_down(p: Paper, random: Random) -> None:
    """One deep cell with the sum of several rows in place of their totals, or of any column."""
    rows = p.tables["applications"]
    column = random.choice((-1, -1, random.randrange(7)))
    starts = [i for i in range(len(rows) - 2) if all(r.kind == "data" and len(figures_of(r)) == 7 for r in rows[i : i + 3])]
    at = random.choice(starts)
    deep = random.choice((2, 3))
    cells = [figures_of(r)[column] for r in rows[at : at + deep]]
    figures = [int(b.text) for b in cells if b.text.isdigit()]
    if len(figures) < deep:
        raise ValueError
    cells[0].text, cells[0].deep = str(sum(figures)), deep
    for r, b in list(zip(rows[at : at + deep], cells, strict=True))[1:]:
        r.boxes = [x for x in r.boxes if x is not b]


def equal_rows_merged(p: Paper, random: Random) -> None:
    """Equal figures of neighbouring rows drawn as one deep cell."""
    rows = p.tables["applications"]
    for above, below in pairwise(rows):
        pairs = list(zip(figures_of(above), figures_of(below), strict=False))
        for a, b in pairs:
            if a.text == b.text and a.column == b.column and a.deep == b.deep == 1 and random.random() < 0.1:
                a.deep = 2
                below.boxes = [x for x in below.boxes if x is not b]


def footers_glued(p: Paper, random: Random) -> None:
    """What the page says below the table, in its last cell or directly behind it."""
    said = random.choice(
        (
            "浏览次数：123",
            "阅读量 1234",
            "【打印】【关闭】",
            " 123",
            "扫一扫在手机打开当前页",
            "点击数：56",
            "\n3",
            "责任编辑：赵六 2024-01-20",
        )
    )
    key = random.choice(list(p.tables))
    last = p.tables[key][-1]
    if last.boxes[-1].text and random.random() < 0.6:
        last.boxes[-1].text += said
    else:
        p.tables[key].append(Row("bar", [Box(said.strip())]))


def list_numbers_in_figures(p: Paper, random: Random) -> None:
    """The editor took the column for a list: 1.0, （1）0, ①0, i) 0."""
    sign = random.choice(("{}. {}", "（{}）{}", "{}、{}", "{}.{}", "{}）{}", "[{}]{}"))
    amounts = {c.column for c in p.report.form.cells if c.decimal}
    for n, r in enumerate(data_of(p, random.choice(list(p.tables))), 1):
        for b in figures_of(r)[:1]:
            if b.text.isdigit() and b.column not in amounts:
                b.text = sign.format(n, b.text)


def odd_numerals(p: Paper, random: Random) -> None:
    """Roman, circled, full-width and accountants' numerals, raised notes, ditto marks, formulas."""
    roman = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨ"
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    upper = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
    for key in p.tables:
        for r in data_of(p, key):
            for b in figures_of(r):
                if not b.text.isdigit() or random.random() > 0.08:
                    continue
                n = int(b.text)
                ways = [b.text.translate(wide), b.text.translate(upper), f"{b.text}¹", f"{b.text}⁽²⁾", "〃", "同上", f"=SUM({n})",
                        f"({b.text})", f"△{b.text}", f"{n:,}".translate(wide), f"{n}件/次", f"{n}宗", f"№{n}", f"{n}ª", f"计{n}",
                        *([roman[n - 1], chr(0x245F + n), chr(0x2787 + n)] if 0 < n < 10 else [])]  # fmt: skip
                b.text = random.choice(ways)


def fees_with_units(p: Paper, random: Random) -> None:
    """The amount with its unit in the cell, on either side, in 元 or in words."""
    for cell in (c for c in p.report.form.cells if c.unit == "万元"):
        row = next(r for r in p.tables[cell.table] if r.key == f"{cell.table}.{cell.row}")
        box = next(b for b in figures_of(row) if b.column == cell.column)
        value = p.report.entry(cell.id).value
        if value is None or not box.text:
            return
        yuan = f"{(value * 10000):f}".rstrip("0").rstrip(".") if "." in f"{value * 10000:f}" else f"{value * 10000}"
        box.text = random.choice(
            (
                f"{value}万元",
                f"{yuan}元",
                f"{value}（万元）",
                f"万元{value}",
                f"￥{value}",
                f"{value} 万",
                f"约{value}万元",
                f"人民币{yuan}元整",
            )
        )


def figures_with_seams(p: Paper, random: Random) -> None:
    """Characters that do not show, soft hyphens and hard spaces inside numbers and labels."""
    seam = random.choice(("\u200b", "\u200c", "\u2060", "\ufeff", "\xad", "\u200e", "\xa0", "\u2009", "\u3000"))
    for rows in p.tables.values():
        for r in rows:
            for b in r.boxes:
                if len(b.text) > 1 and random.random() < 0.1:
                    at = random.randrange(1, len(b.text))
                    b.text = random.choice((b.text[:at] + seam + b.text[at:], seam + b.text, b.text + seam))


MORE: tuple[Defect, ...] = (
    unit_rows, rows_of_contacts, empty_rows, continued, rows_of_the_old_form, another_total_before, unit_column,
    applicants_in_another_order, halves_of_the_year, other_and_total_in_one, sums_merged_down, equal_rows_merged, footers_glued,
    list_numbers_in_figures, odd_numerals, fees_with_units, figures_with_seams,
)  # fmt: skip
DEFECTS: tuple[Defect, ...] = (*MORE, *MORE, *sites.DEFECTS)


# --- writers ---------------------------------------------------------------------------------------------------------


def in_entities(p: Paper, random: Random) -> tuple[bytes, str]:
    """HTML whose characters are numeric entities, its blanks &nbsp; or &ensp;."""
    blank = random.choice(("", "&nbsp;", "&ensp;", "&#12288;", "&#8203;", "<br>", "<p></p>"))
    base = random.choice(("&#{};", "&#x{:x};"))

    def spelt(text: str) -> str:
        return "".join(base.format(ord(c)) if random.random() < 0.5 else first._escaped(c) for c in text)

    def cell(b: Box) -> str:
        spans = f' colspan="{b.wide}"' * (b.wide > 1) + f' rowspan="{b.deep}"' * (b.deep > 1)
        return f"<td{spans}>{spelt(b.text) or blank}</td>"

    page = first._flow(
        p,
        lambda rows: f"<table>{''.join('<tr>' + ''.join(map(cell, r.boxes)) + '</tr>' for r in rows)}</table>",
        lambda x: f"<p>{spelt(x)}</p>",
    )
    return f"<html><body>{page}</body></html>".encode(), ".html"


def from_word(p: Paper, random: Random) -> tuple[bytes, str]:
    """What Word pastes: conditional comments, space runs, a paragraph for each line, digits in runs of their own."""

    def cell(b: Box) -> str:
        spans = f" colspan={b.wide}" * (b.wide > 1) + f" rowspan={b.deep}" * (b.deep > 1)
        at = random.randrange(len(b.text) + 1)
        runs = "".join(f"<span lang=EN-US>{first._escaped(x)}</span>" for x in (b.text[:at], b.text[at:]))
        run = "<span style='mso-spacerun:yes'>&nbsp; </span>" if random.random() < 0.2 else ""
        old = "<!--[if !supportMisalignedColumns]><td>8</td><![endif]-->" if random.random() < 0.05 else ""
        return f"<td width=64 valign=top{spans}><p class=MsoNormal>{run}{runs}<o:p></o:p></p></td>{old}"

    page = first._flow(
        p, lambda rows: f"<table class=MsoTableGrid>{''.join('<tr>' + ''.join(map(cell, r.boxes)) + '</tr>' for r in rows)}</table>",
        lambda x: f"<p class=MsoNormal>{first._escaped(x)}</p>",
    )  # fmt: skip
    return f"<html xmlns:o='urn:schemas-microsoft-com:office:office'><body>{page}</body></html>".encode(), ".htm"


def in_one_cell(p: Paper, random: Random) -> tuple[bytes, str]:
    """A table whose rows are lines of one cell, the cells apart by hard spaces; or the same in <pre>."""
    gap = random.choice(("&nbsp;&nbsp;&nbsp;", "&emsp;", "\t", "&nbsp; &nbsp;"))
    frame = random.choice(("<table><tr><td>{}</td></tr></table>", "<div>{}</div>", "<pre>{}</pre>"))
    end = "\n" if frame.startswith("<pre") else "<br>"

    def table(rows: list[Row]) -> str:
        return frame.format(end.join(gap.join(first._escaped(b.text) for b in r.boxes if b.text) for r in rows))

    return f"<html><body>{first._flow(p, table, lambda x: f'<p>{first._escaped(x)}</p>')}</body></html>".encode(), ".html"


def places_apart(p: Paper, random: Random) -> tuple[bytes, str]:
    """HTML of every place of the grid, nothing merged: covered places empty or with the text of the merged cell again."""
    repeat = random.random() < 0.4

    def row(places: list[Box | None]) -> str:
        texts, last = [], ""
        for b in places:
            last = b.text if b else last
            texts.append(b.text if b else last if repeat and not last.isdigit() else "")
        return "<tr>" + "".join(f"<td>{first._escaped(t)}</td>" for t in texts) + "</tr>"

    page = first._flow(
        p, lambda rows: f"<table>{''.join(map(row, laid_out(rows)))}</table>", lambda x: f"<p>{first._escaped(x)}</p>"
    )
    return f"<html><body>{page}</body></html>".encode(), ".html"


MORE_WRITERS: tuple[Writer, ...] = (in_entities, from_word, in_one_cell, places_apart)
WRITERS: tuple[Writer, ...] = (*MORE_WRITERS, *sites.WRITERS)

# Nothing between the figures: two halves of a year, or a number of two lines on one, are one number.  Places covered or lost are empty ones in a grid without
# merged cells: a row that lost a blank ends in one, as does a row without a total; and a sum that stands in the first of its
# rows is a wrong total over an empty one.
BEYOND: dict[Writer, tuple[Defect, ...]] = {
    **sites.BEYOND,
    first.run_together: (*sites.BEYOND[first.run_together], halves_of_the_year),
    first.in_divisions: (*sites.BEYOND[first.in_divisions], halves_of_the_year),
    first.in_columns: (sites.two_years_in_a_cell,),
    places_apart: (first.figures_shifted, sums_merged_down),
}
