"""The batches, requests and files the Practice service remembers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from claude_batch_desk.practice.ledger import Account

WINDOW = timedelta(hours=24)
RETENTION = timedelta(days=29)
LISTED_AFTER_EXPIRY = timedelta(days=30)
"""How long a file that has expired is still listed and described."""


@dataclass(frozen=True)
class RequestEntry:
    """Where one request of a batch stands in its spooled body; `place` and `length` in bytes."""

    custom_id: str
    params_sha256: bytes
    place: int
    length: int


@dataclass(frozen=True)
class Counts:
    """How the requests of an ended batch came out."""

    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


@dataclass(frozen=True)
class CachedPrefix:
    """The beginning of a request that is cached, by its digest."""

    key: str
    one_hour: bool


@dataclass(frozen=True)
class Ending:
    """What became of a batch: its results, what they cost, and what is cached by it."""

    counts: Counts
    accounts: tuple[Account, ...]
    prefixes: tuple[CachedPrefix, ...]


@dataclass(frozen=True)
class StoredBatch:
    """A batch as remembered. Times are aware UTC by the service's clock."""

    seq: int
    id: str
    workspace: str
    version: str
    betas: tuple[str, ...]
    faults: tuple[str, ...]
    total: int
    created_at: datetime
    listed_at: datetime
    due_at: datetime
    """When it ends if nobody cancels it."""
    cancel_at: datetime | None
    ended_at: datetime | None
    counts: Counts
    deleted: bool

    @property
    def expires_at(self) -> datetime:
        """When requests that were not reached expire."""
        return self.created_at + WINDOW

    @property
    def archived_at(self) -> datetime:
        """When its results become unavailable."""
        return self.created_at + RETENTION


@dataclass(frozen=True)
class NewBatch:
    """A batch about to be remembered; see StoredBatch."""

    id: str
    workspace: str
    version: str
    betas: tuple[str, ...]
    faults: tuple[str, ...]
    created_at: datetime
    listed_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class NewFile:
    """A file about to be kept; see StoredFile."""

    id: str
    workspace: str
    name: str
    media_type: str
    size: int
    sha256: bytes
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file as remembered. Times are aware UTC by the service's clock."""

    seq: int
    id: str
    workspace: str
    name: str
    media_type: str
    size: int
    """Bytes."""
    sha256: bytes
    created_at: datetime
    expires_at: datetime | None
    """When its bytes become unavailable; None for never."""

    def has_expired(self, moment: datetime) -> bool:
        """Whether its bytes are no longer to be had by then."""
        return self.expires_at is not None and self.expires_at <= moment
