"""The ledger: one state a file, history, decisions, adjustments; one program at a time; clear words when the world fails."""

from __future__ import annotations

import resource
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rolling_county import BROKEN, filed
from xlplugin.errors import CannotWrite, UnreadableSource
from xlplugin.merging.filed import Filed, Marks
from xlplugin.merging.intake import Choice, Outcome, Terms
from xlplugin.merging.ledger import Ledger
from xlplugin.merging.rollup import Adjustment, roll_up

TERMS = Terms("2021", 2024)


def run(ledger, files, terms=TERMS):
    ledger.begin(terms.year, terms.scope)
    ledger.take(files, "r1")
    names = [f.file for f in files]
    rolled = roll_up(
        ledger.slips(names),
        ledger.fetch,
        ledger.packed,
        ledger.marks(),
        terms._replace(choices=ledger.choices()),
        gone=ledger.gone(names),
    )
    ledger.settle(rolled.ledger)
    return rolled


def test_what_was_taken_comes_back_as_it_was():
    full = filed(
        1, findings=BROKEN, states={"applications.new.total": "filled"}, deferred={"cover": {"year": 2024}, "boxes": {"a": ["b"]}}
    )
    roll = replace(filed(2), marks=Marks("全域", False, ("甲｜｜",), (("applications.new.total", ("甲",)),)))
    lost = Filed("/县/坏.xlsx", "none:1", 5, 6, refusal="坏了", code="E-DAMAGED")
    with Ledger() as ledger:
        ledger.begin(2024, "全域")
        ledger.take([full, roll, lost], "r1")
        for one in (full, roll, lost):
            assert ledger.fetch(one.sha256) == one
            assert list(ledger.slips([one.file])) == [one.slip()]
        assert ledger.marks() == {roll.sha256: roll.marks}
        assert set(ledger.seen("r1")) == {full.file, roll.file, lost.file} and ledger.seen("r2") == {}
        with pytest.raises(KeyError):
            ledger.fetch("nothing")


def test_states_change_in_the_history_and_an_overwritten_good_report_still_counts(tmp_path):
    path = tmp_path / "台账.db"
    good = filed(1)
    worse = replace(good, sha256="b" * 64, findings=BROKEN, date="2025-02-01")
    with Ledger(path) as ledger:
        assert [e.state for e in run(ledger, [good]).ledger] == [Outcome.ACCEPTED]
        rolled = run(ledger, [worse])
        assert {e.slip.sha256: e.state for e in rolled.ledger} == {good.sha256: Outcome.ACCEPTED, worse.sha256: Outcome.RETURNED}
        better = replace(good, sha256="c" * 64, date="2025-03-01")
        rolled = run(ledger, [better])
        assert {e.slip.sha256: e.state for e in rolled.ledger} == {
            good.sha256: Outcome.SUPERSEDED,
            worse.sha256: Outcome.SUPERSEDED,
            better.sha256: Outcome.ACCEPTED,
        }
        assert sorted((b, s) for _, _, b, s, _ in ledger.history(good.file)) == sorted(
            [("", "accepted"), ("", "returned"), ("", "accepted"), ("accepted", "superseded"), ("returned", "superseded")]
        )
        assert ledger.unfinished() == 0 and ledger.sound()


def test_a_file_that_is_gone_is_told():
    with Ledger() as ledger:
        run(ledger, [filed(1), filed(2)])
        rolled = run(ledger, [filed(2)])
        assert [e.unit for e in rolled.accepted] == ["第002镇人民政府"]
        assert any(f.rule == "RU-GONE" and "第001镇" in f.message for f in rolled.findings)


def test_an_officer_may_keep_include_or_withdraw_with_a_name_and_a_reason():
    first, second = filed(1), filed(1, seed=2, file="/县/另一份.xlsx")
    broken = filed(2, findings=BROKEN)
    with Ledger() as ledger:
        before = run(ledger, [first, second, broken])
        assert {"RU-DUP", "RU-BAD"} <= {f.rule for f in before.findings}
        other = next(f for f in (first, second) if f.sha256 != before.accepted[0].slip.sha256)
        ledger.decide("keep", other.sha256, by="王五", reason="电话核实")
        ledger.decide("include", broken.sha256, by="王五", reason="期限已到")
        after = run(ledger, [first, second, broken])
        assert {e.slip.sha256 for e in after.accepted} == {other.sha256, broken.sha256}
        assert "RU-DUP" not in {f.rule for f in after.findings}
        assert any("王五" in e.reason and "电话核实" in e.reason for e in after.accepted)
        assert any(f.rule == "RU-BAD" and "期限已到" in f.message for f in after.findings)
        ledger.decide("withdraw", other.sha256, by="王五", reason="单位来函撤回")
        assert {e.slip.sha256 for e in run(ledger, [first, second, broken]).accepted} == {
            first.sha256,
            second.sha256,
            broken.sha256,
        } - {other.sha256}
        assert len(ledger.choices()) == 2 and isinstance(ledger.choices()[0], Choice)
        with pytest.raises(ValueError, match="原因"):
            ledger.decide("keep", first.sha256, by="王五", reason=" ")


def test_adjustments_are_signed_dated_and_revoked_not_deleted():
    with Ledger() as ledger:
        number = ledger.adjust(2024, "全域", Adjustment("disclosure.fees.amount", Decimal("-0.5"), "多报", "王五"))
        ledger.adjust(2024, "全域", Adjustment("applications.new.total", 2, "补登", "王五"))
        ledger.adjust(2023, "全域", Adjustment("applications.new.total", 9, "别年", "王五"))
        assert [(a.cell, a.amount) for a in ledger.adjustments(2024, "全域")] == [
            ("disclosure.fees.amount", Decimal("-0.5")),
            ("applications.new.total", 2),
        ]
        assert ledger.revoke(number, by="王五", reason="重复登记")
        assert not ledger.revoke(number, by="王五", reason="重复登记")
        assert [a.amount for a in ledger.adjustments(2024, "全域")] == [2]
        with pytest.raises(ValueError, match="不能是 0"):
            ledger.adjust(2024, "全域", Adjustment("applications.new.total", 0, "x", "y"))


def test_a_second_program_is_told_to_wait_and_nothing_changes(tmp_path):
    path = tmp_path / "台账.db"
    with Ledger(path) as ledger:
        run(ledger, [filed(1)])
        code = f"from pathlib import Path\nfrom xlplugin.merging.ledger import Ledger\nfrom xlplugin.errors import CannotWrite\ntry:\n    Ledger(Path({str(path)!r}), wait=0.1)\nexcept CannotWrite as e:\n    print(e)"
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
        assert "正被另一个程序使用" in said and "台账.db" in said
        ledger.release()
        assert ledger.fetch(filed(1).sha256).name == "第001镇人民政府"
        with Ledger(path) as other:
            assert len(run(other, [filed(1), filed(2)]).accepted) == 2


def test_what_is_no_ledger_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"PK\x03\x04 not a database, but long enough to have a header of a hundred bytes" * 9)
    before = path.read_bytes()
    with pytest.raises(UnreadableSource, match="不是台账文件"):
        Ledger(path)
    assert path.read_bytes() == before
    with pytest.raises(CannotWrite, match="文件夹还在不在"):
        Ledger(tmp_path / "没有这个文件夹" / "台账.db")
    newer = tmp_path / "新.db"
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(UnreadableSource, match="另一个版本"):
        Ledger(newer)


def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path):
    path = tmp_path / "台账.db"
    with Ledger(path) as ledger:
        run(ledger, [filed(1)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with Ledger(path) as ledger:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 8192, before[1]))
            with pytest.raises(CannotWrite, match="台账"):
                run(ledger, [filed(n) for n in range(2, 200)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    with Ledger(path) as ledger:
        assert ledger.sound()
        assert ledger.fetch(filed(1).sha256).name == "第001镇人民政府"
        assert len(run(ledger, [filed(n) for n in range(1, 200)]).accepted) == 199
