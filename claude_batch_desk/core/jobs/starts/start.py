"""Start: what was agreed when a job was planned to be sent later."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import orjson

from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.prompts.recipe import recipe_text

MADE_UP = timedelta(hours=12)
"""A start that was missed, because nothing was on, is made up for within this time."""


FARTHEST = timedelta(days=300)
"""Some schedulers know days and months, but no years."""


@dataclass(frozen=True)
class Start:
    """A draft that is to be sent by itself, just as it is now."""

    job: int
    at: datetime
    """Aware UTC."""
    most: Decimal
    """USD; if it could cost more by then, it is not sent."""
    way: Way = "batch"
    cache: CacheUse | None = None
    note: str = ""
    """Why it was not sent, as sentences; "" while that is still to come."""

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come."""
        return not self.note and self.at <= now


def print_of(job: Job) -> str:
    """Tells apart what a draft asks: its recipe, its table and its rows."""
    asked = [recipe_text(job.recipe), job.table_id, asdict(job.selection)]
    return sha256(orjson.dumps(asked)).hexdigest()
