"""Texts too long for a cell, whole on a sheet of their own in the copy."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from claude_batch_desk.core.results.cells import FULL_TEXTS, MAX_CELL, WIDE
from claude_batch_desk.core.results.characters import cut, is_live
from claude_batch_desk.core.results.original.styles import Styles
from claude_batch_desk.core.results.streamed_rows import escaped

_IN_MEMORY = 4 * 1024**2
_BLOCK = 1024 * 1024
_HEADER = ("Cell", "Part", "Text")


class FullTexts:
    """Collects the texts; they are on the disk until they are asked for."""

    def __init__(self, sheet_names: frozenset[str], namespace: str, styles: Styles) -> None:
        self.name = _free(sheet_names)
        self.count = 0
        self._namespace = namespace
        self._styles = styles
        self._rows = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        self._row = 1

    def shortened(self, text: str, cell: str) -> str:
        """The beginning of a text that is to stand in this cell, and where the whole is."""
        self.count += 1
        mark = f" […] The whole is on the sheet “{self.name}”, row {self._row + 1}."
        rest, part = text, 0
        while rest:
            piece, rest = cut(rest, MAX_CELL)
            part += 1
            self._row += 1
            self._rows.write(self._markup(self._row, (cell, str(part), piece)))
        return cut(text, MAX_CELL - len(mark))[0] + mark

    def blocks(self) -> Iterator[bytes]:
        """The markup of the sheet."""
        yield (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{self._namespace}"><cols>'
            f'<col min="3" max="3" width="{WIDE}" customWidth="1"/></cols><sheetData>'
        ).encode()
        yield self._markup(1, _HEADER)
        self._rows.seek(0)
        while block := self._rows.read(_BLOCK):
            yield block
        yield b"</sheetData></worksheet>"

    def notes(self) -> list[str]:
        """A sentence about the texts that were cut, if there are any."""
        if not self.count:
            return []
        note = (
            f"Texts longer than the {MAX_CELL:,} characters a cell holds: {self.count:,}. They are "
            f"cut in their cells and whole on the added sheet “{self.name}”."
        )
        return [note]

    def close(self) -> None:
        """Let go of what is on the disk."""
        self._rows.close()

    def _markup(self, number: int, texts: tuple[str, ...]) -> bytes:
        cells = "".join(
            f'<c r="{letter}{number}"{self._style(text)} t="inlineStr"><is>'
            f'<t xml:space="preserve">{escaped(text)}</t></is></c>'
            for letter, text in zip("ABC", texts, strict=True)
        )
        return f'<row r="{number}">{cells}</row>'.encode()

    def _style(self, text: str) -> str:
        if not self._styles.has_any or not is_live(text):
            return ""
        return f' s="{self._styles.beside(0, "General", quoted=True)}"'


def _free(names: frozenset[str]) -> str:
    """A name that no sheet has; Excel takes no notice of case."""
    taken = {name.casefold() for name in names}
    name, number = FULL_TEXTS, 1
    while name.casefold() in taken:
        number += 1
        name = f"{FULL_TEXTS} ({number})"
    return name
