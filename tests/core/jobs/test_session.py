"""One data folder, one program at a time, and a Practice service that goes with it."""

import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError, Unreachable
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PracticeProcess, Session

HOLDER = """
import sys
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import PracticeProcess, Session
session = Session(home_folder())
practice = PracticeProcess(home_folder() / "practice", 0.0) if sys.argv[1:] else None
print(practice.base_url() if practice else "open", flush=True)
sys.stdin.read()
"""


def holder(*options: str) -> "tuple[subprocess.Popen[str], str]":
    """Another instance with the folder open, and what it says."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", HOLDER, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/_practice/ledger", timeout=5).close()  # noqa: S310 - ours
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def test_a_lock_that_cannot_be_taken_is_told_in_a_sentence() -> None:
    (home_folder() / "desk.lock").mkdir()
    with pytest.raises(StoreError, match=r"cannot be used.*Check that it is yours"):
        Session(home_folder())


def test_a_store_that_is_a_folder_is_told_in_a_sentence_and_the_lock_is_free_again() -> None:
    folder = home_folder() / "desk.sqlite3"
    folder.mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        Session(home_folder())
    folder.rmdir()
    Session(home_folder()).close()


def test_an_instance_that_is_suspended_still_holds_its_folder() -> None:
    process, _ = holder()
    process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(StoreError, match="already open"):
            Session(home_folder())
    finally:
        end(process)
    Session(home_folder()).close()


def test_what_nobody_may_remove_is_no_reason_not_to_start() -> None:
    (home_folder() / "sources" / "a folder").mkdir(parents=True)
    (home_folder() / "outbox" / "another").mkdir(parents=True)
    Session(home_folder()).close()


def test_the_practice_service_ends_when_its_program_is_killed() -> None:
    process, url = holder("practice")
    assert answers(url)
    end(process)
    pause = threading.Event()
    for _ in range(100):
        if not answers(url):
            break
        pause.wait(0.1)
    else:
        pytest.fail("it goes on without its program")
    with Session(home_folder()) as session:
        assert answers(session.gateway("practice", "").base_url)


def test_a_practice_service_that_is_still_ending_is_waited_for(tmp_path: Path) -> None:
    older = PracticeService(tmp_path / "practice")
    older.__enter__()
    timer = threading.Timer(3.0, older.__exit__, (None, None, None))
    timer.start()
    practice = PracticeProcess(tmp_path / "practice", 0.0)
    try:
        assert answers(practice.base_url())
    finally:
        practice.stop()
        timer.join()


def test_practice_starts_from_a_checkout_that_is_nowhere_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    practice = PracticeProcess(tmp_path / "practice", 0.0)
    try:
        assert answers(practice.base_url())
    finally:
        practice.stop()


def test_a_practice_service_in_use_elsewhere_is_named(tmp_path: Path) -> None:
    practice = PracticeProcess(tmp_path / "practice", 0.0)
    with (
        PracticeService(tmp_path / "practice"),
        pytest.raises(Unreachable, match="Another Practice service is using the folder"),
    ):
        practice.base_url()
    practice.stop()


def test_the_verb_beside_an_open_window_says_what_to_do() -> None:
    with PracticeService(home_folder() / "practice"):
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "claude_batch_desk", "practice-service"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert "Another Practice service is using the folder" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_frozen_program_reads_files_and_practices_without_loading_the_rest() -> None:
    switched = {
        "--reader": (b"not a request", b"tables.reader_child"),
        "--documents": (b"", b"documents.reader_child"),
        "--practice-process": (b"", b"practice.__main__"),
    }
    for switch, (given, loaded) in switched.items():
        ended = subprocess.run(
            [sys.executable, "-P", "-X", "importtime", "-m", "claude_batch_desk", switch],
            input=given,
            capture_output=True,
            env={**os.environ},
            timeout=60,
            check=False,
        )
        assert b"claude_batch_desk.cli" not in ended.stderr
        assert loaded in ended.stderr
