"""QueueStore: how many requests of an account the service takes at once, as far as is known."""

from dataclasses import dataclass
from datetime import datetime

from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import stamp, when
from claude_batch_desk.core.jobs.store.upload_store import Holder


@dataclass(frozen=True)
class Room:
    """The room for an account's requests in the service's queue, learned from what was refused.

    Times are aware UTC, by the service's clock.
    """

    taken: int = 0
    """So many requests were in the queue at once; 0 where nothing is known."""
    refused: int = 0
    """So many would have been too many; 0 where nothing was refused since."""
    refused_at: datetime | None = None
    alone_since: datetime | None = None
    """Since when a part is refused although no batch waits; None where that is not so."""


class QueueStore:
    """Rooms, one for each service and account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def room(self, holder: Holder) -> Room:
        """What is known of an account."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM queue WHERE address=? AND key_print=?",
                (holder.address, holder.key_print),
            ).fetchone()
        if row is None:
            return Room()
        times = when(row["refused_at"]), when(row["alone_since"])
        return Room(row["taken"], row["refused"], *times)

    def keep(self, holder: Holder, room: Room) -> None:
        """From now on this is known."""
        times = stamp(room.refused_at), stamp(room.alone_since)
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, ?, ?)",
                (holder.address, holder.key_print, room.taken, room.refused, *times),
            )
