"""The quick way against the exact one: the same answer on every file, and never a quiet word where a rule would speak."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rollup_files import PROSE, YEARS, cover_of, numbers_for, one, workbook
from tests.fillings import reports
from xlplugin.books.layout import CHECK, CHECK_TOP, COVER, LAST_YEAR, layout
from xlplugin.books.patch import patch_cells
from xlplugin.books.rollup_lean import _judged, resolved, take_lean
from xlplugin.books.rollup_take import take
from xlplugin.checking import check
from xlplugin.finding import Severity
from xlplugin.merging.filed import pack, unpack
from xlplugin.merging.plan import plan
from xlplugin.merging.quiet import quiet, relations_hold
from xlplugin.numerals import State

PROSE_RULES = ("DOC-", "NAR-", "DUE-", "FEE-INFO", "FEE-R62")


def both(data):
    quick = take_lean(data, "甲.xlsx", size=1, mtime=2)
    return quick, take(data, "甲.xlsx", size=1, mtime=2, exact=True)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_the_same_on_every_generated_file_and_nearly_all_are_quick(form_id):
    taken = 0
    for n in range(60):
        quick, exact = both(one(n, form_id))
        if quick is not None:
            taken += 1
            assert resolved(quick) == exact, n
            assert quick.slip()._replace(unexplained=0) == exact.slip()._replace(unexplained=0)
            assert exact.forced or quick.unexplained == exact.unexplained == 0
    assert taken >= 57


@pytest.mark.parametrize("value", [None, "", "/", "无", "2件", "三", -1, Decimal("2.5"), 10**8, "１２", " 7 "])
@pytest.mark.parametrize(
    "cell", ["applications.new.company", "applications.new.total", "disclosure.fees.amount", "disputes.review.other"]
)
def test_the_same_for_odd_values(cell, value):
    numbers = numbers_for("2021", random.Random(3), busy=True)
    quick, exact = both(workbook("2021", cover_of(1, "2021"), numbers | {cell: value}))
    if quick is not None:
        assert resolved(quick) == exact
        assert quick.forced == exact.forced


def changed(sheet, place, value):
    base = workbook("2021", cover_of(1, "2021"), numbers_for("2021", random.Random(3), busy=True))
    return patch_cells(base, {sheet: {place: value}})


def test_whatever_needs_the_exact_way_gets_it():
    """An explanation, a figure of last year, 全零申报, a moved label, an odd year: all are left to the exact way."""
    p = layout("2021")
    assert take_lean(changed(COVER, (2, 20), "x"), "甲", size=1, mtime=1) is not None
    explained = p.explanation(CHECK_TOP)
    last = next(iter(p.last_year.values()))
    nil = next(iter(p.nil.values()))
    label = p.tables[1].labels[5].spot
    for sheet, place, value in (
        (CHECK, (explained.row, explained.column), "因机构改革，已与编办核对"),
        (LAST_YEAR, (last.row, last.column), 3),
        (COVER, (nil.row, nil.column), "是"),
        (label.sheet, (label.row, label.column), "别的标签"),
        (COVER, (p.cover["year"].row, p.cover["year"].column), "二〇二四"),
    ):
        assert take_lean(changed(sheet, place, value), "甲", size=1, mtime=1) is None, sheet


@pytest.mark.parametrize(("text", "number"), [("３", 3), ("1,204", 1204), (" 2 ", 2), ("0", 0), ("０", 0)])
def test_digits_stored_as_text_are_a_number_on_both_ways(text, number):
    spot = layout("2021").cells["applications.new.company"]
    quick, exact = both(changed(spot.sheet, (spot.row, spot.column), text))
    assert quick is not None and resolved(quick) == exact and exact.states == quick.states
    at = plan("2021").cells.index("applications.new.company")
    assert unpack(quick.packed)[at] == number and "applications.new.company" not in quick.states
    assert quick.forced == exact.forced


def test_prose_is_kept_and_its_findings_come_when_asked():
    base = workbook("2021", cover_of(1, "2021"), numbers_for("2021", random.Random(3), busy=False))
    spot = layout("2021").text["overview"][1][1]
    quick, exact = both(patch_cells(base, {spot.sheet: {(spot.row, spot.column): PROSE + "本年收到政府信息公开申请5件。"}}))
    assert quick is not None and quick.findings == () and resolved(quick) == exact
    assert any(f.family.startswith("NAR-") for f in exact.findings)


@settings(max_examples=150, deadline=None)
@given(reports(), st.booleans())
def test_it_never_says_quiet_where_a_rule_would_speak(report, small):
    """On random fillings, broken, blank and odd ones among them: the word before the findings agrees with the findings."""
    report = replace(report, cover=replace(report.cover, nil=frozenset()))
    shape = plan(report.form_id)
    entries = {c: report.entry(c) for c in shape.cells}
    if any(
        e.value is not None and (e.value < 0 or (e.value != int(e.value) and c not in shape.decimal)) for c, e in entries.items()
    ):
        return
    if any(e.value is None and c in shape.derived for c, e in entries.items()):
        return
    odd = {c: (str(e.state), e.seen) for c, e in entries.items() if e.value is None}
    said = _judged([e.value for e in entries.values()], odd, shape)
    found = [f for f in check(report, locate=False) if not f.rule.startswith(PROSE_RULES)]
    if said is not None:
        assert said == any(f.severity is Severity.FORCED for f in found)
    if said is False:
        assert {f.family for f in found} <= {"V-BLANK"}


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_every_balance_and_relation_is_in_the_question(form_id):
    """Planted faults: each balance broken by one makes the question answer no; and a valid filling answers yes."""
    shape = plan(form_id)
    numbers = [numbers_for(form_id, random.Random(3), busy=True)[c] for c in shape.cells]
    assert quiet(shape)(numbers) and relations_hold(shape)(numbers) and len(pack(numbers)) > 200
    for b in shape.balances:
        broken = list(numbers)
        broken[b.left[0]] += 1
        assert not quiet(shape)(broken)
    assert State.BLANK == "blank" and set(YEARS) == {"2019", "2021"}
