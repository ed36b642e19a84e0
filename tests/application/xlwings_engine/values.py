"""Values on their way between Python and cells, as Excel would have them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

EPOCH = dt.datetime(1899, 12, 30)
ERRORS = {502: "#VALUE!", 503: "#NUM!", 504: "#REF!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
NUMBER = re.compile(r"\s*([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?)(%?)\s*")
DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")


class CellError(NamedTuple):
    """An error value in a cell."""

    text: str


class Plan(NamedTuple):
    """A write, sorted by how LibreOffice wants it: the block of floats and texts, then formulas, then number formats."""

    block: tuple[tuple[float | str, ...], ...]
    formulas: list[tuple[int, int, str]]
    formats: list[tuple[int, int, str]]


def as_typed(text: str) -> Any:
    """What Excel makes of a text put into a cell of format General."""
    if text.startswith("'"):
        return text[1:]
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if m := NUMBER.fullmatch(text):
        return float(m[1].replace(",", "")) / (100 if m[2] else 1)
    if m := DATE.fullmatch(text):
        try:
            return dt.datetime(int(m[1]), int(m[2]), int(m[3]))
        except ValueError:
            return text
    return text


def looks_typed(value: Any) -> bool:
    """Whether Excel would turn this text into something else."""
    return isinstance(value, str) and as_typed(value) != value


def serial(moment: dt.date) -> float:
    """A date as the days since Excel's beginning."""
    full = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    return (full - EPOCH) / dt.timedelta(days=1)


def from_serial(days: float) -> dt.datetime:
    return EPOCH + dt.timedelta(milliseconds=round(days * 86_400_000))


def plan(rows: Sequence[Sequence[Any]], is_text: Callable[[int, int], bool]) -> Plan:
    """Sorts a write; `is_text(row, column)` says whether the cell has the format Text, which keeps digits as text."""
    made = Plan((), [], [])
    block = []
    for r, row in enumerate(rows):
        line: list[float | str] = []
        for c, given in enumerate(row):
            value = as_typed(given) if looks_typed(given) and not is_text(r, c) else given
            line.append(_plan_one(made, r, c, value))
        block.append(tuple(line))
    return made._replace(block=tuple(block))


def _plan_one(made: Plan, r: int, c: int, value: Any) -> float | str:
    if isinstance(value, str):
        if len(value) > 1 and value[0] == "=":
            made.formulas.append((r, c, value))
            return ""
        return value
    if isinstance(value, bool):
        made.formats.append((r, c, "BOOLEAN"))
    elif isinstance(value, dt.date):
        clock = isinstance(value, dt.datetime) and value.time() != dt.time()
        made.formats.append((r, c, "YYYY-MM-DD HH:MM:SS" if clock else "YYYY-MM-DD"))
        return serial(value)
    return "" if value is None else float(value)  # a bool or None would abort soffice


def prepare_xl_data_element(x: Any, options: Any) -> Any:
    """xlwings asks for this before each write: blanks and NaN become "", numpy's numbers become plain ones."""
    if x is None or x != x:
        return ""
    if isinstance(x, bool | str | dt.date):
        return x
    return float(x) if hasattr(x, "__float__") else str(x)


def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool) -> list[list[Any]]:
    """xlwings asks for this after each read."""

    def clean(v: Any) -> Any:
        if v is None or v == "":
            return empty_as
        if isinstance(v, CellError):
            return v.text if err_to_str else None
        if isinstance(v, dt.datetime):
            parts = {name: getattr(v, name) for name in ("year", "month", "day", "hour", "minute", "second", "microsecond")}
            return datetime_builder(**parts, tzinfo=None)
        return number_builder(v) if number_builder and type(v) is float else v

    return [[clean(v) for v in row] for row in data]
