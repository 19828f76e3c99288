"""LibreOffice opens each copy and shows what it showed before, and the answers."""

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

from claude_batch_desk.core.results.original.new_cells import NewColumns
from tests.core.results.office import (
    OFFICE_,
    TABLE,
    cells_of,
    live,
    needs_office,
    opened,
    saved_again,
    shown,
    structure,
)
from tests.core.results.original.made_books import MADE, ROWS, with_macros
from tests.core.results.original.proving import (
    MAY_CHANGE,
    answers,
    changed_parts,
    check_rows,
    check_sheet,
    check_styles,
    copied,
)
from tests.core.results.original.test_fidelity import BOOKS, GROWN
from tests.core.results.samples import PAYLOADS

pytestmark = needs_office
UNFOLDED = Counter({"table-column-group": 1})
SHOWN_NOW = {"groups and hidden columns": UNFOLDED, "what openpyxl writes": UNFOLDED}
"""Columns that were folded away are in no group any more where they have the answers now."""


SAVED = (
    "charts",
    "pictures",
    "conditional formats",
    "validations",
    "a table with totals",
    "a filter that hides rows",
    "notes",
    "names",
    "protection",
    "a pivot table over the rows",
    "shared formulas",
    "two rows of headers",
)
"""What it writes in a way of its own."""


def told(cell: Element) -> tuple[str, str | None]:
    """What a cell shows, and its formula."""
    return shown(cell), cell.get(f"{TABLE}formula")


def test_it_opens_every_copy_and_shows_what_it_showed(tmp_path: Path) -> None:
    befores, afters = {}, {}
    for number, (name, make) in enumerate({**BOOKS, "macros": with_macros}.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = copied(make(folder))
        befores[name] = found.original.path.rename(folder / f"before {number}{found.path.suffix}")
        afters[name] = found.path.rename(folder / f"after {number}{found.path.suffix}"), found
    paths = [*befores.values(), *(path for path, _ in afters.values())]
    books = opened(paths, tmp_path)
    for name, (path, found) in afters.items():
        kept = structure(books[path]) + SHOWN_NOW.get(name, Counter())
        assert kept == structure(books[befores[name]]), name
        first, count = found.first_column, len(found.table.rows)
        top = found.table.reading.header_row
        before = cells_of(books[befores[name]], "Data", top + count, first - 1)
        after = cells_of(books[path], "Data", top + count, first + 3)
        nothing = ("", None)
        assert [[told(cell) for cell in row[: first - 1]] for row in after] == [
            [told(cell) for cell in row] + [nothing] * (first - 1 - len(row)) for row in before
        ], name
        new = [row[first - 1 :] for row in after]
        assert [shown(cell) for cell in new[top - 1]] == ["Mood", "Score", "Day", "Status"], name
        assert [shown(row[0]) for row in new[top:]] == [row[0] for row in answers(count)], name
        assert not any(cell.get(f"{TABLE}formula") for row in new for cell in row), name


def test_what_it_has_written_itself_is_copied_as_well(tmp_path: Path) -> None:
    made = {}
    for number, name in enumerate(SAVED):
        (tmp_path / str(number)).mkdir()
        path = BOOKS[name](tmp_path / str(number))
        made[name] = path.rename(path.with_stem(f"book {number}"))
    saved = saved_again(list(made.values()), tmp_path)
    for name, path in made.items():
        found = copied(saved[path])
        assert changed_parts(found) <= {found.sheet, *MAY_CHANGE, *GROWN.get(name, ())}, name
        check_sheet(found)
        check_styles(found)
        check_rows(found)


def test_it_runs_no_answer_and_no_header(tmp_path: Path) -> None:
    across = [list(PAYLOADS)] * len(ROWS)
    found = copied(MADE["a table"](tmp_path), NewColumns(PAYLOADS), across)
    book = opened([found.path], tmp_path)[found.path]
    cells = cells_of(book, "Data", len(ROWS) + 1, 3 + len(PAYLOADS))
    assert len(cells) == len(ROWS) + 1
    for row in cells:
        assert len(row) == 3 + len(PAYLOADS)
        for cell in row[3:]:
            assert cell.get(f"{TABLE}formula") is None
            assert cell.get(f"{OFFICE_}value-type") == "string"
    assert live(book) == []
