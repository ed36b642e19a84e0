"""Numbers that lost the space between them: taken apart only where the balances leave exactly one way.

`21710000218` under seven columns is seven numbers; which seven, the form's own balances may tell.  Where more than one
way is left, or the search would be too long to be a proof, nothing is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice

from xlplugin.form import Balance

MAX_DIGITS = 9  # a column
MAX_STEPS = 60000
_FEW = 100

Row = tuple[int, ...]


def splits(chunks: Sequence[str], columns: int) -> Iterator[Row]:
    """Every way to cut the chunks into that many whole numbers without a leading zero, chunks never joined."""
    if not chunks:
        if columns == 0:
            yield ()
        return
    chunk, rest = chunks[0], chunks[1:]
    least, most = sum(map(_least, rest)), sum(map(len, rest))
    for count in range(max(_least(chunk), columns - most), min(len(chunk), columns - least) + 1):
        for head in _cut(chunk, count):
            for tail in splits(rest, columns - count):
                yield head + tail


def _least(chunk: str) -> int:
    """The fewest numbers a chunk can be: each zero that it begins with is one.  It can be any more, up to one a digit."""
    after = chunk.lstrip("0")
    return len(chunk) - len(after) + bool(after)


def _cut(chunk: str, parts: int) -> Iterator[Row]:
    if parts == 1:
        yield (int(chunk),)
        return
    for size in range(1, 2 if chunk[0] == "0" else len(chunk) - parts + 2):
        if _least(chunk[size:]) < parts:
            head = (int(chunk[:size]),)
            for tail in _cut(chunk[size:], parts - 1):
                yield head + tail


def may_be_glued(chunks: Sequence[str], places: int, columns: int) -> bool:
    """Whether fewer chunks stand there than columns, all of digits, digits enough for all columns, and no place left empty."""
    digits = sum(map(len, chunks))
    plain = all(c.isascii() and c.isdigit() for c in chunks)
    return bool(chunks) and plain and places == len(chunks) <= columns // 2 and columns <= digits <= MAX_DIGITS * columns


def all_zeros(chunks: Sequence[str], columns: int) -> bool:
    """As many zeros as columns and nothing else can be cut in one way only, with no cell left out."""
    return "".join(chunks) == "0" * columns


def only_cut(chunks: Sequence[str], columns: int) -> Row | None:
    """The cut into that many numbers where there is no other, not even one with cells left out: 005 is 0, 0 and 5."""
    if sum(map(_least, chunks)) != columns:  # as many as it must be, so there are no fewer
        return None
    return next(splits(chunks, columns)) if is_forced(chunks, columns) else None


def is_forced(chunks: Sequence[str], columns: int) -> bool:
    """Whether there is one way to cut a row, whether it adds up or not."""
    return sum(1 for _ in islice(splits(chunks, columns), 2)) == 1


def few_cuts(chunks: Sequence[str], columns: int) -> tuple[Row, ...]:
    """The ways to cut a row, whether they add up or not; () where they are not few."""
    some = tuple(islice(splits(chunks, columns), _FEW + 1))
    return some if len(some) <= _FEW else ()


def fewest_unlike(chunks: Sequence[str], numbers: Sequence[int]) -> int:
    """How many numbers of a row at least are not these, however it is cut."""
    text = "".join(chunks)
    reach = [end for end, chunk in zip(accumulate(map(len, chunks)), chunks, strict=True) for _ in chunk]
    least = {0: 0}  # by place: how many before it
    for wanted in map(str, numbers):
        after: dict[int, int] = {}
        for at, count in least.items():
            for end in range(at + 1, (at + 1 if text[at] == "0" else reach[at]) + 1) if at < len(text) else ():
                after[end] = min(after.get(end, len(numbers)), count + (text[at:end] != wanted))
        least = after
    return least.get(len(text), len(numbers))


def together(
    rows: Mapping[tuple[str, ...], tuple[Row, ...]], balances: Sequence[Balance]
) -> dict[tuple[str, ...], set[Row]] | None:
    """The ways of each row that are part of some choice for all rows which satisfies every balance.

    `rows`: the cells of each row → its ways (one way for a row that was read).  Balances that reach beyond these rows make
    the question unanswerable: None, as when the search outgrows its bound.
    """
    row_of = {c: i for i, cells in enumerate(rows) for c in cells}
    if any(c not in row_of for b in balances for c in b.cells):
        return None
    across = [b for b in balances if len({row_of[c] for c in b.cells}) > 1]
    coefficients = _coefficients(across)
    order = sorted(rows, key=lambda cells: len(rows[cells]))
    moves = {cells: [_added(cells, way, coefficients, len(across)) for way in rows[cells]] for cells in order}
    ahead = _ranges([moves[cells] for cells in order], len(across))
    layers: list[_Layer] = [{(0,) * len(across): []}]
    steps = 0
    for cells, (low, high) in zip(order, ahead, strict=True):
        steps += len(layers[-1]) * len(moves[cells])
        if steps > MAX_STEPS:
            return None
        layers.append(_step(layers[-1], moves[cells], low, high))
    return _surviving(rows, order, layers, (0,) * len(across))


def _coefficients(balances: Sequence[Balance]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for index, balance in enumerate(balances):
        for sign, side in ((1, balance.left), (-1, balance.right)):
            for cell in side:
                found.setdefault(cell, []).append((index, sign))
    return found


def _added(cells: Sequence[str], way: Row, coefficients: Mapping[str, list[tuple[int, int]]], width: int) -> Row:
    """What a way of a row adds to each balance."""
    sums = [0] * width
    for cell, number in zip(cells, way, strict=True):
        for index, sign in coefficients.get(cell, ()) if number else ():
            sums[index] += sign * number
    return tuple(sums)


def _ranges(moves: Sequence[Sequence[Row]], width: int) -> list[tuple[Row, Row]]:
    """For each row: the least and the most that those behind it can still add to each balance."""
    low, high = [0] * width, [0] * width
    found = [(tuple(low), tuple(high))]
    for ways_of_row in reversed(moves[1:]):
        columns = list(zip(*ways_of_row, strict=True)) or [(0,)] * width
        low = [a + min(column) for a, column in zip(low, columns, strict=True)]
        high = [a + max(column) for a, column in zip(high, columns, strict=True)]
        found.append((tuple(low), tuple(high)))
    return found[::-1]


_Layer = dict[Row, list[tuple[Row, int]]]  # sums → the sums before it and the way taken from there


def _step(layer: _Layer, moves: Sequence[Row], low: Row, high: Row) -> _Layer:
    """The sums after a row, but those that the rows behind it cannot bring back to nothing."""
    after: _Layer = {}
    for way, move in enumerate(moves):
        for state in layer:
            sums = tuple([a + b for a, b in zip(state, move, strict=True)])
            if all(a + n <= 0 <= b + n for a, n, b in zip(low, sums, high, strict=True)):
                after.setdefault(sums, []).append((state, way))
    return after


def _surviving(
    rows: Mapping[tuple[str, ...], tuple[Row, ...]], order: Sequence[tuple[str, ...]], layers: Sequence[_Layer], goal: Row
) -> dict[tuple[str, ...], set[Row]]:
    alive = {goal} & set(layers[-1])
    kept: dict[tuple[str, ...], set[Row]] = {}
    for cells, layer in zip(reversed(order), reversed(layers[1:]), strict=True):
        steps = [step for state in alive for step in layer[state]]
        kept[cells] = {rows[cells][way] for _, way in steps}
        alive = {before for before, _ in steps}
    return kept
