"""The jobs at the left: what each is called, where it stands, and the way to a new one."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.choice_words import describe
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.list_painting import paint_ground, paint_line
from claude_batch_desk.gui.theme import GRID, ICON, SPACE, TIGHT, colours
from claude_batch_desk.gui.widgets import Label, button
from claude_batch_desk.gui.wording import number, rows_words

JOB_ROLE = Qt.ItemDataRole.UserRole + 1
_LINES_HEIGHT = GRID * 7
_NOWHERE = QModelIndex()


def _tr(text: str) -> str:
    return QCoreApplication.translate("job_list", text)


@dataclass(frozen=True)
class Standing:
    """Where a job stands: an icon, its colour and a few words."""

    icon: str
    colour: str
    words: str


def standing(job: Job) -> Standing:
    """Where a job stands, as the list says it."""
    if job.state == "draft":
        return Standing("draft", "muted", _tr("Draft"))
    if job.unsettled:
        return Standing("warning", "warning", _tr("Being checked"))
    if job.state == "sending":
        return Standing("send", "accent", _tr("Sending %1").replace("%1", rows_words(job.rows)))
    if job.state == "waiting":
        return Standing("waiting", "info", _tr("%1 waiting").replace("%1", number(job.rows)))
    answered = job.outcomes.get("answered", 0)
    if answered == job.rows:
        return Standing("check", "good", _tr("%1 answered").replace("%1", number(answered)))
    words = _tr("%1/%2 answered").replace("%1", number(answered))
    return Standing("eye", "warning", words.replace("%2", number(job.rows)))


class JobsModel(QAbstractListModel):
    """The jobs, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Show these jobs; those that stay keep their place in sight."""
        fresh = list(jobs)
        if [job.id for job in fresh] == [job.id for job in self._jobs]:
            self._jobs = fresh
            if fresh:
                self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._jobs = fresh
        self.endResetModel()

    def job(self, row: int) -> Job:
        """The job in a row."""
        return self._jobs[row]

    def row_of(self, job_id: int) -> int:
        """The row of a job, or -1."""
        return next((row for row, job in enumerate(self._jobs) if job.id == job_id), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """The number of jobs."""
        return 0 if parent.isValid() else len(self._jobs)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The job's name; what a screen reader says is all that the eye sees."""
        if not index.isValid():
            return None
        job = self._jobs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return job.name
        if role == JOB_ROLE:
            return job
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = f"{job.name}, {mode_word(job)}, {standing(job).words}"
            if not job.selection.whole:
                words += ", " + _tr("of %1").replace("%1", describe(job.selection))
            return html.escape(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None


def mode_word(job: Job) -> str:
    """Practice or Live, as it is always written."""
    return _tr("Practice") if job.mode == "practice" else _tr("Live")


class _JobDelegate(QStyledItemDelegate):
    """Two lines beside an icon."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = option.fontMetrics.height() * 2 + GRID * 5 // 2
        return QSize(GRID * 20, max(lines, _LINES_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        job: Job = index.data(JOB_ROLE)
        theme, where = colours(option.palette), standing(job)
        box = option.rect.adjusted(SPACE, 2, -SPACE, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option, theme, box)
        side = QRect(QPoint(box.left() + SPACE, 0), QSize(ICON, ICON))
        side.moveTop(box.center().y() - ICON // 2)
        icon(where.icon, where.colour).paint(painter, side)
        text = box.adjusted(SPACE * 2 + ICON, TIGHT, -SPACE, -TIGHT)
        half = text.height() // 2
        upper, lower = text.adjusted(0, 0, 0, -half), text.adjusted(0, half, 0, 0)
        bold, small = QFont(option.font), QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(max(option.font.pointSizeF() - 1, 7))
        _line(painter, upper, bold, theme.text, job.name)
        _line(painter, lower, small, theme.muted, f"{mode_word(job)} · {where.words}")
        painter.restore()


def _line(painter: QPainter, box: QRect, font: QFont, colour: str, text: str) -> None:
    painter.setFont(font)
    paint_line(painter, box, colour, text, Qt.TextElideMode.ElideRight)


class JobList(QFrame):
    """The sidebar."""

    new_requested = Signal()
    job_chosen = Signal(int)
    remove_requested = Signal(int)
    copy_live_requested = Signal(int)
    spend_requested = Signal()
    key_requested = Signal()
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "sidebar")
        self.setObjectName("sidebar")
        self.model = JobsModel(self)
        self.view = QListView()
        self.view.setObjectName("job_list")
        self.view.setAccessibleName(self.tr("Jobs"))
        self.view.setProperty("look", "plain")
        self.view.setModel(self.model)
        self.view.setItemDelegate(_JobDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._offer)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.nothing = Label(self.tr("No jobs yet."), "muted")
        self.nothing.setContentsMargins(SPACE * 2, SPACE, SPACE, 0)
        self.new_button = button(self.tr("New job"), "new_job", icon_name="plus")
        self.new_button.clicked.connect(self.new_requested)
        self.spend_button = button(self.tr("Spend"), "open_spend", look="quiet", icon_name="coins")
        self.spend_button.clicked.connect(self.spend_requested)
        self.key_button = button(self.tr("API key"), "open_key", look="quiet", icon_name="key")
        self.key_button.clicked.connect(self.key_requested)
        self.settings_button = button(
            self.tr("Settings"), "open_settings", look="quiet", icon_name="settings"
        )
        self.settings_button.clicked.connect(self.settings_requested)
        self._lay_out()

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Show these jobs, the chosen one still chosen."""
        chosen = self.chosen()
        self.model.show_jobs(jobs)
        self.nothing.setVisible(not jobs)
        if chosen is not None:
            self.mark(chosen)

    def chosen(self) -> int | None:
        """The id of the job that is marked."""
        index = self.view.currentIndex()
        return self.model.job(index.row()).id if index.isValid() else None

    def mark(self, job_id: int | None) -> None:
        """Mark the job that the window shows, without telling."""
        row = -1 if job_id is None else self.model.row_of(job_id)
        if row < 0:
            self.view.clearSelection()
            self.view.selectionModel().clearCurrentIndex()
            return
        self.view.selectionModel().setCurrentIndex(
            self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.job_chosen.emit(self.model.job(index.row()).id)

    @Slot(QPoint)
    def _offer(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if not index.isValid():
            return
        job = self.model.job(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(icon("copy"), self.tr("Copy as a Live job"))
        copy.triggered.connect(lambda: self.copy_live_requested.emit(job.id))
        remove = menu.addAction(icon("trash"), self.tr("Remove…"))
        remove.setEnabled(job.state in ("draft", "done"))
        remove.triggered.connect(lambda: self.remove_requested.emit(job.id))
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(GRID * 3 // 2, GRID * 3 // 2, GRID * 3 // 2, SPACE)
        top.addWidget(self.new_button, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        foot.setSpacing(2)
        foot.addWidget(self.spend_button)
        foot.addWidget(self.key_button)
        foot.addWidget(self.settings_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
