from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import KeyRefused
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.watcher import Watcher
from tests.gui.page_fakes import done_job, make_job, sent_job

LONG_AGO = datetime.now(UTC) - timedelta(hours=9)
LATER = datetime.now(UTC) + timedelta(minutes=50)
BEYOND = datetime.now(UTC) + timedelta(days=30)


class Service:
    """Ends every job it is asked about, or refuses."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.refusal: Exception | None = None

    def advance(self, job_id: int, report: Report) -> Job:
        self.asked.append(job_id)
        if self.refusal is not None:
            raise self.refusal
        return done_job(id=job_id)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def watcher(service: Service, tasks: TaskRunner) -> Iterator[Watcher]:
    watcher = Watcher(service, tasks)
    yield watcher
    shiboken6.delete(watcher)


def test_after_a_long_sleep_each_job_is_looked_at_once(
    qtbot: QtBot, watcher: Watcher, service: Service
) -> None:
    watcher.watch([sent_job(id=1, next_look=LONG_AGO), sent_job(id=2, next_look=LONG_AGO)])
    with qtbot.waitSignals([watcher.moved, watcher.moved]):
        watcher.look()
        watcher.look()
    watcher.look()
    assert sorted(service.asked) == [1, 2]


def test_a_job_whose_time_has_not_come_is_left_alone(watcher: Watcher, tasks: TaskRunner) -> None:
    watcher.watch([sent_job(next_look=LATER), make_job(id=2), done_job(id=3)])
    watcher.look()
    assert not tasks.working


def test_a_clock_set_back_does_not_leave_a_job_waiting_for_days(
    qtbot: QtBot, watcher: Watcher, service: Service
) -> None:
    watcher.watch([sent_job(next_look=BEYOND)])
    watcher.look()
    qtbot.waitUntil(lambda: service.asked == [1])


def test_the_job_in_the_window_is_left_to_its_page(watcher: Watcher, tasks: TaskRunner) -> None:
    watcher.watch([sent_job(id=1, next_look=LONG_AGO)])
    watcher.spare(1)
    watcher.look()
    assert not tasks.working


def test_a_refused_look_is_not_repeated_every_second(
    qtbot: QtBot,
    watcher: Watcher,
    service: Service,
    tasks: TaskRunner,
    errors: list[BaseException],
) -> None:
    service.refusal = KeyRefused("There is no API key yet.")
    watcher.watch([sent_job(id=1, next_look=LONG_AGO)])
    watcher.look()
    qtbot.waitUntil(lambda: not watcher._looking)
    watcher.look()
    assert service.asked == [1]
    assert errors == []


def test_one_job_of_immediate_calls_is_looked_at_after_the_other(
    qtbot: QtBot, watcher: Watcher, service: Service
) -> None:
    calls = [sent_job(id=each, way="now", parts=(), next_look=LONG_AGO) for each in (1, 2)]
    watcher.watch([*calls, sent_job(id=3, next_look=LONG_AGO)])
    with qtbot.waitSignals([watcher.moved, watcher.moved]):
        watcher.look()
    assert sorted(service.asked) == [1, 3]
    with qtbot.waitSignal(watcher.moved):
        watcher.look()
    assert sorted(service.asked) == [1, 2, 3]


def test_a_job_that_was_stopped_is_left_alone(watcher: Watcher, service: Service) -> None:
    watcher.watch([sent_job(way="now", state="sending", paused=True, next_look=None)])
    watcher.look()
    assert service.asked == []
