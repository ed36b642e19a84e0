"""What is said about a roll-up: DOMAIN 2.7, and the guards against counting twice (5.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from xlplugin.finding import Finding, Severity
from xlplugin.merging.filed import Number, is_zero, unpack
from xlplugin.merging.intake import Again, Entry, Outcome
from xlplugin.merging.plan import plan
from xlplugin.merging.rules import finding, listed

if TYPE_CHECKING:
    from xlplugin.merging.rollup import RollUp
    from xlplugin.report import Report

BIG_SHARE, BIG_FLOOR, BIG_UNITS, SWING = 0.8, 20, 4, 5
_MOST_PER_UNIT = 200  # findings that name a single unit; beyond, one line says how many


def examine(rolled: RollUp) -> tuple[Finding, ...]:
    """Every finding on the roll-up as a whole, the blocking ones first."""
    found = [
        *_outside(rolled),
        *_register(rolled),
        *_twice_filed(rolled),
        *_returned(rolled),
        *_open(rolled),
        *_rechecked(rolled),
        *_across_years(rolled),
        *_units(rolled),
        *_adjusted(rolled),
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda f: (order.index(f.severity), f.rule)))


def _files(entries: Iterable[Entry]) -> str:
    return listed([_short(e.slip.file) for e in entries])


def _short(file: str) -> str:
    return file.replace("\\", "/").rsplit("/", 1)[-1]


def _outside(rolled: RollUp) -> Iterator[Finding]:
    """Files that are not part of the sum, by cause."""
    by_cause: dict[str, list[Entry]] = defaultdict(list)
    for e in rolled.ledger:
        if e.state in (Outcome.OUT_OF_SCOPE, Outcome.UNREADABLE):
            by_cause[e.cause].append(e)
    for cause in ("RU-YEAR", "RU-FMT", "RU-READ"):
        if by_cause[cause]:
            yield finding(cause, count=len(by_cause[cause]), files=_files(by_cause[cause]), year=rolled.year)
    for e in by_cause["RU-SCOPE"]:
        yield finding("RU-SCOPE", file=_short(e.slip.file), seen=e.slip.scope, scope=rolled.scope)
    by_reason: dict[str, list[Entry]] = defaultdict(list)
    for e in by_cause["RU-TWICE"]:
        by_reason[e.reason].append(e)
    for reason, entries in by_reason.items():
        roll = entries[0].unit if entries[0].slip.scope else reason.split("“")[1].split("”")[0]
        units = [e.unit for e in entries]
        yield finding("RU-TWICE", roll=roll, count=len(units), units=listed(units), what=reason)
    for e in by_cause[""]:
        if e.slip.file and _short(e.slip.file).startswith(("~$", ".~")):
            yield finding("RU-LOCK", file=_short(e.slip.file).removeprefix("~$"))


def _register(rolled: RollUp) -> Iterator[Finding]:
    """Strangers, units called otherwise, and who has not filed."""
    for slip, match in rolled.settled.strangers[:_MOST_PER_UNIT]:
        yield finding("RU-WHO", file=_short(slip.file), unit=slip.name or "（空）", why=match.why)
    for slip, match in rolled.settled.named[:_MOST_PER_UNIT]:
        known = match.unit.name if match.unit else ""
        yield finding("RU-NAME", file=_short(slip.file), unit=slip.name, how=match.how, known=known)
    if rolled.missing:
        yield finding("RU-MISS", count=len(rolled.missing), units=listed(rolled.missing))
    if rolled.gone:
        files = listed([f"{unit}（{_short(file)}）" for unit, file in rolled.gone])
        yield finding("RU-GONE", count=len(rolled.gone), files=files)
    for unit in rolled.incomplete_parts:
        yield finding("RU-PART", unit=unit)
    late = [f"{e.unit}（{e.slip.date}，期限 {due}）" for e, due in _late(rolled)]
    if late:
        yield finding("RU-LATE", count=len(late), units=listed(late))


def deadlines(rolled: RollUp) -> dict[str, str]:
    """Unit → its deadline in the register."""
    from xlplugin.merging.intake import unit_name

    if not rolled.roster:
        return {}
    return {unit_name(rolled.roster, u.name, u.parent): u.deadline for u in rolled.roster.units if u.deadline}


def _late(rolled: RollUp) -> list[tuple[Entry, str]]:
    due = deadlines(rolled)
    return [(e, due[e.unit]) for e in rolled.accepted if e.unit in due and e.slip.date > due[e.unit]]


def late_units(rolled: RollUp) -> tuple[str, ...]:
    """Accepted units whose 填报日期 is after the register's deadline."""
    return tuple(e.unit for e, _ in _late(rolled))


def _twice_filed(rolled: RollUp) -> Iterator[Finding]:
    for again in rolled.settled.again[:_MOST_PER_UNIT]:
        yield _again(rolled, again)


def _again(rolled: RollUp, again: Again) -> Finding:
    changed = difference(rolled, again)
    files: dict[str, Any] = {"unit": again.unit, "kept": _short(again.kept.file), "before": _short(again.before.file)}
    if not changed:
        return finding("RU-SAME", **files)
    cells = tuple(c for c, _, _ in changed)
    if again.unclear:
        return finding("RU-DUP", cells=cells, count=2, files=f"{files['before']}、{files['kept']}", **files)
    shape = plan(rolled.form_id)
    words = listed([f"“{shape.label(c)}”由 {_said(old)} 改为 {_said(new)}" for c, old, new in changed], 5)
    return finding("RU-AGAIN", cells=cells, difference=f"改了 {len(changed)} 格：{words}。", **files)


def difference(rolled: RollUp, again: Again) -> list[tuple[str, Number | None, Number | None]]:
    """Cell by cell, what a re-submission changed: (cell, before, now)."""
    before, now = (unpack(rolled.fetch(s.sha256).packed) for s in (again.before, again.kept))
    cells = plan(rolled.form_id).cells
    return [(c, a, b) for c, a, b in zip(cells, before, now, strict=True) if a != b]


def _said(number: Number | None) -> str:
    return "空白" if number is None else str(number)


def _returned(rolled: RollUp) -> Iterator[Finding]:
    back = [e for e in rolled.ledger if e.state is Outcome.RETURNED]
    counted = {e.unit for e in rolled.accepted}
    for e in back[:_MOST_PER_UNIT]:
        if e.slip.altered:
            yield finding("RU-ALT", file=_short(e.slip.file))
        elif e.slip.forced:
            what = "仍用先收到的一份" if e.unit in counted else "没有计入"
            yield finding("RU-BAD", unit=e.unit, what=what)
    for e in rolled.accepted:
        if e.cause == "RU-BAD":
            yield finding("RU-BAD", unit=e.unit, what=f"经决定计入：{e.reason}")
    owing = [e.unit for e in rolled.ledger if e.cause == "RU-NOTE"]
    if owing:
        yield finding("RU-NOTE", count=len(owing), units=listed(owing))


def _open(rolled: RollUp) -> Iterator[Finding]:
    opened = rolled.open
    if opened:
        units = sorted({u for who in opened.values() for u in who})
        yield finding("RU-OPEN", cells=tuple(opened), count=len(opened), units=listed(units))


def _rechecked(rolled: RollUp) -> Iterator[Finding]:
    """The balances on the sum; a broken one names the units (or the adjustment) that break it."""
    shape = plan(rolled.form_id)
    totals = [rolled.cells[c].total for c in shape.cells]
    opened = {i for i, c in enumerate(shape.cells) if rolled.cells[c].open}
    broken = []
    for b in shape.balances:
        left, right = (sum((totals[i] for i in side), start=0) for side in (b.left, b.right))
        if left != right and not opened.intersection((*b.left, *b.right)):
            broken.append((b, left, right))
    if not broken:
        return
    guilty: dict[str, list[str]] = defaultdict(list)
    for part in rolled.parts():
        numbers = unpack(part.packed)
        for b, _, _ in broken:
            gap = sum((numbers[i] or 0 for i in b.left), start=0) - sum((numbers[i] or 0 for i in b.right), start=0)
            if gap:
                guilty[b.id].append(f"{part.entry.unit}（{gap:+}）")
    for b, left, right in broken:
        adjusted = [shape.cells[i] for i in (*b.left, *b.right) if rolled.cells[shape.cells[i]].adjusted]
        why = f"不平的单位：{listed(guilty[b.id])}。" if guilty[b.id] else ""
        why += "调整只改了等式的一边。" if adjusted else ""
        cells = tuple(shape.cells[i] for i in (*b.left, *b.right))
        yield finding(f"RU-RECHECK.{b.id}", cells=cells, sides=(left, right), says=b.says, why=why)


def _across_years(rolled: RollUp) -> Iterator[Finding]:
    """XY-T3 on the roll-up: what was carried in is what last year's roll-up carried out."""
    if rolled.last_year is None:
        return
    before = rolled.last_year.numbers()
    changed = [f"{u.name}（原{'、'.join(u.came_from)}）" for u in rolled.roster.reorganised()] if rolled.roster else []
    why = f"名册中有机构变动的单位：{listed(changed)}。" if changed else ""
    shape = plan(rolled.form_id)
    for cell, merged in rolled.cells.items():
        old = before.get(cell.replace(".carried_in.", ".carried_out."))
        if ".carried_in." in cell and old is not None and not merged.open and merged.total != old:
            yield finding("RU-PARENT", cells=(cell,), sides=(merged.total, old), label=shape.label(cell), why=why)
    for cell, merged in rolled.cells.items():
        old = before.get(cell)
        if old is not None and old >= 10 and merged.total > SWING * old:
            why_big = f"是上年汇总 {old} 的 {merged.total / old:.1f} 倍"
            yield finding("RU-BIG", cells=(cell,), label=shape.label(cell), total=merged.total, why=why_big)


def _units(rolled: RollUp) -> Iterator[Finding]:
    """Zero reports, copies, one unit above all others, a government beside its own office."""
    zeros, same = [], defaultdict(list)
    for part in rolled.parts():
        if is_zero(part.packed):
            zeros.append(part.entry.unit)
        else:
            same[hash(part.packed)].append(part.entry.unit)
    if zeros:
        yield finding("RU-ZERO", count=len(zeros), units=listed(zeros))
    for units in list(same.values())[: len(same)]:
        if len(units) > 1:
            yield finding("RU-COPY", units=listed([f"“{u}”" for u in units]))
    yield from _dominated(rolled)
    yield from _governments(rolled)


def _dominated(rolled: RollUp) -> Iterator[Finding]:
    if len(rolled.accepted) < BIG_UNITS:
        return
    shape = plan(rolled.form_id)
    for cell, m in rolled.cells.items():
        if m.top and m.total >= BIG_FLOOR and m.top[1] > BIG_SHARE * float(m.total) and cell not in shape.derived:
            why = f"“{m.top[0]}”一户是 {m.top[1]}，占 {float(m.top[1]) / float(m.total):.0%}"
            yield finding("RU-BIG", cells=(cell,), label=shape.label(cell), total=m.total, why=why)


def _governments(rolled: RollUp) -> Iterator[Finding]:
    """Two units that both stand for the county government, both with applications or normative documents."""
    if not rolled.roster:
        return
    from xlplugin.merging.intake import unit_name

    spoken = {unit_name(rolled.roster, u.name, u.parent) for u in rolled.roster.units if u.for_government}
    if len(spoken) < 2:
        return
    shape = plan(rolled.form_id)
    watched = [i for i, c in enumerate(shape.cells) if c.startswith(("disclosure.normative", "applications.new."))]
    nonzero: dict[int, list[str]] = defaultdict(list)
    for part in rolled.parts():
        if part.entry.unit in spoken:
            numbers = unpack(part.packed)
            for i in watched:
                if numbers[i]:
                    nonzero[i].append(part.entry.unit)
    for i, units in nonzero.items():
        if len(units) > 1:
            yield finding("RU-GOV", cells=(shape.cells[i],), units=listed(units), label=shape.labels[i])


def _adjusted(rolled: RollUp) -> Iterator[Finding]:
    shape = plan(rolled.form_id)
    for a in rolled.adjustments:
        yield finding("RU-ADJ", cells=(a.cell,), label=shape.label(a.cell), amount=f"{a.amount:+}", by=a.by, reason=a.reason)


def against_published(rolled: RollUp, published: Report) -> tuple[Finding, ...]:
    """RU-PUB: where the county's published figure differs from the sum of its units."""
    shape, said = plan(rolled.form_id), published.numbers()
    return tuple(
        finding("RU-PUB", cells=(c,), sides=(said[c], m.total), label=shape.label(c))
        for c, m in rolled.cells.items()
        if c in said and said[c] != m.total
    )


def resum(upper: Report, leaves: RollUp, shares: Mapping[str, Mapping[str, Number]] | None = None) -> tuple[Finding, ...]:
    """RU-SUM: a roll-up against the re-sum of the leaves, each difference explained cell by cell.

    `shares` gives, where known, what the roll-up counted for each unit (cell → unit → number): then the units that
    changed, came or went are named.
    """
    shape, said = plan(leaves.form_id), upper.numbers()
    found = []
    for cell, m in leaves.cells.items():
        if said.get(cell, 0) != m.total:
            why = _who_changed(leaves.share(cell), shares.get(cell, {})) if shares else ""
            why += f"还有 {len(m.open)} 个单位没有填。" if m.open else ""
            why += f"其中调整 {m.adjusted:+}。" if m.adjusted else ""
            found.append(finding("RU-SUM", cells=(cell,), sides=(said.get(cell, 0), m.total), label=shape.label(cell), why=why))
    return tuple(found)


def _who_changed(now: Mapping[str, Number | None], before: Mapping[str, Number]) -> str:
    units = [u for u in (*now, *(b for b in before if b not in now)) if (now.get(u) or 0) != (before.get(u) or 0)]
    return f"不同的单位：{listed([f'{u}（{_said(before.get(u))}→{_said(now.get(u))}）' for u in units])}。" if units else ""
