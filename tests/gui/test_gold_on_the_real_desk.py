"""Labelling and accuracy in the whole window, over the real desk and the Practice service."""

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.gold_dialog import GoldDialog
from tests.core.jobs.random_trials import try_random
from tests.gui.clicking import click

SLOW = 60_000


def tried_job(composed: Composed) -> Job:
    """A draft with the sample tickets, three rows of which were tried."""
    desk = composed.session.desk
    table = desk.open_table(resource_path("samples/support-tickets.csv"), ReadOptions(), silent)
    recipe = load_recipe(resource_path("recipes/support-tickets.recipe"))
    job = desk.new_job("Tickets", "practice")
    desk.save_draft(job.id, recipe=recipe, table_id=table.id)
    try_random(desk, job.id, 3, 1, silent)
    return job


def open_dialog(qtbot: QtBot, composed: Composed, job: Job) -> GoldDialog:
    window = composed.window
    window.office.open(job.id)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=SLOW)
    window.job_view.go("try")
    assert window.accuracy.isVisible()
    with qtbot.waitSignal(window.accuracy.opened, timeout=SLOW) as told:
        click(window.accuracy.button)
    assert told.args is not None
    dialog = told.args[0]
    assert isinstance(dialog, GoldDialog)
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    return dialog


def test_three_keys_make_an_accuracy(qtbot: QtBot, composed: Composed) -> None:
    job = tried_job(composed)
    dialog = open_dialog(qtbot, composed, job)
    field = composed.session.quality.gold(job.id, silent).fields[0]
    dialog.label(field.name)
    qtbot.waitUntil(lambda: dialog.grid is not None and dialog.grid.isVisible(), timeout=SLOW)
    grid = dialog.grid
    assert grid is not None
    for count in range(3):
        qtbot.waitUntil(lambda: bool(grid.row.text.toPlainText()), timeout=SLOW)
        assert grid.row.paid.isVisible()  # the tried rows come first
        QTest.keyClicks(grid, "1")
        assert grid.progress.text().startswith(f"{count + 1} of")
    kept = composed.session.quality
    qtbot.waitUntil(lambda: kept.gold(job.id, silent).labelled[field.name] == 3, timeout=SLOW)
    dialog.part.chosen.emit("accuracy")
    qtbot.waitUntil(lambda: bool(dialog.accuracy.cards), timeout=SLOW)
    assert "of 3 right" in dialog.accuracy.cards[0].range_label.text()
    dialog.accept()
    words = composed.window.accuracy.words
    qtbot.waitUntil(lambda: words.accessibleName().startswith(field.name), timeout=SLOW)


def test_the_bar_is_there_where_answers_are(qtbot: QtBot, composed: Composed) -> None:
    window = composed.window
    open_dialog(qtbot, composed, tried_job(composed)).accept()
    window.job_view.go("prompt")
    assert not window.accuracy.isVisible()
    window.job_view.go("try")
    assert window.accuracy.isVisible()
