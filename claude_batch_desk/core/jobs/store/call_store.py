"""CallStore: immediate calls that are under way, so that none is forgotten that may be billed."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from claude_batch_desk.core.jobs.store.answer_store import IMMEDIATE
from claude_batch_desk.core.jobs.store.charge_store import Purchase, insert_charge
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.kept import Kept, fresh, insert_answers


@dataclass(frozen=True)
class Turn:
    """What becomes of calls in one step of the store; requests by their numbers."""

    kept: Sequence[Kept] = ()
    """Their answers; those of IMMEDIATE are paid."""
    lost: Sequence[int] = ()
    """Ended without an answer, and may be billed."""
    over: Sequence[int] = ()
    """Ended without an answer, and certainly not billed."""
    begun: Sequence[int] = ()
    """About to go out."""

    def __bool__(self) -> bool:
        return bool(self.kept or self.lost or self.over or self.begun)


class CallStore:
    """Which calls are under way; each method is one committed step."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def turn(self, job_id: int, turn: Turn, purchase: Purchase) -> None:
        """Keep and charge what came, and declare what goes out next: by then, all of that is safe.

        One charge for each answer: of single ones the price can be found later.
        """
        with self._database.write() as connection:
            paid = [kept for kept in turn.kept if kept.batch_id == IMMEDIATE]
            for kept in fresh(connection, job_id, paid):
                insert_charge(connection, purchase, Counter([kept.answer.usage]))
            insert_answers(connection, job_id, turn.kept)
            answered = [(job_id, kept.request) for kept in turn.kept]
            connection.executemany("DELETE FROM call WHERE job_id=? AND request=?", answered)
            connection.executemany(
                "UPDATE call SET under_way=0 WHERE job_id=? AND request=?",
                [(job_id, request) for request in turn.over],
            )
            _lose(connection, job_id, turn.lost)
            connection.executemany(
                "INSERT INTO call (job_id, request, under_way) VALUES (?, ?, 1)"
                " ON CONFLICT (job_id, request) DO UPDATE SET under_way=1",
                [(job_id, request) for request in turn.begun],
            )

    def take_up(self, job_id: int) -> dict[int, int]:
        """Count what was under way when the program ended; how often each request was lost."""
        with self._database.write() as connection:
            under_way = connection.execute(
                "SELECT request FROM call WHERE job_id=? AND under_way", (job_id,)
            ).fetchall()
            _lose(connection, job_id, [row["request"] for row in under_way])
            lost = connection.execute(
                "SELECT request, lost FROM call WHERE job_id=? AND lost", (job_id,)
            )
            return {row["request"]: row["lost"] for row in lost}

    def may_be_billed(self, job_id: int) -> bool:
        """Whether a call of a job, other than a trial's, brought an answer or may be billed."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT unheard OR EXISTS (SELECT 1 FROM answer WHERE id>=? AND id<? AND"
                " batch_id=?) AS billed FROM job WHERE id=?",
                (job_id << 32, (job_id + 1) << 32, IMMEDIATE, job_id),
            ).fetchone()
        return row is not None and bool(row["billed"])

    def pause(self, job_id: int) -> None:
        """Begin no more calls of a job that is being answered at once, until it goes on."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE job SET paused=1, next_look=NULL"
                " WHERE id=? AND way='now' AND state='sending'",
                (job_id,),
            )

    def go_on(self, job_id: int) -> None:
        """Let a job's calls begin again."""
        with self._database.write() as connection:
            now = datetime.now(UTC).isoformat()
            connection.execute(
                "UPDATE job SET paused=0, next_look=? WHERE id=? AND paused", (now, job_id)
            )

    def is_stopped(self, job_id: int) -> bool:
        """Whether the person paused or canceled the job."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT paused OR canceled AS stopped FROM job WHERE id=?", (job_id,)
            ).fetchone()
        return row is None or bool(row["stopped"])


def _lose(connection: sqlite3.Connection, job_id: int, requests: Sequence[int]) -> None:
    connection.executemany(
        "UPDATE call SET under_way=0, lost=lost+1 WHERE job_id=? AND request=?",
        [(job_id, request) for request in requests],
    )
    connection.execute("UPDATE job SET unheard=unheard+? WHERE id=?", (len(requests), job_id))
