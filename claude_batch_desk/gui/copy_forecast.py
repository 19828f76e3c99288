"""Says what a copy of the original workbook will not have, before it is written."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.original.original import Forecast
from claude_batch_desk.gui.messages import MessageDialog, sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner


class ForeseesCopies(Protocol):
    """The verb of the desk that this needs."""

    def foresee_copy(
        self, job_id: int, path: Path, report: Report, contents: Contents = EVERYTHING
    ) -> Forecast:
        """What is worth knowing before a copy is written."""
        ...


class CopyForecast(QObject):
    """Looks at the original, and asks where something of it cannot come along."""

    agreed = Signal(object)
    """The copy may be written to this Path."""
    failed = Signal(str)
    """It cannot be, for this reason."""

    def __init__(self, desk: ForeseesCopies, tasks: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._tasks, self._window = desk, tasks, parent
        self._found: Forecast | BaseException | None = None

    def ask(self, job_id: int, path: Path, contents: Contents, ended: Callable[[], object]) -> Task:
        """Find out what a copy to this file will be like.

        `agreed` or `failed` comes of it, or nothing; `ended` is called before.
        """
        return self._tasks.start(
            partial(self._desk.foresee_copy, contents=contents),
            job_id,
            path,
            owner=self,
            done=self._keep,
            failed=self._keep,
            ended=partial(self._settle, path, ended),
        )

    def _keep(self, found: Forecast | BaseException) -> None:
        self._found = found

    def _settle(self, path: Path, ended: Callable[[], object]) -> None:
        found, self._found = self._found, None
        ended()
        if isinstance(found, Forecast):
            self._weigh(path, found)
        elif isinstance(found, DeskError):
            self.failed.emit(sentence(found))
        elif found is not None:
            raise found

    def _weigh(self, path: Path, forecast: Forecast) -> None:
        if not forecast.losses:
            self.agreed.emit(path)
            return
        title = self.tr("Not all of the workbook comes along")
        dialog = MessageDialog("warning", title, "\n\n".join(forecast.losses), self._window)
        dialog.setObjectName("copy_losses")
        dialog.add_way_out(self.tr("Cancel"), "copy_losses_cancel")
        dialog.add_verb(self.tr("Write the copy"), dialog.accept, "copy_losses_verb", "primary")
        dialog.accepted.connect(partial(self.agreed.emit, path))
        dialog.open()
