"""Next month's file in the window: proposed, priced, sent, and every row has its answer."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.since_card import SinceCard
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.session import Session
from tests.gui.clicking import click

_SLOW = 60_000
_ROWS = 30


def tickets() -> list[list[str]]:
    source = resource_path("samples/support-tickets.csv")
    with source.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file)][: _ROWS + 1]


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    session = Session(home, practice_seconds=0.2)
    yield session
    session.close()


def make_draft(session: Session, path: Path, rows: Sequence[Sequence[str]]) -> Job:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    table = session.desk.open_table(path, ReadOptions(), silent)
    recipe = load_recipe(resource_path("recipes/support-tickets.recipe"))
    job = session.desk.new_job(path.stem, "practice")
    return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)


@pytest.fixture
def september(qtbot: QtBot, session: Session, tmp_path: Path) -> Job:
    made = make_draft(session, tmp_path / "september.csv", tickets())
    job = session.desk.send(made.id, None, silent)

    def is_done() -> bool:
        return session.desk.advance(job.id, silent).state == "done"

    qtbot.waitUntil(is_done, timeout=_SLOW)
    return session.desk.job(job.id)


@pytest.fixture
def draft(session: Session, tasks: TaskRunner, september: Job, tmp_path: Path) -> Iterator[Draft]:
    rows = tickets()
    rows[5] = [*rows[5][:-1], "Something else is wrong by now."]
    rows.append(["NEW-1", *rows[1][1:-1], "The app does not start any more."])
    job = make_draft(session, tmp_path / "october.csv", [*rows[:2], *rows[4:]])
    assert job.table_id is not None
    draft = Draft(session.desk, tasks)
    draft.open(job, session.desk.table(job.table_id))
    yield draft
    shiboken6.delete(draft)


@pytest.fixture
def page(qtbot: QtBot, session: Session, tasks: TaskRunner, draft: Draft) -> ReviewPage:
    page = ReviewPage(
        session.desk, tasks, draft, session.timing, Purse(session.money, tasks, draft)
    )
    page.go_on_from(session.increments)
    qtbot.addWidget(page)
    page.resize(900, 900)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled, timeout=_SLOW)
    return page


def card_of(page: ReviewPage) -> SinceCard:
    card = page.findChild(SinceCard)
    assert isinstance(card, SinceCard)
    return card


def said(page: ReviewPage, name: str) -> str:
    label = page.findChild(QLabel, name)
    assert label is not None
    return label.text()


def pressed(page: ReviewPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert found is not None
    return found


def take_over(qtbot: QtBot, page: ReviewPage) -> None:
    qtbot.waitUntil(card_of(page).isVisible, timeout=_SLOW)
    click(pressed(page, "since_take"))
    qtbot.waitUntil(lambda: "unchanged: about" in said(page, "since_counts"), timeout=_SLOW)
    qtbot.waitUntil(page.send_button.isEnabled, timeout=_SLOW)


def test_nothing_is_taken_over_unasked(qtbot: QtBot, page: ReviewPage) -> None:
    qtbot.waitUntil(card_of(page).isVisible, timeout=_SLOW)
    assert said(page, "since_told").startswith("An earlier job has asked what this one asks.")
    assert page.send_button.text().startswith(f"Send {_ROWS - 1} rows")


def test_the_three_numbers_and_the_price_are_there_before_anything_is_sent(
    qtbot: QtBot, page: ReviewPage
) -> None:
    take_over(qtbot, page)
    assert said(page, "since_counts").startswith(f"1 new, 1 changed, {_ROWS - 3} unchanged: about ")
    assert "2 rows of the earlier job are no longer there." in said(page, "since_told")
    assert page.send_button.text().startswith("Send 2 rows, about $")
    assert "27 rows are not sent" in said(page, "review_requests_text")


def test_only_the_rest_is_sent_and_every_row_has_its_answer(
    qtbot: QtBot, page: ReviewPage, session: Session, draft: Draft
) -> None:
    take_over(qtbot, page)
    with qtbot.waitSignal(page.done_requested, timeout=_SLOW):
        click(page.send_button)
    assert draft.job is not None
    job_id = draft.job.id
    assert session.desk.job(job_id).requests == 2

    def is_done() -> bool:
        return session.desk.advance(job_id, silent).state == "done"

    qtbot.waitUntil(is_done, timeout=_SLOW)
    assert sum(session.desk.job(job_id).outcomes.values()) == _ROWS - 1
    draft.show_job(session.desk.job(job_id))
    page.enter()
    qtbot.waitUntil(lambda: "took the answers of job" in said(page, "since_told"), timeout=_SLOW)


def test_the_person_says_how_rows_are_told_apart(qtbot: QtBot, page: ReviewPage) -> None:
    take_over(qtbot, page)
    keys = page.findChild(QComboBox, "since_key")
    assert keys is not None
    qtbot.waitUntil(keys.isEnabled, timeout=_SLOW)
    assert keys.count() > 1
    keys.setCurrentIndex(keys.count() - 1)
    qtbot.waitUntil(lambda: keys.isEnabled() and keys.currentData() == "", timeout=_SLOW)
    assert said(page, "since_counts").startswith(f"1 new, 1 changed, {_ROWS - 3} unchanged")


def test_every_row_is_asked_again_where_that_is_wanted(qtbot: QtBot, page: ReviewPage) -> None:
    take_over(qtbot, page)
    click(pressed(page, "since_leave"))
    qtbot.waitUntil(
        lambda: page.send_button.text().startswith(f"Send {_ROWS - 1} rows, about"), timeout=_SLOW
    )
    assert pressed(page, "since_take").isVisible()
