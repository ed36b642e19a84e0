"""What was wrong with the words of a call, in Chinese."""

from __future__ import annotations

import click


def in_chinese(error: click.ClickException) -> str:
    """One line that says what is missing or unknown, and where to find the usage."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "xlplugin"
    return f"用法有误：{_what(error)}　用法见 {command} --help"


def _what(error: click.ClickException) -> str:
    if isinstance(error, click.MissingParameter):
        return f"缺少{_name(error.param)}。"
    if isinstance(error, click.NoSuchOption):
        near = f"是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}。{near}"
    if isinstance(error, click.BadParameter):
        choices = getattr(getattr(error.param, "type", None), "choices", None)
        return f"{_name(error.param)}的值不对" + (f"，可用的有：{'、'.join(choices)}。" if choices else "。")
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        name = error.message.removeprefix("No such command").strip(" '.")
        return f"没有命令“{name}”。"
    if isinstance(error, click.UsageError) and error.message.startswith("Missing command"):
        return "没有写命令。"
    return error.message


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "参数"
    return f"选项 {'／'.join(param.opts)} " if isinstance(param, click.Option) else f"参数“{param.human_readable_name}”"
