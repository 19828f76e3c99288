"""What is planned to be written when the job ends, as it is shown and changed."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.delivering.verbs import Over
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Reading
from claude_batch_desk.gui.delivery_card import DeliveryCard
from claude_batch_desk.gui.delivery_plan import DeliveryPlan, free_name
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import MessageDialog
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk


class FakeDeliveries:
    """Keeps one plan in memory."""

    def __init__(self, planned: Delivery | None) -> None:
        self.planned = planned
        self.over: Over | None = None
        self.failure: Exception | None = None
        self.go = threading.Event()
        self.go.set()

    def plan(self, wanted: Delivery, report: Report, *, over: Over = "nothing") -> Delivery:
        report(0, 0)
        if self.failure is not None:
            raise self.failure
        self.planned, self.over = wanted, over
        return wanted

    def take_back(self, job_id: int) -> None:
        del job_id
        self.planned = None

    def of(self, job_id: int) -> Delivery | None:
        del job_id
        found = self.planned
        assert self.go.wait(30)
        return found


@pytest.fixture
def verbs(tmp_path: Path) -> FakeDeliveries:
    return FakeDeliveries(Delivery(1, tmp_path / "answers.xlsx"))


@pytest.fixture
def card(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, empty_draft: Draft, verbs: FakeDeliveries
) -> Iterator[DeliveryCard]:
    """Of a job whose rows came from a workbook with macros."""
    table = replace(desk.kept_table, name="May.xlsm", reading=Reading("workbook", sheet="Data"))
    plan = DeliveryPlan(verbs, tasks, empty_draft)
    card = DeliveryCard(plan, desk, tasks, empty_draft, "file")
    qtbot.addWidget(card)
    card.show()
    empty_draft.open(desk.now, table)
    qtbot.waitUntil(card.details.isVisible)
    yield card
    shiboken6.delete(plan)


def is_original(verbs: FakeDeliveries, *, wanted: bool = True) -> bool:
    return (verbs.planned is not None and verbs.planned.original) == wanted


def choose(card: DeliveryCard, key: str) -> None:
    card.form.setCurrentIndex(card.form.findData(key))
    card.form.activated.emit(card.form.currentIndex())


def test_what_a_copy_loses_is_asked_about_before_it_is_planned(
    qtbot: QtBot, card: DeliveryCard, desk: FakeDesk, verbs: FakeDeliveries
) -> None:
    desk.losses = ("It is signed.",)
    for verb, original in (("copy_losses_cancel", False), ("copy_losses_verb", True)):
        choose(card, "copy")
        qtbot.waitUntil(lambda: bool(card.findChildren(MessageDialog)))
        [dialog] = card.findChildren(MessageDialog)
        with qtbot.waitSignal(dialog.finished):
            click(dialog.findChild(QPushButton, verb))
        qtbot.waitUntil(lambda: not card.findChildren(MessageDialog))
        qtbot.waitUntil(partial(is_original, verbs, wanted=original))
        assert card.form.currentData() == ("copy" if original else ".xlsx")
    assert verbs.planned is not None
    assert verbs.planned.path.name == "May with answers.xlsm"
    assert not card.chosen.some.isVisible()


def test_what_it_holds_changes_without_agreeing_to_write_over_another_file(
    qtbot: QtBot, card: DeliveryCard, verbs: FakeDeliveries
) -> None:
    card.chosen.raw.trigger()
    qtbot.waitUntil(lambda: verbs.over is not None)
    assert verbs.over == "nothing"
    assert verbs.planned is not None
    assert verbs.planned.contents == replace(
        Contents(raw=True), separator=card.chosen.contents.separator
    )


def test_a_plan_that_is_refused_leaves_what_was_planned_and_says_why(
    qtbot: QtBot, card: DeliveryCard, verbs: FakeDeliveries
) -> None:
    verbs.failure = ExportError("The folder is not there.")
    choose(card, ".csv")
    qtbot.waitUntil(card.banner.isVisible)
    assert card.banner.text.text() == "The folder is not there."
    assert card.form.currentData() == ".xlsx"


def test_what_was_looked_up_before_it_was_planned_does_not_count(
    qtbot: QtBot, card: DeliveryCard, verbs: FakeDeliveries, empty_draft: Draft, tasks: TaskRunner
) -> None:
    verbs.go.clear()
    empty_draft.job_changed.emit()
    assert verbs.planned is not None
    card.write_to(str(verbs.planned.path.with_name("chosen.xlsx")))
    qtbot.waitUntil(lambda: "chosen.xlsx in " in card.place_label.toolTip())
    verbs.go.set()
    qtbot.waitUntil(lambda: not tasks._tasks)
    assert "chosen.xlsx in " in card.place_label.toolTip()


def test_a_copy_of_what_is_no_workbook_any_more_is_said_to_be_none(
    qtbot: QtBot, card: DeliveryCard, verbs: FakeDeliveries, empty_draft: Draft, desk: FakeDesk
) -> None:
    choose(card, "copy")
    qtbot.waitUntil(lambda: is_original(verbs))
    empty_draft.open(desk.now, replace(desk.kept_table, name="rows.csv"))
    qtbot.waitUntil(card.banner.isVisible)
    assert "do not come from a workbook that can be copied" in card.banner.text.text()


def test_columns_that_are_not_there_any_more_are_named(
    qtbot: QtBot, card: DeliveryCard, verbs: FakeDeliveries, empty_draft: Draft, desk: FakeDesk
) -> None:
    assert verbs.planned is not None
    verbs.planned = replace(verbs.planned, contents=Contents(columns=("Ticket", "Gone")))
    empty_draft.open(desk.now, desk.kept_table)
    qtbot.waitUntil(card.banner.isVisible)
    assert "The table has no column “Gone”." in card.banner.text.text()


def test_a_name_that_is_free_is_proposed(tmp_path: Path) -> None:
    wanted = tmp_path / "answers.xlsx"
    assert free_name(wanted, None) == wanted
    wanted.touch()
    (tmp_path / "answers (2).xlsx").touch()
    assert free_name(wanted, None) == tmp_path / "answers (3).xlsx"
    assert free_name(wanted, Delivery(1, wanted)) == wanted
    long = tmp_path / f"{'a' * 300}.xlsx"
    assert free_name(long, None) == long
