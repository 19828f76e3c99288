"""Results fetched, read, proven complete by their ids, and kept."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import orjson

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.arrived import Arrived, arrived, read_line
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.money.buying import purchase_of, way_of
from claude_batch_desk.core.jobs.polling import Patience
from claude_batch_desk.core.jobs.progress import Tally
from claude_batch_desk.core.jobs.quoting import Quotes
from claude_batch_desk.core.jobs.sending import drop_bodies, keep_for_the_rest
from claude_batch_desk.core.jobs.store import Kept, Stores
from claude_batch_desk.core.jobs.store.lots import Lots, Price, Stray
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Way
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import missing_answer
from claude_batch_desk.core.results.quotes import asks_for_quotes
from claude_batch_desk.core.results.reading import Ending, ResultReader
from claude_batch_desk.core.service.bodies import id_prefix
from claude_batch_desk.core.service.disk import on_disk
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import request_number

_AT_ONCE = 5_000
_USAGES = 4_096
"""So many prices are known by heart: most answers of a batch have the tokens of others."""
_READINGS = 6
"""After so many whole downloads that brought nothing more, the rest is taken for missing."""


def collect(
    stores: Stores, gateway: Gateway, prices: PriceBook, job: Job, part: Part, report: Report
) -> None:
    """Fetch an ended part's results and keep them.

    Whatever came is kept even where the stream broke, and reading again adds only the rest. What
    is here already, as a stream that broke behind its last line leaves it, is not fetched again.
    """
    if _answered(stores, job, part) == part.last_request - part.first_request + 1:
        return
    spool = _spool(stores, job, part)
    with on_disk("What came of the answers is kept. Free some space; the rest is fetched again."):
        stores.inbox.mkdir(exist_ok=True, mode=0o700)
        spool.unlink(missing_ok=True)
    new = 0
    try:
        gateway.fetch_results(part.batch_id, spool, report)
    finally:
        if spool.exists():
            with _unsearched():
                new = _keep_lines(stores, prices, job, part, report)
            spool.unlink(missing_ok=True)
    if new:
        stores.jobs.found_more(job.id, part.number)


def finish(stores: Stores, job: Job, part: Part, patience: Patience, now: datetime) -> None:
    """After its results were fetched, the part is `collected` once every request has an answer."""
    missing = part.last_request - part.first_request + 1 - _answered(stores, job, part)
    if missing and not _given_up(stores, job, part, missing, patience, now):
        return
    note = f"{missing:,} answers are missing." if missing else ""
    if missing:
        keep_missing(stores, job, part)
    stores.jobs.set_part(job.id, part.number, "collected", note)
    drop_bodies(stores, stores.jobs.token(job.id), [part])


def _answered(stores: Stores, job: Job, part: Part) -> int:
    return stores.answers.count_answered(job.id, part.first_request, part.last_request)


def _given_up(
    stores: Stores, job: Job, part: Part, missing: int, patience: Patience, now: datetime
) -> bool:
    readings = stores.jobs.note_absent(
        job.id,
        part.number,
        f"{missing:,} of {part.requests:,} answers of part {part.number} did not come through. "
        "Fetching them again; what came is kept.",
        now,
    )
    waited = (now - (part.ended_at or now)).total_seconds()
    return readings >= _READINGS and waited >= patience.forget


def keep_missing(stores: Stores, job: Job, part: Part, reason: str = "") -> None:
    """Give every request of the part that has no answer, and will get none, an outcome."""
    fields = job.recipe.fields
    answer = missing_answer(fields, reason) if reason else missing_answer(fields)
    keep_for_the_rest(stores, job, part.first_request, part.last_request, answer)


def _spool(stores: Stores, job: Job, part: Part) -> Path:
    return stores.inbox / f"{job.id}-{part.number}.jsonl"


def _keep_lines(stores: Stores, prices: PriceBook, job: Job, part: Part, report: Report) -> int:
    """Keep every readable line, and tell how many answers are new.

    A line that was cut short is left to the next reading.
    """
    purchase = purchase_of(job, prices, way_of(job))
    purchase = replace(purchase, batch_id=part.batch_id, at=part.ended_at)
    token = stores.jobs.token(job.id)
    prefix = id_prefix(token, part.number)
    requests = range(part.first_request, part.last_request + 1)
    price = lru_cache(_USAGES)(lambda usage: _price(usage, prices, job.recipe.model, "batch"))
    with (
        arrived(_spool(stores, job, part), prefix, requests, report) as lines,
        stores.answers.in_lots(purchase, price) as lots,
    ):
        _Taking(Quotes(stores, job), part, token, lots, price).take(lines, report)
    return lots.new


class _Taking:
    """Takes the results of a part from their lines to the store, the first of each request."""

    def __init__(self, quotes: Quotes, part: Part, token: str, lots: Lots, price: Price) -> None:
        fields = quotes.job.recipe.fields
        self._quotes, self._part, self._token = quotes, part, token
        self._lots, self._price = lots, price
        self._reader = ResultReader(fields)
        self._is_plain = not asks_for_quotes(fields)
        self._taken = bytearray(part.last_request - part.first_request + 1)
        self._others: list[Kept] = []
        self._strays: list[Stray] = []

    def take(self, lines: Arrived, report: Report) -> None:
        """All of them; a lot is kept while the next one is read."""
        first, taken, usual = self._part.first_request, self._taken, self._reader.usual
        add = self._lots.add if self._is_plain else self._add
        for done, (line, request, result) in enumerate(lines.in_order(), start=1):
            found = usual(result)
            if found is None:
                self._look(lines.line(line))
            elif not taken[request - first]:
                taken[request - first] = 1
                add(request, *found)
            if done % _AT_ONCE == 0:
                self._keep(report)
                report(done, self._part.requests)
        self._keep(report)

    def _add(self, number: int, values: bytes, front: bytes, ending: Ending) -> None:
        """Take an answer with nothing wrong, but for what it may quote."""
        shown, usage = tuple(orjson.loads(values)), ending.usage
        answer, cost = Answer("answered", shown, usage=usage), self._price(usage)
        raw = front + ending.text
        self._others.append(Kept(number, answer, cost, self._part.batch_id, raw))

    def _look(self, line: bytes) -> None:
        """Take a line that is not as most are."""
        read = read_line(line)
        if read is None:
            return
        custom_id, result = read
        number = request_number(custom_id, self._token, self._part.number)
        if number is None or not 0 <= number - self._part.first_request < len(self._taken):
            self._strays.append((custom_id, line))
        elif not self._taken[number - self._part.first_request]:
            self._taken[number - self._part.first_request] = 1
            answer = self._reader.read(result)
            cost = self._price(answer.usage)
            self._others.append(Kept(number, answer, cost, self._part.batch_id, result))

    def _keep(self, report: Report) -> None:
        self._lots.keep(self._quotes.checked(self._others, report), self._strays)
        self._others, self._strays = [], []


@contextmanager
def _unsearched() -> Iterator[None]:
    """Without searches for garbage, of which reading results makes none.

    They would go through thousands of answers again and again, and stop every thread meanwhile.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def cost_of(answer: Answer, prices: PriceBook, model: str, way: Way) -> Decimal | None:
    """What an answer costs in USD; None where the model's price is not known any more.

    An answer that is paid is kept whatever becomes of its price.
    """
    return _price(answer.usage, prices, model, way)


def _price(usage: Usage | None, prices: PriceBook, model: str, way: Way) -> Decimal | None:
    try:
        return prices.total(usage, model, way)
    except PriceError:
        return None


def count_up(stores: Stores, job: Job) -> None:
    """Store the job's rows by outcome and what has been billed so far."""
    tally = Tally(stores.jobs.plan(job.id))
    if tally.is_even:
        for (outcome, cost), answers in stores.answers.costs_alike(job.id).items():
            tally.add_alike(answers, outcome, cost)
    else:
        for request, outcome, cost in stores.answers.costs(job.id):
            tally.add(request, outcome, cost)
    stores.jobs.set_totals(job.id, tally.outcomes, tally.billed)
