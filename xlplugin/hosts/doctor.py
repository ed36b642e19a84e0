"""诊断: what works on this machine, and how to mend what does not."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

_NEEDED = ("pydantic", "PyYAML", "XlsxWriter", "openpyxl", "pandas", "click", "highspy", "lxml", "python-docx", "pdfplumber")
_CHINESE_FONTS = ("SimSun", "宋体", "Noto Sans CJK", "Noto Serif CJK", "Source Han", "WenQuanYi", "FangSong", "AR PL")
_PATIENCE = 20  # seconds for a program to say its version


@dataclass(frozen=True, slots=True)
class Examined:
    """`usable` is whether the file commands work here; hosts may be missing without harm."""

    usable: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing looked at: `needed` things must be there for the file commands."""

    what: str
    well: bool
    said: str
    mend: str = ""
    needed: bool = False

    def __str__(self) -> str:
        mark = "正常" if self.well else ("缺少" if self.needed else "没有")
        return f"[{mark}] {self.what}：{self.said}" + (f"　→ {self.mend}" if self.mend and not self.well else "")


def examine() -> Examined:
    """Look at Python, packages, hosts and fonts of this machine; nothing is changed."""
    points = tuple(_points())
    usable = all(p.well for p in points if p.needed)
    last = "可以使用：命令行和文件方式正常。" if usable else "还不能使用：请先处理上面标“缺少”的各项。"
    return Examined(usable, (*map(str, points), last))


def _points() -> Iterator[Point]:
    now = ".".join(map(str, sys.version_info[:3]))
    yield Point(
        "Python", sys.version_info >= (3, 11), f"{now}（{sys.executable}）", "请安装 Python 3.11 或更新的版本", needed=True
    )
    yield Point("系统", True, f"{platform.system()} {platform.release()}")
    for name in _NEEDED:
        yield _package(name)
    yield _forms()
    yield from _excel()
    yield from _office()
    yield _fonts()


def _package(name: str) -> Point:
    try:
        return Point(f"程序库 {name}", True, version(name), needed=True)
    except PackageNotFoundError:
        return Point(f"程序库 {name}", False, "没有安装", f"运行 pip install {name}", needed=True)


def _forms() -> Point:
    from xlplugin.form import forms

    return Point("年报表式", True, "、".join(f"{f.id}（{f.notice}）" for f in forms().values()), needed=True)


def _excel() -> Iterator[Point]:
    if platform.system() not in ("Windows", "Darwin"):
        yield Point("Excel", False, "本系统没有 Excel", "用 LibreOffice 扩展，或用命令行处理 .xlsx（WPS 同样适用）")
        return
    has = find_spec("xlwings") is not None
    yield Point("xlwings", has, version("xlwings") if has else "没有安装", "运行 pip install 'xlplugin[excel]'")
    yield Point("Excel", _has_excel(), "已安装" if _has_excel() else "没有找到", "没有 Excel 时用 LibreOffice 或命令行")


def _has_excel() -> bool:
    if platform.system() == "Darwin":
        return Path("/Applications/Microsoft Excel.app").exists()
    import winreg  # type: ignore[import-not-found, unused-ignore]

    try:
        winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, "Excel.Application")  # type: ignore[attr-defined, unused-ignore]
    except OSError:
        return False
    return True


def _office() -> Iterator[Point]:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    said = _first_line([found, "--version"]) if found else "没有安装"
    yield Point(
        "LibreOffice",
        bool(found),
        said,
        "要输出 PDF 或使用扩展时才需要；Debian/Ubuntu：apt-get install libreoffice-calc libreoffice-writer",
    )


def _fonts() -> Point:
    if not shutil.which("fc-list"):
        return Point("中文字体", True, "由系统提供")
    listed = _output(["fc-list", ":lang=zh", "family"])
    known = sorted({f for f in _CHINESE_FONTS if f in listed})
    return Point(
        "中文字体", bool(listed.strip()), "、".join(known) or "没有找到", "Debian/Ubuntu：apt-get install fonts-noto-cjk"
    )


def _first_line(command: list[str]) -> str:
    return (_output(command).strip().splitlines() or ["没有回答"])[0]


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
