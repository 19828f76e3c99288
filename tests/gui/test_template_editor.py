import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHelpEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QPlainTextEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.nearest import nearest_columns
from claude_batch_desk.gui.column_drag import column_mime
from claude_batch_desk.gui.template_editor import TemplateEditor
from claude_batch_desk.gui.theme import DARK, LIGHT, Colours, palette_of


@pytest.fixture
def editor(qtbot: QtBot) -> TemplateEditor:
    editor = TemplateEditor()
    qtbot.addWidget(editor)
    editor.set_columns(["Ticket", "Customer", "Long  {name}"])
    editor.resize(500, 200)
    with qtbot.waitExposed(editor):
        editor.show()
    return editor


@pytest.fixture
def popup(editor: TemplateEditor) -> QAbstractItemView:
    return editor.completions


def test_two_braces_offer_the_columns(editor: TemplateEditor, popup: QAbstractItemView) -> None:
    QTest.keyClicks(editor, "About {{")
    assert popup.isVisible()
    assert [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())] == [
        "Ticket",
        "Customer",
        "Long name",
    ]


def test_a_short_list_is_shown_whole(editor: TemplateEditor, popup: QAbstractItemView) -> None:
    QTest.keyClicks(editor, "{{")
    assert popup.verticalScrollBar().maximum() == 0
    assert popup.horizontalScrollBar().maximum() == 0


def test_enter_completes_the_column_that_was_begun(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.insertPlainText("😀 ")
    QTest.keyClicks(editor, "{{cust")
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert editor.toPlainText() == "😀 {{Customer}}"
    assert not popup.isVisible()
    QTest.keyClicks(editor, "!")
    assert editor.toPlainText() == "😀 {{Customer}}!"


def test_completing_inside_a_placeholder_replaces_its_rest(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.setPlainText("x {{}} y")
    cursor = editor.textCursor()
    cursor.setPosition(4)
    editor.setTextCursor(cursor)
    QTest.keyClicks(editor, "tic")
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert editor.toPlainText() == "x {{Ticket}} y"


def test_escape_closes_the_list_and_keeps_what_was_typed(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    QTest.keyClicks(editor, "{{cu")
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert editor.toPlainText() == "{{cu"


def test_an_inserted_column_can_be_undone(editor: TemplateEditor) -> None:
    QTest.keyClicks(editor, "Dear ")
    editor.insert_column("Long  {name}")
    assert editor.toPlainText() == "Dear {{Long name}}"
    assert editor.unknown() == ()
    editor.undo()
    assert editor.toPlainText() == "Dear "


def test_renaming_reaches_every_placeholder_in_one_step_of_undo(editor: TemplateEditor) -> None:
    written = "😀 {{Custmer}} {{ Custmer }} Custmer {{Ticket}}"
    editor.setPlainText(written)
    assert editor.unknown() == ("Custmer",)
    editor.rename_placeholder("Custmer", "Customer")
    assert editor.toPlainText() == "😀 {{Customer}} {{Customer}} Custmer {{Ticket}}"
    editor.undo()
    assert editor.toPlainText() == written


def test_an_unknown_column_is_underlined_and_a_known_one_is_not(editor: TemplateEditor) -> None:
    editor.setPlainText("😀 {{Ticket}} {{nope}}")
    styles = editor.document().firstBlock().layout().formats()
    marks = [each.format.underlineStyle().name for each in styles]
    assert [each.start for each in styles] == [3, 14]
    assert marks == ["NoUnderline", "WaveUnderline"]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_placeholder_is_a_chip_in_the_colours_of_the_theme(
    editor: TemplateEditor, theme: Colours
) -> None:
    editor.setPalette(palette_of(theme))
    editor.setPlainText("{{Ticket}}")
    picture = editor.viewport().grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(40)}
    assert theme.accent_soft in seen
    assert theme.error_soft not in seen


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("mesage", ("Message",)),
        ("MESSAGE", ("Message",)),
        ("custmer", ("Customer",)),
        ("customer na", ("Customer name", "Customer")),
        ("zzz", ()),
    ],
)
def test_the_nearest_columns_are_found(name: str, nearest: tuple[str, ...]) -> None:
    columns = ["Ticket", "Customer", "Message", "Customer name"]
    assert nearest_columns(name, columns, len(nearest) or 1) == nearest


def test_the_nearest_of_very_many_columns_is_still_found() -> None:
    columns = [f"Number {number}" for number in range(16_384)]
    assert nearest_columns("Message", [*columns, "Mesage"]) == ("Mesage",)


def offered(popup: QAbstractItemView) -> list[str]:
    found = popup.model()
    return [found.index(row, 0).data() for row in range(found.rowCount())]


def click_at(editor: TemplateEditor, position: int) -> None:
    cursor = editor.textCursor()
    cursor.setPosition(position)
    place = editor.cursorRect(cursor).center()
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_an_unknown_name_offers_the_nearest_and_enter_takes_it(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.setPlainText("😀 {{ Custmer }}, hello")
    click_at(editor, 9)
    assert popup.isVisible()
    assert offered(popup) == ["Customer"]
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert editor.toPlainText() == "😀 {{Customer}}, hello"
    editor.undo()
    assert editor.toPlainText() == "😀 {{ Custmer }}, hello"


def test_a_click_on_a_known_name_offers_nothing(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.setPlainText("{{Customer}} Custmer")
    for place in (5, 16):
        click_at(editor, place)
        assert not popup.isVisible()


def test_the_keys_offer_all_columns_where_none_is_near(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.setPlainText("{{zzz}}")
    QTest.keyClick(editor, Qt.Key.Key_Right)
    QTest.keyClick(editor, Qt.Key.Key_Right)
    QTest.keyClick(editor, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert offered(popup) == ["Ticket", "Customer", "Long name"]
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert editor.toPlainText() == "{{zzz}}"


def test_what_was_offered_for_one_name_does_not_narrow_the_next(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.setPlainText("{{Custmer}}")
    click_at(editor, 4)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor, " {{")
    assert offered(popup) == ["Ticket", "Customer", "Long name"]


def test_the_right_button_corrects_a_name_wherever_it_stands(editor: TemplateEditor) -> None:
    editor.set_columns(["A & B", "Ticket"])
    editor.setPlainText("{{A and B}} {{A and B}}")
    cursor = editor.textCursor()
    cursor.setPosition(4)
    menu = editor.menu_at(editor.cursorRect(cursor).center())
    first = menu.actions()[0]
    assert first.text() == "Use “A && B”"
    first.trigger()
    assert editor.toPlainText() == "{{A & B}} {{A & B}}"


def test_an_unknown_name_says_what_is_wrong_where_the_mouse_rests(editor: TemplateEditor) -> None:
    editor.setPlainText("{{Custmer}}")
    cursor = editor.textCursor()
    cursor.setPosition(4)
    place = editor.cursorRect(cursor).center()
    resting = QHelpEvent(QEvent.Type.ToolTip, place, editor.viewport().mapToGlobal(place))
    QApplication.sendEvent(editor.viewport(), resting)
    assert "No column of the table has this name" in QToolTip.text()
    QToolTip.hideText()


def test_nothing_is_offered_in_a_prompt_that_was_sent(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.setPlainText("{{Custmer}}")
    editor.setReadOnly(True)
    click_at(editor, 4)
    assert not popup.isVisible()
    assert not editor.offer_nearest()


def test_down_on_the_last_completion_stays_on_it(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    QTest.keyClicks(editor, "{{cust")
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert editor.toPlainText() == "{{Customer}}"


def test_completion_offers_the_columns_of_the_widest_table(
    editor: TemplateEditor, popup: QAbstractItemView
) -> None:
    editor.set_columns([f"Column {place}" for place in range(16_384)])
    QTest.keyClicks(editor, "{{col")
    assert popup.isVisible()


def drop(edit: QPlainTextEdit, data: QMimeData, place: QPoint) -> bool:
    """Let go of something over an editor; whether it was taken."""
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(place, actions, data, button, Qt.KeyboardModifier.NoModifier)
    target: QWidget = edit.viewport()
    QApplication.sendEvent(target, entering)
    dropping = QDropEvent(QPointF(place), actions, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, dropping)
    return entering.isAccepted()


def test_a_column_is_put_where_it_is_let_go(editor: TemplateEditor) -> None:
    QTest.keyClicks(editor, "Dear , hello.")
    cursor = editor.textCursor()
    cursor.setPosition(5)
    place = editor.cursorRect(cursor).center()
    assert drop(editor, column_mime("Customer"), place)
    assert editor.toPlainText() == "Dear {{Customer}}, hello."
    editor.undo()
    assert editor.toPlainText() == "Dear , hello."


def test_a_column_cannot_be_put_where_placeholders_mean_nothing(qtbot: QtBot) -> None:
    edit = QPlainTextEdit("Instructions")
    qtbot.addWidget(edit)
    drop(edit, column_mime("Customer"), QPoint(5, 5))
    assert edit.toPlainText() == "Instructions"


def test_a_dropped_file_is_left_to_the_window(editor: TemplateEditor) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/home/ann/table.csv")])
    assert not drop(editor, data, QPoint(5, 5))
    assert editor.toPlainText() == ""


def test_text_is_dropped_as_before(editor: TemplateEditor) -> None:
    data = QMimeData()
    data.setText("{{Ticket}}")
    drop(editor, data, QPoint(5, 5))
    assert editor.toPlainText() == "{{Ticket}}"
