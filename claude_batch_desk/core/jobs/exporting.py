"""Every row of the source with its answer, as a file."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import tee
from pathlib import Path
from typing import Literal

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.answered import version_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.rows.choice_words import describe
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.delimited import export_csv
from claude_batch_desk.core.results.export import Exported, export_xlsx
from claude_batch_desk.core.results.merge import NOT_SENT, answer_columns, merged_rows
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.tables.table import Table

_ROWS_AT_ONCE = 4_096
Answers = Callable[[Sequence[int]], dict[int, Answer]]
"""From request numbers to the answers that are here."""


_VERSION = "Prompt version"


@dataclass(frozen=True)
class Target:
    """A file to be written, .xlsx or .csv, and what is to be in it besides the answers."""

    path: Path
    versions: bool = False
    """A last column with the version of the prompt that answered each row."""
    taken_over: str = ""
    """From which earlier job answers were taken over, in words."""


def export(
    job: Job, table: Table, plan: Plan, answers: Answers, target: Target, report: Report
) -> Exported:
    """Write all rows of the table, in order; those that did not run say so. Raises ExportError."""
    path, fields = target.path, job.recipe.fields
    check_target(path)
    beside = answer_columns(table.columns, fields, (_VERSION,) if target.versions else ())
    columns = (*table.columns, *beside)
    came = _answer_of_each(table, plan, answers)
    if target.versions:
        came, again = tee(came)
    rows = merged_rows(iter(table.rows), came, fields, practice=job.mode == "practice")
    if target.versions:
        rows = ([*row, _version(job, each)] for row, each in zip(rows, again, strict=True))
    about = replace(_note(job, table), taken_over=target.taken_over)
    if path.suffix.lower() == ".csv":
        return export_csv(path, columns, rows, about, report)
    first = len(table.columns)
    typed = [first + at for at, column in enumerate(columns_of(fields)) if column.is_typed]
    if target.versions:
        typed.append(len(columns) - 1)
    return export_xlsx(path, columns, rows, about, report, typed_columns=typed)


def _version(job: Job, answer: Answer | Literal["not sent"] | None) -> str:
    """Of the prompt, as a cell; an empty one where the row was not answered."""
    return str(version_of(job, answer) or "") if isinstance(answer, Answer) else ""


def check_target(path: Path) -> None:
    """Raise ExportError where nothing could be written under this name."""
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise ExportError(
            f"“{path.name}” does not end in .xlsx or .csv. Nothing was written. "
            "Choose one of these two."
        )
    if not path.absolute().parent.is_dir():
        raise ExportError(
            f"The folder {path.absolute().parent} is not there. Nothing was written. "
            "Choose another one."
        )


def _answer_of_each(
    table: Table, plan: Plan, answers: Answers
) -> Iterator[Answer | Literal["not sent"] | None]:
    for first in range(0, table.row_count, _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, table.row_count)
        begin = bisect_left(plan.row_numbers, first)
        end = bisect_left(plan.row_numbers, last)
        asked = dict(zip(plan.row_numbers[begin:end], plan.request_of_row[begin:end], strict=True))
        found = answers(list(asked.values()))
        for row in range(first, last):
            yield found.get(asked[row]) if row in asked else NOT_SENT


def _documents(job: Job, table: Table) -> str:
    if table.documents is None:
        return ""
    return (
        "as files" if job.recipe.documents == "file" else "as their text, or without one as files"
    )


def _way(job: Job) -> str:
    if job.way == "now":
        return "immediate calls"
    if job.cache is None:
        return "batches"
    return "batches with cached instructions" + (", one request first" if job.cache.prime else "")


def _note(job: Job, table: Table) -> ExportNote:
    return ExportNote(
        job=f"{job.id}: {job.name}",
        source=table.name,
        source_sha256=table.sha256,
        rows=table.row_count,
        recipe=job.recipe.name,
        version=job.version,
        model=job.recipe.model,
        mode=job.mode,
        batch_ids=tuple(part.batch_id for part in job.parts if part.batch_id),
        sent_at=job.sent_at,
        ended_at=job.ended_at,
        estimate=job.estimate,
        price=job.agreed,
        way=_way(job),
        billed=job.billed,
        outcomes=job.outcomes,
        documents=_documents(job, table),
        rows_chosen=describe(job.selection),
    )
