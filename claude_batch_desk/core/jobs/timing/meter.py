"""Meter: how fast answers come, measured, and when the last will be here at that rate."""

from collections import deque

_WINDOW = 60.0
"""Seconds that are looked back on: how busy the service is changes."""
_LEAST = 5.0
"""In a shorter time nothing is measured."""
_STEP = 1.0


class Meter:
    """Notes how much is done at a moment, in seconds of a clock that is never set back."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, done: int, now: float) -> None:
        """So much is done by now; more than one note in a second are one."""
        if not self._seen or now - self._seen[-1][0] >= _STEP:
            self._seen.append((now, done))
        while len(self._seen) > 1 and now - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()

    def per_second(self, done: int, now: float) -> float | None:
        """The rate of the last minute; None while too little was seen of it."""
        if not self._seen:
            return None
        then, before = self._seen[0]
        return (done - before) / (now - then) if now - then >= _LEAST else None
