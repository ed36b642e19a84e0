"""The buttons, once, for every host: read all, compute, then write in one go.

What happens to a workbook is decided here and in the neighbours (figures.py, exchange.py); hosts only fetch and put back.
"""

from __future__ import annotations

from collections.abc import Callable

from xlplugin.errors import Cancelled, XlpluginError
from xlplugin.hosts import exchange, figures, rolling_up
from xlplugin.hosts.diagnosis import keep_trace
from xlplugin.hosts.host import Host

COMMANDS: dict[str, Callable[[Host], None]] = {
    "check": figures.check_workbook,
    "next": figures.go_to_next,
    "fill": figures.fill_blanks,
    "unfill": figures.take_back_filled,
    "import": exchange.import_report,
    "rollup": rolling_up.roll_up_folder,
    "export": exchange.export_document,
    "doctor": exchange.show_diagnosis,
}


def press(button: str, host: Host) -> bool:
    """Do what a button stands for; True when it was done.

    Nothing is raised for what the world or the workbook does: the user is told, and the workbook is as it was.
    KeyError for a button that is not in the list.
    """
    command = COMMANDS[button]
    try:
        command(host)
    except Cancelled:
        host.tell("已取消，工作簿没有被改动。")
    except XlpluginError as error:
        host.tell(str(error))
    except Exception as error:
        host.tell(_unforeseen(button, error))
    else:
        return True
    return False


def _unforeseen(button: str, error: Exception) -> str:
    kept = keep_trace(button)
    where = f"详细记录在：{kept}" if kept else "详细记录没有写成。"
    return f"没有完成，工作簿没有被改动。\n程序遇到了没有料到的情况（{type(error).__name__}：{error}）。\n{where}\n请把这份记录交给技术支持。"
