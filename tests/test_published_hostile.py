"""Hostile and hopeless files: refused by name, within bounds of time and memory."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from random import Random

import pypdfium2
import pytest

from tests.fillings import filled
from tests.published_copies import html_page
from xlplugin.errors import UnreadableSource
from xlplugin.published import read_published
from xlplugin.published.sniffing import Medium, sniff

SECONDS = 20.0


def docx(path: Path, document: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", document)
    return path


def big_html(path: Path) -> Path:
    path.write_bytes(b"<html><table>" + b"<tr><td>1</td></tr>" * 2_700_000 + b"</table></html>")
    return path


def nested(path: Path) -> Path:
    path.write_text("<table><tr><td>" * 10_000 + "1" + "</td></tr></table>" * 10_000, "utf-8")
    return path


def spans(path: Path) -> Path:
    path.write_text(
        "<table>" + "<tr>" + '<td colspan="9999" rowspan="9999">1</td>' * 50 + "</tr>" + "<tr><td>2</td></tr>" * 3000, "utf-8"
    )
    return path


def bomb(path: Path) -> Path:
    return docx(path, b"<w:document>" + b" " * 150_000_000)


def entities(path: Path) -> Path:
    lines = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    return docx(path, f'<!DOCTYPE d [<!ENTITY e0 "0123456789">{lines}]><d>&e9;</d>'.encode())


def pages(path: Path) -> Path:
    document = pypdfium2.PdfDocument.new()
    for _ in range(5000):
        document.new_page(200, 200)
    document.save(str(path))
    return path


def scan(path: Path) -> Path:
    document = pypdfium2.PdfDocument.new()
    document.new_page(600, 800)
    document.save(str(path))
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b" \n")
    return path


def picture(path: Path) -> Path:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return path


def noise(path: Path) -> Path:
    path.write_bytes(Random(3).randbytes(300_000))
    return path


def cut_pdf(path: Path) -> Path:
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    return path


@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (big_html, "a.html", "MB"),
        (nested, "a.html", "没有认出"),
        (spans, "a.html", "多于|没有认出"),
        (bomb, "a.docx", "MB"),
        (entities, "a.docx", "损坏"),
        (pages, "a.pdf", "5000 页"),
        (scan, "a.pdf", "扫描件"),
        (empty, "a.txt", "空文件"),
        (picture, "a.pdf", "图片"),
        (noise, "a.txt", "没有认出"),
        (cut_pdf, "a.pdf", "打不开"),
    ],
    ids=lambda x: getattr(x, "__name__", None),
)
def test_refused_by_name_and_in_time(make, name, says, tmp_path):
    path = make(tmp_path / name)
    started = time.perf_counter()
    with pytest.raises(UnreadableSource, match=says) as refused:
        read_published(path)
    assert time.perf_counter() - started < SECONDS
    assert str(refused.value).startswith((name, "表格"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1"])
def test_the_bytes_decide_the_encoding(encoding, declared, tmp_path):
    report = filled("2021", Random(4))
    path = tmp_path / "x.dat"
    path.write_bytes(html_page(report).replace("<head>", f'<head><meta charset="{declared}">').encode(encoding))
    assert read_published(path).numbers() == report.numbers()


def test_content_decides_not_the_name(tmp_path):
    report = filled("2021", Random(5))
    path = tmp_path / "report.pdf"
    path.write_text(html_page(report), "utf-8")
    assert sniff(path.read_bytes()) is Medium.HTML
    assert read_published(path).numbers() == report.numbers()


def test_a_footnote_mark_or_a_struck_number_is_no_digit(tmp_path):
    report = filled("2021", Random(6))
    page = html_page(report)
    for mess in ("{}<sup>1</sup>", "<del>5</del>{}", '<span style="text-decoration:line-through">5</span>{}'):
        path = tmp_path / "x.html"
        path.write_text(page.replace("<td>0</td>", f"<td>{mess.format(0)}</td>"), "utf-8")
        read = read_published(path)
        assert all(read.numbers().get(c, n) == n for c, n in report.numbers().items())
