"""Prepared jobs, planned and started without a screen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.schedule.book import Book
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE
from tests.core.schedule.commands import SYSTEMCTL, Other, log, units, until
from tests.core.schedule.conftest import script

DAY = f"{datetime.now(UTC).astimezone() + timedelta(days=30):%Y-%m-%d}"


@pytest.fixture
def draft(folder: Path, service: PracticeService) -> int:
    """A prepared job of two rows."""
    with Session(home_folder(), practice_url=service.base_url) as session:
        table = session.desk.open_table(folder / "messages.csv", ReadOptions(), silent)
        job = session.desk.new_job("Tonight", "practice")
        return session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id).id


def planned(service: PracticeService, draft: int, *more: str) -> int:
    typed = ["schedule", "start", str(draft), "--at", f"{DAY} 22:00", "--yes", *more]
    return main([*typed, "--base-url", service.base_url])


def let_it_come(ago: timedelta = timedelta(minutes=1)) -> None:
    with Session(home_folder()) as session:
        for start in session.starts.all():
            asked, now = session._stores.starts.asked(start.job), datetime.now(UTC)
            session._stores.starts.keep(replace(start, at=now - ago), asked)


def test_a_start_that_is_killed_sends_nothing_twice(service: PracticeService, draft: int) -> None:
    planned(service, draft, "--budget", "1")
    [schedule] = Book(home_folder()).all()
    let_it_come()
    other = Other([*schedule.command])
    with Session(home_folder(), shared=True) as looking:
        until(lambda: looking.desk.job(draft).state != "draft")
    other.kill()
    assert main([*schedule.command]) == 0
    assert main(["resume", "--base-url", service.base_url]) == 0
    assert service.ledger().requests == 2


def test_a_prepared_job_is_planned_and_started_once(service: PracticeService, draft: int) -> None:
    assert planned(service, draft, "--budget", "$1.50") == 0
    [schedule] = Book(home_folder()).all()
    assert schedule.command[:5] == ("resume", "1", "--budget", "1.50", "--yes")
    assert schedule.command[-2:] == ("--schedule", "job-1")
    assert [unit.suffix for unit in units()] == [".service", ".timer"]
    assert "OnCalendar=20" in units()[1].read_text()
    let_it_come()
    assert main([*schedule.command]) == 0
    assert service.ledger().requests == 2
    assert log() == ["job-1 0 Job 1: 2 rows are sent. Open the window for them."]
    assert units() == []
    assert Book(home_folder()).all() == []
    assert main(["resume"]) == 0


def test_a_scheduler_that_is_a_little_early_is_waited_for(
    service: PracticeService, draft: int
) -> None:
    planned(service, draft, "--budget", "1")
    [schedule] = Book(home_folder()).all()
    let_it_come(timedelta(seconds=-2))
    assert main([*schedule.command]) == 0
    assert service.ledger().requests == 2


def test_an_open_window_starts_the_job_itself(service: PracticeService, draft: int) -> None:
    planned(service, draft, "--budget", "1")
    [schedule] = Book(home_folder()).all()
    let_it_come()
    with Session(home_folder(), practice_url=service.base_url) as window:
        other = Other([*schedule.command])
        window.starts.start(draft, silent)
        assert other.code() == 0
    assert log() == ["job-1 0 The window is open and has started job 1."]
    assert units() == []
    assert service.ledger().requests == 2


def test_a_window_that_could_not_start_the_job_is_told_of(
    service: PracticeService, draft: int
) -> None:
    planned(service, draft, "--budget", "1")
    [schedule] = Book(home_folder()).all()
    with Session(home_folder()) as window:
        window._stores.starts.fail(draft, "There is no key.")
        assert main([*schedule.command]) == 1
    assert log() == ["job-1 1 There is no key."]


def test_a_planned_start_is_taken_back(
    service: PracticeService, draft: int, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(service, draft, "--budget", "1")
    assert main(["schedule", "list"]) == 0
    assert f"job-1: on {DAY} at 22:00\n" in capsys.readouterr().out
    assert main(["schedule", "remove", "job-1"]) == 0
    assert units() == []
    with Session(home_folder()) as session:
        assert session.starts.all() == []
        assert session.desk.job(draft).state == "draft"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ((), "needs a limit"),
        (("--budget", "0"), "needs a limit"),
        (("--budget", "0.0000001"), "above the budget"),
        (("--at", "2020-01-01 22:00", "--budget", "1"), "is over"),
    ],
)
def test_a_start_that_could_not_be_is_not_planned(
    service: PracticeService,
    draft: int,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    why: str,
) -> None:
    assert planned(service, draft, *more) == 1
    assert why in capsys.readouterr().err
    assert units() == []
    with Session(home_folder()) as session:
        assert session.starts.all() == []


def test_what_the_scheduler_refuses_is_not_planned(
    service: PracticeService, draft: int, tmp_path: Path
) -> None:
    refuses = "case \"$*\" in *enable*) echo 'No.' >&2; exit 1 ;; esac\n"
    script(tmp_path / "bin", "systemctl", f"{SYSTEMCTL}{refuses}")
    assert planned(service, draft, "--budget", "1") == 1
    with Session(home_folder()) as session:
        assert session.starts.all() == []
    assert Book(home_folder()).all() == []


def test_a_start_that_fails_is_logged_and_kept_as_a_note(
    service: PracticeService, draft: int
) -> None:
    planned(service, draft, "--budget", "1")
    [schedule] = Book(home_folder()).all()
    let_it_come()
    with Session(home_folder()) as session:
        session.desk.save_draft(draft, recipe=replace(RECIPE, instructions="Something else."))
    assert main([*schedule.command]) == 1
    assert log()[-1].startswith("job-1 1 The job was changed after its start was planned")
    assert units() == []
    with Session(home_folder()) as session:
        [start] = session.starts.all()
    assert start.note.startswith("The job was changed")
