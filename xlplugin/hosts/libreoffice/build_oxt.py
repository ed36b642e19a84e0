"""The LibreOffice extension, built from the list of buttons and the sources of the core.

    python -m xlplugin.hosts.libreoffice.build_oxt OUT.oxt [--for-this-python]

Two builds give the same bytes.  `--for-this-python`, as `xlplugin install` does it, also notes where the libraries
of this Python are (the core needs pydantic and PyYAML; the other buttons what their work needs).
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from xlplugin.books.buttons import Button, load_buttons
from xlplugin.books.patch import write_atomically
from xlplugin.hosts.libreoffice.icons import icon_png

IDENTIFIER = "xlplugin.annual-report"
COMMAND = "service:cn.xlplugin.Command?"
COMPONENT = "xxgk_component.py"
SMALL, LARGE = 16, 26
_ROOT = Path(__file__).parents[2]
_CARRIED = {".py", ".yaml", ".md", ".bas"}
_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_TOOLBAR = f"private:resource/toolbar/addon_{IDENTIFIER}"
_ITEMS = {"URL": COMMAND, "Target": "_self", "Context": _CALC}


def build_oxt(*, for_this_python: bool = False) -> bytes:
    """The extension as bytes."""
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "description/zh.txt": "政府信息公开工作年度报告：校验、填充、导入、汇总、导出。工具栏和菜单“信息公开年报”。\n".encode(),
        "Addons.xcu": _addons(),
        "CalcWindowState.xcu": _window_state(),
        COMPONENT: (Path(__file__).parent / COMPONENT).read_bytes(),
        **{f"icons/{b.id}_{size}.png": icon_png(b.id, size) for b in load_buttons().all for size in (SMALL, LARGE)},
        **_core(),
    }
    if for_this_python:
        parts["python.json"] = json.dumps(this_python(), indent=1).encode()
    return _zipped(parts)


def this_python() -> dict[str, object]:
    """This Python's version and the folders of its libraries."""
    paths = sysconfig.get_paths()
    folders = dict.fromkeys((paths["purelib"], paths["platlib"]))
    return {"version": "{}.{}".format(*sys.version_info[:2]), "executable": sys.executable, "paths": list(folders)}


def _core() -> dict[str, bytes]:
    """The package itself, where LibreOffice's Python finds it."""
    files = (p for p in sorted(_ROOT.rglob("*")) if p.suffix in _CARRIED and "__pycache__" not in p.parts)
    return {f"pythonpath/xlplugin/{p.relative_to(_ROOT).as_posix()}": p.read_bytes() for p in files}


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(parts, key=lambda n: (n != "META-INF/manifest.xml", n)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0o600 << 16
            target.writestr(entry, parts[name], compresslevel=6)
    return out.getvalue()


def _manifest() -> bytes:
    configuration = "application/vnd.sun.star.configuration-data"
    entries = {
        "Addons.xcu": configuration,
        "CalcWindowState.xcu": configuration,
        COMPONENT: "application/vnd.sun.star.uno-component;type=Python",
    }
    lines = [f'<manifest:file-entry manifest:full-path="{p}" manifest:media-type="{m}"/>' for p, m in entries.items()]
    return _xml('<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">', lines, "</manifest:manifest>")


def _description() -> bytes:
    return _xml(
        '<description xmlns="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink">',
        [
            f'<identifier value="{IDENTIFIER}"/>',
            f'<version value="{metadata.version("xlplugin")}"/>',
            f'<display-name><name lang="zh">{escape(load_buttons().tab)}</name></display-name>',
            '<extension-description><src lang="zh" xlink:href="description/zh.txt"/></extension-description>',
        ],
        "</description>",
    )


def _addons() -> bytes:
    buttons = load_buttons()
    menu = [_node(f"m{i}", _properties(b)) for i, b in enumerate(buttons.all)]
    bar = []
    for g, group in enumerate(buttons.groups):
        if g:
            bar.append(_node(f"t{g}0", _property("URL", "private:separator")))
        bar += [_node(f"t{g}{i}", _properties(b)) for i, b in enumerate(group.buttons, 1)]
    images = [_images(b) for b in buttons.all]
    lines = [
        '<node oor:name="AddonUI"><node oor:name="OfficeMenuBar">',
        f'<node oor:name="{IDENTIFIER}" oor:op="replace">{_property("Title", buttons.tab)}{_property("Context", _CALC)}',
        '<node oor:name="Submenu">',
        *menu,
        "</node></node></node>",
        f'<node oor:name="OfficeToolBar"><node oor:name="{IDENTIFIER}" oor:op="replace">',
        *bar,
        "</node></node>",
        '<node oor:name="Images">',
        *images,
        "</node></node>",
    ]
    return _component_data("Addons", "org.openoffice.Office", lines)


def _properties(button: Button) -> str:
    said = {**_ITEMS, "URL": COMMAND + button.id, "Title": button.label, "TipHelpText": button.tip}
    return "".join(_property(key, value) for key, value in said.items())


def _images(button: Button) -> str:
    urls = (("ImageSmallURL", SMALL), ("ImageBigURL", LARGE))
    inner = "".join(_property(key, f"%origin%/icons/{button.id}_{size}.png") for key, size in urls)
    said = _property("URL", COMMAND + button.id)
    return _node(f"i_{button.id}", f'{said}<node oor:name="UserDefinedImages">{inner}</node>')


def _window_state() -> bytes:
    """The toolbar is docked below the others, with words beside the pictures."""
    lines = [
        '<node oor:name="UIElements"><node oor:name="States">',
        f'<node oor:name="{_TOOLBAR}" oor:op="replace">',
        _property("UIName", load_buttons().tab),
        _property("Visible", "true", "boolean"),
        _property("Docked", "true", "boolean"),
        _property("DockingArea", "0", "int"),
        _property("DockPos", "0,4"),
        _property("Style", "2", "int"),
        "</node></node></node>",
    ]
    return _component_data("CalcWindowState", "org.openoffice.Office.UI", lines)


def _component_data(name: str, package: str, lines: list[str]) -> bytes:
    spaces = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    return _xml(f'<oor:component-data {spaces} oor:name="{name}" oor:package="{package}">', lines, "</oor:component-data>")


def _node(name: str, inner: str) -> str:
    return f'<node oor:name="{name}" oor:op="replace">{inner}</node>'


def _property(name: str, value: str, kind: str = "string") -> str:
    return f'<prop oor:name={quoteattr(name)} oor:type="xs:{kind}"><value>{escape(value)}</value></prop>'


def _xml(opening: str, lines: list[str], closing: str) -> bytes:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', opening, *lines, closing, ""]).encode()


def main() -> None:
    """Write the extension."""
    parser = argparse.ArgumentParser(description="制作 LibreOffice 扩展")
    parser.add_argument("out", type=Path)
    parser.add_argument("--for-this-python", action="store_true")
    said = parser.parse_args()
    write_atomically(said.out, build_oxt(for_this_python=said.for_this_python))


if __name__ == "__main__":
    main()
