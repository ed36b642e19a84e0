"""What programs that gather pages do to a whole page: signs and spaces of their own, lines lost, joined or cut off."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from random import Random

_FIGURE = re.compile(r"(?<=[\n|])([ ]*)(\d+)([ ]*)(?=[\n|])")


def _lines(page: str, change: Callable[[str], str]) -> str:
    return "\n".join(change(line) for line in page.split("\n"))


def signs_before(sign: str) -> Callable[[str, Random], str]:
    """Every line an item of a list, or quoted."""
    return lambda page, random: _lines(page, lambda line: f"{sign}{line}" if line.strip() else line)


def spaces_spelt(page: str, random: Random) -> str:
    return _FIGURE.sub(lambda m: f"{m[1]}{random.choice(('&nbsp;', ''))}{m[2]}{m[3]}", page)


def two_bars(page: str, random: Random) -> str:
    return page.replace(" | ", " || ")


def one_of_equal_neighbours(page: str, random: Random) -> str:
    return "\n".join(line for line, _ in groupby(x for x in page.split("\n") if x.strip()))


def zeros_lost(page: str, random: Random) -> str:
    return re.sub(r"(?<=[\n|])( *)0( *)(?=[\n|])", r"\1\2", page)


def page_numbers(page: str, random: Random) -> str:
    """The number of a page on a line of its own after every forty lines."""
    lines = page.split("\n")
    return "\n".join(y for i, x in enumerate(lines) for y in ([x, f"- {i // 40} -"] if i % 40 == 39 else [x]))


def lines_dropped(page: str, random: Random) -> str:
    return "\n".join(line for line in page.split("\n") if random.random() > 0.02)


def cut_off(page: str, random: Random) -> str:
    return page[: random.randrange(len(page) // 4, len(page))]


def begun_late(page: str, random: Random) -> str:
    return page[random.randrange(len(page) // 2) :]


def wrapped(page: str, random: Random) -> str:
    return _lines(page, lambda x: x if len(x) < 20 else f"{x[: (k := random.randrange(8, 20))]}\n{x[k:]}")


def on_one_line(page: str, random: Random) -> str:
    return page.replace("\n", " ")


def twice(page: str, random: Random) -> str:
    return f"{page}\n{page}"


GATHERED: dict[str, Callable[[str, Random], str]] = {
    "items of a list": signs_before("- "),
    "items of a list, dotted": signs_before("  • "),
    "quoted": signs_before("> "),
    "spaces spelt": spaces_spelt,
    "two bars": two_bars,
    "one of equal neighbours": one_of_equal_neighbours,
    "zeros lost": zeros_lost,
    "page numbers": page_numbers,
    "lines dropped": lines_dropped,
    "cut off": cut_off,
    "begun late": begun_late,
    "wrapped": wrapped,
    "on one line": on_one_line,
    "twice": twice,
}
WHOLE = ("items of a list", "items of a list, dotted", "quoted", "spaces spelt", "twice")  # nothing is lost or moved
