"""The report as one self-contained web page, with the merged headers of the official tables."""

from __future__ import annotations

from html import escape

from xlplugin.outputs.document import ONE_PIECE, Paragraph, Sheet, Square, document, title
from xlplugin.report import Report

_LOOK = """
body { max-width: 52em; margin: 2em auto; padding: 0 1em; font: 17px/1.9 仿宋, FangSong, serif; color: #222; }
h1 { font: 24px/1.6 黑体, SimHei, sans-serif; text-align: center; }
h2 { font: 18px/1.6 黑体, SimHei, sans-serif; margin: 1.4em 0 .5em; }
p { text-indent: 2em; margin: .3em 0; }
table { border-collapse: collapse; width: 100%; font: 14px/1.5 宋体, SimSun, serif; margin: .6em 0; }
td, th { border: 1px solid #333; padding: .3em .4em; text-align: center; vertical-align: middle; }
td.row, td.corner { text-align: left; font-weight: normal; }
th.title { background: #dce6f1; }
td.tall { writing-mode: vertical-rl; font-weight: bold; white-space: nowrap; }
@media print { body { margin: 0; max-width: none; } tr, table.short { break-inside: avoid; } h2 { break-after: avoid; } }
"""


def html_text(report: Report) -> str:
    """The page; blanks are printed blank."""
    body = "\n".join(_part(p) for p in document(report))
    head = f'<meta charset="utf-8"><title>{escape(title(report))}</title><style>{_LOOK}</style>'
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _part(part: Paragraph | Sheet) -> str:
    if isinstance(part, Paragraph):
        tag = {"title": "h1", "heading": "h2"}.get(part.style, "p")
        return f"<{tag}>{escape(part.text)}</{tag}>"
    rows: dict[int, list[str]] = {r: [] for r in range(1, part.grid.height + 1)}
    for square in part.squares:
        rows[square.area.row].append(_square(square))
    short = ' class="short"' if part.grid.height <= ONE_PIECE else ""
    return f"<table{short}>\n" + "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in rows.values()) + "\n</table>"


def _square(square: Square) -> str:
    a = square.area
    tag = "th" if square.role in ("head", "title") else "td"
    kind = "tall" if square.role == "group" and a.column == 1 else square.role or "number"
    spans = "".join(
        f' {name}="{n}"' for name, n in (("rowspan", a.last_row - a.row + 1), ("colspan", a.last_column - a.column + 1)) if n > 1
    )
    return f'<{tag} class="{kind}"{spans}>{escape(square.text)}</{tag}>'
