"""Columns of texts as numbers, so that a million cells are counted and compared quickly."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

MOST_VALUES = 2_000
"""A column with more of them is read, not counted."""
_LONGEST = 200
"""Characters; so is a column with longer ones."""
_WIDTH = 4
_ALONE = 4
"""Where more than one cell in so many has a text that no other has, texts are hardly labels."""


@dataclass(frozen=True)
class Coded:
    """A column whose cell at a place is `texts[codes[place]]`; the first text is ""."""

    texts: list[str]
    codes: "array[int]"
    repeats: bool = True
    """Most cells share their text with another; else they are to be read, not counted."""

    def mask(self, wanted: Iterable[int]) -> bytes:
        """For each place 1 where the code there is one of these, else 0."""
        flags = bytearray(len(self.texts))
        for code in wanted:
            flags[code] = 1
        return bytes(map(flags.__getitem__, self.codes))


class Coding:
    """Makes a column of so many cells, which are empty until they are put."""

    def __init__(self, cells: int) -> None:
        self.codes = array("I", bytes(_WIDTH * cells))
        self._known: dict[str, int] = {"": 0}
        self._repeats: bool | None = None
        self.full = False
        """There is more in it than can be counted; what else is put does not matter."""

    @classmethod
    def on(cls, column: Coded) -> "Coding":
        """One that begins as this column is."""
        made = cls(0)
        made.codes = column.codes[:]
        made._known = {text: code for code, text in enumerate(column.texts)}
        made._repeats = column.repeats
        return made

    def put(self, place: int, text: str) -> None:
        """Put a text in its place."""
        code = self._known.get(text)
        if code is None:
            code = self._learn(text)
        self.codes[place] = code

    def _learn(self, text: str) -> int:
        if len(text) > _LONGEST or len(self._known) > MOST_VALUES:
            self.full = True
            return 0
        return self._known.setdefault(text, len(self._known))

    def made(self, of_cell: Sequence[int] | None = None) -> Coded | None:
        """The column; with `of_cell` each place has the cell named there. None if full."""
        if self.full:
            return None
        codes = self.codes
        if of_cell is not None:
            codes = array("I", map(self.codes.__getitem__, of_cell))
        return Coded([*self._known], codes, self._is_repeating(codes))

    def _is_repeating(self, codes: "array[int]") -> bool:
        """As it was before what a person has changed, so that no column comes or goes with it."""
        if self._repeats is None:
            cells = Counter(codes)
            filled = len(codes) - cells.pop(0, 0)
            alone = sum(each == 1 for each in cells.values())
            return alone * _ALONE <= filled
        return self._repeats


def changed(column: Coded, cells: Iterable[tuple[int, str]]) -> Coded | None:
    """The column with other texts at some places; None where they are too long to count."""
    coding = Coding.on(column)
    for place, text in cells:
        coding.put(place, text)
    return coding.made()


def both(first: bytes, second: bytes) -> bytes:
    """1 where both masks are; at once, however long they are."""
    size = len(first)
    one, other = int.from_bytes(first, "little"), int.from_bytes(second, "little")
    return (one & other).to_bytes(size, "little")


def all_of(masks: Iterable[bytes]) -> bytes | None:
    """1 where all masks are; None where there is no mask."""
    found: bytes | None = None
    for mask in masks:
        found = mask if found is None else both(found, mask)
    return found


def within(cells: Iterable[int], mask: bytes | None) -> Iterator[int]:
    """The cells where the mask is 1, or all of them."""
    return iter(cells) if mask is None else compress(cells, mask)
