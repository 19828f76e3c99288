"""What is chosen once for the whole program; every choice holds at once."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.settings import ANTHROPIC_URL, Settings
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Label, button

_WIDTH = GRID * 56


class SettingsDialog(QDialog):
    """Shows the settings and tells each change."""

    theme_chosen = Signal(str)
    mode_chosen = Signal(str)

    def __init__(self, settings: Settings, folder: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(_WIDTH)
        self.theme = Segmented(
            {
                "system": self.tr("As the system"),
                "light": self.tr("Light"),
                "dark": self.tr("Dark"),
            },
            "settings_theme",
        )
        self.theme.choose(settings.theme)
        self.theme.chosen.connect(self.theme_chosen)
        self.mode = Segmented(
            {"practice": self.tr("Practice"), "live": self.tr("Live")}, "settings_mode"
        )
        self.mode.choose(settings.mode)
        self.mode.chosen.connect(self._choose_mode)
        self.mode_text = Label("", "caption")
        self._say_mode(settings.mode)
        self.close_button = button(self.tr("Close"), "settings_close")
        self.close_button.clicked.connect(self.reject)
        self._lay_out(settings.base_url, folder)

    def _lay_out(self, host: str, folder: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(SPACE)
        column.addWidget(Label(self.tr("Settings"), "heading"))
        column.addSpacing(SPACE)
        column.addLayout(self._line(self.tr("Appearance"), self.theme))
        column.addSpacing(SPACE)
        column.addLayout(self._line(self.tr("New jobs start in"), self.mode))
        column.addWidget(self.mode_text)
        column.addSpacing(WIDE)
        known = self.tr("Live requests go to %1.").replace("%1", host)
        if host != ANTHROPIC_URL:
            known = self.tr("Live requests go to %1, which is not Anthropic's own address.")
            known = known.replace("%1", host)
        column.addWidget(Label(known, "caption", selectable=True))
        kept = self.tr("Jobs and answers are kept in %1").replace("%1", folder)
        column.addWidget(Label(kept, "caption", selectable=True))
        column.addSpacing(SPACE)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)

    @staticmethod
    def _line(words: str, choice: Segmented) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Label(words, wrap=False), 1)
        row.addWidget(choice)
        return row

    @Slot(str)
    def _choose_mode(self, mode: str) -> None:
        self._say_mode(mode)
        self.mode_chosen.emit(mode)

    def _say_mode(self, mode: str) -> None:
        if mode == "live":
            self.mode_text.setText(self.tr("Sent to the service with your key, and billed."))
        else:
            self.mode_text.setText(
                self.tr("Made-up answers from this computer. No key, no cost, nothing is sent.")
            )
