"""A job of the window as the command that runs it again, on the file as it will be then."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from claude_batch_desk.core.errors import ScheduleError, SelectionError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.choice_words import parse_filter
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.tables.table import ReadOptions, Table

_QUOTES = {'"': "double", "'": "single", "": "none"}


def watched_path(table: Table) -> Path:
    """The file or folder a table is read from; raises ScheduleError where it cannot be run again.

    Pasted cells have no file, and of documents that are named in a column, no change is seen.
    """
    if table.origin is None:
        raise ScheduleError(
            "This table has no file to be read again. Save it as a file, and open that."
        )
    if table.reading.document_column:
        raise ScheduleError(
            "A table whose rows name documents cannot run by itself yet: that one of them changed "
            "would not be seen."
        )
    return table.origin.path


def run_command(job: Job, table: Table, recipe: Path, out: Path, most: Decimal) -> tuple[str, ...]:
    """`run` with the options that read this table and choose these rows; the recipe is a file.

    Raises ScheduleError where one of them cannot be said on the command line.
    """
    watched = watched_path(table)
    return (
        *("run", "--table", str(watched), "--recipe", str(recipe), "--out", str(out)),
        *("--budget", f"{most:f}", "--yes"),
        *(("--practice",) if job.mode == "practice" else ()),
        *_reading(table.reading.options),
        *_choosing(job.selection, table),
    )


def _reading(options: ReadOptions) -> Iterator[str]:
    said = {
        "encoding": options.encoding,
        "delimiter": options.delimiter,
        "sheet": options.sheet,
        "header": _number(options.header_row),
        "header-rows": _number(options.header_rows),
        "first-row": _number(options.first_row),
        "quote": "" if options.quote is None else _QUOTES.get(options.quote, ""),
    }
    yield from (f"--{name}={value}" for name, value in said.items() if value)
    for name, values in (
        ("leave-out", options.left_out),
        ("include", options.include),
        ("exclude", options.exclude),
    ):
        yield from (f"--{name}={value}" for value in values)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _choosing(selection: Selection, table: Table) -> Iterator[str]:
    if selection.rows is not None:
        raise ScheduleError("Only a job that chooses its rows by rules can run by itself.")
    if selection.first > 1 or selection.last is not None:
        yield f"--rows={selection.first}-{_number(selection.last)}"
    yield from (f"--where={_condition(each, table)}" for each in selection.filters)
    if selection.count is not None:
        yield from (f"--random={selection.count}", f"--seed={selection.seed}")
    yield from (f"--never-send={column}" for column in selection.excluded)


def _condition(condition: RowFilter, table: Table) -> str:
    test = {"empty": "is empty", "longer": "longer than"}.get(condition.test, condition.test)
    if condition.negated:
        test = "is not empty" if condition.test == "empty" else f"not {test}"
    text = f"{condition.column} {test} {condition.value}".strip()
    try:
        understood = parse_filter(text, table.columns)
    except SelectionError:
        understood = None
    if understood != condition:
        raise ScheduleError(
            f"The condition on “{condition.column}” cannot be written into an entry. Word it in "
            "another way."
        )
    return text
