"""One answer column as a small form."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.prompts.fields import (
    COMPANIONS,
    FIELD_KINDS,
    Choice,
    FieldKind,
    OutputField,
)
from claude_batch_desk.gui.choices_table import ChoicesTable
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.scale_form import ScaleForm
from claude_batch_desk.gui.theme import SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import Label, button, icon_button, set_look, set_tip

READ_OUT: frozenset[FieldKind] = frozenset({"text", "long_text", "integer", "number", "date"})
"""Values that stand in a row or do not; what is judged about one can always be answered."""


class KindCombo(QComboBox):
    """Tells a choice out of its open list from one that the arrow keys only pass by."""

    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._closing = False
        self.activated.connect(self._tell)

    def hidePopup(self) -> None:
        """What is activated in this turn of events was chosen in the list."""
        super().hidePopup()
        self._closing = True
        QTimer.singleShot(0, self, self._rest)

    @Slot()
    def _rest(self) -> None:
        self._closing = False

    @Slot()
    def _tell(self) -> None:
        if self._closing:
            self.picked.emit()


class FieldCard(QFrame):
    """Name, type, allowed values and explanation of one answer column.

    The object names end in the number of the card, from 1, so that each can be found.
    """

    changed = Signal()
    moved = Signal(int)
    """-1 for up, 1 for down."""
    removed = Signal()
    values_wanted = Signal(str)
    """The allowed values are to be those of this column of the table."""
    entered = Signal()
    """Enter was pressed behind the name, which is there: on to another answer column."""
    sight_wanted = Signal(QWidget)
    """This part of the card came up and is to be filled in."""

    def __init__(
        self, field: OutputField, parent: QWidget | None = None, *, fresh: bool = False
    ) -> None:
        """A `fresh` one may be left empty or not as fits its type, until the person says which."""
        super().__init__(parent)
        self.setProperty("look", "card")
        self._begun = False
        self._emptiness_follows = fresh
        self.name_edit = QLineEdit(field.name)
        self.kind_combo = KindCombo()
        self.choices_table = ChoicesTable(field.choices)
        self.take_button = button(self.tr("Take the values of a column"), "", look="link")
        self.scale_form = ScaleForm(field.low, field.high)
        self.description_edit = QLineEdit(field.description)
        self.unknown_check = QCheckBox(self.tr("May be left empty when the row does not say"))
        self.unknown_check.setChecked(field.may_be_unknown)
        self.up_button = icon_button("chevron-up", "", self.tr("Move up"))
        self.down_button = icon_button("chevron-down", "", self.tr("Move down"))
        self.remove_button = icon_button("trash", "", self.tr("Remove this answer column"))
        self.problem_label = Label("", "problem")
        words = {
            "reason": self.tr("With a reason"),
            "quote": self.tr("With a quote from the source"),
            "confidence": self.tr("With its confidence"),
        }
        self.companion_checks = {each: QCheckBox(words[each]) for each in COMPANIONS}
        for companion, check in self.companion_checks.items():
            check.setChecked(companion in field.companions)
        self._fill_kinds(field)
        self._describe()
        self._lay_out()
        self._connect()
        self.set_columns(())
        self._show_kind()

    def field(self) -> OutputField:
        """The answer column as it is written now; it may not be usable yet."""
        kind, (low, high) = self._kind(), self.scale_form.ends()
        if kind != "score":
            low, high = OutputField.low, OutputField.high
        return OutputField(
            name=self.name_edit.text().strip(),
            kind=kind,
            choices=self.choices_table.choices() if self._of_a_list() else (),
            description=self.description_edit.text().strip(),
            may_be_unknown=self.unknown_check.isChecked(),
            low=low,
            high=high,
            companions=tuple(
                each for each, check in self.companion_checks.items() if check.isChecked()
            ),
        )

    def set_columns(self, columns: Sequence[str]) -> None:
        """The columns of the table whose values can become the allowed ones."""
        menu = QMenu(self.take_button)
        for column in columns:
            action = menu.addAction(column.replace("&", "&&"))
            action.setData(column)
        menu.triggered.connect(lambda action: self.values_wanted.emit(action.data()))
        self.take_button.setMenu(menu)
        self.take_button.setEnabled(bool(columns))

    def take_values(self, values: Sequence[str]) -> None:
        """Allow these values; what is written of one that stays, stays."""
        known = {choice.value.casefold(): choice for choice in self.choices_table.choices()}
        self.choices_table.set_choices(
            known.get(value.casefold(), Choice(value)) for value in values
        )
        self.changed.emit()

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
            self.choices_table,
            self.take_button,
            *self.scale_form.stops(),
            self.description_edit,
            self.unknown_check,
            *self.companion_checks.values(),
        )

    def set_place(self, number: int, count: int) -> None:
        """Which of how many cards this is, counted from 1."""
        for widget, name in (
            (self.name_edit, "field_name_"),
            (self.kind_combo, "field_kind_"),
            (self.choices_table, "field_choices_"),
            (self.take_button, "field_take_values_"),
            *((check, f"field_{each}_") for each, check in self.companion_checks.items()),
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
            "long_text": self.tr("Long text"),
            "choice": self.tr("One of a list"),
            "choices": self.tr("Several of a list"),
            "integer": self.tr("Whole number"),
            "number": self.tr("Number"),
            "boolean": self.tr("Yes / no"),
            "date": self.tr("Date"),
            "score": self.tr("Score on a scale"),
        }
        for kind in FIELD_KINDS:
            self.kind_combo.addItem(words[kind])
        self.kind_combo.setCurrentIndex(FIELD_KINDS.index(field.kind))

    def _describe(self) -> None:
        self.name_edit.setPlaceholderText(self.tr("Column name, such as Category"))
        self.name_edit.setCursorPosition(0)
        self.name_edit.setAccessibleName(self.tr("Name of the answer column"))
        self.kind_combo.setAccessibleName(self.tr("Type of the answer column"))
        set_tip(
            self.take_button, self.tr("Each different value of the column becomes an allowed one")
        )
        set_tip(
            self.companion_checks["reason"],
            self.tr("A sentence in a column of its own, thought of before the value"),
        )
        set_tip(
            self.companion_checks["quote"],
            self.tr("In a column of its own. A quote that is not in the row is marked for review"),
        )
        set_tip(
            self.companion_checks["confidence"],
            self.tr("Low, medium or high, in a column of its own"),
        )
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
        for tool in (self.up_button, self.down_button, self.remove_button):
            tools.addWidget(tool)
        first.addLayout(tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(TIGHT)
        layout.addLayout(first)
        for widget in (
            self.description_edit,
            self.choices_table,
            self.take_button,
            self.scale_form,
            self.unknown_check,
        ):
            layout.addWidget(widget)
        layout.setAlignment(self.take_button, Qt.AlignmentFlag.AlignLeft)
        beside = FlowLayout(spacing=WIDE, lines=TIGHT)
        for check in self.companion_checks.values():
            beside.addWidget(check)
        layout.addLayout(beside)
        layout.addWidget(self.problem_label)

    def _connect(self) -> None:
        self.name_edit.textChanged.connect(self.changed)
        self.name_edit.returnPressed.connect(self._go_on)
        self.name_edit.editingFinished.connect(self._begin)
        self.kind_combo.currentIndexChanged.connect(self._take_kind)
        self.kind_combo.picked.connect(self._go_to_list)
        self.choices_table.changed.connect(self.changed)
        self.scale_form.changed.connect(self.changed)
        for check in self.companion_checks.values():
            check.toggled.connect(self.changed)
        self.description_edit.textChanged.connect(self.changed)
        self.unknown_check.toggled.connect(self.changed)
        self.unknown_check.clicked.connect(self._settle_emptiness)
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

    def _kind(self) -> FieldKind:
        return FIELD_KINDS[self.kind_combo.currentIndex()]

    @Slot()
    def _go_on(self) -> None:
        if self.name_edit.text().strip():
            self.entered.emit()

    @Slot()
    def _settle_emptiness(self) -> None:
        self._emptiness_follows = False

    @Slot()
    def _take_kind(self) -> None:
        self._show_kind()
        if self._emptiness_follows:
            self.unknown_check.setChecked(self._kind() in READ_OUT)
        self.changed.emit()
        if self._of_a_list():
            self.sight_wanted.emit(self.choices_table)

    @Slot()
    def _go_to_list(self) -> None:
        """The allowed values are what is to be written or pasted next."""
        if self._of_a_list() and not self.choices_table.choices():
            self.choices_table.setCurrentCell(0, 0)
            self.choices_table.setFocus()

    def _of_a_list(self) -> bool:
        return self._kind() in ("choice", "choices")

    def _show_kind(self) -> None:
        self.choices_table.setVisible(self._of_a_list())
        self.take_button.setVisible(self._of_a_list())
        self.scale_form.setVisible(self._kind() == "score")
