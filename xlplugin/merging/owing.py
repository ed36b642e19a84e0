"""Who still owes a valid report (催报), and whom to call."""

from __future__ import annotations

from xlplugin.merging.guards import deadlines
from xlplugin.merging.intake import Outcome, unit_name
from xlplugin.merging.rollup import RollUp


def reminders(rolled: RollUp) -> list[tuple[str, str, str, str, str, str]]:
    """(unit, what is wanted, deadline, contact, phone, parent) of everybody who still owes a valid report."""
    units = {unit_name(rolled.roster, u.name, u.parent): u for u in rolled.roster.units} if rolled.roster else {}
    due = deadlines(rolled)
    back = {e.unit: e for e in rolled.ledger if e.state is Outcome.RETURNED}
    owing = [(u, "没有交") for u in rolled.silent]
    owing += [(u, f"已退回：{back[u].reason}") for u in rolled.returned_units]
    found = []
    for unit, what in owing:
        known = units.get(unit)
        contact, phone, parent = (known.contact or "", known.phone or "", known.parent or "") if known else ("", "", "")
        found.append((unit, what, due.get(unit, ""), contact, phone, parent))
    return found
