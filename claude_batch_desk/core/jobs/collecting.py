"""Results fetched, read, proven complete by their ids, and kept."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson

from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.store import Kept, Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import missing_answer, read_answer
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import body_path, request_number

_AT_ONCE = 5_000
_READINGS = 6
"""After so many whole downloads that lack the same rows, they are taken for missing."""


def collect(
    stores: Stores, gateway: Gateway, prices: PriceBook, job: Job, part: Part, report: Report
) -> None:
    """Fetch an ended part's results and keep them; the part is `collected` once all are here.

    Whatever came is kept even where the stream broke, and reading again adds only the rest.
    """
    stores.inbox.mkdir(exist_ok=True, mode=0o700)
    spool = stores.inbox / f"{part.batch_id}.jsonl"
    try:
        gateway.fetch_results(part.batch_id, spool, report)
    finally:
        if spool.exists():
            seen, strays = _keep_lines(stores, prices, job, part, spool, report)
    if len(seen) == part.requests:
        stores.jobs.set_part(job.id, part.number, "collected")
        spool.unlink(missing_ok=True)
        body_path(stores.outbox, stores.jobs.token(job.id), part.number).unlink(missing_ok=True)
    elif strays and not seen:
        # The batch that was taken for ours is somebody else's: back to looking for it.
        stores.jobs.set_part(job.id, part.number, "sending")
    else:
        _incomplete(stores, job, part, seen)


def _incomplete(stores: Stores, job: Job, part: Part, seen: set[int]) -> None:
    missing = part.requests - len(seen)
    readings = stores.jobs.note_failure(
        job.id,
        part.number,
        f"{missing:,} of {part.requests:,} answers of part {part.number} did not come through. "
        "Fetching them again; what came is kept.",
    )
    if readings < _READINGS:
        return
    keep_missing(stores, job, part)
    stores.jobs.set_part(job.id, part.number, "collected", f"{missing:,} answers are missing.")


def keep_missing(stores: Stores, job: Job, part: Part, reason: str = "") -> None:
    """Give every request of the part that has no answer, and will get none, an outcome."""
    answered = stores.answers.requests_answered(job.id)
    fields = job.recipe.fields
    answer = missing_answer(fields, reason) if reason else missing_answer(fields)
    lost = [
        Kept(number, answer, Decimal(0), part.batch_id, b"{}")
        for number in range(part.first_request, part.last_request + 1)
        if number not in answered
    ]
    stores.answers.keep(job.id, lost)


def _keep_lines(
    stores: Stores, prices: PriceBook, job: Job, part: Part, spool: Path, report: Report
) -> tuple[set[int], int]:
    """Keep every readable line; the requests seen, and how many lines are not of this part."""
    token = stores.jobs.token(job.id)
    seen: set[int] = set()
    strays = 0
    held: list[Kept] = []
    for line in _lines(spool):
        try:
            read = orjson.loads(line)
            custom_id, result = str(read["custom_id"]), read["result"]
        except (ValueError, KeyError, TypeError):
            continue  # a line cut short; the ids will show what is missing
        number = request_number(custom_id, token, part.number)
        if number is None or not part.first_request <= number <= part.last_request:
            strays += 1
            if seen:
                stores.answers.keep_stray(job.id, part.batch_id, custom_id, line)
            continue
        seen.add(number)
        answer = read_answer(result, job.recipe.fields)
        cost = Decimal(0)
        if answer.usage is not None:
            cost = prices.cost(answer.usage, job.recipe.model, "batch").total
        held.append(Kept(number, answer, cost, part.batch_id, orjson.dumps(result)))
        if len(held) == _AT_ONCE:
            stores.answers.keep(job.id, held)
            held.clear()
            report(len(seen), part.requests)
    stores.answers.keep(job.id, held)
    return seen, strays


def _lines(spool: Path) -> Iterator[bytes]:
    # Split on \n alone: other line ends are legal inside JSON strings.
    with spool.open("rb") as file:
        for line in file:
            if stripped := line.strip():
                yield stripped


def count_up(stores: Stores, job: Job) -> None:
    """Store the job's rows by outcome and what has been billed so far."""
    plan = stores.jobs.plan(job.id)
    rows_of = Counter(plan.request_of_row)
    outcomes: Counter[str] = Counter()
    billed = Decimal(0)
    came = 0
    for request, outcome, cost in stores.answers.costs(job.id):
        came += 1
        outcomes[outcome] += rows_of[request]
        billed += cost
    if rest := plan.rows - sum(outcomes.values()):
        outcomes["waiting"] = rest
    stores.jobs.set_totals(job.id, dict(outcomes), billed if came else None)
