"""When the answers are needed: said, kept, and answered with which way is in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.timing.history import History, Span
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.deadline_card import DeadlineCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_status import JobStatus
from claude_batch_desk.gui.need_words import need_words
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.usual_times import UsualTimes
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_estimate, make_job, make_range, make_table, sent_job


@pytest.fixture
def card(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> DeadlineCard:
    card = DeadlineCard(desk, tasks, draft)
    qtbot.addWidget(card)
    card.resize(600, 500)
    with qtbot.waitExposed(card):
        card.show()
    card.show_estimate(make_estimate())
    return card


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, draft: Draft) -> ReviewPage:
    desk.next_estimate = replace(make_estimate(), cached=make_range("0.24"))
    page = ReviewPage(desk, tasks, draft, desk, Purse(desk, tasks, draft))
    qtbot.addWidget(page)
    page.resize(800, 1600)
    with qtbot.waitExposed(page):
        page.show()
    page.enter()
    qtbot.waitUntil(page.send_button.isEnabled)
    return page


def need_of(draft: Draft) -> Need:
    assert draft.job is not None
    return draft.job.need


def advise(qtbot: QtBot, card: DeadlineCard, name: str) -> None:
    click(card.buttons[name])
    qtbot.waitUntil(lambda: card.advice is not None)


def test_before_anything_is_said_it_only_asks(card: DeadlineCard) -> None:
    assert card.advice is None
    assert not card.lines.isVisible()
    assert not card.warning.isVisible()
    assert not card.time_edit.isVisible()


def test_what_is_said_is_kept_as_the_tag_of_the_job(
    qtbot: QtBot, card: DeadlineCard, draft: Draft, desk: FakeDesk
) -> None:
    with qtbot.waitSignal(draft.saved):
        click(card.buttons["today"])
    assert desk.now.latency == "today"
    assert card.said_label.text() == "Needed on the day it is sent."


def test_pressed_again_it_was_not_meant(card: DeadlineCard, draft: Draft) -> None:
    click(card.buttons["hour"])
    click(card.buttons["hour"])
    assert need_of(draft) == Need()
    assert not any(each.isChecked() for each in card.buttons.values())


def test_a_week_is_in_time_as_a_batch_and_nothing_is_risked(
    qtbot: QtBot, card: DeadlineCard
) -> None:
    advise(qtbot, card, "week")
    assert card.lines.summary.text() == "Advised: as a batch, about $0.31, $0.31 less than at once."
    shown = [label.text() for label in card.lines.findChildren(QLabel)]
    assert {"in time", "As a batch", "about $0.31"} <= {*shown}
    assert not card.warning.isVisible()


def test_an_hour_without_experience_names_the_price_of_being_sure(
    qtbot: QtBot, card: DeadlineCard
) -> None:
    advise(qtbot, card, "hour")
    assert card.take_button.text() == "Choose: at once, about $0.62"
    assert "Most batches end within an hour" in card.lines.why.text()


def test_ones_own_batches_are_told(
    qtbot: QtBot, card: DeadlineCard, desk: FakeDesk, tasks: TaskRunner
) -> None:
    desk.kept_history = History(tuple(Span(500, 60 * each) for each in range(5, 30)))
    card.hide()
    card.show()  # it is looked up when it comes into sight
    click(card.buttons["hour"])
    qtbot.waitUntil(lambda: "95 of 100 within 28 min" in card.lines.why.text())
    assert card.take_button.text() == "Choose: as a batch"
    assert card.warning.isVisible()


def test_what_is_chosen_already_is_not_offered(qtbot: QtBot, card: DeadlineCard) -> None:
    card.show_chosen("now", cached=False)
    advise(qtbot, card, "week")
    assert card.take_button.isVisible()
    card.show_chosen("batch", cached=False)
    assert not card.take_button.isVisible()


def test_practice_is_told_what_would_hold_for_live(
    qtbot: QtBot, card: DeadlineCard, draft: Draft
) -> None:
    advise(qtbot, card, "week")
    assert "In Practice a batch ends within seconds" in card.lines.why.text()
    draft.open(make_job(id=2, mode="live", need=Need("week")), make_table())
    assert "In Practice" not in card.lines.why.text()


def test_an_exact_time_can_be_named(card: DeadlineCard, draft: Draft) -> None:
    click(card.buttons["exact"])
    assert card.time_edit.isVisible()
    assert need_of(draft).by is not None
    moment = (datetime.now(UTC) + timedelta(days=3)).replace(second=0, microsecond=0)
    card.time_edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(moment.timestamp())))
    assert need_of(draft) == Need("week", moment)
    assert card.said_label.text().startswith("Needed by ")
    click(card.buttons["week"])
    assert need_of(draft) == Need("week")
    assert not card.time_edit.isVisible()


def test_a_time_is_typed_without_losing_the_place(card: DeadlineCard, draft: Draft) -> None:
    click(card.buttons["exact"])
    card.time_edit.setFocus()
    card.time_edit.setSelectedSection(card.time_edit.Section.YearSection)
    QTest.keyClicks(card.time_edit, "2031")
    by = need_of(draft).by
    assert by is not None
    assert by.year == 2031


def test_every_choice_can_be_reached_by_keyboard(card: DeadlineCard, draft: Draft) -> None:
    card.buttons["now"].setFocus()
    QTest.keyClick(card.buttons["now"], Qt.Key.Key_Tab)
    assert card.buttons["hour"].hasFocus()
    QTest.keyClick(card.buttons["hour"], Qt.Key.Key_Space)
    assert need_of(draft).latency == "hour"


def test_a_sent_job_shows_what_was_said_and_takes_no_more(card: DeadlineCard, draft: Draft) -> None:
    sent = sent_job(need=Need("hour"))
    draft.open(sent, make_table())
    assert card.buttons["hour"].isChecked()
    assert not card.buttons["today"].isEnabled()
    assert card.advice is None
    assert card.said_label.text().startswith("Needed by ")


def test_another_job_shows_its_own(card: DeadlineCard, draft: Draft) -> None:
    click(card.buttons["hour"])
    draft.open(make_job(id=2, need=Need("week")), make_table())
    assert card.buttons["week"].isChecked()
    assert not card.buttons["hour"].isChecked()


@pytest.mark.parametrize("latency", ["now", "hour", "today", "week"])
def test_every_need_is_said_in_words(latency: str) -> None:
    assert need_words(Need(latency), None)  # type: ignore[arg-type] # one of Latency


def test_no_way_is_chosen_before_the_person_presses_for_it(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    advise(qtbot, page.when, "now")
    assert not page.ways.now_radio.isChecked()
    assert page.send_button.text() == "Send 600 rows, about $0.31"
    click(page.when.take_button)
    assert page.ways.way == "now"
    assert page.send_button.text() == "Send 600 rows at once, about $0.62"
    assert page.costs.expected_label.text().startswith("about $0.62")
    assert not page.when.take_button.isVisible()
    page.ways.batch_radio.setChecked(True)
    assert page.when.take_button.isVisible()


def test_the_cheaper_cache_is_chosen_by_the_same_press(qtbot: QtBot, page: ReviewPage) -> None:
    advise(qtbot, page.when, "week")
    assert page.when.take_button.text() == "Choose: as a batch with cached instructions"
    click(page.when.take_button)
    assert page.ways.cache is not None


def test_calls_are_sent_as_such(qtbot: QtBot, page: ReviewPage, desk: FakeDesk) -> None:
    page.ways.now_radio.setChecked(True)
    with qtbot.waitSignal(page.done_requested):
        click(page.send_button)
    assert (desk.way, desk.cache) == ("now", None)


def test_a_batch_that_is_being_sent_cannot_be_stopped(
    qtbot: QtBot, page: ReviewPage, desk: FakeDesk
) -> None:
    desk.go.clear()
    click(page.send_button)
    qtbot.waitUntil(lambda: "send" in desk.asked)
    assert not page.busy.cancel.isVisible()
    with qtbot.waitSignal(page.done_requested):
        desk.go.set()


class Clock:
    """Knows how long batches take, and counts who asks."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def usual(self, job_id: int, report: Report) -> str:
        report(0, 0)
        self.asked.append(job_id)
        return f"Half of those like job {job_id} ended within 12 min."


def test_a_waiting_live_job_hears_once_how_long_such_take(
    qtbot: QtBot, tasks: TaskRunner, draft: Draft
) -> None:
    clock, status = Clock(), JobStatus()
    qtbot.addWidget(status)
    UsualTimes(clock, tasks, draft, status.show_usual)
    draft.open(make_job(id=3, mode="live"), make_table())
    draft.open(sent_job(id=4), make_table())  # Practice ends within seconds
    waiting = sent_job(id=5, mode="live")
    draft.open(waiting, make_table())
    draft.show_job(waiting)
    status.show_job(waiting, canceling=False)

    def told() -> str:
        status.tick(None, looking=False)
        return status.times_label.text()

    assert "Most batches end within an hour. This one ends by" in told()
    qtbot.waitUntil(lambda: "like job 5 ended within 12 min. This one ends by" in told())
    assert clock.asked == [5]
