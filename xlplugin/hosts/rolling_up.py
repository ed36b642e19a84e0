"""The button 汇总: a folder, a roster if there is one, and the roll-up opened when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlplugin.books.reader import read_open
from xlplugin.errors import NotOurWorkbook, XlpluginError
from xlplugin.hosts.exchange import ROSTERS, free_name
from xlplugin.hosts.host import Host

if TYPE_CHECKING:
    from xlplugin.merging.rollup import RollUp

_NAMED = 8  # units named in the message


def roll_up_folder(host: Host) -> None:
    """汇总: every workbook of a folder gets an outcome, the accepted ones are summed; no workbook of a unit is changed.

    The report year is that of the active workbook.  Cancelling leaves no file behind.
    """
    from xlplugin.hosts.rolling import run_rollup

    year = _year(host)
    folder = host.choose_folder(f"选择存放 {year} 年度各单位工作簿的文件夹")
    if folder is None:
        return
    roster = (
        host.choose_file("选择单位名册（没有就取消）", ROSTERS) if host.ask("有单位名册吗？有名册才能列出未报的单位。") else None
    )
    out = free_name(folder.with_name(f"{folder.name}_{year}年度汇总.xlsx"))
    with host.progress("汇总") as progress:
        rolled = run_rollup([folder], year=year, roster=roster, out=out, progress=progress.step)
    host.tell(outcome(rolled, out))
    host.open(out)


def _year(host: Host) -> int:
    try:
        report, _, _ = read_open(host)
    except NotOurWorkbook:
        report = None
    if report is None or report.year is None:
        raise XlpluginError("请先打开一份封面上填了“报告年度”的年报工作簿（或空白模板），汇总以它的年度为准。")
    return report.year


def outcome(rolled: RollUp, out: Path) -> str:
    """How many files came to what, and who is still missing, as the desk says it."""
    from xlplugin.merging.intake import Outcome

    counts = {o: sum(e.state is o for e in rolled.ledger) for o in Outcome}
    always = (Outcome.ACCEPTED, Outcome.RETURNED)
    files = "，".join(f"{o.label} {n} 份" for o, n in counts.items() if n or o in always)
    lines = [f"{rolled.year} 年度汇总完成，共 {len(rolled.ledger)} 份文件：{files}。"]
    if rolled.roster is not None:
        lines.append(f"未报 {len(rolled.missing)} 个单位{_listed(rolled.missing)}。")
    if rolled.returned_units:
        lines.append(f"退回后还没有合格报表的 {len(rolled.returned_units)} 个单位{_listed(rolled.returned_units)}。")
    if rolled.open:
        lines.append(f"有 {len(rolled.open)} 项还有单位空着，合计不是最终数。")
    return "\n".join([*lines, f"已写入：{out}"])


def _listed(units: tuple[str, ...]) -> str:
    return f"：{'、'.join(units[:_NAMED])}{' 等' if len(units) > _NAMED else ''}" if units else ""
