"""One workbook as received and judged by itself, in the small shape that ten thousand of them can have.

Numbers are packed as text in the order of the form's cells (`0,0,12,,0.092`; nothing between commas is a blank), so
that equal reports are equal strings and anybody can read the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from xlplugin.finding import Finding, Severity

if TYPE_CHECKING:
    from xlplugin.report import Report

Number = int | Decimal
LEAF, LOCAL, WHOLE = "", "本级", "全域"
SCOPES = (LOCAL, WHOLE)


class Marks(NamedTuple):
    """What a roll-up says about itself: its scope, whether anyone is missing, who is in it, who left which cell blank."""

    scope: str = LEAF
    complete: bool = True
    units: tuple[str, ...] = ()
    open: tuple[tuple[str, tuple[str, ...]], ...] = ()


LEAF_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Filed:
    """One file: where it lay, what stands in it, what its own check found.  `refusal` says why it could not be read."""

    file: str
    sha256: str = ""
    size: int = 0
    mtime: int = 0  # nanoseconds; only to tell two files of one 填报日期 apart
    refusal: str = ""
    code: str = ""  # E-code of the refusal
    form: str = ""
    year: int | None = None
    name: str = ""
    unit_code: str = ""
    level: str = ""
    parent: str = ""
    date: str = ""  # 填报日期 as 2025-01-12, "" where the cover has none
    packed: str = ""
    states: Mapping[str, str] = field(default_factory=dict)  # only cells that are not plain typed numbers
    findings: tuple[Finding, ...] = ()
    marks: Marks = LEAF_MARKS
    prose: Mapping[str, str] = field(default_factory=dict)  # the sections that are compared with other units
    deferred: Mapping[str, Any] = field(default_factory=dict)  # what the quick way read; its findings come with `resolved`

    @property
    def forced(self) -> bool:
        """Whether a 强制 finding is open."""
        return bool(self.deferred.get("forced")) or any(f.severity is Severity.FORCED for f in self.findings)

    @property
    def unexplained(self) -> int:
        """How many 准强制 findings, blanks apart, have no 审核说明."""
        return sum(f.blocks and f.severity is Severity.EXPLAIN and f.family != "V-BLANK" for f in self.findings)

    @property
    def altered(self) -> bool:
        return any(f.family == "RU-ALT" for f in self.findings)

    def slip(self) -> Slip:
        return Slip(
            self.file,
            self.sha256,
            self.mtime,
            self.refusal,
            self.code,
            self.form,
            self.year,
            self.name,
            self.unit_code,
            self.parent,
            self.date,
            self.marks.scope,
            self.forced,
            self.unexplained,
            self.altered,
        )

    def content(self) -> str:
        """What was read from these bytes, as JSON; where the file lay is not part of it."""
        said = {k: v for k in _CONTENT if (v := getattr(self, k)) not in ("", None, {})}
        if self.findings:
            said["findings"] = [f.to_dict() for f in self.findings]
        if self.marks.scope:
            said["marks"] = self.marks._asdict()
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_content(cls, content: str, *, file: str, sha256: str, size: int = 0, mtime: int = 0) -> Filed:
        said = json.loads(content)
        marks = said.pop("marks", None)
        findings = tuple(Finding.from_dict(f) for f in said.pop("findings", ()))
        return cls(file, sha256, size, mtime, findings=findings, marks=marks_from(marks), **said)


_PLACE = {"file", "sha256", "size", "mtime", "findings", "marks"}
_CONTENT = tuple(f.name for f in fields(Filed) if f.name not in _PLACE)


class Slip(NamedTuple):
    """What is needed of a file to decide its state among the others."""

    file: str
    sha256: str
    mtime: int
    refusal: str
    code: str
    form: str
    year: int | None
    name: str
    unit_code: str
    parent: str
    date: str
    scope: str
    forced: bool
    unexplained: int
    altered: bool
    past: bool = False  # an earlier content of a file that now has another

    @property
    def age(self) -> tuple[str, int, str]:
        """Later is greater: by 填报日期, then by the file's own time, then by content, so never by order of arrival."""
        return (self.date, self.mtime, self.sha256)


def marks_from(said: Mapping[str, Any] | None) -> Marks:
    if not said:
        return LEAF_MARKS
    opened = tuple((str(c), tuple(units)) for c, units in said.get("open", ()))
    return Marks(said["scope"], bool(said["complete"]), tuple(said["units"]), opened)


def filed_of(
    report: Report, findings: Iterable[Finding] = (), *, size: int = 0, mtime: int = 0, marks: Marks | None = None, file: str = ""
) -> Filed:
    """A report with its findings as one filed workbook.  Blank totals whose parts are there are filled in for the sum."""
    from xlplugin.checking.copying import SECTIONS
    from xlplugin.deriving import derive
    from xlplugin.merging.dates import iso_date

    full = derive(report)
    entries = [(c.id, full.entry(c.id)) for c in report.form.cells]
    cover = report.cover
    return Filed(
        file=file or report.file or "",
        sha256=report.sha256 or "",
        size=size,
        mtime=mtime,
        form=report.form_id,
        year=cover.year,
        name=(cover.name or "").strip(),
        unit_code=(cover.code or "").strip().upper(),
        level=cover.level or "",
        parent=(cover.parent or "").strip(),
        date=iso_date(cover.date or ""),
        packed=pack(e.value for _, e in entries),
        states={c: str(e.state) for c, e in entries if e.state != "number"},
        findings=tuple(findings),
        marks=marks or LEAF_MARKS,
        prose={k: report.text[k] for k in SECTIONS if report.text.get(k)},
    )


def pack(numbers: Iterable[Number | None]) -> str:
    return ",".join("" if n is None else str(n) for n in numbers)


@lru_cache(maxsize=128)
def unpack(packed: str) -> tuple[Number | None, ...]:
    """The numbers of a report in the order of the form's cells; None is a blank."""
    try:
        return tuple(map(int, packed.split(",")))
    except ValueError:
        return tuple(_number(text) for text in packed.split(","))


def _number(text: str) -> Number | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def is_zero(packed: str) -> bool:
    """Whether every cell is a written 0."""
    return not packed.strip("0,.") and ",," not in packed and packed[:1] not in ("", ",") and packed[-1:] != ","
