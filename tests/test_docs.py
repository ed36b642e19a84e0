"""The documents say what the program does: commands, rule ids, the Python example, the pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xlplugin.hosts.cli import cli
from xlplugin.hosts.rulebook import as_markdown, every_rule

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_command_and_option_is_documented():
    text = (ROOT / "docs/cli.md").read_text("utf-8")
    for name, command in cli.commands.items():
        assert f"xlplugin {name}" in text
        for option in (p.opts for p in command.params if p.param_type_name == "option"):
            assert any(o in text for o in option), (name, option)


def test_the_rule_book_is_the_registry():
    assert (ROOT / "docs/rules.md").read_text("utf-8").rstrip("\n") == as_markdown().rstrip("\n")
    text = (ROOT / "docs/rules.md").read_text("utf-8")
    assert all(rule.id in text for rule in every_rule())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_links_and_pictures_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def test_the_python_of_the_documents_runs(tmp_path, monkeypatch):
    from tests.test_cli import book, valid

    monkeypatch.chdir(tmp_path)
    book(tmp_path / "年报.xlsx", valid())
    book(tmp_path / "晨溪镇.xlsx", valid())
    (tmp_path / "收到的报表").mkdir()
    book(tmp_path / "收到的报表" / "一.xlsx", valid())
    for document in (ROOT / "README.md", ROOT / "docs/cli.md"):
        for code in re.findall(r"```python\n(.*?)```", document.read_text("utf-8"), re.S):
            exec(compile(code, document.name, "exec"), {})
    assert (tmp_path / "填好.xlsx").exists()
    assert (tmp_path / "汇总.xlsx").exists()
