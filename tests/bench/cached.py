"""How often the range of a batch with cached instructions holds the bill, and how wide it is.

Run: `.venv/bin/python -P tests/bench/cached.py [--jobs N]` in a checkout (with PYTHONPATH=.).
The jobs of coverage.py with instructions of 600 to 8,000 tokens before every prompt, each estimated
from 200 counted and 20 tried rows. The service is one that behaves as documented: of a cold batch
2 to 128 requests write before the first can read, and 30 to 98 of 100 others read, each job at its
own share; after one request that went first, 85 to 100 of 100. Nobody outside knows how these
shares are spread, so the table tells how the range holds where they are spread evenly.
"""

import argparse
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from claude_batch_desk.core.pricing.caching import CacheUse, Prefix
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.usage import Usage
from tests.core.pricing.jobs import BOOK, FIXED_BYTES, FIXED_TOKENS
from tests.core.pricing.populations import Known, jobs_of_all_kinds

_JOBS = 490
_COUNTED, _TRIED = 200, 20
_BYTES_PER_TOKEN = 3
_USES = {
    "an hour": CacheUse(),
    "five minutes": CacheUse("5m"),
    "one request first": CacheUse(prime=True),
}


@dataclass(frozen=True)
class _Outcome:
    inside: bool
    under_ceiling: bool
    width: float
    saved: float
    """Of the price without a cache."""


def instructed(job: Known, tokens: int) -> Known:
    """The same job with instructions of so many tokens before every prompt."""
    size = tokens * _BYTES_PER_TOKEN
    work = replace(
        job.work,
        fixed_tokens=FIXED_TOKENS + tokens,
        fixed_bytes=FIXED_BYTES + size,
        prefix=Prefix(size, tokens),
    )
    usages = [replace(usage, input=usage.input + tokens) for usage in job.usages]
    return Known(work, usages)


def bill(job: Known, left: Sequence[Usage], use: CacheUse, rnd: random.Random) -> Decimal:
    """What a service that behaves as documented charges for these requests."""
    tokens = job.work.prefix.tokens or 0
    share, writes = rnd.uniform(0.30, 0.98), round(2 * 64 ** rnd.random())
    if use.prime:
        share, writes = rnd.uniform(0.85, 1.0), 1
    total = Decimal(0)
    for at, usage in enumerate(left):
        rest = replace(usage, input=usage.input - tokens)
        if at >= writes and rnd.random() < share:
            billed = replace(rest, cache_read=tokens)
        elif use.ttl == "5m":
            billed = replace(rest, cache_write_5m=tokens)
        else:
            billed = replace(rest, cache_write_1h=tokens)
        total += BOOK.cost(billed, job.work.model.id, "batch").total
    return total


def held(
    job: Known, found: Estimate, use: CacheUse, rnd: random.Random, left: list[Usage]
) -> _Outcome:
    """The range of one way held against its bill."""
    price = found.price("batch", use)
    paid = bill(job, left, use, rnd)
    plain = sum((BOOK.cost(each, job.work.model.id, "batch").total for each in left), Decimal(0))
    return _Outcome(
        price.low <= paid <= price.high,
        paid <= price.ceiling,
        float((price.high - price.low) / 2 / price.expected),
        float(1 - paid / plain),
    )


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=_JOBS)
    outcomes: dict[str, list[_Outcome]] = {name: [] for name in _USES}
    refused = 0
    for number, kind in enumerate(jobs_of_all_kinds(asked.parse_args().jobs)):
        rnd = random.Random(number)  # noqa: S311 - no secret
        job = instructed(kind.draw(), rnd.choice((600, 1_500, 3_000, 8_000)))
        measured = job.measured(_COUNTED, _TRIED, kind.seed)
        found = estimate(job.work, measured, BOOK)
        if found.cached is None:
            refused += 1
            continue
        left = [usage for at, usage in enumerate(job.usages) if at not in measured.answered]
        for name, use in _USES.items():
            outcomes[name].append(held(job, found, use, rnd, left))
    print(
        f"{'':<20}{'jobs':>6}{'inside':>10}{'± median':>11}{'> ceiling':>11}{'saved, median':>15}"
    )
    for name, of in outcomes.items():
        inside = statistics.fmean(each.inside for each in of)
        width = statistics.median(each.width for each in of)
        saved = statistics.median(each.saved for each in of)
        over = sum(not each.under_ceiling for each in of)
        print(
            f"{name:<20}{len(of):>6}{100 * inside:>8.1f} %{100 * width:>9.1f} %{over:>11}"
            f"{100 * saved:>13.1f} %"
        )
    print(f"{refused} jobs were not offered a cache: too short for their model")


if __name__ == "__main__":
    main()
