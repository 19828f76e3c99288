"""The answer columns wanted back, as a list of small forms."""

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
    """This card, or part of one, is to be filled in next and wants to be in sight."""

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
        set_tip(self.add_button, self.tr("Or press Enter behind the name of the last one"))
        self.add_button.clicked.connect(self._add)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.none_label)
        layout.addLayout(self._list)
        layout.addWidget(self.add_button, alignment=Qt.AlignmentFlag.AlignLeft)
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
        # A model that has to answer makes up what a row does not say.
        unions = sum(field.is_union for field in self.fields())
        card = self._append(OutputField(name="", may_be_unknown=unions < MAX_UNIONS))
        self._renumber()
        self._begin_with(card)
        self.changed.emit()

    def _begin_with(self, card: FieldCard) -> None:
        card.name_edit.setFocus()
        self.sight_wanted.emit(card)

    def _go_on(self, card: FieldCard) -> None:
        """Enter goes on to the next name; behind the last one it adds a card, or ends the list."""
        place = self._cards.index(card) + 1
        if place < len(self._cards):
            self._begin_with(self._cards[place])
        elif card.untouched and len(self._cards) > 1:
            self.add_button.setFocus()
            self._remove(card)
        elif card.name_edit.text().strip() and self.add_button.isEnabled():
            self._add()

    def _append(self, field: OutputField) -> FieldCard:
        card = FieldCard(field)
        card.changed.connect(self._edited)
        card.moved.connect(partial(self._move, card))
        card.removed.connect(partial(self._remove, card))
        card.entered.connect(partial(self._go_on, card))
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
        tab_through(stops, self.add_button)
        self.none_label.setVisible(not self._cards)
        self.add_button.setEnabled(len(self._cards) < MAX_FIELDS)
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
