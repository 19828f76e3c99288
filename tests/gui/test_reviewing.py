"""Answers are counted, filtered, found and sorted in the window, on the real desk."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.reviewing.wish import ColumnCounts, Seen, ValueCount, Wish
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.answers_model import AnswersModel
from claude_batch_desk.gui.answers_panel import AnswersPanel
from claude_batch_desk.gui.frozen_columns import FrozenTable
from claude_batch_desk.gui.outcome_bars import OutcomeBars
from claude_batch_desk.gui.review_bar import ReviewBar
from claude_batch_desk.gui.review_counts import Line, ReviewCounts
from claude_batch_desk.gui.review_work import ReviewWork
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.gui.answered_jobs import answered
from tests.gui.clicking import click
from tests.gui.page_fakes import sent_job

SLOW = 30_000
ROWS = 120
MESSAGE, STATUS, MOOD, WHY = range(4)
"""Columns of the table."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", faults=["mixed-outcomes"]) as running:
        yield running


@pytest.fixture
def job(session: Session, tmp_path: Path) -> Job:
    words = ("apples", "bananas", "cherries")
    return answered(
        session, tmp_path, [f"{words[at % 3]} make me happy, {at}" for at in range(ROWS)]
    )


@pytest.fixture
def panel(qtbot: QtBot, session: Session, tasks: TaskRunner, job: Job) -> AnswersPanel:
    made = AnswersPanel(session.desk, session.money, tasks)
    qtbot.addWidget(made)
    made.let_correct(session.corrections)
    made.let_review(session.reviewing)
    assert made.editing is not None
    made.editing.changed.connect(made.read_again)
    made.resize(1000, 800)
    with qtbot.waitExposed(made):
        made.show()
    assert job.table_id is not None
    made.show_job(job, session.desk.table(job.table_id))
    counts = review(made).counts
    qtbot.waitUntil(lambda: counts.lines.rowCount() > 0, timeout=SLOW)
    qtbot.waitUntil(lambda: made.model.rowCount() == ROWS, timeout=SLOW)
    return made


def review(panel: AnswersPanel) -> ReviewWork:
    assert panel.review is not None
    return panel.review


def shown(panel: AnswersPanel, column: int) -> list[str]:
    model = panel.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def lines(counts: ReviewCounts) -> list[Line]:
    found = [
        counts.lines.index(row).data(Qt.ItemDataRole.UserRole)
        for row in range(counts.lines.rowCount())
    ]
    return [line for line in found if isinstance(line, Line)]


def _shows(panel: AnswersPanel, texts: list[str]) -> bool:
    return shown(panel, MESSAGE) == texts


def press_value(panel: AnswersPanel, value: str) -> None:
    counts = review(panel).counts
    row = [(line.kind, line.value) for line in lines(counts)].index(("value", value))
    counts.setCurrentIndex(counts.lines.index(row))
    QTest.keyClick(counts, Qt.Key.Key_Return)


def wait_for(qtbot: QtBot, panel: AnswersPanel, column: int, fits: Callable[[str], bool]) -> None:
    qtbot.waitUntil(
        lambda: 0 < panel.model.rowCount() < ROWS and all(map(fits, shown(panel, column))),
        timeout=SLOW,
    )


def test_an_outcome_pressed_shows_its_rows_and_again_shows_all(
    qtbot: QtBot, panel: AnswersPanel, job: Job
) -> None:
    token = panel.bars.findChild(type(next(iter(panel.bars._tokens.values()))), "outcome_review")
    assert token is not None
    click(token)
    wait_for(qtbot, panel, STATUS, lambda text: text == "To review")
    assert panel.model.rowCount() == job.outcomes["review"]
    assert review(panel).bar.count.text() == f"{job.outcomes['review']} of {ROWS} rows"
    click(token)
    qtbot.waitUntil(lambda: panel.model.rowCount() == ROWS, timeout=SLOW)


def test_a_value_pressed_shows_its_rows_and_its_chip_takes_it_away(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    press_value(panel, "happy")
    wait_for(qtbot, panel, MOOD, lambda text: text == "happy")
    [chosen] = [line for line in lines(review(panel).counts) if line.chosen]
    assert (chosen.header, chosen.value, chosen.rows) == ("Mood", "happy", panel.model.rowCount())
    chip = review(panel).bar.chip(0)
    assert chip is not None
    assert chip.text() == "Mood: happy"
    click(chip)
    qtbot.waitUntil(lambda: panel.model.rowCount() == ROWS, timeout=SLOW)
    assert not review(panel).bar.chips.isVisible()


def test_long_names_and_values_are_both_told_in_short(qtbot: QtBot) -> None:
    bar, counts = ReviewBar(), ReviewCounts()
    for each in (bar, counts):
        qtbot.addWidget(each)
    name, value = "What the writer wants, in the words of the handbook", "<b>Money & more</b> " * 9
    bar.show_wish(Wish(values=((name, frozenset({value})),)))
    chip = bar.chip(0)
    assert chip is not None
    assert chip.text() == "What the writer wants, …: <b>Money && more</b> <b>…"
    counts.show_counts([ColumnCounts(name, (ValueCount(value, 3),))], Wish())
    tips = [counts.lines.index(at).data(Qt.ItemDataRole.ToolTipRole) for at in range(2)]
    assert tips[0] == name
    assert "&lt;b&gt;Money &amp; more&lt;/b&gt;" in tips[1]


def test_text_is_found_as_it_is_typed_and_the_row_stays_under_the_cursor(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    panel.view.setCurrentIndex(panel.model.index(4, MESSAGE))
    QTest.keyClicks(review(panel).bar.line, "Bananas")
    wait_for(qtbot, panel, MESSAGE, lambda text: "bananas" in text)
    assert panel.model.rowCount() == ROWS // 3
    assert panel.view.currentIndex().row() == 1
    assert panel.detail.heading.text() == "Row 5"
    click(review(panel).bar.clear)
    qtbot.waitUntil(lambda: panel.model.rowCount() == ROWS, timeout=SLOW)
    assert panel.view.currentIndex().row() == 4
    assert review(panel).bar.line.text() == ""


def test_a_row_that_is_filtered_away_is_no_longer_opened(qtbot: QtBot, panel: AnswersPanel) -> None:
    panel.view.setCurrentIndex(panel.model.index(3, MESSAGE))
    assert panel.detail.isVisible()
    QTest.keyClicks(review(panel).bar.line, "bananas")
    wait_for(qtbot, panel, MESSAGE, lambda text: "bananas" in text)
    assert not panel.detail.isVisible()


def test_a_header_sorts_up_then_down_then_as_the_table_is(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    header = panel.view.horizontalHeader()
    table = shown(panel, MESSAGE)
    for expected in (sorted(table), sorted(table, reverse=True), table):
        header.sectionClicked.emit(MESSAGE)
        qtbot.waitUntil(partial(_shows, panel, expected), timeout=SLOW)
    assert header.sortIndicatorSection() == -1
    header.sectionClicked.emit(WHY)
    qtbot.waitUntil(lambda: shown(panel, MESSAGE) != table, timeout=SLOW)
    assert header.sortIndicatorSection() == WHY


def test_a_corrected_row_stays_until_the_filter_is_applied_again(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    press_value(panel, "happy")
    wait_for(qtbot, panel, MOOD, lambda text: text == "happy")
    before, bar = panel.model.rowCount(), review(panel).bar
    panel.view.setCurrentIndex(panel.model.index(2, MOOD))
    panel.model.setData(panel.model.index(2, MOOD), "angry")
    qtbot.waitUntil(bar.again.isVisible, timeout=SLOW)
    assert panel.model.rowCount() == before
    assert shown(panel, MOOD)[2] == "angry"
    assert panel.view.currentIndex().row() == 2
    qtbot.waitUntil(lambda: bar.traits["corrected"].text() == "Corrected 0", timeout=SLOW)
    click(bar.again)
    qtbot.waitUntil(lambda: panel.model.rowCount() == before - 1, timeout=SLOW)
    assert not bar.again.isVisible()


def test_what_is_corrected_can_be_asked_for(qtbot: QtBot, panel: AnswersPanel) -> None:
    bar = review(panel).bar
    assert not bar.traits["corrected"].isVisible()
    panel.model.setData(panel.model.index(7, WHY), "by hand")
    qtbot.waitUntil(bar.traits["corrected"].isVisible, timeout=SLOW)
    click(bar.traits["corrected"])
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=SLOW)
    assert shown(panel, WHY) == ["by hand"]


def test_the_model_is_sound_while_its_rows_change(
    qtbot: QtBot, panel: AnswersPanel, qtmodeltester: ModelTester
) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    check(panel.model)
    press_value(panel, "happy")
    wait_for(qtbot, panel, MOOD, lambda text: text == "happy")


def test_all_columns_are_shown_of_the_rows_that_are_asked_for(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    press_value(panel, "happy")
    wait_for(qtbot, panel, MOOD, lambda text: text == "happy")
    few = panel.model.rowCount()
    click(panel.all_columns_check)
    assert panel.model.rowCount() == few
    assert set(shown(panel, MOOD)) == {"happy"}


def test_finding_goes_by_keyboard_from_hit_to_hit_and_back_to_the_rows(
    qtbot: QtBot, panel: AnswersPanel
) -> None:
    line = review(panel).bar.line
    panel.window().activateWindow()
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert line.hasFocus()
    QTest.keyClicks(line, "bananas")
    QTest.keyClick(line, Qt.Key.Key_Return)
    wait_for(qtbot, panel, MESSAGE, lambda text: "bananas" in text)
    assert on(panel) is None
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert on(panel) == (0, MESSAGE)
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    last = panel.model.rowCount() - 1
    assert on(panel) is not None
    assert panel.view.currentIndex().row() == last
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert panel.view.hasFocus()
    assert line.text() == "bananas"
    panel.view.setCurrentIndex(panel.model.index(3, MOOD))
    QTest.keyClick(panel.view, Qt.Key.Key_F3)
    assert "bananas" in str(panel.view.currentIndex().data())
    assert panel.view.currentIndex().row() in (3, 4)
    QTest.keyClick(panel.view, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert panel.view.currentIndex().row() == 3


def test_hits_that_are_gone_lead_nowhere(qtbot: QtBot, panel: AnswersPanel) -> None:
    line = review(panel).bar.line
    QTest.keyClicks(line, "nothing has this")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0, timeout=SLOW)
    assert panel.view.if_empty == "No row meets all that is asked for."
    assert review(panel).counts.lines.rowCount() == 0
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert on(panel) is None
    assert panel.view.hasFocus()


def test_a_look_that_takes_its_time_tells_how_far_it_is(qtbot: QtBot, tasks: TaskRunner) -> None:
    view, model, bars = FrozenTable("rows", "Rows"), AnswersModel(), OutcomeBars()
    for each in (view, bars):
        qtbot.addWidget(each)
    slow = SlowReviews()
    work = ReviewWork(slow, tasks, view, model, bars)
    qtbot.addWidget(work.bar)
    qtbot.addWidget(work.counts)
    work.begin(replace(sent_job(), rows=5))
    work.bar.wished.emit(Wish(text="rare"))
    qtbot.waitUntil(lambda: work.bar.count.text() == "Looking … 40 %", timeout=SLOW)
    slow.found.set()
    qtbot.waitUntil(lambda: work.bar.count.text() == "1 of 5 rows", timeout=SLOW)


class SlowReviews:
    """Reports two fifths again and again until it is let find one row."""

    def __init__(self) -> None:
        self.found = Event()

    def look(self, job_id: int, wish: Wish, report: Report) -> Seen:
        while not self.found.wait(0.01):
            report(2, 5)
        return Seen(array("I", [3]), 1, {"answered": 1}, {}, ())

    def rows(self, job_id: int, places: Sequence[int]) -> list[JobRow]:
        return []


def test_rows_asked_alike_can_be_asked_for(
    qtbot: QtBot, session: Session, panel: AnswersPanel, tmp_path: Path
) -> None:
    bar = review(panel).bar
    assert not bar.traits["duplicated"].isVisible()
    messages = ["happy again", "so angry", "happy again", "happy once"]
    (tmp_path / "few").mkdir()
    few = answered(session, tmp_path / "few", messages)
    assert few.table_id is not None
    panel.show_job(few, session.desk.table(few.table_id))
    qtbot.waitUntil(bar.traits["duplicated"].isVisible, timeout=SLOW)
    assert bar.traits["duplicated"].text() == "Asked alike 2"
    click(bar.traits["duplicated"])
    qtbot.waitUntil(lambda: shown(panel, MESSAGE) == ["happy again"] * 2, timeout=SLOW)
    click(bar.chip(0))
    qtbot.waitUntil(lambda: shown(panel, MESSAGE) == messages, timeout=SLOW)


def on(panel: AnswersPanel) -> tuple[int, int] | None:
    """The cell the person is on."""
    index = panel.view.currentIndex()
    return (index.row(), index.column()) if index.isValid() else None
