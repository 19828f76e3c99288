"""How the table was read, and the knobs to read it another way."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from claude_batch_desk.core.tables.table import Reading, ReadOptions
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.named_documents import NamedDocuments
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Label, button, set_tip

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "cp1250", "cp1251",
              "shift_jis", "gb18030", "mac_roman")  # fmt: skip
_LAST_HEADER_ROW = 1_000
_LAST_LINE = 1_048_576
_OTHER = "other"
"""Stands for a delimiter that is to be typed."""
_LINED = ("delimited", "workbook")
"""The kinds of source that have lines, one of which is the header."""
_WIDEST_BOX, _PATTERNS = GRID * 26, GRID * 21


class ReadingBar(QWidget):
    """Small boxes, each showing what holds; a change of any of them asks for a new reading.

    What is asked for differs from what holds in this one choice, and in what follows from it.
    """

    changed = Signal(object)
    """The person wants the source read with these ReadOptions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = ReadOptions()
        self._reading = Reading("")
        self._paths: tuple[str, ...] = ()
        self._pairs: dict[QWidget, QWidget] = {}
        self._wants_more: bool | None = None
        """Whether the person wants all boxes; None before there was a choice."""
        self._flow = FlowLayout(self, WIDE, SPACE)
        self.encoding = QComboBox(self)
        self.delimiter = QComboBox(self)
        self.other_delimiter = QLineEdit(self)
        self.sheet = QComboBox(self)
        self.header = QSpinBox(self)
        self.header_rows = QComboBox(self)
        self.first_row = QSpinBox(self)
        self.quote = QComboBox(self)
        self.include, self.exclude = QLineEdit(self), QLineEdit(self)
        self.documents = NamedDocuments(self)
        self.guess = Label(self.tr("guessed"), "caption", wrap=False)
        self.more_button = button(self.tr("More"), "data_more_reading", look="link")
        self._fill()
        self._lay_out()
        self._connect()

    @property
    def options(self) -> ReadOptions:
        """How the table is read, or is to be read."""
        return self._options

    def show_reading(
        self, reading: Reading, columns: Sequence[str] = (), paths: Sequence[str] = ()
    ) -> None:
        """Show how a table with these columns was read; `paths` are those that look like such."""
        blockers = [QSignalBlocker(box) for box in self._pairs]
        self._options, self._reading, self._paths = reading.options, reading, tuple(paths)
        self._show_text(reading)
        self._show_sheets(reading)
        self.header.setValue(reading.header_row)
        self.header_rows.setCurrentIndex(self.header_rows.findData(reading.header_rows))
        self.header_rows.setEnabled(reading.header_row > 0)
        self.first_row.setValue(reading.first_row)
        self.guess.setVisible(reading.encoding_is_guess)
        unusual = reading.header_rows > 1 or reading.first_row > 0 or reading.quote == "'"
        self.more_button.setChecked(unusual if self._wants_more is None else self._wants_more)
        _show_patterns(self.include, reading.include)
        _show_patterns(self.exclude, reading.exclude)
        self.documents.show_documents(
            columns, paths, reading.document_column, reading.document_folder
        )
        self._show_boxes()
        del blockers

    def _show_text(self, reading: Reading) -> None:
        self._choose(self.encoding, reading.encoding, _ENCODINGS)
        self.encoding.addItem(self.tr("Find out"), "")
        known = self.delimiter.findData(reading.delimiter) >= 0
        place = self.delimiter.findData(reading.delimiter if known else _OTHER)
        self.delimiter.setCurrentIndex(place)
        self.other_delimiter.setText("" if known else reading.delimiter)
        self.other_delimiter.setHidden(known)
        self.quote.setCurrentIndex(self.quote.findData(reading.quote))

    def _show_sheets(self, reading: Reading) -> None:
        self.sheet.clear()
        for name in reading.sheets:
            self.sheet.addItem(name, name)
        for name in reading.hidden_sheets:
            self.sheet.addItem(self.tr("%1 (hidden)").replace("%1", name), name)
        if self.sheet.findData(reading.sheet) < 0:
            self.sheet.addItem(reading.sheet, reading.sheet)
        self.sheet.setCurrentIndex(self.sheet.findData(reading.sheet))

    @Slot()
    def _show_boxes(self) -> None:
        """Only those that make sense for what was read."""
        reading = self._reading
        delimited, lined = reading.kind == "delimited", reading.kind in _LINED
        folder, more = reading.kind == "folder", self.more_button.isChecked()
        named = more or bool(self._paths or reading.document_column)
        shown = {
            self.encoding: delimited or reading.kind == "json",
            self.delimiter: delimited and bool(reading.delimiter),
            self.sheet: len(reading.sheets) + len(reading.hidden_sheets) > 1,
            self.header: lined,
            self.header_rows: lined and more,
            self.first_row: lined and more,
            self.quote: delimited and more,
            self.include: folder,
            self.exclude: folder,
            self.documents: named and not folder,
        }
        for box, visible in shown.items():
            self._pairs[box].setVisible(visible)
        self.more_button.setVisible(not folder)
        self.more_button.setText(self.tr("Less") if more else self.tr("More"))

    @staticmethod
    def _choose(box: QComboBox, value: str, known: tuple[str, ...]) -> None:
        box.clear()
        for each in dict.fromkeys((*known, value) if value else known):
            box.addItem(each, each)
        box.setCurrentIndex(box.findData(value))

    # What the person changes

    @Slot(bool)
    def _want_more(self, more: bool) -> None:
        self._wants_more = more

    def _ask(self, options: ReadOptions) -> None:
        if options == self._options:
            self._show_text(self._reading)  # what was chosen is what holds, perhaps in other words
        else:
            self._options = options
            self.changed.emit(options)

    @Slot()
    def _take_encoding(self) -> None:
        self._ask(replace(self._options, encoding=self.encoding.currentData()))

    @Slot()
    def _take_delimiter(self) -> None:
        chosen = self.delimiter.currentData()
        self.other_delimiter.setVisible(chosen == _OTHER)
        if chosen == _OTHER:
            self.other_delimiter.setFocus()
            chosen = self.other_delimiter.text()
        if chosen:
            self._ask(replace(self._options, delimiter=chosen))

    @Slot()
    def _take_quote(self) -> None:
        self._ask(replace(self._options, quote=self.quote.currentData()))

    @Slot()
    def _take_sheet(self) -> None:
        """Another sheet has a header of its own."""
        self._ask(
            replace(
                self._options,
                sheet=self.sheet.currentData(),
                header_row=None,
                header_rows=None,
                first_row=None,
            )
        )

    @Slot(int)
    def _take_header(self, line: int) -> None:
        """Below another header the rows begin elsewhere."""
        self._ask(replace(self._options, header_row=line, first_row=None))

    @Slot()
    def _take_header_rows(self) -> None:
        self._ask(
            replace(self._options, header_rows=self.header_rows.currentData(), first_row=None)
        )

    @Slot(int)
    def _take_first_row(self, line: int) -> None:
        self._ask(replace(self._options, first_row=line))

    @Slot()
    def _take_patterns(self) -> None:
        for edit in (self.include, self.exclude):
            edit.setModified(False)
        self._ask(
            replace(self._options, include=_patterns(self.include), exclude=_patterns(self.exclude))
        )

    @Slot(str, str)
    def _take_documents(self, column: str, folder: str) -> None:
        self._ask(replace(self._options, document_column=column, document_folder=folder))

    def _connect(self) -> None:
        self.encoding.activated.connect(self._take_encoding)
        self.delimiter.activated.connect(self._take_delimiter)
        self.other_delimiter.editingFinished.connect(self._take_delimiter)
        self.quote.activated.connect(self._take_quote)
        self.sheet.activated.connect(self._take_sheet)
        self.header.valueChanged.connect(self._take_header)
        self.header_rows.activated.connect(self._take_header_rows)
        self.first_row.valueChanged.connect(self._take_first_row)
        self.include.editingFinished.connect(self._take_patterns)
        self.exclude.editingFinished.connect(self._take_patterns)
        self.documents.chosen.connect(self._take_documents)
        self.more_button.clicked.connect(self._want_more)
        self.more_button.toggled.connect(self._show_boxes)

    # How it looks

    def _fill(self) -> None:
        self._add_all(
            self.delimiter,
            {
                ",": self.tr("Comma"),
                ";": self.tr("Semicolon"),
                "\t": self.tr("Tab"),
                "|": self.tr("Bar"),
                " ": self.tr("Space"),
                _OTHER: self.tr("Other…"),
            },
        )
        self._add_all(
            self.quote,
            {'"': self.tr('Double (")'), "'": self.tr("Single (')"), "": self.tr("None")},
        )
        self.header_rows.addItem(self.tr("1 row"), 1)
        self.header_rows.addItem(self.tr("2 rows"), 2)
        self.header.setRange(0, _LAST_HEADER_ROW)
        self.header.setSpecialValueText(self.tr("none"))
        self.header.setKeyboardTracking(False)
        self.first_row.setRange(0, _LAST_LINE)
        self.first_row.setSpecialValueText(self.tr("next"))
        self.first_row.setKeyboardTracking(False)
        self.other_delimiter.setObjectName("data_other_delimiter")
        self.other_delimiter.setAccessibleName(self.tr("Character between the columns"))
        self.other_delimiter.setMaxLength(1)
        self.other_delimiter.setFixedWidth(GRID * 5)
        self.sheet.setMaximumWidth(_WIDEST_BOX)
        self.include.setPlaceholderText(self.tr("all, or *.pdf, letters/*"))
        self.exclude.setPlaceholderText(self.tr("none, or draft*, old/*"))
        for edit in (self.include, self.exclude):
            edit.setFixedWidth(_PATTERNS)
        self.more_button.setCheckable(True)
        set_tip(
            self.more_button,
            self.tr("Rows of the header, first row, quotation marks, documents named by a column"),
        )

    @staticmethod
    def _add_all(box: QComboBox, choices: dict[str, str]) -> None:
        for value, words in choices.items():
            box.addItem(words, value)

    def _lay_out(self) -> None:
        self._add(self.tr("Encoding"), self.encoding, "data_encoding", self.guess)
        self._add(self.tr("Separator"), self.delimiter, "data_delimiter", self.other_delimiter)
        self._add(self.tr("Sheet"), self.sheet, "data_sheet")
        self._add(self.tr("Header row"), self.header, "data_header")
        self._add(self.tr("Header takes"), self.header_rows, "data_header_rows")
        self._add(self.tr("First row"), self.first_row, "data_first_row")
        self._add(self.tr("Quotes"), self.quote, "data_quote")
        self._add(self.tr("Only files like"), self.include, "data_include")
        self._add(self.tr("but not"), self.exclude, "data_exclude")
        self._pairs[self.documents] = self.documents
        self._flow.addWidget(self.documents)
        self._flow.addWidget(self.more_button)

    def _add(self, words: str, box: QWidget, name: str, *beside: QWidget) -> None:
        label = Label(words, "caption", wrap=False)
        label.setBuddy(box)
        box.setObjectName(name)
        box.setAccessibleName(words)
        pair = QWidget(self)
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for widget in (label, box, *beside):
            row.addWidget(widget)
        self._pairs[box] = pair
        self._flow.addWidget(pair)


def _show_patterns(edit: QLineEdit, patterns: Sequence[str]) -> None:
    """Show these, but not over what the person is just writing while a folder is read."""
    if not (edit.hasFocus() and edit.isModified()):
        edit.setText(", ".join(patterns))


def _patterns(edit: QLineEdit) -> tuple[str, ...]:
    """The patterns a person wrote, with commas or semicolons between them."""
    parts = edit.text().replace(";", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())
