"""Agreeing: where recipes that are put side by side say the same, and which of them is right."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.accuracy import NOT_ASKED, Given, Grading
from claude_batch_desk.core.quality.comparing import Mean, Paired, Stratum, accuracy_of
from claude_batch_desk.core.quality.gold import GoldReader
from claude_batch_desk.core.quality.intervals import Share

TEXTS = ("text", "long_text")
"""Kinds that say the same in many words, so that it cannot be told whether two do."""


@dataclass(frozen=True)
class Standing:
    """How one of the recipes does in one answer column."""

    agreement: Share
    """Of the rows that both worked on, those on which it says the same as the first."""
    accuracy: Mean | None
    """The share of the rows that is right; None where no right answers are known that tell it."""
    right: Share
    """Of the rows with a right answer, those that are right, as they were counted."""
    paired: Paired | None
    """The first and this one, by what is right; None for the first, and where nothing tells."""
    unjudged: tuple[int, ...]
    """Rows on which it differs from the first and nobody said yet what is right."""


@dataclass(frozen=True)
class Column:
    """One answer column of recipes put side by side."""

    field: OutputField
    standings: tuple[Standing, ...]
    """One for each, in order."""
    differ: tuple[int, ...]
    """Rows on which any two differ, in table order."""

    @property
    def is_text(self) -> bool:
        """Nobody but a person can tell whether two such answers say the same."""
        return self.field.kind in TEXTS


@dataclass(frozen=True)
class _Side:
    """The answers of one recipe, read."""

    said: Mapping[int, str]
    """By row, as every equal answer says it; rows that no model has worked on are not there."""
    judged: frozenset[int]
    """Of these, the rows of which it is known what is right."""
    right: frozenset[int]
    """Of these, those that are."""


class Agreeing:
    """Holds the answers of several recipes for one answer column against each other."""

    def __init__(
        self,
        field: OutputField,
        sides: Sequence[Mapping[int, Given]],
        right: Mapping[int, str],
        hints: Iterable[str] = (),
        picked: Collection[int] = (),
    ) -> None:
        """`sides` are answers by row; `right` has what a person said, "" for nothing at all.

        `hints` are cells that tell whether dates begin with the day. What is right on `picked` rows
        is known because somebody looked for mistakes, or for rows that differ.
        """
        self._field, self._reader = field, GoldReader(field, hints)
        self._right = {row: text for row, text in right.items() if self._can_be(text)}
        self._picked = frozenset(picked)
        self._sides = [self._read(each) for each in sides]

    def _can_be(self, right: str) -> bool:
        return not right or not self._reader.read(right).problem

    def _read(self, given: Mapping[int, Given]) -> _Side:
        said = {
            row: self._say(each) for row, each in given.items() if each.outcome not in NOT_ASKED
        }
        judged = frozenset(said.keys() & self._right.keys())
        grading = Grading(self._field, self._reader)
        for row in judged:
            grading.add(row, self._right[row], given[row])
        cells = grading.result().cells
        right = frozenset(row for cell in cells if cell.verdict == "right" for row in cell.rows)
        return _Side(said, judged, right)

    def _say(self, given: Given) -> str:
        if given.outcome not in ("answered", "review"):
            return f"\0{given.outcome}"
        return self._reader.read(given.text).text if given.text.strip() else ""

    def column(self) -> Column:
        """How they stand."""
        standings = tuple(self._standing(at) for at in range(len(self._sides)))
        return Column(self._field, standings, tuple(sorted(self._differ)))

    @cached_property
    def _differ(self) -> frozenset[int]:
        rows = {row for side in self._sides for row in side.said}
        return frozenset(
            row
            for row in rows
            if len({side.said[row] for side in self._sides if row in side.said}) > 1
        )

    def _standing(self, at: int) -> Standing:
        first, side = self._sides[0], self._sides[at]
        shared = side.said.keys() & first.said.keys()
        apart = {row for row in shared if side.said[row] != first.said[row]}
        return Standing(
            agreement=Share(len(shared) - len(apart), len(shared)),
            accuracy=self._accuracy(side) if side.judged else None,
            right=Share(len(side.right), len(side.judged)),
            paired=self._paired(side, shared, apart) if at and shared else None,
            unjudged=tuple(sorted(apart - self._right.keys())),
        )

    def _accuracy(self, side: _Side) -> Mean | None:
        """Those who look at answers that differ label hard rows, which must not count for all.

        Of the others those that were picked do not count: they stand for none of them.
        """
        differ, alike = side.said.keys() & self._differ, side.said.keys() - self._differ
        by_chance = alike - self._picked
        return accuracy_of(
            [
                Stratum(len(differ), len(differ & side.judged), len(differ & side.right)),
                Stratum(len(alike), len(by_chance & side.judged), len(by_chance & side.right)),
            ]
        )

    def _paired(self, side: _Side, shared: set[int], apart: set[int]) -> Paired | None:
        """Rows on which they agree are right or wrong together, whether or not anybody said so."""
        first = self._sides[0]
        judged = apart & self._right.keys()
        if apart and not judged:
            return None
        rows = len(shared) if judged == apart else len(shared & self._right.keys())
        return Paired(
            rows, len(judged & first.right - side.right), len(judged & side.right - first.right)
        )
