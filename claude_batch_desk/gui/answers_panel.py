"""The answers beside their rows, how many ended how, and what was billed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.copies import is_offered
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.prompts.fields import columns_of, headers_of
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import PAGE_ROWS, Table
from claude_batch_desk.gui.answer_detail import AnswerDetail
from claude_batch_desk.gui.answer_editing import AnswerEditing
from claude_batch_desk.gui.answers_model import AnswersModel, Window
from claude_batch_desk.gui.bill_bar import BillBar, Reckons
from claude_batch_desk.gui.column_freezing import ColumnFreezing
from claude_batch_desk.gui.corrector import Corrects
from claude_batch_desk.gui.delete_box import DeleteBox
from claude_batch_desk.gui.export_bar import ExportBar, Exports
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.frozen_columns import FrozenTable
from claude_batch_desk.gui.gap_above import GapAbove
from claude_batch_desk.gui.outcome_bars import OutcomeBars
from claude_batch_desk.gui.review_keys import ReviewKeys
from claude_batch_desk.gui.review_work import Reviews, ReviewWork
from claude_batch_desk.gui.row_opening import RowOpening
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, ICON, LOOSE, SPACE, TIGHT, WIDE
from claude_batch_desk.gui.version_counts import VersionCounts
from claude_batch_desk.gui.widgets import Card, Chip, button, set_tip

_SIDE_BY_SIDE_FROM = GRID * 115
_ROOM_FOR_BOTH = GRID * 95
"""A lower window has no room for a row below the table."""
_LEAST_ROWS = 6
_ROOM_TO_SAY_WHY = GRID * 85
"""A lower window leaves that to the bill."""
_SOURCE_ROOM, _NARROWEST_SOURCE = GRID * 48, GRID * 13


class ReadsAnswers(Exports, Protocol):
    """The verbs of the desk that this panel needs."""

    def answers(self, job_id: int, first: int, count: int) -> list[JobRow]:
        """A window of the job's rows."""
        ...

    def rows_by_version(self, job_id: int, report: Report) -> Mapping[int, int]:
        """How many rows each version of the prompt has answered."""
        ...


def first_answers(desk: ReadsAnswers, job_id: int, report: Report) -> list[JobRow]:
    """The first page of a job; the desk remembers the job's plan, so that later pages are quick."""
    report(0, 0)
    return desk.answers(job_id, 0, PAGE_ROWS)


@dataclass(frozen=True)
class Search:
    """Rows that are looked for, from the place `after` on, and then from the top."""

    window: Window
    rows: int
    after: int
    fits: Callable[[JobRow], bool]


def next_row(search: Search, report: Report) -> int | None:
    """The place of the next row that fits, or None where there is no other."""
    begin = search.after + 1
    for first in (*range(begin, search.rows, PAGE_ROWS), *range(0, begin, PAGE_ROWS)):
        for place, row in enumerate(search.window(first, PAGE_ROWS), start=first):
            if search.fits(row):
                return place
        report(0, 0)
    return None


def _unusable(row: JobRow) -> bool:
    """Its answer is not usable as it is."""
    return row.answer is None or row.answer.outcome != "answered"


def _of_version(version: int, row: JobRow) -> bool:
    return row.version == version


def _answered(job: Job) -> tuple[object, ...]:
    """Differs where other answers are there."""
    return job.outcomes, job.runs_again


def _taken_out(box: QWidget) -> list[QWidget]:
    """The widgets that stand in a box, to be placed side by side."""
    layout, found = box.layout(), []
    while layout is not None and (item := layout.takeAt(0)):
        if (widget := item.widget()) is not None:
            found.append(widget)
    return found


def shared_room(widths: Sequence[int], room: int, least: int) -> list[int]:
    """Widths that fit the room together: the widest are cut, none below `least` for that."""
    left, cut = room, dict.fromkeys(range(len(widths)), 0)
    for done, column in enumerate(sorted(cut, key=widths.__getitem__)):
        fair = max(left // (len(widths) - done), least)
        cut[column] = min(widths[column], fair)
        left -= cut[column]
    return list(cut.values())


class AnswersPanel(QWidget):
    """Shows a job that has answers; reads them in windows, whatever its size."""

    _in_view: int | None = None
    """The job whose rows the model has."""
    _wanted: int | None = None
    """The place of a row that is to be shown once they are there."""

    def __init__(
        self,
        desk: ReadsAnswers,
        money: Reckons,
        tasks: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks = desk, tasks
        self._job: Job | None = None
        self._table: Table | None = None
        # Shown wherever Practice answers are: they are made up by this program, not by Claude.
        self.practice_chip = Chip(self.tr("Practice answers"), "info", "try")
        self.bill = BillBar(money, tasks)
        self.bars = OutcomeBars()
        self.versions = VersionCounts()
        self.export_bar = ExportBar(desk, tasks)
        self.delete_box = DeleteBox(tasks)
        self.all_columns_check = QCheckBox(self.tr("All columns"))
        self.all_columns_check.setObjectName("results_all_columns")
        set_tip(self.all_columns_check, self.tr("Also show the columns the prompt does not name"))
        self.next_button = button(
            self.tr("Next row to look at"), "results_next_unusable", look="link", icon_name="eye"
        )
        self._make_table()
        self.editing: AnswerEditing | None = None
        self.review: ReviewWork | None = None
        self.detail = AnswerDetail()
        self.opening = RowOpening(tasks, self.view, self.detail)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._beside = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.all_columns_check.toggled.connect(lambda _: self._show_columns())
        self.next_button.clicked.connect(self._find_unusable)
        self.versions.wanted.connect(self._find_version)
        self.view.row_chosen.connect(self._show_row)
        self.export_bar.exported.connect(self.delete_box.export_ended)

    def _make_table(self) -> None:
        self.model = AnswersModel(self)
        self.view = FrozenTable("results_table", self.tr("Rows with their answers"))
        self.view.setModel(self.model)
        self.freezing = ColumnFreezing(self.view, self.model)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put a row's detail beside the table where there is room, else below.

        In a low window all moves together: the rows are what the person came for.
        """
        super().resizeEvent(event)
        low = self.window().height() < _ROOM_TO_SAY_WHY
        self.bill.why.setHidden(low)
        gap = TIGHT if low else SPACE
        self._column.setSpacing(gap)
        self._card.column.setContentsMargins(WIDE, gap, WIDE, gap)
        wide = self.width() >= _SIDE_BY_SIDE_FROM or self.window().height() < _ROOM_FOR_BOTH
        self._splitter.setOrientation(
            Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        )

    def show_job(self, job: Job, table: Table | None) -> None:
        """Show the answers that are here; the same job again keeps the place in the table."""
        same = self._job is not None and job.id == self._job.id and table is self._table
        changed = self._job is None or _answered(job) != _answered(self._job)
        self._job, self._table = job, table
        self.practice_chip.setVisible(job.mode == "practice")
        self.bars.show_counts(job.outcomes)
        self.bill.show_job(job)
        self.next_button.setEnabled(any(each != "answered" for each in job.outcomes))
        name = self.tr("%1 answers").replace("%1", job.name)
        workbook = table.name if table is not None and is_offered(table) else ""
        columns = table.columns if table is not None else ()
        self.export_bar.set_job(
            job.id, name, versioned=job.version > 0, workbook=workbook, columns=columns
        )
        self.delete_box.show_job(job)
        if self.editing is not None:
            self.editing.begin(job)
        if self.review is not None and not same:
            self.review.begin(job)
        if not same or changed:
            self._count_versions(job)
        if not same:
            self._in_view = None
            self.detail.hide()
            self._tasks.start(
                first_answers, self._desk, job.id, owner=self, done=self._show_columns
            )
        elif changed:
            self.read_again()

    def let_correct(self, corrects: Corrects) -> None:
        """Let answers be written over in the table; called once."""
        self.editing = AnswerEditing(corrects, self._tasks, self.view, self.model)
        self._column.insertWidget(self._column.count() - 1, self.editing.banner)

    def let_review(self, reviews: Reviews) -> None:
        """Let rows be counted, filtered, found and sorted; called once."""
        review = self.review = ReviewWork(reviews, self._tasks, self.view, self.model, self.bars)
        for each in (self.all_columns_check, self.opening.check, self.next_button):
            review.bar.tools.addWidget(each)
        self._tools.hide()
        self._column.insertWidget(self._column.indexOf(self._tools), review.bar)
        self._beside.addWidget(review.counts)
        self._beside.setStretchFactor(0, 1)
        review.counts.hide()
        review.bar.values.toggled.connect(review.counts.setVisible)
        review.left.connect(self.detail.hide)
        ReviewKeys(review.bar, self.view, self.model, self)

    def add_lessons(self, start: QWidget, banner: QWidget, entries: Sequence[QAction]) -> None:
        """Let what was corrected be put to use: by a button, by the menu of cells; called once."""
        if self.review is not None:
            self.review.bar.tools.addWidget(start)
        self._column.insertWidget(self._column.count() - 1, banner)
        self.view.addActions(list(entries))

    def read_again(self) -> None:
        """Answers stand otherwise now, whatever the counts say."""
        self.model.refresh()
        self._show_row(self.view.currentIndex().row())
        if self.review is not None:
            self.review.count_again()

    def _count_versions(self, job: Job) -> None:
        """Only a job with earlier versions, or with runs again, can have answers of several."""
        if job.version > 1 or job.runs_again:
            done = partial(self._show_versions, job.id)
            self._tasks.start(self._desk.rows_by_version, job.id, owner=self, done=done)
        else:
            self.versions.show_counts({})

    def _show_versions(self, job_id: int, counts: Mapping[int, int]) -> None:
        if self._job is not None and self._job.id == job_id:
            self.versions.show_counts(counts)

    @Slot()
    def _show_columns(self, rows: Sequence[JobRow] = ()) -> None:
        """The columns asked for; `rows` are the first ones where they are known."""
        job, table = self._job, self._table
        if job is None or table is None:
            return
        # Without a column in the prompt, the document is all that tells the rows apart.
        used = {*job.recipe.prompt.columns, canonical(table.document_column)}
        everything = self.all_columns_check.isChecked()
        source = [
            (place, name)
            for place, name in enumerate(table.columns)
            if everything or canonical(name) in used
        ]
        answers = headers_of(job.recipe.fields) or [self.tr("Answer")]
        window = partial(self._desk.answers, job.id)
        columns = columns_of(job.recipe.fields)
        self.model.show(window, job.rows, source, answers, begin=rows, columns=columns)
        if self.review is not None:
            self.review.show_columns(window, [place for place, _ in source])
        # The answers are what the person came for: leave them room beside long cells.
        widths = [self.view.columnWidth(column) for column in range(len(source))]
        for column, width in enumerate(shared_room(widths, _SOURCE_ROOM, _NARROWEST_SOURCE)):
            self.view.setColumnWidth(column, width)
        status = len(source)
        self.view.setColumnWidth(status, self.view.columnWidth(status) + ICON + SPACE)
        self.freezing.show(job.id)
        self._in_view = job.id
        self._show_wanted()

    @Slot(int)
    def _show_row(self, place: int) -> None:
        if self._job is None or self._table is None or place < 0:
            return
        row = self.model.job_row(place)
        if row is None or not self.opening.show(row, self._job, self._table):
            return
        if self.editing is not None and row.answer is not None and row.answer.corrected:
            self.editing.tell(row.number, self.detail)

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Show the row at this place of the job, whatever rows were asked for."""
        self._wanted = place
        if self._job is not None and self._in_view == self._job.id:
            self._show_wanted()

    def _show_wanted(self) -> None:
        if self._wanted is None:
            return
        if self.review is not None:
            self.review.show_all()
        self._go_to(self._wanted)
        self.view.setFocus()
        self._wanted = None

    @Slot()
    def _find_unusable(self) -> None:
        self._find(_unusable)

    @Slot(int)
    def _find_version(self, version: int) -> None:
        self._find(partial(_of_version, version))

    def _find(self, fits: Callable[[JobRow], bool]) -> None:
        if self.model.window is None:
            return
        for each in (self.next_button, self.versions):
            each.setEnabled(False)
        at = self.view.currentIndex().row()
        search = Search(self.model.window, self.model.rowCount(), at, fits)
        self._tasks.start(next_row, search, owner=self, done=self._go_to, ended=self._free_next)

    def _go_to(self, place: int | None) -> None:
        if place is not None:
            self.view.setCurrentIndex(self.model.index(place, 0))
            self.view.scrollTo(self.model.index(place, 0))

    def _free_next(self) -> None:
        for each in (self.next_button, self.versions):
            each.setEnabled(True)

    def _summary(self) -> Card:
        """What was paid, and the ways to a file."""
        left = QVBoxLayout()
        left.setSpacing(TIGHT)
        left.addWidget(self.bill)
        left.addWidget(self.versions)
        right = FlowLayout(spacing=SPACE, lines=TIGHT)
        for each in (*_taken_out(self.export_bar.buttons), self.delete_box.check):
            right.addWidget(each)
        row = QHBoxLayout()
        row.setSpacing(LOOSE)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        summary = Card()
        summary.column.setSpacing(0)
        summary.column.addLayout(row)
        for each in (self.export_bar, self.delete_box):
            GapAbove(each, SPACE)
            summary.column.addWidget(each)
        return summary

    def _lay_out(self) -> None:
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(WIDE)
        tools.addWidget(self.all_columns_check)
        tools.addWidget(self.opening.check)
        tools.addStretch(1)
        tools.addWidget(self.next_button)
        self._splitter.setObjectName("results_splitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(SPACE)
        rows = self.view.verticalHeader().defaultSectionSize() * (_LEAST_ROWS + 1)
        self.view.setMinimumSize(GRID * 30, rows + SPACE)
        self._beside.setChildrenCollapsible(False)
        self._beside.setHandleWidth(SPACE)
        self._beside.addWidget(self.view)
        self._splitter.addWidget(self._beside)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setSizes([GRID * 90, GRID * 60])  # however much a row has to say
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._card = self._summary()
        layout.addWidget(self._card)
        self.bars.add(self.practice_chip)
        layout.addWidget(self.bars)
        layout.addWidget(self._tools)
        layout.addWidget(self._splitter, 1)
