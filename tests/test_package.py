"""The safe opener: what it lists, and that every hostile file gets its name, quickly and in little memory."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xlsxwriter

from tests.hostile import dialects, files
from tests.hostile.zips import SHEET, parts, repacked, sample
from xlplugin.books.cells import read_cells
from xlplugin.books.package import open_package
from xlplugin.books.refusals import SENTENCES
from xlplugin.errors import UnreadableSource

WANTED = {"封面": (9, 9), "表二": (9, 9)}


def test_one_read_gives_sheets_in_order_and_the_hash_of_the_same_bytes(tmp_path):
    path = tmp_path / "某某镇.xlsx"
    path.write_bytes(sample())
    package = open_package(path)
    assert list(package.sheets) == ["封面", "表二", "说明"]
    assert package.sheets["表二"] == SHEET
    assert package.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert package.hidden == frozenset()
    assert open_package(str(path)).sheets == open_package(sample()).sheets


def test_parts_are_found_whatever_their_case_and_checked():
    package = open_package(sample())
    assert package.part("/XL/Worksheets\\SHEET2.xml") == parts(sample())[SHEET]
    assert SHEET in package and "xl/nothing.xml" not in package
    with pytest.raises(UnreadableSource) as caught:
        package.part("xl/nothing.xml")
    assert caught.value.code == "E-PARTS"
    with pytest.raises(UnreadableSource) as caught:
        open_package(files.wrong_crc()).part(SHEET)
    assert caught.value.code == "E-DAMAGED"


def test_hidden_sheets_are_named(tmp_path):
    path = tmp_path / "hidden.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("甲")
    book.add_worksheet("乙").hide()
    book.add_worksheet("_meta").very_hidden()
    book.close()
    package = open_package(path)
    assert package.hidden == {"乙", "_meta"}
    assert list(package.sheets) == ["甲", "乙", "_meta"]


@pytest.mark.parametrize("name", dialects.MAKERS)
def test_dialects_list_the_same_sheets(name):
    assert list(open_package(dialects.MAKERS[name]()).sheets) == ["封面", "表二", "说明"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Every hostile file, made once: {name: path}."""
    folder = tmp_path_factory.mktemp("hostile")
    made = {name: folder / f"乡镇{number:02}.xlsx" for number, name in enumerate(files.MAKERS)}
    for name, path in made.items():
        path.write_bytes(files.MAKERS[name][0]())
    yield made
    for path in made.values():
        path.unlink()


@pytest.mark.parametrize("name", files.MAKERS)
def test_hostile_files_are_read_or_named_within_bounds(name, hostile):
    code = files.MAKERS[name][1]
    path = hostile[name]
    begin = time.process_time()
    try:
        found = read_cells(open_package(path), WANTED)
    except UnreadableSource as refused:
        assert refused.code == code
        assert str(refused).startswith(path.name) and SENTENCES[refused.code] in str(refused)
    else:
        assert code is None
        assert found["表二"], "read, but nothing seen"
    assert time.process_time() - begin < 3  # CPU seconds; measured on two shared cores: 1.1 at most


PROBE = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from xlplugin.books.cells import read_cells
from xlplugin.books.package import open_package
from xlplugin.errors import UnreadableSource
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
base, peaks = peak(), {}
for path in sys.argv[1:]:
    try:
        read_cells(open_package(path), {"封面": (9, 9), "表二": (9, 9)})
    except UnreadableSource:
        pass
    peaks[path] = peak() - base
print(json.dumps(peaks))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs the memory accounting of Linux")
def test_no_hostile_file_needs_much_memory(hostile):
    """All of them one after the other in one process that may not have more than 1 GiB of addresses."""
    paths = [str(path) for path in hostile.values()]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", PROBE, *paths], capture_output=True, check=True, timeout=120, env=here)
    peaks = json.loads(done.stdout)
    assert len(peaks) == len(paths)
    assert max(peaks.values()) <= 96  # MiB over the bare interpreter


def test_what_is_not_a_file_is_said_so(tmp_path):
    cases = {tmp_path / "没有.xlsx": "E-MISSING", tmp_path: "E-NOTFILE", tmp_path / "~$表.xlsx": "E-LOCKFILE"}
    cases[tmp_path / ("长" * 200 + ".xlsx")] = "E-MISSING"
    for path, code in cases.items():
        with pytest.raises(UnreadableSource) as caught:
            open_package(path)
        assert caught.value.code == code
        assert path.name in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(UnreadableSource) as caught:
        open_package(tmp_path / "pipe.xlsx")
    assert caught.value.code == "E-NOTFILE"


def test_a_file_over_64_megabytes_is_not_read(tmp_path):
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(UnreadableSource) as caught:
        open_package(path)
    assert caught.value.code == "E-FILESIZE"


def test_every_sentence_says_what_to_do():
    for code, sentence in SENTENCES.items():
        assert code.startswith("E-") and sentence.endswith("。")
        assert any(word in sentence for word in ("请", "核对")), code
        assert sentence.count("（") == sentence.count("）")


def test_the_list_of_sheets_is_judged_anew_for_other_bytes():
    """Parsed lists are remembered by their bytes; another list must not get the remembered answer."""
    first = open_package(sample())
    name = "xl/workbook.xml"
    renamed = repacked(sample(), {name: parts(sample())[name].replace("说明".encode(), "附注".encode())})
    assert list(open_package(renamed).sheets) == ["封面", "表二", "附注"]
    assert open_package(sample()).sheets == first.sheets
