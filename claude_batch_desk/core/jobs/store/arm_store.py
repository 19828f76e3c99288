"""ArmStore: which recipes are put side by side on which rows, and answers asked for twice."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from claude_batch_desk.core.jobs.store.charge_store import Purchase, insert_charge
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.recipe import Recipe, parse_recipe, recipe_text


@dataclass(frozen=True)
class Arm:
    """One of the recipes that are put side by side."""

    recipe: Recipe
    version: int = 0
    """The kept version of the job's prompt that it is; 0 for one that was never the job's."""


@dataclass(frozen=True)
class Contest:
    """Recipes put side by side on the same rows of a table."""

    table_id: int
    rows: tuple[int, ...]
    """In table order."""
    arms: tuple[Arm, ...]
    """The first is what the others are compared with."""
    again: bool = False
    """The first is asked a second time, to see how much chance there is in its answers."""


class ArmStore:
    """One contest a job; the answers it bought are trials of the job, and stay with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, job_id: int, contest: Contest) -> None:
        """Keep the contest of a job in place of an earlier one."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM contest WHERE job_id=?", (job_id,))
            connection.execute(
                "INSERT INTO contest SELECT id, ?, ?, ? FROM job WHERE id=?",
                (contest.table_id, _numbers(contest.rows), contest.again, job_id),
            )
            connection.executemany(
                "INSERT INTO arm SELECT id, ?, ?, ? FROM job WHERE id=?",
                [
                    (number, each.version, recipe_text(each.recipe), job_id)
                    for number, each in enumerate(contest.arms)
                ],
            )

    def contest(self, job_id: int) -> Contest | None:
        """The contest of a job; None where there was none yet."""
        with self._database.read() as connection:
            kept = connection.execute("SELECT * FROM contest WHERE job_id=?", (job_id,)).fetchone()
            arms = connection.execute(
                "SELECT * FROM arm WHERE job_id=? ORDER BY number", (job_id,)
            ).fetchall()
        return _contest(kept, arms) if kept else None

    def keep_again(
        self, job_id: int, sha256: str, raw: bytes, purchase: Purchase, usage: Usage | None
    ) -> None:
        """Keep the second answer to a request at once and charge it: it has been paid."""
        with self._database.write() as connection:
            insert_charge(connection, purchase, Counter([usage]))
            connection.execute(
                "INSERT OR REPLACE INTO second_answer SELECT id, ?, ?, ? FROM job WHERE id=?",
                (sha256, raw, datetime.now(UTC).isoformat(), job_id),
            )

    def asked_again(self, job_id: int) -> dict[str, bytes]:
        """The second answers of a job as they came, by the request's SHA-256."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT sha256, raw FROM second_answer WHERE job_id=?", (job_id,)
            )
            return {row["sha256"]: row["raw"] for row in rows}


def _numbers(rows: Sequence[int]) -> str:
    return orjson.dumps(list(rows)).decode()


def _contest(kept: sqlite3.Row, arms: Sequence[sqlite3.Row]) -> Contest:
    return Contest(
        table_id=kept["table_id"],
        rows=tuple(orjson.loads(kept["rows"])),
        arms=tuple(Arm(parse_recipe(each["recipe"]), each["version"]) for each in arms),
        again=bool(kept["again"]),
    )
