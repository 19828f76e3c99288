"""JobBill: what one job has cost, by kind of token, by answer column and by answer."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.settlement import Record, record
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.bill import Bill
from claude_batch_desk.core.pricing.reckoning import Reckoning, reckon
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.report import Report

_NOTHING = Decimal(0)
_REPORT_EVERY = 2_000
_CLOSED = ("choice", "boolean", "score")
"""Kinds of answer columns of which a row has one of few values."""


@dataclass(frozen=True)
class Share:
    """What part of a bill goes to one answer column."""

    name: str
    characters: int
    usd: Decimal


@dataclass(frozen=True)
class Label:
    """The rows that were answered one way, and what their answers cost."""

    field: str
    value: str
    """"" for rows without a value there, such as those that were declined."""
    rows: int
    usd: Decimal


@dataclass(frozen=True)
class JobBill:
    """What one job has cost. Every amount in USD, from the usage the service returned."""

    sent: Bill
    """What came back since the job was sent."""
    trials: Bill
    """What was tried before, at the full price; an answer taken over costs nothing again."""
    unpriced: int
    """Requests besides whose price is not known; 0 means that the bill is whole."""
    reckoning: Reckoning | None
    """The bill beside its estimate; None until the job is done, or where one is not known."""
    columns: tuple[Share, ...]
    """What was written for each answer column: the output without thinking, shared out by the
    characters of the values. Their sum is that amount."""
    labels: tuple[Label, ...]
    """For each column with few possible values; the amounts of one column add up to its rows'."""
    record: Record
    """How good the estimates of the last jobs were."""
    again: Bill = field(default=Bill())
    """What came back of rows that were run again; what they cost first is in `sent`."""

    @property
    def total(self) -> Decimal:
        """All that was paid for this job."""
        return self.sent.total + self.trials.total + self.again.total


def reckoning_of(job: Job, sent: Bill | None) -> Reckoning | None:
    """The bill of a finished job beside its estimate; None where either is not known."""
    amount = job.agreed
    if job.state != "done" or not (amount and job.estimate and sent and sent.requests):
        return None
    return reckon(job.estimate, amount, sent, job.way)


def job_bill(stores: Stores, job: Job, report: Report) -> JobBill:
    """The bill of a job that was sent."""
    sent, trials, unpriced = Bill(), Bill(), 0
    for charge, bill in stores.charges.bills(job.id, job.created_at):
        if charge.cost is None:
            unpriced += bill.requests
        elif charge.way == "trial":
            trials += bill
        else:
            sent += bill
    reckoning = reckoning_of(job, sent) if not unpriced else None
    again, unpriced_again = _of_runs(stores, job)
    written = _Written(job, Counter(stores.jobs.plan(job.id).request_of_row))
    for done, (request, values, cost) in enumerate(stores.answers.values(job.id)):
        if done % _REPORT_EVERY == 0:
            report(done, job.requests)
        written.take(request, values, cost)
    output = sent.output.usd - sent.thinking.usd
    columns, labels = written.columns(output), tuple(written.labels())
    known = record(stores.charges.history(job.mode))
    unpriced += unpriced_again
    return JobBill(sent, trials, unpriced, reckoning, columns, labels, known, again)


def _of_runs(stores: Stores, job: Job) -> tuple[Bill, int]:
    """What was paid for rows that were run again, and how many requests at an unknown price."""
    bought = [
        each
        for run in stores.jobs.runs_of(job.id)
        for each in stores.charges.bills(run.id, run.created_at)
    ]
    unpriced = sum(bill.requests for charge, bill in bought if charge.cost is None)
    return sum((bill for charge, bill in bought if charge.cost is not None), Bill()), unpriced


@dataclass
class _Written:
    """The answers of a job, taken one by one."""

    job: Job
    rows_of: Mapping[int, int]
    """How many rows ask each request."""
    _characters: "array[int]" = field(default_factory=lambda: array("Q"))
    _rows: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    _costs: dict[tuple[int, str], Decimal] = field(
        default_factory=lambda: defaultdict(lambda: _NOTHING)
    )

    def __post_init__(self) -> None:
        self._fields: Sequence[OutputField] = self.job.recipe.fields
        self._names = [column.header for column in columns_of(self._fields)] or ["Answer"]
        self._characters.extend(0 for _ in self._names)
        self._closed = [
            (place, column.field)
            for place, column in enumerate(columns_of(self._fields))
            if column.companion is None and column.field.kind in _CLOSED
        ]

    def take(self, request: int, values: Sequence[str], cost: Decimal) -> None:
        """Add one answer with what it cost (USD)."""
        for place, value in enumerate(values[: len(self._characters)]):
            self._characters[place] += len(value)
        for place, _ in self._closed:
            value = values[place] if place < len(values) else ""
            self._rows[place, value] += self.rows_of.get(request, 0)
            self._costs[place, value] += cost

    def columns(self, output: Decimal) -> tuple[Share, ...]:
        """What each column had of the output; the last takes what dividing leaves over."""
        total = sum(self._characters)
        if not total:
            return ()
        shares, left = [], output
        for name, characters in zip(self._names, self._characters, strict=True):
            usd = output * characters / total
            left -= usd
            shares.append(Share(name, characters, usd))
        last = shares[-1]
        return (*shares[:-1], Share(last.name, last.characters, last.usd + left))

    def labels(self) -> Iterator[Label]:
        """Of each column with few values, what each value was given to, the most frequent first."""
        for place, field_ in self._closed:
            found = [key for key in self._rows if key[0] == place]
            found.sort(key=lambda key: (-self._rows[key], key[1]))
            for key in found:
                yield Label(field_.name, key[1], self._rows[key], self._costs[key])
