"""One row opened in the window: gone through by keyboard, closed, looked up, and what helps."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.causes import cause_of
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.opening.helping import help_for
from claude_batch_desk.core.jobs.opening.quoted import Quoted
from claude_batch_desk.core.jobs.opening.sent import Sent
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.answers_panel import AnswersPanel
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.text_boxes import LabelText
from claude_batch_desk.gui.tried_card import AnswerGrid, ValueNote
from claude_batch_desk.gui.widgets import Label
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish
from tests.core.jobs.test_opening import QUOTING
from tests.gui.answered_jobs import answered
from tests.gui.clicking import click
from tests.practice.papers import image, pdf

if TYPE_CHECKING:
    from claude_batch_desk.gui.again_dialog import AgainDialog

SLOW = 30_000
ROWS = 60
_ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def practice_url(service: PracticeService) -> str:
    return service.base_url


@pytest.fixture
def mixed(session: Session, service: PracticeService, tmp_path: Path) -> Job:
    return mixed_in(session, service, tmp_path)


def mixed_in(session: Session, service: PracticeService, folder: Path) -> Job:
    """Rows of which some came to nothing, for several causes."""
    service.set_faults("mixed-outcomes")
    job = answered(session, folder, [f"I am happy, {at}" for at in range(ROWS)])
    service.set_faults()
    return job


@pytest.fixture
def letters(session: Session, tmp_path: Path) -> Job:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf("Letter", "I am so happy", "and I am so happy"))
    (folder / "b.png").write_bytes(image())
    table = session.desk.open_table(folder, ReadOptions(), silent)
    made = session.desk.new_job("Letters", "practice")
    session.desk.save_draft(made.id, recipe=QUOTING, table_id=table.id)
    job = finish(session, session.desk.send(made.id, None, silent))
    changes = [Change(row, "Mood quote", "I am so happy") for row in range(2)]
    session.corrections.correct(job.id, changes, silent)
    return session.desk.job(job.id)


def opened(qtbot: QtBot, session: Session, tasks: TaskRunner, job: Job) -> AnswersPanel:
    """The answers of a job with the person on its first row."""
    made = AnswersPanel(session.desk, session.money, tasks)
    qtbot.addWidget(made)
    made.let_correct(session.corrections)
    made.let_review(session.reviewing)
    made.opening.let_look_up(session.opening)
    made.resize(1000, 800)
    with qtbot.waitExposed(made):
        made.show()
    show(qtbot, session, made, job)
    made.view.setFocus()
    go(made, 0)
    return made


def show(qtbot: QtBot, session: Session, panel: AnswersPanel, job: Job) -> None:
    assert job.table_id is not None
    panel.show_job(job, session.desk.table(job.table_id))
    qtbot.waitUntil(lambda: panel.model.rowCount() == job.rows, timeout=SLOW)


def go(panel: AnswersPanel, row: int) -> None:
    panel.view.setCurrentIndex(panel.model.index(row, 1))


def heading(panel: AnswersPanel) -> str:
    return panel.detail.heading.text()


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = _ALT) -> None:
    QTest.keyClick(widget, key, modifier)


def said(panel: AnswersPanel) -> list[str]:
    labels = panel.detail.findChildren(Label)
    return [label.text() for label in labels if label.isVisible()]


def notes(panel: AnswersPanel) -> list[str]:
    return [text for text in said(panel) if text.startswith(("Page", "Not looked up", "Looking"))]


def test_rows_are_gone_through_by_keyboard_from_the_table_and_from_the_row(
    qtbot: QtBot, session: Session, tasks: TaskRunner, mixed: Job
) -> None:
    panel = opened(qtbot, session, tasks, mixed)
    press(panel.view, Qt.Key.Key_Down)
    assert heading(panel) == "Row 2"
    panel.detail.prompt_text.setFocus()
    press(panel.detail.prompt_text, Qt.Key.Key_Down)
    assert heading(panel) == "Row 3"
    assert panel.detail.prompt_text.hasFocus()
    press(panel.detail.prompt_text, Qt.Key.Key_Up)
    click(panel.detail.up_button)
    assert heading(panel) == "Row 1"
    assert not panel.detail.up_button.isEnabled()
    press(panel.view, Qt.Key.Key_Up)
    assert heading(panel) == "Row 1"
    go(panel, mixed.rows - 1)
    assert not panel.detail.down_button.isEnabled()


def test_a_closed_row_stays_closed_until_it_is_wanted_again(
    qtbot: QtBot, session: Session, tasks: TaskRunner, mixed: Job
) -> None:
    panel = opened(qtbot, session, tasks, mixed)
    panel.detail.prompt_text.setFocus()
    press(panel.detail.prompt_text, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert panel.detail.isHidden()
    assert panel.view.hasFocus()
    press(panel.view, Qt.Key.Key_Down)
    assert panel.view.currentIndex().row() == 1
    assert panel.detail.isHidden()
    press(panel.view, Qt.Key.Key_Return)
    assert panel.detail.isVisible()
    assert heading(panel) == "Row 2"
    assert panel.view.hasFocus()
    press(panel.view, Qt.Key.Key_Return)
    assert panel.detail.area.hasFocus()
    click(panel.detail.close_button)
    assert panel.detail.isHidden()
    click(panel.opening.check)
    assert panel.detail.isVisible()


def test_the_batch_of_a_row_is_named_and_copied(
    qtbot: QtBot, session: Session, tasks: TaskRunner, mixed: Job
) -> None:
    panel = opened(qtbot, session, tasks, mixed)
    assert panel.detail.facts.batch.text() == mixed.parts[0].batch_id
    click(panel.detail.facts.copy_button)
    assert QGuiApplication.clipboard().text() == mixed.parts[0].batch_id


def test_the_batch_of_a_run_again_is_looked_up(
    qtbot: QtBot, session: Session, tasks: TaskRunner, mixed: Job
) -> None:
    run = finish(session, session.again.start(mixed.id, Wanted(rows=(1,)), None, silent))
    panel = opened(qtbot, session, tasks, session.desk.job(mixed.id))
    go(panel, 1)
    facts = panel.detail.facts
    assert facts.batch.text() == run.parts[0].batch_id
    qtbot.waitUntil(lambda: facts.part.text().startswith("run again"), timeout=SLOW)
    go(panel, 2)
    assert facts.batch.text() == mixed.parts[0].batch_id


def test_each_quote_says_on_which_page_it_stands(
    qtbot: QtBot, session: Session, tasks: TaskRunner, letters: Job
) -> None:
    panel = opened(qtbot, session, tasks, letters)
    told = ["Page 2 of 3 · the same words also on 3"]
    qtbot.waitUntil(lambda: notes(panel) == told, timeout=SLOW)
    assert panel.detail.prompt_caption.text() == "What was asked, with the document “a.pdf”"
    page = panel.detail.page
    assert page.isHidden()
    [link] = [each.link for each in panel.detail.findChildren(ValueNote) if each.isVisible()]
    click(link)
    assert page.text.toPlainText().strip() == "I am so happy"
    assert page.text.textCursor().selectedText() == "I am so happy"
    click(page.close_button)
    assert page.isHidden()
    click(link)
    go(panel, 1)
    assert page.isHidden()
    told = ["Not looked up: the document has no text, only pictures"]
    qtbot.waitUntil(lambda: notes(panel) == told, timeout=SLOW)


def test_the_whole_message_is_shown_and_stays_chosen(
    qtbot: QtBot, session: Session, tasks: TaskRunner, letters: Job
) -> None:
    panel = opened(qtbot, session, tasks, letters)
    raw = panel.detail.raw
    assert '"stop_reason"' not in raw.text.toPlainText()
    click(raw.whole_button)
    assert '"stop_reason": "end_turn"' in raw.text.toPlainText()
    go(panel, 1)
    assert '"stop_reason": "end_turn"' in raw.text.toPlainText()


def test_a_row_of_each_cause_says_what_helps_and_leads_there(
    qtbot: QtBot, window: MainWindow, service: PracticeService, tmp_path: Path
) -> None:
    mixed = mixed_in(window._session, service, tmp_path)
    with qtbot.waitSignal(window.draft.opened, timeout=SLOW):
        window.office.open(mixed.id)
    panel = window.results_page.answers
    qtbot.waitUntil(lambda: panel.model.rowCount() == ROWS, timeout=SLOW)
    answers = [found.answer for at in range(ROWS) if (found := panel.model.job_row(at))]
    of_rows = [cause_of(answer) if answer else None for answer in answers]
    causes = {cause: place for place, cause in enumerate(of_rows) if cause}
    assert len(causes) >= 2
    for cause, place in causes.items():
        go(panel, place)
        assert panel.detail.help.text.text() == help_for(cause)
    cause, place = [*causes.items()][-1]
    helping = panel.detail.help
    for pressed, row in ((helping.cause_button, None), (helping.row_button, place)):
        assert_leads_to(qtbot, window, pressed, row, cause)
    go(panel, of_rows.index(None))
    assert panel.detail.help.isHidden()


def assert_leads_to(
    qtbot: QtBot, window: MainWindow, pressed: QPushButton, row: int | None, cause: str
) -> None:
    """The button opens the dialog with the card of this row, or else of this cause, in sight."""
    dialogs: list[AgainDialog] = []
    window.treasury.again.opened.connect(dialogs.append)
    click(pressed)
    [dialog] = dialogs
    qtbot.waitUntil(lambda: bool(dialog.cards), timeout=SLOW)
    card = next(each for each in dialog.cards if (each.row, each.group.cause) == (row, cause))
    qtbot.waitUntil(card.change_button.hasFocus, timeout=SLOW)
    qtbot.waitUntil(lambda: not card.visibleRegion().isEmpty(), timeout=SLOW)
    dialog.close()


def test_while_a_job_is_under_way_nothing_is_offered_to_be_run_again(
    qtbot: QtBot, session: Session, tasks: TaskRunner, mixed: Job
) -> None:
    panel = opened(qtbot, session, tasks, replace(mixed, state="waiting"))
    rows = (panel.model.job_row(place) for place in range(ROWS))
    place = next(at for at, row in enumerate(rows) if row and row.answer and cause_of(row.answer))
    go(panel, place)
    assert panel.detail.help.row_button.isHidden()
    assert panel.detail.help.text.text().endswith("once the job has ended.")


def test_a_word_wider_than_the_row_is_broken_and_a_long_text_is_scrolled(qtbot: QtBot) -> None:
    values = "https://example.org/" + "a" * 500, "Words. " * 300, "short"
    grid = AnswerGrid(["Link", "Letter", "Mood"], Answer("answered", values))
    qtbot.addWidget(grid)
    grid.resize(320, 200)
    with qtbot.waitExposed(grid):
        grid.show()
    texts = grid.findChildren(LabelText)
    assert [text.toPlainText() for text in texts] == [values[0], values[1][:2_000] + " …"]
    assert grid.width() == 320
    for text in texts:
        line = text.fontMetrics().lineSpacing()
        qtbot.waitUntil(lambda: text.height() > 3 * line, timeout=SLOW)  # noqa: B023 - waits here
        assert text.height() < 14 * line


def test_a_row_says_why_the_pages_of_its_quotes_are_not_there(
    qtbot: QtBot, session: Session, tasks: TaskRunner, letters: Job
) -> None:
    class Locked:
        def sent(self, job_id: int, answer: Answer, report: Report) -> Sent:
            return session.opening.sent(job_id, answer, report)

        def quoted(self, job_id: int, number: int, report: Report) -> list[Quoted]:
            raise StoreError("The job store is in use by another program.")

    panel = opened(qtbot, session, tasks, letters)
    panel.opening.let_look_up(Locked())
    go(panel, 1)
    told = "The job store is in use by another program."
    qtbot.waitUntil(lambda: told in said(panel), timeout=SLOW)


def test_a_row_that_is_read_stays_as_it_is_when_others_come_in(
    qtbot: QtBot, session: Session, tasks: TaskRunner, mixed: Job
) -> None:
    panel = opened(qtbot, session, tasks, mixed)
    [value, *_] = panel.detail.findChildren(AnswerGrid)
    panel.read_again()
    assert panel.detail.findChildren(AnswerGrid) == [value]
    session.corrections.correct(mixed.id, [Change(0, "Why", "because")], silent)
    panel.read_again()
    qtbot.waitUntil(lambda: "because" in said(panel), timeout=SLOW)
