"""Upkeep: the verbs that verify and save a data folder, and let go of what came from a backup."""

from pathlib import Path

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.store.hold_store import Hold
from claude_batch_desk.core.jobs.upkeep.backup import BackedUp, back_up
from claude_batch_desk.core.jobs.upkeep.check import Checked, check
from claude_batch_desk.core.jobs.upkeep.restore import Restored, prepare
from claude_batch_desk.core.jobs.upkeep.tracing import Trace, trace
from claude_batch_desk.core.report import Report


class Upkeep:
    """Looks after one data folder. Safe to use from several threads, and while jobs run."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def check(self, report: Report) -> Checked:
        """Whether everything fits together; see upkeep.check. Reports files."""
        return check(self._ground.stores.home, report)

    def back_up(self, to: Path, report: Report) -> BackedUp:
        """Everything in one file; see upkeep.backup. Reports bytes."""
        return back_up(self._ground.stores.home, to, report)

    def prepare_restore(self, backup: Path, report: Report) -> Restored:
        """Let the next start put a backup in the place of this folder; see upkeep.restore."""
        return prepare(self._ground.stores.home, backup, report)

    def holds(self) -> list[Hold]:
        """The jobs out of a backup of which nothing is sent until it is allowed."""
        return self._ground.stores.holds.all()

    def trace(self, job_id: int, report: Report) -> Trace:
        """What the service tells about a held job; raises StoreError where it is not held."""
        hold = self._ground.stores.holds.of(job_id)
        if hold is None:
            raise StoreError(f"Job {job_id} is not held back. Nothing was changed.")
        return trace(self._ground.stores, self._ground.door(self._ground.job(job_id)), hold, report)

    def release(self, job_id: int) -> None:
        """Allow a held job to be sent: a person is sure that it was not sent after the backup."""
        self._ground.stores.holds.release(job_id)
