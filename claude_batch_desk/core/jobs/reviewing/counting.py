"""Rows that fulfil a wish, and what else there is among them."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from claude_batch_desk.core.jobs.reviewing.coding import Coded, all_of, within
from claude_batch_desk.core.jobs.reviewing.standing import STATES, Standing
from claude_batch_desk.core.jobs.reviewing.wish import ColumnCounts, ValueCount, Wish
from claude_batch_desk.core.prompts.fields import SEPARATOR, SURE, AnswerColumn

_MOST_LISTED = 100
_STATUS, _CORRECTED, _TEXT = -1, -2, -3
"""What narrows the rows beside the answer columns, which have their places for names."""


@dataclass(frozen=True)
class Masks:
    """For each thing that is wished for, which places fulfil it."""

    by_wish: Mapping[int, bytes]

    def but(self, wish: int | None) -> bytes | None:
        """The places that fulfil everything else; None for all places."""
        return all_of(mask for name, mask in self.by_wish.items() if name != wish)

    @property
    def all(self) -> bytes | None:
        """The places that fulfil everything; None for all places."""
        return self.but(None)


def masks(
    standing: Standing,
    headers: Sequence[str],
    columns: Sequence[AnswerColumn],
    wish: Wish,
    found: bytes | None,
) -> Masks:
    """What of the wish each place fulfils; `found` says where its text is, None if it has none."""
    made: dict[int, bytes] = {}
    if wish.outcomes:
        flags = bytes(state in wish.outcomes for state in STATES)
        made[_STATUS] = standing.states.translate(flags.ljust(256, b"\0"))
    if wish.corrected:
        marks = bytearray(standing.rows)
        for place in standing.corrected:
            marks[place] = 1
        made[_CORRECTED] = bytes(marks)
    if found is not None:
        made[_TEXT] = found
    for header, wanted in wish.values:
        at = headers.index(header)
        if (coded := standing.columns[at]) is not None:
            several = _is_several(columns, at)
            fitting = (
                code
                for code, text in enumerate(coded.texts)
                if not wanted.isdisjoint(_values(text, several=several))
            )
            made[at] = coded.mask(fitting)
    return Masks(made)


def places(standing: Standing, made: Masks) -> "array[int] | None":
    """Where all is fulfilled; None for everywhere."""
    mask = made.all
    return None if mask is None else array("I", compress(range(standing.rows), mask))


def outcome_counts(standing: Standing, made: Masks) -> dict[str, int]:
    """Rows by outcome among those that fulfil the rest."""
    counts = Counter(within(standing.states, made.but(_STATUS)))
    return {STATES[number]: rows for number, rows in sorted(counts.items())}


def corrected_count(standing: Standing, made: Masks) -> int:
    """Rows with corrections among those that fulfil the rest."""
    mask = made.but(_CORRECTED)
    if mask is None:
        return len(standing.corrected)
    return sum(mask[place] for place in standing.corrected)


def column_counts(
    standing: Standing, headers: Sequence[str], columns: Sequence[AnswerColumn], made: Masks
) -> tuple[ColumnCounts, ...]:
    """The values of each column that can be counted, among the rows that fulfil the rest."""
    return tuple(
        _counts(headers[at], coded, columns[at] if columns else None, made.but(at))
        for at, coded in enumerate(standing.columns)
        if coded is not None
    )


def _counts(
    header: str, coded: Coded, column: AnswerColumn | None, mask: bytes | None
) -> ColumnCounts:
    several = column is not None and _is_several([column], 0)
    counts: Counter[str] = Counter()
    for code, rows in Counter(within(coded.codes, mask)).items():
        for value in _values(coded.texts[code], several=several):
            counts[value] += rows
    listed = _listed(column)
    ranked = sorted(
        counts.items(),
        key=lambda each: (not each[0], listed.get(each[0], len(listed)), -each[1], each[0]),
    )
    shown = tuple(ValueCount(*each) for each in ranked[:_MOST_LISTED])
    return ColumnCounts(header, shown, len(ranked) - len(shown))


def _listed(column: AnswerColumn | None) -> dict[str, int]:
    """The values of a list, which stand in its order."""
    if column is None:
        return {}
    if column.companion == "confidence":
        return {value: place for place, value in enumerate(SURE)}
    if column.companion is None and column.field.kind == "score":
        return {str(point): place for place, point in enumerate(column.field.points)}
    return {}


def _is_several(columns: Sequence[AnswerColumn], at: int) -> bool:
    return bool(columns) and columns[at].companion is None and columns[at].field.kind == "choices"


def _values(text: str, *, several: bool) -> Sequence[str]:
    return text.split(SEPARATOR) if several and text else (text,)
