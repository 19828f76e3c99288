from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.advising import Advice
from claude_batch_desk.core.pricing.comparing import Comparison, UnitPrice
from claude_batch_desk.core.pricing.room import AnswerRoom
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import FakeDesk, make_estimate, make_job

MODEL = "claude-haiku-5-5"
PRICE = UnitPrice(Decimal("0.04"), Decimal("0.04"))


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> PromptPage:
    page = PromptPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(900, 900)
    with qtbot.waitExposed(page):
        page.show()
    desk.next_advice = Advice(Comparison({MODEL: PRICE}), AnswerRoom(1_200, 580, 20, 0))
    page.show_estimate(make_estimate())
    qtbot.waitUntil(lambda: "$0.04" in page.model_form.model_combo.currentText())
    return page


def test_an_estimate_brings_prices_and_room(page: PromptPage) -> None:
    assert "580 tokens" in page.model_form.room.label.text()
    assert page.model_form.room.isVisibleTo(page)


def test_another_prompt_was_not_tried_yet(page: PromptPage) -> None:
    page.template_editor.setPlainText("Something else about {{Message}}")
    assert not page.model_form.room.isVisibleTo(page)


def test_the_room_goes_into_the_draft(page: PromptPage, draft: Draft) -> None:
    page.model_form.room.use_button.click()
    assert draft.recipe.max_tokens == 1_200


def test_prices_of_one_job_are_not_shown_for_another(page: PromptPage, draft: Draft) -> None:
    draft.open(replace(make_job(), id=2), draft.table)
    assert "$" not in page.model_form.model_combo.currentText()


def test_advice_that_comes_too_late_is_not_taken(
    qtbot: QtBot, page: PromptPage, desk: FakeDesk, draft: Draft
) -> None:
    desk.go.clear()
    desk.asked.clear()
    page.show_estimate(make_estimate())
    qtbot.waitUntil(lambda: "advise" in desk.asked)
    draft.open(replace(make_job(), id=2), draft.table)
    desk.go.set()
    with qtbot.waitSignal(draft.changed):
        draft.rename("Another")
    assert "$" not in page.model_form.model_combo.currentText()
