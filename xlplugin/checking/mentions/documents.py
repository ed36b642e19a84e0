"""What a sentence says about 行政规范性文件: issued, repealed, in force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlplugin.checking.mentions.wording import AMOUNT, UNIT, Mention, clauses, other_year, unit_of, value_of
from xlplugin.checking.sentences import Sentence

_DOC = r"(?:行政)?规范性文件"
_BEFORE = r"[^,、;:()\d]{0,10}?"
_DOCUMENTS = (
    (
        "issued",
        re.compile(rf"(?:制发|制定|出台|印发|新制定|制定出台|制定发布|新制发|发布){_BEFORE}{_DOC}(?:共|共计|为|总计)?{AMOUNT}"),
    ),
    ("issued", re.compile(rf"(?:制发|制定|出台|印发|制定出台|发布)(?:了)?{_BEFORE}{AMOUNT}{UNIT}{_DOC}")),
    ("repealed", re.compile(rf"(?:废止|宣布失效|废止失效){_BEFORE}{_DOC}(?:共|共计|为|总计)?{AMOUNT}")),
    ("repealed", re.compile(rf"(?:废止)(?:了)?{AMOUNT}(?:{UNIT}{_DOC})?")),
    ("in_force", re.compile(rf"现行有效(?:的)?{_BEFORE}(?:{_DOC})?(?:共|共计|为|总计|有)?{AMOUNT}")),
    ("in_force", re.compile(rf"现行有效(?:的)?{_BEFORE}{AMOUNT}{UNIT}{_DOC}")),
)
_NOT_OURS = re.compile(
    r"党内|党委|备案|合法性审[查核]|审查|清理|解读|征求|公开发布平台|指导|培训|各乡镇|各部门|较|同比|上年|去年"
)


def documents(sentence: Sentence, year: int | None) -> Iterator[Mention]:
    """“废止2件” counts only behind a clause that names 规范性文件; a sentence that turns to other papers is left there."""
    if not re.search(_DOC, sentence.folded):
        return
    said: set[str] = set()
    named = False
    for clause in clauses(sentence.folded):
        named = named or re.search(_DOC, clause) is not None
        if _NOT_OURS.search(clause) or other_year(clause, year):
            return
        for kind, pattern in _DOCUMENTS:
            found = pattern.search(clause)
            value = value_of(found) if found else None
            if found and value is not None and kind not in said and named:
                said.add(kind)
                yield Mention("NAR-DOC", value, found.group() + unit_of(found), sentence, kind)
