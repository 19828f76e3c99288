"""What the rows of a job are narrowed by: a line to find, and a chip for all that holds."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.reviewing.wish import TRAITS, Seen, Trait, Wish
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button, set_tip
from claude_batch_desk.gui.wording import number, one_line, outcome_word, rows_of, rows_words

_PAUSE_MS = 250
_MOST_CHARACTERS = 24
"""Of a name or a value in a chip; of long ones both are to be told."""


class ReviewBar(QWidget):
    """Tells what is wished for; what came of it is shown to it."""

    wished = Signal(object)
    """The person wants to see what this Wish says."""
    again_wanted = Signal()
    """What holds is to be applied to the answers as they are by now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wish = Wish()
        self.line = self._make_line()
        self._words, self._tips = self._trait_words()
        self.traits = {trait: self._make_token(trait) for trait in TRAITS}
        self.values = button(
            self.tr("Values"), "review_values", look="quiet", icon_name="type-category"
        )
        self.values.setCheckable(True)
        set_tip(self.values, self.tr("How often each value occurs, beside the table"))
        self.count = Label("", "muted", wrap=False)
        self.count.setObjectName("review_count")
        self.again = button(
            self.tr("Apply again"), "review_again", look="link", icon_name="refresh"
        )
        set_tip(self.again, self.tr("Answers have changed since; rows stay until you ask"))
        self.clear = button(self.tr("Show all rows"), "review_clear", look="link")
        self.chips = QWidget()
        self._flow = FlowLayout(self.chips, spacing=SPACE, lines=TIGHT)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._lay_out()
        self._pause.timeout.connect(self.find_now)
        self.line.textChanged.connect(self._pause.start)
        self.clear.clicked.connect(self._show_all)
        self.again.clicked.connect(self.again_wanted)

    def _trait_words(self) -> tuple[dict[Trait, str], dict[Trait, str]]:
        """What a row has, in short and in full."""
        return (
            {
                "corrected": self.tr("Corrected"),
                "changed": self.tr("Changed"),
                "duplicated": self.tr("Asked alike"),
            },
            {
                "corrected": self.tr("Only rows in which something was corrected by hand"),
                "changed": self.tr(
                    "Only rows that were run again and say another thing since; what they said "
                    "before is in the row, opened"
                ),
                "duplicated": self.tr(
                    "Only rows that asked exactly the same as another row: they were asked and "
                    "paid once, and share the answer"
                ),
            },
        )

    def _make_token(self, trait: Trait) -> QPushButton:
        token = button(self._words[trait], f"review_{trait}", look="token")
        token.setCheckable(True)
        set_tip(token, self._tips[trait])
        token.clicked.connect(partial(self._press_trait, trait))
        token.hide()
        return token

    def _make_line(self) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName("review_find")
        keys = QKeySequence.StandardKey
        line.setPlaceholderText(self.tr("Find (%1)").replace("%1", _native(keys.Find)))
        line.setAccessibleName(self.tr("Find in answers and in the columns shown"))
        line.setClearButtonEnabled(True)
        tip = self.tr("In answers and in the columns shown; %1 and %2 go from hit to hit")
        tip = tip.replace("%1", _native(keys.FindNext)).replace("%2", _native(keys.FindPrevious))
        set_tip(line, tip)
        line.setFixedWidth(GRID * 22)
        return line

    def show_wish(self, wish: Wish) -> None:
        """Show what holds now, without telling."""
        self._wish = wish
        if self.line.text().strip() != wish.text.strip():
            self.line.blockSignals(True)
            self.line.setText(wish.text)
            self.line.blockSignals(False)
        for trait, token in self.traits.items():
            token.setChecked(trait in wish.traits)
        self._show_chips()

    def show_seen(self, seen: Seen, total: int, *, stale: bool) -> None:
        """Show how many rows there are of it; `stale` where answers have changed since."""
        for trait, token in self.traits.items():
            rows = seen.traits.get(trait, 0)
            token.setText(f"{self._words[trait]} {number(rows)}")
            token.setAccessibleName(f"{self._words[trait]}, {rows_words(rows)}")
            token.setVisible(bool(rows) or trait in self._wish.traits)
        if not stale:
            self.count.setText(rows_of(seen.rows, total))
        self.again.setVisible(stale)

    def show_looking(self, done: int, total: int) -> None:
        """Tell that rows are still looked up, and how far that is; a total of 0 is not known."""
        words = self.tr("Looking … %1 %").replace("%1", str(100 * done // total)) if total else ""
        self.count.setText(words or self.tr("Looking …"))

    @property
    def wish(self) -> Wish:
        """What holds now."""
        return self._wish

    @Slot()
    def find_now(self) -> bool:
        """Ask for what is in the line; False where that is asked for already."""
        self._pause.stop()
        text = self.line.text().strip()
        if text == self._wish.text:
            return False
        self.wished.emit(replace(self._wish, text=text))
        return True

    def _press_trait(self, trait: Trait) -> None:
        self.wished.emit(replace(self._wish, traits=self._wish.traits ^ {trait}))

    @Slot()
    def _show_all(self) -> None:
        self.wished.emit(Wish(searched=self._wish.searched, order=self._wish.order))

    def _show_chips(self) -> None:
        while item := self._flow.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        for held in self._held():
            self._add(*held)
        self.chips.setVisible(self._wish.narrows)
        self.clear.setVisible(self._wish.narrows)

    def _held(self) -> Iterator[tuple[str, str, Wish]]:
        """All that is asked for, in words and in short, and the wish without it."""
        wish = self._wish
        for outcome in sorted(wish.outcomes):
            words = self.tr("Status: %1").replace("%1", outcome_word(outcome))
            yield words, words, replace(wish, outcomes=wish.outcomes - {outcome})
        for header, values in wish.values:
            for value in sorted(values):
                told = one_line(value) or self.tr("(empty)")
                name, without = one_line(header), toggled(wish, header, value)
                yield f"{name}: {told}", f"{_cut(name)}: {_cut(told)}", without
        for trait in TRAITS:
            if trait in wish.traits:
                words = self._words[trait]
                yield words, words, replace(wish, traits=wish.traits - {trait})
        if wish.text:
            words, text = self.tr("With “%1”"), one_line(wish.text)
            short = words.replace("%1", _cut(text))
            yield words.replace("%1", text), short, replace(wish, text="")

    def _add(self, words: str, short: str, then: Wish) -> None:
        chip = button(
            short.replace("&", "&&"), f"review_chip_{self._flow.count()}", look="token",
            icon_name="close",
        )  # fmt: skip
        chip.setAccessibleName(self.tr("Do not ask for it: %1").replace("%1", words))
        set_tip(chip, words)
        chip.clicked.connect(partial(self.wished.emit, then))
        self._flow.addWidget(chip)

    def chip(self, place: int) -> QPushButton | None:
        """The chip at a place, from 0."""
        return self.chips.findChild(QPushButton, f"review_chip_{place}")

    def _lay_out(self) -> None:
        self.tools = FlowLayout(spacing=SPACE, lines=TIGHT)
        for each in (self.line, self.count, *self.traits.values(), self.values):
            self.tools.addWidget(each)
        held = QHBoxLayout()
        held.setSpacing(SPACE)
        held.addWidget(self.chips, 1)
        held.addWidget(self.again)
        held.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(self.tools)
        column.addLayout(held)
        hidden: tuple[QWidget, ...] = (self.again, self.clear, self.chips)
        for widget in hidden:
            widget.hide()


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def _native(key: QKeySequence.StandardKey) -> str:
    """The key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def toggled(wish: Wish, header: str, value: str) -> Wish:
    """The wish with a value of a column taken out, or put in where it was not."""
    held = dict(wish.values)
    left = held.get(header, frozenset()) ^ {value}
    held[header] = left
    return replace(wish, values=tuple((name, some) for name, some in held.items() if some))
