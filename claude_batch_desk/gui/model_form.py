"""Which model answers, with how much effort, and how long an answer may be."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.catalogue import EFFORTS, OfferedModel
from claude_batch_desk.core.jobs.advising import Advice
from claude_batch_desk.core.pricing.comparing import Comparison
from claude_batch_desk.core.pricing.room import AnswerRoom
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens
from claude_batch_desk.gui.model_words import (
    effort_words,
    model_words,
    room_words,
    thinking_words,
)
from claude_batch_desk.gui.price_notice import PriceNotice
from claude_batch_desk.gui.theme import SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button, set_look
from claude_batch_desk.gui.wording import number

_LEAST_TOKENS, _TOKEN_STEP = 64, 256


class RoomRow(QWidget):
    """What rows tried with the recipe say of the longest answer, and a click to take it."""

    wanted = Signal(int)
    """The person wants answers of up to so many tokens."""

    def __init__(self) -> None:
        super().__init__()
        self._room: AnswerRoom | None = None
        self._measured = Recipe()
        self.label = Label("", "caption")
        self.label.setObjectName("answer_room")
        self.use_button = button("", "use_answer_room", look="link")
        self.use_button.clicked.connect(self._tell)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.label, 1)
        row.addWidget(self.use_button)

    def set_room(self, room: AnswerRoom | None, recipe: Recipe) -> None:
        """Take what was measured with this recipe."""
        self._room, self._measured = room, recipe

    def show_for(self, recipe: Recipe, model: OfferedModel | None) -> None:
        """Show it beside the limit of this recipe; hide where it was measured with another."""
        room = self._room
        if room is None or model is None or recipe != self._measured:
            self.hide()
            return
        limit = recipe.max_tokens or proposed_max_tokens(recipe, model)
        set_look(self.label, "look", "problem" if room.cut_off else "caption")
        self.label.setText(room_words(room, limit))
        self.use_button.setText(self.tr("Use %1").replace("%1", number(room.tokens)))
        self.use_button.setVisible(room.tokens != limit)
        self.show()

    @Slot()
    def _tell(self) -> None:
        if self._room is not None:
            self.wanted.emit(self._room.tokens)


class ModelForm(QWidget):
    """Shows only the choices that the chosen model has; `changed` when the person chose."""

    changed = Signal()
    models_changed = Signal()
    """Other models are on offer."""
    prices_requested = Signal(str)
    """The person wants to enter the prices of this model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[OfferedModel, ...] = ()
        self._newest: tuple[OfferedModel, ...] = ()
        self._recipe = Recipe()
        self._prices = Comparison()
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
        self.thinking_label = Label("", "caption")
        self.room = RoomRow()
        self.price_notice = PriceNotice()
        self.price_label = Label("", "caption")
        self.note_label = Label("", "caption")
        self.problem_label = Label("", "problem")
        self._lay_out()
        self.model_combo.activated.connect(self._choose_model)
        self.effort_combo.activated.connect(self._choose_effort)
        self.thinking_check.clicked.connect(self._choose_thinking)
        self.own_limit_check.clicked.connect(self._choose_limit)
        self.limit_spin.valueChanged.connect(self._choose_limit)
        self.room.wanted.connect(self._use_room)
        self.price_notice.wanted.connect(self.prices_requested)

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
        self._newest = tuple({model.line: model for model in reversed(self._models)}.values())
        older = [model for model in self._models if model not in self._newest]
        with QSignalBlocker(self.model_combo):
            self.model_combo.clear()
            for model in self._models:
                if model in self._newest:
                    self.model_combo.addItem("", model.id)
            if older:
                self.model_combo.insertSeparator(self.model_combo.count())
            for model in older:
                self.model_combo.addItem("", model.id)
        self.set_recipe(self._recipe)
        self.models_changed.emit()

    def show_advice(self, advice: Advice | None, recipe: Recipe) -> None:
        """Put prices beside the choices, and what rows tried with this recipe say of its limit."""
        self._prices = advice.prices if advice else Comparison()
        self.room.set_room(advice.room if advice else None, recipe)
        self.set_recipe(self._recipe)

    def set_unpriced(self, models: frozenset[str]) -> None:
        """Take the ids of the models whose price is not known."""
        self.price_notice.set_unpriced(models)
        self._show_notice(self.model)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the choices of this recipe."""
        self._recipe = recipe
        model = self.model
        self._show_models()
        self.model_combo.setCurrentIndex(self.model_combo.findData(recipe.model))
        self._show_efforts(model)
        self._show_thinking(model)
        self._show_limit(model)
        self._show_room(model)
        self._show_notice(model)
        known = bool(self._prices.models)
        told = self.tr("Prices are for 1,000 of your rows as a batch; at once they are double.")
        self.price_label.setText(told)
        self._form.setRowVisible(self.price_label, known)
        self.note_label.say(self._note(model))
        self.problem_label.say(self._problem(model))

    def follow(self, recipe: Recipe) -> None:
        """Something else of the recipe changed; what was measured may no longer hold."""
        self._recipe = recipe
        self._show_room(self.model)

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

    @Slot(int)
    def _use_room(self, tokens: int) -> None:
        self._take(replace(self._recipe, max_tokens=tokens))

    def _take(self, recipe: Recipe) -> None:
        if recipe != self._recipe:
            self.set_recipe(recipe)
            self.changed.emit()

    def _show_models(self) -> None:
        offered = {model.id: model for model in self._models}
        for place in range(self.model_combo.count()):
            if model := offered.get(self.model_combo.itemData(place)):
                price = self._prices.models.get(model.id)
                words = model_words(model, price, newest=model in self._newest)
                self.model_combo.setItemText(place, words)

    def _show_efforts(self, model: OfferedModel | None) -> None:
        efforts = model.efforts if model else ()
        self.effort_combo.clear()
        for effort in ("", *(each for each in EFFORTS if each in efforts)):
            words = effort_words(effort, self._prices.efforts.get(effort))
            self.effort_combo.addItem(words, effort)
        self.effort_combo.setCurrentIndex(max(self.effort_combo.findData(self._recipe.effort), 0))
        self._form.setRowVisible(self.effort_combo, bool(efforts))

    def _show_thinking(self, model: OfferedModel | None) -> None:
        adaptive = model is not None and "adaptive" in model.thinking
        # A model that cannot be told to think less has nothing to switch.
        switchable = adaptive and model is not None and model.least_thinking is not None
        self.thinking_check.setVisible(switchable)
        self.thinking_check.setChecked(self._recipe.thinking)
        self.thinking_label.setText(thinking_words(self._prices, switchable=switchable))
        self._form.setRowVisible(self._thinking, adaptive)

    def _show_limit(self, model: OfferedModel | None) -> None:
        own = self._recipe.max_tokens > 0
        with QSignalBlocker(self.limit_spin):
            self.limit_spin.setRange(_LEAST_TOKENS, model.max_tokens if model else 300_000)
            proposed = proposed_max_tokens(self._recipe, model) if model else _LEAST_TOKENS
            self.limit_spin.setValue(self._recipe.max_tokens or proposed)
        self.own_limit_check.setChecked(own)
        self.limit_spin.setEnabled(own)

    def _show_room(self, model: OfferedModel | None) -> None:
        self.room.show_for(self._recipe, model)
        self._form.setRowVisible(self.room, not self.room.isHidden())

    def _show_notice(self, model: OfferedModel | None) -> None:
        unknown = self.price_notice.show_for(self._recipe.model, model.name if model else "")
        self._form.setRowVisible(self.price_notice, unknown and model is not None)

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
        self._thinking = QWidget()
        thinking = QVBoxLayout(self._thinking)
        thinking.setContentsMargins(0, 0, 0, 0)
        thinking.setSpacing(TIGHT)
        thinking.addWidget(self.thinking_check)
        thinking.addWidget(self.thinking_label)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(SPACE)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.addRow(self.tr("&Model"), self.model_combo)
        self._form.addRow("", self.price_notice)
        self._form.addRow(self.tr("&Effort"), self.effort_combo)
        self._form.addRow("", self.price_label)
        self._form.addRow(self.tr("Thinking"), self._thinking)
        self._form.addRow(self.tr("Length"), limit)
        self._form.addRow("", self.room)
        self._form.addRow("", self.note_label)
        self._form.addRow("", self.problem_label)


def _combo(name: str, about: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(about)
    combo.setMinimumContentsLength(24)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo
