"""One soffice process: started, connected, watched, ended.

Every call over UNO blocks until soffice answers, and a modal dialog never answers.  So each call runs under a
deadline: when it passes, the watchdog kills the process group and the blocked call comes back as an OfficeError.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

# Before uno, whose import hook turns a ModuleNotFoundError into a plain ImportError, which tqdm does not expect.
with contextlib.suppress(ImportError):  # inside LibreOffice the hook is there first, and nobody asks for it
    importlib.import_module("tqdm")

uno: Any
try:
    uno = importlib.import_module("uno")
except ImportError:  # python3-uno is not installed, or is built for another Python
    uno = None

FONTS = Path(__file__).with_name("fonts.conf")
START_SECONDS = 60.0
CALL_SECONDS = 60.0

SETTINGS = (  # (node, property, value): no question may pop up, and the office is a Chinese one
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Common/Misc", "ShowTipOfTheDay", "false"),
    ("/org.openoffice.Office.Common/Misc", "UseLocking", "false"),
    ("/org.openoffice.Office.Common/Misc", "UseDocumentOOoLockFile", "false"),
    ("/org.openoffice.Office.Common/Save/Document", "WarnAlienFormat", "false"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"),
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
    ("/org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "zh-CN"),
)


class OfficeError(Exception):
    """LibreOffice is absent, did not answer in time, died, or refused a file."""


def program() -> str | None:
    """Where soffice is, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def why_not() -> str | None:
    """Why LibreOffice cannot be driven here, in one line; None when it can."""
    if program() is None:
        return "没有找到 LibreOffice（soffice）：请运行 make test，或安装 libreoffice-calc"
    if uno is None:
        return "这个 Python 不能 import uno：请运行 make test，或安装 python3-uno 并让虚拟环境与它同一版本"
    return None


def write_settings(profile: Path) -> None:
    """A profile that starts without a question.  An existing profile is left as it is."""
    target = profile / "user" / "registrymodifications.xcu"
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    item = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
    head = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    target.write_text(head + "".join(item.format(*s) for s in SETTINGS) + "</oor:items>", encoding="utf-8")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def spawn(command: list[str], env: Mapping[str, str], stdout: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """A quiet process in a group of its own, so that end_group ends it with its children and nothing else.

    The group also ends when we die without a chance to tidy up: a guard in it waits for our end of a pipe to close.
    """
    guard = 'exec 3<&0; (cat <&3; kill -KILL 0) >/dev/null & exec "$@" 3<&- </dev/null'
    guarded = ["sh", "-c", guard, "sh", *command]
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(guarded, env={**os.environ, **env}, stdin=pipe, stdout=stdout, stderr=quiet, start_new_session=True)


def end_group(process: subprocess.Popen[bytes], grace: float) -> None:
    """Waits for a process that was asked to end; then kills its group (we made the group, nobody else is in it)."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(grace)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    for end in (process.stdin, process.stdout):
        if end:
            end.close()


class Deadline:
    """Time for the UNO calls inside a with-block.

    A class and not a generator: contextlib re-raises by setting __traceback__, which a UNO exception refuses.
    """

    def __init__(self, office: Soffice, what: str, seconds: float) -> None:
        self.office, self.what, self.seconds, self.late = office, what, seconds, False
        self.timer = threading.Timer(seconds, self._too_late)
        self.timer.daemon = True

    def _too_late(self) -> None:
        self.late = True
        self.office.kill()

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.timer.cancel()
        if error is None or not isinstance(error, Exception):
            return
        if self.late:
            raise OfficeError(f"{self.what}：LibreOffice {self.seconds:.0f} 秒没有应答，已结束它") from error
        if type(error).__name__ == "DisposedException" or not self.office.alive:
            raise OfficeError(f"{self.what}：LibreOffice 意外退出") from error


class Soffice:
    """A running soffice with its own profile and port.  `desktop` is its UNO desktop.

    Raises OfficeError when it cannot be started or does not answer within START_SECONDS.
    """

    def __init__(self, *, headless: bool = True, profile: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        if reason := why_not():
            raise OfficeError(reason)
        self._temporary = None if profile else tempfile.mkdtemp(prefix="xlplugin-office-")
        self.profile = (profile or Path(str(self._temporary))).resolve()
        write_settings(self.profile)
        self.port = free_port()
        self.process = self._launch(headless, dict(env or {}))
        atexit.register(self.stop)
        try:
            self.context = self._connect()
            self.desktop = self.service("com.sun.star.frame.Desktop")
        except BaseException:
            self.stop()
            raise

    def _launch(self, headless: bool, env: dict[str, str]) -> subprocess.Popen[bytes]:
        accept = f"--accept=socket,host=127.0.0.1,port={self.port};urp;StarOffice.ComponentContext"
        flags = ["--norestore", "--nologo", "--nodefault", "--nofirststartwizard", accept]
        command = [
            str(program()),
            f"-env:UserInstallation={self.profile.as_uri()}",
            *(["--headless"] if headless else []),
            *flags,
        ]
        # LC_ALL: Chinese file names need UTF-8.  HOME: nothing is written outside the profile.
        own = {"LC_ALL": "C.UTF-8", "FONTCONFIG_FILE": str(FONTS), "HOME": str(self.profile), **env}
        return spawn(command, own)

    def _connect(self) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return resolver.resolve(f"uno:socket,host=127.0.0.1,port={self.port};urp;StarOffice.ComponentContext")
            except Exception as refused:  # NoConnectException exists only once uno is loaded
                if self.process.poll() not in (None, 0):
                    raise OfficeError(f"soffice 启动即退出，退出码 {self.process.returncode}") from refused
                if time.monotonic() > end:
                    raise OfficeError(f"soffice 在 {START_SECONDS:.0f} 秒内没有应答") from refused
                time.sleep(0.05)

    def service(self, name: str) -> Any:
        """A UNO service of this soffice."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def deadline(self, what: str, seconds: float = CALL_SECONDS) -> Deadline:
        """Bounds the UNO calls inside; on time-out soffice is killed and OfficeError says during what."""
        return Deadline(self, what, seconds)

    def kill(self) -> None:
        """Ends soffice and its children at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ends soffice (asked first, then killed) and removes a temporary profile.  Harmless when called twice."""
        atexit.unregister(self.stop)
        if self.alive and hasattr(self, "desktop"):
            with contextlib.suppress(Exception), self.deadline("退出", 10):
                self.desktop.terminate()
        end_group(self.process, 5 if hasattr(self, "desktop") else 0)
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)
