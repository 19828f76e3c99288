"""What the verbs of the command line do. Progress goes to stderr, results to stdout."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.delivering.verbs import check
from claude_batch_desk.core.jobs.increment.verbs import Increment
from claude_batch_desk.core.jobs.job import Job, Mode, TriedRow
from claude_batch_desk.core.jobs.quality.telling import tell
from claude_batch_desk.core.jobs.rows.choice_words import describe as describe_rows
from claude_batch_desk.core.pricing.estimate import DocumentPrices, Estimate, Range
from claude_batch_desk.core.pricing.estimator import describe
from claude_batch_desk.session import Session
from claude_batch_desk.verbs import delivering
from claude_batch_desk.verbs.budgeting import budget_lines, named_amount
from claude_batch_desk.verbs.console import (
    DONE,
    FAILED,
    NOT_CONFIRMED,
    ROWS_LEFT,
    Progress,
    accuracy_json,
    cache_use,
    estimate_json,
    job_json,
    price_words,
    print_json,
    say,
    show,
)
from claude_batch_desk.verbs.continuing import follow, increment_json
from claude_batch_desk.verbs.drafting import confirmed, make_draft, open_session
from claude_batch_desk.verbs.exporting import all_answered, write_answers
from claude_batch_desk.verbs.looking import finish, finish_with_runs, is_open, wake
from claude_batch_desk.verbs.needing import advice_json, advice_lines, advice_on
from claude_batch_desk.verbs.trying import offered


@dataclass(frozen=True)
class Sent:
    """A job that is on its way, and how many of its rows were tried first."""

    job: Job
    tried: int = 0
    since: Increment | None = None
    """What it has taken over from an earlier job."""


def run(arguments: argparse.Namespace) -> int:
    """A whole job: load, try if asked, estimate, send, wait, export."""
    with open_session(arguments) as (session, mode):
        sent = send(session, mode, arguments)
        if sent is None:
            return NOT_CONFIRMED
        done = replace(sent, job=finish(session, sent.job))
        return deliver(session, done, arguments)


def send(
    session: Session,
    mode: Mode,
    arguments: argparse.Namespace,
    post: Callable[[Job, Decimal | None], Job] | None = None,
) -> Sent | None:
    """All of `run` until the job is sent; None where nobody agreed to its price.

    `post` sends the draft, for the most that was named for it (USD), if not the desk is to.
    """
    desk = session.desk
    check(delivering.wanted(arguments), None)
    cache = cache_use(arguments)
    # What was paid for stays, whatever comes of it.
    tries = bool(arguments.sample or arguments.sample_rows)
    job = make_draft(session, arguments, mode, scratch=not tries)
    if arguments.gold:
        session.quality.name_gold(job.id, arguments.gold, Progress("Reading"))
    file = delivering.wanted(arguments, job.id)
    delivering.foresee(session, file)
    increment = follow(session, job, arguments)
    tried: list[TriedRow] = []
    if offer := offered(session, job, arguments):
        if not confirmed(arguments, "Try them?"):
            return None
        tried = session.trials.try_rows(job.id, offer.picks, Progress("Trying"))
        _measure(session, job, arguments)
    estimate = desk.estimate(job.id, Progress("Estimating"))
    price = estimate.price(arguments.mode, cache)
    _warn(estimate)
    say(_priced(estimate, price))
    for line in budget_lines(session, job):
        say(line)
    for line in advice_lines(advice_on(session, arguments.need, estimate)):
        say(line)
    if not confirmed(arguments, "Send them?"):
        return None
    most = named_amount(session, job, price, arguments)
    delivering.plan(session, file)
    if post is not None:
        job = post(job, most)
    else:
        job = desk.send(job.id, most, Progress("Sending"), arguments.mode, cache)
    say(f"Job {job.id} is sent. If this stops, `resume {job.id}` goes on.")
    return Sent(job, len(tried), increment)


def deliver(session: Session, done: Sent, arguments: argparse.Namespace) -> int:
    """The end of `run`: the answers measured where that was asked for, and written."""
    more = {
        "tried": done.tried,
        "accuracy": _measure(session, done.job, arguments),
        "since": increment_json(done.since),
    }
    planned = session.deliveries.of(done.job.id)
    if planned is None or not planned.path.exists():  # it was taken back, or away, meanwhile
        delivering.plan(session, delivering.wanted(arguments, done.job.id))
    return write_answers(session, done.job, as_json=arguments.json, more=more)


def _measure(session: Session, job: Job, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Say how many answers are right, where the person has said what is; the same as JSON."""
    if not arguments.gold:
        return None
    measured = session.quality.accuracy(
        job.id, Progress("Comparing"), tolerance=arguments.tolerance / 100
    )
    for line in tell(measured):
        say(line)
    return accuracy_json(measured)


def estimate(arguments: argparse.Namespace) -> int:
    """What a job would cost; nothing is sent to be answered, and no job is left behind."""
    with open_session(arguments) as (session, mode):
        job = make_draft(session, arguments, mode, scratch=True)
        try:
            increment = follow(session, job, arguments)
            found, both = _estimates(session, job)
        finally:
            session.desk.remove_job(job.id)
        _warn(found)
        advice = advice_on(session, arguments.need, found)
        if arguments.json:
            chosen = describe_rows(job.selection)
            documents = both and {
                "file": estimate_json(both.file),
                "text": estimate_json(both.text),
            }
            more = {"rows_chosen": chosen, "documents": documents, "time": advice_json(advice)}
            since = {"since": increment_json(increment)}
            print_json({**estimate_json(found), **more, **since})
            return DONE
        _show_ways(found, both)
        for line in advice_lines(advice):
            show(line)
        return DONE


def _show_ways(found: Estimate, both: DocumentPrices | None) -> None:
    """What a job would cost each way, and what that rests on."""
    show(_priced(found, found.batch))
    if not found.requests:
        return
    show(f"For 1,000 rows: {price_words(found.for_rows(found.batch, 1_000))}")
    show(f"At once instead of as a batch: {price_words(found.now)}")
    if found.cached and found.primed:
        show(f"As a batch with cached instructions: {price_words(found.cached)}")
        show(f"The same, one request first: {price_words(found.primed)}")
    if found.caching:
        show(found.caching.why)
    if found.narrowing:
        show(str(found.narrowing))
    if both is not None:
        show(f"As a batch, with documents as files: {price_words(both.file.batch)}")
        show(f"As a batch, with their text: {price_words(both.text.batch)}")


def _warn(estimate: Estimate) -> None:
    for each in estimate.concerns:
        say(each.text)
    if estimate.checked:
        say(estimate.checked)


def _estimates(session: Session, job: Job) -> tuple[Estimate, DocumentPrices | None]:
    """What the job will cost, and where its rows have documents, that by how they are sent."""
    report = Progress("Estimating")
    if job.table_id is None or session.desk.table(job.table_id).documents is None:
        return session.desk.estimate(job.id, report), None
    both = session.desk.estimate_documents(job.id, report)
    return (both.file if job.recipe.documents == "file" else both.text), both


def resume(arguments: argparse.Namespace) -> int:
    """Go on with one job, or with all that are not done, to the end."""
    delivering.check_named(arguments)
    with open_session(arguments) as (session, _):
        meant = _meant(session, arguments.job, one=arguments.out is not None)
        wanted = wake(session, meant, named=arguments.job is not None)
        if arguments.out:
            check(delivering.wanted(arguments), None)
            file = delivering.wanted(arguments, wanted[0].id)
            delivering.foresee(session, file)
            delivering.plan(session, file)
            [job] = finish_with_runs(session, wanted[:1])
            return write_answers(session, job, as_json=arguments.json)
        done = finish_with_runs(session, wanted)
        written = delivering.deliver_due(session)
        if arguments.json:
            files = [str(path) for path in written or ()]
            print_json({"jobs": [job_json(job) for job in done], "files": files})
        else:
            show(f"{len(done)} jobs were brought to their end.")
        if written is None:
            return FAILED
        return DONE if all(all_answered(job) for job in done) else ROWS_LEFT


def _meant(session: Session, number: int | None, *, one: bool) -> list[Job]:
    """The job of this number, or all that are not done.

    Where `one` is wanted and none is unfinished, it is the newest that was sent: the one that was
    stopped had come to its end just before.
    """
    if number is not None:
        job = session.desk.job(number)
        if job.state == "draft":
            raise StoreError(f"Job {number} is a draft: nothing of it was sent.")
        return [job]
    sent = [job for job in session.desk.jobs() if job.state != "draft"]
    open_ones = [job for job in session.desk.jobs(runs_again=True) if is_open(job)]
    wanted = {job.again_of or job.id for job in open_ones}
    unfinished = [job for job in sent if job.id in wanted]
    if not one:
        return unfinished
    if not sent:
        raise StoreError("There is no job to go on with: nothing was sent yet.")
    if len(unfinished) > 1:
        raise StoreError(f"--out exports one job, but {len(unfinished)} are unfinished. Name one.")
    return unfinished or sent[:1]


def _priced(estimate: Estimate, price: Range) -> str:
    if estimate.taken_over and not estimate.requests:
        return "Nothing is sent and nothing is paid: every row has its answer from the earlier job."
    merged = estimate.rows - estimate.requests
    are = "row is" if merged == 1 else "rows are"
    saved = f" ({merged:,} repeated {are} asked once)" if merged else ""
    rows = f"{estimate.rows:,} rows to {estimate.model}{saved}"
    return f"{rows}: {price_words(price)} {describe(estimate)}"
