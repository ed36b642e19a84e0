"""What offices and sites change in a published report: labels, figures, the whole page; and reports as townships have them."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.fillings import filled, number_entry
from tests.published_copies import Td, Tr
from xlplugin.deriving import expected
from xlplugin.form import form
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Report

Rows = list[Tr]
Change = Callable[[Rows, Random], Rows]


# --- what offices and sites change in a table ------------------------------------------------------------------------


def relabelled(change: Callable[[str], str]) -> Change:
    return lambda rows, random: [[td if td.figure else td._replace(text=change(td.text)) for td in row] for row in rows]


def parting(sign: str) -> Change:
    """Labels that a narrow column breaks: 商业 企业, 本年新 制作数量, （三） 不予公开."""
    halves = re.compile(r"^(商业|科研|本年新|结果|其他(?=结果)|尚未|（[一二三四五六七]）(?=不予|无法))")
    return relabelled(lambda text: halves.sub(rf"\1{sign}", text))


HALVES_LOST = relabelled(lambda text: {"本年新制作数量": "本年新", "本年新公开数量": "本年新", "结果纠正": "结果",
                                        "其他结果": "其他", "尚未审结": "尚未", "现行有效件数": "现行有效件", "本年增/减": "本年增/"}.get(text, text))  # fmt: skip
_REMARKS = {
    "规章": "规章（设区的市、自治州人民政府应提供相关数据）",
    "规范性文件": "规范性文件（行政机关制定发布的决定、公告、通知，以及标题采用“规定”“办法”“细则”字样的公文，一般情况下属于规范性文件）",
    "现行有效件数": "现行有效件数（历史累计）",
    "上一年项目数量": "上一年项目数量（指2019年事项数）",
    "本年增/减": "本年增/减（指2020年增加或减少的事项数，减用负值表示，如-8）",
    "处理决定数量": "处理决定数量（指2020年办件量）",
    "其他对外管理服务事项": "其他对外管理服务事项（指行政许可以外的政务服务事项，含行政确认、行政奖励、行政裁决、行政给付和其他类）",
}
_OWN_ROW = "其他主动公开文件（含以本单位或本单位办公室名义正式签发的、除规范性文件以外的主动公开文件）"


def remarked(rows: Rows, random: Random) -> Rows:
    """A province's remarks in the labels, and its own row in table two."""
    rows = relabelled(lambda text: _REMARKS.get(text, text))(rows, random)
    at = next((i + 1 for i, row in enumerate(rows) if "规范性文件" in row[0].text and row[-1].figure), None)
    own: Tr = [Td(_OWN_ROW), *(Td(str(random.randrange(300))) for _ in range(3))]
    return rows if at is None else [*rows[:at], own, *rows[at:]]


def left_out(rows: Rows, random: Random) -> Rows:
    """Columns that the office has no figures for are not there, neither their labels nor their cells."""
    gone = [td.text for row in rows for td in row if td.text in _GONE]
    out: Rows = []
    at: set[int] = set()
    for row in rows if gone else ():
        at = {i for i, td in enumerate(row) if td.text in _GONE} if not row[-1].figure else at
        out.append([td for i, td in enumerate(row) if i not in at])
    return out or rows


_GONE = ("本年新公开数量", "上一年项目数量", "本年废止件数")


def empty_lost(rows: Rows, random: Random) -> Rows:
    """Cells with nothing in them are not there."""
    kept = [[td for td in row if td.text or not td.figure] for row in rows]
    return [row for row in kept if row]


_WORDED = {
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": (
        "（二）部分公开（区分处理的，只计这一情况，不计其他情形）",
        "（二）部分公开（区分处理的,只计这一情形）",
        "（二）部分公开",
    ),
    "3.危及“三安全一稳定”": ("3.危及“三安全—稳定”", "3.危及'三安全一稳定'", "3. 危及三安全一稳定"),
    "一、本年新收政府信息公开申请数量": ("一、本年新收政府信息公开申请数", "一、 本年新收政府信息公开申请数量"),
    "（七）总计": ("（七） 总 计", "（七）合计", "(七)总计"),
    "四、结转下年度继续办理": ("四、 结转下年度继续办理", "四、结转下一年度继续办理"),
    "1.信访举报投诉类申请": ("1.信访投诉举报类申请", "1、信访举报投诉类申请"),
    "3.其他": ("3.其它", "3、其他"),
    "社会公益组织": ("社会公 益组织", "社会公益组识"),
    "法律服务机构": ("法律服 务机构", "法律服务机构 "),
    "其他结果": ("其它结果", "其他 结果"),
    "（六）其他处理": ("（六）其它处理", "(六) 其他处理"),
    "本年收费金额（单位：万元）": ("本年收费金额 (单位：万元)", "本年收费金额（万元）"),
    "其他对外管理服务事项": ("其它对外管理服务事项", "其他对外管理 服务事项"),
    "本年增/减": ("本年增减", "本年增／减", "本年 增/减"),
    "采购项目数量": ("采购项目数",),
    "行政事业性收费": ("行政事业性 收费", "行政事业收费", "行政事业型收费"),
}


def worded(rows: Rows, random: Random) -> Rows:
    """Labels as offices type them."""
    return relabelled(lambda text: random.choice((text, *_WORDED.get(text, ()))))(rows, random)


def total_below(rows: Rows, random: Random) -> Rows:
    """The total is named in the line of the columns before it, not over them."""
    at = next((i for i, row in enumerate(rows) if [td.text for td in row][-1:] == ["总计"] and len(row) == 3), None)
    if at is None:
        return rows
    return [*rows[:at], [*rows[at][:-1], Td("")], [*rows[at + 1], Td("总计")], *rows[at + 2 :]]


def old_head(rows: Rows, random: Random) -> Rows:
    """The columns of the older form over the first block of the newer one."""
    old = {new.label: c.label for new, c in zip(_first_block("2021"), _first_block("2019"), strict=True)}
    return relabelled(lambda text: old.get(text, text))(rows, random)


def _first_block(form_id: str):
    return form(form_id).tables[0].blocks[0].columns


# --- what offices write for a figure ---------------------------------------------------------------------------------


def zeros_blank(report: Report, random: Random) -> Report:
    """Zeros are left out, but for the totals now and then."""
    totals = [c.id for c in report.form.cells if c.id not in report.form.inputs] if random.random() < 0.5 else []
    return report.with_entries({c: BLANK for c, e in report.entries.items() if e.value == 0 and c not in totals})


def figures_left_out(report: Report, random: Random) -> Report:
    """The form as it came: nothing filled in."""
    return report.with_entries(dict.fromkeys(report.entries, BLANK))


def without_columns(report: Report, random: Random) -> Report:
    """As `left_out` prints it."""
    gone = [c.id for c in report.form.cells if c.label.endswith(_GONE)]
    return report.with_entries(dict.fromkeys(gone, BLANK))


def spelt(report: Report, random: Random) -> Report:
    """减3 for -3, 0.37万元, 本单位未制作规章 or 无 for nothing."""
    changed: dict[str, Entry] = {}
    for cell, found in report.entries.items():
        if found.value is None:
            continue
        if found.value < 0:
            changed[cell] = Entry(found.value, State.NUMBER, f"减{-found.value}")
        elif found.value == 0 and random.random() < 0.04:
            said = ("本单位未制作规章", "无", "0件", "/") if cell.startswith("disclosure") else ("无", "0件", "/")
            chosen = random.choice(said)
            changed[cell] = Entry(0, State.NUMBER, chosen) if chosen.endswith("件") else entry(chosen)
        elif "." in found.seen:
            changed[cell] = Entry(found.value, State.NUMBER, f"{found.seen}万元")
    return report.with_entries(changed)


def changes_said(report: Report, random: Random) -> Report:
    """減3, 新增4项, 未增未减 for what was added or taken away."""
    changed: dict[str, Entry] = {}
    for cell in (c.id for c in report.form.cells if c.signed):
        value = report.entry(cell).value
        if value is not None and value == int(value):
            words = (
                ("未增未减", "无变化", "不变")
                if value == 0
                else ("增{}", "新增{}项")
                if value > 0
                else ("减{}", "減{}", "减少{}项")
            )
            changed[cell] = Entry(value, State.NUMBER, random.choice(words).format(abs(int(value))))
    return report.with_entries(changed)


# --- what sites do to the whole page ---------------------------------------------------------------------------------

_READINGS = re.findall(
    r"(\S)(\S)(\S+)",
    "据據jù 务務wù 机機jī 关關guān 发發fā 数數shù 规規guī 处處chǔ 业業yè 费費fèi 内內nèi 项項xiàng 强強qiáng 复復fù 总總zǒng 计計jì 结結jié "
    "维維wéi 纠糾jiū 审審shěn 请請qǐng 认認rèn 举舉jǔ 报報bào 险險xiǎn 稳穩wěn 补補bǔ 现現xiàn 办辦bàn 单單dān 续續xù 诉訴sù 讼訟sòng "
    "经經jīng 纳納nà 缴繳jiǎo 转轉zhuǎn 开開kāi 护護hù 执執zhí 无無wú 获獲huò 类類lèi 属屬shǔ 国國guó 废廢fèi 条條tiáo 许許xǔ 罚罰fá 额額é "
    "购購gòu 减減jiǎn 对對duì 会會huì 织織zhī 产產chǎn 区區qū 乡鄉xiāng 镇鎮zhèn 县縣xiàn 专專zhuān 询詢xún 访訪fǎng 订訂dìng 级級jí",
)  # simplified, traditional, how it is read
_TRADITIONAL = {simple: full for simple, full, _ in _READINGS}
_READ = {full: read for _, full, read in _READINGS}
_PLAIN = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuuuuu")


def readings_behind(page: str) -> str:
    """Traditional characters, behind most of them how they are read: 數(shù)量."""
    return "".join(f"{t}({_READ[t]})" if t in _READ and i % 4 else t for i, t in _traditional(page))


def readings_twice(page: str) -> str:
    """政(zheng)(zheng)府: without tones, once or more often."""
    read = ((i, t, _READ.get(t, "").translate(_PLAIN)) for i, t in _traditional(page))
    return "".join(t + f"({r})" * (i % 3) if r else t for i, t, r in read)


def island_words(page: str) -> str:
    """Traditional characters with the words of another place: 檔案 for 文件."""
    return "".join(t for _, t in _traditional(page)).replace("文件", "檔案")


def _traditional(page: str):
    return enumerate(_TRADITIONAL.get(c, c) for c in page)


def each_line_once(page: str) -> str:
    """What a crawler leaves that takes lines it has met already for repeats, after the menu of the site."""
    menus = (("首页", "政策文件", "规章", "行政规范性文件", "其他文件"), ("行政许可", "行政处罚", "行政强制", "行政事业性收费"),
             ("法律法规", "规章", "行政强制", "政府集中采购"), ())  # fmt: skip
    menu = menus[len(page) % len(menus)]
    return "\n".join(dict.fromkeys(x for line in (*menu, *page.split("\n")) if (x := line.strip())))


def menu_before(page: str) -> str:
    """The site's menu over the page, in which some rows of the form are named."""
    items = (
        "首页",
        "信息公开指南",
        "法定主动公开内容",
        "行政许可",
        "行政处罚",
        "行政强制",
        "行政事业性收费",
        "规章",
        "行政规范性文件",
        "政府信息公开年报",
    )
    return "\n".join((*items, page))


def sentences_between(page: str) -> str:
    """A sentence over table two that names rows and columns, and one behind each table that begins with a year."""
    over = "本年度行政处罚处理决定数量39件,不存在其他情况。"
    page = page.replace("第二十条第(一)项", f"{over}\n第二十条第(一)项", 1)
    for heading in ("三、收到", "四、政府信息公开行政复议", "五、存在"):
        page = page.replace(f"\n{heading}", f"\n2023年,全年工作平稳有序。\n{heading}", 1)
    return page


def menu_behind(page: str) -> str:
    """The site's list of reports of other years and its menu, with counts, behind the page."""
    items = ("相关信息", "云溪镇2019年政府信息公开工作年度报告", "2020-01-12", "云溪镇2018年政府信息公开工作年度报告")
    return "\n".join((page, *items, "行政许可(12)", "行政处罚(3)", "行政强制(0)", "规章(2)", "行政规范性文件"))


def half_width(page: str) -> str:
    return page.translate(str.maketrans("（），：；", "(),:;"))


# --- the reports -----------------------------------------------------------------------------------------------------


def nothing(form_id: str, random: Random) -> Report:
    """A report of zeros, as many townships have."""
    report = filled(form_id, random)
    return report.with_entries({c.id: number_entry(0) for c in report.form.cells})


def little(form_id: str, random: Random) -> Report:
    """A few numbers, with true sums."""
    report = nothing(form_id, random)
    told = {c: random.randrange(1, 30) for c in random.sample(list(report.form.inputs), random.randrange(1, 8))}
    numbers = {c.id: 0 for c in report.form.cells} | told
    numbers |= expected(report.form, numbers)
    return report.with_entries({c: number_entry(n) for c, n in numbers.items()})


def any_report(form_id: str, random: Random) -> Report:
    """A report with many numbers, few or none, now and then with wrong sums or blanks."""
    report = random.choice((filled, little, little, nothing))(form_id, random)
    cells = [c.id for c in report.form.cells]
    if random.random() < 0.3:
        report = report.with_entries(
            {c: number_entry(random.randrange(60)) for c in random.sample(cells, random.choice((1, 2, 9)))}
        )
    if random.random() < 0.2:
        report = report.with_entries(dict.fromkeys(random.sample(cells, random.choice((1, 4, 20))), BLANK))
    return report
