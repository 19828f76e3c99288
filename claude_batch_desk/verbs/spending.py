"""The verbs that tell what was paid; both work beside an open window."""

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from claude_batch_desk.core.jobs.money.bill_sheet import SECTIONS, bill_lines
from claude_batch_desk.core.jobs.money.job_bill import JobBill
from claude_batch_desk.core.jobs.money.settlement import Record
from claude_batch_desk.core.jobs.money.spending import GROUPINGS, Spend, SpendLine
from claude_batch_desk.core.jobs.money.telling import (
    committed_words,
    name_of,
    sheet_of,
    write_sheet,
)
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.pricing.bill import Bill
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, Progress, print_json, range_json, show

_SHOWN = 100
"""Estimates; those before them are old."""
_LINES = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output", "thinking")


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `spend` and `bill` to the command line."""
    paid = verbs.add_parser("spend", help="what was paid, and what may still come")
    paid.add_argument("--by", choices=GROUPINGS, default="job", help="what to tell apart")
    paid.add_argument("--practice", action="store_true", help="what Practice would have cost")
    paid.add_argument("--out", type=Path, metavar="OUT", help="also write the lines as .csv")
    paid.add_argument("--json", action="store_true", help="one JSON object on stdout")
    paid.set_defaults(run=spend)
    one = verbs.add_parser("bill", help="what one job has cost, line by line")
    one.add_argument("job", type=int, metavar="JOB")
    one.add_argument("--json", action="store_true", help="one JSON object on stdout")
    one.set_defaults(run=bill)


def spend(arguments: argparse.Namespace) -> int:
    """What was paid by job, month, model, way or need, and what may still come."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        verbs = session.money
        found = verbs.spend("practice" if arguments.practice else "live", Progress("Adding up"))
        record = verbs.record(found.mode)
        history = verbs.history(found.mode, Progress("Reading"))
    if arguments.out:
        write_sheet(sheet_of(found, arguments.by), arguments.out, Progress("Writing"))
    if arguments.json:
        print_json({**_spend_json(found, arguments.by, record), **_history_json(history)})
        return DONE
    for line in _told(found, record):
        show(line)
    for each in found.lines[arguments.by]:
        saved = f"{money(each.saved)} saved"
        name = name_of(each, arguments.by)
        show(f"{money(each.usd):>12}  {each.requests:>9,} requests  {saved:>18}  {name}")
    return DONE


def bill(arguments: argparse.Namespace) -> int:
    """What one job has cost, by kind of token, answer column and answer."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        job = session.desk.job(arguments.job)
        found = session.money.bill(arguments.job, Progress("Reading"))
    if arguments.json:
        print_json({"job": job.id, "name": job.name, "mode": job.mode, **_bill_json(found)})
        return DONE
    if found.reckoning:
        show(str(found.reckoning))
    section = ""
    for line in bill_lines(found):
        if section != line.section:
            section = line.section
            show(f"{SECTIONS[line.section]}:")
        show(f"{money(line.usd):>12}  {line.count:>12,} {line.unit:<10}  {line.name}")
    return DONE


def _told(found: Spend, record: Record) -> list[str]:
    total, spent = found.total, found.standing.spent
    paid = "Paid" if found.mode == "live" else "Practice would have cost"
    told = [
        f"{paid} {money(spent.usd)} this month.",
        f"{money(total.usd)} ever, {money(total.saved)} less than by immediate calls.",
        committed_words(found.standing.committed),
        str(record),
    ]
    if total.unpriced:
        told.append(f"Besides, {total.unpriced:,} requests at prices that are not known.")
    return [each for each in told if each]


def _spend_json(found: Spend, grouping: Any, record: Record) -> dict[str, Any]:
    spent, committed = found.standing.spent, found.standing.committed
    return {
        "mode": found.mode,
        "month": {
            "since": spent.since.isoformat(),
            "usd": str(spent.usd),
            "unpriced": spent.unpriced,
        },
        "committed": {
            "jobs": committed.jobs,
            "expected_usd": str(committed.expected),
            "ceiling_usd": str(committed.ceiling),
            "unbounded": committed.unbounded,
            "lost": committed.lost,
        },
        "record": asdict(record),
        "total": _line_json(found.total),
        "by": grouping,
        "lines": [_line_json(line) for line in found.lines[grouping]],
    }


def _history_json(history: Sequence[Settled]) -> dict[str, Any]:
    """What became of the last estimates."""
    return {
        "estimates": [
            {
                "job": each.job,
                "name": each.name,
                "ended_at": each.at.isoformat(),
                "model": each.model,
                "way": each.way,
                "low_usd": str(each.low),
                "expected_usd": str(each.expected),
                "high_usd": str(each.high),
                "billed_usd": str(each.billed),
                "inside": each.inside,
            }
            for each in history[:_SHOWN]
        ]
    }


def _line_json(line: SpendLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "job": line.job,
        "requests": line.requests,
        "usd": str(line.usd),
        "at_once_usd": str(line.at_once),
        "saved_usd": str(line.saved),
        "unpriced": line.unpriced,
        "expected_usd": str(line.expected),
        "ceiling_usd": str(line.ceiling),
        "last": line.last.isoformat() if line.last else None,
    }


def _bill_json(found: JobBill) -> dict[str, Any]:
    reckoning = found.reckoning
    return {
        "usd": str(found.total),
        "unpriced": found.unpriced,
        "sent": _part_json(found.sent),
        "again": _part_json(found.again),
        "trials": _part_json(found.trials),
        "estimate_usd": range_json(reckoning.agreed) if reckoning else None,
        "verdict": reckoning.verdict if reckoning else None,
        "told": str(reckoning) if reckoning else "",
        "columns": [
            {"name": each.name, "characters": each.characters, "usd": str(each.usd)}
            for each in found.columns
        ],
        "labels": [
            {"column": each.field, "value": each.value, "rows": each.rows, "usd": str(each.usd)}
            for each in found.labels
        ],
    }


def _part_json(part: Bill) -> dict[str, Any]:
    def amount(usd: Decimal) -> str:
        return f"{usd:f}"

    lines = {name: getattr(part, name) for name in _LINES}
    return {
        "requests": part.requests,
        "free": part.free,
        "usd": amount(part.total),
        "at_once_usd": amount(part.at_once),
        "saved_usd": amount(part.saved),
        **{f"{name}_tokens": line.tokens for name, line in lines.items()},
        **{f"{name}_usd": amount(line.usd) for name, line in lines.items()},
    }
