"""Which cell is wrong: every single error by name and value, pairs among the smallest, slips first, and never long."""

from __future__ import annotations

import time
from random import Random

import pytest

from benchmarks.locating import KINDS, measure, slipped
from tests.fillings import FORMS, filled, number_entry
from xlplugin.checking import check
from xlplugin.deriving import derive
from xlplugin.locating import deduce, explain, locate
from xlplugin.locating.peeling import smallest, whole
from xlplugin.locating.programme import solve
from xlplugin.locating.slips import slip
from xlplugin.locating.system import systems
from xlplugin.numerals import BLANK, Entry, State
from xlplugin.report import Report


def changed(report: Report, cells: dict[str, int]) -> Report:
    return report.with_entries({c: number_entry(v) for c, v in cells.items()})


@pytest.mark.parametrize("form_id", FORMS)
def test_a_valid_report_has_no_suspects(form_id):
    for seed in range(5):
        assert locate(filled(form_id, Random(seed))) == ()


@pytest.mark.parametrize("form_id", FORMS)
def test_every_single_error_is_named_with_its_value(form_id):
    figures = measure(KINDS["one cell, any number"], form_id, reports=2, seed=7)
    assert figures.trials == 2 * {"2021": 175, "2019": 161}[form_id]
    assert figures.unique == figures.trials


@pytest.mark.parametrize("form_id", FORMS)
def test_the_true_pair_is_among_the_smallest_and_mostly_alone(form_id):
    figures = measure(KINDS["two cells, any numbers"], form_id, reports=2, seed=7, most=1000)
    assert figures.among == figures.trials
    assert figures.unique >= 0.88 * figures.trials


@pytest.mark.parametrize("form_id", FORMS)
def test_slips_come_first(form_id):
    for kind in ("one slip", "two slips"):
        figures = measure(KINDS[kind], form_id, reports=2, seed=7)
        assert figures.first >= 0.95 * figures.trials, kind


@pytest.mark.parametrize("kind", ["the same, told apart", "a row shifted by one"])
def test_one_act_on_several_cells_comes_first_and_says_so(kind):
    figures = measure(KINDS[kind], "2021", reports=2, seed=7)
    assert figures.trials > 20
    assert figures.first >= 0.95 * figures.trials


@pytest.mark.parametrize(
    ("typed", "right", "said"),
    [
        (21, 12, "两位数字打反了"),
        (321, 123, "两位数字换了位置"),
        (122, 12, "一位数字打了两遍"),
        (132, 12, "多打了一位数字"),
        (12, 132, "少打了一位数字"),
        (-7, 7, "多打了一个负号"),
        (920000, 92, "把元当作万元"),
        (100, 10, "一位数字打了两遍"),
        (5, 305, "少打了一位数字"),
        (0, 1000, ""),
        (13, 12, ""),
        (5, 17, ""),
        (0, 0, "少打了负号"),
    ],
)
def test_slips_are_named(typed, right, said):
    assert slip(typed, right) == said or typed == right == 0


def test_a_slip_is_said_in_the_suspect():
    report = filled("2021", Random(3))
    cell = "applications.handled.natural_person"
    right = 4312
    numbers = report.numbers()
    step = right - numbers[cell]
    moved = {cell: right, "applications.granted.natural_person": numbers["applications.granted.natural_person"] + step}
    for c in (
        "applications.granted.total",
        "applications.handled.total",
        "applications.new.natural_person",
        "applications.new.total",
    ):
        moved[c] = numbers[c] + step
    good = changed(report, moved)
    assert locate(good) == ()
    [suspect] = locate(changed(good, {cell: 3412}))
    assert suspect.cells == {cell: right} and "两位数字打反了" in suspect.why and "3412→4312" in suspect.why


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_search_finds_what_the_integer_programme_finds(count):
    """The reference: an exact programme (HiGHS) on the same equations, size for size."""
    for seed in range(6):
        random = Random(f"{count}-{seed}")
        report = filled("2021", random)
        cells = random.sample([c.id for c in report.form.cells if c.table == "applications"], count)
        broken = changed(report, {c: int(report.numbers()[c]) + random.randrange(1, 60) for c in cells})
        [system] = [s for s in systems(report.form, broken.evidence()) if s.gaps()]
        found = smallest(system, lambda c, v: v >= 0 and whole(v), largest=4, deadline=time.thread_time() + 20)
        exact, proven = solve(system, most=1, deadline=time.thread_time() + 20)
        assert proven and found is not None
        assert found[0] == len(exact[0])
        assert exact[0] in found[1]


def test_filled_totals_are_no_evidence():
    """With every total written by `fill`, a wrong part can no longer be told from its neighbours, and nothing is claimed."""
    report = filled("2021", Random(5), totals=False)
    cell = "applications.granted.company"
    broken = derive(changed(report, {cell: int(report.numbers()[cell]) + 13}))
    assert all(broken.entry(c).state is State.FILLED for c in broken.form.derived)
    [group] = explain(broken, most=50)
    assert group.ways > 5
    assert all(set(s.cells) & set(broken.form.inputs) for s in group.suspects)
    assert {cell: report.numbers()[cell]} in [s.cells for s in group.suspects]


def test_blanks_are_deduced_where_the_balances_leave_one_value():
    report = filled("2021", Random(11))
    cell = "applications.carried_out.company"
    right = report.numbers()[cell]
    gone = report.with_entries({cell: BLANK})
    assert deduce(gone) == {cell: right}
    [blank] = [f for f in check(gone) if f.family == "V-BLANK"]
    assert blank.suspects[0].cells == {cell: right} and f"此格可推出为 {right}" in blank.message
    assert gone.entry(cell) is BLANK, "offered, never written"


def test_an_undetermined_blank_is_not_deduced():
    report = filled("2021", Random(11))
    row = [f"applications.{r}.{c}" for r in ("granted", "partly_granted") for c in ("company", "other_org")]
    assert deduce(report.with_entries(dict.fromkeys(row, BLANK))) == {}


def test_a_text_is_no_evidence_and_the_rest_still_speaks():
    report = filled("2021", Random(12))
    cell = "applications.granted.total"
    broken = report.with_entries({cell: Entry(None, State.TEXT, "3件", 3)})
    other = "applications.new.company"
    wrong = changed(broken, {other: int(report.numbers()[other]) + 4})
    assert [s.cells for s in locate(wrong)] == [{other: report.numbers()[other]}]


def test_disputes_alone_can_only_say_one_of_five():
    report = filled("2021", Random(13))
    numbers = {
        f"disputes.review.{c}": v
        for c, v in zip(("upheld", "corrected", "other", "pending", "total"), (13, 22, 44, 18, 103), strict=True)
    }
    [group] = explain(changed(report, numbers))
    assert group.ways == 5
    assert group.suspects[0].cells == {"disputes.review.total": 97}, "the typed total is likelier wrong than its parts"
    [finding] = [f for f in check(changed(report, numbers)) if f.family == "T4-SUM"]
    assert "另有 4 种改法也说得通" in finding.message


def test_independent_groups_are_explained_together():
    report = filled("2021", Random(14))
    right = report.numbers()
    wrong = changed(
        report, {"disputes.review.total": 10**6, "applications.new.company": int(right["applications.new.company"]) + 9}
    )
    best = locate(wrong)[0].cells
    assert best == {
        "disputes.review.total": right["disputes.review.total"],
        "applications.new.company": right["applications.new.company"],
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hopeless_report_gets_an_honest_answer_in_time(seed):
    random = Random(seed)
    report = filled("2021", random)
    cells = random.sample([c.id for c in report.form.cells if c.table == "applications"], 60)
    broken = changed(report, {c: random.randrange(0, 5000) for c in cells})
    start = time.process_time()
    found = check(broken)
    assert time.process_time() - start < 2.5
    many = [f for f in found if f.rule == "LOC-MANY"]
    assert many and "太多处不一致" in many[0].message
    assert sum(f.family.startswith("T3-") and f.severity == "强制" for f in found) > 10


def test_a_slip_of_the_benchmark_is_a_slip():
    random = Random(1)
    for right in (7, 12, 305, 1499, 14069):
        for _ in range(50):
            wrong = slipped(random, right)
            assert wrong is None or slip(wrong, right), (wrong, right)
