"""The prose of a section in boxes under its heads, and back again.

`boxed` and `unboxed` are inverse for every text: what cannot be parted by its heads stays whole in the first box.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBERS = "一二三四五六七八九十"


def unboxed(heads: Sequence[str], boxes: Sequence[str]) -> str:
    """The text of a section; a box without a heading of its own gets its head: “（一）主动公开。…”.

    A text that fills the first box alone is taken as it stands.
    """
    filled = [(i, box.strip()) for i, box in enumerate(boxes) if box.strip()]
    if [i for i, _ in filled] == [0]:
        return filled[0][1]
    return "\n".join(text if not heads[i] or text.startswith("（") else _prefix(heads, i) + text for i, text in filled)


def boxed(heads: Sequence[str], text: str) -> tuple[str, ...]:
    """The text parted where a line begins with a head, one box a head."""
    whole = (text, *[""] * (len(heads) - 1))
    if len(heads) < 2:
        return whole
    starts = [_start(heads, i, text) for i in range(len(heads))]
    found = [(at, i) for i, at in enumerate(starts) if at is not None]
    if not found or found != sorted(found) or found[0][0] != 0:
        return whole
    ends = [at for at, _ in found[1:]] + [len(text)]
    boxes = [""] * len(heads)
    for (at, i), end in zip(found, ends, strict=True):
        boxes[i] = _without_prefix(heads, i, text[at:end].strip())
    return tuple(boxes) if unboxed(heads, boxes) == text else whole


def _prefix(heads: Sequence[str], i: int) -> str:
    return f"（{_NUMBERS[i]}）{heads[i]}。"


def _start(heads: Sequence[str], i: int, text: str) -> int | None:
    found = re.search(rf"^（{_NUMBERS[i]}）\s*{re.escape(heads[i])}", text, re.MULTILINE)
    return found.start() if found else None


def _without_prefix(heads: Sequence[str], i: int, piece: str) -> str:
    bare = piece.removeprefix(_prefix(heads, i))
    return bare if bare and not bare.startswith("（") else piece
