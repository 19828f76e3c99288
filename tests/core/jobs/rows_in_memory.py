"""A table in memory, for tests of what only reads rows."""

from collections.abc import Iterator, Sequence

from claude_batch_desk.core.tables.table import Reading, Row, Table


class MemoryRows:
    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def window(self, first: int, count: int) -> list[Row]:
        return list(self._rows[first : first + count])

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


def table_of(columns: Sequence[str], rows: Sequence[Row]) -> Table:
    return Table(
        id=1,
        name="memory.csv",
        columns=tuple(columns),
        row_count=len(rows),
        rows=MemoryRows(rows),
        reading=Reading("delimited"),
        sha256="0" * 64,
    )


def column_of(*cells: str) -> Table:
    return table_of(("Text",), [[cell] for cell in cells])
