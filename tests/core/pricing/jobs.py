"""Jobs whose true tokens are known, so that an estimate can be held against the bill."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.rates import Way
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured, Workload, sample_for_counting
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from tests.choices import plain_choices

BOOK = PriceBook()
LABEL = Recipe(fields=(OutputField("mood", "choice", plain_choices("good", "bad")),))
TEXT = Recipe(fields=(OutputField("summary", "text"),))
FIXED_TOKENS = 300
FIXED_BYTES = 1_000


@dataclass(frozen=True)
class TrueJob:
    """Requests as they would be billed; `usages` in the order of `sizes`."""

    model: str
    recipe: Recipe
    max_tokens: int
    sizes: Sequence[int]
    usages: Sequence[Usage]

    def workload(self, fixed_tokens: int | None = FIXED_TOKENS) -> Workload:
        """What is known of the job before anything is sent."""
        return Workload(
            model=bundled_models()[self.model],
            recipe=self.recipe,
            max_tokens=self.max_tokens,
            rows=len(self.sizes),
            sizes=self.sizes,
            fixed_bytes=FIXED_BYTES,
            fixed_tokens=fixed_tokens,
        )

    def measured(self, count: int, tried: Sequence[int], seed: int = 0) -> Measured:
        """The service's answers to `count` counts and to the tried requests, which stay."""
        counted = sample_for_counting(self.sizes, count, seed) if count else []
        return Measured(
            counted={at: self.usages[at].prompt for at in counted},
            tried={at: self.usages[at] for at in tried},
            answered=tried,
        )

    def bill(self, way: Way, answered: Sequence[int] = ()) -> Decimal:
        """What the requests not yet answered will cost, request by request."""
        done = set(answered)
        return sum(
            (
                BOOK.cost(usage, self.model, way).total
                for at, usage in enumerate(self.usages)
                if at not in done
            ),
            Decimal(0),
        )


def labels(rnd: random.Random) -> int:
    """An answer of one label."""
    return rnd.randint(18, 26)


def texts(rnd: random.Random) -> int:
    """An answer of a sentence or several."""
    return max(1, int(rnd.lognormvariate(4.5, 0.6)))


def thoughts(rnd: random.Random) -> int:
    """A label that the model thinks about in three of ten rows."""
    return rnd.randint(20, 40) if rnd.random() < 0.7 else rnd.randint(300, 2_500)


def tickets(rnd: random.Random) -> tuple[int, int]:
    """A support ticket in one of several languages: bytes and tokens."""
    size = max(20, int(rnd.lognormvariate(6, 0.8)))
    return size, int(size * rnd.choice([0.24, 0.26, 0.28, 0.45, 0.6]) * rnd.uniform(0.9, 1.1))


def heavy_tail(rnd: random.Random) -> tuple[int, int]:
    """Mostly notes, some reports, a few books."""
    size = min(int(rnd.paretovariate(1.3) * 200), 400_000)
    return size, int(size * min(max(rnd.gauss(0.4, 0.06), 0.2), 0.7))


def denser_if_longer(rnd: random.Random) -> tuple[int, int]:
    """Long texts are of another kind than short ones."""
    size = max(20, int(rnd.lognormvariate(6, 1.2)))
    return size, int(size * (0.25 + 0.35 * min(1.0, size / 3_000)) * rnd.uniform(0.9, 1.1))


def about_the_cliff(rnd: random.Random) -> tuple[int, int]:
    """Documents around the 100,000 tokens where Haiku 5.5 becomes five times as dear."""
    size = int(rnd.uniform(150_000, 350_000))
    return size, int(size * rnd.uniform(0.3, 0.5))
