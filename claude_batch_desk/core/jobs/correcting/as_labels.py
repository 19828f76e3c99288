"""Corrected cells as right answers, which never move the share of answers that are right.

Whoever corrects answers has looked for wrong ones. What is known of such rows says nothing of the
others, so it is kept as of rows that were picked; see jobs.quality.measuring.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from claude_batch_desk.core.jobs.correcting.laying import headers
from claude_batch_desk.core.jobs.correcting.lessons import Held, by_hand
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.jobs.quality.labelling import digest_of
from claude_batch_desk.core.jobs.quality.measuring import fields_of, value_place
from claude_batch_desk.core.jobs.store.correction_store import Correction
from claude_batch_desk.core.jobs.store.gold_store import GoldStore, HandLabel
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Row, Table

_REPORT_EVERY = 500
ByField = Mapping[str, tuple[HandLabel, ...]]
"""Right answers by the name of the answer column."""


@dataclass(frozen=True)
class LabelsMade:
    """Which right answers corrected cells have become, and which they have not."""

    job: int
    table: int
    made: ByField
    before: ByField
    """What was kept of these rows until then, and is not any more."""
    by_chance: int = 0
    """So many cells are of rows that were offered at random and labelled; that label stays."""
    by_column: int = 0
    """So many are of rows of which a column of the table says what is right; that stays."""
    settled: int = 0
    """So many are near misses that were settled together, which nobody has looked at by row."""

    @property
    def count(self) -> int:
        """How many right answers were made."""
        return sum(map(len, self.made.values()))


class _Maker:
    """Makes them while rows go by."""

    def __init__(self, job: Job, table: Table, gold: GoldStore) -> None:
        names, columns = headers(job.recipe.fields), gold.columns(job.id)
        self._fields = {names[value_place(job, each)]: each for each in fields_of(job)}
        self._known = {each.name: gold.held(job.id, table.id, each.name) for each in fields_of(job)}
        self._places = {
            field: table.columns.index(column)
            for field, column in columns.items()
            if column in table.columns
        }
        self._job, self._table = job, table
        self._made: dict[str, list[HandLabel]] = defaultdict(list)
        self._before: dict[str, list[HandLabel]] = defaultdict(list)
        self._by_chance = self._by_column = self._settled = 0

    def add(self, number: int, row: Row, held: Held) -> None:
        self._settled += sum(held[each].why == "accepted" for each in held if each in self._fields)
        cells = digest_of(row)
        for field, value in self._values(held):
            known = self._known[field.name].get(number)
            if known is not None and not known.picked:
                self._by_chance += 1
            elif self._said_by_column(field, row):
                self._by_column += 1
            elif known is None or known.value != value:
                self._made[field.name].append(HandLabel(number, value, cells, picked=True))
                if known is not None:
                    self._before[field.name].append(known)

    def _values(self, held: Held) -> Iterator[tuple[OutputField, str]]:
        for header, value in by_hand(held).items():
            field = self._fields.get(header)  # None beside a value, such as for its reason
            if field is not None and _can_be_right(field, value):
                yield field, value

    def _said_by_column(self, field: OutputField, row: Row) -> bool:
        place = self._places.get(field.name)
        return place is not None and bool(row[place].strip())

    def result(self) -> LabelsMade:
        made = {name: tuple(some) for name, some in self._made.items()}
        before = {name: tuple(some) for name, some in self._before.items()}
        counts = self._by_chance, self._by_column, self._settled
        return LabelsMade(self._job.id, self._table.id, made, before, *counts)


def make_labels(
    job: Job, table: Table, gold: GoldStore, held: Mapping[int, Held], report: Report
) -> LabelsMade:
    """The right answers that these rows' corrections are, yet to be kept."""
    maker = _Maker(job, table, gold)
    rows = rows_by_number(table, array("I", sorted(held)))
    for done, (number, row) in enumerate(rows):
        if done % _REPORT_EVERY == 0:
            report(done, len(held))
        maker.add(number, row, held[number])
    return maker.result()


def follow(gold: GoldStore, job: Job, held: Mapping[int, Held], made: Sequence[Correction]) -> None:
    """Let right answers that corrections were be what these say now, or go where they say nothing.

    `held` are the corrections until now, by row.
    """
    if job.table_id is None:
        return
    names = headers(job.recipe.fields)
    fresh: dict[str, list[HandLabel]] = {}
    gone: dict[str, list[HandLabel]] = {}
    for field in fields_of(job):
        header = names[value_place(job, field)]
        changed = {each.row: each for each in made if each.column == header}
        known = gold.held(job.id, job.table_id, field.name) if changed else {}
        for row in changed.keys() & known.keys():
            label, new = known[row], by_hand({header: changed[row]}).get(header)
            if not label.picked or label.value != by_hand(held.get(row, {})).get(header):
                continue
            gone.setdefault(field.name, []).append(label)
            if new is not None and _can_be_right(field, new):
                fresh.setdefault(field.name, []).append(replace(label, value=new))
    if gone:
        gold.put(job.id, job.table_id, fresh, gone)


def _can_be_right(field: OutputField, value: str) -> bool:
    """An emptied cell says that nothing is right, where that can be answered."""
    return bool(value.strip()) or field.may_be_unknown or field.kind == "choices"


def labels_left(
    job: Job, table: Table, gold: GoldStore, held: Mapping[int, Held]
) -> dict[str, tuple[HandLabel, ...]]:
    """The right answers of these rows that are what was corrected there, by answer column."""
    names, found = headers(job.recipe.fields), {}
    for field in fields_of(job):
        header = names[value_place(job, field)]
        known = gold.held(job.id, table.id, field.name)
        found[field.name] = tuple(
            known[row]
            for row, corrections in held.items()
            if row in known
            and known[row].picked
            and by_hand(corrections).get(header) == known[row].value
        )
    return {name: some for name, some in found.items() if some}
