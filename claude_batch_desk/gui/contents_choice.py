"""What a file is to hold, as lines of a menu."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from claude_batch_desk.core.jobs.contents import Contents, RowsWanted
from claude_batch_desk.gui.columns_choice import ColumnsDialog
from claude_batch_desk.gui.wording import number


class ContentsChoice(QObject):
    """Rows, and columns besides the answers with their status and reason."""

    changed = Signal()
    """The person chose otherwise."""

    def __init__(self, menu: QMenu, name: str) -> None:
        """`name` begins the names of the lines, for tests and screen readers."""
        super().__init__(menu)
        self._menu, self._name = menu, name
        self.rows = self._add_rows()
        menu.addSeparator()
        self.some = self._check("columns", self.tr("Only some columns…"))
        self.some.triggered.disconnect(self.changed)
        self.some.triggered.connect(self._ask_columns)
        self._columns: tuple[str, ...] = ()
        self._wanted: tuple[str, ...] | None = None
        self.raw = self._check("raw", self.tr("With each answer just as it came"))
        self.versions = self._check("versions", self.tr("With the version of the prompt"))
        self.about = self._check(
            "about", self.tr("With a sheet about them in the original with answers")
        )

    def offer(self, columns: Sequence[str], *, versioned: bool, workbook: bool) -> None:
        """Offer what the job that is shown has: versions of its prompt, a workbook of its own.

        `columns` are those of its table.
        """
        if self._columns != (there := tuple(columns)):
            self._columns = there
            self._want(None)
        self.versions.setVisible(versioned)
        self.about.setVisible(workbook)

    def offer_parts(self, *, offered: bool) -> None:
        """Whether the file may have only some of the rows and columns."""
        self.rows.setVisible(offered)
        self.some.setVisible(offered)

    def show(self, contents: Contents) -> None:
        """Let this be chosen."""
        for each in self.rows.actions():
            each.setChecked(each.data() == contents.rows)
        self._want(contents.columns)
        self.raw.setChecked(contents.raw)
        self.versions.setChecked(contents.versions)
        self.about.setChecked(contents.about)

    @property
    def contents(self) -> Contents:
        """What a fresh file is to hold."""
        rows: RowsWanted = self.rows.checkedAction().data()
        comma = QLocale.system().decimalPoint() == ","
        return Contents(
            rows=rows,
            columns=self._wanted,
            raw=self.raw.isChecked(),
            versions=self.versions.isVisible() and self.versions.isChecked(),
            separator=";" if comma else ",",  # as the Excel of that country reads and writes it
        )

    @property
    def copied_contents(self) -> Contents:
        """What a copy of the original is to hold; it always has all of its rows."""
        return Contents(
            raw=self.raw.isChecked(),
            versions=self.versions.isVisible() and self.versions.isChecked(),
            about=self.about.isVisible() and self.about.isChecked(),
        )

    @Slot()
    def _ask_columns(self) -> None:
        self._want(self._wanted)  # what was pressed has ticked it
        parent = self._menu.parentWidget()
        window = parent.window() if parent is not None else None
        dialog = ColumnsDialog(self._columns, self._wanted, window)
        dialog.chosen.connect(self._choose_columns)
        dialog.open()

    @Slot(object)
    def _choose_columns(self, wanted: tuple[str, ...] | None) -> None:
        self._want(wanted)
        self.changed.emit()

    def _want(self, wanted: tuple[str, ...] | None) -> None:
        self._wanted = wanted
        self.some.setChecked(wanted is not None)
        words = self.tr("Only some columns…")
        if wanted is not None:
            words = self.tr("Only %1 of %2 columns…").replace("%1", number(len(wanted)))
            words = words.replace("%2", number(len(self._columns)))
        self.some.setText(words)

    def _add_rows(self) -> QActionGroup:
        group = QActionGroup(self)
        told: tuple[tuple[RowsWanted, str], ...] = (
            ("all", self.tr("All rows of the table")),
            ("ran", self.tr("Only the rows of this job")),
            ("answered", self.tr("Only rows answered as asked for")),
            ("open", self.tr("Only rows without a usable answer")),
        )
        for rows, words in told:
            action = self._check(f"rows_{rows}", words)
            action.setData(rows)
            action.setChecked(rows == "all")
            group.addAction(action)
        return group

    def _check(self, name: str, words: str) -> QAction:
        action = self._menu.addAction(words)
        action.setObjectName(f"{self._name}_{name}")
        action.setCheckable(True)
        action.triggered.connect(self.changed)
        return action
