"""What a sentence says about reviews and lawsuits that information requests led to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlplugin.checking.mentions.wording import ABOUT_US, AMOUNT, DISPUTE, UNIT, Mention, clauses, unit_of, value_of
from xlplugin.checking.sentences import Sentence

_REV = r"(?:行政复议|复议)(?:申请|案件|案|事项|情况)?"
_LIT = r"(?:行政诉讼|诉讼|行政应诉)(?:案件|案|事项|情况)?"
_COUNT = rf"(?:的)?(?:总数|数量|件数|数)?(?:共计|共|合计|总计|均为|都是|为|有|是)?{AMOUNT}"
_CASES = (("NAR-REV", _REV), ("NAR-LIT", _LIT))
_NO_CASES = re.compile(
    r"(?:未|没有|没|无|不存在|未曾|均未|均无|尚未|暂无)(?:被|有|因|发生|出现|产生|引发|收到|接到|涉及|人|公民|申请人|对)?(?P<what>[^;]{0,50}?(?:复议|诉讼)[^;。]{0,16})"
)


def disputes(sentence: Sentence) -> Iterator[Mention]:
    folded = sentence.folded
    if not DISPUTE.search(folded) or not (ABOUT_US.search(folded) or sentence.topic == "依申请公开"):
        return
    if re.search(r"(?:作为|履行)复议机关|代理|指导|培训|学习|案例|条例|规定|法治", folded):
        return
    counted = list(_counted_cases(sentence))
    yield from counted
    if not counted:
        yield from _no_cases(sentence)


def _counted_cases(sentence: Sentence) -> Iterator[Mention]:
    part = said = False
    joined = re.sub(rf"({_REV})、({_LIT})(?=(?:均|都|共|为|有|是)*\d)", r"\1和\2", sentence.folded)
    for clause in clauses(joined):
        part = part or (said and "其中" in clause)
        if part or re.search(r"上年|去年|同比|较", clause):
            continue
        for mention in _cases_of(sentence, clause):
            said = True
            yield mention


def _cases_of(sentence: Sentence, clause: str) -> Iterator[Mention]:
    taken: list[tuple[int, int]] = []
    both = re.search(rf"{_REV}(?:和|及|与|或|以及){_LIT}(?:{_COUNT})?", clause)
    if both:
        if both.group("n") and value_of(both) == 0:
            yield from (Mention(rule, 0, both.group() + unit_of(both), sentence) for rule, _ in _CASES)
        return
    for rule, noun in _CASES:
        found = re.search(rf"{noun}{_COUNT}", clause)
        value = value_of(found) if found else None
        if found:
            taken.append(found.span("n"))
            if value is not None:
                yield Mention(rule, value, found.group() + unit_of(found), sentence)
            continue
        found = re.search(rf"{AMOUNT}{UNIT}(?:的)?(?:被|提起|因[^,]{{0,12}})?{noun}", clause)
        if found and found.span("n") not in taken:
            value = value_of(found)
            if value is not None:
                yield Mention(rule, value, found.group(), sentence)


def _no_cases(sentence: Sentence) -> Iterator[Mention]:
    for found in _NO_CASES.finditer(sentence.folded):
        what = found.group("what")
        if re.search(r"败诉|纠正|被撤销|超期|未经|不服", found.group()) or re.search(r"\d", what):
            continue
        for rule, noun in _CASES:
            if re.search(noun, what):
                yield Mention(rule, 0, found.group(), sentence)
        return
