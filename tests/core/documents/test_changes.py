"""What became of a folder since it was opened."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.intake.changes import source_change
from claude_batch_desk.core.jobs.intake.sources import take_in
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions

EDITS: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (lambda folder: (folder / "a.txt").write_bytes(b"other words"), "1 document changed"),
    "edited to the same length": (
        lambda folder: (folder / "a.txt").write_bytes(b"WORDS"),
        "1 document changed",
    ),
    "added": (lambda folder: (folder / "sub/d.txt").write_bytes(b"new"), "1 document added"),
    "removed": (lambda folder: (folder / "a.txt").unlink(), "1 document removed"),
    "renamed": (
        lambda folder: (folder / "a.txt").rename(folder / "z.txt"),
        "1 document added, 1 document removed",
    ),
    "deleted": (shutil.rmtree, "no longer where it was opened"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "Papers"
    (path / "sub").mkdir(parents=True)
    for name, text in (("a.txt", "words"), ("b.txt", ""), ("sub/a.txt", "again")):
        (path / name).write_text(text, encoding="utf-8")
        os.utime(path / name, (1_790_000_000, 1_790_000_000))
    return path


def sentence(home: Path, folder: Path, edit: Callable[[Path], object], options: ReadOptions) -> str:
    home.mkdir(parents=True)
    table = take_in(Stores.open(home), folder, options, silent)
    edit(folder)
    change = source_change(table, silent)
    return change.sentence if change else ""


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("left_out", [(), ("Folder", "Size")])
def test_each_kind_of_edit_is_told(
    home: Path, folder: Path, name: str, left_out: tuple[str, ...]
) -> None:
    edit, words = EDITS[name]
    assert words in sentence(home, folder, edit, ReadOptions(left_out=left_out))


@pytest.mark.parametrize(
    "edit",
    [
        lambda _folder: None,
        lambda folder: (folder / "a.txt").touch(),
        lambda folder: (folder / "table.csv").write_text("no,document", encoding="utf-8"),
        lambda folder: (folder / "sub/left.md").write_text("out", encoding="utf-8"),
    ],
)
def test_what_changes_no_document_is_not_told(
    home: Path, folder: Path, edit: Callable[[Path], object]
) -> None:
    assert sentence(home, folder, edit, ReadOptions(exclude=("*.md",))) == ""
