"""The messes of published copies, one by one, on grids of strings."""

from __future__ import annotations

from random import Random

import pytest

from tests.fillings import filled
from tests.published_copies import full, printed
from xlplugin.errors import UnreadableSource
from xlplugin.form import form
from xlplugin.numerals import BLANK, State
from xlplugin.recognising import RULES, recognise
from xlplugin.recognising.glued.cutting import splits
from xlplugin.recognising.glued.summing import cut_by_sums, groups_of
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.rows.readings import number_cell


def grids(report, change=lambda title, rows: rows):
    """The report as grids with true cells."""
    return [
        [[x for td in row for x in (td.text, *["\ue000"] * (td.columns - 1))] for row in full(change(t, rows))]
        for t, rows in printed(report)
    ]


@pytest.fixture
def truth():
    return filled("2021", Random(11))


def families(report):
    return {f.family for f in report.intake}


def test_a_clean_grid_is_read_whole(truth):
    read = recognise(grids(truth))
    assert read.numbers() == truth.numbers()
    assert families(read) <= {"IMP-YEAR", "IMP-UNITNAME", "IMP-SPELLING"}


def test_a_label_swap_leaves_the_two_columns_unread(truth):
    def swapped(title, rows):
        if title.startswith("三"):
            rows[2][0], rows[2][1] = rows[2][1], rows[2][0]
        return rows

    read = recognise(grids(truth, swapped))
    unread = {c.split(".")[2] for c, e in read.entries.items() if e.state is State.UNREAD}
    assert unread == {"company", "research_institution"}
    assert "IMP-SWAPPED" in families(read)


def test_a_row_twice_with_other_numbers_is_unread(truth):
    def again(title, rows):
        if title.startswith("三"):
            rows.insert(5, [td._replace(text="99") if td.figure else td for td in rows[4]])
        return rows

    read = recognise(grids(truth, again))
    unread = {c for c, e in read.entries.items() if e.state is State.UNREAD}
    assert unread and {c.split(".")[1] for c in unread} == {"carried_in"}
    assert "IMP-REPEAT" in families(read)


def test_an_old_alias_is_read_with_a_finding(truth):
    alias = form("2021").table["disclosure"].blocks[0].row("normative_documents").aliases[0]

    def renamed(title, rows):
        return [[td._replace(text=alias) if td.text == "行政" + alias else td for td in row] for row in rows]

    read = recognise(grids(truth, renamed))
    assert read.numbers() == truth.numbers()
    assert "IMP-LABEL" in families(read)


@pytest.mark.parametrize(("number", "state"), [("0", State.DEDUCED), ("3", State.UNREAD)])
def test_one_row_for_other_handling_says_something_only_when_zero(truth, number, state):
    def merged(title, rows):
        kept = []
        for row in rows:
            if any("其他处理" in td.text for td in row):
                kept.append([next(td for td in row if "其他处理" in td.text)._replace(columns=2, rows=1)])
                kept[-1] += [td._replace(text=number) for td in row if td.figure]
            elif not any(td.text.startswith(("2.申请人逾期", "3.其他")) for td in row):
                kept.append(row)
        return kept

    read = recognise(grids(truth, merged))
    assert {read.entry(f"applications.other_rest.{c}").state for c in ("natural_person", "total")} == {state}
    assert "IMP-FORM" in families(read)


def test_prose_alone_is_no_report():
    with pytest.raises(UnreadableSource, match="没有认出"):
        recognise([[["本年度行政许可、行政处罚工作有序开展。"]]])


@pytest.mark.parametrize(
    ("text", "value", "state"),
    [
        ("12①", None, State.TEXT),
        ("5²", None, State.TEXT),
        ("007", None, State.UNREAD),
        ("1,204", 1204, State.NUMBER),
        ("０", 0, State.NUMBER),
        ("22（其中修订16件）", None, State.TEXT),
        ("/", None, State.NA),
        ("0件", 0, State.NUMBER),
        ("共5件", 5, State.NUMBER),
        ("1,204（件）", 1204, State.NUMBER),
        ("5项", None, State.TEXT),
        ("5万元", None, State.TEXT),
        ("约5件", None, State.TEXT),
        ("05件", None, State.TEXT),
        ("2.5件", None, State.TEXT),
        ("1 2件", None, State.TEXT),
    ],
)
def test_a_number_cell_of_a_copy(text, value, state):
    made = number_cell(text, "件")
    assert (made.value, made.state) == (value, state)


def test_an_annotated_number_is_proposed():
    assert number_cell("22（其中修订16件）", "件").proposal == 22


def test_a_number_with_its_unit_is_not_taken_from_the_cell_of_the_label(truth):
    def moved(title, rows):
        return [[td._replace(text="行政处罚14件") if td.text == "行政处罚" else td for td in row] for row in rows]

    blank = truth.with_entries({"disclosure.penalties.decisions": BLANK})
    read = recognise([[[x for x in row if x] for row in grid] for grid in grids(blank, moved)])
    assert read.entry("disclosure.penalties.decisions").value is None


def test_every_split_and_no_other():
    assert set(splits(["123"], 2)) == {(1, 23), (12, 3)}
    assert set(splits(["10", "0"], 3)) == {(1, 0, 0)}
    assert list(splits(["00"], 1)) == []


def test_balances_choose_among_splits():
    balance = next(b for b in form("2021").balances if b.id == "T3-ROW.new")
    cells = [f"applications.new.{c.key}" for c in form("2021").table["applications"].blocks[0].columns]
    assert cut_by_sums(["21710000218"], groups_of(cells, [balance]) or (), 200) == ((217, 1, 0, 0, 0, 0, 218),)


def test_traditional_characters_and_punctuation_fold():
    assert skeleton("（六）其他處理：") == skeleton("(六) 其他处理")


def test_every_finding_has_a_rule(truth):
    read = recognise(grids(truth, lambda t, rows: rows[:-3]))
    assert read.intake and families(read) <= set(RULES)
