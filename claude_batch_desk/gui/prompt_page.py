"""What to ask of every row, what to get back, and of which model."""

from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.jobs.advising import Advice
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.mapping import needs_mapping
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.column_chips import ColumnChips
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.empty_cells import EmptyCellsChoice
from claude_batch_desk.gui.examples_form import ExamplesForm
from claude_batch_desk.gui.fields_form import FieldsForm
from claude_batch_desk.gui.find_bar import FindBar
from claude_batch_desk.gui.into_sight import IntoSight
from claude_batch_desk.gui.mapping_dialog import MappingDialog
from claude_batch_desk.gui.model_form import ModelForm
from claude_batch_desk.gui.prompt_preview import PromptPreview
from claude_batch_desk.gui.recipe_bar import RecipeBar
from claude_batch_desk.gui.recipe_gallery import RecipeGallery
from claude_batch_desk.gui.side_by_side import SideBySide
from claude_batch_desk.gui.taken_values import take_values
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.template_editor import TemplateEditor
from claude_batch_desk.gui.text_boxes import GrowingHeight, InstructionsEdit
from claude_batch_desk.gui.theme import SPACE, WIDE
from claude_batch_desk.gui.unknown_columns import UnknownColumns
from claude_batch_desk.gui.versions_bar import KeepsVersions, VersionsBar
from claude_batch_desk.gui.widgets import Banner, Card, Label, button, scrolled

_FIRST_LINE = "haiku"


class OffersModels(KeepsVersions, Protocol):
    """The verbs of the desk that this page needs."""

    def models(self, mode: Mode, report: Report) -> list[OfferedModel]:
        """The models on offer."""
        ...

    def advise(self, job_id: int, estimate: Estimate, report: Report) -> Advice:
        """What helps to choose a model and the longest answer."""
        ...


class PromptPage(QWidget):
    """Edits `draft.recipe`; every edit is in the draft and in the preview at once."""

    done_requested = Signal()

    def __init__(
        self, desk: OffersModels, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._draft = desk, tasks, draft
        self._shown = Recipe()
        self._models_of: Mode | None = None
        self._advising: Task | None = None
        self.recipe_bar = RecipeBar()
        self.gallery = RecipeGallery(tasks)
        self.sent_banner = Banner("prompt_sent")
        self.instructions_edit = InstructionsEdit()
        self.template_editor = TemplateEditor()
        self.find_bar = FindBar((self.instructions_edit, self.template_editor), self)
        self.unknown_columns = UnknownColumns()
        self.chips = ColumnChips()
        self.empty_cells = EmptyCellsChoice()
        self.fields_form = FieldsForm()
        self.examples_form = ExamplesForm()
        self.model_form = ModelForm()
        self.preview = PromptPreview(tasks)
        self.versions = VersionsBar(desk, tasks, draft)
        self.next_button = button(
            self.tr("Try it on a few rows"), "prompt_next", look="primary", icon_name="arrow-right"
        )
        self._describe()
        self._lay_out()
        self._connect()
        self.model_form.set_models(tuple(bundled_models().values()))
        self._open()

    def enter(self) -> None:
        """Ask the service which models it offers, once for each way of working."""
        job = self._draft.job
        if job is None or job.mode == self._models_of:
            return
        self._models_of = job.mode
        self._tasks.start(
            self._desk.models, job.mode, owner=self, done=self._offer_models, failed=self._no_models
        )

    @Slot()
    def show_examples(self) -> None:
        """Bring the examples into sight."""
        self._sight.bring(self.examples_form)

    @Slot(object)
    def show_estimate(self, estimate: Estimate) -> None:
        """A new estimate of the draft as it is: put prices beside the choices."""
        job = self._draft.job
        if job is None or not self._draft.editable:
            return
        if self._advising is not None:
            self._advising.cancel()
        self.preview.set_estimate(estimate, job.recipe)
        done = partial(self._take_advice, job.recipe)
        self._advising = self._tasks.start(
            self._desk.advise, job.id, estimate, owner=self, done=done
        )

    def _take_advice(self, recipe: Recipe, advice: Advice) -> None:
        self.model_form.show_advice(advice, recipe)

    @Slot()
    def _drop_advice(self) -> None:
        """Prices were those of other rows."""
        if self._advising is not None:
            self._advising.cancel()
        self.model_form.show_advice(None, Recipe())

    def _offer_models(self, models: list[OfferedModel]) -> None:
        self.model_form.set_models(models)
        self._choose_first_model()

    def _no_models(self, error: BaseException) -> None:
        """The bundled table stays on offer; the next visit asks again."""
        self._models_of = None

    @Slot()
    def _begin(self) -> None:
        """Another job is read from its top."""
        self._open()
        self._area.verticalScrollBar().setValue(0)

    @Slot()
    def _open(self) -> None:
        """Show another job, or this one as it was sent."""
        self.recipe_bar.banner.clear()
        self._take_table()
        self._show(self._draft.recipe)
        self._choose_first_model()
        editable = self._draft.editable
        for edit in (self.instructions_edit, self.template_editor):
            edit.setReadOnly(not editable)
        for part in (
            self.fields_form,
            self.examples_form,
            self.model_form,
            self.chips,
            self.empty_cells,
            self.unknown_columns,
        ):
            part.setEnabled(editable)
        self.recipe_bar.set_editable(editable)
        self.next_button.setVisible(editable)
        sent = self._draft.job is not None and not editable
        told = self.tr("This job was sent. The prompt is shown as it was sent.")
        self.sent_banner.say(told if sent else "")

    @Slot()
    def _take_table(self) -> None:
        columns = self._open_columns()
        self.template_editor.set_columns(columns)
        self.chips.set_columns(columns)
        self.fields_form.set_columns(columns)
        self.gallery.set_table(self._draft.table, self._draft.selection.excluded)
        self.preview.set_table(self._draft.table, self._draft.selection)
        self._say_unknown()

    def _open_columns(self) -> tuple[str, ...]:
        """The columns that may be sent."""
        table, kept = self._draft.table, set(self._draft.selection.excluded)
        return tuple(each for each in table.columns if each not in kept) if table else ()

    @Slot()
    def _follow(self) -> None:
        """Somebody changed the draft; nothing to do where that was this page."""
        if self._draft.recipe != self._shown:
            self._show(self._draft.recipe)

    def _choose_first_model(self) -> None:
        if not self._draft.editable or self._draft.recipe.model:
            return
        offered = self.model_form.models
        first = next((each for each in offered if each.line == _FIRST_LINE), None)
        if first is not None:
            self._take(replace(self._draft.recipe, model=first.id))
            self.model_form.set_recipe(self._shown)

    def _show(self, recipe: Recipe) -> None:
        self._shown = recipe
        for edit, text in (
            (self.instructions_edit, recipe.instructions),
            (self.template_editor, recipe.prompt.text),
        ):
            if edit.toPlainText() != text:
                with QSignalBlocker(edit):
                    edit.setPlainText(text)
        self.empty_cells.choose(recipe.empty_cells)
        self.fields_form.set_fields(recipe.fields)
        self.model_form.set_recipe(recipe)
        self._spread(recipe)
        self._browse(self._draft.editable and recipe.is_blank)

    @Slot(bool)
    def _browse(self, browsing: bool) -> None:
        """Show the recipes, or what is written."""
        self.recipe_bar.browse_button.setChecked(browsing)
        self.gallery.set_begun(begun=not self._shown.is_blank)
        self._places.setCurrentWidget(self.gallery if browsing else self._parts)
        self._foot.setHidden(browsing)
        if browsing:
            self.find_bar.hide()

    @Slot()
    def _write_own(self) -> None:
        self._browse(False)
        self.template_editor.setFocus()
        self._sight.bring(self.chips)  # what can be put into it, right below

    def _take(self, recipe: Recipe) -> None:
        """The person wrote this."""
        if self._draft.editable:
            self._shown = recipe
            self._draft.set_recipe(recipe)
            if not recipe.is_blank:
                self._browse(False)
        self._spread(self._shown)

    def _spread(self, recipe: Recipe) -> None:
        """Everything that follows from the recipe."""
        self.preview.set_recipe(recipe)
        self.examples_form.set_recipe(recipe)
        self.model_form.follow(recipe)
        self.recipe_bar.set_recipe(recipe)
        self.chips.set_used(recipe.prompt.columns)
        self._say_unknown()

    def _say_unknown(self) -> None:
        columns = self._open_columns()
        names = self._shown.prompt.unknown(columns) if self._draft.table else ()
        self.unknown_columns.show_unknown(names, columns, self._draft.selection.excluded)

    @Slot()
    def _take_instructions(self) -> None:
        self._take(replace(self._shown, instructions=self.instructions_edit.toPlainText()))

    @Slot()
    def _take_prompt(self) -> None:
        text = self.template_editor.toPlainText()
        if text != self._shown.prompt.text:
            self._take(self._shown.with_prompt(text))

    @Slot()
    def _take_forms(self) -> None:
        fields = self.fields_form.fields()
        examples = self.examples_form.following(fields)
        empty = self.empty_cells.value
        self._take(replace(self._shown, fields=fields, examples=examples, empty_cells=empty))
        self.model_form.set_recipe(self._shown)

    @Slot()
    def _take_model(self) -> None:
        chosen = self.model_form.recipe
        self._take(
            replace(
                self._shown,
                model=chosen.model,
                effort=chosen.effort,
                thinking=chosen.thinking,
                max_tokens=chosen.max_tokens,
            )
        )

    @Slot(object)
    def _take_recipe(self, recipe: Recipe) -> None:
        """Put it in place; of one for another table, ask which columns are meant before."""
        table = self._draft.table
        if table is None or not needs_mapping(recipe, table.columns):
            self._put_in_place(recipe)
            return
        dialog = MappingDialog(recipe, table, self._draft.selection.excluded, self.window())
        dialog.mapped.connect(self._put_in_place)
        dialog.rejected.connect(self.recipe_bar.banner.clear)
        dialog.open()

    @Slot(object)
    def _put_in_place(self, recipe: Recipe) -> None:
        self.versions.keep_written()
        self._draft.set_recipe(recipe)
        self._choose_first_model()
        self._browse(recipe.is_blank)

    def _connect(self) -> None:
        self._draft.opened.connect(self._begin)
        self._draft.opened.connect(self._drop_advice)
        self._draft.table_changed.connect(self._drop_advice)
        self._draft.job_changed.connect(self._open)
        self._draft.table_changed.connect(self._take_table)
        self._draft.selection_changed.connect(self._take_table)
        self._draft.recipe_changed.connect(self._follow)
        self.recipe_bar.chosen.connect(self._take_recipe)
        self.recipe_bar.placed.connect(self._put_in_place)
        self.recipe_bar.browse_button.clicked.connect(self._browse)
        self.gallery.used.connect(self.recipe_bar.take)
        self.gallery.own_wanted.connect(self._write_own)
        self.instructions_edit.textChanged.connect(self._take_instructions)
        self.template_editor.textChanged.connect(self._take_prompt)
        self.find_bar.shown_in.connect(self._sight.bring_place)
        self.chips.chosen.connect(self.template_editor.insert_column)
        self.unknown_columns.replace_requested.connect(self.template_editor.rename_placeholder)
        self.unknown_columns.match_requested.connect(lambda: self._take_recipe(self._shown))
        self.empty_cells.changed.connect(self._take_forms)
        self.fields_form.changed.connect(self._take_forms)
        self.fields_form.values_wanted.connect(partial(take_values, self._tasks, self._draft))
        self.examples_form.changed.connect(self._take_forms)
        self.fields_form.sight_wanted.connect(self._sight.bring)
        self.model_form.changed.connect(self._take_model)
        self.next_button.clicked.connect(self.done_requested)

    def _describe(self) -> None:
        self.template_editor.setObjectName("prompt")
        self.template_editor.setAccessibleName(self.tr("Prompt for each row"))
        self.template_editor.setPlaceholderText(
            self.tr("Classify this message: {{Message}} — type {{ to pick a column")
        )
        GrowingHeight(self.template_editor, 4, 16)

    def _lay_out(self) -> None:
        forms = QWidget()
        column = QVBoxLayout(forms)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        for card in (
            self._card(
                self.tr("Instructions"),
                self.tr("The same for every row. Definitions and rules belong here."),
                self.instructions_edit,
            ),
            self._card(
                self.tr("Prompt for each row"),
                self.tr(
                    "Each {{column}} stands for that row's cell. Click a column, or drag it in."
                ),
                self.template_editor,
                self.unknown_columns,
                self.chips,
                self.empty_cells,
            ),
            self._card(
                self.tr("Answer columns"),
                self.tr("What comes back beside each row."),
                self.fields_form,
                self.examples_form.notice,
            ),
            self.examples_form,
            self._card(self.tr("Model"), "", self.model_form),
        ):
            column.addWidget(card)
        column.addStretch(1)
        area = self._area = scrolled(forms)
        area.setObjectName("prompt_forms")
        self._sight = IntoSight(area)
        area.setAccessibleName(self.tr("Instructions, prompt, answer columns and model"))
        self._parts = SideBySide(area, self.preview.scrolled())
        self._parts.setObjectName("prompt_splitter")
        self._places = QStackedWidget()
        self._places.addWidget(self._parts)
        self._places.addWidget(self.gallery)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.versions, 1)
        foot.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.sent_banner)
        layout.addWidget(self.recipe_bar)
        layout.addWidget(self.find_bar)
        layout.addWidget(self._places, 1)
        layout.addWidget(self._foot)

    def _card(self, heading: str, about: str, *parts: QWidget) -> Card:
        card = Card(heading)
        if about:
            card.column.addWidget(Label(about, "caption"))
        for part in parts:
            card.column.addWidget(part)
        return card
