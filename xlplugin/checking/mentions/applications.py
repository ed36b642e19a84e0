"""What a sentence says about applications: received, carried in, closed, carried out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlplugin.checking.mentions.wording import AMOUNT, DISPUTE, REQUEST, UNIT, Mention, other_year, unit_of, value_of
from xlplugin.checking.sentences import Sentence

_FOREIGN = re.compile(
    r"信访|来信|来访|热线|12345|工单|建议|提案|咨询|留言|投诉|举报|监督检查|许可|备案|审批|救助|仲裁|调解|线索|低保|邮件|事项\d|来电"
)
_PART = re.compile(
    r"其中|网络|网上|线上|信函|来函|当面|邮寄|邮箱|电子邮件|传真|现场|渠道|平台|自然人|法人|企业|公民|个人|书面|网站|纸质|当场|网页"
)

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
        rf"(?:结转|转入|转结|延续|转接|顺延|转)(?:到|至|为)?{_NEXT}(?:继续)?(?:办理|处理|答复)?(?:的)?[^,、;:()\d]{{0,10}}?{AMOUNT}"
    ),
    re.compile(rf"{AMOUNT}{UNIT}?(?:申请)?(?:已|将|需)?(?:结转|转入|转结|延续|转接|顺延)(?:到|至|为)?{_NEXT}"),
)
_RESULT = re.compile(r"予以公开|部分公开|不予|无法提供|不属于|补正|撤[回销]|同意公开|属于|主动公开|不存在|告知")


def applications(sentence: Sentence, clauses: list[str], year: int | None) -> Iterator[Mention]:
    part = False
    for i, clause in enumerate(clauses):
        part = part or "其中" in clause
        if DISPUTE.search(clause) or _foreign(clauses, i):
            continue
        carried = list(_carried(sentence, clause, year))
        yield from carried
        taken = {m.value for m in carried}
        found: list[Mention] = []
        if not other_year(clause, year):
            if not part or re.search(r"新收|新增|当年收到|本年收到", clause):
                found += _received(sentence, clauses, i)
            if not part:
                found += _closed(sentence, clauses, i)
        yield from (m for m in found if m.value not in taken or not re.search(_MOVED, m.said))


def _foreign(clauses: list[str], i: int) -> bool:
    """Whether the clause counts something else: petitions, hotline calls, licences."""
    clause = clauses[i]
    if REQUEST.search(clause):
        return bool(re.search(r"行政许可申请|许可申请|复议申请|救助申请|主动公开", clause)) and not re.search(
            r"信息公开申请|依申请", clause
        )
    before = " ".join(clauses[: i + 1])
    return bool(_FOREIGN.search(clause)) or (bool(_FOREIGN.search(before)) and not REQUEST.search(before))


def _received(sentence: Sentence, clauses: list[str], i: int) -> Iterator[Mention]:
    clause = clauses[i]
    if re.search(_MOVED, clause) and not re.search(r"收到|受理|新收|接收|接到", clause):
        return
    found = _NEW.search(clause) or _BARE.search(clause)
    if found is None or _is_part(clause, found):
        return
    value = value_of(found)
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
        yield Mention("NAR-NEW", value, found.group() + unit_of(found), sentence, kind)


def _refers_back(clause: str, found: re.Match[str]) -> bool:
    """上年收到3件 speaks of another year."""
    return bool(re.search(r"上年|去年|同期|往年|较|比", clause[: found.start()])) or bool(re.search(r"同比|上年同期", clause))


def _names_request(sentence: Sentence, clauses: list[str], i: int, found: re.Match[str]) -> bool:
    """Whether the clause, or what comes before it, says that applications for information are counted."""
    near = clauses[i][max(0, found.start() - 14) :]
    if REQUEST.search(near):
        return True
    if REQUEST.search("".join(clauses[: i + 1])) and not re.search(r"收到[^件]*(?:款|费|元)", near):
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
        value = value_of(found)
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
        unit_end = found.end() + len(unit_of(found))
        if re.match(r"(?:予以公开|部分公开|不予)", clause[unit_end:]):
            continue
        if _names_request(sentence, clauses, i, found):
            yield Mention("NAR-DONE", value, found.group() + unit_of(found), sentence)


def _carried(sentence: Sentence, clause: str, year: int | None) -> Iterator[Mention]:
    """Carried in or out; a bare year (结转2023年1件) is read by whether it lies before the report year."""
    for rule, patterns in (("NAR-IN", _IN), ("NAR-OUT", _OUT)):
        for pattern in patterns:
            found = pattern.search(clause)
            value = value_of(found) if found else None
            if found is None or value is None:
                continue
            groups = found.groupdict()
            named = groups.get("year") or groups.get("next") or ""
            if named and year is not None and (int(named) < year) != (rule == "NAR-IN"):
                continue
            yield Mention(rule, value, found.group() + unit_of(found), sentence, named)
            break
