"""Paths from outside the program, and the names of files."""

from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.kinds import job_name
from claude_batch_desk.core.tables.places import absolute, local_path


@pytest.mark.parametrize(
    "text",
    [
        "\\\\server\\share\\orders.csv",
        "//server/share/orders.csv",
        "\\\\.\\PhysicalDrive0",
        "\\\\?\\C:\\orders.csv",
        "\\\\?\\UNC\\server\\share\\orders.csv",
    ],
)
def test_other_computers_and_devices_are_refused(text: str) -> None:
    with pytest.raises(TableError, match="another computer"):
        local_path(text)


@pytest.mark.parametrize(
    "text", ["https://example.com/a.csv", "ftp:a.csv", "file:///etc/passwd", "javascript:alert(1)"]
)
def test_addresses_are_refused(text: str) -> None:
    with pytest.raises(TableError, match="address on the internet"):
        local_path(text)
    with pytest.raises(TableError, match="address on the internet"):
        local_path(absolute(text))


@pytest.mark.parametrize("text", ["", "orders.csv", "../orders.csv", "/a\0b", "/" + "a" * 5_000])
def test_what_is_no_whole_path_is_refused(text: str) -> None:
    with pytest.raises(TableError, match="not the path of a file"):
        local_path(text)


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    for name in ("a b.csv", "ä: x.csv", "no such file", "line\nbreak"):
        assert local_path(str(tmp_path / name)) == tmp_path / name


def test_what_is_typed_is_meant_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert local_path(absolute("orders.csv")) == tmp_path / "orders.csv"
    assert local_path(absolute("../x/./orders.csv")) == tmp_path.parent / "x" / "orders.csv"


def test_a_job_is_called_after_its_file_but_a_folder_keeps_its_dots() -> None:
    assert job_name(Path("/data/orders 2026.v2.CSV")) == "orders 2026.v2"
    assert job_name(Path("/data/2026.Q1")) == "2026.Q1"
