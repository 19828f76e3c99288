"""Waiting for a reply while somebody may want to stop: the wait ends at once then."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

_TICK = 0.1
"""Seconds between two times that a cancel is heard."""
Result = TypeVar("Result")


def while_heard(call: Callable[[], Result], tick: Callable[[], object]) -> Result:
    """What the call gives or raises; what `tick` raises ends the wait for it.

    Only for calls that change nothing: one that nobody waits for any more goes on until its reply
    or its time-out.
    """
    pool = ThreadPoolExecutor(1, "heard")
    try:
        calling = pool.submit(call)
        while wait((calling,), timeout=_TICK).not_done:
            tick()
    finally:
        pool.shutdown(wait=False)
    return calling.result()
