"""Lets a person look through the rows of a job: what is wished for is looked up and shown."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, Qt, Signal, Slot

from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.reviewing.wish import Order, Seen, Wish
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.answers_model import AnswersModel, ColumnKey, Window
from claude_batch_desk.gui.frozen_columns import FrozenTable
from claude_batch_desk.gui.outcome_bars import OutcomeBars
from claude_batch_desk.gui.review_bar import ReviewBar, toggled
from claude_batch_desk.gui.review_counts import ReviewCounts
from claude_batch_desk.gui.tasks import Task, TaskRunner

if TYPE_CHECKING:
    from array import array

_SILENT = 400
"""Milliseconds after which it is told that rows are still looked up."""
_FEW = 32
"""Rows that are read at a time where they stand far from each other."""


class Reviews(Protocol):
    """The verbs that this needs."""

    def look(self, job_id: int, wish: Wish, report: Report) -> Seen:
        """The rows that fulfil a wish, with counts."""
        ...

    def rows(self, job_id: int, places: Sequence[int]) -> list[JobRow]:
        """The rows of a job at these places."""
        ...


class ReviewWork(QObject):
    """Rows come and go only when the person asks: one that is corrected stays where it is."""

    left = Signal()
    """The row the person was on is not among those that are shown now."""

    def __init__(
        self,
        reviews: Reviews,
        tasks: TaskRunner,
        view: FrozenTable,
        model: AnswersModel,
        bars: OutcomeBars,
    ) -> None:
        super().__init__(view)
        self._reviews, self._tasks = reviews, tasks
        self._view, self._model, self._bars = view, model, bars
        self._job: Job | None = None
        self._all_rows: Window | None = None
        self._wish = Wish()
        self._places: array[int] | None = None
        self._source: Sequence[int] = ()
        self._task: Task | None = None
        self._narrowing = False
        """Rows are being looked up that are not shown yet."""
        self._since = QElapsedTimer()
        self.bar, self.counts = ReviewBar(), ReviewCounts()
        bars.let_choose()
        bars.chosen.connect(self._choose_outcomes)
        self.bar.wished.connect(self._wish_for)
        self.bar.again_wanted.connect(self._apply_again)
        self.counts.value_chosen.connect(self._choose_value)
        header = view.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self._sort)
        self._show_order()

    @property
    def wish(self) -> Wish:
        """What holds now."""
        return self._wish

    def begin(self, job: Job) -> None:
        """Look through this job from now on; nothing is wished for yet."""
        self._job, self._places, self._narrowing = job, None, False
        self._wish = Wish()
        self._look(narrow=False)
        self._show_wish()

    def count_again(self) -> None:
        """Answers stand otherwise now; the rows that are shown stay."""
        self._look(narrow=False)

    def show_all(self) -> None:
        """Take back all that is wished for, at once."""
        self._wish, self._narrowing = Wish(), False
        if self._places is not None:
            self._show_places(None)
        self._look(narrow=False)
        self._show_wish()

    def show_columns(self, all_rows: Window, source: Sequence[int]) -> None:
        """The model shows all rows anew, with these columns of the table: narrow it as before."""
        self._all_rows, self._source = all_rows, source
        if self._places is not None:
            self._show_places(self._places)
        self._show_order()

    # What the person does

    def _wish_for(self, wish: Wish) -> None:
        if self._job is not None:
            self._wish = replace(wish, searched=tuple(self._source))
            self._look(narrow=True)
            self._show_wish()

    def _apply_again(self) -> None:
        self._wish_for(self._wish)

    def _choose_outcomes(self, outcomes: frozenset[str]) -> None:
        self._wish_for(replace(self._wish, outcomes=outcomes))

    @Slot(str, str)
    def _choose_value(self, header: str, value: str) -> None:
        self._wish_for(toggled(self._wish, header, value))

    @Slot(int)
    def _sort(self, column: int) -> None:
        """Up, then down, then as the table is."""
        key, held = self._model.key(column), self._wish.order
        order = Order(key.kind, key.place)
        if held is not None and replace(held, descending=False) == order:
            self._wish_for(replace(self._wish, order=_next(held)))
        else:
            self._wish_for(replace(self._wish, order=order))

    # What is shown

    def _look(self, *, narrow: bool) -> None:
        if self._job is None:
            return
        self._narrowing = self._narrowing or narrow
        self._since.start()
        if self._task is not None:
            self._task.cancel()
        self._task = self._tasks.start(
            self._reviews.look,
            self._job.id,
            self._wish,
            owner=self,
            done=partial(self._show, self._job),
            progress=self._tell,
        )

    def _tell(self, done: int, total: int) -> None:
        if self._narrowing and self._since.hasExpired(_SILENT):
            self.bar.show_looking(done, total)

    def _show(self, job: Job, seen: Seen) -> None:
        narrow, self._narrowing = self._narrowing, False
        self._bars.show_counts(seen.outcomes, kept=True)
        self.counts.show_counts(seen.columns, self._wish)
        held = self._wish.narrows or self._wish.order is not None
        self.bar.show_seen(seen, job.rows, stale=held and not narrow)
        if narrow:
            self._show_places(seen.places)

    def _show_wish(self) -> None:
        self.bar.show_wish(self._wish)
        self._bars.mark(self._wish.outcomes)
        self._show_order()

    def _show_places(self, places: "array[int] | None") -> None:
        """Show these rows, with the person on the one they were on, where it is among them."""
        job, all_rows = self._job, self._all_rows
        if job is None or all_rows is None:
            return
        current = self._view.currentIndex()
        row, column = current.row(), max(current.column(), 0)
        on = row if self._places is None or row < 0 else self._places[row]
        self._places = places
        none = self.tr("No row meets all that is asked for.")
        self._view.if_empty = "" if places is None else none
        if places is None:
            self._model.narrow(all_rows, job.rows)
        else:
            self._model.narrow(partial(_rows_at, self._reviews, job.id, places), len(places), _FEW)
        self._return_to(on, column)

    def _return_to(self, place: int, column: int) -> None:
        at = place
        if self._places is not None and place >= 0:
            at = self._places.index(place) if place in self._places else -1
        if at >= 0:
            self._view.setCurrentIndex(self._model.index(at, column))
            self._view.scrollTo(self._model.index(at, column))
        else:
            self._view.scrollToTop()
            self.left.emit()

    def _show_order(self) -> None:
        order, header = self._wish.order, self._view.horizontalHeader()
        column, down = -1, order is not None and order.descending
        if order is not None:
            column = self._model.column(ColumnKey(order.by, order.place))
        ways = Qt.SortOrder
        header.setSortIndicator(column, ways.DescendingOrder if down else ways.AscendingOrder)


def _next(order: Order) -> Order | None:
    return None if order.descending else replace(order, descending=True)


def _rows_at(
    reviews: Reviews, job_id: int, places: "array[int]", first: int, count: int
) -> list[JobRow]:
    return reviews.rows(job_id, places[first : first + count])
