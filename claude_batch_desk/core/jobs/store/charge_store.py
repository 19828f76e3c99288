"""ChargeStore: everything that was paid, and what it was estimated at; outlives the jobs."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import orjson

from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.records import dumps
from claude_batch_desk.core.pricing.bill import Bill, Line, Till
from claude_batch_desk.core.pricing.rates import Rates
from claude_batch_desk.core.pricing.usage import Usage

Bought = Literal["trial", "batch", "cached", "now"]
"""As a trial or a comparison, in a batch, in one with cached instructions, or as a job's immediate
calls."""


@dataclass(frozen=True)
class Purchase:
    """What is the same for all requests of a lot, known before any is paid."""

    job: int
    made: datetime
    """When the job was made: jobs have the same number, one after the other."""
    name: str
    mode: Mode
    model: str
    way: Bought
    rates: Rates | None
    """None where the model's prices are not known."""
    latency: str = ""
    """How soon the job was wanted; "" where that was not said."""
    batch_id: str = ""
    """"" for immediate calls."""
    at: datetime | None = None
    """When the service was done with it, UTC; None is the moment it is kept."""


@dataclass(frozen=True)
class Charge:
    """A lot that was paid: a trial, an immediate call, or answers of a batch that came together."""

    at: datetime
    job: int
    made: datetime
    name: str
    mode: Mode
    model: str
    way: Bought
    latency: str
    requests: int
    cost: Decimal | None
    """USD; None where no price is known."""
    at_once: Decimal
    """USD for the same tokens by immediate calls without a cache."""


@dataclass(frozen=True)
class Paid:
    """What many charges come to."""

    usd: Decimal
    requests: int
    """All of them, at whatever price."""
    unpriced: int
    """Those among them whose price is not known; `usd` is without them."""


@dataclass(frozen=True)
class Settled:
    """What a finished job was expected to cost when it was sent, and what it did (USD)."""

    job: int
    made: datetime
    name: str
    at: datetime
    mode: Mode
    model: str
    way: Bought
    thinking: bool
    low: Decimal
    expected: Decimal
    high: Decimal
    reckoned: Decimal
    """What was expected before earlier jobs corrected it."""
    billed: Decimal
    """Without trials, as the estimate is."""
    requests: int
    """That were to be sent."""
    answered: int
    """That were paid."""

    @property
    def inside(self) -> bool:
        """The bill was inside the range."""
        return self.low <= self.billed <= self.high


def insert_charge(
    connection: sqlite3.Connection, purchase: Purchase, usages: Counter[Usage | None]
) -> None:
    """Charge a lot within the transaction that keeps what was bought; an empty one is none.

    None among the usages is a request that came back and costs nothing.
    """
    bill, cost = _billed(purchase, usages)
    if not bill.requests:
        return
    connection.execute(
        "INSERT INTO charge (at, job, made, name, mode, model, way, latency, batch_id, requests,"
        " cost, at_once, bill) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (purchase.at or datetime.now(UTC)).astimezone(UTC).isoformat(),
            purchase.job,
            purchase.made.isoformat(),
            purchase.name,
            purchase.mode,
            purchase.model,
            purchase.way,
            purchase.latency,
            purchase.batch_id,
            bill.requests,
            cost,
            str(bill.at_once),
            dumps(asdict(bill)),
        ),
    )


def keep_name(connection: sqlite3.Connection, job_id: int) -> None:
    """Let what is kept of a job that is about to be removed have its last name."""
    for table in ("charge", "settled"):
        connection.execute(
            f"UPDATE {table} SET name=job.name FROM job"  # noqa: S608 - one of the two
            f" WHERE {table}.job=job.id AND {table}.made=job.created_at AND job.id=?",
            (job_id,),
        )


def join_charges(connection: sqlite3.Connection, run: int, job_id: int) -> None:
    """Let what a run again has cost be of the job whose rows it asked; before that one is gone."""
    connection.execute(
        "UPDATE charge SET job=first.id, made=first.created_at FROM job AS run, job AS first"
        " WHERE charge.job=run.id AND charge.made=run.created_at AND run.id=? AND first.id=?",
        (run, job_id),
    )


def _billed(purchase: Purchase, usages: Counter[Usage | None]) -> tuple[Bill, str]:
    """The bill and its sum as text; without prices, the tokens and ""."""
    if purchase.rates is None:
        whole = sum(map(_unpriced, usages.elements()), Bill())
        return whole, "" if whole.requests > whole.free else "0"
    bill = _rung_up(usages, purchase.rates, purchase.way)
    return bill, str(bill.total)


def _rung_up(usages: Counter[Usage | None], rates: Rates, way: Bought) -> Bill:
    till = Till(rates, "batch" if way in ("batch", "cached") else "now")
    for usage, times in usages.items():  # most of many are like others
        till.ring(usage, times)
    return till.bill()


def _priced(tokens: Bill, rates: Rates, way: Bought) -> Bill:
    """A single request whose tokens alone were kept."""
    usage = Usage(
        input=tokens.input.tokens,
        cache_write_5m=tokens.cache_write_5m.tokens,
        cache_write_1h=tokens.cache_write_1h.tokens,
        cache_read=tokens.cache_read.tokens,
        output=tokens.output.tokens,
        thinking=tokens.thinking.tokens,
    )
    return _rung_up(Counter([None if tokens.free else usage]), rates, way)


def _unpriced(usage: Usage | None) -> Bill:
    if usage is None:
        return Bill(requests=1, free=1)
    return Bill(
        requests=1,
        input=Line(usage.input),
        cache_write_5m=Line(usage.cache_write_5m),
        cache_write_1h=Line(usage.cache_write_1h),
        cache_read=Line(usage.cache_read),
        output=Line(usage.output),
        thinking=Line(usage.thinking),
    )


class ChargeStore:
    """The ledger of what was paid. What is in it stays, but for a name, or a price not known."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def charges(self, mode: Mode, since: datetime | None = None) -> list[Charge]:
        """All charges from a moment on, oldest first; a job that is there has its name of today."""
        with self._database.read() as connection:
            return [_charge(row, row["name_now"]) for row in _rows(connection, mode, since)]

    def paid(self, mode: Mode, since: datetime) -> Paid:
        """What was paid from a moment on; a fifth of a second for 100,000 immediate calls."""
        with self._database.read() as connection:
            return _paid(
                connection.execute(
                    "SELECT cost, requests FROM charge WHERE mode=? AND at>=?",
                    (mode, since.astimezone(UTC).isoformat()),
                )
            )

    def paid_for(self, job: int, made: datetime, *, trials: bool) -> Paid:
        """What was paid for a job, with its trials or without."""
        ways = "" if trials else " AND way<>'trial'"
        with self._database.read() as connection:
            return _paid(
                connection.execute(
                    f"SELECT cost, requests FROM charge WHERE job=? AND made=?{ways}",  # noqa: S608 - ours
                    (job, made.isoformat()),
                )
            )

    def bills(self, job: int, made: datetime) -> list[tuple[Charge, Bill]]:
        """The charges of a job with their lines, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM charge WHERE job=? AND made=? ORDER BY at, id",
                (job, made.isoformat()),
            ).fetchall()
        return [(_charge(row, row["name"]), _bill(row["bill"])) for row in rows]

    def price(self, rates_of: Callable[[str], Rates | None]) -> None:
        """Give single requests their price that were paid while it was not known; if it is now."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, model, way, bill FROM charge WHERE cost='' AND requests=1"
            ).fetchall()
        bills = [
            (row["id"], _priced(_bill(row["bill"]), rates, row["way"]))
            for row in rows
            if (rates := rates_of(row["model"])) is not None
        ]
        if not bills:
            return
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE charge SET cost=?, at_once=?, bill=? WHERE id=? AND cost=''",
                [
                    (str(bill.total), str(bill.at_once), dumps(asdict(bill)), charge)
                    for charge, bill in bills
                ],
            )

    def settle(self, settled: Settled) -> None:
        """Keep what became of a job's estimate; what was kept of it before gives way."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settled"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    settled.job,
                    settled.made.isoformat(),
                    settled.name,
                    settled.at.isoformat(),
                    settled.mode,
                    settled.model,
                    settled.way,
                    settled.thinking,
                    str(settled.low),
                    str(settled.expected),
                    str(settled.high),
                    str(settled.reckoned),
                    str(settled.billed),
                    settled.requests,
                    settled.answered,
                ),
            )

    def history(self, mode: Mode) -> list[Settled]:
        """What became of estimates, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT settled.*, coalesce(job.name, settled.name) AS name_now FROM settled"
                " LEFT JOIN job ON job.id=settled.job AND job.created_at=settled.made"
                " WHERE settled.mode=? ORDER BY settled.at DESC, settled.job DESC",
                (mode,),
            ).fetchall()
        return [_settled(row) for row in rows]


def _paid(rows: Iterable[sqlite3.Row]) -> Paid:
    usd, requests, unpriced = Decimal(0), 0, 0
    for cost, count in rows:
        requests += count
        if cost:
            usd += Decimal(cost)
        else:
            unpriced += count
    return Paid(usd, requests, unpriced)


def _rows(
    connection: sqlite3.Connection, mode: Mode, since: datetime | None
) -> Iterator[sqlite3.Row]:
    yield from connection.execute(
        "SELECT charge.*, coalesce(job.name, charge.name) AS name_now FROM charge"
        " LEFT JOIN job ON job.id=charge.job AND job.created_at=charge.made"
        " WHERE charge.mode=? AND charge.at>=? ORDER BY charge.at, charge.id",
        (mode, since.astimezone(UTC).isoformat() if since else ""),
    )


def _charge(row: sqlite3.Row, name: str) -> Charge:
    return Charge(
        at=datetime.fromisoformat(row["at"]),
        job=row["job"],
        made=datetime.fromisoformat(row["made"]),
        name=name,
        mode=row["mode"],
        model=row["model"],
        way=row["way"],
        latency=row["latency"],
        requests=row["requests"],
        cost=Decimal(row["cost"]) if row["cost"] else None,
        at_once=Decimal(row["at_once"]),
    )


def _bill(text: str) -> Bill:
    read: dict[str, Any] = orjson.loads(text)
    for name, value in read.items():
        if isinstance(value, dict):
            read[name] = Line(value["tokens"], Decimal(value["usd"]))
        elif isinstance(value, str):
            read[name] = Decimal(value)
    return Bill(**read)


def _settled(row: sqlite3.Row) -> Settled:
    return Settled(
        job=row["job"],
        made=datetime.fromisoformat(row["made"]),
        name=row["name_now"],
        at=datetime.fromisoformat(row["at"]),
        mode=row["mode"],
        model=row["model"],
        way=row["way"],
        thinking=bool(row["thinking"]),
        low=Decimal(row["low"]),
        expected=Decimal(row["expected"]),
        high=Decimal(row["high"]),
        reckoned=Decimal(row["reckoned"]),
        billed=Decimal(row["billed"]),
        requests=row["requests"],
        answered=row["answered"],
    )
