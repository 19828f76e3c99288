"""The menu bar: every verb of the window with its shortcut, name and tip."""

import html
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.readiness import Step
from claude_batch_desk.gui.stepper import STEPS

_STANDARD = QKeySequence.StandardKey
_LONGEST = 60
"""Characters of a path in a menu."""


def _short(path: str) -> str:
    """The end of a long path, where its name is."""
    return path if len(path) <= _LONGEST else f"…{path[1 - _LONGEST :]}"


class Menus(QObject):
    """Owns the actions; the window decides what they do by connecting the signals."""

    new_requested = Signal()
    practice_requested = Signal()
    open_requested = Signal()
    folder_requested = Signal()
    recent_requested = Signal(str)
    """This file or folder is to be opened once more."""
    paste_requested = Signal()
    next_requested = Signal()
    back_requested = Signal()
    step_requested = Signal(str)
    rename_requested = Signal()
    copy_live_requested = Signal()
    go_on_requested = Signal()
    compare_requested = Signal()
    remove_requested = Signal()
    welcome_requested = Signal()
    schedules_requested = Signal()
    spend_requested = Signal()
    key_requested = Signal()
    settings_requested = Signal()
    upkeep_requested = Signal()
    account_requested = Signal()
    help_requested = Signal()
    about_requested = Signal()
    quit_requested = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.of_job: list[QAction] = []
        """The actions that need a job in the window."""
        self._recent: tuple[str, ...] = ()
        self._file()
        self._edit()
        self._job()
        self._help()

    def allow_job(self, *, shown: bool, editable: bool, idle: bool) -> None:
        """Enable what can be done with the job in the window; `idle` jobs can be removed."""
        for action in self.of_job:
            action.setEnabled(shown)
        self.open_table.setEnabled(editable or not shown)
        self.rename.setEnabled(shown and editable)
        self.remove.setEnabled(shown and idle)
        self.go_on.setEnabled(shown and idle and not editable)
        self.compare.setEnabled(shown and not editable)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Offer these files and folders; the ones that are gone are greyed."""
        self._recent = paths
        self.recent.setEnabled(bool(paths))

    def allow_steps(self, steps: Collection[Step]) -> None:
        """Enable going to these steps only."""
        for step, action in self.steps.items():
            action.setEnabled(step in steps)

    def _menu(self, words: str) -> QMenu:
        menu = self._window.menuBar().addMenu(words)
        menu.setToolTipsVisible(True)
        return menu

    def _add(
        self, menu: QMenu, name: str, words: str, tip: str, act: Callable[[], object]
    ) -> QAction:
        action = QAction(words, self._window)
        action.setObjectName(name)
        action.setToolTip(html.escape(tip))
        action.triggered.connect(act)
        menu.addAction(action)
        return action

    def _file(self) -> None:
        menu = self._menu(self.tr("&File"))
        new = self._add(
            menu,
            "action_new",
            self.tr("&New job"),
            self.tr("Start an empty job in the mode set in Settings"),
            self.new_requested.emit,
        )
        new.setShortcut(_STANDARD.New)
        new.setIcon(icon("plus"))
        practice = self._add(
            menu,
            "action_new_practice",
            self.tr("New &Practice job"),
            self.tr("Start an empty job with made-up answers"),
            self.practice_requested.emit,
        )
        practice.setShortcut(QKeySequence("Ctrl+Shift+N"))
        self.open_table = self._add(
            menu,
            "action_open",
            self.tr("&Open a table…"),
            self.tr("Open a CSV or Excel file for this job"),
            self.open_requested.emit,
        )
        self.open_table.setShortcut(_STANDARD.Open)
        self.open_table.setIcon(icon("open"))
        folder = self._add(
            menu,
            "action_open_folder",
            self.tr("Open a &folder…"),
            self.tr("Open a folder of documents, one row for each"),
            self.folder_requested.emit,
        )
        folder.setShortcut(QKeySequence("Ctrl+Shift+O"))
        self._add_recent(menu)
        menu.addSeparator()
        self._add(
            menu,
            "action_upkeep",
            self.tr("&Back up and check…"),
            self.tr("Save everything in one file, and see whether all of it is whole"),
            self.upkeep_requested.emit,
        ).setIcon(icon("shield"))
        self._add(
            menu,
            "action_account",
            self.tr("B&atches at the service…"),
            self.tr("What the account has there, whose it is, and how to bring it in"),
            self.account_requested.emit,
        ).setIcon(icon("table"))
        self._program(menu)

    def _add_recent(self, menu: QMenu) -> None:
        self.recent = menu.addMenu(self.tr("Open &recent"))
        self.recent.setToolTipsVisible(True)
        self.recent.setObjectName("menu_recent")
        self.recent.aboutToShow.connect(self._fill_recent)
        self.recent.triggered.connect(lambda entry: self.recent_requested.emit(entry.data()))

    @Slot()
    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._recent:
            entry = self.recent.addAction(_short(path).replace("&", "&&"))
            entry.setToolTip(html.escape(path))
            entry.setEnabled(Path(path).exists())
            entry.setData(path)

    def lead_edit(self, actions: Sequence[QAction]) -> None:
        """Let the Edit menu begin with these."""
        self._edit_menu.insertActions(self.paste, list(actions))
        self._edit_menu.insertSeparator(self.paste)

    def _edit(self) -> None:
        menu = self._edit_menu = self._menu(self.tr("&Edit"))
        self.paste = self._add(
            menu,
            "action_paste",
            self.tr("&Paste a table"),
            self.tr("Make a table of cells copied from a spreadsheet, or open copied files"),
            self.paste_requested.emit,
        )
        self.paste.setShortcut(_STANDARD.Paste)

    def _program(self, menu: QMenu) -> None:
        settings = self._add(
            menu,
            "action_settings",
            self.tr("&Settings…"),
            self.tr("Appearance, and the mode of new jobs"),
            self.settings_requested.emit,
        )
        settings.setShortcut(QKeySequence("Ctrl+,"))
        self._add(
            menu,
            "action_key",
            self.tr("API &key…"),
            self.tr("Enter, check or remove your API key"),
            self.key_requested.emit,
        ).setIcon(icon("key"))
        menu.addSeparator()
        quit_action = self._add(
            menu,
            "action_quit",
            self.tr("&Quit"),
            self.tr("Close the window; jobs at the service go on there"),
            self.quit_requested.emit,
        )
        quit_action.setShortcut(QKeySequence("Ctrl+Q"))

    def _job(self) -> None:
        menu = self._menu(self.tr("&Job"))
        following = self._add(
            menu,
            "action_next",
            self.tr("&Next step"),
            self.tr("Go to the step after this one"),
            self.next_requested.emit,
        )
        following.setShortcut(QKeySequence("Ctrl+Return"))
        back = self._add(
            menu,
            "action_back",
            self.tr("Step &back"),
            self.tr("Go to the step before this one"),
            self.back_requested.emit,
        )
        back.setShortcut(QKeySequence("Ctrl+Shift+Return"))
        menu.addSeparator()
        self.of_job += [following, back]
        self._steps(menu)
        menu.addSeparator()
        self.rename = self._add(
            menu,
            "action_rename",
            self.tr("&Rename"),
            self.tr("Give the job another name"),
            self.rename_requested.emit,
        )
        self.rename.setShortcut(QKeySequence("F2"))
        self.go_on = self._add(
            menu,
            "action_go_on",
            self.tr("Next month's &file…"),
            self.tr("Ask the same of a newer file, and only of rows that are new or have changed"),
            self.go_on_requested.emit,
        )
        self.go_on.setIcon(icon("open"))
        self.compare = self._add(
            menu,
            "action_compare",
            self.tr("C&ompare runs…"),
            self.tr("Put its answers beside those of another run of the same rows"),
            self.compare_requested.emit,
        )
        self.compare.setIcon(icon("table"))
        copy = self._add(
            menu,
            "action_copy_live",
            self.tr("&Copy as a Live job"),
            self.tr("Start a Live job with the same table and prompt"),
            self.copy_live_requested.emit,
        )
        copy.setIcon(icon("copy"))
        self.remove = self._add(
            menu,
            "action_remove",
            self.tr("Re&move…"),
            self.tr("Forget this job and its answers"),
            self.remove_requested.emit,
        )
        self.remove.setIcon(icon("trash"))
        self.of_job.append(copy)
        menu.addSeparator()
        self._add(
            menu,
            "action_schedules",
            self.tr("R&un by itself…"),
            self.tr("Every day, every week, or when the file changes"),
            self.schedules_requested.emit,
        ).setIcon(icon("waiting"))
        self._add(
            menu,
            "action_spend",
            self.tr("Sp&end…"),
            self.tr("What all jobs have cost, and what may still come"),
            self.spend_requested.emit,
        ).setIcon(icon("coins"))

    def _steps(self, menu: QMenu) -> None:
        words: dict[Step, str] = {
            "data": self.tr("&Data"),
            "prompt": self.tr("&Prompt"),
            "try": self.tr("&Try"),
            "review": self.tr("Review and &send"),
            "results": self.tr("Resu&lts"),
        }
        self.steps: dict[Step, QAction] = {}
        for number, step in enumerate(STEPS, start=1):
            action = self._add(
                menu,
                f"action_{step}",
                words[step],
                self.tr("Go to this step of the job"),
                partial(self._go, step),
            )
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
            self.steps[step] = action

    def _go(self, step: Step, _checked: bool = False) -> None:
        self.step_requested.emit(step)

    def _help(self) -> None:
        menu = self._menu(self.tr("&Help"))
        shortcuts = self._add(
            menu,
            "action_help",
            self.tr("&How it works"),
            self.tr("The five steps and the keys, in short"),
            self.help_requested.emit,
        )
        shortcuts.setShortcut(QKeySequence("F1"))
        self._add(
            menu,
            "action_welcome",
            self.tr("&Welcome page"),
            self.tr("Show the first page with the sample data"),
            self.welcome_requested.emit,
        )
        self._add(
            menu,
            "action_about",
            self.tr("&About Claude Batch Desk"),
            self.tr("Version and licence"),
            self.about_requested.emit,
        )
