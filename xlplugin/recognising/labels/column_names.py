"""Which column of a table a text names: by its official label, or by one of which most characters are left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from operator import eq

from xlplugin.form import Block, Table
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.labels.stream import Token

_LONGEST_LABEL = 20
_NEAR = 0.6
_FEWEST = 3  # characters; in fewer a misread one is most of the label


def is_strange(text: str) -> bool:
    """Whether a text over a table is as long as a label may be."""
    return 1 < len(skeleton(text)) <= _LONGEST_LABEL


def columns_of(segments: Sequence[Segment], table: Table, block: Block) -> list[str | None]:
    """The column of the block that each segment names."""
    keys, mine = block.column_keys, table.key
    return [column_of(t, mine, keys) if (t := s.token) is not None and t.labels.columns else None for s in segments]


def column_of(token: Token, table: str, keys: Collection[str]) -> str | None:
    """The column of the table, among these, that a label names."""
    for label in token.labels.columns:
        if label.table == table and label.key in keys:
            return label.key
    return None


def nearly_all(segment: Segment, block: Block) -> list[str]:
    """The columns whose labels, one or several with white space between, a text without a meaning is a damaged copy of."""
    if segment.token is not None:
        return []
    keys = (_nearest(word, block) for word in segment.text.split())
    return [key] if (key := nearly(segment, block)) else [k for k in keys if k]


def nearly(segment: Segment, block: Block) -> str | None:
    """The column whose label a text without a meaning is a damaged copy of; only for the order of the labels."""
    return _nearest(segment.text, block) if segment.token is None else None


def _nearest(seen: str, block: Block) -> str | None:
    """The column of which a text is a damaged label."""
    if not 2 < len(text := skeleton(seen)) <= _LONGEST_LABEL:
        return None
    return _nearest_of(text, tuple([(skeleton(c.label), c.key) for c in block.columns]))


@lru_cache(maxsize=1024)
def _nearest_of(text: str, labels: tuple[tuple[str, str], ...]) -> str | None:
    near = [(SequenceMatcher(None, text, label).ratio(), key) for label, key in labels]
    ratio, key = max(near)
    return key if ratio >= _NEAR and sum(r >= ratio - 0.1 for r, _ in near) == 1 else None


def misread(text: str, labels: Collection[str]) -> str | None:
    """The label of the same length that most of a text's characters are of, one by one; None where two are as near."""
    if len(text) < _FEWEST:
        return None
    near = sorted(((sum(map(eq, text, x)), x) for x in labels if len(x) == len(text)), reverse=True)
    if not near or 2 * near[0][0] < len(text) or (len(near) > 1 and near[1][0] == near[0][0]):
        return None
    return near[0][1]


def named_columns(segments: Sequence[Segment], table: Table, block: Block) -> int:
    """How many of the segments name a column of the block."""
    return sum(k is not None for k in columns_of(segments, table, block))
