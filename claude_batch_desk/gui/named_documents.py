"""Which column of a table names a document for each row, and the folder these are in."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QWidget

from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Label, button, documents, set_tip
from claude_batch_desk.gui.wording import one_line

_MOST_OFFERED = 500
_WIDEST = GRID * 24


class NamedDocuments(QWidget):
    """A box with the columns, and a button with the folder; paths never lead out of that."""

    chosen = Signal(str, str)
    """The column and the folder; both "" for no documents."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = self._folder = ""
        self.column = QComboBox()
        self.column.setObjectName("data_document_column")
        self.column.setAccessibleName(self.tr("Column that names a document for each row"))
        self.column.setMaximumWidth(_WIDEST)
        self.folder_button = button(
            "", "data_document_folder", look="link", icon_name="folder", parent=self
        )
        label = Label(self.tr("Documents"), "caption", wrap=False)
        label.setBuddy(self.column)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for widget in (label, self.column, self.folder_button):
            row.addWidget(widget)
        self.column.activated.connect(self._choose_column)
        self.folder_button.clicked.connect(self.ask_folder)

    def show_documents(
        self, columns: Sequence[str], paths: Sequence[str], column: str, folder: str
    ) -> None:
        """Offer these columns, first those that look like `paths`; show what was chosen."""
        self._column, self._folder = column, folder
        with QSignalBlocker(self.column):
            self.column.clear()
            self.column.addItem(self.tr("none"), "")
            first = [each for each in (*paths, column) if each]
            for name in [*dict.fromkeys((*first, *columns))][:_MOST_OFFERED]:
                self.column.addItem(one_line(name), name)
            self.column.setCurrentIndex(self.column.findData(column))
        self.folder_button.setVisible(bool(column))
        self.folder_button.setText(Path(folder).name.replace("&", "&&") or folder)
        self.folder_button.setAccessibleName(
            self.tr("Folder of the documents: %1").replace("%1", folder)
        )
        set_tip(self.folder_button, folder)

    @Slot()
    def _choose_column(self) -> None:
        chosen = self.column.currentData()
        if not chosen:
            self.chosen.emit("", "")
        elif self._folder:
            self.chosen.emit(chosen, self._folder)
        else:
            self.ask_folder()

    @Slot()
    def ask_folder(self) -> None:
        """Ask for the folder that the paths are in."""
        dialog = QFileDialog(
            self, self.tr("The folder the documents are in"), self._folder or documents()
        )
        dialog.setObjectName("document_folder_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._take_folder)
        dialog.rejected.connect(self._leave)
        dialog.open()

    @Slot(str)
    def _take_folder(self, folder: str) -> None:
        self.chosen.emit(self.column.currentData(), folder)

    @Slot()
    def _leave(self) -> None:
        """Without a folder there are no documents; show what holds."""
        self.column.setCurrentIndex(max(self.column.findData(self._column), 0))
