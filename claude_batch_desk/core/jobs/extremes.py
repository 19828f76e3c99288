"""Which rows make the shortest and the longest prompt: worth a look before paying for them all."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import PAGE_ROWS, Table


@dataclass(frozen=True)
class Extremes:
    """Row numbers; of equals the first."""

    shortest: int
    longest: int


def find_extremes(
    table: Table, numbers: Sequence[int], prompt: BoundTemplate, report: Report
) -> Extremes | None:
    """By the characters of their prompts, without documents; None where no row is asked."""
    shortest = longest = -1
    least, most = 0, -1
    for done, (number, row) in enumerate(rows_by_number(table, array("I", numbers))):
        if done % PAGE_ROWS == 0:
            report(done, len(numbers))
        if prompt.skips and prompt.why_skipped(row):
            continue
        length = len(prompt.render(row))
        if length > most:
            longest, most = number, length
        if shortest < 0 or length < least:
            shortest, least = number, length
    report(len(numbers), len(numbers))
    return Extremes(shortest, longest) if longest >= 0 else None
