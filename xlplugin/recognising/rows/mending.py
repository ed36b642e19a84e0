"""Labels that a copy has damaged: in pieces with their number between, or with a few characters lost or changed."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.lexicon import FOREIGN, ROW
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.rows.found import Found

_NEAR = 0.6


def mend_damaged(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Give the rows that were not found the segments that can only be theirs; rows found once more get those too."""
    _mend_damaged(found, segments)
    _meet_again(found, segments)


def mend_broken(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Give the rows that were not found the pieces of their labels: their number stands between the two halves."""
    for row in found.values():
        if row.segments:
            continue
        whole = skeleton(row.row.label)
        for i, segment in enumerate(segments):
            pieces = _pieces(whole, segments[i : i + 4]) if segment.token is None else None
            if pieces:
                row.segments.append(_joined(pieces))
                break


def _pieces(whole: str, segments: Sequence[Segment]) -> list[Segment] | None:
    """The first segments, if their texts one after the other are the label."""
    rest = whole
    used: list[Segment] = []
    for segment in segments:
        text = skeleton(segment.text)
        if used and segment.token is None and len(text) < 3 and not segment.full and not rest.startswith(text):
            continue  # the end of a neighbouring heading that was broken too, as at the foot of a page
        if segment.token is not None or not text or not rest.startswith(text):
            return None
        used.append(segment)
        rest = rest[len(text) :]
        if not rest:
            return used if len(used) > 1 else None
    return None


def _joined(pieces: Sequence[Segment]) -> Segment:
    """One segment with the slots of the only piece that has numbers; of none, if two have."""
    holding = [p for p in pieces if p.full]
    for piece in pieces:
        piece.broken = True
    slots = holding[0].slots if len(holding) == 1 else []
    texts = "".join(p.text for p in pieces)
    base = holding[0] if holding else pieces[0]
    joined = Segment(None, texts, base.cell, base.line)
    joined.hold(list(slots))
    joined.broken = True
    return joined


def _mend_damaged(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Labels that lost or changed a few characters: taken where only one missing row can be meant."""
    if all(f.segments for f in found.values()):
        return
    keys = list(found)
    order = {id(f.segments[0]): i for i, f in enumerate(found.values()) if f.segments}
    for index, segment in enumerate(segments):
        if not _nameless(segment):
            continue
        low = max((order[id(s)] for s in segments[:index] if id(s) in order), default=-1)
        high = min((order[id(s)] for s in segments[index + 1 :] if id(s) in order), default=len(keys))
        missing = [k for k in keys[low + 1 : high] if not found[k].segments]
        chosen = _nearest(_text(segment), {k: skeleton(found[k].row.label) for k in missing})
        if chosen:
            found[chosen].segments.append(segment)
            found[chosen].damaged = _text_seen(segment)
            order[id(segment)] = keys.index(chosen)


def _meet_again(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Rows whose damaged label resembles that of a row already found may be that row once more, with other numbers."""
    used = {s.at for f in found.values() for s in f.segments if s.at >= 0}
    begin = segments[0].at if segments else 0
    for segment in segments[min(used, default=begin) - begin : max(used, default=begin - 1) - begin + 2]:
        if not _nameless(segment) or segment.at in used or len(_text(segment)) < 2:
            continue
        for row in found.values():
            if row.segments and _resembles(_text(segment), skeleton(row.row.label)):
                row.segments.append(segment)


def _resembles(text: str, label: str) -> bool:
    return _same_ordinal(text, label) and SequenceMatcher(None, text, label).ratio() >= _NEAR


def _nameless(segment: Segment) -> bool:
    if segment.broken or not segment.full:
        return False
    return segment.token is None or segment.token.of(FOREIGN) is not None


def _text(segment: Segment) -> str:
    return segment.token.skeleton if segment.token is not None else skeleton(segment.text)


def _text_seen(segment: Segment) -> str:
    return segment.token.labels.every[0].text if segment.token is not None else segment.text


def _nearest(text: str, labels: dict[str, str]) -> str | None:
    """The one label that the text is surely a damaged copy of."""
    if len(text) < 2 or sum(label.endswith(text) for label in labels.values()) > 1:
        return None  # of a label broken over two lines only the end is left
    near = sorted(((SequenceMatcher(None, text, label).ratio(), key) for key, label in labels.items()), reverse=True)
    if not near or near[0][0] < _NEAR or (len(near) > 1 and near[0][0] - near[1][0] < 0.15):
        return None
    chosen = near[0][1]
    if any(text.endswith(label) for key, label in labels.items() if key != chosen):
        return None  # the end of its label, and another
    return chosen if _same_ordinal(text, labels[chosen]) else None


def _same_ordinal(text: str, label: str) -> bool:
    """A label that starts with another number is another label."""
    ordinals = "一二三四五六七八九十"
    if label[0].isdigit() or label[0] in ordinals:
        return text[0] == label[0] or not (text[0].isdigit() or text[0] in ordinals)
    return True


def damaged_label(found: Found) -> str:
    """The label as it stood, where it differs from the form's; "" where it is the official one."""
    if found.damaged:
        return found.damaged
    token = found.segments[0].token if found.segments else None
    label = token.of(ROW) if token is not None else None
    return label.text if label is not None and not label.exact else ""
