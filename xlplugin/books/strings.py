"""Shared strings, lazily: only the wanted numbers are decoded, because LibreOffice splits every mixed CJK/Latin text into runs."""

import re

from xlplugin.books import exact
from xlplugin.books.package import Package
from xlplugin.books.raw import NAMESPACES, Raw, plain_text
from xlplugin.books.refusals import Refused
from xlplugin.books.scan import unescaped

_TEXT = rb"[^<\r\x00-\x08\x0b\x0c\x0e-\x1f]*"
_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")? ?\?>[ \t\r\n]*)?'
    rb'<sst xmlns="(' + b"|".join(re.escape(x.encode()) for x in NAMESPACES) + rb')"(?: [a-zA-Z]+="[0-9]*")*>[ \t\r\n]*'
)
_RUN = rb'<t(?: xml:space="preserve")?>(' + _TEXT + rb")</t>"
_TAIL = rb"(?:<phoneticPr(?: [a-zA-Z]+=\"[^\"<&]*\")*/>)?</si>[ \t\r\n]*(?:</sst>[ \t\r\n]*)?"
_PLAIN = re.compile(_RUN + _TAIL)
_RICH = re.compile(rb"(?:<r>(?:<rPr>(?:<[a-zA-Z]+(?: [a-zA-Z]+=\"[^\"<&]*\")*/>)*</rPr>)?" + _RUN + rb"</r>)+" + _TAIL)
_RUNS = re.compile(_RUN)
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 4096, 400

_texts: dict[bytes, Raw] = {}


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
    if not _HEAD.fullmatch(pieces[0]) or xml.count(b"<si") != count or xml.count(b"</si>") != count or b"<!" in xml:
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
    if plain is None and not _RICH.fullmatch(piece):
        return None
    try:
        runs = [plain[1]] if plain else _RUNS.findall(piece)
        text = plain_text("".join([unescaped(run.decode()) for run in runs]))
    except (Refused, ValueError):
        return None
    if b"]]>" in piece or "\ufffe" in text or "\uffff" in text:
        return None
    raw = Raw("s", text, False, True)
    if len(piece) <= _LONGEST_REMEMBERED:
        if len(_texts) >= _MOST_REMEMBERED:
            _texts.clear()
        _texts[piece] = raw
    return raw
