"""Shared strings, lazily: only the wanted numbers are decoded, because LibreOffice splits every mixed CJK/Latin text into runs."""

import re
import xml.parsers.expat as expat

from xlplugin.books import exact
from xlplugin.books.package import Package
from xlplugin.books.raw import NAMESPACES, Raw, plain_text
from xlplugin.books.refusals import Refused
from xlplugin.books.scan import unescaped

_TEXT = rb"[^<\r\x00-\x08\x0b\x0c\x0e-\x1f]*"
_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1[.]0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")? ?\?>[ \t\r\n]*)?'
    rb'<sst xmlns="(' + b"|".join(re.escape(x.encode()) for x in NAMESPACES) + rb')"(?: [a-zA-Z]+="[0-9]*")*>[ \t\r\n]*'
)
_TAIL = rb'(?:<phoneticPr fontId="[0-9]+"(?: type="[a-zA-Z]+")?/>)?</si>[ \t\r\n]*(?:</sst>[ \t\r\n]*)?'
_PLAIN = re.compile(rb'<t(?: xml:space="preserve")?>(' + _TEXT + rb")</t>" + _TAIL)
_RUN_END = b"</t></r>"
_RUN_HEAD = re.compile(rb'<r>(?:<rPr>(?:<[a-zA-Z]+(?: [a-zA-Z]+="[^"<&\x00-\x1f]*")*/>)*</rPr>)?<t(?: xml:space="preserve")?')
_RICH_TAIL = re.compile(_TAIL)
_ONLY_TEXT = re.compile(_TEXT)
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 2048, 4096

_texts: dict[bytes, Raw] = {}
_run_heads: set[bytes] = set()


def shared_strings(package: Package, wanted: set[int], how: str) -> dict[int, Raw]:
    """These shared strings, each as a text cell without a formula; a number that is not there is absent.  Raises Refused."""
    part = package.strings
    if part is None:
        raise Refused("E-PARTS", "sharedStrings.xml")
    xml = package.whole(part)
    if xml is None:
        return _exactly(lambda feed: package.pour(part, feed), wanted)
    found = None if how == "exact" else _split(xml, wanted)
    if found is None:
        if how == "fast":
            raise ValueError(part)
        return _exactly(exact.pour_whole(xml), wanted)
    return found


def _exactly(pour: exact.Pour, wanted: set[int]) -> dict[int, Raw]:
    return {index: Raw("s", text, False, True) for index, text in exact.read_strings(pour, wanted).items()}


def _split(xml: bytes, wanted: set[int]) -> dict[int, Raw] | None:
    """The quick way; None where an exact parser has to decide."""
    pieces = xml.split(b"<si>")
    count = len(pieces) - 1
    if (
        not _HEAD.fullmatch(pieces[0])
        or not _well_formed(pieces[0] + b"</sst>")
        or xml.count(b"<si") != count
        or xml.count(b"</si>") != count
        or b"<!" in xml
    ):
        return None
    found: dict[int, Raw] = {}
    for index in wanted:
        if index < count:
            piece = pieces[index + 1]
            text = _texts.get(piece)
            if text is None:
                text = _text(piece)
                if text is None:
                    return None
            found[index] = text
    return found


def _text(piece: bytes) -> Raw | None:
    plain = _PLAIN.fullmatch(piece)
    runs = [plain[1]] if plain else _runs(piece)
    if runs is None or b"]]>" in piece:
        return None
    try:
        text = plain_text("".join([unescaped(run.decode()) for run in runs]))
    except (Refused, ValueError):
        return None
    if "\ufffe" in text or "\uffff" in text:
        return None
    raw = Raw("s", text, False, True)
    if len(piece) <= _LONGEST_REMEMBERED:
        if len(_texts) >= _MOST_REMEMBERED:
            _texts.clear()
        _texts[piece] = raw
    return raw


def _runs(piece: bytes) -> list[bytes] | None:
    """The texts of rich-text runs; their heads (fonts and sizes) are few and remembered."""
    *runs, tail = piece.split(_RUN_END)
    if not runs or not _RICH_TAIL.fullmatch(tail):
        return None
    texts = []
    for run in runs:
        head, _, text = run.rpartition(b">")
        if head not in _run_heads:
            if len(head) > _LONGEST_REMEMBERED or not (_RUN_HEAD.fullmatch(head) and _well_formed(head + b"></t></r>")):
                return None
            if len(_run_heads) >= _MOST_REMEMBERED:
                _run_heads.clear()
            _run_heads.add(head)
        texts.append(text)
    return texts if _ONLY_TEXT.fullmatch(b"".join(texts)) else None


def _well_formed(xml: bytes) -> bool:
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError:
        return False
    return True
