"""VersionStore: the states of a job's recipe that were tried, sent or kept."""

import sqlite3
from datetime import UTC, datetime

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.prompts.recipe import Recipe, parse_recipe, recipe_text
from claude_batch_desk.core.prompts.versions import Version, Why


class VersionStore:
    """Versions by job, numbered from 1; none is ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, job_id: int, recipe: Recipe, why: Why) -> int:
        """Keep this state of the job's recipe and return its number.

        The newest version stands for it where it says the same.
        """
        with self._database.write() as connection:
            return _keep(connection, job_id, _text(connection, job_id, recipe), why)

    def go_back(self, job_id: int, number: int) -> None:
        """Make this version what the draft asks; what it asked until now is kept as well.

        Raises StoreError where the job is no draft, or has no such version.
        """
        with self._database.write() as connection:
            now = _recipe(connection, job_id)
            wanted = connection.execute(
                "SELECT recipe FROM version WHERE job_id=? AND number=?", (job_id, number)
            ).fetchone()
            if wanted is None:
                raise StoreError(f"This job has no version {number} of its prompt.")
            changed = connection.execute(
                "UPDATE job SET recipe=? WHERE id=? AND state='draft'", (wanted["recipe"], job_id)
            )
            if changed.rowcount != 1:
                raise StoreError("This job was already sent, so its prompt stays as it was sent.")
            _keep(connection, job_id, now, "kept")
            _keep(connection, job_id, wanted["recipe"], "return", number)

    def versions(self, job_id: int) -> list[Version]:
        """All versions of a job, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT version.*, (SELECT count(*) FROM trial WHERE trial.job_id=version.job_id"
                " AND trial.version=version.number) AS tried"
                " FROM version WHERE job_id=? ORDER BY number DESC",
                (job_id,),
            ).fetchall()
        return [
            Version(
                row["number"],
                parse_recipe(row["recipe"]),
                datetime.fromisoformat(row["kept_at"]),
                row["why"],
                row["origin"],
                row["tried"],
            )
            for row in rows
        ]


def keep_answering(connection: sqlite3.Connection, job_id: int, recipe: str) -> int:
    """The number of the version that rows of a sent job were asked again with.

    0 is what the job was sent with. A recipe that is no version of it yet becomes one, within the
    transaction.
    """
    if parse_recipe(_recipe(connection, job_id)) == parse_recipe(recipe):
        return 0
    known = connection.execute(
        "SELECT max(number) FROM version WHERE job_id=? AND recipe=?", (job_id, recipe)
    ).fetchone()
    return int(known[0] or _keep(connection, job_id, recipe, "sent"))


def _recipe(connection: sqlite3.Connection, job_id: int) -> str:
    row = connection.execute("SELECT recipe FROM job WHERE id=?", (job_id,)).fetchone()
    if row is None:
        raise StoreError(f"There is no job {job_id}.")
    return str(row["recipe"])


def _text(connection: sqlite3.Connection, job_id: int, recipe: Recipe) -> str:
    """The recipe as the job has it, where it is that one: an earlier program wrote it otherwise."""
    stored = _recipe(connection, job_id)
    return stored if parse_recipe(stored) == recipe else recipe_text(recipe)


def _keep(
    connection: sqlite3.Connection, job_id: int, recipe: str, why: Why, origin: int = 0
) -> int:
    newest = connection.execute(
        "SELECT number, recipe FROM version WHERE job_id=? ORDER BY number DESC LIMIT 1", (job_id,)
    ).fetchone()
    if newest is not None and newest["recipe"] == recipe:
        return int(newest["number"])
    number = newest["number"] + 1 if newest is not None else 1
    connection.execute(
        "INSERT INTO version (job_id, number, recipe, kept_at, why, origin)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (job_id, number, recipe, datetime.now(UTC).isoformat(), why, origin),
    )
    return int(number)
