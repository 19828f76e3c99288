"""All columns of the table with what they hold; which stay at home, and which are left out."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.column_delegate import ColumnDelegate
from claude_batch_desk.gui.column_detail import ColumnDetail
from claude_batch_desk.gui.columns_model import (
    ENTRY,
    ColumnEntry,
    ColumnsModel,
    entries_of,
)
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import IconLabel, Label, button, icon_button, scrolled

_SEARCHED_FROM = 20
_NAMED = 3
_MOST_CHARACTERS = 32


class ColumnsPanel(QWidget):
    """A list of columns, the chosen ones in detail below it."""

    column_chosen = Signal(str)
    """The person moved to this column of the table."""
    excluded_chosen = Signal(object)
    """The person wants these columns, and no others, never to be sent: a tuple of names."""
    left_out_chosen = Signal(object)
    """The person wants the table without these columns: a tuple of names."""
    suggested = Signal(bool)
    """There is, or is no longer, a suggestion to keep some columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns_panel")
        self._excluded: tuple[str, ...] = ()
        self._editable = True
        self._naming = ""
        """The column that names a document for each row, and cannot go without these."""
        self._waved_off: tuple[str, ...] = ()
        """What was suggested and not wanted."""
        self.model = ColumnsModel(self)
        self.search = QLineEdit()
        self.view = QListView()
        self.detail = ColumnDetail()
        self.suggestion = QFrame()
        self.suggestion_label = Label("", "caption")
        self.suggestion_button = button(self.tr("Never send"), "suggest_keep", look="link")
        self.suggestion_close = icon_button(
            "close", "suggest_close", self.tr("They may be sent: do not ask again")
        )
        self._describe()
        self._lay_out()
        self._connect()

    def show_table(self, table: Table, excluded: Sequence[str], *, editable: bool) -> None:
        """Show the columns of this table; `excluded` are those that are never sent."""
        entries = entries_of(table.columns, table.profile, excluded, table.reading.left_out)
        self._excluded, self._editable = tuple(excluded), editable
        self._naming = table.reading.document_column
        chosen = self.chosen
        self.model.set_entries(entries)
        self.search.setVisible(len(entries) > _SEARCHED_FROM)
        if not self.search.isVisibleTo(self):
            self.search.clear()
        if not self.view.currentIndex().isValid():
            self.select(chosen[0].name if chosen else entries[0].name)
        self._show_chosen()
        self._suggest()

    @property
    def chosen(self) -> list[ColumnEntry]:
        """The columns the two choices are about."""
        indexes = sorted(self.view.selectionModel().selectedRows(), key=lambda each: each.row())
        return [index.data(ENTRY) for index in indexes]

    @Slot(str)
    def select(self, name: str) -> None:
        """Choose a column, without telling."""
        index = self.model.place(name)
        if not index.isValid() and self.search.text():
            self.search.clear()
            index = self.model.place(name)
        if not index.isValid():
            index = self.model.index(0, 0)
        self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        """Choose the column at this place, or none, without telling."""
        with QSignalBlocker(self):
            self.view.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.view.scrollTo(index)
            self._show_chosen()

    # What the person does

    @Slot()
    def _show_chosen(self) -> None:
        chosen = self.chosen
        staying = sum(not each.left_out for each in self.model.entries)
        leaving = sum(not each.left_out for each in chosen)
        stays = ""
        if leaving and leaving == staying:
            stays = self.tr("A table has one column at least.")
        elif any(each.name == self._naming for each in chosen):
            stays = self.tr("It names the documents. Choose “none” for these first.")
        self.detail.show_columns(chosen, editable=self._editable, stays=stays)

    @Slot()
    def _tell_column(self) -> None:
        index = self.view.currentIndex()
        entry: ColumnEntry | None = index.data(ENTRY)
        if entry is not None and not entry.left_out:
            self.column_chosen.emit(entry.name)

    @Slot(bool)
    def _keep(self, keep: bool) -> None:
        self._tell_excluded([each.name for each in self.chosen], keep=keep)

    def _tell_excluded(self, names: Sequence[str], *, keep: bool) -> None:
        others = tuple(each for each in self._excluded if each not in names)
        self.excluded_chosen.emit((*others, *names) if keep else others)

    @Slot(bool)
    def _leave_out(self, leave: bool) -> None:
        names = {each.name for each in self.chosen}
        before = tuple(each.name for each in self.model.entries if each.left_out)
        others = tuple(each for each in before if each not in names)
        added = tuple(each.name for each in self.model.entries if each.name in names)
        self.left_out_chosen.emit((*others, *added) if leave else others)

    @Slot()
    def _keep_suggested(self) -> None:
        self._tell_excluded(self._personal(), keep=True)

    @Slot()
    def _wave_off(self) -> None:
        self._waved_off = tuple(self._personal())
        self._suggest()

    def _personal(self) -> list[str]:
        entries = self.model.entries
        return [
            each.name
            for each in entries
            if each.profile and each.profile.personal and not each.kept
        ]

    def _suggest(self) -> None:
        names = self._personal()
        wanted = self._editable and bool(names) and not set(names) <= set(self._waved_off)
        self.suggestion.setVisible(wanted)
        self.suggested.emit(wanted)
        named = ", ".join(f"“{_short(name)}”" for name in names[:_NAMED])
        rest = len(names) - _NAMED
        if rest > 0:
            named = self.tr("%1 and %2 more").replace("%1", named).replace("%2", str(rest))
        told = self.tr("%1 may tell of people.").replace("%1", named)
        self.suggestion_label.setText(told)

    def _connect(self) -> None:
        selection = self.view.selectionModel()
        selection.selectionChanged.connect(self._show_chosen)
        selection.currentChanged.connect(self._tell_column)
        self.search.textChanged.connect(self._find)
        self.detail.keep_chosen.connect(self._keep)
        self.detail.leave_out_chosen.connect(self._leave_out)
        self.suggestion_button.clicked.connect(self._keep_suggested)
        self.suggestion_close.clicked.connect(self._wave_off)

    @Slot(str)
    def _find(self, wanted: str) -> None:
        """Show what is found, the first of it chosen, while the table stays where it is."""
        self.model.find(wanted)
        self._choose(self.model.index(0, 0))

    # How it looks

    def _describe(self) -> None:
        self.search.setObjectName("columns_search")
        self.search.setPlaceholderText(self.tr("Find a column"))
        self.search.setAccessibleName(self.tr("Find a column"))
        self.search.setClearButtonEnabled(True)
        self.view.setObjectName("columns_list")
        self.view.setAccessibleName(self.tr("Columns of the table"))
        self.view.setProperty("look", "plain")
        self.view.setModel(self.model)
        self.view.setItemDelegate(ColumnDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.suggestion.setObjectName("columns_suggestion")
        self.suggestion.setProperty("look", "warning")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self.suggestion)
        row.setContentsMargins(SPACE, TIGHT, TIGHT, TIGHT)
        row.setSpacing(TIGHT)
        row.addWidget(IconLabel("shield", colour="warning"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.suggestion_label, 1)
        row.addWidget(self.suggestion_button)
        row.addWidget(self.suggestion_close)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setObjectName("columns_parts")
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(SPACE)
        area = scrolled(self.detail)
        area.setProperty("look", "below")
        area.setObjectName("column_detail_area")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes it
        area.setMinimumHeight(GRID * 13)
        self.view.setMinimumHeight(GRID * 9)
        parts.addWidget(self.view)
        parts.addWidget(area)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.suggestion)
        column.addWidget(self.search)
        column.addWidget(parts, 1)


def _short(name: str) -> str:
    return name if len(name) <= _MOST_CHARACTERS else name[: _MOST_CHARACTERS - 1] + "…"
