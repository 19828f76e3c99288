"""What is chosen once for the whole program; every choice holds at once."""

from dataclasses import replace
from typing import Literal, Protocol, get_args

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.money.budgets import Limits
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.settings import ANTHROPIC_URL, Settings
from claude_batch_desk.gui.budget_form import BudgetForm, KnowsMonth
from claude_batch_desk.gui.prices_page import ListsPrices, PricesPage
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Label, button, scrolled

_WIDTH, _HEIGHT = GRID * 124, GRID * 68
Part = Literal["general", "budgets", "prices", "service"]


class KnowsMoney(KnowsMonth, ListsPrices, Protocol):
    """The verbs of money that this dialog needs."""


class SettingsDialog(QDialog):
    """Shows the settings in four parts and tells each change."""

    theme_chosen = Signal(str)
    mode_chosen = Signal(str)
    budgets_chosen = Signal(object)
    """The Limits that hold from now on."""
    prices_entered = Signal(str, object)
    """A model, and its PriceOverride or None for the price table's."""

    def __init__(
        self,
        settings: Settings,
        folder: str,
        money: KnowsMoney,
        tasks: TaskRunner,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setWindowTitle(self.tr("Settings"))
        self.resize(_WIDTH, _HEIGHT)
        self.part = Segmented(
            {
                "general": self.tr("General"),
                "budgets": self.tr("Budgets"),
                "prices": self.tr("Prices"),
                "service": self.tr("Service"),
            },
            "settings_part",
        )
        self.general = GeneralPart(settings)
        limits = Limits(settings.job_budget, settings.monthly_budget, settings.typed_above)
        self.budgets = BudgetForm(limits, money, tasks)
        self.prices = PricesPage(money, tasks)
        self.stack = QStackedWidget()
        self.close_button = button(self.tr("Close"), "settings_close")
        self._lay_out(_service_part(self, settings.base_url, folder))
        self.part.chosen.connect(self.go)
        self.general.theme.chosen.connect(self.theme_chosen)
        self.general.mode_chosen.connect(self.mode_chosen)
        self.budgets.changed.connect(self.budgets_chosen)
        self.prices.entered.connect(self.prices_entered)
        self.close_button.clicked.connect(self.reject)
        self.go("general")

    @Slot(str)
    def go(self, part: str) -> None:
        """Show a part."""
        self.part.choose(part)
        self.stack.setCurrentIndex(get_args(Part).index(part))
        if part == "prices":
            self.prices.refresh()

    def ask_prices(self, model_id: str) -> None:
        """Ask for the prices of this model."""
        self.part.choose("prices")
        self.stack.setCurrentIndex(get_args(Part).index("prices"))
        self.prices.ask(model_id)

    def _lay_out(self, service: QWidget) -> None:
        for part, name in (
            (scrolled(self.general), self.tr("General")),
            (scrolled(self.budgets), self.tr("Budgets")),
            (self.prices, self.tr("Prices")),
            (scrolled(service), self.tr("Service")),
        ):
            part.setAccessibleName(name)
            self.stack.addWidget(part)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Settings"), "heading", wrap=False), 1)
        head.addWidget(self.part)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(WIDE)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)


class GeneralPart(QWidget):
    """The theme, and the mode that new jobs start in."""

    mode_chosen = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.theme = Segmented(
            {
                "system": self.tr("As the system"),
                "light": self.tr("Light"),
                "dark": self.tr("Dark"),
            },
            "settings_theme",
        )
        self.theme.choose(settings.theme)
        self.mode = Segmented(
            {"practice": self.tr("Practice"), "live": self.tr("Live")}, "settings_mode"
        )
        self.mode.choose(settings.mode)
        self.mode.chosen.connect(self._choose_mode)
        self.mode_text = Label("", "caption")
        self._say_mode(settings.mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(self._line(self.tr("Appearance"), self.theme))
        column.addSpacing(SPACE)
        column.addLayout(self._line(self.tr("New jobs start in"), self.mode))
        column.addWidget(self.mode_text)
        column.addStretch(1)

    @staticmethod
    def _line(words: str, choice: Segmented) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Label(words, wrap=False), 1)
        row.addWidget(choice)
        return row

    @Slot(str)
    def _choose_mode(self, mode: str) -> None:
        self._say_mode(mode)
        self.mode_chosen.emit(mode)

    def _say_mode(self, mode: str) -> None:
        if mode == "live":
            self.mode_text.setText(self.tr("Sent to the service with your key, and billed."))
        else:
            self.mode_text.setText(
                self.tr("Made-up answers from this computer. No key, no cost, nothing is sent.")
            )


def _service_part(dialog: SettingsDialog, host: str, folder: str) -> QWidget:
    """Where requests go, and where everything is kept."""
    known = dialog.tr("Live requests go to %1.")
    if host != ANTHROPIC_URL:
        known = dialog.tr("Live requests go to %1, which is not Anthropic's own address.")
    kept = dialog.tr("Jobs and answers are kept in %1")
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE)
    column.addWidget(Label(known.replace("%1", host), selectable=True))
    column.addWidget(Label(kept.replace("%1", folder), selectable=True))
    column.addStretch(1)
    return part


def with_limits(settings: Settings, limits: Limits) -> Settings:
    """The settings with these limits."""
    return replace(
        settings,
        job_budget=limits.job,
        monthly_budget=limits.month,
        typed_above=limits.typed_above,
    )


def with_prices(settings: Settings, model: str, entered: PriceOverride | None) -> Settings:
    """The settings with these prices of a model, or with none for it."""
    overrides = {each: price for each, price in settings.price_overrides.items() if each != model}
    if entered is not None:
        overrides[model] = entered
    return replace(settings, price_overrides=overrides)
