"""Writing: the answers that changed between two runs as a table of their own."""

from collections.abc import Iterator, Sequence

from claude_batch_desk.core.jobs.comparing_runs.changes import shown
from claude_batch_desk.core.jobs.comparing_runs.comparison import Run, RunComparison
from claude_batch_desk.core.jobs.plan import rows_by_number
from claude_batch_desk.core.results.forms import Sheet
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.tables.table import Row, Table

_OWN = (
    "Row",
    "Row in the second",
    "Answer column",
    "Before",
    "After",
    "Reason before",
    "Reason after",
)


def changed_sheet(found: RunComparison, table: Table) -> Sheet:
    """A line for each changed answer, in table order, with the cells of its row.

    `table` is that of the first run.
    """
    columns = (*_OWN, *_renamed(table.columns))
    return Sheet(columns, lambda: _lines(found, table), _about(found, table), typed=(0, 1))


def _renamed(names: Sequence[str]) -> Iterator[str]:
    """Some forms need names that are unique."""
    taken = {*_OWN, *names}
    for name in names:
        free = name
        while name in _OWN and free in taken:
            free = f"{free} (table)"
        yield free


def _lines(found: RunComparison, table: Table) -> Iterator[Row]:
    changed: dict[int, list[list[str]]] = {}
    for column in found.columns:
        for each in column.changed:
            old, new = each.before, each.after
            line = [column.name, shown(old), shown(new), old.reason, new.reason]
            changed.setdefault(each.pair, []).append(line)
    pairs = sorted(changed)
    numbers = found.rows_before[:0]
    numbers.extend(found.rows_before[pair] for pair in pairs)
    for pair, (number, cells) in zip(pairs, rows_by_number(table, numbers), strict=True):
        after = found.rows_after[pair]
        for line in changed[pair]:
            yield str(number + 1), str(after + 1), *line, *cells


def _about(found: RunComparison, table: Table) -> ExportNote:
    runs: tuple[Run, Run] = (found.before, found.after)
    parts = ", ".join(each.part for each in found.recipe)
    return ExportNote(
        job=" → ".join(f"{each.name} (job {each.id})" for each in runs),
        source=table.name,
        source_sha256=table.sha256,
        rows=sum(len(each.changed) for each in found.columns),
        recipe=f"differs in: {parts}" if parts else "the same in both",
        model=" → ".join(each.model for each in runs),
        mode="practice" if any(each.mode == "practice" for each in runs) else "live",
        rows_chosen=f"answers that changed, of {found.rows:,} rows that both jobs have",
    )
