"""Delimited text: every cell as it stands in the file, no row shifted, nothing dropped unsaid."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.headers import (
    DESCRIBED_NOTE,
    column_names,
    described_rows,
    has_two_rows,
)
from claude_batch_desk.core.tables.opened import Alive, OpenedTable
from claude_batch_desk.core.tables.table import Reading, ReadOptions, Row
from claude_batch_desk.core.tables.text.dialect import (
    Dialect,
    Head,
    Records,
    find_dialect,
    find_head,
)
from claude_batch_desk.core.tables.text.encoding import Encoding, find_encoding, open_text
from claude_batch_desk.core.tables.text.survey import HeaderPlace, Survey

_SAMPLE = 64 * 1024
_ALIVE_EVERY = 20_000
_PANDAS_FROM = 4 * 1024 * 1024
"""Bytes; a smaller file is read in less time than it takes to import pandas."""
_CHUNK = 4096
_CHUNK_BYTES = 8 * 1024 * 1024
_END = "\x00the end of the file\x00"
"""Put behind the last line: where it does not stand alone, a quotation mark was not closed."""


def open_delimited(path: Path, options: ReadOptions, alive: Alive) -> OpenedTable:
    """Find out how a text file is to be read, pass over it once, and be ready to give its rows.

    Raises TableError where it holds no table, or where a quotation mark is not closed.
    """
    encoding = find_encoding(path, options.encoding, alive)
    sample = _sample(path, encoding)
    dialect = find_dialect(sample, options.delimiter, options.quote)
    place = _header_place(find_head(sample, dialect), options)
    survey = _survey(path, encoding, dialect, place, alive)
    _check_rows(survey, place)
    columns = column_names(survey.names, survey.width)
    reading = Reading(
        kind="delimited",
        encoding=encoding.name,
        encoding_is_guess=encoding.is_guess,
        delimiter=dialect.delimiter,
        header_row=place.line,
        header_rows=place.rows,
        first_row=place.first if survey.between else 0,
        quote=dialect.quote,
    )
    rows = _rows(path, encoding, dialect, survey)
    notes = [*_notes(dialect, encoding, options), *survey.notes(columns)]
    if place.first and options.first_row is None:
        notes.append(DESCRIBED_NOTE)
    return OpenedTable(reading, columns, rows, notes, survey.findings(columns))


def _header_place(head: Head, options: ReadOptions) -> HeaderPlace:
    line = head.header_line if options.header_row is None else options.header_row
    rows = options.header_rows or 1
    if not line:
        return HeaderPlace(0, rows, options.first_row or 0)
    below = head.after(line)
    described = described_rows(below.records)
    if options.header_rows is None and not described and has_two_rows(below.records):
        rows = 2
    if options.first_row is not None or not described:
        return HeaderPlace(line, rows, options.first_row or 0)
    # What comes behind them may be the end of the file.
    ends = [*below.lines, below.lines[-1] + 1]
    return HeaderPlace(line, rows, ends[described + 1])


def _check_rows(survey: Survey, place: HeaderPlace) -> None:
    """Raise TableError where no row was found."""
    if survey.rows:
        return
    if survey.between and place.first:
        raise TableError(
            f"There are no rows from line {place.first:,} of this file on. Choose another first "
            "row."
        )
    if survey.header:
        raise TableError("This file has a header but no rows below it.")
    if survey.skipped:
        raise TableError(f"This file ends before line {place.line:,}. Choose another header row.")
    raise TableError("This file holds no table: there is nothing in it but blank lines.")


def _sample(path: Path, encoding: Encoding) -> list[str]:
    """The first lines, whole ones if possible, with their line ends."""
    with open_text(path, encoding) as text:
        start = text.read(_SAMPLE)
        more = bool(text.read(1))
    _check_text(start)
    lines = list(StringIO(start, newline=""))
    return lines[:-1] if more and len(lines) > 1 else lines


def _check_text(start: str) -> None:
    """Raise TableError where this is no text, but some other program's bytes."""
    odd = sum(start.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f\x1a")
    if odd > len(start) // 10:
        raise TableError(
            "This file is not text. Save the table as a workbook (.xlsx) or as text (.csv) "
            "in the program that made it, and open that."
        )


def _numbered(records: Records, before: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it starts in.

    Raises TableError where a cell never ends; `before` lines were taken by someone else.
    """
    line = before + 1
    try:
        for record in records:
            yield line, record
            line = before + records.line_num + 1
    except csv.Error as error:
        raise _unclosed(line) from error


def _unclosed(line: int) -> TableError:
    return TableError(
        f"A quotation mark that opens in line {line:,} of this file is not closed, so it cannot be "
        "told where that cell ends. Correct that line, or have the table read without quotation "
        "marks."
    )


def _survey(
    path: Path, encoding: Encoding, dialect: Dialect, place: HeaderPlace, alive: Alive
) -> Survey:
    survey = Survey()
    before = dialect.hint_lines
    with open_text(path, encoding) as text:
        records = dialect.records(chain(islice(text, before, None), [_END]))
        for number, (line, record) in enumerate(_numbered(records, before)):
            last = before + records.line_num
            if record and record[-1].endswith(_END):
                if last > line:
                    raise _unclosed(line)
                break
            survey.take(line, last, record, place)
            if number % _ALIVE_EVERY == 0:
                alive()
    return survey


def _rows(path: Path, encoding: Encoding, dialect: Dialect, survey: Survey) -> Iterator[Row]:
    is_usual = not dialect.backslash and not dialect.hint_lines
    plain = is_usual and survey.is_even and encoding.fits
    if plain and path.stat().st_size >= _PANDAS_FROM:
        rows = _by_pandas(path, encoding, dialect, survey)
    else:
        rows = _by_csv(path, encoding, dialect, survey)
    return islice(rows, survey.above, None)


def _by_csv(
    path: Path, encoding: Encoding, dialect: Dialect, survey: Survey
) -> Iterator[list[str]]:
    """All records but blank lines, each as long as the longest."""
    width = survey.width
    with open_text(path, encoding) as text:
        for record in dialect.records(islice(text, dialect.hint_lines, None)):
            if len(record) == width:
                yield record
            elif record:
                yield record + [""] * (width - len(record))


def _by_pandas(
    path: Path, encoding: Encoding, dialect: Dialect, survey: Survey
) -> Iterator[list[str]]:
    """All records of a file whose records are equally long and never blank.

    pandas would shift a longer record, and could not tell a shorter one, so others must not come.
    """
    import pandas as pd

    record_bytes = path.stat().st_size // (survey.rows or 1) + 1
    with (
        open_text(path, encoding) as text,
        pd.read_csv(
            text,  # an open file: a path might be taken for an address or an archive
            sep=dialect.delimiter,
            quotechar=dialect.quote or '"',
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            header=None,
            names=range(survey.width),
            dtype=object,
            keep_default_na=False,
            na_filter=False,
            index_col=False,
            skip_blank_lines=False,
            compression=None,
            engine="c",
            chunksize=max(1, min(_CHUNK, _CHUNK_BYTES // record_bytes)),
        ) as chunks,
    ):
        for chunk in chunks:
            yield from chunk.to_numpy().tolist()


def _notes(dialect: Dialect, encoding: Encoding, options: ReadOptions) -> list[str]:
    notes = []
    if not encoding.fits:
        notes.append(f"Some characters are not valid {encoding.name} and are shown as “\ufffd”.")
    if dialect.backslash:
        notes.append('A backslash before a character (such as \\") is read as an escape.')
    if options.quote is None and dialect.quote == "'":
        notes.append("The cells are wrapped in single quotation marks, which are taken off.")
    if options.quote is None and not dialect.quote:
        notes.append(
            "Quotation marks at the start of cells are not closed, so all of them are read as "
            "part of the text."
        )
    return notes
