"""Rows to label by hand: which, in what order, and what a person needs to see of them."""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import documents_of, rows_by_number
from claude_batch_desk.core.jobs.quality.measuring import RightAnswers, examples_of
from claude_batch_desk.core.jobs.quality.sources import has
from claude_batch_desk.core.jobs.rows.selection import rows_that_run
from claude_batch_desk.core.jobs.store.gold_store import GoldStore, HandLabel
from claude_batch_desk.core.prompts.example import Filled
from claude_batch_desk.core.prompts.template import canonical
from claude_batch_desk.core.quality.sampling import Pick, random_order, random_rows
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Row, Table

MOST_OFFERED = 1_000
"""Rows; far more than anybody labels by hand."""
_REPORT_EVERY = 2_000


@dataclass(frozen=True)
class RowText:
    """What there is to read of a row."""

    number: int
    named: tuple[Filled, ...]
    """The cells of the columns that the prompt names, in their order there."""
    others: tuple[Filled, ...]
    """The other cells, but for those that say what is right."""
    document: str = ""
    """The name of the document that goes with it."""
    document_text: str = ""
    document_path: Path | None = None
    """The frozen copy, to be opened; None where only its text is kept."""

    def line(self, *, or_others: bool = False) -> str:
        """What is filled of the named cells in one line, the document's name last.

        The others stand in it where they may, and no named one is filled.
        """
        parts = [each.text for each in self.named if each.text.strip()]
        if or_others:
            parts = parts or [each.text for each in self.others]
        return " · ".join([*parts, self.document] if self.document else parts)


def rows_to_label(
    table: Table,
    job: Job,
    tried: Mapping[int, float | None],
    labelled: Sequence[int],
    report: Report,
) -> list[int]:
    """Rows in the order they are offered: tried ones, whose answers are paid, then others.

    Both at random, and always in the same order for a job. Rows that are labelled keep their
    place, or come last where they would not be offered any more; so do tried ones without a weight,
    which were picked and say nothing of others.
    """
    running = rows_that_run(table, job.selection, report)
    places = random_rows(len(running), MOST_OFFERED, job.id, report)
    drawn = random_order([running[place] for place in places], job.id)
    by_chance = sorted(row for row, weight in tried.items() if weight is not None)
    first, picked = random_order(by_chance, job.id), tried.keys() - set(by_chance)
    offered = [each for each in (*first, *drawn) if each not in picked]
    return list(dict.fromkeys([*offered, *sorted(picked), *labelled]))


def without_examples(table: Table, job: Job, numbers: Sequence[int], report: Report) -> list[int]:
    """These rows but for those that the prompt shows with what is right, which would not count."""
    if not job.recipe.examples:
        return list(numbers)
    is_example, shown = examples_of(job, table), set[int]()
    rows = rows_by_number(table, array("I", sorted(set(numbers))))
    for done, (number, row) in enumerate(rows):
        report(done, len(numbers))
        if is_example(row):
            shown.add(number)
    return [number for number in numbers if number not in shown]


def picks_to_try(
    table: Table, job: Job, right: Sequence[RightAnswers], report: Report
) -> list[Pick]:
    """The labelled rows that run, in table order, to be tried; without those that are examples.

    Rows that chance has offered to be labelled stand for others; those that were picked do not.
    """
    running = rows_that_run(table, job.selection, report)
    labelled = {row for each in right for row in each.labels if has(running, row)}
    by_chance = {row for each in right for row in each.labels.keys() - each.picked}
    wanted = without_examples(table, job, sorted(labelled), report)
    return [Pick(row, 1.0 if row in by_chance else None) for row in wanted]


def row_texts(
    table: Table, job: Job, numbers: Sequence[int], hidden: Sequence[str]
) -> list[RowText]:
    """What there is to read of these rows, in the order given; `hidden` columns are left out."""
    wanted = array("I", sorted(set(numbers)))
    found = {}
    rows = zip(rows_by_number(table, wanted), documents_of(table, wanted), strict=True)
    for (number, row), document in rows:
        named, others = _cells(table, job, row, hidden)
        found[number] = RowText(number, named, others)
        if document is not None:
            found[number] = RowText(
                number, named, others, document.name, document.text, document.path
            )
    return [found[number] for number in numbers]


def _cells(
    table: Table, job: Job, row: Row, hidden: Sequence[str]
) -> tuple[tuple[Filled, ...], tuple[Filled, ...]]:
    cells = {
        canonical(name): Filled(name, cell)
        for name, cell in zip(table.columns, row, strict=True)
        if name not in hidden
    }
    named = [cells.pop(name) for name in job.recipe.prompt.columns if name in cells]
    return tuple(named), tuple(each for each in cells.values() if each.text.strip())


def digest_of(row: Row) -> str:
    """What a row is known by in another table."""
    return hashlib.sha256(orjson.dumps(list(row))).hexdigest()


def carry_over(gold: GoldStore, job: Job, table: Table, report: Report) -> int:
    """Let labels of rows that stood in an earlier table of the job hold for the same rows of this.

    Returns how many did; those whose row is changed or gone are forgotten.
    """
    elsewhere = gold.labels_elsewhere(job.id, table.id)
    if not elsewhere:
        return 0
    wanted = {each.cells for labels in elsewhere.values() for each in labels}
    places: dict[str, list[int]] = {}
    for number, row in enumerate(table.rows):
        if number % _REPORT_EVERY == 0:
            report(number, table.row_count)
        if (digest := digest_of(row)) in wanted:
            places.setdefault(digest, []).append(number)
    moved = {field: _placed(labels, places) for field, labels in elsewhere.items()}
    gold.move(job.id, table.id, moved)
    return sum(map(len, moved.values()))


def _placed(labels: Sequence[HandLabel], places: dict[str, list[int]]) -> list[HandLabel]:
    """The labels at their rows of today; of equal rows each gets one."""
    left = {digest: [*reversed(rows)] for digest, rows in places.items()}
    return [replace(each, row=left[each.cells].pop()) for each in labels if left.get(each.cells)]
