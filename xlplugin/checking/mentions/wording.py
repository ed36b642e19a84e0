"""What all sentences have in common: amounts, clauses, brackets, years, and what one mention is."""

from __future__ import annotations

import re
from typing import NamedTuple

from xlplugin.checking.sentences import NUMBER, Sentence, number

UNIT = r"(?:件次|件|份|宗|起|例|条|个|项|次|封)"
AMOUNT = rf"(?P<n>{NUMBER})(?![\d.%])(?P<about>[余多几])?(?={UNIT})(?!个(?:工作|自然|小时|月|季|乡|镇|部门|单位|渠道|平台))"
_ABOUT = re.compile(r"(?:约|近|超过?|逾|达到?约|不足)$")

REQUEST = re.compile(
    r"信息公开申请|依申请公开|公开申请|申请公开|政府信息申请|信息申请|申请信息公开|公开(?:政府)?信息的?申请|申请获取"
)
DISPUTE = re.compile(r"复议|诉讼|起诉|应诉|败诉")
ABOUT_US = re.compile(r"信息公开|政务公开|依申请|公开申请|申请公开|公开工作")


class Mention(NamedTuple):
    """One thing the prose says: under which rule it is compared, the number, the words, the sentence, and how it was meant."""

    rule: str
    value: int
    said: str
    sentence: Sentence
    kind: str = ""


def runs(folded: str) -> list[str]:
    """The sentence without what stands in brackets, and then each bracket by itself."""
    inner = re.findall(r"\(([^()]*)\)", folded)
    return [re.sub(r"\([^()]*\)", "", folded), *inner]


def clauses(folded: str) -> list[str]:
    """Clauses between commas; a comma inside a number is no comma."""
    return [c for c in re.split(r"(?<!\d),|,(?!\d{3}(?!\d))|[、:()]", folded) if c]


def other_year(clause: str, year: int | None) -> bool:
    """Whether the clause opens with a year that is not the report year."""
    found = re.match(r"(?:截至|在)?(20\d\d)年", clause)
    return found is not None and year is not None and int(found.group(1)) != year


def value_of(match: re.Match[str]) -> int | None:
    """The number of a match; None where it is rounded (余, 约) or not whole."""
    if match.group("about") or _ABOUT.search(match.string[: match.start("n")]):
        return None
    value = number(match.group("n"))
    return value if isinstance(value, int) else None


def unit_of(found: re.Match[str]) -> str:
    unit = re.match(UNIT, found.string[found.end() :])
    return unit.group() if unit else ""
