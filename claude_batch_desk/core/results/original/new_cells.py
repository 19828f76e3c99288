"""The markup of the cells that are put into the original's sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.results.cells import (
    MAX_CELL,
    MAX_MARKED_TEXT,
    WIDE,
    TypedCell,
    typed_cell,
)
from claude_batch_desk.core.results.characters import cut, is_live, replaced_note, whole
from claude_batch_desk.core.results.original.areas import letters
from claude_batch_desk.core.results.original.full_texts import FullTexts
from claude_batch_desk.core.results.original.place import Place
from claude_batch_desk.core.results.original.styles import Styles
from claude_batch_desk.core.results.streamed_rows import escaped

_TEXT, _ANY = "@", "General"
_DAYS_TO_1904 = 1_462
_MOST_PLAIN = 11
"""Characters; a longer number is rounded where its cell has no format of its own."""
_NARROW = 8


@dataclass(frozen=True)
class NewColumns:
    """The names of the new columns, and which of them (from 0) hold numbers and dates."""

    headers: tuple[str, ...]
    typed: frozenset[int] = frozenset()

    def widths(self, sample: Sequence[Sequence[str]]) -> list[int]:
        """Room in characters for the header and for the longest line of the sample."""
        widths = []
        for column, header in enumerate(self.headers):
            texts = [header, *(row[column] for row in sample)]
            longest = max(len(line) for text in texts for line in text.split("\n"))
            widths.append(min(max(longest + 2, _NARROW), WIDE))
        return widths


class NewCells:
    """Makes cells in the columns of a place, one row at a time; none of them is a formula."""

    def __init__(
        self, place: Place, columns: NewColumns, prefix: bytes, styles: Styles, full: FullTexts
    ) -> None:
        self._columns = [letters(number) for number in range(place.first, place.last + 1)]
        self._typed = columns.typed
        self._prefix = prefix.decode()
        self._styles = styles
        self._full = full
        self._replaced = 0
        self.is_1904 = False
        """Days are counted from 1904."""

    def header(self, row: int, texts: Sequence[str], style: int) -> list[str]:
        """The cells of the header, which look like one of this style."""
        cells = []
        for column, text in zip(self._columns, texts, strict=True):
            name = f"{column}{row}"
            shown = self._fitted(text, name)
            look = self._styles.quoted(style) if is_live(shown) else style
            cells.append(self._text(name, shown, look))
        return cells

    def row(self, row: int, texts: Sequence[str], neighbour: int) -> list[str]:
        """The cells of a row, "" where there is none, beside a cell of this style."""
        return [
            self._cell(f"{name}{row}", column, text, neighbour)
            for column, (name, text) in enumerate(zip(self._columns, texts, strict=True))
        ]

    def notes(self) -> list[str]:
        """Sentences about the texts that are not in their cells as they were."""
        return [*self._full.notes(), *([replaced_note(self._replaced)] if self._replaced else [])]

    def _cell(self, name: str, column: int, text: str, neighbour: int) -> str:
        if not text:
            look = self._look(neighbour, _ANY) if neighbour else 0
            return f'<{self._prefix}c r="{name}" s="{look}"/>' if look else ""
        if column in self._typed and (found := typed_cell(text)):
            number = self._number(name, found, neighbour)
            if number:
                return number
        shown = self._fitted(text, name)
        pattern = _TEXT if len(shown) <= MAX_MARKED_TEXT else _ANY
        return self._text(name, shown, self._look(neighbour, pattern, quoted=is_live(shown)))

    def _number(self, name: str, found: TypedCell, neighbour: int) -> str:
        """A number or a day; "" where this workbook has no such days, or cannot show one."""
        value, pattern = found.value, found.look.pattern
        if _shows_as_it_is(value, pattern):
            pattern = _ANY
        elif not self._styles.has_any:
            return ""
        if "y" in pattern:
            days = int(value) - (_DAYS_TO_1904 if self.is_1904 else 0)
            if days < 0:
                return ""
            value = str(days)
        style = self._style(self._look(neighbour, pattern))
        p = self._prefix
        return f'<{p}c r="{name}"{style}><{p}v>{value}</{p}v></{p}c>'

    def _text(self, name: str, text: str, look: int) -> str:
        prefix = self._prefix
        return (
            f'<{prefix}c r="{name}"{self._style(look)} t="inlineStr"><{prefix}is>'
            f'<{prefix}t xml:space="preserve">{escaped(text)}</{prefix}t></{prefix}is></{prefix}c>'
        )

    def _fitted(self, text: str, name: str) -> str:
        shown = whole(text)
        self._replaced += shown != text
        return self._full.shortened(shown, name) if cut(shown, MAX_CELL)[1] else shown

    def _look(self, neighbour: int, pattern: str, *, quoted: bool = False) -> int:
        return self._styles.beside(neighbour, pattern, quoted=quoted) if self._styles.has_any else 0

    def _style(self, look: int) -> str:
        return f' s="{look}"' if look else ""


def _shows_as_it_is(value: str, pattern: str) -> bool:
    """Whether a number looks the same in a cell without a format of its own."""
    if "y" in pattern or len(value) > _MOST_PLAIN:
        return False
    return "." not in value or not value.endswith("0")
