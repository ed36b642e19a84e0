"""The Windows bundle, built from small wheels made here: what goes in, what stays out, and that its scripts hold together."""

from __future__ import annotations

import importlib.util
import re
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.vba.structure import problems
from xlplugin.books.addin import ADDIN_NAME

TOOL = Path(__file__).parents[1] / "tools" / "build_bundle.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_bundle", TOOL)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder: Path, name: str, **content: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as package:
        for inner, text in content.items():
            package.writestr(inner.replace("__", "/").replace("_DOT_", "."), text)
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return [
        wheel(folder, "plain", plain__init_DOT_py="1", plain_DOT_pth="plain\n"),
        wheel(folder, "odd", odd_DOT_data__purelib__odd_DOT_py="2", odd_DOT_data__scripts__odd_DOT_exe="3"),
        wheel(folder, "xlwings", xlwings__main_DOT_py="4", xlwings__pro__secret_DOT_py="5"),
    ]


@pytest.fixture
def bundle(tool: ModuleType, wheels: list[Path], tmp_path: Path) -> Path:
    folder = tmp_path / "dist" / "xlplugin-windows"
    assert tool.build(folder, wheels) == folder.with_name("xlplugin-windows.zip")
    return folder


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_wheels_are_unpacked_without_scripts_and_without_the_pro_part(bundle: Path) -> None:
    assert names(bundle / "site-packages") == {"plain/init.py", "plain.pth", "odd.py", "xlwings/main.py"}


def test_a_wheel_cannot_write_elsewhere(tool: ModuleType, tmp_path: Path) -> None:
    evil = tmp_path / "evil-1.0-py3-none-any.whl"
    with zipfile.ZipFile(evil, "w") as package:
        package.writestr("../outside.py", "1")
        package.writestr("inside.py", "1")
    tool.unpack_wheel(evil, tmp_path / "target")
    assert names(tmp_path) == {evil.name, "target/inside.py"}


def test_the_addin_is_inside(bundle: Path) -> None:
    assert problems((bundle / ADDIN_NAME).read_bytes()) == []


def test_scripts_are_ascii_with_crlf_and_hold_together(bundle: Path) -> None:
    for script in ("install.cmd", "uninstall.cmd"):
        raw = (bundle / script).read_bytes()
        assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"") and b"@PYTHON" not in raw
        text = raw.decode()
        assert set(re.findall(r"goto (\w+)", text)) == set(re.findall(r"(?m)^:(\w+)", text))
        for said in re.findall(r'"%HERE%(text\\[^"]+)"', text):
            assert (bundle / said.replace("\\", "/")).is_file(), said
    install = (bundle / "install.cmd").read_text()
    for folder in re.findall(r'robocopy "%HERE%([^"]+)"', install):
        assert (bundle / folder).is_dir(), folder
    assert "python311.dll" in install and "python311._pth" in install
    code = re.findall(r'-c "([^"]+)"', install + (bundle / "uninstall.cmd").read_text())
    assert len(code) == 2
    for line in code:
        compile(line, "install.cmd", "exec")
        assert "from xlplugin.hosts.install import run" in line
    assert (bundle / "text" / "python.pth.txt").read_bytes() == b"python311.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n"


def test_texts_are_chinese_and_complete(bundle: Path) -> None:
    readme = (bundle / "先读我.txt").read_bytes()
    assert readme.startswith(b"\xef\xbb\xbf"), "Notepad shows UTF-8 by its mark"
    for path in [bundle / "先读我.txt", *(bundle / "text").glob("*.txt")]:
        assert "@" not in path.read_text("utf-8")
    assert "3.11" in readme.decode() and "不需要管理员" in readme.decode()


def test_the_list_names_every_file_and_what_is_missing(
    tool: ModuleType, bundle: Path, wheels: list[Path], tmp_path: Path
) -> None:
    said = (bundle / "清单.txt").read_text("utf-8-sig")
    for path in [*wheels, *(bundle / n for n in names(bundle) if not n.startswith("site-packages") and n != "清单.txt")]:
        assert tool._digest(path) in said, path
    assert "64 位嵌入式压缩包" in said and ".oxt" in said
    embed = tmp_path / "embed.zip"
    with zipfile.ZipFile(embed, "w") as package:
        package.writestr("python.exe", "MZ")
    tool.build(bundle, wheels, embed)
    assert (bundle / "python" / "python.exe").exists()
    assert "64 位嵌入式压缩包" not in (bundle / "清单.txt").read_text("utf-8-sig")


def test_two_builds_are_equal(tool: ModuleType, bundle: Path, wheels: list[Path]) -> None:
    first = bundle.with_name("xlplugin-windows.zip").read_bytes()
    assert tool.build(bundle, wheels).read_bytes() == first
    with zipfile.ZipFile(bundle.with_name("xlplugin-windows.zip")) as package:
        assert "xlplugin-windows/python/" in package.namelist()
        assert {n.removeprefix("xlplugin-windows/") for n in package.namelist() if not n.endswith("/")} == names(bundle)
