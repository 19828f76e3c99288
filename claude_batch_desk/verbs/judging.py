"""The verbs that tell how many answers are right, and which model or prompt to take."""

import argparse
import contextlib
from dataclasses import asdict
from typing import Any

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.arms import variant
from claude_batch_desk.core.jobs.quality.comparing import ContestOffer
from claude_batch_desk.core.jobs.quality.contest_telling import tell_contest
from claude_batch_desk.core.jobs.quality.contests import Amount, ArmResult, ContestResult
from claude_batch_desk.core.jobs.quality.telling import tell
from claude_batch_desk.core.jobs.store.arm_store import Arm
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.quality.agreeing import Column, Standing
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import (
    DONE,
    NOT_CONFIRMED,
    Progress,
    accuracy_json,
    print_json,
    say,
    show,
    usd,
)
from claude_batch_desk.verbs.drafting import confirmed, make_draft, offered_or_gone, open_session


def accuracy(arguments: argparse.Namespace) -> int:
    """Compare a job's answers, or its tried rows, with what is right; works beside a window.

    Columns that are named are kept with the job, as if they had been chosen in the window.
    """
    report = Progress("Comparing")
    with contextlib.closing(Session(home_folder(), shared=True)) as session:
        quality = session.quality
        if arguments.gold:
            quality.name_gold(arguments.job, arguments.gold, report)
        found = quality.accuracy(arguments.job, report, tolerance=arguments.tolerance / 100)
    if arguments.json:
        print_json({"job": arguments.job, **accuracy_json(found)})
    else:
        for line in tell(found):
            show(line)
    return DONE


def compare(arguments: argparse.Namespace) -> int:
    """Have the same rows answered by several models or recipes, and tell how they compare.

    The job that is made for it stays, with the answers, which are paid.
    """
    with open_session(arguments) as (session, mode):
        job = make_draft(session, arguments, mode)
        with offered_or_gone(session, job):
            offer = _offer(session, job, arguments)
        price, rows = offer.total, len(offer.contest.rows)
        say(
            f"Comparing on {rows:,} rows costs about {usd(price.expected)} at the full price, "
            f"at most {usd(price.ceiling)}."
        )
        if not confirmed(arguments, "Compare?"):
            session.desk.remove_job(job.id)
            return NOT_CONFIRMED
        found = session.comparing.run(job.id, offer.contest, Progress("Asking"))
    if arguments.json:
        print_json({"job": job.id, **_contest_json(found)})
    else:
        for line in tell_contest(found):
            show(line)
        show(
            f"Job {job.id} keeps these answers: as far as they are of what it sends, they are paid."
        )
    return DONE


def _offer(session: Session, job: Job, arguments: argparse.Namespace) -> ContestOffer:
    """What is to be compared, and its price; nothing was sent if this raises."""
    report = Progress("Counting")
    if arguments.gold:
        session.quality.name_gold(job.id, arguments.gold, report)
    rows = session.comparing.rows(job.id, arguments.sample, report)
    arms = _arms(session, job, arguments)
    return session.comparing.offer(job.id, arms, rows, report, again=arguments.again)


def _arms(session: Session, job: Job, arguments: argparse.Namespace) -> list[Arm]:
    """The job's recipe, then each that is named; raises RecipeError."""
    offered = {each.id: each for each in session.desk.models(job.mode, Progress("Looking"))}
    arms = [Arm(job.recipe)]
    for text in arguments.model:
        name, _, effort = text.partition(":")
        if name not in offered:
            newest = ", ".join(each.id for each in offered.values() if each.lifecycle == "active")
            raise RecipeError(
                f"The service does not offer {name} (any more). Nothing was sent. "
                f"It offers {newest}."
            )
        if effort and effort not in offered[name].efforts:
            known = ", ".join(offered[name].efforts) or "none"
            raise RecipeError(f"{name} has no effort “{effort}”. Nothing was sent. It has {known}.")
        thinking = job.recipe.thinking
        arms.append(Arm(variant(job.recipe, offered[name], effort, thinking=thinking)))
    return [*arms, *(Arm(load_recipe(path)) for path in arguments.other)]


def _contest_json(found: ContestResult) -> dict[str, Any]:
    return {
        "rows": len(found.contest.rows),
        "requests": found.requests,
        "arms": [_arm_json(each) for each in found.arms],
        "columns": [_column_json(each) for each in found.columns],
        "asked_again": [asdict(each) for each in found.noise] or None,
        "leaks": list(found.leaks),
    }


def _arm_json(result: ArmResult) -> dict[str, Any]:
    return {
        "model": result.model.id,
        "effort": result.arm.recipe.effort or None,
        "thinking": result.arm.recipe.thinking,
        "usable": result.usable.hits,
        "answered": result.usable.rows,
        "per_1000_rows_usd": _amount_json(result.per_thousand),
        "saving_usd": _amount_json(result.saving),
        "input_tokens": result.input_tokens,
        "output_tokens": result.output_tokens,
        "paid_usd": str(result.paid),
    }


def _amount_json(amount: Amount | None) -> dict[str, str] | None:
    return {name: str(usd) for name, usd in asdict(amount).items()} if amount else None


def _column_json(column: Column) -> dict[str, Any]:
    return {
        "name": column.field.name,
        "differ": [row + 1 for row in column.differ],
        "arms": [_standing_json(each) for each in column.standings],
    }


def _standing_json(standing: Standing) -> dict[str, Any]:
    paired = standing.paired
    return {
        "same_as_first": standing.agreement.hits,
        "both_answered": standing.agreement.rows,
        "right": asdict(standing.accuracy) if standing.accuracy else None,
        "only_first_right": paired and paired.first_only,
        "only_this_right": paired and paired.second_only,
        "p": paired and paired.chance,
        "gain_range": paired and list(paired.gain_range),
        "unjudged": [row + 1 for row in standing.unjudged],
    }
