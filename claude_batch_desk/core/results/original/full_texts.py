"""Texts too long for a cell, whole on a sheet of their own in the copy."""

from claude_batch_desk.core.results.cells import MAX_CELL
from claude_batch_desk.core.results.characters import cut
from claude_batch_desk.core.results.original.text_sheet import TextSheet

_HEADER = ("Cell", "Part", "Text")


class FullTexts:
    """Collects the texts on a sheet; `count` says how many."""

    def __init__(self, sheet: TextSheet) -> None:
        self.sheet = sheet
        self.count = 0

    def shortened(self, text: str, cell: str) -> str:
        """The beginning of a text that is to stand in this cell, and where the whole is."""
        if not self.count:
            self.sheet.add(*_HEADER)
        self.count += 1
        mark = f" […] The whole is on the sheet “{self.sheet.name}”, row {self.sheet.rows + 1}."
        rest, part = text, 0
        while rest:
            piece, rest = cut(rest, MAX_CELL)
            part += 1
            self.sheet.add(cell, str(part), piece)
        return cut(text, MAX_CELL - len(mark))[0] + mark

    def notes(self) -> list[str]:
        """A sentence about the texts that were cut, if there are any."""
        if not self.count:
            return []
        note = (
            f"Texts longer than the {MAX_CELL:,} characters a cell holds: {self.count:,}. They are "
            f"cut in their cells and whole on the added sheet “{self.sheet.name}”."
        )
        return [note]
