"""The command line: the stable face of the project (docs/cli.md).  It fetches, calls a verb, and shows the answer.

Machine output goes to stdout, everything else to stderr.  Exit status: 0 nothing blocks; 1 there are blocking
findings; 2 wrong usage; 3 a file could not be read or written.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from xlplugin.errors import XlpluginError
from xlplugin.hosts import usage
from xlplugin.hosts.diagnosis import keep_trace

OK, BLOCKED, USAGE, FILE = 0, 1, 2, 3


class Outcome(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


def main(argv: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: list[str]) -> int:
    """The exit status of one command; every failure of the world is one clear line on stderr."""
    try:
        cli.main(args=argv, prog_name="xlplugin", standalone_mode=False)
    except Outcome as outcome:
        return outcome.status
    except click.exceptions.Abort:
        say("已取消，没有改动任何文件。")
        return USAGE
    except click.ClickException as error:
        say(usage.in_chinese(error))
        return USAGE
    except XlpluginError as error:
        say(str(error))
        return FILE
    except BrokenPipeError:
        return OK
    except OSError as error:
        say(f"读写“{error.filename or ''}”没有成功：{error.strerror or error}。请检查路径、权限和磁盘空间。")
        return FILE
    except Exception as error:
        log = keep_trace("命令行")
        say(f"程序出了意外的错误（{type(error).__name__}：{error}），没有完成。记录在 {log}，请连同文件一并反馈。")
        return FILE
    return OK


def say(line: str) -> None:
    """A line for the person, on stderr."""
    click.echo(line, err=True)


def show(said: Any) -> None:
    """Machine output, on stdout."""
    click.echo(json.dumps(said, ensure_ascii=False, indent=1))


def progress(items: Iterable[Any], total: int, what: str) -> Iterator[Any]:
    """A progress bar on a terminal, nothing on a pipe."""
    from tqdm import tqdm

    yield from tqdm(items, total=total, desc=what, unit="份", disable=not sys.stderr.isatty() or total < 3, file=sys.stderr)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="xlplugin", message="xlplugin %(version)s")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="消息的语言。")
@click.pass_context
def cli(context: click.Context, lang: str) -> None:
    """政府信息公开工作年度报告：模板、校验、填充、导入、汇总、公布。"""
    context.obj = lang


path_in = click.Path(path_type=Path)


@cli.command()
@click.option(
    "--form", "form_id", default="2021", show_default=True, help="表式：2021（2021 年度起）或 2019（2019、2020 年度）。"
)
@click.option(
    "--totals",
    type=click.Choice(["typed", "formula"]),
    default="typed",
    show_default=True,
    help="合计格手填（可互相印证）或用公式。",
)
@click.option("--unit", "unit_code", metavar="代码或名称", help="从名册里取这个单位，预填封面。")
@click.option("--all", "everyone", is_flag=True, help="给名册里每个单位各生成一份，写入 -o 指定的文件夹。")
@click.option("--roster", type=path_in, help="单位名册（.xlsx 或 .csv）。")
@click.option("--year", type=int, help="报告年度。")
@click.option("--last-year", "last_year", type=path_in, help="上年的工作簿或已公布的年报，写入“上年数据”。")
@click.option("-o", "--out", type=path_in, required=True, help="写到哪里（.xlsx 或 .xlsm）。")
def template(**options: Any) -> None:
    """生成空白或预填的填报工作簿。"""
    from xlplugin.hosts.templating import make_templates

    for path in make_templates(**options):
        say(f"已生成：{path}")


@cli.command()
@click.argument("files", nargs=-1, required=True, type=path_in, metavar="文件...")
@click.option("--last-year", "last_year", type=path_in, help="上年的工作簿或已公布的年报，用于跨年核对。")
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON。")
@click.option("--annotate", type=path_in, metavar="OUT.xlsx", help="另存一份带标记和问题清单的副本。")
@click.option("--beside", is_flag=True, help="在每份文件旁边留下带标记的副本和校验结果，供拖放和“发送到”使用。")
@click.pass_obj
def check(lang: str, files: tuple[Path, ...], last_year: Path | None, as_json: bool, annotate: Path | None, beside: bool) -> None:
    """校验工作簿（或已公布的年报），不改动原文件。"""
    from xlplugin.hosts.beside import leave_beside
    from xlplugin.hosts.checking_files import annotated_copy, check_file

    if annotate is not None and len(files) > 1:
        raise click.UsageError("--annotate 一次只能用于一份文件。")
    statuses = []
    said = []
    for file in progress(files, len(files), "校验"):
        try:
            checked = check_file(file, last_year, lang)
        except XlpluginError as error:
            say(str(error))
            statuses.append(FILE)
            continue
        statuses.append(checked.status)
        said.append(checked.record) if as_json else click.echo(checked.words)
        if annotate is not None:
            say(annotated_copy(file, last_year, annotate))
        if beside:
            for line in leave_beside(file, checked.words, last_year):
                say(line)
    if as_json:
        show(said)
    raise Outcome(max(statuses))


@cli.command()
@click.argument("file", type=path_in, metavar="文件")
@click.option("-o", "--out", type=path_in, help="写到哪里；不写则为“原名_已填充.xlsx”。")
@click.option("--in-place", is_flag=True, help="直接改写原文件。")
def fill(file: Path, out: Path | None, in_place: bool) -> None:
    """把空白的合计格填上，其他一律不动，并说明填了哪些。"""
    from xlplugin.hosts.filling_files import fill_file

    if out is not None and in_place:
        raise click.UsageError("-o 和 --in-place 只能用一个。")
    click.echo(fill_file(file, out, in_place=in_place))


@cli.command("import")
@click.argument("sources", nargs=-1, required=True, type=path_in, metavar="来源...")
@click.option("--unit", help="单位名称（来源里没有写时）。")
@click.option("--year", type=int, help="报告年度（来源里没有写时）。")
@click.option("-o", "--out", type=path_in, help="一份来源写成 OUT.xlsx，多份写入文件夹。")
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON。")
@click.pass_obj
def import_(lang: str, sources: tuple[Path, ...], unit: str | None, year: int | None, out: Path | None, as_json: bool) -> None:
    """读取已公布的年报（html、txt、md、docx、pdf），写成工作簿。"""
    from xlplugin.hosts.importing_files import import_all

    outcome = import_all(sources, unit, year, out, lang, progress)
    if as_json:
        show(outcome.records)
    else:
        for words in outcome.words:
            click.echo(words)
    for line in outcome.refused:
        say(line)
    raise Outcome(FILE if outcome.refused else BLOCKED if outcome.blocked else OK)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="文件夹或文件...")
@click.option("--year", type=int, required=True, help="报告年度。")
@click.option("--roster", type=path_in, help="单位名册（.xlsx 或 .csv）。")
@click.option("--scope", type=click.Choice(["本级", "全域"]), default="全域", show_default=True, help="统计口径。")
@click.option("--last-year", "last_year", type=path_in, help="上年的汇总工作簿。")
@click.option("--ledger", type=path_in, help="台账文件（SQLite）；保留每次汇总的经过。")
@click.option("--strict", is_flag=True, help="准强制问题没有审核说明的也退回。")
@click.option("--notices", type=path_in, metavar="文件夹", help="写退回单（每个退回的单位一份 .docx 和 .xlsx）和催报名单。")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="同时读取的进程数。")
@click.option("--dask", metavar="ADDRESS", help="Dask 集群地址。")
@click.option("--watch", is_flag=True, help="守着文件夹，有变化就重新汇总；按 Ctrl+C 结束。")
@click.option("-o", "--out", type=path_in, help="汇总工作簿写到哪里。")
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON。")
def rollup(paths: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """汇总工作簿：每份文件都有着落，每个数都说得清来处。"""
    from xlplugin.hosts.rolling_files import roll_up

    outcome = roll_up(paths, progress, **options)
    if as_json:
        show(outcome.record)
    else:
        click.echo(outcome.words)
    raise Outcome(outcome.status)


@cli.group()
def ledger() -> None:
    """台账：看收到了什么，登记经办人的决定和调整。"""


_signature = (
    click.option("--by", required=True, metavar="姓名", help="经办人。"),
    click.option("--reason", required=True, metavar="原因", help="为什么。"),
)
_ledger_file = click.argument("ledger_path", type=path_in, metavar="台账")


def _signed(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_signature):
        command = option(command)
    return command


@ledger.command("show")
@_ledger_file
def ledger_show(ledger_path: Path) -> None:
    """列出收到的份数、登记的决定和调整。"""
    from xlplugin.hosts.ledger_desk import show as listed

    for line in listed(ledger_path):
        click.echo(line)


@ledger.command("decide")
@_ledger_file
@click.argument("kind", type=click.Choice(["用这份", "计入", "撤回", "keep", "include", "withdraw"]), metavar="用这份|计入|撤回")
@click.argument("which", metavar="文件或指纹")
@_signed
def ledger_decide(ledger_path: Path, kind: str, which: str, by: str, reason: str) -> None:
    """对一份收到的文件作决定：用这份（同一单位有几份时）、有错误也计入、撤回不计。"""
    from xlplugin.hosts.ledger_desk import decide

    click.echo(decide(ledger_path, kind, which, by=by, reason=reason))


@ledger.command("adjust", context_settings={"ignore_unknown_options": True})  # so that -3 is a number
@_ledger_file
@click.argument("cell", metavar="格")
@click.argument("amount", metavar="±数")
@click.option("--year", type=int, required=True, help="报告年度。")
@click.option("--scope", type=click.Choice(["本级", "全域"]), default="全域", show_default=True, help="统计口径。")
@click.option("--unit", default="", help="涉及哪个单位。")
@_signed
def ledger_adjust(ledger_path: Path, cell: str, amount: str, **options: Any) -> None:
    """登记一项带正负号的调整；各单位报的数不改。格写作“三、依申请公开!D7”或“来源”页上的格名。"""
    from xlplugin.hosts.ledger_desk import adjust

    click.echo(adjust(ledger_path, cell, amount, **options))


@ledger.command("revoke")
@_ledger_file
@click.argument("number", type=int, metavar="号")
@_signed
def ledger_revoke(ledger_path: Path, number: int, by: str, reason: str) -> None:
    """撤销一项调整；登记和撤销都留在台账里。"""
    from xlplugin.hosts.ledger_desk import revoke

    click.echo(revoke(ledger_path, number, by=by, reason=reason))


@cli.command()
@click.argument("file", type=path_in, metavar="文件")
@click.option("-o", "--out", type=path_in, required=True, help="写到哪里：.docx .html .pdf .csv .json .parquet。")
def publish(file: Path, out: Path) -> None:
    """写成公布用的文稿，或导出数据。"""
    from xlplugin.hosts.opening import open_report
    from xlplugin.outputs.publishing import publish as write

    write(open_report(file), out)
    say(f"已写出：{out}")


@cli.command()
@click.argument("first", type=path_in, metavar="甲")
@click.argument("second", type=path_in, metavar="乙")
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON。")
def compare(first: Path, second: Path, as_json: bool) -> None:
    """逐格比较两份报告：两个版本、两个年度，或公布稿与工作簿。"""
    from xlplugin.comparing import compare as compare_reports
    from xlplugin.hosts.opening import open_report

    compared = compare_reports(open_report(first), open_report(second))
    if as_json:
        show(compared.to_dict())
    else:
        click.echo(compared.in_words())


@cli.command()
@click.option("--markdown", is_flag=True, help="写成 Markdown。")
@click.option("--json", "as_json", is_flag=True, help="写成 JSON。")
@click.pass_obj
def rules(lang: str, markdown: bool, as_json: bool) -> None:
    """列出全部校验规则和依据。"""
    from xlplugin.hosts.rulebook import as_json as rules_json
    from xlplugin.hosts.rulebook import as_markdown, as_text

    if as_json:
        show(rules_json())
    else:
        click.echo(as_markdown() if markdown else as_text(lang))


@cli.command()
def doctor() -> None:
    """检查本机：Excel、xlwings、LibreOffice、字体、版本，并说明怎样修复。"""
    from xlplugin.hosts.doctor import examine

    findings = examine()
    for line in findings.lines:
        click.echo(line)
    raise Outcome(OK if findings.usable else FILE)


@cli.command()
@click.argument("folder", type=path_in, required=False, metavar="[文件夹]")
def demo(folder: Path | None) -> None:
    """用自带的示例县走完全过程：模板、填报、校验、填充、导入、汇总、公布。"""
    from xlplugin.hosts.demo import free_folder, run_demo

    for line in run_demo(folder or free_folder(Path("demo"))):
        click.echo(line)


def _placing(action: str) -> Callable[[], None]:
    def command() -> None:
        from xlplugin.hosts import install as placing

        lines: list[str] = getattr(placing, action)()
        for line in lines:
            click.echo(line)
        if placing.failed(lines):
            raise Outcome(FILE)

    return command


cli.command("install", help="把加载项放进 Excel 的启动文件夹，把扩展装进 LibreOffice，并检查结果。")(_placing("install"))
cli.command("uninstall", help="干净地移除加载项和扩展。")(_placing("uninstall"))
