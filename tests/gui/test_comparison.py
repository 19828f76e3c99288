"""A person puts two runs of the same rows side by side, on the real desk and Practice."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.again.verbs import Wanted as Rows
from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnCount, Said
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.gui.comparison_cells import CrossingModel
from claude_batch_desk.gui.comparison_dialog import ComparisonDialog, Wanted
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices
from tests.core.jobs.conftest import RECIPE, finish
from tests.gui.answered_jobs import answered
from tests.gui.clicking import click

SLOW = 30_000
MOODS = ("happy", "angry", "happy", "angry", "happy", "happy")
Open = Callable[..., ComparisonDialog]


@pytest.fixture
def job(session: Session, tmp_path: Path) -> Job:
    return answered(session, tmp_path, [f"I am {mood} {at}" for at, mood in enumerate(MOODS)])


def other_run(session: Session, job: Job, recipe: Recipe) -> Job:
    """A later run of the same rows."""
    made = session.desk.new_job("Clearer rules", "practice")
    session.desk.save_draft(made.id, recipe=recipe, table_id=job.table_id)
    return finish(session, session.desk.send(made.id, None, silent))


@pytest.fixture
def other(session: Session, job: Job) -> Job:
    """The same rows, asked in other words; rows 2 and 4 are happy there."""
    run = other_run(session, job, replace(RECIPE, instructions="Tell the mood."))
    session.corrections.correct(run.id, [Change(row, "Mood", "happy") for row in (1, 3)], silent)
    return run


@pytest.fixture
def opened(qtbot: QtBot, session: Session, tasks: TaskRunner) -> Open:
    def open_it(job: Job, wanted: Wanted | None = None) -> ComparisonDialog:
        dialog = ComparisonDialog(session.run_comparing, tasks, job, wanted)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        qtbot.waitUntil(lambda: not dialog.busy.isVisible(), timeout=SLOW)
        return dialog

    return open_it


def compare(qtbot: QtBot, dialog: ComparisonDialog) -> None:
    click(dialog.choice.start_button)
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=SLOW)


def said(dialog: ComparisonDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text().replace("\N{NO-BREAK SPACE}", " ")


def test_how_far_they_agree_and_what_became_of_what_is_told(
    qtbot: QtBot, opened: Open, job: Job, other: Job
) -> None:
    dialog = opened(job)
    assert dialog.choice.other is not None
    assert dialog.choice.other.job.id == other.id
    compare(qtbot, dialog)
    assert dialog.about.accessibleName() == "Moods → Clearer rules"
    assert "the same on 4 of 6 rows" in said(dialog, "comparison_agreeing")
    assert "6 rows are in both" in said(dialog, "comparison_notes")
    assert said(dialog, "comparison_cost")
    differences = dialog.overview.differences
    assert differences is not None
    assert "Tell" in differences.toPlainText()
    cells = dialog.overview.cells
    assert cells is not None
    model = cells.crossings
    shown = {
        (model.headerData(row, Qt.Orientation.Vertical), model.index(row, 0).data())
        for row in range(model.rowCount())
    }
    assert shown == {("happy", "4"), ("angry", "2")}


def test_a_cell_leads_to_its_rows_and_a_row_to_the_results(
    qtbot: QtBot, opened: Open, job: Job, other: Job
) -> None:
    dialog = opened(other)
    QTest.keyClick(dialog.choice.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=SLOW)
    cells = dialog.overview.cells
    assert cells is not None
    changed = dialog.overview.changed_button
    assert changed is not None
    assert dialog.focusWidget() is changed
    QTest.keyClick(changed, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is cells
    cells.setCurrentIndex(cells.crossings.index(1, 0))
    QTest.keyClick(cells, Qt.Key.Key_Return)
    rows = dialog.rows
    assert rows.heading.text() == "Before “angry”, after “happy”: 2 rows"
    numbers = [rows.model.headerData(row, Qt.Orientation.Vertical) for row in (0, 1)]
    assert numbers == ["2", "4"]
    rows.view.go_to_row(1)
    assert rows.text.toPlainText().startswith(
        "Before\nangry\n\nAfter\nhappy\n\nMessage\nI am angry"
    )
    with qtbot.waitSignal(dialog.row_wanted) as wanted:
        QTest.keyClick(rows.view, Qt.Key.Key_Return)
    assert wanted.args == [other.id, 3]


def test_rows_are_told_of_the_column_that_is_shown(
    qtbot: QtBot, opened: Open, job: Job, other: Job
) -> None:
    dialog = opened(job)
    compare(qtbot, dialog)
    click(dialog.part.findChild(QPushButton, "comparison_part_rows"))
    assert dialog.rows.heading.text() == "Mood: 2 rows changed"
    dialog.column.setCurrentIndex(1)
    dialog.column.activated.emit(1)
    assert dialog.part.value == "result"
    assert dialog.overview.cells is None
    assert "No answer has changed." in [each.text() for each in dialog.findChildren(QLabel)]
    rows = dialog.part.findChild(QPushButton, "comparison_part_rows")
    assert rows is not None
    assert not rows.isEnabled()


def test_before_and_after_change_places(qtbot: QtBot, opened: Open, job: Job, other: Job) -> None:
    dialog = opened(other)
    compare(qtbot, dialog)
    assert dialog.found is not None
    assert (dialog.found.before.id, dialog.found.after.id) == (job.id, other.id)
    click(dialog.swap_button)
    qtbot.waitUntil(
        lambda: dialog.found is not None and dialog.found.before.id == other.id, timeout=SLOW
    )


def test_what_changed_is_written_with_its_rows(
    qtbot: QtBot, opened: Open, job: Job, other: Job, tmp_path: Path
) -> None:
    dialog = opened(job)
    assert dialog.export.button.isHidden()
    compare(qtbot, dialog)
    path = tmp_path / "changed.csv"
    dialog.export.export_to(path)
    qtbot.waitUntil(dialog.export.banner.isVisible, timeout=SLOW)
    assert "2 changed answers are in changed.csv" in dialog.export.banner.text.text()
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [line["Row"] for line in csv.DictReader(file)] == ["2", "4"]


def test_runs_that_cannot_be_compared_say_why(
    qtbot: QtBot, opened: Open, session: Session, job: Job
) -> None:
    dialog = opened(job)
    assert dialog.choice.empty.isVisible()
    assert not dialog.choice.start_button.isVisible()
    draft = session.desk.new_job("Draft", "practice")
    dialog = opened(job)
    assert dialog.choice.list.item(0).text().endswith("Cannot be compared. It was not sent yet.")
    assert dialog.choice.other is None
    assert not dialog.choice.choose(draft.id, "")


def test_rows_without_anything_in_common_are_told_in_words(
    qtbot: QtBot, opened: Open, session: Session, job: Job, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    answered(session, folder, ["Somebody else"])
    dialog = opened(job)
    assert dialog.choice.key.findData("Message") > 0
    click(dialog.choice.start_button)
    qtbot.waitUntil(dialog.banner.isVisible, timeout=SLOW)
    assert "no row in common" in dialog.banner.text.text()
    assert dialog.part.value == "choose"
    assert dialog.choice.isEnabled()


def test_a_job_is_compared_with_its_own_earlier_answers_at_once(
    qtbot: QtBot, opened: Open, session: Session, service: PracticeService, tmp_path: Path
) -> None:
    service.set_faults("expire")
    job = answered(session, tmp_path, [f"I am happy {number}" for number in range(12)])
    service.set_faults()
    run = session.again.start(job.id, Rows(("expired",)), None, silent)
    finish(session, run)
    dialog = opened(session.desk.job(job.id), Wanted())
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=SLOW)
    assert said(dialog, "comparison_agreeing") == "No row has an answer of both."
    cells = dialog.overview.cells
    assert cells is not None
    assert cells.crossings.headerData(0, Qt.Orientation.Vertical) == "(expired)"
    assert not dialog.swap_button.isVisible()
    assert said(dialog, "comparison_cost").startswith("The earlier answers of these rows cost $0")


def test_a_job_that_is_gone_is_told_in_words(
    qtbot: QtBot, opened: Open, session: Session, job: Job, other: Job
) -> None:
    dialog = opened(job)
    session.desk.remove_job(other.id)
    click(dialog.choice.start_button)
    qtbot.waitUntil(dialog.banner.isVisible, timeout=SLOW)
    assert dialog.found is None


def test_values_that_are_too_long_to_stand_above_a_column_get_numbers() -> None:
    long = "everything that somebody wants to be paid back for whatever reason"
    field = OutputField("Mood", "choice", plain_choices(long, "angry"))
    count = ColumnCount(field, field)
    for pair, (before, after) in enumerate([("angry", long), ("angry", ""), (long, long)]):
        count.add(pair, Said(before, "answered"), Said(after, "answered"))
    model = CrossingModel(count.result())
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [model.headerData(at, across) for at in range(model.columnCount())] == ["1", "3"]
    named = [model.headerData(at, down) for at in range(model.rowCount())]
    assert named == [f"1   {long}", "2   angry", "3   (nothing)"]
    assert model.headerData(0, across, Qt.ItemDataRole.ToolTipRole) == long


class TestInTheWindow:
    @pytest.fixture
    def practice_url(self, service: PracticeService) -> str:
        return service.base_url

    def test_a_row_of_the_comparison_is_shown_among_the_answers(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        session = window._session
        job = answered(session, tmp_path, [f"I am happy {number}" for number in range(300)])
        other = other_run(session, job, RECIPE)
        session.corrections.correct(other.id, [Change(270, "Mood", "angry")], silent)
        window.office.open(job.id)
        qtbot.waitUntil(lambda: window.draft.table is not None, timeout=SLOW)
        assert window.comparisons.earlier_button.isHidden()
        with qtbot.waitSignal(window.comparisons.opened) as opened:
            click(window.comparisons.button)
        assert opened.args is not None
        dialog = opened.args[0]
        assert isinstance(dialog, ComparisonDialog)
        qtbot.waitUntil(lambda: dialog.choice.other is not None, timeout=SLOW)
        compare(qtbot, dialog)
        dialog.overview.show_changed()
        QTest.keyClick(dialog.rows.view, Qt.Key.Key_Return)
        view = window.results_page.answers.view
        qtbot.waitUntil(lambda: view.currentIndex().row() == 270, timeout=SLOW)
        assert window.focusWidget() is view
        with qtbot.waitSignal(window.comparisons.opened) as again:
            window.menus.compare.trigger()
        assert again.args is not None
        dialog = again.args[0]
        qtbot.waitUntil(lambda: dialog.found is not None, timeout=SLOW)
        dialog.reject()
