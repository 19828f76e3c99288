"""ServiceClock: the service's present, whatever this computer's clock says."""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SAME = timedelta(seconds=5)
"""A reply tells whole seconds, some time ago: no clock is called wrong for less than this."""


class ServiceClock:
    """Tells the time, in aware UTC, by which the service expires things. Safe to use from threads.

    Before the first reply it is this computer's clock, and after it as well where that one is
    right. Where it is wrong, or jumps while the program runs, the last reply counts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[datetime, float] | None = None

    def hear(self, headers: Mapping[str, str]) -> None:
        """Take the time from a reply of the service; other replies know nothing of its clock."""
        said = _date(headers.get("date", "")) if "request-id" in headers else None
        if said is None:
            return
        here = datetime.now(UTC)
        now = here if abs(said - here) < _SAME else said
        with self._lock:
            self._known = now, time.monotonic()

    def now(self) -> datetime:
        """The service's present."""
        with self._lock:
            if self._known is None:
                return datetime.now(UTC)
            then, began = self._known
        return then + timedelta(seconds=time.monotonic() - began)


def _date(header: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(header)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
