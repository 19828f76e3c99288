"""A copy of the workbook that a job's rows came from, with the answers in it."""

from dataclasses import dataclass, replace
from pathlib import Path

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.correcting.laying import LaidAnswers
from claude_batch_desk.core.jobs.export_note import export_note
from claude_batch_desk.core.jobs.exporting import Merging, Target
from claude_batch_desk.core.jobs.intake.changes import is_as_it_was
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import check_folder
from claude_batch_desk.core.results.merge import distinct
from claude_batch_desk.core.results.original.copying import copy_with_answers
from claude_batch_desk.core.results.original.new_cells import NewColumns
from claude_batch_desk.core.results.original.original import (
    SUFFIXES,
    Forecast,
    Original,
    can_be_copied,
    look_at,
)
from claude_batch_desk.core.results.provenance import about_lines
from claude_batch_desk.core.tables.table import Table


@dataclass(frozen=True)
class Copy:
    """A copy to be written; the contents of its target say which answers' columns it has.

    Rows and columns of the table are those of the original, all of them.
    """

    job: Job
    table: Table
    frozen: Path | None
    """The workbook as it was when its rows were read; None where that is gone."""
    plan: Plan
    answers: LaidAnswers
    target: Target

    def forecast(self, report: Report) -> Forecast:
        """What is worth knowing before it is written; raises ExportError where it cannot be."""
        outlook = look_at(self._original(), self.target.path, self._columns().headers, report)
        remarks = (*self._changed(report), *outlook.forecast.remarks)
        return replace(outlook.forecast, remarks=remarks)

    def write(self, report: Report) -> Exported:
        """Write it; raises ExportError, and then an older file of its name is as it was."""
        changed = self._changed(report)
        merging, path = self._merging(), self.target.path
        columns, rows = self._columns(), merging.rows(report)
        about = self._about if self.target.contents.about else None
        written = copy_with_answers(self._original(), path, columns, rows, report, about=about)
        return replace(written, notes=(*changed, *written.notes))

    def _about(self, notes: tuple[str, ...]) -> list[tuple[str, str]]:
        job, table, target = self.job, self.table, self.target
        note = export_note(job, table, table.row_count, target.taken_over, target.runs)
        note = replace(note, cells_corrected=self.answers.cells_corrected)
        return about_lines(note, notes)

    def _original(self) -> Original:
        table = self.table
        check_copy(self.target.path, self.target.contents, table)
        return Original(self.frozen or Path(), table.name, table.reading, table.row_count)

    def _columns(self) -> NewColumns:
        # Columns that were left out of the table are in the copy all the same.
        taken = (*self.table.columns, *self.table.reading.left_out)
        merging = self._merging()
        return NewColumns(distinct(merging.columns, taken), frozenset(merging.typed))

    def _merging(self) -> Merging:
        beside = replace(self.target.contents, columns=())
        return Merging(self.job, self.table, self.plan, self.answers, beside)

    def _changed(self, report: Report) -> tuple[str, ...]:
        if is_as_it_was(self.table, report):
            return ()
        name = self.table.name
        told = f"“{name}” is not what it was when it was opened: the copy is of the earlier state."
        return (told,)


def check_copy(path: Path, contents: Contents, table: Table | None) -> None:
    """Raise ExportError where no copy of the table's workbook can be written under this name.

    None is a table that is still to be opened.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ExportError(
            f"A copy of a workbook ends in .xlsx, or in .xlsm to keep macros, and "
            f"“{path.name}” in neither. Nothing was written. Choose one of these."
        )
    if contents.rows != "all" or contents.columns is not None:
        raise ExportError(
            "A copy of a workbook has all of its rows and columns. Nothing was written. "
            "Export a fresh workbook to have only some of them."
        )
    check_folder(path)
    if table is not None and table.origin is not None and _is_same(path, table.origin.path):
        raise ExportError(
            f"“{path.name}” is the original itself, which is never written to. Nothing was "
            "written. Choose another name or folder."
        )


def is_offered(table: Table) -> bool:
    """Whether the rows of a table came from a workbook that can be copied."""
    return can_be_copied(table.reading, table.name)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
