"""The merged table as Parquet, for programs that calculate with it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.cells import number_in
from claude_batch_desk.core.results.characters import replaced_note, whole
from claude_batch_desk.core.results.export import Exported, writing
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.results.values import day_in

if TYPE_CHECKING:
    from arro3.core import Array, RecordBatch, Schema

_ROWS_AT_ONCE = 1_024
_ROWS_PER_REPORT = 64
_EPOCH = date(1970, 1, 1).toordinal()
Kind = Literal["text", "integer", "decimal", "date"]
Rows = Callable[[], Iterable[Sequence[str]]]


def export_parquet(
    path: Path,
    columns: Sequence[str],
    rows: Rows,
    about: ExportNote,
    report: Report,
    *,
    typed_columns: Sequence[int] = (),
) -> Exported:
    """Write a Parquet file; `rows` begins them anew, as they are gone through twice.

    A column has one type, so one of `typed_columns` (from 0) is of numbers or dates only where
    each of its texts is one, and else of text as all others are; where it has no text, it is
    null. Raises ExportError; then an older file of that name is as it was.
    """
    kinds = _kinds(len(columns), rows(), typed_columns, lambda: report(0, about.rows))
    with writing(path) as fresh:
        making = _Making(columns, kinds, lambda done: report(done, about.rows))
        making.write(fresh, rows())
    notes = (replaced_note(making.replaced),) if making.replaced else ()
    return Exported(path, making.rows, notes)


def _kinds(
    count: int, rows: Iterable[Sequence[str]], typed: Sequence[int], tell: Callable[[], None]
) -> list[Kind]:
    """The type of each column: the narrowest that all of its texts are of."""
    seen: dict[int, set[Kind]] = {place: set() for place in typed}
    for number, row in enumerate(rows if typed else ()):
        if number % _ROWS_AT_ONCE == 0:
            tell()
        for place, found in seen.items():
            if row[place] and "text" not in found:
                found.add(_kind(row[place]))
    kinds: list[Kind] = ["text"] * count
    for place, found in seen.items():
        kinds[place] = _common(found)
    return kinds


def _common(found: set[Kind]) -> Kind:
    if len(found) == 1:
        return next(iter(found))
    return "decimal" if found == {"integer", "decimal"} else "text"


def _kind(text: str) -> Kind:
    if (number := number_in(text)) is not None:
        return "integer" if isinstance(number, int) else "decimal"
    return "text" if day_in(text) is None else "date"


def _days(text: str) -> int | None:
    """Since 1970, of a text that names a day; None for an empty one."""
    day = day_in(text)
    return None if day is None else day.toordinal() - _EPOCH


@dataclass
class _Making:
    """Hands batches to the library, which turns what is raised meanwhile into something else.

    So the first failure ends the rows, or has later writes only seem to happen, and is raised
    when the library is done.
    """

    columns: Sequence[str]
    kinds: Sequence[Kind]
    tell: Callable[[int], None]
    rows: int = 0
    replaced: int = 0
    _failure: BaseException | None = field(default=None, init=False)

    def write(self, path: Path, rows: Iterable[Sequence[str]]) -> None:
        """Raises whatever the rows, the report or the disk raised."""
        from arro3.core import RecordBatchReader
        from arro3.io import write_parquet

        schema = self._schema()
        with path.open("wb") as file:
            reader = RecordBatchReader.from_batches(schema, self._batches(schema, rows))
            to = cast("IO[bytes]", _Kept(file, self._keep))
            write_parquet(reader, to, compression="zstd(3)")
            if self._failure is not None:
                raise self._failure

    def _keep(self, failure: BaseException) -> None:
        self._failure = self._failure or failure

    def _batches(self, schema: "Schema", rows: Iterable[Sequence[str]]) -> "Iterator[RecordBatch]":
        from arro3.core import RecordBatch

        ahead = iter(rows)
        try:
            while some := self._some(ahead):
                arrays = [
                    self._array(kind, [row[place] for row in some])
                    for place, kind in enumerate(self.kinds)
                ]
                yield RecordBatch.from_arrays(arrays, schema=schema)
                if self._failure is not None:
                    return
            self.tell(self.rows)
        except BaseException as error:  # `write` raises it again
            self._keep(error)

    def _some(self, ahead: Iterator[Sequence[str]]) -> list[Sequence[str]]:
        some: list[Sequence[str]] = []
        while len(some) < _ROWS_AT_ONCE and (few := list(islice(ahead, _ROWS_PER_REPORT))):
            self.tell(self.rows)
            self.rows += len(few)
            some += few
        return some

    def _schema(self) -> "Schema":
        from arro3.core import DataType, Field, Schema

        types = {
            "text": DataType.string(),
            "integer": DataType.int64(),
            "decimal": DataType.float64(),
            "date": DataType.date32(),
        }
        return Schema(
            [
                Field(whole(name), types[kind], nullable=True)
                for name, kind in zip(self.columns, self.kinds, strict=True)
            ]
        )

    def _array(self, kind: Kind, texts: Sequence[str]) -> "Array":
        from arro3.core import Array, DataType

        if kind == "integer":
            return Array([int(text) if text else None for text in texts], DataType.int64())
        if kind == "decimal":
            return Array([float(text) if text else None for text in texts], DataType.float64())
        if kind == "date":
            days = Array(list(map(_days, texts)), DataType.int32())
            return days.cast(DataType.date32())
        shown = [whole(text) for text in texts]
        self.replaced += sum(text != cell for text, cell in zip(shown, texts, strict=True))
        return Array(shown, DataType.string())


class _Kept:
    """A file as the library writes to it; what it raises is kept for later."""

    def __init__(self, file: IO[bytes], keep: Callable[[BaseException], None]) -> None:
        self._file, self._keep = file, keep
        self._broken = False

    def write(self, data: bytes) -> int:
        """The number of bytes taken."""
        if not self._broken:
            try:
                self._file.write(data)
            except OSError as error:
                self._broken = True
                self._keep(error)
        return len(data)

    def seek(self, place: int, whence: int = 0) -> int:
        """The place, in bytes from the start."""
        return self._file.seek(place, whence)

    def flush(self) -> None:
        """Nothing: the file is on the disk once it is closed."""
