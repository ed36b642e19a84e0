"""汇总 pressed with the mouse on a folder of 60 workbooks: progress while it runs, then the roll-up open on 总览."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import need
from extension import install
from test_window_buttons import PATIENCE, answer, choose, press, said
from window import Window, why_no_window

from benchmarks.rollup_files import cover_of, numbers_for, unit_code, workbook
from tests import planted
from xlplugin.hosts.libreoffice.build_oxt import IDENTIFIER, build_oxt

pytestmark = pytest.mark.window
PLACES = (
    "石桥", "双河", "清水", "白马", "青山", "龙泉", "柳林", "桃花", "金沙", "云溪",
    "太平", "永安", "新民", "长岭", "东风", "红旗", "平安", "丰收", "合兴", "古城",
)  # fmt: skip
KINDS = ("镇人民政府", "乡人民政府", "街道办事处")
UNITS = [f"{place}{kind}" for kind in KINDS for place in PLACES]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    need(why_no_window())
    folder = tmp_path_factory.mktemp("extension")
    oxt = folder / "xlplugin.oxt"
    oxt.write_bytes(build_oxt(for_this_python=True))
    assert IDENTIFIER in install(folder / "profile", oxt)
    with Window(folder / "profile", env={"XDG_STATE_HOME": str(folder / "state")}) as running:
        yield running


def county(folder: Path) -> Path:
    """60 files of 56 units: two wrong, two filed twice, one copy, one damaged; four units of the register filed nothing."""
    folder.mkdir()
    for n, name in enumerate(UNITS[:54]):
        numbers = dict(numbers_for("2021", random.Random(n), busy=n % 3 == 0))
        if n in (7, 23):
            numbers["applications.new.total"] += 2
        (folder / f"{name}.xlsx").write_bytes(workbook("2021", cover_of(n, "2021", name=name), numbers))
    for n in (3, 12):
        late = cover_of(n, "2021", name=UNITS[n]) | {"date": "2025-01-28"}
        data = workbook("2021", late, numbers_for("2021", random.Random(90 + n), busy=True))
        (folder / f"{UNITS[n]}（改）.xlsx").write_bytes(data)
    for n in (54, 55):
        data = workbook("2021", cover_of(n, "2021", name=UNITS[n]), numbers_for("2021", random.Random(n), busy=True))
        (folder / f"{UNITS[n]}.xlsx").write_bytes(data)
    shutil.copy(folder / f"{UNITS[5]}.xlsx", folder / f"副本 {UNITS[5]}.xlsx")
    (folder / "报表.xlsx").write_bytes(b"PK\x03\x04 damaged")
    lines = [
        "单位名称,统一社会信用代码,上级单位,截止日期",
        *(f"{u},{unit_code(n)},晨溪县,2025-01-31" for n, u in enumerate(UNITS)),
    ]
    roster = folder.with_name("roster.csv")
    roster.write_text("\n".join(lines), "utf-8")
    return roster


class Watched:
    """Looks for the progress window on the screen, from outside the office, while the office is at work; takes one picture of it."""

    def __init__(self, desk: Window, picture: Path) -> None:
        self.seen = False
        self._desk, self._picture, self._over = desk, picture, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _look(self) -> None:
        search = ["xdotool", "search", "--onlyvisible", "--name", "^汇总$"]
        while not self._over.wait(0.03):
            done = subprocess.run(search, env={**os.environ, **self._desk.screen.env}, capture_output=True, timeout=20)
            if done.stdout.strip():
                self.seen = True
                self._desk.screen.run("import", "-window", "root", str(self._picture))
                return


def test_sixty_workbooks_by_mouse(desk: Window, tmp_path: Path, pictures_folder: Path) -> None:
    roster = county(tmp_path / "county")
    assert len(list((tmp_path / "county").iterdir())) == 60
    desk.open(planted.write(planted.planted("sound", "2021", 1), tmp_path / "县政府办公室.xlsx"))
    press(desk, "rollup")
    choose(desk, "文件夹", tmp_path / "county")
    answer(desk, "Yes")
    with Watched(desk, pictures_folder / "rollup-progress.png") as watched:
        choose(desk, "名册", roster)
        text = said(desk)
    assert watched.seen, "没有出现进度窗口"
    assert "共 60 份文件" in text and "已汇总 54 份" in text and "退回 2 份" in text, text
    assert "未报 6 个单位" in text
    [out] = tmp_path.glob("*汇总*.xlsx")
    book = front(desk, out)
    assert book.CurrentController.ActiveSheet.Name == "总览"
    desk.settle()
    desk.screenshot(pictures_folder / "rollup-window.png")
    book.close(True)


def front(desk: Window, out: Path):  # type: ignore[no-untyped-def]
    """The document of that file, once the desktop has it in front."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = desk.soffice.desktop.getCurrentComponent()
        if found is not None and found.URL and Path(found.URL).suffix == ".xlsx" and "%E6%B1%87%E6%80%BB" in found.URL:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{out.name} 没有打开")
