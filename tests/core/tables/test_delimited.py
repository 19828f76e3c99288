"""Delimited text: every cell as it stands, no row shifted, nothing dropped unsaid."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import ReadOptions, Row
from claude_batch_desk.core.tables.text import delimited
from claude_batch_desk.core.tables.text.dialect import MAX_CELL, Dialect
from claude_batch_desk.core.tables.text.encoding import Encoding
from claude_batch_desk.core.tables.text.survey import HeaderPlace
from tests.core.tables.reading import read, read_text

UTF8 = Encoding("utf-8")
COMMA = Dialect(",")


def quietly() -> None:
    """An Alive for readers that nobody waits for."""


@pytest.mark.parametrize(
    "cell", ["00123", "NA", "null", "None", "nan", "1.10", "2026-01-31", "1e5", "TRUE", "'x", " a "]
)
def test_a_cell_stays_as_it_looks(tmp_path: Path, cell: str) -> None:
    assert read_text(tmp_path, f"a,b\n{cell},x\n").rows == [[cell, "x"]]


def test_digits_beyond_any_number_survive(tmp_path: Path) -> None:
    assert read_text(tmp_path, "id,b\n1234567890123456789012,x\n").rows[0][0] == (
        "1234567890123456789012"
    )


def test_an_empty_cell_is_an_empty_text(tmp_path: Path) -> None:
    assert read_text(tmp_path, 'a,b,c\n,"",\n').rows == [["", "", ""]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = ["name", "note", "n"], ["Ann", "first, then; more", "1"], ["Bo", "a | b", "2"]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    found = read_text(tmp_path, text.getvalue())
    assert found.reading.delimiter == delimiter
    assert [list(found.columns), *found.rows] == list(lines)


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    found = read_text(tmp_path, "name;price\nTea;1,20\nMilk;2,30\n")
    assert found.rows == [["Tea", "1,20"], ["Milk", "2,30"]]


def test_prose_in_one_column_is_not_cut(tmp_path: Path) -> None:
    prose = ["comment", "Good, really, I mean it", "Bad", "So, so", "One, two, three, four", "No"]
    found = read_text(tmp_path, "\n".join(prose) + "\n")
    assert found.columns == ("comment",)
    assert [row[0] for row in found.rows] == prose[1:]


def test_a_chosen_delimiter_is_obeyed(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b;c\n1,2;3\n", ReadOptions(delimiter=";"))
    assert found.columns == ("a,b", "c")


@pytest.mark.parametrize("delimiter", ["::", '"', "\n"])
def test_what_cannot_separate_is_refused(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(TableError, match="one character"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(delimiter=delimiter))


def test_the_hint_of_a_delimiter_is_no_row(tmp_path: Path) -> None:
    found = read_text(tmp_path, "sep=;\r\na;b\r\n1;2\r\n")
    assert (found.columns, found.rows) == (("a", "b"), [["1", "2"]])
    assert found.reading.header_row == 2


def test_a_ragged_table_goes_by_its_header(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a;b\n1\n1;2;3\n1;2;3;4\n1;2;3;4;5\n")
    assert found.reading.delimiter == ";"
    assert found.columns[:2] == ("a", "b")


def test_an_endless_cell_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="opens in line 2 "):
        read_text(tmp_path, 'a,b\n1,"' + "x" * (MAX_CELL + 1))


def test_more_text_than_a_page_holds_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Rows 1 to 5 hold more text"):
        read_text(tmp_path, "a,b\n" + ("x" * 15_000_000 + ",1\n") * 5)


def test_line_breaks_and_delimiters_in_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    found = read_text(tmp_path, 'a,b\n"one\ntwo, three","say ""hi"""\n')
    assert found.rows == [["one\ntwo, three", 'say "hi"']]


def test_a_quotation_mark_inside_a_cell_is_just_that(tmp_path: Path) -> None:
    assert read_text(tmp_path, 'size,b\n5" disk,x\n3.5",y\n').rows == [
        ['5" disk', "x"],
        ['3.5"', "y"],
    ]


def test_backslash_escapes_are_understood_and_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, 'a,b\n"he said \\"hi, you\\" twice",x\n"plain",y\n')
    assert found.rows[0] == ['he said "hi, you" twice', "x"]
    assert any("backslash" in note for note in found.notes)


def test_a_backslash_before_a_closing_quotation_mark_is_no_escape(tmp_path: Path) -> None:
    assert read_text(tmp_path, 'path,b\n"C:\\dir\\","x"\n').rows == [["C:\\dir\\", "x"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_kind_of_line_end_ends_a_row(tmp_path: Path, end: str, last: bool) -> None:
    text = end.join(["a,b", "1,2", "3,4"]) + (end if last else "")
    assert read_text(tmp_path, text).rows == [["1", "2"], ["3", "4"]]


def test_a_longer_row_widens_the_table_and_is_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n1,2\n1,2,3,4\n5,6\n")
    assert found.columns == ("a", "b", "Column 3", "Column 4")
    assert found.rows == [["1", "2", "", ""], ["1", "2", "3", "4"], ["5", "6", "", ""]]
    (note,) = found.notes
    assert note.startswith("1 row has more cells than the header has names (line 3).")
    assert note.endswith("are in “Column 3” to “Column 4”.")


def test_a_shorter_row_is_filled_up_and_is_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b,c\n1\n1,2,3\n")
    assert found.rows == [["1", "", ""], ["1", "2", "3"]]
    assert found.notes == [
        "1 row has fewer cells than the table (line 2). The missing ones are empty."
    ]


def test_blank_lines_are_left_out_and_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n\n1,2\n\n\n3,4\n")
    assert found.rows == [["1", "2"], ["3", "4"]]
    assert found.notes == ["3 blank lines left out (line 2, 4, 5)."]


def test_many_places_are_not_all_listed(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n" + "1\n" * 9 + "1,2\n" * 20)
    assert "(line 2, 3, 4, 5, 6 and 4 more)" in found.notes[0]


def test_a_title_above_the_table_is_left_out_and_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, "Report of May\n\nid,name,n\n1,Ann,3\n2,Bo,4\n")
    assert found.columns == ("id", "name", "n")
    assert found.reading.header_row == 3
    assert "1 line above the header left out." in found.notes


def test_a_chosen_header_row_is_obeyed(tmp_path: Path) -> None:
    found = read_text(tmp_path, "x,y\na,b\n1,2\n", ReadOptions(header_row=2))
    assert (found.columns, found.rows) == (("a", "b"), [["1", "2"]])


def test_a_table_without_a_header_keeps_its_first_row(tmp_path: Path) -> None:
    found = read_text(tmp_path, "1,2\n3,4\n", ReadOptions(header_row=0))
    assert found.columns == ("Column 1", "Column 2")
    assert found.rows == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("end", ["", "\n", '\nx,"y"\n1,2'])
def test_an_open_quotation_mark_names_its_line(tmp_path: Path, end: str) -> None:
    with pytest.raises(TableError, match="opens in line 3 "):
        read_text(tmp_path, f'a,b\n1,2\n3,"4{end.replace(chr(34), "")}')


def test_a_lone_quotation_mark_at_the_end_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="opens in line 3 "):
        read_text(tmp_path, 'a\nb\n"')


def test_a_row_over_very_many_lines_is_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, 'a,b\n1,"' + "x\n" * 300 + '"\n3,4\n')
    assert len(found.rows) == 2
    assert "A quotation mark may be missing there." in found.notes[0]


def test_nul_characters_are_removed_and_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\nx\0y,2\n" + "text,2\n" * 50)
    assert found.rows[0] == ["xy", "2"]
    assert list(found.found.notes) == [
        "NUL characters and halves of characters, which are no text, left out of 1 cell."
    ]


def test_text_that_spells_a_nul_is_left_alone(tmp_path: Path) -> None:
    found = read_text(tmp_path, "a,b\n\\u0000,2\n")
    assert (found.rows, found.notes) == ([["\\u0000", "2"]], [])


@pytest.mark.parametrize("text", ["\n", "\n\r\n\n"])
def test_nothing_but_blank_lines_is_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError, match="nothing in it but blank lines"):
        read_text(tmp_path, text)


def test_a_header_alone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no rows below"):
        read_text(tmp_path, "a,b\n")


def test_a_header_row_behind_the_end_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="ends before line 9"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(header_row=9))


def test_as_many_columns_as_a_sheet_has_are_read(tmp_path: Path) -> None:
    line = ",".join(str(n) for n in range(16_384))
    found = read_text(tmp_path, f"{line}\n{line}\n")
    assert len(found.columns) == len(found.rows[0]) == 16_384


def test_more_columns_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="16,385 columns"):
        read_text(tmp_path, "," * 16_384 + "\n1,2\n")


def large(folder: Path) -> Path:
    """A file that is worth pandas."""
    path = folder / "large.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "code", "text", "empty", "last"])
        rows.writerows(
            [n, f"{n % 1000:05}", f'NA "é" {n},\nand so on, {"long " * 12}', "", "1.10"]
            for n in range(50_000)
        )
    assert path.stat().st_size > delimited._PANDAS_FROM
    return path


def test_a_large_file_is_read_as_exactly_as_a_small_one(tmp_path: Path) -> None:
    path = large(tmp_path)
    found = read(path)
    with path.open(newline="", encoding="utf-8") as file:
        expected = list(csv.reader(file))
    assert [list(found.columns), *found.rows] == expected


def test_a_large_ragged_file_is_read_as_exactly_as_a_small_one(tmp_path: Path) -> None:
    path = large(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("1,2,3,4,5,6\n7\n")
    found = read(path)
    assert found.rows[-2:] == [list("123456"), ["7", "", "", "", "", ""]]
    assert len(found.notes) == 2


cells = st.text(
    st.one_of(st.sampled_from("\",;'\n\r\t\0 \\aé€😀#"), st.characters(exclude_categories=["Cs"])),
    max_size=8,
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)


@settings(max_examples=300, deadline=None)
@given(tables, st.sampled_from(["\n", "\r\n", "\r"]))
def test_both_readers_give_back_any_table(table: list[Row], end: str) -> None:
    """What was written comes back, and pandas reads it like the csv module."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(text.getvalue().encode())
        survey = delimited._survey(path, UTF8, COMMA, HeaderPlace(0, 1), quietly)
        assert survey.is_even
        assert list(delimited._by_csv(path, UTF8, COMMA, survey)) == table
        assert list(delimited._by_pandas(path, UTF8, COMMA, survey)) == table


messy = st.lists(
    st.lists(
        st.sampled_from(["a", '"b"', '5" d', '"x"y', '""', "", '"c,d"', " ", '"e"" f"']), max_size=3
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(messy)
def test_pandas_reads_whatever_is_even_like_the_csv_module(lines: list[list[str]]) -> None:
    text = "".join(",".join(line) + "\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_text(text)
        survey = delimited._survey(path, UTF8, COMMA, HeaderPlace(0, 1), quietly)
        if survey.is_even and survey.rows:
            by_csv = list(delimited._by_csv(path, UTF8, COMMA, survey))
            assert list(delimited._by_pandas(path, UTF8, COMMA, survey)) == by_csv
