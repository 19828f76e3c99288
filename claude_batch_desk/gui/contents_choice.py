"""What a file is to hold, as lines of a menu."""

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from claude_batch_desk.core.jobs.contents import Contents, RowsWanted


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
        self.raw = self._check("raw", self.tr("With each answer just as it came"))
        self.versions = self._check("versions", self.tr("With the version of the prompt"))
        self.about = self._check(
            "about", self.tr("With a sheet about them in the original with answers")
        )

    def offer(self, *, versioned: bool, workbook: bool) -> None:
        """Offer what the job that is shown has: versions of its prompt, a workbook of its own."""
        self.versions.setVisible(versioned)
        self.about.setVisible(workbook)

    def show(self, contents: Contents) -> None:
        """Let this be chosen."""
        for each in self.rows.actions():
            each.setChecked(each.data() == contents.rows)
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
