"""The rules of Office's published customUI schemas for what our ribbon uses: elements, order, attributes, values.

`problems(xml)` is empty for a valid part. Only the elements we may use are known; anything else is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

NAMESPACES = ("http://schemas.microsoft.com/office/2006/01/customui", "http://schemas.microsoft.com/office/2009/07/customui")

NCNAME = re.compile(r"[A-Za-z_\u00B7-\uFFFD][\w.\-\u00B7-\uFFFD]{0,1023}")


def _text(value: str) -> bool:
    return 1 <= len(value) <= 1024


def _ncname(value: str) -> bool:
    return bool(NCNAME.fullmatch(value))


def _boolean(value: str) -> bool:
    return value in ("true", "false", "1", "0")


def _size(value: str) -> bool:
    return value in ("normal", "large")


def _keytip(value: str) -> bool:
    return 1 <= len(value) <= 3 and not re.search(r"\s", value)


Rule = Callable[[str], bool]
_POSITION: dict[str, Rule] = dict.fromkeys(("insertAfterMso", "insertBeforeMso"), _ncname)
_IDENTITY: dict[str, Rule] = {"id": _ncname, "idQ": _text, "idMso": _ncname, "tag": _text}
_SEEN: dict[str, Rule] = {"visible": _boolean, "getVisible": _text, "label": _text, "getLabel": _text, "keytip": _keytip}
_TIPS: dict[str, Rule] = dict.fromkeys(("screentip", "getScreentip", "supertip", "getSupertip"), _text)
_IMAGE: dict[str, Rule] = {"image": _text, "imageMso": _ncname, "getImage": _text, "showImage": _boolean, "showLabel": _boolean}

ATTRIBUTES: dict[str, dict[str, Rule]] = {
    "customUI": {"onLoad": _text, "loadImage": _text},
    "ribbon": {"startFromScratch": _boolean},
    "tabs": {},
    "tab": {**_IDENTITY, **_SEEN, **_POSITION},
    "group": {**_IDENTITY, **_SEEN, **_POSITION, **_TIPS, **_IMAGE},
    "button": {
        **_IDENTITY,
        **_SEEN,
        **_POSITION,
        **_TIPS,
        **_IMAGE,
        "size": _size,
        "onAction": _text,
        "enabled": _boolean,
        "description": _text,
    },
}
CHILDREN = {"customUI": ["ribbon"], "ribbon": ["tabs"], "tabs": ["tab"], "tab": ["group"], "group": ["button"], "button": []}
AT_MOST_ONE = {"ribbon", "tabs"}
EXCLUSIVE = (("id", "idQ", "idMso"), ("image", "imageMso", "getImage"), ("label", "getLabel"), ("visible", "getVisible"))
IDENTIFIED = {"tab", "group", "button"}


def problems(xml: bytes) -> list[str]:
    """Everything in this customUI part that the schema forbids."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    name = etree.QName(root)
    if name.namespace not in NAMESPACES or name.localname != "customUI":
        return [f"root {root.tag}"]
    found = [line for element in root.iter() for line in _element(element, str(name.namespace))]
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    return found + [f"id {i} twice" for i in sorted({i for i in ids if ids.count(i) > 1})]


def _element(element: etree._Element, namespace: str) -> list[str]:
    name = etree.QName(element)
    if name.namespace != namespace or name.localname not in ATTRIBUTES:
        return [f"element {element.tag}"]
    kind, known = name.localname, ATTRIBUTES[name.localname]
    found = [f"{kind}: attribute {key}" for key in element.attrib if key not in known]
    found += [f"{kind}: {k}={v!r}" for k, v in element.attrib.items() if k in known and not known[k](str(v))]
    found += [f"{kind}: {group} together" for group in EXCLUSIVE if sum(k in element.attrib for k in group) > 1]
    if kind in IDENTIFIED and not any(key in element.attrib for key in EXCLUSIVE[0]):
        found.append(f"{kind}: no id")
    children = [etree.QName(child).localname for child in element]
    found += [f"{kind}: child {child}" for child in children if child not in CHILDREN[kind]]
    found += [f"{kind}: {child} twice" for child in AT_MOST_ONE if children.count(child) > 1]
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        found.append(f"{kind}: text")
    return found
