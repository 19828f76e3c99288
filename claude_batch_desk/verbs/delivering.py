"""What a file with answers is to hold, as it is said on the command line, and files at the end."""

import argparse
from pathlib import Path
from typing import get_args

from claude_batch_desk.core.errors import DeskError, ExportError
from claude_batch_desk.core.jobs.contents import EVERYTHING, Contents, RowsWanted
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import SUFFIXES
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import Progress, say

ROWS = "--export-rows"
"""Where --rows says which rows run."""
VALUED = ("--out", "--columns", "--separator", ROWS)
ALONE = ("--original", "--raw", "--versions", "--about")
"""Options that ask nothing else of the rows."""


def add_options(parser: argparse.ArgumentParser, *, required: bool = False, rows: str = "") -> None:
    """A file to write, and what is to be in it; `rows` is another name for --export-rows."""
    forms = ", ".join(SUFFIXES)
    parser.add_argument("--out", type=Path, required=required, metavar="OUT", help=forms)
    add_contents(parser, rows=rows)


def add_contents(parser: argparse.ArgumentParser, *, rows: str = "") -> None:
    """What is to be in it."""
    parser.add_argument(
        "--original",
        action="store_true",
        help="into a copy of the workbook the rows came from (.xlsx, or .xlsm to keep macros)",
    )
    parser.add_argument(
        *filter(None, (rows, ROWS)),
        dest="export_rows",
        choices=get_args(RowsWanted),
        default="all",
        help="all of the table, those of the job, or of these those answered or still open",
    )
    parser.add_argument("--columns", metavar="A,B", help="only these columns of the table")
    parser.add_argument("--raw", action="store_true", help="with each answer as it came")
    parser.add_argument(
        "--separator", choices=(",", ";"), default=",", help="between the cells of a .csv file"
    )
    parser.add_argument(
        "--versions",
        action="store_true",
        help="with a column for the version of the prompt that answered each row",
    )
    parser.add_argument(
        "--about", action="store_true", help="with a sheet on where they come from, in --original"
    )


def contents_of(arguments: argparse.Namespace) -> Contents:
    """What the person wants in the file."""
    return Contents(
        rows=arguments.export_rows,
        columns=tuple(arguments.columns.split(",")) if arguments.columns else None,
        raw=arguments.raw,
        versions=arguments.versions,
        separator=arguments.separator,
        about=arguments.about,
    )


def wanted(arguments: argparse.Namespace, job_id: int = 0) -> Delivery:
    """The file that is named; number 0 is of a job that is still to be made."""
    return Delivery(
        job_id, arguments.out, original=arguments.original, contents=contents_of(arguments)
    )


def check_named(arguments: argparse.Namespace) -> None:
    """Raise ExportError where it is said what is to be in a file that is not named."""
    if arguments.out is None and (arguments.original or contents_of(arguments) != EVERYTHING):
        raise ExportError(
            "It is said what is to be in a file, but not which one. Nothing was done. Name it with "
            "--out."
        )


def foresee(session: Session, delivery: Delivery) -> None:
    """Say what a copy of the original will not have; raises ExportError where there can be none."""
    for loss in session.deliveries.foresee(delivery, Progress("Looking")).losses:
        say(loss)


def plan(session: Session, delivery: Delivery) -> None:
    """Have it written when the job has ended; what is named in a command is written over."""
    session.deliveries.plan(delivery, silent, over="anything")


def deliver(session: Session, job: Job) -> Exported:
    """Write the file of a job that has ended, if nobody has; raises ExportError."""
    delivery = session.deliveries.deliver(job.id, Progress("Writing"))
    if delivery.written_at is None:
        raise ExportError(
            f"{delivery.path} is not written yet, since rows of job {job.id} are not answered. "
            f"`resume {job.id}` goes on."
        )
    return Exported(delivery.path, delivery.rows, delivery.notes)


def deliver_due(session: Session) -> list[Path] | None:
    """Write the files of all jobs that have ended, and say so; None where one could not be."""
    written: list[Path] = []
    due = session.deliveries.due()
    for job_id in due:
        try:
            done = deliver(session, session.desk.job(job_id))
        except DeskError as error:
            say(f"Job {job_id}: {error}")
            continue
        written.append(done.path)
        say(f"Job {job_id}: {done.path}: {done.rows:,} rows.")
        for note in done.notes:
            say(note)
    return written if len(written) == len(due) else None
