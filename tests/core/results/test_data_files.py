"""Files for programs rather than people: JSON Lines and Parquet, and text with other separators."""

import csv
import json
from pathlib import Path

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.delimited import TextForm, export_csv
from claude_batch_desk.core.results.json_lines import export_json_lines
from claude_batch_desk.core.results.parquet import export_parquet
from tests.core.results.samples import TRICKY, note

COLUMNS = ["id", "score", "share", "day", "mixed"]
ROWS = [
    ["007", "1", "1.50", "2024-02-29", "3"],
    ["", "", "2", "", "n/a"],
    ["x", "-3", "", "1850-01-01", "4.5"],
]


def test_each_line_is_an_object_with_its_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    export_json_lines(path, COLUMNS, ROWS, note(3), silent, typed_columns=[1, 2, 4])
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        {"id": "007", "score": 1, "share": 1.5, "day": "2024-02-29", "mixed": 3},
        {"id": "", "score": "", "share": 2, "day": "", "mixed": "n/a"},
        {"id": "x", "score": -3, "share": "", "day": "1850-01-01", "mixed": 4.5},
    ]


def test_every_text_comes_back_from_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [[text] for text in TRICKY]
    assert export_json_lines(path, ["t"], rows, note(len(rows)), silent).notes == ()
    assert [json.loads(line)["t"] for line in path.read_bytes().splitlines()] == list(TRICKY)


def parquet(path: Path) -> list[dict[str, object]]:
    from arro3.core import Table
    from arro3.io import read_parquet

    table = Table.from_batches(list(read_parquet(path)))
    lists = {name: table.column(name).to_pylist() for name in table.schema.names}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def test_a_column_is_of_numbers_where_all_its_texts_are(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    typed = [1, 2, 3, 4]
    export_parquet(path, COLUMNS, lambda: ROWS, note(3), silent, typed_columns=typed)
    first, second, third = parquet(path)
    assert [first["id"], second["id"], third["id"]] == ["007", "", "x"]
    assert [first["score"], second["score"], third["score"]] == [1, None, -3]
    assert [first["share"], second["share"], third["share"]] == [1.5, 2.0, None]
    assert [str(first["day"]), second["day"], str(third["day"])] == [
        "2024-02-29",
        None,
        "1850-01-01",
    ]
    assert [first["mixed"], second["mixed"], third["mixed"]] == ["3", "n/a", "4.5"]


def test_a_week_is_no_day(tmp_path: Path) -> None:
    path, rows = tmp_path / "a.parquet", [["2024-W01-1"], ["2024-02-29"]]
    export_parquet(path, ["day"], lambda: rows, note(2), silent, typed_columns=[0])
    assert [row["day"] for row in parquet(path)] == ["2024-W01-1", "2024-02-29"]


def test_every_text_comes_back_from_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    rows = [[text] for text in TRICKY]
    exported = export_parquet(path, ["t"], lambda: rows, note(len(rows)), silent)
    assert (exported.rows, exported.notes) == (len(rows), ())
    assert [row["t"] for row in parquet(path)] == list(TRICKY)


def test_half_a_character_is_replaced_and_said_in_each_form(tmp_path: Path) -> None:
    lines = export_json_lines(tmp_path / "a.jsonl", ["t"], [["a\ud800"]], note(1), silent)
    table = export_parquet(tmp_path / "a.parquet", ["t"], lambda: [["a\ud800"]], note(1), silent)
    for exported in (lines, table):
        assert "half a character" in exported.notes[0]
    assert json.loads((tmp_path / "a.jsonl").read_text("utf-8")) == {"t": "a\ufffd"}
    assert parquet(tmp_path / "a.parquet") == [{"t": "a\ufffd"}]


def test_text_has_the_separator_that_was_asked_for(tmp_path: Path) -> None:
    for separator in (";", "\t"):
        path = tmp_path / "a.csv"
        form = TextForm(separator=separator)
        export_csv(path, ["a", "b"], [["x;y", "1\t2"]], note(1), silent, form=form)
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file, delimiter=separator)) == [["a", "b"], ["x;y", "1\t2"]]
