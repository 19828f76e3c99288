"""Where a verb works, the job it makes, and whether the person agrees to its price."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.choice_words import describe as describe_rows
from claude_batch_desk.core.prompts.mapping import check_mapped, mapped, read_mapping
from claude_batch_desk.core.secrets import environment_key
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session, log_to
from claude_batch_desk.verbs.console import Progress, read_options, row_choice, say, uploading
from claude_batch_desk.verbs.continuing import kept_columns, recipe_of


@contextlib.contextmanager
def open_session(
    arguments: argparse.Namespace, *, shared: bool = False
) -> Iterator[tuple[Session, Any]]:
    """The session a verb works in, beside a window if it is `shared`, and the mode of a new job.

    A key comes from the keychain, else from ANTHROPIC_API_KEY, which is said. An address on this
    computer without any key is taken for a Practice service.
    """
    home = home_folder()
    address: str = getattr(arguments, "base_url", None) or ""
    practice = getattr(arguments, "practice", False)
    with Session(home, base_url=address or None, practice_seconds=1.0, shared=shared) as session:
        log_to(home)
        session.at_service.watch_uploads(uploading())
        if practice:
            yield session, "practice"
            return
        key = environment_key()
        if key is not None:
            say("Using the API key in ANTHROPIC_API_KEY.")
            session.keys.use_for_session(key)
        elif urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1"):
            session.practice_url = address
            yield session, "practice"
            return
        yield session, "live"


def make_draft(
    session: Session, arguments: argparse.Namespace, mode: Any, *, scratch: bool = False
) -> Job:
    """A new job of the table and the recipe that are named; a scratch one does not last."""
    recipe = recipe_of(session, arguments)
    if arguments.documents:
        recipe = replace(recipe, documents=arguments.documents)
    table = session.desk.open_table(arguments.table, read_options(arguments), Progress("Reading"))
    for note in table.remarks:
        say(note)
    selection = row_choice(arguments, table.columns)
    kept = [each for each in kept_columns(session, arguments) if each in table.columns]
    selection = replace(selection, excluded=tuple(dict.fromkeys([*selection.excluded, *kept])))
    if not selection.whole:
        rows = session.desk.choose_rows(table.id, selection, Progress("Choosing rows,")).count
        say(f"{rows:,} of {table.row_count:,} rows run: {describe_rows(selection)}.")
    recipe = mapped(recipe, read_mapping(arguments.map, recipe, table.columns))
    check_mapped(recipe, table.columns)
    job = session.desk.new_job(arguments.table.name, mode, scratch=scratch)
    return session.desk.save_draft(
        job.id, recipe=recipe, table_id=table.id, selection=selection, need=arguments.need
    )


@contextlib.contextmanager
def offered_or_gone(session: Session, job: Job) -> Iterator[None]:
    """Remove the job again where no price can be said for it."""
    try:
        yield
    except DeskError:
        session.desk.remove_job(job.id)
        raise


def confirmed(arguments: argparse.Namespace, question: str) -> bool:
    """Whether the person agrees to spend; without a terminal only --yes does."""
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        say("Nothing was sent: add --yes to spend without being asked.")
        return False
    say(f"{question} [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
