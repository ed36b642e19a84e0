"""Laws of checking, on any report: nothing is raised, a valid report passes, and published reports are judged as read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings

from tests.fillings import FORMS, filled, number_entry, reports
from tests.test_scenarios import PROSE
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.checking import Settings, check, record, rule, verdict
from xlplugin.deriving import derive
from xlplugin.finding import Finding, Severity, causes
from xlplugin.numerals import BLANK, State, entry
from xlplugin.report import Cover, Report

SHARED = Path(__file__).parents[2] / "shared"


@settings(max_examples=60, deadline=None)
@given(reports())
def test_any_report_is_judged_without_an_exception(report):
    found = check(report)
    said = json.loads(json.dumps(record(report, found), ensure_ascii=False))
    assert said["verdict"] in ("pass", "blocked", "undecided")
    assert [Finding.from_dict(f) for f in said["findings"]] == list(found)
    for f in found:
        assert rule(f.rule) and set(f.cells) <= set(report.form.cell)
        assert all(set(s.cells) <= set(report.form.cell) for s in f.suspects)


@settings(max_examples=30, deadline=None)
@given(reports())
def test_a_broken_balance_always_blocks_and_a_whole_one_never_does(report):
    weighed = weigh_all(report.form, derive(report).numbers())
    broken = [w for w in weighed if w.verdict is Verdict.BROKEN]
    found = [f for f in check(report) if rule(f.rule).id in ("T3-COL", "T3-SUM", "T3-ROW", "T4-SUM")]
    assert bool(broken) == bool(found)
    assert {f.rule for f in found} <= {w.balance.id for w in broken}
    assert all(f.gap == f.left - f.right != 0 for f in found)


@pytest.mark.parametrize("form_id", FORMS)
@pytest.mark.parametrize("totals", [True, False])
def test_derive_then_check_blocks_nothing(form_id, totals):
    for seed in range(8):
        report = replace(filled(form_id, Random(seed), totals=totals), text=PROSE)
        report = report.with_entries({c.id: number_entry(0) for c in report.form.cells if c.needs_rule_power})
        blocking = [f.rule for f in check(derive(report)) if f.severity is Severity.FORCED and f.family != "T2-NEG"]
        assert blocking == []
        if not totals:
            assert [f.severity for f in check(report) if f.family == "V-TOTAL"] == [Severity.NOTICE]


@pytest.mark.parametrize("suspect", [True, False])
def test_what_a_suspect_says_makes_every_balance_hold(suspect):
    for seed in range(10):
        random = Random(seed)
        report = filled("2021", random)
        cell = random.choice([c.id for c in report.form.cells if c.table == "applications"])
        broken = report.with_entries({cell: number_entry(int(report.numbers()[cell]) + 7)})
        found = [f for f in causes(check(broken, locate=suspect)) if f.severity is Severity.FORCED and f.family.startswith("T")]
        assert found
        if not suspect:
            assert not any(f.suspects for f in found)
            continue
        [only] = found
        mended = broken.with_entries({c: number_entry(v) for c, v in only.suspects[0].cells.items()})
        assert all(w.verdict is Verdict.PASS for w in weigh_all(mended.form, mended.numbers()))
        assert cell in only.cells


@settings(max_examples=60, deadline=None)
@given(reports())
def test_every_balance_that_does_not_hold_has_its_finding_as_on_the_sheet(report):
    found = check(report, locate=False)
    stands = [w.balance.id for w in weigh_all(report.form, report.numbers()) if w.verdict is Verdict.BROKEN]
    rules = [f.rule for f in found]
    assert set(stands) <= set(rules)
    assert all(rules.count(b) == 1 for b in stands)
    assert all(f.follows in rules for f in found if f.follows)


def test_two_totals_added_wrongly_are_two_findings_that_name_them():
    report = filled("2021", Random(21))
    right = report.numbers()
    cells = ["applications.handled.natural_person", "applications.handled.company"]
    found = check(report.with_entries({c: number_entry(int(right[c]) + n) for n, c in enumerate(cells, 2)}))
    forced = [f for f in causes(found) if f.severity is Severity.FORCED]
    assert [f.rule for f in forced] == ["T3-SUM.natural_person", "T3-SUM.company"]
    assert all(f.suspects[0].cells == {c: right[c] for c in cells} for f in forced)


def test_what_the_reader_noticed_stands_first_and_counts():
    noticed = Finding("RU-ALT", Severity.FORCED, "模板被改动。")
    report = replace(filled("2021", Random(2)), intake=(noticed,), text=PROSE)
    assert check(report)[0] is noticed
    assert verdict(report, check(report)) == "blocked"


def test_blanks_of_a_table_are_one_finding():
    report = filled("2021", Random(2))
    gone = report.with_entries({c.id: BLANK for c in report.form.cells if c.table == "disclosure"})
    blanks = [f for f in check(gone) if f.family == "V-BLANK"]
    assert [len(f.cells) for f in blanks] == [10]
    assert "整张表未填" in blanks[0].message and "全零申报" in blanks[0].fix
    dashes = report.with_entries({c: entry("/") for c in ("disclosure.fees.amount", "disclosure.licences.decisions")})
    [finding] = [f for f in check(dashes) if f.family == "V-BLANK"]
    assert "2 个填报格" in finding.message and "“/”" in finding.message and "行政许可" in finding.message


def test_english_on_request():
    report = filled("2021", Random(2)).with_entries({"applications.new.total": number_entry(999999)})
    first = check(report, settings=Settings(lang="en"))[0]
    assert first.message.startswith("T3-ROW.new: the total says 999999")


def published(name: str) -> tuple[Report, dict]:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the published reports are not here")
    said = json.loads(path.read_text("utf-8"))
    entries = {c: BLANK if v is None else entry(str(v)) for c, v in said["cells"].items()}
    return Report(said["form"], Cover(name=said["unit"], year=said["year"]), entries), said


@pytest.mark.parametrize("n", range(5))
def test_the_five_seeds_balance(n):
    report, _ = published(f"seeds/expected/seed_00{n}.json")
    assert [f.rule for f in check(report) if f.severity is Severity.FORCED] == []


def test_printed_zero_totals_are_named():
    report, said = published("samples/expected_003.json")
    named = {next(iter(f.suspects[0].cells)) for f in check(report) if f.severity is Severity.FORCED}
    assert named == {"disputes.review.total", "disputes.litigation_after_review.total"}
    assert [e["computed"] for e in said["published_errors"]] == [11, 5]
    assert report.entry("disputes.review.total").state is State.NUMBER


@pytest.mark.parametrize("n", range(5))
def test_the_texts_of_the_seeds_raise_nothing_about_applications(n):
    """Seed 002 says 7 received, 8 answered, 1 of them carried over; 000 and 003 say that nothing came."""
    from xlplugin.hosts.opening import open_report

    found = sorted((SHARED / "seeds").glob(f"00{n}_*.txt"))
    if not found:
        pytest.skip("the published reports are not here")
    report = open_report(found[0])
    assert report.text["overview"]
    assert [f.message for f in check(report) if f.family.startswith("NAR-") or f.severity is Severity.FORCED] == []


def test_without_a_search_nothing_is_said_of_the_wrong_cell():
    """A roll-up's list of problems does not look for the cell; it must not claim that it cannot be told."""
    report = filled("2021", Random(2)).with_entries({"applications.new.total": number_entry(999999)})
    quick, full = (causes(check(report, locate=how)) for how in (False, True))
    assert all("看不出" not in f.message and not f.suspects for f in quick)
    assert any("最可能填错的是" in f.message for f in full)
    blank = report.with_entries({"applications.new.total": BLANK, "applications.handled.natural_person": BLANK})
    blank = blank.with_entries({"applications.carried_out.natural_person": number_entry(777777)})
    assert any("按应填值推算" in f.message for f in check(blank, locate=False))
