"""Find a text in what was written, and step through the places where it is."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QShortcut, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from claude_batch_desk.gui.theme import GRID, SPACE, colours
from claude_batch_desk.gui.widgets import IconLabel, Label, icon_button
from claude_batch_desk.gui.wording import number

_MOST = 999
"""Places that are told apart and marked; a text of one letter may have millions."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FindBar(QFrame):
    """A line that appears with Ctrl+F over these editors and searches them in their order.

    Upper and lower case are the same. Escape closes it and selects the place that was found.
    """

    shown_in = Signal(QPlainTextEdit)
    """The place found is in this editor, its cursor before it; bring it into sight."""

    def __init__(
        self, edits: Sequence[QPlainTextEdit], owner: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("find_bar")
        self.setProperty("look", "finding")
        self._edits = tuple(edits)
        self._from: QPlainTextEdit = self._edits[0]
        """Where the person was when the bar was opened."""
        self._found: list[tuple[QPlainTextEdit, QTextCursor]] = []
        self._place = 0
        self.line = QLineEdit()
        self.count_label = Label("", "caption", wrap=False)
        self.previous_button = icon_button(
            "chevron-up", "find_previous", self.tr("Place before (Shift+F3)")
        )
        self.next_button = icon_button("chevron-down", "find_next", self.tr("Next place (F3)"))
        self.close_button = icon_button("close", "find_close", self.tr("Close (Escape)"))
        self._lay_out()
        self._connect(owner)
        self.hide()

    @Slot()
    def open(self) -> None:
        """Show the line, with what is selected as what to find; not where no text is in sight."""
        if not any(edit.isVisible() for edit in self._edits):
            return
        focused = next((edit for edit in self._edits if edit.hasFocus()), None)
        self._from = focused or self._from
        chosen = self._from.textCursor().selectedText()
        self.show()
        if chosen and "\u2029" not in chosen:  # Qt's mark between paragraphs
            self.line.setText(chosen)
        self.line.selectAll()
        self.line.setFocus()
        self._search()

    @Slot()
    def close_bar(self) -> None:
        """Hide the line and go back to the text."""
        edit, cursor = self._from, self._from.textCursor()
        if self._found:
            edit, cursor = self._found[self._place]
        self._found.clear()
        self._mark()
        self.hide()
        edit.setTextCursor(cursor)
        edit.setFocus()

    @Slot()
    def find_next(self) -> None:
        """Go to the next place, from the last to the first."""
        self._step(1)

    @Slot()
    def find_previous(self) -> None:
        """Go to the place before, from the first to the last."""
        self._step(-1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the line steps on, Escape closes the bar."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _ENTER:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self._step(-1 if back else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._mark()

    @Slot()
    def _search(self) -> None:
        """Find anew, and show the first place behind where the person was."""
        self._look()
        start = self._from.textCursor().selectionStart()
        self._place = next(
            (
                place
                for place, (edit, cursor) in enumerate(self._found)
                if edit is self._from and cursor.selectionStart() >= start
            ),
            0,
        )
        self._show()

    @Slot()
    def _follow_edit(self) -> None:
        """What is found changes with the text; nobody is led away from where they write."""
        if self.isVisible():
            self._look()
            self._place = min(self._place, max(len(self._found) - 1, 0))
            self._mark()

    def _look(self) -> None:
        self._found.clear()
        wanted = self.line.text()
        for edit in self._edits if wanted else ():
            cursor = edit.document().find(wanted)
            while not cursor.isNull() and len(self._found) < _MOST:
                self._found.append((edit, QTextCursor(cursor)))
                cursor = edit.document().find(wanted, cursor)

    def _step(self, by: int) -> None:
        if self._found:
            self._place = (self._place + by) % len(self._found)
            self._show()

    def _show(self) -> None:
        self._mark()
        if self._found:
            edit, found = self._found[self._place]
            cursor = QTextCursor(found)
            cursor.setPosition(found.selectionStart())
            edit.setTextCursor(cursor)
            self.shown_in.emit(edit)

    def _mark(self) -> None:
        theme = colours(self.palette())
        other, here = QTextCharFormat(), QTextCharFormat()
        other.setBackground(QColor(theme.warning_soft))
        here.setBackground(QColor(theme.accent))
        here.setForeground(QColor(theme.on_accent))
        marks: dict[QPlainTextEdit, list[QTextEdit.ExtraSelection]]
        marks = {edit: [] for edit in self._edits}
        for place, (edit, cursor) in enumerate(self._found):
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = cursor, here if place == self._place else other
            marks[edit].append(mark)
        for edit, selections in marks.items():
            edit.setExtraSelections(selections)
        self.count_label.setText(self._count())
        for each in (self.previous_button, self.next_button):
            each.setEnabled(len(self._found) > 1)

    def _count(self) -> str:
        if not self._found:
            return self.tr("Nowhere") if self.line.text() else ""
        total = number(len(self._found)) + ("+" if len(self._found) == _MOST else "")
        words = self.tr("%1 of %2").replace("%2", total)
        return words.replace("%1", number(self._place + 1))

    def _connect(self, owner: QWidget) -> None:
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._search)
        self.previous_button.clicked.connect(self.find_previous)
        self.next_button.clicked.connect(self.find_next)
        self.close_button.clicked.connect(self.close_bar)
        for edit in self._edits:
            edit.textChanged.connect(self._follow_edit)
        keys = QKeySequence.StandardKey
        for key, act in (
            (keys.Find, self.open),
            (keys.FindNext, self.find_next),
            (keys.FindPrevious, self.find_previous),
        ):
            shortcut = QShortcut(QKeySequence(key), owner)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(act))

    def _lay_out(self) -> None:
        self.line.setObjectName("find_text")
        self.line.setPlaceholderText(self.tr("Find in the instructions and the prompt"))
        self.line.setAccessibleName(self.tr("Find in the instructions and the prompt"))
        self.line.setMaximumWidth(GRID * 48)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(IconLabel("search", colour="muted"))
        row.addWidget(self.line, 1)
        for widget in (self.count_label, self.previous_button, self.next_button):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.close_button)
