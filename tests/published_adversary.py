"""An adversary of the recogniser: published copies spoilt in layout and in writing, drawn at random.

    copy = spoil(report, Random(7))        # copy.data, copy.suffix, copy.how

A copy is a document (`Leaf` rows of `Box`es), bent by some `DEFECTS`, then written by one of the `WRITERS`.  Every copy
shows the figures of `report`; whatever is read from it must be those figures or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import NamedTuple

from xlplugin.form import Block, Table
from xlplugin.numerals import State
from xlplugin.report import Report

NAMES = ("河湾镇人民政府", "东岭区教育局", "石桥街道办事处", "临江县人民政府办公室", "南坪自治县水利局")


@dataclass
class Box:
    """A printed cell: what it says, how wide and deep it is, and the column whose figure it holds."""

    text: str
    wide: int = 1
    deep: int = 1
    column: str = ""


@dataclass
class Row:
    """A printed row: `head` over the columns, `data`, or `bar` (a title across)."""

    kind: str
    boxes: list[Box]
    key: str = ""

    def copy(self) -> Row:
        return Row(self.kind, [replace(b) for b in self.boxes], self.key)


@dataclass
class Paper:
    """A report as printed: its title, its tables by key, and the prose around them."""

    report: Report
    title: str
    tables: dict[str, list[Row]]
    before: list[str]
    after: list[str]
    headings: dict[str, str] = field(default_factory=dict)
    others: list[Report] = field(default_factory=list)  # what it is if taken for another form


class Copy(NamedTuple):
    """A spoilt copy; `truths`: what may be read of it, by the id of the form it is taken for."""

    data: bytes
    suffix: str
    how: str
    truths: dict[str, Report]


def shown(report: Report, cell: str) -> str:
    found = report.entry(cell)
    return "" if found.state is State.BLANK else found.seen or str(found.value)


def paper(report: Report) -> Paper:
    draw = {"stacked": _blocks, "matrix": _matrix, "side_by_side": _line}
    year = report.cover.year or 0
    return Paper(
        report,
        f"{report.cover.name}{year}年政府信息公开工作年度报告",
        {t.key: draw[t.arrangement](report, t) for t in report.form.tables},
        [f"本报告所列数据的统计期限为{year}年1月1日至{year}年12月31日。", "一、总体情况", "本年度共开展培训4次，更新目录12项，发布解读27篇。"],
        ["五、存在的主要问题及改进情况", "人手偏紧，更新不够快。今后每季检查1次。", "六、其他需要报告的事项", "未收取信息处理费。"],
        {t.key: t.title for t in report.form.tables},
    )  # fmt: skip


def _figures(report: Report, table: Table, block: Block, key: str) -> list[Box]:
    return [Box(shown(report, f"{table.key}.{key}.{c.key}"), column=c.key) for c in block.columns]


def _blocks(report: Report, table: Table) -> list[Row]:
    rows: list[Row] = []
    for block in table.blocks:
        rows.append(Row("bar", [Box(block.title or "", 4)]))
        rows.append(Row("head", [Box(block.row_header or ""), *(Box(c.label) for c in block.columns)]))
        rows += [
            Row("data", [Box(r.label), *_figures(report, table, block, r.key)], f"{table.key}.{r.key}") for r in block.data_rows
        ]
    for row in rows:
        row.boxes[-1].wide += 4 - sum(b.wide for b in row.boxes)
    return rows


def _matrix(report: Report, table: Table) -> list[Row]:
    block = table.blocks[0]
    inner = [c for c in block.columns if c.group]
    rows = [
        Row("head", [Box(table.corner_note or "", 3, 3), Box(table.columns_title or "", len(block.columns))]),
        Row(
            "head",
            [Box(block.columns[0].label, 1, 2), Box(inner[0].group or "", len(inner)), Box(block.columns[-1].label, 1, 2)],
        ),
        Row("head", [Box(c.label) for c in inner]),
    ]
    waiting: list[Box] = []
    for row in block.rows:
        if row.kind == "header":
            below = [r for r in block.data_rows if r.parent == row.key or _grand(block, r.parent) == row.key]
            waiting.append(Box(row.label, 1, len(below)))
            continue
        label = Box(row.label, 3 - row.level if row.level < 2 else 1)
        rows.append(Row("data", [*waiting, label, *_figures(report, table, block, row.key)], f"{table.key}.{row.key}"))
        waiting = []
    return rows


def _grand(block: Block, key: str | None) -> str | None:
    return next((r.parent for r in block.rows if r.key == key), None)


def _line(report: Report, table: Table) -> list[Row]:
    block = table.blocks[0]
    n = len(block.columns)
    alone = [r for r in block.rows if not r.group]
    under = [r for r in block.rows if r.group]
    figures = [b for r in block.rows for b in _figures(report, table, block, r.key)]
    return [
        Row("head", [*(Box(r.label, n) for r in alone), Box(under[0].group or "", n * len(under))]),
        Row("head", [*(Box(c.label, 1, 2) for _ in alone for c in block.columns), *(Box(r.label, n) for r in under)]),
        Row("head", [Box(c.label) for _ in under for c in block.columns]),
        Row("data", figures, table.key),
    ]


# --- defects: what happens to the content ----------------------------------------------------------------------------

Defect = Callable[[Paper, Random], None]


def _data(p: Paper, random: Random, key: str = "") -> list[Row]:
    return [r for k in ([key] if key else p.tables) for r in data_of(p, k)]


def figures_of(row: Row) -> list[Box]:
    return [b for b in row.boxes if b.column]


def labels_of(row: Row) -> list[Box]:
    return [b for b in row.boxes if not b.column]


def data_of(p: Paper, key: str) -> list[Row]:
    return [r for r in p.tables[key] if r.kind == "data"]


def columns_change_places(p: Paper, random: Random) -> None:
    """Two columns of table three with their labels; or 总计 moved to the front."""
    rows = p.tables["applications"]
    data = [r for r in rows if r.kind == "data"]
    if random.random() < 0.4:
        rows[1].boxes.insert(0, rows[1].boxes.pop())
        for r in data:
            figs = figures_of(r)
            at = len(r.boxes) - len(figs)
            r.boxes.insert(at, r.boxes.pop())
        return
    a, b = random.sample(range(len(rows[2].boxes)), 2)
    rows[2].boxes[a], rows[2].boxes[b] = rows[2].boxes[b], rows[2].boxes[a]
    for r in data:
        k = len(r.boxes) - len(figures_of(r)) + 1
        r.boxes[k + a], r.boxes[k + b] = r.boxes[k + b], r.boxes[k + a]


def table_two_columns_change_places(p: Paper, random: Random) -> None:
    rows = p.tables["disclosure"]
    for i, row in enumerate(rows):
        if row.kind == "head" and len(row.boxes) > 2:
            a, b = random.sample(range(1, len(row.boxes)), 2)
            for other in rows[i:]:
                if other is not row and other.kind != "data":
                    break
                other.boxes[a], other.boxes[b] = other.boxes[b], other.boxes[a]


def groups_change_places(p: Paper, random: Random) -> None:
    """Table four with 行政诉讼 before 行政复议, or its columns in another order."""
    rows = p.tables["disputes"]
    if random.random() < 0.5:
        rows[0].boxes.reverse()
        rows[1].boxes = rows[1].boxes[5:] + rows[1].boxes[:5]
        rows[3].boxes = rows[3].boxes[5:] + rows[3].boxes[:5]
    else:
        rows[1].boxes[0], rows[1].boxes[1] = rows[1].boxes[1], rows[1].boxes[0]
        rows[3].boxes[0], rows[3].boxes[1] = rows[3].boxes[1], rows[3].boxes[0]


def one_group_only(p: Paper, random: Random) -> None:
    rows = p.tables["disputes"]
    g = random.randrange(3)
    keep = rows[3].boxes[5 * g : 5 * g + 5]
    head = rows[0].boxes[0] if g == 0 else rows[1].boxes[5 + g - 1]
    p.tables["disputes"] = [
        Row("head", [head]),
        Row("head", [Box(b.text) for b in rows[1].boxes[:5]]),
        Row("data", keep, "disputes"),
    ]


def table_four_in_three_rows(p: Paper, random: Random) -> None:
    rows = p.tables["disputes"]
    names = [rows[0].boxes[0].text, rows[1].boxes[5].text, rows[1].boxes[6].text]
    labels = [Box(b.text) for b in rows[1].boxes[:5]]
    p.tables["disputes"] = [
        Row("head", [Box(""), *labels]),
        *(Row("data", [Box(n), *rows[3].boxes[5 * i : 5 * i + 5]], "disputes") for i, n in enumerate(names)),
    ]


def no_totals_column(p: Paper, random: Random) -> None:
    rows = p.tables["applications"]
    rows[0].boxes[1].wide -= 1
    if random.random() < 0.7:
        rows[1].boxes.pop()
    for r in _data(p, random, "applications"):
        r.boxes.pop()


def no_total_in_some_rows(p: Paper, random: Random) -> None:
    for r in _data(p, random, "applications"):
        if random.random() < 0.2:
            del r.boxes[-1]


def subtotal_column(p: Paper, random: Random) -> None:
    """法人小计 before 总计, its label there or not."""
    rows = p.tables["applications"]
    if not all(r.boxes[-1].text for r in _data(p, random, "applications")):
        return  # a subtotal in the place of the only blank total cannot be told from it
    if random.random() < 0.7:
        rows[2].boxes.append(Box("小计"))
        rows[1].boxes[1].wide += 1
        rows[0].boxes[1].wide += 1
    for r in _data(p, random, "applications"):
        total = sum(int(b.text) for b in figures_of(r)[1:-1] if b.text.isdigit())
        r.boxes.insert(len(r.boxes) - 1, Box(str(total)))


def numbered_rows(p: Paper, random: Random) -> None:
    """A column of running numbers in front, with or without its label."""
    for key in random.sample(list(p.tables), random.choice((1, 3))):
        n = 0
        for r in p.tables[key]:
            if r.kind == "data":
                n += 1
                r.boxes.insert(0, Box(str(n)))
            elif r.kind == "head" and (key == "disclosure" or r is p.tables[key][0]):
                r.boxes.insert(0, Box(random.choice(("序号", "行次", "")), 1, r.boxes[0].deep))


def remarks_column(p: Paper, random: Random) -> None:
    for key in random.sample(list(p.tables), random.choice((1, 2))):
        for r in p.tables[key]:
            if r.kind == "data":
                r.boxes.append(Box(random.choice(("", "", "", "无", "2", "见附件3"))))
            elif r.kind == "head" and (key == "disclosure" or r is p.tables[key][0]):
                r.boxes.append(Box("备注", 1, r.boxes[0].deep))


def last_year_beside(p: Paper, random: Random) -> None:
    """A column of last year's figures behind each row, as in comparisons."""
    for key in ("disclosure", "applications"):
        for r in p.tables[key]:
            if r.kind == "data":
                r.boxes.append(Box(str(random.choice((0, 3, 17)))))
            elif r is p.tables[key][0] and random.random() < 0.7:
                r.boxes.append(Box("上年数"))


def other_handling_in_one_row(p: Paper, random: Random) -> None:
    """The single （六） row of the older form."""
    rows = p.tables["applications"]
    at = [i for i, r in enumerate(rows) if r.key.rpartition(".")[2].startswith("other") and r.kind == "data"]
    if len(at) != 3:
        return
    head = next((b for b in rows[at[0]].boxes if "其他处理" in b.text), None)
    if head is None:
        return
    figs = [figures_of(rows[i]) for i in at]
    if not all(b.text.isdigit() or b.text in ("", "/", "-", "无") for row in figs for b in row):
        return  # the sums would not be those of the report
    sums = [Box(str(sum(int(x.text) for x in col if x.text.isdigit())), column=col[0].column) for col in zip(*figs, strict=True)]
    rows[at[0]] = Row("data", [Box(head.text, 2), *sums], "applications.other")
    for i in reversed(at[1:]):
        del rows[i]


def totals_row_first(p: Paper, random: Random) -> None:
    rows = p.tables["applications"]
    at = next((i for i, r in enumerate(rows) if any("总计" in b.text and "七" in b.text for b in r.boxes)), None)
    if at is not None:
        rows.insert(random.choice((3, 5)), rows.pop(at))


def rows_change_places(p: Paper, random: Random) -> None:
    key = random.choice(("disclosure", "applications"))
    rows = p.tables[key]
    spots = [i for i, r in enumerate(rows) if r.kind == "data" and all(b.deep == 1 for b in r.boxes)]
    a, b = random.sample(spots, 2)
    rows[a], rows[b] = rows[b], rows[a]


def rows_lost(p: Paper, random: Random) -> None:
    for key in ("disclosure", "applications"):
        p.tables[key] = [
            r for r in p.tables[key] if r.kind != "data" or any(b.deep > 1 for b in r.boxes) or random.random() < 0.93
        ]


def rows_again(p: Paper, random: Random) -> None:
    """A row stands twice, with the same or with other figures, next to each other or far apart."""
    rows = p.tables[random.choice(("disclosure", "applications"))]
    row = random.choice([r for r in rows if r.kind == "data" and all(b.deep == 1 for b in r.boxes)]).copy()
    if random.random() < 0.6:
        box = random.choice(figures_of(row) or row.boxes)
        box.text = str(random.randrange(400, 900))
    rows.insert(random.randrange(3, len(rows) + 1), row)


def labels_lost(p: Paper, random: Random) -> None:
    for r in _data(p, random):
        for b in r.boxes:
            if not b.column and random.random() < 0.08:
                b.text = ""


_LOOKALIKES = {"自": "白", "人": "入", "未": "末", "已": "己", "一": "-", "二": "＝", "本": "木", "件": "仵", "0": "O", "1": "l",
               "（": "C", "）": "丿", "、": ".", "信": "倌", "申": "由", "果": "杲", "总": "怠", "计": "汁", "其": "共", "他": "地",
               "许": "讦", "罚": "罰", "维": "堆", "正": "止", "处": "外", "公": "么", "制": "刺", "发": "友", "废": "度"}  # fmt: skip


def labels_misread(p: Paper, random: Random) -> None:
    """Characters read as others that look alike, as scanning programs do."""
    rate = random.choice((0.02, 0.06, 0.15))
    for rows in p.tables.values():
        for r in rows:
            for b in r.boxes:
                if not b.column:
                    b.text = "".join(_LOOKALIKES.get(c, c) if random.random() < rate else c for c in b.text)


def ordinals_lost(p: Paper, random: Random) -> None:
    """Automatic numbers that were not copied."""
    for r in p.tables["applications"]:
        for b in r.boxes:
            if not b.column:
                for sign in ("、", "）", "."):
                    head, cut, rest = b.text.partition(sign)
                    if cut and len(head) <= 3 and rest:
                        b.text = rest
                        break


def ordinals_apart(p: Paper, random: Random) -> None:
    """The ordinal of a label in a cell of its own, sometimes as a bare number."""
    for r in _data(p, random, "applications"):
        for i, b in reversed(list(enumerate(r.boxes))):
            head, cut, rest = b.text.partition(".")
            if not b.column and cut and head.isdigit() and rest:
                b.text = rest
                r.boxes.insert(i, Box(head if random.random() < 0.6 else head + cut))


def header_again(p: Paper, random: Random) -> None:
    """The table runs over a page: its header stands again in the middle."""
    for key in ("disclosure", "applications"):
        rows = p.tables[key]
        n = 2 if key == "disclosure" else 3
        at = random.randrange(n + 1, len(rows))
        p.tables[key] = rows[:at] + [r.copy() for r in rows[:n]] + rows[at:]


def some_blocks_headless(p: Paper, random: Random) -> None:
    for key in p.tables:
        p.tables[key] = [r for r in p.tables[key] if r.kind == "data" or random.random() < 0.6]


def figures_merged(p: Paper, random: Random) -> None:
    """Equal neighbours drawn as one wide or one deep cell."""
    for r in _data(p, random, random.choice(("applications", "disclosure"))):
        figs = figures_of(r)
        if len(figs) < 2 or random.random() < 0.7:
            continue
        start = random.randrange(len(figs) - 1)
        run = [b for b in figs[start:] if b.text == figs[start].text][: random.choice((2, 7))]
        if [id(b) for b in figs[start : start + len(run)]] == [id(b) for b in run] and len(run) > 1:
            run[0].wide = sum(b.wide for b in run)
            r.boxes = [b for b in r.boxes if not any(b is x for x in run[1:])]


def figures_shifted(p: Paper, random: Random) -> None:
    """Blank cells were lost altogether, so that what stands behind them moved up."""
    for r in _data(p, random):
        blanks = [b for b in figures_of(r) if not b.text]
        if blanks and random.random() < 0.7:
            gone = random.choice(blanks)
            r.boxes = [b for b in r.boxes if b is not gone]


def figures_annotated(p: Paper, random: Random) -> None:
    ways = ("{}件", "{}（2件撤回）", "{}[注1]", "{}①", "约{}", "{}%", "{}/年", "({})", "“{}”", "{}.", "{}；", "其中{}", "{}+1", "{}-2", "{}～9",
            "{}人次", "{}*", "{}  3", "{}\n1", "0{}", "{}、", "共计{}件", "﹣{}", "{}e2", "{}万", "№{}", "{}号", "{}①②")  # fmt: skip
    for r in _data(p, random):
        for b in figures_of(r):
            if b.text.isdigit() and random.random() < 0.06:
                b.text = random.choice(ways).format(b.text)


def figures_in_words(p: Paper, random: Random) -> None:
    words = "〇一二三四五六七八九"
    for r in _data(p, random):
        for b in figures_of(r):
            if b.text.isdigit() and len(b.text) < 3 and random.random() < 0.15:
                b.text = "".join(words[int(c)] for c in b.text)


def figures_spaced(p: Paper, random: Random) -> None:
    """Digits driven apart, thousands parted by spaces, commas or dots (not in amounts), zero-width characters between."""
    amounts = {c.column for c in p.report.form.cells if c.decimal}
    for r in _data(p, random):
        for b in figures_of(r):
            if b.text.isdigit() and len(b.text) > 1 and random.random() < 0.25:
                n = int(b.text)
                b.text = f"{n:,}" if b.column in amounts else random.choice(
                    (f"{n:,}", f"{n:,}".replace(",", " "), f"{n:,}".replace(",", "，"), " ".join(b.text), "\u200b".join(b.text),
                     f"{n:,}".replace(",", "."), f"{n:,}".replace(",", "’"), f"{b.text[0]}\n{b.text[1:]}", f"{n:,}".replace(",", "\u2009"))
                )  # fmt: skip


def figures_scanned(p: Paper, random: Random) -> None:
    swap = str.maketrans({"0": "O", "1": "l", "5": "S", "8": "B"})
    for r in _data(p, random):
        for b in figures_of(r):
            if b.text and random.random() < 0.1:
                b.text = b.text.translate(swap) if random.random() < 0.6 else b.text.replace("0", "〇").replace("1", "I")


def zeros_left_out(p: Paper, random: Random) -> None:
    """Zeros shown as something else: nothing is known of them then."""
    sign = random.choice(("/", "-", "—", "无", "○", "Ｏ", "."))
    for r in _data(p, random):
        for b in figures_of(r):
            if b.text == "0" and random.random() < 0.5:
                b.text = sign


def notes_below(p: Paper, random: Random) -> None:
    key = random.choice(list(p.tables))
    note = random.choice(
        ("注：1.本表数据截至12月31日；2.含3件转办。", "填表说明 2", "备注：0", "合计：12件", "单位负责人：3 填报人：5")
    )
    p.tables[key].append(Row("bar", [Box(note, 10)]))


def strange_rows(p: Paper, random: Random) -> None:
    """Rows of the office's own, wide or narrow, with figures."""
    for key in ("disclosure", "applications"):
        rows = p.tables[key]
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(2, len(rows) + 1)
            like = rows[at - 1]
            name = random.choice(
                (
                    "小计",
                    "其中：当面申请",
                    "（八）撤回",
                    "9.其他情形",
                    "合计",
                    "信访类",
                    "4.其他",
                    "部分公开率",
                    "行政许可（网上）",
                    "行政处罚（罚款）",
                    "其他",
                )
            )
            figs = [Box(str(random.randrange(60)), b.wide) for b in figures_of(like)] or [Box("7")]
            rows.insert(at, Row("data", [Box(name, 2 if key == "applications" else 1), *figs]))


def summary_in_prose(p: Paper, random: Random) -> None:
    """The overview names items of the tables with other figures, in a sentence or a list."""
    labels = [r.label for t in p.report.form.tables[:2] for b in t.blocks for r in b.data_rows]
    some = random.sample(labels, 4)
    p.before.append("；".join(f"{x}{random.randrange(50, 99)}件" for x in some) + "。")
    if random.random() < 0.5:
        p.before += [f"{x}：{random.randrange(50, 99)}" for x in some[:2]]
    if random.random() < 0.5:
        p.after.insert(2, "、".join(f"{x} {random.randrange(50, 99)}" for x in some[2:]) + "，较上年增长12%。")


def tables_in_one(p: Paper, random: Random) -> None:
    """Tables three and four in one grid, with or without the heading between."""
    middle = [Row("bar", [Box(p.headings["disputes"], 10)])] if random.random() < 0.5 else []
    p.tables["applications"] += [*middle, *p.tables.pop("disputes")]


def tables_in_another_order(p: Paper, random: Random) -> None:
    keys = list(p.tables)
    random.shuffle(keys)
    p.tables = {k: p.tables[k] for k in keys}


def a_table_lost(p: Paper, random: Random) -> None:
    p.tables.pop(random.choice(list(p.tables)))


def half_a_table(p: Paper, random: Random) -> None:
    key = random.choice(list(p.tables))
    rows = p.tables[key]
    p.tables[key] = rows[: random.randrange(2, len(rows))]


def the_year_is_new(p: Paper, random: Random) -> None:
    p.title = p.title.replace(str(p.report.cover.year), "2022")


def no_headings(p: Paper, random: Random) -> None:
    p.headings = dict.fromkeys(p.headings, "")


def labels_varied(p: Paper, random: Random) -> None:
    """Other punctuation, blanks inside, units behind, characters that do not show."""
    for rows in p.tables.values():
        for r in rows:
            for b in r.boxes:
                if not b.column and b.text and random.random() < 0.4:
                    b.text = random.choice(
                        (b.text.replace("、", ","), " ".join(b.text), b.text + "（件）", b.text + "：", "\u200b".join(b.text),
                         b.text.replace("（", "(").replace("）", ")"), "\u3000" + b.text, b.text.replace("政府信息", "政府\n信息"), b.text + "*")
                    )  # fmt: skip


DEFECTS: tuple[Defect, ...] = (
    columns_change_places, table_two_columns_change_places, groups_change_places, one_group_only, table_four_in_three_rows,
    no_totals_column, no_total_in_some_rows, subtotal_column, numbered_rows, remarks_column, last_year_beside,
    other_handling_in_one_row, totals_row_first, rows_change_places, rows_lost, rows_again, labels_lost, labels_misread,
    ordinals_lost, ordinals_apart, header_again, some_blocks_headless, figures_merged, figures_shifted, figures_annotated,
    figures_in_words, figures_spaced, figures_scanned, zeros_left_out, notes_below, strange_rows, summary_in_prose,
    tables_in_one, tables_in_another_order, a_table_lost, half_a_table, the_year_is_new, no_headings, labels_varied,
)  # fmt: skip


# --- writers: how the document is put into a file --------------------------------------------------------------------

Writer = Callable[[Paper, Random], tuple[bytes, str]]


def laid_out(rows: list[Row]) -> list[list[Box | None]]:
    """Every place of the grid: the box that begins there, or None where a box reaches over it."""
    grid: list[dict[int, Box | None]] = [{} for _ in rows]
    for i, row in enumerate(rows):
        at = 0
        for box in row.boxes:
            while at in grid[i]:
                at += 1
            for down in range(i, min(i + box.deep, len(rows))):
                grid[down] |= dict.fromkeys(range(at, at + box.wide))
            grid[i][at] = box
    wide = max((max(g, default=-1) + 1 for g in grid), default=0)
    return [[g.get(c) for c in range(wide)] for g in grid]


def _flow(p: Paper, table: Callable[[list[Row]], str], line: Callable[[str], str] = str) -> str:
    parts = [line(p.title), *map(line, p.before)]
    for key, rows in p.tables.items():
        parts += [line(p.headings[key])] if p.headings[key] else []
        parts.append(table(rows))
    return "\n".join([*parts, *map(line, p.after)])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _td(box: Box, random: Random, dress: int, *, lie: bool = False) -> str:
    text = _escaped(box.text).replace("\n", "<br>")
    spans = f' colspan="{box.wide}"' * (box.wide > 1) + f" rowspan='{box.deep}'" * (box.deep > 1)
    if lie and random.random() < 0.03:
        spans = random.choice(("", ' colspan="2"', ' rowspan="2"', ' colspan="0"', ' rowspan="0"', ' colspan="x"'))
    if dress == 1:
        text = f'<p class=MsoNormal align=center><span lang=EN-US style="font-family:宋体">{text}<o:p></o:p></span></p>'
    if dress == 2:
        decoy = '<span style="display:none">9</span>' if random.random() < 0.1 else "<!-- 7 -->"
        text = f"<div>{decoy}<strong>{text or '&nbsp;'}</strong></div>"
    if dress == 3 and random.random() < 0.1 and box.column:
        text = random.choice((f"{text}<sup>[1]</sup>", f"<s>8</s>{text}", f"<input type=text value='{text}'>", f'{text}<span class="hide">6</span>', f"{text}<a href=#>　</a>"))  # fmt: skip
    return f"<td{spans}>{text}</td>"


def in_html(p: Paper, random: Random) -> tuple[bytes, str]:
    dress, lie = random.randrange(4), random.random() < 0.15

    def table(rows: list[Row]) -> str:
        lines = ["<tr>" + "".join(_td(b, random, dress, lie=lie) for b in r.boxes) + "</tr>" for r in rows]
        if random.random() < 0.2:
            lines.insert(random.randrange(len(lines)), "<tr style='display:none'><td>五</td><td>3</td></tr>")
        if random.random() < 0.3:
            return f"<table><tfoot>{lines[-1]}</tfoot><tbody>{''.join(lines[:-1])}</tbody></table>"
        return f"<table border=1 dir={random.choice(('ltr', 'rtl'))}>{''.join(lines)}</table>"

    style = "<style>.hide{display:none}</style>"
    page = f"<html><head>{style}</head><body>{_flow(p, table, lambda x: f'<p>{_escaped(x)}</p>')}</body></html>"
    if random.random() < 0.3:
        return page.replace("<head>", "<head><meta charset=utf-8>").encode("gb18030"), ".htm"
    return page.encode(random.choice(("utf-8", "utf-8-sig", "utf-16"))), ".html"


def in_divisions(p: Paper, random: Random) -> tuple[bytes, str]:
    """Rows and cells that are <div>, <li> or <span>."""
    outer, inner = random.choice((("div", "div"), ("ul", "li"), ("p", "span"), ("div", "span"), ("dl", "dd")))
    gap = random.choice(("", " ", "&nbsp;&nbsp;", "\n"))
    keep = random.random() < 0.5

    def table(rows: list[Row]) -> str:
        def cells(r: Row) -> str:
            return gap.join(f"<{inner}>{_escaped(b.text) or '&nbsp;'}</{inner}>" for b in r.boxes if b.text or keep)

        return "".join(f"<{outer}>{cells(r)}</{outer}>" for r in rows)

    return f"<html><body>{_flow(p, table, lambda x: f'<p>{_escaped(x)}</p>')}</body></html>".encode(), ".html"


def in_tables_cut(p: Paper, random: Random) -> tuple[bytes, str]:
    """Each table falls into several <table>s, as a word processor cuts them at pages."""

    def table(rows: list[Row]) -> str:
        out = "<table>"
        for i, r in enumerate(rows):
            if i > 3 and random.random() < 0.1:
                out += "</table>" + random.choice(("", "<p>3</p>", "<p>- 4 -</p>", "<p>&nbsp;</p>")) + "<table>"
            out += "<tr>" + "".join(_td(b, random, 0) for b in r.boxes) + "</tr>"
        return out + "</table>"

    return f"<html>{_flow(p, table, lambda x: f'<p>{_escaped(x)}</p>')}</html>".encode(), ".html"


def _width(text: str) -> int:
    return sum(2 if ord(c) > 255 else 1 for c in text)


def in_columns(p: Paper, random: Random) -> tuple[bytes, str]:
    """Laid out by spaces at fixed columns, as text tools write the page of a PDF; line or page numbers among it."""
    numbers, feet, n = random.random() < 0.15, random.random() < 0.4, 0

    def table(rows: list[Row]) -> str:
        nonlocal n
        grid = laid_out(rows)
        seam = " " if rows is p.tables.get("disclosure") else ""  # what is glued where no sum tells leaves no trace
        wide = [
            max((_width(r[c].text) // (r[c].wide or 1) for r in grid if c < len(r) and r[c]), default=0) + 2
            for c in range(len(grid[0]))
        ]  # type: ignore[union-attr]
        lines = []
        for row in grid:
            out = ""
            for c, box in enumerate(row):
                out += " " * (sum(wide[:c]) - _width(out)) + (box.text.replace("\n", seam) if box else "")
            n += 1
            lines.append(f"{n:>3} {out}" if numbers else out)
            if feet and random.random() < 0.06:
                lines.append(
                    random.choice((" " * 30 + "{}", "- {} -", "第 {} 页 共 9 页", "{}/9", "{}")).format(random.randrange(1, 9))
                )
        return "\n".join(lines)

    return _flow(p, table).encode(), ".txt"


def in_pieces(p: Paper, random: Random) -> tuple[bytes, str]:
    """One cell a line, page numbers between, blanks lost or kept as blank lines."""
    empty, foot = random.choice((None, "", " ", "\xa0")), random.random() < 0.3
    end = random.choice(("\n", "\n\n", "\r\n", " \n"))

    def table(rows: list[Row]) -> str:
        out = []
        for r in rows:
            out += [b.text or (empty or "") for b in r.boxes if b.text or empty is not None]
            if foot and random.random() < 0.08:
                out.append(random.choice(("- {} -", "—{}—", "第{}页", "{} / 8")).format(random.randrange(1, 9)))
        return end.join(out)

    return _flow(p, table).encode(random.choice(("utf-8", "gb18030"))), ".txt"


def column_by_column(p: Paper, random: Random) -> tuple[bytes, str]:
    """All labels, then all figures of a column, then the next: what a text tool makes of a narrow table."""
    gap = random.choice(("\n", "  ", "\t"))

    def table(rows: list[Row]) -> str:
        grid = laid_out(rows)
        columns = [[r[c].text for r in grid if c < len(r) and r[c] and r[c].text] for c in range(max(map(len, grid)))]  # type: ignore[union-attr]
        return "\n".join(gap.join(c) for c in columns)

    return _flow(p, table).encode(), ".txt"


def turned_round(p: Paper, random: Random) -> tuple[bytes, str]:
    """Rows and columns exchanged."""

    def table(rows: list[Row]) -> str:
        grid = laid_out(rows)
        turned = [[(r[c].text if c < len(r) and r[c] else "") for r in grid] for c in range(max(map(len, grid)))]  # type: ignore[union-attr]
        if html:
            return (
                "<table>" + "".join("<tr>" + "".join(f"<td>{_escaped(x)}</td>" for x in r) + "</tr>" for r in turned) + "</table>"
            )
        return "\n".join("\t".join(r) for r in turned)

    html = random.random() < 0.5
    return _flow(p, table, (lambda x: f"<p>{_escaped(x)}</p>") if html else str).encode(), ".txt"


def in_separated_values(p: Paper, random: Random) -> tuple[bytes, str]:
    """Comma, semicolon or tab separated, merged cells empty or repeated."""
    mark = random.choice((",", ";", "\t", "，", "、", "/"))
    repeat = random.random() < 0.3

    def table(rows: list[Row]) -> str:
        lines = []
        for row in laid_out(rows):
            last, out = "", []
            for box in row:
                last = box.text if box else last
                text = box.text if box else last if repeat and not last.isdigit() else ""
                out.append(f'"{text}"' if mark in text or "\n" in text else text)
            lines.append(mark.join(out))
        return "\n".join(lines)

    return _flow(p, table).encode(), ".csv"


def in_frames(p: Paper, random: Random) -> tuple[bytes, str]:
    """Markdown, grid and box-drawing tables of converters; cells of two lines take two lines of text."""
    bar, cross, dash = random.choice((("|", "|", "-"), ("|", "+", "-"), ("│", "┼", "─"), ("┃", "╋", "━"), ("‖", "+", "=")))
    rules = random.choice((0, 1, 2))

    def table(rows: list[Row]) -> str:
        lines = []
        for i, row in enumerate(laid_out(rows)):
            cells = [(b.text if b else "").split("\n") for b in row]
            for part in range(max(map(len, cells))):
                lines.append(bar + bar.join(f" {c[part] if part < len(c) else ''} " for c in cells) + bar)
            if rules == 2 or (rules == 1 and i == 0):
                lines.append(cross + cross.join(dash * 5 for _ in cells) + cross)
        return "\n".join(lines)

    return _flow(p, table, lambda x: "\n" + x + "\n").encode(), ".md"


def run_together(p: Paper, random: Random) -> tuple[bytes, str]:
    """Rows without anything between the cells; some rows or all without line ends."""
    comma = random.random() < 0.2
    whole = random.random() < 0.5
    loose = random.choice((0.0, 0.1, 0.5))

    def table(rows: list[Row]) -> str:
        out = []
        for r in rows:
            texts = [f"{int(b.text):,}" if comma and b.column and b.text.isdecimal() else b.text for b in r.boxes]
            out.append("".join(t + (" " if random.random() < loose else "") for t in texts))
        return ("" if whole else "\n").join(out)

    return _flow(p, table).encode(), ".txt"


def broken_anywhere(p: Paper, random: Random) -> tuple[bytes, str]:
    """Lines of a fixed length: labels and rows break where the line ends."""
    length = random.randrange(12, 60)
    gap = " "

    def table(rows: list[Row]) -> str:
        lines = [""]
        for box in (b for r in rows for b in r.boxes if b.text):
            for part in [box.text] if box.column else box.text:
                if _width(lines[-1]) >= length:
                    lines.append("")
                lines[-1] += part
            lines[-1] += gap
        return "\n".join(lines)

    return _flow(p, table).encode(), ".txt"


def named_figures(p: Paper, random: Random) -> tuple[bytes, str]:
    """No table at all: label, colon, figure; each figure of table three with the name of its column."""
    names = {c.key: c.label for r in (p.report, *p.others) for t in r.form.tables for b in t.blocks for c in b.columns}
    mark = random.choice(("：", ": ", " ", "="))

    def table(rows: list[Row]) -> str:
        out = []
        for r in rows:
            label = "".join(b.text for b in r.boxes if not b.column and not b.text.isdigit())
            figs = [f"{names[b.column]}{mark}{b.text}" for b in r.boxes if b.column]
            out.append(label + mark + "，".join(figs) if figs else label)
        return "\n".join(out)

    return _flow(p, table).encode(), ".txt"


def side_by_side(p: Paper, random: Random) -> tuple[bytes, str]:
    """Two pages on one sheet: the upper and the lower half of a table next to each other."""

    def table(rows: list[Row]) -> str:
        lines = ["  ".join(b.text for b in r.boxes if b.text) for r in rows]
        half = (len(lines) + 1) // 2
        right = [*lines[half:], ""]
        return "\n".join(f"{a}{' ' * 8}{b}" for a, b in zip(lines[:half], right, strict=False))

    return _flow(p, table).encode(), ".txt"


def two_on_a_page(p: Paper, random: Random) -> tuple[bytes, str]:
    """This report, and another one of other figures before or behind it, under another unit's name."""
    other = paper(replace_numbers(p.report, random))
    other.title = other.title.replace(p.report.cover.name or "", "别处镇人民政府")
    writer = random.choice((in_html, in_pieces, in_frames))
    state = random.getstate()
    first = as_text(writer(p, random)[0])
    random.setstate(state)
    second = as_text(writer(other, random)[0])
    pages = [first, second] if random.random() < 0.5 else [second, first]
    return "\n".join(pages).encode(), ".html"


def replace_numbers(report: Report, random: Random) -> Report:
    from xlplugin.numerals import Entry

    return report.with_entries({c.id: Entry(n := random.randrange(1000, 9999), State.NUMBER, str(n)) for c in report.form.cells})


def as_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "信息" in text:
            return text
    return data.decode("utf-16", "replace")


WRITERS: tuple[Writer, ...] = (
    in_html, in_html, in_divisions, in_tables_cut, in_columns, in_pieces, column_by_column, turned_round, in_separated_values,
    in_frames, run_together, broken_anywhere, named_figures, side_by_side, two_on_a_page,
)  # fmt: skip


# What no reader could know: a true copy of another report would be the same document.
# Nothing between the cells, or gaps lost: a figure of another column is part of its neighbour, or stands for a blank one.
# A number broken behind its first digit where each line is a cell: with a blank lost, as many cells as columns.
# A row's running number at the end of a line, where lines break anywhere, takes the place of a blank where no sum tells.
# A blank lost where the line is filled up again: a figure stands in the next column's place and is read where it was printed.
# Two halves of a page side by side: what stands behind the left half's row, or without its label, may belong to either.
_HOPELESS: dict[Writer, tuple[Defect, ...]] = {
    run_together: (last_year_beside, remarks_column, figures_spaced),
    in_divisions: (last_year_beside, figures_spaced),
    broken_anywhere: (last_year_beside, numbered_rows),
    in_pieces: (figures_spaced,),
    two_on_a_page: (figures_shifted,),
    in_frames: (figures_shifted,),
    in_separated_values: (figures_shifted,),
    side_by_side: (remarks_column, numbered_rows, figures_spaced, notes_below, labels_lost),
}


# Together these leave no trace of what was done: a shifted row filled up by another column, a swap without its labels.
_TRACELESS = (
    {
        "other_handling_in_one_row",
        "figures_shifted",
        "remarks_column",
        "last_year_beside",
        "numbered_rows",
        "subtotal_column",
        "no_totals_column",
        "no_total_in_some_rows",
        "dates_for_figures",
        "years_side_by_side",
        "years_one_below_the_other",
        "own_total_column",
        "rows_coded",
    },
    {"two_forms", "other_handling_in_one_row", "heading_for_its_items"},
    {"corrected", "all_corrected", "a_sample_first", "a_table_lost", "half_a_table", "two_forms"},
    {"fees_in_yuan", "some_blocks_headless", "no_headings"},
    {
        "some_blocks_headless",
        "groups_change_places",
        "columns_change_places",
        "table_two_columns_change_places",
        "applicants_in_another_order",
    },
)


Hopeless = Mapping[Writer, tuple[Defect, ...]]


def _hopeless(writer: Writer, defect: Defect, how: list[str], beyond: Hopeless) -> bool:
    return defect in beyond.get(writer, ()) or any(defect.__name__ in s and s & set(how) for s in _TRACELESS)


def spoil(
    report: Report,
    random: Random,
    defects: Sequence[Defect] = DEFECTS,
    writers: Sequence[Writer] = WRITERS,
    beyond: Hopeless = _HOPELESS,
) -> Copy:
    """A copy of a report with up to three defects, in some medium.  `beyond`: what no reader could tell from a true copy."""
    p = paper(report)
    how = []
    writer = random.choice(writers)
    for defect in random.sample(defects, random.choice((0, 1, 1, 1, 2, 2, 3))):
        if set(p.tables) >= {"applications", "disputes", "disclosure"} and not _hopeless(writer, defect, how, beyond):
            try:
                defect(p, random)
                how.append(defect.__name__)
            except (IndexError, ValueError, StopIteration):
                how.append(defect.__name__ + "?")
    data, suffix = writer(p, random)
    return Copy(data, suffix, f"{writer.__name__}({', '.join(how)})", {r.form_id: r for r in (*p.others, p.report)})
