"""Deliveries: the verbs about files that are written by themselves when a job has ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from claude_batch_desk.core.errors import DeskError, ExportError, StoreError
from claude_batch_desk.core.jobs.copies import check_copy
from claude_batch_desk.core.jobs.delivering.delivery import ANYTHING, Delivery, open_words
from claude_batch_desk.core.jobs.delivering.placing import clear_staged, place, print_of, staging
from claude_batch_desk.core.jobs.exporting import check_columns
from claude_batch_desk.core.jobs.exports import Exports
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import check_target
from claude_batch_desk.core.results.original.original import Forecast
from claude_batch_desk.core.tables.table import Table

_TURN = 0.2
"""Seconds after which a cancel is heard while another process writes."""
Over = Literal["nothing", "that", "anything"]
"""No file, the one that has the name now, or whatever will have it by then."""


class Deliveries:
    """What one data folder writes by itself. Safe to use from several threads and processes."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._exports = ground, Exports(ground)
        self._store = ground.stores.deliveries

    def plan(self, wanted: Delivery, report: Report, *, over: Over = "nothing") -> Delivery:
        """Write this once its job has ended, instead of what was planned; raises ExportError.

        `over` is what the person agreed to have written over.
        """
        planned = replace(wanted, path=wanted.path.absolute(), sealed="", written_at=None, note="")
        self._check(planned)
        with self._alone(report):  # what is being written is not what is planned from now on
            standing = print_of(planned.path, report)
            if over == "nothing" and standing and not self._is_ours(planned, standing):
                raise ExportError(
                    f"{planned.path.name} is there already, and nothing is written over it "
                    "unasked. Choose another name."
                )
            self._store.keep(replace(planned, agreed=ANYTHING if over == "anything" else standing))
            return self._known(planned.job)

    def foresee(self, wanted: Delivery, report: Report) -> Forecast:
        """What is worth knowing before it is planned; raises ExportError where it cannot be."""
        self._check(wanted)
        if not wanted.original or self._ground.job(wanted.job).table_id is None:
            return Forecast()
        return self._exports.foresee_copy(wanted.job, wanted.path, report, wanted.contents)

    def take_back(self, job_id: int) -> None:
        """Write nothing by itself; a file that was written stays."""
        self._store.forget(job_id)

    def of(self, job_id: int) -> Delivery | None:
        """What is planned for a job, or was written; None where nothing is."""
        return self._store.of(job_id)

    def due(self) -> list[int]:
        """The jobs that have ended and whose file is not written yet.

        Rows that are run again are waited for, and have it written once more.
        """
        return self._store.due()

    def deliver(self, job_id: int, report: Report) -> Delivery:
        """Write the file of a job if it is due, once, whoever asks; what came of it.

        Raises ExportError, and other DeskErrors, where it could not be written: it is due still,
        and why is kept as its note.
        """
        with self._alone(report):
            delivery = self._known(job_id)
            if job_id not in self._store.due():
                return delivery
            try:
                self._deliver(delivery, report)
            except DeskError as error:
                self._store.fail(job_id, str(error))
                raise
            return self._store.of(job_id) or delivery  # it may have been taken back just now

    def _deliver(self, delivery: Delivery, report: Report) -> None:
        job, path = self._ground.job(delivery.job), delivery.path
        clear_staged(self._ground.stores.home)
        self._check(delivery)
        standing = print_of(path, report)
        was_cut_off = standing == delivery.sealed and job.runs_again == delivery.runs
        if not (standing and was_cut_off):
            _check_over(delivery, standing)
            with staging(self._ground.stores.home, job.id, path.name) as staged:
                written = self._write(delivery, job, staged, report)
                self._store.seal(
                    replace(
                        delivery,
                        agreed=delivery.agreed if delivery.agreed == ANYTHING else standing,
                        sealed=print_of(staged, report),
                        runs=job.runs_again,
                        rows=written.rows,
                        notes=written.notes,
                    )
                )
                place(staged, path, standing, report)
        whole = delivery.contents.rows == "all"
        self._store.note_written(job.id, datetime.now(UTC), whole=whole)

    def _write(self, delivery: Delivery, job: Job, to: Path, report: Report) -> Exported:
        exports, contents = self._exports, delivery.contents
        if delivery.original:
            losses = exports.foresee_copy(job.id, to, report, contents).losses
            written = exports.write_copy(job.id, to, report, contents)
            written = replace(written, notes=(*losses, *written.notes))
        else:
            written = exports.write(job.id, to, report, contents)
        left = open_words(job)
        return replace(written, notes=(left, *written.notes)) if left else written

    def _check(self, delivery: Delivery) -> None:
        job = self._ground.job(delivery.job)
        check(delivery, None if job.table_id is None else self._ground.table_of(job))

    def _is_ours(self, planned: Delivery, standing: str) -> bool:
        before = self._store.of(planned.job)
        return before is not None and before.path == planned.path and _is_known(before, standing)

    def _known(self, job_id: int) -> Delivery:
        delivery = self._store.of(job_id)
        if delivery is None:
            raise StoreError(f"Nothing is to be written when job {job_id} ends.")
        return delivery

    @contextmanager
    def _alone(self, report: Report) -> Iterator[None]:
        """Write one at a time, in all processes; the lock goes with the process that has it."""
        lock = FileLock(self._ground.stores.home / "delivering.lock", thread_local=False)
        while True:
            try:
                lock.acquire(timeout=_TURN)
                break
            except Timeout:
                report(0, 0)
            except OSError as error:
                raise StoreError(
                    f"The data folder cannot be written: {error.strerror}. Nothing was written. "
                    "Check that it is yours and has room."
                ) from error
        try:
            yield
        finally:
            lock.release()


def check(delivery: Delivery, table: Table | None) -> None:
    """Raise ExportError where there is no such file to be written; None is no table yet."""
    if delivery.original:
        check_copy(delivery.path, delivery.contents, table)
    else:
        check_target(delivery.path)
    if table is not None:
        check_columns(table, delivery.contents.columns)


def _is_known(delivery: Delivery, standing: str) -> bool:
    return delivery.agreed == ANYTHING or standing in ("", delivery.agreed, delivery.sealed)


def _check_over(delivery: Delivery, standing: str) -> None:
    if not _is_known(delivery, standing):
        since = "was changed since" if delivery.sealed or delivery.agreed else "is there already"
        raise ExportError(
            f"{delivery.path.name} {since}, so it was not written over. Move it away, or choose "
            "another name."
        )
