"""The panel that chooses which rows run."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.row_chooser import RowChooser
from tests.gui.clicking import click
from tests.gui.page_fakes import FakeDesk, make_table, sent_job


@pytest.fixture
def chooser(qtbot: QtBot, draft: Draft) -> Iterator[RowChooser]:
    panel = RowChooser(draft)
    qtbot.addWidget(panel)
    panel.resize(320, 560)
    panel.show()
    yield panel
    shiboken6.delete(panel)


def counted(qtbot: QtBot, chooser: RowChooser) -> str:
    qtbot.waitUntil(lambda: "…" not in chooser.count_label.text())
    return chooser.count_label.text()


def test_all_rows_run_until_something_is_chosen(chooser: RowChooser, draft: Draft) -> None:
    assert chooser.count_label.text() == "All rows will run: 600 rows."
    assert draft.selection == Selection()
    assert not chooser.all_button.isVisible()


def test_a_range_is_chosen_and_counted(chooser: RowChooser, draft: Draft) -> None:
    chooser.range_check.click()
    assert (chooser.first_spin.value(), chooser.last_spin.value()) == (1, 600)
    chooser.first_spin.setValue(10)
    chooser.last_spin.setValue(50)
    assert draft.selection == Selection(first=10, last=50)
    assert chooser.count_label.text() == "41 of 600 rows will run."
    assert chooser.words_label.text() == "Rows 10–50."


def test_a_condition_is_written_and_counted(
    qtbot: QtBot, chooser: RowChooser, draft: Draft
) -> None:
    chooser.where_check.click()
    [form] = chooser.forms
    form.column_combo.setCurrentText("Customer")
    QTest.keyClicks(form.value_edit, "59")
    assert draft.selection.filters == (RowFilter("Customer", "contains", "59"),)
    assert counted(qtbot, chooser) == "16 of 600 rows will run."


def test_conditions_are_added_and_removed(qtbot: QtBot, chooser: RowChooser, draft: Draft) -> None:
    chooser.where_check.click()
    click(chooser.add_button)
    first, second = chooser.forms
    first.show_condition(RowFilter("Ticket", "longer", "4"))
    second.show_condition(RowFilter("Customer", "empty", negated=True))
    second.changed.emit()
    assert draft.selection.filters == (
        RowFilter("Ticket", "longer", "4"),
        RowFilter("Customer", "empty", negated=True),
    )
    click(first.remove_button)
    assert [form.condition for form in chooser.forms] == [
        RowFilter("Customer", "empty", negated=True)
    ]
    click(chooser.forms[0].remove_button)
    assert not chooser.where_check.isChecked()
    assert draft.selection == Selection()


def test_a_value_is_asked_for_only_where_one_is_needed(chooser: RowChooser) -> None:
    chooser.where_check.click()
    [form] = chooser.forms
    form.test_combo.setCurrentText("is not empty")
    assert not form.value_edit.isVisible()
    form.test_combo.setCurrentText("matches")
    assert form.value_edit.isVisible()
    assert form.value_edit.placeholderText() == "pattern, such as ^A"


def test_the_commonest_values_of_a_column_are_offered(
    qtbot: QtBot, chooser: RowChooser, draft: Draft, desk: FakeDesk
) -> None:
    common = (CommonValue("Customer 7", 9), CommonValue("x" * 80, 3), CommonValue("Else", 2))
    profile = ColumnProfile("Customer", 600, 0, 9, False, 11, 9, common, "category", "name")
    desk.kept_table = replace(desk.kept_table, profile=(profile,))
    draft.set_table(desk.kept_table)
    chooser.where_check.click()
    [form] = chooser.forms
    form.column_combo.setCurrentText("Customer")
    form.value_edit.setFocus()
    QTest.keyClicks(form.value_edit, "custo")
    completer = form.value_edit.completer()
    popup = completer.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    assert completer.completionCount() == 1  # the long one may have been cut, so it is not offered
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert draft.selection.filters == (RowFilter("Customer", "contains", "Customer 7"),)


def test_what_is_wrong_with_a_condition_is_said_and_marked(
    qtbot: QtBot, chooser: RowChooser, draft: Draft
) -> None:
    draft.set_selection(Selection(filters=(RowFilter("Customer", "matches", "["),)))
    [form] = chooser.forms
    assert form.value_edit.property("wrong") == "true"
    assert "cannot be read" in counted(qtbot, chooser)


def test_a_condition_just_begun_is_not_dropped_but_asked_to_be_finished(
    qtbot: QtBot, chooser: RowChooser, draft: Draft
) -> None:
    chooser.where_check.click()
    assert "has no text to look for yet" in counted(qtbot, chooser)
    assert draft.rows_to_run is None
    assert chooser.forms[0].value_edit.property("wrong") != "true"


def test_a_lost_column_is_shown_as_lost_until_another_is_chosen(
    qtbot: QtBot, chooser: RowChooser, draft: Draft, desk: FakeDesk
) -> None:
    draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "59"),)))
    desk.kept_table = make_table(("Ticket", "Name", "Message"))
    draft.set_table(desk.kept_table)
    [form] = chooser.forms
    assert form.column_combo.currentText() == "Customer (not in the table)"
    assert form.column_combo.property("wrong") == "true"
    assert "“Customer”, but the table has no such column" in counted(qtbot, chooser)
    form.column_combo.setCurrentText("Ticket")
    assert draft.selection.filters == (RowFilter("Ticket", "contains", "59"),)
    assert form.column_combo.property("wrong") == "false"


def test_a_random_few_are_drawn_and_drawn_again(chooser: RowChooser, draft: Draft) -> None:
    chooser.sample_check.click()
    assert draft.selection == Selection(100, seed=1)
    assert chooser.count_label.text() == "100 of 600 rows will run."
    click(chooser.draw_button)
    assert draft.selection == Selection(100, seed=2)
    assert chooser.draw_label.text() == "Draw 2"


def test_columns_kept_at_home_stay_there_whatever_is_chosen(
    chooser: RowChooser, draft: Draft
) -> None:
    draft.set_selection(Selection(excluded=("Customer",)))
    chooser.range_check.click()
    chooser.sample_check.click()
    assert draft.selection.excluded == ("Customer",)
    click(chooser.all_button)
    assert draft.selection == Selection(excluded=("Customer",))
    assert not chooser.range_check.isChecked()


def test_a_choice_made_before_is_shown_again(draft: Draft, chooser: RowChooser) -> None:
    chosen = Selection(7, 3, 10, 500, (RowFilter("Message", "equals", "x", negated=True),))
    draft.set_selection(chosen)
    assert chooser.range_check.isChecked()
    assert chooser.where_check.isChecked()
    assert chooser.sample_check.isChecked()
    assert (chooser.first_spin.value(), chooser.last_spin.value()) == (10, 500)
    assert chooser.sample_spin.value() == 7
    assert [form.condition for form in chooser.forms] == list(chosen.filters)
    assert draft.selection == chosen


def test_a_range_beyond_a_shorter_table_is_shown_as_it_is(
    chooser: RowChooser, draft: Draft
) -> None:
    draft.set_selection(Selection(first=10, last=500))
    draft.set_table(make_table(rows=[("1", "a", "b")] * 20))
    assert chooser.last_spin.value() == 500
    assert draft.selection == Selection(first=10, last=500)
    assert chooser.count_label.text() == "11 of 20 rows will run."


def test_how_far_counting_is_can_be_seen(
    qtbot: QtBot, chooser: RowChooser, draft: Draft, desk: FakeDesk
) -> None:
    desk.go.clear()
    draft.set_selection(Selection(filters=(RowFilter("Customer", "contains", "5"),)))
    assert chooser.count_label.text() == "Counting the rows …"
    qtbot.waitUntil(lambda: "0 of 1 looked at" in chooser.count_label.text())
    desk.go.set()
    assert counted(qtbot, chooser) == "195 of 600 rows will run."


def test_news_of_an_outdated_count_does_not_hide_the_count(
    chooser: RowChooser, draft: Draft
) -> None:
    draft.rows.progressed.emit(256, 600)
    assert chooser.count_label.text() == "All rows will run: 600 rows."


def test_of_a_job_that_was_sent_the_choice_can_only_be_read(
    chooser: RowChooser, draft: Draft
) -> None:
    draft.open(sent_job(rows=41, selection=Selection(first=10, last=50)), make_table())
    assert chooser.count_label.text() == "41 of 600 rows ran."
    assert not chooser.range_check.isEnabled()
    assert not chooser.all_button.isVisible()


def test_everything_can_be_reached_and_is_named_for_those_who_do_not_see_it(
    qtbot: QtBot, chooser: RowChooser, draft: Draft
) -> None:
    draft.set_selection(Selection(7, 3, 10, 500, (RowFilter("Message", "contains", "x"),)))
    counted(qtbot, chooser)
    stops = [
        each
        for each in chooser.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and each.objectName()
    ]
    for each in stops:
        if each.objectName().startswith("qt_"):
            continue
        said = each.text() if isinstance(each, QAbstractButton) else ""
        assert each.accessibleName() or said, each.objectName()


def test_conditions_are_reached_in_their_order(chooser: RowChooser, draft: Draft) -> None:
    draft.set_selection(
        Selection(filters=(RowFilter("Ticket", "empty"), RowFilter("Message", "longer", "3")))
    )
    chooser.where_check.setFocus()
    seen: list[str] = []
    for _ in range(8):
        chooser.focusNextChild()
        focused = chooser.focusWidget()
        assert focused is not None
        seen.append(focused.objectName())
    assert seen == [
        "condition_column_1",
        "condition_remove_1",
        "condition_test_1",
        "condition_column_2",
        "condition_remove_2",
        "condition_test_2",
        "condition_value_2",
        "rows_add_condition",
    ]


def test_another_job_brings_its_own_choice(chooser: RowChooser, draft: Draft) -> None:
    draft.set_selection(Selection(first=10))
    assert draft.job is not None
    other = replace(draft.job, id=2, selection=Selection(5, 1))
    draft.open(other, make_table())
    assert not chooser.range_check.isChecked()
    assert chooser.sample_spin.value() == 5
