"""A person runs rows again, on the real desk and the Practice service."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import Allowance, Budget
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.again_card import AgainCard
from claude_batch_desk.gui.again_dialog import AgainDialog
from claude_batch_desk.gui.again_form import AgainForm
from claude_batch_desk.gui.again_panel import AgainPanel
from claude_batch_desk.gui.answer_detail import AnswerDetail
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.wording import rows_words
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish, write_table
from tests.gui.clicking import click

SLOW = 30_000
_DAY = 25 * 3600.0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def session(tmp_path: Path, service: PracticeService) -> Iterator[Session]:
    home = tmp_path / "data"
    home.mkdir()
    with Session(home, practice_url=service.base_url) as opened:
        yield opened


@pytest.fixture
def job(session: Session, service: PracticeService, tmp_path: Path) -> Job:
    """A finished job with rows that came to nothing for several causes."""
    cells = [["Message"], *([f"I am happy {number}"] for number in range(100))]
    table = session.desk.open_table(
        write_table(tmp_path / "messages.csv", cells), ReadOptions(), silent
    )
    made = session.desk.new_job("Moods", "practice")
    session.desk.save_draft(made.id, recipe=RECIPE, table_id=table.id)
    service.set_faults("mixed-outcomes")
    made = session.desk.send(made.id, None, silent)
    service.advance(_DAY)
    made = finish(session, made)
    service.set_faults()
    return made


@pytest.fixture
def draft(session: Session, tasks: TaskRunner, job: Job) -> Iterator[Draft]:
    """The job as the window shows it."""
    made = Draft(session.desk, tasks)
    assert job.table_id is not None
    made.open(job, session.desk.table(job.table_id))
    yield made
    shiboken6.delete(made)


@pytest.fixture
def purse(session: Session, tasks: TaskRunner, draft: Draft) -> Purse:
    return Purse(session.money, tasks, draft)


@pytest.fixture
def panel(
    qtbot: QtBot, session: Session, tasks: TaskRunner, draft: Draft, purse: Purse
) -> AgainPanel:
    made = AgainPanel(session.again, tasks, draft, purse)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(
    qtbot: QtBot, session: Session, tasks: TaskRunner, job: Job, purse: Purse
) -> AgainDialog:
    made = AgainDialog(session.again, tasks, job, purse)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: bool(made.cards), timeout=SLOW)
    return made


def card_of(dialog: AgainDialog, cause: str) -> AgainCard:
    [found] = [card for card in dialog.cards if card.group.cause == cause]
    return found


def priced(qtbot: QtBot, card: AgainCard) -> AgainCard:
    qtbot.waitUntil(lambda: card.price is not None, timeout=SLOW)
    return card


def test_every_cause_has_its_rows_what_helps_and_a_price(
    qtbot: QtBot, dialog: AgainDialog, job: Job
) -> None:
    expired = priced(qtbot, card_of(dialog, "expired"))
    rows = job.outcomes["expired"]
    assert expired.heading.text() == f"{rows_words(rows)} · Expired"
    assert expired.run_button.text().startswith(f"Run {rows_words(rows)} again, about $")
    assert expired.now_button.text().startswith("At once, about $")
    assert "at most $" in expired.cost.text()
    assert "up to" in card_of(dialog, "cut_off").reason.text()


def test_what_was_declined_has_no_button_before_something_is_changed(
    qtbot: QtBot, dialog: AgainDialog, session: Session, service: PracticeService, job: Job
) -> None:
    card = card_of(dialog, "refused")
    assert card.run_button.isHidden()
    assert card.now_button.isHidden()
    click(card.change_button)
    form = dialog.findChild(AgainForm)
    assert form is not None
    assert not form.use_button.isEnabled()
    form.prompt.setPlainText("Please read this: {{Message}}")
    click(form.use_button)
    priced(qtbot, card)
    assert card.change.text() == "Prompt: 3 words added, 1 word removed"
    with qtbot.waitSignal(dialog.started, timeout=SLOW) as started:
        click(card.run_button)
    run: Job = started.args[0]
    assert run.recipe == replace(RECIPE, prompt=run.recipe.prompt)
    service.advance(_DAY)
    finish(session, run)
    now = session.desk.job(job.id)
    assert now.outcomes["answered"] == job.outcomes["answered"] + job.outcomes["refused"]


def test_what_is_sent_is_told_and_not_offered_again(
    qtbot: QtBot, dialog: AgainDialog, service: PracticeService
) -> None:
    sent = service.ledger().requests
    card = priced(qtbot, card_of(dialog, "expired"))
    rows = card.group.rows
    with qtbot.waitSignal(dialog.started, timeout=SLOW):
        click(card.run_button)
    qtbot.waitUntil(lambda: card_of(dialog, "expired").group.rest == 0, timeout=SLOW)
    card = card_of(dialog, "expired")
    assert card.run_button.isHidden()
    assert card.change_button.isHidden()
    assert "being run again" in card.reason.text()
    assert "Sent:" in dialog.banner.text.text()
    assert service.ledger().requests - sent == rows


def test_a_budget_that_it_does_not_fit_into_is_said_beside_it(
    qtbot: QtBot, dialog: AgainDialog, purse: Purse
) -> None:
    card = priced(qtbot, card_of(dialog, "expired"))
    assert card.run_button.isEnabled()
    none_left = Budget("job", Decimal(1), Decimal(1), Decimal(0))
    purse.allowance = Allowance((none_left,))
    purse.changed.emit()
    assert not card.run_button.isEnabled()
    assert not card.now_button.isEnabled()
    assert "budget" in card.problem.text()


def test_a_dear_run_is_sent_once_its_amount_is_typed(
    qtbot: QtBot, dialog: AgainDialog, purse: Purse, service: PracticeService
) -> None:
    card = priced(qtbot, card_of(dialog, "expired"))
    purse.allowance = Allowance((), Decimal(0))
    batches = service.ledger().batches
    click(card.run_button)
    asking = dialog.findChild(ConfirmAmount)
    assert asking is not None
    assert service.ledger().batches == batches
    asking.edit.setText(_amount(asking))
    with qtbot.waitSignal(dialog.started, timeout=SLOW):
        click(asking.verb)
    assert service.ledger().batches == batches + 1


def _amount(asking: ConfirmAmount) -> str:
    """The amount that is to be typed, as the title names it."""
    return asking.heading.text().rpartition("$")[2]


def test_results_say_how_many_rows_came_to_nothing(panel: AgainPanel, job: Job) -> None:
    bad = 100 - job.outcomes["answered"]
    assert not panel.isHidden()
    assert panel.words.accessibleName() == f"{bad} rows without a usable answer."
    assert panel.stop_button.isHidden()


def test_a_run_is_told_on_results_and_can_be_stopped(
    qtbot: QtBot,
    panel: AgainPanel,
    session: Session,
    service: PracticeService,
    job: Job,
    draft: Draft,
) -> None:
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    draft.show_job(session.desk.job(job.id))
    panel.refresh()
    qtbot.waitUntil(lambda: "Being run again" in panel.words.accessibleName(), timeout=SLOW)
    with qtbot.waitSignal(panel.changed, timeout=SLOW):
        click(panel.stop_button)
    qtbot.waitUntil(lambda: "Being stopped" in panel.words.accessibleName(), timeout=SLOW)
    assert panel.stop_button.isHidden()
    service.advance(_DAY)
    assert finish(session, run).canceled
    panel.refresh()
    qtbot.waitUntil(lambda: "Being" not in panel.words.accessibleName(), timeout=SLOW)


def test_the_window_looks_after_a_run_by_itself(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session = window._session
    cells = [["Message"], *([f"I am happy {number}"] for number in range(8))]
    path = write_table(tmp_path / "few.csv", cells)
    table = session.desk.open_table(path, ReadOptions(), silent)
    made = session.desk.new_job("Few", "practice")
    session.desk.save_draft(made.id, recipe=RECIPE, table_id=table.id)
    made = finish(session, session.desk.send(made.id, None, silent))
    with qtbot.waitSignal(window.draft.opened, timeout=SLOW):
        window.office.open(made.id)
    assert window.treasury.again.isHidden()
    session.again.start(made.id, Wanted(rows=(0, 1)), None, silent)
    window.treasury.again.changed.emit()

    def handed_over() -> bool:
        return window.draft.job is not None and window.draft.job.runs_again == 1

    qtbot.waitUntil(handed_over, timeout=SLOW)


def test_the_detail_of_a_row_tells_what_was_asked_and_what_it_was_before(
    qtbot: QtBot, session: Session, service: PracticeService, job: Job
) -> None:
    wanted = Wanted(("refused",), recipe=RECIPE.with_prompt("Please read this: {{Message}}"))
    run = session.again.start(job.id, wanted, None, silent)
    service.advance(_DAY)
    finish(session, run)
    assert run.selection.rows is not None
    [row] = session.desk.answers(job.id, run.selection.rows[0], 1)
    detail = AnswerDetail()
    qtbot.addWidget(detail)
    detail.show_row(row, job, session.desk.table(job.table_id or 0))
    assert detail.prompt_text.toPlainText().startswith("Please read this: ")
    assert detail.earlier.text().startswith("Before it was run again: Declined.")
    [other] = [row for row in session.desk.answers(job.id, 0, 100) if not row.earlier][:1]
    detail.show_row(other, job, session.desk.table(job.table_id or 0))
    assert detail.prompt_text.toPlainText().startswith("Message: ")
    assert detail.earlier.isHidden()


def test_what_stands_in_the_way_of_a_run_is_told_on_results(
    qtbot: QtBot, panel: AgainPanel, session: Session, service: PracticeService, job: Job
) -> None:
    service.set_faults("drop-before-accept")
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    [part] = run.parts
    assert part.note
    panel.refresh()
    qtbot.waitUntil(lambda: panel.note.text() == part.note, timeout=SLOW)
    assert not panel.note.isHidden()
