"""A person puts models and versions side by side, on the real desk and the Practice service."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import Allowance, Budget
from claude_batch_desk.core.jobs.quality.comparing import Comparing
from claude_batch_desk.core.jobs.quality.contests import ContestResult
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.arm_store import Contest
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.confirm_dialog import ConfirmAmount
from claude_batch_desk.gui.contest_button import ContestButton
from claude_batch_desk.gui.contest_dialog import ContestDialog
from claude_batch_desk.gui.contest_form import ContestForm
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.gold_dialog import GoldDialog
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices
from tests.gui.clicking import click

SLOW = 20_000
ROWS = 12
MOODS = OutputField("Mood", "choice", plain_choices("happy", "angry"))
NOW = Recipe(
    prompt=Template("Message: {{Message}}"),
    fields=(MOODS, OutputField("Why")),
    model="claude-sonnet-5-5",
)
EARLIER = NOW.with_prompt("Message: {{Reply}}")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    home = tmp_path / "data"
    home.mkdir()
    with (
        PracticeService(tmp_path / "service") as service,
        Session(home, practice_url=service.base_url) as opened,
    ):
        yield opened


@pytest.fixture
def job(session: Session, tmp_path: Path) -> Job:
    return make_job(session, tmp_path)


def make_job(session: Session, tmp_path: Path) -> Job:
    """A job whose earlier version finds every third message angry, where it is happy now."""
    path = tmp_path / "messages.csv"
    lines = [f"I am happy {at},I am {'happy' if at % 3 else 'angry'} {at}" for at in range(ROWS)]
    path.write_text("Message,Reply\n" + "\n".join(lines))
    table = session.desk.open_table(path, ReadOptions(), silent)
    made = session.desk.new_job("Moods", "practice")
    session.desk.save_draft(made.id, recipe=EARLIER, table_id=table.id)
    session.desk.keep_version(made.id, "kept", silent)
    session.desk.save_draft(made.id, recipe=NOW)
    return session.desk.job(made.id)


def opened(
    qtbot: QtBot, tasks: TaskRunner, session: Session, job: Job, purse: Purse
) -> ContestDialog:
    dialog = ContestDialog(session.comparing, tasks, job, purse)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    return dialog


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
def dialog(
    qtbot: QtBot, tasks: TaskRunner, session: Session, job: Job, purse: Purse
) -> ContestDialog:
    return opened(qtbot, tasks, session, job, purse)


def form_of(dialog: ContestDialog) -> ContestForm:
    assert dialog.form is not None
    return dialog.form


def compare(qtbot: QtBot, dialog: ContestDialog) -> None:
    """Wait for the price, press the button that names it, and wait for the result."""
    start = form_of(dialog).start_button
    qtbot.waitUntil(start.isEnabled, timeout=SLOW)
    click(start)
    qtbot.waitUntil(lambda: dialog.part.value == "result", timeout=SLOW)


def with_the_earlier_version(form: ContestForm) -> None:
    [row] = form.rows
    row.prompt.setCurrentIndex(1)
    row.prompt.activated.emit(1)


def sentences(dialog: ContestDialog) -> str:
    told = "\n".join(each.text() for each in dialog.overview.sentences)
    return told.replace("\N{NO-BREAK SPACE}", " ")


def test_a_cheaper_model_is_proposed_and_the_price_stands_on_the_button(
    qtbot: QtBot, dialog: ContestDialog
) -> None:
    form = form_of(dialog)
    assert [each.recipe.model for each in form.arms] == ["claude-sonnet-5-5", "claude-haiku-5-5"]
    assert not form.start_button.isEnabled()
    qtbot.waitUntil(form.start_button.isEnabled, timeout=SLOW)
    assert form.start_button.text().startswith("Compare on 12 rows, about $")
    assert form.rows[0].price.text().startswith("about $")
    assert "at most $" in form.most.text()


def test_another_choice_takes_the_price_back_until_there_is_a_new_one(
    qtbot: QtBot, dialog: ContestDialog
) -> None:
    form = form_of(dialog)
    qtbot.waitUntil(form.start_button.isEnabled, timeout=SLOW)
    click(form.add_button)
    assert not form.start_button.isEnabled()
    assert len({each.recipe for each in form.arms}) == 3
    qtbot.waitUntil(form.start_button.isEnabled, timeout=SLOW)
    click(form.rows[1].remove)
    assert len(form.arms) == 2
    assert not form.rows[0].remove.isEnabled()


def test_two_that_ask_the_same_are_refused_in_words(qtbot: QtBot, dialog: ContestDialog) -> None:
    [row] = form_of(dialog).rows
    place = row.model.findData(NOW.model)
    row.model.setCurrentIndex(place)
    row.model.activated.emit(place)
    qtbot.waitUntil(dialog.banner.isVisible, timeout=SLOW)
    assert "ask the same" in dialog.banner.text.text()
    assert not form_of(dialog).start_button.isEnabled()


def test_models_are_told_apart_by_their_price_where_they_say_the_same(
    qtbot: QtBot, dialog: ContestDialog
) -> None:
    compare(qtbot, dialog)
    assert "Haiku 5.5 says the same as Sonnet 5.5 on all 12 rows" in sentences(dialog)
    assert "It saves $" in sentences(dialog)
    assert dialog.overview.label_button.isHidden()
    assert [card.use_button.isEnabled() for card in dialog.overview.cards] == [False, True]
    assert "Practice makes its answers up" in dialog.overview.banner.text.text()


def test_rows_where_versions_differ_are_found_and_asked_to_be_labelled(
    qtbot: QtBot, session: Session, job: Job, dialog: ContestDialog
) -> None:
    with_the_earlier_version(form_of(dialog))
    compare(qtbot, dialog)
    assert "version 1 says the same as Sonnet 5.5 on 8 of 12 rows" in sentences(dialog)
    assert dialog.overview.label_button.text() == "Label the 4 rows where they differ"
    with qtbot.waitSignal(dialog.label_requested) as asked:
        click(dialog.overview.label_button)
    assert asked.args == ["Mood", (0, 3, 6, 9)]
    for row in (0, 3, 6, 9):
        session.quality.label(job.id, "Mood", row, "happy", silent)
    dialog.look_again()
    qtbot.waitUntil(lambda: "it is right on 0" in sentences(dialog), timeout=SLOW)
    assert "this is not more than noise (McNemar, p = 0.12)" in sentences(dialog)
    assert dialog.overview.label_button.isHidden()


def test_the_rows_stand_side_by_side_and_those_that_differ_by_themselves(
    qtbot: QtBot, dialog: ContestDialog
) -> None:
    with_the_earlier_version(form_of(dialog))
    compare(qtbot, dialog)
    click(dialog.part.findChild(QPushButton, "contest_part_rows"))
    model = dialog.rows.model
    assert model.rowCount() == ROWS
    dialog.rows.differ_check.click()
    shown = [
        [model.index(row, column).data() for column in (0, 1)] for row in range(model.rowCount())
    ]
    assert shown == [["happy", "angry"]] * 4
    assert dialog.rows.count.text() == "4 of 12 rows"
    dialog.rows.view.go_to_row(1)
    whole = dialog.rows.text.toPlainText()
    assert whole.startswith("1 · Sonnet 5.5\nhappy\n\n2 · Sonnet 5.5, version 1\nangry")
    assert "I am happy 3" in whole


def test_texts_are_for_the_person_to_judge(qtbot: QtBot, dialog: ContestDialog) -> None:
    with_the_earlier_version(form_of(dialog))
    compare(qtbot, dialog)
    dialog.column.setCurrentIndex(1)
    dialog.column.activated.emit(1)
    assert "for you to judge" in sentences(dialog)
    assert dialog.overview.label_button.isHidden()


def test_one_can_be_used_and_what_was_asked_before_is_kept(
    qtbot: QtBot, session: Session, job: Job, dialog: ContestDialog
) -> None:
    compare(qtbot, dialog)
    with qtbot.waitSignal(dialog.used, timeout=SLOW):
        click(dialog.overview.cards[1].use_button)
    assert session.desk.job(job.id).recipe == replace(NOW, model="claude-haiku-5-5")
    assert NOW in [each.recipe for each in session.desk.versions(job.id)]
    qtbot.waitUntil(lambda: not dialog.overview.cards[1].use_button.isEnabled(), timeout=SLOW)
    assert dialog.overview.cards[0].use_button.isEnabled()


def test_what_was_compared_is_shown_when_it_is_opened_again(
    qtbot: QtBot,
    tasks: TaskRunner,
    session: Session,
    job: Job,
    purse: Purse,
    dialog: ContestDialog,
) -> None:
    form_of(dialog).again.click()
    compare(qtbot, dialog)
    told = sentences(dialog)
    assert "Asked a second time, Sonnet 5.5 says the same on all 12 rows." in told
    anew = opened(qtbot, tasks, session, job, purse)
    assert anew.part.value == "result"
    assert sentences(anew) == told
    form = form_of(anew)
    qtbot.waitUntil(form.start_button.isEnabled, timeout=SLOW)
    assert form.start_button.text() == "Show the comparison on 12 rows"


def test_the_way_to_it_is_there_while_the_job_can_be_changed(
    qtbot: QtBot, tasks: TaskRunner, session: Session, draft: Draft, purse: Purse
) -> None:
    opener = ContestButton(session.comparing, tasks, draft, purse)
    qtbot.addWidget(opener)
    opener.show()
    with qtbot.waitSignal(opener.opened):
        click(opener.button)
    dialog = opener.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    compare(qtbot, dialog)
    with qtbot.waitSignal(dialog.used, timeout=SLOW):
        click(dialog.overview.cards[1].use_button)
    assert draft.recipe.model == "claude-haiku-5-5"
    with qtbot.waitSignal(opener.closed):
        dialog.reject()
    draft.open(None)
    assert not opener.button.isEnabled()


def test_labels_of_rows_that_differ_settle_it_without_leaving_the_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    made = make_job(window._session, tmp_path)
    window.office.open(made.id)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=SLOW)
    window.job_view.go("try")
    click(window.contest.button)
    dialog = window.contest.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    with_the_earlier_version(form_of(dialog))
    compare(qtbot, dialog)
    with qtbot.waitSignal(window.accuracy.opened):
        click(dialog.overview.label_button)
    gold = QApplication.activeModalWidget()
    assert isinstance(gold, GoldDialog)
    qtbot.waitUntil(lambda: gold.grid is not None, timeout=SLOW)
    grid = gold.grid
    assert grid is not None
    for row in (0, 3, 6, 9):
        assert grid.current == row
        qtbot.waitUntil(lambda: bool(grid.row.text.toPlainText()), timeout=SLOW)
        QTest.keyClicks(grid, "1")
    gold.accept()
    qtbot.waitUntil(lambda: "is right on 0" in sentences(dialog), timeout=SLOW)
    dialog.reject()


def test_what_does_not_fit_into_a_budget_cannot_be_asked_for(
    qtbot: QtBot, purse: Purse, dialog: ContestDialog
) -> None:
    start = form_of(dialog).start_button
    qtbot.waitUntil(start.isEnabled, timeout=SLOW)
    purse.allowance = Allowance((Budget("month", Decimal("0.000001"), Decimal(0), Decimal(0)),))
    purse.changed.emit()
    assert not start.isEnabled()
    assert "of your budget" in form_of(dialog).most.text()
    purse.allowance = Allowance()
    purse.changed.emit()
    assert start.isEnabled()
    assert "at most $" in form_of(dialog).most.text()


def test_what_is_dear_is_compared_once_its_amount_is_typed(
    qtbot: QtBot, purse: Purse, dialog: ContestDialog
) -> None:
    start = form_of(dialog).start_button
    qtbot.waitUntil(start.isEnabled, timeout=SLOW)
    purse.allowance = Allowance(typed_above=Decimal("0.0001"))
    click(start)
    asking = dialog.findChild(ConfirmAmount)
    assert asking is not None
    assert not dialog.busy.isVisible()
    shown = asking.heading.text().rpartition("$")[2]
    asking.edit.setText(shown)
    click(asking.verb)
    qtbot.waitUntil(lambda: dialog.part.value == "result", timeout=SLOW)


class Broken(Comparing):
    """Cannot keep what it is asked to."""

    def run(self, job_id: int, contest: Contest, report: Report) -> ContestResult:
        raise StoreError("The disk is full.")


def test_what_went_wrong_stays_in_sight(
    qtbot: QtBot, tasks: TaskRunner, session: Session, job: Job, purse: Purse
) -> None:
    broken = Broken(Ground(Stores.open(session.home), session, session.prices))
    dialog = ContestDialog(broken, tasks, job, purse)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    start = form_of(dialog).start_button
    qtbot.waitUntil(start.isEnabled, timeout=SLOW)
    click(start)
    qtbot.waitUntil(lambda: "disk is full" in dialog.banner.text.text(), timeout=SLOW)
    qtbot.waitUntil(start.isEnabled, timeout=SLOW)  # the price is there again
    assert dialog.banner.isVisible()
    assert dialog.busy.isHidden()
    assert dialog.part.value == "choose"


def test_a_comparison_that_was_stopped_can_be_gone_on_with(
    qtbot: QtBot, session: Session, job: Job, dialog: ContestDialog
) -> None:
    start = form_of(dialog).start_button
    qtbot.waitUntil(start.isEnabled, timeout=SLOW)
    click(start)
    click(dialog.busy.cancel)
    qtbot.waitUntil(dialog.busy.isHidden, timeout=SLOW)
    compare(qtbot, dialog)
    found = session.comparing.result(job.id, silent)
    assert found is not None
    assert [each.open for each in found.arms] == [0, 0]
