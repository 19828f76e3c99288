"""One batch of the account: whose it is in a sentence, and what can be done with it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.account.listing import Listed
from claude_batch_desk.core.jobs.account.telling import about
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Card, ElidedLabel, Label, button

_HEIGHT = GRID * 17
"""Room for a sentence and its buttons, so that the list above does not jump."""


class AccountDetail(Card):
    """The batch that is selected in the list."""

    take_over_wanted = Signal(str)
    """This batch is to be taken over."""
    import_wanted = Signal(str)
    """The answers of this batch are to be fetched to be read."""
    imported_wanted = Signal(int)
    """The import of this number is to be shown."""
    job_wanted = Signal(int)
    """The job of this number is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._listed: Listed | None = None
        self.setMinimumHeight(_HEIGHT)
        self.name = ElidedLabel("", "strong")
        self.text = Label("", selectable=True)
        self.text.setObjectName("account_about")
        self.take_over = button(self.tr("Take over"), "account_take_over", look="primary")
        self.fetch = button(self.tr("Import its answers"), "account_import", icon_name="open")
        self.read = button(self.tr("Read its answers"), "account_read", icon_name="eye")
        self.job = button(self.tr("Show the job"), "account_job", icon_name="table")
        self.copy_id = button(self.tr("Copy its id"), "account_copy", look="link", icon_name="copy")
        self.take_over.clicked.connect(self._take_over)
        self.fetch.clicked.connect(self._fetch)
        self.read.clicked.connect(self._read)
        self.job.clicked.connect(self._show_job)
        self.copy_id.clicked.connect(self._copy)
        self._lay_out()
        self.show_batch(None)

    def show_batch(self, listed: Listed | None) -> None:
        """Show this batch, or none."""
        self._listed = listed
        self.name.setVisible(listed is not None)
        self.name.set_whole(listed.batch.id if listed else "")
        self.text.setText(about(listed) if listed else self.tr("Select a batch to see whose it is"))
        self.take_over.setVisible(listed is not None and listed.adoptable)
        imported = listed is not None and listed.imported is not None
        self.fetch.setVisible(listed is not None and listed.importable and not imported)
        self.read.setVisible(imported)
        self.job.setVisible(listed is not None and listed.job is not None)
        self.copy_id.setVisible(listed is not None)

    @Slot()
    def _take_over(self) -> None:
        if self._listed is not None:
            self.take_over_wanted.emit(self._listed.batch.id)

    @Slot()
    def _fetch(self) -> None:
        if self._listed is not None:
            self.import_wanted.emit(self._listed.batch.id)

    @Slot()
    def _read(self) -> None:
        if self._listed is not None and self._listed.imported is not None:
            self.imported_wanted.emit(self._listed.imported)

    @Slot()
    def _show_job(self) -> None:
        if self._listed is not None and self._listed.job is not None:
            self.job_wanted.emit(self._listed.job)

    @Slot()
    def _copy(self) -> None:
        if self._listed is not None:
            QGuiApplication.clipboard().setText(self._listed.batch.id)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.name, 1)
        head.addWidget(self.copy_id)
        words.addLayout(head)
        words.addWidget(self.text)
        verbs = QHBoxLayout()
        verbs.setSpacing(SPACE)
        for each in (self.take_over, self.fetch, self.read, self.job):
            verbs.addWidget(each)
        verbs.addStretch(1)
        self.column.setSpacing(WIDE)
        self.column.addLayout(words)
        self.column.addLayout(verbs)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
