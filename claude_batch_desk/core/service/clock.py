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
    right. Where it is wrong, or jumps while the program runs, the replies count: the first, and
    from then on only one that says something else, as after the computer slept.
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
        with self._lock:
            if self._known is None or abs(said - self._since(*self._known)) >= _SAME:
                now = here if abs(said - here) < _SAME else said
                self._known = now, time.monotonic()

    def now(self) -> datetime:
        """The service's present."""
        with self._lock:
            return datetime.now(UTC) if self._known is None else self._since(*self._known)

    @staticmethod
    def _since(then: datetime, began: float) -> datetime:
        return then + timedelta(seconds=time.monotonic() - began)


def _date(header: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(header)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
