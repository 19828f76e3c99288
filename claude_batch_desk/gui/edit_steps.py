"""Undo and Redo of corrections as entries of menus, named for what they take back or make again."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.gui.corrector import Corrector
from claude_batch_desk.gui.wording import number, one_line

_STANDARD = QKeySequence.StandardKey
_LONGEST = 30
"""Characters of the name of a column."""


class EditSteps(QObject):
    """Can be used while the view that is edited is in sight; its keys work where it has focus."""

    def __init__(self, corrector: Corrector, view: QWidget) -> None:
        super().__init__(view)
        self._corrector, self._view = corrector, view
        self.undo = self._action("action_undo", _STANDARD.Undo)
        self.redo = self._action("action_redo", _STANDARD.Redo)
        # Not their texts, which name columns and would be taken for rich text.
        self.undo.setToolTip(self.tr("Take the last correction of this job back"))
        self.redo.setToolTip(self.tr("Correct again what was taken back last"))
        self.undo.triggered.connect(corrector.undo)
        self.redo.triggered.connect(corrector.redo)
        view.addAction(separator(view))
        corrector.moved.connect(self._follow)
        view.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What cannot be seen is not changed by a menu."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return super().eventFilter(watched, event)

    def _action(self, name: str, key: QKeySequence.StandardKey) -> QAction:
        action = QAction(self)
        action.setObjectName(name)
        action.setShortcuts(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(action)
        return action

    @Slot()
    def _follow(self) -> None:
        seen, corrector = self._view.isVisible(), self._corrector
        self.undo.setEnabled(seen and corrector.can_undo)
        self.redo.setEnabled(seen and corrector.can_redo)
        undo, redo = self.tr("&Undo"), self.tr("&Redo")
        self.undo.setText(self._named(undo, corrector.to_undo) if seen else undo)
        self.redo.setText(self._named(redo, corrector.to_redo) if seen else redo)

    def _named(self, verb: str, changes: Sequence[Change]) -> str:
        if not changes:
            return verb
        if len(changes) == 1:
            [one] = changes
            what = self.tr("“%2” of row %1").replace("%1", number(one.row + 1))
            what = what.replace("%2", _short(one.column))
        else:
            what = self.tr("%1 cells").replace("%1", number(len(changes)))
        return self.tr("%1: %2").replace("%1", verb).replace("%2", what)


def separator(view: QWidget) -> QAction:
    """A line between two groups of entries in the menu of a view."""
    line = QAction(view)
    line.setSeparator(True)
    return line


def _short(column: str) -> str:
    line = one_line(column)
    cut = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return cut.replace("&", "&&")
