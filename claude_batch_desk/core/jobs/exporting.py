"""The rows of a job's table with their answers, as a file."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.answered import version_of
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents, RowsWanted
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers, headers
from claude_batch_desk.core.jobs.export_note import export_note
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.quote_pages import QuotePages, quote_places
from claude_batch_desk.core.prompts.fields import SEPARATOR, columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import Sheet, write
from claude_batch_desk.core.results.merge import NOT_SENT, answer_columns, merged_row
from claude_batch_desk.core.results.summary import Tally
from claude_batch_desk.core.tables.table import Row, Table

_ROWS_AT_ONCE = 4_096
Came = Answer | Literal["not sent"] | None
_CORRECTED, _RAW, _VERSION = "Corrected by hand", "Answer as it came", "Prompt version"


@dataclass(frozen=True)
class Target:
    """A file to be written, and what it is to hold."""

    path: Path
    contents: Contents = EVERYTHING
    taken_over: str = ""
    """From which earlier job answers were taken over, in words."""
    accuracy: tuple[str, ...] = ()
    """How many answers are right, in sentences; none where nobody said what is."""
    runs: tuple[Job, ...] = ()
    """The runs again of the job."""


def export(
    job: Job, table: Table, plan: Plan, answers: LaidAnswers, target: Target, report: Report
) -> Exported:
    """Write the rows in the order of the table; those that did not run say so.

    Raises ExportError.
    """
    merging = Merging(job, table, plan, answers, target.contents)
    sheet = Sheet(
        merging.columns,
        partial(merging.rows, report),
        replace(
            export_note(job, table, merging.count, target.taken_over, target.runs),
            cells_corrected=answers.cells_corrected,
        ),
        merging.typed,
        target.contents.separator,
        lambda: merging.tally.summary(target.accuracy),
    )
    return write(target.path, sheet, report)


def has_summary(path: Path) -> bool:
    """Whether a file of this name gets a sheet of figures."""
    return path.suffix.lower() == ".xlsx"


class Merging:
    """The columns and rows of a file."""

    def __init__(
        self, job: Job, table: Table, plan: Plan, answers: LaidAnswers, contents: Contents
    ) -> None:
        """Raises ExportError where the table has no such columns."""
        self._job, self._table, self._plan, self._answers = job, table, plan, answers
        self._contents = contents
        self.tally = Tally(job.recipe.fields)
        self._kept = _places(table, contents.columns)
        self._quotes = quote_places(table, job.recipe.fields)
        asked = (
            (_CORRECTED, answers.any_corrected),
            (_RAW, contents.raw),
            (_VERSION, contents.versions),
        )
        more = [name for name, wanted in asked if wanted]
        kept = [table.columns[place] for place in self._kept]
        beside = answer_columns(kept, job.recipe.fields, more, paged=self._quotes)
        self.columns = (*kept, *beside)
        typed = [len(kept) + place for place in self._typed_answers()]
        if contents.versions:
            typed.append(len(self.columns) - 1)
        self.typed = tuple(typed)

    @property
    def count(self) -> int:
        """How many rows there will be, as far as that is known beforehand."""
        answered = self._job.outcomes.get("answered", 0)
        return {
            "all": self._table.row_count,
            "ran": self._job.rows,
            "answered": answered,
            "open": self._job.rows - answered,
        }[self._contents.rows]

    def rows(self, report: Report) -> Iterator[list[str]]:
        """Each row that is wanted, from the first."""
        if not self._quotes:
            yield from (row for _, _, row in self._rows())
            return
        with QuotePages(self._table, self._quotes, report) as pages:
            for number, answer, row in self._rows():
                self._add_pages(row, pages.of_row(number, answer))
                yield row

    def _typed_answers(self) -> Iterator[int]:
        """Where numbers and dates are among the answer's columns, with those of pages."""
        place = 0
        for number, column in enumerate(columns_of(self._job.recipe.fields)):
            if column.is_typed:
                yield place
            place += 1
            if number in self._quotes:
                yield place
                place += 1

    def _add_pages(self, row: list[str], pages: Sequence[str]) -> None:
        for place, page in reversed([*zip(self._quotes, pages, strict=True)]):
            row.insert(len(self._kept) + place + 1, page)

    def _rows(self) -> Iterator[tuple[int, Answer | None, list[str]]]:
        """Each row that is wanted with its number and its answer, without pages."""
        job, contents = self._job, self._contents
        self.tally = Tally(job.recipe.fields)
        every = len(self._kept) == len(self._table.columns)
        for number, (cells, came) in enumerate(zip(self._table.rows, self._came(), strict=True)):
            if not _is_wanted(came, contents.rows):
                continue
            kept: Row = cells if every else tuple(cells[place] for place in self._kept)
            row = merged_row(kept, came, job.recipe.fields, practice=job.mode == "practice")
            answer = came if isinstance(came, Answer) else None
            if answer is not None:
                self.tally.add(answer)
            if self._answers.any_corrected:
                row.append(_corrected(job, answer))
            if contents.raw:
                row.append(answer.text if answer else "")
            if contents.versions:
                row.append(str(version_of(job, answer) or ""))
            yield number, answer, row

    def _came(self) -> Iterator[Came]:
        plan = self._plan
        for first in range(0, self._table.row_count, _ROWS_AT_ONCE):
            last = min(first + _ROWS_AT_ONCE, self._table.row_count)
            some = slice(bisect_left(plan.row_numbers, first), bisect_left(plan.row_numbers, last))
            rows = plan.row_numbers[some]
            answers = self._answers.of_rows(rows, plan.request_of_row[some])
            found = dict(zip(rows, answers, strict=True))
            for row in range(first, last):
                yield found.get(row, NOT_SENT)


def _corrected(job: Job, answer: Answer | None) -> str:
    """The headers of the values that a person put there."""
    names = headers(job.recipe.fields)
    return SEPARATOR.join(names[place] for place in answer.corrected) if answer else ""


def _is_wanted(came: Came, rows: RowsWanted) -> bool:
    if rows == "all":
        return True
    if came == NOT_SENT:
        return False
    is_answered = isinstance(came, Answer) and came.outcome == "answered"
    return rows == "ran" or is_answered == (rows == "answered")


def _places(table: Table, columns: Sequence[str] | None) -> list[int]:
    """Where these columns are in the table, in its order."""
    check_columns(table, columns)
    if columns is None:
        return list(range(len(table.columns)))
    return [place for place, name in enumerate(table.columns) if name in columns]


def check_columns(table: Table, columns: Sequence[str] | None) -> None:
    """Raise ExportError where the table has not all of these columns."""
    if unknown := [name for name in columns or () if name not in table.columns]:
        raise ExportError(
            f"The table has no column “{unknown[0]}”. Nothing was written. Choose columns it has."
        )
