"""An xlwings engine over LibreOffice, for tests only.

It lets the unmodified xlwings API, and so our Excel host, run against a real spreadsheet program where Excel is not to be
had.  It is not a product: xlwings' engine interface is undocumented, and only the members a host uses are here; a missing
one fails as an AttributeError that names it.

    with attach(soffice) as app:            # a running soffice.Soffice
        book = xw.Book(path)
        book.set_mock_caller()
        app.impl.answers.append("yes")      # what the user will press in the next message box
        ...
        assert app.impl.alerts == [...]

Like Excel and unlike LibreOffice: text that looks like a number or a date becomes one, a write to a locked cell of a
protected sheet raises, formulas are in Excel's grammar.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import xlwings as xw
from soffice import Soffice

from xlwings_engine.application import App, Apps
from xlwings_engine.values import clean_value_data, prepare_xl_data_element

__all__ = ["Engine", "attach", "attach_context"]


class Engine:
    """What xlwings asks an engine for."""

    name = "libreoffice"
    type = "desktop"
    prepare_xl_data_element = staticmethod(prepare_xl_data_element)
    clean_value_data = staticmethod(clean_value_data)

    def __init__(self) -> None:
        self.apps = Apps(self)


ENGINE = Engine()


def attach_context(context: Any, pid: int = 0, *, hidden: bool = True) -> xw.App:
    """Makes the LibreOffice of a UNO component context the active xlwings app."""
    if ENGINE.name not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines[ENGINE.name].activate()
    ENGINE.apps.items[:] = [App(ENGINE, context, pid, hidden=hidden)]
    return xw.App(impl=ENGINE.apps.items[0])


@contextmanager
def attach(soffice: Soffice, *, hidden: bool = True) -> Iterator[xw.App]:
    """Attaches to a running soffice; afterwards its books are closed and xlwings is as before."""
    before = xw.engines.active
    app = attach_context(soffice.context, soffice.process.pid, hidden=hidden)
    try:
        yield app
    finally:
        for book in list(app.impl.books) if soffice.alive else ():
            book.doc.setModified(False)
            book.close()
        ENGINE.apps.items.clear()
        xw.engines.active = before
        if hasattr(xw.Book, "_mock_caller"):
            del xw.Book._mock_caller
