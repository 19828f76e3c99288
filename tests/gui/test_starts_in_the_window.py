"""A prepared job that is sent later: planned beside Send, kept by the window, told if it fails."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import ScheduleError, StoreError, Unreachable
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.schedule.book import Book
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.schedule_form import StartForm, Wish, moment_words
from claude_batch_desk.gui.schedule_keeper import StartKeeper
from claude_batch_desk.gui.schedule_start import StartLater
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.timetable import Timetable
from tests.core.schedule.conftest import script
from tests.gui.clicking import click
from tests.gui.opening import message
from tests.gui.page_fakes import make_job, make_range, sent_job

_LONG = 60_000
SYSTEMCTL = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def make_form(qtbot: QtBot) -> Callable[..., StartForm]:
    def make(*, typed: bool = False, practice: bool = False) -> StartForm:
        form = StartForm(make_range("2.00"), typed=typed, practice=practice, parent=None)
        qtbot.addWidget(form)
        return form

    return make


def test_tonight_at_ten_is_proposed_with_a_little_room(make_form: Callable[..., StartForm]) -> None:
    form = make_form()
    assert f"{form.at.astimezone():%H:%M}" == "22:00"
    assert form.most > make_range("2.00").ceiling
    assert form.verb.text() == f"Start {moment_words(form.at)}, for at most ${form.most:.2f}"
    assert form.verb.isEnabled()


def test_less_than_it_may_cost_cannot_be_agreed_to(make_form: Callable[..., StartForm]) -> None:
    form = make_form()
    form.most_spin.setValue(0.5)
    assert not form.verb.isEnabled()
    assert "allow as much" in form.most_label.text()


def test_an_amount_that_has_to_be_typed_is_not_proposed(
    make_form: Callable[..., StartForm],
) -> None:
    form = make_form(typed=True)
    assert form.most == 0
    assert not form.verb.isEnabled()
    form.most_spin.setValue(50)
    assert form.verb.isEnabled()


def test_a_time_that_is_over_cannot_be_chosen(make_form: Callable[..., StartForm]) -> None:
    form = make_form()
    form.time_edit.setDateTime(QDateTime.currentDateTime().addSecs(-60))
    assert form.time_label.text() == "This time is over."
    assert not form.verb.isEnabled()


def test_practice_asks_for_no_amount(qtbot: QtBot, make_form: Callable[..., StartForm]) -> None:
    form = make_form(practice=True)
    with qtbot.waitExposed(form):
        form.show()
    assert not form.most_spin.isVisible()
    assert form.verb.text() == f"Start {moment_words(form.at)}"


def test_without_the_window_it_starts_only_where_there_is_a_scheduler(
    qtbot: QtBot, make_form: Callable[..., StartForm]
) -> None:
    form = make_form()
    assert not form.closed_check.isEnabled()
    form.show_keeper("By systemd.", works=True)
    assert form.closed_check.isChecked()
    with qtbot.waitSignal(form.agreed) as agreed:
        click(form.verb)
    assert agreed.args == [Wish(form.at, form.most, closed=True)]


class FakeStarts:
    """Starts in memory; each try takes the next of `outcomes`."""

    def __init__(self, *outcomes: Job | Exception) -> None:
        self.planned = [Start(1, datetime.now(UTC) - timedelta(seconds=1), Decimal(5))]
        self.outcomes = list(outcomes)
        self.tried = 0

    def all(self) -> list[Start]:
        return [*self.planned]

    def start(self, job_id: int, report: Report) -> Job:
        report(0, 0)
        self.tried += 1
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        self.planned = []
        return outcome


class BusyStarts(FakeStarts):
    """The first time, the store cannot be read."""

    asked = 0

    def all(self) -> list[Start]:
        self.asked += 1
        if self.asked == 1:
            raise StoreError("The job store is in use.")
        return super().all()


def test_the_keeper_sends_a_job_once(qtbot: QtBot, tasks: TaskRunner) -> None:
    starts = FakeStarts(sent_job(make_job()))
    keeper = StartKeeper(starts, tasks, tasks)
    with qtbot.waitSignal(keeper.listed):
        keeper.refresh()
    with qtbot.waitSignals([keeper.started, keeper.listed]):
        keeper.look()
        keeper.look()
    assert starts.tried == 1
    assert keeper.starts == {}


def test_a_store_that_is_busy_is_asked_again_without_a_word(
    qtbot: QtBot, tasks: TaskRunner, errors: list[BaseException]
) -> None:
    starts = BusyStarts(sent_job(make_job()))
    keeper = StartKeeper(starts, tasks, tasks)
    keeper.refresh()
    qtbot.waitUntil(lambda: starts.asked == 1)
    with qtbot.waitSignal(keeper.listed):
        keeper.refresh()
    assert errors == []


def test_what_is_still_to_come_is_left_alone(qtbot: QtBot, tasks: TaskRunner) -> None:
    starts = FakeStarts()
    starts.planned = [replace(starts.planned[0], at=datetime.now(UTC) + timedelta(minutes=1))]
    keeper = StartKeeper(starts, tasks, tasks)
    with qtbot.waitSignal(keeper.listed):
        keeper.refresh()
    keeper.look()
    assert starts.tried == 0


def test_a_service_that_is_away_is_tried_again_later_and_not_told(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    starts = FakeStarts(Unreachable("Nothing answers."))
    keeper = StartKeeper(starts, tasks, tasks)
    with qtbot.waitSignal(keeper.listed):
        keeper.refresh()
    with qtbot.assertNotEmitted(keeper.failed):
        keeper.look()
        qtbot.waitUntil(lambda: 1 in keeper._rest_until)
    keeper.look()
    assert starts.tried == 1


def test_what_cannot_be_mended_is_told_once(qtbot: QtBot, tasks: TaskRunner) -> None:
    starts = FakeStarts(ScheduleError("The job was changed."))
    keeper = StartKeeper(starts, tasks, tasks)
    with qtbot.waitSignal(keeper.listed):
        keeper.refresh()
    with qtbot.waitSignal(keeper.failed):
        keeper.look()
    keeper.look()
    assert starts.tried == 1


@pytest.fixture
def review(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with a sample that could be sent."""
    sample = window.welcome.findChild(QPushButton, "try_sample")
    assert isinstance(sample, QPushButton)
    click(sample)
    qtbot.waitUntil(lambda: window.cost.state == "current", timeout=_LONG)
    window.job_view.go("review")
    qtbot.waitUntil(window.review_page.send_button.isEnabled, timeout=_LONG)
    return window


def timetable(window: MainWindow) -> Timetable:
    [found] = window.draft.findChildren(Timetable)
    return found


def later(window: MainWindow) -> StartLater:
    return timetable(window).later


def plan(qtbot: QtBot, window: MainWindow) -> None:
    click(later(window).button)
    qtbot.waitUntil(lambda: window.findChild(StartForm) is not None)
    form = window.findChild(StartForm)
    assert isinstance(form, StartForm)
    qtbot.waitUntil(lambda: bool(form.keeper_label.text()), timeout=_LONG)
    click(form.verb)
    qtbot.waitUntil(lambda: later(window).planned is not None, timeout=_LONG)


def let_it_come(window: MainWindow) -> None:
    starts = window._session._stores.starts
    for start in starts.all():
        at = datetime.now(UTC) - timedelta(seconds=1)
        starts.keep(replace(start, at=at), starts.asked(start.job))
    timetable(window).keeper.refresh()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemd that says yes; returns where its units are."""
    script(tmp_path / "bin", "systemctl", SYSTEMCTL)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "linux")
    return Path(os.environ["XDG_CONFIG_HOME"]) / "systemd" / "user"


def test_a_job_is_planned_sent_at_its_time_and_its_entry_is_gone(
    qtbot: QtBot, review: MainWindow, systemd: Path
) -> None:
    plan(qtbot, review)
    banner = later(review).banner
    qtbot.waitUntil(banner.isVisible)
    assert banner.text.text().startswith("It is sent by itself to")
    assert "Leave this window open" not in banner.text.text()
    assert len([*systemd.iterdir()]) == 2
    let_it_come(review)
    job = review.draft.job
    assert job is not None
    qtbot.waitUntil(lambda: not review.draft.editable, timeout=_LONG)
    assert not banner.isVisible()
    assert not later(review).button.isVisible()
    qtbot.waitUntil(lambda: Book(review._session.home).all() == [], timeout=_LONG)
    assert [*systemd.iterdir()] == []


@pytest.mark.usefixtures("systemd")
def test_a_changed_job_says_that_it_will_not_start_and_can_be_taken_back(
    qtbot: QtBot, review: MainWindow
) -> None:
    plan(qtbot, review)
    banner = later(review).banner
    recipe = review.draft.recipe
    review.draft.set_recipe(replace(recipe, instructions=f"{recipe.instructions} Please."))
    qtbot.waitUntil(lambda: "was changed after it was planned" in banner.text.text())
    click(banner.action)
    qtbot.waitUntil(lambda: later(review).planned is None, timeout=_LONG)
    qtbot.waitUntil(lambda: not banner.isVisible())
    qtbot.waitUntil(lambda: Book(review._session.home).all() == [], timeout=_LONG)


def test_where_there_is_no_scheduler_the_window_has_to_stay_open(
    qtbot: QtBot, review: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", "")
    plan(qtbot, review)
    assert later(review).banner.text.text().endswith("Leave this window open.")


def test_a_start_that_failed_is_told_over_the_window_and_on_the_page(
    qtbot: QtBot, review: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", "")
    plan(qtbot, review)
    job = review.draft.job
    assert job is not None
    starts = review._session._stores.starts
    starts.keep(replace(starts.all()[0], at=datetime.now(UTC) - timedelta(hours=13)), "")
    timetable(review).keeper.refresh()
    told: list[str] = []

    def said() -> bool:
        told.append(message(review))
        return "more than twelve hours ago" in told[-1]

    qtbot.waitUntil(said, timeout=_LONG)
    assert told[-1].startswith("“Support tickets”: ")
    banner = later(review).banner
    qtbot.waitUntil(lambda: banner.text.text().startswith("It was not sent"), timeout=_LONG)
    click(banner.action)
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=_LONG)
