"""The answer columns wanted back, as a list of small forms."""

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import (
    MAX_FIELDS,
    MAX_UNIONS,
    OutputField,
    check_fields,
)
from claude_batch_desk.gui.asked_view import AskedView
from claude_batch_desk.gui.field_card import FieldCard
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label, button, set_tip, tab_through


class FieldsForm(QWidget):
    """Add, change, move and remove answer columns; what cannot be asked for is said at its place.

    `changed` tells of every edit, also of one that leaves a field unusable for the moment.
    """

    changed = Signal()
    values_wanted = Signal(FieldCard, str)
    """The allowed values of this card are to be those of this column of the table."""
    sight_wanted = Signal(QWidget)
    """This part of the form is to be filled in next and wants to be in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[FieldCard] = []
        self._columns: tuple[str, ...] = ()
        self.asked = AskedView()
        self.none_label = Label(
            self.tr("No answer columns yet: each answer comes back as one column of free text."),
            "muted",
        )
        self.add_button = button(self.tr("Add an answer column"), "add_field", icon_name="plus")
        self.add_button.clicked.connect(self._add)
        self.names_edit = QLineEdit()
        self.names_edit.setObjectName("new_field_name")
        self.names_edit.setPlaceholderText(self.tr("Name of a column, then Enter"))
        self.names_edit.setAccessibleName(self.tr("Name of another answer column"))
        set_tip(
            self.names_edit,
            self.tr("Write one name after the other, or paste the headers of a spreadsheet"),
        )
        self.names_edit.returnPressed.connect(self._add_named)
        self.names_edit.editingFinished.connect(self._take_names)  # nobody else asks for Enter
        # A click would take the names by taking the focus, and then add one without a name.
        self.add_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.none_label)
        layout.addLayout(self._list)
        more = QHBoxLayout()
        more.setSpacing(SPACE)
        more.addWidget(self.names_edit, 1)
        more.addWidget(self.add_button)
        layout.addLayout(more)
        layout.addWidget(self.asked)
        self._renumber()

    def fields(self) -> tuple[OutputField, ...]:
        """The answer columns as they are written now."""
        return tuple(card.field() for card in self._cards)

    def set_fields(self, fields: Sequence[OutputField]) -> None:
        """Show these answer columns; the same ones again leave the cursor where it is."""
        if tuple(fields) == self.fields():
            return
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = []
        for field in fields:
            self._append(field)
        self._renumber()

    def set_columns(self, columns: Sequence[str]) -> None:
        """The columns of the table whose values can become allowed ones."""
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            for card in self._cards:
                card.set_columns(self._columns)

    def cards(self) -> tuple[FieldCard, ...]:
        """The small forms, from the top."""
        return tuple(self._cards)

    @Slot()
    def _add(self) -> None:
        """Add what is named, or a column that gets its name afterwards."""
        if self._names():
            self._add_named()
            return
        card = self._append(self._new(""), fresh=True)
        self._renumber()
        card.name_edit.setFocus()
        self.sight_wanted.emit(card)
        self.changed.emit()

    @Slot()
    def _add_named(self) -> None:
        self._take_names()
        self._ask_for_more()

    @Slot()
    def _take_names(self) -> None:
        names, room = self._names(), MAX_FIELDS - len(self._cards)
        self.names_edit.setText("\t".join(names[room:]))
        if not names[:room]:
            return
        for name in names[:room]:
            self._append(self._new(name), fresh=True)
        self._renumber()
        self.changed.emit()

    def _names(self) -> list[str]:
        """What is written for columns to come; headers of a spreadsheet have tabs between them."""
        return [name for part in self.names_edit.text().split("\t") if (name := part.strip())]

    def _new(self, name: str) -> OutputField:
        """A model that has to answer makes up what a row does not say."""
        unions = sum(field.is_union for field in self.fields())
        return OutputField(name, may_be_unknown=unions < MAX_UNIONS)

    def _ask_for_more(self) -> None:
        self.names_edit.setFocus()
        self.sight_wanted.emit(self.names_edit)

    def _append(self, field: OutputField, *, fresh: bool = False) -> FieldCard:
        card = FieldCard(field, fresh=fresh)
        card.changed.connect(self._edited)
        card.moved.connect(partial(self._move, card))
        card.removed.connect(partial(self._remove, card))
        card.entered.connect(self._ask_for_more)
        card.sight_wanted.connect(self.sight_wanted)
        card.values_wanted.connect(partial(self.values_wanted.emit, card))
        card.set_columns(self._columns)
        self._cards.append(card)
        self._list.addWidget(card)
        return card

    def _move(self, card: FieldCard, by: int) -> None:
        place = self._cards.index(card)
        self._cards.insert(place + by, self._cards.pop(place))
        self._list.removeWidget(card)
        self._list.insertWidget(place + by, card)
        self._renumber()
        self.changed.emit()

    def _remove(self, card: FieldCard) -> None:
        self._cards.remove(card)
        self._list.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._renumber()
        self.changed.emit()

    def _edited(self) -> None:
        self._say_problems()
        self.changed.emit()

    def _renumber(self) -> None:
        for number, card in enumerate(self._cards, start=1):
            card.set_place(number, len(self._cards))
        stops = [stop for card in self._cards for stop in card.stops()]
        tab_through([*stops, self.names_edit], self.add_button)
        self.none_label.setVisible(not self._cards)
        for each in (self.names_edit, self.add_button):
            each.setEnabled(len(self._cards) < MAX_FIELDS)
        self._say_problems()

    def _say_problems(self) -> None:
        fields = self.fields()
        found = list(problems(fields))
        for card, problem in zip(self._cards, found, strict=True):
            card.show_problem(problem if card.begun else "")
        self.asked.set_fields(() if any(found) else fields)


def problems(fields: Sequence[OutputField]) -> Iterator[str]:
    """For each field the sentence that says why it cannot be asked for, or ""."""
    usable: list[OutputField] = []
    for field in fields:
        try:
            check_fields([*usable, field])
        except RecipeError as error:
            yield str(error)
        else:
            usable.append(field)
            yield ""
