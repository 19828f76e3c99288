"""From a finished job to the file of the next month, and what removing the first one means."""

import csv
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.main_window import MainWindow

_SLOW = 60_000
_ROWS = 20


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def write(path: Path, *, more: int = 0) -> Path:
    source = resource_path("samples/support-tickets.csv")
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.reader(file)][: _ROWS + 1]
    rows += [[f"N-{at}", *rows[1][1:-1], f"Nothing works, {at}."] for at in range(more)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def september(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Job:
    desk = window._session.desk
    table = desk.open_table(write(tmp_path / "september.csv"), ReadOptions(), silent)
    recipe = load_recipe(resource_path("recipes/support-tickets.recipe"))
    job = desk.save_draft(
        desk.new_job("September", "practice").id, recipe=recipe, table_id=table.id
    )
    desk.send(job.id, None, silent)
    qtbot.waitUntil(lambda: desk.advance(job.id, silent).state == "done", timeout=_SLOW)
    window.office.open(job.id)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=_SLOW)
    return desk.job(job.id)


def go_on(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Press the menu entry, and choose the file of the next month."""
    chosen = str(write(tmp_path / "october.csv", more=3)), ""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: chosen)
    with qtbot.waitSignal(window.draft.opened, timeout=_SLOW):
        action(window, "action_go_on").trigger()
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=_SLOW)


def test_the_next_file_asks_the_same_and_only_what_is_new(
    qtbot: QtBot,
    window: MainWindow,
    september: Job,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on(qtbot, window, tmp_path, monkeypatch)
    job = window.draft.job
    assert job is not None
    assert (job.name, job.recipe, job.mode) == ("october", september.recipe, "practice")
    window.job_view.go("review")
    page = window.review_page
    qtbot.waitUntil(lambda: page.send_button.text().startswith("Send 3 rows"), timeout=_SLOW)
    counts = page.findChild(QLabel, "since_counts")
    assert counts is not None
    qtbot.waitUntil(lambda: "3 new, 0 changed, 20 unchanged" in counts.text(), timeout=_SLOW)
    qtbot.waitUntil(lambda: window.cost.rows_label.text().startswith("For 3 of 23 rows"))


def test_only_a_finished_job_has_a_next_month(
    qtbot: QtBot, window: MainWindow, september: Job
) -> None:
    assert september.state == "done"
    assert action(window, "action_go_on").isEnabled()
    with qtbot.waitSignal(window.draft.opened, timeout=_SLOW):
        window.new_practice_job()
    assert not action(window, "action_go_on").isEnabled()


def test_before_a_job_is_removed_it_is_said_who_counts_on_it(
    qtbot: QtBot,
    window: MainWindow,
    september: Job,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on(qtbot, window, tmp_path, monkeypatch)
    window.draft.flush()
    window.shown.remove_other(september.id)
    dialog = window.findChild(QDialog, "confirm")
    assert dialog is not None
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "These are to take over its answers, and could only ask every row: “october”." in words
    removal = dialog.findChild(QPushButton, "confirm_verb")
    assert removal is not None
    removal.click()
    jobs = window._session.desk.jobs
    qtbot.waitUntil(lambda: [job.name for job in jobs()] == ["october"], timeout=_SLOW)
    window.job_view.go("review")
    page = window.review_page
    warning = page.findChild(QLabel, "since_warning_text")
    assert warning is not None
    qtbot.waitUntil(lambda: "was removed" in warning.text(), timeout=_SLOW)
