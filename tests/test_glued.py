"""Numbers without a space between them: every cut that adds up is found, and one is taken only where nothing else explains the table."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fillings import filled, number_entry, township
from tests.published_copies import render
from xlplugin.form import form
from xlplugin.numerals import BLANK, State
from xlplugin.published.importing import grids_of
from xlplugin.recognising import recognise
from xlplugin.recognising.glued.cutting import fewest_unlike, only_cut, splits, together
from xlplugin.recognising.glued.fitting import fitted
from xlplugin.recognising.glued.narrowing import narrowed
from xlplugin.recognising.glued.rivals import FEW, NEAR, has_rival
from xlplugin.recognising.glued.summing import cut_by_sums, groups_of, possible_totals

ROWS = ("granted", "partly_granted", "refused_state_secret", "unavailable_not_held", "not_processed_petition")
SIZES = st.sampled_from((0, 0, 0, 1, 3, 12, 85, 104))


def read_glued(truth, tmp_path):
    data, suffix = render("glued", truth, Random(0))
    return recognise(grids_of(tmp_path / f"copy{suffix}", data))


@given(parts=st.lists(SIZES, min_size=2, max_size=6), more=st.sampled_from((0, 0, 1)), seed=st.integers(0, 99))
def test_every_cut_that_adds_up_is_found_once(parts, more, seed):
    digits = "".join(map(str, (*parts, sum(parts) + more)))
    edges = [0, *sorted(Random(seed).sample(range(1, len(digits)), seed % 2)), len(digits)]
    chunks = [digits[a:b] for a, b in pairwise(edges)]
    wanted = {cut for cut in splits(chunks, len(parts) + 1) if sum(cut[:-1]) == cut[-1]}
    found = cut_by_sums(chunks, [(0, len(parts))], 10**6)
    assert found is not None and len(found) == len(set(found)) and set(found) == wanted


@given(parts=st.lists(SIZES, min_size=2, max_size=6), wrong=st.sampled_from((0, 0, 7)))
def test_the_total_is_among_those_that_are_possible_and_only_sums_are_found_for_it(parts, wrong):
    row = (*parts, sum(parts) + wrong)
    digits = ["".join(map(str, row))]
    totals = possible_totals(digits, len(row))
    assert wrong or row[-1] in totals
    for total in totals:
        found = cut_by_sums(digits, [(0, len(parts))], 10**6, [total])
        assert found is not None and all(cut[-1] == sum(cut[:-1]) == total for cut in found)


@given(row=st.lists(SIZES, min_size=2, max_size=5), wanted=st.lists(SIZES, min_size=5, max_size=5))
def test_the_fewest_unlike_numbers_are_those_of_the_best_cut(row, wanted):
    digits = ["".join(map(str, row))]
    best = min(sum(a != b for a, b in zip(cut, wanted, strict=False)) for cut in splits(digits, len(row)))
    assert fewest_unlike(digits, wanted[: len(row)]) == best


def test_groups_side_by_side_each_add_up():
    cells = [c.id for c in form("2021").cells if c.table == "disputes"]
    groups = groups_of(cells, [b for b in form("2021").balances if b.table == "disputes"])
    assert groups == [(0, 4), (5, 9), (10, 14)]
    assert cut_by_sums(["00101" + "0120012" + "00000"], groups, 200) == ((0, 0, 1, 0, 1, 0, 12, 0, 0, 12, 0, 0, 0, 0, 0),)
    assert cut_by_sums(["00101" + "0120013" + "00000"], groups, 200) == ()


def test_a_row_with_too_many_ways_is_given_up():
    digits = ["33312113233313"]
    assert cut_by_sums(digits, [(0, 6)], 200) is not None
    assert cut_by_sums(digits, [(0, 6)], 6) is None


@pytest.mark.parametrize(
    ("chunk", "columns", "cut"),
    [("005", 3, (0, 0, 5)), ("000", 3, (0, 0, 0)), ("0027", 3, (0, 0, 27)), ("020", 3, None), ("100", 3, None), ("05", 1, None)],
)
def test_a_cut_that_leaves_no_other_even_with_cells_left_out(chunk, columns, cut):
    assert only_cut([chunk], columns) == cut


def test_ways_that_no_choice_for_all_rows_contains_are_dropped():
    balances = [b for b in form("2021").balances if b.id == "T4-SUM.review"]
    *parts, total = (("a",), ("b",), ("c",))
    balance = balances[0]._replace(left=total, right=("a", "b"))
    rows = {parts[0]: ((1,), (10,)), parts[1]: ((2,), (20,)), total: ((12,),)}
    assert together(rows, [balance]) == {("a",): {(10,)}, ("b",): {(2,)}, ("c",): {(12,)}}


def sum_of(left, right):
    return next(b for b in form("2021").balances if b.id == "T4-SUM.review")._replace(left=left, right=right)


def test_values_that_no_others_can_make_up_for_are_dropped():
    balance = sum_of(("total",), ("a", "b"))
    assert narrowed({"a": (1, 50), "b": (2, 9), "total": (3, 800)}, [balance]) == {"a": [1], "b": [2], "total": [3]}
    assert narrowed({"a": (1,), "b": (2,), "total": (4, 5)}, [balance]) == {}


def test_rows_that_do_not_add_up_are_cut_as_their_columns_leave_room():
    rows = {name: (f"{name}.1", f"{name}.2", f"{name}.total") for name in ("new", "a", "b", "c")}
    flows = [sum_of((f"new.{i}",), (f"a.{i}", f"b.{i}", f"c.{i}")) for i in (1, 2)]
    known = {rows["new"]: [(23, 45, 68)], rows["a"]: [(1, 30, 31)]}
    chunks = {rows["b"]: ["121229"], rows["c"]: ["1039"]}  # 12, 12 and 29 for 24; 10, 3 and 9 for 13
    found = fitted(known | {rows["b"]: (), rows["c"]: ()}, chunks, flows)
    assert found == {cells: tuple(ways) for cells, ways in known.items()} | {rows["b"]: ((12, 12, 29),), rows["c"]: ((10, 3, 9),)}
    assert fitted(known | {rows["b"]: (), rows["c"]: ()}, chunks | {rows["c"]: ["2039"]}, flows) == {}


@pytest.mark.parametrize("form_id", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(6))
def test_a_valid_report_is_read_where_there_are_sums_however_large_its_numbers(form_id, seed, tmp_path):
    truth = filled(form_id, Random(seed))
    read = read_glued(truth, tmp_path)
    assert {
        c.id for c in truth.form.cells if c.table == "applications" and read.entry(c.id).value != truth.entry(c.id).value
    } == set()


@pytest.mark.parametrize(("partly", "borne"), [(0, False), (23456789, True)])
def test_a_number_beyond_all_reason_needs_a_sum_of_several_rows(partly, borne, tmp_path):
    granted = 12345678
    cells = {"granted": granted, "partly_granted": partly, "handled": granted + partly, "new": granted + partly}
    numbers = {f"applications.{row}.{column}": n for row, n in cells.items() for column in ("company", "total")}
    truth = township("2021", Random(0), nothing=True).with_entries({c: number_entry(n) for c, n in numbers.items()})
    assert read_glued(truth, tmp_path).entry("applications.granted.company").value == (granted if borne else None)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(12))
def test_of_wrong_totals_only_their_own_rows_stay_unread(form_id, seed, tmp_path):
    report = filled(form_id, random := Random(seed))
    rows = random.sample([r.key for r in report.form.table["applications"].blocks[0].rows if r.key in ROWS], 1 + seed % 2)
    wrong = {
        f"applications.{row}.total": number_entry((report.entry(f"applications.{row}.total").value or 0) + 10) for row in rows
    }
    truth = report.with_entries(wrong)
    read = read_glued(truth, tmp_path)
    known = {c: e.value for c, e in read.entries.items() if c.startswith("applications.") and e.value is not None}
    assert known == {c: truth.entry(c).value for c in known}
    astray = {c.id for c in truth.form.cells if c.table == "applications"} - known.keys()
    assert {f"applications.{row}.total" for row in rows} <= astray
    assert {c.split(".")[1] for c in astray} <= {*rows, "handled"}


@pytest.mark.parametrize("form_id", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(6))
def test_the_glued_report_of_a_township_is_read_but_for_what_has_no_sum(form_id, seed, tmp_path):
    truth = township(form_id, Random(seed))
    read = read_glued(truth, tmp_path)
    left = {c.id for c in truth.form.cells if read.entry(c.id).value != truth.entry(c.id).value}
    assert all(read.entry(c).state is State.UNREAD and not c.startswith("applications.") for c in left)


@pytest.mark.parametrize("cell", ["applications.new.total", "applications.handled.natural_person", "applications.handled.total"])
def test_a_wrong_total_does_not_hide_the_other_rows(cell, tmp_path):
    truth = township("2021", Random(4))
    wrong = truth.with_entries({cell: number_entry((truth.entry(cell).value or 0) + 1)})
    read = read_glued(wrong, tmp_path)
    known = {c for c, e in read.entries.items() if e.value is not None and c.startswith("applications.")}
    assert all(read.entry(c).value == wrong.entry(c).value for c in known)
    left = {c.id for c in truth.form.cells if c.table == "applications"} - known
    assert left == {cell}  # nothing bears out the digits that are left for the wrong total


def test_with_a_cell_left_out_only_rows_of_zeros_are_read(tmp_path):
    truth = township("2021", Random(4))
    read = read_glued(truth.with_entries({"applications.carried_out.company": BLANK}), tmp_path)
    taken = [e.value for c, e in read.entries.items() if c.startswith("applications.") and e.value is not None]
    assert taken and not any(taken)


@pytest.mark.parametrize("slip", [0, 1])
@pytest.mark.parametrize("number", [7, 12])
def test_table_four_is_read_where_the_others_add_up(number, slip, tmp_path):
    report = township("2021", Random(0))
    numbers = {c.id: 0 for c in report.form.cells if c.table == "disputes"}
    numbers |= {f"disputes.review.{k}": number for k in ("upheld", "total")}
    numbers["applications.new.total"] = (report.entry("applications.new.total").value or 0) + slip
    read = read_glued(report.with_entries({c: number_entry(n) for c, n in numbers.items()}), tmp_path)
    assert read.entry("disputes.review.upheld").value == (None if slip else number)


@pytest.mark.parametrize("parts", [(1, 1, 23, 1), (0, 5, 30, 1), (12, 12, 30, 3)])
def test_a_slip_in_a_total_of_table_four_does_not_make_another_cut_of_it_true(parts, tmp_path):
    report = township("2021", Random(0))
    numbers = {c.id: 0 for c in report.form.cells if c.table == "disputes"}
    numbers |= {f"disputes.review.{k}": n for k, n in zip(("upheld", "corrected", "other", "pending"), parts, strict=True)}
    numbers["disputes.review.total"] = sum(parts) - 9
    read = read_glued(report.with_entries({c: number_entry(n) for c, n in numbers.items()}), tmp_path)
    assert {read.entry(c).value for c in numbers} == {None}


@given(parts=st.lists(SIZES, min_size=4, max_size=4))
def test_a_rival_is_another_cut_that_nearly_adds_up_where_there_are_many(parts):
    row = (*parts, sum(parts))
    cuts = set(splits(["".join(map(str, row))], 5)) - {row}
    near = any(0 < abs(sum(cut[:4]) - cut[4]) <= NEAR for cut in cuts)
    assert has_rival(row, [(0, 4)]) == (near and len(cuts) > FEW)


def test_nor_is_it_read_where_other_tables_have_empty_cells(tmp_path):
    report = township("2021", Random(0), nothing=True)
    truth = report.with_entries({f"disputes.review.{k}": number_entry(7) for k in ("upheld", "total")})
    gaps = truth.with_entries({"applications.new.company": BLANK})
    assert read_glued(gaps, tmp_path).entry("disputes.review.upheld").state is State.UNREAD


def test_zeros_behind_a_row_may_be_those_of_a_row_without_its_label(tmp_path):
    truth = township("2021", Random(0), nothing=True)
    cell = "applications.refused_by_law.natural_person"
    data, suffix = render("glued", truth.with_entries({cell: BLANK}), Random(0))
    lost = next(r.label for r in truth.form.table["applications"].blocks[0].rows if r.key == "refused_safety_stability")
    read = recognise(grids_of(tmp_path / f"copy{suffix}", data.decode().replace("000000" + lost, "").encode()))
    assert read.entry("applications.refused_by_law.total").value is None


@pytest.mark.parametrize(("slip", "read"), [(0, 5), (1, None)])
def test_a_row_without_a_sum_is_cut_where_the_glued_tables_with_sums_add_up(slip, read, tmp_path):
    cell = "disclosure.normative_documents.in_force"
    numbers = {cell: 5, "applications.new.total": slip}
    truth = township("2021", Random(0), nothing=True).with_entries({c: number_entry(n) for c, n in numbers.items()})
    found = read_glued(truth, tmp_path)
    assert found.entry(cell).value == read
    assert (found.entry(cell).state is State.DEDUCED) == (read is not None)
    assert cell in {c for f in found.intake for c in f.cells if f.family == "IMP-GLUED"}


def test_a_part_published_wrongly_does_not_lend_its_digits_to_the_total(tmp_path):
    truth = township("2021", Random(0), nothing=True)
    cells = {"new.other_org": 1, "new.total": 1, "handled.other_org": 1, "handled.total": 1}
    cells |= {"granted.other_org": 135, "granted.total": 1}
    read = read_glued(truth.with_entries({f"applications.{c}": number_entry(n) for c, n in cells.items()}), tmp_path)
    assert read.entry("applications.granted.other_org").value is None


def test_one_slip_copied_into_all_rows_does_not_make_another_cut_true(tmp_path):
    rows = {f"applications.{row}": {"natural_person": 1, "total": 111} for row in ("new", "granted", "handled")}
    numbers = {f"{row}.{column}": n for row, wrong in rows.items() for column, n in wrong.items()}
    truth = township("2021", Random(0), nothing=True).with_entries({c: number_entry(n) for c, n in numbers.items()})
    read = read_glued(truth, tmp_path)
    assert {read.entry(c).value for c in numbers} == {None}  # 10, 0, 0, 0, 0, 1 are 11 as well


def test_that_a_row_of_totals_adds_up_in_itself_proves_nothing(tmp_path):
    new = {"natural_person": 113, "company": 102, "other_org": 3, "total": 218}
    parts = {
        "unavailable_not_held": {"natural_person": 113},
        "not_processed_repeated": {"other_org": 3},
        "granted": {"company": 102},
    }
    numbers = {f"applications.{row}.{column}": n for row in ("new", "handled") for column, n in new.items()}
    for row, column, n in ((row, *next(iter(part.items()))) for row, part in parts.items()):
        numbers |= {f"applications.{row}.{column}": n, f"applications.{row}.total": n}
    wrong = numbers | {"applications.handled.legal_service_org": 9}  # 113, 10, 2, 0, 0, 93 are 218 as well
    truth = township("2021", Random(0), nothing=True).with_entries({c: number_entry(n) for c, n in wrong.items()})
    read = read_glued(truth, tmp_path)
    assert {c: read.entry(c).value for c in numbers if ".handled." not in c} == {
        c: n for c, n in numbers.items() if ".handled." not in c
    }
    assert {read.entry(c.id).value for c in truth.form.cells if c.row == "handled"} == {None}
