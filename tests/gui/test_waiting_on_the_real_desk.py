"""A job that goes as two, is waited for, exported and then deleted at the service."""

import json
import urllib.request
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.main_window import MainWindow
from tests.gui.clicking import click

_LONG = 60_000


def set_faults(window: MainWindow, *names: str) -> None:
    url = f"{window._session._practice.base_url()}/_practice/faults"
    body = json.dumps({"names": names}).encode()
    request = urllib.request.Request(url, body)  # noqa: S310 - our own service
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - our own service


def job_of(window: MainWindow) -> Job:
    assert window.draft.job is not None
    return window.draft.job


@pytest.fixture
def ready(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with a sample that is about to be sent as a batch."""
    sample = window.welcome.findChild(QPushButton, "try_sample")
    assert isinstance(sample, QPushButton)
    click(sample)
    qtbot.waitUntil(lambda: window.cost.state == "current", timeout=_LONG)
    window.job_view.go("review")
    qtbot.waitUntil(window.review_page.send_button.isEnabled, timeout=_LONG)
    return window


def test_a_job_that_is_too_large_comes_back_whole_and_is_deleted_after_its_export(
    qtbot: QtBot, ready: MainWindow, tmp_path: Path
) -> None:
    set_faults(ready, "create-413:1", "not-found-first:1")
    click(ready.review_page.send_button)
    status, answers = ready.results_page.status, ready.results_page.answers
    qtbot.waitUntil(status.parts.isVisible, timeout=_LONG)
    assert job_of(ready).parts[0].requests == 0
    qtbot.waitUntil(lambda: job_of(ready).state == "done", timeout=_LONG)
    assert dict(job_of(ready).outcomes) == {"answered": 600}
    box = answers.delete_box
    qtbot.waitUntil(box.check.isVisible, timeout=_LONG)
    click(box.check)
    assert box.means.isVisible()
    answers.export_bar.export_to(tmp_path / "answers.csv")
    qtbot.waitUntil(lambda: "2 batches are deleted" in box.banner.text.text(), timeout=_LONG)
    assert all(part.deleted_at for part in job_of(ready).parts if part.requests)
    assert not box.check.isVisible()
    assert not ready.results_page.ended_banner.isVisible()
