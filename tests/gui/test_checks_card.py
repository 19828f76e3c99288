"""The checks on the Review page, and the way from each to its place."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.checks import Concern, NotSendable
from claude_batch_desk.gui.checks_card import ChecksCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_estimate

LONG = Concern("2 rows are too long. Row 7.", "data", rows=(6, 8))
STOP = Concern("The model is <b>retired</b>.", "prompt", "stop")


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> ReviewPage:
    page = ReviewPage(desk, tasks, draft, desk, Purse(desk, tasks, draft))
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    return page


def way(page: ReviewPage, number: int) -> QPushButton:
    found = page.checks.findChild(QPushButton, f"check_go_{number}")
    assert isinstance(found, QPushButton)
    return found


def test_where_all_is_well_it_says_so_and_that_the_service_was_asked(qtbot: QtBot) -> None:
    card = ChecksCard()
    qtbot.addWidget(card)
    card.show_estimate(replace(make_estimate(), checked="Checked with the service."))
    assert card.service_label.text() == (
        "Every row fits what the service takes. Checked with the service."
    )
    assert card.lines == []


def test_each_concern_leads_to_its_place(qtbot: QtBot, page: ReviewPage, desk: FakeDesk) -> None:
    desk.next_estimate = replace(make_estimate(), concerns=(LONG, Concern("Mind.", "prompt")))
    page.enter()
    qtbot.waitUntil(lambda: len(page.checks.lines) == 2)
    with qtbot.waitSignal(page.step_requested) as to_data:
        click(way(page, 1))
    with qtbot.waitSignal(page.step_requested) as to_prompt:
        click(way(page, 2))
    assert (to_data.args, to_prompt.args) == (["data"], ["prompt"])
    assert page.send_button.isEnabled()


def test_what_cannot_be_sent_is_not_offered_to_be(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    desk.next_estimate = replace(make_estimate(), concerns=(STOP, LONG))
    page.enter()
    qtbot.waitUntil(lambda: len(page.checks.lines) == 2)
    assert page.checks.lines[0].text() == STOP.text
    assert not page.send_button.isEnabled()
    assert page.reason_label.text() == "Something has to be put right first, see above."


def test_all_that_is_wrong_with_a_recipe_is_listed(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    desk.failure = NotSendable((STOP, replace(STOP, text="So is the effort.")))
    page.enter()
    qtbot.waitUntil(lambda: len(page.checks.lines) == 2)
    assert page.error_banner.isHidden()
    assert not page.send_button.isEnabled()


def test_it_can_be_sent_once_it_was_put_right(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    desk.failure = NotSendable((STOP,))
    page.enter()
    qtbot.waitUntil(lambda: page.checks.stopped)
    desk.failure = None
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    assert page.checks.lines == []
