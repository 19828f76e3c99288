"""AnswerStore: what came back, what was tried, and what was counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import orjson

from claude_batch_desk.core.jobs.store.asking import bare_answers_of, rows_of
from claude_batch_desk.core.jobs.store.charge_store import Purchase, insert_charge
from claude_batch_desk.core.jobs.store.committing import committing_behind
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.increment_store import EARLIER
from claude_batch_desk.core.jobs.store.kept import Kept, fresh, insert_answers
from claude_batch_desk.core.jobs.store.lots import Lots, Price
from claude_batch_desk.core.jobs.store.message_ends import KeptEnds
from claude_batch_desk.core.jobs.store.records import answer_of
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.results.answer import Answer

IMMEDIATE = "now"
"""In place of a batch id."""


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
                bought = fresh(connection, job_id, answers)
                used = Counter(kept.answer.usage for kept in bought)
                insert_charge(connection, purchase, used)
            insert_answers(connection, job_id, answers)

    @contextmanager
    def in_lots(self, purchase: Purchase, price: Price) -> Iterator[Lots]:
        """For the answers of a batch; those that were kept are on the disk after the block."""
        with committing_behind(self._database) as behind:
            yield Lots(behind, purchase, price)

    def answers(self, job_id: int, requests: Sequence[int]) -> dict[int, Answer]:
        """The answers to these requests that are here."""
        wanted = [job_id << 32 | request for request in sorted(set(requests))]
        with self._database.read() as connection:
            rows = rows_of(connection, "SELECT * FROM answer WHERE id IN (*)", wanted)
            ends = KeptEnds(connection)
            return {row["id"] & 0xFFFFFFFF: answer_of(row, ends) for row in rows}

    def bare_answers(self, job_id: int, requests: Sequence[int]) -> dict[int, Answer]:
        """The same with nothing but outcomes, values and reasons, for very many of them."""
        wanted = [job_id << 32 | request for request in sorted(set(requests))]
        with self._database.read() as connection:
            return bare_answers_of(
                connection,
                'SELECT id & 4294967295, outcome, "values", reason FROM answer WHERE id IN (*)',
                wanted,
            )

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
        alike: Counter[tuple[str, Decimal | None]] = Counter()
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT outcome, cost, count(*) FROM answer WHERE id>=? AND id<?"
                " GROUP BY cost, outcome",  # quicker in this order: few have the same cost
                (job_id << 32, (job_id + 1) << 32),
            )
            for outcome, cost, count in rows:
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
            insert_charge(connection, purchase, Counter([usage]))
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
