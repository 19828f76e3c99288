"""A job's rows with their answers as a file, or within a copy of the workbook they came from."""

import argparse
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.at_service.canceled import cancel_words
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import SUFFIXES
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs import delivering
from claude_batch_desk.verbs.console import (
    DONE,
    ROWS_LEFT,
    Progress,
    job_json,
    print_json,
    say,
    show,
    usd,
)
from claude_batch_desk.verbs.drafting import open_session


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb as it is told on the command line."""
    export = verbs.add_parser("export", help="write a job's rows with their answers")
    export.add_argument("job", type=int, metavar="JOB")
    where = export.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="OUT", help=", ".join(SUFFIXES))
    where.add_argument(
        "--not-when-done", action="store_true", help="write nothing by itself when the job ends"
    )
    export.add_argument(
        "--when-done", action="store_true", help="not now, but by itself when the job has ended"
    )
    delivering.add_contents(export, rows="--rows")
    export.add_argument(
        "--delete-at-service",
        action="store_true",
        help="then delete the job's batches there; its answers are here and in the file alone",
    )
    export.add_argument("--base-url", metavar="URL", help="where the service is")
    export.add_argument("--json", action="store_true", help="one JSON object on stdout")
    export.set_defaults(run=_export)


def write_answers(
    session: Session, job: Job, *, as_json: bool, more: Mapping[str, Any] | None = None
) -> int:
    """Write the file that is wanted of a job that has ended, and tell of it; the exit code."""
    written = delivering.deliver(session, job)
    return _tell(session, job, written, as_json=as_json, more=more)


def all_answered(job: Job) -> bool:
    """Whether every row has an answer as it was asked for."""
    return job.state == "done" and set(job.outcomes) <= {"answered"}


def _export(arguments: argparse.Namespace) -> int:
    """Works beside an open window, unless something is to be deleted."""
    with _session(arguments) as session:
        job = session.desk.job(arguments.job)
        if arguments.not_when_done:
            return _write_nothing(session, job, as_json=arguments.json)
        if arguments.when_done:
            return _write_later(session, job, arguments)
        contents = delivering.contents_of(arguments)
        if arguments.original:
            written = _copy(session, job, arguments.out, contents)
        else:
            written = session.desk.export(job.id, arguments.out, Progress("Writing"), contents)
        more: dict[str, Any] = {}
        if arguments.delete_at_service:
            deleted = session.at_service.delete(job.id, Progress("Deleting"))
            more = {"at_service": {"deleted": deleted.batches, "kept": list(deleted.kept)}}
            say(str(deleted))
        return _tell(session, job, written, as_json=arguments.json, more=more)


def _write_nothing(session: Session, job: Job, *, as_json: bool) -> int:
    session.deliveries.take_back(job.id)
    if as_json:
        print_json({"job": job.id, "when_done": None})
    else:
        show(f"Nothing is written by itself when job {job.id} ends.")
    return DONE


def _write_later(session: Session, job: Job, arguments: argparse.Namespace) -> int:
    """Where the job has ended already, at once."""
    delivery = delivering.wanted(arguments, job.id)
    delivering.foresee(session, delivery)
    delivering.plan(session, delivery)
    if job.id in session.deliveries.due():
        return write_answers(session, job, as_json=arguments.json)
    if arguments.json:
        print_json({"job": job.id, "when_done": str(delivery.path.absolute())})
    else:
        show(f"{delivery.path} is written when job {job.id} has ended.")
    return DONE


@contextlib.contextmanager
def _session(arguments: argparse.Namespace) -> Iterator[Session]:
    if arguments.delete_at_service:
        if arguments.export_rows != "all" or arguments.out is None or arguments.when_done:
            raise ExportError(
                "Only a file with all rows that is written now is a reason to delete what the "
                "service has. Nothing was written. Leave out --delete-at-service, or --rows and "
                "--when-done."
            )
        with open_session(arguments) as (session, _):
            yield session
        return
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        yield session


def _copy(session: Session, job: Job, out: Path, contents: Contents) -> Exported:
    """Says what the copy will not have before it is written, and again with the rest."""
    forecast = session.desk.foresee_copy(job.id, out, Progress("Looking"), contents)
    for loss in forecast.losses:
        say(loss)
    written = session.desk.export_copy(job.id, out, Progress("Writing"), contents)
    return replace(written, notes=(*forecast.losses, *written.notes))


def _tell(
    session: Session,
    job: Job,
    written: Exported,
    *,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
) -> int:
    reckoning = session.money.reckoning(job.id, Progress("Reading"))
    if as_json:
        notes = {"out": str(written.path), "notes": list(written.notes)}
        verdict = {"verdict": reckoning.verdict if reckoning else None}
        print_json({**job_json(job), **verdict, **notes, "tried": 0, **(more or {})})
    else:
        show(f"{written.path}: {written.rows:,} rows. {_outcomes(job)}")
        bill = str(reckoning) if reckoning else ""
        for note in filter(None, (*written.notes, cancel_words(job), bill)):
            show(note)
    return DONE if all_answered(job) else ROWS_LEFT


def _outcomes(job: Job) -> str:
    counts = ", ".join(f"{count:,} {name}" for name, count in job.outcomes.items())
    billed = f" Billed {usd(job.billed)}." if job.billed is not None else ""
    return f"{counts}.{billed}" if counts else billed.strip()
