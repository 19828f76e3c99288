"""Editors for the cells of answers: a list where values are from one, else a line of text."""

from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from claude_batch_desk.core.prompts.fields import AnswerColumn
from claude_batch_desk.gui.meaning_box import allowed_in

COLUMN_ROLE = Qt.ItemDataRole.UserRole + 1
"""The AnswerColumn of a cell that can be corrected; None for free text."""
_Index = QModelIndex | QPersistentModelIndex
_DOWN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ValueList(QComboBox):
    """A list in a cell. Letters look for a value, and only Return or a click settles on one."""

    settled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._typing = False
        self.activated.connect(self._settle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The first letter may find another value than the first three do."""
        self._typing = True
        super().keyPressEvent(event)
        self._typing = False

    @Slot()
    def _settle(self) -> None:
        if not self._typing:
            self.settled.emit()


class CellEditors(QStyledItemDelegate):
    """Return goes on to the cell below, as in a spreadsheet, and Tab to the one beside."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """A list to choose from by its first letters, or a line."""
        column = index.data(COLUMN_ROLE)
        allowed = allowed_in(column) if isinstance(column, AnswerColumn) else ()
        if not allowed:
            line = QLineEdit(parent)
            line.setProperty("look", "cell")
            return line
        combo = ValueList(parent)
        combo.setProperty("look", "cell")
        if isinstance(column, AnswerColumn) and column.field.may_be_unknown:
            combo.addItem("")
        combo.addItems(list(allowed))
        combo.settled.connect(lambda: self._commit(combo, down=False))
        return combo

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """Cover the cell, and nothing beside it."""
        editor.setGeometry(option.rect)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """What stands in the cell."""
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findText(text))
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Write what was chosen or typed."""
        text = editor.currentText() if isinstance(editor, QComboBox) else None
        if isinstance(editor, QLineEdit):
            text = editor.text()
        if text is not None:
            model.setData(index, text, Qt.ItemDataRole.EditRole)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Hear Return before the editor does, or the table where no cell is open."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and cast("QKeyEvent", event).key() in _DOWN:
            if editor is self._view:
                self._go_down()
            else:
                self._commit(cast("QWidget", editor), down=True)
            return True
        return False if editor is self._view else super().eventFilter(editor, event)

    def _commit(self, editor: QWidget, *, down: bool) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        if down:
            self._go_down()

    def _go_down(self) -> None:
        current = self._view.currentIndex()
        below = current.siblingAtRow(current.row() + 1)
        if below.isValid():
            self._view.setCurrentIndex(below)


def make_editable(view: QTableView) -> None:
    """Let cells be written over: by typing, F2 or a double click."""
    triggers = QAbstractItemView.EditTrigger
    view.setItemDelegate(CellEditors(view))
    view.setEditTriggers(triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked)
