"""`inspect` of a folder and of a table that names documents; nothing stays of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from tests.core.documents import make_documents as make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "Papers"
    (path / "old").mkdir(parents=True)
    (path / "a.pdf").write_bytes(make.pdf("A letter", "two pages"))
    (path / "b.docx").write_bytes(make.word("A report"))
    (path / "cut.pdf").write_bytes(make.pdf("Whole")[:600])
    (path / "old/c.txt").write_bytes(b"words")
    return path


def told_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["inspect", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_folder_is_told_with_its_documents(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = told_of([str(folder)], capsys)
    size = sum(path.stat().st_size for path in folder.rglob("*.*"))
    assert (told["table"], told["format"], told["rows"]) == ("Papers", "folder", 4)
    assert told["documents"] == {
        "count": 4,
        "usable": 3,
        "as_file": 1,
        "as_text": 2,
        "types": {"PDF": 2, "Word": 1, "Text": 1},
        "pages": 2,
        "bytes": size,
    }
    assert {each["kind"]: each["rows"] for each in told["findings"]} == {"damaged": [3]}
    assert not any(each["personal"] for each in told["columns"])


def test_patterns_choose_the_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_of(
        [str(folder), "--include", "*.pdf", "--include", "*.txt", "--exclude", "cut*"], capsys
    )
    assert (told["include"], told["exclude"]) == (["*.pdf", "*.txt"], ["cut*"])
    assert told["rows"] == 2


def test_a_table_is_told_with_the_documents_it_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder.parent / "list.csv"
    table.write_text("File,Id\na.pdf,1\ngone.pdf,2\nold/c.txt,3\n", encoding="utf-8")
    told = told_of([str(table), "--document-column", "File", "--folder", str(folder)], capsys)
    assert told["format"] == "delimited"
    assert (told["document_column"], told["document_folder"]) == ("File", str(folder))
    assert (told["documents"]["count"], told["documents"]["usable"]) == (3, 2)
    assert {each["kind"]: each["rows"] for each in told["findings"]} == {"absent": [2]}


def test_the_folder_of_the_table_is_meant_where_none_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "list.csv"
    table.write_text("File,Id\na.pdf,1\nold/c.txt,3\n", encoding="utf-8")
    told = told_of([str(table), "--document-column", "File"], capsys)
    assert told["documents"]["usable"] == 2


def test_a_person_reads_it_in_a_few_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(folder), "--exclude", "b*"]) == 0
    first, *_, documents, damaged = capsys.readouterr().out.splitlines()
    assert first == "Papers: 3 rows, 7 columns. Read as a folder, without “b*”."
    assert documents == "- Documents: 2 PDF, 1 Text; 2 can be used, with 2 pages."
    assert damaged.startswith("- 1 document is empty, damaged or took too long to read (row 2)")


def test_every_key_is_documented(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_of([str(folder)], capsys)
    documented = (resource_path(".").parent / "docs/command-line.md").read_text(encoding="utf-8")
    for key in [*told, *told["documents"], *(each["kind"] for each in told["findings"])]:
        assert f"`{key}`" in documented, key


def test_nothing_stays_of_it(
    folder: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert main(["inspect", str(folder)]) == 0
    assert list(scratch.iterdir()) == []
    assert not home.exists()


def test_a_folder_without_documents_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path)]) == 1
    assert "holds no documents" in capsys.readouterr().err
