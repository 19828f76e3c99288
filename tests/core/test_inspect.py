"""`inspect` tells what a table holds, and leaves nothing behind."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session

TABLE = (
    "Naïve id;Mood;E-mail\n1;happy;a@example.org\n\n2;sad;\n3;sad;b@example.org;more\n"
    "2;sad;\n4;#N/A\n"
)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="cp1252")
    return str(path)


def told_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["inspect", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_it_tells_how_the_table_was_read(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_of([table], capsys)
    read = {name: value for name, value in told.items() if not isinstance(value, list)}
    assert read == {
        "table": "table.csv",
        "rows": 5,
        "format": "delimited",
        "encoding": "cp1252",
        "encoding_is_guess": True,
        "delimiter": ";",
        "sheet": None,
        "header_row": 1,
        "header_rows": 1,
        "document_column": None,
        "document_folder": None,
        "documents": None,
        "first_row": 0,
        "quote": '"',
    }
    assert told["left_out"] == []
    assert told["sheets"] == []
    assert told["notes"] == ["1 blank line left out (line 3)."]


def test_it_tells_what_the_columns_hold(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, mood, mail, extra = told_of([table], capsys)["columns"]
    assert mood == {
        "name": "Mood",
        "filled": 5,
        "empty": 0,
        "distinct": 3,
        "distinct_is_estimate": False,
        "longest": 5,
        "typical": 3,
        "commonest": [{"text": "sad", "rows": 3}],
        "looks_like": "text",
        "personal": None,
    }
    assert (mail["looks_like"], mail["personal"]) == ("email", "email")
    assert (extra["name"], extra["filled"]) == ("Column 4", 1)


def test_it_tells_what_is_odd_by_the_numbers_of_the_rows(
    table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = told_of([table], capsys)["findings"]
    assert {each["kind"]: each["rows"] for each in findings[1:]} == {
        "ragged": [5],
        "repeated": [4],
        "error": [5],
    }
    assert findings[0]["rows"] == [3]
    assert findings[0]["count"] == 1
    assert all(each["sentence"].endswith(".") for each in findings)


def test_the_options_change_how_it_is_read(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_of(
        [table, "--encoding", "cp1250", "--delimiter", ",", "--header", "2", "--header-rows", "2"],
        capsys,
    )
    assert (told["encoding"], told["encoding_is_guess"]) == ("cp1250", False)
    assert (told["header_row"], told["header_rows"]) == (2, 2)
    assert [each["name"] for each in told["columns"]] == ["1;happy;a@example.org – 2;sad;"]
    assert told_of([table, "--header", "0"], capsys)["header_rows"] == 0


def test_rows_quotation_marks_and_columns_can_be_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,text,e-mail,phone\ntype,kind,-,-\n1,'a, b',c@d.de,1\n")
    how = [str(path), "--first-row", "3", "--quote", "single"]
    how += ["--leave-out", "phone", "--leave-out", "e-mail"]
    told = told_of(how, capsys)
    assert (told["first_row"], told["quote"], told["left_out"]) == (3, "'", ["e-mail", "phone"])
    assert [(each["name"], each["longest"]) for each in told["columns"]] == [("id", 1), ("text", 4)]
    assert main(["inspect", *how]) == 0
    assert (
        "cells in single quotation marks, header in row 1, first row in 3, without “e-mail”, "
        "“phone”." in capsys.readouterr().out
    )
    assert told_of([str(path), "--quote", "none", "--header", "1"], capsys)["quote"] == ""


def test_a_parquet_file_has_no_header_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table.parquet"
    write_parquet(Table.from_arrays([Array([1, 2], DataType.int64())], names=["n"]), path)
    told = told_of([str(path)], capsys)
    assert (told["format"], told["rows"], told["header_row"], told["quote"]) == (
        "parquet",
        2,
        0,
        None,
    )
    assert main(["inspect", str(path)]) == 0
    assert "Read as Parquet." in capsys.readouterr().out


def test_hidden_sheets_are_named_as_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    for name, state in (("Seen", "visible"), ("Secret", "hidden"), ("Deep", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["a"])
        sheet.append([name])
    book.remove(book.worksheets[0])
    path = str(tmp_path / "book.xlsx")
    book.save(path)
    told = told_of([path], capsys)
    assert told["sheet"] == "Seen"
    assert told["sheets"] == [
        {"name": "Seen", "hidden": False},
        {"name": "Secret", "hidden": True},
        {"name": "Deep", "hidden": True},
    ]
    assert told_of([path, "--sheet", "Secret"], capsys)["sheet"] == "Secret"
    main(["inspect", path])
    assert "sheet “Seen” (others: “Secret” (hidden), “Deep” (hidden))" in capsys.readouterr().out


def test_every_key_is_documented(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_of([table], capsys)
    documented = (resource_path(".").parent / "docs/command-line.md").read_text(encoding="utf-8")
    keys = [*told, *told["columns"][0], *told["findings"][0]]
    for key in keys:
        assert f"`{key}`" in documented, key


def test_a_person_reads_it_in_a_few_lines(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", table]) == 0
    first, headings, *lines = capsys.readouterr().out.splitlines()
    assert first == (
        "table.csv: 5 rows, 4 columns. Read as text, cp1252 (a guess), separated by semicolons, "
        "header in row 1."
    )
    assert headings.split() == [
        *["column", "filled", "different", "longest", "typical", "looks", "like", "commonest"]
    ]
    assert lines[1].split() == ["Mood", "5", "3", "5", "3", "text", "sad", "(3)"]
    assert "email (e-mails?)" in lines[2]
    assert lines[4:] == [f"- {each}" for each in lines_of(table, capsys)]


def lines_of(table: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    told = told_of([table], capsys)
    return [*told["notes"], *(each["sentence"] for each in told["findings"])]


def test_a_cell_gives_no_commands_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b\n"\x1b[2J\x9bx\ny",1\n"\x1b[2J\x9bx\ny",2\n', encoding="utf-8")
    assert main(["inspect", str(path)]) == 0
    told = capsys.readouterr().out
    assert " [2J x y (2)" in told
    assert all(each.isprintable() or each == "\n" for each in told)


def test_nothing_stays_of_it_beside_an_open_window(
    table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session(home_folder()) as session:
        before = sorted(path.name for path in home_folder().rglob("*"))
        told_of([table], capsys)
        assert sorted(path.name for path in home_folder().rglob("*")) == before
        assert session.desk.jobs() == []


@pytest.mark.parametrize("name", ["gone.csv", "."])
def test_what_is_no_table_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["inspect", str(tmp_path / name), "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("claude-batch-desk: ")
    assert told.err.rstrip().endswith(".")
