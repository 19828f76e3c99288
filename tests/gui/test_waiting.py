"""The waiting page: each part with its state, what is being sent, and what there is to know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import Unreachable
from claude_batch_desk.core.jobs.at_service.deleting import Deleted
from claude_batch_desk.core.jobs.at_service.uploading import Upload
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.batch import Counts
from claude_batch_desk.gui.delete_box import DeleteBox
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_lines import cost_line, standing, whole_line
from claude_batch_desk.gui.parts_table import PartsModel, PartsTable, megabytes
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.upload_watch import UploadWatch
from claude_batch_desk.gui.widgets import Busy
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, done_job, sent_job

NOW = datetime.now(UTC)


def part(number: int, state: str, **more: object) -> Part:
    found = Part(number, state, 5_000, 231_000_000)  # type: ignore[arg-type] # a PartState
    return replace(found, **more)  # type: ignore[arg-type] # fields of Part


def at_service(number: int, hours: float, state: str = "sent", **more: object) -> Part:
    made = NOW - timedelta(hours=hours)
    known = {"created_at": made, "expires_at": made + timedelta(days=1), "batch_id": f"b{number}"}
    return part(number, state, **known, **more)


ENDED = {"ended_at": NOW - timedelta(hours=1), "counts": Counts(0, 4_990, 10)}
MANY = (
    at_service(1, 3, "collected", **ENDED),
    part(2, "refused", requests=0, note="Part 2 was more than the service takes at once."),
    at_service(3, 2),
    part(4, "sending"),
    part(5, "planned", note="The queue is full.", failures=2),
    part(6, "planned"),
)


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, empty_draft: Draft) -> ResultsPage:
    page = ResultsPage(desk, desk, tasks, empty_draft)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def show(page: ResultsPage, desk: FakeDesk, empty_draft: Draft) -> Callable[[Job], None]:
    def open_job(job: Job) -> None:
        desk.now = job
        empty_draft.open(job, desk.kept_table)
        page.enter()

    return open_job


def lines(table: PartsTable) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_each_part_is_a_line_and_a_divided_one_is_its_halves(
    qtbot: QtBot,
) -> None:
    table = PartsTable()
    qtbot.addWidget(table)
    table.show_parts(sent_job(parts=MANY), NOW, None)
    told = lines(table)
    assert [line[0] for line in told] == ["1", "3", "4", "5", "6"]
    assert [line[1] for line in told] == [
        "All answers here",
        "At the service",
        "Being checked",
        "Waits to be sent",
        "Waits its turn",
    ]
    assert [line[3] for line in told] == ["2 h 00 min", "2 h 00 min", "", "", ""]
    assert told[0][5] == "4,990"
    assert told[0][4].startswith("ended ")
    model = table.model()
    assert model.index(3, 1).data(Qt.ItemDataRole.ToolTipRole) == "The queue is full."
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_a_job_of_one_batch_needs_no_table(page: ResultsPage, show: Callable[[Job], None]) -> None:
    show(sent_job(mode="live"))
    assert not page.status.parts.isVisible()


def test_ages_go_on_without_a_jump_in_the_table(qtbot: QtBot) -> None:
    table = PartsTable()
    qtbot.addWidget(table)
    job = sent_job(parts=MANY)
    table.show_parts(job, NOW, None)
    model = table.model()
    assert isinstance(model, PartsModel)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        table.show_parts(job, NOW + timedelta(seconds=90), None)
    assert lines(table)[1][3] == "2 h 01 min"


def test_what_is_being_sent_is_told_in_bytes_and_is_no_doubt(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    page.status.watch_uploads(lambda job_id: Upload(4, 87_400_000, 231_000_000))
    show(sent_job(state="sending", mode="live", parts=MANY))
    status = page.status
    assert status.upload.text.text() == "Sending part 4 of 6: 87 of 231 MB"
    assert (status.upload.bar.value(), status.upload.bar.maximum()) == (87_400_000, 231_000_000)
    assert "Being sent, 87 of 231 MB" in [line[1] for line in lines(status.parts)]
    assert not status.doubt_banner.isVisible()
    status.watch_uploads(lambda job_id: None)
    page.enter()
    assert not status.upload.isVisible()
    assert status.doubt_banner.isVisible()


def test_a_part_that_waits_for_room_is_no_cause_for_concern(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    show(sent_job(state="sending", parts=(MANY[2], *MANY[4:])))
    assert page.status.sentence_label.text() == "Waiting to send the rest"
    assert page.status.note_banner.text.text() == "The queue is full."
    assert page.status.note_banner.property("look") == "info"


def test_a_batch_of_twenty_hours_is_told_on_the_page_and_in_the_list(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    job = sent_job(mode="live", parts=(at_service(1, 21),))
    show(job)
    assert "for 21 hours" in page.status.alert_banner.text.text()
    assert standing(job).words == "21 h at the service"
    assert "expires, unanswered and not billed" in whole_line(job)


def test_answers_about_to_be_forgotten_are_urgent_and_the_window_should_stay(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    job = sent_job(mode="live", parts=(at_service(1, 24 * 27, "ended"),))
    show(job)
    assert page.status.alert_banner.property("look") == "error"
    assert not page.status.close_label.isVisible()
    assert (standing(job).words, standing(job).colour) == ("2 days left to fetch", "error")


def test_a_job_that_was_not_exported_is_reminded_of_gently(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    job = done_job(mode="live", parts=(at_service(1, 24 * 25, "collected"),))
    show(job)
    assert "was not exported yet" in page.ended_banner.text.text()
    assert standing(job).icon == "eye"
    assert cost_line(job).endswith("not exported")
    show(replace(job, exported_at=NOW))
    assert not page.ended_banner.isVisible()


def test_the_last_look_is_known_after_a_start(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    show(sent_job(looked_at=datetime.now(UTC) - timedelta(minutes=7)))
    assert page.status.looks_label.text().startswith("Looked 7 min ")


def test_a_canceled_job_says_what_was_billed_and_what_was_not(
    page: ResultsPage, show: Callable[[Job], None]
) -> None:
    outcomes = {"answered": 400, "canceled": 200}
    show(done_job(mode="live", canceled=True, outcomes=outcomes, billed=Decimal("0.21")))
    told = page.ended_banner.text.text()
    assert "400 rows were answered by then" in told
    assert "$0.21 was billed" in told
    assert "200 rows were not answered and cost nothing" in told


def test_while_a_job_is_sent_the_page_that_waits_tells_bytes(qtbot: QtBot, draft: Draft) -> None:
    busy = Busy()
    qtbot.addWidget(busy)
    busy.begin("Sending")
    UploadWatch(lambda job_id: Upload(2, 1_000_000, 4_000_000), draft, busy)
    qtbot.waitUntil(lambda: busy.text.text().startswith("Sending part 2: 1.0 of 4.0 MB"))


@pytest.mark.parametrize(
    ("sent", "size", "words"),
    [(0, 300, "0.0 of 0.1 MB"), (1_200_000, 4_000_000, "1.2 of 4.0 MB"),
     (34_400_000, 240_000_000, "34 of 240 MB")],
)  # fmt: skip
def test_bytes_are_told_as_a_person_counts_them(sent: int, size: int, words: str) -> None:
    assert megabytes(sent, size) == words


class Service:
    """Deletes as it is told."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.told = Deleted(2)

    def delete(self, job_id: int, report: Report) -> Deleted:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return self.told


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def exporting(
    page: ResultsPage, show: Callable[[Job], None], service: Service, tmp_path: Path
) -> Callable[[], None]:
    """Export the job that is shown, whose batch is at the service still."""
    page.answers.delete_box.use(service)
    show(done_job(mode="live", exported_at=NOW, parts=(at_service(1, 2, "collected"),)))
    return lambda: page.answers.export_bar.export_to(tmp_path / "answers.csv")


def box_of(page: ResultsPage) -> DeleteBox:
    return page.answers.delete_box


def test_nothing_is_deleted_at_the_service_unasked(
    qtbot: QtBot, page: ResultsPage, service: Service, exporting: Callable[[], None]
) -> None:
    assert box_of(page).check.isVisible()
    assert not box_of(page).check.isChecked()
    with qtbot.waitSignal(page.answers.export_bar.exported):
        exporting()
    assert service.asked == 0


def test_what_it_means_is_said_before_and_the_wish_holds_for_one_export(
    qtbot: QtBot, page: ResultsPage, service: Service, exporting: Callable[[], None]
) -> None:
    box = box_of(page)
    click(box.check)
    assert "neither can be fetched again" in box.means.text.text()
    exporting()
    qtbot.waitUntil(lambda: "2 batches are deleted" in box.banner.text.text())
    assert not box.check.isChecked()
    assert not box.check.isVisible()
    with qtbot.waitSignal(page.answers.export_bar.exported):
        exporting()
    assert service.asked == 1


def test_where_the_service_cannot_be_reached_the_file_is_there_and_it_can_be_tried_again(
    qtbot: QtBot, page: ResultsPage, service: Service, exporting: Callable[[], None]
) -> None:
    service.failure = Unreachable("The service cannot be reached.")
    box = box_of(page)
    click(box.check)
    exporting()
    qtbot.waitUntil(lambda: "The file is written, but" in box.banner.text.text())
    assert box.check.isEnabled()
    assert box.check.isVisible()


def test_a_job_without_batches_at_the_service_is_not_offered_it(
    page: ResultsPage, show: Callable[[Job], None], service: Service
) -> None:
    box_of(page).use(service)
    show(done_job(mode="live", way="now", parts=()))
    assert not box_of(page).check.isVisible()
    show(sent_job(mode="live", id=3))
    assert not box_of(page).check.isVisible()
