"""The buttons of the plugin, once: ribbon, macros, sheet buttons and menus are all made from this list."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

SOURCES = Path(__file__).parent / "addin"


class Button(NamedTuple):
    """One button: `id` is the command it stands for, the rest is what the user sees."""

    id: str
    label: str
    icon: str
    tip: str
    more: str
    large: bool = False

    @property
    def macro(self) -> str:
        """The name of its VBA macro."""
        return "Xxgk" + self.id.capitalize()


class Group(NamedTuple):
    """Buttons that stand together under one caption."""

    id: str
    label: str
    buttons: tuple[Button, ...]


class Buttons(NamedTuple):
    """The ribbon tab, its groups, and what the macros say when Python cannot answer."""

    tab: str
    groups: tuple[Group, ...]
    messages: dict[str, str]

    @property
    def all(self) -> tuple[Button, ...]:
        """Every button, in the order of the ribbon."""
        return tuple(button for group in self.groups for button in group.buttons)


@cache
def load_buttons() -> Buttons:
    """The list in addin/buttons.yaml."""
    said = yaml.safe_load((SOURCES / "buttons.yaml").read_text("utf-8"))
    groups = (Group(g["id"], g["label"], tuple(Button(**b) for b in g["buttons"])) for g in said["groups"])
    return Buttons(said["tab"], tuple(groups), said["messages"])
