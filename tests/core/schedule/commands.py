"""What the tests of scheduled commands share."""

import csv
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic as time_now

from claude_batch_desk.cli import main
from claude_batch_desk.core.schedule.book import Book, Schedule
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService

SYSTEMCTL = '#!/bin/sh\nprintf "%s\\n" "$*" >> "$TOLD"\n'


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


def until(ready: Callable[[], object]) -> None:
    end, pause = time_now() + 60, threading.Event()
    while not ready():
        assert time_now() < end
        pause.wait(0.05)
