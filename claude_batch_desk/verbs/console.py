"""What the verbs of the command line share: how they are told and how they speak."""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import orjson

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.at_service.uploading import Upload, Watch
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.jobs.rows.choice_words import describe as describe_rows
from claude_batch_desk.core.jobs.rows.choice_words import parse_filter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.pricing.amounts import read_amount
from claude_batch_desk.core.pricing.caching import CacheUse, check_use
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.estimator import describe
from claude_batch_desk.core.pricing.narrowing import Narrowing
from claude_batch_desk.core.prompts.checks import Concern
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.core.tables.table import ReadOptions

DONE, FAILED, NOT_CONFIRMED, ROWS_LEFT, STOPPED = 0, 1, 3, 4, 130
"""Exit codes; 2 is argparse's own for wrong use. See docs/command-line.md."""

QUOTES = {"double": '"', "single": "'", "none": ""}
"""What the cells of delimited text may be wrapped in, by words that need no care in a shell."""

_PAUSE = 0.2
_LINE_EVERY = 5.0
_LARGE = 5_000_000
"""Bytes; less is out before anybody wonders."""


def read_options(arguments: argparse.Namespace) -> ReadOptions:
    """How the person wants the table read."""
    return ReadOptions(
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        sheet=arguments.sheet,
        header_row=arguments.header,
        header_rows=arguments.header_rows,
        first_row=arguments.first_row,
        quote=QUOTES.get(arguments.quote),
        left_out=tuple(arguments.leave_out),
        include=tuple(arguments.include),
        exclude=tuple(arguments.exclude),
        document_column=arguments.document_column,
        document_folder=_document_folder(arguments),
    )


def _document_folder(arguments: argparse.Namespace) -> str:
    """The folder that is named, or else the one the table is in."""
    if not arguments.document_column:
        return ""
    return str((arguments.folder or arguments.table.parent).absolute())


def row_range(text: str) -> tuple[int, int | None]:
    """The first and the last row in a text such as "10-500", "10-" or "7"; for argparse."""
    found = re.fullmatch(r"([0-9]{1,9})(?:([-–])([0-9]{1,9})?)?", text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range of rows such as 10-500")
    first = int(found[1])
    last = int(found[3]) if found[3] else None if found[2] else first
    if first < 1 or (last is not None and last < first):
        raise argparse.ArgumentTypeError(f"{text!r} holds no row; the first of a table is 1")
    return first, last


def usd_of(text: str) -> Decimal:
    """The amount in a text such as "$12.50"; for argparse."""
    amount = read_amount(text)
    if amount is None or amount < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount in USD")
    return amount


def row_choice(arguments: argparse.Namespace, columns: Sequence[str]) -> Selection:
    """Which rows of a table with these columns the person wants; raises SelectionError."""
    for column in arguments.never_send:
        if column not in columns:
            raise SelectionError(
                f"The table has no column “{column}” to keep on this computer. Nothing was sent. "
                "Write its name just as `inspect` shows it."
            )
    first, last = arguments.rows
    return Selection(
        count=arguments.random,
        seed=arguments.seed if arguments.random else 0,
        first=first,
        last=last,
        filters=tuple(parse_filter(each, columns) for each in arguments.where),
        excluded=tuple(arguments.never_send),
    )


def cache_use(arguments: argparse.Namespace) -> CacheUse | None:
    """How the person wants the instructions cached; raises RecipeError where they cannot be so."""
    if not (arguments.cached or arguments.prime or arguments.ttl):
        return None
    use = CacheUse(arguments.ttl or "1h", arguments.prime)
    check_use(arguments.mode, use)
    return use


class Progress:
    """A Report that rewrites one line of a terminal; elsewhere it adds one every few seconds."""

    def __init__(self, doing: str, more: Callable[[], str] = str) -> None:
        """`more` gives what is said behind the numbers."""
        self._doing, self._more = doing, more
        # There is none at all where Windows starts the program without a console.
        self._terminal, self._longest = getattr(sys.stderr, "isatty", bool)(), 0
        # The first words come late where they stay: most work is over by then.
        self._shown = 0.0 if self._terminal else time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is, if that was not said just now."""
        now = time.monotonic()
        if now - self._shown < (_PAUSE if self._terminal else _LINE_EVERY):
            return
        self._shown = now
        line = f"{self._doing} {done:,}{f' of {total:,}' if total else ''}{self._more()}"
        if self._terminal:
            say(f"\r{line:<{self._longest}} ", end="")  # over all of what stood there
            self._longest = max(self._longest, len(line))
        else:
            say(line)


def uploading() -> Watch:
    """Tells of batches on their way that are large enough to be waited for."""
    shown: dict[int, Progress] = {}

    def tell(upload: Upload) -> None:
        if upload.size >= _LARGE:
            told = shown.setdefault(upload.part, Progress(f"Part {upload.part}, bytes sent:"))
            told(upload.sent, upload.size)

    return tell


def say(text: str, end: str = "\n") -> None:
    """Tell the person, on stderr."""
    print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201 - progress of a command


def show(text: str) -> None:
    """Give a line of the result, on stdout."""
    print(text, flush=True)  # noqa: T201 - the result of a command


def print_json(value: dict[str, Any]) -> None:
    """Give the result as one JSON object, on stdout."""
    sys.stdout.buffer.write(orjson.dumps(value) + os.linesep.encode())
    sys.stdout.flush()


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """An estimate as it is told to programs."""
    ways = {
        "batch_usd": estimate.batch,
        "now_usd": estimate.now,
        "cached_usd": estimate.cached,
        "primed_usd": estimate.primed,
        "cached_5m_usd": estimate.cached_5m,
    }
    return {
        "model": estimate.model,
        "rows": estimate.rows,
        "requests": estimate.requests,
        "already_answered": estimate.already_answered,
        **{way: amount and range_json(amount) for way, amount in ways.items()},
        "per_1000_rows": {
            way: amount and range_json(estimate.for_rows(amount, 1_000))
            for way, amount in ways.items()
        },
        "caching": asdict(estimate.caching) if estimate.caching else None,
        "input_tokens": estimate.input_tokens,
        "output_tokens": estimate.output_tokens,
        "unsent": estimate.unsent,
        "taken_over": estimate.taken_over,
        "warnings": list(estimate.warnings),
        "checks": [_concern_json(each) for each in estimate.concerns],
        "checked": estimate.checked,
        "counted": estimate.counted,
        "counted_earlier": estimate.counted_earlier,
        "count_difference": estimate.count_difference,
        "tried": estimate.tried,
        "narrowing": _narrowing_json(estimate.narrowing) if estimate.narrowing else None,
        "calibration": asdict(estimate.calibration) if estimate.calibration else None,
        "prices": estimate.prices_date,
        "basis": describe(estimate),
    }


def _narrowing_json(narrowing: Narrowing) -> dict[str, Any]:
    return {**asdict(narrowing), "text": str(narrowing)}


def job_json(job: Job) -> dict[str, Any]:
    """A job as it is told to programs."""
    return {
        "job": job.id,
        "name": job.name,
        "mode": job.mode,
        "way": job.way,
        "cache": asdict(job.cache) if job.cache else None,
        "state": job.state,
        "model": job.recipe.model,
        "rows": job.rows,
        "rows_chosen": describe_rows(job.selection),
        "never_sent": list(job.selection.excluded),
        "requests": job.requests,
        "version": job.version or None,
        "need": job.latency or None,
        "needed_by": job.need.by.isoformat() if job.need.by else None,
        "outcomes": dict(job.outcomes),
        "stopped": job.paused,
        "maybe_billed_unanswered": job.unheard,
        "runs_again": job.runs_again,
        "running_again": job.running_again,
        "batches": [part.batch_id for part in job.parts if part.batch_id],
        "estimate": estimate_json(job.estimate) if job.estimate else None,
        "billed_usd": str(job.billed) if job.billed is not None else None,
        "created_at": job.created_at.isoformat(),
        "sent_at": job.sent_at.isoformat() if job.sent_at else None,
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }


def accuracy_json(measured: Measured) -> dict[str, Any]:
    """Accuracies as they are told to programs; shares have an interval at 95 %."""
    return {
        "of": "answers" if measured.sent else "tried rows",
        "answers": measured.answers,
        "practice": measured.practice,
        "examples_left_out": measured.examples,
        "columns": [_field_json(each) for each in measured.fields],
    }


def _field_json(found: FieldMeasured) -> dict[str, Any]:
    accuracy = found.accuracy
    return {
        "name": accuracy.field.name,
        "right_answers_from": found.column or None,
        "labelled_by_hand": found.labelled,
        "accuracy": _share_json(accuracy.share),
        "within_tolerance": _share_json(accuracy.near) if accuracy.near else None,
        "labels_to_halve_the_range": accuracy.share.more_to_halve,
        "outcomes": dict(accuracy.verdicts),
        "values": [
            {
                "value": each.label,
                "precision": _share_json(each.precision),
                "recall": _share_json(each.recall),
            }
            for each in accuracy.labels
        ],
        "confusion": [
            {"right": each.right, "answered": each.given, "outcome": each.verdict,
             "rows": each.count}
            for each in accuracy.cells
        ],
        "unusable_right_answers": accuracy.odd_rows,
        "not_worked_on": accuracy.pending,
        "picked_left_out": accuracy.picked,
        "copied_in_prompt": list(found.copies),
    }  # fmt: skip


def _share_json(share: Share) -> dict[str, Any]:
    return {
        "hits": share.hits,
        "rows": share.rows,
        "share": share.value,
        "low": share.low,
        "high": share.high,
    }


def _concern_json(concern: Concern) -> dict[str, Any]:
    return {
        "kind": concern.tone,
        "text": concern.text,
        "rows": [row + 1 for row in concern.rows],
    }


def range_json(price: Range) -> dict[str, str]:
    """A range as it is told to programs."""
    return {
        "low": str(price.low),
        "expected": str(price.expected),
        "high": str(price.high),
        "ceiling": str(price.ceiling),
    }


def price_words(price: Range) -> str:
    """A range of amounts as a sentence."""
    return (
        f"about {usd(price.expected)} ({usd(price.low)} to {usd(price.high)}), "
        f"at most {usd(price.ceiling)}."
    )


def usd(amount: Decimal) -> str:
    """An amount, to the cent where it is a dollar or more."""
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"
