"""Lots: what came of a batch, on its way into the store some thousands at a time."""

import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from claude_batch_desk.core.jobs.store.charge_store import Purchase, insert_charge
from claude_batch_desk.core.jobs.store.committing import Behind
from claude_batch_desk.core.jobs.store.kept import UNLESS_HERE, Kept, insert_answers
from claude_batch_desk.core.jobs.store.records import dumps, usage_text
from claude_batch_desk.core.pricing.usage import Usage

Price = Callable[[Usage | None], Decimal | None]
"""What an answer costs in USD, None being one that is not billed; None where it is not known."""
Stray = tuple[str, bytes]
"""A result that fits no request of ours, by its id: nothing paid is lost."""
_USAGES = 4_096
_INSERT = f"INSERT INTO answer VALUES (?, 'answered', ?, '', ?, ?, ?, ?, 0){UNLESS_HERE}"  # noqa: S608 - ours


class Lots:
    """Keeps a lot while the next one is read. No request may be in two of them, or twice in one."""

    def __init__(self, behind: Behind, purchase: Purchase, price: Price) -> None:
        self._behind, self._purchase, self._first = behind, purchase, purchase.job << 32
        self._rows: list[tuple[int, str, str | None, str, str, bytes]] = []
        self._usages: list[Usage] = []
        self._told = lru_cache(_USAGES)(lambda usage: _told(usage, price))
        self.new = 0
        """How many answers were kept that were not here before."""

    def __len__(self) -> int:
        """Answers of this lot that were added."""
        return len(self._rows)

    def add(self, request: int, values: tuple[str, ...], usage: Usage, raw: bytes) -> None:
        """Add an answer with nothing wrong to this lot: one as most are, so without a Kept."""
        row = (self._first | request, dumps(values), *self._told(usage))
        self._rows.append((*row, self._purchase.batch_id, raw))
        self._usages.append(usage)

    def keep(self, others: Sequence[Kept], strays: Sequence[Stray]) -> None:
        """Keep and charge all of this lot; what is here already stays, and was charged."""
        with self._behind.write() as connection:
            self._keep_strays(connection, strays)
            bought = self._fresh(connection, others)
            insert_charge(connection, self._purchase, bought)
            connection.executemany(_INSERT, self._rows)
            insert_answers(connection, self._purchase.job, others)
        self.new += len(bought)
        self._rows, self._usages = [], []

    def _keep_strays(self, connection: sqlite3.Connection, strays: Sequence[Stray]) -> None:
        job, batch = self._purchase.job, self._purchase.batch_id
        connection.executemany(
            "INSERT OR IGNORE INTO stray VALUES (?, ?, ?, ?)",
            [(job, batch, custom_id, raw) for custom_id, raw in strays],
        )

    def _fresh(
        self, connection: sqlite3.Connection, others: Sequence[Kept]
    ) -> Sequence[Usage | None]:
        """What the answers that are not here yet have used."""
        ids = [row[0] for row in self._rows]
        ids += [self._first | kept.request for kept in others]
        usages = [*self._usages, *(kept.answer.usage for kept in others)]
        here = connection.execute(
            "SELECT id FROM answer WHERE id BETWEEN ? AND ? AND outcome<>'missing'",
            (min(ids, default=0), max(ids, default=-1)),
        )
        taken = {row["id"] for row in here}
        if not taken:
            return usages
        return [usage for at, usage in zip(ids, usages, strict=True) if at not in taken]


def _told(usage: Usage, price: Price) -> tuple[str | None, str]:
    cost = price(usage)
    return usage_text(usage), "" if cost is None else str(cost)
