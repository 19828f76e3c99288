"""Which documents a folder holds, and what is said of the rest."""

import os
import sys
from pathlib import Path

import pytest

from claude_batch_desk.core.documents.find import FoundFiles, find_documents
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Cancelled, silent
from tests.core.documents import make_documents as make


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make.SENTENCE.encode())


def found(folder: Path, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> list[str]:
    return [each.relative for each in all_found(folder, include, exclude).files]


def all_found(
    folder: Path, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()
) -> FoundFiles:
    return find_documents(folder, include, exclude, silent)


def test_documents_come_in_the_order_of_their_paths_from_all_folders(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "A.md", "deep/er/x.html", "deep/a.eml", "C.TXT")
    assert found(tmp_path) == ["A.md", "b.txt", "C.TXT", "deep/a.eml", "deep/er/x.html"]


def test_hidden_files_and_what_office_leaves_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.txt", ".git/notes.txt", "~$report.docx", "Thumbs.db", "seen.txt")
    assert found(tmp_path) == ["seen.txt"]
    assert all_found(tmp_path).notes == ()


def test_files_of_other_kinds_are_counted_and_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "table.csv", "other.csv", "book.xlsx", "README")
    files = all_found(tmp_path)
    assert [each.relative for each in files.files] == ["a.txt"]
    assert files.notes == (
        "4 files are of a kind that is not read and left out: 2 .csv, 1 .xlsx, 1 without a suffix.",
    )


def test_a_document_is_known_by_its_content_where_its_name_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "scan").write_bytes(make.pdf("Hello"))
    (tmp_path / "photo.dat").write_bytes(make.picture("JPEG"))
    assert found(tmp_path) == ["photo.dat", "scan"]


@pytest.mark.parametrize(
    ("include", "exclude", "names"),
    [
        (("*.TXT",), (), ["a.txt", "old/b.txt"]),
        (("*.csv",), (), ["data.csv"]),
        (("old/*",), (), ["old/b.txt", "old/c.md"]),
        (("old\\*",), (), ["old/b.txt", "old/c.md"]),
        ((), ("old",), ["a.txt"]),
        ((), ("old/",), ["a.txt"]),
        ((), ("OLD/*.md", "a.*"), ["old/b.txt"]),
        (("*.txt", "*.md"), ("b*",), ["a.txt", "old/c.md"]),
        (("",), (" ",), ["a.txt", "old/b.txt", "old/c.md"]),
    ],
)
def test_patterns_say_which_files(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], names: list[str]
) -> None:
    write(tmp_path, "a.txt", "old/b.txt", "old/c.md", "data.csv")
    assert found(tmp_path, include, exclude) == names


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_are_not_followed_and_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.txt", "inside/a.txt")
    inside = tmp_path / "inside"
    (inside / "away").symlink_to(tmp_path / "outside")
    (inside / "secret.txt").symlink_to(tmp_path / "outside/secret.txt")
    (inside / "round").symlink_to(inside)
    files = all_found(inside)
    assert [each.relative for each in files.files] == ["a.txt"]
    assert files.notes == ("3 links to other places not followed.",)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert found(tmp_path) == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights are others")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    files = all_found(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert files.notes == ("Left out because it may not be read: “closed”.",)


def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="could not be read"):
        found(tmp_path / "gone")


def test_a_cancel_is_heard_while_a_large_folder_is_looked_through(tmp_path: Path) -> None:
    write(tmp_path, *(f"{number}.txt" for number in range(300)))

    def report(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        find_documents(tmp_path, (), (), report)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such names")
def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"words")
    (name,) = found(tmp_path)
    assert name == "caf?.txt"
