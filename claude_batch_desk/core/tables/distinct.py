"""The different values of one column, to choose allowed values from."""

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table

_REPORT_EVERY = 1_000
_LONGEST = 200
"""Characters; what is longer is a text of its own and no value of a list."""


def distinct_values(table: Table, column: str, most: int, report: Report) -> tuple[str, ...]:
    """The values of a column in order of their first row, without regard to case and spacing.

    Empty cells do not count. Raises RecipeError where there are more than `most`, or none, or
    where they are whole texts.
    """
    place = table.columns.index(column)
    found: dict[str, str] = {}
    for done, row in enumerate(table.rows):
        if done % _REPORT_EVERY == 0:
            report(done, table.row_count)
        value = " ".join(row[place].split())
        if len(value) > _LONGEST:
            raise RecipeError(
                f"“{column}” has texts of more than {_LONGEST} characters, which are no list of "
                "values. Choose another column."
            )
        if value:
            found.setdefault(value.casefold(), value)
        if len(found) > most:
            raise RecipeError(
                f"“{column}” has more than {most:,} different values; a list of allowed values "
                "holds no more. Choose another column, or write down the values that count."
            )
    if not found:
        raise RecipeError(f"“{column}” has no values. Choose another column.")
    return tuple(found.values())
