"""Cells out of the clipboard come as they were copied."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.tables.clipboard import MAX_TEXT, cells_in, pasted_file, text_of
from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.reading import Read, read, read_by_child


def pasted(folder: Path, text: str) -> Read:
    file = pasted_file(text, silent)
    path = folder / f"pasted{file.suffix}"
    path.write_bytes(file.content)
    return read(path, file.options)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_rows_are_lines_and_cells_between_tabs(tmp_path: Path, end: str, last: bool) -> None:
    text = end.join(["id\ttext\tn", "007\tWell, no\t1,5", "8\t\t2,5"]) + (end if last else "")
    found = pasted(tmp_path, text)
    assert found.columns == ("id", "text", "n")
    assert found.rows == [["007", "Well, no", "1,5"], ["8", "", "2,5"]]
    assert found.notes == []


def test_a_cell_with_line_breaks_or_tabs_is_wrapped_by_the_spreadsheet(tmp_path: Path) -> None:
    found = pasted(tmp_path, 'a\tb\n"two\nlines\tand ""so"""\tx\n')
    assert found.rows == [['two\nlines\tand "so"', "x"]]


@pytest.mark.parametrize(
    "cell", ['5" disk', '"Heroes" by Bowie', '"Heroes"', 'say "so"', '"', "'tis", '"open']
)
def test_other_quotation_marks_belong_to_the_cell(tmp_path: Path, cell: str) -> None:
    found = pasted(tmp_path, f"a\tb\n{cell}\tx\ny\t{cell}\n")
    assert found.rows == [[cell, "x"], ["y", cell]]


def test_marks_of_two_cells_do_not_make_them_one(tmp_path: Path) -> None:
    assert pasted(tmp_path, 'a\tb\n"open\tx\ny\tshut"\n').rows == [['"open', "x"], ["y", 'shut"']]


def test_marks_around_every_cell_are_taken_off(tmp_path: Path) -> None:
    found = pasted(tmp_path, '"a"\t"b"\n"1"\t"say ""so"""\n')
    assert (found.columns, found.rows) == (("a", "b"), [["1", 'say "so"']])


def test_blank_rows_of_a_block_are_kept(tmp_path: Path) -> None:
    assert pasted(tmp_path, "a\tb\n1\t2\n\t\n3\t4\n").rows == [["1", "2"], ["", ""], ["3", "4"]]


def test_one_column_is_a_table(tmp_path: Path) -> None:
    found = pasted(tmp_path, "comment\nGood, really\nBad\n")
    assert (found.columns, found.rows) == (("comment",), [["Good, really"], ["Bad"]])


@pytest.mark.parametrize("text", ["1\t2\t3\n", "1,2,3"])
def test_one_row_is_no_header(tmp_path: Path, text: str) -> None:
    assert pasted(tmp_path, text).rows == [["1", "2", "3"]]


def test_one_cell_is_a_table(tmp_path: Path) -> None:
    assert pasted(tmp_path, "only\n").rows == [["only"]]


def test_text_of_other_files_is_read_as_they_are(tmp_path: Path) -> None:
    assert pasted(tmp_path, 'a;b\n"1,5";x\n').rows == [["1,5", "x"]]
    assert pasted(tmp_path, '{"a": 1}\n{"a": 2}\n').rows == [["1"], ["2"]]


@pytest.mark.parametrize("start", ["PAR1", "BZh", "%PDF", "GIF8", "Rar!"])
def test_a_cell_is_not_taken_for_a_file(tmp_path: Path, start: str) -> None:
    assert pasted(tmp_path, f"{start}\tb\n1\t2\n").columns == (start, "b")


def test_the_child_reads_it_the_same(tmp_path: Path) -> None:
    file = pasted_file("naïve\t“b”\n😀\t2\n", silent)
    path = tmp_path / f"pasted{file.suffix}"
    path.write_bytes(file.content)
    found = read_by_child(path, file.options)
    assert (found.columns, found.rows) == (("naïve", "“b”"), [["😀", "2"]])
    assert (found.reading.encoding, found.reading.encoding_is_guess) == ("utf-8", False)


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n"])
def test_nothing_to_paste_is_a_sentence(text: str) -> None:
    with pytest.raises(TableError, match="no text to paste"):
        pasted_file(text, silent)


def test_too_much_to_paste_is_a_sentence() -> None:
    with pytest.raises(TableError, match="too long to paste"):
        pasted_file("x\t" * (MAX_TEXT // 2 + 1), silent)


def test_a_long_paste_can_be_stopped() -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pasted_file("a\tb\n" * 20_000, stop)


def as_excel_copies(cell: str) -> str:
    wrap = any(each in cell for each in "\t\n")
    return '"' + cell.replace('"', '""') + '"' if wrap else cell


@given(
    st.integers(2, 3).flatmap(
        lambda width: st.lists(
            st.lists(st.text('ab"\t\n ,', max_size=4), min_size=width, max_size=width),
            min_size=2,
            max_size=4,
        )
    )
)
def test_a_block_comes_back_where_it_can_be_told(rows: list[list[str]]) -> None:
    """A lone quotation mark at the start of a cell leaves open what the spreadsheet meant."""
    rows = [[cell.replace('"', "'", 1) if cell[:1] == '"' else cell for cell in r] for r in rows]
    block = [["x", "y", "z"][: len(rows[0])], *rows]
    text = "\n".join("\t".join(map(as_excel_copies, row)) for row in block) + "\n"
    file = pasted_file(text, silent)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pasted.tsv"
        path.write_bytes(file.content)
        found = read(path, ReadOptions(delimiter="\t", quote='"', header_row=1, header_rows=1))
    assert found.rows == rows


CELLS = st.text(alphabet="\"\t\r\nab '=", max_size=6)
BLOCKS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)


@given(BLOCKS)
def test_what_is_copied_here_is_pasted_as_it_was(rows: list[list[str]]) -> None:
    assert cells_in(text_of(rows), silent) == rows


def test_one_plain_cell_is_copied_as_its_text() -> None:
    assert text_of([["Well, no"]]) == "Well, no"
