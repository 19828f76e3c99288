"""Keys: columns that tell the rows of two tables apart, such as the number of a ticket."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_LOOKED_AT = 5
"""So many columns are read in search of a key; there may be thousands."""
_LONGEST = 64
"""Characters that a value of a key usually has at most."""
_LIKE_A_KEY = re.compile(
    r"(^|[^a-z])(ids?|key|uuid|guid|nr|no|num|number|code|ref|reference|ticket|order|case"
    r"|nummer|numero)([^a-z]|$)|[a-z](ID|Id|No|Nr)$",
    re.IGNORECASE,
)
_NEARLY = 0.9
"""The part of a column's values that must be different for it to be looked at; some profiles
estimate how many are, within five percent."""
_REPORT_EVERY = 2_048


@dataclass(frozen=True)
class Side:
    """Some rows of a table, by ascending number."""

    table: Table
    rows: "array[int]"


def keys_of(before: Side, now: Side, report: Report) -> list[str]:
    """The columns that both tables have with a value of its own in each row, the likeliest first.

    Only the likeliest of all columns are looked at.
    """
    likely = _likely(before.table, now.table)
    for side in (now, before):
        likely = [name for name in likely if name in _unique(side, likely, report)]
    return likely


def key_values(side: Side, column: str, report: Report) -> "array[int]":
    """What each row has in a column, as Python's hash of it.

    That any two of a million are taken for one has a chance of 1 in 37 million.
    """
    place = side.table.columns.index(column)
    return array("q", (hash(row[place].strip()) for row in _rows(side, report)))


def is_key(side: Side, column: str, report: Report) -> bool:
    """Whether a column is there, and has a value of its own in each row."""
    return column in side.table.columns and bool(_unique(side, [column], report))


def _likely(before: Table, now: Table) -> list[str]:
    shared = [name for name in now.columns if name in set(before.columns)]
    told = {each.name: each for each in now.profile}
    found = []
    for name in shared:
        known = told.get(name)
        if known is not None and (
            known.empty or known.distinct < _NEARLY * known.filled or known.typical > _LONGEST
        ):
            continue
        found.append(name)
    return sorted(found, key=lambda name: not _LIKE_A_KEY.search(name))[:_LOOKED_AT]


def _unique(side: Side, columns: Sequence[str], report: Report) -> set[str]:
    """Those of the columns that have a value of its own in each row."""
    places = {name: side.table.columns.index(name) for name in columns}
    seen: dict[str, set[int]] = {name: set() for name in columns}
    for number, row in enumerate(_rows(side, report), start=1):
        for name in [*seen]:
            value = row[places[name]].strip()
            seen[name].add(hash(value))
            if not value or len(seen[name]) < number:
                del seen[name]
        if not seen:
            break
    return set(seen)


def _rows(side: Side, report: Report) -> Iterator[Sequence[str]]:
    for done, (_, row) in enumerate(rows_by_number(side.table, side.rows)):
        if done % _REPORT_EVERY == 0:
            report(done, len(side.rows))
        yield row
