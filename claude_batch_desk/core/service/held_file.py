"""HeldFile: a file that was uploaded to the service, for requests to refer to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HeldFile:
    """A file at the service, as it describes it."""

    id: str
    expires_at: datetime | None
    """Aware UTC, by the service's clock; None where it does not expire."""
