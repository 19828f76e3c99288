"""What a reader of one kind of file gives to the child that serves it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from claude_batch_desk.core.tables.table import Reading, Row

Alive = Callable[[], None]
"""Called every now and then while nothing can be shown yet: the work goes on."""


@dataclass
class OpenedTable:
    """A file whose columns are known and whose rows wait to be taken, once.

    `rows` may raise TableError. `notes` is complete when `rows` is exhausted.
    """

    reading: Reading
    columns: tuple[str, ...]
    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)


class Places:
    """Counts where something was found and names the first few places in a sentence."""

    _SHOWN = 5

    def __init__(self) -> None:
        self.count = 0
        self._first: list[int] = []

    def add(self, number: int) -> None:
        """Remember a place, such as a line number."""
        self.count += 1
        if len(self._first) < self._SHOWN:
            self._first.append(number)

    @classmethod
    def joined(cls, parts: Iterable["Places"]) -> "Places":
        """All these places in one, in order."""
        whole = cls()
        for part in parts:
            whole.count += part.count
            whole._first += part._first  # noqa: SLF001 - its own class
        whole._first = sorted(whole._first)[: cls._SHOWN]
        return whole

    def __str__(self) -> str:
        shown = ", ".join(f"{number:,}" for number in self._first)
        rest = self.count - len(self._first)
        return f"{shown} and {rest:,} more" if rest else shown


def counted(number: int, one: str, many: str) -> str:
    """The number with the noun that fits it."""
    return f"{number:,} {one if number == 1 else many}"
