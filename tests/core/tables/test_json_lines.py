"""JSON Lines and lists of objects: a row each, numbers as written, errors with their line."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.errors import TableError
from tests.core.tables.reading import Read, read, read_by_child


def read_json(folder: Path, text: str | bytes, name: str = "table.jsonl") -> Read:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def test_each_object_is_a_row_and_each_key_a_column(tmp_path: Path) -> None:
    found = read_json(tmp_path, '{"a": "x", "b": "y"}\n{"b": "z", "c": "0"}\n')
    assert found.columns == ("a", "b", "c")
    assert found.rows == [["x", "y", ""], ["", "z", "0"]]
    assert found.reading.kind == "json"
    assert found.notes == []


@pytest.mark.parametrize(
    "number", ["1.10", "007e2".lstrip("0"), "-0", "1E5", "12345678901234567890123", "NaN", "0.0"]
)
def test_a_number_stays_as_it_is_written(tmp_path: Path, number: str) -> None:
    assert read_json(tmp_path, f'{{"a": {number}, "b": [{number}]}}').rows == [
        [number, f"[{number}]"]
    ]


def test_text_that_looks_like_a_number_stays_text(tmp_path: Path) -> None:
    assert read_json(tmp_path, '{"a": "00123", "b": ["1"]}').rows == [["00123", '["1"]']]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("null", ""),
        ("true", "true"),
        ("false", "false"),
        ('""', ""),
        ("[]", "[]"),
        ('{ "b" : [1.0, {"c": null}], "d": "ü\\n" }', '{"b":[1.0,{"c":null}],"d":"ü\\n"}'),
        ('{"b": 1, "b": 2}', '{"b":1,"b":2}'),
    ],
)
def test_a_value_is_a_text(tmp_path: Path, value: str, cell: str) -> None:
    assert read_json(tmp_path, f'{{"id": "1", "a": {value}}}').rows == [["1", cell]]


@pytest.mark.parametrize("name", ["table.json", "table.txt", "table.csv"])
def test_a_list_of_objects_is_a_table_whatever_its_name(tmp_path: Path, name: str) -> None:
    text = json.dumps([{"a": "1"}, {"a": "2"}], indent=2)
    assert read_json(tmp_path, text, name).rows == [["1"], ["2"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    text = '{"Größe": "schön für später, naïve café"}\r\n'
    assert read_json(tmp_path, text.encode(encoding)).columns == ("Größe",)


def test_json_lines_are_known_without_their_name(tmp_path: Path) -> None:
    assert read_json(tmp_path, '{"a": "1"}\n{"a": "2"}\n', "table.txt").columns == ("a",)


def test_a_table_of_braces_is_no_json(tmp_path: Path) -> None:
    assert read_json(tmp_path, "{a},b\n1,2\n", "table.csv").columns == ("a", "b")


def test_objects_over_several_lines_are_read(tmp_path: Path) -> None:
    text = "\n\n".join(json.dumps({"a": n, "b": "x"}, indent=4) for n in range(3))
    assert [row[0] for row in read_json(tmp_path, text).rows] == ["0", "1", "2"]


def test_a_key_named_twice_is_said(tmp_path: Path) -> None:
    found = read_json(tmp_path, '{"a": 1}\n{"a": 2, "a": 3}\n')
    assert found.rows == [["1"], ["3"]]
    assert found.notes == ["1 object names a key more than once (line 2). The last value is kept."]


def test_keys_become_usable_names(tmp_path: Path) -> None:
    found = read_json(tmp_path, '{"": 1, "a\\n{b}": 2, "a  b": 3}')
    assert found.columns == ("Column 1", "a b", "a b (2)")
    assert found.rows == [["1", "2", "3"]]


def test_half_a_character_is_left_out_and_said(tmp_path: Path) -> None:
    found = read_json(tmp_path, '{"a": "x\\ud800y\\u0000"}')
    assert found.rows == [["xy"]]
    assert "1 cell" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('{"a": 1}\n{"a": 2\n{"a": 3}\n', "starts in line 2 .* not valid JSON"),
        ('{"a": 1}\n\n{"a": "2}\n{"a": 3}\n', "starts in line 3 .* not valid JSON"),
        ('{"a": 1}\n[1, 2]\n', "line 2 .* no object"),
        ('{"a": 1}\nhello\n', "line 2 .* no object"),
        ('[{"a": 1},\n{"a": 2}', "breaks off"),
        ('[{"a": 1}]\n[{"a": 2}]\n', "line 2 .* not part of its list"),
        ('{"a": 1}\n]\n', "line 2 .* not part of its list"),
        ("[]", "holds no table"),
        ("{}\n{}\n", "holds no table"),
        ("\n \n", "holds no table"),
        ('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}", "line 1 .* nested too deeply"),
        ('["' + "x" * 100 + '"]', "line 1 .* no object"),
    ],
)
def test_what_is_no_table_is_a_sentence_with_its_line(
    tmp_path: Path, text: str, match: str
) -> None:
    with pytest.raises(TableError, match=match) as caught:
        read_json(tmp_path, text)
    assert "xxx" not in str(caught.value)


def test_more_keys_than_a_sheet_has_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"Up to line 16,385, .* more than 16,384 different keys"):
        read_json(tmp_path, "".join(f'{{"k{n}": 1}}\n' for n in range(17_000)))


def test_an_object_larger_than_a_block_is_read(tmp_path: Path) -> None:
    long = "x" * 3_000_000
    found = read_json(tmp_path, f'{{"a": "{long}", "b": 1}}\n{{"a": "y"}}\n')
    assert found.rows == [[long, "1"], ["y", ""]]


def test_an_endless_object_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"line 2 .* not valid JSON"):
        read_json(tmp_path, '{"a": 1}\n{"a": "' + "x" * 70_000_000)


def test_the_child_reads_json(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson"
    path.write_text("".join(f'{{"n": {n}.50}}\n' for n in range(5_000)))
    found = read_by_child(path)
    assert [row[0] for row in found.rows] == [f"{n}.50" for n in range(5_000)]


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(st.from_regex(r"[a-e]{1,3}", fullmatch=True), st.text()),
        min_size=1,
    ).filter(any)
)
def test_any_texts_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    text = "\n".join(json.dumps(row) for row in rows)
    found = read_json(tmp_path_factory.mktemp("any"), text)
    back = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    clean = [{key: value.replace("\x00", "") for key, value in row.items()} for row in rows]
    assert back == [{key: row.get(key, "") for key in found.columns} for row in clean]
