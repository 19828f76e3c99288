"""Killed between a job's end and its file: the next start writes it, and nobody a second time."""

import csv
import shutil
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.faults.conftest import ROWS, Run, Tally
from tests.faults.steps import KILLED

pytestmark = pytest.mark.timeout(600)  # a process dies and another starts some dozen times


def planned(done: Path, service: PracticeService, folder: Path) -> tuple[Path, Path]:
    """A copy of the finished folder, and where the answers of its job are wanted."""
    folder.mkdir()
    home, out = folder / "home", folder / "answers" / "rows.csv"
    shutil.copytree(done, home)
    out.parent.mkdir()
    with Session(home, practice_url=service.base_url) as session:
        [job] = session.desk.jobs()
        session.deliveries.plan(Delivery(job.id, out), silent)
    return home, out


def made(out: Path) -> tuple[int, int] | None:
    """Which file it is, and when it was written; None where there is none."""
    found = out.stat() if out.exists() else None
    return (found.st_ino, found.st_mtime_ns) if found else None


def test_killed_at_every_step_to_its_file_a_job_has_it_once(
    prepared: Path, service: PracticeService, run: Run, tmp_path: Path, tally: Tally
) -> None:
    assert run(prepared, "all") == 0
    at, status, there = 0, KILLED, 0
    while status == KILLED:
        at += 1
        home, out = planned(prepared, service, tmp_path / f"{at}")
        status = run(home, "all", at, delivered=True)
        before = made(out)
        if status == KILLED:
            there += before is not None
            assert run(home, "all", delivered=True) == 0
        assert before in (None, made(out))
        with out.open(encoding="utf-8-sig", newline="") as file:
            assert len([*csv.reader(file)]) == ROWS + 1
        with Session(home, shared=True) as session:
            [job] = session.desk.jobs()
            assert session.deliveries.due() == []
            assert job.exported_at is not None
        assert [each.name for each in out.parent.glob("[!.]*")] == [out.name]
        assert not [*home.glob("staged/*")]
        shutil.rmtree(home)
    assert status == 0
    assert at > 7
    assert there
    tally("R1", f"killed at each of {at - 1} steps to the file of a job: written once, whole")
