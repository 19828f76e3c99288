"""The verb for those who cannot wait for a batch any longer: its rest is asked at once."""

import argparse

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.session import Session
from claude_batch_desk.verbs.budgeting import budget_lines, named_amount
from claude_batch_desk.verbs.console import (
    DONE,
    NOT_CONFIRMED,
    ROWS_LEFT,
    Progress,
    job_json,
    price_words,
    print_json,
    say,
    show,
    usd_of,
)
from claude_batch_desk.verbs.delivering import deliver_due
from claude_batch_desk.verbs.drafting import confirmed, open_session
from claude_batch_desk.verbs.looking import finish_with_runs


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `at-once` to the command line."""
    hurry = verbs.add_parser("at-once", help="cancel a waiting batch, and ask the rest at once")
    hurry.add_argument("job", type=int, metavar="JOB")
    hurry.add_argument("--budget", type=usd_of, metavar="USD", help="refuse if it may cost more")
    hurry.add_argument("--yes", action="store_true", help="do not ask before spending")
    hurry.add_argument("--base-url", metavar="URL", help="where the service is")
    hurry.add_argument("--json", action="store_true", help="one JSON object on stdout")
    hurry.set_defaults(run=_hurry)


def _hurry(arguments: argparse.Namespace) -> int:
    with open_session(arguments) as (session, _):
        job = session.desk.job(arguments.job)
        estimate = session.rest.estimate(job.id, Progress("Estimating"))
        say(
            f"{estimate.rows:,} rows have no answer yet. At once: {price_words(estimate.now)} What "
            "the batch answers until it is canceled is billed as agreed, and not asked again."
        )
        for line in budget_lines(session, job):
            say(line)
        if not confirmed(arguments, "Cancel the batch and ask the rest at once?"):
            return NOT_CONFIRMED
        most = named_amount(session, job, estimate.now, arguments)
        job = session.rest.move(job.id, most, Progress("Canceling"))
        say(f"The batch is being canceled. If this stops, `resume {job.id}` goes on.")
        [job] = finish_with_runs(session, [job])
        deliver_due(session)
        return _tell(session, job, as_json=arguments.json)


def _tell(session: Session, job: Job, *, as_json: bool) -> int:
    agreed = session.rest.of(job.id)
    if as_json:
        runs = [job_json(run) for run in session.again.runs(job.id)]
        print_json({**job_json(job), "runs": runs, "note": agreed.note if agreed else ""})
    else:
        if agreed and agreed.note:
            show(agreed.note)
        counts = ", ".join(f"{count:,} {name}" for name, count in job.outcomes.items())
        show(f"The whole job: {counts}.")
    return DONE if set(job.outcomes) <= {"answered"} else ROWS_LEFT
