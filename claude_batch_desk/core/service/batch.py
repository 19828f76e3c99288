"""Batch: a message batch as the service describes it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Counts:
    """Requests by state. All but `processing` stay 0 until the whole batch has ended."""

    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0
    other: int = 0
    """In states this version does not know."""

    @property
    def total(self) -> int:
        """How many requests the batch was made of."""
        ended = self.succeeded + self.errored + self.canceled + self.expired
        return self.processing + ended + self.other


@dataclass(frozen=True)
class Queue:
    """What a workspace has at the service."""

    newest: str
    """The id of its newest batch, or "" where there is none."""
    requests: int
    """In batches that have not ended, as far as they are among its newest hundred."""


@dataclass(frozen=True)
class Batch:
    """A message batch at the service. Times are aware UTC, from the service's clock."""

    id: str
    status: str
    """"in_progress", "canceling", "ended", or a word that a newer service uses before the end."""
    counts: Counts
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    has_results: bool = False
    """Its results can be fetched: it has ended, and they are not yet archived (29 days)."""
    workspace: str = ""
    """The workspace the reply came from, or "" where the service did not say."""

    @property
    def ended(self) -> bool:
        """No more of its requests will be worked on."""
        return self.status == "ended"
