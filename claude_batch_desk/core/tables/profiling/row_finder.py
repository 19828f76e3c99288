"""What is odd about single rows, found while the pages of a table go by."""

from collections.abc import Iterable, Sequence

from claude_batch_desk.core.tables.finding import Finding, FindingKind, Places, counted
from claude_batch_desk.core.tables.table import Page, Row

EXCEL_CELL = 32_767
"""Characters, the most that a cell of Excel holds."""
COMPARED = 2_000_000
"""Rows; later ones are not searched for repeats, as each costs some 60 bytes."""

_ERRORS = frozenset(
    {
        "#N/A",
        "#DIV/0!",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#GETTING_DATA",
        "#UNKNOWN!",
        "#BUSY!",
    }
)
_MAY_BE_ERROR = b'"#'
"""How an error value starts in the JSON of a page."""
_BETWEEN = b'","'
"""What is between two cells; inside of one, a backslash stands before every quotation mark."""
_STRETCH = (EXCEL_CELL + 1) // 2


class RowFinder:
    """Takes the pages of a table in order; `findings` may be asked for at any time."""

    def __init__(self) -> None:
        self._next = 0
        self._seen: set[int] = set()
        """Hashes of rows. That two of a million rows share one by chance is 1 in 40 million."""
        self._blank, self._repeated = Places(), Places()
        self._errors, self._long, self._cut = Places(), Places(), Places()

    def take(self, page: Page, rows: Sequence[Row]) -> None:
        """Look at a page, which holds these rows."""
        first, self._next = self._next, self._next + len(rows)
        hashes = list(map(hash, map(tuple, rows)))
        fresh = set(hashes)
        if len(fresh) < len(hashes) or not fresh.isdisjoint(self._seen):
            self._find_repeated(first, rows, hashes)
        if self._next <= COMPARED:
            self._seen |= fresh
        if not all(map(any, rows)):
            _add(self._blank, first, [not any(cells) for cells in rows])
        if _MAY_BE_ERROR in page.cells:
            _add(self._errors, first, [not _ERRORS.isdisjoint(cells) for cells in rows])
        if _may_be_long(page.cells):
            longest = [max(map(len, cells)) for cells in rows]
            _add(self._long, first, [each > EXCEL_CELL for each in longest])
            _add(self._cut, first, [each == EXCEL_CELL for each in longest])

    def _find_repeated(self, first: int, rows: Sequence[Row], hashes: Sequence[int]) -> None:
        here: set[int] = set()
        for row, (cells, each) in enumerate(zip(rows, hashes, strict=True), first):
            if (each in self._seen or each in here) and any(cells):
                self._repeated.add_row(row)
            here.add(each)

    @property
    def findings(self) -> list[Finding]:
        """What was found so far."""
        found = (
            _told("blank", self._blank, "row is", "rows are", "blank"),
            _told("repeated", self._repeated, "row is", "rows are", "equal to one above"),
            _told("error", self._errors, "row has", "rows have", "an error value such as #N/A"),
            _told(
                "long",
                self._long,
                "row has",
                "rows have",
                f"a text of more than {EXCEL_CELL:,} characters",
            ),
            _told(
                "cut",
                self._cut,
                "row has",
                "rows have",
                f"a text of {EXCEL_CELL:,} characters, the most that Excel keeps, which was "
                "perhaps cut off",
            ),
        )
        return [each for each in found if each.count]


def _may_be_long(cells: bytes) -> bool:
    """False where no cell of a page can be as long as a cell of Excel.

    One that is covers a whole stretch of half its length, in which no cell ends.
    """
    ends = range(_STRETCH, len(cells) + 1, _STRETCH)
    return any(cells.find(_BETWEEN, end - _STRETCH, end) < 0 for end in ends)


def _add(places: Places, first: int, found: Iterable[bool]) -> None:
    for row, is_one in enumerate(found, first):
        if is_one:
            places.add_row(row)


def _told(kind: FindingKind, places: Places, one: str, many: str, what: str) -> Finding:
    return places.finding(kind, f"{counted(places.count, one, many)} {what} (row {places}).")
