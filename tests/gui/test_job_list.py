from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.listing import JOB_ORDERS, grouped
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.gui.job_lines import cost_line, standing
from claude_batch_desk.gui.job_list import JobList
from tests.gui.page_fakes import done_job, make_job, sent_job


@pytest.fixture
def listed(qtbot: QtBot) -> JobList:
    listed = JobList()
    qtbot.addWidget(listed)
    listed.resize(232, 500)
    with qtbot.waitExposed(listed):
        listed.show()
    return listed


def test_each_state_is_said_in_words() -> None:
    assert standing(make_job()).words == "Draft"
    assert standing(sent_job()).words == "600 waiting"
    assert standing(sent_job(outcomes={"answered": 400, "waiting": 200})).words == "200 waiting"
    assert standing(done_job(outcomes={"answered": 600})).words == "600 answered"
    assert standing(done_job()).words == "555/600 answered"


def test_of_a_job_that_is_answered_at_once_it_says_how_far_it_is() -> None:
    half = {"answered": 240, "waiting": 360}
    asking = sent_job(state="sending", way="now", parts=(), outcomes=half)
    assert standing(asking).words == "240/600 done"
    assert standing(replace(asking, outcomes={})).words == "0/600 done"
    stopped = standing(replace(asking, paused=True))
    assert (stopped.words, stopped.icon) == ("Stopped at 240/600", "stop")


def test_a_job_with_rows_to_look_at_does_not_wear_the_tick() -> None:
    assert standing(done_job(outcomes={"answered": 600})).icon == "check"
    assert standing(done_job()).icon == "eye"


def test_before_the_first_job_it_says_so(listed: JobList) -> None:
    assert listed.nothing.isVisible()
    listed.show_jobs([make_job()])
    assert not listed.nothing.isVisible()


def test_a_click_chooses_a_job(qtbot: QtBot, listed: JobList) -> None:
    listed.show_jobs([make_job(id=2), make_job(id=1)])
    box = listed.view.visualRect(listed.model.index(1))
    with qtbot.waitSignal(listed.job_chosen) as chosen:
        QTest.mouseClick(listed.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert chosen.args == [1]


def test_what_was_sent_can_be_compared_from_its_menu(qtbot: QtBot, listed: JobList) -> None:
    sent, draft = done_job(id=2), make_job(id=1)
    listed.show_jobs([sent, draft])
    for row in (0, 1):
        place = listed.view.visualRect(listed.model.index(row)).center()
        listed.view.customContextMenuRequested.emit(place)
    first, second = listed.findChildren(QAction, "job_compare")
    assert (first.isEnabled(), second.isEnabled()) == (True, False)
    with qtbot.waitSignal(listed.compare_requested) as wanted:
        first.trigger()
    assert wanted.args == [sent]


def test_the_marked_job_stays_marked_when_a_new_one_comes(listed: JobList) -> None:
    listed.show_jobs([make_job(id=1)])
    listed.mark(1)
    listed.show_jobs([make_job(id=2), make_job(id=1)])
    assert listed.chosen() == 1


def test_a_screen_reader_hears_name_mode_and_state(listed: JobList) -> None:
    listed.show_jobs([make_job(name="<b>Tickets</b>", mode="live")])
    index = listed.model.index(0)
    heard = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "<b>Tickets</b>, Live, Draft"
    assert "<b>" not in index.data(Qt.ItemDataRole.ToolTipRole)


def test_of_which_rows_a_job_is_can_be_heard(listed: JobList) -> None:
    chosen = Selection(first=10, last=50, filters=(RowFilter("Customer", "contains", "<b>"),))
    listed.show_jobs([sent_job(rows=3, outcomes={"waiting": 3}, selection=chosen)])
    index = listed.model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Support tickets, Practice, 3 waiting, about $0.31, "
        "of rows 10–50 where “Customer” contains “<b>”"
    )
    assert "<b>" not in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_model_keeps_qts_rules(listed: JobList) -> None:
    tester = QAbstractItemModelTester(
        listed.model, QAbstractItemModelTester.FailureReportingMode.Warning
    )  # its warnings fail the test
    listed.show_jobs([make_job(id=1)])
    listed.show_jobs([sent_job(id=1)])
    listed.show_jobs([])
    assert tester.model() is listed.model


def three_jobs() -> list[Job]:
    return [
        done_job(id=3, name="berlin", mode="live", need=Need("today")),
        make_job(id=2, name="Athens"),
        done_job(id=1, name="Cairo", billed=Decimal("2.50"), need=Need("hour")),
    ]


def shown(listed: JobList) -> list[str]:
    model = listed.model
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def choose_order(listed: JobList, order: str) -> None:
    listed.order_box.setCurrentIndex(listed.order_box.findData(order))


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("newest", ["berlin", "Athens", "Cairo"]),
        ("name", ["Athens", "berlin", "Cairo"]),
        ("cost", ["Cairo", "berlin", "Athens"]),
        ("state", ["Athens", "berlin", "Cairo"]),
    ],
)
def test_the_jobs_can_be_put_in_order(listed: JobList, order: str, names: list[str]) -> None:
    listed.show_jobs(three_jobs())
    choose_order(listed, order)
    assert shown(listed) == names


def test_by_when_needed_each_tag_has_a_heading_with_its_totals(listed: JobList) -> None:
    listed.show_jobs(three_jobs())
    choose_order(listed, "need")
    assert shown(listed) == [
        "This hour · 1 job", "Cairo", "Today · 1 job", "berlin", "No time said · 1 job", "Athens",
    ]  # fmt: skip
    heard = [listed.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 2, 4)]
    assert heard == [
        "This hour · 1 job. Practice: $2.50 of about $0.31",
        "Today · 1 job. Billed $0.32 of about $0.31",
        "No time said · 1 job",
    ]


def test_practice_is_never_added_to_what_was_billed(listed: JobList) -> None:
    jobs = [done_job(id=2, mode="live"), done_job(id=1), sent_job(id=3, mode="live")]
    [group] = grouped(jobs)
    assert (group.live.jobs, group.live.billed) == (2, Decimal("0.3241"))
    assert group.live.estimated == Decimal("0.62")
    assert (group.practice.jobs, group.practice.billed) == (1, Decimal("0.3241"))


def test_a_heading_is_not_chosen_by_click_or_key(qtbot: QtBot, listed: JobList) -> None:
    listed.show_jobs(three_jobs())
    choose_order(listed, "need")
    listed.mark(1)
    chosen: list[int] = []
    listed.job_chosen.connect(chosen.append)
    heading = listed.view.visualRect(listed.model.index(2)).center()
    QTest.mouseClick(listed.view.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    assert chosen == []
    assert listed.chosen() == 1
    QTest.keyClick(listed.view, Qt.Key.Key_Down)
    assert listed.chosen() == 3


def test_the_chosen_job_stays_chosen_in_another_order(listed: JobList) -> None:
    listed.show_jobs(three_jobs())
    listed.mark(2)
    for order in JOB_ORDERS:
        listed.sort_by(order)
        assert listed.order == order
        assert listed.chosen() == 2
    listed.sort_by("by the moon")
    assert listed.order == JOB_ORDERS[-1]


def test_an_entry_grows_with_what_there_is_to_say(qtbot: QtBot, listed: JobList) -> None:
    listed.show_jobs([make_job(id=2), make_job(id=1)])
    two_lines = listed.view.visualRect(listed.model.index(0)).height()
    listed.show_jobs([make_job(id=2), sent_job(id=1)])
    qtbot.waitUntil(lambda: listed.view.visualRect(listed.model.index(1)).height() > two_lines)
    assert listed.view.visualRect(listed.model.index(0)).height() == two_lines


def test_one_job_needs_no_order(listed: JobList) -> None:
    listed.show_jobs([make_job()])
    assert not listed.order_box.isVisible()
    listed.show_jobs(three_jobs())
    assert listed.order_box.isVisible()


def test_how_soon_and_for_how_much_is_said_of_each() -> None:
    assert cost_line(make_job()) == ""
    assert cost_line(sent_job(need=Need("week"))) == "about $0.31 · This week"
    assert cost_line(done_job(mode="live")) == "$0.32 billed"
    assert cost_line(done_job()) == "would cost $0.32"
    by = datetime.now(UTC) + timedelta(days=40)
    assert cost_line(make_job(need=Need("week", by))).startswith("By 20")
