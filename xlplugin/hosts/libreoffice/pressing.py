"""A click in LibreOffice → the command, with the document in front."""

from __future__ import annotations

from typing import Any

from xlplugin.errors import HostUnavailable
from xlplugin.hosts import commands
from xlplugin.hosts.libreoffice.dialogs import Dialogs
from xlplugin.hosts.libreoffice.host import UnoHost


def press(button: str, context: Any, desktop: Any, doc: Any) -> bool:
    """Do what a button stands for to `doc`; True when it was done."""
    person = Dialogs(context, desktop.getCurrentFrame())
    try:
        host = UnoHost(desktop, doc, person)
    except HostUnavailable as error:
        person.tell(str(error))
        return False
    return commands.press(button, host)
