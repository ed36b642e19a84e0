"""More of what web sites do to a report: two years side by side, corrections, samples, notes, columns and rows of their own.

    copy = spoil(report, Random(7), DEFECTS, WRITERS, BEYOND)        # with `published_adversary.spoil`

`DEFECTS` and `WRITERS` hold those of the first adversary too, so that old and new meet in one copy.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tests import published_adversary as first
from tests.fillings import filled
from tests.published_adversary import Box, Defect, Paper, Row, Writer, data_of, figures_of, labels_of, laid_out, paper
from xlplugin.numerals import BLANK

OTHER_YEAR = ("0", "2", "10", "17", "406")


def _flat(rows: list[Row]) -> list[int]:
    """Where rows of figures stand into which no merged label reaches."""
    return [i for i, r in enumerate(rows) if r.kind == "data" and all(b.deep == 1 for b in r.boxes)]


def _head(rows: list[Row]) -> list[Row]:
    """The rows over the figures, up to the first row of these."""
    return rows[: next(i for i, r in enumerate(rows) if r.kind == "data")]


# --- figures that are not one number ---------------------------------------------------------------------------------


def two_years_in_a_cell(p: Paper, random: Random) -> None:
    sign = random.choice(("{}/{}", "{} / {}", "{}（{}）", "{}({})", "{}\n{}", "{}、{}", "{}→{}", "{}，上年{}"))
    for r in data_of(p, random.choice(list(p.tables))):
        for b in figures_of(r):
            if b.text.isdigit():
                b.text = sign.format(b.text, random.choice(OTHER_YEAR))


def marks_of_notes(p: Paper, random: Random) -> None:
    """Marks of footnotes, raised once, now on the line; the notes stand below the table or at the end."""
    key = random.choice(list(p.tables))
    figs = [b for r in data_of(p, key) for b in figures_of(r) if b.text.isdigit() and b.text != "0"]
    mark = random.choice(("1", "1", "*", "①", "[1]", "a", "注1"))
    for b in random.sample(figs, min(len(figs), random.choice((1, 2)))):
        b.text += mark
    note = random.choice(
        ("{} 含转办的2件。", "{}.含转办的2件。", "注：{}.含转办的2件。", "注{}：含转办的2件。", "{}、数据含所属单位。")
    ).format(mark)
    if random.random() < 0.6:
        p.tables[key].append(Row("bar", [Box(note, 10)]))
    else:
        p.after.insert(0, note)


def odd_marks(p: Paper, random: Random) -> None:
    ways = ("{}-", "{}%", "'{}", "{}？", "[{}]", "{}▲", "↑{}", "{}↓", "{},", "{}，0", "{}¹", "{}(1)", "{}:1", "<{}", "≥{}", "{}余", "近{}",
            "{}+", "{}多", "{}.00", "{}、0", "{} 0", "0x{}", "{}件次", "{}·5", "{}’5", "{}E1", "{}×10", "({}", "{})", "{}千")  # fmt: skip
    way = random.choice(ways)
    for key in p.tables:
        for r in data_of(p, key):
            for b in figures_of(r):
                if b.text.isdigit() and random.random() < 0.08:
                    b.text = way.format(b.text)


def dates_for_figures(p: Paper, random: Random) -> None:
    """A column of dates, or a row that says when the table was filled."""
    key = random.choice(("disclosure", "applications"))
    day = random.choice(("2024-01-15", "2024.1.15", "20240115", "1月15日", "2024/1/15", "2024 1 15"))
    if random.random() < 0.5:
        p.tables[key].append(Row("data", [Box("填表日期", 3), Box(day)]))
        return
    for r in p.tables[key]:
        if r.kind == "data":
            r.boxes.append(Box(day))
        elif r is p.tables[key][0]:
            r.boxes.append(Box("更新日期"))


def labels_with_figures(p: Paper, random: Random) -> None:
    """A number in the label itself."""
    for key in ("disclosure", "applications"):
        for r in data_of(p, key):
            if random.random() < 0.1:
                labels_of(r)[-1].text += random.choice(("（{}）", "（共{}件）", " {}", "{}件", "（注{}）")).format(
                    random.randrange(1, 30)
                )


# --- columns and rows of their own -----------------------------------------------------------------------------------


def own_total_column(p: Paper, random: Random) -> None:
    """合计 behind the three columns of table two, or behind all its rows."""
    wide = random.random() < 0.5
    for r in p.tables["disclosure"]:
        figs = figures_of(r)
        if r.kind == "head" and (wide or len(r.boxes) > 2):
            r.boxes.append(Box(random.choice(("合计", "小计", "总数"))))
        elif r.kind == "data" and (wide or len(figs) > 1):
            r.boxes.append(Box(str(sum(int(b.text) for b in figs if b.text.isdigit()))))


def columns_numbered(p: Paper, random: Random) -> None:
    """A row of column numbers under the header: 栏次 1 2 3 …"""
    for key in random.sample(("disclosure", "applications", "disputes"), random.choice((1, 2))):
        rows = p.tables[key]
        at = next(i for i, r in enumerate(rows) if r.kind == "data")
        like = rows[at]
        name = random.choice(("栏次", "甲", "", "行次"))
        labels = [Box(name, 3 if key == "applications" else 1)] if key != "disputes" else []
        rows.insert(at, Row("head", [*labels, *(Box(str(i + 1), b.wide) for i, b in enumerate(figures_of(like)))]))


def rows_coded(p: Paper, random: Random) -> None:
    """A code behind each label: 01, 02 …, with or without a label over it."""
    key = random.choice(("disclosure", "applications"))
    two = random.random() < 0.5
    for n, r in enumerate(data_of(p, key), 1):
        at = next((i for i, b in enumerate(r.boxes) if b.column), len(r.boxes))
        r.boxes.insert(at, Box(f"{n:02}" if two else str(n)))
    for r in p.tables[key]:
        if r.kind == "head" and (key == "disclosure" or r is p.tables[key][0]):
            r.boxes.insert(1, Box(random.choice(("代码", "行次", "")), 1, r.boxes[0].deep))


def shares_between(p: Paper, random: Random) -> None:
    """Rows of percentages, with or without the sign, with or without a name."""
    key = random.choice(("disclosure", "applications"))
    rows = p.tables[key]
    for at in sorted(random.sample(_flat(rows), 2), reverse=True):
        sign = random.choice(("{}%", "{}", "{}.5%", "{}％"))
        label = Box(random.choice(("占比", "同比增减", "", "所占比例（%）")), 2 if key == "applications" else 1)
        rows.insert(
            at + 1, Row("data", [label, *(Box(sign.format(random.randrange(100)), b.wide) for b in figures_of(rows[at]))])
        )


def years_one_below_the_other(p: Paper, random: Random) -> None:
    """Every row twice, this year's figures over last year's, the year in a column of its own."""
    key = random.choice(("disclosure", "applications"))
    year = p.report.cover.year or 0
    names = random.choice(((f"{year}年", f"{year - 1}年"), (str(year), str(year - 1)), ("本年", "上年"), ("", "")))
    if random.random() < 0.4:
        names = names[::-1]
    rows: list[Row] = []
    for r in p.tables[key]:
        if r.kind != "data":
            rows.append(r)
            continue
        labels = [Box(b.text, b.wide, b.deep * 2) for b in labels_of(r)]
        old = [Box(random.choice(OTHER_YEAR), b.wide) for b in figures_of(r)]
        pair = [figures_of(r), old] if names[0] in ("", "本年") or names[0].startswith(str(year)) else [old, figures_of(r)]
        rows += [Row("data", [*labels, Box(names[0]), *pair[0]], r.key), Row("data", [Box(names[1]), *pair[1]], r.key)]
    p.tables[key] = rows


def years_side_by_side(p: Paper, random: Random) -> None:
    """Two numbers under each label, this year's and last year's."""
    key = random.choice(("disclosure", "applications"))
    names = random.choice((("本年", "上年"), ("上年", "本年"), ("今年", "去年"), ("", "")))
    swap = names[0] == "上年"
    done: list[Row] = []
    for r in p.tables[key]:
        figs = figures_of(r)
        if r.kind == "data":
            pairs = [(b, Box(random.choice(OTHER_YEAR))) for b in figs]
            r.boxes = labels_of(r) + [x for a, b in pairs for x in ((b, a) if swap else (a, b))]
        elif r.kind == "head":
            for b in r.boxes[0 if r is not p.tables[key][0] and key == "applications" else 1 :]:
                b.wide *= 2
        done.append(r)
        if r is _head(p.tables[key])[-1] and names[0]:
            done.append(Row("head", [Box("", 3 if key == "applications" else 1), *(Box(n) for _ in range(7) for n in names)]))
    p.tables[key] = done


def totals_of_the_office(p: Paper, random: Random) -> None:
    """A last row 合计 or a row of sums over a group."""
    key = random.choice(("disclosure", "applications"))
    rows = p.tables[key]
    figs = [[int(b.text) if b.text.isdigit() else 0 for b in figures_of(r)] for r in data_of(p, key)]
    longest = max(map(len, figs))
    sums = [sum(f[i] for f in figs if len(f) > i) for i in range(longest)]
    row = Row(
        "data",
        [Box(random.choice(("合计", "总计", "小计", "累计")), 3 if key == "applications" else 1), *(Box(str(n)) for n in sums)],
    )
    rows.insert(random.choice((len(rows), len(rows), next(i for i, r in enumerate(rows) if r.kind == "data"))), row)


def heading_for_its_items(p: Paper, random: Random) -> None:
    """One of the headings （三） to （六） in one row with the sums of its items, which are left out."""
    rows = p.tables["applications"]
    starts = [i for i, r in enumerate(rows) if r.kind == "data" and any(b.text.startswith("（") and b.deep > 1 for b in r.boxes)]
    at = random.choice(starts)
    head = next(b for b in rows[at].boxes if b.text.startswith("（") and b.deep > 1)
    items = rows[at : at + head.deep]
    under = [
        x.label
        for t in p.report.form.tables
        for b in t.blocks
        for x in b.data_rows
        if x.parent and b.row(x.parent).label == head.text
    ]
    if [labels_of(r)[-1].text for r in items if r.boxes[-1].column] != under:
        raise ValueError  # some items are lost or stand elsewhere: their sums would not be the heading's
    sums = [sum(int(r[c].text) for r in map(figures_of, items) if r[c].text.isdigit()) for c in range(len(figures_of(items[0])))]
    if any(b.text and not b.text.isdigit() for r in items for b in figures_of(r)):
        raise ValueError
    before = [b for b in rows[at].boxes if b.deep > head.deep]
    p.tables["applications"] = [
        *rows[:at],
        Row("data", [*before, Box(head.text, 2), *(Box(str(n)) for n in sums)]),
        *rows[at + head.deep :],
    ]


# --- tables twice ----------------------------------------------------------------------------------------------------


def _again(p: Paper, random: Random, key: str) -> list[Row]:
    """The table once more, some figures other than they are."""
    rows = [r.copy() for r in p.tables[key]]
    figs = [b for r in rows for b in figures_of(r)]
    for b in random.sample(figs, random.choice((1, 5, len(figs)))):
        b.text = str(random.choice((1, 0, 8, 25, random.randrange(400, 900))))
    return rows


def _insert(p: Paper, random: Random, key: str, names: tuple[str, str]) -> None:
    """The other version before or behind the true one, each under its name (or neither)."""
    other = _again(p, random, key)
    late = random.random() < 0.4
    tables: dict[str, list[Row]] = {}
    for k, rows in p.tables.items():
        if k != key:
            tables[k] = rows
            continue
        named = [(f"{key} again", other), (key, rows)]
        for n, v in reversed(named) if late else named:
            tables[n] = v
    p.headings[f"{key} again"] = random.choice((names[0], p.headings[key] + names[0]))
    p.headings[key] += names[1]
    p.tables = tables


def corrected(p: Paper, random: Random) -> None:
    names = random.choice(
        (("更正前", "更正后"), ("（更正前）", "（更正后）"), ("（原表）", ""), ("上年数据", "本年数据"), ("", ""))
    )
    _insert(p, random, random.choice(list(p.tables)), names)


def all_corrected(p: Paper, random: Random) -> None:
    """The whole report twice, before and after a correction, or last year's tables behind this year's."""
    names = random.choice((("更正前", "更正后"), ("附：上年数据", ""), ("原公布数据", "现更正为"), ("", "")))
    old = {f"{k} again": _again(p, random, k) for k in p.tables}
    tables = [old, p.tables] if random.random() < 0.5 else [p.tables, old]
    p.headings |= {f"{k} again": p.headings[k] if random.random() < 0.7 else "" for k in p.tables}
    first_old, first_true = next(iter(old)), next(iter(p.tables))
    p.headings[first_old] = names[0] + p.headings[first_old]
    p.headings[first_true] = names[1] + p.headings[first_true]
    p.tables = {**tables[0], **tables[1]}


def a_sample_first(p: Paper, random: Random) -> None:
    """The form with sample figures, before the tables or behind them."""
    keys = random.choice((list(p.tables), [random.choice(list(p.tables))]))
    figure = random.choice(("1", "5", "×", "12", ""))
    samples: dict[str, list[Row]] = {}
    for key in keys:
        rows = [r.copy() for r in p.tables[key]]
        for b in (b for r in rows for b in figures_of(r)):
            b.text = figure
        samples[f"{key} sample"] = rows
        p.headings[f"{key} sample"] = p.headings[key]
    p.headings[f"{keys[0]} sample"] = random.choice(("填表示例", "（样表）", "附件：年度报告格式（示例）")) + p.headings[keys[0]]
    p.tables = {**samples, **p.tables} if random.random() < 0.6 else {**p.tables, **samples}


def a_row_struck_out(p: Paper, random: Random) -> None:
    """A row before or behind its correction; writers of HTML strike it through, others forget that."""
    key = random.choice(("disclosure", "applications"))
    rows = p.tables[key]
    at = random.choice(_flat(rows))
    old = rows[at].copy()
    for b in figures_of(old):
        b.text = str(random.randrange(60))
    old.kind = "struck"
    rows.insert(at + random.choice((0, 1)), old)


# --- breaks, units, forms --------------------------------------------------------------------------------------------


def a_row_over_two_pages(p: Paper, random: Random) -> None:
    """A row falls into two, the header once more between: its label halved, its figures above, below, or parted."""
    key = random.choice(("disclosure", "applications"))
    rows = p.tables[key]
    at = random.choice(_flat(rows))
    row, head = rows[at], [r.copy() for r in _head(rows)]
    upper, lower = row.copy(), row.copy()
    label = len(labels_of(row)) - 1
    cut = random.randrange(1, len(row.boxes[label].text))
    upper.boxes[label].text, lower.boxes[label].text = row.boxes[label].text[:cut], row.boxes[label].text[cut:]
    here = random.choice((range(0), range(99), range(random.randrange(1, 7))))
    for i, (a, b) in enumerate(zip(figures_of(upper), figures_of(lower), strict=True)):
        (b if i in here else a).text = ""
    if random.random() < 0.3:
        lower.boxes = [b for b in lower.boxes if b.text]
    rows[at : at + 1] = [upper, *(head if random.random() < 0.7 else []), lower]


def rows_in_one_cell(p: Paper, random: Random) -> None:
    """Neighbouring rows drawn as one, their labels and figures on lines of one cell."""
    key = random.choice(("disclosure", "applications"))
    rows = p.tables[key]
    flat = _flat(rows)
    pairs = [i for i in flat if i + 1 in flat and len(rows[i].boxes) == len(rows[i + 1].boxes)]
    for at in sorted(random.sample(pairs, min(len(pairs), 3)), reverse=True):
        if at + 1 < len(rows) and len(rows[at].boxes) == len(rows[at + 1].boxes):
            for a, b in zip(rows[at].boxes, rows[at + 1].boxes, strict=True):
                a.text = f"{a.text}\n{b.text}"
            del rows[at + 1]


def fees_in_yuan(p: Paper, random: Random) -> None:
    """The amount in 元, said in the column's label, over the table, in its heading, or before it."""
    for table in p.report.form.tables:
        for cell in (c for c in p.report.form.cells if c.table == table.key and c.unit == "万元"):
            row = next(r for r in p.tables[table.key] if r.key == f"{cell.table}.{cell.row}")
            head = p.tables[table.key][p.tables[table.key].index(row) - 1]
            box = next(b for b in figures_of(row) if b.column == cell.column)
            value = p.report.entry(cell.id).value
            if value is None:
                return
            box.text = f"{(Decimal(value) * 10000).normalize():f}"
            _say_yuan(p, random, table.key, head)


def _say_yuan(p: Paper, random: Random, key: str, head: Row) -> None:
    label = head.boxes[-1]
    plain = label.text.partition("（")[0]
    where = random.randrange(5)
    if where == 0:
        label.text = plain + "（单位：元）"
    elif where == 1:
        label.text = plain
        p.tables[key].insert(0, Row("bar", [Box(random.choice(("单位：元", "金额单位：元", "（单位：件、元）")), 4)]))
    elif where == 2:
        p.tables[key].insert(0, Row("bar", [Box("单位：元", 4)]))
    elif where == 3:
        p.headings[key] += "（金额单位：元）"
    else:
        label.text = plain + "（元）"


def two_forms(p: Paper, random: Random) -> None:
    """Table two on the form of other years: none of its figures is one of ours."""
    other = filled("2019" if p.report.form_id == "2021" else "2021", random)
    p.tables["disclosure"] = paper(other).tables["disclosure"]
    mine = {c: p.report.entry(c) for c in other.form.cell if not c.startswith("disclosure.")}
    p.others.append(other.with_entries(mine))
    p.report = p.report.with_entries({c.id: BLANK for c in p.report.form.cells if c.table == "disclosure"})


def another_list_before(p: Paper, random: Random) -> None:
    """A table of the office's own before the three, with names of their rows."""
    labels = [r.label for t in p.report.form.tables[:2] for b in t.blocks for r in b.data_rows]
    some = random.sample(labels, random.choice((3, 6)))
    rows = [Row("head", [Box("项目"), Box("数量"), Box("上年")])]
    rows += [Row("data", [Box(x), Box(str(random.randrange(50, 99))), Box(str(random.randrange(50)))]) for x in some]
    p.tables = {"own": rows, **p.tables} if random.random() < 0.6 else {**p.tables, "own": rows}
    p.headings["own"] = random.choice(("主要指标一览", "", "表1 本年工作量"))


MORE: tuple[Defect, ...] = (
    two_years_in_a_cell, marks_of_notes, odd_marks, dates_for_figures, labels_with_figures, own_total_column, columns_numbered,
    rows_coded, shares_between, years_one_below_the_other, years_side_by_side, totals_of_the_office, heading_for_its_items,
    corrected, all_corrected, a_sample_first, a_row_struck_out, a_row_over_two_pages, rows_in_one_cell, fees_in_yuan,
    two_forms, another_list_before,
)  # fmt: skip
DEFECTS: tuple[Defect, ...] = (*MORE, *first.DEFECTS)


# --- writers ---------------------------------------------------------------------------------------------------------


def with_ghosts(p: Paper, random: Random) -> tuple[bytes, str]:
    """HTML whose source holds old figures that a browser does not show: hidden cells and rows, comments, attributes."""
    ghosts = (
        '<td style="display:none">{}</td>', "<td hidden>{}</td>", '<td style="DISPLAY: none !important">{}</td>', "<!--<td>{}</td>-->",
        '<td style="visibility:hidden;position:absolute">{}</td>', "<template><td>{}</td></template>", "<script>var old={}</script>",
    )  # fmt: skip
    inside = (
        '{0}<span style="display:none">{1}</span>', '<b data-old="{1}">{0}</b>', "{0}<!-- {1} -->", "<del>{1}</del>{0}", "<s>{1}</s> {0}",
        '<span title="{1}">{0}</span>', '<span style="text-decoration: line-through">{1}</span>{0}', "{0}<sup>{1}</sup>",
        '<span style="font-size:0">{1}</span>{0}', '{0}<input type="hidden" value="{1}">', '<i style="opacity:0">{1}</i>{0}',
    )  # fmt: skip

    def cell(b: Box) -> str:
        spans = f' colspan="{b.wide}"' * (b.wide > 1) + f' rowspan="{b.deep}"' * (b.deep > 1)
        text, old = first._escaped(b.text).replace("\n", "<br>"), random.choice(OTHER_YEAR)
        if b.column and random.random() < 0.1:
            text = random.choice(inside).format(text, old)
        before = random.choice(ghosts).format(old) if b.column and random.random() < 0.06 else ""
        return f"{before}<td{spans}>{text}</td>"

    def row(r: Row) -> str:
        cells = "".join(map(cell, r.boxes))
        if r.kind == "struck":
            return random.choice((
                f'<tr style="text-decoration:line-through">{cells}</tr>', "<tr>" + cells.replace("<td>", "<td><del>") + "</tr>",
                f'<tr style="display:none">{cells}</tr>', f"<!-- <tr>{cells}</tr> -->", f"<tr hidden>{cells}</tr>", f"<tr>{cells}</tr>",
            ))  # fmt: skip
        return f"<tr>{cells}</tr>"

    page = first._flow(p, lambda rows: f"<table>{''.join(map(row, rows))}</table>", lambda x: f"<p>{first._escaped(x)}</p>")
    return f"<html><body>{page}</body></html>".encode(), ".html"


def unclosed(p: Paper, random: Random) -> tuple[bytes, str]:
    """HTML without the tags that browsers do without, upper case, headings as cells."""
    tag = random.choice(("td", "TD", "th"))

    def cell(b: Box) -> str:
        spans = f" colspan={b.wide}" * (b.wide > 1) + f" rowspan={b.deep}" * (b.deep > 1)
        return f"<{tag}{spans}>{first._escaped(b.text)}"

    page = first._flow(
        p, lambda rows: f"<table>{''.join('<tr>' + ''.join(map(cell, r.boxes)) for r in rows)}</table>", lambda x: f"<p>{x}"
    )
    return page.encode(), ".html"


def tabs_lost(p: Paper, random: Random) -> tuple[bytes, str]:
    """Tabs between the cells; where cells are empty, all their tabs or one for several."""
    lost = random.random() < 0.5

    def line(row: list[Box | None]) -> str:
        texts = [b.text.replace("\n", " ") if b else "" for b in row]
        return "\t".join(t for i, t in enumerate(texts) if t or i == len(texts) - 1 or not lost)

    return first._flow(p, lambda rows: "\n".join(map(line, laid_out(rows)))).encode(), ".txt"


def sentences(p: Paper, random: Random) -> tuple[bytes, str]:
    """Each row a sentence: label, the word 为, the figures with their columns or in their order."""
    names = {c.key: c.label for r in (p.report, *p.others) for t in r.form.tables for b in t.blocks for c in b.columns}
    named = random.random() < 0.7

    def sentence(r: Row) -> str:
        label = "".join(b.text for b in labels_of(r))
        figs = [f"{names[b.column]}{b.text}件" if named else f"{b.text}件" for b in figures_of(r)]
        return f"{label}{random.choice(('为', '：', '，'))}{'、'.join(figs)}。" if figs else label

    return first._flow(p, lambda rows: random.choice(("\n", "")).join(map(sentence, rows))).encode(), ".txt"


MORE_WRITERS: tuple[Writer, ...] = (with_ghosts, unclosed, tabs_lost, sentences)
WRITERS: tuple[Writer, ...] = (*first.WRITERS, *MORE_WRITERS, with_ghosts)

# Nothing between the figures: a foreign one beside a figure, or a mark behind it, is one number with it; a mark of a note is
# part of its figure wherever no sum tells.
_GLUED = (
    marks_of_notes, labels_with_figures, own_total_column, rows_coded, years_one_below_the_other, years_side_by_side, dates_for_figures, shares_between,
)  # fmt: skip
BEYOND: dict[Writer, tuple[Defect, ...]] = {
    **first._HOPELESS,
    tabs_lost: (first.figures_shifted,),
    first.broken_anywhere: (*first._HOPELESS[first.broken_anywhere], marks_of_notes),
    first.side_by_side: (*first._HOPELESS[first.side_by_side], marks_of_notes),
    first.run_together: (*first._HOPELESS[first.run_together], *_GLUED),
}
