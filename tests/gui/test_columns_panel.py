from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue, Personal
from claude_batch_desk.core.tables.table import Reading, Table
from claude_batch_desk.gui.column_delegate import shares
from claude_batch_desk.gui.columns_model import (
    ColumnsModel,
    distinct_words,
    entries_of,
    filled_words,
    length_words,
)
from claude_batch_desk.gui.columns_panel import ColumnsPanel
from claude_batch_desk.gui.widgets import ElidedLabel
from tests.gui.clicking import click
from tests.gui.page_fakes import make_table

_WIDEST = 16_384


def profile(
    name: str, personal: Personal = "", *, filled: int = 590, empty: int = 10
) -> ColumnProfile:
    return ColumnProfile(
        name=name,
        filled=filled,
        empty=empty,
        distinct=min(40, filled),
        distinct_is_estimate=False,
        longest=80,
        typical=12,
        commonest=(CommonValue("often <b>", 300), CommonValue("seldom", 2)) if filled else (),
        looks_like="text" if filled else "empty",
        personal=personal,
    )


def profiled(columns: Sequence[str], left_out: tuple[str, ...] = ()) -> Table:
    table = make_table(columns, [tuple("x" for _ in columns)])
    profiles = tuple(profile(each, "name" if each == "Customer" else "") for each in columns)
    reading = Reading("delimited", "utf-8", delimiter=",", left_out=left_out)
    return replace(table, profile=profiles, reading=reading)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ColumnsPanel]:
    panel = ColumnsPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_table(profiled(("Ticket", "Customer", "Message"), ("Notes",)), (), editable=True)
    yield panel
    if shiboken6.isValid(panel):
        panel.close()


def test_each_column_says_what_it_holds(panel: ColumnsPanel) -> None:
    told = panel.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Customer, Text, 98 % filled, 40 different, looks like names"
    assert panel.detail.name_label.text() == "Ticket"
    assert "Longest 80 characters, typically 12" in panel.detail.facts_label.text()


def test_values_of_one_character_are_said_to_be_so() -> None:
    assert length_words(replace(profile("Grade"), longest=1, typical=1)) == "1 character each"


def test_the_column_that_names_the_documents_cannot_be_left_out(panel: ColumnsPanel) -> None:
    table = profiled(("Ticket", "Paper"))
    reading = replace(table.reading, document_column="Paper", document_folder="/papers")
    panel.show_table(replace(table, reading=reading), (), editable=True)
    assert panel.detail.leave_box.isEnabled()
    panel.select("Paper")
    assert not panel.detail.leave_box.isEnabled()
    assert "names the documents" in panel.detail.leave_box.toolTip()
    assert panel.detail.keep_box.isEnabled()


def test_the_model_keeps_qts_rules(qapp: QApplication) -> None:
    model = ColumnsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    table = profiled(("A", "B"))
    model.set_entries(entries_of(table.columns, table.profile, (), ()))
    model.find("b")
    model.set_entries(entries_of(table.columns, table.profile, ("B",), ()))
    assert model.rowCount() == 1
    assert tester.model() is model


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert filled_words(profile("A", filled=600, empty=0)) == "all filled"
    assert filled_words(profile("A", filled=599, empty=1)) == "99 % filled"
    assert filled_words(profile("A", filled=1, empty=999)) == "less than 1 % filled"


def test_an_estimate_is_shown_as_one() -> None:
    assert distinct_words(replace(profile("A"), distinct_is_estimate=True)) == "≈ 40 different"


def test_few_and_many_values_are_told_in_words() -> None:
    assert distinct_words(replace(profile("A"), distinct=1)) == "one value"
    assert distinct_words(replace(profile("A"), distinct=590)) == "all different"


def test_the_bar_shows_the_commonest_values_the_others_and_the_gap() -> None:
    common, seldom, others = shares(profile("A"))
    assert common == 0.5
    assert round(common + seldom + others, 3) == round(590 / 600, 3)


def test_a_column_that_tells_of_people_is_kept_with_one_click(
    qtbot: QtBot, panel: ColumnsPanel
) -> None:
    assert panel.suggestion.isVisible()
    assert "“Customer”" in panel.suggestion_label.text()
    with qtbot.waitSignal(panel.excluded_chosen) as told:
        click(panel.suggestion_button)
    assert told.args == [("Customer",)]
    panel.show_table(profiled(("Ticket", "Customer", "Message")), ("Customer",), editable=True)
    assert not panel.suggestion.isVisible()
    told_now = panel.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told_now.endswith("never sent")


def test_a_suggestion_can_be_waved_off(panel: ColumnsPanel) -> None:
    click(panel.suggestion_close)
    assert not panel.suggestion.isVisible()


def test_a_box_keeps_the_chosen_column_and_lets_it_go(qtbot: QtBot, panel: ColumnsPanel) -> None:
    panel.select("Message")
    with qtbot.waitSignal(panel.excluded_chosen) as told:
        panel.detail.keep_box.click()
    assert told.args == [("Message",)]
    table = profiled(("Ticket", "Customer", "Message"))
    panel.show_table(table, ("Ticket", "Message"), editable=True)
    assert panel.detail.keep_box.isChecked()
    with qtbot.waitSignal(panel.excluded_chosen) as told:
        panel.detail.keep_box.click()
    assert told.args == [("Ticket",)]


def test_a_column_is_left_out_and_brought_back(qtbot: QtBot, panel: ColumnsPanel) -> None:
    with qtbot.waitSignal(panel.left_out_chosen) as told:
        panel.detail.leave_box.click()
    assert told.args == [("Notes", "Ticket")]
    panel.select("Notes")
    assert panel.detail.leave_box.isChecked()
    with qtbot.waitSignal(panel.left_out_chosen) as told:
        panel.detail.leave_box.click()
    assert told.args == [()]


def test_several_columns_are_left_out_at_once(qtbot: QtBot, panel: ColumnsPanel) -> None:
    chosen = panel.view.selectionModel()
    chosen.select(panel.model.index(1, 0), QItemSelectionModel.SelectionFlag.Select)
    assert panel.detail.name_label.text() == "2 columns"
    with qtbot.waitSignal(panel.left_out_chosen) as told:
        panel.detail.leave_box.click()
    assert told.args == [("Notes", "Ticket", "Customer")]


def test_the_last_column_cannot_be_left_out(panel: ColumnsPanel) -> None:
    panel.show_table(profiled(("Only",)), (), editable=True)
    assert not panel.detail.leave_box.isEnabled()
    assert panel.detail.keep_box.isEnabled()


def test_a_sent_job_only_shows_its_columns(panel: ColumnsPanel) -> None:
    panel.show_table(profiled(("Ticket", "Customer")), (), editable=False)
    assert not panel.detail.keep_box.isEnabled()
    assert not panel.detail.leave_box.isEnabled()
    assert not panel.suggestion.isVisible()


def test_the_arrow_keys_go_through_the_columns(qtbot: QtBot, panel: ColumnsPanel) -> None:
    panel.view.setFocus()
    with qtbot.waitSignal(panel.column_chosen) as told:
        QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert told.args == ["Customer"]


def test_a_column_chosen_from_outside_tells_nothing(qtbot: QtBot, panel: ColumnsPanel) -> None:
    with qtbot.assertNotEmitted(panel.column_chosen):
        panel.select("Message")
    assert [each.name for each in panel.chosen] == ["Message"]


def test_cells_are_plain_text(panel: ColumnsPanel) -> None:
    labels = panel.detail.findChildren(ElidedLabel)
    assert "often <b>" in [each.accessibleName() for each in labels]
    assert {each.textFormat() for each in labels} == {Qt.TextFormat.PlainText}


def test_of_very_many_columns_one_is_found(qtbot: QtBot, panel: ColumnsPanel) -> None:
    names = tuple(f"Column {place}" for place in range(_WIDEST))
    panel.show_table(profiled(names), (), editable=True)
    assert panel.search.isVisible()
    panel.search.setText("column 16383")
    assert panel.model.rowCount() == 1
    assert [each.name for each in panel.chosen] == ["Column 16383"]
    panel.search.setText("nothing is called so")
    assert panel.chosen == []
    assert not panel.detail.isVisible()
    panel.select("Column 5")  # its header was pressed in the table
    assert panel.search.text() == ""
    assert [each.name for each in panel.chosen] == ["Column 5"]
    panel.view.scrollToBottom()
    assert not panel.grab().isNull()
