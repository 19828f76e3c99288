"""How the table was read, and the knobs to read it another way."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from claude_batch_desk.core.tables.table import Reading, ReadOptions
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.widgets import Label

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "cp1250", "cp1251",
              "shift_jis", "gb18030", "mac_roman")  # fmt: skip
_LAST_HEADER_ROW = 1_000


class ReadingBar(QWidget):
    """Small boxes, each showing what holds; a change of any of them asks for a new reading."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.encoding = QComboBox(self)
        self.delimiter = QComboBox(self)
        self.sheet = QComboBox(self)
        self.header = QSpinBox(self)
        self._guess = Label(self.tr("guessed"), "caption", wrap=False)
        self._pairs: dict[QWidget, QWidget] = {}
        self._flow = FlowLayout(self, WIDE)
        self._add(self.tr("Encoding"), self.encoding, "data_encoding")
        self._add(self.tr("Separator"), self.delimiter, "data_delimiter")
        self._add(self.tr("Sheet"), self.sheet, "data_sheet")
        self._add(self.tr("Header row"), self.header, "data_header")
        for value, words in (
            (",", self.tr("Comma")),
            (";", self.tr("Semicolon")),
            ("\t", self.tr("Tab")),
            ("|", self.tr("Bar")),
        ):
            self.delimiter.addItem(words, value)
        self.header.setRange(0, _LAST_HEADER_ROW)
        self.header.setSpecialValueText(self.tr("none"))
        self.header.setKeyboardTracking(False)
        self.encoding.activated.connect(self._tell)
        self.delimiter.activated.connect(self._tell)
        self.sheet.activated.connect(self._tell)
        self.header.valueChanged.connect(self._tell)

    def _add(self, words: str, box: QWidget, name: str) -> None:
        label = Label(words, "caption", wrap=False)
        label.setBuddy(box)
        box.setObjectName(name)
        box.setAccessibleName(words)
        pair = QWidget(self)
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(box)
        if box is self.encoding:
            row.addWidget(self._guess)
        self._pairs[box] = pair
        self._flow.addWidget(pair)

    def show_reading(self, reading: Reading) -> None:
        """Show how a table was read."""
        blockers = [QSignalBlocker(box) for box in self._pairs]
        text = reading.kind == "delimited"
        self._choose(self.encoding, reading.encoding, _ENCODINGS)
        if self.delimiter.findData(reading.delimiter) < 0 and reading.delimiter:
            self.delimiter.addItem(reading.delimiter, reading.delimiter)
        self.delimiter.setCurrentIndex(self.delimiter.findData(reading.delimiter))
        self._choose(self.sheet, reading.sheet, reading.sheets)
        self.header.setValue(reading.header_row)
        shown = {
            self.encoding: text,
            self.delimiter: text and bool(reading.delimiter),
            self.sheet: len(reading.sheets) > 1,
        }
        for box, visible in shown.items():
            self._pairs[box].setVisible(visible)
        self._guess.setVisible(text and reading.encoding_is_guess)
        del blockers

    def options(self) -> ReadOptions:
        """How the person wants the source read."""
        return ReadOptions(
            encoding=""
            if self._pairs[self.encoding].isHidden()
            else self.encoding.currentData() or "",
            delimiter=""
            if self._pairs[self.delimiter].isHidden()
            else self.delimiter.currentData() or "",
            sheet=self.sheet.currentData() or "",
            header_row=self.header.value(),
        )

    @staticmethod
    def _choose(box: QComboBox, value: str, known: tuple[str, ...]) -> None:
        box.clear()
        for each in dict.fromkeys((*known, value) if value else known):
            box.addItem(each, each)
        box.setCurrentIndex(box.findData(value))

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
