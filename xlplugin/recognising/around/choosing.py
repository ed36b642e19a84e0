"""Which form a copy is on: by the labels that only one form has, and by the year only where too few of them are left."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from xlplugin.errors import UnknownForm
from xlplugin.form import Form, form, form_for, forms
from xlplugin.recognising.around.wording import wording
from xlplugin.recognising.labels.lexicon import lexicon
from xlplugin.recognising.labels.stream import Stream

_FEWEST = 8  # labels; fewer are no report
_CERTAIN = 2  # labels that no other form has
_OPENING = 60  # cells in which a title may stand


class Chosen(NamedTuple):
    """A form; `certain`: by its own labels, else only because the copy says a year."""

    form: Form
    certain: bool


def form_of(stream: Stream) -> Chosen | None:
    """The form most of whose labels are there; None where no form's are, or neither labels nor year decide between two."""
    alone = set(stream.skeletons)  # most labels stand alone in a cell; a whole text need not be searched for these
    score = {k: _met(lexicon(k).telling, alone, stream.whole) for k in forms()}
    likely = sorted((k for k in score if score[k] >= _FEWEST), key=lambda k: (score[k], form(k).years.first), reverse=True)
    if not likely:
        return None
    own = {k: _met(_own(k), alone, stream.whole) for k in likely}
    best, *others = likely
    if all(own[best] >= _CERTAIN and own[best] > own[k] for k in others):
        return Chosen(form(best), True)
    by_year = _by_year(stream)
    return Chosen(by_year, False) if by_year is not None and by_year.id in likely else None


def _met(labels: frozenset[str], alone: set[str], whole: str) -> int:
    """How many of the labels are there, alone in a cell or anywhere in the text."""
    return len(labels & alone) + sum(label in whole for label in labels - alone)


@lru_cache(maxsize=16)
def _own(form_id: str) -> frozenset[str]:
    """The labels of a form that are no part of any label of another form."""
    foreign = [s for k in forms() if k != form_id for s in lexicon(k).telling]
    return frozenset(s for s in lexicon(form_id).telling if not any(s in f for f in foreign))


def _by_year(stream: Stream) -> Form | None:
    """The form in force for the one year that the title or the period of the copy says."""
    years = {y for y, how in wording(stream.texts[:_OPENING]).years.items() if not how.startswith("正文")}
    try:
        return form_for(years.pop()) if len(years) == 1 else None
    except UnknownForm:
        return None


def told_apart_by_form(chosen: Form) -> list[str]:
    """The cells that mean something else, or nothing, on another form: no longer read where the form is not certain."""
    found: list[str] = []
    for table in chosen.tables:
        cells = [c.id for c in chosen.cells if c.table == table.key]
        shared = {c for c in cells if all(c in other.cell for other in forms().values())}
        found += cells if 2 * len(shared) < len(cells) else [c for c in cells if c not in shared]
    return found
