"""Rows that fulfil a wish, and what else there is among them."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Literal

from claude_batch_desk.core.jobs.reviewing.coding import Coded, all_of, both, within
from claude_batch_desk.core.jobs.reviewing.standing import Standing
from claude_batch_desk.core.jobs.reviewing.traits import STATES
from claude_batch_desk.core.jobs.reviewing.wish import ColumnCounts, Trait, ValueCount, Wish
from claude_batch_desk.core.prompts.fields import SEPARATOR, SURE, AnswerColumn

_MOST_LISTED = 100
Narrowing = int | Literal["status", "text"] | Trait
"""What narrows the rows: an answer column, by its place, or something else."""


@dataclass(frozen=True)
class Masks:
    """For each thing that is wished for, which places fulfil it."""

    by_wish: Mapping[Narrowing, bytes]

    def but(self, wish: Narrowing | None) -> bytes | None:
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
    made: dict[Narrowing, bytes] = {}
    if wish.outcomes:
        flags = bytes(state in wish.outcomes for state in STATES)
        made["status"] = standing.states.translate(flags.ljust(256, b"\0"))
    for trait in wish.traits:
        made[trait] = standing.traits.get(trait) or bytes(standing.rows)
    if found is not None:
        made["text"] = found
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
    counts = Counter(within(standing.states, made.but("status")))
    return {STATES[number]: rows for number, rows in sorted(counts.items())}


def trait_counts(standing: Standing, made: Masks) -> dict[Trait, int]:
    """Rows by what some have, among those that fulfil the rest."""
    return {
        trait: _all_or_both(mask, made.but(trait)).count(1)
        for trait, mask in standing.traits.items()
    }


def _all_or_both(mask: bytes, other: bytes | None) -> bytes:
    return mask if other is None else both(mask, other)


def column_counts(
    standing: Standing, headers: Sequence[str], columns: Sequence[AnswerColumn], made: Masks
) -> tuple[ColumnCounts, ...]:
    """The values of each column worth counting, among the rows that fulfil the rest."""
    return tuple(
        _counts(headers[at], coded, columns[at] if columns else None, made.but(at))
        for at, coded in enumerate(standing.columns)
        if coded is not None and (coded.repeats or at in made.by_wish or _is_list(columns, at))
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


def _is_list(columns: Sequence[AnswerColumn], at: int) -> bool:
    """Its values are from a list, so that they are counted however few rows there are."""
    if not columns:
        return False
    if columns[at].companion is not None:
        return columns[at].companion == "confidence"
    return columns[at].field.kind in ("choice", "choices", "boolean", "score")


def _is_several(columns: Sequence[AnswerColumn], at: int) -> bool:
    return bool(columns) and columns[at].companion is None and columns[at].field.kind == "choices"


def _values(text: str, *, several: bool) -> Sequence[str]:
    return text.split(SEPARATOR) if several and text else (text,)
