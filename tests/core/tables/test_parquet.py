"""Parquet: every value as text that loses nothing of it, through the child and in batches."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from arro3.core import Array, DataType, Field, Table, list_array, struct_array
from arro3.io import write_parquet

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.reading import read_by_child, read_text

INT64, TEXT = DataType.int64(), DataType.string()
SECONDS = 1_769_864_700
"""2026-01-31, 13:05 in Greenwich."""


def column(values: Sequence[object], kind: DataType, through: DataType | None = None) -> Array:
    """A column of a kind, by way of another where the library builds none of it."""
    return Array(values, through).cast(kind) if through else Array(values, kind)


def saved(folder: Path, **columns: Array) -> Path:
    path = folder / "table.parquet"
    write_parquet(Table.from_arrays(list(columns.values()), names=list(columns)), path)
    return path


def read_column(folder: Path, values: Array) -> list[str]:
    return [row[0] for row in read_by_child(saved(folder, x=values)).rows]


@pytest.mark.parametrize(
    ("kind", "through", "values", "texts"),
    [
        (INT64, None, [12345678901234567, -1, None], ["12345678901234567", "-1", ""]),
        (DataType.uint64(), None, [2**64 - 1], ["18446744073709551615"]),
        (
            DataType.float64(),
            None,
            [1.0, 0.1, -2.5, 0.1 + 0.2],
            ["1", "0.1", "-2.5", f"{0.1 + 0.2}"],
        ),
        (DataType.float64(), None, [1e20, 1e-7, 1e300], ["1" + "0" * 20, "1E-7", "1E300"]),
        (DataType.float64(), None, [float("nan"), float("inf")], ["NaN", "inf"]),
        (DataType.float32(), None, [0.1], ["0.1"]),
        (DataType.bool(), None, [True, False, None], ["TRUE", "FALSE", ""]),
        (TEXT, None, ["00123", "NA", "", None, "é\n"], ["00123", "NA", "", "", "é\n"]),
        (DataType.large_string(), None, ["a"], ["a"]),
        (DataType.string_view(), None, ["a"], ["a"]),
        (DataType.decimal128(38, 2), TEXT, ["1.10", f"{'9' * 30}.01"], ["1.10", f"{'9' * 30}.01"]),
        (DataType.decimal128(38, 10), TEXT, ["0"], ["0.0000000000"]),
        (DataType.date32(), DataType.int32(), [20484, None], ["2026-01-31", ""]),
        (DataType.timestamp("s"), INT64, [SECONDS], ["2026-01-31T13:05:00"]),
        (DataType.timestamp("ns"), INT64, [1], ["1970-01-01T00:00:00.000000001"]),
        (DataType.timestamp("ms", tz="UTC"), INT64, [SECONDS * 1000], ["2026-01-31T13:05:00Z"]),
        (
            DataType.timestamp("us", tz="Europe/Berlin"),
            INT64,
            [SECONDS * 10**6],
            ["2026-01-31T14:05:00+01:00"],
        ),
        (DataType.time64("us"), INT64, [3_661_000_000], ["01:01:01"]),
        (DataType.dictionary(DataType.int32(), TEXT), TEXT, ["a", "b", "a", None], [*"aba", ""]),
        (DataType.binary(), None, ["é".encode(), None], ["é", ""]),
    ],
)
def test_a_value_comes_with_all_there_is_of_it(
    tmp_path: Path,
    kind: DataType,
    through: DataType | None,
    values: Sequence[object],
    texts: list[str],
) -> None:
    assert read_column(tmp_path, column(values, kind, through)) == texts


def test_a_date_that_no_calendar_has_is_no_reason_to_stop(tmp_path: Path) -> None:
    far = column([10_000_000], DataType.date32(), DataType.int32())
    assert read_column(tmp_path, far) == ["+29349-01-26"]


def test_what_is_nested_is_json(tmp_path: Path) -> None:
    numbers = list_array(
        column([0, 2, 2, 3], DataType.int32()), column([1, 12345678901234567, 3], INT64)
    )
    parts = struct_array(
        [
            column(['é "x"\n', None, "z"], TEXT),
            column([20484, None, None], DataType.date32(), DataType.int32()),
            column(["1.10", "2.00", None], DataType.decimal128(10, 2), TEXT),
        ],
        fields=[
            Field("s", TEXT),
            Field("d", DataType.date32()),
            Field("m", DataType.decimal128(10, 2)),
        ],
    )
    found = read_by_child(saved(tmp_path, numbers=numbers, parts=parts))
    assert found.rows == [
        ["[1,12345678901234567]", '{"s":"é \\"x\\"\\n","d":"2026-01-31","m":1.10}'],
        ["[]", '{"m":2.00}'],
        ["[3]", '{"s":"z"}'],
    ]


def test_what_is_nested_may_be_missing(tmp_path: Path) -> None:
    whole = list_array(column([0, 1, 1, 2], DataType.int32()), column([7, 8], INT64))
    gaps = whole.take(column([0, None, 2], DataType.uint32()))
    assert read_column(tmp_path, gaps) == ["[7]", "", "[8]"]


def test_bytes_that_are_no_text_are_left_empty_and_said(tmp_path: Path) -> None:
    pictures = column([b"\xff\xd8\xff", None, b"\x89PNG\xff"], DataType.binary())
    found = read_by_child(saved(tmp_path, id=column([1, 2, 3], INT64), photo=pictures))
    assert found.rows == [["1", ""], ["2", ""], ["3", ""]]
    assert found.notes[0].startswith("2 cells of “photo” hold data that is no text")


def test_columns_have_usable_names_and_no_header_row(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    ones = column([1], INT64)
    write_parquet(Table.from_arrays([ones, ones, ones], names=["a", "a", " "]), path)
    found = read_by_child(path)
    assert found.columns == ("a", "a (2)", "Column 3")
    assert (found.reading.kind, found.reading.header_row) == ("parquet", 0)


def test_all_row_groups_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "many.data"
    numbers = column(range(10_000), INT64)
    write_parquet(
        Table.from_arrays([numbers], names=["n"]),
        path,
        max_row_group_size=700,
        compression="zstd(3)",
    )
    assert [row[0] for row in read_by_child(path).rows] == [str(n) for n in range(10_000)]


def test_columns_can_be_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, a=column([1], INT64), b=column([2], INT64))
    found = read_by_child(path, ReadOptions(left_out=("a",)))
    assert (found.columns, found.rows) == (("b",), [["2"]])


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_file_that_breaks_off_is_a_sentence(tmp_path: Path, kept: float) -> None:
    path = saved(tmp_path, n=column(range(5_000), INT64))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(TableError, match="This Parquet file is damaged"):
        read_by_child(path)


def rows_or_sentence(path: Path) -> int | str:
    try:
        return len(read_by_child(path).rows)
    except TableError as error:
        return str(error)[:28]


@pytest.mark.parametrize("at", [10, 200, 2_000, -200, -60, -8])
def test_overwritten_bytes_do_no_harm(tmp_path: Path, at: int) -> None:
    """They end the reading with a sentence, unless they fell between what is read."""
    path = saved(tmp_path, n=column(range(5_000), INT64), t=column(["text"] * 5_000, TEXT))
    broken = bytearray(path.read_bytes())
    start = at % len(broken)
    broken[start : start + 8] = b"\xff" * 8
    path.write_bytes(broken)
    assert rows_or_sentence(path) in (5_000, "This Parquet file is damaged")


def test_broken_hints_about_types_are_left_alone(tmp_path: Path) -> None:
    path = saved(
        tmp_path, n=column([1], INT64), day=column([20484], DataType.date32(), DataType.int32())
    )
    whole = path.read_bytes()
    at = whole.rindex(b"ARROW:schema") + len(b"ARROW:schema") + 6
    path.write_bytes(whole[:at] + b"A" * 40 + whole[at + 40 :])
    assert read_by_child(path).rows == [["1", "2026-01-31"]]


def test_an_encrypted_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PARE" + bytes(100) + b"PARE")
    with pytest.raises(TableError, match="is encrypted"):
        read_by_child(path)


def test_columns_without_a_row_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="No rows"):
        read_by_child(saved(tmp_path, n=column([], INT64)))


@pytest.mark.parametrize("name", ["PAR1", "PARENT", "PARE"])
def test_a_text_may_start_with_the_same_letters(tmp_path: Path, name: str) -> None:
    assert read_text(tmp_path, f"{name},b\n1,2\n").columns == (name, "b")
