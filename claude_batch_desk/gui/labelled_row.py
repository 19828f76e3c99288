"""What there is to read of a row while it is labelled, and what the model answered."""

from PySide6.QtCore import QEvent, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.quality.labelling import RowText
from claude_batch_desk.core.jobs.quality.verbs import Compared
from claude_batch_desk.core.prompts.example import Filled
from claude_batch_desk.gui.text_boxes import MOST_SHOWN, TextView
from claude_batch_desk.gui.theme import SPACE, colours
from claude_batch_desk.gui.widgets import Chip, ElidedLabel, Label, button
from claude_batch_desk.gui.wording import outcome_word, row_words


class RowView(TextView):
    """The cells of a row below each other, those of the prompt first, with their names."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, "", parent)
        self.setAccessibleName(self.tr("The row"))
        self._shown: RowText | None = None

    def show_row(self, text: RowText | None) -> None:
        """Show this row from its beginning; None shows nothing."""
        self._shown = text
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            self._write()

    def _write(self) -> None:
        self.clear()
        if self._shown is None:
            return
        cursor = self.textCursor()
        row = self._shown
        for each in row.named:
            self._add(cursor, each, muted=False)
        if row.document:
            text = row.document_text or self.tr("There is no text in this document to show here.")
            self._add(cursor, Filled(row.document, text), muted=False)
        for each in row.others:
            self._add(cursor, each, muted=True)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _add(self, cursor: QTextCursor, cell: Filled, *, muted: bool) -> None:
        theme = colours(self.palette())
        head, body = QTextCharFormat(), QTextCharFormat()
        head.setForeground(QColor(theme.muted))
        head.setFontWeight(600)
        body.setForeground(QColor(theme.muted if muted else theme.text))
        text = cell.text if len(cell.text) <= MOST_SHOWN else f"{cell.text[:MOST_SHOWN]} …"
        start = "\n\n" if cursor.position() else ""
        cursor.insertText(f"{start}{cell.name}\n", head)
        cursor.insertText(text or "–", body)


def above_row(table: QWidget, text: RowView) -> QSplitter:
    """A table of rows, and below it the one the person is on; how high each is, is the person's."""
    halves = QSplitter(Qt.Orientation.Vertical)
    halves.setChildrenCollapsible(False)
    halves.setHandleWidth(SPACE)
    halves.addWidget(table)
    halves.addWidget(text)
    halves.setStretchFactor(0, 3)
    halves.setStretchFactor(1, 2)
    return halves


class LabelledRow(QWidget):
    """A row, and below it the model's answer where it may be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", "strong", wrap=False)
        self.title.setObjectName("label_row")
        self.paid = Chip(self.tr("Has an answer: counts at once"), "good", "check")
        self.done = Chip(self.tr("Labelled"), "accent", "check")
        self.text = RowView("label_text")
        self.answer = ElidedLabel("", "muted")
        self.answer.setObjectName("label_answer")
        self.open_button = button(
            self.tr("Open the document (Ctrl+O)"), "label_open_document", look="link"
        )
        self.open_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.open_button.clicked.connect(self.open_document)
        self._row: RowText | None = None
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        for each in (self.title, self.paid, self.done):
            head.addWidget(each)
        head.addStretch(1)
        head.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        column.addWidget(self.answer)

    def show_row(self, number: int, found: Compared | None, *, paid: bool, labelled: bool) -> None:
        """Show a row; None while it is still being read."""
        self.title.setText(row_words(number))
        self.paid.setVisible(paid)
        self.done.setVisible(labelled)
        self.text.show_row(found.text if found else None)
        self._row = found.text if found else None
        has_document = self._row is not None and self._row.document_path is not None
        self.open_button.setVisible(has_document)

    @Slot()
    def open_document(self) -> None:
        """Show the frozen copy of the document with the program that the system has for it."""
        if self._row is not None and self._row.document_path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._row.document_path)))

    def show_answer(self, found: Compared | None, *, hidden: bool) -> None:
        """Say what the model answered, or that this is hidden so that it sways nobody."""
        if found is None or found.outcome == "waiting":
            self.answer.set_whole(self.tr("The model was not asked about this row yet."))
        elif hidden:
            self.answer.set_whole(self.tr("The model's answer is hidden until you have labelled."))
        else:
            given = found.given or outcome_word(found.outcome)
            self.answer.set_whole(self.tr("The model answered: %1").replace("%1", given))
