"""The jobs as a list with headings, and how its entries are painted."""

import html
from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.listing import Group, JobOrder, grouped, ordered
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.job_lines import (
    cost_line,
    group_title,
    group_totals,
    standing,
    state_line,
    whole_line,
)
from claude_batch_desk.gui.list_painting import paint_ground, paint_line
from claude_batch_desk.gui.theme import GRID, ICON, SPACE, TIGHT, Colours, colours

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
"""A Job, or the Group that a heading is of."""
_NOWHERE = QModelIndex()
_LEAST_HEIGHT = GRID * 7
_SMALLEST = 7

Entry = Job | Group


def _entries(jobs: Iterable[Job], order: JobOrder) -> list[Entry]:
    entries: list[Entry] = []
    if order != "need":
        entries.extend(ordered(jobs, order))
        return entries
    for group in grouped(jobs):
        entries.extend((group, *group.jobs))
    return entries


def _known_as(entry: Entry) -> object:
    return entry.id if isinstance(entry, Job) else entry.latency


class JobsModel(QAbstractListModel):
    """The jobs in an order; by how soon they are wanted, with a heading for each tag."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._entries: list[Entry] = []
        self.order: JobOrder = "newest"

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Show these jobs; those that stay keep their place in sight."""
        self._jobs = list(jobs)
        fresh = _entries(self._jobs, self.order)
        if [*map(_known_as, fresh)] == [*map(_known_as, self._entries)]:
            self._entries = fresh
            if fresh:
                self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._entries = fresh
        self.endResetModel()

    def sort_by(self, order: JobOrder) -> None:
        """Show the same jobs in another order."""
        self.order = order
        self.show_jobs(self._jobs)

    def job(self, row: int) -> Job | None:
        """The job in a row; None for a heading."""
        entry = self._entries[row]
        return entry if isinstance(entry, Job) else None

    def row_of(self, job_id: int) -> int:
        """The row of a job, or -1."""
        return next((row for row in range(len(self._entries)) if self._is(row, job_id)), -1)

    def _is(self, row: int, job_id: int) -> bool:
        job = self.job(row)
        return job is not None and job.id == job_id

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """The number of jobs and headings."""
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """A heading cannot be chosen, so arrow keys pass over it."""
        if index.isValid() and self.job(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The job's name; what a screen reader says is all that the eye sees."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name if isinstance(entry, Job) else group_title(entry)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = _heard(entry)
            return html.escape(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None


def _heard(entry: Entry) -> str:
    if isinstance(entry, Job):
        return whole_line(entry)
    return ". ".join([group_title(entry), *group_totals(entry)])


def _lines(entry: Entry) -> list[str]:
    """What is painted, line by line; the first of them is strong."""
    if isinstance(entry, Job):
        return [entry.name, *(line for line in (state_line(entry), cost_line(entry)) if line)]
    return [group_title(entry), *group_totals(entry)]


class JobDelegate(QStyledItemDelegate):
    """Two or three lines beside an icon; a heading has no icon."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as its lines."""
        entry: Entry = index.data(ENTRY_ROLE)
        lines = option.fontMetrics.height() * len(_lines(entry)) + GRID * 5 // 2
        least = _LEAST_HEIGHT if isinstance(entry, Job) else 0
        return QSize(GRID * 20, max(lines, least))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw in the colours of the theme as it is now."""
        entry: Entry = index.data(ENTRY_ROLE)
        theme = colours(option.palette)
        box = option.rect.adjusted(SPACE, 2, -SPACE, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = box.adjusted(SPACE, TIGHT, -SPACE, -TIGHT)
        if isinstance(entry, Job):
            paint_ground(painter, option, theme, box)
            _paint_icon(painter, entry, box)
            text.setLeft(text.left() + SPACE + ICON)
        _paint_lines(painter, option.font, theme, text, _lines(entry))
        painter.restore()


def _paint_icon(painter: QPainter, job: Job, box: QRect) -> None:
    where = standing(job)
    side = QRect(QPoint(box.left() + SPACE, 0), QSize(ICON, ICON))
    side.moveTop(box.center().y() - ICON // 2)
    icon(where.icon, where.colour).paint(painter, side)


def _paint_lines(
    painter: QPainter, font: QFont, theme: Colours, box: QRect, lines: Sequence[str]
) -> None:
    bold, small = QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    small.setPointSizeF(max(font.pointSizeF() - 1, _SMALLEST))
    height = box.height() // len(lines)
    for at, line in enumerate(lines):
        painter.setFont(small if at else bold)
        colour = theme.muted if at else theme.text
        place = QRect(box.left(), box.top() + at * height, box.width(), height)
        paint_line(painter, place, colour, line, Qt.TextElideMode.ElideRight)
