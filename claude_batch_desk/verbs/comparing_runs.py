"""The verb that puts two runs of the same rows side by side."""

import argparse
import contextlib
from pathlib import Path
from typing import Any

from claude_batch_desk.core.jobs.comparing_runs.changes import Changed, ColumnChanges, Said
from claude_batch_desk.core.jobs.comparing_runs.comparison import Run, RunComparison
from claude_batch_desk.core.results.forms import check_target
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, Progress, print_json, say, show, usd

_MOVES_SHOWN = 12
_HOW = {"table": "their place in the table", "cells": "their cells", "key": "the column “{}”"}


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb as it is told on the command line."""
    verb = verbs.add_parser("compare-runs", help="what two jobs say of the same rows")
    verb.add_argument("before", type=int, metavar="A", help="the job that counts as before")
    verb.add_argument(
        "after",
        type=int,
        nargs="?",
        metavar="B",
        help="the job that counts as after; without it what A said before its last run again, "
        "beside what that said",
    )
    verb.add_argument("--key", default="", metavar="COLUMN", help="what tells the rows apart")
    verb.add_argument("--out", type=Path, metavar="FILE", help="every changed answer as a file")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")
    verb.set_defaults(run=compare_runs)


def compare_runs(arguments: argparse.Namespace) -> int:
    """Compare, tell, and write where that is wanted; works beside an open window."""
    if arguments.out:
        check_target(arguments.out)
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        report = Progress("Comparing")
        runs = session.run_comparing
        before, after = arguments.before, arguments.after
        if after is None:
            after = runs.last_repeated(before)
        found = runs.compare(before, after, report, arguments.key)
        if arguments.json:
            print_json(_json(found))
        else:
            _show(found)
        if arguments.out:
            written = runs.export(found, arguments.out, Progress("Writing"))
            say(f"{written.rows:,} changed answers are in {written.path}.")
            for note in written.notes:
                say(note)
        return DONE


def _show(found: RunComparison) -> None:
    for name, run in (("Before", found.before), ("After", found.after)):
        show(f"{name}: job {run.id}, {run.name}: {_run_words(run)}")
    if (more := found.dearer_per_thousand) is not None:
        word = "dearer" if more > 0 else "cheaper"
        show(f"After is {usd(abs(more))} {word} for 1,000 rows." if more else "Both cost the same.")
    by = _HOW[found.how].format(found.key)
    show(f"{found.rows:,} rows are in both, matched by {by}; {found.changed_rows:,} differ.")
    show(f"Recipe: {found.recipe_words if found.recipe else 'the same'}")
    _show_what_is_left_out(found)
    for column in found.columns:
        _show_column(column)


def _show_what_is_left_out(found: RunComparison) -> None:
    if "practice" in (found.before.mode, found.after.mode):
        show("Practice invents its answers: what differs says nothing about a prompt or a model.")
    for run, names, which in (
        (found.before, found.only_before, "before"),
        (found.after, found.only_after, "after"),
    ):
        if left := run.rows - found.rows:
            if found.repeated:
                show(f"Rows that have kept the answer they had, left out: {left:,}")
            else:
                show(f"Rows that only the job {which} has, left out: {left:,}")
        if names:
            show(f"Answer columns asked for only {which}: {', '.join(names)}")


def _run_words(run: Run) -> str:
    sent = f"{run.sent_at:%Y-%m-%d}" if run.sent_at else ""
    paid = f"{usd(run.usd)} paid" if run.usd is not None else "price not known"
    each = f", {usd(run.usd_per_thousand)} for 1,000 rows" if run.usd_per_thousand else ""
    waiting = f", {run.waiting:,} still waiting" if run.waiting else ""
    return f"{run.model}, {run.mode}, sent {sent}, {run.rows:,} rows{waiting}, {paid}{each}"


def _show_column(column: ColumnChanges) -> None:
    share = column.agreement
    same = "the same text" if column.is_text else "agree"
    if share.rows:
        show(
            f"{column.name}: {same} on {share.hits:,} of {share.rows:,} rows, {share.value:.1%} "
            f"(95 % interval {share.low:.1%} to {share.high:.1%})"
        )
    else:
        show(f"{column.name}: no row has an answer of both.")
    for each in column.moves[:_MOVES_SHOWN]:
        show(f"{each.rows:>9,}  {each.before or '(empty)'} → {each.after or '(empty)'}")
    if len(column.moves) > _MOVES_SHOWN:
        rest = sum(each.rows for each in column.moves[_MOVES_SHOWN:])
        show(f"{rest:>9,}  in other ways; --json and --out tell them all")


def _json(found: RunComparison) -> dict[str, Any]:
    return {
        "before": _run_json(found.before),
        "after": _run_json(found.after),
        "run_again": found.repeated,
        "matched_by": found.how,
        "key": found.key,
        "rows": found.rows,
        "changed_rows": found.changed_rows,
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "recipe": found.recipe_words if found.recipe else "",
        "columns": [_column_json(found, each) for each in found.columns],
    }


def _run_json(run: Run) -> dict[str, Any]:
    each = run.usd_per_thousand
    return {
        "job": run.id,
        "name": run.name,
        "model": run.model,
        "mode": run.mode,
        "way": run.way,
        "sent_at": run.sent_at.isoformat() if run.sent_at else None,
        "rows": run.rows,
        "waiting": run.waiting,
        "usd": None if run.usd is None else str(run.usd),
        "usd_per_1000_rows": None if each is None else str(each),
    }


def _column_json(found: RunComparison, column: ColumnChanges) -> dict[str, Any]:
    share = column.agreement
    return {
        "name": column.name,
        "is_text": column.is_text,
        "agree": share.hits,
        "rows": share.rows,
        "low": share.low,
        "high": share.high,
        "table": [
            {"before": each.before, "after": each.after, "rows": each.rows}
            for each in column.crossings
        ],
        "changed": [_changed_json(found, each) for each in column.changed],
    }


def _changed_json(found: RunComparison, each: Changed) -> dict[str, Any]:
    return {
        "row": found.rows_before[each.pair] + 1,
        "row_after": found.rows_after[each.pair] + 1,
        "before": _said_json(each.before),
        "after": _said_json(each.after),
    }


def _said_json(said: Said) -> dict[str, str]:
    return {"value": said.text, "outcome": said.outcome, "reason": said.reason}
