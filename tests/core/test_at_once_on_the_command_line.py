"""Immediate calls without a screen: a whole job, a stopped one, and the rest of a late batch."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE

ROWS = 12


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=600.0) as running:
        yield running


def send(service: PracticeService, folder: Path, way: Way) -> Job:
    """A job on its way, as an earlier command left it."""
    path = folder / "messages.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [[f"I am happy {number}"] for number in range(ROWS)]
        csv.writer(file).writerows([["Message"], *rows])
    with Session(home_folder(), practice_url=service.base_url) as session:
        table = session.desk.open_table(path, ReadOptions(), silent)
        job = session.desk.new_job("Messages", "practice")
        session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id)
        return session.desk.send(job.id, None, silent, way)


def test_the_rest_of_a_late_batch_is_priced_moved_and_answered(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = send(service, tmp_path, "batch")
    asked = ["at-once", str(job.id), "--base-url", service.base_url, "--yes", "--json"]
    assert main(asked) == 0
    told = capsys.readouterr()
    assert "12 rows have no answer yet. At once: about $" in told.err
    found = json.loads(told.out)
    assert found["outcomes"] == {"answered": ROWS}
    [run] = found["runs"]
    assert run["way"] == "now"
    assert service.ledger().messages == run["rows"]


def test_without_a_yes_nothing_is_canceled(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = send(service, tmp_path, "batch")
    assert main(["at-once", str(job.id), "--base-url", service.base_url]) == 3
    with Session(home_folder(), shared=True) as session:
        assert not session.desk.job(job.id).canceled
        assert session.rest.of(job.id) is None


def test_a_stopped_job_goes_on_only_where_it_is_named(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = send(service, tmp_path, "now")
    with Session(home_folder(), practice_url=service.base_url) as session:
        session.desk.pause(job.id, silent)
    where = ["--base-url", service.base_url]
    main(["resume", *where])
    assert f"`resume {job.id}` lets it go on" in capsys.readouterr().err
    assert service.ledger().messages == 0
    assert main(["resume", str(job.id), *where]) == 0
    assert service.ledger().messages == ROWS
