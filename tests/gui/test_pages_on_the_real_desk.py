"""The pages over the real desk and the Practice service: from a table to a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.row_chooser import RowChooser
from claude_batch_desk.gui.samples import copy_live
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.try_page import TryPage
from claude_batch_desk.session import Session
from tests.gui.clicking import click

_SLOW = 60_000
_ROWS = 40


@dataclass
class Pages:
    draft: Draft
    prompt: PromptPage
    trial: TryPage
    review: ReviewPage
    results: ResultsPage
    rows: RowChooser


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    session = Session(home, practice_seconds=0.5)
    yield session
    session.close()


@pytest.fixture
def pages(qtbot: QtBot, session: Session, tasks: TaskRunner) -> Iterator[Pages]:
    desk = session.desk
    path = resource_path("samples/support-tickets.csv")
    table = desk.open_table(path, ReadOptions(), silent)
    draft = Draft(desk, tasks)
    draft.open(desk.new_job("Tickets", "practice"))
    draft.set_table(table)
    purse = Purse(session.money, tasks, draft)
    pages = Pages(
        draft,
        PromptPage(desk, tasks, draft),
        TryPage(session.trials, tasks, draft, purse),
        ReviewPage(desk, tasks, draft, session.timing, purse),
        ResultsPage(desk, session.money, tasks, draft),
        RowChooser(draft),
    )
    for page in (pages.rows, pages.prompt, pages.trial, pages.review, pages.results):
        qtbot.addWidget(page)
        page.resize(900, 900)
    yield pages
    shiboken6.delete(draft)


def turn_to(qtbot: QtBot, page: PromptPage | TryPage | ReviewPage | ResultsPage) -> None:
    with qtbot.waitExposed(page):
        page.show()
    page.enter()


def test_a_sample_goes_from_its_prompt_to_a_workbook(
    qtbot: QtBot, pages: Pages, errors: list[BaseException], tmp_path: Path
) -> None:
    turn_to(qtbot, pages.prompt)
    pages.prompt.recipe_bar.open_from(resource_path("recipes/support-tickets.recipe"))
    assert pages.prompt.preview.problem_label.text() == ""

    turn_to(qtbot, pages.trial)
    trial = pages.trial
    qtbot.waitUntil(trial.try_button.isEnabled, timeout=_SLOW)
    assert "about $" in trial.try_button.text()
    click(trial.try_button)
    qtbot.waitUntil(lambda: "Spent" in trial.summary_label.text() and not trial.busy.isVisible())
    assert "Answered" in trial.summary_label.text()

    turn_to(qtbot, pages.review)
    review = pages.review
    pages.rows.sample_check.click()
    pages.rows.sample_spin.setValue(_ROWS)
    qtbot.waitUntil(review.send_button.isEnabled, timeout=_SLOW)
    assert review.send_button.text().startswith(f"Send {_ROWS} rows, about $")
    with qtbot.waitSignal(review.done_requested, timeout=_SLOW):
        click(review.send_button)

    turn_to(qtbot, pages.results)
    panel = pages.results.answers
    qtbot.waitUntil(lambda: panel.model.rowCount() == _ROWS, timeout=_SLOW)
    job = pages.draft.job
    assert job is not None
    assert job.state == "done"
    assert sum(job.outcomes.values()) == _ROWS
    assert panel.bill.amount.text().startswith("Would have cost $")
    panel.export_bar.export_to(tmp_path / "tickets.xlsx")
    qtbot.waitUntil(panel.export_bar.file_button.isVisible, timeout=_SLOW)
    assert (tmp_path / "tickets.xlsx").stat().st_size > 0
    assert errors == []


def test_a_copy_runs_the_same_rows_and_keeps_the_same_columns_at_home(session: Session) -> None:
    desk = session.desk
    table = desk.open_table(resource_path("samples/support-tickets.csv"), ReadOptions(), silent)
    job = desk.new_job("Tickets", "practice")
    chosen = Selection(first=10, last=50, excluded=("Customer",))
    desk.save_draft(job.id, table_id=table.id, selection=chosen)
    copy = copy_live(desk, job.id, silent).job
    assert copy.selection == chosen
    assert desk.job(copy.id).selection == chosen
