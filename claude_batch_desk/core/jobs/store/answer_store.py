"""AnswerStore: what came back, what was tried, and what was counted."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

import orjson

from claude_batch_desk.core.jobs.store.charge_store import Purchase, insert_charge
from claude_batch_desk.core.jobs.store.committing import Behind, committing_behind
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.increment_store import EARLIER
from claude_batch_desk.core.jobs.store.records import answer_of, dumps, usage_text
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.results.answer import Answer

IMMEDIATE = "now"
"""In place of a batch id."""
_ASKED_AT_ONCE = 500


class Kept(NamedTuple):
    """An answer about to be kept: of which request, what it cost (USD) and where it came from.

    There are as many as rows, and a tuple is made in a third of a dataclass's time.
    """

    request: int
    answer: Answer
    cost: Decimal | None
    """None where the model's price is not known any more."""
    batch_id: str
    """"" for an answer of a trial, IMMEDIATE for one of a call at once."""
    raw: bytes
    """The result object as it came."""


@dataclass(frozen=True)
class Trial:
    """A request that was tried at once: its row, its prompt and the message that came back."""

    sha256: str
    row: int
    prompt: str
    raw: bytes
    version: int = 0
    """Of the prompt; 0 for a trial of an earlier program, which kept no versions."""
    weight: float | None = 1.0
    """How many rows this one stands for in estimates, relative to the other tried ones. 1 where
    chance chose it among all rows that run, each as likely as any other. In a draw by strata, the
    stratum's share of the rows over its share of those drawn: 0.5 where twice as many were drawn
    from it as its size lets expect. None where a person chose the row, or its length did: it
    stands for itself alone."""


def insert_answers(connection: sqlite3.Connection, job_id: int, answers: Sequence[Kept]) -> None:
    """Keep answers within a transaction; one that is already here stays as it is.

    Only what was put down as missing gives way to what came after all.
    """
    connection.executemany(
        "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        ' outcome=excluded.outcome, "values"=excluded."values", reason=excluded.reason,'
        " usage=excluded.usage, cost=excluded.cost, batch_id=excluded.batch_id, raw=excluded.raw,"
        " version=excluded.version"
        " WHERE answer.outcome='missing'",
        [
            (
                job_id << 32 | request,
                answer.outcome,
                dumps(answer.values),
                answer.reason,
                usage_text(answer.usage),
                "" if cost is None else str(cost),
                batch_id,
                raw,
                answer.version,
            )
            for request, answer, cost, batch_id, raw in sorted(answers, key=itemgetter(0))
        ],
    )


def fresh(connection: sqlite3.Connection, job_id: int, answers: Sequence[Kept]) -> Iterator[Kept]:
    """Those that will be kept: of several for a request the first, and none that is here."""
    first = {kept.request: kept for kept in reversed(answers)}
    for request in _here(connection, job_id, [*first]):
        del first[request]
    yield from first.values()


def _here(connection: sqlite3.Connection, job_id: int, requests: list[int]) -> Iterator[int]:
    """Those of the requests that have an answer, or will get no other."""
    begin, end = min(requests, default=0), max(requests, default=0)
    if end - begin < 2 * len(requests):
        wanted = set(requests)
        rows = connection.execute(
            "SELECT id FROM answer WHERE id BETWEEN ? AND ? AND outcome<>'missing'",
            (job_id << 32 | begin, job_id << 32 | end),
        )
        yield from wanted.intersection([row["id"] & 0xFFFFFFFF for row in rows])
        return
    for place in range(0, len(requests), _ASKED_AT_ONCE):
        some = requests[place : place + _ASKED_AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = connection.execute(
            f"SELECT id FROM answer WHERE id IN ({marks})"  # noqa: S608 - only marks
            " AND outcome<>'missing'",
            [job_id << 32 | request for request in some],
        )
        for row in rows:
            yield row["id"] & 0xFFFFFFFF


def _charge(
    connection: sqlite3.Connection, job_id: int, answers: Sequence[Kept], purchase: Purchase
) -> int:
    bought = [kept.answer.usage for kept in fresh(connection, job_id, answers)]
    insert_charge(connection, purchase, bought)
    return len(bought)


class Keeping:
    """Keeps what came of a batch, lot by lot, while the next one is read."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind

    def keep(
        self, purchase: Purchase, answers: Sequence[Kept], strays: Sequence[tuple[str, bytes]]
    ) -> int:
        """Keep and charge answers as AnswerStore.keep does; how many of them are new.

        `strays` are results that fit no request of ours, by their ids: nothing paid is lost.
        """
        with self._behind.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO stray VALUES (?, ?, ?, ?)",
                [(purchase.job, purchase.batch_id, custom_id, raw) for custom_id, raw in strays],
            )
            new = _charge(connection, purchase.job, answers, purchase)
            insert_answers(connection, purchase.job, answers)
        return new


class AnswerStore:
    """Answers by job and request; what is kept is never overwritten by a second copy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, job_id: int, answers: Sequence[Kept], purchase: Purchase | None = None) -> None:
        """Keep answers, and charge them to `purchase`; one that is already here stays as it is.

        What is here already is charged already. None is for answers that nobody asked for.
        """
        with self._database.write() as connection:
            if purchase is not None:
                _charge(connection, job_id, answers, purchase)
            insert_answers(connection, job_id, answers)

    @contextmanager
    def keeping(self) -> Iterator["Keeping"]:
        """For very many answers; all of them are on the disk when the block is left."""
        with committing_behind(self._database) as behind:
            yield Keeping(behind)

    def answers(self, job_id: int, requests: Sequence[int]) -> dict[int, Answer]:
        """The answers to these requests that are here."""
        found: dict[int, Answer] = {}
        wanted = sorted(set(requests))
        with self._database.read() as connection:
            for first in range(0, len(wanted), _ASKED_AT_ONCE):
                some = wanted[first : first + _ASKED_AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(
                    f"SELECT * FROM answer WHERE id IN ({marks})",  # noqa: S608 - only marks
                    [job_id << 32 | request for request in some],
                )
                found |= {row["id"] & 0xFFFFFFFF: answer_of(row) for row in rows}
        return found

    def bare_answers(self, job_id: int, requests: Sequence[int]) -> dict[int, Answer]:
        """The same with nothing but outcomes, values and reasons, for very many of them."""
        found: dict[int, Answer] = {}
        wanted = sorted(set(requests))
        with self._database.read() as connection:
            connection.row_factory = None  # plain tuples, of which there are very many
            for first in range(0, len(wanted), _ASKED_AT_ONCE):
                some = wanted[first : first + _ASKED_AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(
                    'SELECT id & 4294967295, outcome, "values", reason'  # noqa: S608 - only marks
                    f" FROM answer WHERE id IN ({marks})",
                    [job_id << 32 | request for request in some],
                )
                for request, outcome, values, reason in rows:
                    found[request] = Answer(outcome, tuple(orjson.loads(values)), reason)
        return found

    def requests_answered(self, job_id: int, first: int, last: int) -> set[int]:
        """The numbers of the requests from `first` to `last` whose answers are here."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM answer WHERE id BETWEEN ? AND ?",
                (job_id << 32 | first, job_id << 32 | last),
            )
            return {row["id"] & 0xFFFFFFFF for row in rows}

    def count_answered(self, job_id: int, first: int, last: int) -> int:
        """How many of the requests from `first` to `last` have an answer here."""
        with self._database.read() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM answer WHERE id BETWEEN ? AND ?",
                (job_id << 32 | first, job_id << 32 | last),
            ).fetchone()
        return int(count)

    def costs(self, job_id: int) -> Iterator[tuple[int, str, Decimal | None]]:
        """Request, outcome and cost (USD; None if unknown) of every answer that is here."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id & 4294967295, outcome, cost FROM answer WHERE id>=? AND id<?",
                (job_id << 32, (job_id + 1) << 32),
            )
            for request, outcome, cost in rows:
                yield request, outcome, Decimal(cost) if cost else None

    def costs_alike(self, job_id: int) -> Mapping[tuple[str, Decimal | None], int]:
        """How many answers are here of each outcome and cost (USD; None if unknown)."""
        with self._database.read() as connection:
            connection.row_factory = None  # plain tuples, of which there are very many
            counts: Counter[tuple[str, str]] = Counter(
                connection.execute(
                    "SELECT outcome, cost FROM answer WHERE id>=? AND id<?",
                    (job_id << 32, (job_id + 1) << 32),
                )
            )
        alike: Counter[tuple[str, Decimal | None]] = Counter()
        for (outcome, cost), count in counts.items():
            alike[outcome, Decimal(cost) if cost else None] += count
        return alike

    def values(self, job_id: int) -> Iterator[tuple[int, list[str], Decimal]]:
        """Request, values and cost (USD; 0 if unknown) of every answer that is here.

        Without those taken over from an earlier job, which are on the bill of that one.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                'SELECT id, "values", cost FROM answer WHERE id>=? AND id<? AND batch_id<>?',
                (job_id << 32, (job_id + 1) << 32, EARLIER),
            )
            for row in rows:
                cost = Decimal(row["cost"] or 0)
                yield row["id"] & 0xFFFFFFFF, orjson.loads(row["values"]), cost

    def standing(self, job_id: int) -> Iterator[tuple[int, str, list[str]]]:
        """Request, outcome and values of every answer that is here."""
        with self._database.read() as connection:
            rows = connection.execute(
                'SELECT id & 4294967295, outcome, "values" FROM answer WHERE id>=? AND id<?',
                (job_id << 32, (job_id + 1) << 32),
            )
            for request, outcome, values in rows:
                yield request, outcome, orjson.loads(values)

    def written_values(self, job_id: int) -> Iterator[tuple[int, str]]:
        """Request and values, as JSON, of every answer that is here."""
        with self._database.read() as connection:
            connection.row_factory = None  # plain tuples, of which there are very many
            yield from connection.execute(
                'SELECT id & 4294967295, "values" FROM answer WHERE id>=? AND id<?',
                (job_id << 32, (job_id + 1) << 32),
            )

    def versions(self, job_id: int) -> Iterator[tuple[int, int]]:
        """Request and version (see Answer) of every answer that a model gave."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, version FROM answer WHERE id>=? AND id<? AND usage IS NOT NULL",
                (job_id << 32, (job_id + 1) << 32),
            )
            for row in rows:
                yield row["id"] & 0xFFFFFFFF, row["version"]

    def keep_trial(
        self, job_id: int, trial: Trial, purchase: Purchase, usage: Usage | None
    ) -> None:
        """Keep a trial at once and charge it: it has been paid.

        The trial of a job removed meanwhile goes with it, its charge does not.
        """
        with self._database.write() as connection:
            insert_charge(connection, purchase, [usage])
            connection.execute(
                "INSERT OR REPLACE INTO trial"
                " (job_id, sha256, row, prompt, raw, tried_at, version, weight)"
                " SELECT id, ?, ?, ?, ?, ?, ?, ? FROM job WHERE id=?",
                (
                    trial.sha256,
                    trial.row,
                    trial.prompt,
                    trial.raw,
                    datetime.now(UTC).isoformat(),
                    trial.version,
                    trial.weight,
                    job_id,
                ),
            )

    def trials(self, job_id: int) -> list[Trial]:
        """All trials of a job, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM trial WHERE job_id=? ORDER BY tried_at, row", (job_id,)
            ).fetchall()
        return [
            Trial(
                row["sha256"],
                row["row"],
                row["prompt"],
                row["raw"],
                row["version"],
                row["weight"],
            )
            for row in rows
        ]

    def keep_counted(self, job_id: int, counted: dict[str, int]) -> None:
        """Keep input tokens the service counted, by the request's SHA-256."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO counted SELECT id, ?, ? FROM job WHERE id=?",
                [(sha256, tokens, job_id) for sha256, tokens in counted.items()],
            )

    def counted(self, job_id: int) -> dict[str, int]:
        """Input tokens the service counted, by the request's SHA-256."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT sha256, input_tokens FROM counted WHERE job_id=?", (job_id,)
            )
            return {row["sha256"]: row["input_tokens"] for row in rows}
