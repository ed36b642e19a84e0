"""What is wrong with the world.  What is wrong with the data is a Finding, never an exception.

Every message is Chinese, names the file and the place, and says what to do.
"""


class XlpluginError(Exception):
    """Base of all errors this package raises on purpose; `str(error)` is fit to be shown to a clerk."""


class BadForm(XlpluginError):
    """A form file (form/*.yaml) contradicts itself or lacks something."""


class UnknownForm(XlpluginError):
    """No official format is in force for this year, or no form of this id is known."""


class NotOurWorkbook(XlpluginError):
    """The file opens, but it is not a workbook of this template."""


class UnreadableSource(XlpluginError):
    """The file cannot be opened, or no table was recognised in it; `code` names the reason (E-…)."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class CannotWrite(XlpluginError):
    """The result cannot be written; nothing was changed."""


class HostUnavailable(XlpluginError):
    """Excel or LibreOffice is not installed, or did not answer."""


class Cancelled(XlpluginError):
    """The user pressed 取消; nothing was changed."""
