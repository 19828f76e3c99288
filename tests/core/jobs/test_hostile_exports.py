"""A job whose every name and text would be a formula or a link, in every file that is written."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.escape import unescape

from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.telling import estimates_sheet, sheet_of, write_sheet
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.delimited import TextForm, export_csv
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session
from tests.choices import plain_choices
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.results.office import live, needs_office, opened
from tests.core.results.samples import PAYLOADS, note

CALL = '=HYPERLINK("http://evil.example",1)'
DDE = "=cmd|'/c calc'!A0"
SHEET = "=1+1"
TORN = f"nice;{CALL};x\n{DDE}\ny\t{CALL}\tz,{DDE},"
"""Harmless as one cell, and not where it falls apart."""
EVERYTHING = Contents(raw=True, versions=True, about=True)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Texts only, each of them a payload."""
    path = tmp_path / "=1+1.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(dict.fromkeys(("title", "subject", "author", "comments"), DDE))
        sheet = book.add_worksheet(SHEET)
        for place, header in enumerate(("Message", CALL, DDE)):
            sheet.write_string(0, place, header)
        for row, payload in enumerate((*PAYLOADS, TORN), start=1):
            for place in range(3):
                sheet.write_string(row, place, payload)
    return path


@pytest.fixture
def jobs(session: Session, workbook: Path) -> tuple[Job, Job]:
    """Two that are done, with payloads in the place of answers."""
    fields = (OutputField(DDE), OutputField(CALL, "choice", plain_choices("=1+1", "@SUM(1)")))
    recipe = replace(RECIPE, name=CALL, fields=fields)
    table = session.desk.open_table(workbook, ReadOptions(), silent)
    made = []
    for number in range(2):
        job = session.desk.new_job(f"{CALL}{number}", "practice")
        prompt = Template(f"{number} {{{{Message}}}}")
        changed = replace(recipe, prompt=prompt)
        session.desk.save_draft(job.id, recipe=changed, table_id=table.id)
        job = finish(session, session.desk.send(job.id, None, silent))
        texts = (*PAYLOADS, TORN) if number else reversed((*PAYLOADS, TORN))
        changes = [Change(row, DDE, text) for row, text in enumerate(texts)]
        session.corrections.correct(job.id, changes, silent)
        made.append(job)
    return made[0], made[1]


@pytest.fixture
def exports(session: Session, jobs: tuple[Job, Job], tmp_path: Path) -> dict[str, Path]:
    """Every file with rows that the program writes, by what it is; no two names are alike."""
    folder = tmp_path / "exports"
    folder.mkdir()
    first, second = jobs

    def files() -> Iterator[tuple[str, Path]]:
        for suffix in (".xlsx", ".csv", ".tsv", ".jsonl"):
            yield (
                f"fresh{suffix}",
                session.desk.export(
                    first.id, folder / f"fresh-{suffix[1:]}{suffix}", silent, EVERYTHING
                ).path,
            )
        semicolons = replace(EVERYTHING, separator=";")
        path = folder / "semicolons.csv"
        yield "semicolons", session.desk.export(first.id, path, silent, semicolons).path
        path = folder / "copy.xlsx"
        yield "copy", session.desk.export_copy(first.id, path, silent, EVERYTHING).path
        found = session.run_comparing.compare(first.id, second.id, silent)
        for suffix in (".xlsx", ".csv"):
            path = folder / f"compared-{suffix[1:]}{suffix}"
            yield f"compared{suffix}", session.run_comparing.export(found, path, silent).path
        spent = sheet_of(session.money.spend("practice", silent), "job")
        yield "spent", write_sheet(spent, folder / "spent.csv", silent).path
        estimates = estimates_sheet(session.money.history("practice", silent))
        yield "estimates", write_sheet(estimates, folder / "estimates.csv", silent).path

    return dict(files())


def test_openpyxl_finds_texts_only_and_every_one(exports: dict[str, Path]) -> None:
    lines = exports["fresh.jsonl"].read_text("utf-8").splitlines()
    wanted = [{key: str(value) for key, value in json.loads(line).items()} for line in lines]
    assert wanted[-1][CALL] == TORN
    for name in ("fresh.xlsx", "copy", "compared.xlsx"):
        book = openpyxl.load_workbook(exports[name])
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)
    fresh = openpyxl.load_workbook(exports["fresh.xlsx"]).worksheets[0]
    header, *rows = (
        [unescape(str("" if cell is None else cell)) for cell in row]
        for row in fresh.iter_rows(values_only=True)
    )
    assert [dict(zip(header, row, strict=True)) for row in rows] == wanted
    assert openpyxl.load_workbook(exports["copy"]).sheetnames[0] == SHEET


@needs_office
def test_libreoffice_finds_nothing_that_lives(exports: dict[str, Path], tmp_path: Path) -> None:
    control, cells = tmp_path / "control.csv", [["first", *PAYLOADS, TORN]]
    export_csv(control, cells[0], cells, note(1), silent, form=TextForm(guard=False))
    texts = [path for path in exports.values() if path.suffix in (".csv", ".tsv")]
    found = opened([control, *texts], tmp_path, torn=True)
    assert len(live(found.pop(control))) > 5
    found |= opened([path for path in exports.values() if path.suffix == ".xlsx"], tmp_path)
    assert len(found) == len(exports) - 1
    assert {path.name: live(book) for path, book in found.items() if live(book)} == {}
