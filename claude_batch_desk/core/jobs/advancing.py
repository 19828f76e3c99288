"""One look at everything a job has at the service, and whatever that look makes possible."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from claude_batch_desk.core.errors import Busy, KeyRefused, Refused, Unreachable
from claude_batch_desk.core.jobs.answering import answer_now
from claude_batch_desk.core.jobs.at_service.dividing import divide
from claude_batch_desk.core.jobs.at_service.queueing import (
    NoRoom,
    Place,
    is_more_than_all,
    note_divided,
)
from claude_batch_desk.core.jobs.at_service.uploading import Uploads
from claude_batch_desk.core.jobs.collecting import collect, count_up, finish, keep_missing
from claude_batch_desk.core.jobs.correcting.verbs import recount
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.money.settlement import settle as settle_bill
from claude_batch_desk.core.jobs.packing import forget_files
from claude_batch_desk.core.jobs.polling import (
    OFFLINE_PAUSE,
    Patience,
    is_offline,
    may_post,
    next_wait,
    pause_of,
)
from claude_batch_desk.core.jobs.progress import Tell, unwatched
from claude_batch_desk.core.jobs.sending import (
    BodyGone,
    drop_bodies,
    is_divisible,
    leave_out,
    post,
)
from claude_batch_desk.core.jobs.settling import settle
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.hold_store import HeldBack
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway

_FORGIVEN = 5
"""So many looks in a row may find a batch unknown before it is believed; the service's own
replies have been wrong right after a batch was made."""
_MENDING = timedelta(minutes=5)
"""What only the person can mend is left alone for so long, instead of failing at every tick."""
_BUSY_PAUSE = timedelta(seconds=5)
_OVER = ("collected", "refused", "lost")
_NEWS = timedelta(seconds=10)
"""Looks that follow sooner are one for the person."""


@dataclass(frozen=True)
class Reach:
    """The service as a job reaches it: the door to it, its prices, and how long to look."""

    gateway: Gateway
    prices: PriceBook
    patience: Patience
    uploads: Uploads = field(default_factory=Uploads)
    tell: Tell = unwatched


def advance(stores: Stores, reach: Reach, job_id: int, report: Report) -> None:
    """Settle doubts, post what is planned, look at what runs, collect what ended.

    A service that is busy or out of reach changes nothing but the time of the next look. Raises
    KeyRefused or Refused where only the person can help, HeldBack where the job came out of a
    backup and nothing is left but to send, and Refused or StoreError where nothing at all was
    accepted: the job is a draft again then.
    """
    job = stores.jobs.job(job_id)
    if job.state not in ("sending", "waiting"):
        return
    if job.way == "now":
        _check_not_held(stores, job)  # what was asked at once cannot be looked up
    try:
        if job.way == "now":
            _answer_now(stores, reach, job, report)
        else:
            _check_key(stores, reach.gateway, job)
            _advance_parts(stores, reach, job, report)
    except (Busy, Unreachable) as error:
        look_later(stores, job_id, _pause_after(error))
    except KeyRefused:
        look_later(stores, job_id)
        raise
    if stores.jobs.job(job_id).state == "done":
        forget_files(stores.uploads, reach.gateway, job_id)


def look_later(stores: Stores, job_id: int, pause: timedelta = _MENDING) -> None:
    """Leave a job that was sent alone for a while."""
    job = stores.jobs.job(job_id)
    if job.state != "draft":
        stores.jobs.set_job(job_id, job.state, datetime.now(UTC) + pause, None)


def _check_not_held(stores: Stores, job: Job) -> None:
    """Raise HeldBack where nothing is left to do but to send what came out of a backup."""
    hold = stores.holds.of(job.id)
    if hold is None or stores.jobs.is_canceled(job.id):
        return
    states = {part.state for part in job.parts}
    if job.way == "now" or ("planned" in states and states <= {"planned", *_OVER}):
        look_later(stores, job.id)
        raise HeldBack(hold.why)


def _pause_after(error: Busy | Unreachable) -> timedelta:
    return OFFLINE_PAUSE if is_offline(error) else pause_of(error) or _BUSY_PAUSE


def _check_key(stores: Stores, gateway: Gateway, job: Job) -> None:
    """Raise KeyRefused where this key is another one and cannot see what the job has there.

    A key that took the place of a revoked one sees the batches of its workspace.
    """
    if job.key_print == gateway.key_print:
        return
    known = [part.batch_id or part.mark for part in job.parts if part.batch_id or part.mark]
    if known and not any(_can_see(gateway, batch_id) for batch_id in known):
        raise KeyRefused(
            "This job was sent with another API key, and the key you use now cannot see it. "
            "Enter that key again, or one of the same workspace; the job is safe."
        )
    if not known and any(part.state not in ("planned", "refused") for part in job.parts):
        raise KeyRefused(
            "This job was sent with another API key, and it is not known yet whether it arrived. "
            "Enter that key again; the job is safe."
        )
    stores.jobs.use_key(job.id, gateway.key_print)


def _can_see(gateway: Gateway, batch_id: str) -> bool:
    try:
        gateway.batch(batch_id)
    except KeyRefused:
        raise
    except Refused:
        return False
    return True


def _answer_now(stores: Stores, reach: Reach, job: Job, report: Report) -> None:
    if job.paused and not stores.jobs.is_canceled(job.id):
        return
    try:
        done = answer_now(stores, reach.gateway, reach.prices, job, report, reach.tell)
    except Refused:
        if not stores.calls.may_be_billed(job.id):
            stores.jobs.thaw(job.id)
        else:
            look_later(stores, job.id)
        raise
    else:
        if done:
            _conclude(stores, job, reach, None)
    finally:
        if stores.jobs.job(job.id).state == "sending":
            count_up(stores, job)


def _advance_parts(stores: Stores, reach: Reach, job: Job, report: Report) -> None:
    pause: timedelta | None = None
    refusal: Refused | None = None
    offline = False
    # Those that trouble came from last: it must not keep the answers of the others away.
    for part in sorted(job.parts, key=lambda part: part.failures):
        try:
            _step(stores, reach, job, part.number, report)
        except (Busy, Unreachable) as error:
            pause, offline = pause_of(error), is_offline(error)
            stores.jobs.note_failure(job.id, part.number, str(error), offline=offline)
            break
        except (Refused, BodyGone) as error:
            _thaw_if_untouched(stores, job, error)
            if isinstance(error, Refused) and _needs_the_person(stores, job, part, error):
                refusal, pause = error, _MENDING
                break
    _conclude(stores, job, reach, pause)
    if offline:
        look_later(stores, job.id, OFFLINE_PAUSE)
    if refusal is not None:
        raise refusal
    _check_not_held(stores, stores.jobs.job(job.id))


def _part(stores: Stores, job_id: int, number: int) -> Part:
    return stores.jobs.job(job_id).parts[number - 1]


def _step(stores: Stores, reach: Reach, job: Job, number: int, report: Report) -> None:
    """Take one part as far as it goes now; each state falls through to what it has become."""
    part = _part(stores, job.id, number)
    if part.state == "sending":
        settle(stores, reach.gateway, job, part, reach.patience)
        part = _part(stores, job.id, number)
    if part.state == "planned":
        _post_in_turn(stores, reach, job, part, report)
        part = _part(stores, job.id, number)
    if part.state == "sent":
        _look(stores, reach, job, part)
        part = _part(stores, job.id, number)
    if part.state == "ended":
        _collect(stores, reach, job, part, report)


def _post_in_turn(stores: Stores, reach: Reach, job: Job, part: Part, report: Report) -> None:
    now = stores.jobs.job(job.id)
    if now.canceled:
        leave_out(stores, job, part)
    elif hold := stores.holds.of(job.id):
        stores.jobs.note_failure(job.id, part.number, hold.why)
    elif may_post(now, part.number, reach.gateway.now(), reach.patience):
        _post(stores, reach, job, part, report)


def _post(stores: Stores, reach: Reach, job: Job, part: Part, report: Report) -> None:
    queue = reach.gateway.queue()
    place = Place(stores, reach.gateway, job, part, queue, reach.patience, reach.uploads)
    try:
        post(place)
    except NoRoom:
        if not is_more_than_all(place):
            raise
        divide(stores, job, part, report)
        note_divided(place)
    except Refused as error:
        if not is_divisible(error, part):
            raise
        divide(stores, job, part, report)


def _collect(stores: Stores, reach: Reach, job: Job, part: Part, report: Report) -> None:
    try:
        collect(stores, reach.gateway, reach.prices, job, part, report)
    except Refused:
        batch = _batch(reach.gateway, part)
        if batch is not None and batch.has_results:
            raise
        _without_results(stores, reach, job, part, batch)
    else:
        part = _part(stores, job.id, part.number)
        finish(stores, job, part, reach.patience, reach.gateway.now())


def _batch(gateway: Gateway, part: Part) -> Batch | None:
    """The part's batch as it stands; None where the service does not know it."""
    try:
        return gateway.batch(part.batch_id)
    except Refused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None


def _look(stores: Stores, reach: Reach, job: Job, part: Part) -> None:
    batch = _batch(reach.gateway, part)
    if batch is None or (batch.ended and not batch.has_results):
        _without_results(stores, reach, job, part, batch)
        return
    if batch.status == "in_progress" and stores.jobs.is_canceled(job.id):
        batch = _cancel(reach.gateway, batch)
    stores.jobs.note_batch(job.id, part.number, batch)


def _cancel(gateway: Gateway, batch: Batch) -> Batch:
    try:
        return gateway.cancel(batch.id)
    except KeyRefused:
        raise
    except Refused:
        return batch  # it has ended meanwhile, or the next look asks again


def _without_results(
    stores: Stores, reach: Reach, job: Job, part: Part, batch: Batch | None
) -> None:
    """Believe only what the service says again and again: what is lost is never looked at again."""
    now = reach.gateway.now()
    looks = stores.jobs.note_absent(
        job.id,
        part.number,
        f"The service does not find the answers of part {part.number} at the moment. Looking "
        "again; nothing is sent twice.",
        now,
    )
    age = (now - (part.created_at or now)).total_seconds()
    if looks < _FORGIVEN or age < reach.patience.forget:
        return
    if batch is None:
        note = (
            "The service does not know this batch any more. It was deleted, or belongs to another "
            "workspace than this key's. Before you run these rows again, look with the key of "
            "that workspace: File, Batches at the service fetches answers that are there after all."
        )
    else:
        stores.jobs.note_batch(job.id, part.number, batch)
        note = (
            "The service no longer has these answers: it keeps them for 29 days. "
            "Run these rows again."
        )
    stores.jobs.set_part(job.id, part.number, "lost", note)


def _thaw_if_untouched(stores: Stores, job: Job, error: Refused | BodyGone) -> None:
    """Make a job a draft again of which nothing was accepted, and raise why."""
    now = stores.jobs.job(job.id)
    if now.canceled or any(part.state not in ("planned", "refused") for part in now.parts):
        return
    token = stores.jobs.token(job.id)
    stores.jobs.thaw(job.id)
    drop_bodies(stores, token, now.parts)
    raise error


def _needs_the_person(stores: Stores, job: Job, part: Part, error: Refused) -> bool:
    """Whether a refusal was about more than this part, which then is as it was before."""
    state = _part(stores, job.id, part.number).state
    if state == "refused":
        return False  # its rows will say why
    stores.jobs.note_failure(job.id, part.number, str(error))
    return state == "planned" or isinstance(error, KeyRefused)


def _conclude(stores: Stores, job: Job, reach: Reach, pause: timedelta | None) -> None:
    """Say where the job stands, beginning from how it stood before this look."""
    now = stores.jobs.job(job.id)
    before = {part.number: part.state for part in job.parts}
    done = all(part.state in _OVER for part in now.parts)
    ended = [p for p in now.parts if p.state in _OVER and (done or before[p.number] != p.state)]
    for part in ended:
        if part.state in ("refused", "lost"):
            keep_missing(stores, job, part, part.note)
    if done or ended:
        count_up(stores, job)
    moment = datetime.now(UTC)
    if pause is None and (now.looked_at is None or moment - now.looked_at >= _NEWS):
        stores.milestones.looked(job.id, moment)
    if done:
        last = max((part.ended_at for part in now.parts if part.ended_at), default=moment)
        _finish(stores, now, last)
        return
    sent = all(part.state not in ("planned", "sending") for part in now.parts)
    wait = next_wait(now, reach.gateway.now(), reach.patience)
    if wait is not None and pause is not None:
        wait = max(wait, pause)
    look = moment + wait if wait is not None else None
    stores.jobs.set_job(job.id, "waiting" if sent else "sending", look, None)


def _finish(stores: Stores, job: Job, last: datetime) -> None:
    """Close a job whose answers are all here; those of a run again go to the first job."""
    if job.again_of is not None:
        # Its estimate teaches nothing: rows that went wrong once are not like the others.
        stores.again.hand_over(job.id, last)
        recount(stores, stores.jobs.job(job.again_of))
        return
    settle_bill(stores, job, last)
    stores.jobs.set_job(job.id, "done", None, last)
