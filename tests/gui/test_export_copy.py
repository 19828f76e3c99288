"""A copy of the original workbook with the answers in it, from the Results page."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.tables.table import Reading
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.export_bar import ExportBar
from claude_batch_desk.gui.messages import MessageDialog
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, done_job


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, empty_draft: Draft) -> ResultsPage:
    page = ResultsPage(desk, desk, tasks, empty_draft)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    return page


def open_results(page: ResultsPage, draft: Draft, desk: FakeDesk, name: str) -> ExportBar:
    """The results of rows that came from a workbook of this name."""
    reading = Reading("workbook", sheet="Data")
    desk.kept_table = replace(desk.kept_table, name=name, reading=reading)
    desk.now = done_job(version=2)
    draft.open(desk.now, desk.kept_table)
    page.enter()
    return page.answers.export_bar


def asked(bar: ExportBar) -> MessageDialog:
    return next(each for each in bar.findChildren(MessageDialog) if each.isVisible())


@pytest.mark.parametrize(
    ("name", "is_offered"), [("a.xlsx", True), ("a.XLSM", True), ("a.xls", False), ("a.ods", False)]
)
def test_it_is_offered_for_workbooks_that_can_be_copied(
    page: ResultsPage, empty_draft: Draft, desk: FakeDesk, name: str, is_offered: bool
) -> None:
    bar = open_results(page, empty_draft, desk, name)
    assert bar.copy_button.isVisible() == is_offered
    assert bar.options.chosen.about.isVisible() == is_offered


def test_a_copy_is_written_at_once_where_nothing_is_lost(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    bar = open_results(page, empty_draft, desk, "tickets.xlsx")
    bar.options.chosen.versions.trigger()
    bar.options.chosen.about.trigger()
    bar.copy_to(tmp_path / "copy.xlsx")
    assert not bar.copy_button.isEnabled()
    qtbot.waitUntil(bar.file_button.isVisible)
    assert desk.asked[-2:] == ["foresee copy", "copy versions about"]
    assert bar.banner.text.text().endswith("are in copy.xlsx. The answers are in column D.")
    qtbot.waitUntil(bar.copy_button.isEnabled)


def test_what_is_lost_is_asked_about_first(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    bar = open_results(page, empty_draft, desk, "tickets.xlsm")
    desk.losses = ("This workbook has macros.", "It is signed.")
    target = tmp_path / "copy.xlsx"
    for verb, comes in (("copy_losses_cancel", False), ("copy_losses_verb", True)):
        bar.copy_to(target)
        qtbot.waitUntil(lambda: any(bar.findChildren(MessageDialog)))
        dialog = asked(bar)
        assert dialog.text.text() == "This workbook has macros.\n\nIt is signed."
        assert not target.exists()
        with qtbot.waitSignal(dialog.finished):
            click(dialog.findChild(QPushButton, verb))
        qtbot.waitUntil(lambda: not bar.findChildren(MessageDialog))
        qtbot.waitUntil(bar.copy_button.isEnabled)
        assert target.exists() == comes
    assert desk.asked[-1] == "copy"


def test_a_copy_that_cannot_be_made_says_why(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    bar = open_results(page, empty_draft, desk, "tickets.xlsx")
    desk.failure = ExportError("“tickets.xlsx” is the original itself.")
    bar.copy_to(tmp_path / "tickets.xlsx")
    qtbot.waitUntil(bar.banner.isVisible)
    assert bar.banner.text.text() == str(desk.failure)
    qtbot.waitUntil(bar.copy_button.isEnabled)


def test_a_name_beside_the_original_is_proposed(
    qtbot: QtBot, page: ResultsPage, empty_draft: Draft, desk: FakeDesk
) -> None:
    bar = open_results(page, empty_draft, desk, "May tickets.xlsm")
    click(bar.copy_button)
    [dialog] = bar.findChildren(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "May tickets with answers.xlsm"
    assert [each.rpartition("*")[2] for each in dialog.nameFilters()] == [".xlsm)", ".xlsx)"]
    dialog.reject()
