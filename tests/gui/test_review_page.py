from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import OutcomeUnknown, Refused
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.core.tables.table import Reading
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_job, make_table, sent_job


class MemoryDocuments:
    def window(self, first: int, count: int) -> list[Document]:
        return [Document("smith.txt", "text", "text/plain", 5, "0" * 64, text="Hello")]


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> ReviewPage:
    page = ReviewPage(desk, tasks, draft, desk, Purse(desk, tasks, draft))
    qtbot.addWidget(page)
    page.resize(800, 1100)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    return page


def test_send_waits_for_the_price_and_then_names_it(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    desk.go.clear()
    page.enter()
    assert not page.send_button.isEnabled()
    assert page.reason_label.text() == "The price is not known yet."
    desk.go.set()
    qtbot.waitUntil(page.send_button.isEnabled)
    assert page.send_button.text() == "Send 600 rows, about $0.31"
    assert page.reason_label.text() == ""
    assert not page.busy.isVisible()


def test_what_is_sent_and_what_it_may_cost_is_said(qtbot: QtBot, page: ReviewPage) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    assert page.what.rows_label.text() == "600 rows, support-tickets.csv"
    assert page.what.requests_label.text().startswith("580; rows with the same prompt")
    assert page.costs.expected_label.text().startswith("about $0.31, between $0.28 and $0.38")
    assert page.costs.ceiling_label.text().startswith("$1.24,")
    assert page.leaves.sent_label.text() == "Customer, Message"
    assert page.leaves.kept_label.text() == "Ticket"
    assert "My order 00123 never arrived & I want" in page.leaves.text.toPlainText()


def test_twenty_presses_send_one_job(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk, draft: Draft
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    desk.go.clear()
    with qtbot.waitSignal(page.done_requested):
        for _ in range(20):
            click(page.send_button)
            page.send_button.click()
        desk.go.set()
    assert desk.asked.count("send") == 1
    assert draft.job is not None
    assert draft.job.state == "waiting"
    qtbot.waitUntil(lambda: not page.sending)
    assert not page.send_button.isVisible()


def test_a_budget_below_the_worst_case_keeps_the_button_from_being_pressed(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    click(page.costs.budget_check)
    page.costs.budget_spin.setValue(0.5)
    assert not page.send_button.isEnabled()
    assert page.reason_label.text() == (
        "It may cost up to $1.24, which is above your budget of $0.50."
    )
    page.costs.budget_spin.setValue(2)
    assert page.send_button.isEnabled()
    with qtbot.waitSignal(page.done_requested):
        click(page.send_button)
    assert desk.budget == Decimal("2.0")


def test_a_part_of_the_rows_has_a_price_of_its_own(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    draft.set_selection(Selection(100, seed=1))
    assert page.send_button.text() == "Send 100 rows"
    assert not page.send_button.isEnabled()
    qtbot.waitUntil(page.send_button.isEnabled)
    assert desk.asked.count("estimate") == 2
    assert page.what.rows_label.text() == "100 of 600 rows, support-tickets.csv"
    assert page.what.which_label.text() == "100 rows at random (draw 1)"


def test_rows_that_cannot_be_sent_are_not_counted_on_the_button(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    desk.next_estimate = replace(desk.next_estimate, rows=562, unsent=38)
    draft.set_selection(Selection(first=1, last=600))
    page.enter()
    qtbot.waitUntil(lambda: page.send_button.text() == "Send 562 rows, about $0.31")


def test_no_number_of_rows_is_named_before_it_is_known(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    desk.go.clear()
    draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "59"),)))
    assert page.send_button.text() == "Send"
    assert page.what.rows_label.text() == "…"
    assert page.leaves.text.toPlainText() == ""
    desk.go.set()
    qtbot.waitUntil(page.send_button.isEnabled)
    assert page.send_button.text() == "Send 16 rows, about $0.31"
    assert page.what.which_label.text() == "all rows where “Customer” contains “59”"


def test_the_text_shown_is_that_of_the_first_row_that_runs(
    qtbot: QtBot, page: ReviewPage, draft: Draft
) -> None:
    draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "59"),)))
    qtbot.waitUntil(lambda: "Message of Customer 59:" in page.leaves.text.toPlainText())


def test_a_choice_of_no_rows_is_put_right_on_the_data_page(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    draft.set_selection(Selection(filters=(RowFilter("Customer", "equals", "nobody"),)))
    qtbot.waitUntil(page.obstacle_banner.isVisible)
    assert page.obstacle_banner.text.text().startswith("None of the rows is chosen to run.")
    assert "once that is put right" in page.checks.service_label.text()
    assert not page.send_button.isEnabled()
    with qtbot.waitSignal(page.step_requested, check_params_cb=lambda step: step == "data"):
        click(page.obstacle_banner.action)


def test_rows_are_changed_where_they_were_chosen(qtbot: QtBot, page: ReviewPage) -> None:
    with qtbot.waitSignal(page.step_requested, check_params_cb=lambda step: step == "data"):
        click(page.what.rows_button)


def test_a_column_kept_on_this_computer_is_said_to_be(page: ReviewPage, draft: Draft) -> None:
    draft.set_selection(Selection(excluded=("Customer",)))
    assert page.leaves.kept_label.text() == (
        "Ticket. Kept on this computer whatever the prompt says: Customer."
    )
    assert "“Customer”, which you keep on this computer" in page.obstacle_banner.text.text()
    assert page.leaves.text.toPlainText() == ""


def test_a_change_of_the_prompt_takes_the_price_off_the_button(
    qtbot: QtBot, page: ReviewPage, draft: Draft
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    draft.set_recipe(draft.recipe.with_prompt("{{Ticket}} only"))
    assert not page.send_button.isEnabled()
    assert page.send_button.text() == "Send 600 rows"
    assert page.leaves.sent_label.text() == "Ticket"


def test_an_unknown_column_leads_back_to_the_prompt(
    qtbot: QtBot, page: ReviewPage, draft: Draft
) -> None:
    draft.set_recipe(draft.recipe.with_prompt("{{nope}}"))
    page.enter()
    assert "“nope”" in page.obstacle_banner.text.text()
    assert "once that is put right" in page.checks.service_label.text()
    assert not page.send_button.isEnabled()
    with qtbot.waitSignal(page.step_requested) as told:
        click(page.obstacle_banner.action)
    assert told.args == ["prompt"]


def test_practice_and_live_are_told_apart(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    assert page.mode_banner.text.text().startswith("Practice:")
    draft.open(make_job(id=2, mode="live"), make_table())
    assert page.mode_banner.text.text().startswith("Live:")
    assert "29 days" in page.leaves.retention_label.text()


def test_a_refusal_is_said_and_the_job_stays_a_draft(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    desk.failure = Refused("The service did not take it. Nothing was charged.", request_id="req_9")
    click(page.send_button)
    qtbot.waitUntil(page.error_banner.isVisible)
    assert "(Reference: req_9)" in page.error_banner.text.text()
    assert draft.editable
    qtbot.waitUntil(lambda: not page.sending)
    desk.failure = None
    click(page.error_banner.action)
    qtbot.waitUntil(page.send_button.isEnabled)
    assert not page.error_banner.isVisible()


def test_a_lost_answer_to_sending_leads_to_the_results_and_never_back(
    qtbot: QtBot, page: ReviewPage, draft: Draft, desk: FakeDesk
) -> None:
    qtbot.waitUntil(page.send_button.isEnabled)
    desk.failure = OutcomeUnknown("The connection broke. We look before anything is sent again.")
    desk.go.clear()
    with qtbot.waitSignal(page.done_requested):
        click(page.send_button)
        desk.now = sent_job(state="sending")
        desk.go.set()
    assert draft.job is not None
    assert draft.job.state == "sending"
    assert not page.send_button.isVisible()


def test_a_live_job_says_who_gets_the_rows(page: ReviewPage, draft: Draft) -> None:
    draft.open(make_job(mode="live"))
    assert "these rows go to Anthropic" in page.mode_banner.text.text()
    page.receiver = "proxy.example:8080"
    page.enter()
    assert "these rows go to proxy.example:8080" in page.mode_banner.text.text()


def test_whether_documents_leave_with_their_names_is_said(page: ReviewPage, draft: Draft) -> None:
    papers = make_table(("Name", "Case"), [("smith.txt", "1")])
    draft.set_table(replace(papers, reading=Reading("folder"), documents=MemoryDocuments()))
    draft.set_recipe(draft.recipe.with_prompt("Case {{Case}}"))
    assert page.leaves.sent_label.text() == (
        "the document of each row, with its name, as a file; Case"
    )
    assert page.leaves.kept_label.text() == "no column"
    draft.set_selection(Selection(excluded=("Name",)))
    assert "the document of each row, without its name, as a file" in page.leaves.sent_label.text()
    assert page.leaves.kept_label.text().startswith("Name. Kept on this computer")
