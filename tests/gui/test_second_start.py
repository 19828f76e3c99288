"""Two real starts of the program on one data folder."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

Start = Callable[..., "subprocess.Popen[str]"]

SAYS_WHEN_ASKED = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
import claude_batch_desk.app as app

make = app.make_app
def made(argv):
    application = make(argv)
    application.file_asked.connect(lambda paths: print(paths, flush=True))
    def ask():
        event = QFileOpenEvent(QUrl.fromLocalFile(sys.argv[1]))
        QCoreApplication.sendEvent(application, event)
        QTimer.singleShot(0, application.closeAllWindows)
    QTimer.singleShot(200, ask)
    return application
app.make_app = made
from claude_batch_desk.core.settings import home_folder
sys.exit(app.run_window(home_folder(), []))
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the program; what is left of it at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "claude_batch_desk", *arguments],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def tables(home: Path) -> list[str]:
    """The sources of the jobs in the store, as another program sees them."""
    with closing(sqlite3.connect(home / "desk.sqlite3")) as store:
        rows = store.execute(
            "SELECT source_table.path FROM job JOIN source_table ON table_id=source_table.id"
        )
        return sorted(path for (path,) in rows)


def wait_until(true: Callable[[], bool], seconds: float = 40) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        pause.wait(0.05)
    pytest.fail("it did not come about")


def has_tables(home: Path, *paths: Path) -> bool:
    try:
        return tables(home) == sorted(map(str, paths))
    except sqlite3.OperationalError:  # it is only being made
        return False


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "first.csv", tmp_path / "second one.csv", tmp_path / "third.csv"]
    for path in made:
        path.write_text(f"Id,Name\n1,{path.stem}\n", encoding="utf-8")
    return made


def test_files_on_the_command_line_become_jobs_and_a_second_start_hands_its_own_over(
    start: Start, home: Path, files: list[Path]
) -> None:
    first = start(str(files[0]), str(files[1]))
    wait_until(lambda: has_tables(home, *files[:2]))
    second = start(os.path.relpath(files[2]))
    assert second.wait(timeout=40) == 0
    wait_until(lambda: has_tables(home, *files))
    again = start()
    assert again.wait(timeout=40) == 0
    assert first.poll() is None


def test_a_killed_window_keeps_nobody_from_starting(
    start: Start, home: Path, files: list[Path]
) -> None:
    first = start(str(files[0]))
    wait_until(lambda: has_tables(home, files[0]))
    first.kill()
    first.wait()
    start(str(files[1]))
    wait_until(lambda: has_tables(home, *files[:2]))


def test_macos_asks_for_a_file_by_an_event(home: Path, files: list[Path]) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-c", SAYS_WHEN_ASKED, str(files[0])],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout == f"{[str(files[0])]}\n", ended.stderr


@pytest.mark.parametrize("word", ["insepct", "jobz"])
def test_a_misspelt_verb_is_not_taken_for_a_file(start: Start, word: str) -> None:
    process = start(word)
    assert process.wait(timeout=40) == 2
    assert "invalid choice" in (process.communicate()[1] or "")
