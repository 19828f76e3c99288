"""What is known of the chosen column, and what is to become of it."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.tables.profile import ColumnProfile
from claude_batch_desk.gui.columns_model import (
    ColumnEntry,
    facts,
    length_words,
    personal_word,
)
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.share_bar import ShareBar
from claude_batch_desk.gui.theme import SPACE, TIGHT, WIDE
from claude_batch_desk.gui.widgets import ElidedLabel, Label, set_tip
from claude_batch_desk.gui.wording import columns_words, number

_VALUES = 6
_LONGEST_NAME = 200


class ColumnDetail(QWidget):
    """The figures of one column, or the number of several, and two choices about them."""

    keep_chosen = Signal(bool)
    """The person wants the chosen columns never to be sent, or to be allowed again."""
    leave_out_chosen = Signal(bool)
    """The person wants the chosen columns out of the table, or back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column_detail")
        self.name_label = Label("", "strong")
        self.facts_label = Label("", "caption")
        self.personal_label = Label("", "caption")
        self.keep_box = QCheckBox(self.tr("Never send"))
        self.keep_box.setObjectName("column_keep")
        set_tip(self.keep_box, self.tr("It stays on this computer, whatever the prompt says."))
        self.leave_box = QCheckBox(self.tr("Leave out"))
        self.leave_box.setObjectName("column_leave_out")
        self._leave_tip = self.tr("Read the table without it; it can be brought back.")
        self._values = QGridLayout()
        self._lay_out()
        self.keep_box.clicked.connect(self._tell_keep)
        self.leave_box.clicked.connect(self._tell_leave)

    def show_columns(
        self, chosen: Sequence[ColumnEntry], *, editable: bool, stays: str = ""
    ) -> None:
        """Show these columns; `stays` says why they cannot be left out, if so."""
        self.setVisible(bool(chosen))
        if not chosen:
            return
        one = chosen[0] if len(chosen) == 1 else None
        name = " ".join(one.name[:_LONGEST_NAME].split()) if one else ""
        self.name_label.setText(name or columns_words(len(chosen)))
        profile = one.profile if one else None
        known = [" · ".join(facts(one)) if one else ""]
        if profile and profile.filled:
            known.append(length_words(profile))
        self.facts_label.say("\n".join(filter(None, known)))
        words = personal_word(profile.personal) if profile else ""
        told = self.tr("This column %1.").replace("%1", words)
        self.personal_label.say(told if words else "")
        _check(self.keep_box, [each.kept for each in chosen])
        _check(self.leave_box, [each.left_out for each in chosen])
        self.keep_box.setEnabled(editable)
        self.leave_box.setEnabled(editable and not stays)
        set_tip(self.leave_box, stays or self._leave_tip)
        self._show_values(profile)

    def _show_values(self, profile: ColumnProfile | None) -> None:
        while item := self._values.takeAt(0):
            if gone := item.widget():
                gone.hide()
                gone.deleteLater()
        if profile is None:
            return
        rows = max(profile.filled + profile.empty, 1)
        for line, value in enumerate(profile.commonest[:_VALUES]):
            count = Label(number(value.rows), "caption", wrap=False)
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._values.addWidget(ElidedLabel(value.text, "caption"), line, 0)
            self._values.addWidget(ShareBar(value.rows / rows), line, 1)
            self._values.addWidget(count, line, 2)

    @Slot()
    def _tell_keep(self) -> None:
        self.keep_chosen.emit(self.keep_box.isChecked())

    @Slot()
    def _tell_leave(self) -> None:
        self.leave_out_chosen.emit(self.leave_box.isChecked())

    def _lay_out(self) -> None:
        self._values.setContentsMargins(0, 0, 0, 0)
        self._values.setHorizontalSpacing(SPACE)
        self._values.setVerticalSpacing(TIGHT)
        self._values.setColumnStretch(0, 3)
        self._values.setColumnStretch(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(TIGHT)
        choices = FlowLayout(spacing=WIDE, lines=TIGHT)
        choices.addWidget(self.keep_box)
        choices.addWidget(self.leave_box)
        column.addWidget(self.name_label)
        column.addLayout(choices)
        column.addWidget(self.facts_label)
        column.addWidget(self.personal_label)
        column.addLayout(self._values)
        column.addStretch(1)


def _check(box: QCheckBox, states: Sequence[bool]) -> None:
    """Check a box where a state holds for all, half where it holds for some."""
    blocker = QSignalBlocker(box)
    if all(states) or not any(states):
        box.setTristate(False)
        box.setChecked(all(states))
    else:
        box.setCheckState(Qt.CheckState.PartiallyChecked)
    del blocker
