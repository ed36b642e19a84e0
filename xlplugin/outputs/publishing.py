"""Write a report for others: the document in official form, or its data; the file's ending says which."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

from xlplugin.errors import CannotWrite, HostUnavailable
from xlplugin.frames import frame_of
from xlplugin.report import Report

_OFFICE_PATIENCE = 120  # seconds that LibreOffice may take for one document


def publish(report: Report, out: Path) -> None:
    """Write `out` in one go; an existing file is replaced only when the new one is whole.

    Raises CannotWrite (unknown ending, no permission), HostUnavailable (a .pdf without LibreOffice).
    """
    kind = out.suffix.lower()
    if kind not in _WRITERS:
        raise CannotWrite(f"不会写“{out.suffix or out.name}”这种文件；可用的有：{'、'.join(_WRITERS)}。")
    data = _WRITERS[kind](report)
    _replace(out, data)


def _replace(out: Path, data: bytes) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".", suffix=".part", delete=False) as part:
            part.write(data)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(out)
    except OSError as error:
        raise CannotWrite(f"写不了“{out}”：{error.strerror}。请检查文件夹是否存在、有没有写入权限、文件是否正被打开。") from error


def _docx(report: Report) -> bytes:
    from xlplugin.outputs.to_docx import docx_bytes

    return docx_bytes(report)


def _html(report: Report) -> bytes:
    from xlplugin.outputs.to_html import html_text

    return html_text(report).encode("utf-8")


def _pdf(report: Report) -> bytes:
    """The Word document, printed by LibreOffice with a profile of its own."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise HostUnavailable("没有找到 LibreOffice，不能写 .pdf；请安装 LibreOffice，或改写 .docx 后用 Word、WPS 另存为 PDF。")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "report.docx")
        source.write_bytes(_docx(report))
        profile = Path(folder, "profile").as_uri()
        command = [
            office,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(
                command, check=True, capture_output=True, timeout=_OFFICE_PATIENCE, env={**os.environ, "LC_ALL": "C.UTF-8"}
            )
            return Path(folder, "report.pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise HostUnavailable("LibreOffice 没有写出 PDF；请先改写 .docx，再用 Word、WPS 另存为 PDF。") from error


def _csv(report: Report) -> bytes:
    """One line a cell, with a byte order mark so that Excel shows the Chinese."""
    out = StringIO()
    frame_of([report]).to_csv(out, index=False)
    return out.getvalue().encode("utf-8-sig")


def _json(report: Report) -> bytes:
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=1).encode("utf-8")


def _parquet(report: Report) -> bytes:
    """One row a cell; the value as text beside its number, because a column holds counts and 万元 together."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise CannotWrite("写 .parquet 需要 pyarrow：请运行 pip install 'xlplugin[parquet]'，或改写 .csv。") from error
    frame = frame_of([report])
    frame["text"] = frame["value"].map(lambda v: None if v is None else str(v))
    frame["value"] = frame["value"].map(lambda v: None if v is None else float(v))
    out = BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


_WRITERS: dict[str, Callable[[Report], bytes]] = {
    ".docx": _docx,
    ".html": _html,
    ".pdf": _pdf,
    ".csv": _csv,
    ".json": _json,
    ".parquet": _parquet,
}
