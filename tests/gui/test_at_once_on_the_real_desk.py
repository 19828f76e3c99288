"""A job that cannot wait, from the advice to its answers, in the window and over the real desk."""

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.main_window import MainWindow
from tests.gui.clicking import click

_LONG = 60_000


@pytest.fixture
def ready(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with a sample that is about to be sent at once."""
    sample = window.welcome.findChild(QPushButton, "try_sample")
    assert isinstance(sample, QPushButton)
    click(sample)
    qtbot.waitUntil(lambda: window.cost.state == "current", timeout=_LONG)
    window.job_view.go("review")
    page = window.review_page
    qtbot.waitUntil(page.send_button.isEnabled, timeout=_LONG)
    click(page.when.buttons["now"])
    qtbot.waitUntil(page.when.take_button.isVisible, timeout=_LONG)
    click(page.when.take_button)
    assert page.send_button.text().startswith("Send 600 rows at once, about $0.")
    return window


def job_of(window: MainWindow) -> Job:
    assert window.draft.job is not None
    return window.draft.job


def test_a_job_at_once_comes_back_whole_and_is_billed_at_the_full_price(
    qtbot: QtBot, ready: MainWindow
) -> None:
    with qtbot.waitSignal(ready.review_page.done_requested, timeout=_LONG):
        click(ready.review_page.send_button)
    assert ready.job_view.step == "results"
    qtbot.waitUntil(lambda: job_of(ready).state == "done", timeout=_LONG)
    job = job_of(ready)
    assert (job.way, job.latency) == ("now", "now")
    assert dict(job.outcomes) == {"answered": 600}
    qtbot.waitUntil(lambda: ready.cost.state == "billed", timeout=_LONG)
    assert not ready.cost.ways.now.sent_chip.isHidden()
    assert job.estimate is not None
    assert job.billed is not None
    assert job.billed > job.estimate.batch.expected
