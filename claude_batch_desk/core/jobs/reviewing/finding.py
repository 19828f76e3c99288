"""Text looked for in answers and in the rows they are of."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import orjson

from claude_batch_desk.core.jobs.plan import Plan, rows_by_number
from claude_batch_desk.core.jobs.reviewing.standing import Standing
from claude_batch_desk.core.jobs.rows.conditions import folded
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Row, Table

_AT_ONCE = 256
"""Most texts are in few cells, so that most pieces of so many can be passed over."""
_BETWEEN = "\n\0\n"
"""Nobody looks for that, so that no text is found half in one cell and half in the next."""


def find_in_answers(
    written: Iterable[tuple[int, str]], plan: Plan, standing: Standing, text: str, report: Report
) -> bytearray:
    """For each place 1 where the text is in a value as it stands; `written` is of AnswerStore."""
    wanted = folded(text)
    hits = bytearray(plan.requests)
    # What JSON writes in another way than it is meant cannot be told by its writing.
    plain = orjson.dumps(text) == f'"{text}"'.encode()
    some, done = iter(written), 0
    while piece := [*islice(some, _AT_ONCE)]:
        report(done, plan.requests)
        done += len(piece)
        if plain and wanted not in folded(_BETWEEN.join([values for _, values in piece])):
            continue
        for request, values in piece:
            hits[request] = _is_in(orjson.loads(values), wanted)
    marks = bytearray(map(hits.__getitem__, plan.request_of_row))
    for place, now in standing.corrected.items():
        marks[place] = _is_in(now, wanted)
    return marks


@dataclass(frozen=True)
class Look:
    """A text looked for in some columns of a job's rows."""

    table: Table
    plan: Plan
    columns: tuple[int, ...]
    text: str


def find_in_rows(look: Look, marks: bytearray, report: Report) -> None:
    """Mark the places of rows that have the text; many rows without it are told at once."""
    wanted, columns = folded(look.text), look.columns
    rows = (row for _, row in rows_by_number(look.table, look.plan.row_numbers))
    for first in range(0, look.plan.rows, _AT_ONCE):
        report(first, look.plan.rows)
        texts = [_joined(row, columns) for row in islice(rows, _AT_ONCE)]
        if wanted not in folded(_BETWEEN.join(texts)):
            continue
        for place, text in enumerate(texts, start=first):
            marks[place] |= wanted in folded(text)


def _joined(row: Row, columns: tuple[int, ...]) -> str:
    if len(columns) == 1:
        return row[columns[0]]
    return _BETWEEN.join([row[each] for each in columns])


def _is_in(values: Iterable[str], wanted: str) -> bool:
    return wanted in folded(_BETWEEN.join(values))
