"""Which column stands for which name, where a recipe of another table is opened on this one."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.mapping_form import MappingForm
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Label, button, scrolled

_WIDTH, _HEIGHT = GRID * 88, GRID * 56


class MappingDialog(QDialog):
    """The form with what can be done with it."""

    mapped = Signal(object)
    """The recipe in the table's own names."""

    def __init__(
        self,
        recipe: Recipe,
        table: Table,
        kept: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Columns that are `kept` on this computer are not offered."""
        super().__init__(parent)
        self.setObjectName("mapping_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Columns for this recipe"))
        self.resize(_WIDTH, _HEIGHT)
        self._recipe, self._table = recipe, table
        self.form = MappingForm(recipe, table, kept)
        self.use_button = button(self.tr("Use these columns"), "mapping_use", look="primary")
        self.as_is_button = button(self.tr("Leave the names as they are"), "mapping_as_is")
        self._lay_out()
        self._settle()
        self.form.settled.connect(self._settle)
        self.use_button.clicked.connect(self._use)
        self.as_is_button.clicked.connect(self._leave)

    @Slot()
    def _settle(self) -> None:
        self.use_button.setEnabled(self.form.complete)

    @Slot()
    def _use(self) -> None:
        self.mapped.emit(self.form.recipe)
        self.accept()

    @Slot()
    def _leave(self) -> None:
        self.mapped.emit(self._recipe)
        self.accept()

    def _lay_out(self) -> None:
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        column.addStretch(1)
        area = scrolled(lines)
        area.setAccessibleName(self.tr("Names in the prompt and their columns"))
        about = self.tr(
            "This recipe was written for a table with other headers. Say which column of %1 "
            "stands for each name; the prompt is then written with the table's own names."
        )
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        cancel = button(self.tr("Cancel"), "mapping_cancel")
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        foot.addStretch(1)
        foot.addWidget(self.as_is_button)
        foot.addWidget(self.use_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(Label(self.tr("Columns for this recipe"), "heading"))
        whole.addWidget(Label(about.replace("%1", self._table.name), "muted"))
        whole.addSpacing(SPACE)
        whole.addWidget(area, 1)
        whole.addLayout(foot)
