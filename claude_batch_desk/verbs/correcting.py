"""The verbs that put values in the place of answers: one cell, or all near misses of a kind."""

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import asdict, replace

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.results.near_misses import NearMiss
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs import teaching
from claude_batch_desk.verbs.console import DONE, Progress, print_json, say, show


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `near-misses`, `correct` and `corrected` to the command line."""
    near = verbs.add_parser("near-misses", help="values that are not as asked for; settle them")
    near.add_argument("job", type=int, metavar="JOB")
    near.add_argument("--accept", action="store_true", help="all that have a proposal")
    near.add_argument(
        "--settle",
        nargs=3,
        action="append",
        default=[],
        metavar=("COLUMN", "FOUND", "MEANT"),
        help="let MEANT stand wherever COLUMN says FOUND; may be repeated",
    )
    near.add_argument("--json", action="store_true", help="one JSON object on stdout")
    near.set_defaults(run=near_misses)
    one = verbs.add_parser("correct", help="put a value in the place of an answer's")
    one.add_argument("job", type=int, metavar="JOB")
    one.add_argument("row", type=int, metavar="ROW", help="of the table; the first is 1")
    one.add_argument("column", metavar="COLUMN", help="the answer column")
    value = one.add_mutually_exclusive_group(required=True)
    value.add_argument("value", nargs="?", metavar="VALUE")
    value.add_argument("--back", action="store_true", help="let what came count again")
    one.set_defaults(run=correct)
    teaching.add_verb(verbs)


def near_misses(arguments: argparse.Namespace) -> int:
    """List what is not as asked for, and settle what the person said; works beside a window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        job, report = arguments.job, Progress("Reading")
        found = session.corrections.near_misses(job, report)
        wanted = [each for each in found if each.meant] if arguments.accept else []
        wanted += _settled(found, arguments.settle)
        back = session.corrections.accept(job, wanted, report) if wanted else []
        if arguments.json:
            print_json({"near_misses": [asdict(each) for each in found], "settled": len(back)})
            return DONE
        for each in found:
            meant = f"“{each.meant}”?" if each.meant else "not clear what is meant"
            show(f"{each.column}: “{each.found}” in {each.rows:,} rows: {meant}")
        if not found:
            show("All values are as asked for.")
        if wanted:
            say(f"Settled in {len({each.row for each in back}):,} rows; what came is kept.")
        return DONE


def _settled(found: Sequence[NearMiss], said: Sequence[Sequence[str]]) -> list[NearMiss]:
    known = {(each.column, each.found): each for each in found}
    settled = []
    for column, text, meant in said:
        if (column, text) not in known:
            raise RecipeError(f"No answer has “{text}” in “{column}” that is not as asked for.")
        settled.append(replace(known[column, text], meant=meant))
    return settled


def correct(arguments: argparse.Namespace) -> int:
    """Put a value in a cell, or take it back; works beside an open window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        value = None if arguments.back else arguments.value
        change = Change(arguments.row - 1, arguments.column, value)
        session.corrections.correct(arguments.job, [change], Progress("Correcting"))
        [row] = session.corrections.history(arguments.job, arguments.row - 1)[:1]
        say(f"Row {arguments.row}, “{row.column}”: {row.why}. It was “{row.was}”.")
        return DONE
