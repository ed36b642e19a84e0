"""The whole story on the bundled example county: hand out, fill in, check, fill, import, roll up, publish."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from xlplugin.books.template import write_template
from xlplugin.checking import check, verdict
from xlplugin.errors import CannotWrite
from xlplugin.finding import causes
from xlplugin.form import form_for
from xlplugin.hosts.checking_files import annotated_copy
from xlplugin.hosts.example.county import description, filings, published, roster_rows
from xlplugin.hosts.filling_files import fill_file
from xlplugin.hosts.opening import open_report
from xlplugin.hosts.rolling_files import roll_up
from xlplugin.hosts.wording import VERDICTS
from xlplugin.merging.roster import HEADS
from xlplugin.outputs.publishing import publish


def free_folder(wanted: Path) -> Path:
    """The wanted folder or, where it holds files already, the first of demo2, demo3, … that does not."""
    n, folder = 1, wanted
    while folder.exists() and any(folder.iterdir()):
        n += 1
        folder = wanted.with_name(f"{wanted.name}{n}")
    return folder


def run_demo(folder: Path) -> Iterator[str]:
    """Do everything once in `folder`, which must be new or empty; yields lines that say what was done and where it lies.

    Raises CannotWrite where the folder holds files already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CannotWrite(f"文件夹“{folder}”里已经有文件，为免混淆没有写入；请换一个名字或先清空。")
    started = time.monotonic()
    said = description()
    form = form_for(said["year"])
    roster = _roster(folder / "名册.csv", said)
    yield f"1. 名册：{roster}（{len(said['units'])} 个单位）"
    blank = folder / "1_空白模板.xlsx"
    write_template(blank, form.id)
    yield f"2. 空白模板：{blank}"
    received = folder / "2_收到的报表"
    received.mkdir()
    for filing in filings(said):
        write_template(received / filing.name, form.id, report=filing.report)
    yield f"3. 各单位报来的工作簿：{received}（{len(list(received.iterdir()))} 份，其中一个单位报了两次、一个没报）"
    yield from _checked(received, folder / "3_校验")
    yield from _last_year(folder, said, received)
    yield from _summed(folder, received, roster, said["year"])
    yield f"全部完成，用时 {time.monotonic() - started:.1f} 秒。结果都在 {folder} 。"


def _roster(path: Path, said: dict[str, object]) -> Path:
    import csv

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(HEADS))
        writer.writeheader()
        writer.writerows(roster_rows(said))
    return path


def _checked(received: Path, out: Path) -> Iterator[str]:
    out.mkdir()
    yield "4. 逐份校验："
    for path in sorted(received.iterdir()):
        report = open_report(path)
        findings = causes(check(report))
        word = verdict(report, findings)
        yield f"   {path.name}：{VERDICTS[word]}"
        for f in (f for f in findings if f.blocks):
            yield f"      [{f.severity}] {f.message}"
        if word == "blocked":
            yield f"      {annotated_copy(path, None, out / f'{path.stem}_校验.xlsx')}"
    for path in sorted(received.iterdir()):
        blank_totals = [f for f in check(open_report(path)) if f.family == "V-TOTAL"]
        if blank_totals:
            said = fill_file(path, out / f"{path.stem}_已填充.xlsx", in_place=False).splitlines()
            yield f"5. 填充 {path.name}：{said[0].rstrip('：')}，例如{said[1].strip()}。{said[-1]}"


def _last_year(folder: Path, said: dict[str, object], received: Path) -> Iterator[str]:
    """Last year's published page becomes a workbook, and this year is checked against it."""
    page = folder / "4_上年公布的年报.html"
    publish(published(said), page)
    book = folder / "4_上年公布的年报_导入.xlsx"
    before = open_report(page)
    write_template(book, before.form_id, report=before)
    yield f"6. 导入已公布的年报：{page.name} → {book.name}"
    path = next(p for p in sorted(received.iterdir()) if "办公室" in p.name)
    crossing = [f for f in check(open_report(path), last_year=before) if f.family.startswith("XY")]
    yield f"   与上年核对 {path.name}：{'；'.join(f.message for f in crossing) or '各列上年结转、文件存量都对得上。'}"
    document = folder / "5_公布稿.docx"
    publish(open_report(path), document)
    yield f"7. 公布稿：{document}"


def _summed(folder: Path, received: Path, roster: Path, year: int) -> Iterator[str]:
    out = folder / "6_全县汇总.xlsx"
    outcome = roll_up((str(received),), None, year=year, roster=roster, scope="全域", ledger=folder / "台账.sqlite", out=out)
    yield "8. 汇总："
    yield from (f"   {line}" for line in outcome.words.splitlines())
    publish(open_report(out), folder / "7_全县公布稿.docx")
    yield f"9. 全县公布稿：{folder / '7_全县公布稿.docx'}"
