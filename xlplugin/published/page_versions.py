"""A page as it is, and what JSON, a script or entities hide in it: the HTML that a browser would make of them."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from typing import Any

_SCRIPTED = re.compile(r"\\u[0-9a-fA-F]{4}|\\/|\\\"|\\n|\\r|\\t")


def versions_of_page(text: str) -> Iterator[str]:
    """The page as it is, then with what JSON, a script or entities hide in it."""
    with_strings = _json_strings(text)
    if with_strings:
        yield "\n".join(with_strings)
    yield text
    unscripted = _SCRIPTED.sub(_character, text)
    if unscripted != text:
        yield _without_script_tags(unscripted)
    once = entities.unescape(unscripted)
    if once != unscripted:
        yield _without_script_tags(once)
        yield _without_script_tags(entities.unescape(once))


def _json_strings(text: str) -> list[str]:
    """The strings of a JSON text that hold tags, in order."""
    if text.lstrip()[:1] not in '{["':
        return []
    try:
        pending: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            found.append(f"<p>{value}</p>" if "<" not in value else value)
        elif isinstance(value, dict):
            pending += reversed(list(value.values()))
        elif isinstance(value, list):
            pending += reversed(value)
    return found


def _character(found: re.Match[str]) -> str:
    code = found.group()
    if code.startswith("\\u"):
        return chr(int(code[2:], 16))
    return {"\\/": "/", '\\"': '"'}.get(code, "\n")


def _without_script_tags(text: str) -> str:
    """Also without the quotes and braces that closed the script's data."""
    return re.sub(r'</?script\b[^>]*>|"\s*[}\]]+\s*;?', " ", text, flags=re.IGNORECASE)
