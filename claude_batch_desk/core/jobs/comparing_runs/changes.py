"""Changes: what two runs say of the same rows in one answer column, counted."""

from array import array
from dataclasses import dataclass, field

from claude_batch_desk.core.prompts.fields import SEPARATOR, OutputField, folded_value
from claude_batch_desk.core.quality.accuracy import NOT_ASKED
from claude_batch_desk.core.quality.agreeing import TEXTS
from claude_batch_desk.core.quality.gold import GoldReader, labels_of
from claude_batch_desk.core.quality.intervals import Share

_SAID = ("answered", "review")
_REMEMBERED = 10_000
"""Different answers of a column that are read once; texts hardly ever repeat."""


@dataclass(frozen=True)
class Said:
    """What one run says of a row in one answer column."""

    text: str
    """As it stands in the results; "" for none."""
    outcome: str
    """Of the row; see results.answer.Outcome, or "waiting"."""
    reason: str = ""
    """What the model gave as its reason where it was asked for one, or why there is no usable
    answer."""


@dataclass(frozen=True)
class Changed:
    """A row of which the runs do not say the same."""

    pair: int
    """Which of the rows that both runs have, from 0."""
    before: Said
    after: Said


@dataclass(frozen=True)
class Crossing:
    """Rows of which one run says one thing, and the other run another or the same."""

    before: str
    """"" for nothing; in brackets where there is no value, such as (refused)."""
    after: str
    rows: int
    pairs: "array[int]" = field(default_factory=lambda: array("I"), compare=False, repr=False)
    """Which of the rows that both runs have, from 0, ascending."""


@dataclass(frozen=True)
class ColumnChanges:
    """How the answers of two runs differ in one column."""

    name: str
    is_text: bool
    """A single letter makes them differ; whether they mean the same, only a person can tell."""
    agreement: Share
    """Of the rows that both runs worked on, those on which they say the same."""
    changed: tuple[Changed, ...]
    crossings: tuple[Crossing, ...]
    """The commonest first; none where the column can have any value."""
    labels: tuple[str, ...] = ()
    """The values that either run allowed, in their order."""

    @property
    def moves(self) -> tuple[Crossing, ...]:
        """The crossings where one run says another thing than the other."""
        return tuple(each for each in self.crossings if each.before != each.after)


class ColumnCount:
    """Counts one answer column while the rows go by."""

    def __init__(self, before: OutputField, after: OutputField, *, unworked: bool = False) -> None:
        """The column as each run asked for it.

        With `unworked`, rows that a run has not worked on are told among what changed, too.
        """
        self._unworked = unworked
        self._name = before.name.strip()
        self._is_text = before.kind in TEXTS or after.kind in TEXTS
        self._labels = tuple(dict.fromkeys([*labels_of(before), *labels_of(after)]))
        self._readers = Meaning(before), Meaning(after)
        self._rows = self._same = 0
        self._changed: list[Changed] = []
        self._crossings: dict[tuple[str, str], array[int]] = {}

    def add(self, pair: int, before: Said, after: Said) -> None:
        """Count one row; what a run did not work on says nothing of how far they agree."""
        worked = not {before.outcome, after.outcome} & NOT_ASKED
        if not worked and not self._unworked:
            return
        old, new = self._readers[0].of(before), self._readers[1].of(after)
        self._rows += worked
        self._same += worked and old == new
        if old != new:
            self._changed.append(Changed(pair, before, after))
        if self._labels:
            # In one spelling where they say the same, or it would look like a change.
            cell = shown(before), shown(before if old == new else after)
            self._crossings.setdefault(cell, array("I")).append(pair)

    def result(self) -> ColumnChanges:
        """What was counted."""
        crossings = [Crossing(*cell, len(pairs), pairs) for cell, pairs in self._crossings.items()]
        return ColumnChanges(
            name=self._name,
            is_text=self._is_text,
            agreement=Share(self._same, self._rows),
            changed=tuple(self._changed),
            crossings=tuple(sorted(crossings, key=lambda each: -each.rows)),
            labels=self._labels,
        )


class Meaning:
    """Reads the answers of one run in one column, so that those that mean the same are equal."""

    def __init__(self, field: OutputField) -> None:
        self._kind = field.kind
        self._reader = GoldReader(field)
        self._known: dict[str, str] = {}

    def of(self, said: Said) -> str:
        """The same text for all that means the same."""
        if said.outcome not in _SAID:
            return f"\0{said.outcome}"
        known = self._known.get(said.text)
        if known is None:
            known = self._read(said.text) if said.text.strip() else ""
            if len(self._known) < _REMEMBERED:
                self._known[said.text] = known
        return known

    def _read(self, text: str) -> str:
        read = self._reader.read(text).text
        if self._kind == "choice":
            return folded_value(read)
        if self._kind == "choices":
            return SEPARATOR.join(sorted(map(folded_value, read.split(SEPARATOR))))
        return read


def shown(said: Said) -> str:
    """What stands for it in a table of both runs."""
    return said.text if said.outcome in _SAID else f"({said.outcome.replace('_', ' ')})"
