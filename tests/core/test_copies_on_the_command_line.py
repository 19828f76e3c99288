"""Answers into a copy of the original workbook, without a screen."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from claude_batch_desk.cli import main
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.server import PracticeService

RECIPE = str(resource_path("recipes/support-tickets.recipe"))
HEADER = ("Ticket", "Received", "Channel", "Product", "Message", "Order total")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


@pytest.fixture
def done(url: str, tmp_path: Path) -> None:
    """Job 1: three tickets in a workbook with macros."""
    path = tmp_path / "tickets.xlsm"
    with xlsxwriter.Workbook(path) as book:
        project: Any = io.BytesIO(b"not a real one")
        book.add_vba_project(project, is_stream=True)
        sheet = book.add_worksheet("Tickets")
        sheet.write_row(0, 0, HEADER)
        for row in range(1, 4):
            sheet.write_row(row, 0, [f"T{row}", "2026-01-31", "mail", "desk", f"Help {row}", "3"])
    inputs = ["--table", str(path), "--recipe", RECIPE, "--base-url", url, "--yes"]
    assert main(["run", *inputs, "--out", str(tmp_path / "out.csv")]) == 0


@pytest.mark.usefixtures("done")
def test_the_copy_has_the_answers_and_all_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    out = tmp_path / "copy.xlsm"
    assert main(["export", "1", "--out", str(out), "--original", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["notes"][0].startswith("The answers are in columns G to")
    assert "macros" not in told.err
    with zipfile.ZipFile(out) as package:
        assert package.read("xl/vbaProject.bin") == b"not a real one"
    sheet = openpyxl.load_workbook(out)["Tickets"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[:6] == HEADER
    assert len(rows) == 3
    assert all(row[header.index("Status")] == "answered (practice)" for row in rows)


@pytest.mark.usefixtures("done")
def test_what_the_copy_will_not_have_is_said_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    out = tmp_path / "copy.xlsx"
    assert main(["export", "1", "--out", str(out), "--original"]) == 0
    loss = "has macros, which a file that ends in .xlsx cannot hold"
    told = capsys.readouterr()
    assert loss in told.err
    assert loss in told.out


@pytest.mark.usefixtures("done")
def test_the_original_itself_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (tmp_path / "tickets.xlsm").read_bytes()
    assert main(["export", "1", "--out", str(tmp_path / "tickets.xlsm"), "--original"]) != 0
    assert "is the original itself" in capsys.readouterr().err
    assert (tmp_path / "tickets.xlsm").read_bytes() == before
