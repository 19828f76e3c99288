"""Text looked for in answers and in the rows they are of."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from claude_batch_desk.core.jobs.plan import Plan, rows_by_number
from claude_batch_desk.core.jobs.reviewing.standing import Standing
from claude_batch_desk.core.jobs.rows.conditions import folded
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_REPORT_EVERY = 2_048
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
    for done, (request, values) in enumerate(written):
        if done % _REPORT_EVERY == 0:
            report(done, plan.requests)
        if not plain or wanted in folded(values):
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
    """Mark the places of rows that have the text."""
    wanted, columns = folded(look.text), look.columns
    for place, (_, row) in enumerate(rows_by_number(look.table, look.plan.row_numbers)):
        if place % _REPORT_EVERY == 0:
            report(place, look.plan.rows)
        if not marks[place]:
            marks[place] = wanted in folded(_BETWEEN.join([row[each] for each in columns]))


def _is_in(values: Iterable[str], wanted: str) -> bool:
    return wanted in folded(_BETWEEN.join(values))
