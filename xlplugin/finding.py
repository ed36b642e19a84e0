"""What a check found.  A finding is a value; nothing is raised for the content of a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

Number = int | Decimal


class Severity(StrEnum):
    """The four classes that users of the statistics system know (DOMAIN 2.1)."""

    FORCED = "强制"  # blocks; the number must change
    EXPLAIN = "准强制"  # blocks until a written explanation stands beside it
    VERIFY = "核实"  # wants a note
    NOTICE = "提示"  # may be ignored


@dataclass(frozen=True, slots=True)
class Suspect:
    """One smallest set of changes that would make every 强制 balance hold: cell id → the value that should stand there."""

    cells: dict[str, Number]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a reviewer would send back.

    `rule` is the rule's lasting id, with the column or row after a dot where the rule is applied many times
    (`T3-SUM.natural_person`).  `left`, `right` and `gap` (left − right) are None where the rule compares nothing.
    `explanation` is what the clerk wrote (审核说明); it settles 准强制 and 核实.  `follows` names the finding whose
    mending mends this one too: every broken balance is told, but only the first cause is read out to a person.
    """

    rule: str
    severity: Severity
    message: str
    cells: tuple[str, ...] = ()
    left: Number | None = None
    right: Number | None = None
    gap: Number | None = None
    fix: str = ""
    seen: str = ""
    suspects: tuple[Suspect, ...] = field(default=())
    explanation: str = ""
    follows: str = ""

    @property
    def family(self) -> str:
        """The rule's id without the column or row."""
        return self.rule.partition(".")[0]

    @property
    def blocks(self) -> bool:
        """Whether 提交审核 must stop: 强制 always, 准强制 until it is explained."""
        return self.severity is Severity.FORCED or (self.severity is Severity.EXPLAIN and not self.explanation)

    def to_dict(self) -> dict[str, Any]:
        """The finding as CLI.md fixes it."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "cells": list(self.cells),
            "left": json_number(self.left),
            "right": json_number(self.right),
            "gap": json_number(self.gap),
            "message": self.message,
            "fix": self.fix,
            "seen": self.seen,
            "suspects": [{"cells": {c: json_number(v) for c, v in s.cells.items()}, "why": s.why} for s in self.suspects],
            "explanation": self.explanation,
            "follows": self.follows,
        }

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Finding:
        return cls(
            rule=said["rule"],
            severity=Severity(said["severity"]),
            message=said["message"],
            cells=tuple(said["cells"]),
            left=number_from_json(said["left"]),
            right=number_from_json(said["right"]),
            gap=number_from_json(said["gap"]),
            fix=said.get("fix", ""),
            seen=said.get("seen", ""),
            suspects=tuple(_suspect(s) for s in said.get("suspects", ())),
            explanation=said.get("explanation", ""),
            follows=said.get("follows", ""),
        )


def causes(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without those that only follow from another one."""
    return tuple(f for f in findings if not f.follows)


def _suspect(said: dict[str, Any]) -> Suspect:
    cells = {c: number_from_json(v) for c, v in said["cells"].items()}
    return Suspect({c: v for c, v in cells.items() if v is not None}, said.get("why", ""))


def json_number(number: Number | None) -> int | str | None:
    """Whole numbers are JSON integers; Decimals are strings that keep their digits; nothing is null."""
    return str(number) if isinstance(number, Decimal) else number


def number_from_json(number: int | str | None) -> Number | None:
    return Decimal(number) if isinstance(number, str) else number
