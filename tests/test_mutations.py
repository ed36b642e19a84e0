"""A dropped term or a flipped sign in any balance is seen: the balances are held to the official labels, not to our lines.

The oracle reads tests/official/cells_*.csv, lays the labels out by their words (总计, 一、, 二、, （七）, 四、) and writes
down what must add up.  It knows neither rows nor columns of the form file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fillings import FORMS
from xlplugin.form import Balance, form

OFFICIAL = Path(__file__).parent / "official"
Equation = frozenset[tuple[str, int]]


def labels(form_id: str) -> dict[str, tuple[str, str, str]]:
    """Cell id → section number, row label, column label, from the official list."""
    with (OFFICIAL / f"cells_{form_id}.csv").open(encoding="utf-8") as f:
        return {r["id"]: split(r["section"], r["official_label_path"]) for r in csv.DictReader(f)}


def split(section: str, path: str) -> tuple[str, str, str]:
    rows, _, column = path.rpartition("｜") if "｜" in path else path.rpartition("／")
    return section, rows, column.rpartition("／")[2] if section == "三" else column


def expected(form_id: str) -> set[Equation]:
    """Everything that the official labels say must add up, as cell → +1 or −1 (the sign of the first cell made +)."""
    named = labels(form_id)
    three = {c: (row, path_column(form_id, c)) for c, (s, row, _) in named.items() if s == "三"}
    four = {c: (row, column) for c, (s, row, column) in named.items() if s == "四"}
    return {*flows(three), *result_totals(three), *along(three), *along(four)}


def path_column(form_id: str, cell: str) -> str:
    with (OFFICIAL / f"cells_{form_id}.csv").open(encoding="utf-8") as f:
        return next(r["official_label_path"].rpartition("｜")[2] for r in csv.DictReader(f) if r["id"] == cell)


def flows(cells: dict[str, tuple[str, str]]) -> Iterator[Equation]:
    """第一项加第二项之和，等于第三项加第四项之和: 一 + 二 = 三（七） + 四, in every column."""
    for column in {c for _, c in cells.values()}:
        mine = {row: cell for cell, (row, c) in cells.items() if c == column}
        one, two, four = (next(mine[r] for r in mine if r.startswith(n)) for n in ("一、", "二、", "四、"))
        seven = next(mine[r] for r in mine if "（七）总计" in r)
        yield signed([one, two], [seven, four])


def result_totals(cells: dict[str, tuple[str, str]]) -> Iterator[Equation]:
    """（七）总计 = every other row under 三、本年度办理结果, in every column."""
    for column in {c for _, c in cells.values()}:
        mine = {row: cell for cell, (row, c) in cells.items() if c == column and row.startswith("三、")}
        total = next(r for r in mine if "（七）总计" in r)
        yield signed([mine[total]], [c for r, c in mine.items() if r != total])


def along(cells: dict[str, tuple[str, str]]) -> Iterator[Equation]:
    """总计 = the other cells of its row or group."""
    for row in {r for r, _ in cells.values()}:
        mine = {column: cell for cell, (r, column) in cells.items() if r == row}
        yield signed([mine["总计"]], [c for column, c in mine.items() if column != "总计"])


def signed(left: list[str], right: list[str]) -> Equation:
    terms = {**dict.fromkeys(left, 1), **dict.fromkeys(right, -1)}
    sign = terms[min(terms)]
    return frozenset((c, k * sign) for c, k in terms.items())


def equations(balances: tuple[Balance, ...]) -> set[Equation]:
    return {signed(list(b.left), list(b.right)) for b in balances}


def mutants(balance: Balance) -> Iterator[Balance]:
    """Every balance with one term dropped, and with one term on the wrong side."""
    for side, other in (("left", "right"), ("right", "left")):
        terms, rest = getattr(balance, side), getattr(balance, other)
        for cell in terms:
            fewer = tuple(c for c in terms if c != cell)
            yield balance._replace(**{side: fewer})
            yield balance._replace(**{side: fewer, other: (*rest, cell)})


@pytest.mark.parametrize("form_id", FORMS)
def test_the_balances_are_those_of_the_official_labels(form_id):
    assert equations(form(form_id).balances) == expected(form_id)
    assert len(expected(form_id)) == {"2021": 42, "2019": 40}[form_id]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_mutant_is_caught(form_id):
    balances, should = form(form_id).balances, expected(form_id)
    count = 0
    for i, balance in enumerate(balances):
        for mutant in mutants(balance):
            count += 1
            assert equations((*balances[:i], mutant, *balances[i + 1 :])) != should, mutant
    assert count == 2 * sum(len(b.cells) for b in balances)


@pytest.mark.parametrize("form_id", FORMS)
def test_a_balance_left_out_is_caught(form_id):
    balances = form(form_id).balances
    assert all(equations((*balances[:i], *balances[i + 1 :])) != expected(form_id) for i in range(len(balances)))
