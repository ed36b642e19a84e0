"""What the prose says about the numbers of the tables (DOMAIN 2.4).

A mention is taken only where the wording leaves one reading: the number behind its verb, never across a clause; parts
after 其中 and by channel or applicant are not totals; reviews of other people’s cases, petitions and hotlines are not
applications.  What is doubtful is left alone: a missed sentence costs little, a false alarm costs trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xlplugin.checking.sentences import NUMBER, Sentence, number

UNIT = r"(?:件次|件|份|宗|起|例|条|个|项|次|封)"
AMOUNT = rf"(?P<n>{NUMBER})(?![\d.%])(?P<about>[余多几])?(?={UNIT})(?!个(?:工作|自然|小时|月|季|乡|镇|部门|单位|渠道|平台))"
_ABOUT = re.compile(r"(?:约|近|超过?|逾|达到?约|不足)$")

_REQUEST = re.compile(
    r"信息公开申请|依申请公开|公开申请|申请公开|政府信息申请|信息申请|申请信息公开|公开(?:政府)?信息的?申请|申请获取"
)
_FOREIGN = re.compile(
    r"信访|来信|来访|热线|12345|工单|建议|提案|咨询|留言|投诉|举报|监督检查|许可|备案|审批|救助|仲裁|调解|线索|低保|邮件|事项\d|来电"
)
_DISPUTE = re.compile(r"复议|诉讼|起诉|应诉|败诉")
_PART = re.compile(
    r"其中|网络|网上|线上|信函|来函|当面|邮寄|邮箱|电子邮件|传真|现场|渠道|平台|自然人|法人|企业|公民|个人|书面|网站|纸质|当场|网页"
)
_ABOUT_US = re.compile(r"信息公开|政务公开|依申请|公开申请|申请公开|公开工作")


class Mention(NamedTuple):
    """One thing the prose says: under which rule it is compared, the number, the words, the sentence, and how it was meant."""

    rule: str
    value: int
    said: str
    sentence: Sentence
    kind: str = ""


def mentions(sentence: Sentence, year: int | None = None) -> Iterator[Mention]:
    """Everything that one sentence says about the tables of a report for `year`; other years are left alone."""
    yield from _disputes(sentence)
    yield from _documents(sentence, year)
    if _REQUEST.search(sentence.folded) or sentence.topic == "依申请公开":
        yield from _none(sentence)
        for run in _runs(sentence.folded):
            yield from _applications(sentence, _clauses(run), year)


def _runs(folded: str) -> list[str]:
    """The sentence without what stands in brackets, and then each bracket by itself."""
    inner = re.findall(r"\(([^()]*)\)", folded)
    return [re.sub(r"\([^()]*\)", "", folded), *inner]


def _clauses(folded: str) -> list[str]:
    """Clauses between commas; a comma inside a number is no comma."""
    return [c for c in re.split(r"(?<!\d),|,(?!\d{3}(?!\d))|[、:()]", folded) if c]


def _other_year(clause: str, year: int | None) -> bool:
    """Whether the clause opens with a year that is not the report year."""
    found = re.match(r"(?:截至|在)?(20\d\d)年", clause)
    return found is not None and year is not None and int(found.group(1)) != year


def _value(match: re.Match[str]) -> int | None:
    """The number of a match; None where it is rounded (余, 约) or not whole."""
    if match.group("about") or _ABOUT.search(match.string[: match.start("n")]):
        return None
    value = number(match.group("n"))
    return value if isinstance(value, int) else None


# ── applications ─────────────────────────────────────────────────────────────────────────────────────────────────
_GAP = r"[^,、;:()\d]{0,34}?"
_NEW = re.compile(rf"(?P<verb>收到|受理|新收|接收|接到|收悉|新增|收取|共收|收件){_GAP}{AMOUNT}")
_BARE = re.compile(
    rf"(?:依申请公开|信息公开申请|公开申请)(?:政府信息)?(?:的)?(?:件数|件|数量|申请|事项|案件|总数|情况)?(?:共计|共有|合计|总计|为|共|有|是)?{AMOUNT}"
)
_DONE = re.compile(rf"(?P<verb>办结|答复|办理完毕|办理答复|回复|办理完成|处理完毕|审结){_GAP}{AMOUNT}")
_LAST = r"(?:上一?年度?|去年度?|往年|以前年度|(?P<year>20\d\d)年度?)"
_NEXT = r"(?:下一?年度?|次年度?|明年度?|来年|(?P<next>20\d\d)年度?)"
_IN = (
    re.compile(
        rf"{_LAST}(?:度)?(?:末)?(?:结转|转入|转结|遗留|未办结)(?:的|至今年|到今年|本年|至本年)?[^,、;:()\d]{{0,14}}?{AMOUNT}"
    ),
    re.compile(rf"{AMOUNT}{UNIT}?(?:申请)?(?:为|是|系|属于?|由)?{_LAST}(?:末)?(?:结转|转入|转结|遗留|未办结)"),
    re.compile(rf"结转(?:自)?{_LAST}(?:的)?[^,、;:()\d]{{0,10}}?{AMOUNT}"),
)
_MOVED = r"结转|转入|转结|遗留|顺延|延续|留待|延至|下一年|下年"
_OUT = (
    re.compile(
        rf"(?:结转|转入|转结|延续|转接|顺延)(?:到|至|为)?{_NEXT}(?:继续)?(?:办理|处理|答复)?(?:的)?[^,、;:()\d]{{0,10}}?{AMOUNT}"
    ),
    re.compile(rf"{AMOUNT}{UNIT}?(?:申请)?(?:已|将|需)?(?:结转|转入|转结|延续|转接|顺延)(?:到|至|为)?{_NEXT}"),
)
_RESULT = re.compile(r"予以公开|部分公开|不予|无法提供|不属于|补正|撤[回销]|同意公开|属于|主动公开|不存在|告知")


def _applications(sentence: Sentence, clauses: list[str], year: int | None) -> Iterator[Mention]:
    part = False
    for i, clause in enumerate(clauses):
        part = part or "其中" in clause
        if _DISPUTE.search(clause) or _foreign(clauses, i):
            continue
        carried = list(_carried(sentence, clause, year))
        yield from carried
        taken = {m.value for m in carried}
        found: list[Mention] = []
        if not _other_year(clause, year):
            if not part or re.search(r"新收|新增|当年收到|本年收到", clause):
                found += _received(sentence, clauses, i)
            if not part:
                found += _closed(sentence, clauses, i)
        yield from (m for m in found if m.value not in taken or not re.search(_MOVED, m.said))


def _foreign(clauses: list[str], i: int) -> bool:
    """Whether the clause counts something else: petitions, hotline calls, licences."""
    clause = clauses[i]
    if _REQUEST.search(clause):
        return bool(re.search(r"行政许可申请|许可申请|复议申请|救助申请|主动公开", clause)) and not re.search(
            r"信息公开申请|依申请", clause
        )
    before = " ".join(clauses[: i + 1])
    return bool(_FOREIGN.search(clause)) or (bool(_FOREIGN.search(before)) and not _REQUEST.search(before))


def _received(sentence: Sentence, clauses: list[str], i: int) -> Iterator[Mention]:
    clause = clauses[i]
    if re.search(_MOVED, clause) and not re.search(r"收到|受理|新收|接收|接到", clause):
        return
    found = _NEW.search(clause) or _BARE.search(clause)
    if found is None or _is_part(clause, found):
        return
    value = _value(found)
    if value is None or re.search(r"[未没]有?(?:再)?收到", clause) or _refers_back(clause, found):
        return
    if found.re is _BARE and re.search(r"办结|答复|回复|处理完", clause[: found.start()]):
        return
    if _names_request(sentence, clauses, i, found):
        fresh = bool(re.search(r"新收|新增|当年收到|本年收到|本年新", clause)) and not re.search(r"共", clause)
        kind = (
            "new"
            if fresh
            else "handling"
            if found.re is _BARE and re.search(r"办理|处理|答复|办结", clause[: found.start()])
            else ""
        )
        yield Mention("NAR-NEW", value, found.group() + _unit_of(found), sentence, kind)


def _unit_of(found: re.Match[str]) -> str:
    unit = re.match(UNIT, found.string[found.end() :])
    return unit.group() if unit else ""


def _refers_back(clause: str, found: re.Match[str]) -> bool:
    """上年收到3件 speaks of another year."""
    return bool(re.search(r"上年|去年|同期|往年|较|比", clause[: found.start()])) or bool(re.search(r"同比|上年同期", clause))


def _names_request(sentence: Sentence, clauses: list[str], i: int, found: re.Match[str]) -> bool:
    """Whether the clause, or what comes before it, says that applications for information are counted."""
    near = clauses[i][max(0, found.start() - 14) :]
    if _REQUEST.search(near):
        return True
    if _REQUEST.search("".join(clauses[: i + 1])) and not re.search(r"收到[^件]*(?:款|费|元)", near):
        return True
    return sentence.topic == "依申请公开" and (
        "申请" in near or not re.search(r"[件份条]\S", near[found.end() - found.start() :][:2])
    )


def _is_part(clause: str, found: re.Match[str]) -> bool:
    """Whether channel or applicant words make the number a part of the total."""
    before = clause[: found.end()]
    if re.search(r"等[^,]{0,4}(?:渠道|方式|形式|途径)", before):
        return False
    inner = clause[max(0, found.start() - 12) : found.end() + 6]
    inner = re.sub(r"(?:公民|群众)(?=(?:的)?(?:申请公开|公开申请|信息公开|依申请))", "", inner)
    inner = re.sub(r"(?:公民|自然人|个人)[和、与及,]*(?:法人|企业)(?:和|或|及|与)?(?:者)?(?:其他|其它)?(?:社会)?组织", "", inner)
    return _PART.search(inner) is not None


def _closed(sentence: Sentence, clauses: list[str], i: int) -> Iterator[Mention]:
    clause = clauses[i]
    for found in _DONE.finditer(clause):
        value = _value(found)
        between = found.group()
        if value is None or _is_part(clause, found) or _RESULT.search(between) or _refers_back(clause, found):
            continue
        if re.search(r"^(?:率|时限|时间|期限)", clause[found.start() + len(found.group("verb")) :]) or re.search(
            r"[未没][^,]{0,2}$", clause[: found.start()]
        ):
            continue
        if (
            re.search(r"收到|受理", between)
            or re.search(r"指导|督促|协助|转办|参与", clause[: found.start()])
            or _RESULT.search(clause[: found.start()])
        ):
            continue
        if re.search(rf"上年|去年|{_MOVED}", clause[: found.end()]):
            continue
        unit_end = found.end() + len(_unit_of(found))
        if re.match(r"(?:予以公开|部分公开|不予)", clause[unit_end:]):
            continue
        if _names_request(sentence, clauses, i, found):
            yield Mention("NAR-DONE", value, found.group() + _unit_of(found), sentence)


def _carried(sentence: Sentence, clause: str, year: int | None) -> Iterator[Mention]:
    """Carried in or out; a bare year (结转2023年1件) is read by whether it lies before the report year."""
    for rule, patterns in (("NAR-IN", _IN), ("NAR-OUT", _OUT)):
        for pattern in patterns:
            found = pattern.search(clause)
            value = _value(found) if found else None
            if found is None or value is None:
                continue
            groups = found.groupdict()
            named = groups.get("year") or groups.get("next") or ""
            if named and year is not None and (int(named) < year) != (rule == "NAR-IN"):
                continue
            yield Mention(rule, value, found.group() + _unit_of(found), sentence, named)
            break


# ── nothing received ─────────────────────────────────────────────────────────────────────────────────────────────
_RECEIVED_NONE = re.compile(
    r"(?:未|没有|没|尚未|暂未|均未)(?:曾|再)?(?:收到|受理|接到|接收|收悉|发生|出现|产生|办理)(?:过|到)?(?:任何)?(?P<what>[^,;:]{0,34})"
)
_NO = re.compile(
    r"(?:^|本年度?|全年|年度?|街道|单位|机关|我[镇乡局县区办]|情况|公开)(?:暂|均|尚)?(?:无|没有)(?:任何)?(?P<what>(?:人|公民|群众|社会公众|[^,;:]{0,16})?(?:依申请公开|信息公开申请|公开申请|申请公开|申请信息公开|申请政府信息|申请)[^,;:]{0,10})"
)
_NOT_NONE = re.compile(
    r"收费|收取|费用|超期|逾期|结转|投诉|举报|更正|错误|纠纷|复议|诉讼|起诉|泄密|不当|违规|失信|责任|问题|未答复|不予公开|不满|退|异议|办结|延期|引发|引起|媒体|舆情|许可"
)


def _none(sentence: Sentence) -> Iterator[Mention]:
    joined = sentence.folded
    for pattern in (_RECEIVED_NONE, _NO):
        for found in pattern.finditer(joined):
            what = found.group("what")
            if _NOT_NONE.search(what) or re.search(
                r"其中|网络|网上|信函|当面|平台|渠道", joined[max(0, found.start() - 12) : found.start()]
            ):
                continue
            named = _REQUEST.search(what) or re.search(r"申请", what) or (sentence.topic == "依申请公开" and not what)
            foreign = re.search(r"许可申请|复议申请|更正申请|救助申请", what)
            if named and not foreign and not re.match(r"\d", joined[found.end() :][:1] or " "):
                yield Mention("NAR-NONE", 0, found.group(), sentence)
                return


# ── reviews and lawsuits ─────────────────────────────────────────────────────────────────────────────────────────
_REV = r"(?:行政复议|复议)(?:申请|案件|案|事项|情况)?"
_LIT = r"(?:行政诉讼|诉讼|行政应诉)(?:案件|案|事项|情况)?"
_COUNT = rf"(?:的)?(?:总数|数量|件数|数)?(?:共计|共|合计|总计|均为|都是|为|有|是)?{AMOUNT}"
_CASES = (("NAR-REV", _REV), ("NAR-LIT", _LIT))
_NO_CASES = re.compile(
    r"(?:未|没有|没|无|不存在|未曾|均未|均无|尚未|暂无)(?:被|有|因|发生|出现|产生|引发|收到|接到|涉及|人|公民|申请人|对)?(?P<what>[^;]{0,50}?(?:复议|诉讼)[^;。]{0,16})"
)


def _disputes(sentence: Sentence) -> Iterator[Mention]:
    folded = sentence.folded
    if not _DISPUTE.search(folded) or not (_ABOUT_US.search(folded) or sentence.topic == "依申请公开"):
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
    for clause in _clauses(joined):
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
        if both.group("n") and _value(both) == 0:
            yield from (Mention(rule, 0, both.group() + _unit_of(both), sentence) for rule, _ in _CASES)
        return
    for rule, noun in _CASES:
        found = re.search(rf"{noun}{_COUNT}", clause)
        value = _value(found) if found else None
        if found:
            taken.append(found.span("n"))
            if value is not None:
                yield Mention(rule, value, found.group() + _unit_of(found), sentence)
            continue
        found = re.search(rf"{AMOUNT}{UNIT}(?:的)?(?:被|提起|因[^,]{{0,12}})?{noun}", clause)
        if found and found.span("n") not in taken:
            value = _value(found)
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


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────
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


def _documents(sentence: Sentence, year: int | None) -> Iterator[Mention]:
    if not re.search(_DOC, sentence.folded):
        return
    said: set[str] = set()
    for clause in _clauses(sentence.folded):
        if _NOT_OURS.search(clause) or _other_year(clause, year):
            return
        for kind, pattern in _DOCUMENTS:
            found = pattern.search(clause)
            value = _value(found) if found else None
            if found and value is not None and kind not in said:
                said.add(kind)
                yield Mention("NAR-DOC", value, found.group() + _unit_of(found), sentence, kind)
