import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.tasks import TaskRunner


def count(limit: int, report: Report) -> int:
    for number in range(limit):
        report(number + 1, limit)
    return limit


def wait_for(gate: threading.Event, report: Report) -> str:
    while not gate.wait(0.005):
        report(0, 0)
    return "through"


def fail(report: Report) -> None:
    raise StoreError("The disk is full.")


def test_a_result_comes_home_to_the_ui_thread(qtbot: QtBot, tasks: TaskRunner) -> None:
    got: list[tuple[int, threading.Thread]] = []
    tasks.start(
        count, 5, owner=tasks, done=lambda result: got.append((result, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: bool(got))
    assert got == [(5, threading.main_thread())]


def test_progress_is_told_but_does_not_flood(qtbot: QtBot, tasks: TaskRunner) -> None:
    told: list[tuple[int, int]] = []
    done: list[int] = []
    tasks.start(
        count,
        50_000,
        owner=tasks,
        done=done.append,
        progress=lambda at, total: told.append((at, total)),
    )
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert told[-1] == (50_000, 50_000)
    assert len(told) < 1_000


def test_a_failure_nobody_asked_for_reaches_the_one_error_display(
    qtbot: QtBot, tasks: TaskRunner, errors: list[BaseException]
) -> None:
    tasks.start(fail, owner=tasks, done=lambda _: None)
    qtbot.waitUntil(lambda: bool(errors))
    assert str(errors[0]) == "The disk is full."


def test_cancelled_work_stops_soon_and_only_says_that_it_ended(
    qtbot: QtBot, tasks: TaskRunner, errors: list[BaseException]
) -> None:
    told: list[str] = []
    task = tasks.start(
        wait_for,
        threading.Event(),
        owner=tasks,
        done=told.append,
        ended=lambda: told.append("ended"),
    )
    task.cancel()
    qtbot.waitUntil(lambda: bool(told), timeout=500)
    assert told == ["ended"]
    assert errors == []


def test_nothing_is_delivered_to_a_widget_that_has_gone(qtbot: QtBot, tasks: TaskRunner) -> None:
    gate, owner = threading.Event(), QObject()
    told: list[str] = []
    tasks.start(wait_for, gate, owner=owner, done=told.append, ended=lambda: told.append("ended"))
    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.working)
    after: list[int] = []
    tasks.start(count, 1, owner=tasks, done=after.append)
    qtbot.waitUntil(lambda: bool(after))
    assert told == []


def test_a_qt_object_is_kept_out_of_a_worker(tasks: TaskRunner) -> None:
    def work(carried: QObject, report: Report) -> None: ...

    with pytest.raises(TypeError, match="Qt object"):
        tasks.start(work, QObject(), owner=tasks, done=lambda _: None)


def test_closing_drops_what_waits_and_stops_what_runs(qapp: QApplication, qtbot: QtBot) -> None:
    with ThreadPoolExecutor(1) as executor:
        runner = TaskRunner(executor, lambda owner, error: None)
        for _ in range(20):
            runner.start(wait_for, threading.Event(), owner=runner, done=lambda _: None)
        assert runner.working
        runner.close()
        qtbot.waitUntil(lambda: not runner.working, timeout=500)


def test_after_closing_nothing_is_started_and_nobody_is_hurt(
    qapp: QApplication, qtbot: QtBot, tasks: TaskRunner
) -> None:
    told: list[object] = []
    tasks.close()
    task = tasks.start(count, 5, owner=tasks, done=told.append, ended=lambda: told.append("ended"))
    assert task.stop.is_set()
    assert not tasks.working
    QApplication.sendPostedEvents()
    assert told == []
