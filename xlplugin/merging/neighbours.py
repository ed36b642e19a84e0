"""Prose that one unit copied from another (NAR-COPY), looked for among the units of a roll-up."""

from __future__ import annotations

from collections.abc import Mapping

from xlplugin.checking import DEFAULT, check_neighbours
from xlplugin.finding import Finding
from xlplugin.report import Report

MOST_UNITS = 500  # above, the units of a county are mixed with those of others, and the walk is no longer cheap


def copied_prose(form_id: str, prose: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Finding, ...]]:
    """Unit → what it has word for word from its most similar neighbour; `prose` is unit → section → text.

    Nothing above 500 units, and nothing for a text that more than half of the units share: that was handed out.
    """
    if not 1 < len(prose) <= MOST_UNITS:
        return {}
    reports = {unit: Report(form_id, text=dict(text)) for unit, text in prose.items()}
    return check_neighbours(reports, DEFAULT)
