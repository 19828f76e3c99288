from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import ExportError, ServiceError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.prompts.versions import Version
from claude_batch_desk.core.tables.table import Reading
from claude_batch_desk.gui.answers_model import AnswersModel
from claude_batch_desk.gui.answers_panel import shared_room
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.versions_dialog import VersionsDialog
from tests.gui.clicking import click
from tests.gui.page_fakes import RECIPE, FakeDesk, done_job, make_table, sent_job, ticket_rows

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def draft(empty_draft: Draft) -> Draft:
    return empty_draft


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> ResultsPage:
    page = ResultsPage(desk, desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    return page


def open_job(page: ResultsPage, draft: Draft, desk: FakeDesk, job: Job) -> None:
    desk.now = job
    draft.open(job, desk.kept_table)
    page.enter()


def test_which_rows_ran_is_said_where_not_all_did(
    page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, sent_job())
    assert not page.rows_label.isVisible()
    chosen = sent_job(id=2, rows=41, selection=Selection(first=10, last=50))
    open_job(page, draft, desk, chosen)
    assert page.rows_label.accessibleName() == "41 of 600 rows ran: rows 10–50"


def due(job: Job) -> Job:
    return replace(job, next_look=datetime.now(UTC) - timedelta(seconds=1))


def cell(model: QAbstractItemModel, row: int, column: int) -> str:
    return str(model.index(row, column).data())


def test_before_it_is_sent_the_page_says_so(qtbot: QtBot, page: ResultsPage) -> None:
    assert page.empty.isVisible()
    with qtbot.waitSignal(page.step_requested) as told:
        click(page.review_button)
    assert told.args == ["review"]


def test_a_waiting_job_tells_the_times_and_that_the_window_may_close(
    page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, sent_job(mode="live"))
    assert page.status.sentence_label.text() == "Claude is working on 600 rows"
    assert "12 min" in page.status.times_label.text()
    assert "Next look in" in page.status.looks_label.text()
    assert "shut down the computer" in page.status.close_label.text()
    assert not page.answers.isVisible()
    assert desk.asked == []


def test_a_waiting_job_says_when_it_is_needed(
    page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, sent_job(mode="live", need=Need("hour")))
    assert "Needed by " in page.status.times_label.text()


def test_doubt_is_named_and_settled_before_anything_is_sent_again(
    page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    job = sent_job(state="sending")
    part = replace(job.parts[0], state="sending")
    open_job(page, draft, desk, replace(job, parts=(part,)))
    assert page.status.doubt_banner.isVisible()
    assert "so you do not pay twice" in page.status.doubt_banner.text.text()


def test_a_look_that_is_due_is_made_once_and_brings_the_answers(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.advanced_to = done_job()
    desk.go.clear()
    open_job(page, draft, desk, due(sent_job()))
    page.enter()
    page.enter()
    desk.go.set()
    qtbot.waitUntil(page.answers.isVisible)
    assert desk.asked == ["advance"]
    assert not page.status.isVisible()


def test_the_answers_stand_beside_their_rows(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, done_job())
    model = page.answers.model
    qtbot.waitUntil(lambda: model.rowCount() == 600)
    across = Qt.Orientation.Horizontal
    names = [model.headerData(column, across) for column in range(model.columnCount())]
    assert names == ["Customer", "Message", "Status", "Category", "Summary"]
    assert [cell(model, 0, column) for column in (0, 2, 3)] == [
        "Customer 0",
        "Answered",
        "delivery",
    ]
    assert cell(model, 599, 0) == "Customer 599"
    click(page.answers.all_columns_check)
    assert model.headerData(0, across) == "Ticket"
    assert cell(model, 7, 0) == "00007"
    assert model.headerData(7, Qt.Orientation.Vertical) == "8"


@pytest.mark.parametrize(
    ("reading", "first"),
    [
        (Reading("folder"), "Name"),
        (Reading("delimited", document_column="Paper", document_folder="/papers"), "Paper"),
    ],
)
def test_each_answer_is_beside_the_name_of_its_document(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk, reading: Reading, first: str
) -> None:
    table = make_table(("Name", "Paper", "Message"), ticket_rows(600))
    desk.kept_table = replace(table, reading=reading)
    job = done_job()
    about = replace(job.recipe, prompt=Template("What is this about?"))
    open_job(page, draft, desk, replace(job, recipe=about))
    model = page.answers.model
    qtbot.waitUntil(lambda: model.rowCount() == 600)
    assert model.headerData(0, Qt.Orientation.Horizontal) == first
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Status"


def test_the_counts_and_the_bill_are_beside_the_estimate(
    page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, done_job(mode="live"))
    assert page.answers.bill.amount.text() == "Billed $0.32"
    assert page.answers.bill.why.accessibleName() == "Estimated at $0.28 to $0.38."
    assert not page.answers.bill.verdict.isVisible()
    counts = {
        token.objectName(): token.text()
        for token in page.answers.bars.findChildren(QAbstractButton)
    }
    assert counts == {
        "outcome_answered": "Answered 555",
        "outcome_review": "To review 15",
        "outcome_refused": "Declined 15",
        "outcome_errored": "Failed 15",
    }
    assert not page.answers.practice_chip.isVisible()


def test_practice_answers_are_marked(page: ResultsPage, draft: Draft, desk: FakeDesk) -> None:
    open_job(page, draft, desk, done_job())
    assert page.answers.practice_chip.isVisible()
    assert page.answers.bill.amount.text().startswith("Would have cost")


def test_the_next_row_to_look_at_is_found_and_explained(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, done_job())
    qtbot.waitUntil(lambda: page.answers.model.rowCount() == 600)
    detail = page.answers.detail
    for row, reason in (
        (4, "“thanks” is not an allowed value."),
        (8, "The service was overloaded."),
    ):
        click(page.answers.next_button)
        qtbot.waitUntil(page.answers.next_button.isEnabled)
        assert detail.heading.text() == f"Row {row}"
        assert reason in [label.text() for label in detail.findChildren(QLabel)]
    assert detail.prompt_text.toPlainText().startswith("Message of Customer 7:")


def test_canceling_tells_what_is_billed_before_it_does_anything(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, sent_job())
    click(page.status.cancel_button)
    assert "kept and billed" in page.status.cancel_banner.text.text()
    assert desk.asked == []
    click(page.status.cancel_banner.action)
    qtbot.waitUntil(lambda: desk.asked == ["cancel"])
    assert not page.status.cancel_button.isEnabled()
    assert page.status.sentence_label.text().startswith("Canceling")


def test_a_failed_look_is_said_and_not_repeated_at_once(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.failure = ServiceError("There is no way to the service. Nothing is lost.")
    open_job(page, draft, desk, due(sent_job()))
    qtbot.waitUntil(page.banner.isVisible)
    page.enter()
    page.enter()
    assert desk.asked == ["advance"]
    desk.failure = None
    desk.advanced_to = done_job()
    click(page.banner.action)
    qtbot.waitUntil(page.answers.isVisible)
    assert not page.banner.isVisible()


def test_an_export_names_the_file_and_offers_to_open_it(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    open_job(page, draft, desk, done_job())
    bar = page.answers.export_bar
    bar.export_to(tmp_path / "answers.xlsx")
    assert not bar.xlsx_button.isEnabled()
    qtbot.waitUntil(bar.file_button.isVisible)
    assert bar.banner.text.text() == (
        "600 rows with their answers are in answers.xlsx. Two cells were guarded."
    )
    assert bar.folder_button.isVisible()
    qtbot.waitUntil(bar.xlsx_button.isEnabled)


def test_an_export_that_fails_says_why(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    open_job(page, draft, desk, done_job())
    bar = page.answers.export_bar
    desk.failure = ExportError("answers.csv is open in another program. The old file is untouched.")
    bar.export_to(tmp_path / "answers.csv")
    qtbot.waitUntil(bar.banner.isVisible)
    assert bar.banner.text.text() == str(desk.failure)
    qtbot.waitUntil(bar.csv_button.isEnabled)
    assert not bar.file_button.isVisible()


def test_the_model_of_the_answers_is_sound(qtmodeltester: ModelTester) -> None:
    desk = FakeDesk(done_job())
    model = AnswersModel()
    table = make_table()
    model.show(
        lambda first, count: desk.answers(1, first, count),
        600,
        [(2, table.columns[2])],
        ["Category", "Summary"],
    )
    check: Callable[[QAbstractItemModel], None] = qtmodeltester.check
    check(model)
    model.refresh()
    assert cell(model, 3, 2) == "thanks"


@pytest.mark.parametrize(
    ("widths", "cut"),
    [
        ([72, 106, 320], [72, 106, 206]),
        ([72, 106], [72, 106]),
        ([320, 320, 320, 320], [104, 104, 104, 104]),
        ([], []),
    ],
)
def test_only_the_widest_columns_make_room_for_the_answers(
    widths: list[int], cut: list[int]
) -> None:
    assert shared_room(widths, 384, 104) == cut


def test_a_job_canceled_before_the_program_ended_still_says_so(
    page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, replace(sent_job(), canceled=True))
    assert page.status.sentence_label.text().startswith("Canceling")
    assert not page.status.cancel_button.isEnabled()


def test_answers_of_an_earlier_version_are_counted_and_found(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.version_of = {5: 2, 590: 2}
    open_job(page, draft, desk, done_job(version=3))
    answers = page.answers
    qtbot.waitUntil(answers.versions.isVisible)
    qtbot.waitUntil(lambda: answers.model.rowCount() == 600)
    link = answers.versions.findChild(QAbstractButton, "version_2")
    assert isinstance(link, QAbstractButton)
    assert link.text() == "version 2: 2 rows"

    def opened(row: int) -> bool:
        return answers.detail.heading.text() == f"Row {row}"

    for row in (6, 591, 6):
        click(link)
        qtbot.waitUntil(partial(opened, row))
        qtbot.waitUntil(link.isEnabled)
        assert answers.detail.facts.version_button.text() == "By version 2 of the prompt"


def test_a_row_leads_to_what_its_version_asked(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    old, now = RECIPE.with_prompt("Sort {{Message}} into a shelf"), datetime.now(UTC)
    desk.kept_versions = [Version(2, RECIPE, now, "sent"), Version(1, old, now, "tried", tried=1)]
    desk.version_of = {5: 1}
    open_job(page, draft, desk, done_job(version=2))
    answers = page.answers
    qtbot.waitUntil(lambda: answers.model.rowCount() == 600)
    answers.view.setCurrentIndex(answers.model.index(5, 0))
    click(answers.detail.facts.version_button)
    qtbot.waitUntil(lambda: bool(page.findChildren(VersionsDialog)))
    [dialog] = page.findChildren(VersionsDialog)
    assert "into a shelf" in dialog.text.toPlainText()
    assert not dialog.back_button.isVisible()


def test_a_row_without_an_answer_has_no_version(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.version_of = {5: 0}
    open_job(page, draft, desk, done_job(version=2))
    answers = page.answers
    qtbot.waitUntil(lambda: answers.model.rowCount() == 600)
    for row, shown in ((4, True), (5, False)):
        answers.view.setCurrentIndex(answers.model.index(row, 0))
        assert answers.detail.facts.version_button.isVisible() is shown


def test_answers_of_one_version_are_not_counted_by_version(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.version_of = {5: 2}
    open_job(page, draft, desk, done_job(version=3))
    qtbot.waitUntil(page.answers.versions.isVisible)
    open_job(page, draft, desk, done_job(id=2, version=1))
    assert not page.answers.versions.isVisible()


def test_an_export_holds_the_versions_where_that_is_wanted(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    bar = page.answers.export_bar
    open_job(page, draft, desk, done_job())
    assert not bar.options.chosen.versions.isVisible()
    open_job(page, draft, desk, done_job(id=2, version=2))
    bar.options.chosen.versions.trigger()
    bar.export_to(tmp_path / "answers.xlsx")
    qtbot.waitUntil(bar.file_button.isVisible)
    assert desk.asked[-1] == "export versions"


def test_the_menu_says_what_a_file_holds(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    options = page.answers.export_bar.options
    open_job(page, draft, desk, done_job(version=2))
    before = options.chosen.contents
    assert before == replace(before, rows="all", raw=False, versions=False)
    for name in ("export_rows_open", "export_raw", "export_versions"):
        action = options.menu.findChild(QAction, name)
        assert isinstance(action, QAction)
        action.trigger()
    chosen = options.chosen.contents
    assert (chosen.rows, chosen.raw, chosen.versions) == ("open", True, True)
    assert options.chosen.copied_contents.rows == "all"


def test_another_form_asks_for_a_file_of_its_kind(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, done_job())
    bar = page.answers.export_bar
    action = bar.options.menu.findChild(QAction, "export_parquet")
    assert isinstance(action, QAction)
    action.trigger()
    [dialog] = bar.findChildren(QFileDialog)
    assert dialog.nameFilters() == ["Parquet (*.parquet)"]
    dialog.close()


def test_the_same_file_is_written_again_by_one_key(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk, tmp_path: Path
) -> None:
    open_job(page, draft, desk, done_job())
    bar = page.answers.export_bar
    bar.export_again()
    assert "export" not in desk.asked
    bar.export_to(tmp_path / "answers.xlsx")
    qtbot.waitUntil(bar.again_button.isVisible)
    bar.options.chosen.raw.trigger()
    QTest.keySequence(bar, QKeySequence(QKeySequence.StandardKey.Save))
    qtbot.waitUntil(lambda: desk.asked.count("export") == 2)
    qtbot.waitUntil(bar.again_button.isVisible)


def test_a_row_tells_what_its_answer_cost(
    qtbot: QtBot, page: ResultsPage, draft: Draft, desk: FakeDesk
) -> None:
    open_job(page, draft, desk, done_job())
    qtbot.waitUntil(lambda: page.answers.model.rowCount() == 600)
    row = desk.answers(1, 0, 1)[0]
    assert row.answer
    paid = replace(row, answer=replace(row.answer, cost=Decimal("0.000312")))
    page.answers.detail.show_row(paid, done_job(), desk.kept_table)
    assert page.answers.detail.facts.usage_label.text().endswith("out · $0.00031")
