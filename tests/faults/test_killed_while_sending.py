"""kill -9 while sending, then resume: each row is paid once. The Practice service counts."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.prompts.recipe import Recipe, save_recipe
from claude_batch_desk.core.prompts.template import Template

ROWS = 300
COMMAND = [sys.executable, "-P", "-m", "claude_batch_desk"]


class Service:
    """The Practice service in a process of its own, as a person would start it."""

    def __init__(self, home: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "practice-service", "--delay", "0.2", *options],
            env={**os.environ, "CLAUDE_BATCH_DESK_HOME": str(home)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def ledger(self) -> dict[str, int]:
        address = f"{self.url}/_practice/ledger"
        with urllib.request.urlopen(address, timeout=30) as reply:  # noqa: S310 - our own service
            workspaces = json.load(reply)["workspaces"]
        return next(iter(workspaces.values()), {"requests": 0, "ids_again": 0, "params_again": 0})

    def set_faults(self, *names: str) -> None:
        request = urllib.request.Request(  # noqa: S310 - our own service
            f"{self.url}/_practice/faults",
            data=json.dumps({"names": names}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310 - our own service
            pass

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    home = tmp_path / "service"
    home.mkdir()
    running = Service(home)
    yield running
    running.stop()


@pytest.fixture
def job(tmp_path: Path) -> tuple[Path, Path]:
    table = tmp_path / "rows.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([["Text"], *([f"row {n}"] for n in range(ROWS))])
    recipe = tmp_path / "ask.recipe"
    save_recipe(Recipe(prompt=Template("Say {{Text}}"), model="claude-haiku-5-5"), recipe)
    return table, recipe


def start(service: Service, job: tuple[Path, Path], out: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*COMMAND, "run", "--table", str(job[0]), "--recipe", str(job[1]), "--out", str(out),
         "--base-url", service.url, "--yes"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def kill_when(process: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    pause = threading.Event()
    while not ready() and process.poll() is None:
        assert time.monotonic() < end
        pause.wait(0.01)
    process.kill()
    process.wait()


def resume(out: Path) -> None:
    subprocess.run([*COMMAND, "resume", "--out", str(out)], check=True, timeout=120)


def check(service: Service, out: Path) -> None:
    ledger = service.ledger()
    assert ledger["requests"] == ROWS
    assert ledger["ids_again"] == ledger["params_again"] == 0
    with out.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["Text"] for row in rows] == [f"row {number}" for number in range(ROWS)]
    assert {row["Status"] for row in rows} == {"answered (practice)"}


def test_killed_after_the_service_accepted_but_before_its_reply(
    service: Service, job: tuple[Path, Path], tmp_path: Path
) -> None:
    service.set_faults("slow:2")
    out = tmp_path / "out.csv"
    process = start(service, job, out)
    kill_when(process, lambda: service.ledger()["requests"] > 0)
    service.set_faults()
    resume(out)
    check(service, out)


def test_killed_after_the_intent_but_before_the_service_accepted(
    service: Service, job: tuple[Path, Path], tmp_path: Path, home: Path
) -> None:
    import sqlite3

    def intended() -> bool:
        try:
            with sqlite3.connect(f"file:{home}/desk.sqlite3?mode=ro", uri=True) as connection:
                rows = connection.execute("SELECT 1 FROM part WHERE state='sending'").fetchall()
            connection.close()
        except sqlite3.Error:
            return False
        return bool(rows)

    service.set_faults("drop-before-accept:1")
    out = tmp_path / "out.csv"
    kill_when(start(service, job, out), intended)
    service.set_faults()
    resume(out)
    check(service, out)


@pytest.mark.parametrize("delay", [0.3, 0.6, 0.9, 1.2, 1.6, 2.2])
def test_killed_at_any_moment(
    service: Service, job: tuple[Path, Path], tmp_path: Path, home: Path, delay: float
) -> None:
    out = tmp_path / "out.csv"
    process = start(service, job, out)
    began = time.monotonic()
    kill_when(process, lambda: time.monotonic() - began > delay)
    listed = subprocess.run([*COMMAND, "jobs", "--json"], check=True, capture_output=True)
    if not any(each["state"] != "draft" for each in json.loads(listed.stdout)["jobs"]):
        process = start(service, job, out)
        assert process.wait(timeout=120) == 0
    else:
        resume_all = subprocess.run([*COMMAND, "resume", "--json"], check=True, capture_output=True)
        assert resume_all.returncode == 0
        jobs = json.loads(
            subprocess.run([*COMMAND, "jobs", "--json"], check=True, capture_output=True).stdout
        )["jobs"]
        number = next(each["job"] for each in jobs if each["state"] == "done")
        subprocess.run([*COMMAND, "export", str(number), "--out", str(out)], check=True)
    check(service, out)
