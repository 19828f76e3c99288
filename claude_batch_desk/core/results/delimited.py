"""The merged table as delimited text, with no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.characters import replaced_note, whole
from claude_batch_desk.core.results.export import Exported, writing
from claude_batch_desk.core.results.guarding import guarded
from claude_batch_desk.core.results.provenance import ExportNote

if TYPE_CHECKING:
    from _csv import Writer

_ROWS_PER_REPORT = 64


@dataclass(frozen=True)
class TextForm:
    """How cells stand in the text."""

    separator: str = ","
    guard: bool = True
    """Whether a ' keeps what looks like a formula from running; see export_csv."""


EXCEL = TextForm()


def export_csv(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    about: ExportNote,
    report: Report,
    *,
    form: TextForm = EXCEL,
) -> Exported:
    """Write separated text as Excel expects it: UTF-8 with a mark, all quoted, CRLF.

    Excel takes the list separator of its country, which is ; where decimals have a comma.

    A CSV file cannot say that a cell is text, and a spreadsheet runs what looks like a formula,
    from the source as much as from an answer. So each cell is `guarded`, from which it can be
    told what it was; numbers are left alone. Without `guard` all cells are as they were. Raises
    ExportError; then an older file of that name is as it was.
    """
    counts = _Counts()
    with _csv_writer(path, form.separator) as writer:
        writer.writerow(counts.safe(columns, guard=form.guard))
        for row in rows:
            if counts.rows % _ROWS_PER_REPORT == 0:
                report(counts.rows, about.rows)
            writer.writerow(counts.safe(row, guard=form.guard))
            counts.rows += 1
        report(counts.rows, about.rows)
    return Exported(path, counts.rows, counts.notes())


def export_sheet(path: Path, rows: Sequence[Sequence[str]]) -> Exported:
    """Write a few rows, the headers first, as `export_csv` does; raises ExportError."""
    counts = _Counts()
    with _csv_writer(path) as writer:
        writer.writerows(counts.safe(row, guard=True) for row in rows)
    return Exported(path, len(rows) - 1, counts.notes())


@contextmanager
def _csv_writer(path: Path, separator: str = ",") -> "Iterator[Writer]":
    with writing(path) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as file:
        yield csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")


@dataclass
class _Counts:
    rows: int = 0
    guarded: int = 0
    replaced: int = 0

    def safe(self, cells: Sequence[str], *, guard: bool) -> list[str]:
        """The cells as they can be written; counts those that change."""
        written = []
        for cell in cells:
            text = whole(cell)
            self.replaced += text != cell
            safe = guarded(text) if guard else text
            self.guarded += safe != text
            written.append(safe)
        return written

    def notes(self) -> tuple[str, ...]:
        """What changed, as sentences."""
        notes = []
        if self.guarded:
            notes.append(
                f"Cells that a spreadsheet might run as a formula: {self.guarded:,}. A ' stands "
                "before the sign that begins it, so that none does. A workbook needs no such mark."
            )
        if self.replaced:
            notes.append(replaced_note(self.replaced))
        return tuple(notes)
