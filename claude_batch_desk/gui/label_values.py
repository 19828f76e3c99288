"""The values a row can be labelled with: buttons that have a key each, or a line to write in."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.prompts.fields import SEPARATOR, OutputField
from claude_batch_desk.core.quality.gold import GoldReader, labels_of
from claude_batch_desk.gui.label_keys import NOTHING, keys_of, may_be_nothing
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button, scrolled, set_tip

_KEY = "{key}   {label}"
_ONE_COLUMN = 10
"""So many buttons stand below each other."""


class KeyButton(QPushButton):
    """A value with its key before it; cut where it does not fit, with the whole as its tip."""

    def __init__(
        self, key: str, label: str, about: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._whole = _KEY.format(key=key.upper(), label=" ".join(label.split()))
        self.setObjectName(f"label_{key}")
        self.setProperty("look", "value")
        self.setCheckable(True)
        self.setAutoDefault(False)
        # A click must not move the focus here, where Space would give the next row this value.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self._whole)
        self.setMinimumWidth(GRID * 10)
        set_tip(self, f"{label}\n{about}" if about else label)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew for the width there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - GRID * 3, GRID * 8)
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(cut.replace("&", "&&"))


class LabelValues(QWidget):
    """Tells which value the person chose, by key, by mouse or by writing it."""

    chosen = Signal(str)
    """This is right to answer; "" where nothing is."""

    def __init__(self, field: OutputField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._reader = GoldReader(field)
        keys = keys_of(field)
        self.all_have_keys = bool(keys) and len(keys) == len(labels_of(field))
        self.buttons: dict[str, KeyButton] = {}
        self._values: dict[str, str] = {}
        if self.all_have_keys:
            self._values |= keys
        if may_be_nothing(field):
            self._values[NOTHING] = ""
        self.line = QLineEdit()
        self.line.setObjectName("label_line")
        self.line.setAccessibleName(self.tr("Right answer"))
        self.line.setPlaceholderText(self.tr("Write it, then press Enter"))
        self.problem = Label("", "problem")
        self.problem.setObjectName("label_problem")
        self.problem.hide()
        self.keep_button = button(self.tr("Keep (Enter)"), "label_keep", look="primary")
        self._lay_out()
        self.line.returnPressed.connect(self.confirm)
        self.line.textEdited.connect(self._clear_problem)
        self.keep_button.clicked.connect(self.confirm)

    @property
    def are_many(self) -> bool:
        """They take two columns."""
        return len(self._values) > _ONE_COLUMN

    @property
    def several(self) -> bool:
        """Keys add and take away values, and Enter keeps them."""
        return self.field.kind == "choices" and self.all_have_keys

    def press(self, key: str) -> bool:
        """Do what a key says; False where it says nothing."""
        if key not in self.buttons:
            return False
        self.buttons[key].click()
        return True

    @Slot()
    def confirm(self) -> None:
        """Keep what was written or ticked, where it can be right."""
        if self.several:
            ticked = [self._values[key] for key, each in self.buttons.items() if each.isChecked()]
            if ticked:  # that nothing is right is said by its own key, never by a mere Enter
                self.chosen.emit(SEPARATOR.join(each for each in ticked if each))
            return
        if self.all_have_keys or not self.line.text().strip():
            return
        read = self._reader.read(self.line.text())
        if read.problem:
            self.problem.say(self._refusal(read.problem))
        else:
            self.chosen.emit(read.text)

    def show_value(self, value: str | None) -> None:
        """Show the label a row has; None for none."""
        self._clear_problem()
        parts = set(value.split(SEPARATOR)) if self.several and value else {value}
        for key, each in self.buttons.items():
            each.setChecked(self._values[key] in parts)
        self.line.setText(value or "")
        if not self.all_have_keys:
            self.line.selectAll()
            self.line.setFocus()

    def _refusal(self, problem: str) -> str:
        if problem == "outside" and self.field.kind == "score":
            told = self.tr("The scale goes from %1 to %2.").replace("%1", str(self.field.low))
            return told.replace("%2", str(self.field.high))
        if problem == "outside":
            return self.tr("This is none of the allowed values.")
        return {
            "integer": self.tr("This is no whole number."),
            "score": self.tr("This is no whole number."),
            "number": self.tr("This is no number."),
            "date": self.tr("This is no date that can be told for sure, such as 2026-01-31."),
        }.get(self.field.kind, self.tr("This cannot be read."))

    @Slot()
    def _clear_problem(self) -> None:
        self.problem.say("")

    def _press(self, key: str) -> None:
        if self.several and key != NOTHING:
            return  # ticked; Enter keeps them
        self.chosen.emit(self._values[key])

    def _buttons(self) -> QWidget:
        about = {each.value: each.description for each in self.field.choices}
        held = QWidget()
        grid = QGridLayout(held)
        grid.setContentsMargins(0, 0, SPACE, 0)
        grid.setSpacing(TIGHT)
        columns = 2 if self.are_many else 1
        lines = -(-len(self._values) // columns)
        for place, (key, value) in enumerate(self._values.items()):
            nothing = self.tr("Nothing is right to answer")
            made = KeyButton(key, value or nothing, about.get(value, ""))
            made.clicked.connect(partial(self._press, key))
            self.buttons[key] = made
            grid.addWidget(made, place % lines, place // lines)
        grid.setRowStretch(lines, 1)
        return held

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        if not self.all_have_keys:
            if labels := labels_of(self.field):
                completer = QCompleter(list(labels), self)
                completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                self.line.setCompleter(completer)
            column.addWidget(self.line)
        column.addWidget(self.problem)
        area = scrolled(self._buttons())
        area.setAccessibleName(self.tr("Values and their keys"))
        area.setVisible(bool(self.buttons))
        column.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.keep_button)
        foot.addStretch(1)
        column.addLayout(foot)
        self.keep_button.setVisible(self.several or not self.all_have_keys)
        if not self.buttons:
            column.addStretch(1)
