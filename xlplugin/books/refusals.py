"""Why a file was refused: every E-code once, with the Chinese sentence that tells the clerk what to do.

The modules that take a file apart raise `Refused(code, detail)` and know no file names; the public functions
wrap them in `naming(file, sheet)`, which turns the refusal into UnreadableSource with everything in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from xlplugin.errors import UnreadableSource

_RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再交。"
_AGAIN = "请重新复制或重新发送原文件。"
_COPY = "请打开原文件，把数据抄到新领的模板里再交。"

SENTENCES = {
    # the file itself
    "E-MISSING": "找不到这个文件，请核对路径和文件名。",
    "E-DENIED": "没有权限读取这个文件；如果正在别的程序中打开，请关闭后重试，否则请联系管理员。",
    "E-NOTFILE": "这不是一个普通文件（可能是文件夹），请选择工作簿文件。",
    "E-FILESIZE": "文件超过 64 MB，不是正常的填报表。请删去图片等无关内容，另存为 .xlsx 后再交。",
    "E-EMPTY": "文件是空的（0 字节）。" + _AGAIN,
    "E-LOCKFILE": "这是办公软件打开工作簿时留下的临时文件，不是填报表。请选择同名而不带“~$”的文件。",
    # another kind of file
    "E-PASSWORD": "工作簿设了打开密码。请在 Excel 或 WPS 中取消密码后再交。",
    "E-XLS": "这是旧格式（.xls 或 .et）的工作簿。" + _RESAVE,
    "E-XLSB": "这是二进制格式（.xlsb）的工作簿。" + _RESAVE,
    "E-ODS": "这是 .ods 格式的工作簿。" + _RESAVE,
    "E-HTML": "这其实是一个网页（或 XML）文件，只是改了扩展名。" + _RESAVE,
    "E-WORD": "这是 Word 文档，不是工作簿。请交填报用的 Excel 工作簿。",
    "E-PDF": "这是 PDF 文件，不是工作簿。请交填报用的 Excel 工作簿。",
    "E-ARCHIVE": "这是压缩包，不是工作簿。请先解压，再交里面的工作簿。",
    "E-OLE": "这个文件是旧格式的复合文档，里面没有找到工作簿。" + _RESAVE,
    "E-NOTXLSX": "这不是 Excel 工作簿；也可能被单位的文件加密软件加了密。请解密，或用 Excel、WPS 打开后另存为 .xlsx 再交。",
    # damage
    "E-TRUNCATED": "文件不完整，可能没有传完。" + _AGAIN,
    "E-DAMAGED": "文件已损坏（校验不符）。" + _AGAIN,
    "E-ZIP": "文件的压缩结构不正确。" + _RESAVE,
    "E-ZIP64": "文件用了很大文件才用的压缩结构。" + _RESAVE,
    "E-METHOD": "文件用了 Excel 不使用的压缩方法。" + _RESAVE,
    "E-DUPENTRY": "文件里有两个同名的部件，内容不可信。" + _COPY,
    "E-OVERLAP": "文件里的部件互相重叠，内容不可信。" + _COPY,
    "E-ENTRIES": "文件里的部件超过 2000 个，不是正常的填报表。" + _COPY,
    "E-PARTS": "工作簿里缺少必要的部件。" + _RESAVE,
    "E-TOOBIG": "文件展开以后过大，不是正常的填报表。" + _COPY,
    # what stands in the sheets
    "E-XML": "工作簿的内部结构有错误。" + _RESAVE,
    "E-DOCTYPE": "工作簿里夹带了不允许的声明（DOCTYPE），内容不可信。" + _COPY,
    "E-DEPTH": "工作簿的内部结构嵌套过深，内容不可信。" + _COPY,
    "E-DUPSHEET": "有两张同名的工作表。请删去多余的一张再交。",
    "E-NOTSHEET": "这一页不是普通的工作表（可能是图表）。请恢复模板原有的工作表再交。",
    "E-SHEET": "没有这张工作表。请恢复模板原有的工作表再交。",
    "E-DUPCELL": "同一个单元格出现了两次，无法判断哪个是真的。" + _RESAVE,
    "E-ROWORDER": "工作表的行次序错乱，内容不可信。" + _RESAVE,
    "E-NUMBER": "单元格里存的不是有效的数。请在 Excel 或 WPS 中重新填写这个单元格。",
    "E-TOOLONG": "单元格的文字超过 32767 个字。请缩短后再交。",
    "E-STRINGS": "单元格的文字在文件里找不到，文件已损坏。" + _RESAVE,
    # readers of other people
    "E-LEGACY": "这个文件读不出来（损坏，或者用了过多内存）。" + _RESAVE,
    "E-TIMEOUT": "读这个文件超过了时限。" + _RESAVE,
}


class Refused(Exception):
    """A file is refused; inside this package only.  `naming` turns it into UnreadableSource."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def unreadable(code: str, *, file: str = "", sheet: str = "", detail: str = "") -> UnreadableSource:
    """The exception for one E-code, in words: file, sheet, what is wrong, what to do."""
    place = "，".join(x for x in (file, f"工作表“{sheet}”" if sheet else "", detail) if x)
    sentence = SENTENCES[code] + f"（{code}）"
    return UnreadableSource(f"{place}：{sentence}" if place else sentence, code=code)


@contextmanager
def naming(file: str, sheet: str = "") -> Iterator[None]:
    """Adds the names of the file and the sheet to any refusal from inside.  Raises UnreadableSource."""
    try:
        yield
    except Refused as refused:
        raise unreadable(refused.code, file=file, sheet=sheet, detail=refused.detail) from refused
