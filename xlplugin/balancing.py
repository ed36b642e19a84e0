"""The arithmetic of the form, run: three answers for every balance, and a blank is not a zero."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from xlplugin.form import Balance, Form
from xlplugin.numerals import Number


class Verdict(StrEnum):
    """The three words that stand on the sheet 校验."""

    PASS = "通过"
    BROKEN = "不平"
    OPEN = "未填"


class Weighed(NamedTuple):
    """A balance with both its sides; a side is the sum of what is there, `gap` is None while a blank leaves it open."""

    balance: Balance
    verdict: Verdict
    left: Number
    right: Number
    gap: Number | None


def weigh(balance: Balance, numbers: Mapping[str, Number]) -> Weighed:
    """Put both sides on the scales.  `numbers` has only the cells that hold a number (0 is a number)."""
    left = sum((numbers.get(c, 0) for c in balance.left), start=0)
    right = sum((numbers.get(c, 0) for c in balance.right), start=0)
    if not all(c in numbers for c in balance.cells):
        return Weighed(balance, Verdict.OPEN, left, right, None)
    gap = left - right
    return Weighed(balance, Verdict.BROKEN if gap else Verdict.PASS, left, right, gap)


def weigh_all(form: Form, numbers: Mapping[str, Number]) -> tuple[Weighed, ...]:
    """Every balance of the form, in its order."""
    return tuple(weigh(b, numbers) for b in form.balances)
