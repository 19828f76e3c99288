"""Which model answers, with how much effort, and how long an answer may be."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QSpinBox, QWidget

from claude_batch_desk.core.catalogue import EFFORTS, OfferedModel
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label

_LEAST_TOKENS, _TOKEN_STEP = 64, 256


class ModelForm(QWidget):
    """Shows only the choices that the chosen model has; `changed` when the person chose."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[OfferedModel, ...] = ()
        self._recipe = Recipe()
        self.model_combo = _combo("model", self.tr("Model"))
        self.effort_combo = _combo("effort", self.tr("Effort"))
        self.thinking_check = QCheckBox(self.tr("Let the model think before it answers"))
        self.thinking_check.setObjectName("thinking")
        self.own_limit_check = QCheckBox(self.tr("Set the longest answer myself"))
        self.own_limit_check.setObjectName("own_max_tokens")
        self.limit_spin = QSpinBox()
        self.limit_spin.setObjectName("max_tokens")
        self.limit_spin.setAccessibleName(self.tr("Longest answer, in tokens"))
        self.limit_spin.setSingleStep(_TOKEN_STEP)
        self.limit_spin.setSuffix(self.tr(" tokens"))
        self.note_label = Label("", "caption")
        self.problem_label = Label("", "problem")
        self._lay_out()
        self.model_combo.activated.connect(self._choose_model)
        self.effort_combo.activated.connect(self._choose_effort)
        self.thinking_check.clicked.connect(self._choose_thinking)
        self.own_limit_check.clicked.connect(self._choose_limit)
        self.limit_spin.valueChanged.connect(self._choose_limit)

    @property
    def recipe(self) -> Recipe:
        """The recipe that was shown, with the choices made since."""
        return self._recipe

    @property
    def model(self) -> OfferedModel | None:
        """The chosen model, or None where it is not on offer."""
        return next((each for each in self._models if each.id == self._recipe.model), None)

    @property
    def models(self) -> tuple[OfferedModel, ...]:
        """The models to choose from."""
        return self._models

    def set_models(self, models: Sequence[OfferedModel]) -> None:
        """Offer these models, the newest of each line before the older ones.

        Those that cannot be sent as a batch are left out.
        """
        self._models = tuple(
            model for model in models if model.batch and model.lifecycle != "retired"
        )
        newest = {model.line: model for model in reversed(self._models)}.values()
        with QSignalBlocker(self.model_combo):
            self.model_combo.clear()
            for model in self._models:
                if model in newest:
                    self.model_combo.addItem(self._model_words(model), model.id)
            older = [model for model in self._models if model not in newest]
            if older:
                self.model_combo.insertSeparator(self.model_combo.count())
            for model in older:
                self.model_combo.addItem(model.name, model.id)
        self.set_recipe(self._recipe)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the choices of this recipe."""
        self._recipe = recipe
        model = self.model
        self.model_combo.setCurrentIndex(self.model_combo.findData(recipe.model))
        self._show_efforts(model)
        # A model that cannot be told to think less has nothing to switch.
        switchable = model is not None and "adaptive" in model.thinking
        switchable = switchable and model is not None and model.least_thinking is not None
        self._form.setRowVisible(self.thinking_check, switchable)
        self.thinking_check.setChecked(recipe.thinking)
        self._show_limit(model)
        self.note_label.say(self._note(model))
        self.problem_label.say(self._problem(model))

    @Slot()
    def _choose_model(self) -> None:
        chosen = next(each for each in self._models if each.id == self.model_combo.currentData())
        effort = self._recipe.effort if self._recipe.effort in chosen.efforts else ""
        limit = min(self._recipe.max_tokens, chosen.max_tokens)
        self._take(replace(self._recipe, model=chosen.id, effort=effort, max_tokens=limit))

    @Slot()
    def _choose_effort(self) -> None:
        self._take(replace(self._recipe, effort=self.effort_combo.currentData()))

    @Slot()
    def _choose_thinking(self) -> None:
        self._take(replace(self._recipe, thinking=self.thinking_check.isChecked()))

    @Slot()
    def _choose_limit(self) -> None:
        own = self.own_limit_check.isChecked()
        self._take(replace(self._recipe, max_tokens=self.limit_spin.value() if own else 0))

    def _take(self, recipe: Recipe) -> None:
        if recipe != self._recipe:
            self.set_recipe(recipe)
            self.changed.emit()

    def _show_efforts(self, model: OfferedModel | None) -> None:
        efforts = model.efforts if model else ()
        words = {
            "": self.tr("As this model is set by default"),
            "low": self.tr("Low: quickest and cheapest"),
            "medium": self.tr("Medium"),
            "high": self.tr("High"),
            "xhigh": self.tr("Very high"),
            "max": self.tr("Highest: slowest and dearest"),
        }
        self.effort_combo.clear()
        for effort in ("", *(each for each in EFFORTS if each in efforts)):
            self.effort_combo.addItem(words[effort], effort)
        self.effort_combo.setCurrentIndex(max(self.effort_combo.findData(self._recipe.effort), 0))
        self._form.setRowVisible(self.effort_combo, bool(efforts))

    def _show_limit(self, model: OfferedModel | None) -> None:
        own = self._recipe.max_tokens > 0
        with QSignalBlocker(self.limit_spin):
            self.limit_spin.setRange(_LEAST_TOKENS, model.max_tokens if model else 300_000)
            proposed = proposed_max_tokens(self._recipe, model) if model else _LEAST_TOKENS
            self.limit_spin.setValue(self._recipe.max_tokens or proposed)
        self.own_limit_check.setChecked(own)
        self.limit_spin.setEnabled(own)

    def _model_words(self, model: OfferedModel) -> str:
        hint = {
            "haiku": self.tr("quickest, lowest price"),
            "sonnet": self.tr("between price and care"),
            "opus": self.tr("most careful, higher price"),
        }.get(model.line, "")
        return f"{model.name} · {hint}" if hint else model.name

    def _note(self, model: OfferedModel | None) -> str:
        if model is None:
            return ""
        note = self.tr("An answer that reaches the limit is cut off and marked.")
        if model.retires_at is None:
            return note
        last = self.tr("This model is switched off on %1; choose a newer one for jobs that last.")
        return last.replace("%1", f"{model.retires_at:%Y-%m-%d}")

    def _problem(self, model: OfferedModel | None) -> str:
        if model is None:
            if not self._recipe.model:
                return self.tr("Choose a model.")
            return self.tr("“%1” is not on offer. Choose another model.").replace(
                "%1", self._recipe.model
            )
        if self._recipe.fields and not model.structured_outputs:
            text = self.tr("%1 cannot be held to answer columns. Choose a newer model.")
            return text.replace("%1", model.name)
        return ""

    def _lay_out(self) -> None:
        limit = QHBoxLayout()
        limit.setSpacing(SPACE)
        limit.addWidget(self.own_limit_check)
        limit.addWidget(self.limit_spin)
        limit.addStretch(1)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(SPACE)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.addRow(self.tr("&Model"), self.model_combo)
        self._form.addRow(self.tr("&Effort"), self.effort_combo)
        self._form.addRow("", self.thinking_check)
        self._form.addRow(self.tr("Length"), limit)
        self._form.addRow("", self.note_label)
        self._form.addRow("", self.problem_label)


def _combo(name: str, about: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(about)
    combo.setMinimumContentsLength(24)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo
