"""The menu beside the export buttons: other forms of file, and what a file is to hold."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from claude_batch_desk.gui.contents_choice import ContentsChoice


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
        self.chosen = ContentsChoice(self.menu, "export")
