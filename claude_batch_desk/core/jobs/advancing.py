"""One look at everything a job has at the service, and whatever that look makes possible."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from claude_batch_desk.core.errors import Busy, KeyRefused, Refused, Unreachable
from claude_batch_desk.core.jobs.answering import answer_now
from claude_batch_desk.core.jobs.collecting import collect, count_up, keep_missing
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.polling import Patience, next_look
from claude_batch_desk.core.jobs.sending import post, settle
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import body_path

_FORGIVEN = 5
"""So many looks in a row may find a batch unknown before it is believed; the service's own
replies have been wrong right after a batch was made."""
_FORGIVEN_FOR = timedelta(minutes=10)
_MENDING = timedelta(minutes=5)
_BUSY_PAUSE = 5.0
_OVER = ("collected", "refused", "lost")


@dataclass(frozen=True)
class Reach:
    """The service as a job reaches it: the door to it, its prices, and how long to look."""

    gateway: Gateway
    prices: PriceBook
    patience: Patience


def advance(stores: Stores, reach: Reach, job_id: int, report: Report) -> None:
    """Settle doubts, post what is planned, look at what runs, collect what ended.

    A service that is busy or out of reach changes nothing but the time of the next look. Raises
    KeyRefused where only the person can help, and Refused where nothing at all was accepted: the
    job is a draft again then.
    """
    job = stores.jobs.job(job_id)
    if job.state not in ("sending", "waiting"):
        return
    if job.key_print != reach.gateway.key_print:
        _look_later(stores, job)
        raise KeyRefused(
            "This job was sent with another API key, and only a key of the same workspace can "
            "see it. Enter that key again; the job is safe."
        )
    if job.way == "now":
        _answer_now(stores, reach, job, report)
        return
    pause: float | None = None
    for part in job.parts:
        try:
            _step(stores, reach, job, part.number, report)
        except (Busy, Unreachable) as error:
            pause = error.retry_after if isinstance(error, Busy) else None
            stores.jobs.note_failure(job.id, part.number, str(error))
            break
        except Refused as error:
            _refused(stores, job, error)
        if _part(stores, job.id, part.number).state in ("planned", "sending"):
            break  # parts are posted in order, each only when the one before is settled
    _conclude(stores, job.id, reach.patience, pause)


def _answer_now(stores: Stores, reach: Reach, job: Job, report: Report) -> None:
    try:
        answer_now(stores, reach.gateway, reach.prices, job, report)
    except (Busy, Unreachable) as error:
        pause = getattr(error, "retry_after", None) or _BUSY_PAUSE
        later = datetime.now(UTC) + timedelta(seconds=pause)
        stores.jobs.set_job(job.id, "sending", later, None)
    else:
        _conclude(stores, job.id, reach.patience, None)


def _part(stores: Stores, job_id: int, number: int) -> Part:
    return stores.jobs.job(job_id).parts[number - 1]


def _step(stores: Stores, reach: Reach, job: Job, number: int, report: Report) -> None:
    """Take one part as far as it goes now; each state falls through to what it has become."""
    part = _part(stores, job.id, number)
    if part.state == "sending":
        settle(stores, reach.gateway, job, part, reach.patience)
        part = _part(stores, job.id, number)
    if part.state == "planned":
        post(stores, reach.gateway, job, part)
        part = _part(stores, job.id, number)
    if part.state == "sent":
        _look(stores, reach.gateway, job, part)
        part = _part(stores, job.id, number)
    if part.state == "ended":
        collect(stores, reach.gateway, reach.prices, job, part, report)


def _look(stores: Stores, gateway: Gateway, job: Job, part: Part) -> None:
    try:
        batch = gateway.batch(part.batch_id)
    except Refused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        _unknown_batch(stores, job, part)
        return
    stores.jobs.note_batch(job.id, part.number, batch)
    if batch.ended and not batch.has_results:
        stores.jobs.set_part(
            job.id,
            part.number,
            "lost",
            "The service no longer has these answers: it keeps them for 29 days. "
            "Run these rows again.",
        )


def _unknown_batch(stores: Stores, job: Job, part: Part) -> None:
    looks = stores.jobs.note_failure(
        job.id,
        part.number,
        f"The service does not find part {part.number} at the moment. Looking again; nothing is "
        "sent twice.",
    )
    age = datetime.now(UTC) - (part.created_at or datetime.now(UTC))
    if looks >= _FORGIVEN and age >= _FORGIVEN_FOR:
        stores.jobs.set_part(
            job.id,
            part.number,
            "lost",
            "The service does not know this batch any more. It was deleted, or belongs to "
            "another workspace than this key's.",
        )


def _refused(stores: Stores, job: Job, error: Refused) -> None:
    """Raise what only the person can mend; a job of which nothing was accepted is a draft again."""
    parts = stores.jobs.job(job.id).parts
    if all(part.state in ("planned", "refused") for part in parts):
        stores.jobs.thaw(job.id)
        token = stores.jobs.token(job.id)
        for part in parts:
            body_path(stores.outbox, token, part.number).unlink(missing_ok=True)
        raise error
    if isinstance(error, KeyRefused):
        _look_later(stores, job)
        raise error


def _look_later(stores: Stores, job: Job) -> None:
    """Leave the person time to mend it, instead of failing again at every tick of a timer."""
    stores.jobs.set_job(job.id, job.state, datetime.now(UTC) + _MENDING, None)


def _conclude(stores: Stores, job_id: int, patience: Patience, pause: float | None) -> None:
    job = stores.jobs.job(job_id)
    now = datetime.now(UTC)
    for part in job.parts:
        if part.state in ("refused", "lost"):
            keep_missing(stores, job, part, part.note)
    if any(part.state in _OVER for part in job.parts) or not job.parts:
        count_up(stores, job)
    if all(part.state in _OVER for part in job.parts):
        ended = max((part.ended_at for part in job.parts if part.ended_at), default=now)
        stores.jobs.set_job(job_id, "done", None, ended)
        return
    sent = all(part.state not in ("planned", "sending") for part in job.parts)
    look = next_look(job.parts, now, patience)
    if look is not None and pause is not None:
        look = max(look, now + timedelta(seconds=pause))
    stores.jobs.set_job(job_id, "waiting" if sent else "sending", look, None)
