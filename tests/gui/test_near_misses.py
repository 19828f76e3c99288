"""A person settles values that are not as asked for, on the real desk and the Practice service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.near_miss_dialog import NearMissDialog
from claude_batch_desk.gui.near_miss_panel import NearMissPanel
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.gui.answered_jobs import answered
from tests.gui.clicking import click

SLOW = 30_000


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", faults=["mixed-outcomes"]) as running:
        yield running


@pytest.fixture
def job(session: Session, tmp_path: Path) -> Job:
    """A finished job with some answers outside of the list."""
    return answered(session, tmp_path, [f"I am happy {number}" for number in range(100)])


@pytest.fixture
def draft(session: Session, tasks: TaskRunner, job: Job) -> Iterator[Draft]:
    made = Draft(session.desk, tasks)
    assert job.table_id is not None
    made.open(job, session.desk.table(job.table_id))
    yield made
    shiboken6.delete(made)


@pytest.fixture
def panel(qtbot: QtBot, session: Session, tasks: TaskRunner, draft: Draft) -> NearMissPanel:
    made = NearMissPanel(session.corrections, tasks, draft)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(qtbot: QtBot, panel: NearMissPanel) -> NearMissDialog:
    qtbot.waitUntil(lambda: not panel.isHidden(), timeout=SLOW)
    with qtbot.waitSignal(panel.opened, timeout=SLOW) as opened:
        panel.open()
    assert opened.args is not None
    made = opened.args[0]
    assert isinstance(made, NearMissDialog)
    qtbot.waitUntil(lambda: bool(made.lines), timeout=SLOW)
    return made


def to_review(session: Session, job: Job) -> int:
    return session.desk.job(job.id).outcomes.get("review", 0)


def test_the_line_says_how_many_values_are_not_as_asked_for(
    qtbot: QtBot, panel: NearMissPanel, session: Session, job: Job
) -> None:
    qtbot.waitUntil(lambda: not panel.isHidden(), timeout=SLOW)
    count = sum(each.rows for each in session.corrections.near_misses(job.id, silent))
    are = "value is" if count == 1 else "values are"
    assert panel.words.accessibleName().startswith(f"{count} {are} not as asked for.")


def test_nothing_is_accepted_before_somebody_says_what_is_meant(dialog: NearMissDialog) -> None:
    unknown = [line for line in dialog.lines if not line.miss.meant]
    for line in unknown:
        assert not line.check.isChecked()
        assert not line.check.isEnabled()


def test_all_rows_with_a_value_are_settled_at_once_and_taken_back(
    qtbot: QtBot, dialog: NearMissDialog, session: Session, job: Job
) -> None:
    before = to_review(session, job)
    rows = sum(line.miss.rows for line in dialog.lines)
    for line in dialog.lines:
        if line.meaning.combo is not None:
            line.meaning.combo.setCurrentIndex(1)
            line.meaning.combo.activated.emit(1)
            assert line.check.isChecked()
    assert dialog.accept_button.text() == f"Accept for {rows} rows"
    with qtbot.waitSignal(dialog.changed, timeout=SLOW):
        click(dialog.accept_button)
    assert to_review(session, job) < before
    qtbot.waitUntil(lambda: not dialog.nothing.isHidden(), timeout=SLOW)
    assert dialog.banner.text.text().startswith("Settled in")
    with qtbot.waitSignal(dialog.changed, timeout=SLOW):
        click(dialog.banner.action)
    assert to_review(session, job) == before
    qtbot.waitUntil(lambda: len(dialog.lines) > 0, timeout=SLOW)
