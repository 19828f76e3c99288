"""Rows are tried in the whole window, over the real desk and the Practice service."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.main_window import MainWindow
from tests.gui.clicking import click

SLOW = 60_000
RECIPE = Recipe(
    instructions="Say whether the customer writes about a spaceship.",
    prompt=Template("{{Message}}"),
    fields=(OutputField("Spaceship", "boolean"),),
    model="claude-haiku-5-5",
)


def open_tickets(qtbot: QtBot, composed: Composed) -> MainWindow:
    desk, window = composed.session.desk, composed.window
    table = desk.open_table(resource_path("samples/support-tickets.csv"), ReadOptions(), silent)
    job = desk.new_job("Tickets", "practice")
    desk.save_draft(job.id, recipe=RECIPE, table_id=table.id)
    window.office.open(job.id)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=SLOW)
    return window


def test_rows_that_are_selected_in_the_data_are_tried(qtbot: QtBot, composed: Composed) -> None:
    window = open_tickets(qtbot, composed)
    window.job_view.go("data")
    view = window.data_page.sheet.view
    qtbot.waitUntil(lambda: view.model().rowCount() > 20, timeout=SLOW)
    model = view.model()
    view.selectionModel().select(
        QItemSelection(model.index(4, 1), model.index(6, 2)),
        QItemSelectionModel.SelectionFlag.ClearAndSelect,
    )
    window.job_view.go("try")
    page = window.try_page
    combo = page.offer.choice.how_combo
    combo.setCurrentIndex(combo.findData("chosen"))
    click(page.offer.choice.selected_button)
    assert page.offer.choice.rows_edit.text() == "5-7"
    qtbot.waitUntil(page.try_button.isEnabled, timeout=SLOW)
    assert page.try_button.text().startswith("Try 3 rows, about $")
    click(page.try_button)
    qtbot.waitUntil(lambda: page.try_button.text() == "These 3 rows are tried", timeout=SLOW)
    assert [card.heading.text() for card in page.rows.cards] == ["Row 5", "Row 6", "Row 7"]


def test_an_alarm_leads_from_the_review_back_to_its_rows(qtbot: QtBot, composed: Composed) -> None:
    window = open_tickets(qtbot, composed)
    window.job_view.go("try")
    page = window.try_page
    page.offer.choice.count_spin.setValue(12)
    qtbot.waitUntil(page.try_button.isEnabled, timeout=SLOW)
    click(page.try_button)
    qtbot.waitUntil(lambda: page.has_tried and page.alarms.isVisible(), timeout=SLOW)
    told = page.alarms.lines[0].text()
    assert told.startswith("“Spaceship” is “no” in ")
    window.job_view.go("review")
    checks = window.review_page.checks
    expected = f"Of the rows tried: {told}"
    qtbot.waitUntil(lambda: expected in [each.text() for each in checks.lines], timeout=SLOW)
    place = [each.text() for each in checks.lines].index(expected) + 1
    way = checks.findChild(QPushButton, f"check_go_{place}")
    assert isinstance(way, QPushButton)
    assert way.text() == "Go to Try"
    click(way)
    assert window.job_view.step == "try"
