"""Comparison: two runs of the same rows, with what differs in their answers, recipes and costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnChanges
from claude_batch_desk.core.jobs.comparing_runs.pairing import How
from claude_batch_desk.core.jobs.job import Job, Mode, Way
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.versions import Difference

if TYPE_CHECKING:
    from array import array

_NOTHING = Decimal(0)
_THOUSAND = 1_000


@dataclass(frozen=True)
class Run:
    """One of the runs."""

    id: int
    name: str
    model: str
    mode: Mode
    way: Way
    sent_at: datetime | None
    """Aware UTC."""
    rows: int
    waiting: int
    """Of these, those without an answer yet."""
    usd: Decimal | None
    """Paid since it was sent, with what was run again, without what was tried before; None where
    a price is not known."""

    @property
    def usd_per_thousand(self) -> Decimal | None:
        """Paid for each thousand rows that came back; None where that is not known."""
        came = self.rows - self.waiting
        return self.usd * _THOUSAND / came if self.usd is not None and came else None


@dataclass(frozen=True)
class RunComparison:
    """Two runs of the same rows."""

    before: Run
    after: Run
    how: How
    """How rows were told to be the same."""
    key: str
    """The column by which they were; "" where it was another way."""
    rows_before: "array[int]"
    """The rows that both have, as numbers in the table of the one."""
    rows_after: "array[int]"
    """As numbers in the table of the other."""
    columns: tuple[ColumnChanges, ...]
    """Those that both were asked for, in the order of the first."""
    only_before: tuple[str, ...]
    """Answer columns that only the first was asked for."""
    only_after: tuple[str, ...]
    recipe: tuple[Difference, ...]
    """In what the recipes differ."""
    recipe_words: str
    """The same in a line, such as “Prompt: 3 words added; Model: a → b”."""
    repeated: bool = False
    """One is a run again of the other: what its rows said before it, and what it has said."""

    @property
    def rows(self) -> int:
        """How many rows both have."""
        return len(self.rows_before)

    @property
    def changed_rows(self) -> int:
        """How many rows differ in any column but those of text."""
        changed = {
            each.pair for column in self.columns if not column.is_text for each in column.changed
        }
        return len(changed)

    @property
    def dearer_per_thousand(self) -> Decimal | None:
        """How much more the second cost for each thousand rows; None where that is not known."""
        old, new = self.before.usd_per_thousand, self.after.usd_per_thousand
        return new - old if old is not None and new is not None else None


def run_of(stores: Stores, job: Job) -> Run:
    """What is told of a job that was sent."""
    bought = [
        stores.charges.paid_for(each.id, each.created_at, trials=False)
        for each in [job, *stores.jobs.runs_of(job.id)]
    ]
    usd = sum((each.usd for each in bought), _NOTHING)
    return Run(
        id=job.id,
        name=job.name,
        model=job.recipe.model,
        mode=job.mode,
        way=job.way,
        sent_at=job.sent_at,
        rows=job.rows,
        waiting=job.outcomes.get("waiting", 0),
        usd=None if any(each.unpriced for each in bought) else usd,
    )


def not_in(names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that the others do not have, in whatever case."""
    known = {each.casefold() for each in others}
    return tuple(each for each in names if each.casefold() not in known)
