"""Builds the offline bundle for Windows: dist/xlplugin-windows/ and the same as a .zip.

    python tools/build_bundle.py [--python-embed python-3.11.x-embed-amd64.zip] [--wheels FOLDER]

Wheels for win_amd64 are gathered with pip and unpacked here, so that the clerk's machine needs neither pip nor a
network. What cannot be gathered by pip, the embeddable Python, is named in 清单.txt and added by hand or with
--python-embed. Two builds from the same wheels give the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

import yaml

from xlplugin.books.addin import ADDIN_NAME, build_addin

ROOT = Path(__file__).parents[1]
SOURCES = Path(__file__).parent / "bundle"
PYTHON = "3.11"  # the version the tests run on; its wheels and the embeddable Python must agree
TAG = PYTHON.replace(".", "")
# pip judges markers by the machine it runs on, so what is only for Windows is asked for by name.
ONLY_WINDOWS = ("pywin32", "colorama", "tzdata")
# Not ours to pass on: xlwings' PRO part has another licence, and nothing here uses it.
LEFT_OUT = ("xlwings/pro/", "xlwings/addin/xlwings.xlam")
DATE = (1980, 1, 1, 0, 0, 0)


def gather_wheels(target: Path) -> list[Path]:
    """Our own wheel and every wheel it needs on 64-bit Windows, into `target`."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools would pack modules that are long gone
    subprocess.run([*pip, "wheel", str(ROOT), "--no-deps", "--wheel-dir", str(target)], check=True)
    [own] = target.glob("xlplugin-*.whl")
    windows = ["--platform", "win_amd64", "--python-version", PYTHON, "--implementation", "cp", "--only-binary=:all:"]
    asked = [f"xlplugin[excel] @ {own.as_uri()}", *ONLY_WINDOWS]
    subprocess.run([*pip, "download", *windows, "--dest", str(target), *asked], check=True)
    return sorted(target.glob("*.whl"))


def unpack_wheel(wheel: Path, target: Path) -> None:
    """What pip would put into site-packages; scripts and other data of a wheel are not needed here."""
    with zipfile.ZipFile(wheel) as package:
        for name in package.namelist():
            place = _place(name)
            if place is None or name.endswith("/"):
                continue
            path = target / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(package.read(name))


def _place(name: str) -> str | None:
    first, _, rest = name.partition("/")
    if first.endswith(".data"):
        scheme, _, inner = rest.partition("/")
        return inner if scheme in ("purelib", "platlib") else None
    return None if name.startswith(LEFT_OUT) or ".." in Path(name).parts else name


def write_texts(bundle: Path) -> None:
    """install.cmd, uninstall.cmd, 先读我.txt and what they say, with this version's names filled in."""
    words = {"@PYTHON@": PYTHON, "@PYTHONDLL@": f"python{TAG}.dll", "@PYTHONPTH@": f"python{TAG}._pth"}
    words["@VERSION@"] = metadata.version("xlplugin")
    for script in ("install.cmd", "uninstall.cmd"):
        _text(bundle / script, (SOURCES / script).read_text("ascii"), words, "ascii")
    _text(bundle / "先读我.txt", (SOURCES / "readme.txt").read_text("utf-8"), words, "utf-8-sig")
    for name, said in yaml.safe_load((SOURCES / "texts.yaml").read_text("utf-8")).items():
        _text(bundle / "text" / f"{name}.txt", str(said).strip() + "\n", words, "utf-8")
    # Ends Python's isolation just enough: its own library and Lib\site-packages with its .pth files, nothing else.
    _text(bundle / "text" / "python.pth.txt", f"python{TAG}.zip\n.\nLib\\site-packages\nimport site\n", {}, "ascii")
    (bundle / "python").mkdir(exist_ok=True)
    (bundle / "templates").mkdir(exist_ok=True)


def _text(path: Path, text: str, words: Mapping[str, str], encoding: str) -> None:
    for mark, word in words.items():
        text = text.replace(mark, word)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(line + "\r\n" for line in text.splitlines()).encode(encoding))


def write_contents(bundle: Path, wheels: Iterable[Path]) -> None:
    """清单.txt: what is inside with its checksum, and what is still to be added by hand."""
    lines = ["一、软件包（文件名，SHA-256）", *(f"  {w.name}  {_digest(w)}" for w in wheels), ""]
    lines += ["二、其他文件（文件名，SHA-256）"]
    own = sorted(p for p in bundle.rglob("*") if p.is_file() and not p.is_relative_to(bundle / "site-packages"))
    lines += [f"  {p.relative_to(bundle).as_posix()}  {_digest(p)}" for p in own if not p.is_relative_to(bundle / "python")]
    lines += ["", "三、还需要手工添加"]
    if not (bundle / "python" / "python.exe").exists():
        lines.append(
            f"  Python {PYTHON} 的 64 位嵌入式压缩包（python-{PYTHON}.x-embed-amd64.zip，python.org），解压到 python 文件夹"
        )
    if not list(bundle.glob("*.oxt")):
        lines.append("  LibreOffice 扩展（.oxt）：只有使用 LibreOffice 的单位需要，放在 install.cmd 旁边")
    lines.append("  加载项没有数字签名；单位要求签名时，请在 Excel 中打开并签名后放回本文件夹")
    _text(bundle / "清单.txt", "\n".join(lines), {}, "utf-8-sig")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(bundle: Path, wheels: list[Path], python_embed: Path | None = None) -> Path:
    """Everything into `bundle`, which is made anew, and the .zip beside it, whose path is returned."""
    shutil.rmtree(bundle, ignore_errors=True)
    for wheel in wheels:
        unpack_wheel(wheel, bundle / "site-packages")
    write_texts(bundle)
    if python_embed:
        shutil.unpack_archive(python_embed, bundle / "python", "zip")
    (bundle / ADDIN_NAME).write_bytes(build_addin())
    for template in sorted((ROOT / "workbook_templates").glob("*.xls[xm]")):
        shutil.copyfile(template, bundle / "templates" / template.name)
    for extension in sorted((ROOT / "dist").glob("*.oxt")):
        shutil.copyfile(extension, bundle / extension.name)
    write_contents(bundle, wheels)
    return _zipped(bundle)


def _zipped(bundle: Path) -> Path:
    out = bundle.with_name(bundle.name + ".zip")
    with zipfile.ZipFile(out, "w") as package:
        for folder in ("python/", "templates/"):
            package.writestr(zipfile.ZipInfo(f"{bundle.name}/{folder}", DATE), b"")
        for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(f"{bundle.name}/{path.relative_to(bundle).as_posix()}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, path.read_bytes())
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="制作 Windows 离线安装包")
    parser.add_argument("--python-embed", type=Path, help="python.org 的嵌入式压缩包；不给则在清单里注明需手工添加")
    parser.add_argument("--wheels", type=Path, help="已经收集好的 wheel 文件夹；不给则用 pip 下载")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as gathered:
        wheels = sorted(asked.wheels.glob("*.whl")) if asked.wheels else gather_wheels(Path(gathered))
        out = build(ROOT / "dist" / "xlplugin-windows", wheels, asked.python_embed)
    print(f"{out.relative_to(ROOT)}：{out.stat().st_size / 1e6:.0f} MB，{len(wheels)} 个软件包；还缺什么见其中的 清单.txt")


if __name__ == "__main__":
    main()
