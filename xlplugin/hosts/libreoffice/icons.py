"""The toolbar's pictures, drawn from a few strokes each, as PNG.

A picture is drawn on a grid of 24 by 24: lines of a thickness, and filled shapes.  Every point of a pixel is asked
whether it is covered, so edges are smooth at any size.
"""

from __future__ import annotations

import struct
import zlib
from math import hypot
from typing import NamedTuple

Point = tuple[float, float]
BLUE, GREEN, ORANGE, GREY, WHITE = (31, 95, 191), (27, 127, 59), (224, 123, 32), (110, 118, 128), (255, 255, 255)
_GRID, _SAMPLES = 24, 4


class Stroke(NamedTuple):
    """A line through these points."""

    colour: tuple[int, int, int]
    thickness: float
    points: tuple[Point, ...]

    def covers(self, x: float, y: float) -> bool:
        return any(_distance(x, y, a, b) <= self.thickness / 2 for a, b in zip(self.points, self.points[1:], strict=False))


class Shape(NamedTuple):
    """A filled polygon."""

    colour: tuple[int, int, int]
    points: tuple[Point, ...]

    def covers(self, x: float, y: float) -> bool:
        inside = False
        for (ax, ay), (bx, by) in zip(self.points, (*self.points[1:], self.points[0]), strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
        return inside


_SHEET = (
    Stroke(GREY, 1.6, ((4, 3), (20, 3), (20, 21), (4, 21), (4, 3))),
    Stroke(GREY, 1.2, ((4, 9), (20, 9))),
    Stroke(GREY, 1.2, ((4, 15), (20, 15))),
    Stroke(GREY, 1.2, ((12, 3), (12, 21))),
)
_PAGE = (
    Stroke(GREY, 1.6, ((5, 2), (15, 2), (20, 7), (20, 22), (5, 22), (5, 2))),
    Stroke(GREY, 1.2, ((14.5, 2), (14.5, 7.5), (20, 7.5))),
)
_BOX = Stroke(GREY, 1.6, ((3, 13), (3, 21), (21, 21), (21, 13)))

PICTURES: dict[str, tuple[Stroke | Shape, ...]] = {
    "check": (*_SHEET, Stroke(WHITE, 5.5, ((7, 13), (11, 17.5), (21, 6))), Stroke(GREEN, 3.4, ((7, 13), (11, 17.5), (21, 6)))),
    "next": (
        Stroke(GREY, 1.6, ((3, 7), (12, 7), (12, 17), (3, 17), (3, 7))),
        Stroke(ORANGE, 2.6, ((9, 12), (20, 12))),
        Shape(ORANGE, ((16, 6.5), (23, 12), (16, 17.5))),
    ),
    "fill": (*_SHEET, Shape(BLUE, ((12.6, 15.6), (19.4, 15.6), (19.4, 20.4), (12.6, 20.4))), Stroke(BLUE, 2.2, ((8, 5), (8, 12.5), (16, 12.5)))),
    "unfill": (
        Stroke(BLUE, 2.6, ((6, 9), (15, 9), (19, 12), (19, 16), (15, 19.5), (8, 19.5))),
        Shape(BLUE, ((2.5, 9), (9.5, 3.5), (9.5, 14.5))),
    ),
    "import": (_BOX, Stroke(GREEN, 2.8, ((12, 2), (12, 12))), Shape(GREEN, ((6.5, 10.5), (17.5, 10.5), (12, 18)))),
    "rollup": (
        Shape(BLUE, ((2.5, 2.5), (8, 2.5), (8, 9), (2.5, 9))),
        Shape(BLUE, ((9.5, 2.5), (15, 2.5), (15, 9), (9.5, 9))),
        Shape(BLUE, ((16.5, 2.5), (22, 2.5), (22, 9), (16.5, 9))),
        Stroke(GREY, 1.8, ((5, 9), (12, 15), (19, 9))),
        Stroke(GREY, 1.8, ((12, 9), (12, 15))),
        Shape(ORANGE, ((7, 14), (17, 14), (17, 22), (7, 22))),
    ),
    "export": (*_PAGE, Stroke(BLUE, 1.6, ((8, 11), (17, 11))), Stroke(BLUE, 1.6, ((8, 14.5), (17, 14.5))), Stroke(BLUE, 1.6, ((8, 18), (14, 18)))),
    "doctor": (
        Shape(GREEN, ((9, 3), (15, 3), (15, 9), (21, 9), (21, 15), (15, 15), (15, 21), (9, 21), (9, 15), (3, 15), (3, 9), (9, 9))),
    ),
}  # fmt: skip


def icon_png(name: str, size: int) -> bytes:
    """One picture, `size` pixels wide and high.  KeyError for a name that has none."""
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter
        for x in range(size):
            rows += _pixel(PICTURES[name], x, y, _GRID / size)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + _chunk(b"IEND", b"")


def _pixel(picture: tuple[Stroke | Shape, ...], x: int, y: int, scale: float) -> bytes:
    """Red, green, blue, and how much of the pixel is covered; the last shape drawn lies on top."""
    seen: list[tuple[int, int, int]] = []
    for i in range(_SAMPLES):
        for j in range(_SAMPLES):
            at = (x + (i + 0.5) / _SAMPLES) * scale, (y + (j + 0.5) / _SAMPLES) * scale
            top = next((s.colour for s in reversed(picture) if s.covers(*at)), None)
            if top is not None:
                seen.append(top)
    if not seen:
        return b"\0\0\0\0"
    return bytes([*(sum(c[k] for c in seen) // len(seen) for k in range(3)), 255 * len(seen) // _SAMPLES**2])


def _distance(x: float, y: float, a: Point, b: Point) -> float:
    along, across = b[0] - a[0], b[1] - a[1]
    length = along * along + across * across
    t = max(0.0, min(1.0, ((x - a[0]) * along + (y - a[1]) * across) / length)) if length else 0.0
    return hypot(x - a[0] - t * along, y - a[1] - t * across)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
