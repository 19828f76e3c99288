"""Which columns of the answers stay while scrolling, for each job that a person looks through."""

from typing import get_args

from PySide6.QtCore import QObject, QSettings, Slot

from claude_batch_desk.core.jobs.reviewing.wish import OrderedBy
from claude_batch_desk.gui.answers_model import AnswersModel, ColumnKey
from claude_batch_desk.gui.frozen_columns import FrozenTable

_NAME = "frozen"
_MOST_REMEMBERED = 200
"""Jobs, those frozen last."""


class ColumnFreezing(QObject):
    """Remembers the last column that stays by what it is, as other columns come and go."""

    def __init__(self, view: FrozenTable, model: AnswersModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._job_id = 0
        self._last: dict[int, ColumnKey] = {}
        self._settings: QSettings | None = None
        view.froze.connect(self._freeze)

    def show(self, job_id: int) -> None:
        """The model shows the columns of this job anew."""
        self._job_id = job_id
        key = self._last.get(job_id)
        self._view.freeze(0 if key is None else self._model.column(key) + 1)

    @Slot(int)
    def _freeze(self, columns: int) -> None:
        self._last.pop(self._job_id, None)
        if columns:
            self._last[self._job_id] = self._model.key(columns - 1)
        self._view.freeze(columns)
        if self._settings is not None:
            some = [*self._last.items()][-_MOST_REMEMBERED:]
            told = ";".join(f"{job} {key.kind} {key.place}" for job, key in some)
            self._settings.setValue(_NAME, told)

    def keep_in(self, settings: QSettings) -> None:
        """Remember what these say, and let them say what is remembered from now on."""
        self._settings = settings
        for each in str(settings.value(_NAME, "")).split(";"):
            match each.split():
                case [job, ("source" | "status" | "answer") as kind, place] if (
                    job.isdecimal() and place.isdecimal()
                ):
                    self._last[int(job)] = ColumnKey(_kind(kind), int(place))


def _kind(word: str) -> OrderedBy:
    return next(each for each in get_args(OrderedBy) if each == word)
