"""All jobs and where they stand, or one of them with what it has at the service."""

import argparse
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from claude_batch_desk.core.jobs.at_service.canceled import cancel_words
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.listing import JOB_ORDERS, grouped, ordered
from claude_batch_desk.core.jobs.timing.alerts import alerts
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import DONE, job_json, print_json, show
from claude_batch_desk.verbs.needing import group_line

_STATES = {
    "planned": "not sent yet",
    "sending": "being checked",
    "sent": "at the service",
    "ended": "answers being fetched",
    "collected": "all answers here",
    "refused": "not sent",
    "lost": "answers gone",
}


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb as it is told on the command line."""
    jobs = verbs.add_parser("jobs", help="all jobs and where they stand, or one of them")
    jobs.add_argument("job", type=int, nargs="?", metavar="JOB", help="with each of its parts")
    jobs.add_argument("--by", choices=JOB_ORDERS, default="newest", help="their order")
    jobs.add_argument("--json", action="store_true", help="one JSON object on stdout")
    jobs.set_defaults(run=_jobs)


def _jobs(arguments: argparse.Namespace) -> int:
    """Works beside an open window."""
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        if arguments.job is not None:
            return _one(session, arguments.job, as_json=arguments.json)
        found = ordered(session.desk.jobs(), arguments.by)
    if arguments.json:
        print_json({"jobs": [_json(job) for job in found]})
        return DONE
    headings = {group.jobs[0].id: group for group in grouped(found)}
    for job in found:
        if arguments.by == "need" and job.id in headings:
            show(group_line(headings[job.id]))
        again = f"  ({job.running_again:,} being run again)" if job.running_again else ""
        line = f"{job.id:>4}  {job.mode:<8}  {job.state:<8}  {job.rows:>9,} rows  {job.name}"
        show(f"{line}{again}")
        for each in alerts(job, datetime.now(UTC)):
            show(f"      {each.text}")
    if not found:
        show("There are no jobs yet.")
    return DONE


def _one(session: Session, number: int, *, as_json: bool) -> int:
    job = session.desk.job(number)
    usual = ""
    if job.mode == "live" and job.state in ("sending", "waiting"):
        usual = session.timing.usual(job.id, silent)
    delivery = session.deliveries.of(number)
    if as_json:
        file = _file_json(delivery) if delivery else None
        print_json({**_json(job), "usual": usual or None, "file": file})
        return DONE
    for line in _lines(job, usual):
        show(line)
    for run in session.again.runs(number):
        show(f"Run again: {run.rows:,} rows, {run.state}.")
    if delivery:
        show(_file_words(delivery))
    return DONE


def _lines(job: Job, usual: str) -> Iterator[str]:
    yield f"Job {job.id}: {job.name} ({job.mode}, {job.state}), {job.rows:,} rows."
    looks = [f"{what} {_clock(at)}" for what, at in (
        ("sent", job.sent_at), ("last look", job.looked_at), ("next look", job.next_look),
        ("ended", job.ended_at), ("exported", job.exported_at)) if at]  # fmt: skip
    if looks:
        words = ", ".join(looks)
        yield f"{words[0].upper()}{words[1:]}."
    if usual:
        yield usual
    for part in job.parts:
        if part.requests:
            yield _part(part)
        if part.note:
            yield f"        {part.note}"
    for each in alerts(job, datetime.now(UTC)):
        yield each.text
    if words := cancel_words(job):
        yield words


def _file_words(delivery: Delivery) -> str:
    """What is written by itself, and what came of it."""
    if delivery.written_at is not None:
        return f"{delivery.path} was written by itself {_clock(delivery.written_at)}."
    told = f"{delivery.path} is written when the job has ended."
    return f"{told} {delivery.note}".strip()


def _file_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "path": str(delivery.path),
        "written_at": _iso(delivery.written_at),
        "problem": delivery.note or None,
    }


def _part(part: Part) -> str:
    known = [_STATES[part.state], f"{part.requests:,} requests"]
    if part.created_at:
        known.append(f"since {_clock(part.created_at)}")
    if part.ended_at:
        known.append(f"ended {_clock(part.ended_at)}")
    elif part.expires_at:
        known.append(f"ends by {_clock(part.expires_at)}")
    if part.deleted_at:
        known.append("deleted at the service")
    return f"  Part {part.number}: {', '.join(known)}"


def _json(job: Job) -> dict[str, Any]:
    times = {"looked_at": job.looked_at, "next_look": job.next_look, "exported_at": job.exported_at}
    return {
        **job_json(job),
        **{name: _iso(at) for name, at in times.items()},
        "parts": [_part_json(part) for part in job.parts],
        "alerts": [
            {"kind": each.kind, "tone": each.tone, "text": each.text}
            for each in alerts(job, datetime.now(UTC))
        ],
        "canceled": cancel_words(job) or None,
    }


def _part_json(part: Part) -> dict[str, Any]:
    times = {
        "created_at": part.created_at,
        "expires_at": part.expires_at,
        "ended_at": part.ended_at,
        "deleted_at": part.deleted_at,
    }
    return {
        "part": part.number,
        "state": part.state,
        "requests": part.requests,
        "bytes": part.size,
        "batch": part.batch_id or None,
        **{name: _iso(at) for name, at in times.items()},
        "note": part.note or None,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _clock(at: datetime) -> str:
    """On the person's clock."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
