"""政府信息公开工作年度报告：read, check, fill and roll up the workbooks of the official tables.

The names here are the public face; everything else may move.  They are imported when first used, so that a macro
or a command starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlplugin.api import check, fill, publish, read, rollup, template
    from xlplugin.errors import XlpluginError
    from xlplugin.finding import Finding, Severity
    from xlplugin.form import Form, form_for
    from xlplugin.report import Report

_HOMES = {
    "read": "xlplugin.api",
    "check": "xlplugin.api",
    "fill": "xlplugin.api",
    "rollup": "xlplugin.api",
    "template": "xlplugin.api",
    "publish": "xlplugin.api",
    "Report": "xlplugin.report",
    "Finding": "xlplugin.finding",
    "Severity": "xlplugin.finding",
    "Form": "xlplugin.form",
    "form_for": "xlplugin.form",
    "XlpluginError": "xlplugin.errors",
}
__all__ = [
    "Finding",
    "Form",
    "Report",
    "Severity",
    "XlpluginError",
    "check",
    "fill",
    "form_for",
    "publish",
    "read",
    "rollup",
    "template",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
