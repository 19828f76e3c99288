from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.tables.finding import Finding
from claude_batch_desk.core.tables.profile import ColumnProfile
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.table_sheet import TableSheet
from tests.gui.clicking import click
from tests.gui.page_fakes import make_table

_RAGGED = Finding("ragged", "3 rows have <more> cells.", 3, (4, 300, 599))
_LONG = Finding("long", "2,000 texts are long.", 2_000, tuple(range(1_000)))


@pytest.fixture
def table() -> Table:
    return replace(make_table(), findings=(_RAGGED, _LONG), notes=("A blank line was left out.",))


@pytest.fixture
def sheet(qtbot: QtBot, table: Table) -> TableSheet:
    sheet = TableSheet()
    qtbot.addWidget(sheet)
    qtbot.addWidget(sheet.place)
    sheet.resize(900, 600)
    with qtbot.waitExposed(sheet):
        sheet.show()
    sheet.place.show()
    sheet.show_table(table, Selection(), editable=True)
    return sheet


def test_all_that_is_worth_a_look_is_counted_on_the_tab(sheet: TableSheet) -> None:
    assert sheet.panel.tab("findings").text() == "Worth a look (3)"
    click(sheet.panel.tab("findings"))
    assert sheet.findings.isVisible()
    assert [each.sentence.text() for each in sheet.findings.cards] == [
        _RAGGED.sentence,
        _LONG.sentence,
    ]
    assert [each.text() for each in sheet.findings.notes] == ["A blank line was left out."]


def test_a_finding_jumps_to_its_rows_in_turn(sheet: TableSheet) -> None:
    click(sheet.panel.tab("findings"))
    card = sheet.findings.cards[0]
    QTest.mouseClick(card.sentence, Qt.MouseButton.LeftButton)
    assert sheet.view.currentIndex().row() == 4
    assert card.place_label.text() == "Row 5 · 1 of 3"
    click(card.next_button)
    click(card.next_button)
    assert sheet.view.currentIndex().row() == 599
    first, last = sheet.view.rows_in_sight()
    assert first <= 599 <= last
    assert not card.next_button.isEnabled()
    click(card.previous_button)
    assert sheet.view.currentIndex().row() == 300


def test_another_finding_begins_with_its_first_row(sheet: TableSheet) -> None:
    first, second = sheet.findings.cards
    first.go_on()
    second.go_on()
    assert sheet.view.currentIndex().row() == 0
    assert first.step == -1
    assert second.place_label.text() == "Row 1 · 1 of 1,000, of 2,000 in all"


def test_rows_worth_a_look_are_marked_in_the_table(sheet: TableSheet) -> None:
    model, rows = sheet.model, Qt.Orientation.Vertical
    assert model.headerData(4, rows, Qt.ItemDataRole.DecorationRole) is not None
    tip = model.headerData(4, rows, Qt.ItemDataRole.ToolTipRole)
    assert "3 rows have &lt;more&gt; cells." in str(tip)
    assert model.headerData(1_500, rows, Qt.ItemDataRole.DecorationRole) is None


def test_nothing_odd_is_said_too(sheet: TableSheet) -> None:
    sheet.show_table(make_table(), Selection(), editable=True)
    assert sheet.panel.tab("findings").text() == "Worth a look"
    assert sheet.findings.cards == []


def test_a_kept_column_has_a_lock(sheet: TableSheet) -> None:
    sheet.show_selection(Selection(excluded=("Customer",)), editable=True)
    columns, picture = Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole
    assert sheet.model.headerData(1, columns, picture) is not None
    assert sheet.model.headerData(0, columns, picture) is None
    tip = sheet.model.headerData(1, columns, Qt.ItemDataRole.ToolTipRole)
    assert "never leaves this computer" in str(tip)


def test_a_lock_costs_no_letters_of_the_name(sheet: TableSheet, table: Table) -> None:
    before = [sheet.view.columnWidth(column) for column in range(2)]
    sheet.show_selection(Selection(excluded=("Ticket",)), editable=True)
    locked = sheet.view.columnWidth(0)
    assert locked > before[0]
    assert sheet.view.columnWidth(1) == before[1]
    sheet.show_table(replace(table, id=2), Selection(excluded=("Ticket",)), editable=True)
    assert sheet.view.columnWidth(0) == locked


def test_in_a_narrow_window_the_rows_keep_half_of_it(qtbot: QtBot, sheet: TableSheet) -> None:
    sheet.resize(504, 400)
    sheet.panel.open("columns")
    qtbot.waitUntil(lambda: sheet.view.width() >= 240)
    assert sheet.panel.isVisible()
    assert sheet.width() == 504


def test_the_choice_of_rows_stays_when_a_column_is_kept(qtbot: QtBot, sheet: TableSheet) -> None:
    sheet.show_selection(Selection(count=5, seed=7), editable=True)
    with qtbot.waitSignal(sheet.selection_chosen) as told:
        sheet.columns.detail.keep_box.click()
    assert told.args == [Selection(count=5, seed=7, excluded=("Ticket",))]


def test_leaving_a_column_out_keeps_how_the_table_is_read(qtbot: QtBot, sheet: TableSheet) -> None:
    with qtbot.waitSignal(sheet.options_chosen) as told:
        sheet.columns.detail.leave_box.click()
    table = sheet.table
    assert table is not None
    assert told.args == [replace(table.reading.options, left_out=("Ticket",))]


def test_a_header_and_its_column_are_chosen_together(sheet: TableSheet) -> None:
    header = sheet.view.horizontalHeader()
    where = header.sectionViewportPosition(2) + 5
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where, 5))
    assert [each.name for each in sheet.columns.chosen] == ["Message"]
    sheet.columns.view.setFocus()
    QTest.keyClick(sheet.columns.view, Qt.Key.Key_Up)
    chosen = sheet.view.selectionModel().selectedColumns()
    assert [index.column() for index in chosen] == [1]


def test_a_row_is_gone_to_by_its_number(qtbot: QtBot, sheet: TableSheet) -> None:
    sheet.place.activateWindow()
    qtbot.waitUntil(sheet.place.isActiveWindow)
    QTest.keyClick(sheet.place, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(sheet.place.spin.hasFocus)
    QTest.keyClicks(sheet.place.spin, "432")
    QTest.keyClick(sheet.place.spin, Qt.Key.Key_Return)
    first, last = sheet.view.rows_in_sight()
    assert first <= 431 <= last
    assert sheet.view.currentIndex().row() == 431
    assert not sheet.place.spin.isVisible()


def test_another_table_begins_at_its_first_row_and_another_reading_stays(
    sheet: TableSheet, table: Table
) -> None:
    sheet.view.go_to_row(599)
    sheet.show_table(replace(table, id=2), Selection(), editable=True)
    assert sheet.view.rows_in_sight()[1] == 599
    sheet.show_table(replace(table, id=3, name="other.csv"), Selection(), editable=True)
    assert sheet.view.rows_in_sight()[0] == 0
    assert sheet.place.label.accessibleName().startswith("Rows 1–")


def test_esc_stays_where_it_is(qtbot: QtBot, sheet: TableSheet) -> None:
    click(sheet.place.button)
    with qtbot.assertNotEmitted(sheet.place.row_chosen):
        QTest.keyClick(sheet.place.spin, Qt.Key.Key_Escape)
    assert not sheet.place.spin.isVisible()


def test_the_panel_goes_away_and_comes_back_as_it_was_left(sheet: TableSheet) -> None:
    assert sheet.panel.key == "columns"
    click(sheet.panel.tab("columns"))
    assert not sheet.panel.isVisible()
    kept = sheet.kept_layout()
    click(sheet.panel.tab("findings"))
    open_kept = sheet.kept_layout()
    sheet.restore_layout(kept)
    assert not sheet.panel.isVisible()
    sheet.restore_layout(open_kept)
    assert sheet.findings.isVisible()


@pytest.mark.parametrize("kept", ["", "columns", "columns,1", "columns,a,b", "x,,"])
def test_a_layout_that_makes_no_sense_changes_nothing(sheet: TableSheet, kept: str) -> None:
    sheet.restore_layout(kept)
    assert sheet.panel.key == "columns"
    assert sheet.kept_layout() == ""


def test_the_beginning_of_a_table_is_not_taken_for_all_of_it(
    sheet: TableSheet, table: Table
) -> None:
    beginning = replace(table, findings=(), notes=())
    sheet.show_table(beginning, Selection(), editable=False, whole=False)
    assert sheet.place.label.accessibleName() == "The first 600 rows"
    assert not sheet.place.button.isEnabled()
    click(sheet.panel.tab("findings"))
    told = [each.text() for each in sheet.findings.findChildren(QLabel) if each.isVisible()]
    assert told == ["The table is still being read."]


def test_a_narrow_window_leaves_the_room_to_the_rows(qtbot: QtBot, table: Table) -> None:
    sheet = TableSheet()
    qtbot.addWidget(sheet)
    qtbot.addWidget(sheet.place)
    sheet.resize(500, 400)
    with qtbot.waitExposed(sheet):
        sheet.show()
    sheet.show_table(table, Selection(), editable=True)
    assert sheet.panel.key == ""
    assert sheet.panel.tab("columns").isVisible()


def test_in_a_narrow_window_the_name_of_the_table_is_above_the_tabs(
    qtbot: QtBot, sheet: TableSheet, table: Table
) -> None:
    tabs, name = sheet.panel.tabs, sheet.name_label
    sheet.show_table(
        replace(table, name="answers of all customers.csv"), Selection(), editable=True
    )
    qtbot.waitUntil(lambda: name.geometry().right() < tabs.x())
    sheet.panel.add("rows", "Rows that run", QLabel())
    sheet.panel.add("documents", "Documents", QLabel())
    sheet.resize(460, 600)
    qtbot.waitUntil(lambda: name.geometry().bottom() < tabs.y())
    assert name.text() == "answers of all customers.csv"
    sheet.panel.count("rows", "999,999 of 1,000,000")
    qtbot.waitUntil(lambda: sheet.panel.tab("rows").text() == "Rows that run")
    assert sheet.panel.tab("rows").accessibleName() == "Rows that run (999,999 of 1,000,000)"
    assert sheet.width() == 460
    sheet.resize(900, 600)
    qtbot.waitUntil(
        lambda: sheet.panel.tab("rows").text() == "Rows that run (999,999 of 1,000,000)"
    )
    qtbot.waitUntil(lambda: name.geometry().right() < tabs.x())


def test_a_tab_is_there_only_where_it_has_something_to_show(sheet: TableSheet) -> None:
    panel, tab = sheet.panel, sheet.panel.tab("findings")
    assert tab.property("place") == "last"
    click(tab)
    panel.offer("findings", offered=False)
    assert not tab.isVisible()
    assert panel.key == "columns"
    assert panel.tab("columns").isVisible()
    panel.offer("findings", offered=True)
    assert tab.isVisible()
    assert panel.tab("columns").property("place") == "first"


def test_tab_goes_through_the_sheet_from_the_top(qtbot: QtBot, sheet: TableSheet) -> None:
    click(sheet.panel.tab("findings"))
    sheet.activateWindow()
    qtbot.waitUntil(sheet.isActiveWindow)
    sheet.panel.tab("columns").setFocus()
    names = []
    for _ in range(8):
        QTest.keyClick(sheet.window().focusWidget(), Qt.Key.Key_Tab)
        names.append(sheet.window().focusWidget().objectName())
    assert names == [
        "data_panel_findings",
        "data_encoding",
        "data_delimiter",
        "data_header",
        "data_more_reading",
        "data_table",
        "finding_0_next",
        "finding_1_next",
    ]


def test_a_screen_reader_hears_which_finding_an_arrow_is_of(sheet: TableSheet) -> None:
    names = [each.next_button.accessibleName() for each in sheet.findings.cards]
    assert names == [f"Next row: {_RAGGED.sentence}", f"Next row: {_LONG.sentence}"]


def test_a_view_that_shows_itself_is_not_seen_over_another(sheet: TableSheet) -> None:
    view = QLabel("elsewhere")
    sheet.panel.add("other", "Other", view)
    view.setVisible(False)
    view.setVisible(True)
    assert not view.isVisible()
    click(sheet.panel.tab("other"))
    assert view.isVisible()


def test_news_of_the_job_leave_the_person_where_they_are(sheet: TableSheet, table: Table) -> None:
    sheet.findings.cards[0].go_on()
    sheet.show_table(table, Selection(), editable=False)
    assert sheet.findings.cards[0].step == 0
    assert sheet.view.currentIndex().row() == 4


def test_the_tab_shows_that_a_column_may_tell_of_people(sheet: TableSheet, table: Table) -> None:
    assert sheet.panel.tab("columns").icon().isNull()
    people = ColumnProfile("Customer", 600, 0, 600, False, 12, 11, (), "text", "name")
    told = replace(table, profile=(people,))
    sheet.show_table(told, Selection(), editable=True)
    assert not sheet.panel.tab("columns").icon().isNull()
    sheet.show_selection(Selection(excluded=("Customer",)), editable=True)
    assert sheet.panel.tab("columns").icon().isNull()
