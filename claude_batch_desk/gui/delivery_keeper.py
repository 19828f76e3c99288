"""Writes the files of jobs that have ended, as long as the window is open."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.tasks import TaskRunner

_LOOK = 3_000
"""Milliseconds; a run that was started elsewhere may have ended, too."""
_REST, _LONGEST = timedelta(minutes=1), timedelta(minutes=30)
"""After a try that failed; twice as long after each more."""


class WritesDeliveries(Protocol):
    """The verbs about such files that the keeper needs."""

    def due(self) -> list[int]:
        """The jobs that have ended and whose file is not written yet."""
        ...

    def deliver(self, job_id: int, report: Report) -> Delivery:
        """Write the file of a job if it is due."""
        ...


def list_due(verbs: WritesDeliveries, report: Report) -> list[int]:
    """The jobs whose files are to be written."""
    report(0, 0)
    return verbs.due()


class DeliveryKeeper(QObject):
    """Writes one after the other, each once."""

    begun = Signal(int)
    """The file of this job is being written."""
    written = Signal(object)
    """This Delivery is where it was wanted."""
    failed = Signal(int, object)
    """The file of this job was not written, for this DeskError; it is tried again."""

    def __init__(self, verbs: WritesDeliveries, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._verbs, self._tasks = verbs, tasks
        self._listing = self._writing = False
        self._tries: dict[int, int] = {}
        """How often each job was tried in vain."""
        self._rest_until: dict[int, datetime] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.look)

    @property
    def busy(self) -> bool:
        """It is finding out what to write, or writing."""
        return self._listing or self._writing

    def start(self) -> None:
        """Write from now on."""
        self._timer.start()
        self.look()

    @Slot()
    def look(self) -> None:
        """Find out what is to be written, and write it."""
        if not self.busy:
            self._listing = True
            self._tasks.start(
                list_due,
                self._verbs,
                owner=self,
                done=self._choose,
                failed=self._go_without,
                ended=self._listed,
            )

    def try_again(self, job_id: int) -> None:
        """Do not wait any longer with this one."""
        self._rest_until.pop(job_id, None)
        self.look()

    def _choose(self, due: list[int]) -> None:
        now = datetime.now(UTC)
        for gone in self._tries.keys() - due:
            self._forget(gone)
        ready = [job_id for job_id in due if self._rest_until.get(job_id, now) <= now]
        if ready:
            self._write(ready[0])

    def _write(self, job_id: int) -> None:
        self._writing = True
        self.begun.emit(job_id)
        self._tasks.start(
            self._verbs.deliver,
            job_id,
            owner=self,
            done=self._take,
            failed=partial(self._rest, job_id),
            ended=self._ended,
        )

    def _take(self, delivery: Delivery) -> None:
        self._forget(delivery.job)
        self.written.emit(delivery)

    def _rest(self, job_id: int, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        tries = self._tries[job_id] = self._tries.get(job_id, 0) + 1
        pause = min(_REST * 2 ** (tries - 1), _LONGEST)
        self._rest_until[job_id] = datetime.now(UTC) + pause
        self.failed.emit(job_id, error)

    def _forget(self, job_id: int) -> None:
        self._tries.pop(job_id, None)
        self._rest_until.pop(job_id, None)

    def _go_without(self, error: BaseException) -> None:
        """A store that cannot be read now can be a moment later."""
        if not isinstance(error, DeskError):
            raise error

    def _listed(self) -> None:
        self._listing = False

    def _ended(self) -> None:
        self._writing = False
