"""The jobs at the left: what each is called, where it stands, and the way to a new one."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.listing import JOB_ORDERS, JobOrder
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.job_model import JobDelegate, JobsModel
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Label, button


class JobList(QFrame):
    """The sidebar."""

    new_requested = Signal()
    job_chosen = Signal(int)
    remove_requested = Signal(int)
    copy_live_requested = Signal(int)
    go_on_requested = Signal(int)
    compare_requested = Signal(object)
    """This Job is to be put beside another run."""
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
        self.view.setItemDelegate(JobDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._offer)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.order_box = self._make_order_box()
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

    def _make_order_box(self) -> QComboBox:
        box = QComboBox()
        box.setObjectName("job_order")
        box.setAccessibleName(self.tr("Order of the jobs"))
        names: dict[JobOrder, str] = {
            "newest": self.tr("Newest first"),
            "name": self.tr("By name"),
            "cost": self.tr("Dearest first"),
            "state": self.tr("By state"),
            "need": self.tr("By when needed"),
        }
        for order in JOB_ORDERS:
            box.addItem(names[order], order)
        box.hide()
        box.currentIndexChanged.connect(self._sort)
        return box

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Show these jobs, the chosen one still chosen."""
        chosen = self.chosen()
        self.model.show_jobs(jobs)
        self.nothing.setVisible(not jobs)
        self.order_box.setVisible(len(jobs) > 1)
        if chosen is not None:
            self.mark(chosen)

    def chosen(self) -> int | None:
        """The id of the job that is marked."""
        index = self.view.currentIndex()
        job = self.model.job(index.row()) if index.isValid() else None
        return job.id if job is not None else None

    @property
    def order(self) -> JobOrder:
        """The order the jobs are in."""
        return self.model.order

    def sort_by(self, order: str) -> None:
        """Put the jobs into this order; one that is not known changes nothing."""
        place = self.order_box.findData(order)
        if place >= 0:
            self.order_box.setCurrentIndex(place)

    @Slot()
    def _sort(self) -> None:
        chosen = self.chosen()
        self.model.sort_by(self.order_box.currentData())
        self.mark(chosen)

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
        job = self.model.job(index.row())
        if job is not None:
            self.job_chosen.emit(job.id)

    @Slot(QPoint)
    def _offer(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        job = self.model.job(index.row()) if index.isValid() else None
        if job is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        go_on = menu.addAction(icon("open"), self.tr("Next month's file…"))
        go_on.setEnabled(job.state == "done")
        go_on.triggered.connect(lambda: self.go_on_requested.emit(job.id))
        compare = menu.addAction(icon("table"), self.tr("Compare runs…"))
        compare.setObjectName("job_compare")
        compare.setEnabled(job.state != "draft")
        compare.triggered.connect(lambda: self.compare_requested.emit(job))
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
        order = QHBoxLayout()
        order.setContentsMargins(GRID * 3 // 2, 0, GRID * 3 // 2, SPACE)
        order.addWidget(self.order_box)
        column.addLayout(order)
        column.addWidget(self.nothing)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
