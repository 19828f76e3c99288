"""What a reader of one kind of file gives to the child that serves it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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
