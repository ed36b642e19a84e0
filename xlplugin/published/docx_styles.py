"""What the styles of a Word document say of a run, and the ordinals that its lists give to paragraphs."""

from __future__ import annotations

from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "〇一二三四五六七八九"
_DEEPEST = 10


class Look(NamedTuple):
    """What changes the meaning of a text; None where it is not said."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None


def on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{W}val", "true") not in ("0", "false", "off")


class Styles:
    """The styles by name."""

    def __init__(self, root: Any) -> None:
        self._style = {s.get(f"{W}styleId"): s for s in root.iter(f"{W}style")} if root is not None else {}

    def look(self, properties: Any) -> Look:
        """How a run looks: by itself, else by its style."""
        if properties is None:
            return Look()
        own = _look(properties)
        named = properties.find(f"{W}rStyle")
        for style in self.chain(named.get(f"{W}val")) if named is not None else ():
            own = _over(own, _look(style.find(f"{W}rPr")))
        return own

    def chain(self, name: str | None) -> list[Any]:
        """A style and those it is based on."""
        found: list[Any] = []
        while name in self._style and len(found) < _DEEPEST:
            found.append(self._style[name])
            based = found[-1].find(f"{W}basedOn")
            name = based.get(f"{W}val") if based is not None else None
        return found


def _look(properties: Any) -> Look:
    if properties is None:
        return Look()
    struck = [s for tag in ("strike", "dstrike") if (s := properties.find(f"{W}{tag}")) is not None]
    hidden, raised = properties.find(f"{W}vanish"), properties.find(f"{W}vertAlign")
    return Look(
        on(hidden) if hidden is not None else None,
        any(map(on, struck)) if struck else None,
        raised.get(f"{W}val") in ("superscript", "subscript") if raised is not None else None,
    )


def _over(own: Look, below: Look) -> Look:
    return Look(*(b if a is None else a for a, b in zip(own, below, strict=True)))


class _Level(NamedTuple):
    start: int
    kind: str
    text: str


class Numbers:
    """The lists of a document, counted paragraph by paragraph in its order."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, str] = {}
        self._levels: dict[tuple[str, int], _Level] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[tuple[str, int], int] = {}
        if root is None:
            return
        for kind in root.iter(f"{W}abstractNum"):
            for level in kind.iter(f"{W}lvl"):
                key = (kind.get(f"{W}abstractNumId", ""), int(level.get(f"{W}ilvl", "0")))
                self._levels[key] = _Level(
                    int(_said(level, "start", "1")), _said(level, "numFmt", "decimal"), _said(level, "lvlText", "")
                )
        for number in root.iter(f"{W}num"):
            name = number.get(f"{W}numId", "")
            self._abstract[name] = _said(number, "abstractNumId", "")
            for override in number.iter(f"{W}lvlOverride"):
                if (start := override.find(f"{W}startOverride")) is not None:
                    self._restarts[name, int(override.get(f"{W}ilvl", "0"))] = int(start.get(f"{W}val", "1"))

    def of(self, paragraph: Any) -> str:
        """The ordinal in front of a paragraph, as it is seen; "" where it has none, or only a bullet."""
        name, level = self._list_of(paragraph)
        kind = self._abstract.get(name, "")
        shape = self._levels.get((kind, level))
        if shape is None:
            return ""
        restart = self._restarts.pop((name, level), None)
        now = restart if restart is not None else self._counts.get((kind, level), shape.start - 1) + 1
        self._counts[kind, level] = now
        for deeper in [k for k in self._counts if k[0] == kind and k[1] > level]:
            del self._counts[deeper]
        text = shape.text
        for i in range(level + 1):
            at = self._levels.get((kind, i), shape)
            text = text.replace(f"%{i + 1}", _written(self._counts.get((kind, i), at.start), at.kind))
        return "" if shape.kind in ("bullet", "none") else text

    def _list_of(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return "", 0
        named = properties.find(f"{W}pStyle")
        styles = self._styles.chain(named.get(f"{W}val")) if named is not None else []
        for holder in (properties, *(s.find(f"{W}pPr") for s in styles)):
            found = holder.find(f"{W}numPr") if holder is not None else None
            if found is not None:
                return _said(found, "numId", "0"), int(_said(found, "ilvl", "0"))
        return "", 0


def _said(parent: Any, tag: str, otherwise: str) -> str:
    child = parent.find(f"{W}{tag}")
    return str(child.get(f"{W}val", otherwise)) if child is not None else otherwise


def _written(number: int, kind: str) -> str:
    """A count as the list writes it."""
    if kind.startswith(("chinese", "japanese", "ideographDigital", "taiwanese")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十") + (_CHINESE[ones] if ones else "")
    if kind == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x245F + number)
    if kind.endswith("Letter") and 0 < number <= 26:
        return chr((64 if kind.startswith("upper") else 96) + number)
    return str(number)
