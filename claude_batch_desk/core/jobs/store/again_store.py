"""AgainStore: jobs that ask rows of another job again, and the answers that gave way to theirs."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

import orjson

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.handing import Move, Said, hand_over
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store.asking import bare_answers_of
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.message_ends import KeptEnds
from claude_batch_desk.core.jobs.store.records import (
    answer_of,
    dumps,
    fresh_token,
    plan_columns,
    plan_of,
    selection_text,
)
from claude_batch_desk.core.jobs.store.version_store import keep_answering
from claude_batch_desk.core.prompts.recipe import Recipe, recipe_text
from claude_batch_desk.core.results.answer import Answer, Outcome


@dataclass(frozen=True)
class GaveWay:
    """An answer that gave way, without what it says."""

    request: int
    """Of the job that it was an answer of."""
    cost: Decimal | None
    """What was paid for it in USD, once for all rows that asked the same; None where that is not
    known."""
    version: int
    """Of the prompt that it answers; 0 for the one that the job was sent with."""


@dataclass(frozen=True)
class Replaced:
    """An answer that gave way to another, with the one that stands there now."""

    request: int
    outcome: Outcome
    values: list[str]
    outcome_now: Outcome
    values_now: list[str]


class AgainStore:
    """Runs again, and what became of the answers before them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job_id: int, recipe: Recipe, rows: tuple[int, ...]) -> int:
        """A draft that asks these rows of a finished job again; returns its id.

        It is not listed, and gone at the next start where nothing of it was sent.
        """
        with self._database.write() as connection:
            first = connection.execute("SELECT * FROM job WHERE id=?", (job_id,)).fetchone()
            if first is None or first["state"] != "done" or first["again_of"] is not None:
                raise StoreError(f"Job {job_id} is not done, so no rows of it can be run again.")
            excluded = tuple(orjson.loads(first["selection"]).get("excluded", ()))
            return int(
                connection.execute(
                    "INSERT INTO job (token, name, mode, state, recipe, table_id, selection,"
                    " created_at, scratch, latency, needed_by, again_of)"
                    " VALUES (?, ?, ?, 'draft', ?, ?, ?, ?, 1, ?, ?, ?)",
                    (
                        *(fresh_token(), first["name"], first["mode"], recipe_text(recipe)),
                        first["table_id"],
                        selection_text(Selection(excluded=excluded, rows=rows)),
                        datetime.now(UTC).isoformat(),
                        *(first["latency"], first["needed_by"], job_id),
                    ),
                ).lastrowid
                or 0
            )

    def hand_over(self, job_id: int, ended_at: datetime) -> None:
        """The run is done: let its answers take the place of the earlier ones, in one step.

        Those that say less than the one that is there stay with the run alone. Its totals must be
        up to date; they are added to those of the first job.
        """
        with self._database.write() as connection:
            run = connection.execute("SELECT * FROM job WHERE id=?", (job_id,)).fetchone()
            if run["state"] == "done":
                return
            connection.execute(
                "UPDATE job SET state='done', next_look=NULL, ended_at=coalesce(ended_at, ?)"
                " WHERE id=?",
                (ended_at.isoformat(), job_id),
            )
            _hand_over(connection, run)
            # No file holds all its answers any more.
            connection.execute("UPDATE job SET exported_at=NULL WHERE id=?", (run["again_of"],))

    def earlier(self, job_id: int, requests: Sequence[int]) -> dict[int, list[Answer]]:
        """The answers to these requests that gave way, the latest first."""
        found: dict[int, list[Answer]] = {}
        with self._database.read() as connection:
            ends = KeptEnds(connection)
            for request in sorted(set(requests)):
                rows = connection.execute(
                    "SELECT * FROM replaced WHERE job_id=? AND request=?"
                    " ORDER BY replaced_at DESC, again DESC",
                    (job_id, request),
                )
                for row in rows:
                    found.setdefault(request, []).append(answer_of(row, ends))
        return found

    def gave_way(self, job_id: int, run_id: int) -> list[GaveWay]:
        """The answers of a job that gave way to those of one run again, by ascending request."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT request, cost, version FROM replaced WHERE job_id=? AND again=?"
                " ORDER BY request",
                (job_id, run_id),
            )
            return [
                GaveWay(
                    row["request"], Decimal(row["cost"]) if row["cost"] else None, row["version"]
                )
                for row in rows
            ]

    def given_before(self, job_id: int, run_id: int, requests: Sequence[int]) -> dict[int, Answer]:
        """What of these requests gave way to the answers of one run again.

        With nothing but their outcomes, values and reasons, for very many of them.
        """
        with self._database.read() as connection:
            return bare_answers_of(
                connection,
                'SELECT request, outcome, "values", reason FROM replaced'
                " WHERE job_id=? AND again=? AND request IN (*)",
                sorted(set(requests)),
                job_id,
                run_id,
            )

    def cut_off(self, job_id: int) -> set[int]:
        """The requests of a job whose answers were cut off."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM answer WHERE id>=? AND id<? AND outcome='cut_off'",
                (job_id << 32, (job_id + 1) << 32),
            )
            return {row["id"] & 0xFFFFFFFF for row in rows}

    def replaced(self, job_id: int) -> Iterator[Replaced]:
        """The answers of a job that gave way to others, but for those that gave way to the same."""
        with self._database.read() as connection:
            connection.row_factory = None  # plain tuples, of which there may be very many
            rows = connection.execute(
                'SELECT request, was.outcome, was."values", answer.outcome, answer."values"'
                " FROM replaced AS was JOIN answer ON answer.id=(was.job_id << 32 | request)"
                " WHERE job_id=?"
                ' AND (was.outcome<>answer.outcome OR was."values"<>answer."values")',
                (job_id,),
            )
            for request, outcome, values, outcome_now, values_now in rows:
                yield Replaced(
                    request, outcome, orjson.loads(values), outcome_now, orjson.loads(values_now)
                )

    def troubles(self, job_id: int) -> Iterator[tuple[int, Answer]]:
        """Every request that has no usable answer, with the one it has, in order."""
        with self._database.read() as connection:
            ends = KeptEnds(connection)
            rows = connection.execute(
                "SELECT * FROM answer WHERE id>=? AND id<? AND outcome<>'answered' ORDER BY id",
                (job_id << 32, (job_id + 1) << 32),
            )
            for row in rows:
                yield row["id"] & 0xFFFFFFFF, answer_of(row, ends)


def _hand_over(connection: sqlite3.Connection, run: sqlite3.Row) -> None:
    first = run["again_of"]
    had, got = (dict(_said(connection, job)) for job in (first, run["id"]))
    handing = hand_over(_plan(connection, first), _plan(connection, run["id"]), had, got)
    if handing.plan is None:
        moves: Sequence[Move] = ()
    else:
        moves = handing.moves
        _move(connection, run, moves, keep_answering(connection, first, run["recipe"]))
        connection.execute(
            "UPDATE plan SET byte_order=?, row_numbers=?, request_of_row=?, digests=?"
            " WHERE job_id=?",
            (*plan_columns(handing.plan), first),
        )
        # A file that was written before has not all answers any more.
        connection.execute("UPDATE job SET exported_at=NULL WHERE id=?", (first,))
    _add_up(connection, run, _changed(moves, had, got), sum(move.to != move.was for move in moves))


def _plan(connection: sqlite3.Connection, job_id: int) -> Plan:
    return plan_of(connection.execute("SELECT * FROM plan WHERE job_id=?", (job_id,)).fetchone())


def _said(connection: sqlite3.Connection, job_id: int) -> Iterator[tuple[int, Said]]:
    rows = connection.execute(
        "SELECT id, outcome, usage IS NOT NULL FROM answer WHERE id>=? AND id<?",
        (job_id << 32, (job_id + 1) << 32),
    )
    for key, outcome, paid in rows:
        yield key & 0xFFFFFFFF, _same_said(outcome, bool(paid))


@lru_cache
def _same_said(outcome: Outcome, paid: bool) -> Said:
    return Said(outcome, paid)


def _move(
    connection: sqlite3.Connection, run: sqlite3.Row, moves: Sequence[Move], version: int
) -> None:
    base, by = run["again_of"] << 32, run["id"] << 32
    connection.execute("CREATE TEMP TABLE moving (place INTEGER, was INTEGER, by INTEGER, pays)")
    connection.executemany(
        "INSERT INTO moving VALUES (?, ?, ?, ?)",
        ((base | move.to, base | move.was, by | move.by, move.pays) for move in moves),
    )
    connection.execute(
        'INSERT INTO replaced SELECT ?, moving.place & 4294967295, ?, ?, outcome, "values", reason,'
        # It was paid once, also where the rows that it was of part ways.
        " usage, iif(moving.place=moving.was OR cost='', cost, '0'), batch_id, raw, version"
        " FROM moving JOIN answer ON answer.id=moving.was",
        (run["again_of"], run["id"], datetime.now(UTC).isoformat()),
    )
    connection.execute(
        'INSERT OR REPLACE INTO answer SELECT place, outcome, "values", reason, usage,'
        " iif(pays OR cost='', cost, '0'), batch_id, raw, ?"
        " FROM moving JOIN answer ON answer.id=moving.by",
        (version,),
    )
    connection.execute("DROP TABLE moving")


def _changed(
    moves: Sequence[Move], had: Mapping[int, Said], got: Mapping[int, Said]
) -> Counter[str]:
    """How many rows more, or fewer, have each outcome."""
    rows: Counter[str] = Counter()
    for move in moves:
        if old := had.get(move.was):
            rows[old.outcome] -= move.rows
        rows[got[move.by].outcome] += move.rows
    return rows


def _add_up(
    connection: sqlite3.Connection, run: sqlite3.Row, rows: Counter[str], requests: int
) -> None:
    """Count what was paid by the run to the first job, with the rows and requests that changed.

    Which rows corrections alone make usable is to be counted anew.
    """
    first = connection.execute("SELECT * FROM job WHERE id=?", (run["again_of"],)).fetchone()
    outcomes = Counter(orjson.loads(first["outcomes"]))
    outcomes.update(rows)
    known = first["billed"] is not None and run["billed"] is not None
    billed = str(Decimal(first["billed"]) + Decimal(run["billed"])) if known else None
    connection.execute(
        "UPDATE job SET outcomes=?, billed=?, requests=requests+?, settled='{}' WHERE id=?",
        (dumps({each: n for each, n in outcomes.items() if n > 0}), billed, requests, first["id"]),
    )
