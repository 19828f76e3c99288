"""What came of a job in a few figures: how often each value was answered, how many are right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.prompts.fields import SEPARATOR, AnswerColumn, FieldKind, columns_of
from claude_batch_desk.core.prompts.fields import OutputField as Field
from claude_batch_desk.core.results.answer import Answer

_FEW_VALUES: tuple[FieldKind, ...] = ("choice", "choices", "boolean", "score")
_SHOWN = 30
_MOST = 10_000
"""Different values that are told apart; what is outside of a list may be anything."""


@dataclass(frozen=True)
class ValueCount:
    """So many rows were answered with this value."""

    value: str
    rows: int


@dataclass(frozen=True)
class ColumnCounts:
    """The values of one answer column, the most frequent first, points of a scale in order."""

    header: str
    counts: tuple[ValueCount, ...]
    others: int
    """Rows with a value that is not among these."""
    empty: int
    """Answered rows without a value."""
    several: bool = False
    """A row may have several values, so that they do not add up to the rows."""


@dataclass(frozen=True)
class Summary:
    """The figures of one export."""

    answered: int
    """Rows with an answer, whether or not it is as asked for."""
    columns: tuple[ColumnCounts, ...]
    accuracy: tuple[str, ...] = ()
    """Sentences about how many answers are right; none where nobody said what is."""


class Tally:
    """Counts the values of answers as their rows go by."""

    def __init__(self, fields: Sequence[Field]) -> None:
        columns = enumerate(columns_of(fields))
        self._places = [(place, column) for place, column in columns if _has_few(column)]
        self._counts: list[Counter[str]] = [Counter() for _ in self._places]
        self._others = [0] * len(self._places)
        self._answered = 0

    def add(self, answer: Answer) -> None:
        """One more row; what no model has answered does not count."""
        if answer.usage is None:
            return
        self._answered += 1
        for at, (place, column) in enumerate(self._places):
            text = answer.values[place] if answer.values else ""
            values = text.split(SEPARATOR) if column.field.kind == "choices" else [text]
            for value in values:
                counts = self._counts[at]
                if value in counts or len(counts) < _MOST:
                    counts[value] += 1
                else:
                    self._others[at] += 1

    def summary(self, accuracy: Sequence[str] = ()) -> Summary:
        """The figures of the rows that went by so far."""
        columns = [
            _shown(column, Counter(counts), others)
            for (_, column), counts, others in zip(
                self._places, self._counts, self._others, strict=True
            )
        ]
        return Summary(self._answered, tuple(columns), tuple(accuracy))


def _has_few(column: AnswerColumn) -> bool:
    return column.companion == "confidence" or (
        column.companion is None and column.field.kind in _FEW_VALUES
    )


def _shown(column: AnswerColumn, counts: Counter[str], others: int) -> ColumnCounts:
    empty = counts.pop("", 0)
    shown = counts.most_common(_SHOWN)
    if column.field.kind == "score" and column.companion is None:
        shown.sort(key=lambda each: (len(each[0]), each[0]))
    rest = counts.total() - sum(rows for _, rows in shown)
    return ColumnCounts(
        column.header,
        tuple(ValueCount(value, rows) for value, rows in shown),
        rest + others,
        empty,
        several=column.companion is None and column.field.kind == "choices",
    )
