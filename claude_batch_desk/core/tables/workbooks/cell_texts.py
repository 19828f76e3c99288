"""From the values in a workbook's markup to texts as they look."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.formats.cells import number_text
from claude_batch_desk.core.tables.formats.number_format import Look
from claude_batch_desk.core.tables.sniff import DAMAGED
from claude_batch_desk.core.tables.workbooks.shared_texts import plain, text_of_item

INLINE = "inlineStr"
"""The type of a cell whose value is the markup of a text."""
_STYLE = re.compile(r' s="([0-9]+)"')
_TYPE = re.compile(r' t="([A-Za-z]+)"')
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
        if len(kinds) == 1 and all(values):
            return self._of_alike(attributes[0] or "", cast("Sequence[str]", values))
        texts = [""] * len(values)
        for kind in kinds:
            pairs = enumerate(zip(attributes, values, strict=True))
            places = [place for place, (each, value) in pairs if value and each == kind]
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
        if kind == INLINE:
            return [text_of_item(each) if "<" in each else plain(each) for each in values]
        return list(map(plain, values))

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
        try:
            numbers = list(map(float, values))
        except ValueError:
            return [self._of_number(style, value) for value in values]
        if style in self._styles.unknown:
            self.unknown_cells += len(numbers)
        if max(numbers) >= _LONG or min(numbers) <= -_LONG:
            self.long_numbers += sum(abs(number) >= _LONG for number in numbers)
        look = self._styles.looks.get(style)
        return list(map(look, numbers)) if look else _plain_numbers(numbers)

    def _of_number(self, style: int, value: str) -> str:
        """The text of what should be a number; if it is none, it is text."""
        try:
            float(value)
        except ValueError:
            return plain(value)
        return self._of_numbers(style, [value])[0]


def _plain_numbers(numbers: Sequence[float]) -> list[str]:
    texts = [f"{number:.15g}" for number in numbers]
    # Very large, very small and no numbers take longer, and are rare.
    return texts if "e" not in "".join(texts) else list(map(number_text, numbers))
