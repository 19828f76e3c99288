"""Schedules without a screen: added, told and removed."""

import io
import json
import os
import shlex
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.schedule.book import Book, Schedule
from claude_batch_desk.core.schedule.entry import label_of
from claude_batch_desk.core.schedule.when import Daily, OnChange, Weekly
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.verbs.scheduling import scheduled_command
from tests.core.schedule.commands import added, log, options, units


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
