"""The printed grid: every square of every table is covered exactly once, as in the published reports."""

import pytest

from xlplugin.form import forms
from xlplugin.form.printed import Area, printed

TABLES = [(f.id, t.key) for f in forms().values() for t in f.tables]


@pytest.mark.parametrize(("form_id", "table"), TABLES)
def test_labels_and_numbers_tile_the_grid(form_id, table):
    grid = printed(form_id, table)
    seen = {}
    for area in [*(label.area for label in grid.labels), *grid.cells.values()]:
        for r in range(area.row, area.last_row + 1):
            for c in range(area.column, area.last_column + 1):
                assert (r, c) not in seen
                seen[r, c] = area
    assert len(seen) == grid.height * grid.width


@pytest.mark.parametrize(("form_id", "span", "groups"), [("2021", 22, [8, 3, 5, 3]), ("2019", 20, [8, 3, 5])])
def test_spans_are_those_of_the_published_form(form_id, span, groups):
    grid = printed(form_id, "applications")
    assert (grid.width, grid.label_columns, grid.header_rows) == (10, 3, 3)
    by_role = [x.area for x in grid.labels if x.role == "group"]
    heights = [a.last_row - a.row + 1 for a in by_role]
    assert heights == [span, *groups]
    assert grid.labels[0].area == Area(1, 1, 3, 3)
