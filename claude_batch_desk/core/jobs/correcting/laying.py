"""Corrections laid over the answers they are of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.prompts.fields import (
    AnswerColumn,
    OutputField,
    columns_of,
    headers_of,
)
from claude_batch_desk.core.quality.gold import FREE_TEXT
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.near_misses import is_as_asked


class CorrectionError(DeskError):
    """A value that cannot take the place of an answer's."""


def headers(fields: Sequence[OutputField]) -> list[str]:
    """Those of the answer columns; free text has one, too."""
    return headers_of(fields) or [FREE_TEXT.name]


def column_named(fields: Sequence[OutputField], header: str) -> AnswerColumn | None:
    """The answer column of a header; None for the one of free text. Raises CorrectionError."""
    if header not in headers(fields):
        raise CorrectionError(f"There is no answer column “{header}”. Nothing was changed.")
    return next((each for each in columns_of(fields) if each.header == header), None)


class LaidAnswers:
    """The answers of one job as people have left them."""

    def __init__(self, stores: Stores, job: Job, *, bare: bool = False) -> None:
        """`bare` answers have nothing but outcomes, values and reasons, and are read quickly."""
        self._stores, self._job = stores, job
        self._read = stores.answers.bare_answers if bare else stores.answers.answers
        self.any_corrected = stores.corrections.any(job.id)

    def of_rows(self, rows: Sequence[int], requests: Sequence[int]) -> list[Answer | None]:
        """For each of these rows, of which the requests are given; None where there is none."""
        found = self._read(self._job.id, requests)
        answers = [found.get(request) for request in requests]
        if not self.any_corrected:
            return answers
        held = self._stores.corrections.of_rows(self._job.id, rows)
        fields = self._job.recipe.fields
        return [
            corrected(answer, held[row], fields) if answer is not None and row in held else answer
            for row, answer in zip(rows, answers, strict=True)
        ]

    @property
    def cells_corrected(self) -> int:
        """How many cells hold what a person put there."""
        if not self.any_corrected:
            return 0
        return sum(map(len, self._stores.corrections.all(self._job.id).values()))


def corrected(
    answer: Answer, corrections: Mapping[str, Correction], fields: Sequence[OutputField]
) -> Answer:
    """The answer with these values, by header; it is usable once all of them are as asked for."""
    names = headers(fields)
    values = list(answer.values)
    places = [place for place, name in enumerate(names) if name in corrections]
    for place in places:
        values[place] = corrections[names[place]].value or ""
    changed = replace(answer, values=tuple(values), corrected=tuple(places))
    if answer.outcome == "answered" or not places or not _is_usable(values, fields):
        return changed
    return replace(changed, outcome="answered", reason="")


def _is_usable(values: Sequence[str], fields: Sequence[OutputField]) -> bool:
    columns = columns_of(fields)
    if not columns:
        return bool(values[0].strip())
    return all(is_as_asked(text, each) for text, each in zip(values, columns, strict=True))
