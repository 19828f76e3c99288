"""Keys: columns that tell the rows of two tables apart, such as the number of a ticket."""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
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
_FIRST_LOOK = 1_000
"""Rows after which most columns that are no key are known to be none."""
_REPORT_EVERY = 2_048


Values = Mapping[str, "tuple[array[int], array[int]]"]
"""For each key what each row has in it, before and now, as Python's hash of it. That any two of a
million are taken for one has a chance of 1 in 37 million."""


@dataclass(frozen=True)
class Side:
    """Some rows of a table, by ascending number."""

    table: Table
    rows: "array[int]"


def keys_of(before: Side, now: Side, wanted: str, report: Report) -> Values:
    """The columns that both tables have with a value of its own in each row, the likeliest first.

    Only the likeliest of all columns are looked at, and the one that is `wanted`.
    """
    likely = _likely(before.table, now.table)
    if wanted in now.table.columns and wanted in before.table.columns:
        likely = [*likely, *([] if wanted in likely else [wanted])]
    here = _unique(now, likely, report)
    there = _unique(before, [*here], report)
    return {name: (there[name], here[name]) for name in likely if name in there}


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


def _unique(side: Side, columns: Sequence[str], report: Report) -> "dict[str, array[int]]":
    """The values of those of the columns that have one of its own in each row."""
    found = {name: array("q") for name in columns}
    takers = [(side.table.columns.index(name), found[name].append) for name in columns]
    for number, row in enumerate(_rows(side, report), start=1):
        for place, take in takers:
            take(hash(row[place].strip()))
        if number == _FIRST_LOOK:
            found = {name: values for name, values in found.items() if _distinct(values)}
            takers = [(side.table.columns.index(name), found[name].append) for name in found]
        if not takers:
            return {}
    return {name: values for name, values in found.items() if _distinct(values)}


def _distinct(values: "array[int]") -> bool:
    return len(set(values)) == len(values) and not values.count(hash(""))


def _rows(side: Side, report: Report) -> Iterator[Sequence[str]]:
    for done, (_, row) in enumerate(rows_by_number(side.table, side.rows)):
        if done % _REPORT_EVERY == 0:
            report(done, len(side.rows))
        yield row
