"""The Excel add-in 信息公开年报.xlam, and the buttons of a workbook with macros, built from text sources.

Everything is made here from `addin/*.bas` and `addin/buttons.yaml`; xlwings' own BSD module is taken from the
installed package at build time. Two builds give the same parts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import xlsxwriter

from xlplugin.books.buttons import SOURCES, Button, Buttons, load_buttons
from xlplugin.books.vba import Module, class_module, document_modules, standard_module, vba_project
from xlplugin.errors import HostUnavailable

ADDIN_NAME = "信息公开年报.xlam"
PROJECT = "xlplugin"  # also names the settings sheet, xlplugin.conf, where xlwings looks for it
MARK = "xlplugin-addin"  # a document property by which install and uninstall know our own file

INTERPRETER_WINDOWS = r"%LOCALAPPDATA%\xlplugin\python\python.exe"
INTERPRETER_MAC = "$HOME/xlplugin/python/bin/python3"

_BUILT = datetime(2020, 1, 1)
_RIBBONS = (
    (
        "customUI/customUI.xml",
        "http://schemas.microsoft.com/office/2006/01/customui",
        "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    ),
    (
        "customUI/customUI14.xml",
        "http://schemas.microsoft.com/office/2009/07/customui",
        "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
    ),
)
_MACRO_WORKBOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_MACRO_ADDIN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
_CLOUDS = ("ONEDRIVE_CONSUMER", "ONEDRIVE_COMMERCIAL", "SHAREPOINT")
_DIGITS = 5  # each character of a Chinese text in VBA: its code point, five digits


def build_addin(interpreter_windows: str = INTERPRETER_WINDOWS, interpreter_mac: str = INTERPRETER_MAC) -> bytes:
    """The add-in. The interpreters are those its settings sheet names; Windows environment variables are expanded there.

    Raises HostUnavailable when xlwings is missing or is not the version this was made for.
    """
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"title": load_buttons().tab, "created": _BUILT})
    workbook.set_custom_property(MARK, metadata.version("xlplugin"))
    sheet = workbook.add_worksheet(f"{PROJECT}.conf")
    for row, setting in enumerate(settings(interpreter_windows, interpreter_mac)):
        sheet.write_row(row, 0, setting)
    sheet.set_column(0, 1, 32)
    modules = [*_own_modules(load_buttons()), _source("XxgkPython"), _source("XxgkFunctions"), *_xlwings_modules()]
    _attach(workbook, modules)
    workbook.close()
    return finish(buffer.getvalue(), ribbon=True, addin=True)


def settings(interpreter_windows: str, interpreter_mac: str) -> tuple[tuple[str, str], ...]:
    """Rows of the settings sheet: every key xlwings looks up, so that no file beside the user's workbook is ever asked."""
    clouds = (f"{cloud}_{system}" for cloud in _CLOUDS for system in ("WIN", "MAC"))
    blank = ("PYTHONPATH", "CONDA PATH", "CONDA ENV", "LICENSE_KEY", "UDF MODULES", *clouds)
    return (
        ("INTERPRETER_WIN", interpreter_windows),
        ("INTERPRETER_MAC", interpreter_mac),
        ("INTERPRETER", interpreter_windows),
        ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
        ("SHOW CONSOLE", "False"),
        ("USE UDF SERVER", "False"),
        ("DEBUG UDFS", "False"),
        ("SHOW_ERROR_POPUPS", "True"),
        ("TEMP DIR", "%TEMP%"),
        *((key, "") for key in blank),
    )


def add_macros(workbook: Any, sheet: Any, row: int = 0, column: int = 0, *, per_row: int = 8, bridge: str | None = None) -> None:
    """Give an XlsxWriter workbook the macros, and one worksheet a form button for each of them.

    To be called when all worksheets exist; the file is then an .xlsm. Buttons stand in rows of `per_row` from
    (row, column) on. The macros ask the add-in for Python; `bridge` replaces the source that does so.
    """
    buttons = load_buttons()
    for number, button in enumerate(buttons.all):
        down, along = divmod(number, per_row)
        sheet.insert_button(row, column, _sheet_button(button, down, along))
    asks = standard_module(bridge) if bridge else _source("XxgkBridge")
    _attach(workbook, [*_own_modules(buttons), asks])


def _sheet_button(button: Button, down: int, along: int) -> dict[str, object]:
    place = {"x_offset": 4 + along * 92, "y_offset": 6 + down * 36, "width": 84, "height": 28}
    return {"macro": button.macro, "caption": button.label, "description": button.tip, **place}


def _attach(workbook: Any, modules: Sequence[Module]) -> None:
    """Code names for workbook and worksheets, and the VBA project that names them."""
    workbook.set_vba_name("ThisWorkbook")
    names = [f"Sheet{number}" for number, _ in enumerate(workbook.worksheets(), 1)]
    for sheet, name in zip(workbook.worksheets(), names, strict=True):
        sheet.set_vba_name(name)
    project = vba_project([*document_modules(names), *modules], "Xxgk")
    workbook.add_vba_project(io.BytesIO(project), is_stream=True)


def finish(package: bytes, *, ribbon: bool = False, addin: bool = False) -> bytes:
    """The package with its ribbon parts, and with fixed dates and order, so that it can be built again."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    if ribbon:
        links = ""
        for number, (path, namespace, kind) in enumerate(_RIBBONS, 1):
            parts[path] = ribbon_xml(load_buttons(), namespace)
            links += f'<Relationship Id="rIdXxgk{number}" Type="{kind}" Target="{path}"/>'
        end = b"</Relationships>"
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(end, links.encode() + end)
    if addin:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(_MACRO_WORKBOOK, _MACRO_ADDIN)
    first = ("[Content_Types].xml", "_rels/.rels")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(parts, key=lambda n: (n != first[0], n != first[1], n)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0o600 << 16
            target.writestr(entry, parts[name], compresslevel=6)
    return out.getvalue()


def ribbon_xml(buttons: Buttons, namespace: str) -> bytes:
    """The customUI part: one tab with the groups; both schema versions take the same text but for the namespace."""
    lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', f"<customUI xmlns={quoteattr(namespace)}>"]
    lines += ["<ribbon><tabs>", f'<tab id="xxgkTab" label={quoteattr(buttons.tab)}>']
    for group in buttons.groups:
        lines.append(f'<group id="xxgkGroup_{group.id}" label={quoteattr(group.label)}>')
        lines += [_ribbon_button(button) for button in group.buttons]
        lines.append("</group>")
    return "\n".join([*lines, "</tab>", "</tabs></ribbon>", "</customUI>", ""]).encode()


def _ribbon_button(button: Button) -> str:
    said = {
        "id": f"xxgk_{button.id}",
        "label": button.label,
        "imageMso": button.icon,
        "size": "large" if button.large else "normal",
        "onAction": _callback(button),
        "screentip": button.tip,
        "supertip": button.more,
    }
    return "<button " + " ".join(f"{key}={quoteattr(value)}" for key, value in said.items()) + "/>"


def _callback(button: Button) -> str:
    return "XxgkOn" + button.id.capitalize()


def _own_modules(buttons: Buttons) -> list[Module]:
    texts = (macros_source(buttons), callbacks_source(buttons), words_source(buttons))
    return [_source("XxgkDoor"), *map(standard_module, texts)]


def _source(name: str) -> Module:
    return standard_module((SOURCES / f"{name}.bas").read_text("ascii"))


def macros_source(buttons: Buttons) -> str:
    """Module XxgkMacros: one macro a button, for sheet buttons and for Application.Run."""
    lines = ['Attribute VB_Name = "XxgkMacros"', "Option Explicit"]
    for button in buttons.all:
        lines += ["", f"Public Sub {button.macro}()", f'    XxgkPress "{button.id}"', "End Sub"]
    return "\n".join(lines)


def callbacks_source(buttons: Buttons) -> str:
    """Module XxgkRibbon: what the ribbon calls, apart from the macros because only Office knows IRibbonControl."""
    lines = ['Attribute VB_Name = "XxgkRibbon"', "Option Explicit"]
    for button in buttons.all:
        lines += ["", f"Public Sub {_callback(button)}(control As IRibbonControl)", f"    {button.macro}", "End Sub"]
    return "\n".join(lines)


def words_source(buttons: Buttons) -> str:
    """Module XxgkWords: the Chinese sentences, each character by its code point, because VBA source is ASCII."""
    words = {"title": buttons.tab, "addin": ADDIN_NAME, **buttons.messages}
    lines = ['Attribute VB_Name = "XxgkWords"', "Option Explicit", ""]
    lines += ["Public Function XxgkText(ByVal Key As String) As String", "    Dim Said As String", "    Select Case Key"]
    for key, text in words.items():
        codes = "".join(f"{ord(character):0{_DIGITS}}" for character in text)
        lines.append(f'        Case "{key}"')
        pieces = [codes[at : at + 40 * _DIGITS] for at in range(0, len(codes), 40 * _DIGITS)]
        lines += [f'            Said = Said & XxgkCharacters("{piece}")' for piece in pieces]
    lines += ["    End Select", "    XxgkText = Said", "End Function", ""]
    lines += ["Private Function XxgkCharacters(ByVal Codes As String) As String", "    Dim At As Long", "    Dim Said As String"]
    lines += [f"    For At = 1 To Len(Codes) Step {_DIGITS}", f"        Said = Said & ChrW(CLng(Mid$(Codes, At, {_DIGITS})))"]
    lines += ["    Next At", "    XxgkCharacters = Said", "End Function"]
    return "\n".join(lines)


def _xlwings_modules() -> list[Module]:
    """xlwings' custom add-in module and its dictionary class, from the installed package.

    Two lines change: the project's name, and the name of its error window, which XxgkPython replaces by a Chinese one.
    """
    try:
        import xlwings
    except ImportError as error:
        raise HostUnavailable("制作加载项需要 xlwings，请运行：pip install xlplugin[excel]") from error
    folder = Path(xlwings.__file__).parent
    text = (folder / "xlwings_custom_addin.bas").read_text("ascii")
    for old, new in (
        ('Public Const PROJECT_NAME As String = "myaddin"', f'Public Const PROJECT_NAME As String = "{PROJECT}"'),
        ("Sub ShowError(FileName As String,", "Sub XlwingsShowError(FileName As String,"),
    ):
        if text.count(old) != 1:
            raise HostUnavailable(
                f"xlwings {xlwings.__version__} 的加载项模块与本程序不配套，请运行：pip install xlplugin[excel]"
            )
        text = text.replace(old, new)
    return [standard_module(text), class_module((folder / "addin" / "Dictionary.cls").read_text("ascii"))]
