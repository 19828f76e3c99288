"""The forms a table can be written in, by the end of the file's name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.delimited import TextForm, export_csv
from claude_batch_desk.core.results.export import Exported, export_xlsx
from claude_batch_desk.core.results.json_lines import export_json_lines
from claude_batch_desk.core.results.parquet import export_parquet
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.results.summary import Summary
from claude_batch_desk.core.results.workbook import Layout

SUFFIXES = (".xlsx", ".csv", ".tsv", ".jsonl", ".parquet")


@dataclass(frozen=True)
class Sheet:
    """A table to be written, with its origin."""

    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Sequence[str]]]
    """Begins the rows anew: some forms go through them twice."""
    about: ExportNote
    typed: tuple[int, ...] = ()
    """The columns (from 0) whose cells are numbers and days where they can be."""
    separator: str = ","
    """Between the cells of a .csv file."""
    summary: Callable[[], Summary] | None = None
    """The figures of a workbook, once its rows have gone by."""


def check_target(path: Path) -> None:
    """Raise ExportError where nothing could be written under this name."""
    if path.suffix.lower() not in SUFFIXES:
        *most, last = SUFFIXES
        raise ExportError(
            f"“{path.name}” does not end in {', '.join(most)} or {last}. Nothing was written. "
            "Choose one of these."
        )
    check_folder(path)


def check_folder(path: Path) -> None:
    """Raise ExportError where the folder of a file is not there."""
    if not path.absolute().parent.is_dir():
        raise ExportError(
            f"The folder {path.absolute().parent} is not there. Nothing was written. "
            "Choose another one."
        )


def write(path: Path, sheet: Sheet, report: Report) -> Exported:
    """Write the table in the form that the name says; raises ExportError."""
    check_target(path)
    columns, rows, about, typed = sheet.columns, sheet.rows, sheet.about, sheet.typed
    match path.suffix.lower():
        case ".parquet":
            return export_parquet(path, columns, rows, about, report, typed_columns=typed)
        case ".jsonl":
            return export_json_lines(path, columns, rows(), about, report, typed_columns=typed)
        case ".xlsx":
            layout = Layout(frozenset(typed), sheet.summary)
            return export_xlsx(path, columns, rows(), about, report, layout)
        case ".tsv":
            return export_csv(path, columns, rows(), about, report, form=TextForm("\t"))
        case _:
            return export_csv(path, columns, rows(), about, report, form=TextForm(sheet.separator))
