"""The parts of a job at the service, one line each, for as long as they are waited for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from claude_batch_desk.core.jobs.at_service.uploading import Upload
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.lines_model import LinesModel
from claude_batch_desk.gui.theme import GRID
from claude_batch_desk.gui.wording import duration, local_time, number

_COLUMNS = range(6)
_PART, _STATE, _REQUESTS, _AGE, _ENDS, _ANSWERED = _COLUMNS
_MOST_ROWS = 10
"""In sight at once."""
_ROOMY = GRID * 75
"""Pixels from which on numbers of requests have room beside the states."""
_MEGABYTE = 1_000_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("parts_table", text)


def megabytes(sent: int, size: int) -> str:
    """How much of a body is out; "34 of 240 MB"."""
    done, whole = sent / _MEGABYTE, size / _MEGABYTE
    digits = 0 if whole >= GRID else 1
    words = _tr("%1 of %2 MB").replace("%1", f"{done:,.{digits}f}")
    return words.replace("%2", f"{max(whole, 0.1):,.{digits}f}")


@dataclass(frozen=True)
class PartLine:
    """A part as it is at a moment."""

    part: Part
    now: datetime
    upload: Upload | None = None
    """How far its POST is, while it is made."""

    @property
    def state(self) -> tuple[str, str, str]:
        """An icon, its colour and words."""
        part = self.part
        if self.upload is not None:
            words = _tr("Being sent, %1").replace(
                "%1", megabytes(self.upload.sent, self.upload.size)
            )
            return "send", "accent", words
        waits = _tr("Waits to be sent") if part.note and part.failures else _tr("Waits its turn")
        return {
            "planned": ("draft", "muted", waits),
            "sending": ("warning", "warning", _tr("Being checked")),
            "sent": ("waiting", "info", _tr("At the service")),
            "ended": ("refresh", "info", _tr("Being fetched")),
            "collected": ("check", "good", _tr("All answers here")),
            "refused": ("error", "error", _tr("Not sent")),
            "lost": ("error", "error", _tr("Answers gone")),
        }[part.state]

    @property
    def age(self) -> str:
        """How long it has been at the service, or was."""
        if self.part.created_at is None:
            return ""
        end = self.part.ended_at or self.now
        return duration((end - self.part.created_at).total_seconds())

    @property
    def ends(self) -> str:
        """When the service ends it at the latest, or ended it."""
        if self.part.ended_at is not None:
            return _tr("ended %1").replace("%1", local_time(self.part.ended_at))
        return local_time(self.part.expires_at) if self.part.expires_at else ""

    @property
    def answered(self) -> str:
        """Of its requests; nothing is known of that before it has ended."""
        ended = self.part.state in ("ended", "collected")
        return number(self.part.counts.succeeded) if ended else ""


class PartsModel(LinesModel[PartLine]):
    """The parts in the order of their numbers."""

    figures = (_REQUESTS, _ANSWERED)

    def headers(self) -> Sequence[str]:
        """The names of the columns."""
        return (_tr("Part"), _tr("State"), _tr("Requests"), _tr("Time there"),
                _tr("Ends by"), _tr("Answered"))  # fmt: skip

    def text(self, line: PartLine, column: int) -> str:
        """What a cell says."""
        return (number(line.part.number), line.state[2], number(line.part.requests), line.age,
                line.ends, line.answered)[column]  # fmt: skip

    def tip(self, line: PartLine, column: int) -> str:
        """What stands in its way, and what it is called at the service."""
        known = (line.part.note, line.part.batch_id)
        return "\n".join(each for each in known if each)

    def beyond(self, line: PartLine, column: int, role: int) -> object:
        """An icon beside the state."""
        if column == _STATE and role == Qt.ItemDataRole.DecorationRole:
            name, colour, _ = line.state
            return icon(name, colour)
        return None

    def update(self, lines: Sequence[PartLine]) -> None:
        """Show these; what is in sight stays there where they are as many as before."""
        if len(lines) != self.rowCount():
            self.show(lines)
            return
        self._lines = list(lines)
        self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(_COLUMNS) - 1))


class PartsTable(QTableView):
    """As high as its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_parts")
        self.setAccessibleName(_tr("Parts of the job"))
        self.lines = PartsModel(self)
        self.setModel(self.lines)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(GRID * 7 // 2)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setHighlightSections(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_parts(self, job: Job, now: datetime, upload: Upload | None) -> None:
        """Show the parts of a job that has several; one that was divided is its halves by now."""
        parts = [part for part in job.parts if part.requests]
        self.setVisible(len(parts) > 1)
        sent = upload.part if upload else 0
        lines = [PartLine(part, now, upload if part.number == sent else None) for part in parts]
        before = self.lines.rowCount()
        self.lines.update(lines)
        self._fit()
        if len(lines) != before:
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns the room there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Each column as wide as what it says, and the state as wide as what is left for it."""
        room = self.viewport().width()
        for column in _COLUMNS:
            self.setColumnHidden(column, self._is_left_out(column))
            if column != _STATE and not self.isColumnHidden(column):
                self.resizeColumnToContents(column)
                room -= self.columnWidth(column)
        self.setColumnWidth(_STATE, max(room, GRID * 10))

    def _is_left_out(self, column: int) -> bool:
        if column in (_REQUESTS, _ANSWERED) and self.viewport().width() < _ROOMY:
            return True
        lines = range(self.lines.rowCount())
        return not any(self.lines.text(self.lines.line(row), column) for row in lines)

    def sizeHint(self) -> QSize:
        """Room for all lines, up to ten; the others are scrolled to."""
        rows = min(self.lines.rowCount(), _MOST_ROWS)
        lines = rows * self.verticalHeader().defaultSectionSize()
        head = self.horizontalHeader().sizeHint().height()
        return QSize(GRID * 30, lines + head + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """It is never squeezed: the page scrolls."""
        return self.sizeHint()
