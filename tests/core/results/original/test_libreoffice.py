"""LibreOffice opens each copy and shows what it showed before, and the answers."""

from pathlib import Path

from claude_batch_desk.core.results.original.new_cells import NewColumns
from tests.core.results.office import OFFICE_, TABLE, cells_of, live, needs_office, opened, shown
from tests.core.results.original.made_books import MADE, ROWS, with_macros
from tests.core.results.original.proving import answers, copied
from tests.core.results.original.test_fidelity import BOOKS
from tests.core.results.samples import PAYLOADS

pytestmark = needs_office


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
        first, count = found.first_column, len(found.table.rows)
        top = found.table.reading.header_row
        before = cells_of(books[befores[name]], "Data", top + count, first - 1)
        after = cells_of(books[path], "Data", top + count, first + 3)
        assert [[shown(cell) for cell in row[: first - 1]] for row in after] == [
            [shown(cell) for cell in row] + [""] * (first - 1 - len(row)) for row in before
        ], name
        new = [row[first - 1 :] for row in after]
        assert [shown(cell) for cell in new[top - 1]] == ["Mood", "Score", "Day", "Status"], name
        assert [shown(row[0]) for row in new[top:]] == [row[0] for row in answers(count)], name
        assert not any(cell.get(f"{TABLE}formula") for row in new for cell in row), name


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
