"""The verb that counts the answers of a job and tells the rows that are asked for."""

import argparse
import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, cast

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.correcting.laying import headers
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.reviewing.traits import STATES
from claude_batch_desk.core.jobs.reviewing.wish import TRAITS, Order, Seen, Trait, Wish
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, Progress, print_json, show

_MOST, _MOST_VALUES = 20, 12
_WIDEST = 60
_WORDS: dict[Trait, str] = {
    "corrected": "corrected by hand",
    "changed": "changed since they were run again",
    "duplicated": "asked the same as another",
}


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb as it is told on the command line."""
    verb = verbs.add_parser("rows", help="the rows of a job, counted, narrowed and sorted")
    verb.add_argument("job", type=int, metavar="JOB")
    verb.add_argument(
        "--status", action="append", choices=STATES, default=[], help="with this; can be repeated"
    )
    verb.add_argument(
        "--value", nargs=2, action="append", default=[], metavar=("COLUMN", "VALUE"),
        help="with this value in an answer column; can be repeated",
    )  # fmt: skip
    verb.add_argument("--find", default="", metavar="TEXT", help="in an answer or in the row")
    for trait in TRAITS:
        verb.add_argument(f"--{trait}", action="store_true", help=f"only rows {_WORDS[trait]}")
    verb.add_argument("--sort", metavar="COLUMN", help="by a column of the answers or the table")
    verb.add_argument("--down", action="store_true", help="the greatest first")
    verb.add_argument("--most", type=int, default=_MOST, metavar="N", help="so many rows at most")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")
    verb.set_defaults(run=tell_rows)


def tell_rows(arguments: argparse.Namespace) -> int:
    """Tell how many rows there are of what, then the first of them; works beside an open window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        job = session.desk.job(arguments.job)
        if job.table_id is None or job.state == "draft":
            raise StoreError(f"Job {job.id} was not sent yet, so it has no answers.")
        names = headers(job.recipe.fields)
        wish = _wish(arguments, names, session.desk.table(job.table_id))
        seen = session.reviewing.look(job.id, wish, Progress("Looking"))
        _check_counted(wish, seen)
        places = range(seen.rows) if seen.places is None else seen.places
        rows = session.reviewing.rows(job.id, places[: max(arguments.most, 0)])
    if arguments.json:
        print_json(_json(job, names, seen, rows))
    else:
        for line in _lines(job, seen, rows):
            show(line)
    return DONE


def _wish(arguments: argparse.Namespace, names: Sequence[str], table: Table) -> Wish:
    values: dict[str, set[str]] = defaultdict(set)
    for column, value in arguments.value:
        if column not in names:
            raise StoreError(
                f"There is no answer column “{column}”. The job has {', '.join(names)}."
            )
        values[column].add(value)
    return Wish(
        outcomes=frozenset(arguments.status),
        values=tuple((column, frozenset(some)) for column, some in values.items()),
        traits=frozenset(trait for trait in TRAITS if getattr(arguments, trait)),
        text=arguments.find,
        searched=tuple(range(len(table.columns))),
        order=_order(arguments, names, table),
    )


def _order(arguments: argparse.Namespace, names: Sequence[str], table: Table) -> Order | None:
    """An answer column comes before one of the table that has its name."""
    column = arguments.sort
    if column is None:
        return None
    if column in names:
        return Order("answer", names.index(column), arguments.down)
    if column in table.columns:
        return Order("source", table.columns.index(column), arguments.down)
    raise StoreError(
        f"There is no column “{column}”. The answers have {', '.join(names)}; the table has "
        f"{', '.join(table.columns)}."
    )


def _check_counted(wish: Wish, seen: Seen) -> None:
    """A column that is read, not counted, narrows nothing; it is not to look as if it did."""
    counted = {each.header for each in seen.columns}
    for column, _ in wish.values:
        if column not in counted:
            raise StoreError(
                f"“{column}” has too many different values, or too long ones, to be chosen by "
                "them. Look for a text with --find."
            )


def _lines(job: Job, seen: Seen, rows: Sequence[JobRow]) -> Iterator[str]:
    yield f"{seen.rows:,} of {job.rows:,} rows"
    told = [f"{_worded(state)} {count:,}" for state, count in seen.outcomes.items()]
    yield f"Status: {', '.join(told)}" if told else "Status: none"
    if seen.traits:
        counts = [(trait, seen.traits[trait]) for trait in TRAITS if trait in seen.traits]
        yield ", ".join(f"{count:,} {_WORDS[trait]}" for trait, count in counts)
    for column in seen.columns:
        shown = column.values[:_MOST_VALUES]
        values = [f"{_short(each.value) or '(empty)'} {each.rows:,}" for each in shown]
        more = len(column.values) - len(shown) + column.others
        values += [f"{more:,} more values"] if more else []
        if values:
            yield f"{column.header}: {', '.join(values)}"
    for row in rows:
        answer = row.answer
        values = [_short(each) or "–" for each in answer.values] if answer else []
        state = _worded(answer.outcome if answer else "waiting")
        yield f"{row.number + 1:>9,}  {' | '.join([state, *values])}"
    if len(rows) < seen.rows:
        yield f"and {seen.rows - len(rows):,} more; --most tells how many to show"


def _worded(state: str) -> str:
    return state.replace("_", " ")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _json(job: Job, names: Sequence[str], seen: Seen, rows: Sequence[JobRow]) -> dict[str, Any]:
    return {
        "job": job.id,
        "rows": job.rows,
        "found": seen.rows,
        "statuses": dict(seen.outcomes),
        "traits": cast("dict[str, int]", dict(seen.traits)),
        "values": {
            each.header: {value.value: value.rows for value in each.values} for each in seen.columns
        },
        "first": [
            {
                "row": row.number + 1,
                "status": row.answer.outcome if row.answer else "waiting",
                "values": dict(zip(names, row.answer.values if row.answer else (), strict=False)),
            }
            for row in rows
        ],
    }
