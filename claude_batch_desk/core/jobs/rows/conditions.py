"""Conditions that rows are chosen by: each is on the text of one column's cells."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.errors import SelectionError

RowTest = Literal["contains", "equals", "empty", "longer", "matches"]
"""Without regard to case; `longer` than a number of characters; `matches` a regular expression
somewhere. White space around a cell does not count for `equals` and `empty`."""
CellTest = Callable[[str], bool]


@dataclass(frozen=True)
class RowFilter:
    """A condition on one column that a row fulfils, or where it is negated, does not."""

    column: str
    test: RowTest
    value: str = ""
    negated: bool = False


_MOST_DIGITS = 9
_LONGEST_PATTERN = 1_000
_QUICK = 0.01
"""Seconds that a pattern may keep every other thread of this process waiting for one cell."""
_PATIENCE = 0.3
"""Seconds for one cell, after which the pattern is refused; a cancel is heard no later."""


def cell_test(condition: RowFilter, hear: Callable[[], None] = lambda: None) -> CellTest:
    """What a condition asks of a cell, before it is negated; calls `hear` where that takes long.

    Raises SelectionError where the value does not fit the test, and so does the function returned,
    where a pattern takes too long.
    """
    if condition.test == "empty":
        return lambda cell: not cell.strip()
    if condition.test == "longer":
        return _longer(condition)
    if not condition.value.strip():
        raise SelectionError(
            f"The condition on “{condition.column}” has no text to look for yet. "
            "Write one, or remove the condition."
        )
    if condition.test == "matches":
        return _matches(condition, hear)
    if condition.test == "equals":
        whole = folded(condition.value.strip())
        return lambda cell: folded(cell.strip()) == whole
    part = folded(condition.value)
    return lambda cell: part in folded(cell)


def folded(text: str) -> str:
    """The text as it compares: without case, and an é is an é however it was composed."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _longer(condition: RowFilter) -> CellTest:
    digits = condition.value.strip().replace(",", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise SelectionError(
            f"The condition on “{condition.column}” needs a number of characters, such as 200."
        )
    length = int(digits)
    return lambda cell: len(cell) > length


def _matches(condition: RowFilter, hear: Callable[[], None]) -> CellTest:
    import regex  # slow patterns can be stopped, which those of the standard library cannot

    where = f"The pattern for “{condition.column}”"
    if len(condition.value) > _LONGEST_PATTERN:
        raise SelectionError(f"{where} has more than {_LONGEST_PATTERN:,} characters. Shorten it.")
    try:
        pattern = regex.compile(condition.value, regex.IGNORECASE | regex.FULLCASE)
    except regex.error as error:
        raise SelectionError(
            f"{where} cannot be read: {error.msg}. Correct it, or use “contains”, which takes a "
            "text as it is."
        ) from error
    except RecursionError as error:
        raise SelectionError(f"{where} nests too deeply. Make it simpler.") from error

    def matches(cell: str) -> bool:
        with suppress(TimeoutError):
            return pattern.search(cell, timeout=_QUICK) is not None
        hear()
        try:
            # Not at once for every cell: whoever lets go of the interpreter's lock may have to
            # wait for it, a million times.
            return pattern.search(cell, timeout=_PATIENCE, concurrent=True) is not None
        except TimeoutError as error:
            raise SelectionError(
                f"{where} takes too long on some cells. Make it simpler: a repetition inside of "
                "another, such as (a+)+, is the usual cause."
            ) from error

    return matches
