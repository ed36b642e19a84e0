"""`xlplugin install` and `uninstall`: the add-in into Excel, the extension into LibreOffice, an entry for dropping files on.

Only files of our own are written or removed; a file of the same name that is not ours stays as it is. All
folders come in with `Machine`, so the same code is tried on any system. Nothing here needs an administrator.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xlplugin.books.addin import ADDIN_NAME, MARK, build_addin
from xlplugin.books.patch import write_atomically
from xlplugin.errors import CannotWrite, HostUnavailable, UnreadableSource, XlpluginError

System = Literal["Windows", "Darwin", "Linux"]

EXTENSION_ID = "xlplugin.annual-report"
DROP_NAME = "校验信息公开年报"
DROP_COMMAND = ("-X", "utf8", "-m", "xlplugin", "check", "--beside")
DROP_MARK = "xlplugin: made by install, removed by uninstall"
UNDONE = "未完成："
UNOPKG_SECONDS = 120


@dataclass(frozen=True)
class Machine:
    """One user's folders on one machine; everything install and uninstall may touch lies below them.

    `python` is the interpreter that shall answer the buttons. `unopkg` is the command that manages LibreOffice's
    extensions, None without LibreOffice; `profile` is its user profile, None for the usual one.
    """

    system: System
    home: Path
    roaming: Path
    local: Path
    python: Path
    unopkg: tuple[str, ...] | None = None
    profile: Path | None = None


def this_machine(system: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Machine:
    """The folders of whoever runs this program."""
    kind: System = "Windows" if system.startswith("win") else "Darwin" if system == "darwin" else "Linux"
    home = Path(environ.get("USERPROFILE" if kind == "Windows" else "HOME") or Path.home())
    roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    local = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    found = _find_unopkg(kind, environ)
    return Machine(kind, home, roaming, local, Path(sys.executable), (found,) if found else None)


def install(machine: Machine | None = None, *, extension: Path | None = None) -> list[str]:
    """Put everything in place and check it; one Chinese line for each thing done, skipped or failed (`UNDONE`).

    Without a machine: this one. Without an extension: the one that came with the package.
    """
    here, oxt = machine or this_machine(), extension or packed_extension()
    return _lines((lambda: _install_addin(here), lambda: _install_extension(here, oxt), lambda: _install_drop_targets(here)))


def uninstall(machine: Machine | None = None, *, extension_id: str = EXTENSION_ID) -> list[str]:
    """Remove what install put there, and nothing else; lines as from install. Doing it twice is harmless."""
    here = machine or this_machine()
    return _lines(
        (lambda: _remove_addin(here), lambda: _remove_extension(here, extension_id), lambda: _remove_drop_targets(here))
    )


def packed_extension(folder: Path = Path(__file__).parent / "libreoffice") -> Path | None:
    """The extension that lies in the package, or None: then it is built."""
    return next(iter(sorted(folder.glob("*.oxt"))), None)


def run(command: str, extension: Path | None = None) -> int:
    """`install` or `uninstall` on this machine, said line by line; the exit status: 0, or 3 when something was not done."""
    lines = install(extension=extension) if command == "install" else uninstall()
    for line in lines:
        print(line)
    return 3 if failed(lines) else 0


def failed(lines: list[str]) -> bool:
    """Whether one of the lines reports something that was not done."""
    return any(line.startswith(UNDONE) for line in lines)


def _lines(steps: tuple[Callable[[], Iterator[str]], ...]) -> list[str]:
    """Each step for itself: a locked Excel must not keep LibreOffice from getting its extension."""
    said: list[str] = []
    for step in steps:
        try:
            said += step()
        except (XlpluginError, OSError) as error:
            said.append(UNDONE + (str(error) if isinstance(error, XlpluginError) else f"{error.filename}：{error.strerror}"))
    return said


# ---- Excel


def excel_startup(machine: Machine) -> Path | None:
    """The folder from which Excel loads add-ins when it starts; None where there is no Excel."""
    if machine.system == "Windows":
        excel = machine.roaming / "Microsoft" / "Excel"
        return excel / "XLSTART" if excel.is_dir() else None
    if machine.system == "Darwin":
        office = machine.home / "Library" / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized"
        return office / "Startup.localized" / "Excel" if office.is_dir() else None
    return None


def interpreter_setting(machine: Machine) -> str:
    """How the add-in's settings name the interpreter: by %LOCALAPPDATA% where it lies below it."""
    if machine.system == "Windows" and machine.python.is_relative_to(machine.local):
        return "%LOCALAPPDATA%\\" + "\\".join(machine.python.relative_to(machine.local).parts)
    return str(machine.python)


def is_our_addin(path: Path) -> bool:
    """Whether this file was built by `books.addin`."""
    try:
        with zipfile.ZipFile(path) as package:
            return f'name="{MARK}"'.encode() in package.read("docProps/custom.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _install_addin(machine: Machine) -> Iterator[str]:
    startup = excel_startup(machine)
    if startup is None:
        yield "没有发现 Excel，跳过 Excel 加载项。"
        return
    target = startup / ADDIN_NAME
    if target.exists() and not is_our_addin(target):
        raise CannotWrite(f"{target} 已有一个不属于本程序的同名文件，没有覆盖；请先把它移走，再运行一次")
    content = build_addin(interpreter_setting(machine), interpreter_setting(machine))
    _write(target, content, "请先关闭 Excel，再运行一次")
    yield f"已安装 Excel 加载项：{target}"
    yield f"按钮使用的 Python：{machine.python}"
    if machine.system == "Darwin":
        yield from _install_applescript(machine)


def _remove_addin(machine: Machine) -> Iterator[str]:
    startup = excel_startup(machine)
    target = startup / ADDIN_NAME if startup else None
    if target is None or not target.exists():
        yield "Excel 里没有安装本加载项。"
    elif not is_our_addin(target):
        yield f"{target} 不属于本程序，没有删除。"
    else:
        _delete(target, "请先关闭 Excel，再运行一次")
        yield f"已删除 Excel 加载项：{target}"
    script = _applescript(machine)
    if script and script[1].exists() and script[1].read_bytes() == script[0].read_bytes():
        _delete(script[1], "请检查文件权限")
        yield f"已删除：{script[1]}"


def _applescript(machine: Machine) -> tuple[Path, Path] | None:
    """On macOS Excel may start Python only through xlwings' script in this folder: (source, target)."""
    if machine.system != "Darwin":
        return None
    import xlwings

    source = Path(xlwings.__file__).parent / f"xlwings-{xlwings.__version__}.applescript"
    return source, machine.home / "Library" / "Application Scripts" / "com.microsoft.Excel" / source.name


def _install_applescript(machine: Machine) -> Iterator[str]:
    script = _applescript(machine)
    if script:
        _write(script[1], script[0].read_bytes(), "请检查文件夹权限")
        yield f"已安装 Excel 调用 Python 所需的脚本：{script[1]}"


# ---- LibreOffice


def _find_unopkg(system: System, environ: Mapping[str, str]) -> str | None:
    places = {
        "Windows": [
            Path(environ.get(folder, "C:\\Program Files")) / "LibreOffice" / "program" / "unopkg.com"
            for folder in ("ProgramFiles", "ProgramFiles(x86)")
        ],
        "Darwin": [Path("/Applications/LibreOffice.app/Contents/MacOS/unopkg")],
        "Linux": [],
    }
    found = shutil.which("unopkg", path=environ.get("PATH"))
    return found or next((str(place) for place in places[system] if place.is_file()), None)


def extension_id(extension: Path) -> str:
    """The identifier in an extension's description. Raises UnreadableSource when the file is no extension."""
    try:
        with zipfile.ZipFile(extension) as package:
            found = re.search(r'<identifier\s+value="([^"]+)"', package.read("description.xml").decode("utf-8"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UnreadableSource(f"{extension} 不是 LibreOffice 扩展，请重新取得安装包") from error
    if found is None:
        raise UnreadableSource(f"{extension} 没有扩展标识，请重新取得安装包")
    return found.group(1)


def _install_extension(machine: Machine, extension: Path | None) -> Iterator[str]:
    if machine.unopkg is None:
        yield "没有发现 LibreOffice，跳过扩展。"
    elif extension is not None:
        yield from _add_extension(machine, extension)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield from _add_extension(machine, _built_extension(Path(folder)))


def _built_extension(folder: Path) -> Path:
    """The extension built from this package; it notes this Python, whose libraries it will use."""
    from xlplugin.hosts.libreoffice.build_oxt import build_oxt

    target = folder / "xlplugin.oxt"
    target.write_bytes(build_oxt(for_this_python=True))
    return target


def _add_extension(machine: Machine, extension: Path) -> Iterator[str]:
    identifier = extension_id(extension)
    _unopkg(machine, "add", "--force", "--suppress-license", str(extension))
    if not _has_extension(machine, identifier):
        raise HostUnavailable(f"LibreOffice 接受了 {extension.name}，但没有列出它；请重新启动 LibreOffice 后再运行一次")
    yield f"已安装 LibreOffice 扩展：{identifier}"


def _remove_extension(machine: Machine, identifier: str) -> Iterator[str]:
    if machine.unopkg is None or not _has_extension(machine, identifier):
        yield "LibreOffice 里没有安装本扩展。"
        return
    _unopkg(machine, "remove", identifier)
    yield f"已删除 LibreOffice 扩展：{identifier}"


def _has_extension(machine: Machine, identifier: str) -> bool:
    return f"Identifier: {identifier}" in _unopkg(machine, "list").splitlines()


def _unopkg(machine: Machine, *arguments: str) -> str:
    """Run LibreOffice's extension manager. Raises HostUnavailable with what it said when it fails."""
    profile = (f"-env:UserInstallation={machine.profile.as_uri()}",) if machine.profile else ()
    command = [*(machine.unopkg or ()), *arguments[:1], *profile, *arguments[1:]]
    try:
        done = subprocess.run(command, capture_output=True, timeout=UNOPKG_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HostUnavailable("LibreOffice 的扩展管理程序没有应答；请关闭 LibreOffice 的所有窗口，再运行一次") from error
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    if done.returncode:
        raise HostUnavailable(_why_refused(said))
    return said


def _why_refused(said: str) -> str:
    """What the extension manager's refusal means for who reads it."""
    if "as root" in said:
        return "LibreOffice 不给 root 账号安装或删除个人扩展；请换成平时打开表格所用的账号，再运行一次"
    last = said.strip().splitlines()[-1:] or ["没有说明原因"]
    return f"LibreOffice 没有完成扩展的安装或删除（{last[0]}）；请关闭 LibreOffice 的所有窗口，再运行一次"


# ---- dropping workbooks on an icon: for WPS and for machines without macros


def drop_targets(machine: Machine) -> tuple[Path, ...]:
    """Where an icon stands on which workbooks can be dropped, or under which they can be sent or opened."""
    if machine.system == "Windows":
        send_to = machine.roaming / "Microsoft" / "Windows" / "SendTo"
        folders = (folder for folder in (send_to, machine.home / "Desktop") if folder.is_dir())
        return tuple(folder / f"{DROP_NAME}.cmd" for folder in folders)
    if machine.system == "Linux":
        return (machine.home / ".local" / "share" / "applications" / "xlplugin-check.desktop",)
    return ()


def drop_script(machine: Machine) -> bytes:
    """The text of that icon: it checks the files it is given and leaves copy and report beside them."""
    if machine.system == "Linux":
        command = " ".join(f'"{part}"' if part == str(machine.python) else part for part in (str(machine.python), *DROP_COMMAND))
        lines = ["[Desktop Entry]", f"# {DROP_MARK}", "Type=Application", f"Name={DROP_NAME}", f"Exec={command} %F"]
        types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;application/vnd.ms-excel;"
        lines += ["Terminal=true", f"MimeType={types}", "NoDisplay=false", ""]
        return "\n".join(lines).encode()
    python = interpreter_setting(machine)
    lines = ["@echo off", f"rem {DROP_MARK}", "setlocal"]
    lines += [] if python.isascii() else ["chcp 65001 >nul"]
    lines += [f'"{python}" {" ".join(DROP_COMMAND)} %*', "echo.", "pause", ""]
    return "\r\n".join(lines).encode()


def _install_drop_targets(machine: Machine) -> Iterator[str]:
    for target in drop_targets(machine):
        if target.exists() and DROP_MARK.encode() not in target.read_bytes():
            yield f"{UNDONE}{target} 已有一个不属于本程序的同名文件，没有覆盖"
            continue
        _write(target, drop_script(machine), "请检查文件夹权限")
        yield f"已添加校验入口（把工作簿拖上去或用“发送到”“打开方式”）：{target}"


def _remove_drop_targets(machine: Machine) -> Iterator[str]:
    for target in drop_targets(machine):
        if target.exists() and DROP_MARK.encode() in target.read_bytes():
            _delete(target, "请检查文件夹权限")
            yield f"已删除校验入口：{target}"


# ---- files


def _write(target: Path, content: bytes, otherwise: str) -> None:
    """Write whole or not at all, then read back. Raises CannotWrite."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_atomically(target, content)
    except CannotWrite as error:
        raise CannotWrite(f"{error}；{otherwise}") from error
    if target.read_bytes() != content:
        raise CannotWrite(f"{target} 写入后内容不对，可能被安全软件改动；请把它加入信任后再运行一次")


def _delete(target: Path, otherwise: str) -> None:
    try:
        target.unlink()
    except OSError as error:
        raise CannotWrite(f"删不掉 {target}（{error.strerror}）；{otherwise}") from error
