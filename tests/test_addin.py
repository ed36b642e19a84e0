"""The .xlam and the .xlsm as packages: what is in them, that Office's rules hold, and what the VBA does when it is run."""

from __future__ import annotations

import importlib.util
import io
import re
import warnings
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from pyopenvba import ExcelFile
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.exceptions import VBACompileError
from pyopenvba.integrity import check_file
from pyopenvba.interpreter import parse_module

from tests.vba import ribbon, structure
from xlplugin.books import addin
from xlplugin.books.addin import add_macros, build_addin, finish, ribbon_xml, settings
from xlplugin.books.buttons import SOURCES, load_buttons
from xlplugin.books.template import write_template
from xlplugin.errors import HostUnavailable
from xlplugin.form import form

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by its old names
    from oletools import mraptor, olevba

BUTTONS = load_buttons()
IDS = ("check", "next", "fill", "unfill", "import", "rollup", "export", "doctor")
STAND_IN = """Attribute VB_Name = "XxgkBridge"
Public Function XxgkReady() As Boolean
    XxgkReady = True
End Function
Public Function RunPython(ByVal PythonCommand As String) As Variant
    ActiveWorkbook.Worksheets(1).Range("A1").Value = PythonCommand
    RunPython = 0
End Function
"""


def macro_workbook(*, with_ribbon: bool = False, bridge: str | None = None) -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"created": datetime(2020, 1, 1)})
    workbook.add_worksheet("封面").write("B2", "没有发现问题")
    checks = workbook.add_worksheet("校验")
    checks.write("B20", 12)
    workbook.define_name("xxgk.status", "='封面'!$B$2")
    workbook.define_name("expected.applications.handled.total.company", "='校验'!$B$20")
    add_macros(workbook, checks, 1, 0, bridge=bridge)
    workbook.close()
    return finish(buffer.getvalue(), ribbon=with_ribbon)


@pytest.fixture(scope="module")
def xlam() -> bytes:
    return build_addin()


@pytest.fixture(scope="module")
def xlsm() -> bytes:
    return macro_workbook()


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def as_workbook(xlam: bytes) -> io.BytesIO:
    """The add-in declared as a workbook, which is what openpyxl opens."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts(xlam).items():
            target.writestr(name, data.replace(b"addin.macroEnabled.main", b"sheet.macroEnabled.main"))
    return out


def sources(package: bytes) -> dict[str, str]:
    project = structure.read(package)
    assert project.found == []
    return {name: source.decode("ascii") for name, source in project.sources.items()}


def public_names(source: str) -> list[str]:
    return re.findall(r"(?mi)^\s*(?:Public )?(?:Sub|Function|Property \w+|Const|Public Const)\s+(\w+)", source)


# ---- the list of buttons


def test_the_buttons_are_those_of_the_contract() -> None:
    assert tuple(sorted(b.id for b in BUTTONS.all)) == tuple(sorted(IDS))
    assert {b.id: b.label for b in BUTTONS.all} == {
        "check": "校验",
        "fill": "填充",
        "unfill": "撤销填充",
        "next": "下一处",
        "import": "导入",
        "rollup": "汇总",
        "export": "导出",
        "doctor": "诊断",
    }
    assert BUTTONS.tab == "信息公开年报"
    for button in BUTTONS.all:
        assert button.macro == f"Xxgk{button.id.capitalize()}" and button.tip and button.more.endswith("。")


# ---- the packages


def test_two_builds_give_the_same_parts_in_the_same_order(xlam: bytes, xlsm: bytes) -> None:
    for first, second in ((xlam, build_addin()), (xlsm, macro_workbook())):
        assert list(parts(first).items()) == list(parts(second).items())
        with zipfile.ZipFile(io.BytesIO(first)) as package:
            assert {i.date_time for i in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert package.namelist()[:2] == ["[Content_Types].xml", "_rels/.rels"] and all(
                n.isascii() for n in package.namelist()
            )


def test_structure(xlam: bytes, xlsm: bytes) -> None:
    assert structure.problems(xlam) == [] and structure.problems(xlsm) == []
    kinds = structure.read(xlam).kinds
    assert [n for n, k in kinds.items() if k == "Document"] == ["ThisWorkbook", "Sheet1"]
    assert "xlwings" in kinds and kinds["Dictionary"] == "Class"
    kinds = structure.read(xlsm).kinds
    assert [n for n, k in kinds.items() if k == "Document"] == ["ThisWorkbook", "Sheet1", "Sheet2"]
    assert "xlwings" not in kinds and "XxgkBridge" in kinds


def test_a_package_that_disagrees_with_its_project_is_seen(xlsm: bytes) -> None:
    def changed(name: str, old: bytes, new: bytes) -> bytes:
        content = parts(xlsm)
        assert old in content[name]
        content[name] = content[name].replace(old, new)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for part, data in content.items():
                target.writestr(part, data)
        return out.getvalue()

    for name, old, new in (
        ("xl/workbook.xml", b'codeName="ThisWorkbook"', b""),
        ("xl/worksheets/sheet2.xml", b'codeName="Sheet2"', b'codeName="Sheet9"'),
        ("[Content_Types].xml", b"application/vnd.ms-office.vbaProject", b"application/octet-stream"),
        ("xl/_rels/workbook.xml.rels", b"relationships/vbaProject", b"relationships/other"),
    ):
        assert structure.problems(changed(name, old, new)), name


@pytest.mark.parametrize("kind", ["xlam", "xlsm"])
def test_olevba_extracts_the_sources_byte_for_byte(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(request.getfixturevalue(kind))
    taken = {n.rpartition(".")[0]: c for _, _, n, c in olevba.VBA_Parser(str(path)).extract_macros()}
    assert taken == sources(path.read_bytes())
    for name in ("XxgkDoor", "XxgkPython" if kind == "xlam" else "XxgkBridge"):
        lines = (SOURCES / f"{name}.bas").read_text("ascii").splitlines()
        assert taken[name] == "".join(line + "\r\n" for line in lines)


def test_nothing_runs_by_itself(xlam: bytes, xlsm: bytes) -> None:
    for package in (xlam, xlsm):
        code = "\n".join(sources(package).values())
        judged = mraptor.MacroRaptor(code)
        judged.scan()
        assert not judged.autoexec and not judged.suspicious
    planted = mraptor.MacroRaptor(code + '\nSub Workbook_Open()\n Shell "x"\nEnd Sub\n')
    planted.scan()
    assert planted.suspicious


def test_content_types_and_relationships(xlam: bytes, xlsm: bytes) -> None:
    assert b"addin.macroEnabled.main+xml" in parts(xlam)["[Content_Types].xml"]
    assert b"sheet.macroEnabled.main+xml" in parts(xlsm)["[Content_Types].xml"]
    for package in (xlam, macro_workbook(with_ribbon=True)):
        links = ElementTree.fromstring(parts(package)["_rels/.rels"])
        ids = [link.get("Id") for link in links]
        assert len(ids) == len(set(ids))
        kinds = {str(link.get("Target")): str(link.get("Type")) for link in links}
        assert kinds["customUI/customUI.xml"].endswith("2006/relationships/ui/extensibility")
        assert kinds["customUI/customUI14.xml"].endswith("2007/relationships/ui/extensibility")
    assert not any("customUI" in name for name in parts(xlsm))


def test_openpyxl_opens_them(xlam: bytes, xlsm: bytes) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(xlsm), keep_vba=True)
    assert opened.sheetnames == ["封面", "校验"] and opened.defined_names["xxgk.status"].attr_text == "'封面'!$B$2"
    conf = openpyxl.load_workbook(as_workbook(xlam))["xlplugin.conf"]
    assert conf["A1"].value == "INTERPRETER_WIN" and conf["B1"].value == r"%LOCALAPPDATA%\xlplugin\python\python.exe"


def test_every_sheet_button_calls_a_macro_that_exists(xlsm: bytes) -> None:
    drawing = next(data.decode() for name, data in parts(xlsm).items() if name.endswith(".vml"))
    called = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawing)
    assert called == [b.macro for b in BUTTONS.all]
    assert set(called) <= set(public_names(sources(xlsm)["XxgkMacros"]))
    assert [b.label for b in BUTTONS.all] == re.findall(r"<font[^>]*>([^<]+)</font>", drawing)


# ---- the settings


def test_the_settings_sheet_answers_every_key_xlwings_asks_for(xlam: bytes) -> None:
    """Otherwise xlwings looks for a settings file beside the user's workbook."""
    asked = set(re.findall(r'GetConfig\("([^"]+)"', sources(xlam)["xlwings"]))
    given = {key for key, _ in settings("a", "b")}
    assert asked and asked <= given, asked - given
    rows = list(openpyxl.load_workbook(as_workbook(build_addin("X", "Y"))).worksheets[0].values)
    assert rows[0] == ("INTERPRETER_WIN", "X") and rows[1] == ("INTERPRETER_MAC", "Y")
    assert all(row[0] for row in rows), "a gap would end the sheet for xlwings"
    assert dict(settings("a", "b"))["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"


def test_another_xlwings_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = importlib.util.find_spec("xlwings")
    assert spec and spec.origin
    (tmp_path / "xlwings_custom_addin.bas").write_text('Attribute VB_Name = "xlwings"\n')
    import xlwings

    monkeypatch.setattr(xlwings, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(HostUnavailable, match="不配套"):
        build_addin()


# ---- the ribbon


@pytest.mark.parametrize("namespace", ribbon.NAMESPACES)
def test_the_ribbon_keeps_the_rules_of_the_schema(namespace: str, xlam: bytes) -> None:
    xml = ribbon_xml(BUTTONS, namespace)
    assert ribbon.problems(xml) == []
    assert xml in (parts(xlam)["customUI/customUI.xml"], parts(xlam)["customUI/customUI14.xml"])
    found = ElementTree.fromstring(xml).iter(f"{{{namespace}}}button")
    callbacks = public_names(sources(xlam)["XxgkRibbon"])
    for element, button in zip(found, BUTTONS.all, strict=True):
        assert element.get("label") == button.label and element.get("screentip") == button.tip
        assert element.get("onAction") in callbacks
    namespaces = [ElementTree.fromstring(parts(xlam)[f"customUI/customUI{n}.xml"]).tag for n in ("", "14")]
    assert namespaces == [f"{{{n}}}customUI" for n in ribbon.NAMESPACES]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('size="large"', 'size="huge"', "size"),
        ("screentip=", "screenTip=", "attribute screenTip"),
        ('id="xxgk_fill"', 'id="xxgk_check"', "twice"),
        ('id="xxgk_fill"', 'id="1"', "id="),
        ('id="xxgk_fill" ', "", "no id"),
        ('imageMso="Undo"', 'imageMso="Undo" image="x"', "together"),
        ('label="填充"', 'label=""', "label"),
        ("<ribbon>", "<backstage/><ribbon>", "backstage"),
        ("</group>", "<tab id='x'/></group>", "child tab"),
        ("</group>", "hello</group>", "text"),
        ("2009/07/customui", "2012/07/customui", "root"),
    ],
)
def test_a_broken_ribbon_is_seen(old: str, new: str, says: str) -> None:
    xml = ribbon_xml(BUTTONS, ribbon.NAMESPACES[1]).decode()
    assert old in xml
    assert any(says in line for line in ribbon.problems(xml.replace(old, new, 1).encode()))


# ---- the VBA itself


def test_vba_traps(xlam: bytes, xlsm: bytes) -> None:
    """No public name twice, no procedure called like a module, no line beyond VBA's 1023 characters."""
    for package in (xlam, xlsm):
        texts = {name: text for name, text in sources(package).items() if not name.startswith(("Sheet", "ThisW", "Dictionary"))}
        named = [n.lower() for name, text in texts.items() for n in public_names(text) if name.startswith("Xxgk")]
        assert len(named) == len(set(named)) and not {n.lower() for n in texts} & set(named)
        if "xlwings" in texts:
            assert not set(named) & {n.lower() for n in public_names(texts["xlwings"])}
        assert max(len(line) for text in texts.values() for line in text.splitlines()) < 1023
        assert all("Option Explicit" in text for name, text in texts.items() if name.startswith("Xxgk"))


def excel(package: bytes, *, leave_out: tuple[str, ...] = (), workbook: bool = True) -> Any:
    """An independent VBA interpreter with our modules: a syntax error or an undeclared name raises."""
    app = ExcelApplication()
    if workbook:
        app.add_workbook()
    for name, text in sources(package).items():
        if name.startswith("Xxgk") and name not in leave_out:
            app.add_module(text, name=name)
    return app


FAKE_XLWINGS = """Attribute VB_Name = "FakeXlwings"
Public Const PROJECT_NAME As String = "xlplugin"
Public Ran As String
Public Function GetConfig(Key As String, Optional Otherwise As String = "") As Variant
    GetConfig = "C:\\here\\pythonw.exe"
End Function
Public Function FileExists(ByVal Path As String) As Boolean
    FileExists = {exists}
End Function
Public Function ReadFile(ByVal FileName As String) As String
    ReadFile = "Traceback" & vbCrLf & "ImportError: no xlplugin in " & FileName
End Function
Public Function RunPython(Command As String) As Variant
    {run}
    Ran = Command
    RunPython = 0
End Function
Public Function LastRun() As String
    LastRun = Ran
End Function
"""


def with_fake(package: bytes, *, exists: bool = True, run: str = "", workbook: bool = True) -> Any:
    app = excel(package, workbook=workbook)
    app.add_module(FAKE_XLWINGS.format(exists=exists, run=run), name="FakeXlwings")
    return app


def said(app: Any) -> list[tuple[str, str]]:
    """(text, title) of each message shown."""
    return [(text, title) for _, text, title, _ in app.dialogs]


@pytest.mark.parametrize("button", BUTTONS.all, ids=lambda b: b.id)
def test_each_macro_asks_python_for_its_button(button: Any, xlam: bytes) -> None:
    app = with_fake(xlam)
    app.run(button.macro)
    assert str(app.run("LastRun")) == f"from xlplugin.hosts import excel; excel.press('{button.id}')"
    assert app.dialogs == []


def test_the_words_come_out_in_chinese(xlam: bytes) -> None:
    app = with_fake(xlam)
    assert str(app.evaluate('XxgkText("title")')) == "信息公开年报"
    assert str(app.evaluate('XxgkText("addin")')) == addin.ADDIN_NAME
    for key, text in BUTTONS.messages.items():
        assert str(app.evaluate(f'XxgkText("{key}")')) == text
    assert str(app.evaluate('XxgkText("nonsense")')) == ""


def test_python_missing_is_said_in_chinese_and_nothing_runs(xlam: bytes) -> None:
    app = with_fake(xlam, exists=False)
    app.run("XxgkCheck")
    assert said(app) == [(BUTTONS.messages["no_python"] + "\r\n\r\nC:\\here\\pythonw.exe", "信息公开年报")]
    assert str(app.run("LastRun")) == ""


def test_a_failure_while_running_is_said_in_chinese(xlam: bytes) -> None:
    app = with_fake(xlam, run='Err.Raise 1004, , "broken"')
    app.run("XxgkFill")
    assert said(app) == [(BUTTONS.messages["failed"] + "\r\n\r\nbroken", "信息公开年报")]


def test_python_errors_are_introduced_in_chinese(xlam: bytes) -> None:
    app = with_fake(xlam)
    app.add_module('Sub Fail()\n    ShowError "C:\\log.txt"\nEnd Sub\n', name="Failing")
    app.run("Fail")
    [(text, _)] = said(app)
    assert text.startswith(BUTTONS.messages["python_failed"]) and text.endswith("ImportError: no xlplugin in C:\\log.txt")
    assert "ShowError " in sources(xlam)["xlwings"], "xlwings' module still calls it"


def test_no_workbook_open(xlam: bytes) -> None:
    app = with_fake(xlam, workbook=False)
    app.run("XxgkCheck")
    assert said(app) == [(BUTTONS.messages["no_workbook"], "信息公开年报")]
    assert str(app.run("LastRun")) == ""


@pytest.mark.parametrize("sheet", ["xlplugin.conf", "XLPLUGIN.CONF", "evil.py"])
def test_a_workbook_that_would_choose_the_interpreter_is_refused(sheet: str, xlam: bytes) -> None:
    app = with_fake(xlam)
    app.add_module(f'Sub Plant()\n    ActiveWorkbook.Worksheets.Add.Name = "{sheet}"\nEnd Sub\n', name="Planting")
    app.run("Plant")
    app.run("XxgkCheck")
    assert said(app) == [(BUTTONS.messages["foreign_settings"] + "\r\n\r\n" + sheet, "信息公开年报")]
    assert str(app.run("LastRun")) == ""


def test_macros_of_a_workbook_with_a_stand_in(xlsm: bytes) -> None:
    app = excel(macro_workbook(bridge=STAND_IN))
    app.run("XxgkRollup")
    assert app.sheet(1).value("A1") == "from xlplugin.hosts import excel; excel.press('rollup')"


def test_worksheet_functions_read_the_templates_names(xlam: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    path.write_bytes(macro_workbook())
    app = ExcelApplication.open(path)
    app.add_module(sources(xlam)["XxgkFunctions"], name="XxgkFunctions")
    assert str(app.evaluate('XxgkNamed(ActiveWorkbook, "xxgk.status")')) == "没有发现问题"
    assert app.evaluate('XxgkNamed(ActiveWorkbook, "expected.applications.handled.total.company")') == 12
    assert app.evaluate('IsError(XxgkNamed(ActiveWorkbook, "expected.no.such.cell"))')


# ---- second opinions


@pytest.mark.parametrize("kind", ["xlam", "xlsm"])
def test_another_reader_finds_no_fault_in_the_file(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(request.getfixturevalue(kind))
    report = check_file(path)
    assert report.ok and report.checked_parts > 8, report.issues
    with ExcelFile(path) as opened:
        assert list(opened.module_names()) == list(structure.read(path.read_bytes()).kinds)
        assert "Public Sub XxgkPress(ByVal ButtonId As String)" in opened.get_module("XxgkDoor")


def test_every_module_compiles(xlam: bytes, xlsm: bytes) -> None:
    """All of ours, and xlwings' as well, once comments behind # directives are gone, which this parser does not take."""
    for package in (xlam, xlsm):
        kinds = structure.read(package).kinds
        for name, text in sources(package).items():
            plain = re.sub(r"(?m)^(\s*#[^\r\n']*)'[^\r\n]*", r"\1", text) if name == "xlwings" else text
            parse_module(plain, name=name, kind={"Module": "standard", "Class": "class", "Document": "document"}[kinds[name]])
    with pytest.raises(VBACompileError):
        parse_module("Sub Oops(\n", name="Oops")


def test_the_template_with_macros(tmp_path: Path) -> None:
    path = tmp_path / "年报.xlsm"
    write_template(path, "2021", macros=True)
    assert structure.problems(path.read_bytes()) == []
    app = ExcelApplication.open(path)
    app.add_module(sources(build_addin())["XxgkFunctions"], name="XxgkFunctions")
    assert app.evaluate('IsError(XxgkNamed(ActiveWorkbook, "xxgk.status"))') is not True
    names = openpyxl.load_workbook(path).defined_names
    assert {f"expected.{cell}" for cell in form("2021").derived} <= set(names)
