"""Back up and check, in the window."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import ExportError, Unreachable
from claude_batch_desk.core.jobs.store.hold_store import Hold
from claude_batch_desk.core.jobs.upkeep.archive import NoBackup
from claude_batch_desk.core.jobs.upkeep.backup import BackedUp
from claude_batch_desk.core.jobs.upkeep.check import Checked, Finding
from claude_batch_desk.core.jobs.upkeep.restore import Restored
from claude_batch_desk.core.jobs.upkeep.swap import is_swapping
from claude_batch_desk.core.jobs.upkeep.tracing import Trace
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.upkeep_dialog import UpkeepDialog
from tests.gui.clicking import click

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


class FakeUpkeep:
    """Finds and says what a test wants."""

    def __init__(self) -> None:
        self.found = Checked(3, 4_812, 2, ())
        self.held = [Hold(7, NOW, "", "Letters <b>"), Hold(9, NOW, "", "Reviews")]
        self.traced: Trace | Exception = Trace((), 0)
        self.saved: list[Path] = []
        self.restored: list[Path] = []
        self.failure: Exception | None = None

    def check(self, report: Report) -> Checked:
        report(1, 5_000_000_000)
        report(5_000_000_000, 5_000_000_000)
        return self.found

    def back_up(self, to: Path, report: Report) -> BackedUp:
        report(5_000_000_000, 5_000_000_000)
        if self.failure:
            raise self.failure
        self.saved.append(to)
        return BackedUp(to, 3, 5, 12_300_000, 1)

    def prepare_restore(self, backup: Path, report: Report) -> Restored:
        if self.failure:
            raise self.failure
        self.restored.append(backup)
        return Restored(NOW, 3, None)

    def holds(self) -> list[Hold]:
        return list(self.held)

    def trace(self, job_id: int, report: Report) -> Trace:
        if isinstance(self.traced, Exception):
            raise self.traced
        return self.traced

    def release(self, job_id: int) -> None:
        self.held = [each for each in self.held if each.job != job_id]


@pytest.fixture
def upkeep() -> FakeUpkeep:
    return FakeUpkeep()


@pytest.fixture
def dialog(qtbot: QtBot, tasks: TaskRunner, upkeep: FakeUpkeep) -> UpkeepDialog:
    dialog = UpkeepDialog(upkeep, tasks)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def idle(qtbot: QtBot, dialog: UpkeepDialog) -> None:
    qtbot.waitUntil(dialog.check_button.isEnabled)


def held_button(dialog: UpkeepDialog, job: int) -> QPushButton:
    found = dialog.findChild(QPushButton, f"held_{job}")
    assert found is not None
    return found


def test_a_sound_folder_is_told_with_what_was_looked_at(qtbot: QtBot, dialog: UpkeepDialog) -> None:
    click(dialog.check_button)
    assert not dialog.backup_button.isEnabled()
    idle(qtbot, dialog)
    assert "3 jobs, 4,812 answers, 2 files" in dialog.banner.text.text()
    assert not dialog.findings.isVisible()


def test_findings_are_told_one_by_one(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep
) -> None:
    upkeep.found = Checked(3, 1, 2, (Finding("damage", "One is gone."), Finding("note", "So?")))
    click(dialog.check_button)
    idle(qtbot, dialog)
    assert "Something is lost" in dialog.banner.text.text()
    assert dialog.findings.text() == "One is gone.\n\nSo?"


def test_a_backup_goes_where_the_person_says(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep, tmp_path: Path
) -> None:
    click(dialog.backup_button)
    chooser = dialog.findChild(QFileDialog, "upkeep_file_dialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "desk.zip"))
    chooser.close()
    idle(qtbot, dialog)
    assert upkeep.saved == [tmp_path / "desk.zip"]
    assert "12.3 MB" in dialog.banner.text.text()
    assert "gone already: 1" in dialog.findings.text()


def test_a_backup_that_cannot_be_written_says_so(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep, tmp_path: Path
) -> None:
    upkeep.failure = ExportError("The disk is full.")
    dialog.back_up_to(str(tmp_path / "desk.zip"))
    idle(qtbot, dialog)
    assert dialog.banner.text.text() == "The disk is full."


def test_a_restore_says_what_it_does_before_it_is_prepared(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep, tmp_path: Path
) -> None:
    click(dialog.restore_button)
    chooser = dialog.findChild(QFileDialog, "restore_file_dialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "desk.zip"))
    chooser.close()
    assert "put aside" in dialog.banner.text.text()
    assert upkeep.restored == []
    with qtbot.waitSignal(dialog.quit_requested):
        click(dialog.banner.action)
    assert upkeep.restored == [tmp_path / "desk.zip"]


def test_a_file_that_is_no_backup_closes_no_window(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep, tmp_path: Path
) -> None:
    upkeep.failure = NoBackup("This file is no backup.")
    dialog.ask_to_restore(str(tmp_path / "desk.zip"))
    with qtbot.assertNotEmitted(dialog.quit_requested):
        click(dialog.banner.action)
        idle(qtbot, dialog)
    assert dialog.banner.text.text() == "This file is no backup."


def test_a_held_job_is_allowed_only_after_it_was_looked_for(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep
) -> None:
    click(held_button(dialog, 7))
    idle(qtbot, dialog)
    assert len(upkeep.held) == 2
    assert "leaves no trace" in dialog.banner.text.text()
    assert "I am sure" in held_button(dialog, 7).text()
    click(held_button(dialog, 7))
    assert [each.job for each in upkeep.held] == [9]
    assert "Job 7 can be sent." in dialog.banner.text.text()


def test_a_job_that_was_sent_is_not_allowed(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep
) -> None:
    upkeep.traced = Trace(("msgbatch_1",), 0)
    click(held_button(dialog, 7))
    idle(qtbot, dialog)
    assert "was sent after the backup" in dialog.banner.text.text()
    assert held_button(dialog, 7).text() == "Allow…"
    with qtbot.waitSignal(dialog.account_requested):
        click(dialog.banner.action)


def test_a_backup_that_was_chosen_is_not_restored_by_what_is_offered_later(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep, tmp_path: Path
) -> None:
    dialog.ask_to_restore(str(tmp_path / "desk.zip"))
    upkeep.traced = Trace(("msgbatch_1",), 0)
    click(held_button(dialog, 7))
    idle(qtbot, dialog)
    with qtbot.waitSignal(dialog.account_requested):
        click(dialog.banner.action)
    assert upkeep.restored == []


def test_without_the_service_nothing_is_allowed(
    qtbot: QtBot, dialog: UpkeepDialog, upkeep: FakeUpkeep
) -> None:
    upkeep.traced = Unreachable("There is no network.")
    click(held_button(dialog, 7))
    idle(qtbot, dialog)
    assert dialog.banner.text.text() == "There is no network."
    assert held_button(dialog, 7).text() == "Allow…"


def test_where_nothing_is_held_nothing_is_said_of_it(
    qtbot: QtBot, tasks: TaskRunner, upkeep: FakeUpkeep
) -> None:
    upkeep.held = []
    dialog = UpkeepDialog(upkeep, tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.held.isVisible()


def test_the_menu_opens_it_and_a_check_of_the_real_folder_is_sound(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.menus.upkeep_requested.emit()
    dialog = window.findChild(UpkeepDialog)
    assert dialog is not None
    click(dialog.check_button)
    idle(qtbot, dialog)
    assert "Nothing is lost or broken" in dialog.banner.text.text()


def test_a_restore_closes_the_real_window_and_ends_at_the_next_start(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    backup = tmp_path / "desk.zip"
    window.menus.upkeep_requested.emit()
    dialog = window.findChild(UpkeepDialog)
    assert dialog is not None
    dialog.back_up_to(str(backup))
    idle(qtbot, dialog)
    dialog.ask_to_restore(str(backup))
    click(dialog.banner.action)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert is_swapping(home_folder())
