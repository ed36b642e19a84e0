"""install and uninstall, on make-believe Windows, macOS and Linux folders, and with the real LibreOffice."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vba.structure import problems
from xlplugin.books.addin import ADDIN_NAME
from xlplugin.errors import UnreadableSource
from xlplugin.hosts import install as installing
from xlplugin.hosts.install import DROP_NAME, UNDONE, Machine, drop_script, extension_id, failed, install, this_machine, uninstall

EXTENSION = "xlplugin.test-extension"


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def windows(tmp_path: Path) -> Machine:
    """A clerk's Windows with Excel and files of others in all folders."""
    home = tmp_path / "Users" / "张三"
    roaming, local = home / "AppData" / "Roaming", home / "AppData" / "Local"
    for folder in (roaming / "Microsoft" / "Excel" / "XLSTART", roaming / "Microsoft" / "Windows" / "SendTo", home / "Desktop"):
        folder.mkdir(parents=True)
        (folder / "别人的.xlam").write_bytes(b"not ours")
    return Machine("Windows", home, roaming, local, local / "xlplugin" / "python" / "python.exe")


@pytest.fixture
def mac(tmp_path: Path) -> Machine:
    home = tmp_path / "Users" / "zhang"
    (home / "Library" / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized").mkdir(parents=True)
    return Machine("Darwin", home, home, home, home / "xlplugin" / "bin" / "python3")


@pytest.fixture
def linux(tmp_path: Path) -> Machine:
    home = tmp_path / "home"
    home.mkdir()
    return Machine("Linux", home, home, home, Path("/opt/my python/bin/python3"))


def test_windows_there_and_back(windows: Machine) -> None:
    before = everything(windows.home)
    lines = install(windows)
    assert not failed(lines), lines
    added = {k: v for k, v in everything(windows.home).items() if k not in before}
    assert {Path(k).name for k in added} == {ADDIN_NAME, f"{DROP_NAME}.cmd"} and len(added) == 3
    addin = next(v for k, v in added.items() if k.endswith(f"XLSTART/{ADDIN_NAME}"))
    assert problems(addin) == []
    with zipfile.ZipFile(windows.roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_NAME) as package:
        assert rb"%LOCALAPPDATA%\xlplugin\python\python.exe" in package.read("xl/sharedStrings.xml")
    assert any("XLSTART" in line for line in lines) and any("没有发现 LibreOffice" in line for line in lines)
    assert not failed(install(windows)), "a second time renews"
    assert not failed(uninstall(windows))
    assert everything(windows.home) == before
    assert not failed(uninstall(windows)) and everything(windows.home) == before


def test_another_interpreter_is_named_in_full(windows: Machine) -> None:
    elsewhere = replace(windows, python=windows.home / "venv" / "python.exe")
    assert not failed(install(elsewhere))
    with zipfile.ZipFile(windows.roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_NAME) as package:
        assert str(elsewhere.python) in package.read("xl/sharedStrings.xml").decode()
    script = drop_script(elsewhere).decode()
    assert "chcp 65001" in script and str(elsewhere.python) in script


def test_the_windows_script_is_plain_ascii(windows: Machine) -> None:
    script = drop_script(windows)
    assert script.isascii() and b"\n" not in script.replace(b"\r\n", b"")
    assert b'"%LOCALAPPDATA%\\xlplugin\\python\\python.exe" -X utf8 -m xlplugin check --beside %*' in script


def test_without_excel_nothing_is_made(windows: Machine) -> None:
    shutil.rmtree(windows.roaming / "Microsoft" / "Excel")
    lines = install(windows)
    assert any("没有发现 Excel" in line for line in lines) and not failed(lines)
    assert not (windows.roaming / "Microsoft" / "Excel").exists()


@pytest.mark.parametrize("content", [b"not a zip", None])
def test_a_strangers_file_of_our_name_is_left_alone(windows: Machine, content: bytes | None) -> None:
    strange = windows.roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_NAME
    if content is None:
        with zipfile.ZipFile(strange, "w") as package:
            package.writestr("xl/workbook.xml", "<workbook/>")
    else:
        strange.write_bytes(content)
    desktop = windows.home / "Desktop" / f"{DROP_NAME}.cmd"
    desktop.write_bytes(b"echo mine")
    kept = strange.read_bytes()
    lines = install(windows)
    assert failed(lines) and sum(line.startswith(UNDONE) for line in lines) == 2
    assert (windows.roaming / "Microsoft" / "Windows" / "SendTo" / f"{DROP_NAME}.cmd").exists(), "the rest is done"
    assert any("不属于本程序" in line for line in uninstall(windows))
    assert strange.read_bytes() == kept and desktop.read_bytes() == b"echo mine"


def test_a_locked_file_is_explained(windows: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not failed(install(windows))
    before = everything(windows.home)

    def locked(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", locked)
    lines = install(windows)
    assert failed(lines) and any("请先关闭 Excel" in line for line in lines)
    assert everything(windows.home) == before, "no half-written file is left"


def test_mac_there_and_back(mac: Machine) -> None:
    lines = install(mac)
    assert not failed(lines), lines
    names = {Path(k).name for k in everything(mac.home)}
    assert ADDIN_NAME in names and any(n.startswith("xlwings-") and n.endswith(".applescript") for n in names) and len(names) == 2
    script = next(mac.home.rglob("*.applescript"))
    assert script.parent.name == "com.microsoft.Excel"
    script.write_text("changed by its owner")
    assert not failed(uninstall(mac))
    assert [Path(k).name for k in everything(mac.home)] == [script.name], "a changed script is not ours any more"


def test_linux_open_with_entry(linux: Machine) -> None:
    assert not failed(install(linux))
    [(path, content)] = everything(linux.home).items()
    assert path == ".local/share/applications/xlplugin-check.desktop"
    assert 'Exec="/opt/my python/bin/python3" -X utf8 -m xlplugin check --beside %F' in content.decode()
    assert not failed(uninstall(linux)) and everything(linux.home) == {}


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_this_machine_reads_the_environment(system: str, tmp_path: Path) -> None:
    environ = {
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "APPDATA": str(tmp_path / "R"),
        "LOCALAPPDATA": str(tmp_path / "L"),
    }
    machine = this_machine(system, {**environ, "PATH": ""})
    assert machine.system == {"win32": "Windows", "darwin": "Darwin", "linux": "Linux"}[system]
    assert (machine.home, machine.roaming, machine.local, machine.unopkg) == (tmp_path, tmp_path / "R", tmp_path / "L", None)


def test_run_says_it_line_by_line_and_ends_accordingly(
    windows: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installing, "this_machine", lambda: windows)
    assert installing.run("install") == 0
    assert "已安装 Excel 加载项" in capsys.readouterr().out
    target = windows.roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_NAME
    target.write_bytes(b"mine")
    assert installing.run("install") == 3 and UNDONE in capsys.readouterr().out
    assert installing.run("uninstall") == 0 and target.read_bytes() == b"mine"


# ---- LibreOffice


def extension(folder: Path, identifier: str = EXTENSION) -> Path:
    path = folder / "试.oxt"
    names = "http://openoffice.org/extensions/description/2006"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "description.xml",
            f'<description xmlns="{names}"><identifier value="{identifier}"/><version value="1.0"/></description>',
        )
        package.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest"/>')
    return path


def test_what_is_no_extension_is_refused(tmp_path: Path, linux: Machine) -> None:
    assert extension_id(extension(tmp_path)) == EXTENSION
    bad = tmp_path / "bad.oxt"
    bad.write_bytes(b"hello")
    with pytest.raises(UnreadableSource, match="不是 LibreOffice 扩展"):
        extension_id(bad)
    lines = install(replace(linux, unopkg=("false",)), extension=bad)
    assert failed(lines) and any("xlplugin-check.desktop" in line for line in lines)


def test_a_failing_extension_manager_is_explained(tmp_path: Path, linux: Machine) -> None:
    script = tmp_path / "unopkg"
    script.write_text(
        "#!/bin/sh\necho 'ERROR: unopkg cannot be started. The lock file indicates it is already running.' >&2\nexit 1\n"
    )
    script.chmod(0o755)
    [line] = [n for n in install(replace(linux, unopkg=(str(script),)), extension=extension(tmp_path)) if n.startswith(UNDONE)]
    assert "already running" in line and "请关闭 LibreOffice 的所有窗口" in line
    script.write_text("#!/bin/sh\necho 'ERROR: Cannot run unopkg as root without --shared or --bundled option.' >&2\nexit 1\n")
    [line] = [n for n in install(replace(linux, unopkg=(str(script),)), extension=extension(tmp_path)) if n.startswith(UNDONE)]
    assert "root" in line and "平时打开表格所用的账号" in line
    [line] = [n for n in install(replace(linux, unopkg=("true",)), extension=extension(tmp_path)) if n.startswith(UNDONE)]
    assert "没有列出它" in line
    [line] = [
        n for n in install(replace(linux, unopkg=("/no/such/program",)), extension=extension(tmp_path)) if n.startswith(UNDONE)
    ]
    assert "没有应答" in line


@pytest.fixture
def office_machine(linux: Machine) -> Iterator[Machine]:
    """A user with LibreOffice; LibreOffice's manager refuses root, so root lends it to nobody."""
    found = shutil.which("unopkg")
    if found is None:
        if os.environ.get("XLPLUGIN_REQUIRE_OFFICE") == "1":
            pytest.fail("没有找到 unopkg")
        pytest.skip("没有找到 unopkg")
    command: tuple[str, ...] = (found,)
    shared = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    if os.geteuid() == 0:
        shared.chmod(0o777)
        command = ("env", f"HOME={shared}", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", found)
    yield replace(linux, unopkg=command, profile=shared / "profile")
    shutil.rmtree(shared, ignore_errors=True)


@pytest.mark.office
def test_the_real_libreoffice_takes_and_gives_back_an_extension(office_machine: Machine) -> None:
    assert office_machine.profile
    oxt = extension(office_machine.profile.parent)
    oxt.chmod(0o644)
    lines = install(office_machine, extension=oxt)
    assert f"已安装 LibreOffice 扩展：{EXTENSION}" in lines, lines
    assert installing._has_extension(office_machine, EXTENSION)
    assert f"已删除 LibreOffice 扩展：{EXTENSION}" in uninstall(office_machine, extension_id=EXTENSION)
    assert not installing._has_extension(office_machine, EXTENSION)
    assert "LibreOffice 里没有安装本扩展。" in uninstall(office_machine, extension_id=EXTENSION)


@pytest.mark.office
def test_our_own_extension_goes_in_and_out(office_machine: Machine) -> None:
    assert office_machine.profile
    oxt = installing._built_extension(office_machine.profile.parent)
    oxt.chmod(0o644)
    assert f"已安装 LibreOffice 扩展：{installing.EXTENSION_ID}" in install(office_machine, extension=oxt)
    assert f"已删除 LibreOffice 扩展：{installing.EXTENSION_ID}" in uninstall(office_machine)
