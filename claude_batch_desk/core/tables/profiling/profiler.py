"""The profile of every column, taken while the pages of a table go by.

The counts of rows and lengths are exact. Different values are counted exactly up to a bound; from
there on, their number is estimated from the smallest of their hashes (the k minimum values of
Bar-Yossef and others, 2002), and only values that had come up several times are counted on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue, Look, Personal
from claude_batch_desk.core.tables.profiling.looks import ValueLook, look_of_value
from claude_batch_desk.core.tables.profiling.personal import personal_by
from claude_batch_desk.core.tables.table import Row

SHOWN = 80
"""Characters of a common value."""
_SHOWN_VALUES = 10

_EXACT = 20_000
"""Different values of one column that are kept, in a table of few columns."""
_EXACT_IN_ALL = 400_000
_EXACT_LEAST = 50
_EXACT_CHARACTERS = 32 * 1024 * 1024
"""In all columns together."""
_WATCHED = 1_000
_HASHES = 2_048
"""The estimate is off by one in the square root of this: 2.2 %."""
_HASHES_IN_ALL = 1_000_000
_HASHES_LEAST = 64
"""In a table of very many columns, where the estimate is off by 12 %."""
_HASH_BITS = 64
_LOOKED_AT = 2_000
"""Different values whose look is taken; of the rest of a long table, those of one page in 256."""
_LOOK_EVERY = 256
_SAMPLED = 200

_SAME = 0.95
_SHOWN_LOOKS: tuple[Literal["number", "date", "url", "email", "path"], ...] = (
    "number",
    "date",
    "url",
    "email",
    "path",
)
_PERSONAL_LOOKS: tuple[Literal["account", "phone"], ...] = ("account", "phone")
_MOST = 0.8
_SOME = 0.1
_CATEGORIES = 100
_REPEATED = 3
"""Rows to a category, on average, at least."""
_LONGEST_CATEGORY = 100


class Profiler:
    """Takes the pages of a table in order; `profiles` may be asked for at any time."""

    def __init__(self, columns: Sequence[str]) -> None:
        count = len(columns)
        exact = max(_EXACT_LEAST, min(_EXACT, _EXACT_IN_ALL // count))
        characters = max(SHOWN * exact, _EXACT_CHARACTERS // count)
        hashes = max(_HASHES_LEAST, min(_HASHES, _HASHES_IN_ALL // count))
        self._columns = [_Column(name, _Bounds(exact, characters, hashes)) for name in columns]

    def take(self, rows: Sequence[Row]) -> None:
        """Count the cells of some rows."""
        for column, cells in zip(self._columns, zip(*rows, strict=True), strict=True):
            column.take(cells)

    @property
    def profiles(self) -> tuple[ColumnProfile, ...]:
        """What was found so far, one for each column."""
        return tuple(column.profile() for column in self._columns)


@dataclass(frozen=True)
class _Bounds:
    """What is kept of one column at most."""

    values: int
    characters: int
    hashes: int


class _Column:
    """The counts of one column."""

    def __init__(self, name: str, bounds: _Bounds) -> None:
        self._name = name
        self._bounds = bounds
        self._room = bounds.characters
        self._pages = 0
        self._lengths: Counter[int] = Counter()
        self._values: Counter[str] = Counter()
        self._hashes: _Distinct | None = None
        """None as long as all values are kept."""
        self._looks: Counter[ValueLook] = Counter()
        self._sample: list[str] = []

    def take(self, cells: tuple[str, ...]) -> None:
        if self._hashes is None:
            self._keep(cells)
            return
        self._lengths.update(map(len, cells))
        self._hashes.take(cells)
        if self._values:
            self._values.update(filter(self._values.__contains__, cells))
        self._pages += 1
        if self._pages % _LOOK_EVERY == 0:
            self._looks.update(map(look_of_value, filter(None, cells)))

    def _keep(self, cells: tuple[str, ...]) -> None:
        known = len(self._values)
        self._values.update(cells)
        fresh = len(self._values) - known
        if fresh:
            self._room -= fresh * max(map(len, cells))
            if len(self._values) > self._bounds.values or self._room < 0:
                self._estimate_from_now()

    def _estimate_from_now(self) -> None:
        self._hashes = _Distinct(self._values, self._bounds.hashes)
        self._lengths = self._lengths_of_values()
        self._looks = self._looks_of_values()
        self._sample = self._sample_values()
        often = self._values.most_common(_WATCHED)
        self._values = Counter({value: rows for value, rows in often if rows > 1 and value})

    def profile(self) -> ColumnProfile:
        counted = self._hashes is None
        lengths = self._lengths_of_values() if counted else self._lengths
        filled = lengths.total() - lengths[0]
        distinct = (
            self._hashes.estimate if self._hashes else len(self._values) - ("" in self._values)
        )
        looks = self._looks_of_values() if counted else self._looks
        sample = self._sample_values() if counted else self._sample
        few = distinct <= _CATEGORIES and distinct * _REPEATED <= filled
        longest = max(lengths, default=0)
        return ColumnProfile(
            name=self._name,
            filled=filled,
            empty=lengths[0],
            distinct=min(distinct, filled),
            distinct_is_estimate=not counted,
            longest=longest,
            typical=_median(lengths, filled),
            commonest=self._commonest(),
            looks_like=_look(looks, is_category=few and longest <= _LONGEST_CATEGORY),
            personal=_personal(self._name, looks, sample),
        )

    def _commonest(self) -> tuple[CommonValue, ...]:
        often = self._values.most_common(_SHOWN_VALUES + 1)
        found = [CommonValue(_cut(value), rows) for value, rows in often if value and rows > 1]
        return tuple(found[:_SHOWN_VALUES])

    def _lengths_of_values(self) -> Counter[int]:
        lengths: Counter[int] = Counter()
        for value, rows in self._values.items():
            lengths[len(value)] += rows
        return lengths

    def _looks_of_values(self) -> Counter[ValueLook]:
        looks: Counter[ValueLook] = Counter()
        for value, rows in islice(self._values.items(), _LOOKED_AT):
            if value:
                looks[look_of_value(value)] += rows
        return looks

    def _sample_values(self) -> list[str]:
        return list(islice(filter(None, self._values), _SAMPLED))


class _Distinct:
    """How many different values there are, by the smallest of their hashes."""

    def __init__(self, values: Iterable[str], kept: int) -> None:
        self._kept = kept
        self._bound = 1 << (_HASH_BITS - 1)
        self._smallest = set(map(hash, values))
        self._trim()

    def take(self, cells: Iterable[str]) -> None:
        bound = self._bound
        self._smallest.update([each for each in map(hash, cells) if each < bound])
        if len(self._smallest) > 2 * self._kept:
            self._trim()

    def _trim(self) -> None:
        if len(self._smallest) > self._kept:
            smallest = sorted(self._smallest)[: self._kept]
            self._smallest, self._bound = set(smallest), smallest[-1]

    @property
    def estimate(self) -> int:
        """Rounded to two digits, so that it does not look more exact than it is."""
        self._trim()
        if len(self._smallest) < self._kept:
            return len(self._smallest)
        share = (self._bound + (1 << (_HASH_BITS - 1))) / (1 << _HASH_BITS)
        return int(float(f"{(self._kept - 1) / share:.1e}"))


def _median(lengths: Counter[int], filled: int) -> int:
    passed = 0
    for length, rows in sorted(lengths.items()):
        passed += rows if length else 0
        if length and passed * 2 >= filled:
            return length
    return 0


def _cut(value: str) -> str:
    return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"


def _look(looks: Counter[ValueLook], *, is_category: bool) -> Look:
    if not looks:
        return "empty"
    for look in _SHOWN_LOOKS:
        if looks[look] >= _SAME * looks.total():
            return look
    return "category" if is_category else "text"


def _personal(header: str, looks: Counter[ValueLook], sample: Sequence[str]) -> Personal:
    if looks["email"] > _SOME * looks.total():
        return "email"
    for what in _PERSONAL_LOOKS:
        if looks[what] > _MOST * looks.total():
            return what
    return personal_by(header, sample)
