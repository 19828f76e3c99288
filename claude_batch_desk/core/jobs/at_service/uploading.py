"""Uploads: how far the bodies that are being posted are, for whoever wants to look."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Upload:
    """A part on its way to the service, in bytes of its body."""

    part: int
    sent: int
    size: int


Watch = Callable[[Upload], object]
"""Hears of every block that goes out, on the thread that sends it; it must not raise."""


class Uploads:
    """What is being posted at this moment, one part a job. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[int, Upload] = {}
        self.watch: Watch = _unwatched

    def note(self, job_id: int, upload: Upload | None) -> None:
        """This is how far it is; None once its POST has ended, however that went."""
        with self._lock:
            if upload is None:
                self._now.pop(job_id, None)
            else:
                self._now[job_id] = upload
        if upload is not None:
            self.watch(upload)

    def of(self, job_id: int) -> Upload | None:
        """What is being posted of a job; None where nothing is."""
        with self._lock:
            return self._now.get(job_id)


def _unwatched(upload: Upload) -> None:
    """For who does not watch."""
