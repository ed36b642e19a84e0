"""The roll-up: who wins, what stays open, what is never counted twice, what is said about it; and the job on files."""

from __future__ import annotations

import json
import random
import shutil
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from benchmarks.rollup_files import cover_of, numbers_for, one, workbook
from tests.rolling_county import BROKEN, filed, rolled_into_file, roster
from xlplugin.errors import UnreadableSource
from xlplugin.finding import Finding, Severity
from xlplugin.form import form as form_of
from xlplugin.hosts.rolling import run_rollup
from xlplugin.merging.filed import is_zero, pack, unpack
from xlplugin.merging.guards import against_published, resum
from xlplugin.merging.intake import Outcome
from xlplugin.merging.rollup import Adjustment, merge
from xlplugin.merging.rules import RU_RULES, registered


def rules(rolled):
    return {f.family for f in rolled.findings}


def test_packed_numbers_are_exact():
    numbers = (0, 12, None, Decimal("0.092"), -3, 11398889, Decimal("0.1") + Decimal("0.2"))
    assert unpack(pack(numbers)) == numbers
    assert is_zero("0,0,0") and not any(map(is_zero, ("0,,0", ",0", "0,", "0,1", "")))


def test_money_is_added_without_rounding():
    cell = "disclosure.fees.amount"
    files = [filed(n, cells={cell: Decimal("0.1")}) for n in range(10)]
    assert merge(files).cells[cell].total == 1
    assert str(merge(files[:3]).cells[cell].total) == "0.3"
    assert merge(files[:3]).to_dict()["cells"][cell] == "0.3"


def test_a_blank_stays_open_and_names_the_unit():
    cell = "applications.other_rest.company"
    rolled = merge([filed(1, cells={cell: None}), filed(2, cells={cell: 4})])
    assert rolled.to_dict()["open"] == {cell: ["第001镇人民政府"]}
    assert rolled.cells[cell].total == 4 and rolled.share(cell) == {"第001镇人民政府": None, "第002镇人民政府": 4}
    assert not rolled.complete and "RU-OPEN" in rules(rolled)
    nobody = merge([filed(1, cells={cell: None})])
    assert cell not in nobody.to_report().numbers()


def test_the_latest_valid_report_counts_whatever_the_order():
    old, new = filed(1, date="2025-01-05"), filed(1, seed=2, date="2025-01-06", file="/县/a.xlsx")
    bad = filed(1, seed=3, date="2025-01-09", file="/县/b.xlsx", findings=BROKEN)
    for files in ([old, new, bad], [bad, old, new], [new, bad, old]):
        rolled = merge(files, year=2024)
        assert {e.slip.file: e.state for e in rolled.ledger} == {
            old.file: "superseded",
            new.file: "accepted",
            bad.file: "returned",
        }
        assert "仍用先收到的" in next(e.reason for e in rolled.ledger if e.state is Outcome.RETURNED)
    again = [f for f in merge([old, new]).findings if f.rule == "RU-AGAIN"]
    changed = [c.id for c, a, b in zip(form_of("2021").cells, unpack(old.packed), unpack(new.packed), strict=True) if a != b]
    assert list(again[0].cells) == changed and f"改了 {len(changed)} 格" in again[0].message


def test_strict_returns_what_wants_an_explanation():
    owing = filed(1, findings=(Finding("T2-RULE", Severity.EXPLAIN, "没有规章制定权"),))
    assert merge([owing]).accepted and "RU-NOTE" in rules(merge([owing]))
    assert [e.state for e in merge([owing], strict=True).ledger] == [Outcome.RETURNED]


def test_a_roll_up_and_its_own_leaves_are_never_both_counted():
    leaves = [filed(n) for n in range(4)]
    county = rolled_into_file(merge(leaves), 1, name="晨溪县", parent="晨溪市")
    other = rolled_into_file(merge([filed(9), filed(8)]), 2, name="东溪县", parent="晨溪市")
    all_here = merge([county, other, *leaves])
    assert {e.unit for e in all_here.accepted} == {"东溪县", *(x.name for x in leaves)}
    some_here = merge([county, other, *leaves[:2]])
    assert {e.unit for e in some_here.accepted} == {"晨溪县", "东溪县"}
    for rolled in (all_here, some_here):
        assert "RU-TWICE" in rules(rolled)
    listed = roster(4, {"单位名称": "晨溪县", "类别": "汇总", "上级单位": "晨溪市"})
    by_register = merge([replace(county, marks=county.marks._replace(units=())), leaves[0]], roster=listed)
    assert {e.unit for e in by_register.accepted} == {"晨溪县"} and by_register.missing == ()


def test_same_name_in_another_county_is_another_unit():
    rolls = rolled_into_file(
        merge([replace(filed(n, unit_code=""), parent="甲县") for n in range(3)]), 1, name="甲县", parent="市"
    )
    stranger = replace(filed(1, unit_code="", seed=5), parent="乙县", file="/乙.xlsx")
    assert {e.unit for e in merge([rolls, stranger]).accepted} == {"甲县", "第001镇人民政府"}


def test_scope_is_not_mixed():
    local = rolled_into_file(merge([filed(1), filed(2)], scope="本级"), 1, name="晨溪县", parent="市")
    rolled = merge([local, filed(5)], scope="全域")
    assert {e.unit: e.state for e in rolled.ledger}["晨溪县"] is Outcome.OUT_OF_SCOPE and "RU-SCOPE" in rules(rolled)


def test_units_that_are_not_summed_and_two_that_stand_for_the_government():
    lines = (
        {"单位名称": "晨溪县人民政府", "代表县政府": "是", "上级单位": "晨溪县"},
        {"单位名称": "县政府办公室", "代表县政府": "是", "上级单位": "晨溪县"},
        {"单位名称": "税务局", "垂直管理": "是", "纳入汇总": "否", "上级单位": "晨溪县"},
    )
    files = [
        filed(n, name=line["单位名称"], unit_code="", cells={"applications.new.company": 7}) for n, line in enumerate(lines, 50)
    ]
    rolled = merge([*files, filed(1)], roster=roster(2, *lines))
    assert "垂直管理" in next(e.reason for e in rolled.ledger if e.unit == "税务局")
    assert "RU-GOV" in rules(rolled) and "RU-MISS" in rules(rolled) and rolled.missing == ("第000镇人民政府",)


def test_what_is_said_about_zero_copied_big_and_late():
    twins = [filed(1), replace(filed(2), packed=filed(1).packed)]
    files = [*twins, filed(3, busy=False), filed(4, cells={"disclosure.penalties.decisions": 90000}, date="2025-02-09")]
    rolled = merge(files, roster=roster(6, 截止日期="2025-01-31"))
    assert {"RU-COPY", "RU-ZERO", "RU-BIG", "RU-LATE", "RU-MISS"} <= rules(rolled)
    late = next(f for f in rolled.findings if f.rule == "RU-LATE")
    assert "第004镇" in late.message and "第001镇" not in late.message


def test_an_adjustment_that_breaks_a_balance_is_named_and_the_units_are_not():
    files = [filed(n) for n in range(5)]
    rolled = merge(files, adjustments=[Adjustment("applications.new.company", 2, "补登", "王五")])
    broken = [f for f in rolled.findings if f.family == "RU-RECHECK"]
    assert {f.rule for f in broken} == {"RU-RECHECK.T3-COL.company", "RU-RECHECK.T3-ROW.new"}
    assert all("调整" in f.message and "不平的单位" not in f.message for f in broken)
    with pytest.raises(ValueError, match="没有的格"):
        merge(files, adjustments=[Adjustment("applications.new.nobody", 2, "补登", "王五")])


def test_a_unit_included_in_spite_of_errors_is_named_by_the_recheck():
    from xlplugin.merging.intake import Choice

    bad = filed(1, cells={"applications.new.company": 50}, findings=BROKEN)
    rolled = merge([bad, filed(2)], choices=[Choice("include", bad.sha256, "王五", "期限已到")])
    said = [f.message for f in rolled.findings if f.family == "RU-RECHECK"]
    assert said and all("第001镇" in m and "第002镇" not in m for m in said)


def test_carry_over_from_last_year_lists_reorganised_units():
    last = merge([filed(n, cells={"applications.carried_out.company": 3}) for n in range(3)]).to_report()
    listed = roster(3, {"单位名称": "新局", "原单位": "老局", "纳入汇总": "否"})
    rolled = merge([filed(n) for n in range(3)], roster=listed, last_year=last)
    found = next(f for f in rolled.findings if f.rule == "RU-PARENT" and f.cells == ("applications.carried_in.company",))
    assert found.right == 9 and "新局（原老局）" in found.message


def test_published_figures_and_re_sums_are_explained_cell_by_cell():
    files = [filed(n) for n in range(4)]
    rolled, cell = merge(files), "disclosure.penalties.decisions"
    published = rolled.to_report()
    assert against_published(rolled, published) == () and resum(published, rolled) == ()
    later = merge([*files[:3], filed(3, cells={cell: 1000})])
    shares = {cell: {k: v for k, v in rolled.share(cell).items() if v is not None}}
    found = {f.cells[0]: f for f in resum(published, later, shares)}
    assert (
        set(found) == {cell}
        and "第003镇" in found[cell].message
        and found[cell].gap == rolled.cells[cell].total - later.cells[cell].total
    )
    assert [f.rule for f in against_published(later, published)] == ["RU-PUB"]


def test_every_rule_has_words_and_a_place_in_the_rule_book():
    assert len({r.id for r in RU_RULES}) == len(RU_RULES)
    assert {
        "RU-SUM",
        "RU-RECHECK",
        "RU-MISS",
        "RU-DUP",
        "RU-YEAR",
        "RU-FMT",
        "RU-WHO",
        "RU-BAD",
        "RU-ALT",
        "RU-ZERO",
        "RU-BIG",
        "RU-PUB",
        "RU-PARENT",
    } <= {r.id for r in RU_RULES}
    assert [r.id for r in registered()] == [r.id for r in RU_RULES]


# ── the job on files ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Thirty workbooks of the benchmark, and everything else that lies about in such folders."""
    place = tmp_path_factory.mktemp("县") / "2024 年报"
    place.mkdir()
    for n in range(30):
        (place / f"{n:02d}.xlsx").write_bytes(one(n))
    sub = place / "补报"
    sub.mkdir()
    (sub / "副本.xlsx").write_bytes(one(1))
    (place / "~$02.xlsx").write_bytes(b"\x05user")
    (place / "坏.xlsx").write_bytes(one(3)[:5000])
    (place / "说明.docx").write_bytes(b"PK")
    (place / "空.xlsx").write_bytes(b"")
    numbers = numbers_for("2021", random.Random(1), busy=True)
    (place / "去年.xlsx").write_bytes(workbook("2021", cover_of(40, "2021", year=2023), numbers))
    old = numbers_for("2019", random.Random(1), busy=True)
    (place / "旧表.xlsx").write_bytes(workbook("2019", cover_of(41, "2021"), old))
    return place


def said(rolled):
    return json.dumps(rolled.to_dict(), ensure_ascii=False, sort_keys=True)


def test_every_file_in_the_folder_is_answered_once(folder):
    rolled = run_rollup([folder], year=2024)
    assert sorted(e.slip.file for e in rolled.ledger) == sorted(str(p) for p in folder.rglob("*") if p.is_file())
    state = {e.slip.file.removeprefix(f"{folder}/"): e for e in rolled.ledger}
    assert state["补报/副本.xlsx"].state is Outcome.DUPLICATE or state["01.xlsx"].state is Outcome.DUPLICATE
    assert state["坏.xlsx"].state is state["空.xlsx"].state is Outcome.UNREADABLE and "坏.xlsx" in state["坏.xlsx"].reason
    assert state["去年.xlsx"].cause == "RU-YEAR" and state["旧表.xlsx"].cause == "RU-FMT"
    assert {"RU-LOCK", "RU-READ", "RU-YEAR", "RU-FMT"} <= rules(rolled)
    assert state["说明.docx"].state is state["~$02.xlsx"].state is Outcome.OUT_OF_SCOPE


def test_the_quick_way_and_the_exact_way_say_the_same(folder):
    assert said(run_rollup([folder], year=2024)) == said(run_rollup([folder], year=2024, exact=True))


def test_processes_a_ledger_and_any_grouping_of_paths_say_the_same(folder, tmp_path, monkeypatch):
    whole = said(run_rollup([folder], year=2024))
    monkeypatch.setattr("xlplugin.hosts.rolling.POOL_FROM", 1)
    assert said(run_rollup([folder], year=2024, workers=2)) == whole
    assert (
        said(run_rollup([*sorted(folder.rglob("*.xlsx"), reverse=True), folder], year=2024, ledger=tmp_path / "台账.db")) == whole
    )
    seen = []
    assert said(run_rollup([folder], year=2024, ledger=tmp_path / "台账.db", progress=lambda *a: seen.append(a))) == whole
    assert {s[2].rpartition("/")[2] for s in seen} <= {"坏.xlsx", "空.xlsx", "说明.docx", "~$02.xlsx"}


def test_a_changed_file_alone_is_read_again(folder, tmp_path):
    mine = tmp_path / "县"
    shutil.copytree(folder, mine)
    before = run_rollup([mine], year=2024, ledger=tmp_path / "t.db")
    time.sleep(0.02)
    numbers = numbers_for("2021", random.Random(5), busy=True)
    (mine / "07.xlsx").write_bytes(workbook("2021", cover_of(7, "2021") | {"date": "2025-02-20"}, numbers))
    seen = []
    after = run_rollup([mine], year=2024, ledger=tmp_path / "t.db", progress=lambda done, total, file: seen.append(file))
    assert "07.xlsx" in seen and "08.xlsx" not in seen
    assert len(after.ledger) == len(before.ledger) + 1
    assert {e.state for e in after.ledger if e.slip.file.endswith("/07.xlsx")} == {Outcome.ACCEPTED, Outcome.SUPERSEDED}


def test_remote_folders_are_read_through_fsspec(folder):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for n in range(5):
        memory.pipe(f"/county/{n}.xlsx", one(n))
    rolled = run_rollup(["memory://county"], year=2024)
    assert len(rolled.ledger) == 5 and all(e.slip.file.startswith("memory://") for e in rolled.ledger)
    with pytest.raises(UnreadableSource, match="找不到"):
        run_rollup(["memory://nowhere"], year=2024)


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(UnreadableSource, match="没有可以汇总的文件"):
        run_rollup([tmp_path], year=2024)
    with pytest.raises(UnreadableSource, match="找不到"):
        run_rollup([tmp_path / "没有"], year=2024)


def test_watching_takes_in_what_arrives(folder, tmp_path, monkeypatch):
    from xlplugin.hosts import rolling

    place = tmp_path / "收"
    place.mkdir()
    (place / "0.xlsx").write_bytes(one(0))
    looks = []

    def later(seconds):
        looks.append(seconds)
        if len(looks) == 1:
            (place / "1.xlsx").write_bytes(one(1))
        if len(looks) > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(rolling.time, "sleep", later)
    rolled = run_rollup([place], year=2024, watch=True)
    assert len(rolled.ledger) == 2


def test_a_dask_cluster_gives_the_same_result(folder):
    """Two workers of a local cluster, through the standard Executor; the unit of work is the same function."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert said(run_rollup([folder], year=2024, dask=cluster.scheduler_address)) == said(run_rollup([folder], year=2024))


def test_the_workbook_and_the_notices_are_written_by_the_job(folder, tmp_path):
    rolled = run_rollup([folder], year=2024, out=tmp_path / "汇总.xlsx", notices=tmp_path / "退回单")
    returned = [e.unit for e in rolled.ledger if e.state is Outcome.RETURNED]
    assert returned and {p.name for p in (tmp_path / "退回单").iterdir()} == {
        f"{stem}{s}" for stem in ("催报名单", *(f"退回单-{u}" for u in returned)) for s in (".docx", ".xlsx")
    }
    assert (tmp_path / "汇总.xlsx").stat().st_size > 50_000


def test_a_link_that_leads_back_up_does_not_go_round_for_ever(tmp_path):
    place = tmp_path / "县"
    (place / "乡").mkdir(parents=True)
    (place / "乡" / "1.xlsx").write_bytes(one(1))
    (place / "乡" / "回去").symlink_to(place, target_is_directory=True)
    assert [e.slip.file for e in run_rollup([place], year=2024).ledger] == [str(place / "乡" / "1.xlsx")]
