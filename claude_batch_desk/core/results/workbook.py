"""A fresh workbook, written row by row in constant memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from claude_batch_desk.core.files import scratch_folder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.cells import WIDE, Cells, check_size
from claude_batch_desk.core.results.characters import whole
from claude_batch_desk.core.results.filling import fill_first_sheet
from claude_batch_desk.core.results.provenance import ExportNote, about_lines
from claude_batch_desk.core.results.streamed_rows import StreamedRows
from claude_batch_desk.core.results.summary import Summary
from claude_batch_desk.core.results.summary_sheet import write_summary
from claude_batch_desk.core.results.watched import Watched, WatchedText

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_ROWS = "row_data_fh"  # where the library has the rows of a sheet until it is complete
_ROWS_PER_REPORT = 64
_SAMPLE_ROWS = 100
_NARROW = 8
_LINE = 15
"""Points."""
_NUMBER_WIDTH = 18


@dataclass(frozen=True)
class Layout:
    """Which columns of a table (from 0) hold numbers and dates, and what else the workbook has."""

    typed: frozenset[int] = frozenset()
    summary: Callable[[], Summary] | None = None
    """Asked for when the rows have gone by; None for no sheet of figures."""


PLAIN = Layout()


@dataclass(frozen=True)
class Written:
    """How many rows a workbook has, and sentences about cells that are not as they were."""

    rows: int
    notes: tuple[str, ...]


def write_workbook(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    about: ExportNote,
    report: Report,
    layout: Layout,
) -> Written:
    """Fill the file at `path`: the table, a sheet "About", and one of overlong texts if any.

    The library makes all of the workbook but the rows of the table. Raises ExportError where a
    workbook cannot hold the table, and OSError.
    """
    check_size(about.rows, len(columns))

    def tell(done: int = about.rows) -> None:
        report(done, about.rows)

    with scratch_folder() as folder:
        made, table = folder / "rest.xlsx", folder / "rows.xml"
        with made.open("wb") as file, _workbook(Watched(file, tell), folder, tell) as book:
            book.set_properties({"title": whole(about.job), "comments": _comment(about)})
            cells = Cells(book)
            name = "Answers (Practice)" if about.mode == "practice" else "Answers"
            sheet = _Table(cells, cells.sheet(name), columns, layout.typed)
            count = sheet.write(rows, table, tell)
            if layout.summary is not None:
                write_summary(cells, layout.summary(), about)
            _write_about(cells, about)
        with path.open("wb") as file:
            fill_first_sheet(made, table, Watched(file, tell))
    return Written(count, cells.notes())


def _comment(about: ExportNote) -> str:
    if about.mode == "practice":
        return "Practice answers, invented by Claude Batch Desk without a model."
    return "Answers of a model to each row; see the sheet “About”."


@contextmanager
def _workbook(file: Watched, folder: Path, watch: Callable[[], None]) -> Iterator["Workbook"]:
    """A workbook that goes to the file at the end; it leaves nothing open if it does not."""
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.workbook import Workbook

    options = {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True}
    book = Workbook(cast("IO[Any]", file), options)
    try:
        yield book
        for sheet in book.worksheets():
            setattr(sheet, _ROWS, WatchedText(getattr(sheet, _ROWS), watch))
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None  # an OSError, wrapped
    finally:
        file.leave()
        for sheet in book.worksheets():
            for handle in filter(None, (sheet.fh, getattr(sheet, _ROWS))):
                with suppress(OSError):
                    handle.close()


@dataclass(frozen=True)
class _Table:
    """The sheet of the table, which the library lays out, and whose rows are written apart."""

    cells: Cells
    sheet: "Worksheet"
    columns: Sequence[str]
    typed: frozenset[int]

    def write(self, rows: Iterable[Sequence[str]], to: Path, tell: Callable[[int], None]) -> int:
        """The rows, into a file of their own; how many they are."""
        ahead = iter(rows)
        sample = list(islice(ahead, _SAMPLE_ROWS))
        widths = self._widths(sample)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        with to.open("w", encoding="utf-8", newline="") as file:
            table = StreamedRows(file, self.cells, widths, self.typed)
            table.add(self.columns, bold=True)
            for done, row in enumerate(chain(sample, ahead)):
                if done % _ROWS_PER_REPORT == 0:
                    tell(done)
                check_size(table.written, len(row))
                table.add(row)
        count = table.written - 1
        tell(count)
        self.sheet.repeat_rows(0)
        if self.columns:
            self.sheet.autofilter(0, 0, count, len(self.columns) - 1)
        return count

    def _widths(self, sample: Sequence[Sequence[str]]) -> list[int]:
        """Room in characters for the header and for the longest line of the sample."""
        widths = []
        for column, header in enumerate(self.columns):
            texts = [header, *(row[column] for row in sample)]
            longest = max(len(line) for text in texts for line in text.split("\n"))
            least = _NUMBER_WIDTH if column in self.typed else _NARROW
            # Two more for the button that filters.
            widths.append(min(max(longest + 2, least), WIDE))
        return widths


def _write_about(cells: Cells, about: ExportNote) -> None:
    lines = about_lines(about, cells.notes())
    sheet = cells.sheet("About", ("About this file", ""))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, max(len(label) for label, _ in lines) + 2)
    sheet.set_column(1, 1, 2 * WIDE)
    for number, line in enumerate(lines, start=1):
        if len(line[1]) > 2 * WIDE:
            # Not every spreadsheet makes room by itself.
            sheet.set_row(number, _LINE * (len(line[1]) // (2 * WIDE) + 1))
        for column, text in enumerate(line):
            cells.text(sheet, number, column, text)
