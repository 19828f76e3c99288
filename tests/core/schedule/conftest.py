"""What tests of schedules share: names that have to arrive whole, and a systemd that says yes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import strategies

from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.when import OnChange, When
from claude_batch_desk.practice.server import PracticeService
from tests.core.jobs.conftest import RECIPE
from tests.core.schedule.commands import SYSTEMCTL, write

AWKWARD = (
    "/data/My files/tickets.csv",
    "/data/100% done/50%.csv",
    "/data/%h/%%/%Y-%m-%d.csv",
    "/data/back\\%slash\\.csv",
    '/data/it\'s "quoted".csv',
    "/data/R&D <new> ]]>.csv",
    "/data/$HOME/${x}/$(id)/`id`.csv",
    "/data/Größe – 表 😀.csv",
    "/data/a;b|c&d#e!f*g?h~i.csv",
    "/data/tab'%'and%'.csv",
    "-looks-like-an-option",
    "",
)

printable = strategies.text(
    strategies.characters(codec="utf-8").filter(str.isprintable), min_size=0, max_size=30
)


def entry_of(*arguments: str, when: When | None = None, watched: str = "/data/in.csv") -> Entry:
    command = ("/opt/my app/python3", "-P", "-m", "claude_batch_desk", *arguments)
    return Entry("claude-batch-desk.0123abcd.tickets", command, when or OnChange(), watched)


@contextmanager
def clock_of(zone: str) -> Iterator[None]:
    """The clock on the wall of a place."""
    import time

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def berlin() -> Iterator[None]:
    with clock_of("Europe/Berlin"):
        yield


def script(folder: Path, name: str, text: str) -> None:
    """A command of this name on the PATH of a test."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)


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
