"""JobStore: jobs and the ledger of their parts. Each method is one committed step."""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, astuple
from datetime import UTC, datetime
from decimal import Decimal

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.job import Job, JobState, Mode, Order, Part, PartState
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store.carrying import carry_corrections
from claude_batch_desk.core.jobs.store.charge_store import join_charges
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.hold_store import check_not_held
from claude_batch_desk.core.jobs.store.increment_store import TakenOver, take_answers
from claude_batch_desk.core.jobs.store.kept import Kept, insert_answers
from claude_batch_desk.core.jobs.store.records import (
    dumps,
    fresh_token,
    job_of,
    part_of,
    plan_columns,
    plan_of,
    selection_text,
    stamp,
)
from claude_batch_desk.core.jobs.store.removing import drop_answers, remove_job
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.prompts.recipe import Recipe, recipe_text
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.spool import Spooled

_JOBS = (
    "SELECT job.*, (SELECT max(number) FROM version WHERE version.job_id=job.id"
    " AND version.recipe=job.recipe) AS version, (SELECT count(*) FROM job AS run"
    " WHERE run.again_of=job.id AND run.state='done') AS runs_again,"
    " (SELECT coalesce(sum(run.rows), 0) FROM job AS run WHERE run.again_of=job.id"
    " AND run.state IN ('sending', 'waiting')) AS running_again FROM job"
)


class JobStore:
    """Jobs, their plans and the ledger of what was sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Jobs

    def add(self, name: str, mode: Mode, recipe: Recipe, *, scratch: bool = False) -> int:
        """A new draft; returns its id. A scratch one is not listed and gone at the next start."""
        with self._database.write() as connection:
            return int(
                connection.execute(
                    "INSERT INTO job"
                    " (token, name, mode, state, recipe, selection, created_at, scratch)"
                    " VALUES (?, ?, ?, 'draft', ?, ?, ?, ?)",
                    (
                        fresh_token(),
                        name,
                        mode,
                        recipe_text(recipe),
                        selection_text(Selection()),
                        datetime.now(UTC).isoformat(),
                        scratch,
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
        need: Need | None = None,
    ) -> None:
        """Change what is given; a job that is no longer a draft keeps all but its name."""
        changes = {
            "recipe": recipe_text(recipe) if recipe is not None else None,
            "table_id": table_id,
            "selection": selection_text(selection) if selection is not None else None,
        }
        with self._database.write() as connection:
            if name is not None:
                connection.execute(
                    "UPDATE job SET name=? WHERE id=? OR again_of=?", (name, job_id, job_id)
                )
            connection.execute(
                "UPDATE job SET recipe=coalesce(:recipe, recipe),"
                " table_id=coalesce(:table_id, table_id),"
                " selection=coalesce(:selection, selection)"
                " WHERE id=:id AND state='draft'",
                {**changes, "id": job_id},
            )
            if need is not None:
                connection.execute(
                    "UPDATE job SET latency=?, needed_by=? WHERE id=? AND state='draft'",
                    (need.latency, stamp(need.by), job_id),
                )

    def jobs(self, *, runs_again: bool = False) -> list[Job]:
        """All jobs, newest first; with `runs_again` also those that ask rows of one again."""
        own = "" if runs_again else " AND again_of IS NULL"
        return self._jobs(f"NOT scratch{own}")

    def runs_of(self, job_id: int) -> list[Job]:
        """The jobs that were sent to ask rows of this one again, newest first."""
        return self._jobs("NOT scratch AND again_of=?", job_id)

    def _jobs(self, which: str, *values: int) -> list[Job]:
        with self._database.read() as connection:
            parts: dict[int, list[Part]] = {}
            for row in connection.execute("SELECT * FROM part ORDER BY job_id, number"):
                parts.setdefault(row["job_id"], []).append(part_of(row))
            jobs = connection.execute(f"{_JOBS} WHERE {which} ORDER BY id DESC", values).fetchall()
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
        """Forget a job and its answers; refuses while there are answers to come.

        Its runs again go with it; what they have cost is noted with it from then on.
        """
        with self._database.write() as connection:
            row = self._row(connection, job_id)
            if row["again_of"] is not None and row["state"] != "draft":
                raise StoreError("Rows that were run again are deleted with their job.")
            for run in connection.execute(f"{_JOBS} WHERE again_of=?", (job_id,)).fetchall():
                join_charges(connection, run["id"], job_id)
                remove_job(connection, run)
            remove_job(connection, row)

    def drop_scratch(self) -> None:
        """Forget what a command that was killed had made for itself."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM job WHERE scratch AND state='draft'")

    def ask_to_cancel(self, job_id: int) -> None:
        """Nothing of the job is to be sent from now on; heard also by work that is under way."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE job SET canceled=1 WHERE id=? AND state IN ('sending', 'waiting')",
                (job_id,),
            )

    def is_canceled(self, job_id: int) -> bool:
        """Whether the person asked to stop it."""
        with self._database.read() as connection:
            return bool(self._row(connection, job_id)["canceled"])

    def use_key(self, job_id: int, key_print: str) -> None:
        """From now on the job is looked at with this key; see Job.key_print."""
        with self._database.write() as connection:
            connection.execute("UPDATE job SET key_print=? WHERE id=?", (key_print, job_id))

    @staticmethod
    def _row(connection: sqlite3.Connection, job_id: int) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(f"{_JOBS} WHERE id=?", (job_id,)).fetchone()
        if row is None:
            raise StoreError(f"There is no job {job_id}.")
        return row

    # The ledger

    def keep_plan(
        self,
        job: Job,
        plan: Plan,
        bodies: Sequence[tuple[Spooled, tuple[int, int]]],
        order: Order,
        settled: Sequence[Kept],
        taken: TakenOver | None = None,
    ) -> None:
        """Freeze the job: from here on nothing is read from the recipe or the source again.

        `settled` are answers of requests that are not sent: paid for by trials, or not possible;
        those in `taken` are copied from an earlier job. Raises StoreError where the job is not the
        draft that the plan was made from, and HeldBack where it came out of a backup.
        """
        now = datetime.now(UTC).isoformat()
        job_id = job.id
        unsent = sum(kept.answer.outcome == "unsent" for kept in settled)
        unsent += len(taken.requests) if taken else 0
        with self._database.write() as connection:
            _check_unchanged(job, self._row(connection, job_id))
            check_not_held(connection, job_id)
            if job.again_of is not None:  # a run again after the backup is not known either
                check_not_held(connection, job.again_of)
            drop_answers(connection, job_id)  # of a job that had this number before
            insert_answers(connection, job_id, settled)
            if taken is not None:
                take_answers(connection, job_id, taken)
                carry_corrections(connection, job_id, plan, taken)
            connection.execute(
                "INSERT INTO plan VALUES (?, ?, ?, ?, ?)", (job_id, *plan_columns(plan))
            )
            connection.executemany(
                "INSERT INTO part"
                " (job_id, number, state, first_request, last_request, requests, size, sha256,"
                " files_until) VALUES (?, ?, 'planned', ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(job_id, number, *bounds, body.requests, body.size, body.seal),
                        stamp(body.files_until),
                    )
                    for number, (body, bounds) in enumerate(bodies, start=1)
                ],
            )
            connection.execute(
                "UPDATE job SET state='sending', rows=?, requests=?, sent_at=?, estimate=?,"
                " key_print=?, way=?, cache=?, address=?, model=?, next_look=?, canceled=0,"
                " scratch=0 WHERE id=?",
                (
                    plan.rows,
                    plan.requests - unsent,
                    now,
                    dumps(asdict(order.estimate)),
                    order.key_print,
                    order.way,
                    dumps(asdict(order.cache)) if order.cache else "",
                    order.address,
                    dumps(asdict(order.model)),
                    now,
                    job_id,
                ),
            )

    def thaw(self, job_id: int) -> None:
        """Make a draft of a job again of which certainly nothing was accepted.

        It gets another token: no batch of its former life can be taken for one of the next. A run
        again has no second life: it is gone at the next start.
        """
        with self._database.write() as connection:
            connection.execute("DELETE FROM part WHERE job_id=?", (job_id,))
            connection.execute("DELETE FROM plan WHERE job_id=?", (job_id,))
            drop_answers(connection, job_id)
            connection.execute(
                "UPDATE job SET state='draft', token=?, rows=0, requests=0, sent_at=NULL,"
                " ended_at=NULL, estimate=NULL, next_look=NULL, outcomes='{}', billed=NULL,"
                " way='batch', cache='', address='', model=NULL, key_print='', canceled=0,"
                " scratch=(again_of IS NOT NULL) WHERE id=?",
                (fresh_token(), job_id),
            )

    def plan(self, job_id: int) -> Plan:
        """The frozen plan of a sent job."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM plan WHERE job_id=?", (job_id,)).fetchone()
        if row is None:
            raise StoreError("This job was not sent yet.")
        return plan_of(row)

    def part_seal(self, job_id: int, number: int) -> str:
        """What a part's body is known by; see `is_as_written`."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT sha256 FROM part WHERE job_id=? AND number=?", (job_id, number)
            ).fetchone()
        return str(row["sha256"])

    def intend(self, job_id: int, number: int, mark: str, now: datetime) -> None:
        """Declare that the part is about to be posted; `now` is by the service's clock."""
        with self._database.write() as connection:
            check_not_held(connection, job_id)
            changed = connection.execute(
                "UPDATE part SET state='sending', mark=?, attempt=attempt+1, sent_at=?, note='',"
                " failures=0, looks=0 WHERE job_id=? AND number=? AND state='planned'",
                (mark, now.isoformat(), job_id, number),
            )
            if changed.rowcount != 1:
                raise StoreError("This part was already sent. Nothing was sent again.")

    def note_batch(self, job_id: int, number: int, batch: Batch) -> None:
        """The part is at the service as this batch, in this state."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET state=?, batch_id=?, created_at=?, expires_at=?, ended_at=?,"
                " counts=?, failures=0, looks=0, note='',"
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
        """Another state for a part, and a count of failures that starts anew."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET state=?, note=?, failures=0, looks=0 WHERE job_id=? AND number=?",
                (state, note, job_id, number),
            )

    def note_failure(self, job_id: int, number: int, note: str, *, offline: bool = False) -> None:
        """One more look at a part that told nothing; one made offline was none."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET failures=failures+?, note=? WHERE job_id=? AND number=?",
                (not offline, note, job_id, number),
            )

    def note_absent(self, job_id: int, number: int, note: str, now: datetime) -> int:
        """One more look that worked and did not find what it was for; returns how many in a row.

        While the part is in doubt, its waiting counts from the first such look; a clock that was
        set back since makes it begin again. `now` is by the service's.
        """
        at = now.isoformat()
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET failures=failures+1, note=?, sent_at=CASE WHEN state<>'sending'"
                " THEN sent_at WHEN looks=0 THEN ? ELSE min(sent_at, ?) END, looks=looks+1"
                " WHERE job_id=? AND number=?",
                (note, at, at, job_id, number),
            )
            row = connection.execute(
                "SELECT looks FROM part WHERE job_id=? AND number=?", (job_id, number)
            ).fetchone()
        return int(row["looks"])

    def found_more(self, job_id: int, number: int) -> None:
        """The last look brought something: those that brought nothing count anew."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE part SET looks=0 WHERE job_id=? AND number=?", (job_id, number)
            )

    def bodies(self) -> set[tuple[str, int]]:
        """Token and number of every part whose body may still be needed."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT token, number FROM part JOIN job ON job.id=part.job_id"
                " WHERE part.state NOT IN ('collected', 'refused', 'lost')"
            )
            return {(row["token"], row["number"]) for row in rows}

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


def _check_unchanged(job: Job, row: sqlite3.Row) -> None:
    now = job_of(row, ())
    if now.state != "draft":
        raise StoreError("This job was already sent. Nothing was sent again.")
    if (now.recipe, now.table_id, now.selection) != (job.recipe, job.table_id, job.selection):
        raise StoreError(
            "This job was changed while it was being prepared, so nothing was sent. Look at its "
            "price and send it again."
        )
