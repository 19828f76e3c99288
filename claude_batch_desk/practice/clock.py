"""The service's clock: the computer's own, moved forward where a rehearsal asks for it."""

import threading
from datetime import UTC, datetime, timedelta

from claude_batch_desk.practice.state import State


class Clock:
    """Tells the time in aware UTC; what it was moved by survives a restart."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._ahead = timedelta(seconds=float(state.fact("clock_ahead") or 0))

    def now(self) -> datetime:
        """The service's present."""
        with self._lock:
            return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        with self._lock:
            self._ahead += timedelta(seconds=seconds)
            self._state.remember("clock_ahead", repr(self._ahead.total_seconds()))
