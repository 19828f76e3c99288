"""A job that cannot wait, from the advice to its answers, in the window and over the real desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.practice.server import PracticeService
from tests.gui.clicking import click

_LONG = 60_000
SLOWLY = "slow:0.3"
"""So that a test can meet a job in its middle, however busy the computer is."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def practice_url(service: PracticeService) -> str:
    return service.base_url


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


def test_stopped_in_the_middle_it_goes_on_when_it_is_told_to(
    qtbot: QtBot, ready: MainWindow, service: PracticeService
) -> None:
    service.set_faults(SLOWLY)
    with qtbot.waitSignal(ready.review_page.done_requested, timeout=_LONG):
        click(ready.review_page.send_button)
    calls = ready.results_page.calls
    qtbot.waitUntil(lambda: job_of(ready).outcomes.get("answered", 0) > 20, timeout=_LONG)
    click(calls.stop_button)
    qtbot.waitUntil(lambda: calls.state_chip.text.text() == "Stopped", timeout=_LONG)
    stopped = job_of(ready)
    assert stopped.paused
    assert 20 < stopped.outcomes["answered"] < 600
    ready.results_page.enter()
    assert job_of(ready).outcomes == stopped.outcomes
    service.set_faults()
    click(calls.go_on_button)
    qtbot.waitUntil(lambda: job_of(ready).state == "done", timeout=_LONG)
    assert dict(job_of(ready).outcomes) == {"answered": 600}


def test_canceled_in_the_middle_it_keeps_what_came(
    qtbot: QtBot, ready: MainWindow, service: PracticeService
) -> None:
    service.set_faults(SLOWLY)
    with qtbot.waitSignal(ready.review_page.done_requested, timeout=_LONG):
        click(ready.review_page.send_button)
    qtbot.waitUntil(lambda: job_of(ready).outcomes.get("answered", 0) > 20, timeout=_LONG)
    click(ready.results_page.calls.cancel_button)
    click(ready.results_page.calls.cancel_banner.action)
    qtbot.waitUntil(lambda: job_of(ready).state == "done", timeout=_LONG)
    job = job_of(ready)
    assert job.canceled
    assert job.outcomes["answered"] > 20
    assert sum(job.outcomes.values()) == 600
