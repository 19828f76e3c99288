"""Times as SQLite keeps them: seconds since 1970."""

from datetime import UTC, datetime


def moment_of(seconds: float) -> datetime:
    """The time as aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)
