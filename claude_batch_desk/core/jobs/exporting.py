"""The rows of a job's table with their answers, as a file."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.answered import version_of
from claude_batch_desk.core.jobs.export_note import export_note
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.prompts.fields import columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import Sheet, write
from claude_batch_desk.core.results.merge import NOT_SENT, answer_columns, merged_row
from claude_batch_desk.core.results.summary import Tally
from claude_batch_desk.core.tables.table import Row, Table

_ROWS_AT_ONCE = 4_096
Answers = Callable[[Sequence[int]], dict[int, Answer]]
"""From request numbers to the answers that are here."""
Came = Answer | Literal["not sent"] | None
RowsWanted = Literal["all", "ran", "answered", "open"]
"""All of the table, those of the job, and of these those answered as asked for or still open."""
_RAW, _VERSION = "Answer as it came", "Prompt version"


@dataclass(frozen=True)
class Contents:
    """What is to be in a file besides the answers with their status and reason."""

    rows: RowsWanted = "all"
    columns: tuple[str, ...] | None = None
    """Of the table, in its order; None for all."""
    raw: bool = False
    """A column with the text of each answer just as it came."""
    versions: bool = False
    """A column with the version of the prompt that answered each row."""
    separator: str = ","
    """Between the cells of a .csv file."""


EVERYTHING = Contents()


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
    job: Job, table: Table, plan: Plan, answers: Answers, target: Target, report: Report
) -> Exported:
    """Write the rows in the order of the table; those that did not run say so.

    Raises ExportError.
    """
    merging = Merging(job, table, plan, answers, target.contents)
    sheet = Sheet(
        merging.columns,
        merging.rows,
        export_note(job, table, merging.count, target.taken_over, target.runs),
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
        self, job: Job, table: Table, plan: Plan, answers: Answers, contents: Contents
    ) -> None:
        """Raises ExportError where the table has no such columns."""
        self._job, self._table, self._plan, self._answers = job, table, plan, answers
        self._contents = contents
        self.tally = Tally(job.recipe.fields)
        self._kept = _places(table, contents.columns)
        more = [name for name, wanted in
                ((_RAW, contents.raw), (_VERSION, contents.versions)) if wanted]  # fmt: skip
        kept = [table.columns[place] for place in self._kept]
        beside = answer_columns(kept, job.recipe.fields, more)
        self.columns = (*kept, *beside)
        answered = enumerate(columns_of(job.recipe.fields), start=len(kept))
        typed = [place for place, column in answered if column.is_typed]
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

    def rows(self) -> Iterator[list[str]]:
        """Each row that is wanted, from the first."""
        job, contents = self._job, self._contents
        self.tally = Tally(job.recipe.fields)
        every = len(self._kept) == len(self._table.columns)
        for cells, came in zip(self._table.rows, self._came(), strict=True):
            if not _is_wanted(came, contents.rows):
                continue
            kept: Row = cells if every else tuple(cells[place] for place in self._kept)
            row = merged_row(kept, came, job.recipe.fields, practice=job.mode == "practice")
            answer = came if isinstance(came, Answer) else None
            if answer is not None:
                self.tally.add(answer)
            if contents.raw:
                row.append(answer.text if answer else "")
            if contents.versions:
                row.append(str(version_of(job, answer) or ""))
            yield row

    def _came(self) -> Iterator[Came]:
        plan = self._plan
        for first in range(0, self._table.row_count, _ROWS_AT_ONCE):
            last = min(first + _ROWS_AT_ONCE, self._table.row_count)
            some = slice(bisect_left(plan.row_numbers, first), bisect_left(plan.row_numbers, last))
            asked = dict(zip(plan.row_numbers[some], plan.request_of_row[some], strict=True))
            found = self._answers(list(asked.values()))
            for row in range(first, last):
                yield found.get(asked[row]) if row in asked else NOT_SENT


def _is_wanted(came: Came, rows: RowsWanted) -> bool:
    if rows == "all":
        return True
    if came == NOT_SENT:
        return False
    is_answered = isinstance(came, Answer) and came.outcome == "answered"
    return rows == "ran" or is_answered == (rows == "answered")


def _places(table: Table, columns: Sequence[str] | None) -> list[int]:
    """Where these columns are in the table, in its order."""
    if columns is None:
        return list(range(len(table.columns)))
    if unknown := [name for name in columns if name not in table.columns]:
        raise ExportError(
            f"The table has no column “{unknown[0]}”. Nothing was written. Choose columns it has."
        )
    return [place for place, name in enumerate(table.columns) if name in columns]
