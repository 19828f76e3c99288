"""Commits of one writer after another, each made while the next lot is prepared."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from claude_batch_desk.core.jobs.store.database import Database


class Behind:
    """Transactions of one thread, each of which is brought to the disk while that goes on."""

    def __init__(self, database: Database, pool: ThreadPoolExecutor) -> None:
        self._database, self._pool = database, pool
        self._latest: Future[None] | None = None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """As `Database.write`, but that it may not be on the disk yet when the block is left.

        It begins when the one before is there, and raises where that one did not get there.
        """
        self.wait()
        with ExitStack() as stack:
            connection = stack.enter_context(self._database.write())
            # What the block writes goes to the log with its commit, not within the block.
            connection.execute("PRAGMA cache_spill=OFF")
            yield connection
            self._latest = self._pool.submit(stack.pop_all().close)

    def wait(self) -> None:
        """Until everything is on the disk; raises StoreError where the latest did not get there."""
        latest, self._latest = self._latest, None
        if latest is not None:
            latest.result()


@contextmanager
def committing_behind(database: Database) -> Iterator[Behind]:
    """For many transactions in a row; all of them are on the disk when the block is left."""
    # Kept open, so that no commit of a lot ends with the log being taken over and removed.
    with database.read(), ThreadPoolExecutor(1, "commits") as pool:
        behind = Behind(database, pool)
        try:
            yield behind
        finally:
            behind.wait()
