"""Answer: what came back for one request, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

from claude_batch_desk.core.pricing.usage import Usage

Outcome = Literal[
    "answered",  # usable as it is
    "review",  # outside the allowed values, or not in the form asked for; kept and shown
    "cut_off",  # the answer hit max_tokens or the context window
    "refused",  # the model declined
    "errored",  # the service could not work on the request; not billed
    "expired",  # not reached within 24 hours; not billed
    "canceled",  # canceled before it was worked on; not billed
    "missing",  # the service's results do not contain it
    "unsent",  # a document or a cell is missing, so nothing was asked; not billed
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True)
class Answer:
    """One request's outcome; `values` has one text per answer column, "" where there is none."""

    outcome: Outcome
    values: tuple[str, ...]
    reason: str = ""
    """A sentence for the person; "" when answered."""
    text: str = ""
    """The answer's text blocks as they came."""
    usage: Usage | None = None
    """None where nothing was billed."""
    raw: Mapping[str, Any] | None = None
    """The result object as the service sent it."""
    cost: Decimal | None = None
    """What was paid for it in USD, once for all rows that asked the same; None where that is not
    known, or not asked of the store."""
    version: int = 0
    """Of the prompt that it answers; 0 for the one that its job was sent with."""
    corrected: tuple[int, ...] = ()
    """The places of values that a person put there instead of the model."""
    taken_over: bool = False
    """It was given to an earlier job, and paid there."""
    batch_id: str = field(default="", compare=False)
    """The batch it came in; "now" for a call at once, "" for a trial, and for none."""
