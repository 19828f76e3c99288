"""What a source was read with reads it again in the same way."""

from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import Reading, ReadOptions


def read(path: Path, options: ReadOptions) -> Reading:
    with open_source(path, options, silent) as source:
        return source.reading


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Id;Größe\n1;2\n3;4\n", "cp1252"),
        ("Id,Name\n1,'a, b'\n2,'c, d'\n", "utf-8"),
        ("Report of May\n\nId\tName\n1\tx\n2\ty\n", "utf-16"),
    ],
)
def test_a_source_is_read_again_as_it_was_read(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding=encoding)
    first = read(path, ReadOptions())
    assert read(path, first.options) == first


def test_a_guess_stays_a_guess() -> None:
    assert Reading("delimited", "cp1252", encoding_is_guess=True).options.encoding == ""
    assert Reading("delimited", "utf-8").options.encoding == "utf-8"


def test_what_the_person_chose_is_kept() -> None:
    chosen = ReadOptions(
        encoding="utf-8",
        delimiter="|",
        header_row=3,
        header_rows=2,
        first_row=7,
        quote="'",
        left_out=("Id",),
    )
    reading = Reading(
        "delimited",
        "utf-8",
        delimiter="|",
        header_row=3,
        header_rows=2,
        first_row=7,
        quote="'",
        left_out=("Id",),
    )
    assert reading.options == chosen


def test_a_kind_without_lines_has_no_header_to_keep() -> None:
    folder = Reading("folder", header_row=0, include=("*.pdf",))
    assert folder.options == ReadOptions(include=("*.pdf",))
    assert replace(folder, kind="json").options.header_row is None
