"""What rows are asked the second time: the recipe of their job, changed for them alone."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.gui.model_form import ModelForm
from claude_batch_desk.gui.text_boxes import GrowingHeight
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Label, button, scrolled

_WIDTH, _HEIGHT = GRID * 84, GRID * 72


class AgainForm(QDialog):
    """The prompt, the instructions and the model; the answer columns stay those of the job."""

    written = Signal(object)
    """Run the rows with this Recipe."""

    def __init__(
        self, recipe: Recipe, models: Sequence[OfferedModel], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("again_form")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Change what these rows are asked"))
        self.resize(_WIDTH, _HEIGHT)
        self._recipe = recipe
        self.instructions = self._editor("again_instructions", self.tr("Instructions"), 4, 12)
        self.instructions.setPlainText(recipe.instructions)
        self.prompt = self._editor("again_prompt", self.tr("Prompt"), 3, 10)
        self.prompt.setPlainText(recipe.prompt.text)
        self.model_form = ModelForm()
        self.model_form.set_recipe(recipe)
        self.model_form.set_models(models)
        self.use_button = button(self.tr("Use for these rows"), "again_use", look="primary")
        self.cancel_button = button(self.tr("Cancel"), "again_form_cancel")
        self._lay_out()
        self.instructions.textChanged.connect(self._settle)
        self.prompt.textChanged.connect(self._settle)
        self.model_form.changed.connect(self._settle)
        self.use_button.clicked.connect(self._use)
        self.cancel_button.clicked.connect(self.reject)
        self._settle()

    @property
    def recipe(self) -> Recipe:
        """As it is written now."""
        return replace(
            self.model_form.recipe,
            instructions=self.instructions.toPlainText(),
            prompt=Template(self.prompt.toPlainText()),
        )

    def _editor(self, name: str, about: str, least: int, most: int) -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setObjectName(name)
        edit.setAccessibleName(about)
        edit.setTabChangesFocus(True)
        GrowingHeight(edit, least, most)
        return edit

    @Slot()
    def _settle(self) -> None:
        """What is not changed need not be used."""
        self.use_button.setEnabled(self.recipe != self._recipe and bool(self.recipe.prompt.text))

    @Slot()
    def _use(self) -> None:
        self.written.emit(self.recipe)
        self.accept()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        about = self.tr(
            "The change is for these rows alone: the other answers stay as they are. The answer "
            "columns are those of the job."
        )
        column.addWidget(Label(about, "muted"))
        column.addWidget(Label(self.tr("Instructions, the same for every row"), "strong"))
        column.addWidget(self.instructions)
        column.addWidget(Label(self.tr("Prompt, with the columns in braces"), "strong"))
        column.addWidget(self.prompt)
        column.addWidget(Label(self.tr("Model"), "strong"))
        column.addWidget(self.model_form)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.use_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(scrolled(content), 1)
        whole.addLayout(foot)
