"""Which beginnings of requests are cached, in which workspace, from when and until when."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from claude_batch_desk.practice.records import CachedPrefix
from claude_batch_desk.practice.state.database import Database

_FIVE_MINUTES, _ONE_HOUR = 300.0, 3600.0


class PrefixStore:
    """The prompt cache of every workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def warm(self, workspace: str, moment: datetime) -> frozenset[str]:
        """The digests of what can be read at a moment."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT prefix FROM prefixes WHERE workspace = ? AND usable_at <= ? AND until > ?",
                (workspace, moment.timestamp(), moment.timestamp()),
            )
            return frozenset(row["prefix"] for row in rows)

    def keep(self, workspace: str, prefix: CachedPrefix, moment: datetime) -> None:
        """Remember that a prefix was written or read."""
        with self._database.writing() as db:
            keep_prefixes(db, workspace, (prefix,), moment.timestamp())


def keep_prefixes(
    db: sqlite3.Connection, workspace: str, prefixes: Sequence[CachedPrefix], moment: float
) -> None:
    """Remember within a transaction what was written or read; its life begins anew by that."""
    db.executemany(
        "INSERT INTO prefixes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "usable_at = iif(until > excluded.usable_at, usable_at, excluded.usable_at), "
        "until = max(until, excluded.until)",
        [
            (workspace, each.key, moment, moment + (_ONE_HOUR if each.one_hour else _FIVE_MINUTES))
            for each in prefixes
        ],
    )
