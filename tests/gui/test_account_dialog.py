"""The batches of the account, in the window."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import DeskError, ExportError, KeyRefused, Unreachable
from claude_batch_desk.core.jobs.account.listing import Listed, Listing
from claude_batch_desk.core.jobs.account.reading import ImportedRow
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.service.batch import Batch, Counts
from claude_batch_desk.gui.account_dialog import AccountDialog
from claude_batch_desk.gui.account_results import ANSWER, CUSTOM_ID
from claude_batch_desk.gui.account_table import MADE, STATE, WHOSE
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.messages import MessageDialog
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click

NOW = datetime.now(UTC)


def batch(name: str, days: int = 1, requests: int = 3, *, running: bool = False) -> Batch:
    made = NOW - timedelta(days=days)
    counts = Counts(processing=requests) if running else Counts(succeeded=requests)
    ended = None if running else made + timedelta(hours=1)
    status = "in_progress" if running else "ended"
    day = made + timedelta(days=1)
    return Batch(name, status, counts, made, day, ended, has_results=not running)


OURS = Listed(batch("b-ours"), "job", 3, "Letters <b>", 1, 2)
LOST = Listed(batch("b-lost", 2), "unbound", 4, "Reviews", 1, 1, adoptable=True)
FOREIGN = Listed(batch("b-foreign", 3, 1_200), "foreign")
UNTOLD = Listed(batch("b-untold", 4), "untold")
RUNNING = Listed(batch("b-running", 0, running=True), "untold")
ALL = (RUNNING, OURS, LOST, FOREIGN, UNTOLD)
IMPORTED = Imported(7, "b-foreign", "practice", 1_200, NOW, NOW, NOW, {"answered": 1_200})
MESSAGE = {
    "content": [{"type": "text", "text": "<b>Yes</b>\nand no"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 12, "output_tokens": 3},
}
ANSWERED = read_answer({"type": "succeeded", "message": MESSAGE}, ())


class FakeAccount:
    """Lists what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.lists: dict[Mode, tuple[Listed, ...]] = {"practice": ALL, "live": ()}
        self.failure: DeskError | None = None
        self.trouble = ""
        self.kept: list[Imported] = []
        self.asked: list[str] = []
        self.looking = threading.Event()
        self.looking.set()

    def _tell(self, verb: str, report: Report) -> None:
        self.asked.append(verb)
        report(0, 0)
        if self.failure is not None:
            raise self.failure

    def batches(self, mode: Mode, report: Report) -> Listing:
        self._tell(f"list {mode}", report)
        return Listing(mode, self.lists[mode])

    def look_into(self, found: Listing, report: Report) -> Listing:
        self.asked.append("look")
        while not self.looking.wait(0.01):
            report(1, 3)
        told = (replace(UNTOLD, origin="elsewhere") if each is UNTOLD else each for each in ALL)
        if self.trouble:
            return replace(found, trouble=self.trouble)
        return replace(found, batches=tuple(told))

    def told_again(self, found: Listing, report: Report) -> Listing:
        imported = {each.batch_id: each.id for each in self.kept}
        again = (replace(each, imported=imported.get(each.batch.id)) for each in found.batches)
        return replace(found, batches=tuple(again))

    def adopt(self, mode: Mode, batch_id: str, report: Report) -> Job:
        self._tell(f"adopt {batch_id}", report)
        return Job(4, "Reviews", "practice", "waiting", Recipe(), 1, NOW)

    def import_batch(self, mode: Mode, batch_id: str, report: Report) -> Imported:
        self._tell(f"import {batch_id}", report)
        self.kept = [IMPORTED]
        return IMPORTED

    def imports(self, report: Report) -> list[Imported]:
        return list(self.kept)

    def rows(self, import_id: int, first: int, count: int) -> list[ImportedRow]:
        last = min(first + count, 1_200)
        return [ImportedRow(f"row-{at}", ANSWERED, "a-model") for at in range(first, last)]

    def export(self, import_id: int, path: Path, report: Report) -> Exported:
        self._tell(f"export {import_id} {path.name}", report)
        return Exported(path, 1_200, ("A note.",))

    def forget(self, import_id: int, report: Report) -> None:
        self._tell(f"forget {import_id}", report)
        self.kept = []


@pytest.fixture
def account() -> FakeAccount:
    return FakeAccount()


@pytest.fixture
def dialog(qtbot: QtBot, account: FakeAccount, tasks: TaskRunner) -> AccountDialog:
    dialog = AccountDialog(account, tasks, "practice")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def idle(qtbot: QtBot, dialog: AccountDialog) -> None:
    qtbot.waitUntil(lambda: dialog.listed.listing is not None and not dialog.busy.isVisible())


def cells(dialog: AccountDialog, column: int) -> list[str]:
    model = dialog.listed.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def select(dialog: AccountDialog, name: str) -> None:
    dialog.listed.select(name)
    assert dialog.listed.detail.name.text() == name


def test_batches_are_listed_and_then_asked_whose_they_are(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    QAbstractItemModelTester(dialog.listed.model)
    idle(qtbot, dialog)
    assert account.asked == ["list practice", "look"]
    assert cells(dialog, WHOSE) == [
        "Not known yet",
        "Job 3, part 1 of 2: Letters <b>",
        "Job 4: Reviews",
        "Another program",
        "Claude Batch Desk, elsewhere",
    ]
    assert cells(dialog, STATE) == ["Running", "Ended", "To take over", "Ended", "Ended"]
    assert dialog.listed.count.text() == "5 batches"


def test_what_can_be_taken_over_is_pointed_out(qtbot: QtBot, dialog: AccountDialog) -> None:
    idle(qtbot, dialog)
    assert "jobs here that lack them: 1" in dialog.banner.text.text()
    click(dialog.banner.action)
    assert dialog.listed.detail.name.text() == "b-lost"
    assert not dialog.banner.isVisible()


def test_some_of_the_batches_can_be_looked_at_alone(qtbot: QtBot, dialog: AccountDialog) -> None:
    idle(qtbot, dialog)
    for choice, names in {
        "here": ["b-ours", "b-lost"],
        "other": ["b-foreign", "b-untold"],
        "untold": ["b-running"],
    }.items():
        click(dialog.listed.filter.findChild(QPushButton, f"account_filter_{choice}"))
        model = dialog.listed.model
        assert [model.line(row).batch.id for row in range(model.rowCount())] == names
    assert dialog.listed.count.text() == "1 of 5 batches"


def test_a_batch_is_found_by_its_id_or_by_its_job(qtbot: QtBot, dialog: AccountDialog) -> None:
    idle(qtbot, dialog)
    for text, names in {"REVIEWS": ["b-lost"], "b-f": ["b-foreign"], "nothing": []}.items():
        dialog.listed.find_edit.setText(text)
        model = dialog.listed.model
        assert [model.line(row).batch.id for row in range(model.rowCount())] == names
    assert dialog.listed.count.text() == "0 of 5 batches"


def test_the_selected_batch_stays_selected_when_more_is_known(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    idle(qtbot, dialog)
    dialog.listed.view.sortByColumn(MADE, Qt.SortOrder.AscendingOrder)
    select(dialog, "b-untold")
    account.looking.clear()
    dialog.ask()
    account.looking.set()
    idle(qtbot, dialog)
    assert dialog.listed.detail.name.text() == "b-untold"
    assert cells(dialog, WHOSE)[0] == "Claude Batch Desk, elsewhere"


def test_the_selected_batch_stays_selected_in_another_order(
    qtbot: QtBot, dialog: AccountDialog
) -> None:
    idle(qtbot, dialog)
    select(dialog, "b-foreign")
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        dialog.listed.view.sortByColumn(WHOSE, order)
        row = dialog.listed.view.currentIndex().row()
        assert dialog.listed.model.line(row).batch.id == "b-foreign"
        assert dialog.listed.detail.name.text() == "b-foreign"


def test_a_batch_of_ours_is_taken_over_and_the_jobs_hear_of_it(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    idle(qtbot, dialog)
    select(dialog, "b-lost")
    with qtbot.waitSignal(dialog.jobs_changed):
        click(dialog.listed.detail.take_over)
    assert "adopt b-lost" in account.asked
    assert "Job 4 has this batch now" in dialog.banner.text.text()


def test_what_can_be_done_goes_by_whose_the_batch_is(qtbot: QtBot, dialog: AccountDialog) -> None:
    idle(qtbot, dialog)
    detail = dialog.listed.detail
    offered = {
        "b-ours": [detail.job],
        "b-lost": [detail.take_over, detail.fetch, detail.job],
        "b-foreign": [detail.fetch],
        "b-running": [],
    }
    for name, verbs in offered.items():
        select(dialog, name)
        every = (detail.take_over, detail.fetch, detail.read, detail.job)
        assert [each for each in every if each.isVisible()] == verbs


def test_a_foreign_batch_is_imported_and_read(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    idle(qtbot, dialog)
    select(dialog, "b-foreign")
    click(dialog.listed.detail.fetch)
    idle(qtbot, dialog)
    assert "imported: 1,200" in dialog.banner.text.text()
    click(dialog.banner.action)
    results = dialog.imported.answers.model
    QAbstractItemModelTester(results)
    qtbot.waitUntil(lambda: results.rowCount() == 1_200)
    assert results.index(1_199, CUSTOM_ID).data() == "row-1199"
    assert results.index(0, ANSWER).data() == "<b>Yes</b> and no"
    assert dialog.imported.answers.text.toPlainText() == "<b>Yes</b>\nand no"
    assert not dialog.mode.isVisible()


def test_the_import_of_a_listed_batch_is_one_click_away(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    idle(qtbot, dialog)
    account.kept = [IMPORTED]
    dialog.refresh()
    qtbot.waitUntil(lambda: account.asked.count("look") == 2)
    idle(qtbot, dialog)
    dialog.show_import(7)
    qtbot.waitUntil(lambda: dialog.imported.selected == IMPORTED)


def test_an_import_is_written_where_the_person_says(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount, tmp_path: Path
) -> None:
    idle(qtbot, dialog)
    account.kept = [IMPORTED]
    dialog.show_import(7)
    qtbot.waitUntil(lambda: dialog.imported.selected is not None)
    click(dialog.imported.csv_button)
    chooser = dialog.findChild(QFileDialog, "imports_file_dialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "mine.csv"))
    chooser.close()
    qtbot.waitUntil(lambda: "mine.csv" in dialog.banner.text.text())
    assert account.asked[-1] == "export 7 mine.csv"
    assert "A note." in dialog.banner.text.text()
    account.failure = ExportError("The disk is full.")
    dialog.imported.export_to(str(tmp_path / "mine.csv"))
    qtbot.waitUntil(lambda: dialog.banner.text.text() == "The disk is full.")


def test_an_import_is_removed_only_after_a_question(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    idle(qtbot, dialog)
    account.kept = [IMPORTED]
    dialog.show_import(7)
    qtbot.waitUntil(lambda: dialog.imported.selected is not None)
    click(dialog.imported.remove_button)
    asking = dialog.findChild(MessageDialog)
    assert asking is not None
    assert "stays at the service" in asking.text.text()
    assert "forget 7" not in account.asked
    click(asking.findChild(QPushButton, "confirm_verb"))
    qtbot.waitUntil(dialog.imported.empty.isVisible)
    assert "forget 7" in account.asked


def test_looking_can_be_stopped_and_taken_up_again(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    account.looking.clear()
    qtbot.waitUntil(lambda: account.asked[-1:] == ["look"])
    click(dialog.busy.cancel)
    qtbot.waitUntil(dialog.listed.ask.isVisible)
    account.looking.set()
    click(dialog.listed.ask)
    qtbot.waitUntil(lambda: "Claude Batch Desk, elsewhere" in cells(dialog, WHOSE))
    assert account.asked.count("look") == 2


def test_other_work_can_begin_while_the_batches_are_asked(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    account.looking.clear()
    qtbot.waitUntil(lambda: account.asked[-1:] == ["look"])
    select(dialog, "b-foreign")
    click(dialog.listed.detail.fetch)
    qtbot.waitUntil(lambda: "imported: 1,200" in dialog.banner.text.text())
    account.looking.set()
    idle(qtbot, dialog)


def test_trouble_while_asking_is_told_and_what_is_known_stays(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    account.trouble = "The service is overloaded."
    idle(qtbot, dialog)
    dialog.ask()
    idle(qtbot, dialog)
    assert "The service is overloaded." in dialog.banner.text.text()
    assert len(cells(dialog, WHOSE)) == 5


def test_no_network_is_a_sentence_and_no_table(
    qtbot: QtBot, tasks: TaskRunner, account: FakeAccount
) -> None:
    account.failure = Unreachable("There is no network.")
    dialog = AccountDialog(account, tasks, "live")
    qtbot.addWidget(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.banner.text.text() == "There is no network.")
    assert not dialog.listed.view.isVisible()
    account.failure = None
    click(dialog.refresh_button)
    qtbot.waitUntil(dialog.listed.empty.isVisible)


def test_without_a_key_the_way_to_it_is_offered(
    qtbot: QtBot, tasks: TaskRunner, account: FakeAccount
) -> None:
    account.failure = KeyRefused("There is no API key yet.")
    dialog = AccountDialog(account, tasks, "live")
    qtbot.addWidget(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.banner.text.text() == "There is no API key yet.")
    with qtbot.waitSignal(dialog.key_requested):
        click(dialog.banner.action)


def test_live_and_practice_are_listed_apart(
    qtbot: QtBot, dialog: AccountDialog, account: FakeAccount
) -> None:
    idle(qtbot, dialog)
    click(dialog.mode.findChild(QPushButton, "account_mode_live"))
    qtbot.waitUntil(dialog.listed.empty.isVisible)
    assert account.asked[-1] == "list live"


def test_the_job_of_a_batch_is_one_click_away(qtbot: QtBot, dialog: AccountDialog) -> None:
    idle(qtbot, dialog)
    select(dialog, "b-ours")
    with qtbot.waitSignal(dialog.job_requested) as asked:
        click(dialog.listed.detail.job)
    assert asked.args == [3]


def test_the_id_of_a_batch_can_be_copied(qtbot: QtBot, dialog: AccountDialog) -> None:
    idle(qtbot, dialog)
    select(dialog, "b-ours")
    click(dialog.listed.detail.copy_id)
    assert QGuiApplication.clipboard().text() == "b-ours"


def test_results_that_are_about_to_go_are_marked(qtbot: QtBot, tasks: TaskRunner) -> None:
    account = FakeAccount()
    account.lists["practice"] = (Listed(batch("b-old", 27), "foreign"), FOREIGN)
    dialog = AccountDialog(account, tasks, "practice")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    idle(qtbot, dialog)
    until = dialog.listed.model.headers().index("Answers until")
    marks = [
        dialog.listed.model.index(row, until).data(Qt.ItemDataRole.DecorationRole)
        for row in range(2)
    ]
    assert [mark is not None for mark in marks] == [True, False]


def test_the_menu_opens_it_on_the_real_desk(qtbot: QtBot, window: MainWindow) -> None:
    window.menus.account_requested.emit()
    dialog = window.findChild(AccountDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.listed.empty.isVisible, timeout=20_000)
    dialog.close()
