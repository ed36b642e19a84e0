"""Fixtures of the tests in the real LibreOffice.

Without LibreOffice they are skipped with the reason; with XLPLUGIN_REQUIRE_OFFICE=1, as `make test` sets it, they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw
from office import Office, why_not
from window import Window, why_no_window
from xlwings_engine import attach

OUTPUT = Path(__file__).parents[2] / "test-output"


def need(reason: str | None) -> None:
    """Skips the test for that reason, or fails it when LibreOffice was promised."""
    if reason is None:
        return
    if os.environ.get("XLPLUGIN_REQUIRE_OFFICE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def one_office() -> Iterator[Office]:
    need(why_not())
    with Office() as running:
        yield running


@pytest.fixture
def office(one_office: Office) -> Iterator[Office]:
    """One headless LibreOffice for all tests of a process, each of which finds it without an open document."""
    yield one_office
    one_office.close_all()


@pytest.fixture
def window() -> Iterator[Window]:
    """A LibreOffice with a real window on its own screen, fresh for each test: open a book with window.open(path)."""
    need(why_no_window())
    with Window() as running:
        yield running


@pytest.fixture(scope="session")
def pictures_folder() -> Path:
    """Where tests leave pictures to be looked at; not in the repository."""
    OUTPUT.mkdir(exist_ok=True)
    return OUTPUT


@pytest.fixture
def excel(office: Office) -> Iterator[xw.App]:
    """The xlwings API over LibreOffice: xw.Book(path), xw.Book.caller() ...; its books are closed afterwards."""
    with office.soffice.deadline("经 xlwings 的测试", 240), attach(office.soffice) as app:
        yield app
