"""Units × cells beside the workbook: CSV that any program opens, and Parquet for DuckDB, Spark, Dask or pandas."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from xlplugin.errors import CannotWrite
from xlplugin.merging.filed import unpack
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import RollUp

_HEAD = ("unit", "unit_code", "file", "sha256", "date")
_BATCH = 5000
_MONEY = (20, 6)  # digits in all and behind the point; more go into the CSV only


def write_parts(path: Path, rolled: RollUp) -> tuple[Path, ...]:
    """`<name>.分单位.csv` and, where pyarrow is installed, `<name>.分单位.parquet`.  Raises CannotWrite."""
    written = [_whole(path.with_name(f"{path.stem}.分单位.csv"), lambda target: write_csv(target, rolled))]
    if find_spec("pyarrow"):
        written.append(_whole(path.with_name(f"{path.stem}.分单位.parquet"), lambda target: write_parquet(target, rolled)))
    return tuple(written)


def _whole(path: Path, write: Any) -> Path:
    temporary = path.with_name(f".xlplugin-{secrets.token_hex(8)}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        raise CannotWrite(
            f"“{path.name}”写不进“{path.parent}”：{error.strerror or error}。请检查磁盘空间和权限后重试。"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _rows(rolled: RollUp) -> Iterator[tuple[Any, ...]]:
    for part in rolled.parts():
        s = part.entry.slip
        yield (part.entry.unit, s.unit_code, s.file, s.sha256, s.date, *unpack(part.packed))


def write_csv(path: Path, rolled: RollUp) -> None:
    """One line a unit, one column a cell by its id; a blank is empty; UTF-8 with a mark, so that Excel shows Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow((*_HEAD, *plan(rolled.form_id).cells))
        lines.writerows(("" if v is None else v for v in row) for row in _rows(rolled))


def write_parquet(path: Path, rolled: RollUp) -> None:
    """The same table as Parquet: counts int64, 万元 decimal, a blank null.  Needs pyarrow."""
    import pyarrow
    import pyarrow.parquet

    pa: Any = pyarrow
    pq: Any = pyarrow.parquet
    shape = plan(rolled.form_id)
    kinds = [pa.string()] * len(_HEAD) + [pa.decimal128(*_MONEY) if c in shape.decimal else pa.int64() for c in shape.cells]
    schema = pa.schema(list(zip((*_HEAD, *shape.cells), kinds, strict=True)))
    rows = _rows(rolled)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _BATCH)):
            columns = [_column(values, kind, pa) for values, kind in zip(zip(*batch, strict=True), kinds, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))


def _column(values: tuple[Any, ...], kind: Any, pa: Any) -> Any:
    if pa.types.is_decimal(kind):
        step = Decimal(1).scaleb(-_MONEY[1])
        return pa.array([None if v is None else Decimal(v).quantize(step) for v in values], kind)
    if pa.types.is_integer(kind):
        return pa.array([v if isinstance(v, int) else None for v in values], kind)
    return pa.array(values, kind)


def write_frame(path: Path, rolled: RollUp) -> None:
    """By the ending of the path: .csv or .parquet.  Raises CannotWrite."""
    writers = {".csv": write_csv, ".parquet": write_parquet}
    if path.suffix not in writers:
        raise CannotWrite(f"“{path.name}”：只能写成 .csv 或 .parquet。")
    _whole(path, lambda target: writers[path.suffix](target, rolled))
