from collections.abc import Iterator

import pytest
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.tables.table import PAGE_ROWS, Reading, Row, Table
from claude_batch_desk.gui.table_model import TableModel
from claude_batch_desk.gui.table_view import TableView
from tests.gui.page_fakes import make_table

MILLION = 1_000_000


class CountedRows:
    """A million rows that are made when they are asked for."""

    def __init__(self) -> None:
        self.windows: list[int] = []

    def window(self, first: int, count: int) -> list[Row]:
        self.windows.append(first)
        return [(f"{number:07}", f"text {number}") for number in range(first, first + count)]

    def __iter__(self) -> Iterator[Row]:
        raise AssertionError("a view must not read every row")


@pytest.fixture
def rows() -> CountedRows:
    return CountedRows()


@pytest.fixture
def huge(rows: CountedRows) -> Table:
    return Table(1, "huge.csv", ("Id", "Text"), MILLION, rows, Reading("delimited"), "0" * 64)


def test_the_model_keeps_qts_rules(qapp: QApplication) -> None:
    model = TableModel(make_table())
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Warning
    )  # its warnings fail the test
    model.show_table(None)
    model.show_table(make_table())
    assert tester.model() is model


def test_a_cell_is_shown_in_one_line_and_kept_whole(qapp: QApplication) -> None:
    model = TableModel(make_table(("A",), [("first\nsecond  <b>",)]))
    assert model.index(0, 0).data() == "first second <b>"
    assert model.cell(0, 0) == "first\nsecond  <b>"
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "first\nsecond  &lt;b&gt;" in tip


def test_leading_zeros_are_shown(qapp: QApplication) -> None:
    assert TableModel(make_table()).index(7, 0).data() == "00007"


def test_rows_are_numbered_as_a_person_counts(qapp: QApplication) -> None:
    model = TableModel(make_table())
    assert model.headerData(0, Qt.Orientation.Vertical) == "1"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Ticket"


def test_a_million_rows_are_shown_from_a_few_pages(
    qtbot: QtBot, huge: Table, rows: CountedRows
) -> None:
    view = TableView("table", "Rows")
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.setModel(TableModel(huge, view))
    with qtbot.waitExposed(view):
        view.show()
    view.scrollToBottom()
    view.grab()
    assert view.rows_in_sight()[1] == MILLION - 1
    assert len(rows.windows) < 10


def test_memory_stays_flat_while_all_is_scrolled_through(huge: Table, qapp: QApplication) -> None:
    model = TableModel(huge)
    for row in range(0, MILLION, 5_000):
        model.cell(row, 1)
    assert len(model._pages) <= 64


def test_of_a_very_wide_table_few_pages_are_kept(qapp: QApplication) -> None:
    names = tuple(f"Column {place}" for place in range(16_384))
    model = TableModel(make_table(names, [names] * (PAGE_ROWS * 3)))
    for row in range(0, PAGE_ROWS * 3, PAGE_ROWS):
        model.cell(row, 0)
    assert len(model._pages) == 2


def test_selecting_a_million_rows_does_not_look_at_each(
    qtbot: QtBot, huge: Table, rows: CountedRows
) -> None:
    class Counted(TableModel):
        asked = 0

        def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
            self.asked += 1
            return super().flags(index)

    model = Counted(huge)
    view = TableView("table", "Rows")
    qtbot.addWidget(view)
    view.setModel(model)
    with qtbot.waitExposed(view):
        view.show()
    view.selectAll()
    view.grab()
    view.go_to_column(1)
    view.grab()
    assert model.asked < 10_000
    chosen = view.selectionModel().selection().first()
    assert (chosen.left(), chosen.right(), chosen.top(), chosen.bottom()) == (1, 1, 0, MILLION - 1)


def test_copied_cells_paste_into_a_spreadsheet(qtbot: QtBot) -> None:
    view = TableView("table", "Rows")
    qtbot.addWidget(view)
    model = TableModel(make_table(("A", "B"), [("1", "x"), ("2", "y"), ("3", "z")]), view)
    view.setModel(model)
    view.selectionModel().select(
        QItemSelection(model.index(0, 0), model.index(1, 1)),
        QItemSelectionModel.SelectionFlag.ClearAndSelect,
    )
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1\tx\n2\ty"


def test_of_the_widest_table_there_is_only_the_first_columns_are_measured(qtbot: QtBot) -> None:
    names = tuple(f"Column {place}" for place in range(16_384))
    view = TableView("rows", "Rows")
    qtbot.addWidget(view)
    model = TableModel(make_table(), view)
    view.setModel(model)
    with qtbot.waitExposed(view):
        view.show()
    model.show_table(make_table(names, [names]))
    assert view.columnWidth(0) >= view.fontMetrics().horizontalAdvance(names[0])
    assert view.columnWidth(1_000) == view.horizontalHeader().defaultSectionSize()
