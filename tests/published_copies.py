"""Published copies of a report, in the styles of mess that web sites make: the generator behind the property tests.

    data, suffix = render("glued", report, Random(7))

`report` may be valid or not, with blanks.  Every style renders the same figures; what a reader may take from the copy is
either the figure or nothing.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from xlplugin.form import Block, Table
from xlplugin.numerals import State
from xlplugin.report import Report


class Td(NamedTuple):
    """A cell of a printed table: its text, how many columns and rows it covers, whether it is a figure."""

    text: str
    columns: int = 1
    rows: int = 1
    figure: bool = False


Tr = list[Td]
Printed = list[tuple[str, list[Tr]]]  # title of a section, rows of its table


def figure(report: Report, cell: str) -> str:
    """What is printed in a number cell."""
    found = report.entry(cell)
    return "" if found.state is State.BLANK else found.seen or str(found.value)


def printed(report: Report) -> Printed:
    """The three tables as the official form prints them."""
    makers = {"stacked": _stacked, "matrix": _matrix, "side_by_side": _beside}
    return [(t.title, makers[t.arrangement](report, t)) for t in report.form.tables]


def _stacked(report: Report, table: Table) -> list[Tr]:
    rows: list[Tr] = []
    wide = 1 + max(len(b.columns) for b in table.blocks)
    for block in table.blocks:
        rows.append([Td(block.title or "", wide)])
        n = len(block.columns)
        last = wide - n
        rows.append([Td(block.row_header or ""), *(Td(c.label, last if i == n - 1 else 1) for i, c in enumerate(block.columns))])
        for row in block.data_rows:
            figures = [figure(report, f"{table.key}.{row.key}.{c.key}") for c in block.columns]
            rows.append([Td(row.label), *(Td(x, last if i == n - 1 else 1, 1, True) for i, x in enumerate(figures))])
    return rows


def _matrix(report: Report, table: Table) -> list[Tr]:
    block = table.blocks[0]
    grouped = [c for c in block.columns if c.group]
    first: Tr = [Td(table.corner_note or "", 3, 3), Td(table.columns_title or "", len(block.columns))]
    second = [Td(c.label, 1, 2) for c in block.columns if not c.group]
    second.insert(1, Td(grouped[0].group or "", len(grouped)))
    rows: list[Tr] = [first, second, [Td(c.label) for c in grouped]]
    for row in block.rows:
        figures = [Td(figure(report, f"{table.key}.{row.key}.{c.key}"), 1, 1, True) for c in block.columns]
        if row.level == 0 and row.kind != "header":
            rows.append([Td(row.label, 3), *figures])
        elif row.kind == "header":
            rows.append([Td(row.label, 1, _under(block, row.key))])
        else:
            rows.append([Td(row.label, 2 if row.level == 1 else 1), *figures])
    return _headings_joined(rows)


def _under(block: Block, key: str) -> int:
    children = [r for r in block.rows if r.parent == key]
    return sum(_under(block, r.key) if r.kind == "header" else 1 for r in children)


def _headings_joined(rows: list[Tr]) -> list[Tr]:
    """A heading stands on the line of its first item."""
    out: list[Tr] = []
    held: Tr = []
    for row in rows:
        if len(row) == 1 and row[0].rows > 1:
            held += row
            continue
        out.append(held + row)
        held = []
    return out


def _beside(report: Report, table: Table) -> list[Tr]:
    block = table.blocks[0]
    n = len(block.columns)
    first = [r for r in block.rows if not r.group]
    rest = [r for r in block.rows if r.group]
    top: Tr = [*(Td(r.label, n) for r in first), Td(rest[0].group or "", n * len(rest))]
    middle: Tr = [*(Td(c.label, 1, 2) for _ in first for c in block.columns), *(Td(r.label, n) for r in rest)]
    low = [Td(c.label) for _ in rest for c in block.columns]
    figures = [Td(figure(report, f"{table.key}.{r.key}.{c.key}"), 1, 1, True) for r in block.rows for c in block.columns]
    return [top, middle, low, figures]


# --- the prose around the tables -------------------------------------------------------------------------------------

OPENING = "按照《中华人民共和国政府信息公开条例》要求编制本报告。"
SAID = {
    "overview": "全年通过政府网站、政务新媒体和公开栏公开各类信息，重点公开了财政、民生和规划。",
    "problems": "存在问题：公开内容的深度不够，一些栏目更新不及时。下一步加强培训，按月检查。",
    "other_matters": "按照《政府信息公开信息处理费管理办法》，本年度没有收取信息处理费。",
}


def title(report: Report) -> str:
    return f"{report.cover.name}{report.cover.year}年政府信息公开工作年度报告"


def sections(report: Report, *, headings: bool = True) -> list[tuple[str, list[Tr] | str]]:
    """The document in order: (heading, text or table)."""
    tables = dict(printed(report))
    found: list[tuple[str, list[Tr] | str]] = []
    for s in report.form.sections:
        found.append((s.title if headings else "", tables[s.title] if s.kind == "table" else SAID[s.key]))
    return found


# --- HTML ------------------------------------------------------------------------------------------------------------


def html_table(rows: list[Tr], cell: Callable[[str], str] = html.escape, attributes: str = "") -> str:
    out = [f"<table {attributes}>"]
    for row in rows:
        out.append("<tr>")
        for td in row:
            spans = (f' colspan="{td.columns}"' if td.columns > 1 else "") + (f' rowspan="{td.rows}"' if td.rows > 1 else "")
            out.append(f"<td{spans}>{cell(td.text)}</td>")
        out.append("</tr>")
    return "".join(out) + "</table>"


def html_page(report: Report, table: Callable[[list[Tr]], str] = html_table, *, headings: bool = True) -> str:
    body = [f"<h1>{title(report)}</h1><p>发布日期：{(report.cover.year or 0) + 1}-01-22</p><p>{OPENING}</p>"]
    for heading, content in sections(report, headings=headings):
        body.append(f"<p><b>{heading}</b></p>" if heading else "")
        body.append(f"<p>{content}</p>" if isinstance(content, str) else table(content))
    return f"<html><head><title>{title(report)}</title></head><body>{''.join(body)}</body></html>"


def _html(report: Report, random: Random) -> tuple[bytes, str]:
    return html_page(report).encode(), ".html"


def _html_gb(report: Report, random: Random) -> tuple[bytes, str]:
    page = html_page(report).replace("<head>", '<head><meta charset="gb2312">')
    return page.encode("gb18030"), ".htm"


def _html_nested(report: Report, random: Random) -> tuple[bytes, str]:
    def inner(text: str) -> str:
        return f'<p class="MsoNormal"><span style="font-size:12pt">&nbsp;<font>{html.escape(text)}</font></span></p>'

    page = html_page(report, lambda rows: html_table(rows, inner), headings=random.random() < 0.5)
    menu = "<table><tr><td>首页</td><td>政务公开</td></tr></table>"
    return f"<table><tr><td>{menu}</td><td><table><tr><td>{page}</td></tr></table></td></tr></table>".encode(), ".html"


def _html_json(report: Report, random: Random) -> tuple[bytes, str]:
    data = {"code": 0, "data": {"id": 5, "title": title(report), "content": html_page(report)}}
    text = json.dumps(data, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.5:
        text = "<html><body><div id=app></div><script>var page = " + text.replace("</", "<\\/") + ";</script></body></html>"
    return text.encode(), random.choice((".json", ".html", ".txt"))


def _html_paragraphs(report: Report, random: Random) -> tuple[bytes, str]:
    def table(rows: list[Tr]) -> str:
        return "".join(
            f"<p>{html.escape(td.text) or '&nbsp;'}</p>" for row in rows for td in row if td.text or random.random() < 0.5
        )

    return html_page(report, table).encode(), ".html"


def _html_fillers(report: Report, random: Random) -> tuple[bytes, str]:
    """Merged cells became empty cells beside the label."""

    def table(rows: list[Tr]) -> str:
        return html_table(
            [[x for td in row for x in (Td(td.text), *(Td("") for _ in range(td.columns - 1)))] for row in full(rows)]
        )

    return html_page(report, table).encode(), ".html"


def full(rows: list[Tr]) -> list[Tr]:
    """Rows with an empty cell wherever a cell from above reaches down."""
    out: list[Tr] = []
    reaching: dict[int, int] = {}
    for row in rows:
        line: Tr = []
        column = 0
        cells = iter(row)
        while True:
            if reaching.get(column, 0) > 0:
                reaching[column] -= 1
                line.append(Td(""))
                column += 1
                continue
            td = next(cells, None)
            if td is None:
                break
            for c in range(column, column + td.columns):
                reaching[c] = td.rows - 1
            line.append(td)
            column += td.columns
        out.append(line)
    return out


def _html_two(report: Report, random: Random) -> tuple[bytes, str]:
    """The same report twice on a page, as sites show it for screen and phone."""
    return (html_page(report) + html_page(report)).encode(), ".html"


# --- text ------------------------------------------------------------------------------------------------------------


def text_page(report: Report, table: Callable[[list[Tr]], str], *, headings: bool = True, mark: str = "") -> str:
    lines = [title(report), OPENING]
    for heading, content in sections(report, headings=headings):
        lines += [mark + heading] if heading else []
        lines.append(content if isinstance(content, str) else table(content))
    return "\n".join(lines)


def _pipes(report: Report, random: Random) -> tuple[bytes, str]:
    """Cells in order, then a bar for every place that a merge covered (the empty cells kept)."""

    def table(rows: list[Tr]) -> str:
        wide = max(sum(td.columns for td in row) for row in rows)
        return "\n".join(" | ".join(td.text for td in row) + " | " + "|" * (wide - len(row)) for row in rows)

    return text_page(report, table, headings=random.random() < 0.6).encode(), ".txt"


def _pipes_lost(report: Report, random: Random) -> tuple[bytes, str]:
    """The same, but empty cells were dropped before the bars were put behind."""

    def table(rows: list[Tr]) -> str:
        wide = max(sum(td.columns for td in row) for row in rows)
        kept = [[td for td in row if td.text] for row in rows]
        return "\n".join(" | ".join(td.text for td in row) + " | " + "|" * (wide - len(row)) for row in kept)

    return text_page(report, table).encode(), ".txt"


def _one_a_line_barred(report: Report, random: Random) -> tuple[bytes, str]:
    def table(rows: list[Tr]) -> str:
        wide = max(sum(td.columns for td in row) for row in rows)
        out = []
        for row in rows:
            out += [f"{td.text} |" for td in row]
            out += ["|" * (wide - len(row))] if wide > len(row) else []
        return "\n".join(out)

    return text_page(report, table).encode(), ".txt"


def _one_a_line(report: Report, random: Random) -> tuple[bytes, str]:
    """A cell a line, blank lines between, empty cells lost (sometimes a line with a no-break space)."""
    keep = random.random() < 0.3

    def table(rows: list[Tr]) -> str:
        space = random.choice(("", "\xa0", " "))
        cells = [td.text or ("\xa0" if keep else "") for row in rows for td in row]
        return "\n\n".join(f"{space if c.isdigit() else ''}{c}" for c in cells if c)

    return text_page(report, table).encode("utf-8-sig"), ".txt"


def _tabs(report: Report, random: Random) -> tuple[bytes, str]:
    """Label columns that vary from row to row."""

    def table(rows: list[Tr]) -> str:
        out = []
        for row in rows:
            figures = [td.text for td in row if td.figure]
            labels = [td.text for td in row if not td.figure]
            before = [""] * random.choice((0, 0, 1)) if figures and len(labels) == 1 else []
            out.append("\t".join([*labels, *before, *figures, *[""] * random.choice((0, 1, 2))]))
        return "\n".join(out)

    return text_page(report, table).encode("utf-16" if random.random() < 0.2 else "utf-8"), ".txt"


def _glued(report: Report, random: Random) -> tuple[bytes, str]:
    def table(rows: list[Tr]) -> str:
        return "".join(td.text for row in rows for td in row)

    return text_page(report, table).replace("\n", " ").encode(), ".txt"


def _glued_rows(report: Report, random: Random) -> tuple[bytes, str]:
    """A line a row, some rows without a space between the numbers."""

    def table(rows: list[Tr]) -> str:
        out = []
        for row in rows:
            figures = [td.text for td in row if td.figure]
            labels = " ".join(td.text for td in row if not td.figure)
            out.append(labels + "  " + ("" if random.random() < 0.4 else "  ").join(figures))
        return "\n".join(out)

    return text_page(report, table).encode(), ".txt"


def _markdown(report: Report, random: Random) -> tuple[bytes, str]:
    def table(rows: list[Tr]) -> str:
        out = []
        for row in full(rows):
            cells = [x for td in row for x in (td.text, *[""] * (td.columns - 1))]
            out.append("| " + " | ".join(cells) + " |")
            if len(out) == 1:
                out.append("|" + " --- |" * len(cells))
        return "\n".join(["", *out, ""])

    return text_page(report, table, mark="## ").encode(), ".md"


def _spaces(report: Report, random: Random) -> tuple[bytes, str]:
    """Laid out with spaces, as text taken from a page; empty cells lost."""

    def table(rows: list[Tr]) -> str:
        return "\n".join("    ".join(td.text for td in row if td.text) for row in rows) + "\n- 3 -"

    return text_page(report, table).encode(), ".txt"


def _broken_labels(report: Report, random: Random) -> tuple[bytes, str]:
    """Long labels broken over two lines; the numbers stand between, behind, or on a line of their own."""

    def row_text(row: Tr) -> str:
        figures = "  ".join(td.text for td in row if td.figure)
        label = next((td.text for td in reversed(row) if not td.figure), "") if any(td.figure for td in row) else ""
        if len(label) < 9 or random.random() < 0.4:
            return "  ".join(td.text for td in row if td.text)
        cut = random.randrange(4, len(label) - 2)
        before = "  ".join(td.text for td in row[: -sum(td.figure for td in row) - 1])
        how = random.randrange(4)
        a, b = label[:cut], label[cut:]
        if how == 0:
            return f"{before}  {a}  {figures}\n{b}"
        if how == 1:
            return f"{before}  {a}\n{figures}\n{b}"
        if how == 2:
            return f"{before}  {a}\n{b}  {figures}"
        return f"{before}  {a}\n{b}\n{figures}"

    return text_page(report, lambda rows: "\n".join(map(row_text, rows))).encode(), ".txt"


def _pages(report: Report, random: Random) -> tuple[bytes, str]:
    """A table that runs over pages: header rows again, page numbers between."""

    def table(rows: list[Tr]) -> str:
        out = []
        for i, row in enumerate(rows):
            if i > 4 and random.random() < 0.12:
                out += [f"— {random.randrange(2, 9)} —", *("\t".join(td.text for td in r) for r in rows[:3])]
            out.append("\t".join(td.text for td in row))
        return "\n".join(out)

    return text_page(report, table).encode(), ".txt"


# --- mess in the rows themselves -------------------------------------------------------------------------------------


def _messed(change: Callable[[list[Tr], Random], list[Tr]]) -> Callable[[Report, Random], tuple[bytes, str]]:
    def render_it(report: Report, random: Random) -> tuple[bytes, str]:
        if random.random() < 0.6:
            return html_page(report, lambda rows: html_table(change(rows, random))).encode(), ".html"

        def table(rows: list[Tr]) -> str:
            return "\n".join("\t".join(td.text for td in row) for row in change(rows, random))

        return text_page(report, table).encode(), ".txt"

    return render_it


def _extra(rows: list[Tr], random: Random) -> list[Tr]:
    """Subtotals and rows of the office's own."""
    out: list[Tr] = []
    for row in rows:
        out.append(row)
        figures = [td for td in row if td.figure]
        if figures and random.random() < 0.15:
            name = random.choice(("（三）不予公开小计", "法人小计", "其他主动公开文件", "（六）小计", "合计", "其中：网上申请"))
            out.append([Td(name), *(td._replace(text=str(random.randrange(50))) for td in figures)])
    return out


def _annotated(rows: list[Tr], random: Random) -> list[Tr]:
    """Units, brackets, signs and footnote marks in number cells."""

    def noted(td: Td) -> Td:
        if not td.figure or not td.text.isdigit() or random.random() < 0.85:
            return td
        ways = ("{}件", "{}（其中修订16件）", "+{}", "约{}", "{}①", "{}²", "{}元", "{}*", "{}（件）", "共{}件")
        return td._replace(text=random.choice(ways).format(td.text))

    return [[noted(td) for td in row] for row in rows]


def _traditional(rows: list[Tr], random: Random) -> list[Tr]:
    """Traditional characters, full-width digits, thousands commas, other punctuation."""
    table = str.maketrans("制发废执许处罚强业费数额总结请转续办国规属无类机关补举报缴纳认获险稳护复议诉讼经过维审当",
                          "製發廢執許處罰強業費數額總結請轉續辦國規屬無類機關補舉報繳納認獲險穩護復議訴訟經過維審當")  # fmt: skip
    wide = str.maketrans("0123456789", "０１２３４５６７８９")

    def other(td: Td) -> Td:
        text = td.text.translate(table).replace("（", "(").replace("、", "，").replace(".", "．" if not td.figure else ".")
        if td.figure and td.text.isdigit() and random.random() < 0.3:
            text = random.choice((f"{int(td.text):,}", td.text.translate(wide), f" {td.text}\xa0", f"{td.text}.0"))
        return td._replace(text=text)

    return [[other(td) for td in row] for row in rows]


def _corrupted(rows: list[Tr], random: Random) -> list[Tr]:  # noqa: C901
    """One of: two columns swapped with their headers, labels damaged, a row again with other numbers, a row lost."""
    how = random.randrange(5)
    out = [list(row) for row in rows]
    data = [i for i, row in enumerate(out) if any(td.figure for td in row)]
    if how == 0 and len(out) > 20:
        a, b = random.sample(range(5), 2)
        for i, row in enumerate(out):
            offset = 0 if i == 2 else len(row) - 6
            if i == 2 or sum(td.figure for td in row) == 7:
                row[offset + a], row[offset + b] = row[offset + b], row[offset + a]
    elif how == 1:
        for i in random.sample(data, min(3, len(data))):
            k = max((j for j, td in enumerate(out[i]) if not td.figure), default=None)
            if k is not None:
                out[i][k] = out[i][k]._replace(text=damaged(out[i][k].text, random))
    elif how == 2:
        i = random.choice(data)
        again = [td._replace(text=str(random.randrange(90))) if td.figure else td for td in out[i] if td.rows == 1]
        out.insert(i + 1, again)
    elif how == 3:
        i = random.choice(data)
        if all(td.rows == 1 for td in out[i]):
            out.pop(i)
    else:
        for i in range(min(3, len(out))):
            out[i] = [
                td._replace(text=damaged(td.text, random)) if not td.figure and random.random() < 0.5 else td for td in out[i]
            ]
    return out


def damaged(label: str, random: Random) -> str:
    """A label that lost one to three characters."""
    at = random.randrange(len(label)) if label else 0
    return label[:at] + label[at + random.randrange(1, 4) :]


def _short_rows(rows: list[Tr], random: Random) -> list[Tr]:
    """Rows that lost cells altogether."""
    out: list[Tr] = []
    for row in rows:
        figures = [i for i, td in enumerate(row) if td.figure]
        if figures and random.random() < 0.15:
            gone = set(random.sample(figures, random.randrange(1, len(figures) + 1)))
            row = [td for i, td in enumerate(row) if i not in gone]
        out.append(row)
    return out


STYLES: dict[str, Callable[[Report, Random], tuple[bytes, str]]] = {
    "html": _html,
    "html gb18030": _html_gb,
    "html nested": _html_nested,
    "html in json": _html_json,
    "html paragraphs": _html_paragraphs,
    "html fillers": _html_fillers,
    "html twice": _html_two,
    "pipes": _pipes,
    "pipes, cells lost": _pipes_lost,
    "one a line, bars": _one_a_line_barred,
    "one a line": _one_a_line,
    "tabs": _tabs,
    "glued": _glued,
    "glued rows": _glued_rows,
    "markdown": _markdown,
    "spaces": _spaces,
    "broken labels": _broken_labels,
    "pages": _pages,
    "extra rows": _messed(_extra),
    "annotated": _messed(_annotated),
    "traditional": _messed(_traditional),
    "corrupted": _messed(_corrupted),
    "short rows": _messed(_short_rows),
}


def render(style: str, report: Report, random: Random) -> tuple[bytes, str]:
    """A copy of a report in a style: its bytes and a file ending, which may lie."""
    return STYLES[style](report, random)
