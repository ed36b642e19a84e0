"""How odd keystrokes in a number cell are read (DOMAIN 1.7): nothing becomes 0 silently."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlplugin.numerals import State, entry, stored_number

N, B, A, T = State.NUMBER, State.BLANK, State.NA, State.TEXT
D = Decimal
ODD = [
    # typed, unit, state, value, proposal
    ("0", "件", N, 0, None),
    ("0  ", "件", N, 0, None),
    ("\u00a00\u00a0", "件", N, 0, None),
    ("\u30000", "件", N, 0, None),
    ("7", "件", N, 7, None),
    ("007", "件", N, 7, None),
    ("７", "件", N, 7, None),
    ("１２３", "件", N, 123, None),
    ("1,204", "件", N, 1204, None),
    ("1，204", "件", N, 1204, None),
    ("11,398,889", "件", N, 11398889, None),
    ("1 204", "件", N, 1204, None),
    ("12.0", "件", N, 12, None),
    ("12.", "件", N, 12, None),
    ("2.5", "件", N, D("2.5"), None),
    ("-3", "项", N, -3, None),
    ("－3", "项", N, -3, None),
    ("−3", "项", N, -3, None),
    ("+19", "项", N, 19, None),
    ("-417", "项", N, -417, None),
    ("0.092", "万元", N, D("0.092"), None),
    (".5", "万元", N, D("0.5"), None),
    ("24252.311082", "万元", N, D("24252.311082"), None),
    ("0.0", "万元", N, 0, None),
    ("0.50", "万元", N, D("0.50"), None),
    ("零", "件", N, 0, None),
    ("〇", "件", N, 0, None),
    ("", "件", B, None, None),
    ("   ", "件", B, None, None),
    ("\u00a0", "件", B, None, None),
    ("\u3000\n", "件", B, None, None),
    ("\u200b", "件", B, None, None),
    ("/", "件", A, None, None),
    ("／", "件", A, None, None),
    ("-", "件", A, None, None),
    ("－", "件", A, None, None),
    ("—", "件", A, None, None),
    ("——", "件", A, None, None),
    ("无", "件", A, None, None),
    (" 无 ", "件", A, None, None),
    ("不适用", "件", A, None, None),
    ("N/A", "件", A, None, None),
    ("0件", "件", T, None, 0),
    ("12件", "件", T, None, 12),
    ("22（其中修订16件）", "件", T, None, None),
    ("251000元", "万元", T, None, D("25.1")),
    ("2000万", "万元", T, None, 2000),
    ("2000万元", "万元", T, None, 2000),
    ("1.2亿元", "万元", T, None, 12000),
    ("2000万", "件", T, None, 20000000),
    ("减4", "项", T, None, -4),
    ("增5项", "项", T, None, 5),
    ("约30", "件", T, None, 30),
    ("三", "件", T, None, None),
    ("1,2,3", "件", T, None, 123),
    ("12,34", "件", T, None, 1234),
    ("1e3", "件", T, None, None),
    ("2024-01-31", "件", T, None, None),
    ("50%", "件", T, None, 50),
    ("1/2", "件", T, None, None),
    ("#REF!", "件", T, None, None),
    ("inf", "件", T, None, None),
    ("5²", "件", T, None, 5),
    ("①", "件", T, None, None),
    ("٣", "件", T, None, None),
    ("½", "件", T, None, None),
    ("21710000218000000", "件", T, None, 21710000218000000),
]


@pytest.mark.parametrize(("typed", "unit", "state", "value", "proposal"), ODD)
def test_odd_keystrokes(typed, unit, state, value, proposal):
    read = entry(typed, unit)
    assert (read.state, read.value) == (state, value)
    if state is T:
        assert read.proposal == proposal
        assert read.seen == typed
    if isinstance(value, Decimal):
        assert str(read.value) == str(value)


@given(st.text(max_size=12))
def test_only_digits_become_numbers(typed):
    read = entry(typed)
    if read.value is not None:
        assert read.state is N
        assert any(ch.isdigit() or ch in "零〇" for ch in typed)
    if read.value == 0:
        assert any(ch in "零〇0０" for ch in typed)


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_survive_every_way_of_writing_them(n):
    assert entry(str(n)).value == n
    assert entry(f"{n:,}").value == n
    assert stored_number(repr(float(n))) == n


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("9.1999999999999998E-2", D("0.092")),
        ("7", 7),
        ("7.0", 7),
        ("1E3", 1000),
        ("0.1", D("0.1")),
        ("24252.311082000001", D("24252.311082")),
    ],
)
def test_numbers_as_a_spreadsheet_stores_them(stored, value):
    assert stored_number(stored) == value
    assert str(stored_number(stored)) == str(value)


@pytest.mark.parametrize("stored", ["1e999", "nan", "inf", "", "x"])
def test_what_is_no_finite_number_is_none(stored):
    assert stored_number(stored) is None
