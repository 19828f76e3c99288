"""Wires costs, prices and budgets to all that shows or needs them; a change holds at once."""

from typing import Protocol

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.price_list import PriceList
from claude_batch_desk.gui.again_dialog import RunsAgain
from claude_batch_desk.gui.again_panel import AgainPanel
from claude_batch_desk.gui.cost_card import CostCard
from claude_batch_desk.gui.dialogs import Dialogs
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.office import Office
from claude_batch_desk.gui.prices_page import ListsPrices
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.purse import Allows, Purse
from claude_batch_desk.gui.rest_panel import MovesRest, RestPanel
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.review_page import ReviewPage
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.try_page import TryPage
from claude_batch_desk.gui.watcher import Watcher


class Guards(Allows, ListsPrices, Protocol):
    """The verbs of money that this needs."""


class Treasury(QObject):
    """Holds the purse of the window, and knows which models have no price."""

    def __init__(self, money: Guards, tasks: TaskRunner, draft: Draft) -> None:
        super().__init__(draft)
        self._money, self._tasks, self._draft = money, tasks, draft
        self._listing: Task | None = None
        self.purse = Purse(money, tasks, draft)

    def connect_pages(
        self, dialogs: Dialogs, prompt: PromptPage, trying: TryPage, review: ReviewPage
    ) -> None:
        """Connect the pages, once the card is connected; called once."""
        self._prompt, self._trying = prompt, trying
        prompt.model_form.prices_requested.connect(dialogs.ask_prices)
        prompt.model_form.models_changed.connect(self._list_prices)
        review.budgets_requested.connect(dialogs.show_budgets)
        review.rows_changed.connect(self._cost.refresh)
        self._cost.estimated.connect(prompt.show_estimate)
        self._cost.estimated.connect(trying.show_estimate)
        self._cost.try_requested.connect(trying.offer_advised)
        trying.tried.connect(self._cost.refresh)
        self._draft.opened.connect(self._list_prices)
        dialogs.money_changed.connect(self._list_prices)
        dialogs.money_changed.connect(self.purse.refresh)
        dialogs.money_changed.connect(self._price_trial)
        dialogs.money_changed.connect(review.forget_estimate)

    def add_runs(self, again: RunsAgain, results: ResultsPage, office: Office) -> None:
        """Let rows be run again from Results; called once."""
        self.again = AgainPanel(again, self._tasks, self._draft, self.purse)
        self.again.changed.connect(office.refresh)
        self.again.changed.connect(self.purse.refresh)
        self.again.follow(results.answers.detail)
        results.add(self.again)

    def add_rest(self, rest: MovesRest, results: ResultsPage, office: Office) -> None:
        """Let the rest of a late batch be asked at once from Results; called once."""
        self.rest = RestPanel(rest, self._tasks, self._draft, self.purse)
        self.rest.changed.connect(office.refresh)
        self.rest.changed.connect(self.purse.refresh)
        results.add(self.rest)
        self.rest.start()

    def connect_cost(self, dialogs: Dialogs, cost: CostCard, watcher: Watcher) -> None:
        """Connect the card with the cost; called once."""
        self._cost = cost
        watcher.moved.connect(self.purse.refresh)
        watcher.moved.connect(self.again.refresh)
        cost.over_budget = self._over_budget
        cost.estimated.connect(self.purse.refresh)
        self.purse.changed.connect(cost.settle_budget)
        dialogs.money_changed.connect(cost.refresh)

    def _over_budget(self, estimate: Estimate) -> str:
        """Why the job may not even be sent as a batch, the usual way; "" where it may."""
        return self.purse.objection_if_known(estimate.batch)

    @Slot()
    def _price_trial(self) -> None:
        """What trying costs is asked for anew where it is shown."""
        if self._trying.isVisible():
            self._trying.enter()

    @Slot()
    def _list_prices(self) -> None:
        """Find out which models have no price; loading the table takes a moment.

        Nobody waits for that where no job is open, as when the window comes up.
        """
        if self._draft.job is None:
            return
        if self._listing is not None:
            self._listing.cancel()
        self._listing = self._tasks.start(
            self._money.price_list, owner=self, done=self._take_prices
        )

    def _take_prices(self, found: PriceList) -> None:
        self._prompt.model_form.set_unpriced(found.unpriced)
