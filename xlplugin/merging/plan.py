"""What a roll-up needs to know of a form, as plain tuples: from the form itself, or from a copy kept beside it.

Reading the form costs a third of a second (YAML, pydantic), a copy two milliseconds; a hundred workbooks take less
than that third.  The copy is bound to the bytes of the form files and is only ever read as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FORMS = Path(__file__).parent.parent / "form"


class Scale(NamedTuple):
    """A balance by positions in the tuple of cells."""

    id: str
    says: str
    left: tuple[int, ...]
    right: tuple[int, ...]


class Plan(NamedTuple):
    form_id: str
    years: tuple[int, int | None]
    cells: tuple[str, ...]
    labels: tuple[str, ...]
    decimal: frozenset[str]
    derived: frozenset[str]
    rule_power: frozenset[str]
    balances: tuple[Scale, ...]

    def label(self, cell: str) -> str:
        return self.labels[self.cells.index(cell)]


@lru_cache(maxsize=8)
def plan(form_id: str) -> Plan:
    """The plan of a form.  Raises UnknownForm."""
    return plans()[form_id] if form_id in plans() else _made(form_id)


def form_id_for(year: int) -> str:
    """The id of the form in force for a report year.  Raises UnknownForm."""
    known = [p for p in plans().values() if p.years[0] <= year and (p.years[1] is None or year <= p.years[1])]
    if known:
        return known[-1].form_id
    from xlplugin.form import form_for

    return form_for(year).id


def plans() -> dict[str, Plan]:
    """Every known form's plan by id, oldest first."""
    return _plans(os.environ.get("XLPLUGIN_FORMS", ""))


@lru_cache(maxsize=4)
def _plans(extra: str) -> dict[str, Plan]:
    said = remembered("plans", _all)
    return {p.form_id: p for p in map(_from_json, said)}


def _all() -> list[Any]:
    from xlplugin.form import forms

    return [_to_json(_made(form_id)) for form_id in forms()]


def _made(form_id: str) -> Plan:
    from xlplugin.form import form

    f = form(form_id)
    at = {c.id: i for i, c in enumerate(f.cells)}
    return Plan(
        form_id,
        (f.years.first, f.years.last),
        tuple(at),
        tuple(c.label for c in f.cells),
        frozenset(c.id for c in f.cells if c.decimal),
        frozenset(f.derived),
        frozenset(c.id for c in f.cells if c.needs_rule_power),
        tuple(Scale(b.id, b.says, tuple(at[c] for c in b.left), tuple(at[c] for c in b.right)) for b in f.balances),
    )


def _to_json(p: Plan) -> list[Any]:
    return [sorted(x) if isinstance(x, frozenset) else x for x in p]


def _from_json(said: list[Any]) -> Plan:
    form_id, years, cells, labels, decimal, derived, power, balances = said
    scales = tuple(Scale(i, says, tuple(left), tuple(right)) for i, says, left, right in balances)
    return Plan(
        form_id,
        (years[0], years[1]),
        tuple(cells),
        tuple(labels),
        frozenset(decimal),
        frozenset(derived),
        frozenset(power),
        scales,
    )


def remembered(name: str, make: Any) -> Any:
    """JSON that follows from the package's own files: from the copy in the user's cache folder, else made and kept.

    A copy that cannot be read or written is no error; it only costs time.
    """
    place = _cache_folder() / f"{name}-{fingerprint()}.json"
    with contextlib.suppress(OSError, ValueError):
        if _is_ours(place):
            return json.loads(place.read_bytes())
    made = make()
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=place.parent, delete=False) as file:
            json.dump(made, file, ensure_ascii=False)
        Path(file.name).replace(place)
    return json.loads(json.dumps(made))


@lru_cache(maxsize=1)
def _code_stamp() -> bytes:
    """Changes when any module that the copies follow from is edited or reinstalled."""
    root = FORMS.parent
    found = []
    for folder in (root, root / "form", root / "books", root / "checking", root / "locating", root / "merging"):
        with os.scandir(folder) as entries:
            found += [(e.name, e.stat().st_mtime_ns, e.stat().st_size) for e in entries if e.name.endswith((".py", ".yaml"))]
    return repr(sorted(found)).encode()


def fingerprint() -> str:
    """Of the form files' bytes, this package's code and this Python."""
    digest = sha256(_code_stamp() + repr(sys.version_info).encode())
    folders = [FORMS, *(Path(p) for p in os.environ.get("XLPLUGIN_FORMS", "").split(os.pathsep) if p)]
    for folder in folders:
        for file in sorted(folder.glob("*.yaml")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:24]


def _cache_folder() -> Path:
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "xlplugin"


def _is_ours(place: Path) -> bool:
    """A copy that somebody else owns is not trusted."""
    return not hasattr(os, "getuid") or place.stat().st_uid == os.getuid()
