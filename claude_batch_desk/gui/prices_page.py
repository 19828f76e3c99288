"""What every model costs, where that comes from, and prices of one's own instead."""

from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.price_list import PricedModel, PriceList
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.price_form import PriceForm
from claude_batch_desk.gui.price_table import PriceModel
from claude_batch_desk.gui.table_view import TableView
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Busy, Label, button

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class ListsPrices(Protocol):
    """The verb of money that this page needs."""

    def price_list(self, report: Report) -> PriceList:
        """What every model costs."""
        ...


class PricesPage(QWidget):
    """Reads the list on a worker: the price table takes a moment to load."""

    entered = Signal(str, object)
    """A model and its PriceOverride from now on; None for the price table's."""

    def __init__(self, verbs: ListsPrices, tasks: TaskRunner) -> None:
        super().__init__()
        self._verbs, self._tasks = verbs, tasks
        self._reading: Task | None = None
        self._wanted = ""
        self.model = PriceModel(self)
        self.view = TableView("prices_table", self.tr("Prices of the models"))
        self.source_label = Label("", "caption", selectable=True)
        self.source_label.setObjectName("prices_source")
        self.problem_label = Label("", "caption")
        self.problem_label.setObjectName("prices_problem")
        self.busy = Busy("prices_busy")
        self.change_button = button(self.tr("Change prices…"), "prices_change")
        self.reset_button = button(
            self.tr("Use the price table"), "prices_reset", icon_name="refresh"
        )
        self._prepare_view()
        self._lay_out()
        self.view.row_chosen.connect(self._settle)
        self.view.activated.connect(self._open)
        self.change_button.clicked.connect(self._open)
        self.reset_button.clicked.connect(self._reset)
        self._settle()

    @property
    def chosen(self) -> PricedModel | None:
        """The model of the line that is selected."""
        index = self.view.currentIndex()
        return self.model.model_at(index.row()) if index.isValid() else None

    @Slot()
    def refresh(self) -> None:
        """Read the list anew."""
        if self._reading is not None:
            self._reading.cancel()
        self.busy.begin(self.tr("Reading the price table …"), cancellable=False)
        self._reading = self._tasks.start(
            self._verbs.price_list, owner=self, done=self.show_list, ended=self.busy.hide
        )

    def ask(self, model_id: str) -> None:
        """Ask for the prices of this model as soon as the list is here."""
        self._wanted = model_id
        self.refresh()

    def show_list(self, found: PriceList) -> None:
        """Show the list; the line that was selected stays so."""
        before = self._wanted or (self.chosen.id if self.chosen else "")
        self.model.show_models(found.models)
        source = self.tr("The table: %1. It comes with the program and is never downloaded.")
        self.source_label.setText(source.replace("%1", found.source))
        row = max(self.model.row_of(before), 0)
        self.view.selectionModel().setCurrentIndex(self.model.index(row, 0), _SELECT)
        self._settle()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            known = next((each for each in found.models if each.id == wanted), None)
            self._ask(known or PricedModel(wanted, wanted, None, "", None, None))

    @Slot()
    def _open(self, index: QModelIndex | None = None) -> None:
        del index  # it is the current one
        if self.chosen is not None:
            self._ask(self.chosen)

    def _ask(self, model: PricedModel) -> None:
        form = PriceForm(model, self.window())
        form.saved.connect(self._enter)
        form.open()

    @Slot()
    def _reset(self) -> None:
        if self.chosen is not None:
            self._enter(self.chosen.id, None)

    @Slot(str, object)
    def _enter(self, model_id: str, entered: PriceOverride | None) -> None:
        self.entered.emit(model_id, entered)
        self.refresh()

    @Slot()
    def _settle(self) -> None:
        chosen = self.chosen
        unknown = chosen is not None and chosen.rates is None
        self.change_button.setEnabled(chosen is not None)
        words = self.tr("Enter prices…") if unknown else self.tr("Change prices…")
        self.change_button.setText(words)
        self.reset_button.setEnabled(chosen is not None and chosen.entered is not None)
        self.problem_label.setText(chosen.problem if chosen else "")

    def _prepare_view(self) -> None:
        self.view.setModel(self.model)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.verticalHeader().hide()
        self.view.setShowGrid(False)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def _lay_out(self) -> None:
        told = self.tr(
            "US dollars for a million tokens of immediate calls; as a batch everything costs half. "
            "Prices you enter hold at once, for every estimate and every bill from then on."
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.change_button)
        row.addWidget(self.reset_button)
        row.addWidget(self.problem_label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(Label(told, "muted"))
        column.addWidget(self.view, 1)
        column.addWidget(self.busy)
        column.addLayout(row)
        column.addWidget(self.source_label)
