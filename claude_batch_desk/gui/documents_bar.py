"""How the documents of a table are sent, with the price of both ways side by side."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.pricing.estimate import DocumentPrices, Range
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.readiness import obstacles
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID
from claude_batch_desk.gui.widgets import Card, Label
from claude_batch_desk.gui.wording import money

_DELAY = 800
"""Milliseconds of quiet before the prices are asked for again."""
_INDENT = GRID * 3
"""Below the words of a choice, not below its button."""


class PricesDocuments(Protocol):
    """The verb of the desk that the bar needs."""

    def estimate_documents(self, job_id: int, report: Report) -> DocumentPrices:
        """What the job will cost with its documents as files, and with their text."""
        ...


class DocumentsBar(Card):
    """Two choices, each with its price; there only where the rows have documents."""

    def __init__(
        self, desk: PricesDocuments, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.setObjectName("documents_bar")
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._pricing: Task | None = None
        self.file = QRadioButton(self.tr("Send each document itself"))
        self.text = QRadioButton(self.tr("Send only its text"))
        self.file_price = Label("–", "strong", wrap=False)
        self.text_price = Label("–", "strong", wrap=False)
        self.note = Label("", "caption")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._lay_out()
        self._connect()
        self._open()

    def showEvent(self, event: QShowEvent) -> None:
        """Prices that nobody saw were not asked for."""
        super().showEvent(event)
        self._later()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nor are prices that nobody sees any more; the draft may be gone when they would be."""
        super().hideEvent(event)
        self._stop()

    @Slot()
    def _open(self) -> None:
        """Follow another job or table, of which no price is known yet."""
        self._clear("")
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Follow what becomes of the job."""
        table, editable = self._draft.table, self._draft.editable
        self.setVisible(table is not None and table.documents is not None)
        sent_as_text = self._draft.recipe.documents == "text"
        (self.text if sent_as_text else self.file).setChecked(True)
        for choice, price in ((self.file, self.file_price), (self.text, self.text_price)):
            choice.setEnabled(editable)
            price.setVisible(editable)
        if not editable:
            self._clear(self.tr("This is how the documents of this job were sent."))
        self._later()

    @Slot()
    def _later(self) -> None:
        self._stop()
        if self.isVisible() and self._draft.editable:
            self._timer.start()

    def _stop(self) -> None:
        self._timer.stop()
        if self._pricing is not None:
            self._pricing.cancel()
            self._pricing = None

    @Slot()
    def _compare(self) -> None:
        job = self._draft.job
        if job is None:
            return
        if obstacles(self._draft):
            self._clear(self.tr("What each way costs is shown here once the prompt is written."))
            return
        if not self._draft.flushed(self._fail):
            return
        self.note.say(self.tr("Comparing both prices …"))
        self._pricing = self._tasks.start(
            self._desk.estimate_documents, job.id, owner=self, done=self._show, failed=self._fail
        )

    def _show(self, prices: DocumentPrices) -> None:
        self.file_price.setText(_words(prices.file.batch))
        self.text_price.setText(_words(prices.text.batch))
        self.note.say(
            self.tr(
                "As a batch. Of a file the model sees the pages, with their tables and pictures; "
                "what has no text, such as a scan or an image, goes as a file either way."
            )
        )

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._clear(sentence(error))

    def _clear(self, words: str) -> None:
        self.file_price.setText("–")
        self.text_price.setText("–")
        self.note.say(words)

    @Slot()
    def _choose(self) -> None:
        chosen = replace(self._draft.recipe, documents="text" if self.text.isChecked() else "file")
        self._draft.set_recipe(chosen)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._compare)
        self.file.clicked.connect(self._choose)
        self.text.clicked.connect(self._choose)
        self._draft.opened.connect(self._open)
        self._draft.table_changed.connect(self._open)
        self._draft.job_changed.connect(self._follow)
        self._draft.recipe_changed.connect(self._later)
        self._draft.selection_changed.connect(self._later)

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        for choice, price, name in (
            (self.file, self.file_price, "file"),
            (self.text, self.text_price, "text"),
        ):
            choice.setObjectName(f"documents_{name}")
            price.setObjectName(f"documents_{name}_price")
            price.setIndent(_INDENT)
            group.addButton(choice)
            self.column.addWidget(choice)
            self.column.addWidget(price)
        self.column.addWidget(self.note)


def _words(amount: Range) -> str:
    low, high = money(amount.low), money(amount.high, up=True)
    return f"{money(amount.expected)} ({low} – {high})"
