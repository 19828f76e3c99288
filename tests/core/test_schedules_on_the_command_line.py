"""Schedules without a screen: added, run by themselves, told and removed."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic as time_now

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.schedule.book import Book, LastRun, Schedule
from claude_batch_desk.core.schedule.entry import label_of
from claude_batch_desk.core.schedule.when import Daily, OnChange, Weekly
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.scheduling import scheduled_command
from tests.core.jobs.conftest import RECIPE
from tests.core.schedule.conftest import script

SYSTEMCTL = '#!/bin/sh\nprintf "%s\\n" "$*" >> "$TOLD"\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=0.2) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table and a recipe in names that need care, and a systemd that says yes."""
    folder = tmp_path / "R&D 50% ä"
    folder.mkdir()
    write(folder / "messages.csv", "I am so happy", "I am angry")
    save_recipe(RECIPE, folder / "moods.recipe")
    script(tmp_path / "bin", "systemctl", SYSTEMCTL)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.chdir(folder)
    return folder


def write(table: Path, *messages: str) -> None:
    """The table, which nobody has touched for a long while."""
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Message"], *([message] for message in messages)])
    size = table.stat().st_size
    os.utime(table, (1_000_000 + size, 1_000_000 + size))


def options(service: PracticeService, *more: str) -> list[str]:
    inputs = ["--table", "messages.csv", "--recipe=moods.recipe", "--out", "moods {date}.csv"]
    return ["run", *inputs, "--budget", "1", "--base-url", service.base_url, *more]


def units() -> list[Path]:
    return sorted((Path(os.environ["XDG_CONFIG_HOME"]) / "systemd" / "user").glob("*"))


def added(service: PracticeService, *when: str, name: str = "moods") -> Schedule:
    assert (
        main(["schedule", "add", name, *(when or ["--on-change"]), "--yes", *options(service)]) == 0
    )
    return Book(home_folder()).schedule(name)


def log() -> list[str]:
    return [line.split(" ", 1)[1] for line in Book(home_folder()).lines()]


def test_a_schedule_is_shown_written_listed_and_removed(
    folder: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule = added(service, "--daily", "22:00")
    told = capsys.readouterr()
    assert "OnCalendar=*-*-* 22:00:00" in told.err
    assert "costs at most $1 each time" in told.err
    assert told.out == "moods runs every day at 22:00.\n"
    assert [unit.suffix for unit in units()] == [".service", ".timer"]
    assert schedule.when == Daily(time(22))
    assert main(["schedule", "list", "--json"]) == 0
    [listed] = json.loads(capsys.readouterr().out)["schedules"]
    assert (listed["name"], listed["entry"], listed["last_runs"]) == ("moods", True, [])
    assert main(["schedule", "show", "moods"]) == 0
    assert "It has not run yet." in capsys.readouterr().out
    assert main(["schedule", "remove", "moods"]) == 0
    assert units() == []
    capsys.readouterr()
    assert main(["schedule", "list"]) == 0
    assert capsys.readouterr().out == "Nothing is scheduled.\n"
    assert (folder / "messages.csv").exists()


def test_the_entry_has_whole_paths_the_budget_and_no_key(
    folder: Path, service: PracticeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-nobody-may-see-this")
    schedule = added(service, "--weekly", "mon", "07:05")
    assert schedule.when == Weekly("mon", time(7, 5))
    assert schedule.command == (
        "run", "--table", str(folder / "messages.csv"), "--recipe", str(folder / "moods.recipe"),
        "--out", str(folder / "moods {date}.csv"), "--budget", "1",
        "--base-url", service.base_url, "--yes", "--schedule", "moods",
    )  # fmt: skip
    written = "".join(unit.read_text(encoding="utf-8") for unit in units())
    assert "sk-ant" not in written
    assert '"--budget" "1"' in written
    assert f'"--home" "{home_folder()}"' in written


@pytest.mark.parametrize("kind", ["cron", "systemd", "launchd", "windows"])
def test_an_entry_for_another_computer_is_only_printed(
    folder: Path, service: PracticeService, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    typed = options(service)
    typed[2] = str(folder / "messages.csv")
    assert main(["schedule", "add", "moods", "--on-change", "--print", kind, *typed]) == 0
    assert "claude-batch-desk." in capsys.readouterr().out or kind == "windows"
    assert units() == []
    assert Book(home_folder()).all() == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("without", "more", "why"),
    [
        ("--budget", [], "a schedule spends while nobody looks"),
        ("", ["--sample", "3"], "tries no rows"),
        ("", ["--document-column", "Message"], "cannot be scheduled yet"),
        ("", ["--out", "messages.csv"], "over the table itself"),
        ("--recipe=moods.recipe", [], "Name the recipe"),
    ],
)
def test_what_nobody_could_look_after_is_refused(
    service: PracticeService,
    capsys: pytest.CaptureFixture[str],
    without: str,
    more: list[str],
    why: str,
) -> None:
    typed = options(service, *more)
    if without:
        place = typed.index(without)
        del typed[place : place + (1 if "=" in without else 2)]
    assert main(["schedule", "add", "moods", "--daily", "22:00", "--yes", *typed]) == 1
    assert why.lower() in capsys.readouterr().err.lower()
    assert units() == []


@pytest.mark.usefixtures("folder")
def test_without_a_terminal_nothing_is_written_unasked(
    service: PracticeService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["schedule", "add", "moods", "--on-change", *options(service)]) == 3
    assert "add --yes before `run`" in capsys.readouterr().err
    assert units() == []


def test_shortened_options_are_written_in_full(folder: Path) -> None:
    typed = ["--tab", "a.csv", "--rec=r", "--o", "x", "--bud", "5", "--where", "a=b is empty"]
    assert scheduled_command(typed) == (
        "run", "--table", str(folder / "a.csv"), "--recipe", str(folder / "r"),
        "--out", str(folder / "x"), "--budget", "5", "--where", "a=b is empty", "--yes",
    )  # fmt: skip


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


def test_a_budget_that_is_too_small_sends_nothing_and_is_tried_again(
    folder: Path, service: PracticeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [*added(service).command]
    small = [*command]
    small[small.index("1")] = "0.00000001"
    assert main(small) == 1
    assert "above the budget" in log()[-1]
    assert service.ledger().requests == 0
    assert main(command) == 0
    assert service.ledger().requests == 2
    assert folder.exists()


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
def test_the_command_of_the_entry_is_one_that_runs(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As cron would start it: by its shell, with hardly any environment, from another folder."""
    added(service)
    capsys.readouterr()
    typed = options(service)
    main(["schedule", "add", "moods", "--on-change", "--print", "cron", *typed])
    line = capsys.readouterr().out.strip()
    command = line.split(" ", 5)[5].replace("\\%", "%")
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "HOME") if name in os.environ}
    env = {
        **kept,
        "PATH": "/usr/bin:/bin",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    assert shlex.split(command)[:4] == [sys.executable, "-P", "-m", "claude_batch_desk"]
    done = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, env=env, check=False)
    assert done.returncode == 0, log()
    assert service.ledger().requests == 2


@pytest.mark.usefixtures("folder")
def test_while_the_window_is_open_what_has_not_changed_is_told(service: PracticeService) -> None:
    command = [*added(service, "--daily", "22:00").command]
    assert main(command) == 0
    with Session(home_folder()):
        assert main(command) == 0
    assert log()[-1].endswith("nothing was sent.")


class Other:
    """A command in another process, as a scheduler starts it."""

    def __init__(self, command: list[str]) -> None:
        words = [sys.executable, "-P", "-m", "claude_batch_desk", *command]
        self._process = subprocess.Popen(words, stderr=subprocess.PIPE)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def code(self) -> int:
        _, told = self._process.communicate(timeout=60)
        assert b"Traceback" not in told, told
        return self._process.returncode


def until(ready: Callable[[], object]) -> None:
    end, pause = time_now() + 60, threading.Event()
    while not ready():
        assert time_now() < end
        pause.wait(0.05)


def practice_command(service: PracticeService) -> list[str]:
    """One that an open window can send, since its address is the window's own."""
    command = [*added(service, "--daily", "22:00").command]
    place = command.index("--base-url")
    return [*command[:place], "--practice", *command[place + 2 :]]


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
    reached: dict[str, Callable[[], object]] = {
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


@pytest.mark.usefixtures("folder")
def test_runs_at_the_same_moment_send_once(service: PracticeService) -> None:
    command = [*added(service, "--daily", "22:00").command]
    others = [Other(command) for _ in range(3)]
    assert [other.code() for other in others] == [0, 0, 0]
    assert service.ledger().requests == 2
    assert len(log()) == 3


@pytest.mark.usefixtures("folder")
def test_a_missing_entry_and_a_stray_one_are_told(
    service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    added(service)
    Book(home_folder()).forget("moods")
    capsys.readouterr()
    assert main(["schedule", "list"]) == 0
    assert capsys.readouterr().out.startswith("moods: only an entry is left")
    assert main(["schedule", "remove", "moods"]) == 0
    assert units() == []
    Book(home_folder()).keep(Schedule("other", OnChange(), ("run",), "in.csv"))
    capsys.readouterr()
    assert main(["schedule", "list"]) == 0
    assert "its entry is missing" in capsys.readouterr().out
    assert main(["schedule", "remove", "nothing"]) == 1
    assert label_of(home_folder(), "other").endswith(".other")


@pytest.fixture
def draft(folder: Path, service: PracticeService) -> int:
    """A prepared job of two rows."""
    with Session(home_folder(), practice_url=service.base_url) as session:
        table = session.desk.open_table(folder / "messages.csv", ReadOptions(), silent)
        job = session.desk.new_job("Tonight", "practice")
        return session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id).id


def planned(service: PracticeService, draft: int, *more: str) -> int:
    typed = ["schedule", "start", str(draft), "--at", "2099-12-24 22:00", "--yes", *more]
    return main([*typed, "--base-url", service.base_url])


def let_it_come() -> None:
    with Session(home_folder()) as session:
        for start in session.starts.all():
            asked, now = session._stores.starts.asked(start.job), datetime.now(UTC)
            session._stores.starts.keep(replace(start, at=now - timedelta(minutes=1)), asked)


def test_a_prepared_job_is_planned_and_started_once(service: PracticeService, draft: int) -> None:
    assert planned(service, draft, "--budget", "$1.50") == 0
    [schedule] = Book(home_folder()).all()
    assert schedule.command[:5] == ("resume", "1", "--budget", "1.50", "--yes")
    assert schedule.command[-2:] == ("--schedule", "job-1")
    assert [unit.suffix for unit in units()] == [".service", ".timer"]
    assert "OnCalendar=2099-12-24 " in units()[1].read_text()
    let_it_come()
    assert main([*schedule.command]) == 0
    assert service.ledger().requests == 2
    assert log() == ["job-1 0 Job 1: 2 rows are sent. Open the window for them."]
    assert units() == []
    assert Book(home_folder()).all() == []
    assert main(["resume"]) == 0


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
    assert "job-1: on 2099-12-24 at 22:00\n" in capsys.readouterr().out
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
