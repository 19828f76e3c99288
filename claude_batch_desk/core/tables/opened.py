"""What a reader of one kind of file gives to the child that serves it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.table import Reading, Row

Alive = Callable[[], None]
"""Called every now and then while nothing can be shown yet: the work goes on."""


@dataclass
class OpenedTable:
    """A file whose columns are known and whose rows wait to be taken, once.

    `rows` may raise TableError. `notes` and `findings` are complete when `rows` is exhausted.
    """

    reading: Reading
    columns: tuple[str, ...]
    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def without(self, names: Collection[str]) -> "OpenedTable":
        """This table without the columns of these names; names it does not have change nothing.

        Raises TableError where no column would be left.
        """
        kept = [place for place, name in enumerate(self.columns) if name not in names]
        if len(kept) == len(self.columns):
            return self
        if not kept:
            raise TableError("All columns are left out. Keep at least one of them.")
        return replace(
            self,
            reading=replace(
                self.reading, left_out=tuple(name for name in self.columns if name in names)
            ),
            columns=tuple(self.columns[place] for place in kept),
            rows=([row[place] for place in kept] for row in self.rows),
        )
