"""One of the recipes to be put side by side: its prompt, its model, its effort, and its price."""

import html

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from claude_batch_desk.core.catalogue import EFFORTS, OfferedModel
from claude_batch_desk.core.jobs.quality.arms import variant
from claude_batch_desk.core.jobs.quality.comparing import ArmChoices
from claude_batch_desk.core.jobs.store.arm_store import Arm
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.prompts.versions import in_a_line
from claude_batch_desk.gui.arm_words import effort_name
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Label, icon_button
from claude_batch_desk.gui.wording import local_time, money


def price_words(price: Range | None) -> str:
    """An amount in two words; "" while it is not known."""
    if price is None:
        return ""
    if not price.ceiling:
        return QCoreApplication.translate("arm_row", "paid already")
    told = QCoreApplication.translate("arm_row", "about %1")
    return told.replace("%1", money(price.expected))


class ArmRow(QWidget):
    """Offers only what the chosen model can do."""

    changed = Signal()
    remove_requested = Signal()

    def __init__(self, choices: ArmChoices, arm: Arm, number: int) -> None:
        super().__init__()
        self._choices = choices
        self.prompt = _combo(f"arm_prompt_{number}", self.tr("Prompt %1"), number)
        self.model = _combo(f"arm_model_{number}", self.tr("Model %1"), number)
        self.effort = _combo(f"arm_effort_{number}", self.tr("Effort %1"), number)
        self.thinking = QCheckBox(self.tr("thinks"))
        self.thinking.setObjectName(f"arm_thinking_{number}")
        self.price = Label("", "muted", wrap=False)
        self.price.setObjectName(f"arm_price_{number}")
        self.remove = icon_button("close", f"arm_remove_{number}", self.tr("Leave this one out"))
        self._fill()
        self._show(arm)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for each, stretch in ((self.prompt, 3), (self.model, 3), (self.effort, 2)):
            row.addWidget(each, stretch)
        row.addWidget(self.thinking)
        row.addWidget(self.price)
        row.addWidget(self.remove)
        self.price.setMinimumWidth(GRID * 13)
        self.prompt.activated.connect(self._choose_prompt)
        self.model.activated.connect(self._choose_model)
        self.effort.activated.connect(self.changed)
        self.thinking.clicked.connect(self.changed)
        self.remove.clicked.connect(self.remove_requested)

    @property
    def arm(self) -> Arm:
        """What is chosen."""
        base = self._base
        effort, thinking = self.effort.currentData() or "", self.thinking.isChecked()
        chosen = (self._model.id, effort, thinking)
        if chosen == (base.recipe.model, base.recipe.effort, base.recipe.thinking):
            return base
        return Arm(variant(base.recipe, self._model, effort, thinking=thinking))

    def show_price(self, price: Range | None) -> None:
        """What asking it costs; None while that is not known."""
        self.price.setText(price_words(price))

    @property
    def _base(self) -> Arm:
        """The version of the prompt that is chosen; 0 is the prompt as it is now."""
        number = self.prompt.currentData()
        for each in self._choices.versions:
            if each.number == number:
                return Arm(each.recipe, each.number)
        return Arm(self._choices.recipe)

    @property
    def _model(self) -> OfferedModel:
        chosen = self.model.currentData()
        return next(each for each in self._choices.models if each.id == chosen)

    def _fill(self) -> None:
        self.prompt.addItem(self.tr("Prompt as it is now"), 0)
        for each in self._choices.versions:
            words = self.tr("Version %1, %2").replace("%1", f"{each.number:,}")
            self.prompt.addItem(words.replace("%2", local_time(each.kept_at)), each.number)
            told = html.escape(in_a_line(self._choices.recipe, each.recipe))
            self.prompt.setItemData(self.prompt.count() - 1, told, Qt.ItemDataRole.ToolTipRole)
        self.prompt.setEnabled(bool(self._choices.versions))
        for model in self._choices.models:
            self.model.addItem(model.name, model.id)

    def _show(self, arm: Arm) -> None:
        with QSignalBlocker(self.prompt), QSignalBlocker(self.model):
            self.prompt.setCurrentIndex(max(self.prompt.findData(arm.version), 0))
            self.model.setCurrentIndex(max(self.model.findData(arm.recipe.model), 0))
        self._show_model(arm.recipe.effort)
        self.thinking.setChecked(arm.recipe.thinking)

    def _show_model(self, effort: str) -> None:
        """What the chosen model can do."""
        model = self._model
        with QSignalBlocker(self.effort):
            self.effort.clear()
            for each in ("", *(each for each in EFFORTS if each in model.efforts)):
                self.effort.addItem(effort_name(each), each)
            self.effort.setCurrentIndex(max(self.effort.findData(effort), 0))
        self.effort.setEnabled(bool(model.efforts))
        switchable = "adaptive" in model.thinking and model.least_thinking is not None
        self.thinking.setEnabled(switchable)

    @Slot()
    def _choose_prompt(self) -> None:
        """A version comes with the model it had."""
        base = self._base
        if self.model.findData(base.recipe.model) >= 0:
            self._show(base)
        self.changed.emit()

    @Slot()
    def _choose_model(self) -> None:
        self._show_model(self.effort.currentData() or "")
        self.changed.emit()


def _combo(name: str, about: str, number: int) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(about.replace("%1", str(number)))
    combo.setMinimumContentsLength(12)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo
