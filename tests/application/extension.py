"""Puts a LibreOffice extension (.oxt) into a profile.

Through UNO and not with unopkg, which refuses to run as root.  Open a Window on the same profile afterwards:

    install(profile, oxt)
    with Window(profile) as window: ...
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soffice import Soffice, uno

INSTALL_SECONDS = 60
MANAGER = "/singletons/com.sun.star.deployment.ExtensionManager"


def _consent() -> Any:
    """A command environment that approves whatever is asked (licence, version, where to install)."""
    import unohelper  # type: ignore[import-not-found, unused-ignore]
    from com.sun.star.task import XInteractionHandler  # type: ignore[import-not-found, unused-ignore]
    from com.sun.star.ucb import XCommandEnvironment  # type: ignore[import-not-found, unused-ignore]

    approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")

    class Consent(unohelper.Base, XInteractionHandler, XCommandEnvironment):  # type: ignore[misc]
        def handle(self, request: Any) -> None:
            for answer in request.getContinuations():
                if answer.queryInterface(approve) is not None:
                    answer.select()
                    return

        def getInteractionHandler(self) -> Any:  # noqa: N802  UNO's name
            return self

        def getProgressHandler(self) -> None:  # noqa: N802  UNO's name
            return None

    return Consent()


def installed(soffice: Soffice) -> set[str]:
    """Identifiers of the extensions in the profile of a running soffice."""
    with soffice.deadline("查询扩展"):
        manager = soffice.context.getValueByName(MANAGER)
        return {one.Identifier.Value for row in manager.getAllExtensions(None, _consent()) for one in row if one is not None}


def install(profile: Path, oxt: Path) -> set[str]:
    """Installs an extension for the user of that profile; returns the identifiers of all that are there."""
    soffice = Soffice(profile=profile)
    try:
        with soffice.deadline(f"安装扩展 {oxt.name}", INSTALL_SECONDS):
            manager = soffice.context.getValueByName(MANAGER)
            manager.addExtension(oxt.resolve().as_uri(), (), "user", None, _consent())
        return installed(soffice)
    finally:
        soffice.stop()
