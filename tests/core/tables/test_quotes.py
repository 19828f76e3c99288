"""What the cells of delimited text are wrapped in: found where it is sure, and chosen."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.core.tables.text import delimited
from claude_batch_desk.core.tables.text.dialect import Dialect
from claude_batch_desk.core.tables.text.encoding import Encoding
from claude_batch_desk.core.tables.text.survey import HeaderPlace
from tests.core.tables.reading import read, read_by_child, read_text


def test_double_quotation_marks_are_the_usual(tmp_path: Path) -> None:
    found = read_text(tmp_path, 'a,b\n"1,5",x\n')
    assert (found.reading.quote, found.rows) == ('"', [["1,5", "x"]])


def test_a_file_without_any_is_read_as_usual(tmp_path: Path) -> None:
    assert read_text(tmp_path, "a,b\n1,x\n").reading.quote == '"'


def test_single_ones_are_found_where_the_header_has_them(tmp_path: Path) -> None:
    found = read_text(tmp_path, "'id','text'\n'1','it''s late'\n'2','well, no'\n")
    assert found.reading.quote == "'"
    assert found.columns == ("id", "text")
    assert found.rows == [["1", "it's late"], ["2", "well, no"]]
    assert "The cells are wrapped in single quotation marks, which are taken off." in found.notes


def test_single_ones_are_found_where_the_table_is_uneven_without(tmp_path: Path) -> None:
    found = read_text(tmp_path, "id,text,n\n1,'well, no',2\n2,'yes, I do, so',3\n3,'x, y',4\n")
    assert found.reading.quote == "'"
    assert found.rows[1] == ["2", "yes, I do, so", "3"]


@pytest.mark.parametrize(
    "cell", ["'tis the season", "'quoted' words", "the dogs'", "'all of it'", "rock 'n' roll"]
)
def test_an_apostrophe_is_not_taken_off(tmp_path: Path, cell: str) -> None:
    found = read_text(tmp_path, f"id;text\n1;{cell}\n2;{cell}\n3;plain\n")
    assert [row[1] for row in found.rows] == [cell, cell, "plain"]


def test_quotation_marks_that_never_close_are_text_and_said(tmp_path: Path) -> None:
    lines = ['1\t"Heroes" by Bowie\t3', '2\t"So what\t4', '3\t5" disk\t5']
    found = read_text(tmp_path, "id\ttitle\tn\n" + "\n".join(lines) + "\n")
    assert found.reading.quote == ""
    assert found.rows == [line.split("\t") for line in lines]
    assert any("read as part of the text" in note for note in found.notes)


def test_a_chosen_quotation_mark_is_obeyed(tmp_path: Path) -> None:
    text = "a,b\n'1','\"x\"'\n"
    single = read_text(tmp_path, text, ReadOptions(quote="'"))
    assert (single.reading.quote, single.rows) == ("'", [["1", '"x"']])
    double = read_text(tmp_path, text, ReadOptions(quote='"'))
    assert (double.reading.quote, double.rows) == ('"', [["'1'", "'\"x\"'"]])
    none = read_text(tmp_path, 'a,b\n"1",2\n', ReadOptions(quote=""))
    assert (none.reading.quote, none.rows, none.notes) == ("", [['"1"', "2"]], [])


def test_an_open_quotation_mark_is_no_trouble_where_none_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="read without quotation marks"):
        read_text(tmp_path, 'a,b\n1,"x\n2,y\n')
    found = read_text(tmp_path, 'a,b\n1,"x\n2,y\n', ReadOptions(quote=""))
    assert found.rows == [["1", '"x'], ["2", "y"]]


@pytest.mark.parametrize("quote", ["`", '""', ","])
def test_what_wraps_nothing_is_refused(tmp_path: Path, quote: str) -> None:
    with pytest.raises(TableError, match=r"quotation marks|one character"):
        read_text(tmp_path, "a,b\n1,2\n", ReadOptions(quote=quote, delimiter=","))


def test_the_child_is_told_of_it(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n'1,2',x\n")
    found = read_by_child(path, ReadOptions(quote="'"))
    assert (found.reading.quote, found.rows) == ("'", [["1,2", "x"]])


@pytest.mark.parametrize("quote", ["'", ""])
def test_a_large_file_is_read_with_the_same_marks(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "large.csv"
    cell = "'it''s, say, \"so\"'" if quote else '"so" said'
    line = f"{cell},{'long ' * 20},1.10\n"
    path.write_text("text,long,n\n" + line * (delimited._PANDAS_FROM // len(line) + 1))
    found = read(path, ReadOptions(quote=quote))
    expected = 'it\'s, say, "so"' if quote else cell
    assert {tuple(row) for row in found.rows} == {(expected, "long " * 20, "1.10")}


messy = st.lists(
    st.lists(
        st.sampled_from(["a", "'b'", "5' d", "'x'y", "''", "", "'c,d'", '"', " ", "'e'' f'"]),
        max_size=3,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(messy, st.sampled_from(["'", ""]))
def test_pandas_and_the_csv_module_agree(lines: list[list[str]], quote: str) -> None:
    text = "".join(",".join(line) + "\n" for line in lines)
    utf8, dialect = Encoding("utf-8"), Dialect(",", quote=quote)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_text(text)
        survey = delimited._survey(path, utf8, dialect, HeaderPlace(0, 1), lambda: None)
        if survey.is_even and survey.rows:
            by_csv = list(delimited._by_csv(path, utf8, dialect, survey))
            assert list(delimited._by_pandas(path, utf8, dialect, survey)) == by_csv


@given(st.lists(st.lists(st.text("ab'\", \n", max_size=5), min_size=2, max_size=2), min_size=1))
def test_a_file_that_a_program_wrote_is_read_with_its_marks(rows: list[list[str]]) -> None:
    """Whatever the cells hold, double quotation marks around all of them are found."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        found = read_text(Path(folder), text.getvalue(), ReadOptions(header_row=1))
    assert found.rows == rows
