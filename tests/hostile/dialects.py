"""Legal or seen ways of writing one and the same workbook; every reader path must see the same cells in all of them."""

import io
import re
from collections.abc import Callable, Mapping

import openpyxl

from .zips import SHEET, STRINGS, Member, parts, repacked, sample

Changed = Mapping[str, bytes | Member | None]


def _sheet(change: Callable[[bytes], bytes]) -> bytes:
    data = sample()
    before = parts(data)[SHEET]
    after = change(before)
    assert after != before, "the dialect changed nothing"
    return repacked(data, {SHEET: after})


def _prefixed(xml: bytes) -> bytes:
    xml = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml)
    return xml.replace(b'xmlns="http://schemas.openxmlformats.org/spread', b'xmlns:x="http://schemas.openxmlformats.org/spread')


def _prefixed_strings() -> bytes:
    data = sample()
    return repacked(data, {STRINGS: _prefixed(parts(data)[STRINGS])})


def _single_quotes(xml: bytes) -> bytes:
    return re.sub(rb'="([^"]*)"', rb"='\1'", xml)


def _type_first(xml: bytes) -> bytes:
    return re.sub(rb'<c (r="[A-Z0-9]+")([^>]*?)( t="\w+")', rb"<c\3 \1\2", xml)


def _no_addresses(xml: bytes) -> bytes:
    """Rows and cells are counted; row 4 begins at column B, so it keeps its addresses."""
    return (
        re.sub(rb'<c r="[A-Z]+[1235]"', b"<c", xml)
        .replace(b'<c s="1"><f>B2+1', b'<c r="B3" s="1"><f>B2+1')
        .replace(b'<c t="e">', b'<c r="B5" t="e">')
        .replace(b'<row r="2"', b"<row")
    )


def _cdata(xml: bytes) -> bytes:
    return re.sub(rb"<v>([^<]*)</v>", rb"<v><![CDATA[\1]]></v>", xml)


def _exponent(xml: bytes) -> bytes:
    return xml.replace(b"<v>12.5</v>", b"<v>1.25E1</v>").replace(b"<v>12</v>", b"<v>1.2e+1</v>")


def _newlines(xml: bytes) -> bytes:
    return (
        xml.replace(b"<row", b"\r\n  <row")
        .replace(b"<c ", b"\r\n    <c ")
        .replace(b"</row>", b"\r\n  </row>")
        .replace(b"<v>", b"<v>\n")
        .replace(b"<v>\n\xe5", b"<v>\xe5")
        .replace(b"<v>\n#", b"<v>#")
    )


def _commented(xml: bytes) -> bytes:
    return xml.replace(b'<c r="C2"', b'<!-- <c r="B2"><v>99</v></c> --><c r="C2"').replace(b"<v>12</v>", b"<v>1<!-- x -->2</v>")


def _utf16(xml: bytes) -> bytes:
    return xml.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def _strict() -> bytes:
    swaps = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
    )
    data = sample()
    changed = parts(data)
    for old, new in swaps:
        changed = {name: content.replace(old, new) for name, content in changed.items()}
    return repacked(data, changed)


def _targets(old: bytes, new: bytes) -> bytes:
    data = sample()
    name = "xl/_rels/workbook.xml.rels"
    return repacked(data, {name: parts(data)[name].replace(old, new)})


def _other_case() -> bytes:
    data = sample()
    return repacked(data, {SHEET: None, "xl/Worksheets/Sheet2.xml": parts(data)[SHEET]})


def _renamed_workbook() -> bytes:
    data = sample()
    all_parts = parts(data)
    new = {"xl/workbook.xml": None, "xl/book.xml": all_parts["xl/workbook.xml"], "xl/_rels/workbook.xml.rels": None}
    new["xl/_rels/book.xml.rels"] = all_parts["xl/_rels/workbook.xml.rels"]
    for name in ("_rels/.rels", "[Content_Types].xml"):
        new[name] = all_parts[name].replace(b"xl/workbook.xml", b"xl/book.xml")
    return repacked(data, new)


def _phonetic() -> bytes:
    data = sample()
    guide = '<rPh sb="0" eb="2"><t>xiàng mù</t></rPh><phoneticPr fontId="1"/></si>'.encode()
    return repacked(data, {STRINGS: parts(data)[STRINGS].replace(b"</si>", guide, 1)})


def _inline_runs(xml: bytes) -> bytes:
    runs = "<is><r><t>项</t></r><r><rPr><b/></rPr><t>目</t></r><rPh sb='0' eb='1'><t>xiang</t></rPh></is>".encode()
    return xml.replace(b'<c r="A1" t="s"><v>2</v></c>', b'<c r="A1" t="inlineStr">' + runs + b"</c>")


def _cell_extensions(xml: bytes) -> bytes:
    other = b'<extLst><ext xmlns:q="urn:q" uri="{1}"><q:v>99</q:v><q:c r="B2"/></ext></extLst></c>'
    return xml.replace(b"<v>12</v></c>", b"<v>12</v>" + other)


def _attributes(xml: bytes) -> bytes:
    """What Excel itself adds: x14ac on rows, shared formulas, cell metadata."""
    root = b'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" xmlns:r='
    xml = xml.replace(b"xmlns:r=", root, 1).replace(b"<row ", b'<row x14ac:dyDescent="0.25" ')
    xml = re.sub(rb'<row x14ac:dyDescent="0.25" (r="\d+")', rb'<row \1 x14ac:dyDescent="0.25"', xml)
    return xml.replace(b"<f>B2+1</f>", b'<f t="shared" ref="B3:B4" si="0">B2+1</f>')


MAKERS: dict[str, Callable[[], bytes]] = {
    "prefix": lambda: _sheet(_prefixed),
    "prefix in strings": _prefixed_strings,
    "single quotes": lambda: _sheet(_single_quotes),
    "t before r": lambda: _sheet(_type_first),
    "no addresses": lambda: _sheet(_no_addresses),
    "BOM": lambda: _sheet(lambda xml: b"\xef\xbb\xbf" + xml),
    "UTF-16": lambda: _sheet(_utf16),
    "CDATA": lambda: _sheet(_cdata),
    "comments": lambda: _sheet(_commented),
    "exponents": lambda: _sheet(_exponent),
    "newlines": lambda: _sheet(_newlines),
    "strict": _strict,
    "backslash in target": lambda: _targets(b"worksheets/sheet2", b"worksheets\\sheet2"),
    "absolute target": lambda: _targets(b"worksheets/sheet2", b"/xl/worksheets/sheet2"),
    "dotted target": lambda: _targets(b"worksheets/sheet2", b"../xl/./worksheets/sheet2"),
    "other case": _other_case,
    "workbook elsewhere": _renamed_workbook,
    "phonetic guides": _phonetic,
    "inline runs": lambda: _sheet(_inline_runs),
    "cell extensions": lambda: _sheet(_cell_extensions),
    "attributes of Excel": lambda: _sheet(_attributes),
    "no declaration": lambda: _sheet(lambda xml: xml[xml.index(b"<worksheet") :]),
}


def saved_by_openpyxl() -> bytes:
    """Inline strings, numeric character references, absolute targets; formulas without values."""
    target = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(sample()))
    book.save(target)
    return target.getvalue()
