"""What in the answers of the rows tried looks as if the prompt went wrong, with the way there."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from claude_batch_desk.core.quality.alarms import Alarm
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Card, IconLabel, Label, button, tab_through
from claude_batch_desk.gui.wording import number, rows_words

_AT_FIRST = 2
"""So many are shown before the person asks for all: the answers are to stay in sight."""


class AlarmsCard(Card):
    """A line for each alarm, the worst first; hidden where there is none."""

    rows_wanted = Signal(object)
    """The person wants to see the rows of this Alarm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Worth a look"), parent=parent)
        self.setObjectName("alarms")
        self.column.setSpacing(SPACE)
        self.lines: list[Label] = []
        self._alarms: tuple[Alarm, ...] = ()
        self._list: QWidget | None = None
        self.more_button = button("", "alarms_more", look="link")
        self.more_button.setCheckable(True)
        self.column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.more_button.toggled.connect(self._unfold)
        self.hide()

    def show_alarms(self, alarms: Sequence[Alarm]) -> None:
        """Show these in place of those before."""
        if tuple(alarms) == self._alarms:
            return
        self._alarms = tuple(alarms)
        if self._list is not None:
            self.column.removeWidget(self._list)
            self._list.hide()
            self._list.deleteLater()
        self._list = self._made()
        self.column.insertWidget(1, self._list)
        self.more_button.setVisible(len(alarms) > _AT_FIRST)
        self._unfold()
        self.setVisible(bool(alarms))

    def _made(self) -> QWidget:
        made = QWidget(self)
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QWidget, ...]] = []
        ways: list[QWidget] = []
        middle = Qt.AlignmentFlag.AlignVCenter
        self.lines = []
        for line, alarm in enumerate(self._alarms):
            icon_name = "info" if alarm.tone == "note" else "warning"
            picture, text = IconLabel(icon_name, colour=icon_name), Label(alarm.text)
            text.setObjectName(f"alarm_{line + 1}")
            way = button(rows_words(len(alarm.rows)), f"alarm_rows_{line + 1}", look="link")
            told = self.tr("Show the %1 of this: %2").replace("%1", way.text())
            way.setAccessibleName(told.replace("%2", alarm.text))
            way.clicked.connect(partial(self.rows_wanted.emit, alarm))
            for place, widget in enumerate((picture, text, way)):
                grid.addWidget(widget, line, place, middle)
            self.lines.append(text)
            self._rows.append((picture, text, way))
            ways.append(way)
        tab_through(ways, self.more_button)
        return made

    @Slot()
    def _unfold(self) -> None:
        every = self.more_button.isChecked()
        for widgets in self._rows[_AT_FIRST:]:
            for widget in widgets:
                widget.setVisible(every)
        count = number(len(self._alarms))
        words = self.tr("Show less") if every else self.tr("Show all %1").replace("%1", count)
        self.more_button.setText(words)
