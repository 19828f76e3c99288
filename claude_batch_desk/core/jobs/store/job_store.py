"""JobStore: jobs and the ledger of their parts. Each method is one committed step."""

import secrets
import sqlite3
import sys
from array import array
from collections.abc import Sequence
from dataclasses import asdict, astuple
from datetime import UTC, datetime
from decimal import Decimal

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job, JobState, Mode, Order, Part, PartState, Selection
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.store.answer_store import Kept, insert_answers
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import dumps, job_of, part_of, stamp
from claude_batch_desk.core.prompts.recipe import Recipe, recipe_text
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.spool import Spooled


class JobStore:
    """Jobs, their plans and the ledger of what was sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Jobs

    def add(self, name: str, mode: Mode, recipe: Recipe) -> int:
        """A new draft; returns its id."""
        with self._database.write() as connection:
            return int(
                connection.execute(
                    "INSERT INTO job (token, name, mode, state, recipe, selection, created_at)"
                    " VALUES (?, ?, ?, 'draft', ?, ?, ?)",
                    (
                        secrets.token_hex(4),
                        name,
                        mode,
                        recipe_text(recipe),
                        dumps(asdict(Selection())),
                        datetime.now(UTC).isoformat(),
                    ),
                ).lastrowid
                or 0
            )

    def save_draft(
        self,
        job_id: int,
        *,
        name: str | None,
        recipe: Recipe | None,
        table_id: int | None,
        selection: Selection | None,
    ) -> None:
        """Change what is given; a job that is no longer a draft keeps all but its name."""
        changes = {
            "recipe": recipe_text(recipe) if recipe is not None else None,
            "table_id": table_id,
            "selection": dumps(asdict(selection)) if selection is not None else None,
        }
        with self._database.write() as connection:
            if name is not None:
                connection.execute("UPDATE job SET name=? WHERE id=?", (name, job_id))
            connection.execute(
                "UPDATE job SET recipe=coalesce(:recipe, recipe),"
                " table_id=coalesce(:table_id, table_id),"
                " selection=coalesce(:selection, selection)"
                " WHERE id=:id AND state='draft'",
                {**changes, "id": job_id},
            )

    def jobs(self) -> list[Job]:
        """All jobs, newest first."""
        with self._database.read() as connection:
            parts: dict[int, list[Part]] = {}
            for row in connection.execute("SELECT * FROM part ORDER BY job_id, number"):
                parts.setdefault(row["job_id"], []).append(part_of(row))
            jobs = connection.execute("SELECT * FROM job ORDER BY id DESC").fetchall()
        return [job_of(row, tuple(parts.get(row["id"], ()))) for row in jobs]

    def job(self, job_id: int) -> Job:
        """One job; raises StoreError where there is none of that number."""
        with self._database.read() as connection:
            parts = connection.execute(
                "SELECT * FROM part WHERE job_id=? ORDER BY number", (job_id,)
            ).fetchall()
            row = self._row(connection, job_id)
        return job_of(row, tuple(map(part_of, parts)))

    def token(self, job_id: int) -> str:
        """The prefix of the job's custom ids: 8 hexadecimal digits, random."""
        with self._database.read() as connection:
            return str(self._row(connection, job_id)["token"])

    def remove(self, job_id: int) -> None:
        """Forget a draft or a finished job and its answers; refuses while money is in flight."""
        with self._database.write() as connection:
            if self._row(connection, job_id)["state"] in ("sending", "waiting"):
                raise StoreError(
                    "This job is still at the service, so its answers would be lost. "
                    "Cancel it, or wait until it is done, before you delete it."
                )
            connection.execute(
                "DELETE FROM answer WHERE id>=? AND id<?", (job_id << 32, (job_id + 1) << 32)
            )
            connection.execute("DELETE FROM job WHERE id=?", (job_id,))

    @staticmethod
    def _row(connection: sqlite3.Connection, job_id: int) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM job WHERE id=?", (job_id,)
        ).fetchone()
        if row is None:
            raise StoreError(f"There is no job {job_id}.")
        return row

    # The ledger

    def keep_plan(
        self,
        job_id: int,
        plan: Plan,
        bodies: Sequence[tuple[Spooled, tuple[int, int]]],
        order: Order,
        prepaid: Sequence[Kept],
    ) -> None:
        """Freeze the job: from here on nothing is read from the recipe or the source again.

        `prepaid` are the answers trials have paid for already.
        """
        now = datetime.now(UTC).isoformat()
        with self._database.write() as connection:
            insert_answers(connection, job_id, prepaid)
            connection.execute(
                "INSERT INTO plan VALUES (?, ?, ?, ?, ?)",
                (
                    job_id,
                    sys.byteorder,
                    plan.row_numbers.tobytes(),
                    plan.request_of_row.tobytes(),
                    plan.digests,
                ),
            )
            connection.executemany(
                "INSERT INTO part"
                " (job_id, number, state, first_request, last_request, requests, size, sha256)"
                " VALUES (?, ?, 'planned', ?, ?, ?, ?, ?)",
                [
                    (job_id, number, *bounds, body.requests, body.size, body.sha256)
                    for number, (body, bounds) in enumerate(bodies, start=1)
                ],
            )
            frozen = connection.execute(
                "UPDATE job SET state='sending', rows=?, requests=?, sent_at=?, estimate=?,"
                " key_print=?, way=?, address=?, model=?, next_look=? WHERE id=? AND state='draft'",
                (
                    plan.rows,
                    plan.requests,
                    now,
                    dumps(asdict(order.estimate)),
                    order.key_print,
                    order.way,
                    order.address,
                    dumps(asdict(order.model)),
                    now,
                    job_id,
                ),
            )
            if frozen.rowcount != 1:
                raise StoreError("This job was already sent. Nothing was sent again.")

    def thaw(self, job_id: int) -> None:
        """Make a draft of a job again of which certainly nothing was accepted."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM part WHERE job_id=?", (job_id,))
            connection.execute("DELETE FROM plan WHERE job_id=?", (job_id,))
            connection.execute(
                "DELETE FROM answer WHERE id>=? AND id<?", (job_id << 32, (job_id + 1) << 32)
            )
            connection.execute(
                "UPDATE job SET state='draft', rows=0, requests=0, sent_at=NULL, estimate=NULL,"
                " next_look=NULL, outcomes='{}', billed=NULL WHERE id=?",
                (job_id,),
            )

    def plan(self, job_id: int) -> Plan:
        """The frozen plan of a sent job."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM plan WHERE job_id=?", (job_id,)).fetchone()
        if row is None:
            raise StoreError("This job was not sent yet.")
        arrays = (array("I", row["row_numbers"]), array("I", row["request_of_row"]))
        if row["byte_order"] != sys.byteorder:
            for each in arrays:
                each.byteswap()
        return Plan(*arrays, row["digests"])

    def part_sha256(self, job_id: int, number: int) -> str:
        """The SHA-256 of a part's body as it was spooled."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT sha256 FROM part WHERE job_id=? AND number=?", (job_id, number)
            ).fetchone()
        return str(row["sha256"])

    def intend(self, job_id: int, number: int, mark: str) -> None:
        """Declare that the part is about to be posted, for the first time or after it was not."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE part SET state='sending', mark=?, attempt=attempt+1, sent_at=?, note='',"
                " failures=0 WHERE job_id=? AND number=? AND state='planned'",
                (mark, datetime.now(UTC).isoformat(), job_id, number),
            )
            if changed.rowcount != 1:
                raise StoreError("This part was already sent. Nothing was sent again.")

    def note_batch(self, job_id: int, number: int, batch: Batch) -> None:
        """The part is at the service as this batch, in this state."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET state=?, batch_id=?, created_at=?, expires_at=?, ended_at=?,"
                " counts=?, failures=0, note='',"
                " workspace=CASE WHEN ?='' THEN workspace ELSE ? END"
                " WHERE job_id=? AND number=?",
                (
                    "ended" if batch.ended else "sent",
                    batch.id,
                    stamp(batch.created_at),
                    stamp(batch.expires_at),
                    stamp(batch.ended_at),
                    dumps(astuple(batch.counts)),
                    batch.workspace,
                    batch.workspace,
                    job_id,
                    number,
                ),
            )

    def set_part(self, job_id: int, number: int, state: PartState, note: str = "") -> None:
        """Another state for a part; one that is not at the service forgets its batch."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET state=?, note=?,"
                " batch_id=CASE WHEN ? IN ('planned', 'sending') THEN NULL ELSE batch_id END"
                " WHERE job_id=? AND number=?",
                (state, note, state, job_id, number),
            )

    def note_failure(self, job_id: int, number: int, note: str) -> int:
        """One more look at a part that told nothing; returns how many in a row."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET failures=failures+1, note=? WHERE job_id=? AND number=?",
                (note, job_id, number),
            )
            row = connection.execute(
                "SELECT failures FROM part WHERE job_id=? AND number=?", (job_id, number)
            ).fetchone()
        return int(row["failures"])

    def owned_batches(self) -> set[str]:
        """The ids of all batches that belong to a part of any job."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT batch_id FROM part WHERE batch_id IS NOT NULL")
            return {row["batch_id"] for row in rows}

    def set_job(
        self, job_id: int, state: JobState, next_look: datetime | None, ended_at: datetime | None
    ) -> None:
        """Where the job stands and when to look again."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE job SET state=?, next_look=?, ended_at=coalesce(ended_at, ?) WHERE id=?",
                (state, stamp(next_look), stamp(ended_at), job_id),
            )

    def set_totals(self, job_id: int, outcomes: dict[str, int], billed: Decimal | None) -> None:
        """Rows by outcome, and what has been billed so far (USD)."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE job SET outcomes=?, billed=? WHERE id=?",
                (dumps(outcomes), str(billed) if billed is not None else None, job_id),
            )
