"""A Practice service that counts, and a process that works on a job until it is made to die."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.faults.crash_driver import HIT, KILLED

_SHOWN = 5_000
"""Characters of what the driver said last, which tell why it failed."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """What the driver has said of troubles, expected ones too."""
    return tmp_path / "said.txt"


@pytest.fixture
def driver(said: Path) -> "Iterator[subprocess.Popen[str]]":
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.crash_driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    yield process
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.fixture
def run(
    driver: "subprocess.Popen[str]", service: PracticeService, said: Path
) -> Callable[..., int]:
    """Work on the job in a folder until it is done or step `at` comes; the exit status."""

    def ask(home: Path, key: str, at: int, trouble: str = "killed", way: str = "batch") -> int:
        assert driver.stdin is not None
        assert driver.stdout is not None
        asked = {"home": str(home), "url": service.base_url, "key": key}
        driver.stdin.write(json.dumps({**asked, "at": at, "trouble": trouble, "way": way}) + "\n")
        driver.stdin.flush()
        status = int(driver.stdout.readline())
        assert status in (0, HIT, KILLED), said.read_text()[-_SHOWN:]
        return status

    return ask
