"""One answer column as a small form."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.prompts.fields import FIELD_KINDS, OutputField
from claude_batch_desk.gui.text_boxes import GrowingHeight
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, icon_button, set_look

_CHOICE_LINES = (3, 10)


class FieldCard(QFrame):
    """Name, type, allowed values and explanation of one answer column.

    The object names end in the number of the card, from 1, so that each can be found.
    """

    changed = Signal()
    moved = Signal(int)
    """-1 for up, 1 for down."""
    removed = Signal()

    def __init__(self, field: OutputField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._begun = False
        self.name_edit = QLineEdit(field.name)
        self.kind_combo = QComboBox()
        self.choices_edit = QPlainTextEdit("\n".join(field.choices))
        self.description_edit = QLineEdit(field.description)
        self.unknown_check = QCheckBox(self.tr("May be left empty when the row does not say"))
        self.unknown_check.setChecked(field.may_be_unknown)
        self.up_button = icon_button("chevron-up", "", self.tr("Move up"))
        self.down_button = icon_button("chevron-down", "", self.tr("Move down"))
        self.remove_button = icon_button("trash", "", self.tr("Remove this answer column"))
        self.problem_label = Label("", "problem")
        self._choices_label = Label(self.tr("Allowed values, one per line"), "caption")
        self._fill_kinds(field)
        self._describe()
        self._lay_out()
        self._connect()
        self._show_choices()

    def field(self) -> OutputField:
        """The answer column as it is written now; it may not be usable yet."""
        kind = FIELD_KINDS[self.kind_combo.currentIndex()]
        lines = (line.strip() for line in self.choices_edit.toPlainText().splitlines())
        return OutputField(
            name=self.name_edit.text().strip(),
            kind=kind,
            choices=tuple(line for line in lines if line) if kind == "choice" else (),
            description=self.description_edit.text().strip(),
            may_be_unknown=self.unknown_check.isChecked(),
        )

    @property
    def begun(self) -> bool:
        """Its name was written, or left empty by going on to something else."""
        return self._begun or bool(self.name_edit.text())

    def show_problem(self, problem: str) -> None:
        """Say below the field what is wrong with it; "" when nothing is."""
        self.problem_label.say(problem)
        set_look(self.name_edit, "wrong", bool(problem))

    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, from the top."""
        return (
            self.name_edit,
            self.kind_combo,
            self.up_button,
            self.down_button,
            self.remove_button,
            self.choices_edit,
            self.description_edit,
            self.unknown_check,
        )

    def set_place(self, number: int, count: int) -> None:
        """Which of how many cards this is, counted from 1."""
        for widget, name in (
            (self.name_edit, "field_name_"),
            (self.kind_combo, "field_kind_"),
            (self.choices_edit, "field_choices_"),
            (self.description_edit, "field_description_"),
            (self.unknown_check, "field_may_be_unknown_"),
            (self.up_button, "field_up_"),
            (self.down_button, "field_down_"),
            (self.remove_button, "field_remove_"),
            (self.problem_label, "field_problem_"),
        ):
            widget.setObjectName(f"{name}{number}")
        self.up_button.setEnabled(number > 1)
        self.down_button.setEnabled(number < count)

    def _fill_kinds(self, field: OutputField) -> None:
        words = {
            "text": self.tr("Text"),
            "choice": self.tr("One of a list"),
            "number": self.tr("Number"),
            "boolean": self.tr("Yes / no"),
        }
        for kind in FIELD_KINDS:
            self.kind_combo.addItem(words[kind])
        self.kind_combo.setCurrentIndex(FIELD_KINDS.index(field.kind))

    def _describe(self) -> None:
        self.name_edit.setPlaceholderText(self.tr("Column name, such as Category"))
        self.name_edit.setCursorPosition(0)
        self.name_edit.setAccessibleName(self.tr("Name of the answer column"))
        self.kind_combo.setAccessibleName(self.tr("Type of the answer column"))
        self.choices_edit.setAccessibleName(self.tr("Allowed values, one per line"))
        self.choices_edit.setTabChangesFocus(True)
        GrowingHeight(self.choices_edit, *_CHOICE_LINES)
        self.description_edit.setPlaceholderText(self.tr("What it holds, in a sentence (optional)"))
        self.description_edit.setCursorPosition(0)
        self.description_edit.setAccessibleName(self.tr("What the answer column holds"))
        self.problem_label.hide()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(SPACE)
        first.addWidget(self.name_edit, 3)
        first.addWidget(self.kind_combo, 2)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for button in (self.up_button, self.down_button, self.remove_button):
            tools.addWidget(button)
        first.addLayout(tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(TIGHT)
        layout.addLayout(first)
        for widget in (
            self._choices_label,
            self.choices_edit,
            self.description_edit,
            self.unknown_check,
            self.problem_label,
        ):
            layout.addWidget(widget)

    def _connect(self) -> None:
        self.name_edit.textChanged.connect(self.changed)
        self.name_edit.editingFinished.connect(self._begin)
        self.kind_combo.currentIndexChanged.connect(self._show_choices)
        self.kind_combo.currentIndexChanged.connect(self.changed)
        self.choices_edit.textChanged.connect(self.changed)
        self.description_edit.textChanged.connect(self.changed)
        self.unknown_check.toggled.connect(self.changed)
        self.up_button.clicked.connect(self._move_up)
        self.down_button.clicked.connect(self._move_down)
        self.remove_button.clicked.connect(self.removed)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.changed.emit()

    def _move_up(self) -> None:
        self.moved.emit(-1)

    def _move_down(self) -> None:
        self.moved.emit(1)

    def _show_choices(self) -> None:
        of_a_list = FIELD_KINDS[self.kind_combo.currentIndex()] == "choice"
        self._choices_label.setVisible(of_a_list)
        self.choices_edit.setVisible(of_a_list)
