import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.gui.job_list import JobList, standing
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
    assert standing(done_job(outcomes={"answered": 600})).words == "600 answered"
    assert standing(done_job()).words == "555/600 answered"


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
        "Support tickets, Practice, 3 waiting, of rows 10–50 where “Customer” contains “<b>”"
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
