"""Two runs of the same rows side by side: chosen, told in figures, and row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.comparing_runs.comparison import RunComparison
from claude_batch_desk.core.jobs.comparing_runs.others import Other
from claude_batch_desk.core.jobs.comparing_runs.verbs import PairedRow
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.comparison_choice import ComparisonChoice
from claude_batch_desk.gui.comparison_export import ComparisonExport, ExportsChanges
from claude_batch_desk.gui.comparison_result import ComparisonResult
from claude_batch_desk.gui.comparison_rows import ComparisonRows
from claude_batch_desk.gui.comparison_words import pair_words
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, ElidedLabel, Label, button, tab_through

_WIDTH, _HEIGHT, _AROUND = GRID * 118, GRID * 72, GRID * 8
_Part = Literal["choose", "result", "rows"]


@dataclass(frozen=True)
class Wanted:
    """What a job is to be put beside."""

    other: int | None = None
    """The job of this number; None for its own answers before rows were last run again."""
    key: str = ""
    """The column that tells rows apart; "" for whatever fits."""


class ComparesRuns(ExportsChanges, Protocol):
    """The verbs that this dialog needs."""

    def others(self, job_id: int, report: Report) -> tuple[Other, ...]:
        """What a job can be put beside, and what it cannot be, and why."""
        ...

    def compare(self, before: int, after: int, report: Report, key: str = "") -> RunComparison:
        """Two runs, row by row."""
        ...

    def rows(self, found: RunComparison, column: str, pairs: Sequence[int]) -> list[PairedRow]:
        """Some of the rows that both have."""
        ...


class ComparisonDialog(QDialog):
    """Nothing is changed here, and nobody is asked for anything."""

    row_wanted = Signal(int, int)
    """In the job of the first number, the row of the second is to be shown."""
    compared = Signal(int, object)
    """The job of this number was put beside what this Wanted says."""

    def __init__(
        self,
        runs: ComparesRuns,
        tasks: TaskRunner,
        job: Job,
        wanted: Wanted | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`wanted` is to be compared at once, where it can be."""
        super().__init__(parent)
        self.setObjectName("comparison_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compare runs"))
        self._runs, self._tasks, self._job, self._wanted = runs, tasks, job, wanted
        self._working: Task | None = None
        self.found: RunComparison | None = None
        self._has_rows = False
        """Rows of the answer column that is shown are listed."""
        self._others: dict[int, Other] = {}
        self.part = Segmented(
            {
                "choose": self.tr("Choose"),
                "result": self.tr("Overview"),
                "rows": self.tr("Rows"),
            },
            "comparison_part",
        )
        self.about = ElidedLabel(job.name, "muted")
        self.about.setObjectName("comparison_about")
        self.column = QComboBox()
        self.swap_button = button(
            self.tr("Swap"), "comparison_swap", look="quiet", icon_name="refresh"
        )
        self.banner, self.busy = Banner("comparison_banner"), Busy("comparison_busy")
        self.choice, self.overview = ComparisonChoice(), ComparisonResult()
        self.rows = ComparisonRows()
        self.export = ComparisonExport(runs, tasks)
        self.stack = QStackedWidget()
        self.close_button = button(self.tr("Close"), "comparison_close")
        self._lay_out()
        self._connect()
        self._show("choose")
        self._offer()
        self._look_for_others()

    def done(self, result: int) -> None:
        """Stop what is still under way."""
        self._cancel()
        self.export.stop()
        super().done(result)

    # What there is to compare

    def _look_for_others(self) -> None:
        self._begin(self.tr("Looking at the other jobs …"))
        self._working = self._tasks.start(
            self._runs.others,
            self._job.id,
            owner=self,
            done=self._show_others,
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )

    def _show_others(self, others: tuple[Other, ...]) -> None:
        self._others = {each.job.id: each for each in others}
        self.choice.show_others(others)

    @Slot(int, str)
    def compare(self, other: int, key: str) -> None:
        """Put the job beside this run; the one that was sent first counts as before."""
        run = self._others.get(other)
        if run is None:
            return
        pair = self._job.id, other
        mine, theirs = self._job.sent_at, run.job.sent_at
        if run.how != "repeated" and mine is not None and theirs is not None and theirs < mine:
            pair = pair[::-1]
        self._compare(*pair, key)

    def _compare(self, before: int, after: int, key: str) -> None:
        if self._working is not None:
            return
        self._begin(self.tr("Comparing the answers …"))
        self._working = self._tasks.start(
            partial(self._runs.compare, key=key),
            before,
            after,
            owner=self,
            done=partial(self._take, key),
            failed=self._fail,
            progress=self.busy.advance,
            ended=self._free,
        )

    def _take(self, key: str, found: RunComparison) -> None:
        self.found = found
        self.about.set_whole(pair_words(found))
        names = [each.name for each in found.columns]
        if [self.column.itemText(at) for at in range(self.column.count())] != names:
            self.column.clear()
            self.column.addItems(names)
        self.export.show_result(found)
        self._show_column()
        (*self.overview.stops, self.close_button)[0].setFocus()
        other = found.after.id if found.before.id == self._job.id else found.before.id
        self.compared.emit(self._job.id, Wanted(other, key))

    # What is shown of it

    @Slot()
    def _show_column(self) -> None:
        if self.found is not None:
            self.overview.show_result(self.found, max(self.column.currentIndex(), 0))
            tab_through(self.overview.stops, self.export.button)
            self._show("result")
        self._offer()

    @Slot(str, object)
    def _show_rows(self, words: str, pairs: Sequence[int]) -> None:
        if self.found is None or not self.found.columns:
            return
        column = self.found.columns[max(self.column.currentIndex(), 0)].name
        self._has_rows = True
        self.part.allow("rows", allowed=True)
        self.rows.show_rows(words, partial(self._runs.rows, self.found, column), pairs)
        self._show("rows")
        self.rows.view.setFocus()

    @Slot()
    def _swap(self) -> None:
        if self.found is not None:
            self._compare(self.found.after.id, self.found.before.id, self.found.key)

    @Slot()
    def _show_overview(self) -> None:
        self._show("result")
        if self.overview.cells is not None:
            self.overview.cells.setFocus()

    @Slot(str)
    def _choose_part(self, part: _Part) -> None:
        if part == "rows" and not self._has_rows:
            self.overview.show_changed()
        else:
            self._show(part)

    def _show(self, part: _Part) -> None:
        self.part.choose(part)
        pages: dict[str, QWidget] = {
            "choose": self.choice, "result": self.overview, "rows": self.rows
        }  # fmt: skip
        self.stack.setCurrentWidget(pages[part])
        several = self.column.count() > 1
        self.column.setVisible(part != "choose" and several)
        self.swap_button.setVisible(
            part == "result" and self.found is not None and not self.found.repeated
        )
        self.export.button.setVisible(part != "choose" and self.found is not None)

    def _offer(self) -> None:
        """What can be gone to; each answer column has rows of its own."""
        self._has_rows = False
        self.part.allow("result", allowed=self.found is not None)
        columns = self.found.columns if self.found is not None else ()
        place = max(self.column.currentIndex(), 0)
        self.part.allow("rows", allowed=bool(columns) and bool(columns[place].changed))

    @Slot(object)
    def _open_row(self, row: PairedRow) -> None:
        found = self.found
        if found is None:
            return
        if found.repeated:
            self.row_wanted.emit(self._job.id, row.text.number)
        else:
            mine = row.text.number if found.before.id == self._job.id else row.row_after
            self.row_wanted.emit(self._job.id, mine)
        self.accept()

    # Work under way

    def _begin(self, told: str) -> None:
        self.banner.clear()
        self.busy.begin(told)
        for each in (self.choice, self.swap_button):
            each.setEnabled(False)

    @Slot()
    def _cancel(self) -> None:
        if self._working is not None:
            self._working.cancel()

    @Slot()
    def _stop(self) -> None:
        """Without the other jobs there is nothing to choose from."""
        if self._others:
            self._cancel()
        else:
            self.reject()

    def _free(self) -> None:
        self._working = None
        self.busy.hide()
        for each in (self.choice, self.swap_button):
            each.setEnabled(True)
        if self.stack.currentWidget() is self.choice:
            fits = self.choice.other is not None
            (self.choice.list if fits else self.close_button).setFocus()
        if (wanted := self._wanted) is not None:
            self._wanted = None
            if self.choice.choose(wanted.other, wanted.key):
                self.choice.ask()

    @Slot(object)
    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _connect(self) -> None:
        self.part.chosen.connect(self._choose_part)
        self.column.activated.connect(self._show_column)
        self.swap_button.clicked.connect(self._swap)
        self.busy.cancelled.connect(self._stop)
        self.choice.wanted.connect(self.compare)
        self.overview.rows_wanted.connect(self._show_rows)
        self.rows.left.connect(self._show_overview)
        self.rows.row_wanted.connect(self._open_row)
        self.rows.failed.connect(self._fail)
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        over = self.parentWidget()
        room = over.size() if over is not None else QSize(0, 0)
        self.resize(max(_WIDTH, room.width() - _AROUND), max(_HEIGHT, room.height() - _AROUND))
        self.column.setObjectName("comparison_column")
        self.column.setAccessibleName(self.tr("Answer column"))
        self.column.setMaximumWidth(GRID * 28)
        head = QHBoxLayout()
        head.setSpacing(SPACE * 2)
        title = Label(self.tr("Compare runs"), "heading", wrap=False)
        head.addWidget(title)
        head.addWidget(self.about, 1)
        head.addWidget(self.swap_button)
        head.addWidget(self.column)
        head.addWidget(self.part)
        foot = QHBoxLayout()
        foot.addWidget(self.export.button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        for each in (self.choice, self.overview, self.rows):
            self.stack.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(SPACE * 2)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.busy)
        column.addWidget(self.stack, 1)
        column.addWidget(self.export)
        column.addLayout(foot)
