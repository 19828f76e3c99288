"""Earlier versions of a prompt: what each changed, and the way back to one."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.versions import (
    Difference,
    Piece,
    Version,
    differences,
    in_a_line,
)
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.text_boxes import MOST_SHOWN, TextView
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, TIGHT, colours
from claude_batch_desk.gui.widgets import Label, button
from claude_batch_desk.gui.wording import local_time, rows_words

_WIDTH, _HEIGHT = GRID * 112, GRID * 68
_SHARES = (300, 560)
_NOW = 0
"""Stands in the list for the prompt as it is written now."""


class HasVersions(Protocol):
    """The verb of the desk that tells what this dialog shows."""

    def versions(self, job_id: int) -> list[Version]:
        """Those of a job, newest first."""
        ...


def look_up_versions(desk: HasVersions, job_id: int, report: Report) -> list[Version]:
    """The versions of a job; to be called on a worker."""
    report(0, 0)
    return desk.versions(job_id)


class DifferenceView(TextView):
    """Parts of a recipe with what was added and removed; lines and colours tell them apart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("versions_text", "", parent)
        self.setAccessibleName(self.tr("What changed"))
        self._shown: tuple[Difference, ...] = ()

    def show_parts(self, parts: Sequence[Difference]) -> None:
        """Show these parts, one below the other."""
        self._shown = tuple(parts)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            self._write()

    def _write(self) -> None:
        self.clear()
        cursor, room = self.textCursor(), MOST_SHOWN
        heading = QTextCharFormat()
        heading.setFontWeight(600)
        for place, part in enumerate(self._shown):
            cursor.insertText(("\n\n" if place else "") + part.part + "\n", heading)
            for piece in part.pieces:
                cursor.insertText(piece.text[:room], self._format(piece))
                room -= len(piece.text)
                if room <= 0:
                    cursor.insertText("\n…", QTextCharFormat())
                    return
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _format(self, piece: Piece) -> QTextCharFormat:
        shown, theme = QTextCharFormat(), colours(self.palette())
        if piece.change == "added":
            shown.setBackground(QColor(theme.good_soft))
            shown.setForeground(QColor(theme.good))
            shown.setFontUnderline(True)
        elif piece.change == "removed":
            shown.setBackground(QColor(theme.error_soft))
            shown.setForeground(QColor(theme.error))
            shown.setFontStrikeOut(True)
        return shown


class VersionsDialog(QDialog):
    """The versions at the left, the chosen one at the right."""

    return_requested = Signal(int)
    """Ask again what the version of this number asked."""

    def __init__(
        self,
        versions: Sequence[Version],
        now: Recipe,
        *,
        editable: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("versions_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Versions of the prompt"))
        self.resize(_WIDTH, _HEIGHT)
        self._versions, self._now, self._editable = list(versions), now, editable
        self.list = QListWidget()
        self.list.setObjectName("versions_list")
        self.list.setAccessibleName(self.tr("Versions, newest first"))
        self.list.setWordWrap(True)
        self.list.setSpacing(TIGHT)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.what = Segmented(
            {
                "before": self.tr("What it changed"),
                "now": self.tr("What changed since"),
                "whole": self.tr("In full"),
            },
            "versions_what",
        )
        self.what.choose("before")
        self.about = Label("", "caption")
        self.text = DifferenceView()
        self.back_button = button(
            self.tr("Go back to this version"), "versions_back", look="primary"
        )
        self.close_button = button(self.tr("Close"), "versions_close")
        self._lay_out()
        self._fill()
        self.list.currentRowChanged.connect(self._show)
        self.what.chosen.connect(self._show)
        self.back_button.clicked.connect(self._go_back)
        self.close_button.clicked.connect(self.reject)
        self.list.setCurrentRow(0)

    def choose(self, number: int) -> None:
        """Show this version, where it is one of them."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == number:
                self.list.setCurrentRow(place)

    @property
    def _changed(self) -> bool:
        """What is written now is no version yet."""
        return not self._versions or self._versions[0].recipe != self._now

    def _fill(self) -> None:
        if self._changed:
            last = self._versions[0].recipe if self._versions else None
            self._add(_NOW, self.tr("As it is written now"), in_a_line(last, self._now))
        for version in self._versions:
            before = self._before(version)
            words = self.tr("Version %1").replace("%1", f"{version.number:,}")
            told = [words, local_time(version.kept_at)]
            if version.tried:
                told.append(self.tr("tried on %1").replace("%1", rows_words(version.tried)))
            self._add(version.number, " · ".join(told), self._line(version, before))

    def _line(self, version: Version, before: Recipe | None) -> str:
        if version.why == "return":
            back = self.tr("As in version %1 again")
            return back.replace("%1", f"{version.origin:,}")
        return in_a_line(before, version.recipe)

    def _add(self, number: int, title: str, line: str) -> None:
        item = QListWidgetItem(f"{title}\n{line}")
        item.setData(Qt.ItemDataRole.UserRole, number)
        self.list.addItem(item)

    def _before(self, version: Version) -> Recipe | None:
        older = (each for each in self._versions if each.number < version.number)
        first = next(older, None)
        return first.recipe if first else None

    @property
    def _chosen(self) -> Version | None:
        """None where it is what is written now."""
        item: QListWidgetItem | None = self.list.currentItem()
        number = item.data(Qt.ItemDataRole.UserRole) if item is not None else _NOW
        return next((each for each in self._versions if each.number == number), None)

    @Slot()
    def _show(self) -> None:
        version = self._chosen
        shown = version.recipe if version else self._now
        before = self._before(version) if version else self._newest()
        if self.what.value == "before" and before is not None:
            parts = differences(before, shown)
        elif self.what.value == "now":
            parts = differences(shown, self._now)
        else:
            parts = differences(Recipe(), shown)
            parts = tuple(Difference(each.part, _plain(each)) for each in parts)
        self.text.show_parts(parts)
        self.about.say("" if parts else self.tr("Nothing differs."))
        self.back_button.setEnabled(version is not None and shown != self._now)
        self.back_button.setVisible(self._editable)

    def _newest(self) -> Recipe | None:
        return self._versions[0].recipe if self._versions else None

    @Slot()
    def _go_back(self) -> None:
        if (version := self._chosen) is not None:
            self.return_requested.emit(version.number)
            self.accept()

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.what, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.about)
        column.addWidget(self.text, 1)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE * 2)
        halves.addWidget(self.list)
        halves.addWidget(right)
        halves.setSizes(_SHARES)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        told = self.tr("Going back keeps what is written now as a version.")
        foot.addWidget(Label(told if self._editable else "", "caption"), 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.back_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(SPACE)
        whole.addWidget(Label(self.tr("Versions of the prompt"), "heading"))
        whole.addWidget(halves, 1)
        whole.addLayout(foot)


def _plain(part: Difference) -> tuple[Piece, ...]:
    """What the part says, unmarked."""
    return tuple(Piece(each.text, "same") for each in part.pieces if each.change != "removed")
