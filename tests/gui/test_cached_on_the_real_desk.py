"""A job goes from the window with cached instructions, one request first, and comes back whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.session import Session
from tests.gui.clicking import click

_SLOW = 60_000
_ROWS = 60


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    session = Session(home, practice_seconds=0.5)
    yield session
    session.close()


@pytest.fixture
def draft(session: Session, tasks: TaskRunner) -> Iterator[Draft]:
    desk = session.desk
    table = desk.open_table(resource_path("samples/support-tickets.csv"), ReadOptions(), silent)
    recipe = load_recipe(resource_path("recipes/support-tickets.recipe"))
    recipe = replace(recipe, instructions="Read the ticket with care. " * 150)
    draft = Draft(desk, tasks)
    draft.open(desk.new_job("Tickets", "practice"))
    draft.set_table(table)
    draft.set_recipe(recipe)
    draft.set_selection(Selection(_ROWS, seed=1))
    yield draft
    shiboken6.delete(draft)


def test_what_is_chosen_on_the_page_is_how_the_job_runs(
    qtbot: QtBot,
    session: Session,
    tasks: TaskRunner,
    draft: Draft,
    errors: list[BaseException],
) -> None:
    review = ReviewPage(
        session.desk, tasks, draft, session.timing, Purse(session.money, tasks, draft)
    )
    results = ResultsPage(session.desk, session.money, tasks, draft)
    for page in (review, results):
        qtbot.addWidget(page)
        page.resize(900, 900)
    with qtbot.waitExposed(review):
        review.show()
    review.enter()
    qtbot.waitUntil(review.ways.cached_radio.isEnabled, timeout=_SLOW)
    click(review.ways.cached_radio)
    review.ways.prime_check.setChecked(True)
    qtbot.waitUntil(review.send_button.isEnabled, timeout=_SLOW)
    with qtbot.waitSignal(review.done_requested, timeout=_SLOW):
        click(review.send_button)

    job = draft.job
    assert job is not None
    assert job.cache == CacheUse(prime=True)
    assert [part.requests for part in job.parts] == [1, job.requests - 1]
    results.show()
    results.enter()
    done = {"answered": _ROWS}
    qtbot.waitUntil(lambda: session.desk.job(job.id).outcomes == done, timeout=_SLOW)
    qtbot.waitUntil(lambda: results.answers.model.rowCount() == _ROWS, timeout=_SLOW)
    bill = session.money.bill(job.id, silent).sent
    assert bill.cache_read.tokens > bill.cache_write_1h.tokens > 0
    assert errors == []
