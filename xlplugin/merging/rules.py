"""The rules of a roll-up (RU-…), in words: DOMAIN 2.7 and the guards of 5.3.

Plain tuples, so that a roll-up of ten thousand files does not wait for a rule book to be parsed; `registered` gives
them as the registry's own Rule for the printed rule book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xlplugin.finding import Finding, Severity

if TYPE_CHECKING:
    from xlplugin.checking.registry import Rule


class RollUpRule(NamedTuple):
    id: str
    severity: Severity
    tags: tuple[str, ...]
    basis: str
    title: tuple[str, str]  # zh, en
    message: str
    fix: str


_F, _E, _V, _N = Severity.FORCED, Severity.EXPLAIN, Severity.VERIFY, Severity.NOTICE

RU_RULES: tuple[RollUpRule, ...] = (
    RollUpRule(
        "RU-SUM",
        _F,
        ("D", "P"),
        "汇总数等于各单位数之和加调整数，逐格相等，万元中途不舍入",
        ("汇总数等于各单位之和", "Every number is the sum of the units"),
        "“{label}”：汇总表是 {left}，由基层表逐户重加是 {right}，{diff}。{why}",
        "按列出的单位核对；不能直接改汇总数，改数只能退回单位或登记调整。",
    ),
    RollUpRule(
        "RU-RECHECK",
        _F,
        ("D",),
        "各单位都平，汇总一定平；汇总不平，必有单位或调整不平",
        ("汇总后再审核", "The sum is checked again"),
        "汇总后“{says}”不成立：左边 {left}，右边 {right}，{diff}。{why}",
        "退回所列单位改正；由调整引起的，请改调整。",
    ),
    RollUpRule(
        "RU-MISS",
        _E,
        ("P", "D"),
        "名册中应报的单位减去已收的单位，就是缺报",
        ("缺报", "Units that have not filed"),
        "名册中有 {count} 个单位没有可以汇总的报表：{units}。本汇总不完整。",
        "按“缺报催报”逐一催报；确定不报的，请写明原因。",
    ),
    RollUpRule(
        "RU-DUP",
        _F,
        ("D",),
        "一个单位只能有一份；两份不同而分不出先后时要由人定",
        ("一户多份", "Two different files of one unit"),
        "“{unit}”有 {count} 份都通过审核、数字不同、填报日期相同的报表（{files}）；暂用“{kept}”。",
        "请比较后指定用哪一份（写进台账），或请单位重报并改填报日期。",
    ),
    RollUpRule(
        "RU-AGAIN",
        _N,
        ("D",),
        "重报以最后一份有效的为准",
        ("重报", "Filed again"),
        "“{unit}”重报：用“{kept}”，取代“{before}”。{difference}",
        "核对变化的格子是不是单位要改的。",
    ),
    RollUpRule(
        "RU-SAME",
        _N,
        ("D",),
        "内容没有变化的重报只算一份",
        ("原样重报", "Filed again unchanged"),
        "“{unit}”重报的数字与前一份完全相同（“{kept}”与“{before}”）。",
        "不用处理；本来要改数的，请单位确认交对了文件。",
    ),
    RollUpRule(
        "RU-COPY",
        _V,
        ("D",),
        "两个单位的数字一格不差而又不全是零，多半是复制了别人的文件",
        ("两户数字雷同", "Two units with the same numbers"),
        "{units} 的数字完全相同，而且不全是零。",
        "请这些单位各自核对是不是误用了别人的文件。",
    ),
    RollUpRule(
        "RU-YEAR",
        _F,
        ("D",),
        "一次汇总只有一个报告年度",
        ("年度不符", "Another report year"),
        "有 {count} 个文件不是 {year} 年度的（{files}），没有计入。",
        "请单位改正封面的报告年度，或换交本年度的报表。",
    ),
    RollUpRule(
        "RU-FMT",
        _F,
        ("D",),
        "两种表式的第二部分不能相加",
        ("表式不符", "Another form"),
        "有 {count} 个文件用的不是 {year} 年度的表式（{files}），没有计入。",
        "请单位改用本年度的模板重填。",
    ),
    RollUpRule(
        "RU-WHO",
        _E,
        ("P", "D"),
        "只汇总名册里的单位；名称相近的只提示，不代为认定",
        ("不在名册", "Not in the register"),
        "“{file}”的单位“{unit}”认定不了：{why}",
        "核对单位名称和统一社会信用代码；改名、机构改革的请在名册里登记曾用名。",
    ),
    RollUpRule(
        "RU-NAME",
        _N,
        ("D",),
        "按代码或曾用名认定的单位，名称与名册不同",
        ("名称与名册不同", "Named differently in the register"),
        "“{file}”封面写的是“{unit}”，按{how}认定为名册中的“{known}”。",
        "确认是同一单位；名册或封面有误的请改正。",
    ),
    RollUpRule(
        "RU-BAD",
        _E,
        ("D",),
        "强制审核没有通过的报表不计入汇总，除非由人决定并记在汇总表上",
        ("有强制错误", "Units with open errors"),
        "“{unit}”的报表有必须改正的错误，{what}。",
        "发退回单，请单位改正后重报。",
    ),
    RollUpRule(
        "RU-NOTE",
        _E,
        ("D",),
        "准强制的问题要有审核说明；没有说明的先计入，列出待补（--strict 时退回）",
        ("缺审核说明", "Findings that still want an explanation"),
        "有 {count} 个单位的准强制问题没有审核说明：{units}；已计入。",
        "请单位在“校验”表补写审核说明，或改正后重报。",
    ),
    RollUpRule(
        "RU-ALT",
        _F,
        ("D",),
        "改动过的模板按位置取数会取错",
        ("模板被改动", "The template was altered"),
        "“{file}”的模板结构被改动，没有计入。",
        "请单位用未改动的模板重填。",
    ),
    RollUpRule(
        "RU-OPEN",
        _E,
        ("D",),
        "空白不等于零；有单位没有填的格子，汇总数只是已知部分",
        ("有空格未填", "Cells left blank"),
        "有 {count} 格因单位没有填而不完整：{units}。",
        "请单位补填；确实没有的填 0，或在封面勾“全零申报”。",
    ),
    RollUpRule(
        "RU-READ",
        _E,
        ("D",),
        "读不出来的文件不能当作没有交",
        ("读不出来", "Files that cannot be read"),
        "有 {count} 个文件读不出来：{files}。",
        "按每个文件的说明处理后重新汇总。",
    ),
    RollUpRule(
        "RU-LOCK",
        _N,
        ("D",),
        "办公软件打开工作簿时留下“~$”文件，磁盘上的可能还不是最后一版",
        ("文件正打开着", "Open elsewhere"),
        "“{file}”可能正在别处打开，没有保存的修改读不到。",
        "保存并关闭后重新汇总。",
    ),
    RollUpRule(
        "RU-ZERO",
        _N,
        ("D",),
        "全零报表请确认是真的没有",
        ("零报告", "All-zero reports"),
        "有 {count} 个单位全部填零：{units}。",
        "逐一确认是真的没有发生，而不是没有填。",
    ),
    RollUpRule(
        "RU-BIG",
        _N,
        ("D",),
        "一户占合计八成以上，或合计超过上年五倍",
        ("一户独大或突增", "One unit dominates, or a sudden rise"),
        "“{label}”合计 {total}：{why}。",
        "核对是不是多打了一位、把元当成万元，或口径有变。",
    ),
    RollUpRule(
        "RU-PUB",
        _V,
        ("P",),
        "公布的汇总数与各单位之和应当一致，不一致的要说明",
        ("公布数与汇总数", "Published figure against the sum"),
        "“{label}”：公布数 {left}，各单位之和 {right}，{diff}。",
        "逐格说明原因。",
    ),
    RollUpRule(
        "RU-PARENT",
        _E,
        ("D",),
        "本年的上年结转应等于上年汇总的结转下年度；机构改革、上年更正可以说明差异",
        ("与上年汇总衔接", "Carried over from last year's roll-up"),
        "“{label}”：本年上年结转 {left}，上年汇总的结转下年度 {right}，{diff}。{why}",
        "核对有变化的单位；机构改革引起的写进审核说明。",
    ),
    RollUpRule(
        "RU-TWICE",
        _F,
        ("D",),
        "汇总表和它所含单位的报表不能同时相加",
        ("汇总表与基层表重复", "A roll-up together with its own parts"),
        "汇总表“{roll}”已经包含 {count} 个同时收到的单位（{units}）；{what}。",
        "二者只交其一。",
    ),
    RollUpRule(
        "RU-GONE",
        _V,
        ("D",),
        "上次计入的文件这次不在所给的路径里，就不计入",
        ("上次有、这次没有", "Counted last time, not there now"),
        "上次计入的 {count} 个文件这次没有看到：{files}。",
        "确认是有意撤下的；误删、移走的请放回后重新汇总。",
    ),
    RollUpRule(
        "RU-SCOPE",
        _F,
        ("P", "D"),
        "本级与全域是两套数，不能混加",
        ("统计口径不符", "Another scope"),
        "“{file}”的口径是“{seen}”，本次汇总的口径是“{scope}”，没有计入。",
        "请换交同一口径的汇总表。",
    ),
    RollUpRule(
        "RU-PART",
        _E,
        ("D",),
        "下级汇总不完整，本级汇总也不完整",
        ("下级汇总不完整", "A part that is itself incomplete"),
        "下级汇总“{unit}”标明不完整，本汇总也不完整。",
        "请下级补齐后重报。",
    ),
    RollUpRule(
        "RU-GOV",
        _E,
        ("D", "P"),
        "县政府与县政府办公室的申请和规范性文件只能由一方填报",
        ("政府与办公室可能重复", "Government and its office may count twice"),
        "{units} 都代表本级政府填报，“{label}”都不是零，可能重复计算。",
        "确定由哪一方填报，另一方扣除；没有重复的写审核说明。",
    ),
    RollUpRule(
        "RU-LATE",
        _N,
        ("L",),
        "填报日期晚于名册的截止日期",
        ("迟报", "Filed late"),
        "有 {count} 个单位迟报：{units}。",
        "记入台账；按办法处理。",
    ),
    RollUpRule(
        "RU-ADJ",
        _V,
        ("D",),
        "单位的数不改；差额单列、带符号、写原因",
        ("调整", "Signed adjustments"),
        "“{label}”调整 {amount}（{by}）：{reason}",
        "附调整依据；单位改正重报后，请撤销调整。",
    ),
)
_BY_ID = {r.id: r for r in RU_RULES}


def finding(rule_id: str, *, cells: tuple[str, ...] = (), sides: tuple[Any, Any] | None = None, **facts: Any) -> Finding:
    """A finding of a roll-up rule in its own words; `sides` are the two numbers compared."""
    said = _BY_ID[rule_id.partition(".")[0]]
    left, right = sides or (None, None)
    gap = None if left is None or right is None else left - right
    if gap is not None:
        facts.setdefault("diff", f"{'多' if gap > 0 else '少'} {abs(gap)}" if gap else "相等")
    words = said.message.format_map({"left": left, "right": right, **facts})
    return Finding(rule_id, said.severity, words, cells, left, right, gap, said.fix)


def listed(names: list[str] | tuple[str, ...], most: int = 8) -> str:
    """Some names as a sentence holds them: the first few, then how many in all."""
    shown = "、".join(names[:most])
    return shown if len(names) <= most else f"{shown}等 {len(names)} 个"


def registered() -> tuple[Rule, ...]:
    """The roll-up rules as the registry's Rule, for the printed rule book."""
    from xlplugin.checking.registry import Rule, Words

    def rule(r: RollUpRule) -> Rule:
        words = [Words(zh=r.title[0], en=r.title[1]), Words(zh=r.message, en=r.title[1]), Words(zh=r.fix, en=r.title[1])]
        why = r.basis if r.severity in (_F, _E) and not {"O", "L", "D"} & set(r.tags) else ""
        title, message, fix = words
        tags: Any = r.tags
        return Rule(
            id=r.id,
            severity=r.severity,
            tables=(),
            tags=tags,
            basis=r.basis,
            title=title,
            message=message,
            fix=fix,
            why_blocks=why,
        )

    return tuple(rule(r) for r in RU_RULES)
