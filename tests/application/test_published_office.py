"""Word, PDF and HTML files that the real LibreOffice made of our own pages read back to the same cells."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.fillings import filled
from tests.published_copies import html_page, html_table
from xlplugin.numerals import BLANK
from xlplugin.published import read_published

pytestmark = pytest.mark.office
FILTERS = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf:writer_pdf_Export", "html": "html:HTML (StarWriter)"}


def convert(page: Path, kind: str, folder: Path) -> Path:
    out = folder / kind
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--infilter=HTML (StarWriter)"]
    subprocess.run(
        [*command, "--convert-to", FILTERS[kind], "--outdir", str(out), str(page)], check=True, timeout=150, capture_output=True
    )
    return next(out.glob(f"*.{kind}"))


@pytest.mark.parametrize("form_id", ["2021", "2019"])
def test_what_libreoffice_writes_is_read_whole(form_id, tmp_path):
    random = Random(form_id)
    truth = filled(form_id, random)
    truth = truth.with_entries(dict.fromkeys(random.sample([c.id for c in truth.form.cells], 6), BLANK))
    page = tmp_path / "report.html"
    ruled = 'border="1" cellspacing="0" style="border-collapse:collapse"'
    page.write_text(
        html_page(truth, lambda rows: html_table(rows, attributes=ruled)).replace("<head>", '<head><meta charset="utf-8">'),
        "utf-8",
    )
    for kind in FILTERS:
        read = read_published(convert(page, kind, tmp_path))
        assert read.form_id == form_id
        wrong = {
            c.id: (n.value, truth.entry(c.id).value)
            for c in truth.form.cells
            if (n := read.entry(c.id)).value not in (None, truth.entry(c.id).value)
        }
        assert wrong == {}, kind
        unread = [c.id for c in truth.form.cells if read.entry(c.id).value is None and truth.entry(c.id).value is not None]
        assert unread == [], kind
        assert (read.cover.name, read.cover.year) == (truth.cover.name, truth.cover.year)
