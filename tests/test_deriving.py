from hypothesis import given
from hypothesis import strategies as st

from tests.fillings import FORMS, filled, reports
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.deriving import blank_derived, derive, expected, leaves
from xlplugin.form import form
from xlplugin.numerals import State


def test_grand_total_counts_every_input_once():
    f = form("2021")
    parts = leaves("2021")["applications.handled.total"]
    assert len(parts) == len(set(parts)) == 21 * 6
    assert set(parts) <= set(f.inputs)


@given(reports())
def test_fill_changes_only_blank_derived_cells(report):
    after = derive(report)
    for cell in report.form.cells:
        before = report.entry(cell.id)
        if after.entry(cell.id) != before:
            assert cell.derived and before.state is State.BLANK
            assert after.entry(cell.id).state is State.FILLED


@given(reports())
def test_deriving_twice_changes_nothing(report):
    once = derive(report)
    assert derive(once).entries == once.entries
    assert blank_derived(once) == {}


@given(reports())
def test_after_fill_no_filled_cell_disagrees_with_its_inputs(report):
    after = derive(report)
    should = expected(after.form, after.numbers())
    wrong = [c for c in after.form.derived if after.entry(c).state is State.FILLED and after.entry(c).value != should[c]]
    assert not wrong


@given(st.sampled_from(FORMS), st.randoms(use_true_random=False))
def test_a_derived_report_has_every_total_balance(form_id, random):
    report = derive(filled(form_id, random, totals=False))
    for w in weigh_all(report.form, report.numbers()):
        if w.balance.defines:
            assert w.verdict is Verdict.PASS
