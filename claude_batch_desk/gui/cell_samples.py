"""What a column holds, told by some of its cells."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.tables.table import Row, Table

_CELLS = 3


def cells_of(table: Table, rows: Sequence[Row], column: str, length: int) -> str:
    """The first few different cells of a column in these rows, each cut to so many characters.

    "" where the table has no such column.
    """
    if column not in table.columns:
        return ""
    place = table.columns.index(column)
    filled = (" ".join(row[place].split()) for row in rows)
    shown = list(dict.fromkeys(text[:length] for text in filled if text))[:_CELLS]
    return " · ".join(shown) or QCoreApplication.translate(
        "cell_samples", "empty in the first rows"
    )
