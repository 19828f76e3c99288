"""Which row makes the longest prompt: the one worth looking at before paying for them all."""

from claude_batch_desk.core.prompts.template import BoundTemplate
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import PAGE_ROWS, Rows


def longest_row(template: BoundTemplate, rows: Rows, row_count: int, report: Report) -> int:
    """The number of the row with the longest prompt, in characters; the first of equals.

    0 where the table has no rows.
    """
    literal = sum(len(text) for text in template.literals)
    longest, found = -1, 0
    for number, row in enumerate(rows):
        length = literal + sum(len(row[slot.place]) for slot in template.slots)
        if length > longest:
            longest, found = length, number
        if number % PAGE_ROWS == 0:
            report(number, row_count)
    report(row_count, row_count)
    return found
