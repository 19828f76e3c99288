"""Lots: what came of a batch, on its way into the store some thousands at a time."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import compress

from claude_batch_desk.core.jobs.store.charge_store import Purchase, insert_charge
from claude_batch_desk.core.jobs.store.committing import Behind
from claude_batch_desk.core.jobs.store.kept import UNLESS_HERE, Kept, insert_answers
from claude_batch_desk.core.jobs.store.message_ends import EndsToKeep
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.results.reading import Ending

Price = Callable[[Usage | None], Decimal | None]
"""What an answer costs in USD, None being one that is not billed; None where it is not known."""
Stray = tuple[str, bytes]
"""A result that fits no request of ours, by its id: nothing paid is lost."""
_ENDINGS = 4_096
# Bytes are taken as they are, where a string would have to be decoded and encoded again. What
# these have used stands in what came.
_VALUES = "VALUES (?, 'answered', CAST(? AS TEXT), '', '', ?, ?, ?, 0)"
_INSERT = f"INSERT INTO answer {_VALUES}{UNLESS_HERE}"


class Lots:
    """Keeps a lot while the next one is read. No request may be in two of them, or twice in one."""

    def __init__(self, behind: Behind, purchase: Purchase, price: Price) -> None:
        self._behind, self._purchase = behind, purchase
        self._first, self._batch = purchase.job << 32, purchase.batch_id
        self._rows: list[tuple[int, bytes, str, str, bytes]] = []
        self._endings: list[Ending] = []
        self._told: dict[Ending, tuple[str, bytes]] = {}
        self._ends, self._price = EndsToKeep(), price
        self.new = 0
        """How many answers were kept that were not here before."""

    def add(self, request: int, values: bytes, front: bytes, ending: Ending) -> None:
        """Add an answer with nothing wrong to this lot: one as most are, so without a Kept.

        Its values are a JSON list.
        """
        cost, end = self._told.get(ending) or self._tell(ending)
        self._rows.append((self._first | request, values, cost, self._batch, front + end))
        self._endings.append(ending)

    def _tell(self, ending: Ending) -> tuple[str, bytes]:
        cost = self._price(ending.usage)
        if len(self._told) >= _ENDINGS:
            self._told.clear()
        told = "" if cost is None else str(cost), self._ends.short(ending.text)
        return self._told.setdefault(ending, told)

    def keep(self, others: Sequence[Kept], strays: Sequence[Stray]) -> None:
        """Keep and charge all of this lot; what is here already stays, and was charged."""
        with self._behind.write() as connection:
            self._keep_strays(connection, strays)
            bought = self._fresh(connection, others)
            insert_charge(connection, self._purchase, bought)
            self._ends.keep(connection)
            connection.executemany(_INSERT, self._rows)
            insert_answers(connection, self._purchase.job, others)
        self.new += bought.total()
        self._rows, self._endings = [], []

    def _keep_strays(self, connection: sqlite3.Connection, strays: Sequence[Stray]) -> None:
        job, batch = self._purchase.job, self._batch
        connection.executemany(
            "INSERT OR IGNORE INTO stray VALUES (?, ?, ?, ?)",
            [(job, batch, custom_id, raw) for custom_id, raw in strays],
        )

    def _fresh(
        self, connection: sqlite3.Connection, others: Sequence[Kept]
    ) -> Counter[Usage | None]:
        """What the answers that are not here yet have used, and how many of them that."""
        ids = [row[0] for row in self._rows]
        ids += [self._first | kept.request for kept in others]
        here = connection.execute(
            "SELECT id FROM answer WHERE id BETWEEN ? AND ? AND outcome<>'missing'",
            (min(ids, default=0), max(ids, default=-1)),
        )
        taken = {row["id"] for row in here}
        endings = Counter(
            compress(self._endings, (at not in taken for at in ids)) if taken else self._endings
        )
        bought = Counter[Usage | None]()
        for ending, answers in endings.items():  # they are told apart quicker than usages
            bought[ending.usage] += answers
        bought.update(
            kept.answer.usage for kept in others if self._first | kept.request not in taken
        )
        return bought
