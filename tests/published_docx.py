"""Published copies as Word documents, as Word and WPS write them: merged and nested cells, changes kept, numbers of lists."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.published_copies import OPENING, Td, Tr, sections, title
from tests.published_pdf import boxes
from xlplugin.report import Report

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_BORDERS = "".join(f'<w:{s} w:val="single" w:sz="4"/>' for s in ("top", "left", "bottom", "right", "insideH", "insideV"))
_ORDINALS = (
    ("一、", 1, re.compile(r"[一二三四]、")),
    ("（一）", 2, re.compile(r"（[一二三四五六七]）")),
    ("1.", 3, re.compile(r"\d\.")),
)


def run(text: str, style: str = "") -> str:
    return f'<w:r><w:rPr>{style}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(runs: str, style: str = "") -> str:
    return f"<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>"


def plain(td: Td) -> str:
    return paragraph(run(td.text))


class Hand(NamedTuple):
    """How a table is written: what stands in a cell, what is put round a cell, a row, the table."""

    cell: Callable[[Td], str] = plain
    around_cell: Callable[[str], str] = str
    around_row: Callable[[str, Tr], str] = lambda xml, row: xml
    around_table: Callable[[str], str] = str


def table(rows: list[Tr], hand: Hand) -> str:
    lines: list[list[tuple[int, str]]] = [[] for _ in rows]
    for row, column, td in boxes(rows):
        for down in range(td.rows):
            merge = "" if td.rows == 1 else "<w:vMerge/>" if down else '<w:vMerge w:val="restart"/>'
            span = f'<w:gridSpan w:val="{td.columns}"/>' if td.columns > 1 else ""
            said = "<w:p/>" if down else hand.cell(td)
            lines[row + down].append((column, hand.around_cell(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{said}</w:tc>")))
    wide = max(sum(td.columns for td in row) for row in rows)
    grid = "".join(f'<w:gridCol w:w="{9000 // wide}"/>' for _ in range(wide))
    body = "".join(
        hand.around_row(f"<w:tr>{''.join(xml for _, xml in sorted(line))}</w:tr>", row)
        for line, row in zip(lines, rows, strict=True)
    )
    properties = f'<w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
    return hand.around_table(f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>")


def body(report: Report, hand: Hand) -> str:
    parts = [paragraph(run(title(report))), paragraph(run(OPENING))]
    for heading, content in sections(report):
        parts.append(paragraph(run(heading)))
        parts.append(paragraph(run(content)) if isinstance(content, str) else table(content, hand) + paragraph(""))
    return "".join(parts)


_LEVELS = "".join(
    f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
    f'<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
    for n, kind, text in ((1, "chineseCounting", "%1、"), (2, "chineseCountingThousand", "（%1）"), (3, "decimal", "%1."))
)
STYLES = (
    '<w:style w:type="character" w:styleId="Unseen"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Mark2"><w:basedOn w:val="Mark"/></w:style>'
)


def write(path: Path, inner: str, *, lists: int = 0, strict: bool = False) -> Path:
    """`lists`: how many times each of the three kinds of numbers begins anew."""
    nums = "".join(
        f'<w:num w:numId="{i * 10 + kind}"><w:abstractNumId w:val="{kind}"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for i in range(lists)
        for kind in (1, 2, 3)
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = {
        "document": "document.main",
        "styles": "styles",
        "numbering": "numbering",
        "footnotes": "footnotes",
        "header1": "header",
    }
    override = "".join(
        f'<Override PartName="/word/{p}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{k}+xml"/>'
        for p, k in kinds.items()
    )
    own = [p for p in kinds if p != "document"]
    links = "".join(f'<Relationship Id="r{i}" Type="{relation}/{kinds[p]}" Target="{p}.xml"/>' for i, p in enumerate(own))
    note = paragraph(run("本数含2023年结转7件。"))
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{override}</Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{relation}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{links}</Relationships>",
        "word/document.xml": f"<w:document {_NAMES}><w:body>{inner}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": f"<w:styles {_NAMES}>{STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_NAMES}>{_LEVELS}{nums}</w:numbering>",
        "word/footnotes.xml": f'<w:footnotes {_NAMES}><w:footnote w:id="2">{note}</w:footnote></w:footnotes>',
        "word/header1.xml": f"<w:hdr {_NAMES}>{paragraph(run('政府信息公开 第3页 12'))}</w:hdr>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, (text.replace(W, STRICT) if strict else text).encode())
    return path


def _maker(hand: Callable[[Random], Hand], *, strict: bool = False) -> Callable[[Report, Random, Path], Path]:
    return lambda report, random, folder: write(folder / "copy.docx", body(report, hand(random)), strict=strict)


def _changed(random: Random) -> Hand:
    """Changes that were kept: struck out numbers, new ones, rows that were taken out and put in."""
    who = 'w:id="1" w:author="甲" w:date="2025-01-08T09:00:00Z"'

    def cell(td: Td) -> str:
        if not td.figure or random.random() < 0.7:
            return plain(td)
        old = f"<w:r><w:delText>{random.randrange(90)}</w:delText></w:r>"
        ways = (
            f"<w:del {who}>{old}</w:del><w:ins {who}>{run(td.text)}</w:ins>",
            f"<w:moveFrom {who}>{run(str(random.randrange(90)))}</w:moveFrom><w:moveTo {who}>{run(td.text)}</w:moveTo>",
            f"{run(td.text)}<w:del {who}>{old}</w:del>",
        )
        return paragraph(random.choice(ways))

    def around_row(xml: str, row: Tr) -> str:
        if random.random() < 0.8 or any(td.rows > 1 for td in row):
            return xml
        gone = xml.replace("<w:tr>", f"<w:tr><w:trPr><w:del {who}/></w:trPr>", 1)
        return gone + xml.replace("<w:tr>", f"<w:tr><w:trPr><w:ins {who}/></w:trPr>", 1)

    return Hand(cell, around_row=around_row)


def _noted(random: Random) -> Hand:
    """Footnotes, and text that is hidden by itself or by a style."""

    def cell(td: Td) -> str:
        if not td.figure or random.random() < 0.7:
            return plain(td)
        ways = (
            run(td.text) + '<w:r><w:footnoteReference w:id="2"/></w:r>',
            run("3", "<w:vanish/>") + run(td.text),
            run(td.text) + run("5", '<w:rStyle w:val="Unseen"/>'),
        )
        return paragraph(random.choice(ways))

    def around_row(xml: str, row: Tr) -> str:
        if random.random() < 0.9 or any(td.rows > 1 for td in row):
            return xml
        return xml.replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>", 1).replace("</w:t>", "7</w:t>") + xml

    return Hand(cell, around_row=around_row)


def _marked(random: Random) -> Hand:
    """Marks that a careless reader takes for digits: raised by a style, struck out, a picture for a number."""

    def cell(td: Td) -> str:
        if not td.figure or not td.text or random.random() < 0.85:
            return plain(td)
        ways = (
            run(td.text) + run("2", '<w:rStyle w:val="Mark2"/>'),
            run("8", "<w:strike/>") + run(td.text),
            "<w:r><w:drawing><wp:inline/></w:drawing></w:r>",
            '<w:r><w:sym w:font="Wingdings" w:char="F0A7"/></w:r>' + run(td.text),
            run(td.text[:1]) + "<w:r><w:tab/></w:r>" + run(td.text[1:] or "0"),
        )
        return paragraph(random.choice(ways))

    return Hand(cell)


def _controls(random: Random) -> Hand:
    def around(xml: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{xml}</w:sdtContent></w:sdt>" if random.random() < 0.3 else xml

    def cell(td: Td) -> str:
        inner = around(run(td.text)) if td.text else run("")
        if td.figure and not td.text:
            inner = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击输入文字。')}</w:sdtContent></w:sdt>"
        return around(paragraph(inner))

    return Hand(cell, around, lambda xml, row: around(xml), around)


def _nested(random: Random) -> Hand:
    """A table in a cell that only places it; numbers in small tables of their own."""

    def cell(td: Td) -> str:
        if not td.figure or random.random() < 0.9:
            return plain(td)
        return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>{plain(td)}</w:tc></w:tr></w:tbl><w:p/>"

    def around(xml: str) -> str:
        return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>{xml}<w:p/></w:tc></w:tr></w:tbl>"

    return Hand(cell, around_table=around)


def _boxed(random: Random) -> Hand:
    """Tables in text boxes, said once for new programs and once for old ones."""

    def around(xml: str) -> str:
        box = f"<w:txbxContent>{xml}<w:p/></w:txbxContent>"
        shape = (
            '<w:drawing><wp:inline><wp:extent cx="5900000" cy="4000000"/><wp:docPr id="1" name="t"/><a:graphic><a:graphicData '
            'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
            f"<wps:spPr/><wps:txbx>{box}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
        old = f'<w:pict><v:shape style="width:460pt;height:320pt"><v:textbox>{box}</v:textbox></v:shape></w:pict>'
        either = f'<mc:AlternateContent><mc:Choice Requires="wps">{shape}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>'
        return paragraph(f"<w:r>{either if random.random() < 0.7 else old}</w:r>")

    return Hand(around_table=around)


def _split(random: Random) -> Hand:
    """A table cut in two, with an empty paragraph between; merged cells begin anew."""

    def around_table(xml: str) -> str:
        head, rows = xml.split("</w:tblGrid>", 1)
        places = [m.start() for m in re.finditer("<w:tr>", rows)]
        if len(places) < 6:
            return xml
        at = random.choice(places[4:-1])
        return f"{head}</w:tblGrid>{rows[:at]}</w:tbl><w:p/>{head}</w:tblGrid>{rows[at:]}"

    return Hand(around_table=around_table)


def _numbered(report: Report, random: Random, folder: Path) -> Path:
    """Ordinals made by the program: the labels' text has none."""
    lists = {1: 0, 2: 0, 3: 0}

    def cell(td: Td) -> str:
        for first, kind, pattern in _ORDINALS:
            if not td.figure and (found := pattern.match(td.text)) and len(td.text) < 60:
                lists[kind] += found.group() == first
                number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{(lists[kind] - 1) * 10 + kind}"/></w:numPr>'
                return paragraph(run(td.text[found.end() :]), number)
        return plain(td)

    inner = body(report, Hand(cell))
    return write(folder / "copy.docx", inner, lists=max(lists.values()))


DOCX: dict[str, Callable[[Report, Random, Path], Path]] = {
    "docx": _maker(lambda random: Hand()),
    "docx strict": _maker(lambda random: Hand(), strict=True),
    "docx changes kept": _maker(_changed),
    "docx notes and hidden text": _maker(_noted),
    "docx marks": _maker(_marked),
    "docx content controls": _maker(_controls),
    "docx nested": _maker(_nested),
    "docx text boxes": _maker(_boxed),
    "docx split": _maker(_split),
    "docx numbered by itself": _numbered,
}
