"""How long work tells of its progress and hears that it should stop."""

from collections.abc import Callable

Report = Callable[[int, int], None]
"""Called as `report(done, total)`; raises `Cancelled` once the person asked to stop.

`total` is 0 while it is not known.
"""


class Cancelled(Exception):
    """The person asked to stop; no failure."""


def silent(done: int, total: int) -> None:
    """A Report for callers who do not watch."""
