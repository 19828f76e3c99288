"""What to do about a row that has no usable answer, and where to do it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.again.causes import cause_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.opening.helping import help_for
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button, set_look


class RowHelp(QFrame):
    """Hidden where there is nothing to do."""

    row_wanted = Signal()
    """The person wants to run this row again."""
    cause_wanted = Signal(str)
    """The person wants to run all rows again that came to nothing for this cause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detail_help")
        set_look(self, "look", "info")
        self._cause = ""
        self.text = Label("", selectable=True)
        self.row_button = button(
            self.tr("Run this row again…"), "detail_again_row", icon_name="refresh"
        )
        self.cause_button = button(self.tr("All rows like it…"), "detail_again_cause", look="link")
        buttons = FlowLayout(spacing=SPACE, lines=TIGHT)
        for each in (self.row_button, self.cause_button):
            buttons.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3 // 2, SPACE, GRID * 3 // 2, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.text)
        column.addLayout(buttons)
        self.row_button.clicked.connect(self.row_wanted)
        self.cause_button.clicked.connect(lambda: self.cause_wanted.emit(self._cause))
        self.hide()

    def show_answer(self, answer: Answer | None, job: Job) -> None:
        """Say what helps a row of a job with this answer; None is one that still waits."""
        cause = cause_of(answer) if answer else None
        self._cause = cause or ""
        self.setVisible(cause is not None)
        if cause is None:
            return
        ended = job.state == "done"
        later = self.tr("It can be run again once the job has ended.")
        self.text.setText(help_for(cause) if ended else f"{help_for(cause)} {later}")
        for each in (self.row_button, self.cause_button):
            each.setVisible(ended)
