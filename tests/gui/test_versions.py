"""Versions of the prompt in the window."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.prompts.versions import Version
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_status import JobStatus
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.tried_card import TriedCard
from claude_batch_desk.gui.versions_bar import VersionsBar
from claude_batch_desk.gui.versions_dialog import VersionsDialog
from claude_batch_desk.session import Session
from tests.core.jobs.random_trials import try_random
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE, FakeDesk, make_answer, make_job, sent_job

TICKETS = resource_path("samples/support-tickets.csv")
OLD = RECIPE.with_prompt("Sort {{Message}} into a shelf")


@pytest.fixture
def desk() -> FakeDesk:
    desk = FakeDesk()
    now = datetime.now(UTC)
    desk.kept_versions = [
        Version(2, RECIPE, now, "tried", tried=5),
        Version(1, OLD, now, "kept"),
    ]
    return desk


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> PromptPage:
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: page.versions.number == 2)
    return page


def dialog_of(page: PromptPage) -> VersionsDialog:
    click(page.versions.all_button)
    found = page.findChild(VersionsDialog)
    assert isinstance(found, VersionsDialog)
    return found


def test_the_page_says_which_version_is_written(page: PromptPage) -> None:
    assert page.versions.label.accessibleName() == "Version 2, tried on 5 rows"
    assert not page.versions.keep_button.isEnabled()


def test_what_is_changed_can_be_kept(qtbot: QtBot, page: PromptPage, desk: FakeDesk) -> None:
    QTest.keyClicks(page.instructions_edit, "Be brief. ")
    assert page.versions.label.accessibleName() == "Changed since version 2"
    click(page.versions.keep_button)
    qtbot.waitUntil(lambda: page.versions.number == 3)
    assert desk.asked[-2:] == ["save_draft", "keep_version kept"]
    assert not page.versions.keep_button.isEnabled()


def test_leaving_the_page_keeps_what_was_written(
    qtbot: QtBot, page: PromptPage, desk: FakeDesk
) -> None:
    QTest.keyClicks(page.instructions_edit, "Be brief. ")
    page.hide()
    qtbot.waitUntil(lambda: "keep_version pause" in desk.asked)


def test_leaving_the_page_unchanged_keeps_nothing(
    qtbot: QtBot, page: PromptPage, desk: FakeDesk
) -> None:
    page.hide()
    assert not [each for each in desk.asked if each.startswith("keep_version")]


def test_the_versions_are_listed_with_what_each_changed(page: PromptPage) -> None:
    dialog = dialog_of(page)
    lines = [dialog.list.item(place).text().splitlines() for place in range(dialog.list.count())]
    assert lines[0][0].startswith("Version 2 ·")
    assert lines[0][0].endswith("tried on 5 rows")
    assert lines[0][1].startswith("Prompt:")
    assert lines[1][1] == "First version"


def test_added_words_are_marked_otherwise_than_removed_ones(page: PromptPage) -> None:
    dialog = dialog_of(page)
    document = dialog.text.document()
    added, removed = document.find("Message of"), document.find("shelf")
    assert added.charFormat().fontUnderline()
    assert removed.charFormat().fontStrikeOut()


def test_going_back_puts_the_earlier_prompt_in_place(
    qtbot: QtBot, page: PromptPage, desk: FakeDesk, draft: Draft
) -> None:
    dialog = dialog_of(page)
    assert not dialog.back_button.isEnabled()
    dialog.list.setCurrentRow(1)
    click(dialog.back_button)
    qtbot.waitUntil(lambda: draft.recipe == OLD)
    assert "go_back 1" in desk.asked
    assert page.template_editor.toPlainText() == OLD.prompt.text


def test_a_version_can_be_read_in_full(page: PromptPage) -> None:
    dialog = dialog_of(page)
    dialog.list.setCurrentRow(1)
    click(dialog.what._buttons["whole"])
    text = dialog.text.toPlainText()
    assert OLD.prompt.text in text
    assert OLD.instructions in text


def test_nobody_goes_back_in_a_job_that_was_sent(
    qtbot: QtBot, page: PromptPage, desk: FakeDesk, draft: Draft
) -> None:
    draft.show_job(sent_job(draft.job))
    dialog = dialog_of(page)
    assert dialog.back_button.isHidden()
    assert not page.versions.keep_button.isEnabled()


def test_a_job_without_versions_offers_none(
    qtbot: QtBot, tasks: TaskRunner, empty_draft: Draft
) -> None:
    bar = VersionsBar(FakeDesk(), tasks, empty_draft)
    qtbot.addWidget(bar)
    assert not bar.all_button.isEnabled()
    assert not bar.keep_button.isEnabled()


def test_a_tried_row_says_which_version_was_asked(qtbot: QtBot) -> None:
    tried = TriedRow(3, "Sort it", make_answer(), Decimal("0.0002"), version=2)
    card = TriedCard(("Category", "Summary"), tried)
    qtbot.addWidget(card)
    assert card.cost_label.text().startswith("Version 2 · ")


def test_a_sent_job_says_which_version_was_sent(qtbot: QtBot) -> None:
    status = JobStatus()
    qtbot.addWidget(status)
    status.show_job(sent_job(make_job(version=4)), canceling=False)
    assert ", version 4 of the prompt" in status.what_label.text()


def test_trying_rows_makes_the_first_version(qtbot: QtBot, home: Path, tasks: TaskRunner) -> None:
    with Session(home, practice_seconds=0.2) as session:
        table = session.desk.open_table(TICKETS, ReadOptions(), silent)
        draft = Draft(session.desk, tasks)
        draft.open(session.desk.new_job("Tickets", "practice"))
        draft.set_table(table)
        draft.set_recipe(RECIPE)
        draft.flush()
        bar = VersionsBar(session.desk, tasks, draft)
        qtbot.addWidget(bar)
        assert draft.job is not None
        try_random(session.desk, draft.job.id, 2, 1, silent)
        bar.show()
        qtbot.waitUntil(lambda: bar.number == 1)
        assert bar.label.accessibleName() == "Version 1, tried on 2 rows"
        shiboken6.delete(draft)
