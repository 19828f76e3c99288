"""Keeps labels off the UI thread, never an older one of a row over a newer one."""

import itertools
import threading
from dataclasses import dataclass
from typing import Protocol

from claude_batch_desk.core.report import Report


class KeepsLabels(Protocol):
    """The verbs that this needs."""

    def label(self, job_id: int, field: str, row: int, value: str, report: Report) -> None:
        """Keep the right answer of a row."""
        ...

    def unlabel(self, job_id: int, field: str, row: int, report: Report) -> None:
        """Forget it."""
        ...


@dataclass(frozen=True)
class Change:
    """What is to be kept of a row; a later one has a higher number."""

    number: int
    job_id: int
    field: str
    row: int
    value: str | None
    """None takes the label back."""


class LabelWriter:
    """Writes changes, on any thread."""

    def __init__(self, quality: KeepsLabels) -> None:
        self._quality = quality
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._newest: dict[int, int] = {}

    def change(self, job_id: int, field: str, row: int, value: str | None) -> Change:
        """A change to be written, numbered in the order they are made."""
        return Change(next(self._numbers), job_id, field, row, value)

    def write(self, change: Change, report: Report) -> None:
        """Keep it, unless a newer one of its row is kept already."""
        with self._lock:
            if change.number < self._newest.get(change.row, 0):
                return
            if change.value is None:
                self._quality.unlabel(change.job_id, change.field, change.row, report)
            else:
                self._quality.label(change.job_id, change.field, change.row, change.value, report)
            self._newest[change.row] = change.number
