"""RowTexts: texts of single cells, given out row by row."""

from collections.abc import Iterator


class RowTexts:
    """Texts of the cells of a sheet, in sheet order; most rows have none."""

    def __init__(self, cells: Iterator[tuple[int, int, str]]) -> None:
        """Of each cell its row and its column, both from 1, and its text."""
        self._cells = cells
        self._next = next(cells, None)

    def of_row(self, row: int) -> list[tuple[int, str]]:
        """Column and text of the cells of this row (both from 1); rows must be asked in order."""
        texts: list[tuple[int, str]] = []
        while self._next and self._next[0] <= row:
            if self._next[0] == row:
                texts.append(self._next[1:])
            self._next = next(self._cells, None)
        return texts
