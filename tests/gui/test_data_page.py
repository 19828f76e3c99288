from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.jobs.intake.sources import unseen
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue
from claude_batch_desk.core.tables.table import (
    PAGE_ROWS,
    Beginning,
    Origin,
    Reading,
    ReadOptions,
    Table,
)
from claude_batch_desk.gui.data_page import DataPage
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.clicking import click
from tests.gui.page_fakes import COLUMNS, FakeDesk, make_job, make_table, sent_job, ticket_rows

_LEFT = Qt.MouseButton.LeftButton


def profile_of(name: str) -> ColumnProfile:
    """Of a column of names, where it is called so."""
    customer = name == "Customer"
    return ColumnProfile(
        name=name,
        filled=590,
        empty=10,
        distinct=40,
        distinct_is_estimate=False,
        longest=80,
        typical=12,
        commonest=(CommonValue("often <b>", 300), CommonValue("seldom", 2)),
        looks_like="text",
        personal="name" if customer else "",
    )


class Reader(FakeDesk):
    """Reads every file as the same table, or fails."""

    def __init__(self) -> None:
        super().__init__(make_job(table_id=None))
        self.options: list[ReadOptions] = []
        self.reading = Reading("delimited", "cp1252", encoding_is_guess=True, delimiter=";")
        self.notes: tuple[str, ...] = ()
        self.findings: tuple[Finding, ...] = ()
        self.copy: Path | None = None
        self.begins = False

    def open_table(
        self,
        path: Path,
        options: ReadOptions,
        report: Report,
        *,
        preview: Callable[[Beginning], None] = unseen,
    ) -> Table:
        self.options.append(options)
        self.asked.append(f"open {path.name}")
        if self.begins:
            rows = tuple(make_table().rows.window(0, PAGE_ROWS))
            preview(Beginning(COLUMNS, rows, self.reading))
        self._ask("read the rest", report)
        reading = replace(self.reading, left_out=options.left_out)
        columns = tuple(each for each in COLUMNS if each not in options.left_out)
        rest = [row[-len(columns) :] for row in ticket_rows(600)]
        table = make_table(columns, rest)
        return replace(
            table,
            id=len(self.options),
            name=path.name,
            reading=reading,
            notes=self.notes,
            origin=Origin(path, 1, 1),
            findings=self.findings,
            profile=tuple(map(profile_of, columns)),
        )

    def source_path(self, table: Table) -> Path | None:
        return self.copy


@pytest.fixture
def desk() -> Reader:
    return Reader()


@pytest.fixture
def draft(desk: Reader, tasks: TaskRunner) -> Iterator[Draft]:
    draft = Draft(desk, tasks)
    draft.open(desk.now)
    yield draft
    shiboken6.delete(draft)


@pytest.fixture
def page(qtbot: QtBot, desk: Reader, tasks: TaskRunner, draft: Draft) -> DataPage:
    page = DataPage(desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(900, 640)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    return path


def opened(qtbot: QtBot, page: DataPage, draft: Draft, file: Path) -> None:
    with qtbot.waitSignal(draft.table_changed):
        page.open_file(file)
    qtbot.waitUntil(page.busy.isHidden)


def test_before_a_file_there_is_an_invitation(page: DataPage) -> None:
    assert page.open_button.isVisible()
    assert page.drop.isVisible()
    assert not page.next_button.isVisible()


def test_an_opened_file_is_shown_and_said_how_much_there_is(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    with qtbot.waitSignal(page.file_opened) as told:
        page.open_file(file)
    assert told.args == [str(file)]
    assert draft.table is not None
    assert page.sheet.view.isVisible()
    assert not page.drop.isVisible()
    qtbot.waitUntil(lambda: "of 600" in page.sheet.place.label.text())
    assert page.sheet.panel.tab("columns").text() == "Columns (3)"
    assert page.next_button.isEnabled()


def test_a_guess_is_shown_as_a_guess(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    assert page.sheet.reading_bar.encoding.currentText() == "cp1252"
    assert page.sheet.reading_bar.guess.isVisible()
    assert page.sheet.reading_bar.delimiter.currentText() == "Semicolon"
    assert not page.sheet.reading_bar.sheet.isVisible()


def choose(box: QComboBox, words: str) -> None:
    box.setCurrentIndex(box.findText(words))
    box.activated.emit(box.currentIndex())


def test_an_encoding_can_be_found_out_again(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.copy = file
    opened(qtbot, page, draft, file)
    box = page.sheet.reading_bar.encoding
    choose(box, "Find out")
    assert box.currentText() == "cp1252"
    assert len(desk.options) == 1
    desk.reading = replace(desk.reading, encoding_is_guess=False)
    with qtbot.waitSignal(draft.table_changed):
        choose(box, "utf-8")
    assert desk.options[-1].encoding == "utf-8"
    qtbot.waitUntil(page.busy.isHidden)
    with qtbot.waitSignal(draft.table_changed):
        choose(box, "Find out")
    assert desk.options[-1].encoding == ""


def test_all_boxes_are_shown_for_a_table_that_needs_them_and_not_for_the_next(
    page: DataPage,
) -> None:
    bar = page.sheet.reading_bar
    usual = Reading("delimited", "utf-8", delimiter=",")
    bar.show_reading(replace(usual, header_rows=2))
    assert bar.more_button.isChecked()
    bar.show_reading(usual)
    assert not bar.more_button.isChecked()
    bar.more_button.click()
    bar.show_reading(usual)
    assert bar.more_button.isChecked()
    bar.more_button.click()
    bar.show_reading(replace(usual, header_rows=2))
    assert not bar.more_button.isChecked()


def test_another_encoding_reads_the_frozen_copy_again(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path, tmp_path: Path
) -> None:
    opened(qtbot, page, draft, file)
    desk.copy = tmp_path / "copy.csv"
    desk.copy.write_text("copy", encoding="utf-8")
    box = page.sheet.reading_bar.encoding
    with qtbot.waitSignal(draft.table_changed):
        box.setCurrentIndex(box.findText("utf-8"))
        box.activated.emit(box.currentIndex())
    assert "open copy.csv" in desk.asked
    assert desk.options[-1] == replace(desk.reading.options, encoding="utf-8")


def test_a_source_that_is_gone_is_said(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    file.unlink()
    page.sheet.reading_bar.header.setValue(3)
    assert "no longer there" in page.banner.text.text()
    assert page.sheet.reading_bar.header.value() == 1


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("tickets.csv is empty. Open another file.", "tickets.csv is empty. Open another file."),
        ("It is damaged.", "“tickets.csv” was not opened. It is damaged."),
    ],
)
def test_a_file_that_cannot_be_read_says_so_in_place_and_by_its_name(
    qtbot: QtBot, page: DataPage, desk: Reader, file: Path, refusal: str, words: str
) -> None:
    desk.failure = TableError(refusal)
    page.open_file(file)
    qtbot.waitUntil(page.banner.isVisible)
    assert page.banner.text.text() == words
    assert page.banner.action.isVisible()
    assert page.busy.isHidden()
    assert page.drop.isVisible()


def test_whoever_opens_a_single_document_is_told_to_open_its_folder(
    qtbot: QtBot, page: DataPage, desk: Reader, file: Path
) -> None:
    desk.failure = TableError("It is no table.")
    page.open_file(file.with_name("letter.PDF"))
    qtbot.waitUntil(page.banner.isVisible)
    assert page.banner.text.text() == (
        "“letter.PDF” was not opened. It is no table. "
        "To ask about documents, open the folder they are in."
    )


def test_of_documents_it_is_said_how_many_are_to_come(
    qtbot: QtBot, page: DataPage, desk: Reader, file: Path
) -> None:
    desk.go.clear()
    page.open_file(file)
    page.reader.advanced.emit(115, 1_000)
    assert page.busy.text.text() == "115 of 1,000 documents read …"
    assert (page.busy.bar.value(), page.busy.bar.maximum()) == (115, 1_000)
    page.reader.advanced.emit(300, 0)
    assert page.busy.text.text() == "300 rows read …"
    assert page.busy.bar.maximum() == 0
    desk.go.set()
    qtbot.waitUntil(page.busy.isHidden)


def test_reading_can_be_cancelled(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.go.clear()
    page.open_file(file)
    assert page.busy.isVisible()
    QTest.mouseClick(page.busy.cancel, _LEFT)
    qtbot.waitUntil(page.busy.isHidden, timeout=500)
    assert draft.table is None
    assert page.drop.isVisible()


def test_a_sent_job_keeps_its_table(page: DataPage, draft: Draft) -> None:
    draft.open(sent_job(), make_table())
    assert not page.other_button.isEnabled()
    assert not page.sheet.reading_bar.isEnabled()


def test_recent_files_that_are_gone_are_greyed(page: DataPage, file: Path) -> None:
    page.show_recent((str(file), str(file) + ".gone"))
    menu = page.recent_button.menu()
    menu.aboutToShow.emit()
    assert [entry.isEnabled() for entry in menu.actions()] == [True, False]


def test_what_is_worth_a_look_is_counted(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.findings = (Finding("blank", "One row is blank.", 1, (3,)),)
    desk.notes = ("Two columns were called “a”.",)
    opened(qtbot, page, draft, file)
    assert page.sheet.panel.tab("findings").text() == "Worth a look (2)"
    assert page.banner.isHidden()


def test_a_column_never_sent_is_in_the_job_and_outlasts_another_reading(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    page.sheet.columns.select("Customer")
    page.sheet.columns.detail.keep_box.click()
    assert draft.selection.excluded == ("Customer",)
    with qtbot.waitSignal(draft.table_changed):
        page.sheet.reading_bar.header.setValue(2)
    assert draft.selection.excluded == ("Customer",)
    assert page.sheet.columns.detail.keep_box.isChecked()


def test_a_column_never_sent_that_is_called_something_else_now_is_said(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    draft.set_selection(Selection(excluded=("E-mail", "Customer")))
    assert "You wanted “E-mail” never to be sent" in page.lost_banner.text.text()
    assert "Customer" not in page.lost_banner.text.text()
    click(page.lost_banner.action)
    assert draft.selection.excluded == ("Customer",)
    assert page.lost_banner.isHidden()


def test_a_column_left_out_is_gone_from_the_rows_and_can_be_brought_back(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    panel = page.sheet.columns
    with qtbot.waitSignal(draft.table_changed):
        panel.detail.leave_box.click()
    qtbot.waitUntil(lambda: not page.reader.busy)
    assert page.sheet.model.columnCount() == 2
    panel.select("Ticket")
    assert panel.detail.leave_box.isChecked()
    with qtbot.waitSignal(draft.table_changed):
        panel.detail.leave_box.click()
    qtbot.waitUntil(lambda: not page.reader.busy)
    assert page.sheet.model.columnCount() == 3
    assert desk.options[-1].left_out == ()


def test_the_tab_says_how_many_rows_run_where_that_is_not_all(
    qtbot: QtBot, page: DataPage, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    assert page.sheet.panel.tab("rows").text() == "Rows that run"
    click(page.sheet.panel.tab("rows"))
    assert page.rows.isVisible()
    draft.set_selection(Selection(first=10, last=19))
    qtbot.waitUntil(lambda: page.sheet.panel.tab("rows").text() == "Rows that run (10)")
    draft.set_selection(Selection())
    qtbot.waitUntil(lambda: page.sheet.panel.tab("rows").text() == "Rows that run")


# What is seen while the rest is read


def test_the_first_rows_are_there_while_the_others_are_read(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.begins = True
    desk.go.clear()
    page.open_file(file)
    qtbot.waitUntil(page.sheet.view.isVisible)
    assert page.sheet.model.rowCount() == PAGE_ROWS
    assert page.sheet.name_label.accessibleName() == "tickets.csv"
    assert page.busy.isVisible()
    assert draft.table is None
    assert not page.next_button.isEnabled()
    desk.go.set()
    qtbot.waitUntil(lambda: page.sheet.model.rowCount() == 600)
    assert page.next_button.isEnabled()


def test_giving_up_takes_the_first_rows_away_again(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.begins = True
    desk.go.clear()
    page.open_file(file)
    qtbot.waitUntil(page.sheet.view.isVisible)
    QTest.mouseClick(page.busy.cancel, _LEFT)
    assert page.drop.isVisible()
    assert draft.table is None


def test_giving_up_a_new_reading_brings_the_table_back(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    before = draft.table
    desk.begins = True
    desk.go.clear()
    page.sheet.reading_bar.header.setValue(3)
    qtbot.waitUntil(page.busy.isVisible)
    assert page.sheet.model.table is not before
    QTest.mouseClick(page.busy.cancel, _LEFT)
    assert page.sheet.model.table is before
    assert draft.table is before
    assert page.sheet.reading_bar.header.value() == 1


def test_another_job_is_not_given_the_table_that_was_being_read(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.go.clear()
    page.open_file(file)
    draft.open(make_job(id=2, table_id=None))
    assert page.busy.isHidden()
    desk.go.set()
    with qtbot.waitSignal(draft.table_changed):
        page.open_file(file)
    assert draft.table is not None
    assert draft.table.id == 2


def test_a_file_is_opened_after_all_when_its_job_is_shown_again(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    first = draft.job
    assert first is not None
    desk.go.clear()
    page.open_file(file)
    draft.open(make_job(id=7))
    assert page.busy.isHidden()
    draft.open(first)
    assert page.busy.isVisible()
    desk.go.set()
    qtbot.waitUntil(lambda: draft.table is not None)
    draft.open(make_job(id=7))
    draft.open(first, draft.table)
    assert not page.reader.busy


def test_another_job_with_the_same_file_begins_at_its_first_row(
    page: DataPage, draft: Draft
) -> None:
    table = make_table()
    draft.open(make_job(id=7), table)
    page.sheet.view.go_to_row(599)
    draft.open(make_job(id=8), replace(table, id=8))
    assert page.sheet.view.rows_in_sight()[0] == 0


def test_what_was_cancelled_is_not_opened_again(
    page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    first = draft.job
    desk.go.clear()
    page.open_file(file)
    click(page.busy.cancel)
    draft.open(make_job(id=7))
    draft.open(first)
    assert not page.reader.busy
    desk.go.set()


# Reading it another way


def test_a_second_wish_keeps_the_first(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    bar = page.sheet.reading_bar
    desk.go.clear()
    bar.header.setValue(2)
    bar.delimiter.setCurrentIndex(bar.delimiter.findText("Tab"))
    bar.delimiter.activated.emit(bar.delimiter.currentIndex())
    assert bar.options.header_row == 2
    assert bar.options.delimiter == "\t"
    desk.go.set()
    qtbot.waitUntil(lambda: not page.reader.busy)
    assert desk.options[-1].header_row == 2


def test_any_character_can_stand_between_the_columns(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    bar = page.sheet.reading_bar
    bar.delimiter.setCurrentIndex(bar.delimiter.findText("Other…"))
    bar.delimiter.activated.emit(bar.delimiter.currentIndex())
    assert len(desk.options) == 1
    desk.reading = replace(desk.reading, delimiter="^")
    with qtbot.waitSignal(draft.table_changed):
        QTest.keyClicks(bar.other_delimiter, "^")
        QTest.keyClick(bar.other_delimiter, Qt.Key.Key_Return)
    assert desk.options[-1].delimiter == "^"
    assert bar.other_delimiter.isVisible()
    assert bar.other_delimiter.text() == "^"


def test_only_boxes_that_make_sense_are_shown(page: DataPage) -> None:
    bar = page.sheet.reading_bar
    bar.show_reading(Reading("workbook", sheet="A", sheets=("A",), hidden_sheets=("B",)))
    assert bar.sheet.isVisibleTo(bar)
    assert bar.sheet.itemText(1) == "B (hidden)"
    assert not bar.encoding.isVisibleTo(bar)
    bar.show_reading(Reading("parquet", header_row=0))
    assert not bar.header.isVisibleTo(bar)
    assert not bar.sheet.isVisibleTo(bar)
    bar.show_reading(Reading("delimited", "utf-8", delimiter=",", first_row=4, header_row=1))
    assert bar.first_row.isVisibleTo(bar)
    assert bar.first_row.value() == 4


def test_another_sheet_has_a_header_of_its_own(page: DataPage) -> None:
    bar = page.sheet.reading_bar
    bar.show_reading(
        Reading("workbook", sheet="A", sheets=("A", "B"), header_row=7, left_out=("Id",))
    )
    bar.sheet.setCurrentIndex(1)
    bar.sheet.activated.emit(1)
    assert bar.options == ReadOptions(sheet="B", left_out=("Id",))


def test_a_folder_is_read_with_patterns_of_its_files(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.reading = Reading("folder", header_row=0, include=("*.pdf",))
    opened(qtbot, page, draft, file.parent)
    bar = page.sheet.reading_bar
    assert bar.include.isVisible()
    assert bar.include.text() == "*.pdf"
    assert not bar.header.isVisible()
    with qtbot.waitSignal(draft.table_changed):
        bar.exclude.setText("draft*; old/*,")
        bar.exclude.editingFinished.emit()
    assert desk.options[-1] == ReadOptions(include=("*.pdf",), exclude=("draft*", "old/*"))


def folder_dialog(page: DataPage) -> QFileDialog:
    dialog = page.findChild(QFileDialog, "document_folder_dialog")
    assert isinstance(dialog, QFileDialog)
    return dialog


def test_what_is_being_written_outlasts_the_end_of_a_reading(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    desk.reading, desk.copy = Reading("folder", header_row=0), file.parent
    opened(qtbot, page, draft, file)
    bar = page.sheet.reading_bar
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    desk.go.clear()
    bar.include.setFocus()
    QTest.keyClicks(bar.include, "*.pdf")
    QTest.keyClick(bar.include, Qt.Key.Key_Return)
    bar.exclude.setFocus()
    QTest.keyClicks(bar.exclude, "old")
    desk.go.set()
    qtbot.waitUntil(lambda: not page.reader.busy)
    assert bar.exclude.text() == "old"
    assert bar.include.text() == ""  # the desk of this test follows no patterns


def test_a_column_can_name_a_document_for_each_row(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path, tmp_path: Path
) -> None:
    opened(qtbot, page, draft, file)
    bar = page.sheet.reading_bar
    assert not bar.documents.isVisible()
    click(bar.more_button)
    box = bar.documents.column
    box.setCurrentIndex(box.findText("Message"))
    box.activated.emit(box.currentIndex())
    dialog = folder_dialog(page)
    with qtbot.waitSignal(draft.table_changed):
        dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert desk.options[-1].document_column == "Message"
    assert desk.options[-1].document_folder == str(tmp_path)
    assert desk.options[-1].delimiter == ";"


def test_without_a_folder_there_are_no_documents(
    qtbot: QtBot, page: DataPage, desk: Reader, draft: Draft, file: Path
) -> None:
    opened(qtbot, page, draft, file)
    bar = page.sheet.reading_bar
    click(bar.more_button)
    box = bar.documents.column
    box.setCurrentIndex(box.findText("Message"))
    box.activated.emit(box.currentIndex())
    folder_dialog(page).reject()
    assert box.currentText() == "none"
    assert len(desk.options) == 1


def test_a_column_of_paths_is_offered_first(page: DataPage) -> None:
    bar = page.sheet.reading_bar
    reading = Reading("delimited", "utf-8", delimiter=",")
    bar.show_reading(reading, ("Id", "File"), ("File",))
    assert bar.documents.isVisibleTo(bar)
    box = bar.documents.column
    assert [box.itemText(place) for place in range(box.count())] == ["none", "File", "Id"]
