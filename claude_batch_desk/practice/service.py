"""The Practice service without its HTTP: accepting, ending, canceling and deleting batches."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from claude_batch_desk.practice.caching import PromptCache
from claude_batch_desk.practice.clock import Clock
from claude_batch_desk.practice.ending import Stopped, end_time, write_results
from claude_batch_desk.practice.envelope import read_envelope
from claude_batch_desk.practice.faults import CREATION_FAULTS, Faults
from claude_batch_desk.practice.files import FindFiles, file_finder
from claude_batch_desk.practice.ledger import Ledger
from claude_batch_desk.practice.rates import RateMeter
from claude_batch_desk.practice.records import NewBatch, NewFile, StoredBatch, StoredFile
from claude_batch_desk.practice.state import State
from claude_batch_desk.practice.unconfirmed import CANCEL_SECONDS, MAX_FILE_BYTES, QUEUE_LIMIT
from claude_batch_desk.practice.uploads import Upload
from claude_batch_desk.practice.wire import ApiError, derived_id, failure, random_id

_LOG = logging.getLogger(__name__)
_RETRY_SECONDS = 5.0
_LONGEST_WAIT = 3600.0


class Service:
    """One service over a home folder; every method may be called from any thread.

    `delay` is how many seconds a batch takes, `queue_limit` how many requests of one workspace
    may be unfinished, `max_file_bytes` how large an upload may be. Raises DeskError where the
    folder cannot be used.
    """

    def __init__(
        self,
        home: Path,
        *,
        delay: float,
        faults: Sequence[str] = (),
        queue_limit: int = QUEUE_LIMIT,
        max_file_bytes: int = MAX_FILE_BYTES,
    ) -> None:
        self.faults = Faults(faults)
        self.state = State(home)
        self.clock = Clock(self.state)
        self.cache = PromptCache(self.state)
        self.rates: defaultdict[str, RateMeter] = defaultdict(partial(RateMeter, self.faults))
        self.max_file_bytes = max_file_bytes
        self.find_files = file_finder(self.state, self.faults)
        self._delay = delay
        self._queue_limit = queue_limit
        self._salt = self.state.fact("salt")
        self.organization = derived_id("org_", self._salt)
        self._drop_expired()
        self._ender = _Ender(self.state, self.clock, self.find_files)
        self._ender.start()

    def close(self) -> None:
        """Stop ending batches; they end after the next start."""
        self._ender.stop()
        self.state.close()

    def workspace(self, key: str) -> str:
        """The id of the workspace a key belongs to; the key cannot be found from it."""
        return derived_id("wrkspc_", self._salt, key)

    def fail(self, operation: str) -> None:
        """Raise ApiError where an operation is to fail with some status."""
        status = self.faults.status_for(operation)
        if status is not None:
            raise failure(status)

    def accept(
        self, body: Path, workspace: str, version: str, betas: tuple[str, ...]
    ) -> StoredBatch:
        """Accept the batch in a spooled create body, which is moved away; raises ApiError."""
        entries = read_envelope(body)
        limit = self.faults.size("queue-limit", self._queue_limit)
        if self.state.waiting(workspace) + len(entries) > limit:
            raise ApiError(
                429,
                f"This request would exceed your limit of {limit} requests in "
                "processing batches. Please wait for a batch to end.",
                headers={"retry-after": "30"},
            )
        now = self.clock.now()
        new = NewBatch(
            id=random_id("msgbatch_"),
            workspace=workspace,
            version=version,
            betas=betas,
            faults=tuple(name for name in CREATION_FAULTS if self.faults.strikes(name)),
            created_at=now,
            listed_at=now + timedelta(seconds=self.faults.seconds("late-list")),
            due_at=now + timedelta(seconds=self._delay),
        )
        body.replace(self.state.body_path(new.id))
        batch = self.state.add_batch(new, entries)
        self._ender.wake()
        return batch

    def keep_file(self, spooled: Path, arrived: Upload, workspace: str) -> StoredFile:
        """Keep a file that has arrived; it is moved away from where it was spooled."""
        self._drop_expired()
        now = self.clock.now()
        new = NewFile(
            id=random_id("file_"),
            workspace=workspace,
            name=arrived.name,
            media_type=arrived.media_type,
            size=arrived.size,
            sha256=arrived.sha256,
            created_at=now,
            expires_at=None if arrived.life is None else now + timedelta(seconds=arrived.life),
        )
        return self.state.files.add(new, spooled)

    def _drop_expired(self) -> None:
        """Remove what has expired, unless a batch is still to be answered as when it was due."""
        if not self.state.unfinished():
            self.state.files.drop_expired(self.clock.now())

    def cancel(self, batch: StoredBatch) -> None:
        """Begin to cancel a batch that has not ended."""
        self.state.cancel(batch, self.clock.now())
        self._ender.wake()

    def advance(self, seconds: float) -> None:
        """Move the clock and wait until every batch that is due by then has ended."""
        self.clock.advance(seconds)
        self._ender.catch_up()

    def ledger(self, key: str = "") -> Ledger:
        """The account of a key's workspace, or of all together."""
        accounts = self.state.ledgers(self.clock.now())
        if key:
            return accounts.get(self.workspace(key), Ledger())
        return sum(accounts.values(), Ledger())


class _Ender(threading.Thread):
    """Ends batches when they are due, one after the other."""

    def __init__(self, state: State, clock: Clock, find_files: FindFiles) -> None:
        super().__init__(name="practice-ender", daemon=True)
        self._state = state
        self._clock = clock
        self._find_files = find_files
        self._changed = threading.Condition()
        self._caught_up = threading.Event()
        self._stopping = threading.Event()

    def wake(self) -> None:
        """Look again for batches that are due."""
        with self._changed:
            self._changed.notify_all()

    def catch_up(self) -> None:
        """Wait until no batch is due, or the service stops."""
        with self._changed:
            self._caught_up.clear()
            self._changed.notify_all()
        self._caught_up.wait()

    def stop(self) -> None:
        """Stop soon, and wait for it."""
        self._stopping.set()
        self.wake()
        self.join()

    def run(self) -> None:
        """End what is due, then wait for the next."""
        while not self._stopping.is_set():
            with self._changed:
                batch, wait = self._next()
                if batch is None:
                    self._caught_up.set()
                    self._changed.wait(wait)
                    continue
            self._end(batch)
        self._caught_up.set()

    def _next(self) -> tuple[StoredBatch | None, float]:
        """A batch that is due, or how many seconds to wait for one."""
        now, wait = self._clock.now(), _LONGEST_WAIT
        for batch in self._state.unfinished():
            left = (end_time(batch, CANCEL_SECONDS) - now).total_seconds()
            if left <= 0:
                return batch, 0.0
            wait = min(wait, left)
        if self._stopping.is_set():
            wait = 0.0
        return None, wait

    def _end(self, batch: StoredBatch) -> None:
        began = time.monotonic()
        try:
            find_file = self._find_files(batch.workspace, end_time(batch, CANCEL_SECONDS))
            stopping = self._stopping.is_set
            ending = write_results(self._state, batch, find_file, stopping)
        except Stopped:
            return
        except OSError as error:
            _LOG.warning("A batch cannot end yet: %s", error)
            self._stopping.wait(_RETRY_SECONDS)
            return
        took = timedelta(seconds=time.monotonic() - began)
        ended = min(end_time(batch, CANCEL_SECONDS) + took, self._clock.now())
        self._state.end(batch, ended, ending)
