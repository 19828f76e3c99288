"""Next month's file on the command line: which job is gone on from, and what that leaves to ask."""

import argparse
from collections.abc import Iterator
from typing import Any

from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.jobs.increment.telling import counts_words, gone_words, key_words
from claude_batch_desk.core.jobs.increment.verbs import Increment
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.recipe import Recipe, load_recipe
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import Progress, say

LAST = "last"
"""In place of the number of a job: the newest that asked the same."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """How to name the earlier job, and the column that tells rows apart."""
    parser.add_argument(
        "--since",
        type=_job,
        metavar="JOB",
        help='take over the answers of this finished job, and ask the rest; "last" finds it',
    )
    parser.add_argument(
        "--row-key",
        metavar="COLUMN",
        help='tells new rows from changed ones; "" goes by their order (default: found)',
    )


def _job(text: str) -> int | str:
    if text == LAST or text.isdecimal():
        return text if text == LAST else int(text)
    raise argparse.ArgumentTypeError(f'{text!r} is neither the number of a job nor "{LAST}"')


def recipe_of(session: Session, arguments: argparse.Namespace) -> Recipe:
    """The recipe that is named, or else that of the earlier job."""
    if arguments.recipe is not None:
        return load_recipe(arguments.recipe)
    since = getattr(arguments, "since", None)
    if isinstance(since, int):
        return session.desk.job(since).recipe
    raise RecipeError(
        "There is no recipe. Name one with --recipe, or with --since the number of a finished job "
        "whose recipe is used again."
    )


def kept_columns(session: Session, arguments: argparse.Namespace) -> tuple[str, ...]:
    """Columns that were never to be sent with the earlier job, and are not now."""
    since = getattr(arguments, "since", None)
    return session.desk.job(since).selection.excluded if isinstance(since, int) else ()


def follow(session: Session, job: Job, arguments: argparse.Namespace) -> Increment | None:
    """Let a new draft take over answers as the person wants, and say what is left to ask."""
    since = getattr(arguments, "since", None)
    if since is None:
        return None
    if since == LAST:
        found = session.increments.proposed(job.id, Progress("Looking for an earlier job,"))
        if found is None:
            say("No finished job has asked the same, so every row is asked.")
            return None
        since = found.id
    report = Progress("Comparing with the earlier job,")
    session.increments.follow(job.id, since, report, key=arguments.row_key)
    increment = session.increments.look(job.id, report)
    if increment is None:
        raise StoreError("The earlier job is gone. Nothing was sent.")
    for line in lines(increment):
        say(line)
    return increment


def lines(increment: Increment) -> Iterator[str]:
    """What there is to say before anything is sent."""
    since, counted = increment.since, increment.counted
    yield f"Since job {since.job}, “{since.name}”: {counts_words(counted)}."
    if increment.problem:
        yield increment.problem
    if counted.new or counted.changed or counted.gone:
        yield " ".join(filter(None, (key_words(increment.key), gone_words(counted))))


def increment_json(increment: Increment | None) -> dict[str, Any] | None:
    """The same as it is told to programs."""
    if increment is None:
        return None
    since, counted = increment.since, increment.counted
    return {
        "job": since.job,
        "name": since.name,
        "row_key": increment.key or None,
        "row_keys": list(increment.keys),
        "new": counted.new,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "not_answered_before": counted.unanswered,
        "gone": counted.gone,
        "problem": increment.problem,
    }
