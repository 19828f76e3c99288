"""Settles values that are not as asked for: all that mean the same at once, and undone at will."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.fields import AnswerColumn, columns_of
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.near_misses import NearMiss
from claude_batch_desk.gui.meaning_box import MeaningBox
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Busy, ElidedLabel, Label, button, scrolled
from claude_batch_desk.gui.wording import number, one_line, rows_words

_WIDTH, _HEIGHT = GRID * 100, GRID * 70
_SHOWN = 200
"""Lines at once; a person settles those, and then sees the next."""


class Settles(Protocol):
    """The verbs of corrections that this dialog needs."""

    def near_misses(self, job_id: int, report: Report) -> tuple[NearMiss, ...]:
        """What is not as asked for, with what was probably meant."""
        ...

    def accept(self, job_id: int, misses: Sequence[NearMiss], report: Report) -> list[Change]:
        """Let what was meant stand; gives what undoes it."""
        ...

    def correct(self, job_id: int, changes: Sequence[Change], report: Report) -> list[Change]:
        """Put values in cells."""
        ...


class _Line:
    """One value that was found, with what is to stand in its place."""

    def __init__(self, miss: NearMiss, column: AnswerColumn, place: int) -> None:
        self.miss = miss
        self.check = QCheckBox()
        self.check.setObjectName(f"near_miss_{place}")
        self.found = ElidedLabel(one_line(miss.found))
        self.rows = Label(rows_words(miss.rows), "muted")
        self.meaning = MeaningBox(column, miss.meant, f"near_miss_meant_{place}")
        self.check.setAccessibleName(miss.found)
        self.check.setChecked(bool(miss.meant))
        self.meaning.changed.connect(self._settle)
        self._settle()

    @property
    def wanted(self) -> NearMiss | None:
        """With what is to stand there; None where nothing is, or it is not to be settled."""
        meant = self.meaning.value()
        if not meant or not self.check.isChecked():
            return None
        return replace(self.miss, meant=meant)

    def _settle(self) -> None:
        known = bool(self.meaning.value())
        self.check.setEnabled(known)
        if not known:
            self.check.setChecked(False)
        elif self.meaning.touched:
            self.check.setChecked(True)


class NearMissDialog(QDialog):
    """Nothing is changed before the button that says how many rows is pressed."""

    changed = Signal()
    """Answers of the job stand otherwise now."""

    def __init__(
        self, settles: Settles, tasks: TaskRunner, job: Job, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("near_miss_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Values that are not as asked for"))
        self.resize(_WIDTH, _HEIGHT)
        self._settles, self._tasks, self._job = settles, tasks, job
        self._columns = {each.header: each for each in columns_of(job.recipe.fields)}
        self._working: Task | None = None
        self._back: list[Change] = []
        self._look_next = False
        """What is shown is not what the answers are any more."""
        self.lines: list[_Line] = []
        self._list: QWidget = QWidget()
        self._column = QVBoxLayout(self)
        self.banner = Banner("near_miss_banner")
        self.busy = Busy("near_miss_busy")
        self.nothing = Label(self.tr("All values are as asked for."), "muted")
        self.more = Label("", "muted")
        self.accept_button = button("", "near_miss_accept", look="primary", icon_name="check")
        self.close_button = button(self.tr("Close"), "near_miss_close")
        self._lay_out()
        self.accept_button.clicked.connect(self._accept)
        self.close_button.clicked.connect(self.reject)
        self.busy.cancelled.connect(self._cancel)
        self.banner.pressed.connect(self._undo)
        self._look_up()

    def done(self, result: int) -> None:
        """Stop what is still being found out."""
        self._cancel()
        super().done(result)

    @Slot()
    def _cancel(self) -> None:
        if self._working is not None:
            self._working.cancel()

    @Slot()
    def _look_up(self) -> None:
        self._begin(self.tr("Looking through the answers …"))
        self._working = self._tasks.start(
            self._settles.near_misses,
            self._job.id,
            owner=self,
            done=self._show,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._end,
        )

    def _show(self, misses: Sequence[NearMiss]) -> None:
        known = sorted(misses, key=lambda each: not each.meant)
        shown = known[:_SHOWN]
        content, self.lines = QWidget(), []
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, SPACE, 0)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._fill(grid, shown)
        grid.setRowStretch(grid.rowCount(), 1)
        area = scrolled(content)
        area.setObjectName("near_miss_area")
        area.setAccessibleName(self.tr("Values that are not as asked for"))
        self._list.deleteLater()
        self._column.replaceWidget(self._list, area)
        self._list = area
        self.nothing.setVisible(not misses)
        hidden = len(known) - len(shown)
        told = self.tr("%1 other values are shown once these are settled.")
        self.more.setText(told.replace("%1", number(hidden)) if hidden else "")
        self._settle()

    def _fill(self, grid: QGridLayout, misses: Sequence[NearMiss]) -> None:
        header = ""
        for place, miss in enumerate(sorted(misses, key=lambda each: each.column), start=1):
            if miss.column != header:
                header = miss.column
                grid.addWidget(Label(header, "strong"), grid.rowCount(), 0, 1, 4)
            line = _Line(miss, self._columns[miss.column], place)
            line.check.toggled.connect(self._settle)
            line.meaning.changed.connect(self._settle)
            at = grid.rowCount()
            for column, widget in enumerate((line.check, line.found, line.rows, line.meaning)):
                grid.addWidget(widget, at, column)
            self.lines.append(line)

    @property
    def _wanted(self) -> list[NearMiss]:
        return [wanted for line in self.lines if (wanted := line.wanted)]

    @Slot()
    def _settle(self) -> None:
        rows = sum(each.rows for each in self._wanted)
        words = self.tr("Accept for %1").replace("%1", rows_words(rows))
        self.accept_button.setText(words if rows else self.tr("Accept"))
        self.accept_button.setEnabled(rows > 0 and self._working is None)

    @Slot()
    def _accept(self) -> None:
        self._begin(self.tr("Putting values in their place …"))
        self._working = self._tasks.start(
            self._settles.accept,
            self._job.id,
            self._wanted,
            owner=self,
            done=self._accepted,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._end,
        )

    def _accepted(self, back: list[Change]) -> None:
        self._back = back
        told = self.tr("Settled in %1. The answers as they came are kept.")
        rows = len({each.row for each in back})
        self.banner.say(told.replace("%1", rows_words(rows)), "good", self.tr("Undo"))
        self.changed.emit()
        self._look_next = True

    @Slot()
    def _undo(self) -> None:
        self.banner.clear()
        self._begin(self.tr("Taking it back …"))
        self._working = self._tasks.start(
            self._settles.correct,
            self._job.id,
            self._back,
            owner=self,
            done=self._undone,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._end,
        )

    def _undone(self, _: object) -> None:
        self._back = []
        self.changed.emit()
        self._look_next = True

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _begin(self, what: str) -> None:
        self.busy.begin(what)
        self.accept_button.setEnabled(False)

    @Slot()
    def _end(self) -> None:
        self._working = None
        self.busy.hide()
        self._settle()
        if self._look_next:
            self._look_next = False
            self._look_up()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.more, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.accept_button)
        self._column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        self._column.setSpacing(WIDE)
        told = self.tr(
            "The model answered these, though it was asked for something else. Say what is meant, "
            "and every row with that value is settled. What came is kept, and can be put back."
        )
        self._column.addWidget(Label(told, "muted"))
        self._column.addWidget(self.banner)
        self._column.addWidget(self.busy)
        self._column.addWidget(self.nothing)
        self._column.addWidget(self._list, 1)
        self._column.addLayout(row)
        self.nothing.hide()
        self._settle()
