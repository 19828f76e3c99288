"""Buying: to whom, and at what prices, the answers of a job are charged."""

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Purchase
from claude_batch_desk.core.jobs.store.charge_store import Bought
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Rates


def way_of(job: Job) -> Bought:
    """How a job that was sent is bought."""
    return "cached" if job.cache else job.way


def purchase_of(job: Job, prices: PriceBook, way: Bought) -> Purchase:
    """What a job's requests are charged with, bought in this way."""
    return Purchase(
        job=job.id,
        made=job.created_at,
        name=job.name,
        mode=job.mode,
        model=job.recipe.model,
        way=way,
        rates=known_rates(prices, job.recipe.model),
        latency=job.latency,
    )


def known_rates(prices: PriceBook, model: str) -> Rates | None:
    """None where the price is not known any more: what is paid is kept whatever becomes of it."""
    try:
        return prices.rates(model)
    except PriceError:
        return None
