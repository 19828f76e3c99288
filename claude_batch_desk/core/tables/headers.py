"""Headers: from whatever stands in the header row to names a prompt can use."""

import re
from collections.abc import Sequence
from itertools import count

from claude_batch_desk.core.errors import TableError

MAX_COLUMNS = 16_384
"""What a sheet of a workbook can hold; a text file with more is a damaged one."""
MAX_NAME = 200
"""Characters kept of a header; a longer one is a cell of text that stands in the first row."""

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff{}]")


def column_names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """One usable name for each of `width` columns: unique, not empty, on one line, no braces.

    Raises TableError where the columns are none or more than MAX_COLUMNS.
    """
    if not width:
        raise TableError("This file holds no table: it has no column with a name or a value.")
    if width > MAX_COLUMNS:
        raise TableError(
            f"This file seems to have {width:,} columns; at most {MAX_COLUMNS:,} can be read. "
            "Check which character separates its columns."
        )
    cleaned = [_clean(name) for name in header[:width]] + [""] * (width - len(header))
    taken = set(cleaned)
    given: set[str] = set()
    names: list[str] = []
    for number, name in enumerate(cleaned, start=1):
        wanted = name or f"Column {number}"
        if wanted in given or (not name and wanted in taken):
            wanted = _free_name(wanted, taken | given)
        given.add(wanted)
        names.append(wanted)
    return tuple(names)


def _clean(name: str) -> str:
    plain = " ".join(_UNUSABLE.sub(" ", name).split())
    return plain if len(plain) <= MAX_NAME else plain[: MAX_NAME - 1].rstrip() + "…"


def _free_name(name: str, taken: set[str]) -> str:
    return next(free for n in count(2) if (free := f"{name} ({n})") not in taken)
