"""The verb that tries some rows, as `run` does before the rest."""

import argparse
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from claude_batch_desk.core.jobs.job import Job, TriedRow
from claude_batch_desk.core.jobs.rows.choice_words import parse_rows
from claude_batch_desk.core.jobs.trials.alarming import alarms_of
from claude_batch_desk.core.jobs.trials.verbs import Offer
from claude_batch_desk.core.prompts.fields import headers_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.alarms import Alarm
from claude_batch_desk.core.quality.sampling import MOST_TRIED, Draw, How
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.console import (
    DONE,
    NOT_CONFIRMED,
    Progress,
    print_json,
    say,
    show,
    usd,
)
from claude_batch_desk.verbs.drafting import confirmed, make_draft, offered_or_gone, open_session

_SEED = 1
_SHOWN = 200
"""Characters of an answer on one line."""


def try_rows(arguments: argparse.Namespace) -> int:
    """Try some rows of a table, show their answers and what is wrong with them; send no more.

    The job stays, since its answers are paid.
    """
    with open_session(arguments) as (session, mode):
        job = make_draft(session, arguments, mode)
        with offered_or_gone(session, job):
            offer = offered(session, job, arguments)
        if offer is None or not confirmed(arguments, "Try them?"):
            session.desk.remove_job(job.id)
            return NOT_CONFIRMED
        tried = session.trials.try_rows(job.id, offer.picks, Progress("Trying"))
        alarms = alarms_of(job.recipe, tried)
    tried.sort(key=lambda each: each.number)
    if arguments.json:
        print_json(_as_json(job, tried, alarms))
        return DONE
    for line in _told(job.recipe, tried, alarms):
        show(line)
    show(f"Job {job.id} keeps these answers: they are not paid again when it is sent.")
    return DONE


def offered(session: Session, job: Job, arguments: argparse.Namespace) -> Offer | None:
    """The rows that are to be tried, their price being said; None where none is asked for."""
    draw = _draw(arguments)
    if draw is None:
        return None
    offer = session.trials.offer(job.id, draw, Progress("Counting"))
    many = "1 row" if len(offer.picks) == 1 else f"{len(offer.picks):,} rows"
    say(f"Trying {many} costs about {usd(offer.price.expected)}.")
    return offer


def _draw(arguments: argparse.Namespace) -> Draw | None:
    """What is asked for; raises SelectionError."""
    if arguments.sample_rows:
        return Draw("chosen", rows=parse_rows(arguments.sample_rows, MOST_TRIED))
    if not arguments.sample:
        return None
    how: How = "spread" if arguments.sample_by else arguments.sample_how
    return Draw(how, arguments.sample, _SEED, arguments.sample_by)


def _told(recipe: Recipe, tried: Sequence[TriedRow], alarms: Sequence[Alarm]) -> Iterator[str]:
    headers = headers_of(recipe.fields) or ["Answer"]
    for each in tried:
        values = zip(headers, each.answer.values, strict=True)
        answer = " · ".join(f"{name}: {_line(value)}" for name, value in values)
        yield f"Row {each.number + 1:,} ({each.answer.outcome}): {answer}"
        if each.answer.reason:
            yield f"  {each.answer.reason}"
    for alarm in alarms:
        yield f"Worth a look: {alarm.text}"
    yield f"Spent: {usd(_spent(tried))}"


def _line(text: str) -> str:
    line = " ".join(text.split()) or "–"
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"


def _spent(tried: Sequence[TriedRow]) -> Decimal:
    return sum((each.cost for each in tried), Decimal(0))


def _as_json(job: Job, tried: Sequence[TriedRow], alarms: Sequence[Alarm]) -> dict[str, Any]:
    headers = headers_of(job.recipe.fields) or ["Answer"]
    return {
        "job": job.id,
        "rows": [
            {
                "row": each.number + 1,
                "outcome": each.answer.outcome,
                "values": dict(zip(headers, each.answer.values, strict=True)),
                "reason": each.answer.reason,
                "cost_usd": str(each.cost),
            }
            for each in tried
        ],
        "alarms": [
            {
                "kind": each.kind,
                "tone": each.tone,
                "text": each.text,
                "rows": [row + 1 for row in each.rows],
            }
            for each in alarms
        ],
        "spent_usd": str(_spent(tried)),
    }
