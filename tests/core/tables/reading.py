"""What the tests of tables share: write a file, read it whole through the reader child."""

from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import Reading, ReadOptions, Row, unpack_page


@dataclass(frozen=True)
class Read:
    """A file read to its end."""

    reading: Reading
    columns: tuple[str, ...]
    rows: list[Row]
    notes: list[str]


def read(path: Path, options: ReadOptions = ReadOptions()) -> Read:  # noqa: B008 - frozen
    with open_source(path, options, silent) as source:
        rows = [row for page in source.pages() for row in unpack_page(page.cells)]
        return Read(source.reading, source.columns, rows, source.notes)


def read_text(folder: Path, text: str | bytes, options: ReadOptions = ReadOptions()) -> Read:  # noqa: B008 - frozen
    path = folder / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, options)
