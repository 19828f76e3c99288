"""How a delimited text is laid out: its delimiter, its quotes and escapes, where its header is."""

import csv
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from claude_batch_desk.core.errors import TableError

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'", "")
"""What a cell may be wrapped in."""
MAX_CELL = 16 * 1024 * 1024
"""Characters; a longer cell is a quotation mark that nobody closed."""

_HINT = re.compile(r"sep=(.)\r?\n?\Z")
_LOOKED_AT = 20
_CONSISTENT = 0.5
_LEAST_QUOTES = 2


class Records(Protocol):
    """A reader of the csv module: the records of a text, each a list of cells."""

    @property
    def line_num(self) -> int:
        """Lines taken so far."""
        ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True)
class Dialect:
    """How records and cells are told apart."""

    delimiter: str
    backslash: bool = False
    """A quotation mark inside a quoted cell is written as \\" and not doubled."""
    hint_lines: int = 0
    """Lines before the header that only name the delimiter, as "sep=;" does."""
    quote: str = '"'
    """What a cell may be wrapped in; "" for nothing."""

    def records(self, lines: Iterable[str]) -> Records:
        """A reader of the records in these lines; a blank line is a record without cells."""
        csv.field_size_limit(MAX_CELL)
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        if self.backslash:
            return csv.reader(
                lines,
                delimiter=self.delimiter,
                quotechar=self.quote,
                doublequote=False,
                escapechar="\\",
            )
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote)


@dataclass(frozen=True)
class _Score:
    """How well a dialect fits: first how even the records are, then how many cells they have."""

    evenness: float
    cells: int

    @property
    def rank(self) -> tuple[float, int]:
        return (round(self.evenness, 2), self.cells)


def find_dialect(sample: list[str], chosen: str, quote: str | None = None) -> Dialect:
    """The dialect that makes the most even table of the first lines of a file.

    Raises TableError where `chosen` cannot separate anything, or `quote` wrap it.
    """
    if len(chosen) > 1 or chosen in ('"', "\r", "\n") or (chosen and chosen == quote):
        raise TableError("Columns are separated by one character, such as a comma or a tab.")
    if quote not in (None, *QUOTES):
        raise TableError("Cells are wrapped in double or in single quotation marks, or in nothing.")
    hint = _HINT.match(sample[0]) if sample else None
    lines = sample[1:] if hint else sample
    chosen = chosen or (hint[1] if hint else "")
    if quote is None:
        quote = _quote(lines, chosen)
    delimiter = chosen or _delimiter(lines, quote)
    return Dialect(
        delimiter, _has_backslashes(lines, delimiter, quote), hint_lines=bool(hint), quote=quote
    )


@dataclass(frozen=True)
class Head:
    """The first records of a file that are not blank, with the lines they start in."""

    lines: list[int]
    records: list[list[str]]

    @property
    def header_line(self) -> int:
        """Of the header: the first record that is not much shorter than the table below it.

        Reports put a title above their table; such lines have one cell where the table has many.
        """
        sizes = [len(record) for record in self.records]
        if not sizes:
            return 1
        usual = Counter(sizes).most_common(1)[0][0]
        found = zip(self.lines, sizes, strict=True)
        return next(line for line, cells in found if cells * 2 > usual or cells == usual)

    def after(self, line: int) -> "Head":
        """The records that start in this line or later."""
        above = bisect_left(self.lines, line)
        return Head(self.lines[above:], self.records[above:])


def find_head(sample: list[str], dialect: Dialect) -> Head:
    """What the first lines of a file hold."""
    records = dialect.records(sample[dialect.hint_lines :])
    head = Head([], [])
    start = dialect.hint_lines + 1
    for record in _until_broken(records):
        if record:
            head.lines.append(start)
            head.records.append(record)
        start = dialect.hint_lines + records.line_num + 1
        if len(head.lines) == _LOOKED_AT:
            break
    return head


def _quote(sample: list[str], chosen: str) -> str:
    """What cells are wrapped in: double quotation marks, unless the sample speaks against it.

    Single ones stand in texts as apostrophes, and to take them off changes a text. So all that
    open must close, and the table must need them: its header has them, or it is uneven without.
    """
    delimiter = chosen or _delimiter(sample, '"')
    double = _Wraps.of(sample, delimiter, '"')
    if not double.opened and any("'" in line for line in sample):
        delimiter_then = chosen or _delimiter(sample, "'")
        single = _Wraps.of(sample, delimiter_then, "'")
        if single.open == 0 and single.closed >= _LEAST_QUOTES:
            with_single = _score(sample, Dialect(delimiter_then, quote="'"))
            needed = with_single.evenness > _score(sample, Dialect(delimiter)).evenness
            if needed or _Wraps.of(sample[:1], delimiter_then, "'").closed == with_single.cells:
                return "'"
    if double.open < _LEAST_QUOTES or double.open <= double.closed:
        return '"'
    if _has_backslashes(sample, delimiter, '"'):
        return '"'
    plain = _score(sample, Dialect(chosen or _delimiter(sample, ""), quote=""))
    return "" if plain.rank >= _score(sample, Dialect(delimiter)).rank else '"'


@dataclass(frozen=True)
class _Wraps:
    """How often a quotation mark starts a cell, and how often another one then ends it."""

    opened: int
    closed: int

    @classmethod
    def of(cls, sample: list[str], delimiter: str, quote: str) -> "_Wraps":
        """Those of a sample, in which a cell may take several lines."""
        end = rf"[{re.escape(delimiter)}\r\n]"
        whole = rf"{quote}(?:[^{quote}]|{quote}{quote})*+{quote}(?={end}|\Z)"
        found = re.findall(rf"(?:(?<={end})|(?<![\s\S]))(?:({whole})|{quote})", "".join(sample))
        return cls(len(found), sum(map(bool, found)))

    @property
    def open(self) -> int:
        """Those that no other one closes."""
        return self.opened - self.closed


def _delimiter(sample: list[str], quote: str) -> str:
    scores = {each: _score(sample, Dialect(each, quote=quote)) for each in DELIMITERS}
    even = {each: score for each, score in scores.items() if score.cells > 1}
    if not even:
        return _absent(sample)
    best = max(even, key=lambda each: even[each].rank)
    if even[best].evenness >= _CONSISTENT:
        return best
    # Prose in one column, or a ragged table: the header tells which.
    in_header = max(DELIMITERS, key=sample[0].count)
    return in_header if in_header in sample[0] else _absent(sample)


def _absent(sample: list[str]) -> str:
    """A delimiter that separates nothing, for a file with one column."""
    absent = (each for each in DELIMITERS if not any(each in line for line in sample))
    return next(absent, ",")


def _score(sample: list[str], dialect: Dialect) -> _Score:
    counts = Counter(len(each) for each in _until_broken(dialect.records(sample)) if each)
    if not counts:
        return _Score(0.0, 0)
    # Where two counts are as frequent, the larger one has more to say.
    cells, often = max(counts.items(), key=lambda each: (each[1], each[0]))
    return _Score(often / counts.total(), cells)


def _until_broken(records: Records) -> Iterator[list[str]]:
    """The records of a sample, which may break off in the middle of one."""
    try:
        yield from records
    except csv.Error:
        return


def _has_backslashes(sample: list[str], delimiter: str, quote: str) -> bool:
    if not quote:
        return False
    escaped = re.compile(rf"\\{quote}[^{quote}\r\n{re.escape(delimiter)}]")
    if not any(escaped.search(line) for line in sample):
        return False
    plain = _score(sample, Dialect(delimiter, quote=quote))
    return _score(sample, Dialect(delimiter, backslash=True, quote=quote)).rank >= plain.rank
