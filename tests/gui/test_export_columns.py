"""Which columns of the table a file holds, chosen on the Results page."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.columns_choice import ColumnsDialog
from claude_batch_desk.gui.contents_choice import ContentsChoice
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, done_job


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, empty_draft: Draft) -> ResultsPage:
    """The results of rows with three columns."""
    page = ResultsPage(desk, desk, tasks, empty_draft)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    desk.now = done_job()
    empty_draft.open(desk.now, desk.kept_table)
    page.enter()
    return page


def choose(qtbot: QtBot, page: ResultsPage, chosen: ContentsChoice, *pressed: str) -> None:
    """Press these buttons, turn the first column over, and use what is ticked."""
    chosen.some.trigger()
    [dialog] = page.window().findChildren(ColumnsDialog)
    for name in pressed:
        click(dialog.findChild(QPushButton, f"columns_choice_{name}"))
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog.list, Qt.Key.Key_Space)
        click(dialog.verb)


def test_only_some_columns_can_stand_before_the_answers(qtbot: QtBot, page: ResultsPage) -> None:
    chosen = page.answers.export_bar.options.chosen
    for pressed, columns, words in (
        ([], ("Customer", "Message"), "Only 2 of 3 columns…"),
        (["none"], ("Ticket",), "Only 1 of 3 columns…"),
        (["all"], ("Customer", "Message"), "Only 2 of 3 columns…"),
        ([], None, "Only some columns…"),
    ):
        choose(qtbot, page, chosen, *pressed)
        assert chosen.contents.columns == columns
        assert chosen.some.text() == words
        assert chosen.some.isChecked() == (columns is not None)
        assert chosen.copied_contents.columns is None


def test_what_was_chosen_of_one_table_is_not_asked_of_another(
    qtbot: QtBot, page: ResultsPage
) -> None:
    chosen = page.answers.export_bar.options.chosen
    choose(qtbot, page, chosen)
    chosen.offer(("A", "B"), versioned=False, workbook=False)
    assert chosen.contents.columns is None
