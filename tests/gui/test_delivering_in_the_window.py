"""A file that is written when the job ends: planned beside what it costs, written, and told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.core.errors import ExportError, StoreError
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report, silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.gui.delivery_card import DeliveryCard
from claude_batch_desk.gui.delivery_keeper import DeliveryKeeper
from claude_batch_desk.gui.delivery_wires import DeliveryWires
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.practice.server import PracticeService
from tests.core.jobs.conftest import RECIPE, finish, write_table
from tests.gui.clicking import click
from tests.gui.opening import message

_LONG = 60_000


class FakeDeliveries:
    """One job whose file is due, and what comes of each try."""

    def __init__(self, *outcomes: Delivery | Exception) -> None:
        self.outcomes = [*outcomes]
        self.asked = self.tried = 0

    def due(self) -> list[int]:
        self.asked += 1
        if self.asked == 1:
            raise StoreError("The job store is in use.")
        return [1] if self.outcomes else []

    def deliver(self, job_id: int, report: Report) -> Delivery:
        report(0, 0)
        self.tried += 1
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_what_could_not_be_written_rests_until_it_is_to_be_tried_again(
    qtbot: QtBot, tasks: TaskRunner, errors: list[BaseException]
) -> None:
    verbs = FakeDeliveries(ExportError("The folder is not there."), Delivery(1, Path("a.csv")))
    keeper = DeliveryKeeper(verbs, tasks, tasks)
    keeper.look()
    qtbot.waitUntil(lambda: verbs.asked == 1 and not keeper.busy)
    with qtbot.waitSignal(keeper.failed):
        keeper.look()
    qtbot.waitUntil(lambda: not keeper.busy)
    keeper.look()
    qtbot.waitUntil(lambda: verbs.asked == 3 and not keeper.busy)
    assert verbs.tried == 1
    with qtbot.waitSignal(keeper.written):
        keeper.try_again(1)
    assert verbs.tried == 2
    assert errors == []


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def practice_url(service: PracticeService) -> str:
    return service.base_url


@pytest.fixture
def job(composed: Composed, tmp_path: Path) -> Job:
    """A draft about three messages."""
    desk = composed.session.desk
    cells = [["Message"], ["good"], ["bad"], ["good, too"]]
    table = desk.open_table(write_table(tmp_path / "m.csv", cells), ReadOptions(), silent)
    made = desk.new_job("Moods", "practice")
    return desk.save_draft(made.id, recipe=RECIPE, table_id=table.id)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the answers are wanted."""
    folder = tmp_path / "Answers of June & July #3 (50%)"
    folder.mkdir()
    return folder / "moods <b>&amp;.csv"


def card(window: MainWindow, name: str) -> DeliveryCard:
    found = window.findChild(QWidget, name)
    assert isinstance(found, DeliveryCard)
    return found


@pytest.fixture
def end(composed: Composed, service: PracticeService, job: Job) -> Callable[[], None]:
    """Let the job come to its end, sooner than the window would."""

    def ended() -> None:
        service.advance(25 * 3600.0)
        done = finish(composed.session, composed.session.desk.job(job.id))
        composed.window.watcher.moved.emit(done)

    return ended


@pytest.fixture
def planned(qtbot: QtBot, window: MainWindow, job: Job, out: Path) -> DeliveryCard:
    """Beside what the job costs, with the file chosen."""
    window.office.open(job.id)
    qtbot.waitUntil(lambda: window.draft.job is not None)
    window.job_view.go("review")
    qtbot.waitUntil(window.review_page.send_button.isEnabled, timeout=_LONG)
    review = card(window, "review_file")
    click(review.check)
    qtbot.waitUntil(review.details.isVisible)
    assert "Moods answers.xlsx in " in review.place_label.toolTip()
    review.form.setCurrentIndex(review.form.findData(".csv"))
    review.form.activated.emit(review.form.currentIndex())
    qtbot.waitUntil(lambda: "Moods answers.csv in " in review.place_label.toolTip())
    click(review.place_button)
    [dialog] = review.findChildren(QFileDialog)
    assert dialog.nameFilters() == ["Text table (CSV) (*.csv)"]
    dialog.fileSelected.emit(str(out))
    dialog.reject()
    qtbot.waitUntil(lambda: "moods &lt;b&gt;" in review.place_label.toolTip())
    return review


@pytest.mark.usefixtures("planned")
def test_it_is_written_when_the_job_ends_and_said_with_ways_to_the_file(
    qtbot: QtBot, composed: Composed, end: Callable[[], None], job: Job, out: Path
) -> None:
    window = composed.window
    click(window.review_page.send_button)
    after, bar = card(window, "results_file"), window.results_page.answers.export_bar
    qtbot.waitUntil(after.isVisible, timeout=_LONG)
    assert after.check.isChecked()
    end()
    qtbot.waitUntil(bar.file_button.isVisible, timeout=_LONG)
    assert "3 rows with their answers are in moods <b>&amp;.csv." in bar.banner.text.text()
    assert bar.banner.text.text().startswith("Written when the job ended, ")
    assert not after.isVisible()
    assert not card(window, "review_file").isEnabled()
    assert out.exists()
    before = out.stat().st_ino
    bar.export_again()
    qtbot.waitUntil(lambda: out.stat().st_ino != before, timeout=_LONG)
    qtbot.waitUntil(lambda: bar.banner.text.text().startswith("3 rows"), timeout=_LONG)
    written = composed.session.deliveries.of(job.id)
    assert written is not None
    bar.show_delivered(replace(written, note="Looked at once more."))
    assert bar.banner.text.text().startswith("3 rows")
    out.unlink()
    click(bar.file_button)
    assert "is not there any more" in bar.banner.text.text()


@pytest.mark.usefixtures("planned")
def test_what_is_in_the_way_is_said_where_it_can_be_changed_and_taken_back(
    qtbot: QtBot, composed: Composed, end: Callable[[], None], job: Job, out: Path
) -> None:
    window = composed.window
    click(window.review_page.send_button)
    after = card(window, "results_file")
    qtbot.waitUntil(after.isVisible, timeout=_LONG)
    out.write_text("mine")
    end()
    refused = "is there already, so it was not written over"
    qtbot.waitUntil(lambda: refused in after.banner.text.text(), timeout=_LONG)
    [wires] = window.draft.findChildren(DeliveryWires)
    with qtbot.waitSignals([wires.keeper.begun, wires.keeper.failed], timeout=_LONG):
        click(after.banner.action)
    qtbot.waitUntil(lambda: refused in after.banner.text.text(), timeout=_LONG)
    assert out.read_text() == "mine"
    after.write_to(str(out))
    qtbot.waitUntil(lambda: out.read_text(encoding="utf-8-sig") != "mine", timeout=_LONG)
    qtbot.waitUntil(lambda: not after.isVisible())


@pytest.mark.usefixtures("planned")
def test_of_a_job_that_is_not_shown_it_is_said_once_over_the_window(
    qtbot: QtBot, composed: Composed, end: Callable[[], None], job: Job, out: Path
) -> None:
    window = composed.window
    composed.session.desk.send(job.id, None, silent)
    window.show_welcome()
    out.parent.rmdir()
    end()
    told: list[str] = []

    def said() -> bool:
        told.append(message(window))
        return told[-1].startswith("“Moods”: The folder ")

    qtbot.waitUntil(said, timeout=_LONG)
    assert told[-1].endswith("It is tried again by itself.")


def test_it_is_taken_back_by_the_box_that_planned_it(
    qtbot: QtBot, composed: Composed, planned: DeliveryCard, job: Job
) -> None:
    click(planned.check)
    qtbot.waitUntil(lambda: not planned.details.isVisible())
    assert composed.session.deliveries.of(job.id) is None
