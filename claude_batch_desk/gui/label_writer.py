"""Keeps labels off the UI thread, never an older one of a row over a newer one."""

import itertools
import threading
from dataclasses import dataclass
from typing import Protocol

from claude_batch_desk.core.jobs.quality.verbs import LabelRound
from claude_batch_desk.core.report import Report


class KeepsLabels(Protocol):
    """The verbs that this needs."""

    def label(
        self, job_id: int, field: str, row: int, value: str, report: Report, *, picked: bool = False
    ) -> None:
        """Keep the right answer of a row."""
        ...

    def unlabel(self, job_id: int, field: str, row: int, report: Report) -> None:
        """Forget it."""
        ...


@dataclass(frozen=True)
class Change:
    """What is to be kept of a row; a later one has a higher number."""

    number: int
    row: int
    value: str | None
    """None takes the label back."""


class LabelWriter:
    """Writes changes of one round of labelling, on any thread."""

    def __init__(self, quality: KeepsLabels, job_id: int, round_: LabelRound) -> None:
        self._quality, self._job_id, self._round = quality, job_id, round_
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._newest: dict[int, int] = {}

    def change(self, row: int, value: str | None) -> Change:
        """A change to be written, numbered in the order they are made."""
        return Change(next(self._numbers), row, value)

    def write(self, change: Change, report: Report) -> None:
        """Keep it, unless a newer one of its row is kept already."""
        field, row, picked = self._round.field.name, change.row, self._round.picked
        with self._lock:
            if change.number < self._newest.get(row, 0):
                return
            if change.value is None:
                self._quality.unlabel(self._job_id, field, row, report)
            else:
                self._quality.label(self._job_id, field, row, change.value, report, picked=picked)
            self._newest[row] = change.number
