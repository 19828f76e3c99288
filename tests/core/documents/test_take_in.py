"""Folders and tables of documents taken into the store."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.documents.folder import COLUMNS, FolderSource
from claude_batch_desk.core.documents.vault import Vault
from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.intake.sources import take_in, tidy
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Beginning, ReadOptions, Table
from tests.core.documents import make_documents as make

Open = Callable[..., Table]


@pytest.fixture
def stores(home: Path) -> Stores:
    home.mkdir(parents=True)
    return Stores.open(home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "Papers"
    (path / "sub").mkdir(parents=True)
    return path


@pytest.fixture
def take(stores: Stores) -> Open:
    def opened(path: Path, **options: object) -> Table:
        return take_in(stores, path, ReadOptions(**options), silent)  # type: ignore[arg-type] # as given

    return opened


def documents(table: Table) -> list[Document]:
    assert table.documents is not None
    return table.documents.window(0, table.row_count)


def findings(table: Table) -> dict[str, tuple[int, ...]]:
    return {each.kind: each.rows for each in table.findings}


def test_a_folder_is_a_table_with_a_row_for_each_document(folder: Path, take: Open) -> None:
    (folder / "b.pdf").write_bytes(make.pdf("A letter\nof two lines", "and two pages"))
    (folder / "sub/a.txt").write_bytes(b"Some   words\r\nand more")
    for name in ("b.pdf", "sub/a.txt"):
        os.utime(folder / name, (1_790_000_000, 1_790_000_000))
    table = take(folder)
    assert (table.name, table.columns, table.reading.kind) == ("Papers", COLUMNS, "folder")
    size = (folder / "b.pdf").stat().st_size
    letter, words = ([*row[:5], row[6]] for row in table.rows)
    assert letter == ["b.pdf", "", "PDF", str(size), "2", "A letter of two lines and two pages"]
    assert words == ["a.txt", "sub", "Text", "22", "", "Some words and more"]
    assert {row[5][:10] for row in table.rows} <= {"2026-09-21", "2026-09-22"}
    assert len(table.profile) == len(COLUMNS)
    assert table.origin is not None
    assert (table.origin.path, table.origin.size) == (folder, size + 22)


def test_the_documents_are_kept_with_what_is_known_of_them(folder: Path, take: Open) -> None:
    (folder / "a.jpg").write_bytes(make.picture("JPEG", (300, 200)))
    (folder / "b.pdf").write_bytes(make.pdf("Words", "More"))
    (folder / "c.docx").write_bytes(make.word("A report"))
    image, pdf, word = documents(take(folder))
    assert (image.kind, image.media_type) == ("image", "image/jpeg")
    assert (image.width, image.height, image.text) == (300, 200, "")
    assert (pdf.kind, pdf.pages, pdf.text) == ("pdf", 2, "Words\n\nMore")
    assert (word.kind, word.text, word.path) == ("text", "A report", None)
    for kept, name in ((image, "a.jpg"), (pdf, "b.pdf")):
        assert kept.path is not None
        assert kept.path.read_bytes() == (folder / name).read_bytes()
        assert kept.size == kept.path.stat().st_size


def test_what_happens_to_the_folder_later_changes_nothing(folder: Path, take: Open) -> None:
    (folder / "b.pdf").write_bytes(make.pdf("Words"))
    table = take(folder)
    before = documents(table)
    shutil.rmtree(folder)
    assert documents(table) == before
    assert before[0].path is not None
    assert before[0].path.is_file()


def test_a_window_of_documents_is_that_of_its_rows(folder: Path, take: Open) -> None:
    for number in range(70):
        (folder / f"{number:03}.txt").write_text(f"text {number}", encoding="utf-8")
    table = take(folder)
    assert table.documents is not None
    assert [each.text for each in table.documents.window(63, 3)] == [
        *["text 63", "text 64", "text 65"]
    ]
    assert [each.name for each in table.documents.window(68, 9)] == ["068.txt", "069.txt"]


def test_each_trouble_is_told_with_its_rows_and_no_row_is_dropped(
    folder: Path, take: Open, stores: Stores
) -> None:
    made = {
        "0 fine.txt": b"words",
        "1 locked.pdf": make.pdf("Secret", user="user", owner="owner"),
        "2 cut.pdf": make.pdf("Whole")[:600],
        "3 scan.pdf": make.scanned(),
        "4 renamed.jpg": make.picture("PNG"),
        "5 again.txt": b"words",
        "6 huge.png": make.picture("PNG", (8001, 20)),
        "7 empty.md": b"",
        "8 moving.gif": make.moving(),
        "9 restricted.pdf": make.pdf("Words", owner="owner"),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    table = take(folder)
    assert [row[0] for row in table.rows] == list(made)
    assert findings(table) == {
        "encrypted": (1, 9),
        "damaged": (2, 7),
        "scanned": (3,),
        "misnamed": (4,),
        "duplicate": (5,),
        "oversized": (6,),
        "animated": (8,),
    }
    found = documents(table)
    assert [bool(each.problem) for each in found] == [row in (1, 2, 6, 7) for row in range(10)]
    assert all(each.problem.endswith(".") for each in found if each.problem)
    assert [row for row, each in enumerate(found) if each.path] == [3, 4, 8]
    assert (found[9].kind, found[9].text) == ("text", "Words")
    assert found[5].text == "words"
    assert sorted(path.stem for path in stores.sources.iterdir()) == sorted(
        found[row].sha256 for row in (3, 4, 8)
    )


def test_a_pdf_of_more_pages_than_the_service_takes_is_sent_as_text(
    folder: Path, take: Open
) -> None:
    (folder / "long.pdf").write_bytes(make.pdf(*(f"Page {n}" for n in range(601))))
    table = take(folder)
    (document,) = documents(table)
    assert (document.kind, document.pages, document.problem) == ("text", 601, "")
    assert findings(table) == {"oversized": (0,)}


def test_patterns_are_kept_with_the_table(folder: Path, take: Open) -> None:
    for name in ("a.txt", "b.md", "sub/c.txt"):
        (folder / name).write_bytes(name.encode())
    table = take(folder, include=("*.txt",), exclude=("sub",), left_out=("Pages", "First words"))
    assert [list(row[:1]) for row in table.rows] == [["a.txt"]]
    assert (table.reading.include, table.reading.exclude) == (("*.txt",), ("sub",))
    assert table.reading.left_out == ("Pages", "First words")
    assert table.columns == ("Name", "Folder", "Type", "Size", "Modified")


def test_a_folder_without_documents_is_a_sentence(folder: Path, take: Open, stores: Stores) -> None:
    (folder / "table.csv").write_text("a,b", encoding="utf-8")
    with pytest.raises(TableError, match=r"no documents\. 1 file is of a kind .* 1 \.csv"):
        take(folder)
    assert not stores.sources.exists()


def test_the_same_folder_has_the_same_hash_and_another_content_another(
    folder: Path, take: Open
) -> None:
    (folder / "a.txt").write_bytes(b"one")
    first = take(folder).sha256
    assert take(folder).sha256 == first
    (folder / "a.txt").write_bytes(b"two")
    second = take(folder).sha256
    (folder / "a.txt").rename(folder / "b.txt")
    assert len({first, second, take(folder).sha256}) == 3


def test_a_cancel_leaves_nothing_in_the_store(folder: Path, stores: Stores) -> None:
    make.make_folder(folder, 12)

    def report(done: int, _total: int) -> None:
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        take_in(stores, folder, ReadOptions(), report)
    assert stores.tables.digests() == set()
    assert list(stores.sources.iterdir()) == []


def test_what_a_killed_reading_left_is_gone_at_the_next_start(folder: Path, stores: Stores) -> None:
    make.make_folder(folder, 3)
    source = FolderSource(folder, ReadOptions(), silent)
    rows = source.pages(Vault(stores.sources), lambda _first, _documents: None)
    next(rows)
    assert [len(list(each.iterdir())) for each in stores.sources.iterdir()] == [3]
    tidy(stores)
    assert list(stores.sources.iterdir()) == []


def test_giving_up_one_reading_does_not_take_the_copies_of_another(
    folder: Path, take: Open, stores: Stores
) -> None:
    make.make_folder(folder, 3)
    table: list[Table] = []

    def report(done: int, _total: int) -> None:
        if done == 2:
            table.append(take(folder))
            raise Cancelled

    with pytest.raises(Cancelled):
        take_in(stores, folder, ReadOptions(), report)
    assert all(each.path and each.path.is_file() for each in documents(table[0]))


def test_progress_counts_documents_of_all(folder: Path, stores: Stores) -> None:
    make.make_folder(folder, 12)
    heard: set[tuple[int, int]] = set()
    take_in(stores, folder, ReadOptions(), lambda done, total: heard.add((done, total)))
    assert {(number, 12) for number in range(12)} <= heard


def test_the_first_rows_are_shown_before_any_document_is_read(folder: Path, stores: Stores) -> None:
    make.make_folder(folder, 3)
    seen: list[Beginning] = []
    options = ReadOptions(left_out=("Modified",))
    table = take_in(stores, folder, options, silent, preview=seen.append)
    (beginning,) = seen
    assert beginning.columns == table.columns
    assert (beginning.reading, len(beginning.rows)) == (table.reading, 3)
    for shown, row in zip(beginning.rows, table.rows, strict=True):
        assert list(shown[:4]) == list(row[:4])
        assert list(shown[4:]) == ["", ""]


def test_tidying_keeps_the_copies_that_a_job_refers_to(
    folder: Path, take: Open, stores: Stores
) -> None:
    (folder / "kept.pdf").write_bytes(make.pdf("Kept"))
    kept = take(folder)
    job = stores.jobs.add("Papers", "practice", Recipe())
    stores.jobs.save_draft(
        job, name="Papers", recipe=Recipe(), table_id=kept.id, selection=Selection()
    )
    (folder / "kept.pdf").write_bytes(make.pdf("Not kept"))
    take(folder)
    assert len(list(stores.sources.iterdir())) == 2
    tidy(stores)
    (document,) = documents(stores.tables.table(kept.id))
    assert list(stores.sources.iterdir()) == [document.path]


def test_a_full_disk_is_a_sentence_before_anything_is_copied(
    folder: Path, take: Open, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_bytes(b"words")
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(TableError, match=r"has 0\.0 GB free"):
        take(folder)
    assert list(stores.sources.iterdir()) == []


@pytest.fixture
def named(tmp_path: Path, folder: Path) -> Path:
    """A table that names documents in a folder, and others."""
    (folder / "a.pdf").write_bytes(make.pdf("First"))
    (folder / "sub/b.txt").write_bytes(b"Second")
    (folder / "data.xlsx").write_bytes(b"PK\x03\x04 rest")
    (tmp_path / "secret.txt").write_bytes(b"Secret")
    lines = ["File,Id", "a.pdf,1", "sub\\b.txt,2", "gone.pdf,3", "../secret.txt,4", ",5"]
    lines += ["a.pdf,6", "data.xlsx,7"]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_each_row_of_a_table_has_the_document_it_names(
    named: Path, folder: Path, take: Open
) -> None:
    table = take(named, document_column="File", document_folder=str(folder))
    found = documents(table)
    assert [row[1] for row in table.rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [each.text for each in found] == ["First", "Second", "", "", "", "First", ""]
    assert [each.name for each in found[:4]] == ["a.pdf", "b.txt", "gone.pdf", "secret.txt"]
    assert [bool(each.problem) for each in found] == [False, False, True, True, True, False, True]
    assert found[0].path is not None
    assert found[0].path == found[5].path
    assert findings(table) == {"absent": (2, 3, 4), "unsupported": (6,)}
    assert table.reading.document_column == "File"
    assert table.reading.document_folder == str(folder)


def test_a_table_without_the_column_or_the_folder_is_a_sentence(
    named: Path, folder: Path, take: Open, stores: Stores
) -> None:
    with pytest.raises(TableError, match="no column “Files”"):
        take(named, document_column="Files", document_folder=str(folder))
    with pytest.raises(TableError, match="folder of the documents is not there"):
        take(named, document_column="File", document_folder=str(folder / "gone"))
    with pytest.raises(TableError, match="folder of the documents is not there"):
        take(named, document_column="File")
    with pytest.raises(TableError, match="“File” names the documents, so it cannot be left out"):
        take(named, document_column="File", document_folder=str(folder), left_out=("File",))
    assert stores.tables.digests() == set()


def test_a_table_has_no_documents_where_none_are_asked_for(named: Path, take: Open) -> None:
    assert take(named).documents is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_nothing_outside_the_folder_is_ever_kept(
    tmp_path: Path, folder: Path, take: Open, stores: Stores
) -> None:
    (tmp_path / "secret.pdf").write_bytes(make.pdf("Secret"))
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (tmp_path / "list.csv").write_text(
        f"File,Id\nlink.pdf,1\n{tmp_path / 'secret.pdf'},2\n", encoding="utf-8"
    )
    table = take(tmp_path / "list.csv", document_column="File", document_folder=str(folder))
    assert [each.text for each in documents(table)] == ["", ""]
    assert [each.suffix for each in stores.sources.iterdir()] == [".csv"]
