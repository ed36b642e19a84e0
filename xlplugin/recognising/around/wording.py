"""What the prose of a published report says about itself: who reports, on which year, when it was published."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_ORGAN = (
    r"(?:人民政府办公室|人民政府办公厅|人民政府|街道办事处|街道办|办事处|管理委员会|管委会|委员会|办公室|办公厅|管理局|监督局|"
    r"执法局|分局|总局|局|厅|镇政府|乡政府|县政府|市政府|区政府)"
)
_TITLE = re.compile(
    r"^(?P<early>20\d\d年?度?)?(?P<unit>.{0,40}?)(?P<year>20\d\d)?年?度?(?P<whose>政府|政务)?信息公开(?:工作)?(?:开展)?(?:情况)?的?"
    r"(?P<inner>20\d\d年?)?(?:年度)?(?:工作)?(?:年?度?报告|(?P<short>年报))(?P<tail>.{0,20})$"
)
_YEAR_ALONE = re.compile(r"^[(\[]?(20\d\d)年?度?[)\]]?$")
_PATH_SIGNS = frozenset(">»›")
_LONGEST_PATH = 160
_LONGEST = 70  # characters of a title
_NEAR = 2  # lines: a date may stand between titles of a list
_BEGINS = re.compile(r"20\d\d年(?:度|以来|来)?,")
_PERIOD = re.compile(r"(20\d\d)年?1月1日起?,?(?:至|到|—|-|―|–|~|起至)+(?:20\d\d)?年?12月31日")
_DATE = re.compile(r"(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})日?(?:\d{1,2}:\d{2}(?::\d{2})?)?")
_BEHIND_DATE = re.compile(
    r"$|来源|[\u4e00-\u9fff]{2,30}?(?:浏览|点击|阅读)"
)  # of a line that says when and by whom a page was made
_DATE_LABELS = (
    re.compile(r"(?:发布|公开|公布|发表|信息|上传|更新)(?:日期|时间)[::]?"),
    re.compile(r"(?:成文|生成|发文)(?:日期|时间)[::]?|(?<![计始止限办会])(?:日期|时间)[::]"),
)
_ANY = r"[\u4e00-\u9fff]"
_PART = r"(?!党政|政务|政府|综合|行政|机关|信息|工作|认真|严格|坚持|紧|按|根据|依据|依照|高度|深入|积极|始终|结合|切实|组织|围绕|在|由|向|对|的|等|各)"
_NAME = rf"{_ANY}{{2,22}}?{_ORGAN}(?:{_PART}{_ANY}{{1,10}}?{_ORGAN})?"  # 某某区人民政府某某街道办事处 is one name
_UNIT = rf"(?:{_NAME}|{_ANY}{{2,14}}?(?:街道|镇|乡))"
_REPORTER = re.compile(
    rf"(?:^|[,。;:、(])(?:20\d\d年(?:度|来|以来)?,?)?((?!根据|按照|依据|为|在|本|结合){_NAME})(?=[\u4e00-\u9fff,:(])"
)
_OF_REPORT = re.compile(
    rf"(?:公布|公开|发布|现将|制定|编制|《)(?:20\d\d年?+度?+)?+({_ANY}{{2,28}}?)(?:20\d\d年?度?)?(?:政府|政务)?信息公开(?:工作)?(?:情况)?(?:20\d\d年?)?"
    rf"(?:年度)?(?:工作)?(?:情况|年?度?报告)(?!格式|编制|发布|有关|填报|统计)"
)
_OF_DOING = re.compile(rf"(?:做好|推进|加强|结合)(?:20\d\d年?+度?+)?+({_UNIT})(?:20\d\d年?度?)?政府信息公开")
_MADE_BY = re.compile(rf"由({_UNIT})(?:{_ANY}{{0,8}}?(?:编制|制作|撰写)|(?=根据|依据|依照|按照|结合|围绕|综合))")
_MAKES = re.compile(
    rf"(?:^|[,。;:])({_UNIT})(?:(?:结合|根据){_ANY}{{2,8}},?)?(?:认真|特|现)?(?:(?:编制|撰写|制作)(?:了|完成)?20\d\d年|向社会公[布开]本)"
)
_PLACE = re.compile(r"(?:^|[,。])([\u4e00-\u9fff]{2,6}(?:街道|镇|乡))(?=在|认真|严格|紧|坚持|深入|按照|高度|始终|积极)")
_BEFORE_NAME = re.compile(r"^(?:如有疑问)?(?:(?:特|现)?向社会公[布开]|结合|特|现|可?请?与|请?联系|可?请?向|由)")
_ITS_OFFICE = re.compile(r"(?<=[府处会局厅道镇乡])(?:党政|政务|综合|行政|机关|信息)[\u4e00-\u9fff]{0,6}$")  # who wrote it there
_SO_CALLED = re.compile(r"\(以?下(?:文)?(?:简|统)?称[^()]{1,40}\)")
_UNDER_TITLE = re.compile(rf"^[\u4e00-\u9fff]{{2,28}}?(?:{_ORGAN}|街道|镇|乡)(?:\([\u4e00-\u9fff]{{2,20}}\))?$")
_ENDS_NAME = re.compile(
    rf"(?:{_ORGAN}|政府|部门|单位|[省市县区旗州盟乡镇村道木院校学所站队社会处委办部厅局心园场馆团库司组台])(?:\([\u4e00-\u9fff]{{2,20}}\))?$"
)
_NO_NAME = re.compile(
    r"(?:(?:政府|政务)?信息公开|政务公开|年报|年度报告|首页|公开|现[将就公发编]|特[将向编]).*|各?(?:街道办事处|街道|镇街|乡镇|镇|部门|[市区县]直部门)(?:政府)?"
)
_IN_PROSE = re.compile(r"(20\d\d)年度?(?:,?[我本]\S{1,3})?(?:政府|政务)信息公开")
_CLAUSE = re.compile(
    r"^[由经向对把将被让使是有会并及与和以从按就]|负责|进行|通过|要求|报送|加强|推进|落实|配合|[的了在]"
)  # no part of a name
_NOT_UNITS = (
    "坚持",
    "紧紧",
    "严格",
    "积极",
    "主管部门",
    "上级",
    "国务院办公",
    "各",
    "我",
    "全",
    "条例",
    "有关",
    "关于",
    "中华人民共和国",
)
_SELF = ("本", "该", "此")  # 本单位 names nobody


_WIDE = (("，", ","), ("：", ":"), ("；", ";"), ("（", "("), ("）", ")"), ("％", "%"), ("\u3000", " "), ("\xa0", " "))


class Wording(NamedTuple):
    """What the prose says.  `years`: year → how it was said; `guessed` is a unit's name seen only in a sentence."""

    unit: str | None
    guessed: str | None
    years: dict[int, str]
    date: str | None


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """One kind of punctuation, no white space."""
    for wide, narrow in _WIDE:  # a text without them is normal already, which is quickly seen
        text = text.replace(wide, narrow)
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("〔", "[").replace("〕", "]")


def wording(lines: Sequence[str]) -> Wording:
    """What the lines of a report outside its tables say about unit, year and date."""
    flat = [plain(x) for x in lines if x.strip()]
    flat = [_SO_CALLED.sub("", _without_path(x)) for x in flat]
    periods = {int(m[1]): f"统计期限从{m[1]}年1月1日" for line in flat for m in _PERIOD.finditer(line)}
    flat = [*_behind_list(flat, set(periods))]
    short = [
        x if len(x) < _LONGEST else x[: x.find("年度报告") + 4] for x in flat if len(x) < _LONGEST or 0 < x.find("年度报告") < 60
    ]
    unit, years = _title(short)
    years |= {y: how for y, how in periods.items() if y not in years}
    if not years:
        years = _most_said(flat) or _said_in_passing(flat)
    return Wording(unit, None if unit else _reporter(flat), years, _date(flat))


def _without_path(line: str) -> str:
    """A line that says where on its site a page is: only what stands last, the page itself."""
    if len(line) > _LONGEST_PATH or _PATH_SIGNS.isdisjoint(line):
        return line
    last = re.split("[>»›]", line)[-1]
    bare = _TITLE.match(last)
    return "" if bare is not None and not bare["unit"] else last  # its title without a name is the site's, not the page's


def _title(short: Sequence[str]) -> tuple[str | None, dict[int, str]]:
    """Unit and year of the title, on one line or on up to three; the year alone where no line names the unit."""
    years: dict[int, str] = {}
    for i, line in enumerate(short):
        for size in (1, 2, 3):
            match = _TITLE.match("".join(short[max(0, i - size + 1) : i + 1]))
            if match is None or "格式" in match["tail"] or not (match["whose"] or _UNDER_TITLE.match(match["unit"])):
                continue
            if size > 1 and match["unit"] and not _ENDS_NAME.search(re.sub(r"20\d\d年?度?$|关于$", "", match["unit"])):
                continue
            if match["short"] and not (match["year"] or match["early"]):
                continue
            unit = _unit(match["unit"]) or (_named_below(short[i + 1 : i + 2]) if match.start("tail") == match.end() else None)
            year = match["year"] or match["early"] or match["inner"] or _year_near(match["tail"], short[i + 1 : i + 3])
            said = {int(year[:4]): f"标题“{line}”"} if year else {}
            if unit:
                return unit, said or years
            if year and (size == 3 or i == 0):
                years = years or said
    return None, years


def _behind_list(flat: Sequence[str], periods: Set[int]) -> Sequence[str]:
    """The lines from the page's own title on, where a list of the site with the titles of several reports stands before it:
    the last title before section one, or the last one of the year whose period is told."""
    end = next((i for i, line in enumerate(flat) if line.startswith(("一、", "一."))), len(flat))
    titles = [(i, *said) for i, line in enumerate(flat[:end]) if (said := _unit_and_year(line)) is not None]
    if not any(b[0] - a[0] <= _NEAR and a[1:] != b[1:] for a, b in pairwise(titles)):
        return flat
    own = [t for t in titles if t[2] in periods] if len(periods) == 1 else titles
    return flat[own[-1][0] :] if own else flat


def _unit_and_year(line: str) -> tuple[str, int] | None:
    """Unit and year of a title that is all there is of a line."""
    match = _TITLE.match(line) if len(line) < _LONGEST else None
    year = (match["early"] or match["year"]) if match is not None and not match["tail"] else None
    unit = _unit(match["unit"]) if match is not None and year else None
    return (unit, int(year[:4])) if unit and year else None


def _named_below(after: Sequence[str]) -> str | None:
    """The unit on a line of its own below a title that does not name it."""
    return next((x for x in after if _UNDER_TITLE.match(x)), None)


def _year_near(tail: str, after: Sequence[str]) -> str | None:
    found = re.search(r"20\d\d", tail)
    if found:
        return found.group()
    return next((m[1] for line in after if (m := _YEAR_ALONE.match(line))), None)


def _unit(text: str) -> str | None:
    text = re.sub(r"^[-·•\s]*(?:[\u4e00-\u9fff]{1,4}[::]|标题|(?:信息|文件)?名称)", "", text).strip("-_:：·•《>》 ")
    text = re.sub(r"^[(\[【][\u4e00-\u9fff]{1,6}[)\]】]|^关于|关于$", "", text)
    text = re.sub(r"^(?:首页|当前位置).*[>》]", "", text)
    text = re.sub(r"(?:20\d\d年?度?)$", "", text)
    text += "政府" if text.endswith("人民") else ""  # 人民政府信息公开 names the government once
    if not 2 <= len(text) <= 30 or _NO_NAME.fullmatch(text) or text.endswith(("编制", "公布", "发布", "的")):
        return None
    return text if re.fullmatch(r"[\u4e00-\u9fff()·]+", text) else None


def _most_said(flat: Sequence[str]) -> dict[int, str]:
    """The year that sentences name most, if it is named at least twice and twice as often as any other."""
    said = Counter(int(y) for line in flat for y in re.findall(r"(20\d\d)年", line)).most_common(2)
    if len(said) == 1 and any(_BEGINS.match(line) for line in flat):
        return {said[0][0]: f"正文{said[0][1]}次说到{said[0][0]}年"}
    if said and said[0][1] >= 2 and (len(said) == 1 or said[0][1] >= 2 * said[1][1]):
        return {said[0][0]: f"正文{said[0][1]}次说到{said[0][0]}年"}
    return {}


def _said_in_passing(flat: Sequence[str]) -> dict[int, str]:
    said = {int(m[1]) for line in flat for m in _IN_PROSE.finditer(line)}
    return {y: f"正文提到{y}年度报告" for y in said} if len(said) == 1 else {}


def _reporter(flat: Sequence[str]) -> str | None:
    """The unit that a sentence of the opening names: whose report it is, who made it, who did what it tells."""
    opening = [line[:400] for line in flat[:12]]
    for pattern in (_OF_REPORT, _MADE_BY, _MAKES, _OF_DOING, _REPORTER, _PLACE):
        for line in opening:
            for match in pattern.finditer(line):
                name = _ITS_OFFICE.sub("", _BEFORE_NAME.sub("", match[1]))
                if _is_name(name):
                    return name
    return None


def _is_name(name: str) -> bool:
    return (
        len(name) > 2 and not name.startswith(_SELF) and not any(word in name for word in _NOT_UNITS) and not _CLAUSE.search(name)
    )


def _date(flat: Sequence[str]) -> str | None:
    """The date of publication, else of writing: behind its label, or alone on a line."""
    labelled = [line for line in flat if "日期" in line or "时间" in line]
    for pattern in _DATE_LABELS:
        for line in labelled:
            for label in pattern.finditer(line):
                if found := _DATE.match(line[label.end() :]):
                    return _iso(found)
    for line in reversed(flat):
        found = _DATE.match(bare := line.strip("()"))
        if found and _BEHIND_DATE.match(bare, found.end()):
            return _iso(found)
    return None


def _iso(found: re.Match[str]) -> str | None:
    month, day = int(found[2]), int(found[3])
    return f"{found[1]}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None
