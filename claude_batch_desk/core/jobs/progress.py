"""Progress: what has become of a job's rows so far, and how fast."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.jobs.plan import Plan


class Tally:
    """Rows by outcome and what their answers cost, added up answer by answer."""

    def __init__(self, plan: Plan) -> None:
        self.rows, self.done = plan.rows, 0
        self.billed: Decimal | None = None
        """USD; None before any answer, and where the cost of one is not known."""
        self._known = True
        self._outcomes: Counter[str] = Counter()
        self._rows_of = array("I")
        if plan.rows > plan.requests:
            self._rows_of = array("I", bytes(4 * plan.requests))
            for request in plan.request_of_row:
                self._rows_of[request] += 1

    def add(self, request: int, outcome: str, cost: Decimal | None) -> None:
        """The answer to a request of which none was added before."""
        self._add(outcome, cost, 1, self._rows_of[request] if self._rows_of else 1)

    @property
    def is_even(self) -> bool:
        """Every row is a request of its own, so that `add_alike` will do."""
        return not self._rows_of

    def add_alike(self, requests: int, outcome: str, cost: Decimal | None) -> None:
        """So many answers, where every row is a request of its own."""
        self._add(outcome, cost, requests, requests)

    def _add(self, outcome: str, cost: Decimal | None, requests: int, rows: int) -> None:
        self._outcomes[outcome] += rows
        self.done += rows
        self._known &= cost is not None
        paid = requests * (cost or Decimal(0))
        self.billed = (self.billed or Decimal(0)) + paid if self._known else None

    @property
    def outcomes(self) -> dict[str, int]:
        """See Job.outcomes."""
        waiting = {"waiting": rest} if (rest := self.rows - self.done) else {}
        return dict(self._outcomes) | waiting


@dataclass(frozen=True)
class CallsNow:
    """The immediate calls of a job at a moment. Times in seconds."""

    done: int
    """Rows that have their outcome."""
    rows: int
    side_by_side: int
    """Calls under way."""
    per_second: float | None
    """Rows in the last minute, measured; None while too little was seen."""
    pause: float = 0.0
    """For so long no call begins, because the service asked for it."""
    why: str = ""
    """What stands in the way, as a sentence or two; "" where nothing does."""
    working: bool = True
    """False once nobody works on it; the rest is how it stood then."""

    @property
    def left(self) -> float | None:
        """Until the last row is done at this rate; None where nobody can tell."""
        return (self.rows - self.done) / self.per_second if self.per_second else None


Tell = Callable[[CallsNow], object]
"""Called a few times in a second while calls are under way."""


def unwatched(now: CallsNow) -> None:
    """A Tell for callers who do not watch."""
