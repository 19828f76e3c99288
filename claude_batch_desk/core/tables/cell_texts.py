"""From the values in a workbook's markup to texts as they look."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.cells import number_text
from claude_batch_desk.core.tables.number_format import Look
from claude_batch_desk.core.tables.shared_texts import plain, text_of_item
from claude_batch_desk.core.tables.sniff import DAMAGED

INLINE = "inlineStr"
"""The type of a cell whose value is the markup of a text."""
_STYLE = re.compile(r' s="([0-9]+)"')
_TYPE = re.compile(r' t="([A-Za-z]+)"')
_KEPT = 50_000
"""Texts of different values that are kept to be used again, for each style."""
_LONG = 1e15


@dataclass(frozen=True)
class Styles:
    """What the styles of a workbook say about numbers."""

    looks: Mapping[int, Look]
    unknown: frozenset[int] = frozenset()
    """Those whose format cannot be followed."""


class CellTexts:
    """Texts of cells, by their attributes and values."""

    def __init__(self, shared: Sequence[str], styles: Styles) -> None:
        self._shared = shared
        self._styles = styles
        self._numbers: dict[int, _Numbers] = {}
        self._attributes: dict[str, tuple[str, int]] = {}
        self.unknown_cells = 0
        """Numbers whose look is not known."""
        self.long_numbers = 0
        """Those of more digits than a workbook keeps."""

    def of_column(
        self, attributes: Sequence[str | None], values: Sequence[str | None]
    ) -> list[str]:
        """The texts of a column; both are None where a cell is not there. Raises TableError."""
        kinds = set(attributes)
        filled = [each for each in values if each]
        if len(kinds) == 1 and len(filled) == len(values):
            return self._of_alike(attributes[0] or "", filled)
        texts = [""] * len(values)
        for kind in kinds:
            places = [
                place
                for place, (each, value) in enumerate(zip(attributes, values, strict=True))
                if value and each == kind
            ]
            found = self._of_alike(kind or "", [values[place] or "" for place in places])
            for place, text in zip(places, found, strict=True):
                texts[place] = text
        return texts

    def _of_alike(self, attributes: str, values: Sequence[str]) -> list[str]:
        """The texts of cells with the same attributes and some value."""
        if not values:
            return []
        kind, style = self._kind(attributes)
        if kind == "s":
            return self._of_shared(values)
        if kind in ("", "n"):
            return self._of_numbers(style, values)
        if kind == "b":
            return ["FALSE" if value == "0" else "TRUE" for value in values]
        return list(map(text_of_item if kind == INLINE else plain, values))

    def _kind(self, attributes: str) -> tuple[str, int]:
        """Type and style."""
        known = self._attributes.get(attributes)
        if known:
            return known
        kind, style = _TYPE.search(attributes), _STYLE.search(attributes)
        found = (kind[1] if kind else "", int(style[1]) if style else 0)
        self._attributes[attributes] = found
        return found

    def _of_shared(self, values: Sequence[str]) -> list[str]:
        try:
            places = list(map(int, values))
            if min(places) < 0:
                raise TableError(DAMAGED)
            return list(map(self._shared.__getitem__, places))
        except (ValueError, IndexError) as error:
            raise TableError(DAMAGED) from error

    def _of_numbers(self, style: int, values: Sequence[str]) -> list[str]:
        if style in self._styles.unknown:
            self.unknown_cells += len(values)
        if style not in self._numbers:
            self._numbers[style] = _Numbers(self._styles.looks.get(style, number_text))
        numbers = self._numbers[style]
        texts = list(map(numbers.__getitem__, values))
        if numbers.any_long:
            self.long_numbers += sum(map(_is_long, values))
        return texts


class _Numbers(dict[str, str]):
    """The texts of the values of one style; a new one is made when it is asked for."""

    def __init__(self, look: Callable[[float], str]) -> None:
        super().__init__()
        self._look = look
        self.any_long = False

    def __missing__(self, value: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        try:
            number = float(value)
        except ValueError:
            text = plain(value)
        else:
            self.any_long = self.any_long or abs(number) >= _LONG
            text = self._look(number)
        self[value] = text
        return text


def _is_long(value: str) -> bool:
    try:
        return abs(float(value)) >= _LONG
    except ValueError:
        return False
