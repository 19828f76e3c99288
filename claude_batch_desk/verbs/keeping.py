"""The verbs that look after the data folder: check, backup, restore and release."""

import argparse
import contextlib
import sys
from dataclasses import asdict
from pathlib import Path

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.database import FILE_NAME
from claude_batch_desk.core.jobs.upkeep.backup import back_up
from claude_batch_desk.core.jobs.upkeep.check import check
from claude_batch_desk.core.jobs.upkeep.restore import restore
from claude_batch_desk.core.jobs.upkeep.swap import finish_swap
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import take_lock
from claude_batch_desk.verbs.console import (
    DONE,
    FAILED,
    NOT_CONFIRMED,
    Progress,
    print_json,
    say,
    show,
)
from claude_batch_desk.verbs.drafting import open_session

FOUND = 5
"""The exit code where a check has found damage."""


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verbs as they are told on the command line."""
    checks = verbs.add_parser("check", help="whether everything in the data folder fits together")
    checks.add_argument("--json", action="store_true", help="one JSON object on stdout")
    checks.set_defaults(run=_check)
    backup = verbs.add_parser("backup", help="write everything into one file, also while jobs run")
    backup.add_argument("--out", type=Path, required=True, metavar="FILE", help="usually .zip")
    backup.add_argument("--json", action="store_true", help="one JSON object on stdout")
    backup.set_defaults(run=_back_up)
    restored = verbs.add_parser("restore", help="put a backup in the place of the data folder")
    restored.add_argument("backup", type=Path, metavar="FILE")
    restored.add_argument("--yes", action="store_true", help="do not ask before")
    restored.add_argument("--json", action="store_true", help="one JSON object on stdout")
    restored.set_defaults(run=_restore)
    release = verbs.add_parser("release", help="let a job out of a backup be sent")
    release.add_argument("job", type=int, metavar="JOB")
    release.add_argument("--base-url", metavar="URL", help="where the service is")
    release.add_argument("--yes", action="store_true", help="do not ask before")
    release.set_defaults(run=_release)


def _check(arguments: argparse.Namespace) -> int:
    """Works beside an open window."""
    found = check(home_folder(), Progress("Checking file"))
    if arguments.json:
        print_json({"sound": found.sound, **asdict(found)})
    else:
        for each in found.findings:
            show(each.text)
        if found.sound:
            show(
                f"Nothing is lost or broken: {found.jobs:,} jobs, {found.answers:,} answers and "
                f"{found.files:,} files were looked at."
            )
    return DONE if found.sound else FOUND


def _back_up(arguments: argparse.Namespace) -> int:
    """Works beside an open window."""
    made = back_up(home_folder(), arguments.out.absolute(), Progress("Saving, bytes"))
    if arguments.json:
        print_json({**asdict(made), "path": str(made.path)})
    else:
        show(f"{made.path}: {made.jobs:,} jobs, {made.files:,} files, {made.size / 1e6:,.1f} MB.")
    if made.missing:
        say(f"Files that the jobs name and that are not there any more: {made.missing:,}.")
    return DONE


def _restore(arguments: argparse.Namespace) -> int:
    home = home_folder()
    with contextlib.closing(_Alone(home)):
        if (home / FILE_NAME).exists() and not _agreed(
            arguments,
            "What is in the data folder now is put aside, and the backup takes its place. Go on?",
        ):
            return NOT_CONFIRMED
        done = restore(home, arguments.backup.absolute(), Progress("Restoring, bytes"))
    if arguments.json:
        aside = str(done.aside) if done.aside else None
        print_json({"jobs": done.jobs, "made_at": done.made_at.isoformat(), "aside": aside})
        return DONE
    show(f"{done.jobs:,} jobs are as they were at {done.made_at:%Y-%m-%d %H:%M} UTC.")
    if done.aside:
        show(f"What was there before is in {done.aside}.")
    show(
        "What is at the service is looked up and fetched. Nothing is sent: a job may have been "
        "sent after the backup. Once you are sure that one was not, `release` it."
    )
    return DONE


class _Alone:
    """The data folder, for this process alone."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = take_lock(home)
        try:
            finish_swap(home)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._lock.release()


def _release(arguments: argparse.Namespace) -> int:
    with open_session(arguments) as (session, _):
        trace = session.upkeep.trace(arguments.job, Progress("Looking at batch"))
        if trace.ours:
            raise StoreError(f"{trace} Make a new job for rows that you want to pay for again.")
        say(str(trace))
        if trace.untold and not arguments.yes:
            say("Nothing was changed. Try again later, or add --yes if you are sure.")
            return FAILED
        question = f"Are you sure that job {arguments.job} was not sent after the backup?"
        if not _agreed(arguments, question):
            return NOT_CONFIRMED
        session.upkeep.release(arguments.job)
    show(f"Job {arguments.job} can be sent. `resume {arguments.job}` goes on with what was begun.")
    return DONE


def _agreed(arguments: argparse.Namespace, question: str) -> bool:
    """Whether the person agrees; without a terminal only --yes does."""
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        say("Nothing was changed: add --yes to go on without being asked.")
        return False
    say(f"{question} [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
