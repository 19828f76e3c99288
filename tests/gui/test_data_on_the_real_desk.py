"""The Data page over the real desk: what is chosen is what is read, and keeps what was chosen."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import shiboken6
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.data_page import DataPage
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.session import Session

_SLOW = 30_000


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    session = Session(home)
    yield session
    session.close()


@pytest.fixture
def page(qtbot: QtBot, session: Session, tasks: TaskRunner) -> Iterator[DataPage]:
    draft = Draft(session.desk, tasks)
    draft.open(session.desk.new_job("Orders", "practice"))
    page = DataPage(session.desk, tasks, draft)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    draft.open(None)
    shiboken6.delete(draft)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    for row in (("Id", "Customer", "Price"), ("001", "Ann", 2.5), ("002", "Bob", 3)):
        sheet.append(row)
    old = book.create_sheet("Old")
    old.sheet_state = "hidden"
    for old_row in (
        ("Report of May",),
        (),
        ("Id", "Price", "Note"),
        ("009", 1, "x"),
        ("010", 2, "y"),
    ):
        old.append(old_row)
    path = tmp_path / "orders.xlsx"
    book.save(path)
    return path


def settled(qtbot: QtBot, page: DataPage) -> tuple[str, ...]:
    """The columns, once nothing is being read."""
    qtbot.waitUntil(lambda: not page.reader.busy, timeout=_SLOW)
    assert page.banner.isHidden(), page.banner.text.text()
    table = page.sheet.table
    assert table is not None
    return table.columns


def choose(box: QComboBox, words: str) -> None:
    box.setCurrentIndex(box.findText(words))
    assert box.currentText() == words
    box.activated.emit(box.currentIndex())


def test_a_hidden_sheet_can_be_read_and_its_header_is_found(
    qtbot: QtBot, page: DataPage, workbook: Path
) -> None:
    page.open_file(workbook)
    assert settled(qtbot, page) == ("Id", "Customer", "Price")
    choose(page.sheet.reading_bar.sheet, "Old (hidden)")
    assert settled(qtbot, page) == ("Id", "Price", "Note")
    assert page.sheet.reading_bar.header.value() == 3


def test_a_column_left_out_stays_out_on_another_sheet_and_comes_back(
    qtbot: QtBot, page: DataPage, workbook: Path
) -> None:
    page.open_file(workbook)
    settled(qtbot, page)
    page.sheet.columns.select("Price")
    page.sheet.columns.detail.leave_box.click()
    assert settled(qtbot, page) == ("Id", "Customer")
    choose(page.sheet.reading_bar.sheet, "Old (hidden)")
    assert settled(qtbot, page) == ("Id", "Note")
    page.sheet.columns.select("Price")
    page.sheet.columns.detail.leave_box.click()
    assert settled(qtbot, page) == ("Id", "Price", "Note")


def test_every_choice_about_a_text_keeps_the_others(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes("Orders of May\nId^Größe^Preis\n001^5^2\n002^6^3\n".encode("cp1252"))
    page.open_file(path)
    settled(qtbot, page)
    bar = page.sheet.reading_bar
    choose(bar.encoding, "cp1252")
    settled(qtbot, page)
    bar.header.setValue(2)
    settled(qtbot, page)
    choose(bar.delimiter, "Other…")
    bar.other_delimiter.setText("^")
    bar.other_delimiter.editingFinished.emit()
    assert settled(qtbot, page) == ("Id", "Größe", "Preis")
    bar.first_row.setValue(4)
    assert settled(qtbot, page) == ("Id", "Größe", "Preis")
    assert page.sheet.model.cell(0, 0) == "002"
    assert bar.header.value() == 2
    assert bar.encoding.currentText() == "cp1252"


def test_a_choice_that_leaves_no_table_is_said_and_the_table_stays(
    qtbot: QtBot, page: DataPage, workbook: Path
) -> None:
    page.open_file(workbook)
    settled(qtbot, page)
    page.sheet.reading_bar.header.setValue(3)
    qtbot.waitUntil(lambda: not page.reader.busy, timeout=_SLOW)
    assert "no rows" in page.banner.text.text()
    assert page.sheet.reading_bar.header.value() == 1
    assert page.sheet.table is not None
    assert page.sheet.table.columns == ("Id", "Customer", "Price")


def test_a_large_table_is_shown_before_it_is_read(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    lines = "".join(f"{number:06},text of row {number}\n" for number in range(60_000))
    path.write_text(f"Id,Text\n{lines}", encoding="utf-8")
    seen = []
    page.reader.began.connect(lambda table: seen.append((table.row_count, page.reader.busy)))
    page.open_file(path)
    settled(qtbot, page)
    assert seen == [(64, True)]
    assert page.sheet.model.cell(59_999, 1) == "text of row 59999"


def test_the_next_window_opens_the_panel_as_it_was_left(window: MainWindow) -> None:
    sheet = window.data_page.sheet
    sheet.panel.open("columns")
    sheet.panel.tab("findings").click()
    window.close()
    kept = str(window._kept().value("data"))
    sheet.panel.open("")
    sheet.restore_layout(kept)
    assert sheet.panel.key == "findings"
