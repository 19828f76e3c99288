"""Contests: how recipes compare that answered the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.quality.labelling import RowText
from claude_batch_desk.core.jobs.store.arm_store import Arm, Contest
from claude_batch_desk.core.quality.agreeing import Column
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.core.results.answer import Answer


@dataclass(frozen=True)
class Amount:
    """USD, with an interval that holds the true amount in 95 of 100 cases."""

    expected: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class ArmResult:
    """What became of one recipe. Amounts in USD."""

    arm: Arm
    model: OfferedModel
    usable: Share
    """Of the rows it worked on, those with an answer that is usable as it is."""
    open: int
    """Rows of the contest that it did not work on, or cannot be asked about."""
    per_thousand: Amount | None
    """For 1,000 rows like these, sent as a batch; None where no price is known."""
    saving: Amount | None
    """On all of the job, sent as a batch, against the first, by the rows that both answered; None
    for the first itself, and where it cannot be told."""
    input_tokens: float
    """A row, on average, like the one below."""
    output_tokens: float
    paid: Decimal
    """At the full price, for these rows; whatever else they were bought for."""


@dataclass(frozen=True)
class SidesRow:
    """A row with the answer of each recipe."""

    text: RowText
    answers: tuple[Answer | None, ...]
    values: tuple[tuple[str, ...], ...]
    """Of each recipe, the values of the columns that are compared; "" where there is no answer."""
    right: tuple[str | None, ...]
    """What is right in each column; None where nobody said it."""
    differ: bool
    """Any two say something else in a column of which that can be told."""


@dataclass(frozen=True)
class ContestResult:
    """Recipes side by side."""

    contest: Contest
    arms: tuple[ArmResult, ...]
    columns: tuple[Column, ...]
    """Those that all of the recipes have."""
    rows: tuple[SidesRow, ...]
    noise: tuple[Share, ...]
    """By column, the rows on which the first said the same when it was asked again; none where it
    was not."""
    requests: int
    """So many distinct requests the whole job comes to; it is what a saving is of."""
    changed: bool
    """The job's recipe is not the first of these any more."""
    leaks: tuple[str, ...]
    """Columns of right answers that a prompt names, so that they do not count."""

    @property
    def unjudged(self) -> Mapping[str, tuple[int, ...]]:
        """Rows on which answers differ and nobody said what is right, by column that can tell."""
        return {
            each.field.name: rows
            for each in self.columns
            if (rows := tuple(sorted({row for one in each.standings for row in one.unjudged})))
            and not each.is_text
        }
