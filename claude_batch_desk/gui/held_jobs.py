"""The jobs that came with a backup, each allowed to be sent once a person is sure."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.store.hold_store import Hold
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Card, ElidedLabel, Label, button, dress


class HeldJobs(Card):
    """Hidden where nothing is held. Asking comes first; then the same button allows."""

    asked = Signal(int)
    """Find out whether the job of this number was sent after the backup."""
    allowed = Signal(int)
    """The person is sure that it was not."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("From a backup"), parent=parent)
        self.setObjectName("held_jobs")
        self.column.addWidget(
            Label(
                self.tr(
                    "A backup does not know what was sent after it was made. Of these jobs nothing "
                    "is sent until you allow it, so that you do not pay twice."
                )
            )
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE)
        self.column.addLayout(self._rows)
        self._buttons: dict[int, QPushButton] = {}
        self._sure: set[int] = set()
        self.hide()

    def show_holds(self, holds: Sequence[Hold]) -> None:
        """These jobs are held back now."""
        self._buttons.clear()
        self._sure.clear()
        while (item := self._rows.takeAt(0)) is not None:
            if row := item.widget():
                row.deleteLater()
        for hold in holds:
            self._rows.addWidget(self._row(hold))
        self.setVisible(bool(holds))

    def offer(self, job_id: int) -> None:
        """Nothing speaks against allowing this job."""
        self._sure.add(job_id)
        pressed = self._buttons[job_id]
        pressed.setText(self.tr("I am sure it was not sent: allow"))
        dress(pressed, "danger", "")

    def _row(self, hold: Hold) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        name = self.tr("Job %1: %2").replace("%1", str(hold.job)).replace("%2", hold.name)
        allow = button(self.tr("Allow…"), f"held_{hold.job}")
        allow.setAccessibleDescription(name)
        allow.clicked.connect(partial(self._press, hold.job))
        self._buttons[hold.job] = allow
        line.addWidget(ElidedLabel(name), 1)
        line.addWidget(allow, 0, Qt.AlignmentFlag.AlignRight)
        return row

    def _press(self, job_id: int, _checked: bool = False) -> None:
        (self.allowed if job_id in self._sure else self.asked).emit(job_id)
