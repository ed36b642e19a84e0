"""Word, PDF, HTML and workbook files that the real LibreOffice made of our own copies read back to the same cells."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from office import Office

from tests.fillings import filled
from tests.published_copies import html_page, html_table
from tests.published_media import make
from xlplugin.numerals import BLANK
from xlplugin.published import read_published
from xlplugin.report import Report

pytestmark = pytest.mark.office
KINDS = ("docx", "pdf", "html")


def wrong(truth: Report, read: Report) -> dict[str, object]:
    pairs = {c.id: (read.entry(c.id).value, truth.entry(c.id).value) for c in truth.form.cells}
    return {c: pair for c, pair in pairs.items() if pair[0] not in (None, pair[1])}


@pytest.mark.parametrize("form_id", ["2021", "2019"])
def test_what_libreoffice_writes_is_read_whole(office: Office, form_id: str, tmp_path: Path) -> None:
    random = Random(form_id)
    truth = filled(form_id, random)
    truth = truth.with_entries(dict.fromkeys(random.sample([c.id for c in truth.form.cells], 6), BLANK))
    page = tmp_path / "report.html"
    ruled = 'border="1" cellspacing="0" style="border-collapse:collapse"'
    page.write_text(
        html_page(truth, lambda rows: html_table(rows, attributes=ruled)).replace("<head>", '<head><meta charset="utf-8">'),
        "utf-8",
    )
    for kind in KINDS:
        read = read_published(office.convert(page, tmp_path / f"made.{kind}"))
        assert read.form_id == form_id
        assert wrong(truth, read) == {}, kind
        unread = [c.id for c in truth.form.cells if read.entry(c.id).value is None and truth.entry(c.id).value is not None]
        assert unread == [], kind
        assert (read.cover.name, read.cover.year) == (truth.cover.name, truth.cover.year)


MADE = {  # what LibreOffice makes of which copies
    "pdf": ("docx", "docx numbered by itself", "docx changes kept", "xlsx"),
    "xls": ("xlsx", "xlsx over sheets", "xlsx hidden", "xlsx number formats", "xlsx numbers as text"),
    "ods": ("xlsx", "xlsx over sheets", "xlsx hidden", "xlsx number formats"),
}


@pytest.mark.parametrize("kind", MADE)
def test_what_libreoffice_makes_of_a_copy_has_the_same_cells(office: Office, kind: str, tmp_path: Path) -> None:
    """Every number is the true one; a clean copy is read whole, whatever program saved it."""
    for style in MADE[kind]:
        random = Random(f"{style} {kind}")
        truth = filled(random.choice(("2021", "2019")), random)
        path = make(style, truth, random, tmp_path)
        made = office.convert(path, tmp_path / f"{style.replace(' ', '_')}_made.{kind}")
        if kind == "xls":
            made = made.rename(made.with_suffix(".et"))
        read = read_published(made)
        assert wrong(truth, read) == {}, style
        if kind != "pdf":
            assert {c.id: read.entry(c.id).value for c in truth.form.cells} == {
                c.id: truth.entry(c.id).value for c in truth.form.cells
            }


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_numbers_struck_out_are_none_in_any_format(office: Office, kind: str, tmp_path: Path) -> None:
    truth = filled("2021", Random(3))
    path = make("xlsx struck out", truth, Random(3), tmp_path)
    first = read_published(path)
    unread = {c.id for c in truth.form.cells if first.entry(c.id).value is None}
    assert unread
    read = read_published(office.convert(path, tmp_path / f"made.{kind}"))
    assert {c.id for c in truth.form.cells if read.entry(c.id).value is None} == unread
    assert wrong(truth, read) == {}
