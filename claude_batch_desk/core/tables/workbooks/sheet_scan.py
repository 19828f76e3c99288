"""What a sheet's XML holds that the fast reader does not tell, found without parsing it.

The reader gives values. It drops error cells, knows no number formats and no hidden rows, and
allocates the whole rectangle between the outermost cells. All are found here by patterns over the
unpacked bytes, in constant memory.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import lt

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import MAX_ROWS
from claude_batch_desk.core.tables.formats.number_format import Look
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.workbooks.row_texts import RowTexts

Blocks = Callable[[], Iterable[bytes]]

_CELL_BYTES = 32
_RECTANGLE = 1536 * 1024**2
"""Bytes the reader may allocate for the rectangle of cells."""
_SPARSE = 8
"""A rectangle with fewer than one cell in so many has stray cells."""
_LONGEST_ROW = 64 * 1024**2
_HEAD = 4096
_WITH_VALUE = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^>]*>\s*+(?:<f|<v|<is)')
_REF = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_PREFIX = re.compile(rb"<([A-Za-z][A-Za-z0-9]*:)worksheet[ >]")
_ODD = (b' t="d"', b"<!", b'"></c>', b"<c>", b"<row>")
"""Days as text, comments and such, empty cells that look like others, and what has no place."""
_ROW_NUMBER = re.compile(rb'<row(?: [^<>]*?)? r="([0-9]+)"')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}"[^>]*+(?<!/)>')
_LETTERS = re.compile(rb"[A-Z]{1,3}(?=[0-9])")
_HIDDEN = re.compile(rb'<row [^>]*?hidden="(?:1|true)[^>]*[^/]>')
_HIDDEN_COLUMN = re.compile(rb'<col ([^>]*?hidden="(?:1|true)"[^>]*)>')
_LIMITS = re.compile(rb'(min|max)="([0-9]{1,5})"')
_NOT_COMPUTED = re.compile(rb"(?:</f>|<f[^>]*/>)\s*+(?:<v ?/>|<v></v>)?\s*+</c>")
_STYLE = re.compile(rb' s="([0-9]+)"')


@dataclass
class SheetFacts:
    """What a pass over the bytes of one sheet found."""

    can_be_matched: bool = False
    """Its cells say where they are, so that they can be matched with the reader's."""
    is_regular: bool = True
    """All of it is written in the one way that RowStream follows."""
    first_column: int = 0
    """Of the cells that are not empty, like `width`; 0 where there are none."""
    width: int = 0
    merged: int = 0
    """Groups of cells that are one."""
    last_row: int = 0
    last_column: int = 0
    errors: int = 0
    hidden_rows: int = 0
    is_filtered: bool = False
    """A filter is on, which hides rows."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """The first and the last of each group of them; Excel hides all that are empty as one."""
    has_formulas: bool = False
    not_computed: int = 0
    """Formulas without a stored result."""
    not_computed_rows: list[int] = field(default_factory=list)
    """The rows they are in, the first of them, as the sheet counts."""


def survey_sheet(blocks: Blocks, alive: Alive) -> SheetFacts:
    """Pass over a sheet. Raises TableError where reading it would take too much memory."""
    facts = SheetFacts()
    rows = b""
    for rows in whole_rows(blocks()):
        alive()
        cells = rows.count(b"<c ")
        is_matched = cells == rows.count(b'<c r="')
        if not facts.last_row:
            # One program wrote the whole sheet, in one manner.
            facts.can_be_matched = cells > 0 and is_matched
        is_odd = any(each in rows for each in _ODD)
        facts.is_regular = facts.is_regular and is_matched and not is_odd
        facts.errors += rows.count(b' t="e"')
        if b'hidden="' in rows:
            facts.hidden_rows += len(_HIDDEN.findall(rows))
        if b"sheetData" in rows:
            _find_layout(facts, rows)
        facts.has_formulas = facts.has_formulas or b"</f>" in rows
        if facts.has_formulas:
            _find_not_computed(facts, rows)
        _stretch(facts, rows)
    is_whole = b"</sheetData>" in rows and rows.rstrip().endswith(b"</worksheet>")
    facts.is_regular = facts.is_regular and facts.can_be_matched and is_whole
    if facts.last_row * facts.last_column * _CELL_BYTES > _RECTANGLE:
        _check_rectangle(blocks, any_size=facts.is_regular)
    return facts


def _find_layout(facts: SheetFacts, rows: bytes) -> None:
    """What stands before the first and behind the last row."""
    facts.merged += rows.count(b"<mergeCell ")
    facts.is_filtered = facts.is_filtered or b"<autoFilter" in rows
    if b"<cols>" in rows:
        for each in _HIDDEN_COLUMN.findall(rows):
            limits = dict(_LIMITS.findall(each))
            if limits.keys() == {b"min", b"max"}:
                facts.hidden_columns.append((int(limits[b"min"]), int(limits[b"max"])))


def _find_not_computed(facts: SheetFacts, rows: bytes) -> None:
    known = facts.not_computed_rows
    for found in _NOT_COMPUTED.finditer(rows):
        facts.not_computed += 1
        cell = _REF.match(rows, rows.rfind(b"<c ", 0, found.start()))
        row = int(cell[2]) if cell else 0
        if row and known[-1:] != [row] and len(known) < MAX_ROWS:
            known.append(row)


def _stretch(facts: SheetFacts, rows: bytes) -> None:
    """Take the outermost cells of each row into account."""
    each = rows.split(b"</row>")
    starts = {row[row.rfind(b'<c r="') + 6 :][:4] for row in each}
    facts.last_column = max([facts.last_column, *_columns(starts)])
    facts.is_regular = facts.is_regular and _is_ascending(rows, facts.last_row)
    last = _REF.match(rows, rows.rfind(b'<c r="'))
    facts.last_row = max(facts.last_row, int(last[2])) if last else facts.last_row
    _stretch_filled(facts, each)


def _is_ascending(rows: bytes, last: int) -> bool:
    """Whether each row says its number, which is greater than that of the row before."""
    numbers = list(map(int, _ROW_NUMBER.findall(rows)))
    return len(numbers) == rows.count(b"<row ") and all(map(lt, [last, *numbers], numbers))


def _stretch_filled(facts: SheetFacts, rows: list[bytes]) -> None:
    """The same for the cells that hold something."""
    filled = [(row, end) for row in rows if (end := row.rfind(b"</c>")) >= 0]
    lasts = {row[row.rfind(b'<c r="', 0, end) + 6 :][:4] for row, end in filled}
    if filled:
        first = 1 if facts.first_column == 1 else _first_filled(row for row, _ in filled)
        last = max([facts.first_column + facts.width - 1, *_columns(lasts)])
        facts.first_column = min(first, facts.first_column or first)
        facts.width = last - facts.first_column + 1


def _first_filled(rows: Iterable[bytes]) -> int:
    firsts = {found[1] for row in rows if (found := _FILLED.search(row))}
    return min(map(column_number, firsts), default=1)


def _columns(starts: Iterable[bytes]) -> list[int]:
    return [column_number(found[0]) for start in starts if (found := _LETTERS.match(start))]


def _check_rectangle(blocks: Blocks, *, any_size: bool) -> None:
    cells, last_row, last_column = 0, 0, 0
    far = b""
    for rows in whole_rows(blocks()):
        for found in _WITH_VALUE.finditer(rows):
            cells += 1
            row, column = int(found[2]), column_number(found[1])
            if row > last_row or column > last_column:
                far = found[1] + found[2]
            last_row, last_column = max(row, last_row), max(column, last_column)
    area = last_row * last_column
    if area * _CELL_BYTES <= _RECTANGLE:
        return
    if area > _SPARSE * cells:
        raise TableError(
            f"This sheet has a cell far away from its table, at {far.decode()}. Delete that row "
            "and column in Excel, or copy the table to a new workbook, and open it again."
        )
    if any_size:
        return
    raise TableError(
        f"This sheet has {cells:,} cells, more than is safe to read from a workbook. Save it as "
        "text (.csv) and open that."
    )


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class Overlay(RowTexts):
    """The texts of the cells that look other than their value, row by row in sheet order.

    `looks` are by cell style. A style that is in `unknown` is only counted, in `unknown_cells`.
    """

    def __init__(
        self, blocks: Blocks, looks: Mapping[int, Look], unknown: frozenset[int], errors: bool
    ) -> None:
        self._looks = looks
        self._unknown = unknown
        self.unknown_cells = 0
        self._pattern = _interesting(looks.keys() | unknown, errors)
        super().__init__(self._found(blocks))

    def _found(self, blocks: Blocks) -> Iterator[tuple[int, int, str]]:
        if self._pattern is None:
            return
        for rows in whole_rows(blocks()):
            for letters, row, attributes, value in self._pattern.findall(rows):
                text = self._text(attributes, value)
                if text is not None:
                    yield int(row), column_number(letters), text

    def _text(self, attributes: bytes, value: bytes) -> str | None:
        if b' t="' in attributes and b' t="n"' not in attributes:
            return value.decode() if b' t="e"' in attributes else None
        style = _STYLE.search(attributes)
        number = int(style[1]) if style else 0
        if number in self._unknown:
            self.unknown_cells += 1
        look = self._looks.get(number)
        try:
            return look(float(value)) if look else None
        except ValueError:
            return None  # no number: the reader's own idea of it stands


def _interesting(styles: Iterable[int], errors: bool) -> re.Pattern[bytes] | None:
    """Place, attributes and value of the cells that have one of the styles or are errors.

    The attributes come in the order of the standard's schema, as every known program writes them.
    """
    wanted = []
    if styles := sorted(styles):
        style = 's="(?:' + "|".join(map(str, styles)) + ')"'
        wanted += [style, f't="[A-Za-z]++" {style}']
    if errors:
        wanted.append('(?:s="[0-9]++" )?t="e"')
    if not wanted:
        return None
    return re.compile(
        rf'<c r="([A-Z]++)([0-9]++)"(?= (?:{"|".join(wanted)}))([^>]*+)>'
        r"\s*+(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*+<v[^>]*>([^<]*+)</v>".encode()
    )


def whole_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut only behind the end of a row, their tags without a prefix."""
    rest = b""
    prefix: re.Match[bytes] | None = None
    for block in blocks:
        rest += block
        if end := _last_row_end(rest):
            prefix = prefix or _PREFIX.search(rest, 0, _HEAD)
            yield _bare(rest[:end], prefix[1]) if prefix else rest[:end]
            rest = rest[end:]
        elif len(rest) > _LONGEST_ROW:
            raise TableError(
                "One row of this sheet holds more text than is safe to read. Save the sheet as "
                "text (.csv) and open that."
            )
    yield _bare(rest, prefix[1]) if prefix else rest


def _bare(rows: bytes, prefix: bytes) -> bytes:
    return rows.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def _last_row_end(text: bytes) -> int:
    """Where the last row in the text ends, or 0; some programs prefix their tags."""
    return next((at + len(tag) for tag in (b"</row>", b":row>") if (at := text.rfind(tag)) >= 0), 0)
