"""What the tests of tables share: read a file whole, in this process or through the child."""

from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.pages import Paged
from claude_batch_desk.core.tables.reader_child import open_table
from claude_batch_desk.core.tables.source import check_source, open_source
from claude_batch_desk.core.tables.table import Found, Reading, ReadOptions, Row, unpack_page

AUTO = ReadOptions()


@dataclass(frozen=True)
class Read:
    """A file read to its end."""

    reading: Reading
    columns: tuple[str, ...]
    rows: list[Row]
    found: Found

    @property
    def notes(self) -> list[str]:
        """All that was said of it."""
        return [*self.found.notes, *(each.sentence for each in self.found.findings)]


def read_by_child(path: Path, options: ReadOptions = AUTO) -> Read:
    """As the application reads it."""
    with open_source(path, options, silent) as source:
        rows = [row for page in source.pages() for row in unpack_page(page.cells)]
        return Read(source.reading, source.columns, rows, source.found)


def read(path: Path, options: ReadOptions = AUTO) -> Read:
    """The same without a child, which takes a tenth of the time."""
    check_source(path)
    opened = open_table(path, options, lambda: None)
    pages = Paged(opened)
    rows = [row for page in pages for row in unpack_page(page.cells)]
    return Read(opened.reading, opened.columns, rows, pages.found)


def read_text(folder: Path, text: str | bytes, options: ReadOptions = AUTO) -> Read:
    """Read what a text file with this content holds."""
    path = folder / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, options)
