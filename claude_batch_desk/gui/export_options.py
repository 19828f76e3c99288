"""The menu beside the export buttons: other forms of file, and what a file is to hold."""

from functools import partial

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from claude_batch_desk.core.jobs.contents import Contents, RowsWanted


class ExportOptions(QObject):
    """Holds what the person chose until the window is closed."""

    form_wanted = Signal(str, str)
    """Export to a file with this suffix, of this kind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = QMenu(parent)
        self.menu.setObjectName("export_menu")
        for suffix, kind in (
            (".tsv", self.tr("Tab-separated text")),
            (".jsonl", self.tr("JSON Lines")),
            (".parquet", self.tr("Parquet")),
        ):
            words = self.tr("Export as %1…").replace("%1", kind)
            action = self.menu.addAction(words)
            action.setObjectName(f"export{suffix.replace('.', '_')}")
            action.triggered.connect(partial(self.form_wanted.emit, suffix, kind))
        self.menu.addSeparator()
        self._rows = self._add_rows()
        self.menu.addSeparator()
        self.raw = self._check("export_raw", self.tr("With each answer just as it came"))
        self.versions = self._check("export_versions", self.tr("With the version of the prompt"))
        self.about = self._check(
            "export_about", self.tr("With a sheet about them in the original with answers")
        )

    def offer(self, *, versioned: bool, workbook: bool) -> None:
        """Offer what the job that is shown has: versions of its prompt, a workbook of its own."""
        self.versions.setVisible(versioned)
        self.about.setVisible(workbook)

    @property
    def contents(self) -> Contents:
        """What a fresh file is to hold."""
        rows: RowsWanted = self._rows.checkedAction().data()
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
            action = self._check(f"export_rows_{rows}", words)
            action.setData(rows)
            action.setChecked(rows == "all")
            group.addAction(action)
        return group

    def _check(self, name: str, words: str) -> QAction:
        action = self.menu.addAction(words)
        action.setObjectName(name)
        action.setCheckable(True)
        return action
