"""What the verbs of the command line do. Progress goes to stderr, results to stdout."""

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from claude_batch_desk.core.errors import Busy, DeskError, StoreError, Unreachable
from claude_batch_desk.core.jobs.job import Job, TriedRow
from claude_batch_desk.core.jobs.polling import LONGEST_PAUSE
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.estimator import describe
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.secrets import environment_key
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.session import Session, log_to

DONE, NOT_CONFIRMED, ROWS_LEFT = 0, 3, 4
_SEED = 1
_PAUSE = 0.2
_BUSY_PAUSE = 5.0
_LINE_EVERY = 5.0
_PRACTICE_STARTS = 3
"""A Practice service that does not start in so many tries will not."""


def run(arguments: argparse.Namespace) -> int:
    """A whole job: load, try if asked, estimate, send, wait, export."""
    with _session(arguments) as (session, mode):
        desk = session.desk
        desk.check_export(arguments.out)
        job = _draft(session, arguments, mode)
        tried: list[TriedRow] = []
        if arguments.sample:
            price = desk.trial_price(job.id, arguments.sample, _SEED, _progress("Counting"))
            _say(f"Trying {arguments.sample} rows costs about {_usd(price.expected)}.")
            if not _confirmed(arguments, "Try them?"):
                return NOT_CONFIRMED
            tried = desk.try_rows(job.id, arguments.sample, _SEED, _progress("Trying"))
        estimate = desk.estimate(job.id, _progress("Estimating"))
        price = estimate.batch if arguments.mode == "batch" else estimate.now
        _say(_priced(estimate, price))
        if not _confirmed(arguments, "Send them?"):
            return NOT_CONFIRMED
        job = desk.send(job.id, arguments.budget, _progress("Sending"), arguments.mode)
        _say(f"Job {job.id} is sent. If this stops, `resume {job.id}` goes on.")
        job = _finish(session, job)
        return _export(session, job, arguments.out, as_json=arguments.json, tried=tried)


def estimate(arguments: argparse.Namespace) -> int:
    """What a job would cost; nothing is sent to be answered, and no job is left behind."""
    with _session(arguments) as (session, mode):
        job = _draft(session, arguments, mode, scratch=True)
        try:
            found = session.desk.estimate(job.id, _progress("Estimating"))
        finally:
            session.desk.remove_job(job.id)
        if arguments.json:
            _print_json(_estimate_json(found))
        else:
            _show(_priced(found, found.batch))
            _show(f"At once instead of as a batch: {_range(found.now)}")
        return DONE


def jobs(arguments: argparse.Namespace) -> int:
    """All jobs and where they stand; works beside an open window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        found = session.desk.jobs()
    if arguments.json:
        _print_json({"jobs": [_job_json(job) for job in found]})
        return DONE
    for job in found:
        _show(f"{job.id:>4}  {job.mode:<8}  {job.state:<8}  {job.rows:>9,} rows  {job.name}")
    if not found:
        _show("There are no jobs yet.")
    return DONE


def resume(arguments: argparse.Namespace) -> int:
    """Go on with one job, or with all that are not done, to the end."""
    with _session(arguments) as (session, _):
        wanted = [
            job
            for job in session.desk.jobs()
            if (job.id == arguments.job if arguments.job else job.state in ("sending", "waiting"))
        ]
        if arguments.job and not wanted:
            raise StoreError(f"There is no job {arguments.job}.")
        if arguments.job and wanted[0].state == "draft":
            raise StoreError(f"Job {arguments.job} is a draft: nothing of it was sent.")
        if arguments.out and len(wanted) != 1:
            raise StoreError(f"--out exports one job, but {len(wanted)} are unfinished. Name one.")
        if arguments.out:
            session.desk.check_export(arguments.out)
            job = _finish(session, wanted[0])
            return _export(session, job, arguments.out, as_json=arguments.json)
        done = _finish_all(session, wanted)
        if arguments.json:
            _print_json({"jobs": [_job_json(job) for job in done]})
        else:
            _show(f"{len(done)} unfinished jobs were brought to their end.")
        return DONE if all(_all_answered(job) for job in done) else ROWS_LEFT


def export(arguments: argparse.Namespace) -> int:
    """Write a job's rows with the answers that are here; works beside an open window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        job = session.desk.job(arguments.job)
        return _export(session, job, arguments.out, as_json=arguments.json)


@contextlib.contextmanager
def _session(arguments: argparse.Namespace) -> Iterator[tuple[Session, Any]]:
    """The session a verb works in, and the mode of a new job.

    A key comes from the keychain, else from ANTHROPIC_API_KEY, which is said. An address on this
    computer without any key is taken for a Practice service.
    """
    home = home_folder()
    address: str = getattr(arguments, "base_url", None) or ""
    practice = getattr(arguments, "practice", False)
    with Session(home, base_url=address or None, practice_seconds=1.0) as session:
        log_to(home)
        if practice:
            yield session, "practice"
            return
        key = environment_key()
        if key is not None:
            _say("Using the API key in ANTHROPIC_API_KEY.")
            session.keys.use_for_session(key)
        elif urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1"):
            session.practice_url = address
            yield session, "practice"
            return
        yield session, "live"


def _draft(
    session: Session, arguments: argparse.Namespace, mode: Any, *, scratch: bool = False
) -> Job:
    recipe = load_recipe(arguments.recipe)
    options = ReadOptions(
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        sheet=arguments.sheet,
        header_row=arguments.header,
    )
    table = session.desk.open_table(arguments.table, options, _progress("Reading"))
    for note in table.remarks:
        _say(note)
    job = session.desk.new_job(arguments.table.name, mode, scratch=scratch)
    return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)


def _finish_all(session: Session, jobs: Sequence[Job]) -> list[Job]:
    """Bring jobs to their end, the oldest first; one that needs the person stops no other."""
    done: list[Job] = []
    first: DeskError | None = None
    for job in reversed(jobs):
        try:
            done.append(_finish(session, job))
        except DeskError as error:
            _say(f"Job {job.id}: {error}")
            first = first or error
    if first is not None:
        raise first
    return done


def _finish(session: Session, job: Job) -> Job:
    """Look again and again until the job is done; what stands in the way is said once each.

    Raises what only the person can mend; the job is safe then.
    """
    said: set[str] = set()
    failures = 0
    waiting = _progress("Waiting for the service,")
    while job.state in ("sending", "waiting"):
        try:
            job = session.desk.advance(job.id, _progress("Fetching"))
        except (Busy, Unreachable) as error:
            failures += 1
            if job.mode == "practice" and failures == _PRACTICE_STARTS:
                raise
            _say(f"{error} Trying again in {_BUSY_PAUSE:.0f} s.")
            time.sleep(_BUSY_PAUSE)
        for note in {part.note for part in job.parts if part.note} - said:
            said.add(note)
            _say(note)
        _wait_for_next_look(job, waiting)
    return job


def _wait_for_next_look(job: Job, waiting: Report) -> None:
    """Wait by the clock, so that a computer that slept looks at once, but never for longer."""
    patience = time.monotonic() + LONGEST_PAUSE.total_seconds()
    while job.next_look is not None and datetime.now(UTC) < job.next_look:
        if time.monotonic() > patience:
            return
        waiting(sum(job.outcomes.values()) - job.outcomes.get("waiting", 0), job.rows)
        time.sleep(_PAUSE)


def _export(
    session: Session,
    job: Job,
    out: Path,
    *,
    as_json: bool,
    tried: list[TriedRow] | None = None,
) -> int:
    written = session.desk.export(job.id, out, _progress("Writing"))
    if as_json:
        _print_json({**_job_json(job), "out": str(written.path), "notes": list(written.notes),
                     "tried": len(tried or ())})  # fmt: skip
    else:
        _show(f"{written.path}: {written.rows:,} rows. {_outcomes(job)}")
        for note in written.notes:
            _show(note)
    return DONE if _all_answered(job) else ROWS_LEFT


def _all_answered(job: Job) -> bool:
    return job.state == "done" and set(job.outcomes) <= {"answered"}


def _outcomes(job: Job) -> str:
    counts = ", ".join(f"{count:,} {name}" for name, count in job.outcomes.items())
    billed = f" Billed {_usd(job.billed)}." if job.billed is not None else ""
    return f"{counts}.{billed}" if counts else billed.strip()


def _confirmed(arguments: argparse.Namespace, question: str) -> bool:
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        _say("Nothing was sent: add --yes to spend without being asked.")
        return False
    _say(f"{question} [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _priced(estimate: Estimate, price: Range) -> str:
    merged = estimate.rows - estimate.requests
    saved = f" ({merged:,} repeated rows are asked once)" if merged else ""
    return (
        f"{estimate.rows:,} rows to {estimate.model}{saved}: {_range(price)} {describe(estimate)}"
    )


def _range(price: Range) -> str:
    return (
        f"about {_usd(price.expected)} ({_usd(price.low)} to {_usd(price.high)}), "
        f"at most {_usd(price.ceiling)}."
    )


def _usd(amount: Decimal) -> str:
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def _job_json(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "name": job.name,
        "mode": job.mode,
        "way": job.way,
        "state": job.state,
        "model": job.recipe.model,
        "rows": job.rows,
        "requests": job.requests,
        "outcomes": dict(job.outcomes),
        "batches": [part.batch_id for part in job.parts if part.batch_id],
        "estimate": _estimate_json(job.estimate) if job.estimate else None,
        "billed_usd": str(job.billed) if job.billed is not None else None,
        "created_at": job.created_at.isoformat(),
        "sent_at": job.sent_at.isoformat() if job.sent_at else None,
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {
        "model": estimate.model,
        "rows": estimate.rows,
        "requests": estimate.requests,
        "already_answered": estimate.already_answered,
        "batch_usd": _range_json(estimate.batch),
        "now_usd": _range_json(estimate.now),
        "input_tokens": estimate.input_tokens,
        "output_tokens": estimate.output_tokens,
        "counted": estimate.counted,
        "tried": estimate.tried,
        "prices": estimate.prices_date,
        "basis": describe(estimate),
    }


def _range_json(price: Range) -> dict[str, str]:
    return {
        "low": str(price.low),
        "expected": str(price.expected),
        "high": str(price.high),
        "ceiling": str(price.ceiling),
    }


class _progress:  # noqa: N801 - called like the function it stands for
    """A Report that rewrites one line of a terminal; elsewhere it adds one every few seconds."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._terminal = sys.stderr.isatty()
        # The first words come late where they stay: most work is over by then.
        self._shown = 0.0 if self._terminal else time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._shown < (_PAUSE if self._terminal else _LINE_EVERY):
            return
        self._shown = now
        of = f" of {total:,}" if total else ""
        if self._terminal:
            _say(f"\r{self._doing} {done:,}{of} ", end="")
        else:
            _say(f"{self._doing} {done:,}{of}")


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201 - progress of a command


def _show(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the result of a command


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(value) + os.linesep.encode())
    sys.stdout.flush()
