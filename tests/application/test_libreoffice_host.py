"""The LibreOffice host in the real program: blocks, protection, undo, and what happens when something is in the way."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hosting import Recorder, differences, state, uno_host
from office import Book, Office, properties

from tests import planted
from xlplugin.books.buttons import load_buttons
from xlplugin.books.layout import CHECK, META, Spot, layout
from xlplugin.errors import CannotWrite, HostUnavailable
from xlplugin.hosts.commands import press
from xlplugin.hosts.host import Block
from xlplugin.hosts.libreoffice.build_oxt import COMMAND, COMPONENT, build_oxt
from xlplugin.hosts.libreoffice.host import UnoHost

pytestmark = pytest.mark.office
PLAN = layout("2021")
TABLES = [p.table.sheet for p in PLAN.tables]


@pytest.fixture
def book(office: Office, tmp_path: Path) -> Iterator[Book]:
    case = planted.planted("wrong input", "2021", 1)
    with office.open(planted.write(case, tmp_path / "年报.xlsx")) as opened:
        yield opened


def test_values_keep_their_kinds(office: Office) -> None:
    with office.new_book() as empty:
        host = uno_host(empty)
        sheet = empty.sheet_names[0]
        with host.unlocked([sheet]):
            host.put(Block(sheet, 2, 2, ((7, 0.092, "一、总体情况"), (None, "0330", 12345678))))
        empty.cell(sheet, 4, 2).Formula = "=1/0"
        empty.cell(sheet, 4, 3).Formula = '="x"&"y"'
        empty.cell(sheet, 4, 4).Formula = "=TRUE()"
        grid = host.cells({sheet: (4, 4), "没有": (1, 1)})[sheet]
        kinds = {place: (raw.kind, raw.text, raw.formula) for place, raw in grid.items()}
        assert kinds == {
            (2, 2): ("n", "7", False),
            (2, 3): ("n", "0.092", False),
            (2, 4): ("s", "一、总体情况", False),
            (3, 3): ("s", "0330", False),
            (3, 4): ("n", "12345678", False),
            (4, 2): ("e", "#DIV/0!", True),
            (4, 3): ("s", "xy", True),
            (4, 4): ("b", "1", False),
        }


def test_sheets_stay_protected_and_the_users_own_undo_steps_stay(book: Book) -> None:
    host = uno_host(book)
    before = state(host, PLAN)
    spot = PLAN.cells["applications.new.company"]
    book.cell(spot.sheet, spot.row, spot.column).Formula = "4242"
    own = book.doc.UndoManager.getAllUndoActionTitles()
    assert press("check", host) and differences(state(host, PLAN), before) != []
    assert book.doc.UndoManager.getAllUndoActionTitles() == ("信息公开年报", *own) and len(own) == 1
    book.doc.UndoManager.undo()
    book.doc.UndoManager.undo()
    assert book.read_cell(spot.sheet, spot.row, spot.column) == before[spot.sheet][str((spot.row, spot.column))]
    assert press("check", host)
    assert all(book.sheet(s).isProtected() for s in (CHECK, META, *TABLES))


def test_a_sheet_with_another_password_is_left_alone(book: Book) -> None:
    book.sheet(CHECK).unprotect("")
    book.sheet(CHECK).protect("县局的密码")
    host = uno_host(book)
    before = state(host, PLAN)
    assert not press("check", host)
    assert "“校验”设有保护密码" in host.person.said[-1] and "没有改动任何单元格" in host.person.said[-1]
    assert differences(state(host, PLAN), before) == []
    assert book.sheet(CHECK).isProtected() and book.sheet(META).isProtected()


def test_a_read_only_workbook_is_left_alone(office: Office, tmp_path: Path) -> None:
    path = planted.write(planted.planted("wrong input", "2021", 1), tmp_path / "年报.xlsx")
    doc = office.soffice.desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, properties(Hidden=True, ReadOnly=True))
    with Book(office.soffice, doc) as book:
        host = uno_host(book)
        before = state(host, PLAN)
        assert not press("check", host)
        assert "只读" in host.person.said[-1] and differences(state(host, PLAN), before) == []
        assert press("next", host), "looking is allowed"


def test_a_deleted_sheet_is_named(book: Book) -> None:
    book.doc.Sheets.removeByName(CHECK)
    host = uno_host(book)
    assert not press("check", host)
    assert "没有工作表“校验”" in host.person.said[-1]


def test_a_deleted_table_is_no_workbook_of_ours_or_says_what_moved(book: Book) -> None:
    book.doc.Sheets.removeByName(TABLES[1])
    host = uno_host(book)
    before = state(host, PLAN)
    for button in ("fill", "unfill"):
        assert not press(button, host)
        assert "没有改动" in host.person.said[-1] or "不是本工具的年报工作簿" in host.person.said[-1]
    assert differences(state(host, PLAN), before) == []


class Bursting(UnoHost):
    """The program fails in the middle of a write."""

    blocks = 0

    def put(self, block: Block) -> None:
        self.blocks += 1
        if self.blocks == 3:
            raise RuntimeError("连接断开")
        super().put(block)


def test_a_failure_in_the_middle_leaves_the_workbook_as_it_was(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    host = Bursting(book.office.desktop, book.doc, Recorder())
    before = state(host, PLAN)
    assert not press("check", host)
    assert "没有完成，工作簿没有被改动" in host.person.said[-1] and str(tmp_path / "state") in host.person.said[-1]
    book.recalc()
    assert differences(state(host, PLAN), before) == []
    assert all(book.sheet(s).isProtected() for s in (CHECK, META, *TABLES)) and not book.doc.hasControllersLocked()


def test_something_else_than_a_workbook(office: Office) -> None:
    with office.load("private:factory/swriter") as text, pytest.raises(HostUnavailable, match="年报工作簿"):
        UnoHost(office.soffice.desktop, text.doc, Recorder())


def test_a_workbook_closed_during_the_roll_up_does_no_harm(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    paths = [planted.write(planted.planted("sound", "2021", seed), folder / f"{seed}.xlsx") for seed in (1, 2, 3)]
    kept = [p.read_bytes() for p in paths]
    open_book = office.open(planted.write(planted.planted("sound", "2021", 5), tmp_path / "年报.xlsx"))

    class Closing(Recorder):
        def step(self, done: int, total: int, what: str) -> None:
            super().step(done, total, what)
            if len(self.steps) == 1:
                open_book.close()

    person = Closing(answers=(False,), choices=(folder,))
    host = uno_host(open_book, person)
    assert press("rollup", host), person.said
    assert "已汇总 3 份" in person.said[-1]
    [out] = tmp_path.glob("*汇总*.xlsx")
    assert zipfile.is_zipfile(out) and [p.read_bytes() for p in paths] == kept


def test_a_cancelled_roll_up_leaves_no_file(office: Office, book: Book, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    for seed in (1, 2, 3):
        planted.write(planted.planted("sound", "2021", seed), folder / f"{seed}.xlsx")
    person = Recorder(answers=(False,), choices=(folder,), cancel_at=2)
    assert not press("rollup", uno_host(book, person))
    assert person.said[-1] == "已取消，工作簿没有被改动。"
    assert not list(tmp_path.glob("*汇总*")) and len(list(folder.iterdir())) == 3


def test_the_cursor(book: Book) -> None:
    host = uno_host(book)
    host.select(Spot(TABLES[0], 6, 2))
    assert host.active() == Spot(TABLES[0], 6, 2)
    with pytest.raises(CannotWrite):
        book.sheet(META).unprotect("")
        book.sheet(META).protect("x")
        with host.unlocked([META]):
            raise AssertionError("不应进入")


# ---- the extension's package


def test_two_builds_give_the_same_bytes() -> None:
    assert build_oxt() == build_oxt()


def test_the_package_has_every_button_its_picture_and_the_core() -> None:
    with zipfile.ZipFile(BytesIO(build_oxt())) as package:
        names = set(package.namelist())
        addons = ElementTree.fromstring(package.read("Addons.xcu"))
        assert b"python.json" not in b" ".join(n.encode() for n in names)
    urls = [v.text for v in addons.iter("value") if v.text and v.text.startswith(COMMAND)]
    for button in load_buttons().all:
        assert urls.count(COMMAND + button.id) == 3, "menu, toolbar, picture"
        assert {f"icons/{button.id}_16.png", f"icons/{button.id}_26.png"} <= names
    assert {COMPONENT, "pythonpath/xlplugin/hosts/commands.py", "pythonpath/xlplugin/form/2021.yaml"} <= names


@pytest.mark.parametrize(
    ("recorded", "words"),
    [(None, "缺少程序库 pydantic"), ("3.4", "缺少程序库 pydantic"), (f"3.{sys.version_info.minor}", "None")],
)
def test_the_component_says_what_is_missing(tmp_path: Path, recorded: str | None, words: str) -> None:
    """In a Python without our libraries, as LibreOffice's own is; with and without the Python that installed the extension."""
    with zipfile.ZipFile(BytesIO(build_oxt(for_this_python=True))) as package:
        package.extractall(tmp_path)
    noted = tmp_path / "python.json"
    if recorded is None:
        noted.unlink()
    else:
        noted.write_text(noted.read_text().replace(f'"3.{sys.version_info.minor}"', f'"{recorded}"'))
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    (stubs / "unohelper.py").write_text(
        "class Base: pass\nclass ImplementationHelper:\n    def addImplementation(self, *a): pass\n"
    )
    code = (
        "import sys, types; sys.path.insert(0, 'stubs')\n"
        "for name in ('com', 'com.sun', 'com.sun.star', 'com.sun.star.task'): sys.modules[name] = types.ModuleType(name)\n"
        "sys.modules['com.sun.star.task'].XJobExecutor = object\n"
        "import xxgk_component as c; print(c.why_not())\n"
    )
    run = subprocess.run([sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert words in run.stdout, run.stderr
