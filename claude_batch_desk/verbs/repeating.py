"""The verb about rows that came to nothing: why, what helps, and running them again."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.again.causes import CAUSES, Cause
from claude_batch_desk.core.jobs.again.verbs import Group, Wanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.choice_words import parse_rows
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.prompts.recipe import Recipe, load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.budgeting import budget_lines, named_amount
from claude_batch_desk.verbs.console import (
    DONE,
    NOT_CONFIRMED,
    ROWS_LEFT,
    Progress,
    estimate_json,
    job_json,
    price_words,
    print_json,
    say,
    show,
    usd_of,
)
from claude_batch_desk.verbs.delivering import deliver_due
from claude_batch_desk.verbs.drafting import confirmed, open_session
from claude_batch_desk.verbs.looking import finish

_NAMES: dict[Cause, str] = {
    "as_it_is": "trouble of the service",
    "expired": "expired",
    "canceled": "canceled",
    "missing": "missing",
    "credit": "out of credit",
    "cut_off": "cut off",
    "too_long": "too long",
    "outside": "outside the list",
    "refused": "declined",
    "change": "cannot be asked as they are",
}
_MOST_NAMED = 10_000
_MOST_TOKENS = 300_000


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `again` to the command line."""
    again = verbs.add_parser("again", help="rows without a usable answer; run them again")
    again.add_argument("job", type=int, metavar="JOB")
    again.add_argument(
        "--cause",
        action="append",
        default=[],
        choices=[_written(cause) for cause in CAUSES],
        help="run the rows of this cause; may be repeated",
    )
    again.add_argument("--rows", default="", metavar="ROWS", help='run these: "3, 17, 40-45"')
    again.add_argument("--recipe", type=Path, metavar="R", help="with this recipe")
    again.add_argument("--model", metavar="MODEL", help="with another model")
    again.add_argument("--max-tokens", type=_tokens, metavar="N", help="an answer may take")
    again.add_argument("--mode", choices=("batch", "now"), default="batch")
    again.add_argument("--budget", type=usd_of, metavar="USD", help="refuse if it may cost more")
    again.add_argument("--yes", action="store_true", help="do not ask before spending")
    again.add_argument("--out", type=Path, metavar="OUT", help="then export the job")
    again.add_argument("--base-url", metavar="URL", help="where the service is")
    again.add_argument("--json", action="store_true", help="one JSON object on stdout")
    again.set_defaults(run=_again)


def _written(cause: Cause) -> str:
    """A cause as a person writes it."""
    return cause.replace("_", "-")


def _tokens(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= _MOST_TOKENS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of tokens")
    return int(text)


def _again(arguments: argparse.Namespace) -> int:
    with open_session(arguments) as (session, _):
        if arguments.cause or arguments.rows:
            return _run(session, arguments)
        groups = session.again.causes(arguments.job, Progress("Reading"))
        prices = {group.cause: _price(session, arguments, group) for group in groups}
    if arguments.json:
        told = [_group_json(group, prices[group.cause]) for group in groups]
        print_json({"job": arguments.job, "groups": told})
        return DONE
    for group in groups:
        _tell(group, prices[group.cause])
    if not groups:
        show("Every row has a usable answer, so there is nothing to run again.")
    return DONE


def _price(session: Session, arguments: argparse.Namespace, group: Group) -> Estimate | None:
    """What it will cost to run a group again; None where a person has to change something first."""
    if group.recipe is None or not group.rest:
        return None
    wanted = Wanted((group.cause,))
    return session.again.estimate(arguments.job, wanted, Progress("Estimating"))


def _tell(group: Group, price: Estimate | None) -> None:
    rows = "1 row" if group.rows == 1 else f"{group.rows:,} rows"
    running = f", {group.running:,} of them being run again" if group.running else ""
    show(f"{rows}, {_NAMES[group.cause]}{running}. {group.advice}")
    if price is not None:
        words = price_words(price.batch)
        show(f"  --cause {_written(group.cause)}: {words} At once: {price_words(price.now)}")


def _run(session: Session, arguments: argparse.Namespace) -> int:
    if arguments.out:
        session.desk.check_export(arguments.out)
    wanted = _wanted(session, arguments)
    first = session.desk.job(arguments.job)
    estimate = session.again.estimate(first.id, wanted, Progress("Estimating"))
    price = estimate.price(wanted.way)
    for concern in estimate.concerns:
        say(concern.text)
    say(f"{estimate.rows:,} rows to {estimate.model}: {price_words(price)}")
    for line in budget_lines(session, first):
        say(line)
    if not confirmed(arguments, "Run them again?"):
        return NOT_CONFIRMED
    most = named_amount(session, first, price, arguments)
    run = session.again.start(first.id, wanted, most, Progress("Sending"))
    say(f"They are sent. If this stops, `resume {first.id}` goes on.")
    run = finish(session, run)
    deliver_due(session)
    return _deliver(session, session.desk.job(run.again_of or first.id), run, arguments)


def _deliver(session: Session, first: Job, run: Job, arguments: argparse.Namespace) -> int:
    """Tell what came of it, and write the answers where that is wanted."""
    written = None
    if arguments.out:
        written = session.desk.export(first.id, arguments.out, Progress("Writing"))
    if arguments.json:
        out = {"out": str(written.path), "notes": list(written.notes)} if written else {}
        print_json({**job_json(first), "again": job_json(run), **out})
    else:
        show(f"Of {run.rows:,} rows: {_outcomes(run)}. The whole job: {_outcomes(first)}.")
        for line in (f"{written.path}: {written.rows:,} rows", *written.notes) if written else ():
            show(line)
    return DONE if set(first.outcomes) <= {"answered"} else ROWS_LEFT


def _outcomes(job: Job) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in job.outcomes.items())


def _wanted(session: Session, arguments: argparse.Namespace) -> Wanted:
    causes = tuple(cause for cause in CAUSES if _written(cause) in arguments.cause)
    rows = parse_rows(arguments.rows, _MOST_NAMED) if arguments.rows else ()
    changes: dict[str, Any] = {}
    if arguments.model:
        changes["model"] = arguments.model
    if arguments.max_tokens:
        changes["max_tokens"] = arguments.max_tokens
    recipe = load_recipe(arguments.recipe) if arguments.recipe else None
    if changes:
        recipe = replace(recipe or _proposed(session, arguments.job, causes), **changes)
    return Wanted(causes, rows, recipe, arguments.mode)


def _proposed(session: Session, job_id: int, causes: Sequence[Cause]) -> Recipe:
    """The recipe that the person's changes are made to."""
    job = session.desk.job(job_id)
    recipes = [
        group.recipe or job.recipe
        for group in session.again.causes(job_id, silent)
        if group.cause in causes
    ]
    if any(each != recipes[0] for each in recipes):
        raise RecipeError(
            "These rows need different changes. Run them one cause after the other. Nothing was "
            "sent."
        )
    return recipes[0] if recipes else job.recipe


def _group_json(group: Group, price: Estimate | None) -> dict[str, Any]:
    return {
        "cause": _written(group.cause),
        "rows": group.rows,
        "requests": group.requests,
        "running": group.running,
        "reason": group.reason,
        "advice": group.advice,
        "needs_a_change": group.recipe is None,
        "model": group.recipe.model if group.recipe else None,
        "max_tokens": group.recipe.max_tokens or None if group.recipe else None,
        "estimate": estimate_json(price) if price else None,
    }
