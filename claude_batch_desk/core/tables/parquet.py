"""Parquet: columns with types, given as text that loses nothing of them.

Numbers come with all their digits, times as ISO 8601 with the zone they have, and what is nested
as JSON. The file is decoded batch by batch, in constant memory.
"""

import mmap
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import counted
from claude_batch_desk.core.tables.headers import column_names
from claude_batch_desk.core.tables.opened import Alive, OpenedTable
from claude_batch_desk.core.tables.table import PAGE_ROWS, Reading, Row

if TYPE_CHECKING:
    from arro3.core import Array, DataType, RecordBatch, RecordBatchReader

_BATCH = 4 * PAGE_ROWS
_PLAIN_BELOW = Decimal("1e21")
_DAMAGED = (
    "This Parquet file is damaged, or written in a way that cannot be read here. Have it written "
    "anew, or save the table as text (.csv)."
)
_HINTS = b"ARROW:schema"
"""The key in a file's last part under which Arrow keeps its own names of the types."""
_ONLY = "x"
_BEFORE, _AFTER = b'{"x":', b"}"
"""Around a value that stands alone in its line of JSON; where there is none, nothing is between."""


def open_parquet(path: Path, alive: Alive) -> OpenedTable:
    """Read the schema, and be ready to give the rows.

    Raises TableError where the file is damaged, or has no columns or no rows.
    """
    batches = _opened(path)
    names = batches.schema.names
    columns = column_names(names, len(names))
    first = _next(batches)
    if first is None:
        raise TableError("No rows could be found in this Parquet file.")
    notes: list[str] = []
    reading = Reading(kind="parquet", header_row=0)
    return OpenedTable(reading, columns, _rows(first, batches, columns, notes, alive), notes)


def _opened(path: Path) -> "RecordBatchReader":
    """The reader of a file; without its hints about types where they are what is broken.

    R's nanoparquet writes such. The types of the file itself say all but the names of time zones.
    """
    from arro3.io import read_parquet

    try:
        with _damage_told():
            return read_parquet(path, batch_size=_BATCH)
    except TableError:
        with path.open("rb") as file:
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        at = whole.rfind(_HINTS)
        if at < 0:
            raise
        whole[at : at + len(_HINTS)] = _HINTS.lower()
        with _damage_told():
            return read_parquet(whole, batch_size=_BATCH)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Raise TableError where the library does not understand the file."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    # The library raises bare Exceptions, and where Rust panics, of a type that it does not export.
    except BaseException as error:
        raise TableError(_DAMAGED) from error


def _next(batches: "RecordBatchReader") -> "RecordBatch | None":
    """The next rows, or None at the end."""
    with _damage_told():
        return next((batch for batch in batches if batch.num_rows), None)


def _rows(
    first: "RecordBatch",
    rest: "RecordBatchReader",
    columns: tuple[str, ...],
    notes: list[str],
    alive: Alive,
) -> Iterator[Row]:
    """The rows of these batches; what could not be had of them is told in `notes` at the end."""
    lost: Counter[str] = Counter()
    batch: RecordBatch | None = first
    while batch is not None:
        with _damage_told():
            texts = list(map(_texts, _arrays(batch)))
        for name, (_, without) in zip(columns, texts, strict=True):
            lost[name] += without
        yield from zip(*(cells for cells, _ in texts), strict=True)
        alive()
        batch = _next(rest)
    for name, cells in (+lost).items():
        notes.append(
            f"{counted(cells, 'cell', 'cells')} of “{name}” hold data that is no text, such as a "
            "picture, and are left empty."
        )


def _arrays(batch: "RecordBatch") -> "Iterator[Array]":
    from arro3.core import Array

    return map(Array.from_arrow, batch.columns)


def _texts(column: "Array") -> tuple[list[str], int]:
    """The cells of a column, and how many of them hold something that is no text."""
    from arro3.core import DataType

    if _is(DataType.is_nested, column):
        return _as_json(column), 0
    # Of bytes, this gives those that are UTF-8, as some programs write their texts.
    found = cast("list[str | None]", column.cast(DataType.string()).to_pylist())
    lost = found.count(None) - column.null_count
    look = _look(column)
    return [look(text) if text else "" for text in found], lost


def _look(column: "Array") -> Callable[[str], str]:
    from arro3.core import DataType

    if _is(DataType.is_floating, column):
        return _float_text
    return str.upper if _is(DataType.is_boolean, column) else str


def _is(kind: Callable[["DataType"], object], column: "Array") -> bool:
    """Whether a column is of a kind; in the library's own annotations, `bool` is a data type."""
    return bool(kind(column.type))


def _float_text(text: str) -> str:
    """A number in full, with the digits it takes to tell it from all others."""
    if "e" not in text:
        return text.removesuffix(".0")
    exact = Decimal(text)
    if exact == exact.to_integral_value() and abs(exact) < _PLAIN_BELOW:
        return f"{exact:f}"
    return text.replace("e", "E")


def _as_json(column: "Array") -> list[str]:
    """What is nested, as JSON without spaces; the library writes one value to a line."""
    from arro3.core import Table
    from arro3.io import write_ndjson

    written = BytesIO()
    write_ndjson(Table.from_arrays([column], names=[_ONLY]), written)
    lines = written.getvalue().splitlines()
    return [
        line[len(_BEFORE) : -len(_AFTER)].decode() if line.startswith(_BEFORE) else ""
        for line in lines
    ]
