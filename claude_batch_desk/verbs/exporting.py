"""A job's rows with their answers as a file, or within a copy of the workbook they came from."""

import argparse
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.at_service.canceled import cancel_words
from claude_batch_desk.core.jobs.contents import Contents, RowsWanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import SUFFIXES
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
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
    forms = ", ".join(SUFFIXES)
    export.add_argument("--out", type=Path, required=True, metavar="OUT", help=forms)
    export.add_argument(
        "--original",
        action="store_true",
        help="into a copy of the workbook the rows came from (.xlsx, or .xlsm to keep macros)",
    )
    export.add_argument(
        "--rows",
        choices=get_args(RowsWanted),
        default="all",
        help="all of the table, those of the job, or of these those answered or still open",
    )
    export.add_argument("--columns", metavar="A,B", help="only these columns of the table")
    export.add_argument("--raw", action="store_true", help="with each answer as it came")
    export.add_argument(
        "--separator", choices=(",", ";"), default=",", help="between the cells of a .csv file"
    )
    export.add_argument(
        "--versions",
        action="store_true",
        help="with a column for the version of the prompt that answered each row",
    )
    export.add_argument(
        "--delete-at-service",
        action="store_true",
        help="then delete the job's batches there; its answers are here and in the file alone",
    )
    export.add_argument("--base-url", metavar="URL", help="where the service is")
    export.add_argument(
        "--about", action="store_true", help="with a sheet on where they come from, in --original"
    )
    export.add_argument("--json", action="store_true", help="one JSON object on stdout")
    export.set_defaults(run=_export)


def write_answers(
    session: Session,
    job: Job,
    out: Path,
    *,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Write all rows with the answers that are here, and tell of it; gives the exit code."""
    written = session.desk.export(job.id, out, Progress("Writing"))
    return _tell(session, job, written, as_json=as_json, more=more)


def all_answered(job: Job) -> bool:
    """Whether every row has an answer as it was asked for."""
    return job.state == "done" and set(job.outcomes) <= {"answered"}


def _export(arguments: argparse.Namespace) -> int:
    """Works beside an open window, unless something is to be deleted."""
    with _session(arguments) as session:
        job = session.desk.job(arguments.job)
        contents = Contents(
            rows=arguments.rows,
            columns=tuple(arguments.columns.split(",")) if arguments.columns else None,
            raw=arguments.raw,
            versions=arguments.versions,
            separator=arguments.separator,
            about=arguments.about,
        )
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


@contextlib.contextmanager
def _session(arguments: argparse.Namespace) -> Iterator[Session]:
    if arguments.delete_at_service:
        if arguments.rows != "all":
            raise ExportError(
                "Only a file with all rows is a reason to delete what the service has. Nothing "
                "was written. Leave out --rows or --delete-at-service."
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
