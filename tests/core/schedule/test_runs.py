"""Runs that a scheduler has started: what has changed is sent, once, whatever happens."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.schedule.book import Book, LastRun
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE
from tests.core.schedule.commands import Other, added, log, options, until, write


def practice_command(service: PracticeService) -> list[str]:
    """One that an open window can send, since its address is the window's own."""
    command = [*added(service, "--daily", "22:00").command]
    place = command.index("--base-url")
    return [*command[:place], "--practice", *command[place + 2 :]]


def test_a_run_by_itself_sends_once_and_again_when_something_changed(
    folder: Path, service: PracticeService
) -> None:
    schedule = added(service)
    command = [*schedule.command]
    assert main(command) == 0
    assert service.ledger().requests == 2
    [out] = folder.glob("moods *.csv")
    assert log() == [f"moods 0 Job 1: 2 rows, written to {out}."]
    assert main(command) == 0
    assert service.ledger().requests == 2
    assert len(log()) == 1, "a watched file is looked at too often for a line each time"
    write(folder / "messages.csv", "I am so happy", "I am angry", "I am bored")
    assert main(command) == 0
    assert service.ledger().requests == 5
    assert log()[-1] == f"moods 0 Job 2: 3 rows, written to {out}."


def test_only_new_rows_are_asked_where_that_is_wanted(
    folder: Path, service: PracticeService
) -> None:
    typed = options(service, "--since", "last")
    assert main(["schedule", "add", "moods", "--on-change", "--yes", *typed]) == 0
    command = [*Book(home_folder()).schedule("moods").command]
    assert main(command) == 0
    write(folder / "messages.csv", "I am so happy", "I am angry", "I am bored")
    assert main(command) == 0
    assert service.ledger().requests == 3
    [out] = folder.glob("moods *.csv")
    with out.open(newline="", encoding="utf-8-sig") as file:
        assert len([*csv.reader(file)]) == 4
    assert log()[-1] == f"moods 0 Job 2: 3 rows, written to {out}."


def test_another_budget_or_place_is_no_change(folder: Path, service: PracticeService) -> None:
    assert main([*added(service, "--daily", "22:00").command]) == 0
    typed = options(service)
    typed[typed.index("1")] = "2"
    typed[typed.index("moods {date}.csv")] = "elsewhere.csv"
    assert main(["schedule", "add", "moods", "--daily", "23:00", "--yes", *typed]) == 0
    assert main([*Book(home_folder()).schedule("moods").command]) == 0
    assert service.ledger().requests == 2
    assert log()[-1] == "moods 0 messages.csv is as it was at the last run; nothing was sent."
    write_recipe = replace(RECIPE, instructions="Say how the writer seems.")
    save_recipe(write_recipe, folder / "moods.recipe")
    assert main([*Book(home_folder()).schedule("moods").command]) == 0
    assert service.ledger().requests == 4


@pytest.mark.usefixtures("folder")
def test_a_run_without_a_budget_or_a_schedule_sends_nothing(
    service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*added(service).command]
    place = command.index("--budget")
    assert main(command[:place] + command[place + 2 :]) == 1
    assert "needs --yes and a --budget" in log()[-1]
    assert main(["schedule", "remove", "moods"]) == 0
    assert main(command) == 1
    assert "There is no schedule “moods”" in capsys.readouterr().err
    assert service.ledger().requests == 0


@pytest.mark.usefixtures("folder")
def test_a_run_without_a_key_says_so_and_is_tried_again(service: PracticeService) -> None:
    command = [*added(service).command]
    place = command.index("--base-url")
    assert main([*command[:place], *command[place + 2 :]]) == 1
    assert "This system offers no keychain" in log()[-1]
    assert Book(home_folder()).last("moods") == LastRun()


@pytest.mark.usefixtures("folder")
def test_a_run_that_was_cut_off_is_gone_on_with(service: PracticeService) -> None:
    """Killed between the sending and the note of it, and again before the answers were written."""
    command, book = [*added(service).command], Book(home_folder())
    assert main(command) == 0
    last = book.last("moods")
    for out in Path().glob("moods *.csv"):
        out.unlink()
    book.note("moods", replace(last, sent=False, delivered=False))
    assert main(command) == 0
    assert service.ledger().requests == 2
    assert book.last("moods") == last
    assert len([*Path().glob("moods *.csv")]) == 1
    assert log()[-1].startswith("moods 0 Job 1: 2 rows")


@pytest.mark.usefixtures("folder")
def test_what_was_only_about_to_be_sent_is_sent(service: PracticeService) -> None:
    command, book = [*added(service).command], Book(home_folder())
    book.note("moods", LastRun("whatever", 99, "out.csv", sent=False))
    assert main(command) == 0
    assert service.ledger().requests == 2


@pytest.mark.usefixtures("folder")
def test_what_was_sent_before_is_known_after_a_run_that_sent_nothing(
    service: PracticeService,
) -> None:
    command, book = [*added(service).command], Book(home_folder())
    assert main(command) == 0
    sent = book.last("moods")
    book.note("moods", LastRun("another", 99, "out.csv", sent=False, before=sent.digest))
    assert main(command) == 0
    assert service.ledger().requests == 2


@pytest.mark.usefixtures("folder")
def test_a_removed_job_is_not_paid_again(service: PracticeService) -> None:
    command = [*added(service).command]
    assert main(command) == 0
    with Session(home_folder()) as session:
        session.desk.remove_job(1)
    assert main(command) == 0
    assert service.ledger().requests == 2


@pytest.mark.usefixtures("folder")
def test_while_the_window_is_open_what_has_not_changed_is_told(service: PracticeService) -> None:
    command = [*added(service, "--daily", "22:00").command]
    assert main(command) == 0
    with Session(home_folder()):
        assert main(command) == 0
    assert log()[-1].endswith("nothing was sent.")


@pytest.mark.usefixtures("folder")
def test_an_open_window_sends_what_changed(service: PracticeService, folder: Path) -> None:
    command = practice_command(service)
    with Session(home_folder(), practice_url=service.base_url) as window:
        other = Other(command)
        until(window.starts.all)
        [start] = window.starts.all()
        assert start.most == 1
        until(lambda: start.is_due(datetime.now(UTC)))
        job = window.starts.start(start.job, silent)
        until(lambda: window.desk.advance(job.id, silent).state == "done")
        assert other.code() == 0
    assert service.ledger().requests == 2
    [out] = folder.glob("moods *.csv")
    assert log() == [f"moods 0 Job {job.id}: 2 rows, written to {out}."]


@pytest.mark.parametrize("running", [False, True])
def test_an_open_window_and_the_run_share_one_practice_service(
    service: PracticeService, folder: Path, running: bool
) -> None:
    command = practice_command(service)
    with Session(home_folder(), practice_seconds=0.2) as window:
        if running:
            window.gateway("practice", "").models()
        other = Other(command)
        until(window.starts.all)
        [start] = window.starts.all()
        until(lambda: start.is_due(datetime.now(UTC)))
        job = window.starts.start(start.job, silent)
        until(lambda: window.desk.advance(job.id, silent).state == "done")
        assert other.code() == 0
    assert len([*folder.glob("moods *.csv")]) == 1


@pytest.mark.usefixtures("folder")
def test_a_window_that_is_closed_before_it_has_sent_leaves_it_to_the_run(
    service: PracticeService, folder: Path
) -> None:
    command = practice_command(service)
    with Session(home_folder(), practice_url=service.base_url) as window:
        other = Other(command)
        until(window.starts.all)
    assert other.code() == 0
    assert len([*folder.glob("moods *.csv")]) == 1
    with Session(home_folder()) as session:
        assert [job.state for job in session.desk.jobs()] == ["done"]
        assert session.starts.all() == []


@pytest.mark.usefixtures("folder")
def test_what_the_window_cannot_send_is_told(service: PracticeService) -> None:
    command = practice_command(service)
    with Session(home_folder(), practice_url=service.base_url) as window:
        other = Other(command)
        until(window.starts.all)
        window._stores.starts.fail(window.starts.all()[0].job, "There is no key.")
        assert other.code() == 1
        assert window.starts.all() == []
    assert log() == ["moods 1 There is no key."]
    assert Book(home_folder()).last("moods") == LastRun()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("moment", ["about to be sent", "sent", "written"])
def test_a_run_that_is_killed_is_gone_on_with(
    service: PracticeService, folder: Path, moment: str
) -> None:
    command, book = [*added(service, "--daily", "22:00").command], Book(home_folder())
    reached = {
        "about to be sent": lambda: book.last("moods").job,
        "sent": lambda: book.last("moods").job and book.last("moods").sent,
        "written": lambda: [*folder.glob("moods *.csv")],
    }
    other = Other(command)
    until(reached[moment])
    other.kill()
    assert main(command) == 0
    assert main(command) == 0
    assert service.ledger().requests == 2
    assert len([*folder.glob("moods *.csv")]) == 1
    assert log()[-1] == "moods 0 messages.csv is as it was at the last run; nothing was sent."


@pytest.mark.usefixtures("folder")
def test_runs_at_the_same_moment_send_once(service: PracticeService) -> None:
    command = [*added(service, "--daily", "22:00").command]
    others = [Other(command) for _ in range(3)]
    assert [other.code() for other in others] == [0, 0, 0]
    assert service.ledger().requests == 2
    assert len(log()) == 3
